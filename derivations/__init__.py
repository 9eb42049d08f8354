"""Proofs, one module per claim: from definitions to the statement, or a failure."""
