"""Would it be noticed if a claim said something else? Every conjunct is changed, and judged again.

A mutant of a claim is one small change of one conjunct: its value raised, doubled or turned, an
exponent raised, a side of a limit exchanged, an inequality turned or made strict, a condition
dropped. The kernel must not make a theorem of it unless it is true, and the numbers should refute
it by themselves. A change that leaves a statement true is told by its proof.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import sympy as sp

from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.relations import eq, implies
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import ProofFailed, split
from icl_theory.proof.proof import Proof

from .evidence import gather
from .registry import claims, find_claim
from .runner import bar
from .worker import Worker, run

#: Seconds that one mutant may take.
TIMEOUT = 120.0
#: What can become of a mutant.
REFUTED, OPEN, TRUE, UNSOUND, LATE = "refuted", "not proved", "true", "unsound", "not done"
FATES = {
    (True, True): UNSOUND,
    (True, False): TRUE,
    (False, True): REFUTED,
    (False, False): OPEN,
}
TURNED = {
    sp.StrictGreaterThan: sp.StrictLessThan,
    sp.StrictLessThan: sp.StrictGreaterThan,
    sp.GreaterThan: sp.LessThan,
    sp.LessThan: sp.GreaterThan,
}
STRICTER = {sp.GreaterThan: sp.StrictGreaterThan, sp.LessThan: sp.StrictLessThan}


@dataclass(frozen=True)
class Numbered:
    """The mutant of a claim at a place in `mutants`, which a worker finds again.

    SymPy decides relations that it unpickles, so they are not sent.
    """

    id: str
    place: int

    def __call__(self) -> StatementOutcome:
        """Judge the mutant."""
        return mutants(find_claim(self.id))[self.place].perform()


@dataclass(frozen=True)
class StatementMutant:
    """A changed conjunct of a claim.

    Attributes
    ----------
    id
        The claim.
    change
        What was changed, in words.
    statement, assumptions
        The changed conjunct, and the conditions under which it is claimed.
    """

    id: str
    change: str
    statement: sp.Basic
    assumptions: tuple[sp.Basic, ...]

    def perform(self, everywhere: bool = True) -> StatementOutcome:
        """Try to prove the mutant, and to refute it by numbers.

        Parameters
        ----------
        everywhere
            False asks for numbers only where the kernel made a theorem, which takes less than half
            the time: what has no proof is then ``not proved``.
        """
        original = find_claim(self.id)
        changed = replace(
            original, statement=self.statement, assumptions=self.assumptions, check=None
        )
        proved, reason = _proved(changed)
        refuted, example = _refuted(changed) if everywhere or proved else (False, "")
        fate = FATES[proved, refuted]
        return StatementOutcome(self.id, self.change, str(self.statement), fate, reason, example)


@dataclass(frozen=True)
class StatementOutcome:
    """What became of a mutant.

    Attributes
    ----------
    id, change, statement
        The mutant.
    fate
        ``refuted`` (no theorem, and numbers say that it is false), ``not proved`` (no theorem, and
        numbers do not decide), ``true`` (the kernel made its theorem), ``unsound`` (it did, and
        numbers say that it is false), ``not done`` (out of time).
    reason
        Why there is no theorem.
    example
        The point that refutes it.
    """

    id: str
    change: str
    statement: str
    fate: str
    reason: str = ""
    example: str = ""


@dataclass(frozen=True)
class StatementSurvey:
    """Outcomes of all mutants that were tried, and the seconds it took."""

    outcomes: tuple[StatementOutcome, ...]
    seconds: float

    def __getitem__(self, fate: str) -> tuple[StatementOutcome, ...]:
        """The outcomes of one kind."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate == fate)

    @property
    def holds(self) -> bool:
        """Whether there were mutants, all were judged, and no false one became a theorem."""
        return bool(self.outcomes) and not self[UNSOUND] and not self[LATE]

    @property
    def summary(self) -> str:
        """One sentence, and what was not noticed."""
        counts = Counter(outcome.fate for outcome in self.outcomes)
        number = len({outcome.id for outcome in self.outcomes})
        head = (
            f"{len(self.outcomes)} changed conjuncts of {number} claims: {counts[REFUTED]} have no "
            f"proof and are refuted by numbers, {counts[OPEN]} have no proof, {counts[TRUE]} are "
            f"proved to be true, {counts[UNSOUND]} proved and refuted, {counts[LATE]} not done, "
            f"{self.seconds:.0f} s"
        )
        lines = [head]
        lines += [f"{o.fate}: {o.id}: {o.statement} ({o.change})" for o in self[UNSOUND]]
        lines += [f"{o.fate}: {o.id}: {o.statement} ({o.change})" for o in self[LATE]]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The record as it is written to JSON."""
        return {
            "holds": self.holds,
            "mutants": len(self.outcomes),
            "seconds": self.seconds,
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
        }


def _proved(changed: Claim) -> tuple[bool, str]:
    """Whether the claim's own proof, or a decision of the statement, makes the theorem."""
    try:
        changed.prove()
        return True, ""
    except (ProofFailed, UndecidedError) as error:
        reason = str(error)
    except Exception as error:
        # A proof that reads the parts of its statement may not even run on another one.
        reason = f"{type(error).__name__}: {error}"
    if _only_decides(changed):
        return False, reason
    try:
        replace(changed, derivation=_decide).prove()
        return True, ""
    except (ProofFailed, UndecidedError):
        return False, reason
    except Exception as error:
        return False, f"{reason}; {type(error).__name__}: {error}"


