"""Claims about the ridgeless limit lam -> 0.

Symbols stand for the ridgeless state; `sp.Limit` in ``lam`` runs over the states at lam > 0, all
parameters held.
"""

import sympy as sp

from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.errors import e_icl, e_idg, gap, train
from icl_theory.symbolic.fixed_point import ridge_log_slope, x
from icl_theory.symbolic.proof import both, eq, gt, lt
from icl_theory.symbolic.ridgeless import (
    e_icl_over,
    e_icl_under,
    e_idg_over,
    e_idg_under,
    mu,
    mu_value,
    p_printed,
    r_over,
    train_over,
    xi_printed,
    xi_under,
)
from icl_theory.symbolic.spectral import D1, M, gamma
from icl_theory.symbolic.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

from .claim import Claim

UNDER = (lt(tau, 1),)
OVER = (gt(tau, 1),)

#: M_kappa(x), the resolvent trace of the ridgeless state at and above the threshold.
M_AT_X = At(M, (nu, x))
#: M_{kappa/tau}(x), which is m/tau below the threshold.
M_RESCALED = At(M, (kappa, kappa / tau), (nu, x))
#: Residue of the errors at the threshold: the noise that an interpolating estimator amplifies.
AMPLIFIED = At(rho + x * D1, (m, M_AT_X))

CLAIMS = (
    Claim(
        id="ridgeless-state-under",
        title="Ridgeless state below the interpolation threshold",
        statement=both(
            eq(sp.Limit(xi, lam, 0), xi_under),
            eq(sp.Limit(r, lam, 0), 0),
            eq(m, tau * M_RESCALED),
            eq(mu_value, x * M_RESCALED),
        ),
        assumptions=UNDER,
        rests_on=("effective-ridge-bounds", "effective-ridge-monotone", "resolvent-unique"),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-state-over",
        title="Ridgeless state above the interpolation threshold",
        statement=both(
            eq(sp.Limit(xi, lam, 0), 0),
            eq(sp.Limit(r, lam, 0), r_over),
            eq(m, M_AT_X),
        ),
        assumptions=OVER,
        rests_on=("resolvent-unique",),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-idg-under",
        title="Ridgeless e_IDG below the threshold is the paper's",
        statement=eq(sp.Limit(e_idg, lam, 0), e_idg_under),
        assumptions=UNDER,
        rests_on=("ridgeless-state-under",),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-idg-over",
        title="Ridgeless e_IDG above the threshold is the paper's",
        statement=eq(sp.Limit(e_idg, lam, 0), e_idg_over),
        assumptions=OVER,
        rests_on=("ridgeless-state-over",),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-icl-under",
        title="Ridgeless e_ICL below the threshold is the paper's",
        statement=eq(sp.Limit(e_icl, lam, 0), e_icl_under),
        assumptions=UNDER,
        rests_on=("ridgeless-state-under",),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-icl-over",
        title="Ridgeless e_ICL above the threshold is the paper's",
        statement=eq(sp.Limit(e_icl, lam, 0), e_icl_over),
        assumptions=OVER,
        rests_on=("ridgeless-state-over",),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-train-under",
        title="Below the threshold the ridgeless estimator interpolates: no training error",
        statement=eq(sp.Limit(train, lam, 0), 0),
        assumptions=UNDER,
        rests_on=("ridgeless-state-under",),
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-train-over",
        title="Ridgeless training error above the threshold",
        statement=eq(sp.Limit(train, lam, 0), train_over),
        assumptions=OVER,
        rests_on=("ridgeless-state-over",),
        regime="ridgeless",
    ),
    Claim(
        id="printed-p",
        title="The paper's p is 1/(1 - gamma) and its xi the effective ridge",
        statement=both(
            eq(p_printed, 1 / (1 - gamma)),
            eq(xi_printed, xi_under),
            eq(mu, mu_value),
        ),
        assumptions=UNDER,
        regime="ridgeless",
    ),
    Claim(
        id="ridgeless-slope",
        title="The slope of the ridge equation vanishes at the threshold, from both sides",
        statement=both(
            eq(sp.Limit(ridge_log_slope, tau, 1, "-"), 0),
            eq(sp.Limit(ridge_log_slope, tau, 1, "+"), 0),
        ),
        rests_on=("ridgeless-state-under", "ridgeless-state-over"),
        regime="ridgeless",
    ),
    Claim(
        id="interpolation-peak-under",
        title="Errors grow like 1/(1 - tau) below the interpolation threshold",
        statement=both(
            eq(sp.Limit((1 - tau) * e_idg, tau, 1, "-"), AMPLIFIED),
            eq(sp.Limit((1 - tau) * e_icl, tau, 1, "-"), (1 + x) * M_AT_X * AMPLIFIED),
        ),
        rests_on=("ridgeless-state-under",),
        regime="ridgeless",
    ),
    Claim(
        id="interpolation-peak-over",
        title="Errors grow like 1/(tau - 1) above the threshold, with the same coefficients",
        statement=both(
            eq(sp.Limit((tau - 1) * e_idg, tau, 1, "+"), AMPLIFIED),
            eq(sp.Limit((tau - 1) * e_icl, tau, 1, "+"), (1 + x) * M_AT_X * AMPLIFIED),
        ),
        rests_on=("ridgeless-state-over",),
        regime="ridgeless",
    ),
    Claim(
        id="interpolation-peak-ridge",
        title="At the threshold the errors grow like lam^{-1/2}",
        statement=both(
            eq(
                sp.Limit(sp.sqrt(lam) * e_idg, lam, 0),
                At((rho + x * D1) / (2 * sp.sqrt(m)), (m, M_AT_X)),
            ),
            eq(
                sp.Limit(sp.sqrt(lam) * e_icl, lam, 0),
                At((1 + x) * sp.sqrt(m) * (rho + x * D1) / 2, (m, M_AT_X)),
            ),
        ),
        assumptions=(eq(tau, 1),),
        rests_on=("resolvent-unique", "spectral-bounds"),
    ),
    Claim(
        id="gap-positive-over",
        title="Above the interpolation threshold fresh tasks always cost more",
        statement=gt(gap),
        assumptions=OVER,
        rests_on=("gap-form", "ridgeless-state-over", "positive-state"),
        regime="ridgeless",
    ),
    Claim(
        id="gap-negative-example",
        title="Below the threshold fresh tasks can cost less: an exact example",
        statement=lt(gap),
        assumptions=(
            eq(tau, sp.Rational(1, 100)),
            eq(alpha, 100),
            eq(kappa, sp.Rational(1, 2)),
            eq(rho, 4),
        ),
        rests_on=("gap-form", "ridgeless-state-under"),
        regime="ridgeless",
    ),
)
