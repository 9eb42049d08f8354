"""The shortest of several equal expressions of a leading coefficient.

A coefficient is a rational function of free symbols and perhaps of one algebraic number. Its
equation allows for many equal forms: a parameter in which the equation is linear can be eliminated,
and a rational function of the root of a quadratic or of a pure power is a polynomial in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import flint
import sympy as sp

from icl_theory.algebra.quotient import Quotient
from icl_theory.theory.symbols import rho

from .signs import Assumptions
from .state import StateRoot


def radical(root: StateRoot, assumptions: Assumptions) -> sp.Expr | None:
    """The root in radicals: of a pure power, or of a quadratic with one positive root.

    Returns
    -------
    Expr or None
        An expression that is positive and annuls the polynomial.
    """
    coefficients = root.coefficients()
    constant, top = coefficients[0], coefficients[-1]
    if all(e.is_zero for e in coefficients[1:-1]):
        power = sp.Rational(1, root.degree)
        over, under = sp.fraction(tidy((-constant / top), assumptions))
        if any(side.could_extract_minus_sign() for side in (over, under)):
            return (over / under) ** power
        return over**power / under**power
    if root.degree != 2 or not root.unique:
        return None
    half = (coefficients[1] / top).expression / 2
    discriminant = sp.factor(half**2 - (constant / top).expression)
    return -half + sp.sqrt(discriminant)


def shortest(value: Quotient, root: StateRoot | None, assumptions: Assumptions) -> sp.Expr:
    """The form of a coefficient with the fewest operations."""
    forms = [value]
    if root is not None:
        forms += _eliminated(value, root)
        forms += _reduced(value, root)
    best = min(forms, key=cost)
    return _by_noise(best, assumptions) or tidy(best, assumptions)


def _by_noise(value: Quotient, assumptions: Assumptions) -> sp.Expr | None:
    """The part without label noise and the part linear in it, where that is shorter."""
    if rho not in value.field.index:
        return None
    index = value.field.index[rho]
    if value.over.degrees()[index] != 1 or value.under.degrees()[index]:
        return None
    free = value.at({rho: value.field.number(0)})
    slope = value.at({rho: value.field.number(1)}) - free
    if free.is_zero or cost(free)[0] + cost(slope)[0] + 1 >= cost(value)[0]:
        return None
    return tidy(free, assumptions) + rho * tidy(slope, assumptions)


def reduced(value: Quotient, root: StateRoot, assumptions: Assumptions) -> list[sp.Expr]:
    """The polynomial in the root of degree below that of its equation, tidy; none if it is long."""
    return [tidy(form, assumptions) for form in _reduced(value, root)]


def cost(value: Quotient) -> tuple[int, str]:
    """Number of symbols to write down, factored, and a text to break ties."""
    size = 0
    for polynomial in (value.over, value.under):
        for factor, _ in polynomial.factor()[1]:
            size += sum(1 + sum(map(bool, powers)) for powers in factor.monoms())
    return size, str(value.over)


def tidy(value: Quotient, assumptions: Assumptions) -> sp.Expr:
    """Factored, with every factor of known sign written such that it is positive."""
    field = value.field
    total = sp.Integer(1)
    sides = []
    for polynomial in (value.over, value.under):
        unit, factors = polynomial.factor()
        total = total * sp.Integer(int(unit)) ** (1 if polynomial is value.over else -1)
        product = sp.Integer(1)
        for factor, power in factors:
            sign = assumptions.sign_of(field, factor)
            if sign == -1 or (sign is None and _mostly_negative(factor)):
                factor, total = -factor, total * (-1) ** int(power)
            product = product * field.expression(factor) ** int(power)
        sides.append(product)
    over, under = sides
    if total < 0:
        # A sign in front goes into a difference of unknown sign, where there is one.
        for k, side in enumerate(sides):
            for factor in sp.Mul.make_args(side):
                base, power = factor.as_base_exp()
                differs = base.is_Add and any(t.could_extract_minus_sign() for t in base.args)
                if differs and power == 1:
                    sides[k] = side / factor * sp.expand(-base)
                    return -total * sides[0] / sides[1]
    return total * over / under


def _mostly_negative(polynomial: flint.fmpz_mpoly) -> bool:
    negative = sum(c < 0 for c in polynomial.coeffs())
    return bool(2 * negative > len(polynomial))


def _eliminated(value: Quotient, root: StateRoot) -> Iterator[Quotient]:
    """Forms with a parameter replaced by means of the equation, linear in it."""
    field = root.field
    for symbol, degree in zip(field.symbols, root.polynomial.degrees(), strict=False):
        if degree == 1 and symbol != root.symbol:
            low, high = field.coefficients(root.polynomial, symbol)
            yield value.at({symbol: -low / high})


def _reduced(value: Quotient, root: StateRoot) -> Iterator[Quotient]:
    """The polynomial in the root of degree below that of its equation."""
    coefficients = root.coefficients()
    size = root.degree
    if size > 2 and not (size <= 4 and all(e.is_zero for e in coefficients[1:-1])):
        return
    field, zero = root.field, root.field.number(0)
    over, under = (
        _remainder(field.coefficients(side, root.symbol), coefficients)
        for side in (value.over, value.under)
    )
    # Multiplication by the denominator is linear in the coefficients of the quotient.
    columns = []
    for i in range(size):
        columns.append(_remainder([zero] * i + under, coefficients))
    system = [[columns[j][i] for j in range(size)] + [over[i]] for i in range(size)]
    for i in range(size):
        pivot = next(k for k in range(i, size) if not system[k][i].is_zero)
        system[i], system[pivot] = system[pivot], system[i]
        scale = system[i][i]
        system[i] = [entry / scale for entry in system[i]]
        for k in range(size):
            factor = system[k][i]
            if k != i and not factor.is_zero:
                system[k] = [e - factor * p for e, p in zip(system[k], system[i], strict=True)]
    z = field.generator(root.symbol)
    total = zero
    for i in range(size):
        total = total + system[i][size] * z**i
    yield total


def _remainder(polynomial: list[Quotient], divisor: list[Quotient]) -> list[Quotient]:
    """Remainder of coefficient lists, the constant first, filled up to the divisor's degree."""
    left = list(polynomial)
    size = len(divisor) - 1
    while len(left) > size:
        top = left.pop() / divisor[-1]
        for i in range(size):
            k = len(left) - size + i
            left[k] = left[k] - top * divisor[i]
    zero = divisor[0] - divisor[0]
    return left + [zero] * (size - len(left))
