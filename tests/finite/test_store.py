"""Stores: what a file may be, what is in it, and who else may use it."""

import contextlib
import math
import os
import random
import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner

from icl_theory.cli import main
from icl_theory.finite import cross_validate, export, jobs, simulate, simulate_dmmse, store
from icl_theory.finite.run import KEY
from icl_theory.finite.setup import Setup

POINT = {"d": 6, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1, "lam": 0.01}
COMMAND = ["simulate", *(f"--{name}={value}" for name, value in POINT.items()), "--runs=2"]
DMMSE = ["dmmse", "--d=6", "--alpha=2", "--kappa=1", "--rho=0.1", "--runs=2"]


def rows(path, query):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def tables(path):
    return {name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def text_file(folder):
    path = folder / "notes.txt"
    path.write_text("This is no database, and should stay what it is.\n" * 50)
    return path


def truncated(folder):
    path = folder / "truncated.sqlite"
    simulate(**POINT, runs=40, store=path)
    path.write_bytes(path.read_bytes()[:6000])
    return path


def header_only(folder):
    path = folder / "header.sqlite"
    simulate(**POINT, runs=1, store=path)
    path.write_bytes(path.read_bytes()[:60] + random.Random(1).randbytes(5000))
    return path


def loop(folder):
    one, two = folder / "one", folder / "two"
    one.symlink_to(two)
    two.symlink_to(one)
    return one


def foreign(folder):
    path = folder / "foreign.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (number INTEGER)")
    return path


def other_columns(folder):
    path = folder / "columns.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for table in store.TABLES:
            connection.execute(f"CREATE TABLE {table} (number INTEGER, run INTEGER)")
    return path


def read_only(folder):
    if os.geteuid() == 0:
        pytest.skip("a superuser may write to everything")
    path = folder / "kept.sqlite"
    simulate(**POINT, runs=1, store=path)
    path.chmod(0o444)
    return path


UNUSABLE = {
    "no such folder": lambda folder: folder / "nodir" / "r.sqlite",
    "a folder": lambda folder: folder,
    "text": text_file,
    "truncated": truncated,
    "damaged": header_only,
    "a loop of links": loop,
    "a device without room": lambda folder: "/dev/full",
    "a name of 300 letters": lambda folder: folder / ("x" * 300),
    "somebody else's": foreign,
    "other columns": other_columns,
    "read only": read_only,
    "no name": lambda folder: "",
    "memory": lambda folder: ":memory:",
}


@pytest.mark.parametrize("command", [COMMAND, DMMSE], ids=["simulate", "dmmse"])
@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_is_no_store_is_refused_in_a_sentence_before_any_run(
    kind, command, tmp_path, monkeypatch
):
    path = UNUSABLE[kind](tmp_path)
    before = path.read_bytes() if kind in {"text", "somebody else's", "truncated"} else None
    monkeypatch.setattr(jobs, "simulate_run", lambda *_: pytest.fail("a run was made"))
    result = CliRunner().invoke(main, [*command, f"--store={path}"])
    assert result.exit_code == 2, result.output
    assert re.fullmatch(r"Error: store [^\n]{10,290}\n", result.stderr), result.stderr
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("value", [3, object(), b"\xff\x00", "with\0null", ["a"]])
def test_a_store_is_a_path(value):
    with pytest.raises((ValueError, TypeError), match=r"^store must be "):
        simulate(**POINT, runs=1, store=value)


def test_somebody_elses_file_gets_no_table(tmp_path):
    path = foreign(tmp_path)
    for call in (
        lambda: simulate(**POINT, runs=1, store=path),
        lambda: simulate_dmmse(6, 2, 1, 0.1, runs=1, store=path),
        lambda: export(path, tmp_path / "t.csv"),
    ):
        with pytest.raises(ValueError, match="holds other tables"):
            call()
    assert tables(path) == {"invoices"}


