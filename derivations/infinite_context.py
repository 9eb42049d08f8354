"""The table of limits at infinite context, entry by entry: shared by the proofs of its regions."""

import sympy as sp

from icl_theory.claims.infinite_context import FORMULAS, inequalities, limit
from icl_theory.symbolic import uniform
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.infinite_context import FIELDS, REGIMES
from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.symbols import kappa, m, rho

#: kappa on a segment of the line kappa = tau < 1, by a parameter that runs through (0, oo).
u = sp.Symbol("u", positive=True)
BETWEEN = {
    "critical-under-many": (sp.Rational(1, 3) + u) / (1 + u),
    "critical-under-few": sp.Rational(1, 3) * u / (1 + u),
}


def decide_regime(proof: Proof, name: str) -> None:
    """Decide that m -> oo is alpha -> oo in a region, then the limit of every field there."""
    (regime,) = (regime for regime in REGIMES if regime.name == name)
    given = () if regime.name in BETWEEN else inequalities(regime)
    state = uniform.ridgeless_over() if regime.side == "over" else uniform.ridgeless_under()
    fixed = {c.lhs: sp.sympify(c.rhs) for c in regime.where if isinstance(c, sp.Eq)}
    if regime.name in BETWEEN:
        fixed[kappa] = BETWEEN[regime.name]
    # tau = kappa fixes tau by way of kappa.
    fixed = {symbol: value.xreplace(fixed) for symbol, value in fixed.items()}
    proof.sign(
        gt(x), on=_at(state, fixed), given=given, because="Every m > 0 belongs to some alpha,"
    )
    proof.limit(
        sp.Limit(x, m, sp.oo), 0, on=_at(state, fixed), because="and alpha -> oo as m -> oo."
    )
    for noisy in (True, False):
        on = _at(state, fixed if noisy else fixed | {rho: sp.Integer(0)})
        for field in FIELDS:
            value = regime.limits(noisy)[field]
            because = "Leading behaviour of a rational function of m."
            proof.limit(
                sp.Limit(FORMULAS[field], m, sp.oo), value, on=on, given=given, because=because
            )
            proof.follows(
                limit(regime, field, noisy),
                "The states of that step are those that satisfy the conditions.",
            )


def _at(
    state: dict[sp.Symbol, sp.Expr], fixed: dict[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """A state on the line or at the point that the equations of a region fix."""
    return {symbol: value.xreplace(fixed) for symbol, value in state.items()} | fixed
