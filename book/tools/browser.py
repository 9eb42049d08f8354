"""Which Chromium opens the pages, and how: for the tests and for the book as one PDF."""

from __future__ import annotations

import os
import shutil

#: Debian's chromium, or the one named by ICL_CHROMIUM; None if there is neither.
CHROMIUM = os.environ.get("ICL_CHROMIUM") or shutil.which("chromium")
# A browser otherwise looks for updates and starts services of its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
