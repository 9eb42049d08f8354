"""Second moments of the features, for symbolic d and ell.

The entries of g g^T are polynomials of degree up to four in the tokens and of the same degree in
the noise. Isserlis' theorem pairs the Gaussian factors: a pair of tokens identifies their context
indices and their vector indices and gives 1/d, a pair of noises gives rho. A context index that
stays free counts ell, a vector chain closes into w^T w = theta^2 d, w_a or delta_ab. Adding up the
pairings gives the blocks of E_w. The query's pair gives delta/d in front: the Kronecker factor
I_d/d.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """One block of E_w at a time."""
    proof.decide(claim.statement, because="Sum over pairings, with free indices a, b, c and e.")
