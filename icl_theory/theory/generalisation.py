r"""Generalisation error of arbitrary weights Gamma = [Gamma_1, gamma_2].

    e(Gamma) = v - (2/d) tr(Gamma A^T) + (1/d) tr(Gamma B Gamma^T)

with the moments A and B of the tasks that are tested on: fresh ones (ICL) or those of pretraining
(IDG).
"""

import sympy as sp
from sympy.matrices.expressions import BlockMatrix, Identity, MatrixExpr, ZeroMatrix

from icl_theory.algebra.calculus import At
from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.quantity import define
from icl_theory.algebra.tex import lettered

from .model import Gamma1, gamma2, label_variance
from .moments import E_corner, first_moment, second_moment
from .symbols import d, ell, rho

#: (1/d) tr(Gamma A^T).
overlap = sp.Symbol("overlap", real=True)
#: (1/d) tr(Gamma B Gamma^T).
power = sp.Symbol("power", positive=True)

weights_error = define(
    "weights_error",
    label_variance - 2 * overlap + power,
    latex=r"e(\Gamma)",
    source="paper, Proposition 1",
    doc="Generalisation error of weights with given overlap and power.",
)

icl_features = define(
    "icl_features",
    d / ell * (1 + rho) + 1 + 1 / ell,
    latex=r"B_{\mathrm{ICL}}",
    source="paper, Corollary 1",
    doc="Second moment of the features when every sequence has a fresh task: B_ICL, left block.",
)

#: The weights as one d x (d + 1) matrix in blocks.
Gamma = lettered(BlockMatrix([[Gamma1, gamma2]]), r"\Gamma")


def error_of(gamma: MatrixExpr, first: MatrixExpr, second: MatrixExpr) -> sp.Expr:
    """e(Gamma) for moment matrices A = ``first`` and B = ``second``."""
    return At(
        weights_error,
        (overlap, Trace(gamma * first.T) / d),
        (power, Trace(gamma * second * gamma.T) / d),
    )


def task_error(second: MatrixExpr, mean: MatrixExpr) -> sp.Expr:
    """e(Gamma) for tasks of the same norm with ``second`` = E[w w^T] and ``mean`` = E[w]."""
    return error_of(Gamma, first_moment(second, mean), second_moment(second, mean))


def icl_first_moment() -> MatrixExpr:
    """A for fresh tasks."""
    return BlockMatrix([[Identity(d), ZeroMatrix(d, 1)]])


def icl_second_moment() -> MatrixExpr:
    """B for fresh tasks."""
    return BlockMatrix(
        [
            [icl_features * Identity(d), ZeroMatrix(d, 1)],
            [ZeroMatrix(1, d), E_corner * label_variance**2 * Identity(1)],
        ]
    )
