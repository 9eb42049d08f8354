"""What a claim is: a statement of the theory with its proof, written as one decorated function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import epoch

from .kernel import FREE, Domain, Given, ProofFailed, Theorem, conclude, require
from .printed import holds_what_it_prints, says_what_it_prints
from .proof import Proof
from .text import plain_text

#: A proof receives the record it makes its theorems with.
Derivation = Callable[[Proof], None]


@dataclass(frozen=True, eq=False)
class Claim:
    """A statement of the theory together with everything its verdict depends on.

    Attributes
    ----------
    id
        Unique, lower case with hyphens: the name of the function that proves it.
    heading
        One line in words, its mathematics in TeX between dollars.
    statement
        A SymPy relation, or an `And` of relations, in symbols and quantities. The proof has to
        reach every conjunct.
    derivation
        The proof.
    domain
        The points that the statement is about.
    assumptions
        Conditions on the parameters under which it is claimed.
    paper
        The paper's number of the statement, empty where it has none.
    check
        Name of a check in ``icl_theory.verify.simulated``: evidence of another kind, by simulation.
    """

    id: str
    heading: str
    statement: sp.Basic
    derivation: Derivation
    domain: Domain = FREE
    assumptions: Given = ()
    paper: str = ""
    check: str | None = None
    _known: dict[object, Any] = field(default_factory=dict, repr=False, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "assumptions", tuple(self.assumptions))

    @property
    def title(self) -> str:
        """The heading as a terminal shows it."""
        return plain_text(self.heading)

    @property
    def words(self) -> str:
        """The proof in words: the documentation of the function that proves the claim."""
        return inspect.getdoc(self.derivation) or ""

    def prove(self) -> tuple[Theorem, Proof]:
        """Run the proof: the theorem that the claim states, and the record of how it was reached.

        Raises
        ------
        ProofFailed, UndecidedError
            If a premise is false or cannot be decided, or the statement is not reached.
        """
        state = epoch()
        if self._known.get(state, self) is None:
            raise ProofFailed(f"{self.id} rests on itself")
        if state not in self._known:
            self._known[state] = None
            try:
                theorem, proof = self._prove()
                if theorem.definitions != state:
                    raise ProofFailed(f"the proof of {self.id} leaves other definitions")
                self._known[state] = theorem, proof
            finally:
                if self._known[state] is None:
                    del self._known[state]
        theorem, _ = self._known[state]
        if (theorem.conclusion, theorem.domain) != (self.statement, self.domain):
            raise ProofFailed(f"{self.id} states something else than was proved")
        return self._known[state]

    def _prove(self) -> tuple[Theorem, Proof]:
        says_what_it_prints((self.statement, *self.assumptions), self.domain)
        proof = Proof(self.statement, self.domain, self.assumptions)
        self.derivation(proof)
        theorem = conclude(
            self.statement,
            [*(step.theorem for step in proof.steps), *(used.theorem() for used in proof.used)],
            on=self.domain,
            given=self.assumptions,
        )
        holds_what_it_prints(theorem)
        _rests_on_what_it_used(proof)
        return theorem, proof

    def theorem(self) -> Theorem:
        """The theorem, proved when it is first asked for."""
        return self.prove()[0]

    def rests_on(self) -> tuple[str, ...]:
        """Ids of the claims that the proof used."""
        return tuple(dict.fromkeys(claim.id for claim in self.prove()[1].used))


def _rests_on_what_it_used(proof: Proof) -> None:
    """Require that the theorems of other claims are there by `Proof.use`, which says so."""
    require(all(isinstance(one, Claim) for one in proof.used), "what is used is no claim")
    used = {one.theorem() for one in proof.used}
    left = [step.theorem for step in proof.steps]
    while left:
        one = left.pop()
        stated = one.rule == "conjunction"
        require(not stated or one in used, "{} is of a claim that is not used", one.conclusion)
        left += () if stated else one.premises


def claim(
    *,
    title: str,
    statement: sp.Basic,
    domain: Domain = FREE,
    assumptions: Given = (),
    paper: str = "",
    check: str | None = None,
) -> Callable[[Derivation], Claim]:
    """Make a claim of the function that proves it; see `Claim`, whose heading is ``title``."""

    def register(derivation: Derivation) -> Claim:
        identifier = derivation.__name__.replace("_", "-")
        return Claim(
            identifier,
            title,
            statement,
            derivation,
            domain,
            assumptions,
            paper,
            check,
        )

    return register
