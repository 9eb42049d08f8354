"""The fixed point as balances between positive terms.

D1 = m t are the degrees of freedom that are used. The resolvent equation says that nu m of the
capacity 1 is left, the ridge equation that tau r + x m of tau is, the definition of t that kappa t
of kappa is. With nu = x + xi the first splits into xi m and x m, and lam = r xi is the last
product. All are identities on the uniformised states.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Cancellation on every state at any ridge."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Cancellation on the states.")
