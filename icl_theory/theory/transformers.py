r"""One head of linear attention with biases, as it is trained: by definition and in O(d^2).

Tokens are the columns of a p x L matrix Z; keys are K Z + b_K 1^T, values V Z + b_V 1^T, q is the
query of the last token and r the readout. Sizes are symbols.
"""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import MatrixSymbol

from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.quantity import define

from .symbols import d

#: Tokens, the size of one, and the width of the head.
length, size, width = sp.symbols("L p h", positive=True)
Z = MatrixSymbol("Z", size, length)
ones = MatrixSymbol("1", length, 1)
K = MatrixSymbol("K", width, size)
V = MatrixSymbol("V", width, size)
b_K = MatrixSymbol("b_K", width, 1)
b_V = MatrixSymbol("b_V", width, 1)
q = MatrixSymbol("q", width, 1)
r = MatrixSymbol("r", width, 1)


def straightforward() -> sp.Expr:
    """Readout of the last token: values weighted by the scores of all keys."""
    keys, values = K * Z + b_K * ones.T, V * Z + b_V * ones.T
    return Trace(r.T * values * keys.T * q)


def fast() -> sp.Expr:
    """The same from S = Z Z^T and s = Z 1 with the vectors u = K^T q and a = V^T r.

    The product e c is with 1^T 1 = L.
    """
    S, s = Z * Z.T, Z * ones
    u, a = K.T * q, V.T * r
    e, c = Trace(b_K.T * q), Trace(b_V.T * r)
    return (
        Trace(u.T * S * a) + c * Trace(u.T * s) + e * Trace(a.T * s) + e * c * Trace(ones.T * ones)
    )


# How many labels trained linear attention can fit. With every query extended by a constant, its
# prediction is that of a (d + 2) x (d + 1) matrix of rank d (keys with their bias against queries
# with theirs), a value vector of d + 2 entries (v21, v22 and the bias), and the readout's bias. One
# factor can move from the matrix to the values.

key_query_dimension = define(
    "key_query_dimension",
    d * ((d + 2) + (d + 1) - d),
    latex=r"\dim_{KQ}",
    source="dimension of matrices of rank d",
    doc="Dimension of the (d + 2) x (d + 1) matrices of rank d: keys against queries, with biases.",
)

linear_dimension = define(
    "linear_dimension",
    key_query_dimension + (d + 2) - 1 + 1,
    latex=r"n_\star",
    source="count of dimensions",
    doc="Dimension of the functions that full linear attention of width d computes at its query.",
)
