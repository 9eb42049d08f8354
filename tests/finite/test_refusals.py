"""What cannot be simulated is refused in one sentence, with the parameter, its value and why."""

import inspect
import itertools
import math
import re
import typing

import numpy as np
import pytest
from click.testing import CliRunner

from icl_theory import Spectrum, finite
from icl_theory.cli import main, shared
from icl_theory.finite import memory, parameters, solvers
from icl_theory.finite.parameters import PARAMETERS
from icl_theory.finite.sizes import Sizes

POINT = {"d": 6, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1, "lam": 0.01}
DMMSE = {"d": 6, "alpha": 3, "kappa": 1, "rho": 0.1}


def refusal(command, **changes):
    place = {**(POINT if command == "simulate" else DMMSE), **changes}
    arguments = [f"--{name}={value}" for name, value in place.items()]
    result = CliRunner().invoke(main, [command, *arguments])
    assert result.exit_code == 2, result.output
    assert result.stdout == "" and result.stderr.count("\n") == 1
    assert len(result.stderr) < 300
    return result.stderr.removeprefix("Error: ").rstrip()


@pytest.mark.parametrize(
    ("command", "changes", "blamed", "unit"),
    [
        ("simulate", {"d": 10**6}, "d", "[PE]iB"),
        ("simulate", {"tau": "1e12"}, "tau", "PiB"),
        ("simulate", {"kappa": "1e13"}, "kappa", "PiB"),
        ("simulate", {"runs": 10**12}, "runs", "TiB"),
        ("simulate", {"d": 3 * 10**5, "tau": "1e-11"}, "d", "TiB"),
        ("dmmse", {"kappa": "1e9"}, "kappa", "[GT]iB"),
        ("dmmse", {"d": 10**8}, "kappa", "PiB"),
        ("dmmse", {"runs": 10**13}, "runs", "PiB"),
    ],
)
def test_what_memory_cannot_hold_is_refused_with_what_it_takes(command, changes, blamed, unit):
    sentence = refusal(command, **changes)
    assert re.match(rf"{blamed} must be smaller here: .* would take [\d.]+ {unit} ", sentence)
    assert re.search(r"and [\d.]+ [KMGT]iB are available, got ", sentence)


def test_memory_is_that_of_task_sets_sequences_and_results(monkeypatch):
    # d = 6, k = 5, n = 18: moments have (d + 1)^2 entries, tasks d + 1, sequences 2 d + 2.
    monkeypatch.setattr(memory, "available", lambda: 4 * 7**2 * 8 + 5 * 7 * 8 + 18 * 14 * 8)
    finite.simulate(**{**POINT, "kappa": 5 / 6}, runs=1, workers=1)
    with pytest.raises(ValueError, match="a run of n = 19 sequences in d = 6 dim"):
        finite.simulate(**{**POINT, "kappa": 5 / 6, "tau": 19 / 36}, runs=1, workers=1)
    with pytest.raises(ValueError, match="a run of n = 18 sequences in d = 6 dim"):
        finite.simulate(**{**POINT, "kappa": 1}, runs=1, workers=1)
    # Three arrays of four numbers of each run.
    monkeypatch.setattr(memory, "available", lambda: 3 * 1000 * 4 * 8)
    fresh = {**POINT, "kappa": math.inf}
    assert len(finite.finite_errors(**fresh, runs=1000).icl.values) == 1000
    with pytest.raises(ValueError, match="runs must be smaller here: their results would"):
        finite.finite_errors(**fresh, runs=1001)


