"""What is computed cannot be changed afterwards: dataclasses are frozen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: A program is written line by line, and a direction turns in place.
CHANGING = {"StraightLine", "Direction"}


def not_frozen(source: str) -> set[str]:
    """The dataclasses of a source that can be changed."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        for mark in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            call = mark.func if isinstance(mark, ast.Call) else mark
            options = mark.keywords if isinstance(mark, ast.Call) else []
            frozen = any(o.arg == "frozen" and ast.unparse(o.value) == "True" for o in options)
            if ast.unparse(call).rpartition(".")[2] == "dataclass" and not frozen:
                found.add(node.name)
    return found


def test_dataclasses_are_frozen():
    files = [path for part in ("icl_theory", "derivations") for path in (ROOT / part).rglob("*.py")]
    assert set().union(*(not_frozen(path.read_text(encoding="utf-8")) for path in files)) == (
        CHANGING
    )


@pytest.mark.parametrize("mark", ["dataclass", "dataclasses.dataclass", "dataclass(frozen=False)"])
def test_one_that_is_not_is_seen(mark):
    assert not_frozen(f"@{mark}\nclass A: ...\n@dataclass(frozen=True)\nclass B: ...") == {"A"}
