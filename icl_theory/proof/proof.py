"""The record of a proof: theorems that the kernel made on the way to a statement.

A derivation receives a `Proof` and calls its rules; each makes a theorem or fails. Words explain,
and prove nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import sympy as sp

from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import unfold
from icl_theory.theory.symbols import m, nu, r, xi

from . import kernel
from .kernel import FREE, Domain, Given, ProofFailed, Theorem


class Proved(Protocol):
    """What a proof may use: a claim, which has a theorem."""

    id: str

    def theorem(self) -> Theorem:
        """The theorem, proved when it is first asked for."""


@dataclass(frozen=True)
class Step:
    """One theorem of a proof, and why it is the next one."""

    theorem: Theorem
    because: str = ""


class Proof:
    """A proof in the making; see the rules of `icl_theory.proof.kernel`, which are its methods.

    Attributes
    ----------
    statement, domain, assumptions
        What is to be reached, where, and under which conditions.
    steps
        The theorems made so far, in order.
    used
        Claims that the proof uses, in order.
    """

    def __init__(self, statement: sp.Basic, domain: Domain, assumptions: Given = ()) -> None:
        self.statement, self.domain, self.assumptions = statement, domain, assumptions
        self.steps: list[Step] = []
        self.used: list[Proved] = []

    def keep(self, theorem: Theorem, because: str = "") -> Theorem:
        """Record a theorem."""
        self.steps.append(Step(theorem, because))
        return theorem

    def use(self, claim: Proved) -> Theorem:
        """The theorem of another claim.

        Whatever that is conditional on, this proof is too: also where it needs no more of it than
        what its formulas mean.
        """
        self.used.append(claim)
        return claim.theorem()

    def part(self, claim: Proved, relation: sp.Basic) -> Theorem:
        """One conjunct of the theorem of another claim."""
        return kernel.conjunct(self.use(claim), relation)

    def decide(
        self,
        statement: sp.Basic | None = None,
        *,
        on: Domain | None = None,
        given: Iterable[sp.Basic] = (),
        because: str = "",
    ) -> Theorem:
        """Decide a relation, or every conjunct of a conjunction, by the rule that fits it.

        Parameters
        ----------
        statement
            Relations, implications and limits in free coordinates; by default that of the claim.
        on
            Where; by default on the domain of the claim.
        given
            Conditions besides those of an implication and the claim's own.
        because
            Why, in words.

        Returns
        -------
        Theorem
            The last one made.
        """
        domain = self.domain if on is None else on
        statement = self.statement if statement is None else statement
        for conjunct in statement.args if isinstance(statement, sp.And) else (statement,):
            conditions, relation = kernel.split(conjunct)
            free = domain.checked()[1]
            own = [
                c
                for c in self.assumptions
                if isinstance(c, sp.Ne) or (c.lhs not in free and c.lhs.is_Symbol)
            ]
            if isinstance(relation, sp.Eq) and isinstance(relation.lhs, sp.Limit):
                # What moves is not held to a bound; its range near the end is the limit's affair.
                own = [c for c in own if not c.has(relation.lhs.args[1])]
            where = kernel.in_order({*own, *given, *conditions})
            theorem = self.keep(_decision(relation, domain, where), because)
            because = ""
        return theorem

    def __getattr__(self, rule: str) -> Callable[..., Theorem]:
        """A rule of the kernel that records what it makes; ``because`` says why."""
        function = getattr(kernel, rule)
        if rule not in RULES:
            raise AttributeError(rule)

        def apply(*arguments: Any, because: str = "", **options: Any) -> Theorem:
            return self.keep(function(*arguments, **options), because)

        return apply


#: The rules that a derivation may call on its proof.
RULES = frozenset(
    name
    for name, function in vars(kernel).items()
    if inspect.isfunction(function)
    and inspect.signature(function).return_annotation == "Theorem"
    and not name.startswith("_")
)


def _decision(relation: sp.Basic, on: Domain, given: Given) -> Theorem:
    try:
        if isinstance(relation, sp.Eq) and isinstance(relation.lhs, sp.Limit):
            return kernel.limit(relation.lhs, relation.rhs, on=on, given=given)
        if isinstance(relation, sp.Eq):
            return kernel.identity(relation.lhs, relation.rhs, on=on, given=given)
        return kernel.sign(relation, on=on, given=given)
    except (ProofFailed, UndecidedError) as error:
        state = sorted(symbol.name for symbol in unfold(relation).free_symbols & {nu, m, xi, r})
        if on is not FREE or not state:
            raise
        # Without a domain the variables of the fixed point are numbers that nothing ties together.
        advice = f"no domain says which state {', '.join(state)} are: domain=RIDGE, or on=RIDGE"
        raise type(error)(f"{advice}? {error}") from error
