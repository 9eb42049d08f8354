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
from cosmic_ray.testing import run_tests
from cosmic_ray.work_item import WorkerOutcome, WorkResult

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

    # Survivors that hang when they are tried again are noticed, named, and tried once more.
    hung = WorkResult(WorkerOutcome.NORMAL, run.TIMEOUT, run.TestOutcome.KILLED)
    monkeypatch.setattr(run, "mutate_and_test", lambda *_: hung)
    monkeypatch.chdir(tmp_path)
    last = CliRunner().invoke(run.main, ["budget", "--sample=100", "--again"])
    assert last.exit_code == 0, last.output
    assert re.findall(r"hangs: (\S+)", last.output) == survivors
    (row,) = re.findall(r"^budget +(\d+) +(\d+) +100.0% +(\d+) +1$", last.output, re.MULTILINE)
    assert row[0] == row[1]
    assert int(row[2]) == len(survivors)
    killed = WorkResult(WorkerOutcome.NORMAL, "failed", run.TestOutcome.KILLED)
    monkeypatch.setattr(run, "mutate_and_test", lambda *_: killed)
    monkeypatch.chdir(tmp_path)
    assert "hangs" not in CliRunner().invoke(run.main, ["budget", "--sample=100", "--again"]).output


def test_a_run_that_is_stopped_says_so():
    outcome, output = run_tests("sleep 60", 0.01)
    assert (outcome, output) == (run.TestOutcome.KILLED, run.TIMEOUT)


@pytest.mark.parametrize(("noticed", "tried"), [({"a"}, [{"a"}]), ({"c"}, [{"a"}, {"b", "c"}])])
def test_all_tests_are_tried_before_a_mutant_survives(monkeypatch, noticed, tried):
    runs = []

    def try_one(mutation, wanted, *_):
        runs.append(wanted)
        outcome = run.TestOutcome.KILLED if wanted & noticed else run.TestOutcome.SURVIVED
        return WorkResult(WorkerOutcome.NORMAL, test_outcome=outcome)

    monkeypatch.setattr(run, "try_one", try_one)
    outcome = run.try_all(None, {"a"}, dict.fromkeys("abc", 1.0), "budget", None)
    assert outcome.is_killed
    assert runs == tried
