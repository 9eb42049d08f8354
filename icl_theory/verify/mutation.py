"""Does the gate close? Every formula is corrupted, and the claims that read it have to notice.

A mutant is one small change of one definition, at one place: a sign turned, a term dropped or
doubled, an exponent raised or turned, a number or a symbol exchanged for another. Changes that
leave a formula equal to the original do not count. A mutant is caught if the proof of some claim
fails or no longer goes through.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from icl_theory.algebra import decide
from icl_theory.algebra.quantity import Quantity, quantities
from icl_theory.algebra.unevaluated import Unevaluated

from .judge import FAILS
from .registry import claims
from .runner import Report, bar
from .worker import Task, Worker, run

#: Seconds that one claim may take on a mutant.
TIMEOUT = 20.0
#: Seconds that it may take with every formula intact.
INTACT_TIMEOUT = 180.0


@dataclass(frozen=True)
class Mutant:
    """A corrupted definition.

    Attributes
    ----------
    quantity
        Name of the quantity.
    change
        What was changed, in words.
    definition
        The corrupted definition.
    """

    quantity: str
    change: str
    definition: sp.Basic


@dataclass(frozen=True)
class DefinitionOutcome:
    """What became of a mutant.

    Attributes
    ----------
    quantity, change, definition
        The mutant.
    by
        Id of the claim that caught it, empty where none did.
    how
        ``fails`` if a step of that claim is false, else why its proof does not go through.
    tried
        Claims that were run on it.
    """

    quantity: str
    change: str
    definition: str
    by: str
    how: str
    tried: int

    @property
    def caught(self) -> bool:
        """Whether a claim noticed."""
        return bool(self.by)


@dataclass(frozen=True)
class Survey:
    """Outcomes of all mutants that were tried.

    Attributes
    ----------
    outcomes
        One per mutant.
    unread
        Quantities whose definition no proof reads.
    seconds
        Wall time.
    """

    outcomes: tuple[DefinitionOutcome, ...]
    unread: tuple[str, ...]
    seconds: float

    @property
    def total(self) -> int:
        """Number of mutants."""
        return len(self.outcomes)

    @property
    def caught(self) -> int:
        """Number of mutants that some claim noticed."""
        return sum(outcome.caught for outcome in self.outcomes)

    @property
    def false(self) -> int:
        """Number of mutants caught by a step that is false, not merely undecided."""
        return sum(outcome.how == FAILS for outcome in self.outcomes)

    @property
    def holds(self) -> bool:
        """Whether there were mutants and all were caught."""
        return self.total > 0 and self.caught == self.total

    @property
    def survivors(self) -> tuple[DefinitionOutcome, ...]:
        """Mutants that no claim noticed."""
        return tuple(outcome for outcome in self.outcomes if not outcome.caught)

    @property
    def summary(self) -> str:
        """One sentence, and the survivors."""
        formulas = len({outcome.quantity for outcome in self.outcomes})
        share = 100 * self.caught / self.total if self.total else 0
        head = (
            f"{self.caught} of {self.total} mutants of {formulas} formulas caught ({share:.1f} %): "
            f"{self.false} by a false step, {self.caught - self.false} by a proof that does not "
            f"go through, {self.seconds:.0f} s"
        )
        lines = [head]
        lines += [
            f"survives: {o.quantity} = {o.definition} ({o.change}; {o.tried} claims tried)"
            for o in self.survivors
        ]
        if self.unread:
            lines.append(f"read by no proof: {', '.join(self.unread)}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The record as it is written to JSON."""
        return {
            "holds": self.holds,
            "mutants": self.total,
            "caught": self.caught,
            "caught_by_false_step": self.false,
            "seconds": self.seconds,
            "unread": list(self.unread),
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
        }


def mutants(quantity: Quantity) -> list[Mutant]:
    """All mutants of a definition, without those equal to it or to each other."""
    original = quantity.definition
    symbols = sorted(_leaves(original), key=lambda symbol: symbol.name)
    seen = {original}
    found = []
    for change, definition in _changed(original, symbols):
        if definition not in seen and definition.is_finite is not False:
            seen.add(definition)
            if not _same(definition, original):
                found.append(Mutant(quantity.name, change, definition))
    return found


def _leaves(expression: sp.Basic) -> set[sp.Symbol]:
    """Symbols of an expression, without those inside held objects."""
    if isinstance(expression, sp.Symbol):
        return {expression}
    if isinstance(expression, Unevaluated | AppliedUndef):
        return set()
    return set().union(*map(_leaves, expression.args)) if expression.args else set()


def _same(one: sp.Basic, other: sp.Basic) -> bool:
    try:
        return decide.is_zero(one - other)
    except decide.UndecidedError:
        # Not decided to be equal: keep it. A mutant that is equal after all survives and is seen.
        return False


