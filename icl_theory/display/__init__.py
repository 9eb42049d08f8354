"""Formulas, claims and proofs as a notebook shows them, generated from the definitions."""

from .card import ClaimCard, proof
from .equations import Equations, equations
from .verdicts import ClaimsTable, claims_table

__all__ = ["ClaimCard", "ClaimsTable", "Equations", "claims_table", "equations", "proof"]
