"""Results are pickled, copied, compared and written as JSON without loss."""

import copy
import inspect
import json
import math
import pickle
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass

import flint
import numpy as np
import pytest

import icl_theory
from icl_theory import (
    Errors,
    Spectrum,
    allocate,
    baselines,
    bayes_error_certified,
    budget,
    errors,
    errors_certified,
    errors_exact,
    errors_mp,
    finite,
    finite_errors,
    limit,
    limits,
    optimal_context,
    optimal_context_certified,
    optimal_ridge_certified,
    sensitivities,
    sensitivities_certified,
    simulate,
    stationary,
)
from icl_theory.algebra import exchange
from icl_theory.algebra.algebraic import Algebraic
from icl_theory.algebra.exchange import decode, encode
from icl_theory.baselines import dmmse_error
from icl_theory.finite import cross_validate, simulate_bayes_ridge, simulate_dmmse, sweep
from icl_theory.limits import orders_of_limits
from icl_theory.stationary import boundary, profile
from icl_theory.theory.errors import objective
from icl_theory.theory.fields import Field, adding

#: What returns balls alone, or in a mapping.
BARE = {
    "bayes": lambda: bayes_error_certified(2, "1/10", digits=40),
    "maximum": lambda: baselines.expected_maximum(7, digits=30),
    "rates": lambda: sensitivities_certified(*POINT, "1/7", digits=30),
}


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_bare_balls_are_pickled_and_copied_without_loss(name, copied):
    found = BARE[name]()
    # A ball is equal to itself only where it is a point: its middle and its radius are compared.
    assert encode(copied(found)) == encode(found)


PATH = ("lam->0, alpha->oo", "tau>1")
POINT = ("1/3", 10, "1/2", "1/10")
RESULTS = {
    "numbers": lambda: errors(*POINT),
    "arrays": lambda: errors([0.5, 1, 2], 10, [[0.5], [math.inf]], 0.1),
    "longer-precision": lambda: errors_mp(*POINT, "1/7", digits=60),
    "infinities": lambda: errors_mp(1, 10, "1/2", "1/10"),
    "balls": lambda: errors_certified(*POINT, "1/7", digits=200),
    "infinite-balls": lambda: errors_certified(1, 10, "1/2", "1/10"),
    "surds": lambda: errors_exact(*POINT),
    "algebraic": lambda: errors_exact(*POINT, "1/7"),
    "one-algebraic": lambda: errors_exact(*POINT, "1/7").icl,
    "rates": lambda: sensitivities(*map(float, (0.3, 10, 0.5, 0.1)))["tau"],
    "best-contexts": lambda: optimal_context("icl", tau=20, kappa=[0.25, 2.0], rho=0.5),
    "certified-context": lambda: optimal_context_certified("icl", "1/2", "1/4", "1/8"),
    "certified-ridge": lambda: optimal_ridge_certified("icl", *POINT, digits=30),
    "certified-rates": lambda: sensitivities_certified(*POINT)["tau"],
    "profile": lambda: profile("icl", "alpha", tau=2, kappa="1/2", rho="1/10", lam=0),
    "stationary-point": lambda: profile("icl", "alpha", tau="1/2", kappa="1/4", rho="1/8").points[
        0
    ],
    "edge": lambda: boundary("icl", 4)[0],
    "spectrum": lambda: Spectrum.atoms([2, "1/3"], [1, 2], ["1/7", 0]),
    "continuous-spectrum": lambda: Spectrum.power_law("1/2").tested_on("isotropic"),
    "limit": lambda: limit("icl", *PATH),
    "case": lambda: limit("icl", *PATH).cases[1],
    "root-of-a-case": lambda: limit("icl", "lam->0", "tau>1, kappa<1").cases[0].root,
    "orders": lambda: orders_of_limits("icl", "lam->0, alpha->oo", "tau>1, kappa<1"),
    "move": lambda: limit("icl", "tau->1-").take[0],
    "scaling": lambda: limit("xi", "lam = c/sqrt(alpha), alpha->oo").take[0],
    "condition": lambda: limit("icl", *PATH).where[0],
    "allocation": lambda: allocate(10, rho=1, tolerance=0.1),
    "dmmse-theory": lambda: dmmse_error(10, 2, 20, 0.5),
    "prediction": lambda: finite_errors(3, 0.5, 2, "inf", "1/3", 0.1, runs=2, test="isotropic"),
    "simulation": lambda: simulate(3, 0.5, 2, 1, "1/3", 0.1, runs=2, tasks=Spectrum.atoms([2, 1])),
    "run": lambda: simulate(3, 0.5, 2, 1, "1/3", 0.1, runs=1).details[0],
    "sweep": lambda: sweep(3, [0.5, 2], 2, [1, "inf"], 0.1, 0.1, runs=1),
    "validation": lambda: cross_validate(4, 2, 3, 1, 0.1, 0.1, runs=2),
    "dmmse": lambda: simulate_dmmse(3, 2, 1, 0.1, runs=2, contexts=4),
    "bayes-ridge": lambda: simulate_bayes_ridge(3, 2, 0.1, runs=2, contexts=4),
}
#: Public modules, and what of them is no result of a call.
PUBLIC = [icl_theory, baselines, budget, finite, limits, stationary]


