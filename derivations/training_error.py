"""The training error from the ridge objective.

Append the label to the features: by the Schur complement the minimum of the ridge objective per
sequence is the reciprocal of an entry of the resolvent of their joint sample covariance. Its
deterministic equivalent, which is quoted, replaces the sample covariance at ridge lam by the
population covariance at ridge xi, times xi/lam. With the population's R + x and R the minimum is r
(1 + rho - lim tr R^2 (R + nu)^{-1}/d) = r (rho + nu D1). Taking away the penalty lam
||Gamma*||^2/d, which by the envelope theorem is lam times the slope in lam, leaves the mean squared
residual. Implicit differentiation gives (lam/xi)^2 e_IDG.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.errors import objective
from icl_theory.symbolic.proof import Proof, eq
from icl_theory.symbolic.spectral import D1
from icl_theory.symbolic.symbols import nu, r, rho


def prove(proof: Proof, claim: object) -> None:
    """The quoted objective, then implicit differentiation."""
    proof.assume(
        eq(objective, r * (rho + nu * D1)),
        "rubio2011spectral",
        "The minimum of the ridge objective, by the deterministic equivalent of the resolvent.",
    )
    proof.decide(claim.statement, on=uniform.ridge(), because="Implicit differentiation in lam.")
