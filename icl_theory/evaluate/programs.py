"""The programs behind the float64 evaluators: which formulas, in which variables.

An evaluation runs coordinates; the ridgeless errors; the bracket and the start of the ridge
iteration; its steps; the errors at the effective ridge it found. Each is read off the definitions
in `icl_theory.theory` and printed in NumPy, C or JavaScript by `straight_line`.

Their inputs are the parameters with two replacements. ``x`` stands for alpha. Task diversity
enters as ``inv_kappa`` = 1/kappa and as ``kappa``, which is finite: at kappa = inf the program sees
a large number instead, in the two places where kappa stands alone, (kappa - 1)/kappa and kappa t;
rounding makes the first 1, and the second is not used there.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.evaluate.algorithm import CEILING, RidgeIteration, ridge_state, ridgeless_state
from icl_theory.evaluate.straight_line import StraightLine, straight_line
from icl_theory.theory import fixed_point, spectral
from icl_theory.theory.fields import Field
from icl_theory.theory.infinite_context import Region
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

#: Stands for kappa = inf where kappa appears alone.
LARGE_KAPPA = 2.0**200

_MODEL = {
    tau: "tau",
    fixed_point.x: "x",
    kappa: "kappa",
    spectral.inv_kappa: "inv_kappa",
}


def _outputs(fields: Sequence[Field]) -> dict[str, sp.Expr]:
    return {field.name: field.formula for field in fields}


def coordinates() -> StraightLine:
    """Inputs alpha, kappa, rho; outputs x and inv_kappa."""
    return straight_line(
        {alpha: "alpha", kappa: "kappa", rho: "rho"},
        {"x": fixed_point.x, "inv_kappa": spectral.inv_kappa},
    )


def ridgeless_errors(fields: Sequence[Field]) -> StraightLine:
    """Inputs tau, x, kappa, inv_kappa, rho; outputs all fields."""
    return straight_line(_MODEL | {rho: "rho"}, _outputs(fields), CEILING | ridgeless_state())


def threshold(fields: Sequence[Field]) -> StraightLine:
    """Input inv_kappa; outputs the fields that the formulas do not give at tau = 1."""
    # Not the quantity, which is known to be positive.
    inv_kappa = sp.Symbol("inv_kappa", real=True)
    outputs = {}
    for field in fields:
        finite, infinite = field.at_threshold(False), field.at_threshold(True)
        if finite is None:
            continue
        outputs[field.name] = finite
        if finite != infinite:
            outputs[field.name] = sp.Piecewise(
                (infinite, sp.Le(inv_kappa, 0)), (finite, True), evaluate=False
            )
    return straight_line({inv_kappa: "inv_kappa"}, outputs)


def ridge_bracket() -> StraightLine:
    """Inputs tau, x, lam; outputs low and high, bounds of xi."""
    inputs = {tau: "tau", fixed_point.x: "x", lam: "lam"}
    return straight_line(inputs, RidgeIteration.bracket())


def ridge_start() -> StraightLine:
    """Inputs tau, x, kappa, inv_kappa, lam; output xi."""
    outputs = {"xi": RidgeIteration.start()}
    return straight_line(_MODEL | {lam: "lam"}, outputs, CEILING | ridgeless_state())


def ridge_step(halve: bool = False) -> StraightLine:
    """Inputs tau, x, kappa, inv_kappa, lam, xi, low, high; outputs low, high, xi and step."""
    outputs, state = RidgeIteration.step(halve)
    inputs = {lam: "lam", xi: "xi", RidgeIteration.low: "low", RidgeIteration.high: "high"}
    return straight_line(_MODEL | inputs, outputs, state)


def ridge_errors(fields: Sequence[Field]) -> StraightLine:
    """Inputs tau, x, kappa, inv_kappa, rho, lam, xi; outputs all fields."""
    inputs = _MODEL | {rho: "rho", lam: "lam", xi: "xi"}
    return straight_line(inputs, _outputs(fields), ridge_state())


def scale(field: Field) -> StraightLine:
    """Inputs tau, x, kappa, inv_kappa, rho, and the state m, xi, r; output the scale of a field.

    A field that may change its sign is measured by the largest of its terms.
    """
    terms = sp.Max(*field.added_terms, *field.subtracted_terms)
    state = {m: "m", xi: "xi", r: "r"}
    return straight_line(_MODEL | {rho: "rho"} | state, {"scale": terms}, {nu: fixed_point.x + xi})


def infinite_context(fields: Sequence[Field], region: Region, noisy: bool) -> StraightLine:
    """Inputs tau, kappa, rho; outputs all fields, by the table of limits."""
    inputs = {tau: "tau", kappa: "kappa", rho: "rho"}
    outputs = {field.name: field.at_infinite_context(region, noisy) for field in fields}
    return straight_line(inputs, outputs)
