"""Claims on the derivatives of the state and the errors in the parameters."""

from __future__ import annotations

import sympy as sp

from icl_theory.symbolic.calculus import Total
from icl_theory.symbolic.diversity import rho_star_tasks, weight_tasks
from icl_theory.symbolic.errors import e_icl, e_idg, train
from icl_theory.symbolic.proof import both, eq, gt, lt
from icl_theory.symbolic.ridgeless import r_over
from icl_theory.symbolic.sensitivity import SPECTRAL, Rate
from icl_theory.symbolic.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

from .claim import Claim

#: The parameters of the ridgeless limit.
RIDGELESS = tuple(p for p in PARAMETERS if p != lam)


def _chain(*quantities: sp.Symbol) -> sp.And:
    return both(*(eq(Total(q, p), Rate(q, p)) for q in quantities for p in PARAMETERS))


#: Both test errors rise with the label noise.
NOISE_HURTS = both(gt(Rate(e_icl, rho)), gt(Rate(e_idg, rho)))

CLAIMS = (
    Claim(
        id="state-rates",
        title="Rates of the state in every parameter, in closed form",
        statement=_chain(nu, m, xi, r),
    ),
    Claim(
        id="state-directions",
        title="The effective ridge grows with kappa, rho and lam, and falls with tau and alpha",
        statement=both(
            *(gt(Rate(xi, p)) for p in (kappa, rho, lam)),
            *(lt(Rate(xi, p)) for p in (tau, alpha)),
            *(gt(Rate(r, p)) for p in (tau, alpha, lam)),
            *(lt(Rate(r, p)) for p in (kappa, rho)),
            *(gt(Rate(m, p)) for p in (tau, alpha)),
            *(lt(Rate(m, p)) for p in (kappa, rho, lam)),
        ),
        rests_on=("state-rates",),
    ),
    Claim(
        id="error-rates",
        title="Derivatives of both errors in every parameter, by the chain rule",
        statement=_chain(e_idg, e_icl, *SPECTRAL),
        rests_on=("state-rates",),
    ),
    Claim(
        id="state-rates-under",
        title="Below the threshold the rates keep the ridgeless state",
        statement=both(
            # xi = (1 - tau)/m, differentiated.
            *(eq(m * Rate(xi, p) + xi * Rate(m, p), -1 if p == tau else 0) for p in RIDGELESS),
            *(eq(Rate(r, p), 0) for p in RIDGELESS),
        ),
        assumptions=(lt(tau, 1),),
        regime="ridgeless",
    ),
    Claim(
        id="state-rates-over",
        title="Above the threshold the rates keep the ridgeless state",
        statement=both(
            *(eq(Rate(xi, p), 0) for p in RIDGELESS),
            *(eq(Rate(r, p), sp.diff(r_over.definition, p)) for p in RIDGELESS),
            eq(Rate(train, lam), 0),
        ),
        assumptions=(gt(tau, 1),),
        regime="ridgeless",
    ),
    Claim(
        id="noise-hurts",
        title="Both errors rise with the label noise, at every ridge",
        statement=NOISE_HURTS,
        rests_on=("error-rates",),
    ),
    Claim(
        id="noise-hurts-under",
        title="Ridgeless below the threshold both errors rise with the label noise",
        statement=NOISE_HURTS,
        assumptions=(lt(tau, 1),),
        rests_on=("error-rates", "state-rates-under"),
        regime="ridgeless",
    ),
    Claim(
        id="noise-hurts-over",
        title="Ridgeless above the threshold all errors rise with the label noise",
        statement=both(*(gt(Rate(error, rho)) for error in (e_icl, e_idg, train))),
        assumptions=(gt(tau, 1),),
        rests_on=("error-rates", "state-rates-over"),
        regime="ridgeless",
    ),
    Claim(
        id="tasks-hurt-idg-over",
        title="Ridgeless above the threshold more tasks make those of pretraining harder",
        statement=both(gt(Rate(e_idg, kappa)), gt(Rate(train, kappa))),
        assumptions=(gt(tau, 1),),
        rests_on=("error-rates", "state-rates-over"),
        regime="ridgeless",
    ),
    Claim(
        id="tasks-hurt-icl-over",
        title="Ridgeless above the threshold more tasks hurt on new ones where rho < rho_star",
        statement=both(
            eq(Rate(e_icl, kappa), weight_tasks * (rho_star_tasks - rho)),
            gt(weight_tasks),
        ),
        assumptions=(gt(tau, 1),),
        rests_on=("error-rates", "state-rates-over"),
        regime="ridgeless",
    ),
)
