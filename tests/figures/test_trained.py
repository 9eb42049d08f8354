"""The trained models that come with the package, and what figures 5 and 6 make of them."""

import math

import numpy as np
import pytest

from icl_theory import figures
from icl_theory.figures import figure5, stored, trained
from icl_theory.figures.figure5 import TrainingThreshold, exponent, threshold
from icl_theory.finite import formulas


def test_groups_are_all_different_and_those_of_figure_5_have_five_runs():
    groups = trained.groups()
    assert len({repr(group) for group in groups}) == len(groups)
    assert {group.copies for group in groups if math.isinf(group.kappa)} == {5}


def test_what_is_stored_is_what_is_trained():
    asked = {
        (g.model, float(g.d), tau, g.kappa, g.rate, float(g.iterations), float(sizes.n)): g.copies
        for g in trained.groups()
        for tau, sizes in zip(g.taus, g.sizes, strict=True)
    }
    names = ("model", "d", "tau", "kappa", "rate", "iterations", "n")
    found = [tuple(row[name] for name in names) for row in stored.records("trained_points")]
    assert found
    assert set(found) <= set(asked)
    for point in set(found):
        assert found.count(point) == asked[point]


def test_tables_say_what_made_them_and_how_training_ended():
    for name in ("points", "curves", "ridges"):
        text = "\n".join(stored.read_table(f"trained_{name}")[0])
        assert "command: make transformers-data" in text
        assert "trained with jax" in text and "versions: icl-theory" in text
    outcomes = {row["outcome"] for row in stored.records("trained_points")}
    assert outcomes <= {"settled", "interpolates", "limit", "diverged"}


def test_parts_of_the_error_of_linear_attention_add_up():
    """Exact part and measured rest make the error on the same test sequences."""
    rows = stored.records("trained_ridges", d=20, iteration=2000)
    assert len(rows) >= 20
    for row in rows:
        # The exact part is an expectation, the others are means over 2,000 sequences; squares of
        # Gaussian-like errors spread by about twice their mean.
        spread = 2.5 * row["icl"] / math.sqrt(trained.TESTS)
        assert abs(row["extended"] + row["rest"] - row["icl"]) < 4 * spread


@pytest.mark.parametrize("peak", trained.PEAKS, ids=str)
def test_runs_at_the_authors_rate_agree_with_their_peaks(peak):
    model, d, tau = peak
    height, spread = trained.PUBLISHED[peak]
    rows = stored.records("trained_points", model=model, d=d, tau=tau, rate=1e-4)
    values = np.array([row["icl"] for row in rows])
    error = math.hypot(values.std(ddof=1), spread) / math.sqrt(5)
    assert len(rows) == 5
    assert abs(values.mean() - height) < 2.5 * error
    # A peak a factor of two off would be seen.
    assert all(abs(values.mean() - factor * height) > 3 * error for factor in (0.5, 2))


def test_the_peak_of_linear_attention_is_at_its_number_of_dimensions():
    """On the grid of tau: the neighbours of the count of dimensions are highest."""
    found = figure5.points("linear", 20)
    highest = max(found, key=lambda one: one.mean)
    count = formulas.linear_dimension(20) / 20**2
    below = max(one.tau for one in found if one.tau <= count)
    above = min(one.tau for one in found if one.tau >= count)
    assert highest.tau in (below, above)


def test_an_exponent_is_that_of_a_power_law_with_its_error():
    found = [TrainingThreshold(d, 3 * d**1.9, 0.02) for d in (10, 20, 40)]
    fit = exponent(found)
    assert (fit.a, fit.c) == pytest.approx((1.9, 3), rel=1e-9)
    # Two points a factor of four apart decide, the middle has no leverage.
    assert fit.error == pytest.approx(0.02 * math.sqrt(2) / math.log(4), rel=1e-9)
    assert fit.misfit < 1e-20
    assert math.isnan(exponent(found[:2]).misfit)


def test_an_exponent_through_thresholds_on_no_power_law_is_less_sure():
    found = [
        TrainingThreshold(d, 3 * d**1.9 * shift, 0.02) for d, shift in ((10, 1), (20, 1.2), (40, 1))
    ]
    fit = exponent(found)
    # The middle is off by log 1.2, of which the mean takes a third.
    assert fit.misfit == pytest.approx(math.log(1.2) ** 2 * (2 / 3) / 0.02**2, rel=1e-9)
    assert fit.error == pytest.approx(
        math.sqrt(fit.misfit) * 0.02 * math.sqrt(2) / math.log(4), rel=1e-9
    )


def test_a_threshold_lies_between_the_numbers_of_sequences_around_the_level(monkeypatch):
    rows = [
        {
            "rate": 1e-3,
            "iterations": 2000.0,
            "iteration": 2000.0,
            "tau": tau,
            "train": e,
            "train_sd": e / 2,
            "runs": 4.0,
        }
        for tau, e in ((0.8, 1e-4), (1.0, 1e-3), (1.2, 1e-1), (1.5, 0.3))
    ]
    # A group that went on for longer has other runs, which do not count here.
    rows.append({**rows[1], "iterations": 20_000.0, "train": 0.05})
    rows.insert(0, {**rows[1], "iterations": 20_000.0, "train": 0.05})
    monkeypatch.setattr(stored, "records", lambda name, **values: rows)
    found = threshold("linear", 10, 2.0)
    assert found.n == pytest.approx(110)
    assert 0 < found.error < 0.05
    assert threshold("linear", 10, 1.0) is None


@pytest.mark.parametrize("number", [5, 6])
def test_figures_are_drawn(number, tmp_path):
    paths = figures.draw(number, tmp_path, quick=True)
    assert [path.suffix for path in paths] == [".svg", ".png"]
    assert all(path.stat().st_size > 10_000 for path in paths)


def test_curves_of_a_figure_differ_in_nothing_but_what_they_say():
    # Some groups have trained ten times as long: by default what all have is shown.
    assert {one.tau for one in figure5.points("linear", 80)} == {0.9, 1.05, 1.2}
    for d in (10, 20):
        shown = {one.tau: one.mean for one in figure5.points("linear", d)}
        short = {one.tau: one.mean for one in figure5.points("linear", d, effort=2)}
        longer = {one.tau: one.mean for one in figure5.points("linear", d, effort=20)}
        assert shown == short
        assert all(shown[tau] != mean for tau, mean in longer.items())
        assert longer
    # Nor in the learning rate: the peak that was trained at the paper's own is none of its curve.
    assert 1.3 not in {one.tau for one in figure5.points("softmax", 40)}
    (alone,) = figure5.points("softmax", 40, rate=figure5.PUBLISHED_RATE)
    runs = stored.records("trained_points", model="softmax", d=40, rate=figure5.PUBLISHED_RATE)
    assert (alone.tau, alone.mean) == (1.3, pytest.approx(np.mean([one["icl"] for one in runs])))
