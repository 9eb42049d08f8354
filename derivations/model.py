"""Claims about the model at finite size: attention, moments, error of any weights, exact sampling.

Letters are those of `icl_theory.theory.model`; expectations are given the task w, with
|w|^2 = theta^2 d.
"""

from __future__ import annotations

from sympy.matrices.expressions import MatrixSymbol, ZeroMatrix

from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.relations import both, eq
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import model
from icl_theory.theory.model import Expectation
from icl_theory.theory.symbols import d

_no_column = ZeroMatrix(d, 1)
_start, _move = MatrixSymbol("G", model.p, 1), MatrixSymbol("D", model.p, 1)
_F, _Y = model.designs, model.labels


@claim(
    title=(
        "With $v_{21} = 0$ linear attention predicts "
        r"$\langle\Gamma, H_Z\rangle$, $\Gamma = v_{22} [M_{11}^\top/d, m_{21}]$"
    ),
    statement=eq(model.prediction(v21=_no_column), model.collapsed_prediction()),
)
def attention_collapse(proof: Proof) -> None:
    """Linear attention without the value block v21 is linear in H_Z.

    The last row of V Z reads only labels when v21 = 0, so it is v22 (y^T, 0): the query's own label
    is masked and drops out. The query's column of Q Z is Q1 x_q for the same reason. What remains
    is

        v22/ell (y^T X^T K1^T + y^T y k2^T) Q1 x_q,

    bilinear in the query and in (X y, y^T y), which are the features up to their scales. Comparing
    with <Gamma, H_Z> = g^T Gamma^T x_q gives Gamma = v22 [M11^T/d, m21] for M11 = K1^T Q1 and m21 =
    Q1^T k2. The blocks are multiplied as words, so the sizes d, ell and that of the heads stay
    symbols.
    """
    proof.decide(because="Both sides expanded into words of the blocks.")


@claim(
    title=(
        "$V_{11}$, $v_{12}$ and the last column of $Q$ "
        "never enter the prediction, whatever $v_{21}$"
    ),
    statement=eq(
        model.prediction(),
        model.prediction(V11=ZeroMatrix(d, d), v12=_no_column, q2=ZeroMatrix(model.p, 1)),
    ),
)
def unused_weights(proof: Proof) -> None:
    """Which weights never enter the prediction.

    The prediction is in the last row of V Z (..), so the upper blocks V11 and v12 do not reach it.
    The query's token has a zero in its last entry, so the last column of Q (and with it m12 and m22
    in K^T Q) multiplies zero. Setting these blocks to zero changes nothing, with v21 present or
    not.
    """
    proof.decide(because="Words with V11, v12 or q2 cancel.")


@claim(
    title="What the block $v_{21}$ of the value matrix adds to the prediction",
    statement=both(
        eq(model.prediction() - model.prediction(v21=_no_column), model.extra_prediction()),
        eq(model.extra_linear_term(), model.collapsed_prediction(model.extra_weights())),
        eq(
            Expectation(model.query_label() * model.extra_square_term()),
            model.extra_square_covariance(),
        ),
    ),
)
def attention_extra_terms(proof: Proof) -> None:
    """What the value block v21 would add, and why little is lost without it.

    With v21 the last row of V Z also reads tokens, the query's own included. The prediction gains

        (1/ell) v21^T (X X^T + x_q x_q^T) M11 x_q   and   (1/ell) v21^T X y m21^T x_q.

    The second is <Gamma', H_Z> for the rank-one Gamma' = [m21 v21^T/d, 0]: Gamma expresses it
    already. The first contains no label, so it cannot depend on the task. Its covariance with the
    query's label, by Wick's theorem, is linear in w and vanishes on average over tasks w and -w: it
    adds variance, and its only other use is to cancel the part of the prediction that is even in
    the labels. Dropping v21 therefore keeps what can be learned in context, and makes the
    prediction linear in one parameter matrix.
    """
    proof.decide(because="Words of the blocks; pairings for the covariance.")


@claim(
    title="With a ridge the solution of the normal equations is the only minimum of the loss",
    statement=eq(
        model.pretraining_loss(_start + _move) - model.pretraining_loss(_start),
        Trace(_move.T * _F.T * _F * _move)
        + model.penalty * Trace(_move.T * _move)
        + 2 * Trace(_move.T * (_F.T * _F * _start + model.penalty * _start - _F.T * _Y)),
    ),
)
def pretraining_ridge(proof: Proof) -> None:
    """Pretraining is ridge regression.

    Move from G to G + D. The loss changes by a quadratic form in D plus a linear one; the linear
    one vanishes for all D exactly if (F^T F + penalty) G = F^T Y. Then every move D != 0 raises the
    loss by at least penalty |D|^2, so the solution of the normal equations is the only minimum.
    """
    proof.decide(because="The loss is a quadratic polynomial in the weights.")
