"""Spending a budget: the best number, length and diversity of pretraining sequences."""

from __future__ import annotations

from .allocate import Allocation, allocate

__all__ = ["Allocation", "allocate"]
