"""Claims about trained attention: its fast form."""

from __future__ import annotations

from icl_theory.algebra.relations import eq
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import transformers as attention


@claim(
    title="Linear attention with biases at the last token, from S = Z Z^T and s = Z 1 in O(d^2)",
    statement=eq(attention.straightforward(), attention.fast()),
)
def linear_attention_fast_form(proof: Proof) -> None:
    """What linear attention does at its last token takes O(d^2) operations a sequence.

    Multiply out r^T (V Z + b_V 1^T)(K Z + b_K 1^T)^T q. The tokens appear in Z Z^T, Z 1 and 1^T 1
    alone, none of which depends on the weights, between the vectors K^T q and V^T r. Keys and
    values of single tokens, O(d^3) operations, are never needed.
    """
    proof.decide(because="Words of the weights and tokens; all sizes symbols.")
