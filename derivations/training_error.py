"""The training error at finite d, twice.

Each training residual is the residual left out over 1 + chi = 1/r, so the mean squares differ by
r^2, and a sample left out is a fresh one: e_train = r^2 e_IDG.

Independently: the minimum of the loss per sample is e_train + lam |Gamma*|^2/d, and its derivative
in lam is |Gamma*|^2/d. So e_train is the minimum minus lam times its derivative, with the
derivative of the claim on test errors for B = 1.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Leaving one out; the derivative in lam."""
    proof.decide(
        claim.statement, because="1 + chi = 1/r; the minimum minus lam = r xi times its derivative."
    )