def _decide(proof: Proof) -> None:
    """Decide the statement, whatever it is."""
    proof.decide()


def _only_decides(claim: Claim) -> bool:
    """Whether the proof is a decision of the statement and nothing else, as half of them are."""
    return _body(claim.derivation) == _body(_decide)


def _body(function: Callable[..., None]) -> tuple[object, ...]:
    """What a function does, whatever its documentation says."""
    code = function.__code__
    return code.co_code, code.co_names, code.co_consts[1:]


def _refuted(changed: Claim) -> tuple[bool, str]:
    try:
        found = gather(changed)
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"
    return found.agreed < found.tried, found.example


def mutants(claim: Claim) -> list[StatementMutant]:
    """All mutants of a claim, each another statement than every conjunct of the claim."""
    whole = claim.statement
    conjuncts = whole.args if isinstance(whole, sp.And) else (whole,)
    found: dict[tuple[sp.Basic, tuple[sp.Basic, ...]], StatementMutant] = {}
    for conjunct in conjuncts:
        conditions, relation = split(conjunct)
        for change, other in _changed(relation):
            statement = implies(sp.And(*conditions), other) if conditions else other
            if statement not in conjuncts:
                key = statement, claim.assumptions
                found[key] = StatementMutant(claim.id, change, *key)
        for left_out in conditions:
            rest = [c for c in conditions if c != left_out]
            statement = implies(sp.And(*rest), relation) if rest else relation
            if statement not in conjuncts:
                key = statement, claim.assumptions
                found[key] = StatementMutant(claim.id, f"without {left_out}", *key)
        for left_out in claim.assumptions:
            kept = tuple(c for c in claim.assumptions if c != left_out)
            change = f"without {left_out}"
            found[conjunct, kept] = StatementMutant(claim.id, change, conjunct, kept)
    return list(found.values())


