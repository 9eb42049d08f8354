r"""The model at finite size: sequences, full linear attention and what is left of it.

Tokens are the columns of the (d + 1) x (ell + 1) matrix

    Z = [ x_1 ... x_ell  x_q ]
        [ y_1 ... y_ell   0  ],      y_i = <x_i, w> + eps_i,

and linear attention returns A = Z + V Z (K Z)^T (Q Z) / ell, whose entry in the last row and
column is the prediction of the query's label. Two languages are used: blocks of matrices for
attention, and indexed random tensors for expectations.
"""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import BlockMatrix, Identity, MatrixExpr, MatrixSymbol, ZeroMatrix

from icl_theory.algebra.matrix_words import Block, Trace
from icl_theory.algebra.quantity import define, unfold
from icl_theory.algebra.unevaluated import Unevaluated
from icl_theory.algebra.wick import Rules, expectation

from .symbols import d, ell, lam, n, rho, theta

label_variance = define(
    "label_variance",
    theta**2 + rho,
    latex="v",
    source="paper, Lemma 1",
    doc="Variance of a label given the task; 1 + rho for tasks of the model.",
)

# Scales of attention and of the features.

attention_scale = define(
    "attention_scale",
    1 / ell,
    latex=r"s_{\mathrm{attention}}",
    source="paper, definition of linear attention",
    doc="Normalisation of linear attention by the context length.",
)

feature_scale = define(
    "feature_scale",
    d / ell,
    latex=r"s_{xy}",
    source="paper, eq. 11",
    doc="Factor of sum y_i x_i in the features g.",
)

square_scale = define(
    "square_scale",
    1 / ell,
    latex=r"s_{yy}",
    source="paper, eq. 11",
    doc="Factor of sum y_i^2 in the features g.",
)

collapse_scale = define(
    "collapse_scale",
    1 / d,
    latex=r"s_\Gamma",
    source="paper, definition of Gamma",
    doc="Factor of the key-query block in the left block of Gamma.",
)

penalty = define(
    "penalty",
    n * lam / d,
    latex=r"\lambda_n",
    source="paper, eq. 15",
    doc="Coefficient of |Gamma|^2 in the sum of squares that pretraining minimises.",
)

# Full linear attention as blocks. The head size p of keys and queries is arbitrary.

p = sp.Symbol("p", positive=True)
X = MatrixSymbol("X", d, ell)
y = MatrixSymbol("y", ell, 1)
x_q = MatrixSymbol("x_q", d, 1)
V11 = MatrixSymbol("V_11", d, d)
v12 = MatrixSymbol("v_12", d, 1)
v21 = MatrixSymbol("v_21", d, 1)
v22 = sp.Symbol("v_22", real=True)
K1 = MatrixSymbol("K_1", p, d)
k2 = MatrixSymbol("k_2", p, 1)
Q1 = MatrixSymbol("Q_1", p, d)
q2 = MatrixSymbol("q_2", p, 1)

#: Context and query; the query's label is masked by 0.
tokens = BlockMatrix([[X, x_q], [y.T, ZeroMatrix(1, 1)]])


def prediction(
    *,
    V11: MatrixExpr = V11,
    v12: MatrixExpr = v12,
    v21: MatrixExpr = v21,
    q2: MatrixExpr = q2,
) -> sp.Expr:
    """Entry of the attention output at the query's label, for K = [K1, k2] and Q = [Q1, q2].

    The keywords replace blocks of the weights, e.g. by zero.
    """
    values = BlockMatrix([[V11, v12], [v21.T, v22 * Identity(1)]])
    keys = BlockMatrix([[K1, k2]]) * tokens
    queries = BlockMatrix([[Q1, q2]]) * tokens
    return Block(tokens, 1, 1) + attention_scale * Block(values * tokens * keys.T * queries, 1, 1)


def features() -> MatrixExpr:
    """The (d + 1)-vector g of the context, in blocks."""
    return BlockMatrix([[feature_scale * X * y], [square_scale * y.T * y]])


def collapsed_weights() -> MatrixExpr:
    """Gamma in terms of the attention weights, in blocks."""
    return BlockMatrix([[collapse_scale * v22 * Q1.T * K1, v22 * Q1.T * k2]])


def collapsed_prediction(weights: MatrixExpr | None = None) -> sp.Expr:
    """<Gamma, H_Z> with H_Z = x_q g^T, for Gamma from the attention weights where not given."""
    weights = collapsed_weights() if weights is None else weights
    return Trace(weights.T * x_q * features().T)


def extra_prediction() -> sp.Expr:
    """What the block v21 of the value matrix adds to the prediction: the two terms below."""
    seen = X * X.T + x_q * x_q.T
    return attention_scale * Trace(v21.T * seen * K1.T * Q1 * x_q) + extra_linear_term()


def extra_linear_term() -> sp.Expr:
    """The term of `extra_prediction` that contains labels."""
    return attention_scale * Trace(v21.T * X * y * k2.T * Q1 * x_q)


