"""The verdict on one claim by itself, before the claims that it rests on are looked at."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from icl_theory.algebra.quantity import reads
from icl_theory.proof.claim import Claim
from icl_theory.proof.proof import DECIDED, Proof, ProofFailed

from . import simulated
from .evidence import gather

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
        ``proved``, ``proved given`` assumed steps, or ``assumed`` where the statement itself is.
    steps, decided
        Steps of the proof, and those of them that were decided by algebra.
    references
        Keys of what assumed steps quote, in this claim or in those that it rests on.
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
    steps: int = 0
    decided: int = 0
    references: tuple[str, ...] = ()
    points: int = 0
    seconds: float = 0.0
    reads: tuple[str, ...] = ()
    timed_out: bool = False

    @property
    def holds(self) -> bool:
        """Whether the claim holds."""
        return self.verdict == HOLDS

    def as_dict(self) -> dict[str, Any]:
        """The record as it is written to JSON."""
        return asdict(self)


def judge(claim: Claim, *, numerically: bool = True) -> Verdict:
    """Run a claim's proof and its numerical evidence.

    Parameters
    ----------
    claim
        The claim.
    numerically
        Whether to gather evidence; without it only the proof decides.

    Returns
    -------
    Verdict
        Whether the claim holds, given that those which it rests on do.
    """
    start = time.perf_counter()
    with reads() as names:
        verdict = _prove(claim)
    verdict = replace(verdict, reads=tuple(sorted(names)))
    if verdict.holds and numerically:
        verdict = _evaluate(claim, verdict)
    return replace(verdict, seconds=time.perf_counter() - start)


def _prove(claim: Claim) -> Verdict:
    open_verdict = Verdict(claim.id, claim.title, UNKNOWN)
    try:
        proof = claim.prove()
    except ProofFailed as error:
        return replace(open_verdict, verdict=FAILS, reason=str(error))
    except Exception as error:
        # Whatever stops a proof, an undecided step or a fault, leaves the claim open.
        return replace(open_verdict, reason=f"{type(error).__name__}: {error}")
    verdict = replace(
        open_verdict,
        steps=len(proof.steps),
        decided=sum(step.kind in DECIDED for step in proof.steps),
        references=tuple(sorted({s.reference for s in proof.steps if s.kind == "assumed"})),
    )
    if not verdict.decided:
        return replace(verdict, reason="the proof decides nothing")
    if not proof.establishes(claim.statement):
        return replace(verdict, reason="the steps of the proof do not reach the statement")
    return replace(verdict, verdict=HOLDS, evidence=_kind(claim, proof))


def _kind(claim: Claim, proof: Proof) -> str:
    quoted = [step for step in proof.steps if step.kind == "assumed"]
    if not quoted:
        return "proved"
    own = Proof(
        proof.statement,
        proof.assumptions,
        proof.ridgeless,
        [s for s in proof.steps if s not in quoted],
    )
    return "proved given" if own.establishes(claim.statement) else "assumed"


def _evaluate(claim: Claim, verdict: Verdict) -> Verdict:
    if claim.regime is None and claim.check is None:
        return verdict
    checks = []
    if claim.regime is not None:
        checks.append(gather)
    if claim.check is not None:
        checks.append(simulated.evidence)
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
