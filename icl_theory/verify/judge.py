"""The verdict on one claim: its theorem, the second decision of its steps, and its numbers."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

from icl_theory.algebra.quantity import reads
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import FREE, ProofFailed, Theorem

from . import simulated
from .evidence import gather
from .second_decision import contradiction

HOLDS, FAILS, UNKNOWN = "holds", "fails", "unknown"


@dataclass(frozen=True)
class Verdict:
    """What is known about a claim.

    Attributes
    ----------
    id, title
        The claim.
    verdict
        ``holds``, ``fails`` (a step or a point is false) or ``unknown`` (anything else).
    reason
        Why it does not hold; empty where it holds.
    evidence
        ``proved``, or ``proved given`` quoted results.
    rules
        How many theorems each rule of the kernel made, in this claim's own proof.
    quoted
        What the theorem is conditional on: formulas and references.
    references
        Keys of the references of what is quoted.
    rests_on
        Ids of the claims that the proof used.
    decided_again
        Theorems of the proof that were decided a second time, by other means.
    points
        Points at which the statement was evaluated numerically and agreed.
    seconds
        Time taken by proof and evidence.
    reads
        Names of the quantities whose definitions the proof read.
    timed_out
        Whether the claim was ended at its time bound.
    """

    id: str
    title: str
    verdict: str
    reason: str = ""
    evidence: str = ""
    rules: tuple[tuple[str, int], ...] = ()
    quoted: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    decided_again: int = 0
    points: int = 0
    seconds: float = 0.0
    reads: tuple[str, ...] = ()
    timed_out: bool = False

    @property
    def holds(self) -> bool:
        """Whether the claim holds."""
        return self.verdict == HOLDS

    @property
    def steps(self) -> int:
        """Theorems that the proof made."""
        return sum(count for _, count in self.rules)

    def as_dict(self) -> dict[str, Any]:
        """The record as it is written to JSON."""
        return asdict(self) | {"steps": self.steps}


def judge(claim: Claim, *, numerically: bool = True) -> Verdict:
    """Run a claim's proof, decide its steps again, and gather its numerical evidence.

    Parameters
    ----------
    claim
        The claim.
    numerically
        Whether to decide again and to gather evidence; without it the proof alone decides.

    Returns
    -------
    Verdict
        A claim holds only if the kernel made the theorem that it states, no step was decided
        otherwise a second time, and the statement agreed at every point at which it was evaluated.
    """
    start = time.perf_counter()
    with reads() as names:
        verdict, theorems = _prove(claim)
    verdict = replace(verdict, reads=tuple(sorted(names)))
    if verdict.holds and numerically:
        try:
            wrong, again = contradiction(theorems)
        except Exception as error:
            reason = f"a step cannot be decided again: {type(error).__name__}: {error}"
            wrong, again = "", 0
            verdict = replace(verdict, verdict=UNKNOWN, reason=reason)
        verdict = replace(verdict, decided_again=again)
        if wrong:
            verdict = replace(verdict, verdict=FAILS, reason=f"decided otherwise: {wrong}")
    if verdict.holds and numerically:
        verdict = _evaluate(claim, verdict)
    return replace(verdict, seconds=time.perf_counter() - start)


def _prove(claim: Claim) -> tuple[Verdict, list[Theorem]]:
    open_verdict = Verdict(claim.id, claim.title, UNKNOWN)
    try:
        theorem, proof = claim.prove()
    except ProofFailed as error:
        return replace(open_verdict, verdict=FAILS, reason=str(error)), []
    except Exception as error:
        # Whatever stops a proof, an undecided step or a fault, leaves the claim open.
        return replace(open_verdict, reason=f"{type(error).__name__}: {error}"), []
    made = [step.theorem for step in proof.steps]
    quoted = sorted(
        f"{o.relation}{'' if o.domain is FREE else f', {o.domain.name}'} ({o.reference})"
        for o in theorem.oracles
    )
    verdict = replace(
        open_verdict,
        verdict=HOLDS,
        evidence="proved given" if quoted else "proved",
        rules=tuple(sorted(Counter(theorem.rule for theorem in made).items())),
        quoted=tuple(quoted),
        references=tuple(sorted({o.reference for o in theorem.oracles})),
        rests_on=claim.rests_on(),
    )
    return verdict, made


def _evaluate(claim: Claim, verdict: Verdict) -> Verdict:
    checks = [gather] if claim.check is None else [gather, simulated.evidence]
    points = 0
    for check in checks:
        try:
            found = check(claim)
        except Exception as error:
            reason = f"the statement cannot be evaluated: {type(error).__name__}: {error}"
            return replace(verdict, verdict=UNKNOWN, reason=reason)
        if found.tried == 0:
            return replace(verdict, verdict=UNKNOWN, reason="no point was tried numerically")
        if found.agreed < found.tried:
            reason = f"{found.tried - found.agreed} of {found.tried} points disagree: "
            return replace(verdict, verdict=FAILS, reason=reason + found.example)
        if not found.supports:
            reason = "a part of the statement was tried at no point"
            return replace(verdict, verdict=UNKNOWN, reason=reason)
        points += found.agreed
    return replace(verdict, points=points)
