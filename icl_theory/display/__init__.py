"""Formulas, claims and proofs as a notebook shows them, generated from the definitions."""

from .card import ClaimCard, proof
from .claim_graph import claim_graph
from .equations import Equations, equations
from .verdicts import ClaimsTable, claims_table

__all__ = [
    "ClaimCard",
    "ClaimsTable",
    "Equations",
    "claim_graph",
    "claims_table",
    "equations",
    "proof",
]
