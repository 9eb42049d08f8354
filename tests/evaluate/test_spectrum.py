"""Spectra as values: equality, JSON, constructors and what they refuse."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icl_theory import errors, errors_certified, errors_mp
from icl_theory.evaluate.result import FIELDS
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


@pytest.mark.parametrize("p", ["1/1000000", "1/100", "99/1000"])
def test_averages_over_a_small_power_are_exact_to_rounding(p):
    c, w, s = Spectrum.power_law(p).nodes()
    number = float(Fraction(p))
    assert (np.diff(c) < 0).all() and s is c
    assert w.sum() == pytest.approx(1, rel=2e-15)
    for k in (-2, -1, 1, 2, 3):
        expected = (1 - number) ** -k / (1 + k * number)
        assert w @ c**-k == pytest.approx(expected, rel=4e-15)
    assert (Spectrum.power_law(p).tested_on("isotropic").nodes()[2] == 1).all()


@pytest.mark.parametrize("p", ["1/10", "2/5", "9/10", "99/100"])
def test_averages_over_a_power_law_are_exact_to_rounding(p):
    c, w, s = Spectrum.power_law(p).nodes()
    number = float(Fraction(p))
    assert (np.diff(c) < 0).all() and s is c
    assert w.sum() == pytest.approx(1, rel=4e-15)
    for k in (1, 2, 3):
        expected = (1 - number) ** -k / (1 + k * number)
        assert w @ c**-k == pytest.approx(expected, rel=1e-14)
    # The mean of c is one, but for what lies beyond the last octave of z^p.
    octaves = len(c) // 14
    assert w @ c == pytest.approx(1 - 2 ** (-octaves * (1 / number - 1)), rel=1e-13)
    assert (Spectrum.power_law(p).tested_on("isotropic").nodes()[2] == 1).all()


def test_nodes_of_a_power_law_reach_beyond_every_average():
    for p, octaves in (("1/2", 80 + 32), ("1/10", 80 + 7), ("9/10", 80 + 57)):
        c, _, _ = Spectrum.power_law(p).nodes()
        assert len(c) == 14 * octaves
        # c = (1 - p)/v with v down to 2^-octaves.
        largest = (1 - float(Fraction(p))) * 2.0**octaves
        assert largest / 2 < c[0] < largest


def test_means_and_ranks_are_exact():
    three = Spectrum.atoms([0, "3/2", 4], [1, 2, 3], [5, 0, "1/3"])
    assert three.values == (4, Fraction(3, 2), 0)
    assert three.weights == (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
    assert three.test == (Fraction(1, 3), 0, 5)
    assert (three.theta, three.theta_test) == (Fraction(5, 2), 1)
    assert three.rank == Fraction(5, 6) and not three.matched and len(three) == 3
    assert three.tested_on("matched").matched
    half = three.scaled("1/2")
    assert half.values == (2, Fraction(3, 4), 0) and half.test == (
        Fraction(1, 6),
        0,
        Fraction(5, 2),
    )
    assert half.weights == three.weights
    smooth = Spectrum.power_law("1/2")
    assert (smooth.theta, smooth.theta_test, smooth.rank, len(smooth)) == (1, 1, 1, 0)
    assert smooth.matched and not smooth.tested_on("isotropic").matched
    assert smooth.scaled(1) is smooth
    # Atoms of one eigenvalue are one, tested on the mean.
    joined = Spectrum.atoms([1, 2, 1], [1, 2, 3], [8, 1, 4])
    assert (joined.values, joined.weights, joined.test) == (
        (2, 1),
        (Fraction(1, 3), Fraction(2, 3)),
        (1, 5),
    )
    spike = Spectrum.spike(4, "1/4")
    assert spike.values == (Fraction(16, 7), Fraction(4, 7)) and spike.weights[0] == Fraction(1, 4)
    assert Spectrum.power_law(0) == Spectrum.isotropic() == Spectrum.spike(1, "1/2")
    (mean,) = {float(Spectrum.power_law("1/2", d=d).theta) for d in (1, 2, 1000)}
    assert mean == pytest.approx(1)
    assert list(map(float, Spectrum.power_law(2, d=2).values)) == [1.6, 0.4]


def test_tests_on_continuous_and_on_single_values():
    smooth, three = Spectrum.power_law("1/2"), Spectrum.atoms([3, 2, 1], [1, 1, 2])
    assert smooth.tested_on(smooth) == smooth == smooth.tested_on("matched")
    assert three.tested_on(Spectrum.atoms([7])).test == (7, 7, 7)
    assert three.tested_on([1, 0, "1/2"]).test == (1, 0, Fraction(1, 2))
    for spectrum, test in (
        (smooth, Spectrum.power_law("1/3")),
        (smooth, Spectrum.atoms([1, 2])),
        (smooth, [1]),
        (smooth, "reversed"),
        (three, smooth),
    ):
        with pytest.raises(ValueError, match="test must be 'matched' or 'isotropic' for a contin"):
            spectrum.tested_on(test)
    with pytest.raises(ValueError, match="with the weights of tasks"):
        three.tested_on(Spectrum.atoms([3, 2, 1]))


@pytest.mark.parametrize(
    ("text", "spectrum"),
    [
        ("isotropic", Spectrum.isotropic()),
        ("power_law:9/10", Spectrum.power_law("9/10")),
        ("power_law:2, 3", Spectrum.power_law(2, d=3)),
        ("spike:4,1/2", Spectrum.spike(4, "1/2")),
        ("atoms:2,1", Spectrum.atoms([2, 1])),
        ("atoms:2,1;1,3", Spectrum.atoms([2, 1], [1, 3])),
        ("atoms:2,1;1,3;0,5", Spectrum.atoms([2, 1], [1, 3], [0, 5])),
        (" " + Spectrum.atoms([2, 1]).to_json(), Spectrum.atoms([2, 1])),
        (Spectrum.power_law("1/2").to_json(), Spectrum.power_law("1/2")),
    ],
)
def test_a_spectrum_is_read_as_it_is_typed(text, spectrum):
    assert Spectrum.parse(text) == spectrum


@pytest.mark.parametrize(
    "text",
    [
        "isotropic:1",
        "power_law",
        "power_law:1,2,3",
        "power_law:1,x",
        "power_law:1/2;1",
        "spike:1",
        "spike:1,2,3",
        "spike:4;1/2",
        "atoms:1;2;3;4",
        "1,2",
        "",
    ],
)
def test_what_is_no_spectrum_is_refused(text):
    with pytest.raises(ValueError, match=r"(a spectrum|\w+) must (be|hold)"):
        Spectrum.parse(text)


def test_a_long_spectrum_is_shown_by_its_ends():
    eight, nine = Spectrum.atoms(range(1, 9)), Spectrum.atoms(range(1, 10))
    assert repr(eight).startswith("Spectrum.atoms(['8', '7'")
    assert repr(nine) == "<Spectrum of 9 eigenvalues from 9 to 1, mean 5>"
    tested = Spectrum.power_law("1/2").tested_on("isotropic")
    assert repr(tested) == "Spectrum.power_law('1/2').tested_on('isotropic')"
    assert repr(Spectrum.atoms([2], test=[1])) == "Spectrum.atoms(['2'], ['1'], ['1'])"


def test_matrices_are_read_up_to_their_rounding():
    near, off = np.eye(2), np.eye(2)
    near[0, 1], off[0, 1] = 0.9e-10, 1.1e-10
    assert len(Spectrum.of(near)) <= 2
    with pytest.raises(
        ValueError, match=r"must be symmetric, got 1\.1e-10 and 0\.0 at index \(0, 1\)"
    ):
        Spectrum.of(off)
    assert Spectrum.of(np.diag([1.0, -0.9e-10])).values == (1, 0)
    with pytest.raises(ValueError, match="positive semidefinite, got the eigenvalue -1"):
        Spectrum.of(np.diag([1.0, -1.1e-10]))
    # Below two units in the last place of the largest a value is zero.
    tiny = np.finfo(float).eps
    assert Spectrum.of(np.diag([1.0, 1.9 * tiny])).rank == Fraction(1, 2)
    assert Spectrum.of(np.diag([1.0, 2.1 * tiny])).rank == 1
    with pytest.raises(ValueError, match="test must be positive semidefinite"):
        Spectrum.of(np.eye(2), np.diag([1.0, -1.0]))
    for matrix in (np.ones((2, 2), bool), [["a"]], np.ma.masked_equal(np.eye(2), 0)):
        with pytest.raises(TypeError, match="covariance must be a matrix of floats or integers"):
            Spectrum.of(matrix)
    for matrix in (np.ones((2, 3)), np.ones(4), np.ones((0, 0)), np.ones((1, 1, 1))):
        with pytest.raises(ValueError, match="covariance must be a square matrix, got an array of"):
            Spectrum.of(matrix)
    with pytest.raises(ValueError, match=r"must be finite, got nan at index \(1, 0\)"):
        Spectrum.of([[1, 0], [np.nan, 1]])
    tested = Spectrum.of(np.diag([3.0, 1.0]), np.diag([5.0, 7.0]))
    assert (tested.values, tested.test) == ((3, 1), (5, 7))


def test_as_many_eigenvalues_are_taken_as_are_promised(monkeypatch):
    monkeypatch.setattr("icl_theory.evaluate.spectrum.MOST", 3)
    assert len(Spectrum.atoms(iter([1, 2, 3]))) == 3
    with pytest.raises(ValueError, match=r"values must hold .* at most 3, got more than 3"):
        Spectrum.atoms(iter([1, 2, 3, 4]))
    assert len(Spectrum.power_law(1, d=3)) == 3
    with pytest.raises(ValueError, match="d must be an integer from 1 to 3, got 4"):
        Spectrum.power_law(1, d=4)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "1",
        "x",
        '{"values": 1}',
        '{"values": ["1"], "weights": ["1"]}',
        '{"exponent": "1/2"}',
        '{"exponent": "2", "test": "matched"}',
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_json_of_something_else_is_refused(text):
    with pytest.raises(ValueError, match="text must be a spectrum in JSON, got "):
        Spectrum.from_json(text)
    with pytest.raises(TypeError, match="text must be a spectrum in JSON, got "):
        Spectrum.from_json([text])


def test_eigenvalues_that_are_one_in_float64_keep_their_order():
    given = ["1", "1.00000000000000000000001", "1e400", "1e401", "0.99999999999999999999999"]
    expected = sorted(map(Fraction, given), reverse=True)
    assert list(Spectrum.atoms(given).values) == expected


@pytest.mark.parametrize("p", ["1/1000000", "1/1000", "1/100", "1/50", "1/20", "99/1000", "1/10"])
def test_errors_of_small_powers_are_those_of_balls(p):
    tasks = Spectrum.power_law(p)
    found = errors(2, 3, 0.75, 0.2, 0.01, tasks=tasks)
    expected = errors_certified(2, 3, 0.75, 0.2, 0.01, tasks=tasks, digits=20)
    for name in FIELDS:
        assert getattr(found, name) == pytest.approx(float(getattr(expected, name)), rel=4e-15)


@pytest.mark.parametrize("lam", [0, "1/100"])
def test_states_of_small_powers_are_found_from_float64(lam):
    given = ("1/5", "1/3", "1/7", "1/10", lam)
    tasks = Spectrum.power_law("1/1000")
    exact = errors_certified(*given, tasks=tasks, digits=30).icl
    found = errors_mp(*given, tasks=tasks, digits=25).icl
    assert abs(found - found.context.mpf(exact.str(30, radius=False))) < 1e-24
    assert errors(*given, tasks=tasks).icl == pytest.approx(float(exact), rel=1e-14)
