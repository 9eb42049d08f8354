"""Claims about early stopping: gradient flow on Gamma from zero, beside the ridge."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import early_stopping as flow
from icl_theory.theory.errors import e_idg
from icl_theory.theory.fixed_point import x
from icl_theory.theory.symbols import kappa, lam, m, nu, r, rho, tau, xi

#: The state at kappa = oo, where R is the identity: m = 1/(1 + nu).
_ISOTROPIC = (
    (m, 1 / (1 + x + xi)),
    (nu, x + xi),
    (r, flow.isotropic_ridge / xi),
)

#: What the transform of the curvature's law averages.
_resolvent = 1 / (flow.s + lam)


@claim(
    title=r"Gradient flow from zero has the spectral filter $1 - \exp(-t s)$",
    statement=both(
        eq(Partial(flow.flow_filter, flow.t), flow.s * (1 - flow.flow_filter)),
        eq(At(flow.flow_filter, (flow.t, sp.Integer(0))), 0),
    ),
)
def flow_filter(proof: Proof) -> None:
    """The filter of gradient flow, exact for any data.

    The loss is half of (d/n) |F gamma - Y|^2. Along an eigenvector of the curvature (d/n) F^T F
    with eigenvalue s the flow is c' = s (c* - c), with c* the coefficient of the least-squares
    solution. It starts at zero, and c = (1 - exp(-t s)) c* is its only solution: the right side is
    linear. Along eigenvalues that are zero nothing moves.
    """
    proof.decide(because="The derivative, and the value at t = 0.")


@claim(
    title=(
        "With the ridge's filter, the error of a filter for "
        r"fresh tasks is $e_{\mathrm{IDG}}$ at $\kappa = \infty$"
    ),
    statement=both(
        eq((1 - flow.ridge_filter) ** 2, -(lam**2) * Partial(_resolvent, lam)),
        eq(flow.ridge_filter**2 / flow.s, _resolvent + lam * Partial(_resolvent, lam)),
        eq(
            sp.Limit(At(e_idg, *_ISOTROPIC), kappa, sp.oo),
            At(flow.filtered_error, *flow.ridge_moments().items()),
        ),
    ),
    assumptions=(
        gt(xi, 0),
        sp.Ne(tau * (1 + x + xi), 1 + x),
        sp.Ne(tau * (1 + x + xi) ** 2, (1 + x) ** 2),
    ),
)
def filtered_ridge_error(proof: Proof) -> None:
    """The error of a spectral filter gives back the ridge's.

    The ridge's filter is s/(s + lam): what a filter misses and gains, lam^2/(s + lam)^2 and s/(s +
    lam)^2, are combinations of 1/(s + lam) and its derivative in lam, so that their integrals are
    those of the transform int 1/(s + lam) dmu. With the effective ridge xi as the free parameter
    these are rational, as is the theory's error at kappa = oo, where R_k is the identity and m =
    1/(1 + nu).
    """
    proof.decide()


@claim(
    title=(
        "At the end of gradient flow, above the "
        r"threshold: the ridgeless error $\tau/(\tau - 1)$"
    ),
    statement=eq(
        At(
            flow.filtered_error,
            (flow.missed, sp.Integer(0)),
            (flow.gained, At(flow.isotropic_trace, (xi, sp.Integer(0)))),
        ),
        tau / (tau - 1) * (rho + x / (1 + x)),
    ),
    assumptions=(gt(tau, 1),),
)
def flow_end(proof: Proof) -> None:
    """Where gradient flow ends for tau > 1.

    As t -> oo the filter tends to one on every s > 0: nothing is missed, and the variance is the
    mean of 1/s, the transform at lam = 0, where xi = 0 as well. The sum is the error of least
    squares.
    """
    proof.decide(because="Put in and cancel.")
