"""A token's projection on the task, given its label.

(<x_i, w>, y_i) is Gaussian with covariance theta^2. The rest <x_i, w> - (theta^2/v) y_i is
uncorrelated with y_i, hence independent of it, and has variance theta^2 - theta^4/v = theta^2
rho/v.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Two second moments."""
    proof.decide(claim.statement, because="Sum over pairings.")
