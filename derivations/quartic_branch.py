"""The branch of the quartic.

With m = N/xi^2, N = (1 - tau) xi + tau lam, and nu = x + xi, the quartic is xi^4 m (kappa + m)
times the resolvent residual. Let xi > 0 be a root of it with m > 0. Then the residual vanishes, so
m = M_kappa(x + xi), since the resolvent equation has one positive root; and xi^2 m = N is the ridge
equation, so xi is the effective ridge, since that has one positive solution. Conversely the
effective ridge is such a root.
"""

from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.symbols import kappa, m, xi


def prove(proof: Proof, claim: object) -> None:
    """Factor; the other factors are positive."""
    proof.decide(claim.statement, because="The quartic as a multiple of the resolvent residual.")
    proof.sign(gt(xi**4 * m * (kappa + m)), because="The factor does not vanish where m > 0.")
