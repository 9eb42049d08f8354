"""A store that an earlier version of the package made: `data/runs_of_0.1.sqlite`.

It was made at the first release by the calls below, in this order.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from icl_theory.finite import cross_validate, export, jobs, simulate, simulate_dmmse, sweep

KEPT = Path(__file__).parent / "data" / "runs_of_0.1.sqlite"
POINT = {"d": 8, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1, "lam": 0.01}
OTHER = {"precision": "float32", "tasks": "gaussian", "assignment": "balanced", "solver": "dual"}
VALIDATED = {"d": 6, "tau": 2, "alpha": 5, "kappa": 1, "rho": 0.2, "lam": 0.1, "runs": 2}
CALLS = {
    "three runs": lambda **to: simulate(**POINT, runs=3, **to),
    "fresh tasks": lambda **to: simulate(**{**POINT, "kappa": "inf"}, runs=2, **to),
    "every setting": lambda **to: simulate(**POINT, **OTHER, runs=2, seed=2**70, **to),
    "grid": lambda **to: sweep(6, [0.5, 2], 3, [0.5, 2], 0.1, 0.1, runs=2, **to).simulations[-1],
    "validation": lambda **to: cross_validate(**VALIDATED, **to),
    "random trace": lambda **to: cross_validate(**VALIDATED, trace="random", **to),
    "dmmse": lambda **to: simulate_dmmse(8, 3, 1, 0.1, runs=3, contexts=8, **to),
}


@pytest.fixture
def store(tmp_path):
    return shutil.copy(KEPT, tmp_path / "runs.sqlite")


def values(result):
    return result.idg.values


@pytest.mark.parametrize("name", CALLS)
def test_its_runs_are_found_and_none_is_made_again(name, store, monkeypatch):
    monkeypatch.setattr(jobs, "simulate_run", lambda *_: pytest.fail("a run was made"))
    assert len(values(CALLS[name](store=store))) in (2, 3)


@pytest.mark.parametrize("name", CALLS)
def test_its_runs_are_those_that_are_made_today(name, store):
    # To the bit where BLAS is the same; elsewhere rounding differs.
    np.testing.assert_allclose(values(CALLS[name](store=store)), values(CALLS[name]()), rtol=1e-9)


def test_what_is_found_is_what_is_in_the_file(store):
    with closing(sqlite3.connect(store)) as connection, connection:
        query = "SELECT simulated_idg FROM runs WHERE d = 8 AND k = 8 AND solver = 'auto' {}"
        rows = connection.execute(query.format("ORDER BY run")).fetchall()
    connection.close()
    assert [row[0] for row in rows] == list(values(CALLS["three runs"](store=store)))


def test_new_runs_stand_beside_the_old_ones(store):
    assert len(values(simulate(**POINT, runs=5, store=store))) == 5
    with closing(sqlite3.connect(store)) as connection, connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM runs").fetchone()
    connection.close()
    assert count == 3 + 2 + 2 + 8 + 2


def test_all_its_runs_go_into_a_table(store, tmp_path):
    assert export(store, tmp_path / "runs.csv") == 15
