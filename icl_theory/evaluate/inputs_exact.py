"""Errors with correlated inputs as algebraic numbers, for spectra of few rational eigenvalues.

At kappa = oo every row's resolvent is rational in xi. Else each row has a t_j of its own, the root
of an equation over Q(xi), and the ridge equation holds all of them: resultants take them out one
after the other. The factor that has xi as a root defines the field, and t_j is the common root, in
it, of its row's equation and of what was left when its turn came.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any

import flint

from icl_theory.algebra.algebraic import Algebraic
from icl_theory.evaluate.exact import Element, as_result
from icl_theory.evaluate.inputs_certified import enclose
from icl_theory.evaluate.inputs_point import InputPoint, RowEquations
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.structured_enclosed import ARB
from icl_theory.evaluate.structured_exact import (
    LARGEST,
    RATIONAL,
    enclosed,
    exact_at,
    field_of,
    rational,
)

#: Largest degree that a resultant may have before its factors are known.
LARGEST_RESULTANT = 100


def input_errors_exact(point: InputPoint) -> Errors[Algebraic | float]:
    """Errors with inputs of covariance Sigma as algebraic numbers.

    Without a ridge at or above the threshold they are those of structured tasks. Else, where kappa
    is finite, the degree allows two input variances with one task variance each.

    Raises
    ------
    ValueError
        If the effective ridge is a root of too high a degree.

    Examples
    --------
    >>> from icl_theory.evaluate.spectrum import Spectrum
    >>> levels = Spectrum.atoms([2, "1/2"])
    >>> given = dict(tau=2, alpha=3, kappa="inf", rho=0, lam=1, alpha_test=None, rho_test=None)
    >>> input_errors_exact(InputPoint.read(levels, None, None, **given)).xi.degree
    5
    """
    if point.parameters.over:
        return exact_at(point.parameters)
    equations = RowEquations(point, RATIONAL)
    elimination = Elimination(equations)
    field = field_of(elimination.polynomial(), lambda bits: _ball(point, bits))
    degree = field.modulus.degree()
    if degree > LARGEST:
        raise _too_high(f"has the degree {degree}, above {LARGEST}")
    xi = field.root()
    found = equations.fields(xi, elimination.traces(xi))
    return record({name: as_result(value) for name, value in found.items()})


def _ball(point: InputPoint, bits: int) -> flint.arb:
    """Ball around the effective ridge."""
    xi, traces = point.start()

    def enclosure(spare: int) -> flint.arb:
        start = flint.arb(xi), [*map(flint.arb, traces.values())]
        return enclose(RowEquations(point, ARB), *start, bits, spare)[0]

    return enclosed(bits, enclosure)


def _too_high(degree: str) -> ValueError:
    return ValueError(
        "inputs and tasks must have fewer eigenvalues for exact errors: the polynomial of the "
        f"effective ridge {degree}"
    )


class Elimination:
    """The equations of all rows and of the ridge as polynomials in xi and t_1, t_2, ...

    Parameters
    ----------
    equations
        The equations over the rational numbers.
    """

    def __init__(self, equations: RowEquations) -> None:
        self.equations = equations
        own = len(equations.rows) if equations.inverse_kappa else 0
        names = ["xi", *(f"t{row}" for row in range(own))]
        self.ring = flint.fmpq_mpoly_ctx.get(names, flint.Ordering.lex)
        self.one, gens = self.ring.constant(1), self.ring.gens()
        self.xi, self.ts = gens[0], gens[1:]
        ends = [self._row(row) for row in range(len(equations.rows))]
        #: Of each row, what vanishes at its t.
        self.rows = [row for row, *_ in ends] if self.ts else []
        below = reduce(mul, (denominator for *_, denominator in ends))
        used = sum(
            (
                weight * (below // denominator) * (denominator - unused)
                for (_, weight), (_, unused, denominator) in zip(equations.rows, ends, strict=True)
            ),
            self.ring.constant(0),
        )
        #: The ridge equation, and what is left of it as rows are taken out from the last one on.
        self.left = [self.xi * used - equations.tau * (self.xi - equations.lam) * below]

    def _row(self, row: int) -> tuple[Any, Any, Any]:
        """D1 - kappa (1 - t) times the denominator; numerator and denominator of what is unused."""
        equations, t = self.equations, self.ts[row] if self.ts else self.one
        weights: dict[tuple[Any, Any], Any] = {}
        for a, c, _, w in equations.atoms:
            pair = c, 1 / (equations.rows[row][0] * a)
            weights[pair] = weights.get(pair, equations.zero) + w
        factors = [t * c + self.xi * penalty + equations.x for c, penalty in weights]
        denominator = reduce(mul, factors)
        freedom = unused = self.ring.constant(0)
        for factor, ((c, penalty), w) in zip(factors, weights.items(), strict=True):
            freedom += denominator // factor * t * (w * c)
            unused += denominator // factor * self.xi * (w * penalty)
        if not self.ts:
            return self.one, unused, denominator
        tasks = (self.one - t) / equations.inverse_kappa
        return freedom - tasks * denominator, unused, denominator

    def polynomial(self) -> flint.fmpq_poly:
        """Polynomial that xi annuls.

        Raises
        ------
        ValueError
            If its degree may be above `LARGEST_RESULTANT`.
        """
        most, *of_ts = self.left[0].degrees()
        for index, row in reversed([*enumerate(self.rows)]):
            in_xi, in_t = row.degrees()[0], row.degrees()[index + 1]
            most, of_ts = most * in_t + in_xi * of_ts[index], [in_t * one for one in of_ts]
        if most > LARGEST_RESULTANT and self.rows:
            raise _too_high(f"is sought at degrees up to {most}, above {LARGEST_RESULTANT}")
        for index, row in reversed([*enumerate(self.rows)]):
            self.left.append(self.left[-1].resultant(row, f"t{index}"))
        last = self.left[-1]
        coefficients = [flint.fmpq(0)] * (last.degrees()[0] + 1)
        for powers, coefficient in last.terms():
            coefficients[powers[0]] = coefficient
        return flint.fmpq_poly(coefficients)

    def traces(self, xi: Element) -> list[Any]:
        """Traces of all rows, in the field of xi.

        Raises
        ------
        ValueError
            If the field of xi is too small for them.
        """
        equations = self.equations
        if not self.ts:
            return [equations.trace(row, equations.zero, xi) for row in range(len(equations.rows))]
        known = [xi]
        for row, left in zip(self.rows, reversed(self.left[:-1]), strict=True):
            one, other = (_in_next(polynomial, known) for polynomial in (row, left))
            while other:
                one, other = other, _remainder(one, other)
            if len(one) != 2:
                raise _too_high("has roots with several states")
            known.append(-one[0] / one[1])
        return [(1 / t - 1) / equations.inverse_kappa for t in known[1:]]


def _in_next(polynomial: Any, known: Sequence[Element]) -> list[Element]:
    """Coefficients in the first variable that is not known, the constant first."""
    index = len(known)
    degrees = polynomial.degrees()
    powers = [
        [reduce(mul, [one] * power, rational(Fraction(1))) for power in range(degree + 1)]
        for one, degree in zip(known, degrees, strict=False)
    ]
    found = [known[0] * 0] * (degrees[index] + 1)
    for exponents, coefficient in polynomial.terms():
        term = reduce(mul, (row[power] for row, power in zip(powers, exponents, strict=False)))
        found[exponents[index]] = found[exponents[index]] + term * coefficient
    while not found[-1]:
        found.pop()
    return found


def _remainder(one: list[Element], other: list[Element]) -> list[Element]:
    """Remainder of a division of polynomials over a field, the constant first."""
    one = list(one)
    while len(one) >= len(other):
        factor = one.pop() / other[-1]
        for index, coefficient in enumerate(other[:-1], len(one) + 1 - len(other)):
            one[index] = one[index] - factor * coefficient
        while one and not one[-1]:
            one.pop()
    return one
