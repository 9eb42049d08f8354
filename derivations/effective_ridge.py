"""The effective ridge, by leaving one pretraining sequence out.

Let G be the inverse of the penalised Gram matrix sum f f^T + (n/d) lam and chi = f^T G_{-} f for a
sample f left out of G_{-}. Quoted: chi concentrates on tr(Sigma G), Sigma = (1/d) E (x) I_d the
population covariance of f = vec H, and G has the deterministic equivalent in which each f f^T is
replaced by Sigma/(1 + chi):

    G ~ (n/(1 + chi) Sigma + (n/d) lam)^{-1}.

On an eigenvector of E with eigenvalue s, which Sigma has d times, the trace of Sigma G is d s/d
times the inverse below. With lam = r xi and 1 + chi = 1/r it is proportional to s/(s + xi): the
penalty acts as if it were xi on the population. Summing over the eigenvalues and dividing by 1 +
chi, with n = tau d^2, tau chi/(1 + chi) = (1/d) tr E (E + xi)^{-1}, which is the equation of the
effective ridge.
"""

from sympy import Symbol

from icl_theory.symbolic.deterministic import freedom_residual, response
from icl_theory.symbolic.model import penalty
from icl_theory.symbolic.proof import Proof, eq
from icl_theory.symbolic.symbols import d, lam, n, r, xi


def prove(proof: Proof, claim: object) -> None:
    """Concentration, one eigenvalue, the sum."""
    vanishes = eq(freedom_residual, 0)
    proof.assume(
        eq(Symbol(r"\operatorname{tr}(\Sigma G)"), response),
        "lu2025asymptotic",
        "The response of a sample to itself concentrates, although the entries of "
        "f = vec(x g^T) are not independent.",
    )
    proof.assume(
        None,
        "hachem2007deterministic",
        "The inverse Gram matrix has the equivalent (n Sigma/(1 + chi) + penalty)^-1.",
    )
    proof.identity(
        penalty * d * (1 + response) / n,
        xi,
        on={lam: r * xi},
        because="Seen from the population the penalty is lam (1 + chi) = xi.",
    )
    for relation in claim.statement.args:
        if relation != vanishes:
            proof.decide(
                relation,
                on={lam: r * xi},
                because="The equivalent on one eigenvalue of E, and the sum with n = tau d^2.",
            )
    proof.follows(
        vanishes,
        "The sum over the eigenvalues is chi = (1 + chi) F1/tau, so tau chi/(1 + chi) = F1.",
    )
