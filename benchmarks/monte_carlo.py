"""Monte Carlo: the finite-d prediction against simulation at forty points, run by run.

At every point and dimension the residual of each run, simulation minus prediction for the same task
set, is averaged. The deterministic equivalent leaves a residual that falls like c/d^p: c and p are
fitted. With the prediction of second order what is left is the next term of the expansion, about
the square of the step from first to second order over the prediction: a score is what exceeds that,
over its standard error. The scores have to be those of chance; with any formula wrong by 1 % they
must not be.

Runs are kept in an SQLite file: stopped in any way, the same command goes on where it was. The
tables go to ``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import platform
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import optimize, stats

import icl_theory
from icl_theory.algebra.quantity import replaced
from icl_theory.finite import formulas, threads
from icl_theory.finite.estimate import MEASURED
from icl_theory.finite.monte_carlo import Simulation, simulations
from icl_theory.finite.run import predict_run
from icl_theory.finite.sampler import SAMPLER_VERSION
from icl_theory.finite.setup import Setup
from icl_theory.theory import deterministic, moments

RESULTS = Path(__file__).parent / "results"
INF = math.inf

#: tau, alpha, kappa, rho, lam, each named by what is particular about it.
POINTS: dict[str, tuple[float, float, float, float, float]] = {
    "very few sequences": (0.1, 10, 0.5, 0.1, 0),
    "few sequences, ridgeless": (0.25, 5, 1, 0.2, 0),
    "below, few tasks": (0.5, 10, 0.5, 0.1, 0),
    "below, the speed benchmark": (0.5, 10, 0.5, 0.01, 1e-5),
    "below, as many tasks as dimensions": (0.5, 10, 1, 0.1, 1e-3),
    "below, many tasks": (0.5, 5, 4, 0.2, 0.01),
    "below, fresh tasks": (0.4, 3, INF, 0.2, 0.02),
    "below, fresh tasks, ridgeless": (0.5, 10, INF, 0.01, 0),
    "below, very few tasks": (0.5, 10, 0.125, 0.1, 0.01),
    "below, long context": (0.5, 100, 0.25, 0.5, 1e-3),
    "below, long context, many tasks": (0.5, 100, 2, 0.1, 0.01),
    "below, short context": (0.5, 1, 1, 0.5, 0.1),
    "below, context of a quarter": (0.5, 0.25, 1, 0.5, 0.3),
    "below, no noise": (0.5, 10, 0.5, 0, 0.01),
    "below, no noise, ridgeless": (0.3, 5, 1, 0, 0),
    "below, large noise": (0.5, 10, 0.5, 4, 0.1),
    "below, ridge of one": (0.5, 2, 0.5, 0.3, 1),
    "below, large ridge": (0.5, 5, 1, 0.1, 10),
    "before the threshold": (0.75, 10, 0.5, 0.1, 1e-3),
    "before the threshold, ridge": (0.9, 5, 1, 0.2, 0.1),
    "threshold, small ridge": (1, 10, 0.5, 0.1, 0.03),
    "threshold, ridge": (1, 5, 0.5, 0.5, 0.3),
    "threshold, fresh tasks": (1, 2, INF, 0.5, 1),
    "threshold, no noise": (1, 5, 1, 0, 0.3),
    "behind the threshold": (1.3, 10, 0.5, 0.1, 0.01),
    "behind the threshold, ridge": (1.5, 5, 1, 0.2, 0.05),
    "above, few tasks, ridgeless": (2, 10, 0.5, 0.1, 0),
    "above, the speed benchmark": (2, 10, 0.5, 0.01, 1e-5),
    "above, many tasks": (2, 5, 3, 0.1, 0.01),
    "above, fresh tasks, ridgeless": (3, 3, INF, 0.2, 0),
    "above, very few tasks": (2, 10, 0.125, 0.5, 0.01),
    "above, short context": (2, 1, 2, 0.5, 1),
    "above, long context": (2, 100, 0.25, 0.5, 0.01),
    "above, no noise": (3, 5, 0.5, 0, 0.03),
    "above, large noise": (3, 5, 0.5, 4, 0.1),
    "above, large ridge": (2, 5, 0.25, 0.5, 10),
    "error by the finite context": (6, 10, 0.25, 0.01, 0.1),
    "many sequences, little noise": (6, 10, 0.25, 0.001, 0),
    "many sequences": (10, 2, 1, 0.1, 0),
    "very many sequences": (20, 10, 0.25, 0.5, 0),
}
DIMENSIONS = (16, 32, 64, 100)
#: Task sets over which the step to second order is averaged; it hardly varies.
SETS = {16: 6, 32: 4, 64: 1, 100: 1}
#: Entries of the matrices of all tasks beyond which the second order is taken from a smaller d.
ENTRIES = 1_500_000
#: Seconds for the runs of one point and dimension, on one core, and bounds on their number.
SECONDS = 2.5
MOST, LEAST = 400, 8

#: Errors whose residuals are scored; the gap is a difference of two of them.
SCORED = ("icl", "idg", "train")
#: What no score exceeds if the formulas are right, and some score if one is wrong. A normal
#: variable is as large once in 150 000 times.
BOUND = 4.5
#: The expansion is one in 1/ell too: cells with shorter contexts are shown, and not judged.
SHORTEST = 16
#: What a formula is multiplied by, or the symbol in it.
WRONG = 1.01
MUTANTS = {
    "test error": (deterministic.finite_test, None),
    "IDG error": (deterministic.finite_idg, None),
    "training error": (deterministic.finite_train, None),
    "degrees of freedom": (deterministic.freedom_residual, deterministic.freedom),
    "moments: isotropic part": (moments.feature_scale, None),
    "moments: weight of tasks": (moments.E_tasks, None),
    "moments: last feature": (moments.E_corner, None),
}


def number_of_runs(d: int, tau: float) -> int:
    """Runs at a point, by what they cost: nothing here depends on the machine."""
    # Iterations are few where there are many sequences.
    seconds = 0.004 + 0.8 * min(tau, 1 + tau / 4) * (d / 100) ** 4
    return int(min(MOST, max(LEAST, SECONDS / seconds)))


@dataclass(frozen=True)
class Cell:
    """One point at one dimension. Arrays are in the order of `MEASURED`."""

    name: str
    simulation: Simulation
    limit: np.ndarray
    step: np.ndarray
    step_error: np.ndarray

    @property
    def d(self) -> int:
        return self.simulation.sizes.d

    @property
    def judged(self) -> bool:
        """Whether the context is long enough for the expansion."""
        return self.simulation.sizes.ell >= SHORTEST

    @property
    def first(self) -> np.ndarray:
        """Prediction of first order, averaged over the task sets of the runs."""
        return self.simulation.prediction.rows.mean(axis=0)

    @property
    def residual(self) -> np.ndarray:
        """Mean of simulation minus prediction of first order."""
        return self.simulation.residual.rows.mean(axis=0)

    @property
    def error(self) -> np.ndarray:
        """Standard error of the residual."""
        rows = self.simulation.residual.rows
        return rows.std(axis=0, ddof=1) / math.sqrt(len(rows))

    def score(self) -> np.ndarray:
        """Score of the first order alone."""
        return self._normal(self.residual, self.error)

    def beyond(self, change: np.ndarray | float = 0.0) -> np.ndarray:
        """Score of the second order, beyond its next term, if the prediction is changed."""
        left = self.residual - self.step - change
        first = self.first
        following = np.divide(self.step**2, first, out=np.zeros_like(first), where=first != 0)
        left = np.sign(left) * np.maximum(np.abs(left) - following, 0)
        return self._normal(left, np.hypot(self.error, self.step_error))

    def _normal(self, mean: np.ndarray, error: np.ndarray) -> np.ndarray:
        """Normal score as improbable as Student's; 0 where an error vanishes in every run.

        The least probability of float64 makes 37 the largest score.
        """
        t = np.divide(mean, error, out=np.zeros_like(mean), where=error > 0)
        freedom = self.simulation.runs - 1
        chance = np.maximum(stats.t.sf(np.abs(t), freedom), np.finfo(float).tiny)
        # Adding zero makes minus zero zero.
        return np.sign(t) * stats.norm.isf(chance) + 0.0


class Steps:
    """Steps from first to second order, kept beside the runs."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS steps (setup TEXT PRIMARY KEY, rows TEXT NOT NULL)"
        )

    def of(self, setup: Setup) -> np.ndarray:
        """Second minus first order on several task sets, array (sets, 4)."""
        key = repr(setup)
        found = self.connection.execute("SELECT rows FROM steps WHERE setup = ?", (key,)).fetchone()
        if found:
            return np.array(json.loads(found[0]))
        sets = 1 if math.isinf(setup.sizes.k) else SETS[setup.sizes.d]
        with threads.blas(1):
            rows = np.array(
                [predict_run(setup, run, 2) - predict_run(setup, run) for run in range(sets)]
            )
        self.connection.execute(
            "INSERT OR IGNORE INTO steps VALUES (?, ?)", (key, json.dumps(rows.tolist()))
        )
        return rows


