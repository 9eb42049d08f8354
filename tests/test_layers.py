"""Imports go downwards only, as CONTRIBUTING.md draws the house."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "icl_theory"
#: What each folder may import of ours; a name admits all below it.
ALLOWED = {
    "icl_theory/algebra": (),
    "icl_theory/theory": ("algebra",),
    "icl_theory/proof": ("algebra", "theory"),
    "icl_theory/limits": ("algebra", "theory", "proof"),
    "icl_theory/evaluate": ("algebra", "theory", "proof"),
    "icl_theory/stationary": ("algebra", "theory", "evaluate"),
    "icl_theory/baselines": ("algebra", "theory", "evaluate"),
    "icl_theory/finite": ("algebra", "theory", "evaluate.parameters"),
    "derivations": ("algebra", "theory", "proof", "limits"),
}


def imported(path: Path) -> set[str]:
    """Full names of the modules and objects that a file imports, wherever it does so."""
    names = set()
    here = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*here[: len(here) - node.level]] if node.level else []
            base += node.module.split(".") if node.module else []
            names.update(".".join([*base, alias.name]) for alias in node.names)
    return names


def strays(folder: str, path: Path) -> set[str]:
    """Imports of ours that a file of a folder may not have."""
    allowed = tuple(f"{PACKAGE}.{name}" for name in ALLOWED[folder])
    own = folder.replace("/", ".")
    return {
        name
        for name in imported(path)
        if name.split(".")[0] in {PACKAGE, "derivations"}
        and not any(name == base or name.startswith(f"{base}.") for base in (own, *allowed))
    }


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_folder_imports_only_what_lies_below_it(folder):
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    assert {str(path): found for path in files if (found := strays(folder, path))} == {}


def test_an_import_upwards_is_seen(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "icl_theory" / "theory" / "wrong.py"
    path.parent.mkdir(parents=True)
    path.write_text("from ..evaluate import float64\nimport derivations.x\nfrom . import decide\n")
    assert strays("icl_theory/theory", path) == {"icl_theory.evaluate.float64", "derivations.x"}
