"""What a claim is: a statement of the theory with its proof, written as one decorated function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from icl_theory.proof.proof import Proof

#: A proof receives the record it writes its steps into.
Derivation = Callable[[Proof], None]


@dataclass(frozen=True)
class Claim:
    """A statement of the theory together with everything its verdict depends on.

    Attributes
    ----------
    id
        Unique, lower case with hyphens: the name of the function that proves it.
    title
        One line in words.
    statement
        A SymPy relation, or an `And` of relations, in symbols and quantities. The proof has to
        reach every conjunct.
    assumptions
        Conditions on the parameters under which the statement is claimed, beyond the domain
        tau, alpha, kappa > 0, rho, lam >= 0. Relations in the primitive symbols.
    rests_on
        Ids of claims used without proof in this one's proof.
    paper
        The paper's number of the statement, empty where it has none.
    regime
        Where the evidence samples: ``"ridge"``, ``"ridgeless"`` or, for statements that do not
        involve the fixed point, ``"free"``; None where a numerical check makes no sense.
    check
        Name of a check in ``icl_theory.verify.simulated``: evidence of another kind, by simulation.
    derivation
        The proof.
    """

    id: str
    title: str
    statement: sp.Basic
    derivation: Derivation
    assumptions: tuple[sp.Basic, ...] = ()
    rests_on: tuple[str, ...] = ()
    paper: str = ""
    regime: str | None = "ridge"
    check: str | None = None

    @property
    def words(self) -> str:
        """The proof in words: the documentation of the function that proves the claim."""
        return inspect.getdoc(self.derivation) or ""

    def prove(self) -> Proof:
        """Run the proof and return its record.

        Raises
        ------
        ProofFailed, UndecidedError
            If a step is false or cannot be decided.
        """
        proof = Proof(self.statement, self.assumptions, self.regime == "ridgeless")
        self.derivation(proof)
        return proof


def claim(
    *,
    title: str,
    statement: sp.Basic,
    assumptions: tuple[sp.Basic, ...] = (),
    rests_on: tuple[str, ...] = (),
    paper: str = "",
    regime: str | None = "ridge",
    check: str | None = None,
    name: str | None = None,
) -> Callable[[Derivation], Claim]:
    """Make a claim of the function that proves it; see `Claim` for the parameters.

    The id is the function's name with hyphens, or ``name`` where one function proves several
    claims.
    """

    def register(derivation: Derivation) -> Claim:
        identifier = name or derivation.__name__.replace("_", "-")
        return Claim(
            identifier, title, statement, derivation, assumptions, rests_on, paper, regime, check
        )

    return register
