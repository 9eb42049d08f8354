"""FLINT's precision, which all threads share, is one thread's at a time."""

import ast
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import flint
import pytest

from icl_theory import errors_certified, errors_exact, sensitivities_certified
from icl_theory.algebra.digits import bits_of
from icl_theory.algebra.precision import precision, set_precision
from icl_theory.baselines import bayes_error_certified
from icl_theory.stationary import optimal_ridge_certified

ROOT = Path(__file__).parents[2]
POINT = {"tau": "1/2", "alpha": 10, "kappa": "1/2", "rho": "1/10"}


def balls(digits):
    yield optimal_ridge_certified("icl", **POINT, digits=digits).minima[0].value
    yield errors_certified(**POINT, lam="1/3", digits=digits).icl
    yield sensitivities_certified(**POINT, lam="1/3", digits=digits)["tau"].icl
    yield bayes_error_certified(10, "1/10", digits=digits)
    yield errors_exact(**POINT, lam="1/3").icl.approximation(digits)


def test_threads_get_their_digits_and_leave_the_precision_as_it_was():
    def worst(digits):
        return digits, min(ball.rel_accuracy_bits() for ball in balls(digits))

    before = flint.ctx.prec
    with ThreadPoolExecutor(6) as threads:
        for digits, accuracy in threads.map(worst, [15, 60, 120] * 6):
            assert accuracy >= bits_of(digits) - 2
    assert flint.ctx.prec == before


def test_blocks_nest_and_restore_after_an_error():
    before = flint.ctx.prec
    with precision(100):
        with precision(200):
            set_precision(300)
        assert flint.ctx.prec == 100
        with pytest.raises(ZeroDivisionError), precision(400):
            raise ZeroDivisionError
        assert flint.ctx.prec == 100
    assert flint.ctx.prec == before


def _certified(_):
    return str(errors_certified(**POINT, digits=20).icl)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this system"
)
def test_a_child_forked_while_a_thread_computes_does_not_wait_for_it():
    with precision(80), multiprocessing.get_context("fork").Pool(1) as pool:
        # The child has a copy of a lock that is held, by a thread that it does not have.
        assert pool.map_async(_certified, [0]).get(60) == [_certified(0)]


def test_nothing_else_touches_the_context_of_flint():
    touching = set()
    for top in ("icl_theory", "derivations", "benchmarks"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                direct = isinstance(node, ast.Attribute) and node.attr == "ctx"
                imported = isinstance(node, ast.ImportFrom) and node.module == "flint"
                if (direct and getattr(node.value, "id", "") == "flint") or (
                    imported and any(alias.name == "ctx" for alias in node.names)
                ):
                    touching.add(path.relative_to(ROOT).as_posix())
    assert touching == {"icl_theory/algebra/precision.py"}
