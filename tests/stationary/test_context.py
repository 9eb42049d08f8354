"""Where ridgeless errors turn in the context length, by their curves: ends, edges and extremes."""

from __future__ import annotations

import numpy as np
import pytest

from icl_theory import errors
from icl_theory.stationary import noise_edge, optimal_context_certified
from icl_theory.stationary.context import ridgeless_turns


@pytest.mark.parametrize(
    ("error", "tau", "kappa", "rho"),
    [
        ("icl", 20, 1e-60, 1.0),
        ("icl", 1e60, 0.5, 1.0),
        ("icl", 20, 0.25, 1e-60),
        ("icl", 0.5, 0.25, 1e-60),
        ("icl", 0.5, 1e-60, 0.1),
        ("icl", 0.5, 3.0, 1e30),
        ("icl", 3.0, 1e20, 1e30),
        ("icl", 1.5, 1.0, 1e-9),
        ("icl", 1e-20, 1e-30, 1e-9),
        ("icl", 1 - 1e-9, 0.5, 0.1),
        ("icl", 1 + 1e-9, 1 - 1e-9, 0.1),
        ("icl", 2.0, 0.5, 3.0),
        ("idg", 0.5, 0.5, 1e-9),
        ("idg", 1e-9, 1e-9, 1e-20),
        ("idg", 0.5, 1e30, 1e40),
        ("idg", 0.9, 0.2, 1e30),
    ],
)
def test_extreme_turns_are_those_of_exact_arithmetic(error, tau, kappa, rho):
    found = ridgeless_turns(error, tau, kappa, rho)
    exact = optimal_context_certified(error, tau, kappa, rho, digits=18)
    for value, points in ((found.minimum, exact.minima), (found.maximum, exact.maxima)):
        turns = [] if np.isnan(value) else [float(value)]
        assert turns == pytest.approx([float(one.value) for one in points], rel=1e-12, abs=0)
    assert found.direction == (exact.directions[0] if exact.monotone else 0)


def test_what_float64_does_not_hold_is_said():
    with pytest.raises(ValueError, match=r"got tau=1e-160, kappa=1e\+150, rho=1\.0"):
        ridgeless_turns("icl", 1e-160, 1e150, 1.0)
    with pytest.raises(ValueError, match=r"^tau, kappa, rho must .*float64 .*rho=1e\+200"):
        ridgeless_turns("icl", 0.5, 2, [1, 1e200, 3])
    # Beside it a point that falls throughout asks for no turn.
    assert ridgeless_turns("icl", 0.5, [2, np.inf], [0.1, 1e200]).direction.tolist() == [-1, -1]


def test_an_error_turns_above_the_edge_and_not_on_it():
    # (1 - kappa) (tau - kappa)^2 / (2 kappa (1 - tau)), all exact in binary.
    edge = 0.75 * 0.25**2 / (2 * 0.25 * 0.5)
    assert noise_edge("idg", 0.5, 0.25) == (edge, np.inf)
    noise = [edge, np.nextafter(edge, 1)]
    found = ridgeless_turns("idg", 0.5, 0.25, np.array(noise) * [1, 1 + 1e-9])
    assert found.direction.tolist() == [-1, 0]
    assert np.isnan(found.minimum).tolist() == [True, False]
    # At its upper end it rises throughout.
    lower, upper = noise_edge("icl", 20.0, 0.25)
    assert lower == 0
    found = ridgeless_turns("icl", 20.0, 0.25, [upper * (1 - 1e-12), upper, upper * 2])
    assert found.direction.tolist() == [0, 1, 1]
    assert np.isnan(found.minimum).tolist() == np.isnan(found.maximum).tolist()
    # Minimum and maximum are about to meet there.
    assert 1 < found.minimum[0] / found.maximum[0] < 1 + 1e-4


def test_where_no_noise_turns_an_error_both_edges_are_infinite():
    lower, upper = noise_edge("icl", [[0.5], [2.5]], [np.inf, 0.1, 0.5, 0.25])
    assert lower.shape == upper.shape == (2, 4)
    assert np.isinf(lower).tolist() == [[True, False, False, False]] * 2
    # A maximum is there below kappa = 1 - 2/tau only: at 0.2.
    assert np.isinf(upper).tolist() == [[True] * 4, [True, False, True, True]]
    assert all(np.isinf(edge).all() for edge in noise_edge("idg", [1.5, 20.0], 0.5))


def test_a_grid_has_the_turns_of_its_points():
    draw = np.random.default_rng(4)
    tau, kappa = (10 ** draw.permutation(np.linspace(-1, 1.5, n)) for n in (9, 8))
    noise = np.array([0.01, 1.0])[:, None, None]
    for error in ("icl", "idg"):
        together = ridgeless_turns(error, tau[:, None], kappa, noise)
        assert together.direction.dtype == np.int8
        assert {part.shape for part in together} == {(2, 9, 8)}
        for place in np.ndindex(2, 9, 8):
            n, i, j = place
            alone = ridgeless_turns(error, tau[i], kappa[j], noise[n, 0, 0])
            for one, other in zip(together, alone, strict=True):
                assert one[place] == pytest.approx(float(other), rel=1e-12, nan_ok=True)
        # The slope is zero at turns, and of the sign of the direction where there is none.
        at = np.where(np.isnan(together.minimum), 1.0, together.minimum)
        below, here, above = (
            getattr(errors(tau[:, None], at * step, kappa, noise), error)
            for step in (1 - 1e-3, 1, 1 + 1e-3)
        )
        turns = ~np.isnan(together.minimum)
        assert turns.any() and (below > here)[turns].all() and (above > here)[turns].all()
        falls = together.direction == -1
        assert falls.any() and (above < below)[falls].all()
        assert (above > below)[together.direction == 1].all()
