"""Proofs, one module per claim: each starts from definitions and ends at the statement, or fails."""
