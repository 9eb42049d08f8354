"""A field added to the table appears everywhere, with the right values and nothing else touched."""

import json
import math
import shutil
import subprocess
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner

from icl_theory import errors, errors_certified, errors_exact, errors_mp, limit, sensitivities
from icl_theory.cli import main
from icl_theory.evaluate.javascript import javascript
from icl_theory.stationary import sensitivities_certified
from icl_theory.theory.errors import e_idg_per_tau
from icl_theory.theory.fields import Field, adding
from icl_theory.theory.fixed_point import S
from icl_theory.theory.fixed_point import x as context_ratio
from icl_theory.theory.spectral import D2

#: Variance of the estimate of a fresh task's label: E (Gamma H)^2, a sum of positive terms.
ESTIMATE_VARIANCE = Field(
    "estimate_variance",
    (1 + context_ratio) * (D2 + S * e_idg_per_tau),
    about="Variance of the label estimate in a fresh task.",
)

POINTS = [
    ("1/2", "10", "1/2", "1/10", "0"),
    ("2", "3", "1/4", "1/2", "0"),
    ("0.9", "1", "4", "1/8", "1/4"),
    ("3", "inf", "2", "0", "1/100"),
    ("1/5", "7", "inf", "1/10", "1/10"),
]


@pytest.fixture(autouse=True)
def _added():
    with adding(ESTIMATE_VARIANCE):
        yield


def independent(point):
    """E yhat^2 = e_icl - E y^2 + 2 E (y yhat), with E (y yhat) = tr Gamma A^T/d = 1 - nu m."""
    with mpmath.workdps(60):
        found = errors_mp(*point, digits=60)
        noise = Fraction(point[3])
        rho = mpmath.mpf(noise.numerator) / noise.denominator
        x = (1 + rho) / (mpmath.inf if point[1] == "inf" else int(point[1]))
        nu = x + mpmath.mpf(found.xi)
        return mpmath.mpf(found.icl) - 1 - rho + 2 * (1 - nu * mpmath.mpf(found.m))


@pytest.mark.parametrize("point", POINTS)
def test_every_evaluator_has_it(point):
    expected = independent(point)
    fast = errors(*point)
    assert fast.estimate_variance == pytest.approx(float(expected), rel=1e-14)
    assert fast.icl == errors(*point).icl
    with mpmath.workdps(60):
        assert abs(errors_mp(*point, digits=40).estimate_variance - expected) < 1e-39
    ball = errors_certified(*point, digits=40).estimate_variance
    with flint.ctx.workprec(300):
        assert abs(ball - flint.arb(mpmath.nstr(expected, 55))) < flint.arb("1e-39")
    assert float(errors_exact(*point).estimate_variance) == pytest.approx(float(expected))


def test_arrays_have_it():
    tau = np.geomspace(0.1, 10, 7)
    found = errors(tau, 10, 0.5, 0.1, [[0], [0.1]]).estimate_variance
    assert found.shape == (2, 7)
    assert found[1, 3] == errors(tau[3], 10, 0.5, 0.1, 0.1).estimate_variance


def test_its_special_values_are_derived():
    at_threshold = (1, 10, "1/2", "1/10")
    assert errors(*at_threshold).estimate_variance == math.inf
    assert errors_mp(*at_threshold).estimate_variance == mpmath.inf
    assert errors_certified(*at_threshold).estimate_variance == flint.arb("inf")
    assert errors_exact(*at_threshold).estimate_variance == math.inf
    # Infinite context, kappa < 1 < tau: infinite with noise; without it the tasks are learnt as far
    # as they span, and the estimate has variance kappa + kappa (1 - kappa)/(tau - 1).
    assert errors(2, math.inf, 0.5, 0.1).estimate_variance == math.inf
    assert errors(2, math.inf, 0.5, 0).estimate_variance == 0.75
    assert errors_exact(2, "inf", "1/2", 0).estimate_variance == Fraction(3, 4)
    long = errors_mp(2, "1e30", "1/2", 0, digits=40).estimate_variance
    assert abs(long - mpmath.mpf("0.75")) < 1e-28


def test_javascript_has_it(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine")
    rows = [[float(Fraction(v)) if v != "inf" else None for v in point] for point in POINTS]
    rows += [[1, 10, 0.5, 0.1, 0], [2, None, 0.5, 0, 0]]
    script = tmp_path / "run.js"
    script.write_text(
        javascript()
        + f"""
        const rows = {json.dumps(rows)};
        console.log(JSON.stringify(rows.map(
            row => String(errors(...row.map(v => v ?? Infinity)).estimate_variance))));
        """
    )
    done = subprocess.run([node, str(script)], capture_output=True, text=True, check=True)
    for row, text in zip(rows, json.loads(done.stdout), strict=True):
        expected = errors(*(math.inf if v is None else v for v in row)).estimate_variance
        assert float(text.replace("Infinity", "inf")) == pytest.approx(expected, rel=1e-14)


def test_limits_are_taken_of_it():
    case = limit("estimate_variance", "lam->oo").only
    assert case.limit == 0
    answer = limit("estimate_variance", "lam->0, alpha->oo", where="kappa<1, tau>1").only
    kappa, rho, tau, alpha = (
        next(s for s in (answer.coefficient * answer.scale).free_symbols if s.name == name)
        for name in ("kappa", "rho", "tau", "alpha")
    )
    value = rho * (1 - kappa) / ((1 + rho) * (tau - 1)) * alpha
    assert sp.cancel(answer.coefficient * answer.scale - value) == 0
    assert ESTIMATE_VARIANCE.latex in limit("estimate_variance", "lam->oo")._repr_latex_()


@pytest.mark.parametrize("point", POINTS[:3])
def test_sensitivities_have_it(point):
    parameters = ("tau", "alpha", "kappa", "rho", "lam")
    rates = sensitivities(*point)
    certified = sensitivities_certified(*point, digits=20)
    for place, name in enumerate(parameters):
        value = Fraction(point[place])
        if not value:
            continue
        step = value / 10**20
        above, below = (
            errors_mp(*point[:place], value + sign * step, *point[place + 1 :], digits=60)
            for sign in (1, -1)
        )
        with mpmath.workdps(60):
            width = 2 * mpmath.mpf(step.numerator) / step.denominator
            difference = mpmath.mpf(above.estimate_variance) - mpmath.mpf(below.estimate_variance)
            expected = float(difference / width)
        assert rates[name].estimate_variance == pytest.approx(expected, rel=1e-12)
        assert float(certified[name].estimate_variance) == pytest.approx(expected, rel=1e-15)


def test_the_command_line_has_it():
    run = CliRunner().invoke
    arguments = ["errors", "--tau", "1/2", "--alpha", "10", "--kappa", "1/2", "--rho", "1/10"]
    expected = errors("1/2", 10, "1/2", "1/10").estimate_variance
    found = run(main, [*arguments, "--json"])
    assert json.loads(found.stdout)["estimate_variance"] == expected
    assert "estimate_variance" in run(main, [*arguments, "--digits", "30", "--certified"]).stdout
    assert "Variance of the label estimate" in run(main, ["errors", "--help"]).stdout
    found = run(main, ["limit", "estimate_variance", "--take", "lam->oo"])
    assert found.exit_code == 0, found.output
