"""A ridge so small that residuals and n less the degrees of freedom nearly vanish.

The judge works in ball arithmetic of 400 bits on the very numbers of the data: the kernel matrix is
made of balls, and the dual weights and the trace of the inverse come from its exact solution.
"""

import math

import flint
import numpy as np
import pytest

from icl_theory.finite import cross_validate, simulate, solvers
from icl_theory.finite.run import Fit
from icl_theory.finite.setup import Setup

POINT = {"d": 10, "tau": 0.5, "alpha": 5, "kappa": 2, "rho": 0.1}
#: Each with the reason why it is there.
PLACES = {
    "of the report": (POINT, 1e-15),
    "nearly none": (POINT, 1e-100),
    "the least there is": (POINT, 5e-324),
    "moderate": (POINT, 1e-6),
    "as it was": (POINT, 0.1),
    "nearly square": ({**POINT, "tau": 1.05, "d": 8}, 1e-13),
    "fresh tasks": ({**POINT, "kappa": "inf"}, 1e-14),
    "one task": ({**POINT, "kappa": 0.1, "tau": 0.3}, 1e-12),
    "long context, no noise": ({**POINT, "alpha": 100, "rho": 0, "tau": 0.4}, 1e-9),
}


def judge(place, lam, run=0):
    """Training error and generalised cross-validation of a run, to double precision."""
    found = Fit.of(Setup.read(**place, lam=lam), run)
    design, y, n = found.problem.design, found.problem.y, found.problem.design.n
    with flint.ctx.workprec(400):
        x, g = (
            flint.arb_mat([[float(v) for v in row] for row in part])
            for part in (design.x, design.g)
        )
        one, two = x * x.transpose(), g * g.transpose()
        # The ridge is that of the problem: lam and its product with n/d are rounded once.
        penalty = flint.arb(float(found.problem.penalty))
        kernel = flint.arb_mat(
            [
                [one[i, j] * two[i, j] + (penalty if i == j else 0) for j in range(n)]
                for i in range(n)
            ]
        )
        inverse = kernel.inv()
        weights = inverse * flint.arb_mat([[float(value)] for value in y])
        square = sum((weights[i, 0] ** 2 for i in range(n)), flint.arb(0)) / n
        trace = sum((inverse[i, i] for i in range(n)), flint.arb(0)) / n
        return float((penalty**2 * square).mid()), float((square / trace**2).mid())


@pytest.mark.parametrize("name", PLACES)
def test_training_error_and_validation_have_their_digits(name):
    place, lam = PLACES[name]
    train, validated = judge(place, lam)
    found = cross_validate(**place, lam=lam, runs=1)
    assert found.validated.mean == pytest.approx(validated, rel=1e-7)
    assert found.train.mean == pytest.approx(train, rel=1e-7, abs=0 if lam > 1e-150 else 1e-300)
    assert simulate(**place, lam=lam, runs=1).train.mean == found.train.mean


def test_validation_at_the_point_of_the_report():
    found = cross_validate(**POINT, lam=1e-15, runs=1, seed=0)
    assert found.validated.mean == pytest.approx(0.7333, abs=5e-5)


@pytest.mark.parametrize("solver", ["dual", "cholesky", "direct"])
@pytest.mark.parametrize("lam", [1e-15, 1e-9])
def test_every_solver_that_applies_gives_the_same_validation(solver, lam):
    validated = judge(POINT, lam)[1]
    found = cross_validate(**POINT, lam=lam, runs=1, solver=solver)
    assert found.validated.mean == pytest.approx(validated, rel=1e-7)


@pytest.mark.parametrize("trace", ["random", "theory"])
def test_other_traces_lose_no_digits_either(trace):
    # At so small a ridge the estimate does not depend on it.
    near, far = (
        cross_validate(**POINT, lam=lam, runs=2, trace=trace).validated.values
        for lam in (1e-15, 1e-8)
    )
    np.testing.assert_allclose(near, far, rtol=1e-5)


@pytest.mark.parametrize(
    ("tau", "lam", "solver", "right"),
    [
        (0.5, 0, "primal", '"dual", "cholesky", "direct" or "auto"'),
        (0.5, 1e-9, "primal", '"dual", "cholesky", "direct" or "auto"'),
        (0.9, 1e-12, "primal", '"dual", "cholesky", "direct" or "auto"'),
        (2, 0, "dual", '"primal", "direct" or "auto"'),
        (2, 0, "cholesky", '"primal", "direct" or "auto"'),
        (2, 1e-15, "dual", '"primal", "direct" or "auto"'),
        (2, 1e-10, "cholesky", '"primal", "direct" or "auto"'),
        (1.2, 1e-9, "dual", '"primal", "direct" or "auto"'),
    ],
)
def test_a_solver_is_refused_where_it_is_wrong_with_the_name_of_a_right_one(
    tau, lam, solver, right
):
    with pytest.raises(ValueError, match=f'^solver must be {right} .*got "{solver}"'):
        simulate(16, tau, 5, 2, 0.1, lam, runs=2, solver=solver)


@pytest.mark.parametrize("solver", solvers.SOLVERS)
@pytest.mark.parametrize("tau", [0.5, 0.95, 1.2, 2])
@pytest.mark.parametrize("lam", [0, 1e-12, 1e-8, 1e-6, 1e-4, 1e-2, 1])
def test_solvers_by_name_agree_to_seven_digits_or_refuse(solver, tau, lam):
    point = (10, tau, 5, 2, 0.1, lam)
    expected = simulate(*point, runs=1, solver="direct")
    # Nobody is refused on the side that he is for.
    suitable = solver == "direct" or (solver == "primal") == (tau > 1)
    try:
        found = simulate(*point, runs=1, solver=solver)
    except ValueError as error:
        found = str(error)
    if suitable or not isinstance(found, str):
        for name in ("icl", "idg"):
            one, two = getattr(found, name).mean, getattr(expected, name).mean
            assert math.isclose(one, two, rel_tol=1e-7)
    else:
        assert f'got "{solver}"' in found


def test_a_solver_that_stops_short_of_its_tolerance_says_so():
    found = Fit.of(Setup.read(10, 0.5, 5, 2, 0.1, 1e-8), 0)
    for solver in ("dual", "cholesky"):
        with pytest.raises(
            ValueError, match=r"which comes to a relative residual of .* not 1\.0e-17"
        ):
            solvers.solve(found.problem, solver, 1e-17)
    # With a choice, the direct one is taken then.
    assert solvers.solve(found.problem, "auto", 1e-17).solver == "direct"


@pytest.mark.parametrize(
    ("tau", "lam", "solver"),
    [(0.5, 0, "primal"), (2, 0, "dual"), (2, 0, "cholesky"), (2, 1e-15, "dual")],
)
def test_what_is_hopeless_is_refused_before_the_first_iteration(tau, lam, solver, monkeypatch):
    monkeypatch.setitem(solvers.SOLVERS, solver, lambda *_: pytest.fail("it was tried"))
    with pytest.raises(ValueError, match=f'got "{solver}"$'):
        simulate(10, tau, 5, 2, 0.1, lam, runs=1, solver=solver)
