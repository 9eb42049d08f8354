"""Claims about the model at finite size: attention, moments, error of any weights, exact sampling.

The letters of these statements are those of ``symbolic/model.py``; expectations are given the task
w, with |w|^2 = theta^2 d.
"""

import sympy as sp
from sympy.matrices.expressions import Identity, MatrixSymbol, ZeroMatrix

from icl_theory.symbolic import generalisation, model, moments, representation
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.model import Expectation, a, b, c, e, i
from icl_theory.symbolic.proof import both, eq, gt
from icl_theory.symbolic.symbols import d, k, rho, theta
from icl_theory.symbolic.wick import component, delta
from icl_theory.symbolic.words import SymmetricMatrix, Trace

from .claim import Claim

_w = model.w
_v = moments.label_variance
_no_column = ZeroMatrix(d, 1)

# Two laws of tasks, to be mixed: second moments and means.
_R, _S = SymmetricMatrix("R", d, d), SymmetricMatrix("S", d, d)
_b, _c = MatrixSymbol("b", d, 1), MatrixSymbol("c", d, 1)
_share = sp.Symbol("s", positive=True)

_start, _move = MatrixSymbol("G", model.p, 1), MatrixSymbol("D", model.p, 1)
_F, _Y = model.designs, model.labels

CLAIMS = (
    Claim(
        id="attention-collapse",
        title="With v21 = 0 linear attention predicts <Gamma, H_Z>, Gamma = v22 [M11^T/d, m21]",
        statement=eq(model.prediction(v21=_no_column), model.collapsed_prediction()),
        regime=None,
    ),
    Claim(
        id="unused-weights",
        title="V11, v12 and the last column of Q never enter the prediction, whatever v21",
        statement=eq(
            model.prediction(),
            model.prediction(V11=ZeroMatrix(d, d), v12=_no_column, q2=ZeroMatrix(model.p, 1)),
        ),
        regime=None,
    ),
    Claim(
        id="attention-extra-terms",
        title="What the block v21 of the value matrix adds to the prediction",
        statement=both(
            eq(model.prediction() - model.prediction(v21=_no_column), model.extra_prediction()),
            eq(model.extra_linear_term(), model.collapsed_prediction(model.extra_weights())),
            eq(
                Expectation(model.query_label() * model.extra_square_term()),
                model.extra_square_covariance(),
            ),
        ),
        regime=None,
    ),
    Claim(
        id="pretraining-ridge",
        title="The solution of the normal equations is the only minimum of the pretraining loss",
        statement=eq(
            model.pretraining_loss(_start + _move) - model.pretraining_loss(_start),
            Trace(_move.T * _F.T * _F * _move)
            + model.penalty * Trace(_move.T * _move)
            + 2 * Trace(_move.T * (_F.T * _F * _start + model.penalty * _start - _F.T * _Y)),
        ),
        regime=None,
    ),
    Claim(
        id="label-variance",
        title="Variance of a label given the task",
        statement=both(
            eq(Expectation(model.label(i) ** 2), _v),
            eq(Expectation(model.query_label() ** 2), _v),
        ),
        regime=None,
    ),
    Claim(
        id="label-regression",
        title="A token's projection on the task: regression on the label plus independent noise",
        statement=both(
            eq(Expectation(model.projection_rest(i) * model.label(i)), 0),
            eq(Expectation(model.projection_rest(i) ** 2), theta**2 * rho / _v),
        ),
        rests_on=("label-variance",),
        regime=None,
    ),
    Claim(
        id="conditional-mean",
        title="First moments: E[g | w] and E[y H | w] = w [w^T, v]/d",
        statement=both(
            eq(Expectation(model.feature(a)), component(_w, a)),
            eq(Expectation(model.feature_last()), _v),
            eq(
                Expectation(model.query_label() * model.query[c] * model.feature(a)),
                moments.query_variance * component(_w, c) * component(_w, a),
            ),
            eq(
                Expectation(model.query_label() * model.query[c] * model.feature_last()),
                moments.query_variance * component(_w, c) * _v,
            ),
        ),
        paper="Lemma 1",
        regime=None,
    ),
    Claim(
        id="conditional-moments",
        title="Second moments: E[vec H vec H^T | w] = E_w (x) I_d / d",
        statement=both(
            *(
                eq(
                    Expectation(model.query[c] * model.query[e] * left * right),
                    moments.query_variance * delta(c, e) * value,
                )
                for left, right, value in (
                    (
                        model.feature(a),
                        model.feature(b),
                        moments.E_isotropic * _v * delta(a, b)
                        + moments.E_tasks * component(_w, a) * component(_w, b),
                    ),
                    (
                        model.feature(a),
                        model.feature_last(),
                        moments.E_cross * _v * component(_w, a),
                    ),
                    (model.feature_last(), model.feature_last(), moments.E_corner * _v**2),
                )
            )
        ),
        paper="Lemma 1",
        regime=None,
    ),
    Claim(
        id="generalisation-error",
        title="Error of any weights on a task: v - (2/d) tr(Gamma A^T) + (1/d) tr(Gamma B Gamma^T)",
        statement=eq(
            Expectation((model.query_label() - model.prediction_of_weights()) ** 2),
            generalisation.task_error(_w * _w.T, _w),
        ),
        paper="Proposition 1",
        regime=None,
    ),
    Claim(
        id="error-averages",
        title="The error of given weights is affine in E[w w^T] and E[w]: it averages over tasks",
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
        rests_on=("generalisation-error",),
        paper="Corollary 1",
        regime=None,
    ),
    Claim(
        id="icl-error-of-weights",
        title="Error of any weights on fresh tasks: A = [I, 0] and B diagonal in blocks",
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
        rests_on=("error-averages",),
        paper="Corollary 1",
        regime=None,
    ),
    Claim(
        id="context-law",
        title="The features of a sequence from one chi^2_ell and d normals",
        statement=both(
            eq(representation.sampled_transform() ** -2, representation.token_transform() ** -2),
            eq(1 - representation.shrink * theta**2 * d, sp.sqrt(rho / _v)),
            gt(representation.across),
        ),
        rests_on=("label-regression",),
        regime=None,
    ),
    Claim(
        id="context-law-rotated",
        title="The features of a sequence after rotating its context along the noise",
        statement=both(
            eq(
                representation.rotated_transform() ** -2,
                At(representation.token_transform(), (theta, 1)) ** -2,
            ),
            eq(
                representation.rotated_square_transform() ** -2,
                representation.rotated_rest_transform() ** -2,
            ),
        ),
        regime=None,
    ),
)
