"""Compute the data of figures 1, 2 and 4: ``python -m icl_theory.figures.compute``.

Runs are kept in a store as they are made; started again, the program makes those that are missing
and writes the tables anew.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import click
import numpy as np
from tqdm import tqdm

from icl_theory.finite import finite_errors, simulate_dmmse
from icl_theory.finite.monte_carlo import Simulation, simulations
from icl_theory.finite.run import predict_run
from icl_theory.finite.sampler import SAMPLER_VERSION
from icl_theory.finite.sizes import Sizes

from . import figure4, points, stored

#: Errors that are kept.
ERRORS = ("icl", "idg", "gap")
#: Task sets over which the step to the second order is averaged; it hardly varies.
STEP_SETS = 2
#: Above this number of tasks one set has to do: the second order handles a matrix for each task.
STEP_TASKS = 200


def provenance(what: str) -> list[str]:
    """What is in a table, and what made it."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("icl-theory", "numpy", "scipy"))
    return [
        f"{what} (after Lu et al., PNAS 122 (2025) e2502599122)",
        "command: make figures-data",
        f"versions: {packages}, Python {platform.python_version()}, sampler {SAMPLER_VERSION}",
    ]


def point_record(place: points.Place, simulation: Simulation) -> dict[str, object]:
    """Sizes, parameters, means, standard errors and paired residuals of one point.

    ``step`` is the difference between the predictions of second and of first order, averaged over
    the first ``step_sets`` task sets.
    """
    setup, sizes = simulation.setup, simulation.sizes
    fresh = setup.task_set(0).fresh
    sets = 1 if fresh or sizes.k > STEP_TASKS else STEP_SETS
    record: dict[str, object] = {
        **_sizes(place, sizes),
        "seed": setup.seed,
        "precision": setup.precision,
        "runs": simulation.runs,
    }
    first = simulation.prediction.rows[:sets]
    steps = np.array([predict_run(setup, run, order=2) for run in range(sets)]) - first
    step = type(simulation.residual).of(steps)
    parts = {
        "simulated": simulation,
        "predicted": simulation.prediction,
        "residual": simulation.residual,
    }
    for name in ERRORS:
        for part, estimates in parts.items():
            estimate = getattr(estimates, name)
            record[f"{part}_{name}"] = estimate.mean
            record[f"{part}_{name}_se"] = estimate.standard_error
        record[f"step_{name}"] = getattr(step, name).mean
    return {**record, "step_sets": sets}


def _sizes(place: points.Place, sizes: Sizes) -> dict[str, object]:
    names = ("tau", "alpha", "kappa", "rho", "lam")
    limit = dict(zip(names, place.values, strict=True))
    return {**limit, "d": sizes.d, "ell": sizes.ell, "k": sizes.k, "n": sizes.n}


def simulate_points(number: int, store: Path, workers: int, out: Path) -> None:
    """Simulate the points of a figure and write their table."""
    asked = points.POINTS[number]()
    done = simulations([(point.setup, point.runs) for point in asked], store=store, workers=workers)
    pairs = tqdm(
        list(zip(asked, done, strict=True)), f"figure {number}: second order", disable=None
    )
    rows = [point_record(point.place, simulation) for point, simulation in pairs]
    seconds = sum(row.seconds for simulation in done for row in simulation.details)
    head = provenance(f"Simulated points of figure {number}")
    head.append(f"runs: {sum(point.runs for point in asked)}, which took {seconds:.0f} s together")
    head.append("seeds: one for each point; the law of tasks is the sphere, assignment multinomial")
    stored.write(out / f"figure{number}_points.csv", head, rows)


def predict_curves(number: int, out: Path) -> None:
    """Compute the finite-d curves of a figure and write their table."""
    rows = []
    for place in tqdm(points.CURVES[number](), f"figure {number}: curves", disable=None):
        found = finite_errors(
            points.DIMENSION, *place.values, runs=points.CURVE_SETS, seed=points.CURVE_SEED
        )
        estimates = {name: getattr(found, name) for name in ERRORS}
        values = {
            key: value
            for name, one in estimates.items()
            for key, value in ((name, one.mean), (f"{name}_se", one.standard_error))
        }
        rows.append({**_sizes(place, found.sizes), **values})
    head = provenance(f"Finite-d prediction along the curves of figure {number}")
    head.append(f"task sets: {points.CURVE_SETS}, seed {points.CURVE_SEED}")
    stored.write(out / f"figure{number}_curves.csv", head, rows)


def simulate_baseline(store: Path, workers: int, out: Path) -> None:
    """Simulate dMMSE at the task diversities of figure 4 and write the table."""
    rows = []
    for i, kappa in enumerate(tqdm(points.FIGURE4_KAPPAS, "figure 4: dMMSE", disable=None)):
        seed = points.DMMSE_SEED + i
        found = simulate_dmmse(
            points.DIMENSION,
            figure4.DMMSE_ALPHA,
            kappa,
            figure4.RHO,
            runs=points.DMMSE_RUNS,
            contexts=points.DMMSE_CONTEXTS,
            seed=seed,
            store=store,
            workers=workers,
            progress=False,
        )
        setup = found.setup
        record = {"alpha": figure4.DMMSE_ALPHA, "kappa": kappa, "rho": setup.rho}
        record |= {"d": setup.d, "ell": setup.ell, "k": setup.k, "seed": seed}
        record |= {"runs": found.runs, "contexts": setup.contexts}
        for name in ERRORS:
            estimate = getattr(found, name)
            record |= {name: estimate.mean, f"{name}_se": estimate.standard_error}
        rows.append(record)
    head = provenance("Simulated dMMSE of figure 4")
    head.append("a run has tasks of its own, and so many contexts of fresh and of its own tasks")
    stored.write(out / "figure4_dmmse.csv", head, rows)


@click.command()
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("results/figures.sqlite"),
    show_default=True,
    help="SQLite file of runs.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(__file__).parent / "data",
    help="Folder for the tables; by default that of the package.",
)
@click.option("--workers", type=int, default=1, show_default=True, help="Processes.")
@click.option("--figure", "figures", type=click.Choice(["1", "2", "4"]), multiple=True)
def main(store: Path, out: Path, workers: int, figures: tuple[str, ...]) -> None:
    """Simulate the points of figures 1, 2 and 4 at d = 100, and write their tables."""
    for folder in (store.parent, out):
        folder.mkdir(parents=True, exist_ok=True)
    for number in map(int, figures) if figures else points.POINTS:
        predict_curves(number, out)
        simulate_points(number, store, workers, out)
        if number == 4:
            simulate_baseline(store, workers, out)


if __name__ == "__main__":
    main()
