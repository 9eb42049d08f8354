"""The boundary of the region in the (kappa, rho) plane where more context hurts, ridgeless."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.algebraic import Algebraic, real_roots
from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.exchange import Written
from icl_theory.algebra.numbers import to_fmpq, to_sympy
from icl_theory.algebra.precision import precision
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.quotient import Quotients
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.parameters import check_length, exact, out_of_domain, read_as
from icl_theory.theory import boundary as b
from icl_theory.theory import stationary as s
from icl_theory.theory.symbols import kappa, rho, tau

from .reading import INFINITE_AT_THRESHOLD, one_of

#: Decimal exponent and digits of the tau whose fold is derived in a second or two.
_LONGEST = (40, 41)


@dataclass(frozen=True)
class BoundaryPiece(Written, kind="boundary-piece"):
    """A piece of the boundary, a branch of an algebraic curve.

    Attributes
    ----------
    kind
        ``"edge"``, where the minimum leaves to infinite context; ``"fold"``, where it merges with a
        maximum; ``"line"``, at one kappa, where the maximum leaves to context length zero.
    low, high
        Task diversities between which it runs, exact; equal for a line.
    polynomial
        Irreducible polynomial over the integers in (kappa, rho) that vanishes on it.
    start, end
        What rho tends to at ``low`` and ``high``: a number, or an expression in kappa that it
        becomes equal to. A line runs from ``start`` to ``oo``.
    """

    kind: str
    low: sp.Expr
    high: sp.Expr
    polynomial: sp.Poly
    start: sp.Expr
    end: sp.Expr

    def rho(self, diversity: Any, digits: int = 30) -> flint.arb:
        """Label noise on the piece at a task diversity, as a ball.

        Parameters
        ----------
        diversity
            Number strictly between ``low`` and ``high``; a string is an exact decimal or fraction.
        digits
            Decimal digits guaranteed.

        Raises
        ------
        ValueError
            If the piece has no point at this task diversity.
        """
        value, bits = _rational("kappa", diversity), bits_of(checked_digits(digits))
        if not self.low < value < self.high:
            raise ValueError(
                f"kappa must be between {self.low} and {self.high} on this piece, "
                f"got {shown(diversity)}"
            )
        line = self.polynomial.as_expr().subs(kappa, value)
        if self.kind == "edge":
            return _roots(line, rho)[0].ball(bits + 8)
        return _fold(value, self._tau, bits)

    @property
    def _tau(self) -> sp.Rational:
        return 2 / (1 - self.high)


def boundary(error: str, tau_value: Any) -> tuple[BoundaryPiece, ...]:
    """The boundary of the region where a ridgeless error turns in the context length.

    Between the pieces, in increasing kappa, the region is bounded by rho = 0.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    tau_value
        A number, not 1; a string is an exact decimal or fraction.

    Returns
    -------
    tuple of BoundaryPiece
        Empty where the error falls for every task diversity and label noise.

    Raises
    ------
    ValueError
        If ``error`` is another word, or ``tau_value`` outside of its domain; or, where there is a
        fold, if it is beyond 1e40 or has more than 41 digits.

    Examples
    --------
    >>> fold, line, edge = boundary("icl", 20)
    >>> fold.kind, fold.high, fold.end
    ('fold', 9/10, 685/9)
    >>> fold.polynomial.degree_list()
    (20, 10)
    >>> edge.end
    10*kappa - 49/2
    """
    one_of("error", error, ("icl", "idg"))
    value = read_as(_rational, "tau_value", "tau", tau_value)
    if value == 1:
        raise ValueError(INFINITE_AT_THRESHOLD.replace("tau", "tau_value"))
    infinity, zero = sp.oo, sp.Integer(0)
    if value < 1 and error == "icl":
        return (_edge(s.rho_edge_icl_under, value, value, infinity),)
    if value < 1:
        return (
            _edge(s.rho_edge_idg_few, value, zero, value),
            _edge(s.rho_edge_idg_many, value, value, infinity),
        )
    if error == "idg":
        return ()
    edge = _edge(s.rho_edge_icl_over, value, sp.Integer(1), infinity)
    if value <= 2:
        return (edge,)
    read_as(_short, "tau_value", "tau", tau_value)
    return (*_fold_pieces(value), edge)


def _edge(formula: sp.Expr, value: sp.Rational, low: sp.Expr, high: sp.Expr) -> BoundaryPiece:
    curve = decide.canonical(unfold(formula).subs(tau, value))
    start = _asymptote(curve, low, 1)
    end = _asymptote(curve, high, -1)
    over, under = sp.fraction(curve)
    polynomial = sp.Poly(rho * under - over, kappa, rho)
    return BoundaryPiece("edge", low, high, polynomial.primitive()[1], start, end)


def _asymptote(curve: sp.Expr, point: sp.Expr, side: int) -> sp.Expr:
    """The limit of a rational function of kappa, or what it becomes equal to where infinite."""
    found = decide.leading(curve, kappa, point, side)
    if found.exponent >= 0:
        return found.limit
    if point is not sp.oo:
        return found.coefficient * (side * (kappa - point)) ** found.exponent
    growth = found.coefficient * kappa**-found.exponent
    return growth + decide.leading(curve - growth, kappa, point).limit


def _fold_pieces(value: sp.Rational) -> tuple[BoundaryPiece, BoundaryPiece]:
    end_kappa, end_rho = (
        sp.Rational(unfold(formula).subs(tau, value))
        for formula in (b.fold_end_kappa, b.fold_end_rho)
    )
    cubic = sp.Poly(unfold(b.few_tasks_fold).subs(tau, value), s.u)
    (leverage,) = (root for root in cubic.real_roots() if 0 < root < 1)
    start = unfold(b.few_tasks_rho).subs(tau, value).subs(s.u, leverage) / kappa
    polynomial = sp.Poly(b.fold_polynomial().as_expr().subs(tau, value), kappa, rho)
    # Should the curve come apart at single values of tau, the fold's own part has the end point.
    plane = Quotients((kappa, rho))
    split = plane.read(polynomial.as_expr()).over.factor()[1]
    factors = (sp.Poly(plane.expression(factor), kappa, rho) for factor, _ in split)
    (own,) = (factor for factor in factors if factor(end_kappa, end_rho) == 0)
    line = sp.Poly(kappa - end_kappa, kappa, rho).clear_denoms(convert=True)[1]
    return (
        BoundaryPiece("fold", sp.Integer(0), end_kappa, own.primitive()[1], start, end_rho),
        BoundaryPiece("line", end_kappa, end_kappa, line, end_rho, sp.oo),
    )


def _fold(diversity: sp.Rational, value: sp.Rational, needed: int) -> flint.arb:
    """rho_star at the one root of the fold polynomial between 0 and 1."""
    place = {kappa: diversity, tau: value}
    (root,) = (root for root in _roots(unfold(s.fold).subs(place), s.u) if 0 < root < 1)
    over, under = sp.fraction(decide.canonical(unfold(s.rho_star_icl_over).subs(place)))
    over, under = (_polynomial(part, s.u) for part in (over, under))
    bits = needed
    while True:
        with precision(bits):
            ball = root.ball(bits)
            noise = flint.arb_poly(over)(ball) / flint.arb_poly(under)(ball)
        if noise.rel_accuracy_bits() >= needed:
            return noise
        bits *= 2


def _roots(expression: sp.Expr, unknown: sp.Symbol) -> list[Algebraic]:
    return real_roots([_polynomial(expression, unknown)])


def _polynomial(expression: sp.Expr, unknown: sp.Symbol) -> flint.fmpq_poly:
    coefficients = sp.Poly(expression, unknown).all_coeffs()
    return flint.fmpq_poly([to_fmpq(c) for c in reversed(coefficients)])


def _short(name: str, value: Any) -> None:
    check_length(name, value, *_LONGEST, "the fold to be derived")


def _rational(name: str, value: Any) -> sp.Rational:
    number = exact(name, value)
    if not isinstance(number, Fraction):
        raise out_of_domain(name, value, ())
    return to_sympy(number)
