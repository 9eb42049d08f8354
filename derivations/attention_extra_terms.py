"""What the value block v21 would add, and why little is lost without it.

With v21 the last row of V Z also reads tokens, the query's own included. The prediction gains

    (1/ell) v21^T (X X^T + x_q x_q^T) M11 x_q   and   (1/ell) v21^T X y m21^T x_q.

The second is <Gamma', H_Z> for the rank-one Gamma' = [m21 v21^T/d, 0]: Gamma expresses it already.
The first contains no label, so it cannot depend on the task. Its covariance with the query's
label, by Wick's theorem, is linear in w and vanishes on average over tasks w and -w: it adds
variance, and its only other use is to cancel the part of the prediction that is even in the
labels. Dropping v21 therefore keeps what can be learned in context, and makes the prediction
linear in one parameter matrix.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Expand into words, and take the covariance by pairings."""
    proof.decide(claim.statement, because="Words of the blocks; pairings for the covariance.")
