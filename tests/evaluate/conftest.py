"""Points of the domain for tests of the evaluators that take exact parameters."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp

from icl_theory.theory import errors, symbols
from icl_theory.theory.fixed_point import x
from icl_theory.theory.uniformisation import ridgeless_under, uniformise

Point = tuple[str, str, str, str, str]


def _draw(count: int, seed: int, decades: float = 3) -> list[Point]:
    """Parameters as strings: log-uniform, with boundary values mixed in."""
    draw = random.Random(seed)

    def number() -> str:
        return f"{10 ** draw.uniform(-decades, decades):.6e}"

    def mostly(value: str, *others: str) -> str:
        return value if draw.random() < 0.7 else draw.choice(others)

    def point() -> Point:
        tau = mostly(number(), "1", "1.000000000001", "0.999999999999")
        alpha = number() if draw.random() < 0.9 else "inf"
        kappa = mostly(number(), "1", "inf", tau, "0.9999999999999")
        return tau, alpha, kappa, mostly(number(), "0"), mostly(number(), "0")

    return [point() for _ in range(count)]


@pytest.fixture(scope="session")
def points() -> Callable[..., list[Point]]:
    """Function ``points(count, seed, decades=3)``: parameters as strings."""
    return _draw


@pytest.fixture(scope="session")
def vanishing_gap() -> tuple[Fraction, ...]:
    """Rational parameters at which the gap is exactly zero.

    On a ridgeless curve of fixed m, tau and kappa its numerator is linear in rho.
    """
    state = ridgeless_under()
    values = {symbols.m: sp.Rational(1, 102), symbols.tau: sp.Rational(1, 100)}
    values[symbols.kappa] = sp.Rational(1, 2)
    numerator = sp.numer(sp.together(uniformise(errors.gap, state).subs(values)))
    slope, offset = sp.Poly(numerator, symbols.rho).all_coeffs()
    rho = -offset / slope
    alpha = (1 + rho) / state[x].subs(values)
    numbers = (values[symbols.tau], alpha, values[symbols.kappa], rho)
    assert all(number > 0 for number in numbers)
    return tuple(Fraction(int(n.p), int(n.q)) for n in numbers)
