"""Build the book: ``python book/tools/build.py``, or ``make book``.

Eight steps, each of which stops the build when it fails:

1. the JavaScript that the pages use is installed from npm (`javascript`);
2. the cache of executed chapters is matched to the code they run (`execution_cache`);
3. chapters that it does not have are run, several at a time (`execution`);
4. Jupyter Book renders them, and any warning is an error;
5. their text is made searchable (`search`), each says how it is cited (`colophon`), figures
   are numbered (`figures`), folds say what they hide (`folds`), and printed sentences
   are told from columns (`outputs`);
6. every formula is drawn (`typeset`);
7. pages are made light (`assets`);
8. the rendered pages are searched for what would be loaded from another host, and for
   links that lead nowhere (`pages`).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import assets
import colophon
import execution_cache
import figures
import folds
import javascript
import outputs
import pages
import search
import typeset

BOOK = Path(__file__).resolve().parents[1]
BUILD = BOOK / "_build"
HTML = BUILD / "html"


def ipython_settings() -> Path:
    """Write the settings of the kernels that run the chapters, and return their folder."""
    profile = BUILD / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copy(BOOK / "tools" / "ipython_kernel_config.py", profile)
    return profile.parent


def environment() -> dict[str, str]:
    """What the chapters run in."""
    return os.environ | {
        # The kernels' settings, and nobody's own.
        "IPYTHONDIR": str(ipython_settings()),
        # Output that depends on the order of a set would differ from build to build.
        "PYTHONHASHSEED": "0",
        # A progress bar is noise in a page, and stderr output fails the build.
        "TQDM_DISABLE": "1",
    }


def execute() -> None:
    """Run the chapters that are not in the cache."""
    limit = re.search(
        r"^  timeout: (\d+)$", (BOOK / "_config.yml").read_text("utf-8"), re.MULTILINE
    )
    program = str(BOOK / "tools" / "execution.py")
    command = [sys.executable, program, str(BOOK), str(BUILD / ".jupyter_cache"), limit[1]]
    # What goes wrong is said when the chapter is rendered.
    run_together(command, env=environment(), stderr=subprocess.DEVNULL)


def run_together(command: list[str], **options: Any) -> None:
    """Run a program; when this process is stopped, end it with all processes that it started."""
    with subprocess.Popen(command, start_new_session=True, **options) as process:
        try:
            process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def render() -> int:
    """Run Jupyter Book, and return its exit code."""
    # A page that is no longer in the table of contents would otherwise stay.
    shutil.rmtree(HTML, ignore_errors=True)
    command = [
        *(str(Path(sysconfig.get_path("scripts"), "jupyter-book")), "build", str(BOOK)),
        # Warnings are errors, unresolved references are warnings, and one run
        # shows them all.  `--all` because Sphinx forgets the warnings of a page
        # that it does not read again: a second run would pass.
        *("-W", "-n", "--keep-going", "--all", "--quiet"),
    ]
    return subprocess.run(command, env=environment(), check=False).returncode


def plain(report: str) -> str:
    """Return what the author of a failed cell wants to see: the cell and its traceback."""
    _, _, cell = report.rpartition("An error occurred while executing the following cell:")
    return re.sub("\x1b\\[[0-9;]*m", "", cell).strip()


def finish(html: Path, build: Path) -> list[str]:
    """Finish the pages that Jupyter Book rendered, and name what is wrong with them."""
    search.run(html)
    title = re.search(r"^title: (.*)$", (BOOK / "_config.yml").read_text("utf-8"), re.MULTILINE)
    colophon.run(html, build, title[1])
    faults = [f"a figure without a caption: {what}" for what in figures.run(html)]
    faults += [f"a fold that says nothing: {what}" for what in folds.run(html)]
    outputs.run(html)
    faults += [f"no formula: {what}" for what in typeset.run(html, build)]
    figures.pack(html)
    assets.run(html, build)
    faults += [f"loaded from another host: {what}" for what in pages.foreign_resources(html)]
    faults += [f"leads nowhere: {what}" for what in pages.broken_links(html)]
    return faults


def main() -> int:
    """Build the book and say how it went."""
    start = time.monotonic()
    # Stopped from outside, as at the keyboard: what runs is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    javascript.install(BOOK / "javascript", BUILD)
    execution_cache.refresh(BOOK, BUILD)
    execute()
    if render() != 0:
        print("\nmake book: FAILED, for the reasons above", file=sys.stderr)
        for report in sorted((HTML / "reports").rglob("*.err.log")):
            name = report.name.removesuffix(".err.log")
            print(f"\n--- {name}\n{plain(report.read_text())}", file=sys.stderr)
        return 1
    if faults := finish(HTML, BUILD):
        print(*faults, "\nmake book: FAILED", sep="\n", file=sys.stderr)
        return 1
    print(f"make book: {HTML / 'index.html'} ({time.monotonic() - start:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
