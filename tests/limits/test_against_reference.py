"""Leading terms compared with the errors themselves, close to the limits and in high precision."""

import random

import pytest
import sympy as sp

from icl_theory.limits.behaviour import Behaviour
from icl_theory.limits.engine import analyse
from icl_theory.limits.evaluate import evaluate
from icl_theory.limits.reading import as_typed, conditions, moves
from icl_theory.limits.table import SCALINGS, doubles, singles
from icl_theory.theory.fields import TABLE
from icl_theory.theory.symbols import PARAMETERS

from .reference import context, correction, digits_for, distances, errors, number

FIELDS = {field.name: field.formula for field in TABLE}


def deviations(take: str, where: str, seed: int, fields=tuple(FIELDS), factor: int = 1):
    """Yield log10 of deviation over allowance of leading terms, one random point per region."""
    rng = random.Random(f"{take} {where} {seed}")
    for piece in analyse(moves(take), conditions(where)):
        path = piece.cell.path
        count = len(path.small)
        own = context(digits_for(count))
        small = dict(zip(path.small, (own.mpf(10) ** -k for k in distances(count)), strict=True))
        values = point(rng, piece.cell)
        numbers = {s: own.mpf(int(v.p)) / int(v.q) for s, v in values.items()} | small
        parameters = []
        for symbol in PARAMETERS:
            parameters.append(number(own, path.values.get(symbol, symbol), numbers.get))
        exact = errors(own, *parameters)
        for field in fields:
            lead = Behaviour(piece, FIELDS[field]).lead
            constant = evaluate(
                Behaviour(piece, FIELDS[field]), {as_typed(s): v for s, v in values.items()}, 40
            )
            scale = own.mpf(1)
            for distance, exponent in zip(small.values(), lead.exponent, strict=True):
                scale *= own.power(distance, own.mpf(int(exponent.p)) / int(exponent.q))
            ratio = exact[field] / (factor * constant * scale)
            yield field, float(own.log10(abs(ratio - 1) + own.eps)) + correction(count)


def point(rng, cell):
    """A random rational point of a cell."""
    for _ in range(20000):
        values = {s: sp.Rational(rng.randint(1, 400), 100) for s in cell.path.free}
        if all(e.xreplace(values) > 0 for e in cell.assumptions.positive):
            return values
    raise AssertionError("no point in the cell")


def agree(take: str, where: str = "", seed: int = 0) -> int:
    found = list(deviations(take, where, seed))
    wrong = [(field, size) for field, size in found if size > 0]
    assert not wrong, (take, where, wrong)
    return len(found)


FAST = [
    ("lam->0, alpha->oo", "tau>1"),
    ("alpha->oo, lam->0", "tau>1, kappa<1"),
    ("tau->0", ""),
    ("lam->oo", ""),
    ("alpha->0", "lam=0, tau>1"),
    ("kappa->oo", "lam=0, tau<1"),
    ("kappa->tau-", "lam=0, tau<1"),
    ("tau = c*alpha, kappa = 1 + c1/sqrt(alpha), alpha->oo", "lam=0"),
    ("lam = c*(1 - tau)**2, tau->1-", ""),
]


@pytest.mark.parametrize(("take", "where"), FAST)
def test_leading_terms_agree_with_the_errors_close_to_the_limit(take, where):
    assert agree(take, where) > 0


def test_a_wrong_constant_is_noticed():
    sizes = [size for _, size in deviations("lam->0, alpha->oo", "tau>1", 0, factor=2)]
    assert sizes
    assert min(sizes) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("take", [*singles(), *SCALINGS])
def test_every_single_limit_agrees(take, seed):
    assert agree(take, "", seed) > 0


@pytest.mark.slow
@pytest.mark.parametrize("take", [path for path in [*singles(), *SCALINGS] if "lam" not in path])
def test_every_single_limit_agrees_ridgeless(take):
    assert agree(take, "lam=0") > 0


@pytest.mark.slow
@pytest.mark.parametrize("take", doubles())
def test_every_double_limit_agrees(take):
    assert agree(take) > 0