def steps_of(setups: Sequence[Setup], steps: Steps) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Mean step at each dimension of one point, and its standard error over task sets.

    One task set is enough at large d: its spread is then taken from the largest d with several,
    relative to the step, and falls with d in truth. Where there are too many tasks to keep their
    matrices, the step is scaled by 1/d from the last dimension.
    """
    spread = mean = np.zeros(len(MEASURED))
    last = 0
    for setup in setups:
        sizes = setup.sizes
        if math.isfinite(sizes.k) and sizes.k * (sizes.d + 1) ** 2 > ENTRIES:
            mean = mean * last / sizes.d
        else:
            rows = steps.of(setup)
            mean = rows.mean(axis=0)
            if len(rows) > 1:
                deviation = rows.std(axis=0, ddof=1) / math.sqrt(len(rows))
                spread = np.divide(deviation, np.abs(mean), out=np.zeros(4), where=mean != 0)
                # Relative spread of a single set.
                spread *= math.sqrt(len(rows))
        sets = 1 if math.isinf(sizes.k) else SETS[sizes.d]
        last = sizes.d
        yield mean, spread * np.abs(mean) / math.sqrt(sets)


def measure(dimensions: Sequence[int], store: Path, workers: int, scale: float) -> list[Cell]:
    """All runs that are missing, and the cells of the table."""
    names = [(name, d) for name in POINTS for d in dimensions]
    points = [
        (Setup.read(d, *POINTS[name]), max(LEAST, int(scale * number_of_runs(d, POINTS[name][0]))))
        for name, d in names
    ]
    found = simulations(points, store=store, workers=workers)
    steps, cells = Steps(store), []
    for name in POINTS:
        here = [s for (other, _), s in zip(names, found, strict=True) if other == name]
        limit = icl_theory.errors(*POINTS[name])
        means = steps_of([simulation.setup for simulation in here], steps)
        for simulation, (step, error) in zip(here, means, strict=True):
            values = np.array([getattr(limit, field) for field in MEASURED], float)
            cells.append(Cell(name, simulation, values, step, error))
    return cells


def effects(cells: Sequence[Cell]) -> dict[str, list[np.ndarray]]:
    """Change of the prediction in each cell by each wrong formula."""
    found = {}
    for mutant, (quantity, symbol) in MUTANTS.items():
        wrong = quantity.definition
        wrong = WRONG * wrong if symbol is None else wrong.subs(symbol, WRONG * symbol)
        formulas.forget()
        try:
            with replaced(quantity, wrong), threads.blas(1):
                found[mutant] = [
                    predict_run(cell.simulation.setup, 0) - cell.simulation.details[0].predicted
                    for cell in cells
                ]
        finally:
            formulas.forget()
    return found


def bias(cells: Sequence[Cell], field: str) -> tuple[float, float, float]:
    """c, p and the standard error of p in the relative residual c/d^p; NaN if it is not seen.

    Seen: some dimension has a residual of four standard errors.
    """
    column = MEASURED.index(field)
    here = [cell for cell in cells if cell.error[column] > 0]
    if len(here) < 3 or max(abs(cell.score()[column]) for cell in here) < 4:
        return (math.nan,) * 3
    d = np.array([cell.d for cell in here], float)
    ratio = np.array([cell.residual[column] / cell.first[column] for cell in here])
    error = np.array([cell.error[column] / cell.first[column] for cell in here])
    start = (ratio[0] * d[0], 1.0)
    (c, p), covariance = optimize.curve_fit(
        lambda d, c, p: c / d**p, d, ratio, p0=start, sigma=error, absolute_sigma=True, maxfev=5000
    )
    return float(c), float(p), float(math.sqrt(covariance[1, 1]))


def record(cell: Cell) -> dict[str, object]:
    """One line of the table."""
    setup, sizes = cell.simulation.setup, cell.simulation.sizes
    line: dict[str, object] = {
        "point": cell.name,
        **{name: getattr(sizes, name) for name in ("d", "ell", "k", "n")},
        "rho": setup.rho,
        "lam": setup.lam,
        "runs": cell.simulation.runs,
    }
    score, beyond = cell.score(), cell.beyond()
    for field in SCORED:
        column = MEASURED.index(field)
        values = {
            "limit": cell.limit[column],
            "simulated": cell.simulation.rows[:, column].mean(),
            "predicted": cell.first[column],
            "residual": cell.residual[column],
            "se": cell.error[column],
            "step": cell.step[column],
            "z1": score[column],
            "z2": beyond[column],
        }
        line |= {f"{field}_{name}": f"{value:.6g}" for name, value in values.items()}
    return line


def write(path: Path, records: Sequence[dict[str, object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def main() -> int:
    """Print the tables; 0 if the right formulas pass and every wrong one is noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="d = 16 and 32, and nothing written")
    parser.add_argument("--store", type=Path, help="SQLite file of the runs")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    store = options.store or RESULTS / "monte_carlo.sqlite"
    dimensions = DIMENSIONS[:2] if options.quick else DIMENSIONS
    begin = time.process_time()
    cells = measure(dimensions, store, options.workers, 0.25 if options.quick else 1.0)

    columns = [MEASURED.index(field) for field in SCORED]
    print(f"{'point':38}{'d':>4}{'runs':>5}" + "".join(f"{f + ' z1, z2':>18}" for f in SCORED))
    for cell in cells:
        score, beyond = cell.score(), cell.beyond()
        scores = "".join(f"{score[c]:>11.1f}{beyond[c]:>7.1f}" for c in columns)
        note = "" if cell.judged else f"   not judged: ell = {cell.simulation.sizes.ell}"
        print(f"{cell.name:38}{cell.d:>4}{cell.simulation.runs:>5}{scores}{note}")

    fits = []
    if len(dimensions) > 2:
        print("\nrelative residual of the first order, fitted as c/d^p where it is seen")
        print(f"{'point':38}" + "".join(f"{f + ' c':>12}{'p':>14}" for f in SCORED))
        for name in POINTS:
            line: dict[str, object] = {"point": name}
            text = f"{name:38}"
            for field in SCORED:
                c, p, error = bias([cell for cell in cells if cell.name == name], field)
                seen = math.isfinite(c)
                line |= dict.fromkeys((f"{field}_c", f"{field}_p", f"{field}_p_se"), "")
                if seen:
                    line |= {f"{field}_c": f"{c:.4g}", f"{field}_p": f"{p:.3f}"}
                    line |= {f"{field}_p_se": f"{error:.2g}"}
                text += f"{c:>12.3g}{p:>7.2f} ± {error:<4.2f}" if seen else f"{'-':>12}{'':14}"
            fits.append(line)
            print(text)

    cells, shown = [cell for cell in cells if cell.judged], cells
    count = len(cells) * len(SCORED)
    right = np.array([cell.beyond()[columns] for cell in cells])
    largest = float(np.abs(right).max())
    print(f"\n{'formula':30}{'largest |z|':>12}{'above':>7}   where; of {count} scores")
    print(f"{'as it is':30}{largest:>12.1f}{np.sum(np.abs(right) > BOUND):>7}")
    noticed = {}
    for mutant, changes in effects(cells).items():
        z = np.array([c.beyond(e)[columns] for c, e in zip(cells, changes, strict=True)])
        row, column = np.unravel_index(np.argmax(np.abs(z)), z.shape)
        noticed[mutant] = float(np.abs(z).max())
        where = f"{SCORED[column]}, {cells[row].name}, d = {cells[row].d}"
        above = np.sum(np.abs(z) > BOUND)
        print(f"{mutant + ' + 1 %':30}{noticed[mutant]:>12.1f}{above:>7}   {where}")
    if not options.quick:
        write(RESULTS / "monte_carlo.csv", [record(cell) for cell in shown])
        write(RESULTS / "monte_carlo_bias.csv", fits)
        provenance = {
            "command": "python -m benchmarks.monte_carlo",
            "seed": 0,
            "runs": sum(cell.simulation.runs for cell in shown),
            "wall-clock seconds of all runs": round(
                sum(row.seconds for cell in shown for row in cell.simulation.details)
            ),
            "versions": {
                "icl_theory": icl_theory.__version__,
                "sampler": SAMPLER_VERSION,
                "numpy": np.__version__,
                "python": platform.python_version(),
            },
            "largest score": {"as it is": round(largest, 2)}
            | {f"{mutant}, wrong by 1 %": round(z, 1) for mutant, z in noticed.items()},
        }
        text = json.dumps(provenance, indent=2, ensure_ascii=False) + "\n"
        (RESULTS / "monte_carlo.json").write_text(text)
    print(f"{time.process_time() - begin:.0f} s of processor time")
    return int(not (largest < BOUND < min(noticed.values())))


if __name__ == "__main__":
    sys.exit(main())
