"""Algebra that knows no theory: named formulas, exact decisions, matrix words, Wick pairings."""
