"""Limits of the structured theory along their paths, certified, at random spectra.

Each path is followed to two points, a hundred times apart. What is left of the distance to the
limit falls with the parameter's inverse, up to terms of the next order: a wrong limit leaves it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from icl_theory import Spectrum, errors_certified

SPECTRA = 30
NEAR, FAR = Fraction(10**6), Fraction(10**8)


def cases(seed):
    """Spectra of 1 to 8 eigenvalues over two decades with test weights, and parameters."""
    rng = np.random.default_rng(seed)
    for _ in range(SPECTRA):
        count = int(rng.integers(1, 9))
        rows = 10 ** rng.uniform(-1, 1, (3, count))
        spectrum = Spectrum.atoms(*(row.tolist() for row in rows))
        names = ("rho", "alpha_test", "rho_test")
        point = {
            name: Fraction(float(v)) for name, v in zip(names, rng.uniform(0.2, 3, 3), strict=True)
        }
        yield spectrum, point, *(Fraction(float(v)) for v in rng.uniform(1.3, 4, 2))


def mean(spectrum, function):
    rows = zip(spectrum.values, spectrum.weights, spectrum.test, strict=True)
    return sum((w * function(c, s) for c, w, s in rows), Fraction(0))


def at(spectrum, **point):
    return errors_certified(**point, tasks=spectrum, digits=25)


def falls(near, far, limit):
    """Whether the distance to the limit falls a hundredfold, within a tenth of that."""
    before, after = (abs(float((found - limit).mid())) for found in (near, far))
    return after <= before / 90


def test_a_large_ridge_predicts_zero():
    for spectrum, point, tau, kappa in cases(1):
        near, far = (
            at(spectrum, tau=tau, alpha=2, kappa=kappa, lam=lam, **point) for lam in (NEAR, FAR)
        )
        limit = float(point["rho_test"] + spectrum.theta_test)
        assert falls(near.icl, far.icl, limit)
        assert not falls(near.icl, far.icl, limit * (1 + 1e-4))
        assert falls(near.idg, far.idg, float(point["rho"] + spectrum.theta))


def test_long_contexts_cost_tests_where_tasks_are_rare():
    for spectrum, point, tau, kappa in cases(2):
        near, far = (
            at(spectrum, tau=tau, alpha=alpha, kappa=kappa, **point) for alpha in (NEAR, FAR)
        )
        x_T = (spectrum.theta_test + point["rho_test"]) / point["alpha_test"]
        rare = mean(spectrum, lambda c, s: s / c) + x_T * mean(spectrum, lambda c, s: 1 / c)
        variance = point["rho"] * kappa / ((kappa - 1) * (tau - 1)) * rare
        assert falls(near.icl, far.icl, float(point["rho_test"] + x_T + variance))
        assert falls(near.idg, far.idg, float(point["rho"] * tau / (tau - 1)))


def test_unlimited_sequences_leave_no_pretraining_variance():
    for spectrum, point, lam, kappa in cases(3):
        near, far = (
            at(spectrum, tau=tau, alpha=2, kappa=kappa, lam=lam, **point) for tau in (NEAR, FAR)
        )
        assert falls(near.xi, far.xi, float(lam))
        assert falls(near.pretraining_variance, far.pretraining_variance, 0)
        assert falls(near.idg - near.train, far.idg - far.train, 0)


def test_many_tasks_are_the_covariance_itself():
    for spectrum, point, tau, _ in cases(4):
        given = {"tau": tau, "alpha": 2, "lam": Fraction(1, 10), **point}
        near, far, limit = (at(spectrum, kappa=k, **given) for k in (NEAR, FAR, "inf"))
        for name in ("icl", "idg", "bias", "context_variance", "xi"):
            assert falls(*(getattr(found, name) for found in (near, far, limit))), name


@pytest.mark.parametrize("tau", [Fraction(3), Fraction(4, 5)])
def test_few_tasks_diverge_with_the_context(tau):
    for spectrum, point, _, kappa in cases(5):
        few = kappa / 8
        near, far = (
            at(spectrum, tau=tau, alpha=alpha, kappa=few, **point) for alpha in (NEAR, FAR)
        )
        assert float((far.icl / near.icl).mid()) == pytest.approx(100, rel=0.02)
