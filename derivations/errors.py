"""Claims about the test and training errors at any ridge."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.relations import both, eq, ge, gt
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import AT_TASKS, RIDGE
from icl_theory.proof.kernel import SMALL, Branch, branch
from icl_theory.proof.proof import Proof
from icl_theory.theory.errors import (
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
from icl_theory.theory.fixed_point import S, x
from icl_theory.theory.spectral import D1, D2, gamma, t
from icl_theory.theory.state import total
from icl_theory.theory.symbols import PARAMETERS, kappa, lam, m, nu, r, rho, tau, xi

from .deterministic import training_error
from .fixed_point import ridge_uniqueness

#: Unknowns of branches.
Z, Y = sp.symbols("Z Y", real=True)


@claim(
    title=(
        r"$e_{\mathrm{IDG}}$ without cancellation equals "
        r"the paper's $e_{\mathrm{IDG}}$ at every ridge"
    ),
    statement=eq(e_idg, e_idg_paper),
    domain=RIDGE,
)
def idg_paper_form(proof: Proof) -> None:
    """e_IDG as printed in the paper.

    On the rational uniformisation both forms are rational functions of (m, xi, kappa, tau, rho);
    their difference cancels to zero.
    """
    proof.decide()


@claim(
    title=(
        r"The four terms of $e_{\mathrm{ICL}}$ sum to "
        r"the paper's $e_{\mathrm{ICL}}$ at every ridge"
    ),
    statement=both(
        eq(e_icl, noise + bias + context_variance + pretraining_variance),
        eq(e_icl, e_icl_paper),
    ),
    domain=RIDGE,
)
def icl_paper_form(proof: Proof) -> None:
    """e_ICL as printed in the paper.

    On the rational uniformisation the sum of the four terms and the printed form are rational
    functions of (m, xi, kappa, tau, rho); their difference cancels to zero.
    """
    proof.decide()


@claim(
    title="The task-generalisation gap without cancellation",
    statement=eq(gap, e_icl - e_idg),
    domain=RIDGE,
)
def gap_form(proof: Proof) -> None:
    """The gap without cancellation.

    e_ICL - e_IDG and the factored form are rational functions on the uniformisation; their
    difference cancels to zero. The factor 1/kappa in front is the 1/kappa law; the only negative
    term is proportional to xi.
    """
    proof.decide()


@claim(
    title=(
        r"Terms of $e_{\mathrm{ICL}}$, and the training "
        r"error, are positive; both test errors exceed $\rho$"
    ),
    statement=both(
        ge(noise, 0),
        *(gt(term) for term in (bias, context_variance, pretraining_variance)),
        gt(e_icl, rho),
        gt(e_idg, rho),
        gt(train),
    ),
    domain=RIDGE,
)
def four_terms_positive(proof: Proof) -> None:
    """Positivity of the errors.

    In the odds (a, b, c, w) and rho every term but the noise, which is rho >= 0 itself, is a
    quotient of polynomials with positive coefficients, and so are the excesses of both test errors
    over the label noise.
    """
    proof.decide()


@claim(
    title=r"The errors in terms of $1 - \gamma$, with one common variance inflation",
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
    domain=RIDGE,
)
def error_theory_form(proof: Proof) -> None:
    """The errors in terms of the variance inflation 1/(1 - gamma).

    On the resolvent equation 1 - gamma = m P; every form with 1 - gamma in it is the one with P.
    Decided on the rational uniformisation.
    """
    proof.decide()


@claim(
    title=r"The slope of the ridge objective in $\lambda$ is the squared norm of the estimator",
    statement=both(
        eq(total(objective, lam), D2 + S * e_idg / tau),
        eq(e_icl, 1 + rho - 2 * D1 + (1 + x) * total(objective, lam)),
    ),
    domain=RIDGE,
)
def estimator_norm(proof: Proof) -> None:
    """The norm of the estimator from the ridge objective.

    By the envelope theorem the slope in lam of the objective's minimum is what lam multiplies:
    ||Gamma*||^2/d. Implicit differentiation of r (rho + nu D1) along the state gives D2, the norm
    of the deterministic estimator, plus S e_IDG/tau, its variance. The ICL error of an estimator
    with trace d D1 is 1 + rho - 2 D1 + (1 + x) ||Gamma*||^2/d, and this is e_ICL.
    """
    proof.decide()


@claim(
    title=(
        "The training error is the ridge objective less "
        r"its penalty, and $(\lambda/\xi)^2 e_{\mathrm{IDG}}$"
    ),
    statement=both(
        eq(train, objective - lam * total(objective, lam)),
        eq(train, (lam / xi) ** 2 * e_idg),
    ),
    domain=RIDGE,
)
def objective_less_penalty(proof: Proof) -> None:
    """The training error from the ridge objective.

    The minimum r (rho + nu D1) of the objective per sequence is the mean squared residual plus the
    penalty lam ||Gamma*||^2/d. By the envelope theorem its slope in lam is ||Gamma*||^2/d, so the
    residual is the minimum less lam times its slope. Implicit differentiation along the state gives
    (lam/xi)^2 e_IDG: the training error of the limit, found without leaving a sample out.
    """
    proof.use(training_error)
    proof.decide()


def many_tasks(expression: sp.Expr) -> PathLimit:
    """Limit kappa -> oo along the states at given other parameters."""
    return PathLimit(expression, "ridge", (kappa, sp.oo, "+"))


def to_many_tasks(proof: Proof) -> Branch:
    """The states at a ridge as kappa -> oo."""
    return branch(
        proof.part(ridge_uniqueness, AtMostOne(sp.Symbol(RIDGE.name), *PARAMETERS)),
        moves={kappa: 1 / SMALL},
        chart={m: Z, xi: Y},
        start={Z: m, Y: xi},
        base=AT_TASKS,
        forms={r: lam / xi},
    )


@claim(
    title=r"At many tasks the gap falls like $1/\kappa$, with an explicit constant",
    statement=both(
        eq(many_tasks(m), m),
        eq(many_tasks(xi), xi),
        eq(many_tasks(kappa * gap - m**3 * (2 * nu**2 + e_idg / tau * (1 + x - xi))), 0),
    ),
    domain=AT_TASKS,
)
def gap_one_over_kappa(proof: Proof) -> None:
    """The 1/kappa law of the gap.

    kappa g_task = m^2 t/P (nu^2 (1 + t) + (e_IDG/tau)(x + t^2 - t xi)). As kappa -> oo at fixed
    parameters the equations of the state tend to those with t = 1, which determine it near their
    solution; so the state tends to that, and m P -> 1 - gamma -> 1. The difference to the constant
    tends to zero, with positive denominators.
    """
    run = to_many_tasks(proof)
    for part in proof.statement.args:
        proof.path_limit(run, *part.args)
