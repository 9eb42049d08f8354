"""The block algebra of words decides matrix identities of symbolic size."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from sympy.matrices.expressions import BlockMatrix, Identity, MatrixSymbol, ZeroMatrix

from icl_theory.algebra.matrix_words import (
    Block,
    OrthogonalMatrix,
    SymmetricMatrix,
    Trace,
    Whole,
)
from icl_theory.theory.symbols import d, ell

A = MatrixSymbol("A", d, d)
B = MatrixSymbol("B", d, d)
C = MatrixSymbol("C", d, ell)
S = SymmetricMatrix("S", d, d)
O = OrthogonalMatrix("O", d, d)  # noqa: E741
u = MatrixSymbol("u", d, 1)
v = MatrixSymbol("v", d, 1)


def same(one, other):
    return sp.expand(one.value() - other.value()) == 0


def test_a_trace_is_cyclic_and_transposes():
    assert same(Trace(A * B * C * C.T), Trace(C * C.T * A * B))
    assert same(Trace(A * B), Trace(A.T * B.T))
    assert same(Trace(A * u * v.T), Trace(v.T * A * u))
    assert same(Trace(u.T * A.T * v), Trace(v.T * A * u))


def test_different_matrices_are_told_apart():
    assert not same(Trace(A * B), Trace(A * B.T))
    assert not same(Trace(A * A * B * B), Trace(A * B * A * B))
    assert not same(Trace(u.T * A * v), Trace(u.T * A.T * v))
    assert not same(Whole(A * B), Whole(B * A))
    assert not same(Whole(u * v.T), Whole(v * u.T))


def test_only_symmetric_matrices_equal_their_transpose():
    assert same(Whole(S.T), Whole(S))
    assert same(Trace(u.T * S * v), Trace(v.T * S * u))
    assert not same(Whole(A.T), Whole(A))


def test_only_orthogonal_matrices_are_inverted_by_their_transpose():
    assert same(Whole(O.T * O), Whole(Identity(d)))
    assert same(Whole(O * O.T), Whole(Identity(d)))
    assert same(Whole(O.T), Whole(O.I))
    assert same(Trace(O * A * O.T), Trace(A))
    assert same(Trace(O), Trace(O.T))
    assert same(Trace((O * u).T * O * v), Trace(u.T * v))
    assert not same(Whole(O * O), Whole(Identity(d)))
    assert not same(Whole(O), Whole(O.T))
    assert not same(Whole(O * A * O.T), Whole(A))
    assert not same(Whole(A.T * A), Whole(Identity(d)))


def test_unit_matrices_of_different_sizes_are_told_apart():
    assert same(Whole(A * A.I), Whole(Identity(d)))
    assert not same(Whole(Identity(ell)), Whole(Identity(d)))


@pytest.mark.parametrize("name", ["A B", "A^T", "A^-", "A)"])
def test_a_name_that_is_read_as_a_word_is_no_letter(name):
    with pytest.raises(ValueError, match="cannot read"):
        Trace(MatrixSymbol(name, d, d)).value()


def test_the_trace_of_the_identity_is_its_size():
    assert Trace(Identity(d)).value() == d
    assert Trace(2 * Identity(d) + ZeroMatrix(d, d)).value() == 2 * d


def test_inverses_cancel_in_words_and_around_traces():
    assert same(Whole(S * S.I), Whole(Identity(d)))
    assert same(Whole(A * (B * B.I)), Whole(A))
    assert same(Trace(S * A * S.I), Trace(A))
    assert same(Whole(S.I * S.I * S), Whole(S.I))
    assert not same(Whole(S.I), Whole(S))


def test_scalars_inside_a_matrix_commute():
    assert same(Whole(u * (v.T * A * u) * v.T), Whole(u * (u.T * A.T * v) * v.T))
    assert sp.expand(Whole(u * v.T * u).value() - Trace(v.T * u).value() * Whole(u).value()) == 0


def test_blocks_multiply_like_blocks():
    left = BlockMatrix([[A, u], [v.T, ZeroMatrix(1, 1)]])
    assert same(Block(left * left, 0, 0), Whole(A * A + u * v.T))
    assert same(Block(left * left, 1, 1), Trace(v.T * u))
    assert same(Block(left.T, 0, 1), Whole(v))


def test_the_trace_of_blocks_adds_up():
    left = BlockMatrix([[A, u], [v.T, 3 * Identity(1)]])
    total = Trace(A * A.T).value() + Trace(u.T * u).value() + Trace(v.T * v).value() + 9
    assert sp.expand(Trace(left * left.T).value() - total) == 0


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="shape"):
        Trace(C)
    with pytest.raises(ValueError, match="cannot read"):
        Trace(sp.MatrixSymbol("D", 2, 2).as_explicit()).value()


LETTERS = {"A": A, "A.T": A.T, "B": B, "S": S, "uv": u * v.T, "vu": v * u.T}


@given(
    st.lists(st.sampled_from(sorted(LETTERS)), min_size=1, max_size=5),
    st.lists(st.sampled_from(sorted(LETTERS)), min_size=1, max_size=5),
)
def test_traces_of_random_words_agree_with_numbers(one, other):
    """Two traces have the same normal form exactly if they agree on random matrices."""
    rng = np.random.default_rng(0)
    numbers = {name: rng.standard_normal((3, 3)) for name in "AB"}
    vectors = {name: rng.standard_normal((3, 1)) for name in "uv"}
    numbers |= {"A.T": numbers["A"].T, "S": numbers["A"] + numbers["A"].T}
    numbers |= {"uv": vectors["u"] @ vectors["v"].T, "vu": vectors["v"] @ vectors["u"].T}
    # S is a letter of its own: give it numbers that have nothing to do with A.
    numbers["S"] = np.diag([1.3, -0.4, 2.2]) + 0.5

    def number(word):
        return np.trace(np.linalg.multi_dot([np.eye(3), *(numbers[x] for x in word), np.eye(3)]))

    def symbol(word):
        return Trace(sp.MatMul(*(LETTERS[x] for x in word))).value()

    close = abs(number(one) - number(other)) < 1e-9 * max(1, abs(number(one)))
    assert (sp.expand(symbol(one) - symbol(other)) == 0) == close