def extra_weights() -> MatrixExpr:
    """The rank-one addition to Gamma that expresses `extra_linear_term`."""
    return BlockMatrix([[collapse_scale * Q1.T * k2 * v21.T, ZeroMatrix(d, 1)]])


# Sequences as indexed random tensors, given the task w.

a, b, c, e = sp.symbols("a b c e", integer=True, positive=True)
i, j = sp.symbols("i j", integer=True, positive=True)
token = sp.IndexedBase("x")
noise_of_label = sp.IndexedBase("epsilon")
query = sp.IndexedBase("x_q")
noise_of_query = sp.Symbol("epsilon_q", real=True)
task = sp.IndexedBase("w")
#: The task and the weights as matrices: Gamma = [Gamma_1, gamma_2].
w = MatrixSymbol("w", d, 1)
Gamma1 = MatrixSymbol("Gamma_1", d, d)
gamma2 = MatrixSymbol("gamma_2", d, 1)
weight = sp.IndexedBase("Gamma_1")
weight_last = sp.IndexedBase("gamma_2")
#: v21 and the key-query block M11 = K1^T Q1.
M11 = MatrixSymbol("M_11", d, d)
value_row = sp.IndexedBase("v_21")
key_query = sp.IndexedBase("M_11")

PAIRINGS = Rules(
    variance={token: 1 / d, query: 1 / d, noise_of_label: rho, noise_of_query: rho},
    fixed={
        task: w,
        weight: Gamma1,
        weight_last: gamma2,
        value_row: v21,
        key_query: M11,
    },
    norms={w.T * w: theta**2 * d},
    sizes={token: (ell, d), query: (d,), noise_of_label: (ell,)},
)


class Expectation(Unevaluated, text="E[{0} | w]", latex=r"\mathbb{{E}}\left[{0} \mid w\right]"):
    """Expectation over context, query and label noise, given the task w with |w|^2 = theta^2 d."""

    read_in_place = True

    def value(self) -> sp.Expr:
        """Sum over all pairings of the Gaussian tensors."""
        return expectation(unfold(self.args[0]), PAIRINGS)

    def own(self) -> set[sp.Basic]:
        """The noise of the query's label, which is random inside."""
        return {noise_of_query}


def over_vector(term: sp.Expr, index: sp.Symbol) -> sp.Sum:
    """Sum of ``term`` over a vector index."""
    return sp.Sum(term, (index, 1, d))


def over_context(term: sp.Expr) -> sp.Sum:
    """Sum of ``term`` over the context."""
    return sp.Sum(term, (i, 1, ell))


def label(index: sp.Symbol) -> sp.Expr:
    """Label y_i of a context token."""
    return over_vector(task[e] * token[index, e], e) + noise_of_label[index]


def query_label() -> sp.Expr:
    """Label of the query, which is to be predicted."""
    return over_vector(task[e] * query[e], e) + noise_of_query


def projection_rest(index: sp.Symbol) -> sp.Expr:
    """What is left of <x_i, w> after its regression on the label y_i."""
    projection = over_vector(task[e] * token[index, e], e)
    return projection - theta**2 / label_variance * label(index)


def feature(index: sp.Symbol) -> sp.Expr:
    """Component of g with an index up to d."""
    return feature_scale * over_context(label(i) * token[i, index])


def feature_last() -> sp.Expr:
    """Last component of g."""
    return square_scale * over_context(label(i) ** 2)


def prediction_of_weights() -> sp.Expr:
    """<Gamma, H_Z> for arbitrary Gamma = [Gamma_1, gamma_2]."""
    return over_vector(over_vector(query[c] * weight[c, a] * feature(a), a), c) + over_vector(
        query[c] * weight_last[c] * feature_last(), c
    )


def extra_square_term() -> sp.Expr:
    """The term of `extra_prediction` without labels, as tensors."""
    seen = over_context(token[i, a] * token[i, b]) + query[a] * query[b]
    term = value_row[a] * seen * key_query[b, c] * query[c]
    return attention_scale * over_vector(over_vector(over_vector(term, a), b), c)


def extra_square_covariance() -> sp.Expr:
    """Covariance of `extra_square_term` with the query's label: linear in the task."""
    straight, turned = Trace(v21.T * M11 * w), Trace(v21.T * M11.T * w)
    own = straight + turned + Trace(M11) * Trace(v21.T * w)
    return (straight + own / ell) / d**2


# Pretraining on n sequences as least squares with a ridge, Gamma written as one column.

designs = MatrixSymbol("F", n, p)
labels = MatrixSymbol("Y", n, 1)


def pretraining_loss(gamma: MatrixExpr) -> sp.Expr:
    """Sum of squared residuals plus penalty, for a column ``gamma`` of weights."""
    residual = labels - designs * gamma
    return Trace(residual.T * residual) + penalty * Trace(gamma.T * gamma)
