"""The recipes of CONTRIBUTING.md, followed to the letter: each takes the files that it names.

That a field is right everywhere is tested in `tests/evaluate/test_added_field.py`.
"""

import decimal
import math
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from icl_theory import errors_mp
from icl_theory.evaluate.fixed_point import Point, System, ridge, ridgeless
from icl_theory.evaluate.result import record
from icl_theory.theory.fields import table

ROOT = Path(__file__).resolve().parents[1]

QUANTITY = """

mean_dimension = define(
    "mean_dimension",
    linear_dimension / d**2,
    latex=r"\\tau_\\star",
    doc="Threshold of full linear attention in units of d^2.",
)
"""

CLAIM = '''

@claim(
    title="The threshold of full linear attention is that of Gamma and (3 d + 2)/d^2 more",
    statement=eq(attention.mean_dimension - {gamma}, (3 * d + 2) / d**2),
)
def attention_threshold(proof: Proof) -> None:
    """The threshold of full linear attention, beside that of Gamma.

    Divide both counts by d^2.
    """
    proof.decide()
'''


FIELD = """
excess_risk = define(
    "excess_risk",
    bias + context_variance + pretraining_variance,
    latex=r"e_{\\mathrm{excess}}",
    doc="Error on a fresh task beyond label noise.",
)
"""


@pytest.fixture
def house(tmp_path):
    """A copy of the code, to add to."""
    for folder in ("icl_theory", "derivations"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


def add(house, file, text):
    with (house / file).open("a", encoding="utf-8") as source:
        source.write(text)


def insert(house, file, before, text):
    source = (house / file).read_text(encoding="utf-8")
    assert source.count(before) == 1
    (house / file).write_text(source.replace(before, text + before), encoding="utf-8")


def run(house, *arguments):
    """A module of the copy, run as a program."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_quantity_and_a_claim_are_added_in_two_files(house):
    add(house, "icl_theory/theory/transformers.py", QUANTITY)
    add(house, "derivations/transformers.py", CLAIM.format(gamma="d * (d + 1) / d**2"))
    mutants = "--mutants", "--quantity", "mean_dimension"
    done = run(house, "icl_theory", "verify", "attention-threshold", *mutants)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1" in done.stdout
    assert "mutants of 1 formulas caught (100.0 %)" in done.stdout


@pytest.mark.slow
def test_a_false_claim_that_is_added_does_not_hold(house):
    add(house, "icl_theory/theory/transformers.py", QUANTITY)
    add(house, "derivations/transformers.py", CLAIM.format(gamma="d * (d + 2) / d**2"))
    done = run(house, "icl_theory", "verify", "attention-threshold")
    assert done.returncode == 1
    assert "0 of 1" in done.stdout


@pytest.mark.slow
def test_a_field_is_added_in_three_files(house):
    add(house, "icl_theory/theory/errors.py", FIELD)
    insert(
        house,
        "icl_theory/theory/fields.py",
        '    Field(\n        "m",\n',
        '    Field("excess_risk", errors.excess_risk),\n',
    )
    result = "icl_theory/evaluate/result.py"
    insert(house, result, "    m\n", "    excess_risk\n        Error beyond label noise.\n")
    insert(house, result, "    m: Number\n", "    excess_risk: Number\n")
    assert run(house, "icl_theory.evaluate.generate").returncode == 0
    (house / "ask.py").write_text("""
from icl_theory import Spectrum, errors, errors_certified, limit

levels = Spectrum.atoms([2, 1], [1, 2])
for given in ({}, {"tasks": levels}, {"inputs": levels, "tasks": levels}):
    for evaluate in (errors, errors_certified):
        e = evaluate(2, 3, "3/4", "1/5", **given)
        assert abs(float(e.excess_risk) - float(e.icl - e.noise)) < 1e-14
assert limit("excess_risk", "lam->oo").only.limit == 1
print("everywhere")
""")
    done = run(house, "ask")
    assert done.stdout == "everywhere\n", done.stderr
    done = run(house, "icl_theory", "errors", "--help")
    assert "Error on a fresh task beyond label noise." in done.stdout


def errors_decimal(tau, alpha, kappa, rho, lam=0, *, digits):
    """A number system in a dozen lines: decimal numbers of the standard library."""
    point = Point.read(Fraction, tau, alpha, kappa, rho, lam)
    with decimal.localcontext(prec=digits + 8):
        system = System(
            lambda value: Decimal(value.numerator) / value.denominator,
            Decimal.sqrt,
            Decimal("inf"),
        )
        if point.ridgeless:
            values = ridgeless().values(point, ridgeless().exact(point), system)
        else:
            programs = ridge(point.kappa is not None)
            exact = programs.exact(point)
            numbers = tuple(map(system.convert, exact))
            xi = programs.start(numbers, system.sqrt)
            # Each Newton step doubles the digits.
            for _ in range(digits.bit_length()):
                xi *= 1 + programs.correction(numbers, system.sqrt, xi)
            values = programs.values(numbers, system.sqrt, xi)
        return record({f.name: v for f, v in zip(table(), values.fields, strict=True)})


@pytest.mark.parametrize(
    "point",
    [
        ("1/2", 10, "1/2", "1/10", 0),
        (3, 2, 4, "1/100", 0),
        (1, 10, "1/2", "1/10", 0),
        (2, "inf", "1/2", "1/10", 0),
        (2, "inf", "1/2", 0, 0),
        (2, 3, "3/4", 0, "1/8"),
        ("9/10", 1, "inf", "1/5", "1e-6"),
        (3, "inf", 2, "1/10", "1/100"),
    ],
)
def test_a_number_system_is_a_rounding_a_root_and_an_infinity(point):
    found, expected = errors_decimal(*point, digits=30), errors_mp(*point, digits=40)
    for field in table():
        value, reference = getattr(found, field.name), getattr(expected, field.name)
        if math.isinf(reference):
            assert float(value) == reference
            continue
        # The gap of a well-trained model is a small difference.
        size = max(abs(reference), abs(expected.icl) if field.name == "gap" else 0)
        assert abs(Fraction(str(value)) - Fraction(str(reference))) <= Fraction(str(size)) / 10**28


@pytest.mark.slow
def test_a_chapter_is_a_notebook_and_a_line_in_the_contents(small_book, tmp_path):
    code = """
from icl_theory import errors
from icl_theory.display import proof

assert errors(0.5, 10, 0.5, 0.1).icl > 1
proof("linear-attention-dimension")
"""
    # Card and page link to the rows of the index of symbols and of the page of claims.
    rows = "symbol-linear_dimension", "verdict-linear-attention-dimension"
    places = "".join(f'<section id="{row}"></section>' for row in rows)
    text = f"A claim, its proof and a number.\n\n```{{raw}} html\n{places}\n```"
    done = small_book(text, code.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    page = tmp_path / "book" / "_build" / "html" / "index.html"
    assert 'id="claim-linear-attention-dimension"' in page.read_text("utf-8")
