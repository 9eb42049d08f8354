"""What a formula of the state tends to where it cannot be evaluated as it stands.

Two places of the ridgeless limit are special: the interpolation threshold tau = 1, and infinite
context in the regions of ``infinite_context.py``. A field may say what it is there; what it leaves
out is derived here, as the limit of a rational function whose sign is decided by its coefficients.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.quantity import unfold

from . import odds, uniformisation
from .fixed_point import x
from .infinite_context import Region, enough_tasks_m
from .odds import c, w
from .spectral import inv_kappa
from .symbols import kappa, m, nu, r, rho, tau, xi


class NoSpecialValue(ValueError):
    """A formula has no value at a special place, or none that could be derived."""


#: kappa on a segment of the line kappa = tau < 1, by a parameter that runs through (0, oo).
_u = sp.Symbol("u", positive=True)
BETWEEN = {
    "critical-under-many": (sp.Rational(1, 3) + _u) / (1 + _u),
    "critical-under-few": sp.Rational(1, 3) * _u / (1 + _u),
}
_THRESHOLD = {tau: sp.Integer(1), xi: sp.Integer(0), r: sp.Integer(0), nu: x}
_over = cache(odds.ridgeless_over)
_under = cache(odds.ridgeless_under)


@cache
def at_threshold(formula: sp.Expr, infinite_kappa: bool) -> sp.Expr | None:
    """Value of a formula as tau -> 1 after lam -> 0, at any context length.

    Returns
    -------
    Expr or None
        0 or an infinity; None where the formula can be evaluated as it stands, at tau = 1 and
        xi = r = 0.

    Raises
    ------
    NoSpecialValue
        If it is neither, or not the same from both sides.
    """
    regular = not _folded(formula, False).xreplace(_THRESHOLD).has(sp.zoo, sp.nan)
    formula = _folded(formula, infinite_kappa)
    value = formula.xreplace(_THRESHOLD)
    if regular:
        return None
    if not value.free_symbols and not value.has(sp.zoo, sp.nan):
        return value
    limits = set()
    for state, distance in ((_over(), w), (_under(), c)):
        if infinite_kappa:
            state = {s: v.subs(odds.b, 0) for s, v in state.items() if s != kappa}
        try:
            limits.add(decide.leading(formula.xreplace(state), distance, 0).limit)
        except decide.UndecidedError as error:
            raise NoSpecialValue(f"no limit at tau = 1: {error}") from None
    if len(limits) != 1 or not limits <= {sp.Integer(0), sp.oo, -sp.oo}:
        raise NoSpecialValue(f"no single limit at tau = 1, but {limits}: {formula}")
    return limits.pop()


def _folded(formula: sp.Expr, infinite_kappa: bool) -> sp.Expr:
    formula = unfold(formula, keep={x, inv_kappa})
    if infinite_kappa:
        formula = formula.xreplace({inv_kappa: sp.Integer(0)})
        if kappa in formula.free_symbols:
            raise NoSpecialValue(f"reads kappa, which is infinite: {formula}")
    return formula.xreplace({inv_kappa: 1 / kappa})


@cache
def at_infinite_context(formula: sp.Expr, region: Region, noisy: bool) -> sp.Expr:
    """Limit of a formula as alpha -> oo after lam -> 0 in a region, with or without label noise.

    Returns
    -------
    Expr
        In tau, kappa and rho; or an infinity.

    Raises
    ------
    NoSpecialValue
        If the limit, or its sign, is not decided for the whole region.
    """
    if region.side == "threshold":
        value = at_threshold(formula, region.infinite_kappa)
        if value is not None:
            return value
    formula = _folded(formula, region.infinite_kappa)
    if region.side == "threshold":
        formula = formula.xreplace({s: v for s, v in _THRESHOLD.items() if s != nu})
    if not noisy:
        formula = formula.xreplace({rho: sp.Integer(0)})
    if region.infinite_kappa:
        return formula.xreplace({m: sp.Integer(1), x: sp.Integer(0), nu: sp.Integer(0)})
    fixed = {e.lhs: sp.sympify(e.rhs) for e in region.where if isinstance(e, sp.Eq)}
    fixed = {symbol: value.xreplace(fixed) for symbol, value in fixed.items()}
    side = "ridgeless_under" if region.side == "under" else "ridgeless_over"
    state = getattr(uniformisation, side)()
    along = {symbol: value.xreplace(fixed) for symbol, value in state.items()} | fixed
    if region.name == "threshold-enough":
        # The resolvent trace stays finite: infinite context is where it reaches its limit.
        lead = decide.leading(formula.xreplace(along), m, unfold(enough_tasks_m), -1)
    else:
        lead = decide.leading(formula.xreplace(along), m, sp.oo)
    open_conditions = [e for e in region.where if not isinstance(e, sp.Eq) and e.rhs is not sp.oo]
    if region.name in BETWEEN:
        inside = {kappa: BETWEEN[region.name]}
    else:
        inside = dict(decide.parametrise(open_conditions))
    # With label noise rho is positive; without it is no longer there.
    inside[rho] = sp.Symbol("rho_+", positive=True)
    over, under = sp.fraction(sp.together(lead.coefficient))
    try:
        if lead.coefficient == 0:
            return sp.Integer(0)
        decide.sign(under.xreplace(inside))
        if lead.exponent > 0:
            return sp.Integer(0)
        if lead.exponent == 0:
            return sp.factor(lead.coefficient)
        return sp.oo * decide.sign((over / under).xreplace(inside))
    except decide.UndecidedError as error:
        raise NoSpecialValue(f"no limit in {region.name}: {error}") from None
