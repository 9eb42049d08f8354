"""Forget executed chapters when the code that they ran has changed.

Jupyter Book keeps the outputs of a chapter and runs it again only if the chapter itself
changes.  The numbers of a chapter come from the package, so a change there must run it
again too: the cache is thrown away unless it was made by the very same sources.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path


def refresh(book: Path, build: Path) -> None:
    """Empty the cache of executions unless it belongs to the present sources.

    Parameters
    ----------
    book : Path
        The book's folder, which lies in the root of the checkout.
    build : Path
        The book's build folder.
    """
    cache = build / ".jupyter_cache"
    stamp = build / "sources.sha256"
    present = fingerprint(book)
    if stamp.exists() and stamp.read_text() == present:
        return
    shutil.rmtree(cache, ignore_errors=True)
    build.mkdir(exist_ok=True)
    stamp.write_text(present)


def fingerprint(book: Path) -> str:
    """Return a hash of everything but the chapters themselves that their outputs depend on."""
    root = book.parent
    digest = hashlib.sha256(sys.version.encode())
    # Of the book's tools, those that run chapters; the others work on what is rendered.
    running = ("build.py", "execution.py", "ipython_kernel_config.py")
    sources = [root / "requirements.lock", *(book / "tools" / name for name in running)]
    for folder in (root / "icl_theory", root / "derivations"):
        # Data files of the package count as much as its code; what Python or
        # an editor leaves behind does not.
        sources += sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
        )
    for path in sources:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
