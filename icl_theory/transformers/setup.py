"""What determines a group of training runs, and the record of what came out.

Nothing here needs JAX: setups are made, looked up and printed without it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from icl_theory.algebra.exchange import Portable
from icl_theory.finite import memory
from icl_theory.finite.parameters import read, whole
from icl_theory.finite.sizes import Sizes

#: Names of the models. The first is full linear attention, the second what it collapses to.
MODEL_NAMES = ("linear", "gamma", "softmax", "two-blocks", "three-blocks", "two-blocks-gelu")
SCHEDULES = ("constant", "cosine")
#: Changes whenever the same seed gives other numbers.
TRAINING_VERSION = 1
#: Sequences in a pass over the training set may not be fewer than its batches.
FEWEST = 10


class Outcome(StrEnum):
    """Why training of a lane ended."""

    SETTLED = "settled"
    INTERPOLATES = "interpolates"
    LIMIT = "limit"
    DIVERGED = "diverged"

    @property
    def converged(self) -> bool:
        """Whether training came to its end by itself."""
        return self in (Outcome.SETTLED, Outcome.INTERPOLATES)


def mean_and_error(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over the last axis and their standard errors, NaN where there is one value."""
    count = values.shape[-1]
    if count == 1:
        return values[..., 0], np.full(values.shape[:-1], math.nan)
    # A run that diverged has no finite error, and says so by its outcome.
    with np.errstate(invalid="ignore", over="ignore"):
        return values.mean(-1), values.std(-1, ddof=1) / math.sqrt(count)


def pack(arrays: dict[str, np.ndarray]) -> bytes:
    """Arrays as bytes."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(content: bytes) -> dict[str, np.ndarray]:
    """Arrays from the bytes of `pack`."""
    with np.load(io.BytesIO(content)) as file:
        return dict(file)


@dataclass(frozen=True, eq=False)
class Trained(Portable, kind="trained"):
    """Result of one group. Lanes are all copies of the first tau, then of the next.

    Attributes
    ----------
    run
        Number of the group.
    iteration
        Iterations at the records, array (records,).
    train, icl, idg
        Errors at the records, arrays (records, lanes).
    final
        Errors after training, on ten times as many test sequences: arrays (lanes,) by the names
        train, icl, icl_se, idg, idg_se. Standard errors are over test sequences.
    outcome
        Why training ended, of each lane.
    weights
        Trained weights, by the names of their places; the first axis is lanes. With a trajectory
        there is an axis of records before it.
    seconds
        Time the group took.
    """

    run: int
    iteration: np.ndarray
    train: np.ndarray
    icl: np.ndarray
    idg: np.ndarray
    final: dict[str, np.ndarray]
    outcome: list[Outcome]
    weights: dict[str, np.ndarray]
    seconds: float = field(compare=False)

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Trained:
        """The result with these fields, outcomes among them as text."""
        outcome = [Outcome(one) for one in values["outcome"]]
        return cls(**{**values, "outcome": outcome})

    def pack(self) -> bytes:
        """As bytes, for the store."""
        arrays = {
            "iteration": self.iteration,
            "train": self.train,
            "icl": self.icl,
            "idg": self.idg,
            "outcome": np.array([str(one) for one in self.outcome]),
            **{f"final.{name}": array for name, array in self.final.items()},
            **{f"weights.{name}": array for name, array in self.weights.items()},
        }
        return pack(arrays)

    @classmethod
    def unpack(cls, run: int, content: bytes, seconds: float) -> Trained:
        """From the bytes of `pack`."""
        arrays = unpack(content)
        parts: dict[str, dict[str, np.ndarray]] = {"final": {}, "weights": {}}
        for name, array in arrays.items():
            part, _, rest = name.partition(".")
            if part in parts:
                parts[part][rest] = array
        return cls(
            run,
            iteration=arrays["iteration"],
            train=arrays["train"],
            icl=arrays["icl"],
            idg=arrays["idg"],
            final=parts["final"],
            outcome=[Outcome(one) for one in arrays["outcome"]],
            weights=parts["weights"],
            seconds=seconds,
        )


#: All that determines a group but its limit of iterations: one that is raised goes on.
KEY = {
    "model": "TEXT",
    "d": "INTEGER",
    "taus": "TEXT",
    "alpha": "REAL",
    "kappa": "REAL",
    "rho": "REAL",
    "copies": "INTEGER",
    "seed": "TEXT",
    "rate": "REAL",
    "schedule": "TEXT",
    "tolerance": "REAL",
    "floor": "REAL",
    "tests": "INTEGER",
    "trajectory": "INTEGER",
    "version": "INTEGER",
}


@dataclass(frozen=True)
class Training:
    """What determines a group of runs that train in one program, except the group's number.

    Attributes
    ----------
    model
        One of `MODEL_NAMES`.
    d
        Token dimension.
    taus
        Numbers of sequences over d^2.
    alpha, kappa, rho
        Context length, task diversity, label-noise variance.
    copies
        Runs of each tau, with data and initial weights of their own.
    seed
        Seed of all runs.
    rate, schedule
        Learning rate, and ``"constant"`` or ``"cosine"``.
    iterations
        Most passes over the training set.
    tolerance
        Training has settled when its error changed by less than this share while the number of
        iterations doubled.
    floor
        Training interpolates when its error is below this.
    tests
        Test sequences of each kind after training; along the way there are a tenth.
    trajectory
        Whether to keep the weights at every record.
    checkpoints
        SQLite file for checkpoints, if any.
    patience
        Seconds between checkpoints. These two are no part of what determines the result.
    """

    model: str
    d: int
    taus: tuple[float, ...]
    alpha: float = 1.0
    kappa: float = math.inf
    rho: float = 0.01
    copies: int = 5
    seed: int = 0
    rate: float = 1e-4
    schedule: str = "constant"
    iterations: int = 20_000
    tolerance: float = 0.01
    floor: float = 1e-7
    tests: int = 20_000
    trajectory: bool = False
    checkpoints: str | None = field(default=None, compare=False)
    patience: float = field(default=20.0, compare=False)

    def state_key(self) -> tuple[object, ...]:
        """What determines the state after any number of iterations."""
        values = {**vars(self), "version": TRAINING_VERSION, "seed": str(self.seed)}
        values |= {"taus": " ".join(map(repr, self.taus)), "trajectory": int(self.trajectory)}
        return tuple(values[name] for name in KEY)

    @property
    def sizes(self) -> list[Sizes]:
        """Rounded dimensions of each tau; n is floor(tau d^2), as in the authors' runs."""
        rounded = [Sizes.rounded(self.d, tau, self.alpha, self.kappa) for tau in self.taus]
        # The decimal 1.1 means 1.1, not the binary number just above or below.
        counts = [math.floor(read("tau", str(tau)) * self.d**2) for tau in self.taus]
        return [Sizes(one.d, one.ell, one.k, n) for one, n in zip(rounded, counts, strict=True)]


