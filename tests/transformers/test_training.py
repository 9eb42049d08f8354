"""Training: what determines it, when it stops, and that nothing computed is lost."""

from __future__ import annotations

import json
import math
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from icl_theory import errors
from icl_theory.cli import main
from icl_theory.finite.jobs import complete
from icl_theory.finite.population import of_fresh_tasks
from icl_theory.transformers import Outcome, TrainingRuns, make_training, train
from icl_theory.transformers.data import Source
from icl_theory.transformers.ridge import Decomposition
from icl_theory.transformers.runner import schedule
from icl_theory.transformers.setup import Trained

NAMES = "SELECT name FROM sqlite_master"
KEPT = "SELECT key FROM checkpoints"
SMALL = {"copies": 2, "iterations": 30, "tests": 200, "rate": 1e-3}


def same(one: Trained, other: Trained) -> bool:
    """Whether two results are equal to the bit, but for their times."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("iteration", "train", "icl", "idg")
    ) and all(
        set(a) == set(b) and all(np.array_equal(a[name], b[name]) for name in a)
        for a, b in ((one.final, other.final), (one.weights, other.weights))
    )


@pytest.fixture(scope="module")
def small():
    return train("gamma", 4, [1, 2], **SMALL)


def test_the_same_seed_gives_the_same_to_the_bit(small):
    assert same(small[1], train("gamma", 4, [1, 2], **SMALL)[1])
    assert not same(small[1], train("gamma", 4, [1, 2], **SMALL, seed=1)[1])


def test_runs_of_one_program_are_those_of_their_own(small):
    _, alone = train("gamma", 4, 2, **SMALL)
    # Rounding differs with the shapes of the arrays that a product is made of.
    np.testing.assert_allclose(alone.icl, small[1].icl[:, 2:], rtol=1e-4)
    np.testing.assert_allclose(alone.train, small[1].train[:, 2:], rtol=1e-4)
    np.testing.assert_allclose(alone.final["icl_se"], small[1].final["icl_se"][2:], rtol=1e-4)


def test_results_and_checkpoints_are_kept_in_one_store(small, tmp_path):
    path = tmp_path / "results.sqlite"
    setup, first = train("gamma", 4, [1, 2], **SMALL, store=path)
    assert same(first, small[1])
    again = train("gamma", 4, [1, 2], **SMALL, store=path)[1]
    assert again.seconds == first.seconds and same(again, first)
    assert setup.checkpoints == str(path)


def test_more_iterations_go_on_from_where_fewer_stopped(tmp_path):
    path = tmp_path / "results.sqlite"
    train("gamma", 4, 1, **SMALL, store=path)
    longer = {**SMALL, "iterations": 45}
    _, extended = train("gamma", 4, 1, **longer, store=path)
    assert same(extended, train("gamma", 4, 1, **longer)[1])


def test_data_of_a_run_depend_on_nothing_but_its_sizes_seed_and_number():
    setup = make_training("linear", 5, 2, kappa=2)
    source = Source(setup.sizes[0], 0.01, seed=3, copy=1)
    again = Source(setup.sizes[0], 0.01, seed=3, copy=1)
    np.testing.assert_array_equal(source.train().tokens, again.train().tokens)
    np.testing.assert_array_equal(source.idg(9, 4).labels, again.idg(9, 4).labels)
    for other in (replace(source, seed=4), replace(source, copy=2)):
        assert not np.array_equal(source.tasks(), other.tasks())
    assert not np.array_equal(source.icl(9, 0).tokens, source.icl(9, 1).tokens)


def test_sequences_have_the_law_of_the_theory():
    count, d, rho = 40_000, 4, 0.3
    setup = make_training("linear", d, count / d**2, alpha=2, rho=rho)
    drawn = Source(setup.sizes[0], rho, seed=0, copy=0).train()
    x, y = drawn.tokens[..., :d], drawn.tokens[..., d]
    assert drawn.tokens.shape == (count, 9, d + 1)
    assert not y[:, -1].any()
    values = {
        "variance of inputs": (d * x[:, 0, 0] ** 2, 1),
        "covariance of inputs": (d * x[:, 0, 0] * x[:, 0, 1], 0),
        "variance of labels": (drawn.labels**2, 1 + rho),
        # Labels of a sequence are told apart by their inputs: E y_i x_i y_q x_q = 1/d^2.
        "a sequence has one task": (d**2 * y[:, 0] * x[:, 0, 0] * drawn.labels * x[:, -1, 0], 1),
        "in which signs are even": (y[:, 0] * drawn.labels, 0),
    }
    for what, (sample, expected) in values.items():
        z = (sample.mean() - expected) / (sample.std() / math.sqrt(count))
        assert abs(z) < 4, what


def test_what_no_memory_would_hold_is_refused_before_anything_is_drawn():
    with pytest.raises(ValueError, match=r"^d must be smaller here: the sequences of a copy would"):
        make_training("linear", 100_000, 1)
    with pytest.raises(ValueError, match=r"^copies must be smaller here: the sequences of all"):
        make_training("linear", 10, 1, copies=10**12)


def test_the_number_of_sequences_is_rounded_down():
    assert [sizes.n for sizes in make_training("linear", 20, [1.1, 1.0075]).sizes] == [440, 403]


def test_records_are_every_iteration_at_first_then_ever_wider_apart():
    times = list(schedule(1000))
    assert times[:6] == [0, 1, 2, 3, 4, 5] and times[-1] == 1000
    assert times == sorted(set(times))
    assert set(times[:-1]) <= set(schedule(5000))


def test_training_stops_when_the_training_set_is_interpolated():
    _, found = train("gamma", 4, 0.7, copies=2, iterations=20_000, tests=100, rate=1e-2, floor=1e-4)
    assert found.outcome == [Outcome.INTERPOLATES] * 2
    assert found.iteration[-1] < 20_000
    assert (found.train[-1] < 1e-4).all()


@pytest.mark.slow
def test_trained_to_the_end_the_solvable_model_is_the_exact_minimiser():
    setup, found = train(
        "gamma", 4, 3, copies=3, iterations=20_000, tests=100, rate=1e-2, schedule="cosine"
    )
    population = of_fresh_tasks(setup.sizes[0], setup.rho, "gaussian")
    for copy in range(3):
        exact = Decomposition.of(Source(setup.sizes[0], setup.rho, setup.seed, copy))
        best = exact.minimum_norm()
        trained = found.weights["gamma"][copy].astype(float)
        assert found.final["train"][copy] == pytest.approx(exact.train(np.ones_like), rel=1e-2)
        assert population.error(trained) == pytest.approx(population.error(best), rel=1e-2)


def test_divergence_ends_a_run_with_a_sentence_and_keeps_what_there_is(tmp_path):
    arguments = ["--model", "gamma", "--d", "4", "--tau", "1", "--rate", "1e6", "--runs", "1"]
    path = str(tmp_path / "results.sqlite")
    result = CliRunner().invoke(main, ["train", *arguments, "--store", path])
    assert result.exit_code == 0
    assert "1 of 1 runs: training diverged, and what there is before is kept" in result.output
    with closing(sqlite3.connect(path)) as connection, connection:
        [(content,)] = connection.execute("SELECT content FROM trained").fetchall()
    kept = Trained.unpack(0, content, 0.0)
    assert kept.outcome == [Outcome.DIVERGED]
    assert np.isfinite(kept.train[0]).all() and kept.iteration[-1] < 20_000


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"model": "cnn"}, "model must be one of linear, gamma, .*, got 'cnn'"),
        ({"tau": 0.3}, r"tau is too small at this d: n = tau d\^2 must be at least 10, got 0.3"),
        ({"copies": 0}, "copies must be an integer >= 1, got 0"),
        ({"rate": -1.0}, "rate must be finite and > 0, got -1.0"),
        ({"schedule": "step"}, "schedule must be one of constant, cosine, got 'step'"),
        ({"device": "abacus"}, "device must be one that JAX finds .*, got 'abacus'"),
    ],
)
def test_bad_input_gets_one_sentence(changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        train(**{"model": "linear", "d": 4, "tau": 2, **SMALL, **changed})


def test_without_the_extra_there_is_one_sentence_and_nothing_else_needs_it():
    program = """
