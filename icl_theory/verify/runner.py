"""Verification of all claims: proofs and evidence in worker processes, verdicts in one record."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from .judge import HOLDS, UNKNOWN, Verdict
from .registry import check_complete, claims, support
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
        decided = sum(verdict.decided for verdict in self.verdicts)
        return (
            f"{held} of {number} claims hold: {decided} steps decided, statements evaluated at "
            f"{points} points, {self.seconds:.0f} s"
        )

    def table(self) -> str:
        """The verdicts as aligned text, and why claims do not hold."""
        rows = [("claim", "verdict", "evidence", "steps", "points", "seconds")]
        for v in self.verdicts:
            kind = v.evidence + (f" {', '.join(v.references)}" if v.references else "")
            rows.append(
                (v.id, v.verdict, kind, f"{v.decided}/{v.steps}", str(v.points), f"{v.seconds:.2f}")
            )
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
        Ids of claims; they are run together with all that they rest on. None runs every claim.
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
        A claim holds only if its proof ran, decided a step and reached every conjunct of the
        statement, its evidence tried a point and agreed at all, and all that it rests on holds.

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
    order = support(names, known)
    tasks = [Task(name, tuple((definitions or {}).items())) for name in order]
    found: dict[str, Verdict] = {}
    # Each worker process pays for its imports, so a few claims are judged by one.
    number = processes or max(1, min(os.cpu_count() or 1, 4, len(tasks) // 4))

    def work(worker: Worker, task: Task) -> Verdict:
        return worker(task, timeout)

    results = run(tasks, work, number)
    for task, verdict in bar(results, len(tasks), "claims", progress):
        found[task.id] = replace(verdict, title=known[task.id].title)
    settled: dict[str, Verdict] = {}
    for name in order:
        settled[name] = _settle(found[name], [settled[o] for o in known[name].rests_on])
    return Report(tuple(settled.values()), time.perf_counter() - start)


def _settle(verdict: Verdict, grounds: list[Verdict]) -> Verdict:
    """The verdict once those of the claims it rests on are known."""
    broken = [ground.id for ground in grounds if not ground.holds]
    if broken and verdict.holds:
        reason = f"rests on {', '.join(broken)}, which does not hold"
        return replace(verdict, verdict=UNKNOWN, reason=reason)
    if verdict.verdict != HOLDS:
        return verdict
    references = set(verdict.references).union(*(ground.references for ground in grounds))
    evidence = "proved given" if references and verdict.evidence == "proved" else verdict.evidence
    return replace(verdict, references=tuple(sorted(references)), evidence=evidence)


def bar(results: Any, total: int, unit: str, progress: bool) -> Any:
    """Wrap results in a progress bar that appears after two seconds, on a terminal."""
    from tqdm import tqdm

    hidden = not (progress and sys.stderr.isatty())
    return tqdm(results, total=total, unit=f" {unit}", delay=2, disable=hidden, leave=False)
