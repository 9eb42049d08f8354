"""Errors as algebraic numbers.

With rational parameters every field is a number of the field Q(m, xi). Ridgeless, this is
Q(sqrt(c)), c the radicand of m in closed form. At a ridge it is Q(xi), since m = N(xi)/xi^2 by the
ridge equation; xi is the admissible root of its quartic, and an irreducible factor of the quartic
defines the field. The formulas are evaluated in that field, and the minimal polynomial of each
result is read off the matrix by which it multiplies.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import flint

from icl_theory.algebra.algebraic import Algebraic, square_part
from icl_theory.algebra.numbers import to_fmpq, to_fraction
from icl_theory.algebra.precision import precision
from icl_theory.evaluate import quartic
from icl_theory.evaluate.algorithm import NU, R, branch_polynomials
from icl_theory.evaluate.enclosed_ridge import enclosed_ridge
from icl_theory.evaluate.fixed_point import (
    FieldValues,
    Point,
    System,
    outputs,
    ridgeless,
    sorted_out,
)
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.parameters import MAGNITUDE, RANGES, check_length
from icl_theory.evaluate.result import Errors, record
from icl_theory.theory import fixed_point, spectral, symbols
from icl_theory.theory.fields import Field, table

#: Digits of numerators and denominators: with more, the field of the effective ridge takes seconds.
_LENGTH = 1001


def errors_exact(
    tau: object, alpha: object, kappa: object, rho: object, lam: object = 0
) -> Errors[Algebraic | float]:
    """Errors of the pretrained linear attention as algebraic numbers.

    Parameters are those of `icl_theory.evaluate.multiprecision.errors_mp`, and read as there: a
    float is a fraction with a denominator near 2**52, and makes long polynomials.

    Returns
    -------
    Errors
        Fields are `Algebraic` numbers: rational or a + b sqrt(c) where ridgeless or at infinite
        task diversity, else roots of explicit integer polynomials of degree at most four. Infinite
        fields are the float ``inf`` (or ``-inf``).

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or its numerator or denominator has more than 1001
        digits, which is enough for 1e-1000.

    Notes
    -----
    Formulas of ``icl_theory.theory.errors`` at the fixed point of
    ``icl_theory.theory.fixed_point``.

    Examples
    --------
    >>> print(errors_exact("1/2", 10, "1/2", 0).m)
    -1/4 + 1/4*sqrt(41)
    """
    for name, value in zip(RANGES, (tau, alpha, kappa, rho, lam), strict=True):
        check_length(name, value, MAGNITUDE, _LENGTH, "errors as algebraic numbers")
    point = Point.read(flint.fmpq, tau, alpha, kappa, rho, lam)
    values = elements(point).fields
    return record({f.name: as_result(v) for f, v in zip(table(), values, strict=True)})


def vanishes(point: Point, index: int) -> bool:
    """Whether the field at an index of the table is exactly zero, where all fields are finite."""
    given = (None if value is None else to_fmpq(value) for value in point)
    return not elements(Point(*given)).fields[index]


class Element:
    """Number of the field Q[y]/(modulus), as a polynomial in a root y of the modulus.

    Parameters
    ----------
    polynomial
        Polynomial in y.
    field
        The field.
    """

    def __init__(self, polynomial: flint.fmpq_poly, field: NumberField) -> None:
        self.polynomial = polynomial % field.modulus
        self.field = field

    def _with(self, polynomial: Any) -> Element:
        return Element(flint.fmpq_poly(polynomial), self.field)

    @staticmethod
    def _polynomial(other: Any) -> Any:
        return other.polynomial if isinstance(other, Element) else other

    def __add__(self, other: Any) -> Element:
        return self._with(self.polynomial + self._polynomial(other))

    __radd__ = __add__

    def __neg__(self) -> Element:
        return self._with(-self.polynomial)

    def __sub__(self, other: Any) -> Element:
        return self._with(self.polynomial - self._polynomial(other))

    def __rsub__(self, other: Any) -> Element:
        return -self + other

    def __mul__(self, other: Any) -> Element:
        return self._with(self.polynomial * self._polynomial(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Element:
        if isinstance(other, Element):
            return self * other.inverse()
        return self._with(self.polynomial / other)

    def __rtruediv__(self, other: Any) -> Element:
        return self.inverse() * other

    def __bool__(self) -> bool:
        return bool(self.polynomial)

    def inverse(self) -> Element:
        """Multiplicative inverse: what multiplication by the number takes to one."""
        if not self:
            raise ZeroDivisionError("division by zero in a number field")
        degree = self.field.modulus.degree()
        one = flint.fmpq_mat(degree, 1, [1] + [0] * (degree - 1))
        # By lifting from one prime, which is many times as fast as Euclid's algorithm.
        found = self._multiplication().solve(one, algorithm="dixon")
        return self._with(flint.fmpq_poly(found.entries()))

    def _multiplication(self) -> flint.fmpq_mat:
        """The matrix by which the number multiplies, in powers of the root."""
        degree = self.field.modulus.degree()
        power, columns = self.polynomial, []
        for _ in range(degree):
            columns.append([power[i] for i in range(degree)])
            power = power * flint.fmpq_poly([0, 1]) % self.field.modulus
        entries = [columns[j][i] for i in range(degree) for j in range(degree)]
        return flint.fmpq_mat(degree, degree, entries)

    def minimal_polynomial(self) -> flint.fmpz_poly:
        """Minimal polynomial over the rationals, scaled to integers."""
        # The characteristic polynomial is a power of the minimal one, and found much sooner.
        power_of_it = self._multiplication().charpoly().numer()
        return power_of_it // power_of_it.gcd(power_of_it.derivative())

    def surd(self) -> tuple[Fraction, Fraction, int] | None:
        """a, b, c with value a + b sqrt(c) where the modulus is y^2 - c, else None."""
        modulus = self.field.modulus
        if modulus.degree() != 2 or modulus[1]:
            return None
        a, b, c = (to_fraction(v) for v in (self.polynomial[0], self.polynomial[1], -modulus[0]))
        return a, b, int(c)

    def enclosure(self, bits: int) -> flint.arb:
        """Ball around the number, computed with so many bits."""
        with precision(bits):
            generator = self.field.generator(bits)
            return self.polynomial.numer()(generator) / self.polynomial.denom()


class NumberField:
    """Q[y]/(modulus) with the real root that y stands for.

    Parameters
    ----------
    modulus
        Irreducible polynomial over the rationals.
    generator
        Function from a number of bits to a ball around the root.
    """

    def __init__(self, modulus: flint.fmpq_poly, generator: Callable[[int], flint.arb]) -> None:
        self.modulus = modulus
        self.generator = generator

    def root(self) -> Element:
        """The root y itself."""
        return Element(flint.fmpq_poly([0, 1]), self)


def _square_root(value: flint.fmpq) -> flint.fmpq | Element:
    """Square root of a positive rational number, in the field that it generates."""
    fraction = to_fraction(value)
    outside, inside = square_part(fraction.numerator * fraction.denominator)
    factor = flint.fmpq(outside, fraction.denominator)
    return factor if inside == 1 else _surd(inside) * factor


def _surd(radicand: int) -> Element:
    """sqrt(radicand) as the generator of its field."""
    modulus = flint.fmpq_poly([-radicand, 0, 1])
    return NumberField(modulus, lambda bits: flint.arb(radicand).sqrt()).root()


_RATIONAL = System(lambda value: value, _square_root, math.inf)


def elements(point: Point) -> FieldValues:
    """Exact fields: rational, `Element` of one field, or infinite; parameters are rational."""
    if point.ridgeless:
        below = ridgeless()
        return below.values(point, below.exact(point), _RATIONAL)
    xi = effective_ridge(point)
    given = (point.tau, point.rho, point.lam, point.x, point.inv_kappa)
    if xi.is_rational:
        value: Any = to_fmpq(xi.interval[0])
    elif xi.degree == 2:
        a, b, c = xi.quadratic()
        value = _surd(c) * to_fmpq(b) + to_fmpq(a)
    else:
        modulus = flint.fmpq_poly(list(xi.polynomial))
        value = NumberField(modulus, lambda bits: _ball_of(xi, bits)).root()
    fields = table()
    return sorted_out(fields, _over_xi(fields)["fields"](None, (), value, *given))


def effective_ridge(point: Point) -> Algebraic:
    """The effective ridge at lam > 0 as an algebraic number."""
    low, high = _bracket(point)
    for factor, _ in quartic.quartic(point).factor()[1]:
        if (factor(low) > 0) != (factor(high) > 0):
            return Algebraic.isolated(factor, (to_fraction(low), to_fraction(high)))
    raise ArithmeticError("no factor of the quartic has the admissible root")


def _bracket(point: Point) -> tuple[flint.fmpq, flint.fmpq]:
    """Two rational numbers around the effective ridge, by signs of its quartic."""
    bits = 64
    while True:
        ball = enclosed_ridge(point, bits)
        with precision(2 * bits):
            low, high = ball.lower().fmpq(), ball.upper().fmpq()
        if quartic.side(point, low) == -1 and quartic.side(point, high) == 1:
            return low, high
        bits *= 2


def _ball_of(number: Algebraic, bits: int) -> flint.arb:
    low, high = number.refined(bits)
    return flint.arb(to_fmpq(low)).union(flint.arb(to_fmpq(high)))


@cache
def _over_xi(fields: tuple[Field, ...]) -> Formulas:
    """All fields as rational functions of xi and the parameters."""
    xi = symbols.xi
    numerator, _ = branch_polynomials()
    state = {
        symbols.m: numerator / xi**2,
        symbols.nu: NU,
        symbols.r: R,
    }
    given = [symbols.tau, symbols.rho, symbols.lam, fixed_point.x, spectral.inv_kappa]
    formulas = Formulas(())
    formulas.program("fields", outputs(fields), [xi, *given], state)
    return formulas


def as_result(value: Any) -> Algebraic | float:
    """An exact field as a result shows it."""
    if isinstance(value, float):
        return value
    if isinstance(value, Element):
        return Algebraic.root(value.minimal_polynomial(), value.enclosure, value.surd())
    return Algebraic.rational(to_fraction(value))
