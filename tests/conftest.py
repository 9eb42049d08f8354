"""What tests of several folders use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes depends on what else the machine does, and is no property of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"

CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Chapter

{text}

```{{code-cell}} ipython3
{code}
```
"""


@pytest.fixture
def cluster():
    """A local Dask cluster of three processes, and its client."""
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield cluster, client


@pytest.fixture
def small_book(tmp_path):
    """A book of one chapter, built with the real configuration; returns its build command."""
    book = tmp_path / "book"
    book.mkdir()
    shutil.copytree(BOOK / "tools", book / "tools")
    shutil.copytree(BOOK / "assets", book / "assets")
    shutil.copytree(BOOK / "javascript", book / "javascript")
    for name in ("_config.yml", "references.bib"):
        shutil.copy(BOOK / name, book)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    (book / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    # With the JavaScript at hand there is nothing to install.
    if (BOOK / "_build" / "vendor").is_dir():
        (book / "_build").mkdir()
        shutil.copytree(BOOK / "_build" / "vendor", book / "_build" / "vendor")
        shutil.copy(BOOK / "_build" / "vendor.sha256", book / "_build")
        (book / "_build" / "npm").symlink_to(BOOK / "_build" / "npm")

    def build(text: str, code: str) -> subprocess.CompletedProcess:
        (book / "index.md").write_text(CHAPTER.format(text=text, code=code))
        return subprocess.run(
            [sys.executable, str(book / "tools" / "build.py")],
            capture_output=True,
            text=True,
            check=False,
        )

    return build
