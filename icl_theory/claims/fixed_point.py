"""Claims about the effective ridge: its equation, existence, uniqueness, bounds and quartic."""

import sympy as sp

from icl_theory.symbolic.calculus import At, Partial, Total
from icl_theory.symbolic.fixed_point import (
    S,
    argument_residual,
    penalty_residual,
    quartic,
    ridge_log_slope,
    ridge_residual,
    ridge_residual_sum,
    ridge_residual_tasks,
    x,
    xi_lower,
    xi_upper,
)
from icl_theory.symbolic.orthant import a, b, c, w
from icl_theory.symbolic.proof import both, eq, gt, implies, le, lt
from icl_theory.symbolic.spectral import D1, D12, M, resolvent_residual, t
from icl_theory.symbolic.symbols import alpha, d, ell, kappa, lam, m, nu, r, rho, tau, xi

from .claim import Claim

#: The ridge residual as a function of xi alone, with nu = x + xi, m = M_kappa(nu) and r = lam/xi.
ALONG_XI = At(ridge_residual_sum, (m, At(M, (nu, x + xi))), (r, lam / xi))

# Where each form of the ridge equation is well conditioned; m > kappa is t < 1/2.
WEAK_RIDGE = lt(xi, x + t**2)
STRONG_RIDGE = gt(xi, x + t**2)
FEW_TASKS = gt(m, kappa)
MANY_TASKS = lt(m, kappa)

CLAIMS = (
    Claim(
        id="noise-to-context",
        title="x = (1 + rho)/alpha is the label variance per context sample and dimension",
        statement=eq(At(x, (alpha, ell / d)), (1 + rho) * d / ell),
        regime="free",
    ),
    Claim(
        id="positive-state",
        title="Four odds and rho run through every state of the domain exactly once",
        statement=both(
            eq(a, D1 / (1 - D1)),
            eq(b, m / kappa),
            eq(c, xi / x),
            eq(w, r / (1 - r)),
            *(gt(symbol) for symbol in (tau, alpha, kappa, lam, nu, m, xi, r, x)),
        ),
        regime=None,
    ),
    Claim(
        id="state-slopes",
        title="Slopes of the residuals in nu, xi, r and lam, and their zeros at the state",
        statement=both(
            eq(Partial(argument_residual, nu), 1),
            eq(Partial(penalty_residual, r), xi),
            eq(argument_residual, 0),
            eq(penalty_residual, 0),
        ),
    ),
    Claim(
        id="ridge-residuals-agree",
        title="The three forms of the ridge equation agree on the resolvent equation",
        statement=both(
            eq(ridge_residual, ridge_residual_sum),
            eq(ridge_residual, ridge_residual_tasks),
            eq(D1 + x * m, 1 - xi * m),
        ),
    ),
    Claim(
        id="ridge-degrees-of-freedom",
        title="r = lam/xi is one minus the degrees of freedom per pretraining sequence",
        statement=eq(r, 1 - (D1 + x * m) / tau),
        rests_on=("ridge-residuals-agree",),
    ),
    Claim(
        id="ridge-slope",
        title="S is the slope of the degrees of freedom, and the residual's slope in log xi",
        statement=both(
            eq(S, -Total(D1 + x * m, xi)),
            eq(S, D12 + x * m * (D12 / D1) / t),
            eq(ridge_log_slope, -xi * Total(ridge_residual, xi)),
        ),
        rests_on=("spectral-derivative",),
    ),
    Claim(
        id="ridge-existence",
        title="The ridge equation has a positive solution",
        statement=both(
            eq(sp.Limit(ALONG_XI, xi, 0), sp.oo),
            eq(sp.Limit(ALONG_XI, xi, sp.oo), -tau),
        ),
        rests_on=("spectral-bounds", "resolvent-unique"),
        regime="free",
    ),
    Claim(
        id="ridge-uniqueness",
        title="The ridge equation has exactly one positive solution",
        statement=both(
            gt(ridge_log_slope),
            lt(Total(ridge_residual, xi)),
        ),
        rests_on=("ridge-existence", "ridge-slope", "ridge-residuals-agree", "positive-state"),
    ),
    Claim(
        id="effective-ridge-bounds",
        title="Two-sided bounds of xi in closed form",
        statement=both(
            eq(xi_lower**2, (x + xi_lower) * ((1 - tau) * xi_lower + tau * lam)),
            eq(xi_upper**2, (1 + x + xi_upper) * ((1 - tau) * xi_upper + tau * lam)),
            gt(xi_lower),
            gt(xi, xi_lower),
            lt(xi, xi_upper),
        ),
        rests_on=("positive-state",),
    ),
    Claim(
        id="effective-ridge-quartic",
        title="xi is a root of an explicit quartic with leading coefficient kappa tau",
        statement=both(
            eq(quartic, 0),
            eq(sp.Limit(quartic / xi**4, xi, sp.oo), kappa * tau),
        ),
    ),
    Claim(
        id="quartic-branch",
        title="Exactly one positive root of the quartic has m > 0, and it is xi",
        statement=eq(
            At(
                quartic - xi**4 * m * (kappa + m) * resolvent_residual,
                (nu, x + xi),
                (m, ((1 - tau) * xi + tau * lam) / xi**2),
            ),
            0,
        ),
        rests_on=("resolvent-unique", "ridge-uniqueness", "effective-ridge-quartic"),
        regime="free",
    ),
    Claim(
        id="effective-ridge-monotone",
        title="xi increases in lam, kappa and rho and decreases in tau and alpha",
        statement=both(
            gt(Total(xi, lam)),
            gt(Total(xi, kappa)),
            gt(Total(xi, rho)),
            lt(Total(xi, tau)),
            lt(Total(xi, alpha)),
        ),
        rests_on=("positive-state",),
    ),
    Claim(
        id="residual-conditioning",
        title="Everywhere one form of the ridge equation has terms at most four times its slope",
        statement=both(
            *(implies(WEAK_RIDGE, le(term, 2 * ridge_log_slope)) for term in (tau * r, xi * m)),
            *(
                implies(both(STRONG_RIDGE, FEW_TASKS), le(term, 4 * ridge_log_slope))
                for term in (tau * r, x * m, kappa * t)
            ),
            *(
                implies(both(STRONG_RIDGE, MANY_TASKS), le(term, 4 * ridge_log_slope))
                for term in (tau * r, x * m, D1)
            ),
        ),
        rests_on=("ridge-slope",),
    ),
)
