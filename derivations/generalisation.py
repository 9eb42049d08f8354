"""Generalisation error of arbitrary weights."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import Identity, MatrixSymbol, ZeroMatrix

from icl_theory.algebra.calculus import At
from icl_theory.algebra.matrix_words import SymmetricMatrix
from icl_theory.algebra.relations import both, eq
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import generalisation, model
from icl_theory.theory.model import Expectation
from icl_theory.theory.symbols import d, k, theta

_w = model.w
_no_column = ZeroMatrix(d, 1)
# Two laws of tasks, to be mixed: second moments and means.
_R, _S = SymmetricMatrix("R", d, d), SymmetricMatrix("S", d, d)
_b, _c = MatrixSymbol("b", d, 1), MatrixSymbol("c", d, 1)
_share = sp.Symbol("s", positive=True)


@claim(
    title=(
        "Error of any weights on a task: "
        r"$v - (2/d)\,\mathrm{tr}(\Gamma A^\top) + (1/d)\,\mathrm{tr}(\Gamma B \Gamma^\top)$"
    ),
    statement=eq(
        Expectation((model.query_label() - model.prediction_of_weights()) ** 2),
        generalisation.task_error(_w * _w.T, _w),
    ),
    paper="Proposition 1",
)
def generalisation_error(proof: Proof) -> None:
    """The error of any weights is a quadratic form with the conditional moments.

    Expand (y - <Gamma, H>)^2 for Gamma = [Gamma_1, gamma_2] and take the expectation over context,
    query and noise. Each pairing closes the chains of Gamma into words, w^T Gamma_1^T Gamma_1 w,
    tr(Gamma_1^T Gamma_1), ...; the same words come out of the traces with A = [w w^T, v w] and B =
    E_w, multiplied as blocks.
    """
    proof.decide(because="Both sides are sums over the same words.")


@claim(
    title=(
        "The error of given weights is affine in "
        r"$\mathbb{E}[w w^\top]$ and $\mathbb{E}[w]$: it averages over tasks"
    ),
    statement=both(
        eq(
            generalisation.task_error(
                _share * _R + (1 - _share) * _S, _share * _b + (1 - _share) * _c
            ),
            _share * generalisation.task_error(_R, _b)
            + (1 - _share) * generalisation.task_error(_S, _c),
        ),
        eq(
            generalisation.task_error((k * _R + _w * _w.T) / (k + 1), (k * _b + _w) / (k + 1)),
            (k * generalisation.task_error(_R, _b) + generalisation.task_error(_w * _w.T, _w))
            / (k + 1),
        ),
    ),
    paper="Corollary 1",
)
def error_averages(proof: Proof) -> None:
    """The error averages over tasks through E[w w^T] and E[w].

    At fixed norm of the tasks the error is affine in (w w^T, w), so mixing two laws of tasks mixes
    their errors. In particular k tasks and one more: if the error of the first k, each as often as
    the others, is that of R_k and b_k, the same holds for k + 1. With one task (the error of given
    weights on a given task) this is the error on any finite set of tasks, IDG, by induction, and
    for laws of tasks by taking limits of finite sets.
    """
    proof.decide(because="Traces are linear in the blocks of A and B.")


@claim(
    title="Error of any weights on fresh tasks: $A = [I, 0]$ and $B$ diagonal in blocks",
    statement=eq(
        At(generalisation.task_error(Identity(d), _no_column), (theta, 1)),
        At(
            generalisation.error_of(
                generalisation.Gamma,
                generalisation.icl_first_moment(),
                generalisation.icl_second_moment(),
            ),
            (theta, 1),
        ),
    ),
    paper="Corollary 1",
)
def icl_error_of_weights(proof: Proof) -> None:
    """The error of any weights on fresh tasks.

    A task uniform on the sphere of radius sqrt(d) has E[w] = 0, and E[w w^T] = I: it is a multiple
    of the identity by symmetry, with trace d. The error is affine in the two, so it is that of
    second moment I and mean 0.
    """
    proof.decide(because="E[w w^T] = I and E[w] = 0 in the blocks of A and B.")