def _changed(
    expression: sp.Basic, symbols: list[sp.Symbol], top: bool = True
) -> Iterator[tuple[str, sp.Basic]]:
    """Every single change of an expression, with its description."""
    if isinstance(expression, Unevaluated | AppliedUndef):
        yield f"{expression} doubled", 2 * expression
        if top:
            yield "sign of the whole turned", -expression
        return
    if top:
        yield "doubled", 2 * expression
        yield "sign of the whole turned", -expression
    if isinstance(expression, sp.Symbol):
        if len(symbols) > 1:
            other = symbols[(symbols.index(expression) + 1) % len(symbols)]
            yield f"{expression} read as {other}", other
        return
    if expression.is_Rational:
        if not top:
            yield f"{expression} read as {expression + 1}", expression + 1
        return
    if isinstance(expression, sp.Add):
        for index, term in enumerate(expression.args):
            yield f"sign of {term} turned", _with(expression, index, -term)
            yield f"{term} dropped", _with(expression, index, sp.Integer(0))
            yield f"{term} doubled", _with(expression, index, 2 * term)
    if isinstance(expression, sp.Mul):
        for index, factor in enumerate(expression.args):
            if not factor.is_Rational and not factor.is_Pow:
                yield f"factor {factor} squared", _with(expression, index, factor**2)
    if isinstance(expression, sp.Max | sp.Min):
        swapped = sp.Min if isinstance(expression, sp.Max) else sp.Max
        yield f"{expression} read as {swapped.__name__}", swapped(*expression.args)
    if isinstance(expression, sp.Pow):
        base, exponent = expression.args
        for other in (exponent + 1, -exponent):
            yield f"exponent {exponent} read as {other}", base**other
        for change, inner in _changed(base, symbols, False):
            yield change, inner**exponent
        return
    for index, argument in enumerate(expression.args):
        for change, inner in _changed(argument, symbols, False):
            yield change, _with(expression, index, inner)


def _with(expression: sp.Basic, index: int, argument: sp.Basic) -> sp.Basic:
    arguments = list(expression.args)
    arguments[index] = argument
    return expression.func(*arguments)


def survey(
    per_quantity: int | None = None,
    *,
    seed: int = 0,
    names: Collection[str] | None = None,
    report: Report | None = None,
    processes: int = 2,
    timeout: float = TIMEOUT,
    progress: bool = False,
) -> Survey:
    """Run the proofs that read a definition on its mutants.

    Parameters
    ----------
    per_quantity
        How many mutants of each formula to try, drawn at random; None tries all.
    seed
        Seed of the draw.
    names
        Names of quantities to corrupt; None corrupts all.
    report
        A verification run, which says what each proof reads; without it claims are proved as they
        are needed.
    processes
        Number of worker processes.
    timeout
        Seconds that one claim may take on a mutant; one that takes longer has not noticed it.
    progress
        Whether to show a progress bar on standard error.

    Returns
    -------
    Survey
        The mutants and which claim noticed each.
    """
    start = time.perf_counter()
    readers = Readers(report)
    rng = random.Random(seed)
    jobs: list[Mutant] = []
    for quantity in quantities():
        if names is not None and quantity.name not in names:
            continue
        all_mutants = mutants(quantity)
        if per_quantity is not None and len(all_mutants) > per_quantity:
            all_mutants = rng.sample(all_mutants, per_quantity)
        jobs.extend(all_mutants)

    def work(worker: Worker, mutant: Mutant) -> DefinitionOutcome:
        tried = 0
        for identifier in readers.of(mutant.quantity, worker):
            tried += 1
            definitions = ((mutant.quantity, mutant.definition),)
            verdict = worker(Task(identifier, definitions, numerically=False), timeout)
            if not verdict.holds and not verdict.timed_out:
                how = FAILS if verdict.verdict == FAILS else verdict.reason
                return _outcome(mutant, identifier, how, tried)
        return _outcome(mutant, "", "", tried)

    outcomes = [
        outcome for _, outcome in bar(run(jobs, work, processes), len(jobs), "mutants", progress)
    ]
    outcomes.sort(key=lambda outcome: (outcome.quantity, outcome.change))
    unread = sorted({outcome.quantity for outcome in outcomes if not outcome.tried})
    return Survey(tuple(outcomes), tuple(unread), time.perf_counter() - start)


def _outcome(mutant: Mutant, by: str, how: str, tried: int) -> DefinitionOutcome:
    return DefinitionOutcome(mutant.quantity, mutant.change, str(mutant.definition), by, how, tried)


class Readers:
    """Which claims read a quantity, in the order in which they are asked about its mutants.

    Parameters
    ----------
    report
        A verification run; claims that are not in it are proved when they are first needed.
    """

    def __init__(self, report: Report | None) -> None:
        known = claims()
        self._intact = {v.id: v for v in report.verdicts} if report is not None else {}
        self._named = {one.id: one.statement.atoms(Quantity) for one in known.values()}
        self._closures = {name: _closure(named) for name, named in self._named.items()}

    def of(self, name: str, worker: Worker) -> Iterator[str]:
        """Ids of claims that hold and whose proof reads the quantity.

        Claims that name it come first, then those whose formulas contain it, then the others, each
        with the simplest first.
        """
        quantity = next(q for q in quantities() if q.name == name)
        for identifier in sorted(
            self._named,
            key=lambda i: (
                quantity not in self._named[i],
                quantity not in self._closures[i],
                len(self._closures[i]),
            ),
        ):
            if identifier not in self._intact:
                task = Task(identifier, numerically=False)
                self._intact[identifier] = worker(task, INTACT_TIMEOUT)
            intact = self._intact[identifier]
            # A claim that does not hold anyway notices nothing.
            if intact.holds and name in intact.reads:
                yield identifier


def _closure(named: Collection[Quantity]) -> set[Quantity]:
    """The given quantities and all that their definitions are made of."""
    found: set[Quantity] = set()
    stack = list(named)
    while stack:
        quantity = stack.pop()
        if quantity not in found:
            found.add(quantity)
            stack.extend(quantity.definition.atoms(Quantity))
    return found
