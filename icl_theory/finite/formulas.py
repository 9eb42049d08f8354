"""Coefficients of the finite-size formulas, as numbers."""

from __future__ import annotations

from typing import NamedTuple


class MomentBlocks(NamedTuple):
    """E_w = [[isotropic v I + tasks w w^T, cross v w], [cross v w^T, corner v^2]] (Lemma 1)."""

    isotropic: float
    tasks: float
    cross: float
    corner: float


def moment_blocks(d: int, ell: int) -> MomentBlocks:
    """Coefficients of Lemma 1 at given sizes."""
    return MomentBlocks(d / ell, 1 + 1 / ell, 1 + 2 / ell, 1 + 2 / ell)