def _changed(relation: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    """Every single change of a relation, with its description."""
    if isinstance(relation, AtMostOne):
        name, *parameters = relation.args
        for left_out in parameters:
            rest = [p for p in parameters if p != left_out]
            yield f"{left_out} not given", AtMostOne(name, *rest)
        return
    lhs, rhs = relation.args
    if getattr(lhs, "is_Matrix", False) or getattr(rhs, "is_Matrix", False):
        for entry in range(len(lhs)):
            changed = sp.Matrix(lhs)
            changed[entry] += 1
            yield f"entry {entry} raised", relation.func(changed, rhs, evaluate=False)
        return
    kind = type(relation)

    def other(right: sp.Expr) -> sp.Basic:
        return kind(lhs, right, evaluate=False)

    if rhs in (sp.oo, -sp.oo):
        yield "sign turned", other(-rhs)
        yield "infinity read as 0", other(sp.Integer(0))
    else:
        yield "raised by 1", other(rhs + 1)
        yield "lowered by 1", other(rhs - 1)
        if rhs != 0:
            yield "doubled", other(2 * rhs)
            yield "sign turned", other(-rhs)
            yield "read as 0", other(sp.Integer(0))
        for power in sorted(rhs.atoms(sp.Pow), key=sp.default_sort_key):
            base, exponent = power.args
            if exponent.is_Rational:
                raised = rhs.xreplace({power: base ** (exponent + 1)})
                yield f"exponent of {power} raised", other(raised)
    if kind in TURNED:
        yield "inequality turned", TURNED[kind](lhs, rhs, evaluate=False)
        yield "inequality read as equality", eq(lhs, rhs)
    if kind in STRICTER:
        yield "made strict", STRICTER[kind](lhs, rhs, evaluate=False)
    if isinstance(lhs, sp.Limit):
        inner, variable, point, side = lhs.args
        turned = "-" if str(side) == "+" else "+"
        if point.is_finite:
            yield "side turned", eq(sp.Limit(inner, variable, point, turned), rhs)
        end = sp.Integer(0) if point is sp.oo else sp.oo
        yield f"limit at {end}", eq(sp.Limit(inner, variable, end, "+"), rhs)
    if isinstance(lhs, PathLimit):
        expression, system, *moves = lhs.args
        for place, move in enumerate(moves):
            if len(move) == 3:
                parameter, point, side = move
                turned = "-" if str(side) == "+" else "+"
                for change, to in (
                    (f"side of {parameter} turned", (parameter, point, turned)),
                    (
                        f"{parameter} to another end",
                        (parameter, sp.Integer(0) if point is sp.oo else sp.oo, "+"),
                    ),
                ):
                    if point.is_finite or "end" in change:
                        changed_moves = [*moves[:place], to, *moves[place + 1 :]]
                        yield change, eq(PathLimit(expression, system, *changed_moves), rhs)


def survey(
    per_claim: int | None = None,
    *,
    seed: int = 0,
    ids: Collection[str] | None = None,
    processes: int = 2,
    timeout: float = TIMEOUT,
    progress: bool = False,
) -> StatementSurvey:
    """Try to prove, and to refute, what claims would say if they were changed.

    Parameters
    ----------
    per_claim
        How many mutants of each claim to try, drawn at random; None tries all.
    seed
        Seed of the draw.
    ids
        Claims to change; None changes all.
    processes
        Number of worker processes.
    timeout
        Seconds that one mutant may take.
    progress
        Whether to show a progress bar on standard error.

    Returns
    -------
    StatementSurvey
        The mutants and what became of each.
    """
    start = time.perf_counter()
    rng = random.Random(seed)
    jobs: list[Numbered] = []
    for identifier, one in claims().items():
        if ids is None or identifier in ids:
            every = [Numbered(identifier, place) for place in range(len(mutants(one)))]
            small = per_claim is not None and len(every) > per_claim
            jobs.extend(rng.sample(every, per_claim) if small and per_claim else every)

    def work(worker: Worker, number: Numbered) -> StatementOutcome:
        answer = worker.ask(number, timeout)
        if answer is None:
            mutant = mutants(find_claim(number.id))[number.place]
            return StatementOutcome(mutant.id, mutant.change, str(mutant.statement), LATE)
        return answer

    results = run(jobs, work, processes)
    outcomes = [outcome for _, outcome in bar(results, len(jobs), "statements", progress)]
    outcomes.sort(key=lambda outcome: (outcome.id, outcome.statement, outcome.change))
    return StatementSurvey(tuple(outcomes), time.perf_counter() - start)
