"""Claims on the derivatives of the state and the errors in the parameters."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import OVER, RIDGE, UNDER
from icl_theory.proof.proof import Proof
from icl_theory.theory.diversity import rho_star_tasks, weight_tasks
from icl_theory.theory.errors import e_icl, e_idg, train
from icl_theory.theory.fixed_point import S
from icl_theory.theory.ridgeless import r_over
from icl_theory.theory.sensitivity import SPECTRAL, Rate, derivative
from icl_theory.theory.state import total
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

#: The parameters of the ridgeless limit.
RIDGELESS_PARAMETERS = tuple(p for p in PARAMETERS if p != lam)


def _chain(*quantities: sp.Symbol) -> sp.And:
    return both(*(eq(total(q, p), _rate(q, p)) for q in quantities for p in PARAMETERS))


def _rate(quantity: sp.Symbol, parameter: sp.Symbol) -> sp.Expr:
    """A rate: its closed form, where that is one product or a few, or else by its name."""
    trace = quantity in SPECTRAL and quantity != S and parameter != kappa
    closed = trace or quantity in (nu, m, xi, r)
    return (derivative if closed else Rate)(quantity, parameter)


#: Both test errors rise with the label noise.
NOISE_HURTS = both(gt(Rate(e_icl, rho)), gt(Rate(e_idg, rho)))


@claim(
    title="Rates of the state in every parameter, in closed form",
    statement=_chain(nu, m, xi, r),
    domain=RIDGE,
)
def state_rates(proof: Proof) -> None:
    """Rates of the state, by the implicit function theorem.

    The four residuals of the fixed point, differentiated, are a linear system for the rates. Its
    solution is one product each: the determinant is -d(ridge residual)/d(log xi) times a factor
    that cancels.
    """
    proof.decide()


@claim(
    title=(
        r"The effective ridge grows with $\kappa$, $\rho$ "
        r"and $\lambda$, and falls with $\tau$ and $\alpha$"
    ),
    statement=both(
        *(gt(Rate(xi, p)) for p in (kappa, rho, lam)),
        *(lt(Rate(xi, p)) for p in (tau, alpha)),
        *(gt(Rate(r, p)) for p in (tau, alpha, lam)),
        *(lt(Rate(r, p)) for p in (kappa, rho)),
        *(gt(Rate(m, p)) for p in (tau, alpha)),
        *(lt(Rate(m, p)) for p in (kappa, rho, lam)),
    ),
    domain=RIDGE,
)
def state_directions(proof: Proof) -> None:
    """Which way the state moves.

    Every rate is a product of positive terms with a sign in front.
    """
    proof.decide()


@claim(
    title="Derivatives of both errors in every parameter, by the chain rule",
    statement=_chain(e_idg, e_icl, *SPECTRAL),
    domain=RIDGE,
)
def error_rates(proof: Proof) -> None:
    """Derivatives of the errors.

    The chain rule through the rates of the state gives the same as differentiating the errors and
    the residuals of the fixed point together. D_p is that chain rule in a parameter p: the sum over
    what a formula is made of, nu, m, xi, r, x, 1/kappa and spectral traces, of its derivative in
    each times the rate of each, and its own derivative in p.
    """
    proof.decide()


@claim(
    title="Below the threshold the rates keep the ridgeless state",
    statement=both(
        # xi = (1 - tau)/m, differentiated.
        *(
            eq(m * Rate(xi, p) + xi * Rate(m, p), -1 if p == tau else 0)
            for p in RIDGELESS_PARAMETERS
        ),
        *(eq(Rate(r, p), 0) for p in RIDGELESS_PARAMETERS),
        eq(Rate(train, lam), 0),
    ),
    domain=UNDER,
)
def state_rates_under(proof: Proof) -> None:
    """The rates in the ridgeless limit below the interpolation threshold.

    There r = 0 and xi = (1 - tau)/m. The rates satisfy the differentials of both. The training
    error is 0, its least, so a small ridge does not move it to first order.
    """
    proof.decide()


@claim(
    title="Above the threshold the rates keep the ridgeless state",
    statement=both(
        *(eq(Rate(xi, p), 0) for p in RIDGELESS_PARAMETERS),
        *(eq(Rate(r, p), sp.diff(r_over.definition, p)) for p in RIDGELESS_PARAMETERS),
        eq(Rate(train, lam), 0),
    ),
    domain=OVER,
)
def state_rates_over(proof: Proof) -> None:
    """The rates in the ridgeless limit above the interpolation threshold.

    There xi = 0 and r = (tau - 1)/tau. The rates satisfy the differentials of both. The
    training error is at its least there, so a small ridge does not move it to first order.
    """
    proof.decide()


@claim(
    title="Both errors rise with the label noise, at every ridge",
    statement=NOISE_HURTS,
    domain=RIDGE,
)
def noise_hurts(proof: Proof) -> None:
    """Label noise hurts at every ridge.

    The derivatives of both errors in rho are quotients of polynomials with positive coefficients on
    the orthant of states.
    """
    proof.decide()


@claim(
    title="Ridgeless below the threshold both errors rise with the label noise",
    statement=NOISE_HURTS,
    domain=UNDER,
)
def noise_hurts_under(proof: Proof) -> None:
    """Label noise hurts, ridgeless below the interpolation threshold.

    On the face of the orthant with r = 0 the derivatives still have positive coefficients.
    """
    proof.decide()


@claim(
    title="Ridgeless above the threshold all errors rise with the label noise",
    statement=both(*(gt(Rate(error, rho)) for error in (e_icl, e_idg, train))),
    domain=OVER,
)
def noise_hurts_over(proof: Proof) -> None:
    """Label noise hurts, ridgeless above the interpolation threshold.

    On the face of the orthant with xi = 0 the derivatives still have positive coefficients.
    """
    proof.decide()


@claim(
    title="Ridgeless above the threshold more tasks make those of pretraining harder",
    statement=both(gt(Rate(e_idg, kappa)), gt(Rate(train, kappa))),
    domain=OVER,
)
def tasks_hurt_idg_over(proof: Proof) -> None:
    """More tasks are harder to learn, ridgeless above the interpolation threshold.

    There e_idg and the training error are rho + x D1 up to a factor of tau, and the degrees of
    freedom D1 grow with kappa.
    """
    proof.decide()


@claim(
    title=(
        "Ridgeless above the threshold more tasks "
        r"hurt on new ones where $\rho < \rho^\star$"
    ),
    statement=both(
        eq(Rate(e_icl, kappa), weight_tasks * (rho_star_tasks - rho)),
        gt(weight_tasks),
    ),
    domain=OVER,
)
def tasks_hurt_icl_over(proof: Proof) -> None:
    """Where more tasks hurt on new ones, ridgeless above the interpolation threshold.

    x and with it the argument of the spectral function stay, and e_icl is linear in rho at given x.
    So is its slope in kappa, whose sign changes with rho once.
    """
    proof.decide()