import sys
sys.modules["jax"] = None
from icl_theory.transformers import make_training
from icl_theory.transformers import collapse, flow, ridge, report
from icl_theory import errors
from icl_theory.cli import main
from icl_theory.finite.jobs import complete
assert not {"jaxlib", "optax"} & set(sys.modules)
main(["train", "--d", "4", "--tau", "2"])
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.returncode == 2
    assert found.stderr.strip() == (
        "Error: training needs the packages jax and optax: pip install icl-theory[train]"
    )


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_bits(tmp_path):
    path = tmp_path / "results.sqlite"
    options = {"copies": 2, "iterations": 3000, "tests": 200, "rate": 1e-3, "trajectory": True}
    program = f"""
from icl_theory.transformers import train
train("linear", 10, 1.2, **{options!r}, patience=0.5, store={str(path)!r})
"""
    child = subprocess.Popen([sys.executable, "-c", program])
    try:
        for _ in range(1200):
            time.sleep(0.05)
            if path.exists():
                with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                    names = [name for (name,) in connection.execute(NAMES)]
                    if "checkpoints" in names and connection.execute(KEPT).fetchall():
                        break
    finally:
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT COUNT(*) FROM trained").fetchone() == (0,)
    _, resumed = train("linear", 10, 1.2, **options, store=path)
    _, whole = train("linear", 10, 1.2, **options)
    assert resumed.iteration[-1] == 3000
    assert same(resumed, whole)


