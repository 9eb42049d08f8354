"""The shortest of several equal expressions of a leading coefficient.

A coefficient is a rational function of free symbols and perhaps of one algebraic number. Its equation
allows for many equal forms: a parameter in which the equation is linear can be eliminated, and a
rational function of the root of a quadratic or of a pure power is a polynomial in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import flint
import sympy as sp

from .ratio import Ratio
from .signs import Assumptions
from .state import Root


def radical(root: Root, assumptions: Assumptions) -> sp.Expr | None:
    """The root in radicals, where its polynomial is a pure power or a quadratic with one positive root.

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


def shortest(value: Ratio, root: Root | None, assumptions: Assumptions) -> sp.Expr:
    """The form of a coefficient with the fewest operations."""
    forms = [value]
    if root is not None:
        forms += _eliminated(value, root)
        forms += _reduced(value, root)
    return min((tidy(form, assumptions) for form in forms), key=_cost)


def _cost(expression: sp.Expr) -> tuple[int, str]:
    return int(sp.count_ops(expression)), str(expression)


def tidy(value: Ratio, assumptions: Assumptions) -> sp.Expr:
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
    if total < 0 and total.q == 1:
        # A sign in front goes into a difference of unknown sign, where there is one.
        for factor in sp.Mul.make_args(over):
            base, power = factor.as_base_exp()
            if base.is_Add and power == 1 and any(t.could_extract_minus_sign() for t in base.args):
                return -total * (over / factor) * sp.expand(-base) / under
    return total * over / under


def _mostly_negative(polynomial: flint.fmpz_mpoly) -> bool:
    negative = sum(c < 0 for c in polynomial.coeffs())
    return bool(2 * negative > len(polynomial))


def _eliminated(value: Ratio, root: Root) -> Iterator[Ratio]:
    """Forms with a parameter replaced by means of the equation, linear in it."""
    field = root.field
    for symbol, degree in zip(field.symbols, root.polynomial.degrees(), strict=False):
        if degree == 1 and symbol != root.symbol:
            low, high = Root(symbol, root.polynomial, False, field).coefficients()
            yield value.at({symbol: -low / high})


def _reduced(value: Ratio, root: Root) -> Iterator[Ratio]:
    """The polynomial in the root of degree below that of its equation."""
    coefficients = root.coefficients()
    pure = all(e.is_zero for e in coefficients[1:-1])
    if root.degree > 2 and not pure:
        return
    z = root.symbol
    equation = root.field.expression(root.polynomial)
    over = root.field.expression(value.over)
    under = root.field.expression(value.under)
    inverse = sp.invert(sp.Poly(under, z), sp.Poly(equation, z)) if under.has(z) else 1 / under
    polynomial = sp.rem(sp.Poly(over, z) * inverse, sp.Poly(equation, z))
    yield root.field.read(sp.together(sp.Poly(polynomial, z).as_expr()))
