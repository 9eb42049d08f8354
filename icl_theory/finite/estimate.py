"""Means over runs with their standard errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from icl_theory.algebra.exchange import Portable

#: Errors that a run has, in the order in which they are listed everywhere.
MEASURED = ("icl", "idg", "gap", "train")
#: What is said where a single run is all there is.
ONE_RUN = "one run: no standard error"


@dataclass(frozen=True, eq=False)
class Estimate(Portable, kind="estimate"):
    """Mean of independent runs.

    Attributes
    ----------
    values
        One value a run, array (runs,).
    """

    values: np.ndarray

    @property
    def mean(self) -> float:
        """Average over runs."""
        return float(np.mean(self.values))

    @property
    def standard_error(self) -> float:
        """Standard error of the mean; ``inf`` where it is unknown: one run, or infinite values."""
        if len(self.values) < 2 or not np.all(np.isfinite(self.values)):
            return math.inf
        if np.all(self.values == self.values[0]):
            return 0.0
        return float(np.std(self.values, ddof=1) / math.sqrt(len(self.values)))

    @property
    def z(self) -> float:
        """Mean over its standard error: NaN, which no bound admits, where that is infinite."""
        if math.isinf(self.standard_error):
            return math.nan
        if self.mean == 0:
            return 0.0
        error = self.standard_error
        return self.mean / error if error > 0 else math.copysign(math.inf, self.mean)

    def __float__(self) -> float:
        return self.mean

    def __str__(self) -> str:
        return f"{self.short} ({ONE_RUN})" if len(self.values) == 1 else self.short

    @property
    def short(self) -> str:
        """The mean, with its standard error where that is known, to two digits of the error."""
        error = self.standard_error
        if not math.isfinite(error):
            return f"{self.mean:.6g}"
        # The decimal place of the error's second digit.
        places = 1 - int(f"{error:.1e}".partition("e")[2])
        if error == 0 or places > 8:
            return f"{self.mean:.6g} ± {error:.2g}"
        places = max(0, places)
        return f"{self.mean:.{places}f} ± {error:.{places}f}"

    def as_dict(self) -> dict[str, float | None]:
        """Mean and standard error, for JSON; None for an error that is unknown."""
        error = self.standard_error
        return {"mean": self.mean, "standard_error": error if math.isfinite(error) else None}


def table(heads: Sequence[str], rows: Mapping[str, Sequence[Estimate]]) -> list[str]:
    """Lines of a table of estimates, one row for each error.

    Behind the last column of several stands its z-score, if it has one.
    """
    several = len(heads) > 1
    lines = [f"{'':6}" + "".join(f"{head:>24}" for head in heads) + f"{'z':>8}"] if several else []
    for name, estimates in rows.items():
        cells = "".join(f"{estimate.short:>24}" for estimate in estimates)
        z = estimates[-1].z
        score = f"{z:>8.2f}" if math.isfinite(z) else f"{'-':>8}"
        lines.append(f"{name:6}{cells}{score if several else ''}")
    if any(len(estimate.values) == 1 for estimates in rows.values() for estimate in estimates):
        lines.append(ONE_RUN)
    return lines


@dataclass(frozen=True, eq=False)
class Estimates(Portable, kind="estimates"):
    """An estimate for each of the errors.

    Attributes
    ----------
    icl
        In-context learning error, a fresh task in every sequence.
    idg
        In-distribution generalisation error, fresh sequences of the pretraining tasks.
    gap
        ``icl - idg``, run by run.
    train
        Mean squared residual on the pretraining set.
    """

    icl: Estimate
    idg: Estimate
    gap: Estimate
    train: Estimate

    @classmethod
    def of(cls, rows: np.ndarray) -> Estimates:
        """Estimates from an array (runs, 4) in the order of `MEASURED`."""
        return cls(*(Estimate(column) for column in np.asarray(rows, float).T))

    @property
    def rows(self) -> np.ndarray:
        """The values, array (runs, 4) in the order of `MEASURED`."""
        return np.column_stack([getattr(self, name).values for name in MEASURED])

    def as_dict(self) -> dict[str, object]:
        """Means and standard errors, for JSON."""
        return {name: getattr(self, name).as_dict() for name in MEASURED}
