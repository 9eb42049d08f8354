"""The simulated points that come with the package: what they are, and whether theory has them."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy import stats

from icl_theory import finite_errors
from icl_theory.figures import compute, figure1, figure2, figure4, points, stored
from icl_theory.finite import simulate_dmmse
from icl_theory.finite.monte_carlo import Simulation, simulations
from icl_theory.finite.run import predict_run
from icl_theory.finite.sizes import Sizes

FIGURES = sorted(points.POINTS)
#: Chance that honest data fail the test of all points together.
LEVEL = 1e-3


def rows(kind):
    return [(n, row) for n in FIGURES for row in stored.records(f"figure{n}_{kind}")]


def column(name, error):
    return np.array([row[name.format(error)] for _, row in rows("points")])


def p_values(error, factor=1.0):
    """Chance of residuals as large, for the prediction of second order times a factor.

    A residual counts by how far it exceeds the next term of the expansion, which is about the
    square of the step to the second order.
    """
    simulated, first, step = (
        column(name, error) for name in ("simulated_{}", "predicted_{}", "step_{}")
    )
    residual = simulated - factor * (first + step)
    beyond = np.maximum(np.abs(residual) - step**2 / first, 0)
    z = beyond / column("residual_{}_se", error)
    freedom = np.array([row["runs"] - 1 for _, row in rows("points")])
    return 2 * stats.t.sf(z, freedom)


@pytest.mark.parametrize("number", FIGURES)
def test_the_stored_points_are_those_that_are_asked_for(number):
    asked = points.POINTS[number]()
    found = stored.records(f"figure{number}_points")
    assert len(found) == len(asked)
    for row, point in zip(found, asked, strict=True):
        place = tuple(row[name] for name in ("tau", "alpha", "kappa", "rho", "lam"))
        assert place == pytest.approx(point.place.values, rel=1e-7)
        assert (row["seed"], row["runs"]) == (point.seed, point.runs)
        assert row["precision"] == point.precision


@pytest.mark.parametrize("kind", ["points", "curves"])
def test_stored_sizes_are_what_the_parameters_round_to(kind):
    for _, row in rows(kind):
        sizes = Sizes.rounded(int(row["d"]), row["tau"], row["alpha"], row["kappa"])
        assert (sizes.ell, sizes.k, sizes.n) == (row["ell"], row["k"], row["n"])


def test_points_are_simulated_at_exactly_the_parameters_of_the_limit():
    for _, row in rows("points"):
        sizes = Sizes(int(row["d"]), int(row["ell"]), row["k"], int(row["n"]))
        effective = (sizes.tau, sizes.alpha, sizes.kappa)
        assert effective == pytest.approx((row["tau"], row["alpha"], row["kappa"]), rel=1e-7)


def test_seeds_are_all_different():
    seeds = [row["seed"] for _, row in rows("points")]
    assert len(set(seeds)) == len(seeds)


def test_tables_say_what_made_them():
    names = [f"figure{n}_{kind}" for n in FIGURES for kind in ("points", "curves")]
    for name in [*names, "figure4_dmmse"]:
        text = "\n".join(stored.read_table(name)[0])
        assert "command: make figures-data" in text
        assert "versions: icl-theory" in text


@pytest.mark.parametrize("error", ["icl", "idg"])
def test_simulations_agree_with_the_prediction_of_second_order(error):
    p = p_values(error)
    assert p.min() > LEVEL / len(p)


@pytest.mark.parametrize("error", ["icl", "idg"])
@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_a_prediction_one_percent_off_is_rejected(error, factor):
    p = p_values(error, factor)
    assert p.min() < LEVEL / len(p)


def test_stored_predictions_are_those_of_the_package():
    generator = np.random.default_rng(0)
    for number in FIGURES:
        asked = points.POINTS[number]()
        for i in generator.choice(len(asked), 3, replace=False):
            row = stored.records(f"figure{number}_points")[i]
            setup, runs = asked[i].setup, range(asked[i].runs)
            icl, idg, *_ = np.mean([predict_run(setup, run) for run in runs], axis=0)
            assert (row["predicted_icl"], row["predicted_idg"]) == pytest.approx((icl, idg), 1e-6)


def test_stored_curves_are_those_of_the_package():
    for number in FIGURES:
        place = points.CURVES[number]()[7]
        row = stored.records(f"figure{number}_curves")[7]
        found = finite_errors(
            points.DIMENSION, *place.values, runs=points.CURVE_SETS, seed=points.CURVE_SEED
        )
        assert row["icl"] == pytest.approx(found.icl.mean, 1e-6)
        assert row["gap"] == pytest.approx(found.gap.mean, 1e-6)


@pytest.mark.slow
def test_a_stored_point_can_be_simulated_again():
    point = points.figure1()[0]
    row = stored.records("figure1_points")[0]
    (again,) = simulations([(point.setup, point.runs)])
    assert isinstance(again, Simulation)
    fresh = compute.point_record(point.place, again)
    numbers = [name for name in row if name not in stored.TEXT]
    # The solver stops at a relative residual of 1e-10; a residual is a small difference.
    assert [row[name] for name in numbers] == pytest.approx(
        [float(fresh[name]) for name in numbers], rel=1e-5, abs=1e-8
    )


@pytest.mark.slow
def test_stored_dmmse_can_be_simulated_again():
    row = stored.records("figure4_dmmse", kappa=1.0)[0]
    names = ("runs", "contexts", "seed")
    again = simulate_dmmse(
        100, row["alpha"], 1, row["rho"], **{name: int(row[name]) for name in names}
    )
    assert row["gap"] == pytest.approx(again.gap.mean, 1e-6)


def test_dmmse_has_error_bars_and_the_noise_as_its_idg_error():
    found = stored.records("figure4_dmmse")
    assert [row["k"] for row in found] == [round(100 * k) for k in points.FIGURE4_KAPPAS]
    for row in found:
        assert row["runs"] >= 1000
        assert row["idg"] == pytest.approx(row["rho"], rel=1e-3)
        assert 0 < row["gap_se"] < 0.01 * row["gap"]


@pytest.mark.parametrize("module", [figure1, figure2, figure4])
def test_figures_are_drawn_from_what_is_stored(module, tmp_path, monkeypatch):
    for name in ("simulate", "finite_errors"):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("something was run"))
    svg, png = module.draw(tmp_path)
    assert png.stat().st_size > 20_000
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")


@pytest.mark.slow
@pytest.mark.parametrize("module", [figure1, figure2, figure4])
def test_a_figure_drawn_again_is_the_same_file(module, tmp_path):
    first, second = (module.draw(tmp_path / name)[0].read_bytes() for name in "ab")
    assert first == second


def test_every_curve_of_the_figures_has_points_and_a_prediction():
    for panel in figure1.PANELS:
        for alpha, kappa, lam in panel.curves:
            where = {"alpha": alpha, "kappa": kappa, "lam": lam}
            assert len(stored.records("figure1_points", **where)) == len(figure1.TAUS)
            assert len(stored.records("figure1_curves", **where)) > 30
    for panel in figure2.PANELS:
        for kappa in panel.kappas:
            where = {"tau": panel.tau, "kappa": kappa, "rho": panel.rho}
            asked = points.FIGURE2_ALPHAS[panel.label]
            found = stored.records("figure2_points", **where)
            assert [row["alpha"] for row in found] == list(asked)
            assert len(stored.records("figure2_curves", **where)) > 30
    for alpha in {alpha for alphas in figure4.ALPHAS for alpha in alphas}:
        assert len(stored.records("figure4_points", alpha=alpha)) >= 7
        assert len(stored.records("figure4_curves", alpha=alpha)) > 25


def test_tables_are_read_as_they_were_written(tmp_path, monkeypatch):
    written = [{"tau": 0.5, "kappa": math.inf, "precision": "float64", "n": 3}]
    stored.write(tmp_path / "data.csv", ["what it is"], written)
    text = (tmp_path / "data.csv").read_text()
    assert text == "# what it is\ntau,kappa,precision,n\n0.5,inf,float64,3\n"
