r"""Moments of a sequence given its task, for |w|^2 = theta^2 d and any d and ell.

E[g g^T | w] = E_w is the block matrix

    [ feature_scale v I + E_tasks w w^T ,  E_cross v w  ]
    [ E_cross v w^T                     ,  E_corner v^2 ].
"""

from sympy.matrices.expressions import BlockMatrix, Identity, MatrixExpr

from icl_theory.algebra.quantity import define

from .model import feature_scale, label_variance
from .symbols import d, ell

E_tasks = define(
    "E_tasks",
    1 + 1 / ell,
    latex="E_2",
    source="paper, Lemma 1",
    doc="Coefficient of w w^T in the second moment of the features.",
)

E_cross = define(
    "E_cross",
    1 + 2 / ell,
    latex="E_3",
    source="paper, Lemma 1",
    doc="Coefficient of v w in the second moment between features and last feature.",
)

E_corner = define(
    "E_corner",
    1 + 2 / ell,
    latex="E_4",
    source="paper, Lemma 1",
    doc="Coefficient of v^2 in the second moment of the last feature.",
)

query_variance = define(
    "query_variance",
    1 / d,
    latex=r"s_q",
    source="paper, Lemma 1",
    doc="Factor by which the query enters every moment of y H and of vec H vec H^T.",
)


def first_moment(second: MatrixExpr, mean: MatrixExpr) -> MatrixExpr:
    """The d x (d + 1) matrix A of a law of tasks: E[y H] = A/d.

    Parameters
    ----------
    second, mean
        E[w w^T] and E[w] of the law.
    """
    return BlockMatrix([[second, label_variance * mean]])


def second_moment(second: MatrixExpr, mean: MatrixExpr) -> MatrixExpr:
    """The (d + 1) x (d + 1) matrix B of a law of tasks: B = E[E_w].

    Parameters
    ----------
    second, mean
        E[w w^T] and E[w] of the law.
    """
    v, size = label_variance, second.shape[0]
    return BlockMatrix(
        [
            [feature_scale * v * Identity(size) + E_tasks * second, E_cross * v * mean],
            [E_cross * v * mean.T, E_corner * v**2 * Identity(1)],
        ]
    )
