"""What functions take where nothing is said, and that what they return cannot be changed."""

import dataclasses
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

from icl_theory import finite
from icl_theory.algebra.exchange import Portable
from icl_theory.finite import operator, population, run, sampler, solvers
from icl_theory.finite.estimate import Estimate, Estimates
from icl_theory.finite.parameters import PARAMETERS
from icl_theory.finite.setup import Setup
from icl_theory.finite.sizes import Sizes

NOTHING = inspect.Parameter.empty
DRAWING = {"seed": 0, "tasks": "sphere", "assignment": "multinomial"}
SOLVING = {**DRAWING, "solver": "auto", "precision": "float64"}
SHIFTING = {"inputs": None, "test": None, "alpha_test": None, "rho_test": None}
RUNNING = {"store": None, "workers": 1, "executor": None, "progress": None}
SIMULATING = {"lam": 0, "runs": 20, **SOLVING, **SHIFTING, **RUNNING}
DEFAULTS = {
    "simulate": {"lam": 0, "runs": 20, "order": 1, **SIMULATING},
    "sweep": SIMULATING,
    "finite_errors": {"lam": 0, "runs": 20, "order": 1, **DRAWING, **SHIFTING},
    "cross_validate": {"runs": 20, "trace": "auto", **SOLVING, **RUNNING},
    "simulate_dmmse": {"runs": 100, "tasks": "sphere", "contexts": 64, "seed": 0, **RUNNING},
    "simulate_bayes_ridge": {"runs": 100, "contexts": 64, "seed": 0},
    "export": {},
}
FIRST = ("d", "tau", "alpha", "kappa", "rho", "lam")


def defaults(function):
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not NOTHING}


@pytest.mark.parametrize("name", finite.__all__)
def test_what_is_not_said_has_these_values(name):
    found = defaults(getattr(finite, name))
    assert found == DEFAULTS[name]
    # 1 and True, or 0 and 0.0, are equal and not the same.
    assert [type(v) for v in found.values()] == [type(v) for v in DEFAULTS[name].values()]


@pytest.mark.parametrize("name", sorted(set(finite.__all__) - {"export"}))
def test_sizes_come_first_and_settings_are_given_by_name(name):
    parameters = inspect.signature(getattr(finite, name)).parameters
    by_place = [n for n, p in parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert by_place == [n for n in FIRST if n in by_place]
    assert {p.kind for n, p in parameters.items() if n not in by_place} == {
        inspect.Parameter.KEYWORD_ONLY
    }


@pytest.mark.parametrize("name", sorted(set(finite.__all__) - {"export"}))
def test_every_parameter_is_described_before_what_is_returned(name):
    function = getattr(finite, name)
    before, after = inspect.getdoc(function).split("Returns\n-------\n")
    summary, section = before.split("Parameters\n----------\n")
    assert summary.strip() and after.strip()
    lines = section.rstrip().split("\n")
    heads = [line for line in lines if not line.startswith("    ")]
    assert heads == list(inspect.signature(function).parameters)
    # Where nothing else is meant by it, a parameter is described as in the table.
    others = {"cross_validate": {"lam"}, "simulate_dmmse": {"kappa", "rho"}}.get(name, set())
    for head, parameter in inspect.signature(function).parameters.items():
        text = "\n".join(["", head, *(f"    {x}" for x in PARAMETERS[head].text.split("\n"))])
        assert (f"{text}\n" in f"\n{section}\n") is (head not in others), parameter
    sentence = rf"^{name}\(\) takes no argument named 'nonsense'$"
    with pytest.raises(TypeError, match=sentence):
        function(nonsense=1)


def test_functions_inside_have_the_same_defaults():
    assert defaults(run.predict_run) == {"order": 1}
    assert defaults(solvers.solve) == {"solver": "auto", "tolerance": 1e-10}
    assert defaults(sampler.draw_sequences) == {"law": "sphere", "scale": None, "dtype": np.float64}
    assert defaults(population.of_fresh_tasks) == {"law": "sphere", "covariance": None}
    assert defaults(Setup.read) == {"lam": 0}
    made = Setup(Sizes(2, 3, 4, 5), 0.1, 0.2)
    assert all(getattr(made, name) == value for name, value in SOLVING.items())
    assert made.inputs is None and made.shift is None
    assert {name: p.default for name, p in PARAMETERS.items() if p.default is not NOTHING} == {
        **SOLVING, **SHIFTING, **RUNNING, "contexts": 64, "order": 1, "trace": "auto"
    }  # fmt: skip


def classes():
    """All dataclasses of the package."""
    for module in pkgutil.walk_packages(finite.__path__, "icl_theory.finite."):
        for found in vars(importlib.import_module(module.name)).values():
            if dataclasses.is_dataclass(found) and found.__module__ == module.name:
                yield found


def test_results_and_setups_cannot_be_changed():
    found = {cls.__name__: cls.__dataclass_params__.frozen for cls in classes()}
    # A direction of the conjugate gradients turns in place.
    assert [name for name, frozen in found.items() if not frozen] == ["Direction"]
    assert len(found) >= 30


def test_results_are_compared_as_results_and_not_field_by_field():
    """Fields that are arrays have no truth value: the comparison of a dataclass would break."""
    for cls in classes():
        if issubclass(cls, Portable):
            assert cls.__eq__ is Portable.__eq__, cls
    one, other = (Estimate(np.array([1.0, 2.0])) for _ in range(2))
    assert one == other and Estimates(*4 * [one]) == Estimates(*4 * [other])


def test_what_is_imported_late_is_listed():
    assert set(finite.__all__) <= set(dir(finite))
    for name in finite.__all__:
        assert getattr(finite, name).__name__ == name
    with pytest.raises(AttributeError, match=r"'icl_theory\.finite' has no attribute 'nothing'"):
        _ = finite.nothing


def test_a_conversion_to_the_type_at_hand_is_no_copy():
    single = operator.Design(np.ones((2, 2), np.float32), np.ones((2, 3), np.float32))
    assert single.dtype == np.float32 and single.astype(np.float32) is single
    double = single.double()
    assert double.dtype == float and double.x is single.x and double.g is single.g
    assert double.astype(np.float32).dtype == np.float32
    assert double.astype(np.float32).x is single.x
    assert single.astype(float).x.dtype == float == single.astype(float).g.dtype
