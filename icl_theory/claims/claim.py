"""What a claim is."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from icl_theory.symbolic.proof import Proof


@dataclass(frozen=True)
class Claim:
    """A statement of the theory together with everything its verdict depends on.

    Attributes
    ----------
    id
        Unique, lower case with hyphens. The proof is ``derivations/<id with underscores>.py``.
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
        Name of a check in ``icl_theory.claims.checks_deterministic``: evidence of another kind,
        by simulation.
    """

    id: str
    title: str
    statement: sp.Basic
    assumptions: tuple[sp.Basic, ...] = ()
    rests_on: tuple[str, ...] = ()
    paper: str = ""
    regime: str | None = "ridge"
    check: str | None = None

    @property
    def module(self) -> str:
        """Dotted name of the module with the proof."""
        return "derivations." + self.id.replace("-", "_")

    def prove(self) -> Proof:
        """Run the proof and return its record.

        Raises
        ------
        ProofFailed, UndecidedError
            If a step is false or cannot be decided.
        """
        proof = Proof(assumptions=self.assumptions, ridgeless=self.regime == "ridgeless")
        derivation: Callable[[Proof, Claim], None] = importlib.import_module(self.module).prove
        derivation(proof, self)
        return proof
