"""The trained models of figures 5 and 6: what is trained, and the tables that come of it.

``python -m icl_theory.figures.trained`` trains what is missing in a store, smallest first, and
writes the tables from all that is there. Stopped at any time it goes on where it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click
from tqdm import tqdm

from icl_theory.finite.jobs import complete
from icl_theory.finite.population import of_fresh_tasks
from icl_theory.finite.store import Store
from icl_theory.transformers import Trained, Training, TrainingRuns, make_training
from icl_theory.transformers.collapse import Collapse
from icl_theory.transformers.data import Source
from icl_theory.transformers.ridge import Decomposition

from . import compute, stored
from .figure5 import PUBLISHED_RATE

#: Ten times the authors' rate for a tenth of their iterations moves the weights as far in a tenth
#: of the time.
RATE, ITERATIONS = 10 * PUBLISHED_RATE, 2_000
#: Numbers of sequences that train in one program.
LINEAR = ((0.5, 0.8, 0.9, 1.0), (1.1, 1.25, 1.5), (2.0, 3.0))
SOFTMAX = ((0.6, 0.8, 1.0, 1.2), (1.4, 1.7), (2.2, 3.0))
BLOCKS = (1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
#: Of two blocks at d = 40: about the threshold, and at the peak.
WIDE = (1.0, 1.5, 2.5)
#: Peaks of figure 5 in the paper (Lu et al., PNAS 2025): model, d and tau; mean and standard
#: deviation over the authors' runs.
PUBLISHED = {
    ("linear", 20, 1.25): (10.3, 1.1),
    ("linear", 40, 1.1): (14.1, 1.8),
    ("linear", 80, 1.05): (20.9, 1.6),
    ("softmax", 20, 1.4): (3.67, 0.62),
    ("softmax", 40, 1.3): (3.51, 0.53),
}
#: Those that are trained at the paper's rate too: at d = 80 it would take hours.
PEAKS = tuple(peak for peak in PUBLISHED if peak[1] <= 40)
#: Task diversities of figure 6, and its number of sequences.
KAPPAS, TAU = (0.2, 0.5, 1.0, 2.0, 5.0), 10.0


#: Sequences on which the rest of full linear attention is measured.
TESTS = 2_000
#: Largest dimension at which runs are compared with the ridge solutions on their data.
LARGEST = 20


def _group(
    model: str,
    d: int,
    taus: tuple[float, ...],
    kappa: float = math.inf,
    *,
    iterations: int = ITERATIONS,
    copies: int = 5,
    rate: float = RATE,
) -> Training:
    return make_training(
        model,
        d,
        taus,
        kappa=kappa,
        rate=rate,
        iterations=iterations,
        copies=copies,
        trajectory=model == "linear",
    )


def groups() -> list[Training]:
    """All that is trained, what is quick first. With d = 40 it takes some hours on two cores."""
    found = []
    for d in (10, 20):
        found += [_group("linear", d, taus) for taus in LINEAR]
        found += [_group("softmax", d, taus) for taus in SOFTMAX]
    found.append(_as_published(*PEAKS[0]))
    found += [_group("linear", d, taus, iterations=20_000) for d in (10, 20) for taus in LINEAR]
    found += _blocks(10)
    # A dimension between, for the exponent of the threshold.
    found += [_group("two-blocks", 14, (tau,), iterations=ITERATIONS // 2) for tau in BLOCKS[:4]]
    found += [_group("linear", 40, taus) for taus in ((0.9, 1.0, 1.1, 1.2), (0.6,), (1.5, 2.0))]
    found += [_group("softmax", 40, taus) for taus in ((1.2, 1.4), (1.0, 1.7), (0.6, 0.8))]
    found += _blocks(20)
    found.append(_group("linear", 80, (0.9, 1.05, 1.2)))
    found += [_as_published(*peak) for peak in PEAKS[1:]]
    found += _diverse(40, (0.5, 2.0), copies=2)
    return found + [_group("two-blocks", 40, (tau,), iterations=ITERATIONS // 2) for tau in WIDE]


def _as_published(model: str, d: int, tau: float) -> Training:
    """A peak of the paper at the authors' own rate and number of iterations."""
    return _group(model, d, (tau,), rate=PUBLISHED_RATE, iterations=20_000)


