"""Claims about the test and training errors at any ridge."""

import sympy as sp

from icl_theory.symbolic.calculus import Total
from icl_theory.symbolic.errors import (
    bias,
    context_variance,
    e_icl,
    e_icl_paper,
    e_idg,
    e_idg_paper,
    gap,
    noise,
    objective,
    pretraining_variance,
    train,
)
from icl_theory.symbolic.fixed_point import S, x
from icl_theory.symbolic.proof import both, eq, gt
from icl_theory.symbolic.spectral import D1, D2, gamma, t
from icl_theory.symbolic.symbols import kappa, lam, m, nu, rho, tau, xi

from .claim import Claim

CLAIMS = (
    Claim(
        id="idg-paper-form",
        title="e_IDG without cancellation equals the paper's e_IDG at every ridge",
        statement=eq(e_idg, e_idg_paper),
        rests_on=("ridge-degrees-of-freedom",),
    ),
    Claim(
        id="icl-paper-form",
        title="The four terms of e_ICL sum to the paper's e_ICL at every ridge",
        statement=both(
            eq(e_icl, noise + bias + context_variance + pretraining_variance),
            eq(e_icl, e_icl_paper),
        ),
        rests_on=("idg-paper-form",),
    ),
    Claim(
        id="gap-form",
        title="The task-generalisation gap without cancellation",
        statement=eq(gap, e_icl - e_idg),
        rests_on=("icl-paper-form",),
    ),
    Claim(
        id="four-terms-positive",
        title="Every term of e_ICL, e_IDG and the training error are positive",
        statement=both(
            *(gt(term) for term in (noise, bias, context_variance, pretraining_variance)),
            gt(e_idg),
            gt(e_icl, rho),
            gt(e_idg, rho),
            gt(train),
        ),
        rests_on=("positive-state",),
    ),
    Claim(
        id="error-theory-form",
        title="The errors in terms of 1 - gamma, with one common variance inflation",
        statement=both(
            eq(S, (D1**2 + x * m**2) / (1 - gamma)),
            eq(noise, rho),
            eq(bias, nu**2 * m**2 / (1 - gamma)),
            eq(D2, D1**2 * (nu * m + kappa * t) / (kappa * (1 - gamma))),
            eq(context_variance, x * D2),
            eq(
                e_idg,
                tau * (rho + x * D1 + xi * nu * D1**2 / (1 - gamma)) / (tau * lam / xi + xi * S),
            ),
            eq(pretraining_variance, (1 + x) * S * e_idg / tau),
            eq(
                gap,
                m**3
                * t
                / (kappa * (1 - gamma))
                * (nu**2 * (1 + t) + e_idg / tau * (x + t**2 - t * xi)),
            ),
        ),
        rests_on=("one-minus-gamma",),
    ),
    Claim(
        id="estimator-norm",
        title="The slope of the ridge objective in lam is the squared norm of the estimator",
        statement=both(
            eq(Total(objective, lam), D2 + S * e_idg / tau),
            eq(e_icl, 1 + rho - 2 * D1 + (1 + x) * Total(objective, lam)),
        ),
        rests_on=("ridge-slope",),
    ),
    Claim(
        id="objective-less-penalty",
        title="The training error is the ridge objective less its penalty, and (lam/xi)^2 e_IDG",
        statement=both(
            eq(train, objective - lam * Total(objective, lam)),
            eq(train, (lam / xi) ** 2 * e_idg),
        ),
        rests_on=("estimator-norm", "training-error"),
    ),
    Claim(
        id="gap-one-over-kappa",
        title="At many tasks the gap falls like 1/kappa, with an explicit constant",
        statement=eq(
            sp.Limit(kappa * gap - m**3 * (2 * nu**2 + e_idg / tau * (1 + x - xi)), kappa, sp.oo),
            0,
        ),
        rests_on=("gap-form", "infinite-diversity", "effective-ridge-monotone"),
    ),
)
