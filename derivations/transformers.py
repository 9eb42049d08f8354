"""Claims about trained attention: its fast form, and how much it can fit."""

from __future__ import annotations

from icl_theory.algebra.relations import both, eq
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import transformers as attention
from icl_theory.theory.symbols import d


@claim(
    title=(
        "Linear attention with biases at the last token, "
        r"from $S = Z Z^\top$ and $s = Z 1$ in $O(d^2)$"
    ),
    statement=eq(attention.straightforward(), attention.fast()),
)
def linear_attention_fast_form(proof: Proof) -> None:
    """What linear attention does at its last token takes O(d^2) operations a sequence.

    Multiply out r^T (V Z + b_V 1^T)(K Z + b_K 1^T)^T q. The tokens appear in Z Z^T, Z 1 and 1^T 1
    alone, none of which depends on the weights, between the vectors K^T q and V^T r. Keys and
    values of single tokens, O(d^3) operations, are never needed.
    """
    proof.decide()


@claim(
    title=(
        "Full linear attention of width $d$ has at most "
        r"$d^2 + 4 d + 2$ dimensions, $\Gamma$ has $d (d + 1)$"
    ),
    statement=both(
        eq(attention.linear_dimension, d**2 + 4 * d + 2),
        eq(attention.linear_dimension - d * (d + 1), 3 * d + 2),
    ),
)
def linear_attention_dimension(proof: Proof) -> None:
    """How many labels full linear attention can fit, by counting dimensions.

    Write the query as (x_q, 1) and a key as (z, 1). The scores are a bilinear form of the two whose
    (d + 2) x (d + 1) matrix is a product of inner width d: the matrices of rank d form a manifold
    of dimension d ((d + 2) + (d + 1) - d). The readout sees the values through one vector of d + 2
    numbers, (v21, v22) and the bias, and adds its own bias. A factor can move between the matrix
    and the values without changing the function.

    That no other direction is lost, so that the count is the rank of the predictions' derivative
    with respect to the weights, is measured and not proved. At as many sequences as dimensions
    training error can leave zero: this is the interpolation threshold after any number of steps.
    """
    proof.decide()