def test_a_store_may_hold_more_than_runs(tmp_path):
    path = tmp_path / "runs.sqlite"
    simulate(**POINT, runs=1, store=path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE steps (number INTEGER)")
    assert simulate(**POINT, runs=2, store=path).runs == 2


@pytest.mark.parametrize("kind", ["missing", "empty", "no such folder"])
def test_an_export_makes_no_store(kind, tmp_path):
    path = tmp_path / "nodir" / "r.sqlite" if kind == "no such folder" else tmp_path / "r.sqlite"
    if kind == "empty":
        path.touch()
    with pytest.raises(ValueError, match=r"^store must be "):
        export(path, tmp_path / "t.csv")
    assert path.exists() == (kind == "empty") and not (tmp_path / "t.csv").exists()


def test_an_export_of_a_store_of_other_runs_says_that_there_are_none(tmp_path):
    path = tmp_path / "r.sqlite"
    simulate_dmmse(6, 2, 1, 0.1, runs=1, store=path)
    with pytest.raises(ValueError, match="there are no records to write"):
        export(path, tmp_path / "t.csv")
    assert tables(path) == {"dmmse"}


def test_the_key_of_a_run_is_all_that_determines_it(tmp_path):
    path = tmp_path / "r.sqlite"
    settings = {
        "seed": 2**80,
        "tasks": "gaussian",
        "assignment": "balanced",
        "solver": "dual",
        "precision": "float32",
    }
    simulate(**{**POINT, "kappa": "inf"}, **settings, runs=2, store=path)
    (one, two) = rows(path, f"SELECT {', '.join(KEY)} FROM runs ORDER BY run")
    sizes = (6, 18, math.inf, 18)
    expected = (*sizes, 0.1, 0.01, "gaussian", "balanced", str(2**80), "dual", "float32", 1)
    assert one == (*expected, 0) and two == (*expected, 1)


def test_what_is_stored_is_of_the_precision_that_it_is_stored_under(tmp_path):
    path = tmp_path / "r.sqlite"
    for precision in ("float32", "float64"):
        simulate(**POINT, runs=2, precision=precision, store=path)
    for precision in ("float32", "float64"):
        query = f"SELECT simulated_icl FROM runs WHERE precision = '{precision}' ORDER BY run"
        made = simulate(**POINT, runs=2, precision=precision).icl.values
        assert [value for (value,) in rows(path, query)] == list(made)


def test_of_many_runs_that_are_there_the_first_are_taken(tmp_path):
    path = tmp_path / "r.sqlite"
    many = simulate(**POINT, runs=5, store=path)
    for runs in (1, 3, 4, 5):
        few = simulate(**POINT, runs=runs, store=path)
        assert np.array_equal(few.icl.values, many.icl.values[:runs])
    validated = cross_validate(**POINT, runs=4, store=path)
    assert len(cross_validate(**POINT, runs=3, store=path).idg.values) == 3
    assert len(validated.idg.values) == 4


def test_another_process_may_hold_the_file_for_a_while(tmp_path):
    path = tmp_path / "r.sqlite"
    simulate(**POINT, runs=1, store=path)
    held = threading.Event()

    def hold():
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            held.set()
            threading.Event().wait(1)
            connection.execute("COMMIT")

    with ThreadPoolExecutor(1) as executor:
        holding = executor.submit(hold)
        assert held.wait(10)
        assert simulate(**POINT, runs=2, store=path).runs == 2
        holding.result()


def test_a_file_that_stays_locked_is_given_up_in_a_sentence(tmp_path, monkeypatch):
    assert store.PATIENCE == 120
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    path = tmp_path / "r.sqlite"
    simulate(**POINT, runs=1, store=path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ValueError, match=r"^store must be .*: database is locked$"):
            simulate(**POINT, runs=2, store=path)


def test_everything_that_is_there_is_found_in_a_file_that_cannot_be_written(tmp_path):
    path = tmp_path / "r.sqlite"
    first = simulate(**POINT, runs=2, store=path)
    path.chmod(0o444)
    again = simulate(**POINT, runs=2, store=path)
    assert np.array_equal(first.icl.values, again.icl.values)


@pytest.mark.parametrize(
    ("solver", "tau", "precision", "most"),
    [
        ("dual", 0.5, "float64", 1e-10),
        ("cholesky", 0.5, "float64", 1e-10),
        ("primal", 2, "float64", 1e-10),
        ("dual", 0.5, "float32", 1e-8),
        ("primal", 2, "float32", 1e-8),
    ],
)
def test_solvers_stop_at_the_residual_that_is_documented(solver, tau, precision, most):
    setup = Setup.read(10, tau, 3, 1, 0.1, 0.01, solver=solver, precision=precision)
    assert setup.tolerance == most
    result = simulate(10, tau, 3, 1, 0.1, 0.01, solver=solver, precision=precision, runs=2)
    assert all(0 < run.residual <= most for run in result.details)


def test_files_are_opened_to_stay_and_with_patience(tmp_path, monkeypatch):
    asked = []
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: asked.append((a, k)) or connect(*a, **k)
    )
    path = tmp_path / "runs.sqlite"
    simulate(4, 0.5, 3, 1, 0.1, runs=1, store=path)
    store.Store(path, create=False).close()
    options = {"timeout": 120.0, "isolation_level": None}
    assert asked == [
        ((str(path),), {**options, "uri": False}),
        ((f"{path.as_uri()}?mode=ro",), {**options, "uri": True}),
    ]