def test_memory_is_what_the_system_says(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 10_000)
    with pytest.raises(ValueError, match=r"would take 13 KiB of memory, and 9\.8 KiB are avail"):
        finite.simulate(**{**POINT, "d": 10})
    for call in (
        lambda: finite.finite_errors(**{**POINT, "d": 60}),
        lambda: finite.cross_validate(**{**POINT, "d": 60}),
        lambda: finite.sweep(60, [0.5, 1], 3, 1, 0.1),
        lambda: finite.simulate_dmmse(60, 3, 1, 0.1),
        lambda: finite.simulate_bayes_ridge(60, 3, 0.1, contexts=1000),
        lambda: finite.simulate_bayes_ridge(6, 3, 0.1, runs=10_000),
    ):
        with pytest.raises(ValueError, match="must be smaller here"):
            call()
    monkeypatch.setattr(memory, "available", lambda: None)
    assert finite.simulate(**POINT, runs=1).runs == 1


def test_bytes_in_words():
    words = [memory.bytes_in_words(size) for size in (5, 1536, 7 * 2**40, 123 * 2**30, 2**80)]
    assert words == ["5 B", "1.5 KiB", "7 TiB", "123 GiB", "1048576 EiB"]


@pytest.mark.parametrize(
    ("d", "name", "value", "count"),
    [
        # Once: 0.29 times 50 is 14.5, and its nearest float64 is less.
        (50, "kappa", "0.29", 15),
        (50, "kappa", "29/100", 15),
        (50, "kappa", 0.29, 14),
        (10, "alpha", "0.35", 4),
        (10, "alpha", 0.35, 3),
        (10, "alpha", 0.25, 3),
        (100, "kappa", "1.005", 101),
        (70, "alpha", "0.15", 11),
        (10, "tau", "0.285", 29),
        (10, "tau", "0.005", 1),
        (3, "kappa", "1/6", 1),
        (3, "tau", "1/18", 1),
        (10**7, "alpha", "0.12345675", 1234568),
        (1, "kappa", "1e15", 10**15),
        (3, "alpha", "33333333333333.5", 100000000000001),
    ],
)
def test_a_ratio_times_d_is_rounded_once(d, name, value, count):
    place = {"tau": 1, "alpha": 1, "kappa": 1, name: value}
    found = Sizes.rounded(d, **place)
    assert {"tau": found.n, "alpha": found.ell, "kappa": found.k}[name] == count


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tau": "1e400"}, "tau is too large at this d: n = tau d^2 must be at most 2^53, got "),
        ({"alpha": "1e300"}, "alpha is too large at this d: ell = alpha d must be at most 2^53, "),
        ({"kappa": "1e400"}, "kappa is too large at this d: k = kappa d must be at most 2^53, "),
        ({"rho": "1e400"}, "rho must be at most 1e+60, got '1e400'"),
        ({"rho": "1.1e60"}, "rho must be at most 1e+60, got '1.1e60'"),
        ({"lam": "1e300"}, "lam must be at most 1e+60, got '1e300'"),
        ({"rho-test": "1e200"}, "rho_test must be at most 1e+60, got '1e200'"),
        ({"rho": "1e-400"}, "rho must be 0 or at least 5e-324, got '1e-400'"),
        ({"lam": "1e-330"}, "lam must be 0 or at least 5e-324, got '1e-330'"),
        ({"lam": "-0.1"}, "lam must be a finite number >= 0, got '-0.1'"),
        ({"alpha": "inf"}, "alpha must be finite at finite d, got inf"),
        ({"seed": -1}, "seed must be an integer >= 0, got -1"),
        ({"workers": 0}, "workers must be an integer >= 1, got 0"),
        ({"runs": "1" + 400 * "0"}, "runs must be an integer up to 9223372036854775807, got an "),
        ({"workers": "1" + 400 * "0"}, "workers must be an integer up to 9223372036854775807, "),
        ({"seed": "1" + 400 * "0"}, "seed must be an integer up to 340282366920938463463374607"),
        ({"d": "1" + 400 * "0"}, "d must be an integer up to 9223372036854775807, got an "),
        ({"precision": "float16"}, "precision must be one of "),
    ],
)
def test_values_outside_of_their_domain(changes, sentence):
    assert refusal("simulate", **changes).startswith(sentence)


HOSTILE = [
    None,
    True,
    b"1",
    1j,
    math.nan,
    "x",
    "",
    [],
    {},
    object(),
    np.array([1.0, 2.0]),
    "1" * 999,
]


