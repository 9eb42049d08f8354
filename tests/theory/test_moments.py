"""Moments of the features against contexts drawn token by token, and the error of any weights."""

import numpy as np
import pytest
import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.theory import generalisation, moments
from icl_theory.theory.model import feature_scale, square_scale
from icl_theory.verify.simulated import number

D, ELL, RHO, COUNT = 3, 5, 0.4, 200_000


@pytest.fixture(scope="module", params=[1.0, 0.6], ids=["model", "other norm"])
def sequences(request):
    """Task, features g, query and query label of many sequences, and the values of the symbols."""
    theta = request.param
    rng = np.random.default_rng(7)
    w = rng.standard_normal(D)
    w *= theta * np.sqrt(D) / np.linalg.norm(w)
    x = rng.standard_normal((COUNT, ELL + 1, D)) / np.sqrt(D)
    y = x @ w + np.sqrt(RHO) * rng.standard_normal((COUNT, ELL + 1))
    values = {"d": D, "ell": ELL, "rho": RHO, "theta": theta}
    g = np.column_stack(
        [
            number(feature_scale, **values) * np.einsum("ni,nij->nj", y[:, :ELL], x[:, :ELL]),
            number(square_scale, **values) * (y[:, :ELL] ** 2).sum(1),
        ]
    )
    return w, g, x[:, ELL], y[:, ELL], values


def agrees(samples, value):
    """Entry by entry within five standard errors; there are up to a hundred entries."""
    error = samples.std(0) / np.sqrt(len(samples))
    assert np.all(np.abs(samples.mean(0) - value) < 5 * error)


def moment_matrix(w, values):
    v = number(moments.label_variance, **values)
    matrix = np.empty((D + 1, D + 1))
    matrix[:D, :D] = number(moments.E_tasks, **values) * np.outer(w, w)
    matrix[:D, :D] += number(moments.feature_scale, **values) * v * np.eye(D)
    matrix[:D, D] = matrix[D, :D] = number(moments.E_cross, **values) * v * w
    matrix[D, D] = number(moments.E_corner, **values) * v**2
    return matrix


def test_first_moments_agree_with_simulation(sequences):
    w, g, query, label, values = sequences
    v = number(moments.label_variance, **values)
    agrees(label**2, v)
    agrees(g, np.append(w, v))
    agrees(
        label[:, None, None] * query[:, :, None] * g[:, None, :],
        number(moments.query_variance, **values) * np.outer(w, np.append(w, v)),
    )


def test_second_moments_agree_with_simulation(sequences):
    w, g, query, _, values = sequences
    agrees(g[:, :, None] * g[:, None, :], moment_matrix(w, values))
    features = (query[:, :, None] * g[:, None, :]).reshape(COUNT, -1)
    product = np.kron(np.eye(D), moment_matrix(w, values))
    products = features[:, :, None] * features[:, None, :]
    agrees(products, number(moments.query_variance, **values) * product)


def test_error_of_random_weights_agrees_with_simulation(sequences):
    w, g, query, label, values = sequences
    weights = np.random.default_rng(3).standard_normal((D, D + 1)) / D
    predicted = np.einsum("ni,ij,nj->n", query, weights, g)
    v = number(moments.label_variance, **values)
    first = np.outer(w, np.append(w, v))
    error = number(
        generalisation.weights_error,
        overlap=np.trace(weights @ first.T) / D,
        power=np.trace(weights @ moment_matrix(w, values) @ weights.T) / D,
        **values,
    )
    agrees((label - predicted) ** 2, error)


def test_the_zero_predictor_errs_by_the_label_variance():
    zero = {generalisation.overlap: 0, generalisation.power: 0}
    assert unfold(generalisation.weights_error).subs(zero) == unfold(moments.label_variance)


def test_long_contexts_leave_the_tasks_alone():
    """As ell grows at fixed d, the second moment tends to that of [w; v]."""
    ell = sp.Symbol("ell", positive=True)
    limits = [
        sp.limit(unfold(quantity), ell, sp.oo)
        for quantity in (moments.feature_scale, moments.E_tasks, moments.E_cross, moments.E_corner)
    ]
    assert limits == [0, 1, 1, 1]
