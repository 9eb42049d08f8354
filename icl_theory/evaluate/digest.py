"""Whether the sources of the package are still those that something was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def digest(names: Sequence[str]) -> str:
    """Digest of source files of the package, whatever their line ends."""
    total = hashlib.sha256()
    for name in names:
        total.update(name.encode() + b"\0")
        total.update((PACKAGE / name).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()
