"""Verification of all claims: proofs and evidence in worker processes, verdicts in one record."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from .judge import UNKNOWN, Verdict
from .registry import check_complete, claims
from .worker import Task, Worker, run

#: Seconds that one claim may take. It bounds what hangs: ten times the longest, for slow machines.
TIMEOUT = 180.0


@dataclass(frozen=True)
class Report:
    """Verdicts on claims, each after those that it rests on.

    Attributes
    ----------
    verdicts
        One per claim.
    seconds
        Wall time of the run.
    """

    verdicts: tuple[Verdict, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether there is a claim and every claim holds."""
        return bool(self.verdicts) and all(verdict.holds for verdict in self.verdicts)

    def __getitem__(self, identifier: str) -> Verdict:
        """The verdict on one claim."""
        return next(v for v in self.verdicts if v.id == identifier)

    @property
    def summary(self) -> str:
        """One sentence."""
        number = len(self.verdicts)
        held = sum(verdict.holds for verdict in self.verdicts)
        points = sum(verdict.points for verdict in self.verdicts)
        steps = sum(verdict.steps for verdict in self.verdicts)
        again = sum(verdict.decided_again for verdict in self.verdicts)
        given = sum(bool(verdict.quoted) for verdict in self.verdicts)
        return (
            f"{held} of {number} claims hold, {given} of them given quoted results: {steps} "
            f"theorems of the kernel, {again} decisions made twice, statements "
            f"evaluated at {points} points, {self.seconds:.0f} s"
        )

    def table(self) -> str:
        """The verdicts as aligned text, and why claims do not hold."""
        rows = [("claim", "verdict", "conditional on", "steps", "points", "seconds")]
        for v in self.verdicts:
            given = ", ".join(v.references)
            rows.append((v.id, v.verdict, given, str(v.steps), str(v.points), f"{v.seconds:.2f}"))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        numeric = {3, 4, 5}
        lines = []
        for row in rows:
            cells = (
                cell.rjust(width) if i in numeric else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append("  ".join(cells).rstrip())
        lines.insert(1, "  ".join("-" * width for width in widths))
        for v in self.verdicts:
            if not v.holds:
                lines.append(f"\n{v.id}: {v.verdict}: {_shortened(v.reason)}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The record as it is written to JSON."""
        return {
            "holds": self.holds,
            "claims": len(self.verdicts),
            "seconds": self.seconds,
            "verdicts": [verdict.as_dict() for verdict in self.verdicts],
        }


def _shortened(text: str, length: int = 400) -> str:
    return text if len(text) <= length else text[:length] + " ..."


def verify(
    ids: Iterable[str] | None = None,
    *,
    timeout: float = TIMEOUT,
    processes: int | None = None,
    definitions: Mapping[str, sp.Expr] | None = None,
    progress: bool = False,
) -> Report:
    """Run proofs and evidence of claims and judge them.

    Parameters
    ----------
    ids
        Ids of claims; what their proofs use is proved with them. None runs every claim.
    timeout
        Seconds that one claim may take.
    processes
        Number of worker processes; by default as many as there are processors, at most 4.
    definitions
        Definitions to put in the place of those of the quantities named, to see what they break.
    progress
        Whether to show a progress bar on standard error when a run takes longer than two seconds.

    Returns
    -------
    Report
        A claim holds only if the kernel made its theorem, no step was decided otherwise a second
        time, and its numbers agreed at every point that was tried; see `judge`.

    Raises
    ------
    KeyError
        If there is no claim with one of the ids.
    RegistryError
        If the account of claims is inconsistent.
    """
    start = time.perf_counter()
    known = claims()
    check_complete(known.values())
    names = list(known) if ids is None else list(ids)
    for name in names:
        if name not in known:
            raise KeyError(f"no claim has the id {name!r}")
    tasks = [Task(name, tuple((definitions or {}).items())) for name in names]
    found: dict[str, Verdict] = {}
    # Each worker process pays for its imports, so a few claims are judged by one.
    number = processes or max(1, min(os.cpu_count() or 1, 4, len(tasks) // 4))

    def work(worker: Worker, task: Task) -> Verdict:
        return worker(task, timeout)

    results = run(tasks, work, number)
    for task, verdict in bar(results, len(tasks), "claims", progress):
        found[task.id] = replace(verdict, title=known[task.id].title)
    settled = tuple(_settle(found[name], found) for name in names)
    return Report(settled, time.perf_counter() - start)


def _settle(verdict: Verdict, found: Mapping[str, Verdict]) -> Verdict:
    """The verdict once those of the claims whose theorems it used are known."""
    broken = [name for name in verdict.rests_on if name in found and not found[name].holds]
    if broken and verdict.holds:
        reason = f"rests on {', '.join(broken)}, which does not hold"
        return replace(verdict, verdict=UNKNOWN, reason=reason)
    return verdict


def bar(results: Any, total: int, unit: str, progress: bool) -> Any:
    """Wrap results in a progress bar that appears after two seconds, on a terminal."""
    from tqdm import tqdm

    hidden = not (progress and sys.stderr.isatty())
    return tqdm(results, total=total, unit=f" {unit}", delay=2, disable=hidden, leave=False)
