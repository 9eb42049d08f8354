"""Statements, and the record of their proofs."""