def test_every_class_of_results_is_tried():
    """A result that is not tried here, or cannot be written, is noticed."""
    tried = {type(make()) for make in RESULTS.values()}
    public = {getattr(module, name) for module in PUBLIC for name in module.__all__}
    inside = {field.type for kind in tried if is_dataclass(kind) for field in fields(kind)}
    assert {kind for kind in public if isinstance(kind, type)} <= tried
    assert {kind for kind in inside if isinstance(kind, type) and is_dataclass(kind)} <= tried
    returned = {
        hints["return"]
        for module in PUBLIC
        for name in module.__all__
        if callable(call := getattr(module, name)) and not isinstance(call, type)
        for hints in [inspect.get_annotations(inspect.unwrap(call), eval_str=False)]
        if "return" in hints
    }
    names = {word for hint in returned for word in re.findall(r"\w+", str(hint))}
    ours = {kind.__name__ for kind in exchange._CLASSES.values()}
    known = {*ours, "Any", "tuple", "list", "float", "int", "bool", "str", "dict", "Iterator"}
    known |= {
        "None",
        "arb",
        "flint",
        "np",
        "numpy",
        "ndarray",
        "Mapping",
        "Literal",
        "npt",
        "Array",
        "Floats",
    }
    assert names <= known, names - known
    assert {kind.__name__ for kind in tried} >= names & ours


@pytest.mark.parametrize("name", RESULTS)
def test_what_comes_back_is_the_same_to_the_last_bit(name):
    result = RESULTS[name]()
    copies = [
        pickle.loads(pickle.dumps(result)),
        copy.deepcopy(result),
        copy.copy(result),
        type(result).from_json(result.to_json()),
    ]
    for other in copies:
        assert type(other) is type(result)
        assert other == result
        assert hash(other) == hash(result)
        assert encode(other) == encode(result)
        assert str(other) == str(result)


def test_json_is_plain():
    def refuse(name):
        raise AssertionError(name)

    for make in RESULTS.values():
        json.loads(make().to_json(), parse_constant=refuse)


def test_results_that_differ_in_a_bit_are_not_equal():
    one = errors_certified(*POINT, digits=30)
    assert one == errors_certified(*POINT, digits=30)
    assert one != errors_certified(*POINT, digits=31)
    assert errors(0.5, 10, 0.5, 0.1) != errors(np.nextafter(0.5, 1), 10, 0.5, 0.1)
    assert errors(0.5, 10, 0.5, 0.1) != errors([0.5], 10, 0.5, 0.1)
    assert errors(0.5, 10, 0.5, 0.1) != 1


def test_an_added_field_comes_back():
    with adding(Field("objective_of_test", objective)):
        result = errors(2, 10, 0.5, 0.1)
    for other in (pickle.loads(pickle.dumps(result)), Errors.from_json(result.to_json())):
        assert other == result
        assert other.objective_of_test == result.objective_of_test


def test_numbers_of_a_result_keep_their_digits():
    result = errors_mp(*POINT, digits=60)
    back = pickle.loads(pickle.dumps(result))
    assert repr(back.icl) == repr(result.icl) and back.icl.context.dps == 60


@pytest.mark.parametrize("bits", [53, 200])
def test_balls_come_back_with_their_radius(bits):
    with flint.ctx.workprec(bits):
        balls = [flint.arb(2).sqrt() * flint.arb(10) ** e for e in range(-300, 300, 7)]
        balls += [flint.arb(1, 2.0**e) for e in range(-60, 3)]
        balls += [ball.union(0) for ball in balls] + [flint.arb(t) for t in ("nan", "inf", "-inf")]
    for ball in balls:
        back = decode(encode(ball))
        assert encode(back) == encode(ball)
        if ball.is_finite():
            assert back.mid() == ball.mid() and back.rad() == ball.rad()


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "1", "{}", '{"result": "errors"}', '{"result": "nothing", "fields": {}}'),
        "[" * 100_000,
    ],
    ids=range(7),
)
def test_text_that_is_no_result_is_refused(text):
    with pytest.raises(ValueError, match=r"^text must be"):
        Errors.from_json(text)
    with pytest.raises(ValueError, match="of a Algebraic, got a Errors"):
        Algebraic.from_json(errors(0.5, 10, 0.5, 0.1).to_json())


def test_a_value_of_another_kind_is_refused():
    for value in (object(), np.array(["a"]), flint.fmpq(1, 2), 1j):
        with pytest.raises(TypeError, match="cannot be written as plain data"):
            encode(value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["algebraic", "case", "simulation", "edge"])
def test_a_result_is_read_by_a_process_that_has_made_none(name, tmp_path):
    result = RESULTS[name]()
    (tmp_path / "result.pickle").write_bytes(pickle.dumps(result))
    (tmp_path / "result.json").write_text(result.to_json())
    kind = type(result)
    program = (
        "import pickle, sys\n"
        "one = pickle.load(open('result.pickle', 'rb'))\n"
        "sys.stdout.write(one.to_json())\n"
    )
    other = (
        f"import sys\nfrom {kind.__module__} import {kind.__name__} as Kind\n"
        "sys.stdout.write(Kind.from_json(open('result.json').read()).to_json())\n"
    )
    for source in (program, other):
        command = [sys.executable, "-c", source]
        found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
        assert found.stdout == result.to_json()
