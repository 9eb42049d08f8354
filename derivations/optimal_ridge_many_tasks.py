"""The best ridge at infinite task diversity, where it has a closed form.

At xi the ridge is lam = xi r, and with tau = tau_star(xi) this is xi (tau_star - df_1)/tau. At
infinite kappa (b = m/kappa -> 0) the covariance of the features is a multiple of the identity, and
the product no longer depends on xi. There e_icl = e_idg.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    why = "xi cancels when the spectrum is a point"
    proof.decide(claim.statement, on=orthant.ridge(), because=why)