STRUCTURE = {"tasks", "inputs", "test", "alpha_test", "rho_test"}
LEFT_OPEN = {
    finite.simulate: STRUCTURE,
    finite.finite_errors: STRUCTURE,
    finite.cross_validate: {"tasks"},
    finite.simulate_dmmse: {"tasks"},
    finite.simulate_bayes_ridge: set(),
}


@pytest.mark.parametrize(
    "function",
    [
        finite.simulate,
        finite.finite_errors,
        finite.cross_validate,
        finite.simulate_dmmse,
        finite.simulate_bayes_ridge,
    ],
)
@pytest.mark.parametrize("value", HOSTILE, ids=[type(value).__name__ for value in HOSTILE])
def test_hostile_values_are_refused_by_name(function, value):
    signature = inspect.signature(function)
    place = {name: POINT[name] for name in signature.parameters if name in POINT}
    for name in signature.parameters:
        # None is how these are left open, and True a value of the last.
        if (name in {"store", "executor", "progress"}) and (value is None or value is True):
            continue
        if name == "store" or (value is None and name in LEFT_OPEN[function]):
            continue
        with pytest.raises((ValueError, TypeError), match=rf"^{name} ") as caught:
            function(**{"runs": 1, **place, name: value})
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_an_argument_that_is_none_is_refused():
    with pytest.raises(TypeError, match=r"simulate\(\) takes no argument named 'lamda'"):
        finite.simulate(**POINT, lamda=1)


def test_signatures_and_descriptions_come_from_the_table():
    for function in (finite.simulate, finite.sweep, finite.cross_validate, finite.finite_errors):
        signature = inspect.signature(function)
        for name, parameter in signature.parameters.items():
            described = function.__doc__.split("Returns\n")[0]
            assert f"\n{name}\n    " in described
            if parameter.kind is parameter.KEYWORD_ONLY and name not in {"runs"}:
                assert parameter.default == PARAMETERS[name].default
    choices = typing.get_args(parameters.SolverName)
    assert choices == ("auto", *solvers.SOLVERS)


def test_whole_numbers_that_no_machine_could_follow_are_refused():
    for function, given in (
        (finite.simulate, POINT),
        (finite.finite_errors, POINT),
        (finite.sweep, POINT),
        (finite.cross_validate, POINT),
        (finite.simulate_dmmse, DMMSE),
    ):
        for runs in (2**63, 10**309, 10**5000):
            with pytest.raises(ValueError, match=r"^runs must be an integer up to 922\d+, got"):
                function(**given, runs=runs)
        with pytest.raises(ValueError, match=r"^seed must be an integer up to 340\d+, got an int"):
            function(**given, runs=1, seed=10**5000)
    for contexts in (10_000_001, 10**12, 10**5000):
        with pytest.raises(ValueError, match=r"^contexts must be an integer up to 10000000, got"):
            finite.simulate_dmmse(**DMMSE, contexts=contexts)


def test_a_solver_that_does_not_reach_its_tolerance_is_not_advised():
    said = r'^solver must be "direct" or "auto" for n = 2 .*, got "primal", which comes to'
    with pytest.raises(ValueError, match=said):
        finite.simulate(
            *(1, 2.2627, 0.56556, 1.1, 0, 10.7),
            **{"runs": 2, "seed": 743, "solver": "primal", "precision": "float32"},
        )


def test_names_of_files_are_names():
    class Broken:
        def __fspath__(self):
            raise RuntimeError("no")

    class Text(str):
        __eq__ = __contains__ = __hash__ = Broken.__fspath__

    with pytest.raises(ValueError, match=r"^store must be a file, which stays, got ''$"):
        finite.export(Text(""), "runs.csv")
    for path in (None, 3, object(), Broken()):
        with pytest.raises(TypeError, match=r"^path must be the name of a file, got"):
            finite.export("runs.sqlite", path)
        if path is not None:
            with pytest.raises((TypeError, ValueError), match=r"^store must be a "):
                finite.simulate(**POINT, runs=1, store=path)


