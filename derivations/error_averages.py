"""The error averages over tasks through E[w w^T] and E[w].

At fixed norm of the tasks the error is affine in (w w^T, w), so mixing two laws of tasks mixes
their errors. In particular k tasks and one more: if the error of the first k, each as often as the
others, is that of R_k and b_k, the same holds for k + 1. With one task (the error of given weights
on a given task) this is the error on any finite set of tasks, IDG, by induction, and for laws of
tasks by taking limits of finite sets.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Mixtures of two laws, then one task more."""
    proof.decide(claim.statement, because="Traces are linear in the blocks of A and B.")