def test_groups_go_to_any_engine_and_through_a_pickle(small):
    experiment = pickle.loads(pickle.dumps(TrainingRuns(small[0])))
    assert experiment == TrainingRuns(small[0])
    with ThreadPoolExecutor(1) as engine:
        [[found]] = complete([(experiment, 1)], executor=engine)
    assert same(found, small[1])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_trains_groups_into_one_store(cluster, small, tmp_path):
    path = tmp_path / "results.sqlite"
    other = replace(small[0], taus=(3.0,), checkpoints=str(path))
    jobs = [(TrainingRuns(replace(small[0], checkpoints=str(path))), 1), (TrainingRuns(other), 1)]
    [[found], [more]] = complete(jobs, store=path, executor=cluster[1].get_executor())
    # A worker has one thread: single precision sums in another order.
    for made, alone in ((found, small[1]), (more, train("gamma", 4, [3], **SMALL)[1])):
        np.testing.assert_allclose(made.icl, alone.icl, rtol=1e-4)
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("SELECT COUNT(*) FROM trained").fetchone() == (2,)


def test_the_device_is_one_that_jax_finds(small):
    assert same(train("gamma", 4, [1, 2], **SMALL, device="cpu")[1], small[1])


def test_a_run_is_reported_with_the_theory_beside_it():
    arguments = ["--model", "gamma", "--d", "4", "--tau", "2", "--iterations", "30", "--json"]
    result = CliRunner().invoke(main, ["train", *arguments, "--runs", "2"])
    assert result.exit_code == 0
    record = json.loads(result.output)
    [point] = record["points"]
    assert (point["n"], record["trained_iterations"]) == (32, 30)
    assert point["limit_icl"] == pytest.approx(float(errors(2, 1, math.inf, 0.01).icl))
    assert point["outcomes"] == ["limit", "limit"]


def test_what_was_trained_is_copied_and_written_without_loss():
    lanes, records = 2, 3
    rng = np.random.default_rng(0)
    made = Trained(
        run=0,
        iteration=np.array([1, 2, 4]),
        train=rng.random((records, lanes)).astype(np.float32),
        icl=np.array([[1, np.inf], [0.1, np.nan], [1e-300, 3]]),
        idg=rng.random((records, lanes)),
        final={"icl": rng.random(lanes)},
        outcome=[Outcome.DIVERGED, Outcome.SETTLED],
        weights={"value": rng.random((lanes, 2, 2)).astype(np.float32)},
        seconds=1.5,
    )
    for other in (
        Trained.from_json(made.to_json()),
        pickle.loads(pickle.dumps(made)),
        deepcopy(made),
    ):
        assert other == made and hash(other) == hash(made)
        assert other.outcome[1].converged and other.train.dtype == np.float32
        assert other.weights["value"].tobytes() == made.weights["value"].tobytes()
        assert other.seconds == 1.5
    assert replace(made, seconds=2.0) == made
    assert replace(made, run=1) != made
