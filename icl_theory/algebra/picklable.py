"""Balls of FLINT as they are pickled and copied, which FLINT does not provide for.

Imported for its effect by what returns bare balls.
"""

from __future__ import annotations

import copyreg
from typing import Any

import flint

from .exchange import decode, encode


def _reduced(ball: flint.arb) -> tuple[Any, tuple[Any]]:
    return decode, (encode(ball),)


copyreg.pickle(flint.arb, _reduced)
