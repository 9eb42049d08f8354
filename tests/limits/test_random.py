"""Random limits against certified evaluation along their paths: each in time, none undefined."""

import random
import time

import pytest
import sympy as sp
from flint import arb, ctx

from icl_theory.evaluate.certified import errors_certified
from icl_theory.limits import limit
from icl_theory.limits.evaluate import evaluate
from icl_theory.limits.reading import as_typed
from icl_theory.limits.table import SCALINGS, doubles, singles
from icl_theory.theory.fields import TABLE
from icl_theory.theory.symbols import PARAMETERS

from .test_against_reference import point

COUNT = 200
PATHS = (*singles(), *doubles(), *SCALINGS)
CONDITIONS = ("", "lam=0", "tau>1", "tau<1", "kappa<1", "kappa>1", "tau>1, kappa<1", "kappa=tau")
CONDITIONS += ("tau<kappa<1", "1<tau<kappa", "alpha>1", "rho=0", "2*tau<kappa")
#: Points at which nothing special happens, and some that other parameters set.
POINTS = {
    "tau": ("c+", "c-", "kappa+", "kappa-", "c*kappa+", "alpha+", "min(kappa,1)+", "2-"),
    "alpha": ("c+", "1+", "tau-", "0", "oo"),
    "kappa": ("c+", "c-", "tau+", "tau-", "c*tau-", "1/2+", "min(tau,1)-"),
    "rho": ("c+", "1-", "0", "oo"),
    "lam": ("c+", "tau+", "1-", "0", "oo"),
}
TIES = ("kappa = c/alpha", "tau = c*alpha", "rho = c*lam", "lam = c/alpha", "alpha = c*kappa")
#: Orders of magnitude of the distances from nested limits, the innermost first.
DISTANCES = {1: (20,), 2: (96, 12), 3: (96, 24, 6)}
#: Seconds that an answer may take on one core, written out with all its symbols.
PATIENCE = 3


def questions(seed):
    """Fields, paths and conditions that do not speak of what moves."""
    rng = random.Random(seed)
    while True:
        take, where = rng.choice((rng.choice(PATHS), made(rng))), rng.choice(CONDITIONS)
        moving = {item.split("->")[0].split("=")[0].strip() for item in take.split(",")}
        if not any(name in where for name in moving):
            yield rng.choice(TABLE).name, take, where


def made(rng):
    """One or two limits to any points, now and then with a parameter tied to others."""
    moving = rng.sample(list(POINTS), rng.choice((1, 1, 2)))
    ties = [rng.choice(TIES)] if rng.random() < 0.3 else []
    return ", ".join([*(f"{name}->{rng.choice(POINTS[name])}" for name in moving), *ties])


def regions_at(answer, case, rng):
    """How many cases say that they hold at a random point of one."""
    path = case.behaviour.piece.cell.path
    values = point(rng, case.behaviour.piece.cell)
    values |= {
        s: v.xreplace(values) for s, v in path.values.items() if not v.free_symbols & {*path.small}
    }
    # What is asked of a parameter that moves, as lam = 0 is, is the same in all cases.
    return sum(
        all(
            relation.xreplace(values) == sp.true
            for relation in other.conditions
            if relation.free_symbols <= set(values)
        )
        for other in answer
    )


def undefined(case):
    """Symbols that an answer shows and does not define."""
    known = {*case.behaviour.piece.cell.path.free, *PARAMETERS, *case.display.definitions}
    if case.shown_root is not None:
        known.add(case.shown_root.symbol)
    shown = (case.display.expression, *case.display.definitions.values())
    return set().union(*(e.free_symbols for e in shown)) - known


def deviation(case, field, rng):
    """Relative deviation of the leading term from the field, as orders beyond what is allowed."""
    path = case.behaviour.piece.cell.path
    count = len(path.small)
    small = {s: sp.Rational(1, 10**k) for s, k in zip(path.small, DISTANCES[count], strict=True)}
    values = point(rng, case.behaviour.piece.cell)
    here = {p: sp.sympify(path.values.get(p, p)).xreplace(values | small) for p in PARAMETERS}
    assert all(v.is_Rational for v in here.values())
    exact = getattr(errors_certified(*map(str, here.values()), digits=50), field)
    constant = evaluate(case.behaviour, {as_typed(s): v for s, v in values.items()}, 40)
    with ctx.workdps(60):
        scale = arb(1)
        for distance, exponent in zip(small.values(), case.exponents, strict=True):
            scale *= arb(str(distance.q)) ** -(arb(int(exponent.p)) / int(exponent.q))
        ratio = exact / (arb(str(constant)) * scale)
        return (
            float((abs(ratio - 1) + arb("1e-40")).log() / arb(10).log())
            + DISTANCES[count][-1] / 4
            - 0.5
        )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_random_limits_are_defined_in_time_and_right(part):
    asked, rng = questions(part), random.Random(part)
    slow, open_symbols, wrong, overlapping, answered = [], [], [], [], 0
    while answered < COUNT // 4:
        question = next(asked)
        start = time.process_time()
        try:
            answer = limit(*question)
        except ValueError:
            # Conditions that exclude the path, which is said.
            continue
        text = str(answer)
        if time.process_time() - start > PATIENCE:
            slow.append((question, time.process_time() - start))
        answered += 1
        for case in answer:
            assert text
            if undefined(case):
                open_symbols.append((question, undefined(case)))
            if regions_at(answer, case, rng) != 1:
                overlapping.append((question, case.conditions))
            if case.behaviour.lead.is_zero:
                continue
            size = deviation(case, question[0], rng)
            if size > 0:
                wrong.append((question, case.conditions, size))
    assert (slow, open_symbols, wrong, overlapping) == ([], [], [], [])


def test_a_wrong_constant_is_noticed(monkeypatch):
    (case,) = limit("icl", "lam->0, alpha->oo", "tau>1, kappa<1")
    assert deviation(case, "icl", random.Random(0)) < 0
    right = evaluate
    monkeypatch.setattr(f"{__name__}.evaluate", lambda *a: right(*a) * 2)
    assert deviation(case, "icl", random.Random(0)) > 0