def _blocks(d: int) -> list[Training]:
    """Two blocks at one dimension, for figure 5 and then figure 6, with fewer steps."""
    found = [_group("two-blocks", d, (tau,), iterations=ITERATIONS // 2) for tau in BLOCKS]
    return found + _diverse(d, KAPPAS, copies=3)


def _diverse(d: int, kappas: tuple[float, ...], copies: int) -> list[Training]:
    """Two blocks at task diversities of figure 6."""
    return [
        _group("two-blocks", d, (TAU,), kappa, iterations=ITERATIONS // 4, copies=copies)
        for kappa in kappas
    ]


def _what(setup: Training) -> dict[str, object]:
    """Columns that say what was trained, but for tau."""
    return {
        "model": setup.model,
        "d": setup.d,
        "alpha": setup.alpha,
        "kappa": setup.kappa,
        "rho": setup.rho,
        "rate": setup.rate,
        "iterations": setup.iterations,
        "seed": setup.seed,
    }


def points(setup: Training, trained: Trained) -> Iterator[dict[str, object]]:
    """A row for each run: how training ended, and the errors after it."""
    for lane, (tau, n, copy) in enumerate(_lanes(setup)):
        yield {
            **_what(setup),
            "tau": tau,
            "n": n,
            "copy": copy,
            "trained": int(trained.iteration[-1]),
            "outcome": str(trained.outcome[lane]),
            **{name: float(values[lane]) for name, values in trained.final.items()},
        }


def curves(setup: Training, trained: Trained) -> Iterator[dict[str, object]]:
    """A row for each tau and record: means and standard deviations over runs."""
    for number, tau in enumerate(setup.taus):
        lanes = slice(number * setup.copies, (number + 1) * setup.copies)
        for place, iteration in enumerate(trained.iteration):
            row = {**_what(setup), "tau": tau, "runs": setup.copies, "iteration": int(iteration)}
            for name in ("train", "icl", "idg"):
                values = getattr(trained, name)[place, lanes]
                row |= {name: float(values.mean()), f"{name}_sd": float(values.std(ddof=1))}
            yield row


def ridges(setup: Training, trained: Trained) -> Iterator[dict[str, object]]:
    """A row for each run of linear attention and every fourth record: the theory's view of it."""
    from icl_theory.transformers.training import squared_errors

    for lane, (tau, n, copy) in enumerate(_lanes(setup)):
        source = Source(setup.sizes[lane // setup.copies], setup.rho, setup.seed, copy)
        exact = Decomposition.of(source)
        population = of_fresh_tasks(source.sizes, setup.rho, "gaussian")
        least = population.error(exact.minimum_norm())
        test = source.icl(TESTS, 0)
        for place in range(len(trained.iteration) - 1, 0, -4):
            weights = {name: one[place, lane] for name, one in trained.weights.items()}
            seen = Collapse.of(weights, source.sizes.ell)
            collapsed, extended = seen.errors(population)
            nearest = exact.nearest_ridge(seen.gamma + seen.extra)
            rest, rest_se = seen.rest(test, squared_errors(setup.model, weights, test))
            yield {
                **_what(setup),
                "tau": tau,
                "n": n,
                "copy": copy,
                "iteration": int(trained.iteration[place]),
                "icl": float(trained.icl[place, lane]),
                "collapsed": collapsed,
                "extended": extended,
                "rest": rest,
                "rest_se": rest_se,
                "value_ratio": seen.value_ratio,
                "least_norm": least,
                "lam": nearest.lam,
                "distance": nearest.distance,
                "ridge": population.error(exact.ridge(nearest.lam)),
            }


def _lanes(setup: Training) -> Iterator[tuple[float, int, int]]:
    """Tau, n and number of each lane."""
    for tau, sizes in zip(setup.taus, setup.sizes, strict=True):
        for copy in range(setup.copies):
            yield tau, sizes.n, copy


def write(found: list[tuple[Training, Trained]], out: Path) -> None:
    """Write the tables of what was trained; rows of other groups that they have stay."""
    # At larger d the decompositions take as long as training.
    linear = [pair for pair in found if pair[0].trajectory and pair[0].d <= LARGEST]
    tables = {
        "points": [row for pair in found for row in points(*pair)],
        "curves": [row for pair in found for row in curves(*pair)],
        "ridges": [row for pair in tqdm(linear, "ridges", disable=None) for row in ridges(*pair)],
    }
    before = {name: _read(out, name) for name in tables}
    head = _head(found, *before["points"])
    for name, fresh in tables.items():
        made = {_key(row) for row in fresh}
        kept = [row for row in before[name][1] if _key(row) not in made]
        stored.write(out / f"trained_{name}.csv", head, _in_order([*kept, *fresh]))


def _head(
    found: list[tuple[Training, Trained]],
    comments: tuple[str, ...],
    rows: tuple[stored.StoredRow, ...],
) -> list[str]:
    """What made the tables: a line for the runs of each time that some were added."""
    present = {_key(row) for row in rows}
    made = {_key(_what(setup) | {"tau": tau}) for setup, _ in found for tau in setup.taus}
    # What is in no earlier table, or everything if nothing of that one stays.
    new = [
        pair
        for pair in found
        if present <= made or _key(_what(pair[0]) | {"tau": pair[0].taus[0]}) not in present
    ]
    earlier = [] if present <= made else [line for line in comments if line.startswith("runs:")]
    head = compute.provenance("Trained attention models of figures 5 and 6")
    head[1] = "command: make transformers-data"
    head += earlier
    if new:
        seconds = sum(trained.seconds for _, trained in new)
        runs = sum(len(trained.outcome) for _, trained in new)
        tools = ", ".join(f"{one} {version(one)}" for one in ("jax", "optax"))
        time = f"took {seconds:.0f} s together on a busy machine"
        head.append(f"runs: {runs}, trained with {tools}, which {time}")
    head.append("an iteration is ten steps; the outcome says how training ended")
    return head


#: Columns that single a group of runs out.
KEY = ("model", "d", "alpha", "kappa", "rho", "rate", "iterations", "seed", "tau")


def _key(row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(value if isinstance(value := row[name], str) else float(value) for name in KEY)  # type: ignore[arg-type]


def _in_order(rows: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Rows in the order in which their groups are trained."""
    asked = [_key(_what(setup) | {"tau": tau}) for setup in groups() for tau in setup.taus]
    place = {key: number for number, key in enumerate(asked)}
    return sorted(rows, key=lambda row: place[_key(row)])


def _read(out: Path, name: str) -> tuple[tuple[str, ...], tuple[stored.StoredRow, ...]]:
    path = out / f"trained_{name}.csv"
    return stored.parse(path.read_text(encoding="utf-8")) if path.exists() else ((), ())


@click.command()
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("results/transformers.sqlite"),
    show_default=True,
    help="SQLite file of runs and checkpoints.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(__file__).parent / "data",
    help="Folder for the tables; by default that of the package.",
)
@click.option("--kept", is_flag=True, help="Train nothing: write what the store has.")
def main(store: Path, out: Path, kept: bool) -> None:
    """Train the models of figures 5 and 6, and write their tables."""
    for folder in (store.parent, out):
        folder.mkdir(parents=True, exist_ok=True)
    found = []
    with Store(store) as runs:
        for setup in tqdm(groups(), "groups", disable=None):
            experiment = TrainingRuns(replace(setup, checkpoints=str(store)))
            if kept:
                rows = runs.read(experiment, 1)
            else:
                [rows] = complete([(experiment, 1)], store=runs, progress=False)
            found += [(setup, row) for row in rows]
    write(found, out)


if __name__ == "__main__":
    main()
