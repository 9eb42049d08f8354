"""Steps that several proofs share."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.relations import eq, gt
from icl_theory.proof.proof import Proof
from icl_theory.theory import odds, uniformisation
from icl_theory.theory.fixed_point import ridge_log_slope, x
from icl_theory.theory.ridgeless import M_prime, mu, mu_value
from icl_theory.theory.spectral import P, minus_M_prime
from icl_theory.theory.symbols import lam, m, tau, xi


def ridgeless_limit(proof: Proof, error: sp.Expr, printed: sp.Expr, under: bool) -> None:
    """Prove ``Limit(error, lam, 0) = printed`` from the limit of the state.

    The errors are rational functions of (m, xi, r) whose denominators are products of P, tau and
    the slope of the ridge equation. These are positive at the ridgeless state, so errors are
    continuous there and their limit is their value, along whatever path the state arrives.
    """
    positive = odds.ridgeless_under() if under else odds.ridgeless_over()
    proof.sign(gt(P), on=positive, because="No denominator of the errors vanishes at the limit:")
    proof.sign(gt(ridge_log_slope), on=positive, because="the slope stays positive as well.")

    # The approach with m held and xi moving; x, and so alpha, move with it.
    path = uniformisation.ridge()
    if under:
        path[mu] = unfold(mu_value, keep={x}).xreplace(path)
        end, side = (1 - tau) / m, "+"
    else:
        path[M_prime] = -unfold(minus_M_prime).xreplace(path)
        end, side = sp.Integer(0), "+"
    proof.limit(
        sp.Limit(error - printed, xi, end, side),
        0,
        on=path,
        because="On the states at lam > 0, with m held, the difference tends to zero.",
    )
    proof.identity(
        error,
        printed,
        on=uniformisation.ridgeless_under() if under else uniformisation.ridgeless_over(),
        because="At the ridgeless state both are equal.",
    )
    proof.follows(
        eq(sp.Limit(error, lam, 0), printed),
        "The state tends to the ridgeless state and the error is continuous there.",
    )
