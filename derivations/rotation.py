"""Claim about a rotation of inputs and tasks together, at finite d and in the limit."""

from __future__ import annotations

import sympy as sp
from sympy.matrices.expressions import BlockMatrix, Identity, MatrixExpr

from icl_theory.algebra.matrix_words import OrthogonalMatrix, SymmetricMatrix, Trace, Whole
from icl_theory.algebra.relations import both, eq
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import model, structured
from icl_theory.theory.generalisation import Gamma
from icl_theory.theory.model import Gamma1, gamma2
from icl_theory.theory.spectral import t
from icl_theory.theory.symbols import d, nu

_O, _one = OrthogonalMatrix("O", d, d), Identity(d)
#: A root of the covariance of inputs.
_root = SymmetricMatrix("P", d, d)
#: Covariance of test tasks; resolvent, and by it the covariance of pretraining tasks.
_T, _G = SymmetricMatrix("T", d, d), SymmetricMatrix("G", d, d)
_C = (_G.I - nu * _one) / t
_X, _query = model.X, model.x_q


def _turned(matrix: MatrixExpr) -> MatrixExpr:
    return _O * matrix * _O.T


def _word(average: sp.Expr, C: MatrixExpr, T: MatrixExpr, G: MatrixExpr) -> Trace:
    """The trace that is d times an average of powers of c, s and G."""
    letters = {structured.weight: T, structured.c: C, structured.resolvent: G}
    powers = average.as_powers_dict()
    assert powers.keys() <= letters.keys()
    return Trace(sp.MatMul(*(letters[a] ** powers[a] for a in letters if a in powers)))


_WHAT = (structured.c, structured.weight, *structured.AVERAGES.values())
_GAMMA = BlockMatrix([[_turned(Gamma1), _O * gamma2]])


@claim(
    title="A rotation of inputs and tasks together changes nothing",
    statement=both(
        eq(Whole(_O.T * _O), Whole(_one)),
        # At finite d: inputs of covariance P P, labels, the prediction of the rotated weights, and
        # their penalty.
        eq(Whole(_turned(_root) * _turned(_root)), Whole(_turned(_root * _root))),
        eq(Whole(_turned(_root) * (_O * _X)), Whole(_O * (_root * _X))),
        eq(Whole((_O * _X).T * (_O * model.w)), Whole(_X.T * model.w)),
        eq(
            model.collapsed_prediction(_GAMMA).xreplace({_X: _O * _X, _query: _O * _query}),
            model.collapsed_prediction(Gamma),
        ),
        eq(Trace(_GAMMA * _GAMMA.T), Trace(Gamma * Gamma.T)),
        # In the limit: the resolvent, and every average that the errors are written in.
        eq(Whole(_turned(_G) * (t * _turned(_C) + nu * _one)), Whole(_one)),
        *(eq(_word(what, *map(_turned, (_C, _T, _G))), _word(what, _C, _T, _G)) for what in _WHAT),
    ),
)
def rotation(proof: Proof) -> None:
    """Invariance under a common rotation: C, T and Sigma become O C O^T, O T O^T and O Sigma O^T.

    Let O^T O = 1. Tasks O w have second moments O C O^T, and inputs O P x' of isotropic x', which
    have the law of (O P O^T) x', have covariance O P P O^T. Labels <x, w> stay, features of x turn
    with O, and Gamma' = [O Gamma_1 O^T, O gamma_2] predicts from the turned sequence what Gamma =
    [Gamma_1, gamma_2] does from the given one, at the same penalty. So the loss and every error of
    the minimiser stay, at every d. In the limit errors are written in averages ⟨s^j c^i G^k⟩, which
    are traces tr T^j C^i G^k/d of the resolvent G = (t C + nu)^{-1}: O G O^T is the resolvent of O
    C O^T, and O cancels around every trace. Only the joint spectrum of C and T enters.
    """
    proof.decide(because="Words in O, whose transpose is its inverse.")
