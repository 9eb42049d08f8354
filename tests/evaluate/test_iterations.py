"""How many steps the solvers of the state take: a worse start or step is made good by more of them.

What they find is compared elsewhere. Here the steps that they may take are bounded by few more than
they need, so that one which converges slower, or falls back on halving, is noticed.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from icl_theory import errors_certified, errors_mp
from icl_theory.evaluate import (
    fixed_point,
    inputs_rows,
    multiprecision,
    structured_context_float64,
    structured_state,
)
from icl_theory.evaluate.inputs_rows import Rows, coupled
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_state import Solver, nodes_of

SPECTRA = [
    Spectrum.isotropic(),
    Spectrum.atoms([2, "1/2"], [1, 2]),
    Spectrum.atoms([100, 1, 0], [1, 5, 4]),
    Spectrum.power_law(1, d=50),
    Spectrum.power_law("1/2"),
]


def points(count, decades, seed=6):
    """Parameters at random, every other one without ridge."""
    draw = np.random.default_rng(seed)
    tau, alpha, kappa, rho, lam = 10 ** draw.uniform(-decades, decades, (5, count))
    lam[::2] = 0
    return tau, alpha, kappa, rho, lam


@pytest.mark.parametrize("spectrum", SPECTRA, ids=repr)
def test_newton_reaches_the_state_of_structured_tasks_in_ten_steps(spectrum, monkeypatch):
    monkeypatch.setattr(structured_state, "STEPS", 10)
    monkeypatch.setattr(Solver, "bisect", lambda _: pytest.fail("bisection was asked"))
    tau, x, kappa, _, lam = points(400, 3)
    kappa[::5] = np.inf
    with np.errstate(all="ignore"):
        xi, u = Solver(nodes_of(spectrum), tau, x, kappa, lam).solve()
    assert np.isfinite(xi).all() and np.isfinite(u).all()
    # Ridgeless above the threshold nothing is left of xi; elsewhere it is positive.
    np.testing.assert_array_equal(xi == 0, (lam == 0) & (tau >= 1))


@pytest.mark.parametrize("spectrum", SPECTRA, ids=repr)
def test_the_end_of_the_curve_of_states_is_reached_in_eight_steps(spectrum, monkeypatch):
    monkeypatch.setattr(structured_context_float64, "STEPS", 8)
    shares = 10 ** np.random.default_rng(7).uniform(-4, -0.01, 100)
    ends = [Fraction(float(share)) * spectrum.rank for share in shares]
    with np.errstate(all="ignore"):
        u = structured_context_float64.roots(spectrum, ends)
    c, w, _ = spectrum.nodes()
    freedom = (c / (c + u[:, None])) @ w
    np.testing.assert_allclose(freedom, [float(end) for end in ends], rtol=1e-13)


@pytest.mark.parametrize("spectrum", SPECTRA[:-1], ids=repr)
def test_rows_take_eight_steps_and_their_ridge_fifteen_evaluations(spectrum, monkeypatch):
    monkeypatch.setattr(inputs_rows, "STEPS", 8)
    excess, asked = Rows.excess, []

    def counted(self, log_xi):
        asked.append(log_xi)
        return excess(self, log_xi)

    monkeypatch.setattr(Rows, "excess", counted)
    atoms = coupled(Spectrum.atoms([3, 1, "1/2"], [1, 2, 1]), spectrum)
    for tau, alpha, kappa, rho, lam in zip(*points(30, 2), strict=True):
        point = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
        asked.clear()
        rows = Rows(*atoms, point | {"alpha_test": alpha, "rho_test": rho})
        xi, r = rows.effective_ridge()
        assert len(asked) <= 15
        if lam or tau < 1:
            # The residual changes its sign there, within the rounding of its largest term.
            below, above = (excess(rows, np.log(xi) + step) for step in (-1e-10, 1e-10))
            assert below > 0 > above
            assert r == lam / xi
        else:
            assert (xi, r) == (0, (tau - 1) / tau)


def test_a_certified_state_starts_after_five_steps(monkeypatch):
    monkeypatch.setattr(fixed_point, "START_STEPS", 5)
    for point in zip(*points(60, 4), strict=True):
        errors_certified(*map(float, point), digits=15)


def test_a_hundred_digits_take_five_steps(monkeypatch):
    monkeypatch.setattr(multiprecision, "STEPS", 5)
    for point in zip(*points(40, 4), strict=True):
        errors_mp(*map(float, point), digits=100)
