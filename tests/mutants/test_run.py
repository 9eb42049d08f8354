"""The tool that changes code, on a repository of one module."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("cosmic_ray", reason="a tool of development")
pytest.importorskip("coverage", reason="a tool of development")
from tests.mutants import run

CODE = """\
from functools import cache


@cache
def larger(x: int | None, y: int) -> int:
    return x if x > y else y


def untested(x: int) -> int:
    return x + 1
"""
TESTS = """\
from icl_theory.budget import larger


def test_larger():
    assert larger(1, 3) == larger(3, 1) == 3
"""
EQUIVALENT = """\
[[mutant]]
file = "icl_theory/budget/__init__.py"
before = "@cache"
after = ""
reason = "Only the time changes."
"""


@pytest.mark.slow
def test_what_no_test_notices_is_listed_and_found_again(tmp_path, monkeypatch):
    files = {
        "icl_theory/__init__.py": "",
        "icl_theory/budget/__init__.py": CODE,
        "tests/budget/test_larger.py": TESTS,
        "tests/mutants/equivalent.toml": EQUIVALENT,
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
        ".gitignore": "results\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copy(Path(run.__file__).with_name("order.py"), tmp_path / "tests" / "mutants")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "HERE", tmp_path / "tests" / "mutants")
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results" / "mutants")
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.chdir(tmp_path)
    first = CliRunner().invoke(run.main, ["budget", "--sample=100"])
    assert first.exit_code == 1, first.output
    survivors = re.findall(r"survives: (\S+)", first.output)
    assert "icl_theory/budget/__init__.py:10" in survivors
    # In a comparison nothing but equality goes unnoticed, and annotations are no places.
    assert "return x if x < y else y" not in first.output
    assert "icl_theory/budget/__init__.py:5" not in survivors
    assert re.search(r"^budget +[1-9]", first.output, re.MULTILINE)
    assert "Only the time changes." in first.output

    monkeypatch.setattr(run, "mutate_and_test", lambda *_: pytest.fail("tried again"))
    monkeypatch.chdir(tmp_path)
    again = CliRunner().invoke(run.main, ["budget", "--sample=100"])
    assert re.findall(r"survives: (\S+)", again.output) == survivors