def test_what_a_grid_cannot_be_made_of_is_refused():
    def broken():
        yield 0.5
        raise RuntimeError("no")

    with pytest.raises(TypeError, match=r"^tau must be a number or several, got <generator"):
        finite.sweep(**{**POINT, "tau": broken()}, runs=1)
    with pytest.raises(ValueError, match=r"^rho must be at most 1000000 values, got more: repeat"):
        finite.sweep(**{**POINT, "rho": itertools.repeat(0.5)}, runs=1)


@pytest.mark.parametrize("function", [finite.simulate, finite.finite_errors])
@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"rho": 1e9}, "rho"),
        ({"rho": 1e60, "lam": 1e-250}, "rho"),
        ({"rho": 2e-9, "tasks": Spectrum.atoms(["1e-9"])}, "rho"),
        ({"rho": 0, "tasks": Spectrum.atoms(["1e-9"])}, "tasks"),
        ({"tasks": Spectrum.atoms(["1e9"])}, "tasks"),
        ({"inputs": Spectrum.atoms(["1e9"])}, "inputs"),
    ],
)
def test_labels_that_float64_loses_beside_their_squares_are_refused(function, changes, name):
    """Beyond, what came out was wrong by factors."""
    with pytest.raises(ValueError, match=rf"^{name} must leave labels a variance between 1e-08"):
        function(**{**POINT, **changes}, runs=1)


def test_errors_grow_in_proportion_to_noise_as_far_as_it_is_taken():
    setup = {"d": 8, "tau": 0.5, "alpha": 4, "kappa": 1, "runs": 1, "seed": 0}
    found = [
        finite.simulate(**setup, rho=rho, lam=1e-6 * rho).icl.mean / rho
        for rho in (9.9e5, 9.9e6, 9.9e7)
    ]
    # What tasks add falls like the inverse root of the noise.
    steps = np.diff(found)
    assert steps[1] == pytest.approx(steps[0] / math.sqrt(10), rel=0.01)


@pytest.mark.parametrize("error", [ValueError, TypeError])
def test_the_command_line_shows_refusals_of_both_kinds_without_a_traceback(error):
    with pytest.raises(shared.BadInput, match=r"^no$"), shared.one_sentence():
        raise error("no")


def test_one_run_has_no_standard_error():
    arguments = [f"--{name}={value}" for name, value in POINT.items()]
    text = CliRunner().invoke(main, ["simulate", *arguments, "--runs=1"]).stdout
    assert text.endswith("one run: no standard error\n")
    for wrong in ("nan", "inf", "±"):
        assert wrong not in text
    record = finite.simulate(**POINT, runs=1).as_dict()
    assert record["simulation"]["icl"]["standard_error"] is None
    dmmse = finite.simulate_dmmse(**DMMSE, runs=1)
    assert str(dmmse).endswith("one run: no standard error") and "inf" not in str(dmmse)
    assert str(dmmse.icl) == f"{dmmse.icl.mean:.6g} (one run: no standard error)"
    assert "±" in str(finite.simulate(**POINT, runs=2))


@pytest.mark.parametrize("value", [True, b"1", 1j, object(), -1, "nonsense"])
@pytest.mark.parametrize("name", ["alpha_test", "rho_test"])
def test_a_parameter_of_the_test_is_refused_under_its_own_name(name, value):
    with pytest.raises((TypeError, ValueError), match=rf"^{name} must be "):
        finite.simulate(**POINT, **{name: value}, runs=1)


class Incomparable(str):
    """A text that breaks when it is compared."""

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = str.__hash__


@pytest.mark.parametrize("name", ["assignment", "precision", "solver"])
def test_what_breaks_when_it_is_compared_is_none_of_the_choices(name):
    with pytest.raises(ValueError, match=f"^{name} must be one of .*, got 'auto'$"):
        finite.simulate(**POINT, runs=1, **{name: Incomparable("auto")})
