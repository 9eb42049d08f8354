"""A group of runs from beginning to end: records, stopping, checkpoints, final errors."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tqdm import tqdm

from .checkpoints import Checkpoints
from .data import Source
from .models import MODELS
from .setup import Outcome, Trained, Training, mean_and_error
from .training import (
    BLOCK,
    Tests,
    TrainingProgram,
    adamw,
    lanes_of,
    training_errors,
)

#: Records in a doubling of the number of iterations.
RECORDS = 4
#: Most seconds that one call of the program should take, so that checkpoints come in time.
STRETCH = 5.0
#: Before so many iterations nothing counts as settled: at first errors hardly change.
EARLIEST = 256
#: A training error that is so many times that of predicting zero has diverged.
BLOWN_UP = 1e3


def schedule(limit: int) -> Iterator[int]:
    """Iterations at which errors are recorded: 0, 1, 2, ..., ever wider apart, and the limit."""
    yield 0
    step, last = 0, 0
    while last < limit:
        now = min(limit, math.floor(2 ** (step / RECORDS)))
        if now > last:
            yield now
            last = now
        step += 1


def train_group(setup: Training, run: int) -> Trained:
    """Train all lanes of a group, from its checkpoint if there is one."""
    with jax.default_matmul_precision("float32"):
        return _Group(setup, run).train()


class _Group:
    """One group while it trains."""

    def __init__(self, setup: Training, run: int) -> None:
        self.setup, self.run = setup, run
        copies = range(run * setup.copies, (run + 1) * setup.copies)
        self.sources = [
            Source(sizes, setup.rho, setup.seed, copy) for sizes in setup.sizes for copy in copies
        ]
        self.program = TrainingProgram(
            MODELS[setup.model],
            adamw(setup.rate, setup.schedule, setup.iterations),
            max(sizes.n for sizes in setup.sizes) // 10,
        )
        self.lanes = lanes_of(self.program, self.sources)
        few = max(1, setup.tests // 10)
        self.tests = {"icl": Tests(self.program, [one.icl(few, 0) for one in self.sources])}
        if math.isfinite(setup.kappa):
            self.tests["idg"] = Tests(self.program, [one.idg(few, 0) for one in self.sources])
        self.state = self.program.start(self.lanes, setup.d)
        self.records: dict[str, list[Any]] = {
            name: [] for name in ("iteration", "train", "icl", "idg")
        }
        self.trajectory: list[dict[str, np.ndarray]] = []
        self.seconds = 0.0
        self.checkpoints = None if setup.checkpoints is None else Checkpoints(setup.checkpoints)

    def train(self) -> Trained:
        try:
            if self.checkpoints is not None:
                self._resume()
            if not self.records["iteration"] or Outcome.LIMIT in self.outcome():
                self._until_done()
            return self._finish(self.outcome())
        finally:
            if self.checkpoints is not None:
                self.checkpoints.close()

    def _until_done(self) -> None:
        self._begin = time.monotonic()
        speed = 0.0
        limit = self.setup.iterations
        bar = tqdm(
            total=limit,
            initial=int(self.state.iteration),
            unit="iteration",
            desc=f"{self.setup.model} d={self.setup.d}",
            disable=not sys.stderr.isatty(),
            leave=False,
        )
        with bar:
            for goal in schedule(limit):
                if goal <= self.recorded:
                    continue
                while (here := int(self.state.iteration)) < goal:
                    # The first call compiles, and says nothing about speed.
                    stretch = max(1, int(STRETCH * speed))
                    count = min(goal - here, stretch)
                    now = time.monotonic()
                    self.state = self.program.run(self.state, self.lanes, jnp.int32(count))
                    jax.block_until_ready(self.state)
                    compiled = speed > 0 or here > 0
                    speed = count / (time.monotonic() - now) if compiled else 1e-9
                    bar.update(count)
                    if time.monotonic() - self._begin > self.setup.patience:
                        self._save()
                self._record(goal)
                if Outcome.LIMIT not in self.outcome():
                    break
        self._save()

    @property
    def recorded(self) -> int:
        """Iteration of the last record, -1 before the first."""
        return int(self.records["iteration"][-1]) if self.records["iteration"] else -1

    def _record(self, goal: int) -> None:
        weights = self.state.weights
        self.records["iteration"].append(goal)
        self.records["train"].append(training_errors(self.program, weights, self.lanes))
        means = {name: test.squared_errors(weights).mean(1) for name, test in self.tests.items()}
        self.records["icl"].append(means["icl"])
        self.records["idg"].append(means.get("idg", means["icl"]))
        if self.setup.trajectory:
            self.trajectory.append(_named(weights))

    def outcome(self) -> list[Outcome]:
        """What can be said of each lane by its records so far; `LIMIT` where it has to go on."""
        iteration = self.recorded
        train = np.array(self.records["train"])
        iterations = np.array(self.records["iteration"])
        zero = train[0].clip(min=1.0)
        half = int(np.searchsorted(iterations, iteration // 2))
        found = []
        for lane in range(train.shape[1]):
            past, now = train[half:, lane], train[-1, lane]
            if not np.isfinite(train[:, lane]).all() or now > BLOWN_UP * zero[lane]:
                found.append(Outcome.DIVERGED)
            elif now < self.setup.floor:
                found.append(Outcome.INTERPOLATES)
            elif iteration >= EARLIEST and past.max() - past.min() < (self.setup.tolerance * now):
                found.append(Outcome.SETTLED)
            else:
                found.append(Outcome.LIMIT)
        return found

    def _finish(self, outcome: list[Outcome]) -> Trained:
        weights = self.state.weights
        final = {"train": training_errors(self.program, weights, self.lanes)}
        for name in ("icl", "idg"):
            if name in self.tests:
                mean, error = self._measure(name)
                final |= {name: mean, f"{name}_se": error}
            else:
                final |= {name: final["icl"], f"{name}_se": final["icl_se"]}
        return Trained(
            self.run,
            iteration=np.array(self.records["iteration"]),
            **{name: np.array(self.records[name]) for name in ("train", "icl", "idg")},
            final=final,
            outcome=outcome,
            weights=_stacked(self.trajectory) if self.setup.trajectory else _named(weights),
            seconds=self.seconds,
        )

    def _measure(self, kind: str) -> tuple[np.ndarray, np.ndarray]:
        """Means and standard errors over fresh sequences that nothing was measured on before."""
        squares = []
        left, block = self.setup.tests, 1
        while left > 0:
            count = min(left, BLOCK)
            test = Tests(self.program, [getattr(one, kind)(count, block) for one in self.sources])
            squares.append(test.squared_errors(self.state.weights))
            left, block = left - count, block + 1
        return mean_and_error(np.concatenate(squares, axis=1))

    def _save(self) -> None:
        """Count the time since the last call, and write a checkpoint."""
        now = time.monotonic()
        self.seconds, self._begin = self.seconds + now - self._begin, now
        if self.checkpoints is None:
            return
        arrays = {
            f"leaf.{i}": np.asarray(leaf) for i, leaf in enumerate(jax.tree.leaves(self.state))
        }
        arrays |= {f"record.{name}": np.array(values) for name, values in self.records.items()}
        arrays |= {f"path.{name}": one for name, one in _stacked(self.trajectory).items()}
        self.checkpoints.write(self.setup, self.run, {**arrays, "seconds": np.array(self.seconds)})

    def _resume(self) -> None:
        assert self.checkpoints is not None
        arrays = self.checkpoints.read(self.setup, self.run)
        if arrays is None:
            return
        leaves, tree = jax.tree.flatten(self.state)
        self.state = jax.tree.unflatten(
            tree, [jnp.asarray(arrays[f"leaf.{i}"]) for i in range(len(leaves))]
        )
        # The end of a shorter limit is no record of a longer one.
        wanted = set(schedule(self.setup.iterations))
        kept = [i for i, at in enumerate(arrays["record.iteration"]) if int(at) in wanted]
        for name in self.records:
            self.records[name] = [arrays[f"record.{name}"][i] for i in kept]
        path = {name[5:]: one for name, one in arrays.items() if name.startswith("path.")}
        self.trajectory = [
            {name: one[i] for name, one in path.items()} for i in (kept if path else ())
        ]
        self.seconds = float(arrays["seconds"])


def _named(weights: Any) -> dict[str, np.ndarray]:
    """Arrays by the names of their places, such as ``query.kernel``."""
    leaves = jax.tree_util.tree_flatten_with_path(weights)[0]
    return {
        jax.tree_util.keystr(path, simple=True, separator="."): np.asarray(leaf)
        for path, leaf in leaves
    }


def _stacked(path: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.stack([one[name] for one in path]) for name in path[0]} if path else {}
