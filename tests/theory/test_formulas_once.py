"""No formula of the theory is written twice: every quantity has a fingerprint of its own.

A quantity is unfolded down to primitive symbols and evaluated to fifty digits at two random points.
Quantities that agree in forty digits at both are the same formula. Those that are meant to be equal
are named below, with the reason; nothing else may be.
"""

import importlib
import pkgutil
import random

import mpmath
import pytest
import sympy as sp

import icl_theory.theory
from icl_theory.algebra import quantity as registry
from icl_theory.algebra.quantity import define, quantities, unfold
from icl_theory.algebra.unevaluated import Unevaluated, evaluated
from icl_theory.theory.symbols import d, rho, tau

for module in pkgutil.iter_modules(icl_theory.theory.__path__):
    importlib.import_module(f"icl_theory.theory.{module.name}")

#: Equal on purpose, and why.
EQUAL = {
    # One equation in two forms that round differently; the iteration takes the better one.
    ("ridge_residual_sum", "ridge_residual_tasks"),
    # A root of a quadratic in the two forms of which one does not cancel, by the sign of a sum.
    ("M", "M_conjugate"),
    ("bayes_variance", "bayes_variance_conjugate"),
    ("start", "start_conjugate"),
    ("step", "step_conjugate"),
    ("xi_lower", "xi_lower_conjugate"),
    ("xi_upper", "xi_upper_conjugate"),
    # Different entries of Lemma 1's matrix, whose coefficients happen to be equal.
    ("E_corner", "E_cross"),
    # The paper's normalisations of two different maps.
    ("attention_scale", "square_scale"),
    # A normalisation of Gamma, and a variance of the query.
    ("collapse_scale", "query_variance"),
}
DIGITS = 50


def points(names):
    """Two random points at which every symbol has a value of its own, between 1/20 and 3."""
    with mpmath.workdps(DIGITS):
        generator = random.Random(20)
        return [
            {name: mpmath.mpf(generator.uniform(0.05, 3)) + mpmath.rand() / 2**50 for name in names}
            for _ in range(2)
        ]


def fingerprints(found):
    """Quantities by their values, as text of forty digits."""
    formulas = {}
    for one in found:
        expression = unfold(one)
        if expression.has(Unevaluated):
            expression = unfold(evaluated(expression))
        formulas[one.name] = expression
    names = sorted({s.name for formula in formulas.values() for s in formula.free_symbols})
    places, groups = points(names), {}
    with mpmath.workdps(DIGITS):
        for name, formula in formulas.items():
            symbols = sorted(formula.free_symbols, key=lambda symbol: symbol.name)
            function = sp.lambdify(symbols, formula, "mpmath")
            values = (
                mpmath.mpc(function(*(place[symbol.name] for symbol in symbols)))
                for place in places
            )
            key = tuple(mpmath.nstr(value, DIGITS - 10) for value in values)
            groups.setdefault(key, []).append(name)
    return groups


def repeated(found):
    return {tuple(sorted(names)) for names in fingerprints(found).values() if len(names) > 1}


def test_no_formula_is_defined_twice():
    assert repeated(quantities()) == EQUAL


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("the same", lambda known: known["idg_infinite_over"].definition),
        ("in another form", lambda known: rho + rho / (tau - 1)),
        ("under a root", lambda known: sp.sqrt(rho**2 * tau**2) / (tau - 1)),
        ("by another quantity", lambda known: known["idg_infinite_over"] + d - d),
    ],
)
def test_a_second_definition_is_noticed_in_whatever_form(name, formula, monkeypatch):
    known = {one.name: one for one in quantities()}
    # What is defined here is forgotten with the test.
    for table in ("_RECORDS", "_QUANTITIES"):
        monkeypatch.setattr(registry, table, dict(getattr(registry, table)))
    define("again", formula(known), latex="a", doc="A formula that is there already.")
    assert repeated(quantities()) == EQUAL | {("again", "idg_infinite_over")}


def test_a_formula_that_differs_in_the_thirtieth_digit_is_another_one(monkeypatch):
    for table in ("_RECORDS", "_QUANTITIES"):
        monkeypatch.setattr(registry, table, dict(getattr(registry, table)))
    near = rho * tau / (tau - 1) * (1 + sp.Rational(1, 10**30))
    define("near", near, latex="a", doc="Nearly a formula that is there already.")
    assert repeated(quantities()) == EQUAL
