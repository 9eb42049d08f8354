"""Spectra as values: equality, JSON, constructors and what they refuse."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icl_theory.evaluate.spectrum import Spectrum

positive = st.fractions(min_value=Fraction(1, 1000), max_value=1000)
atoms = st.lists(st.tuples(positive, positive, positive), min_size=1, max_size=6)


@given(atoms)
def test_json_and_repr_give_the_spectrum_back(triples):
    spectrum = Spectrum.atoms(*zip(*triples, strict=True))
    again = Spectrum.from_json(spectrum.to_json())
    assert again == spectrum
    assert hash(again) == hash(spectrum)
    assert eval(repr(spectrum), {"Spectrum": Spectrum}) == spectrum


@given(atoms, st.randoms())
def test_order_scale_of_weights_and_splitting_do_not_matter(triples, rng):
    c, w, s = zip(*triples, strict=True)
    spectrum = Spectrum.atoms(c, w, s)
    split = [(c, w / 3, s) for c, w, s in triples] + [(c, 2 * w / 3, s) for c, w, s in triples]
    rng.shuffle(split)
    assert Spectrum.atoms(*zip(*split, strict=True)) == spectrum
    assert Spectrum.atoms(c, [7 * x for x in w], s) == spectrum


def test_matrices_need_not_commute_and_rotations_do_not_matter():
    rng = np.random.default_rng(0)
    root, other = rng.standard_normal((2, 5, 5))
    C, T = root @ root.T, other @ other.T
    turn = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    one, two = Spectrum.of(C, T), Spectrum.of(turn @ C @ turn.T, turn @ T @ turn.T)
    # Small eigenvalues are rounded as the largest are.
    rounding = 10 * np.finfo(float).eps * max(np.linalg.cond(C), np.linalg.cond(T))
    np.testing.assert_allclose(one.nodes(), two.nodes(), rtol=rounding)
    assert float(one.theta) == pytest.approx(np.trace(C) / 5)
    assert float(one.theta_test) == pytest.approx(np.trace(T) / 5)
    assert Spectrum.of(np.eye(4)) == Spectrum.isotropic()


def test_rank_counts_directions_with_tasks():
    rng = np.random.default_rng(1)
    root = rng.standard_normal((6, 2))
    assert Spectrum.of(root @ root.T).rank == Fraction(1, 3)


def test_a_continuous_power_law_is_the_limit_of_many_directions():
    exact = Spectrum.power_law("1/2")
    c, w, _ = exact.nodes()
    assert w.sum() == pytest.approx(1, abs=1e-14)
    # The largest eigenvalue alone is d^-1/2 of the whole: deviations fall like that.
    deviations = []
    for d in (1000, 4000, 16000):
        values = np.arange(1, d + 1) ** -0.5
        values /= values.mean()
        deviations.append((values / (values + 0.7)).mean() - w @ (c / (c + 0.7)))
    assert deviations[0] / deviations[1] == pytest.approx(2, rel=0.05)
    assert deviations[1] / deviations[2] == pytest.approx(2, rel=0.03)


def test_tests_are_read():
    three = Spectrum.atoms([3, 2, 1])
    assert three.tested_on("matched") == three
    assert three.tested_on("reversed").test == (1, 2, 3)
    assert three.tested_on("isotropic").test == (1, 1, 1)
    assert three.tested_on(Spectrum.atoms([6, 5, 4])).test == (6, 5, 4)
    assert three.tested_on(Spectrum.isotropic()) == three.tested_on("isotropic")
    smooth = Spectrum.power_law("1/2")
    assert smooth.tested_on(Spectrum.isotropic()).test == "isotropic"
    assert Spectrum.spike(5, "1/10").theta == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Spectrum.atoms([1, -1]), r"values must be finite and >= 0, got -1 at index 1"),
        (lambda: Spectrum.atoms([float("nan")]), r"values must be finite and >= 0, got nan"),
        (lambda: Spectrum.atoms([0, 0]), "values must not all be zero"),
        (lambda: Spectrum.atoms([]), "values must hold at least one number"),
        (lambda: Spectrum.atoms([1, 2], [1, 0]), r"weights must be finite and > 0, got 0"),
        (lambda: Spectrum.atoms([1, 2], [1]), "weights must have one entry for each of the 2"),
        (lambda: Spectrum.power_law(1), "p must be less than 1"),
        (lambda: Spectrum.power_law(1, d=0), "d must be an integer from 1 to 100000, got 0"),
        (lambda: Spectrum.of([[1, 2], [0, 1]]), "covariance must be symmetric, got 2.0 and 0.0"),
        (lambda: Spectrum.of([[1, 2], [2, 1]]), "positive semidefinite, got the eigenvalue -1.0"),
        (lambda: Spectrum.of([[np.inf, 0], [0, 1]]), "covariance must be finite, got inf"),
        (lambda: Spectrum.of([1, 2]), "must be a square matrix"),
        (lambda: Spectrum.of(np.eye(2), np.eye(3)), "test must have the shape of covariance"),
        (lambda: Spectrum.atoms([1, 2], [1, 2]).tested_on("reversed"), "all weights are equal"),
        (lambda: Spectrum.isotropic().tested_on("other"), "test must be 'matched'"),
        (lambda: Spectrum.from_json("{}"), "text must be a spectrum in JSON"),
    ],
)
def test_bad_input_gets_one_sentence(make, message):
    with pytest.raises(ValueError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_a_spectrum_does_not_change():
    with pytest.raises(AttributeError, match="cannot be changed"):
        Spectrum.isotropic().values = ()


class Breaking:
    """Something that breaks when it is looked at."""

    def __getattr__(self, name):
        raise RuntimeError(name)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Spectrum.atoms([Breaking(), 1]), "values"),
        (lambda: Spectrum.atoms([1, 2], [1, Breaking()]), "weights"),
        (lambda: Spectrum.spike(Breaking(), "1/4"), "height"),
        (lambda: Spectrum.isotropic().scaled(Breaking()), "factor"),
        (lambda: Spectrum.of(Breaking()), "covariance"),
        # Keys would be taken for eigenvalues; fractions are exact, a matrix is in float64.
        (lambda: Spectrum.atoms({1: 2}), "values"),
        (lambda: Spectrum.of([[Fraction(1)]]), "covariance"),
    ],
)
def test_what_breaks_when_it_is_looked_at_is_no_number(make, name):
    with pytest.raises(TypeError, match=f"^{name} must be .{{1,200}}$"):
        make()


class Incomparable(int):
    """A number that breaks when it is compared."""

    def __le__(self, other):
        raise RuntimeError

    __ge__ = __lt__ = __gt__ = __eq__ = __le__
    __hash__ = int.__hash__


def test_whole_numbers_of_any_kind_are_read():
    assert Spectrum.power_law(1, d=np.int64(2)) == Spectrum.power_law(1, d=Incomparable(2))
    with pytest.raises(TypeError, match=r"d must be an integer from 1 to 100000, got 2\.0"):
        Spectrum.power_law(1, d=2.0)