def make_training(
    model: str,
    d: int,
    tau: float | str | Iterable[float | str],
    alpha: float | str = 1,
    kappa: float | str = math.inf,
    rho: float | str = 0.01,
    **options: Any,
) -> Training:
    """Check what determines a group of runs.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.
    """
    if model not in MODEL_NAMES:
        raise ValueError(f"model must be one of {', '.join(MODEL_NAMES)}, got {model!r}")
    taus = (tau,) if isinstance(tau, str) or not isinstance(tau, Iterable) else tuple(tau)
    setup = Training(
        model,
        d,
        tuple(float(read("tau", one)) for one in taus),
        float(read("alpha", alpha)),
        float(read("kappa", kappa)),
        float(read("rho", rho)),
        **options,
    )
    for one, sizes in zip(taus, setup.sizes, strict=True):
        if sizes.n < FEWEST:
            raise ValueError(
                f"tau is too small at this d: n = tau d^2 must be at least {FEWEST}, got {one!r}"
            )
    for name in ("copies", "iterations", "tests"):
        whole(1)(name, getattr(setup, name))
    read("seed", setup.seed)
    for name in ("rate", "tolerance", "floor"):
        value = getattr(setup, name)
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be finite and > 0, got {value!r}")
    if setup.schedule not in SCHEDULES:
        raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, got {setup.schedule!r}")
    # Training and test sequences of all lanes are held at once, in float32.
    one = sum(4 * (s.n + setup.tests // 10) * (s.ell + 1) * (s.d + 1) for s in setup.sizes)
    memory.require(one, "d", setup.d, "the sequences of a copy")
    memory.require(setup.copies * one, "copies", setup.copies, "the sequences of all copies")
    return setup
