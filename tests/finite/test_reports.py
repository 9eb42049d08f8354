"""Means and how they are printed, memory and threads as the system has them, and the iteration."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from icl_theory.finite import memory, simulate, threads
from icl_theory.finite.estimate import MEASURED, Estimate, Estimates, table
from icl_theory.finite.setup import Setup
from icl_theory.finite.solvers import iteration
from icl_theory.finite.solvers.iteration import Products, conjugate_gradients

POINT = {"d": 6, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1, "lam": 0.01}


def estimate(*values):
    return Estimate(np.array(values, float))


def test_a_mean_over_its_error_is_a_number_only_where_both_are_known():
    three = estimate(1, 2, 3)
    assert three.standard_error == pytest.approx(1 / math.sqrt(3))
    assert three.z == pytest.approx(2 * math.sqrt(3))
    assert estimate(-1, -2, -3).z == -three.z
    assert estimate(0.5, 0.5).z == math.inf and estimate(-0.5, -0.5).z == -math.inf
    assert estimate(-1, 1).z == 0 == estimate(0, 0).z
    for unknown in (estimate(1), estimate(1, math.inf), estimate(math.inf, math.inf)):
        assert unknown.standard_error == math.inf and math.isnan(unknown.z)
        assert unknown.as_dict()["standard_error"] is None
    assert float(three) == three.mean == 2
    assert estimate(1, math.inf).short == "inf" and estimate(2.5).short == "2.5"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        # Two digits of the error, ...
        ((1.0, 1.0198), "1.0099 ± 0.0099"),
        ((1.0, 1.02), "1.010 ± 0.010"),
        ((1.0, 1.0199999), "1.010 ± 0.010"),
        ((100, 119.6), "109.8 ± 9.8"),
        ((100, 120), "110 ± 10"),
        ((1e5, 3e5), "200000 ± 100000"),
        # ... up to the eighth decimal place.
        ((1, 1 + 4e-7), "1.00000020 ± 0.00000020"),
        ((1, 1 + 2e-8), "1 ± 1e-08"),
    ],
)
def test_a_mean_is_printed_to_the_second_digit_of_its_error(values, text):
    assert estimate(*values).short == str(estimate(*values)) == text


def test_a_table_has_its_columns_one_below_the_other():
    rows = {"icl": [estimate(1, 2), estimate(3, 5)], "idg": [estimate(1, 1), estimate(2, 2)]}
    lines = table(["one", "other"], rows)
    assert lines == [
        f"{'':6}{'one':>24}{'other':>24}{'z':>8}",
        f"{'icl':6}{'1.50 ± 0.50':>24}{'4.0 ± 1.0':>24}{4:>8.2f}",
        f"{'idg':6}{'1 ± 0':>24}{'2 ± 0':>24}{'-':>8}",
    ]
    # A single column has no head and no score.
    assert table(["one"], {"icl": [estimate(1, 2)]}) == [f"{'icl':6}{'1.50 ± 0.50':>24}"]
    assert table(["one"], {"icl": [estimate(1)]})[-1] == "one run: no standard error"
    both = Estimates.of(np.arange(8).reshape(2, 4))
    np.testing.assert_array_equal(both.rows, np.arange(8).reshape(2, 4))
    assert [getattr(both, name).mean for name in MEASURED] == [2, 3, 4, 5]
    assert list(both.as_dict()) == list(MEASURED)


def test_a_simulation_is_printed_and_written_with_all_that_it_found():
    found = simulate(**POINT, runs=2)
    head, *rest = str(found).splitlines()
    assert head == "d = 6, ell = 18, k = 6, n = 18, 2 runs"
    assert rest == [
        *table(
            ["simulation", "finite-d prediction", "residual"],
            {
                n: [getattr(p, n) for p in (found, found.prediction, found.residual)]
                for n in MEASURED
            },
        ),
        "z leaves out the prediction's own relative error, of order 1/d",
    ]
    assert str(found.beside(2)).endswith("relative error, of order 1/d^2")
    alone = str(found.prediction).splitlines()
    assert alone[0] == "d = 6, ell = 18, k = 6, n = 18, 2 task sets"
    assert alone[1:] == table([""], {n: [getattr(found.prediction, n)] for n in MEASURED})
    assert str(simulate(**POINT, runs=1)).startswith("d = 6, ell = 18, k = 6, n = 18, 1 run\n")
    record = found.as_dict()
    assert list(record) == ["setup", "simulation", "prediction", "order", "residual", "z"]
    assert (record["order"], found.beside(2).as_dict()["order"]) == (1, 2)
    assert record["setup"]["runs"] == found.runs == 2 and record["setup"]["tau"] == 0.5
    for name in MEASURED:
        assert record["z"][name] == getattr(found.residual, name).z
        for part, one in (("simulation", found), ("prediction", found.prediction)):
            assert record[part][name] == getattr(one, name).as_dict()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (999, "999 B"),
        (1000, "0.98 KiB"),
        (99.4 * 1024, "99 KiB"),
        (100 * 1024, "100 KiB"),
        (999 * 1024, "999 KiB"),
        (1023 * 1024, "1 MiB"),
        (2**70, "1024 EiB"),
        (1500 * 2**50, "1.5 EiB"),
    ],
)
def test_bytes_are_said_in_the_largest_unit_that_suits(size, words):
    assert memory.bytes_in_words(int(size)) == words


class Files:
    """Paths of a system with these files alone."""

    def __init__(self, texts, place=""):
        self.texts, self.place = texts, place

    def __call__(self, place):
        return Files(self.texts, place)

    def __truediv__(self, name):
        return Files(self.texts, f"{self.place}/{name}")

    def read_text(self, **_):
        if self.place not in self.texts:
            raise FileNotFoundError(self.place)
        return self.texts[self.place]


MACHINE = {"/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:  5 kB\nSwapFree:    2 kB\n"}
GROUP = {"/sys/fs/cgroup/memory.max": "6000\n", "/sys/fs/cgroup/memory.current": "1000\n"}


@pytest.mark.parametrize(
    ("files", "there"),
    [
        (MACHINE, 7 * 1024),
        (MACHINE | GROUP, 5000),
        (GROUP, 5000),
        (GROUP | {"/sys/fs/cgroup/memory.max": "max\n"}, None),
        (GROUP | {"/sys/fs/cgroup/memory.current": "7000\n"}, 0),
        ({"/proc/meminfo": "MemAvailable: 5 kB\n"}, 5 * 1024),
        ({"/proc/meminfo": "MemTotal: 9 kB\n"}, None),
        ({}, None),
    ],
)
def test_memory_is_the_least_of_what_machine_and_container_have(files, there, monkeypatch):
    monkeypatch.setattr(memory, "Path", Files(files))
    assert memory.available() == there


def test_what_fits_exactly_is_not_refused(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2048)
    memory.require(2048, "d", 5, "a run")
    with pytest.raises(ValueError, match="d must be smaller here") as caught:
        memory.require(2049, "d", 5, "a run")
    assert str(caught.value) == (
        "d must be smaller here: a run would take 2 KiB of memory, and 2 KiB are available, got 5"
    )


@pytest.mark.parametrize(
    ("changes", "sequences", "blamed", "size"),
    [
        # Four matrices of d + 1 rows, tasks and a sum for each, 2 d + 2 numbers a sequence.
        ({}, True, "d", 8 * (4 * 11**2 + 10 * 11 + 50 * 22)),
        ({"precision": "float32"}, True, "d", 8 * (4 * 11**2 + 10 * 11) + 4 * 50 * 22),
        ({"tau": 30}, True, "tau", 8 * (4 * 11**2 + 10 * 11 + 3000 * 22)),
        ({}, False, "d", 8 * (4 * 11**2 + 10 * 11)),
        ({"kappa": "inf"}, False, "d", 8 * 4 * 11**2),
        ({"kappa": 30}, True, "kappa", 8 * (4 * 11**2 + 300 * 11 + 50 * 22)),
    ],
)
def test_a_run_takes_the_memory_of_its_arrays(changes, sequences, blamed, size, monkeypatch):
    asked = []
    monkeypatch.setattr(memory, "require", lambda *given: asked.append(given))
    place = {"d": 10, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1} | changes
    Setup.read(**place).require_memory(sequences)
    ((found, name, value, what),) = asked
    assert (found, name) == (size, blamed)
    assert value == place[name]
    run = f"a run of n = {100 * place['tau']:.0f} sequences in d = 10 dimensions"
    assert what == (run if sequences else "a prediction")


def test_threads_are_as_many_as_is_said(monkeypatch):
    monkeypatch.setattr(threads, "_count", None)
    monkeypatch.delenv(threads.VARIABLE, raising=False)
    monkeypatch.setattr(threads, "processors", lambda: 5)
    assert threads.count() == 5
    for text, number in (("3", 3), ("1", 1), ("", 5)):
        monkeypatch.setenv(threads.VARIABLE, text)
        assert threads.count() == number
    for text in ("0", "-1", "1.5", "two"):
        monkeypatch.setenv(threads.VARIABLE, text)
        with pytest.raises(ValueError, match=rf"must be an integer >= 1, got '{re.escape(text)}'"):
            threads.count()
    threads.use(4)
    assert threads.count() == 4
    threads.use(0)
    assert threads.count() == 1


class System:
    """A diagonal system that counts what is asked of it."""

    def __init__(self, values, right, carried=1e-4, error=0.0):
        self.values, self.checks = np.array(values, float), []
        self.wrong = self.values * (1 + error * np.cos(np.arange(len(self.values))))
        self.system = Products(
            np.array(right, float),
            lambda x: self.wrong * x,
            lambda x: x.copy(),
            self.check,
            lambda x: self.values * x,
            carried,
        )

    def check(self, solution):
        left = self.system.right - self.values * solution
        self.checks.append(float(np.linalg.norm(left) / np.linalg.norm(self.system.right)))
        return left, solution[:1]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_as_many_steps_are_taken_as_there_are_eigenvalues(count):
    values = np.repeat(np.arange(1, count + 1), 3)
    one = System(values, np.linspace(1, 2, len(values)))
    found = conjugate_gradients(one.system, 1e-10)
    np.testing.assert_allclose(found.solution, one.system.right / values, rtol=1e-9)
    assert found.iterations == count
    assert found.residual == one.checks[-1] <= 1e-10
    assert found.gamma == found.solution[:1]


@pytest.mark.parametrize(("carried", "checks"), [(1e-11, 1), (1e-6, 2), (1e-4, 3), (2e-3, 4)])
def test_the_residual_is_put_in_after_equal_falls(carried, checks):
    one = System(np.linspace(1, 30, 200), np.ones(200), carried)
    found = conjugate_gradients(one.system, 1e-10)
    assert found.residual <= 1e-10 and len(one.checks) == checks
    # Each of them by the same factor at least, and not by much more.
    fall = 1e-10 ** (1 / checks)
    for place, size in enumerate(one.checks[:-1], 1):
        assert 0.3 * fall**place < size <= fall**place * 1.01


def test_products_that_are_not_exact_are_given_up_where_they_do_not_help():
    one = System(np.linspace(1, 30, 50), np.ones(50), carried=1e-4, error=1e-2)
    found = conjugate_gradients(one.system, 1e-10)
    assert found.residual <= 1e-10
    np.testing.assert_allclose(found.solution, 1 / one.values, rtol=1e-8)


def test_nothing_is_asked_of_zeros_and_not_too_much_of_what_is_hard(monkeypatch):
    zero = System([1, 2], [0, 0])
    monkeypatch.setattr(zero, "check", lambda solution: (solution, solution))
    zero.system.check = zero.check
    found = conjugate_gradients(zero.system, 1e-10)
    assert (found.iterations, found.residual) == (0, 0) and not found.solution.any()
    monkeypatch.setattr(iteration, "LIMIT", 5)
    slow = System(np.geomspace(1e-3, 1, 100), np.ones(100))
    found = conjugate_gradients(slow.system, 1e-10)
    assert found.iterations == 5 and found.residual == slow.checks[-1] > 1e-10


def test_labels_of_any_length_are_fitted():
    for scale in (1e-3, 1.0, 1e3):
        one = System([1, 2, 1, 2], np.full(4, scale / 2))
        found = conjugate_gradients(one.system, 1e-10)
        assert found.iterations == 2 and found.residual <= 1e-10
        np.testing.assert_allclose(found.solution, scale / 2 / one.values, rtol=1e-9)


def test_products_that_are_off_by_a_factor_are_looked_at_once():
    one = System(np.geomspace(1, 10, 20), np.ones(20))
    one.wrong = 4 * one.values
    found = conjugate_gradients(one.system, 1e-6)
    # The first look finds three quarters of the residual left, and all is exact from then on.
    assert 0.7 < one.checks[0] < 0.8 and one.checks[1] < 1e-3 and found.residual <= 1e-6
    np.testing.assert_allclose(found.solution, 1 / one.values, rtol=1e-4)


def test_a_residual_that_grows_beyond_bounds_is_infinite():
    one = System([1, 2, 0], [1, 1, 1])
    # Parts of the product cancel in the curvature: the step is 3, and the residual beyond 1e9.
    one.system._product = lambda x: np.array([1e9, 1 - 1e9, 0])
    found = conjugate_gradients(one.system, 1e-6)
    assert math.isinf(found.residual) and found.iterations == 1
    np.testing.assert_array_equal(found.gamma, [3])
