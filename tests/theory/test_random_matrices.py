"""Random resolvents: proofs, and every step of the bound on matrices that were drawn."""

import numpy as np
import pytest
import sympy as sp

from derivations import random_matrices as topic
from icl_theory.algebra.quantity import replaced
from icl_theory.theory import random_matrices as rm
from icl_theory.theory.deterministic import task_response
from icl_theory.theory.spectral import M
from icl_theory.verify import simulated as checks
from icl_theory.verify.registry import claims_in
from icl_theory.verify.simulated import number

CLAIMS = claims_in(topic)
D, RATIO, NU = 12, 1.5, 0.4
K = round(RATIO * D)


def gaussian(rng):
    return rng.standard_normal((K, D))


def sphere(rng):
    w = gaussian(rng)
    return w * np.sqrt(D) / np.linalg.norm(w, axis=1, keepdims=True)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_proof_reaches_the_statement(claim):
    assert claim.theorem().conclusion == claim.statement


def test_nothing_is_quoted_but_properties_of_expectation():
    quoted = {c.id: c.theorem().oracles for c in CLAIMS if c.theorem().oracles}
    assert list(quoted) == ["resolvent-equation"]
    relations = {oracle.relation for oracle in quoted["resolvent-equation"]}
    assert len(relations) == len(topic.EXPECTED)
    kinds = sorted((type(relation) for relation in relations), key=str)
    assert kinds == [sp.Equality, *4 * [sp.LessThan]]


def given_one_out(draw, w):
    """The variance of a response given all tasks but one, by the trace lemma, averaged over it."""
    values = []
    for j in range(K):
        G = np.linalg.inv((w.T @ w - np.outer(w[j], w[j])) / K + NU * np.eye(D))
        square, mean = np.trace(G @ G), np.trace(G)
        on_sphere = D / (D + 2) * (square - mean**2 / D)
        values.append(2 * (square if draw is gaussian else on_sphere) / K**2)
    return np.mean(values)


@pytest.mark.parametrize("draw", [gaussian, sphere])
def test_the_steps_of_the_bound_hold_for_every_draw(draw):
    """What is said of every draw, and the mean squares that are said to be bounded."""
    rng = np.random.default_rng(3)
    root = number(M, nu=NU, kappa=RATIO)
    response_bound = number(rm.response_bound, d=D, k=K, nu=NU)
    shift_bound = number(rm.shift_bound, k=K, nu=NU)
    squares = np.empty((400, 5))
    for row in squares:
        w = draw(rng)
        G = np.linalg.inv(w.T @ w / K + NU * np.eye(D))
        trace, common = np.trace(G) / D, np.trace(G) / K
        leverage = np.einsum("ja,ab,jb->j", w, G, w) / K
        own = leverage / (1 - leverage)
        # tr G_{-j} = tr G + f G^2 f/(1 - f G f) for f = w_j/sqrt(k).
        grown = np.einsum("ja,ab,jb->j", w, G @ G, w) / K / (1 - leverage)
        others = common + grown / K
        residual = number(rm.equation_error, m_d=trace, nu=NU, kappa=RATIO)
        assert residual == pytest.approx(
            RATIO * np.mean(rm.damped(own) - rm.damped(common)), abs=1e-13
        )
        assert residual**2 >= NU**2 * (trace - root) ** 2
        assert (grown > 0).all()
        assert (others - common <= shift_bound).all()
        damped = (rm.damped(own) - rm.damped(common)) ** 2
        assert (damped <= (own - common) ** 2).all()
        row[:] = (
            (trace - root) ** 2,
            damped.mean(),
            *np.mean([(own - others) ** 2, (others - common) ** 2], axis=1),
            given_one_out(draw, w),
        )
    distance, spread, variance, shift, given_others = squares.mean(axis=0)
    assert NU**2 * distance <= RATIO**2 * spread
    assert spread <= 2 * variance + 2 * shift
    error = (squares[:, 2] - squares[:, 4]).std() / np.sqrt(len(squares))
    assert abs(variance - given_others) < 4 * error
    assert given_others < response_bound
    # Not near the bound, and not so far below that any number would do.
    assert response_bound / 100 < variance < response_bound
    assert shift < shift_bound**2
    assert distance < number(rm.trace_error, d=D, k=K, nu=NU, kappa=RATIO)


@pytest.mark.parametrize(("draw", "exact"), [(gaussian, 0), (sphere, 1)])
def test_the_trace_lemma_on_draws(draw, exact):
    rng = np.random.default_rng(4)
    root = rng.standard_normal((D, D))
    B = root + root.T
    w = np.concatenate([draw(rng) for _ in range(20_000)])
    forms = np.einsum("ja,ab,jb->j", w, B, w, optimize=True)
    spread = (forms - np.trace(B)) ** 2
    on_sphere = rm.sphere_variance().xreplace(
        {rm.Trace(rm.form): np.trace(B), rm.Trace(rm.form * rm.form): np.trace(B @ B)}
    )
    variance = (2 * np.trace(B @ B), float(on_sphere.subs(rm.d, D)))[exact]
    for values, mean in ((forms, np.trace(B)), (spread, variance)):
        assert abs(values.mean() - mean) < 4 * values.std() / np.sqrt(len(values))


def test_the_resolvent_trace_is_confirmed_by_simulation():
    agree, judged, text = checks.resolvent_trace(seed=0)
    assert agree, text
    assert judged == 6


def test_a_simulation_notices_a_wrong_formula():
    with replaced(task_response, sp.Rational(11, 10) * task_response.record.definition):
        agree, _, _ = checks.resolvent_trace(seed=0)
    assert not agree
