"""A page that a reader downloads runs: what it imports comes with the ``book`` extra."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = sorted(BOOK.glob("*.md"))
#: What the wheel itself holds.
OURS = {"icl_theory", "derivations"}


def cells(page: Path) -> str:
    """The code of a page."""
    found = re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    # Options of a cell are no code, nor are its magics.
    lines = (line for cell in found for line in cell.splitlines())
    return "\n".join(line for line in lines if not line.startswith((":", "%", "---")))


def imported(source: str) -> set[str]:
    """Top-level names of the modules that code imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def installed_with(extra: str) -> set[str]:
    """Distributions that an installation with an extra brings, dependencies of theirs included."""
    found: set[str] = set()
    left = [("icl-theory", extra)]
    while left:
        name, wanted = left.pop()
        try:
            required = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform
        for line in required:
            asked = re.search(r"extra\s*==\s*['\"]([^'\"]+)", line)
            if asked is None or asked[1] == wanted:
                other = re.match(r"[\w.-]+", line)[0].lower().replace("_", "-")
                if other not in found:
                    found.add(other)
                    left.append((other, ""))
    return found


@pytest.fixture(scope="module")
def available():
    """Top-level modules that come with the extra."""
    distributions = installed_with("book")
    return {
        module
        for module, names in metadata.packages_distributions().items()
        if distributions & {name.lower().replace("_", "-") for name in names}
    }


def test_there_are_pages_with_code():
    assert sum(bool(cells(page)) for page in PAGES) > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_imports_nothing_that_is_not_installed_with_it(page, available):
    names = imported(cells(page))
    assert names - OURS - available - sys.stdlib_module_names == set()


def test_a_module_from_elsewhere_is_noticed(available):
    names = imported("import numpy\nfrom uplot import Plot\nimport pages.one\n")
    assert names - available == {"uplot", "pages"}
