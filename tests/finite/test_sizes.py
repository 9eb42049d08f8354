import math
import re

import pytest

from icl_theory.finite.sizes import Sizes


def test_sizes_are_the_nearest_integers_with_halves_up():
    assert Sizes.rounded(10, 0.5, "0.35", 0.25) == Sizes(d=10, ell=4, k=3, n=50)
    assert Sizes.rounded(7, "1/3", "10", "0.2") == Sizes(d=7, ell=70, k=1, n=16)


def test_effective_parameters_are_those_of_the_integers():
    sizes = Sizes.rounded(7, 0.9, 1.5, 0.2)
    assert (sizes.tau, sizes.alpha, sizes.kappa) == (44 / 49, 11 / 7, 1 / 7)
    assert sizes.p == 56


def test_infinitely_many_tasks_stay_infinite():
    sizes = Sizes.rounded(8, 1, 1, "inf")
    assert sizes.k == math.inf and sizes.kappa == math.inf


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((8, 1, math.inf, 1), "alpha must be finite at finite d, got inf"),
        ((8, 0, 1, 1), "tau must be a finite number > 0, got 0"),
        ((8, 1, 1, -1), "kappa must be a number > 0, or inf, got -1"),
        ((8, math.nan, 1, 1), "tau must be a finite number > 0, got nan"),
        ((0, 1, 1, 1), "d must be an integer >= 1, got 0"),
        ((2.5, 1, 1, 1), "d must be an integer >= 1, got 2.5"),
        ((True, 1, 1, 1), "d must be an integer >= 1, got True"),
        (
            (8, 1, 0.01, 1),
            "alpha is too small at this d: ell = alpha d must round to >= 1, got 0.01",
        ),
        ((8, 1, 1, 0.05), "kappa is too small at this d: k = kappa d must round to >= 1, got 0.05"),
        ((2, 0.1, 1, 1), "tau is too small at this d: n = tau d^2 must round to >= 1, got 0.1"),
    ],
)
def test_what_is_outside_of_the_domain_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Sizes.rounded(*arguments)


def test_the_largest_size_is_the_last_that_float64_counts_to():
    assert Sizes.rounded(1, 2**53, 2**53, 2**53) == Sizes(1, 2**53, 2**53, 2**53)
    for name in ("tau", "alpha", "kappa"):
        with pytest.raises(
            ValueError, match=f"^{name} is too large at this d: .* must be at most 2.53, got 9"
        ):
            Sizes.rounded(1, **{"tau": 1, "alpha": 1, "kappa": 1, name: 2**53 + 1})
