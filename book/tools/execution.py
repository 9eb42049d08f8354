"""Run the chapters that are not in the cache, as many at a time as there are cores.

Jupyter Book runs chapters one after the other.  What is in its cache it takes from there, so
running them beforehand is all that is needed.  A chapter that fails here is not kept: Jupyter Book
runs it again, and reports.

Called as a program, so that the kernels have the environment of `build`.
"""

from __future__ import annotations

import logging
import multiprocessing
import re
import sys
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.executors.basic import REPORT_LEVEL

#: How myst-nb calls its reader of chapters in Markdown.
READER = {"name": "myst_nb_md", "type": "plugin"}


def chapters(book: Path) -> list[Path]:
    """The files of the table of contents that have something to run."""
    contents = (book / "_toc.yml").read_text("utf-8")
    named = re.findall(r"(?:file|root):\s*(\S+)", contents)
    files = [book / f"{name}.md" for name in named]
    return [file for file in files if "{code-cell}" in file.read_text("utf-8")]


class Heard(logging.Handler):
    """Says which chapters are done, from what the processes that run them log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a chapter's name."""
        done = re.fullmatch(r"Execution Successful: .*?(\w+)\.md", record.getMessage())
        if done:
            print(f"make book: {done[1]} was run", flush=True)


def run(book: Path, cache: Path, timeout: int) -> None:
    """Run what is missing in the cache."""
    # The processes are forked, and log as this one does.
    multiprocessing.get_logger().addHandler(Heard())
    multiprocessing.get_logger().setLevel(REPORT_LEVEL)
    kept = get_cache(str(cache))
    for file in chapters(book):
        kept.add_nb_to_project(str(file), read_data=READER)
    load_executor("local-parallel", kept).run_and_cache(timeout=timeout)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
