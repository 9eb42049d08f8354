"""Pairs of longer floats against rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icl_theory.evaluate.pairs import Pair

pytestmark = pytest.mark.skipif(
    np.finfo(np.longdouble).nmant != 63, reason="no longer floats on this machine"
)
numbers = st.tuples(
    st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3), st.floats(-1e-20, 1e-20, allow_subnormal=False)
)


def exact(pair: Pair) -> Fraction:
    return sum(
        Fraction(*map(int, part.item().as_integer_ratio())) for part in (pair.high, pair.low)
    )


@given(numbers, numbers)
def test_operations_are_right_to_35_digits(first, second):
    a, b = (Pair(np.longdouble(high)) + Pair(np.longdouble(low)) for high, low in (first, second))
    x, y = exact(a), exact(b)
    for found, wanted in ((a + b, x + y), (a - b, x - y), (a * b, x * y), (a / b, x / y)):
        assert abs(exact(found) - wanted) <= abs(wanted) * Fraction(1, 10**35)
    assert exact(-a) == -x
    for found, wanted in ((3 + a, 3 + x), (3 - a, 3 - x), (3 * a, 3 * x), (3 / a, 3 / x)):
        assert abs(exact(found) - wanted) <= abs(wanted) * Fraction(1, 10**35)


def test_digits_survive_a_cancellation():
    one = Pair(1.0)
    third = one / 3
    assert abs(exact(third * 3 - one)) < Fraction(1, 10**37)
    assert abs(exact((third - Pair(np.longdouble(1) / 3)) + Pair(np.longdouble(1) / 3)) * 3 - 1) < (
        Fraction(1, 10**36)
    )
