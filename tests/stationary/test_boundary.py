"""The boundary of the non-monotone region as algebraic curves."""

import random

import flint
import numpy as np
import pytest
import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.stationary import boundary, noise_edge, optimal_context_certified
from icl_theory.theory import stationary as s
from icl_theory.theory.boundary import fold_polynomial
from icl_theory.theory.symbols import kappa, rho, tau


def test_the_fold_polynomial_vanishes_exactly_on_the_fold():
    rng = random.Random(0)
    polynomial = fold_polynomial()
    for _ in range(20):
        place = {
            s.u: sp.Rational(rng.randint(1, 99), 100),
            kappa: sp.Rational(rng.randint(1, 99), 100),
        }
        # The fold polynomial is linear in tau.
        place[tau] = 1 - unfold(s.fold_base).subs(place) / unfold(s.fold_slope).subs(place)
        noise = unfold(s.rho_star_icl_over).subs(place)
        assert polynomial.eval((place[tau], place[kappa], noise)) == 0
        assert polynomial.eval((place[tau], place[kappa], noise + 1)) != 0


@pytest.mark.parametrize(
    ("error", "value", "kinds"),
    [
        ("icl", "1/2", ["edge"]),
        ("idg", "1/2", ["edge", "edge"]),
        ("icl", "3/2", ["edge"]),
        ("icl", "20", ["fold", "line", "edge"]),
        ("icl", "5/2", ["fold", "line", "edge"]),
        ("idg", "20", []),
    ],
)
def test_pieces_agree_with_the_vectorised_edge(error, value, kinds):
    pieces = boundary(error, value)
    assert [piece.kind for piece in pieces] == kinds
    for piece in pieces:
        if piece.kind == "line":
            continue
        high = piece.low + 3 if piece.high is sp.oo else piece.high
        for share in ("1/100", "1/3", "9/10", "99/100"):
            diversity = piece.low + (high - piece.low) * sp.Rational(share)
            ball = piece.rho(str(diversity), digits=25)
            assert ball.rel_accuracy_bits() >= 83
            lower, upper = noise_edge(error, float(sp.Rational(value)), float(diversity))
            found = upper if piece.kind == "fold" else lower
            # kappa and tau are rounded, and the edge is steep next to its ends.
            assert float(ball) == pytest.approx(float(found), rel=1e-12)
            line = sp.Poly(piece.polynomial.as_expr().subs(kappa, diversity), rho)
            coefficients = [flint.fmpq(int(c.p), int(c.q)) for c in reversed(line.all_coeffs())]
            with flint.ctx.workprec(300):
                off = ball * (1 + flint.arb(10) ** -20)
                values = [flint.arb_poly(coefficients)(point) for point in (ball, off)]
            assert [value.contains(0) for value in values] == [True, False]


def test_the_verdict_changes_across_every_piece():
    for error, value, diversity in (
        ("icl", "1/2", "1"),
        ("idg", "1/2", "1/4"),
        ("idg", "1/2", 1),
        ("icl", 20, "1/2"),
        ("icl", 20, 2),
    ):
        pieces = [p for p in boundary(error, value) if p.low < sp.Rational(diversity) < p.high]
        (piece,) = pieces
        noise = sp.Rational(piece.rho(diversity, digits=20).mid().str(20, radius=False))
        below, above = (
            optimal_context_certified(error, value, diversity, str(noise * factor)).monotone
            for factor in (1 - sp.Rational(1, 10**9), 1 + sp.Rational(1, 10**9))
        )
        assert (below, above) == ((False, True) if piece.kind == "fold" else (True, False))


@pytest.mark.parametrize("value", ["5/2", "4", "20", "1000"])
def test_the_fold_approaches_its_ends(value):
    fold, line, _ = boundary("icl", value)
    assert fold.high == line.low and fold.end == line.start
    gaps = [
        float(fold.end) - float(fold.rho(str(fold.high * (1 - step))))
        for step in (sp.Rational(1, 10**8), sp.Rational(1, 10**10))
    ]
    # Like a square root: a hundredth of the distance in kappa is a tenth in rho.
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=1e-2)
    few = sp.Rational(1, 10**9)
    assert float(fold.rho(str(few))) / float(fold.start.subs(kappa, few)) == pytest.approx(
        1, rel=1e-6
    )


def test_asymptotes_are_reached():
    for error, value in (("icl", "1/2"), ("icl", 20)):
        edge = boundary(error, value)[-1]
        far = 10**9
        assert float(edge.rho(far)) - float(edge.end.subs(kappa, far)) == pytest.approx(0, abs=1e-6)
    few, _ = boundary("idg", "1/2")
    small = sp.Rational(1, 10**9)
    assert float(few.rho(str(small))) == pytest.approx(
        float(few.start.subs(kappa, small)), rel=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gap", 2), "error must be one of icl, idg"),
        (("icl", 1), "tau_value must not be 1"),
        (("icl", 0), "tau_value must be a finite number > 0"),
        (("icl", "inf"), "tau_value must be a finite number > 0"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        boundary(*arguments)
    with pytest.raises(ValueError, match="kappa must be between 0 and 9/10"):
        boundary("icl", 20)[0].rho(1)


def test_boundary_of_the_paper_panels_has_the_points_it_names():
    assert boundary("icl", 20)[0].end == sp.Rational(685, 9)
    assert np.isinf(float(boundary("icl", 20)[1].end))


def test_folds_of_large_numbers_are_derived_and_of_larger_ones_refused():
    # The fold ends at kappa = (tau - 2)/tau (as of 9/10 at tau = 20).
    fold, line, _ = boundary("icl", "1e40")
    assert fold.end > 0 and line.low == fold.high == 1 - sp.Rational(2, 10**40)
    for large in ("1e41", "3." + "7" * 41):
        with pytest.raises(ValueError, match="tau_value must be between 1e-40 and 1e40"):
            boundary("icl", large)
    assert boundary("idg", "1e1000") == ()
    assert len(boundary("icl", "1e-1000")) == 1
