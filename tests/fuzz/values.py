"""What functions are given: numbers of many types, arrays, text, and objects that mean harm."""

import datetime
import itertools
import math
from decimal import Decimal
from fractions import Fraction

import flint
import mpmath
import numpy as np
import sympy as sp
from hypothesis import strategies as st

EXTREMES = [
    *(0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.2250738585072014e-308),
    *(1.7976931348623157e308, 1e300, 1e-300, 1e200, 1e-200, 1e31, 1e-31, 1 + 2**-52, 1 - 2**-53),
    *(0, 1, -1, 2**53 + 1, 10**30, 10**400, -(10**400), 10**5000, 1 << 100_000),
    *(Fraction(1, 3), Fraction(-1, 3), Fraction(1, 10**30), Fraction(1, 10**400)),
    *(Fraction(10**6000 + 1, 10**6000), Fraction(1, 10**20_000)),
    *(Decimal("0.1"), Decimal("-0"), Decimal("inf"), Decimal("-inf"), Decimal("nan")),
    *(Decimal("snan"), Decimal("1e999999"), Decimal("1e-999999"), Decimal("0e999999")),
    *(mpmath.mpf("0.1"), mpmath.inf, -mpmath.inf, mpmath.nan, mpmath.ldexp(1, 10**9)),
    *(mpmath.ldexp(1, -(10**9)), mpmath.pi, mpmath.mpc(1, 2), mpmath.iv.mpf([1, 2])),
    *(flint.fmpz(3), flint.fmpq(1, 3), flint.arb(2), flint.arb("0.1"), flint.arb("inf")),
    *(flint.arb("nan"), flint.acb(1, 2), flint.acb(1), flint.arf(3), flint.fmpz_poly([1, 2])),
    *(flint.nmod(3, 7), flint.arb(1, 2), flint.fmpz_mat([[1]])),
    *(sp.oo, -sp.oo, sp.zoo, sp.nan, sp.Rational(1, 3), sp.Float("0.1", 40), sp.pi, sp.sqrt(2)),
    *(sp.Float("1e-5000"), sp.Integer(2), sp.Symbol("x"), sp.I, sp.Symbol("y", positive=True)),
    *(sp.sqrt(2) ** 2, sp.sin(1) ** 2 + sp.cos(1) ** 2, sp.true, sp.S.EmptySet),
    *(np.float64(0.5), np.float32(0.1), np.float16(0.1), np.longdouble("0.1"), np.int8(3)),
    *(np.uint64(2**64 - 1), np.float64("nan"), np.float32("inf"), np.longdouble("1e-4000")),
    *(np.longdouble("1e4000"), np.complex128(1), np.bool_(True), np.str_("0.5"), np.bytes_(b"1")),
    *(np.datetime64("2020"), np.timedelta64(3, "s"), np.void(b"12")),
    *(np.array(0.5), np.array("0.5"), np.array(None), np.array(Fraction(1, 2)), np.array(1j)),
    *(True, False, None, 1j, b"0.5", bytearray(b"1"), range(3), {}, set(), {1: 2}, {0.5}, object()),
    *(type, len, lambda: 1, Ellipsis, NotImplemented, datetime.timedelta(1), slice(1)),
    *(memoryview(b"12"), memoryview(np.array([0.5, 2.0]))),
]

TEXTS = [
    *(
        "0.1",
        "1/3",
        "1e-8",
        "inf",
        "oo",
        "nan",
        "",
        " ",
        "-0",
        "+1",
        "0x10",
        "1_000",
        "½",
        "١",
        "∞",
    ),
    *("1/0", "0/0", "1e400", "1e-400", "1e999999999", "1e-999999999", "1e99999999999999999999"),
    *("9" * 20_000, "0." + "0" * 900 + "1", "0." + "3" * 9_000, "1/3/4", "1e", "e5", "--1", "1 2"),
    *("\x00", "\x1b[31m", "\ud800", "a" * 100_000, "1e+", ".", ".5", "5.", "1j", "True", "None"),
    *("-inf", "-1/3", "1/-3", "infinity", "1e5e5", "'; DROP TABLE runs", "0.1\n", "0,5", "1e1/2"),
    *("1e3/7", "0/1", "1e-5000", "1e5000", "0e999999999999", "snan", "sNaN123", "\u2212" + "1"),
]


def _broken(*_):
    raise RuntimeError("no")


class RaisingFloat:
    __float__ = __index__ = __int__ = _broken


class RaisingRepr:
    __repr__ = __str__ = _broken


class RaisingAttributes:
    def __getattr__(self, name):
        raise RuntimeError(name)


class RaisingEverything(RaisingRepr):
    __float__ = __index__ = __int__ = __len__ = __iter__ = __eq__ = __lt__ = __gt__ = _broken
    __le__ = __ge__ = __hash__ = __bool__ = __getattr__ = __array__ = _broken


class RaisingRatio(float):
    as_integer_ratio = _broken


class LyingRatio(float):
    def as_integer_ratio(self):
        return "1", None


class LyingFloat:
    def __float__(self):
        return "0.5"


class NanFloat:
    def __float__(self):
        return math.nan


class LyingLength(list):
    def __len__(self):
        return 10**9


class LyingIndex:
    def __index__(self):
        return "1"


class Endless:
    def __iter__(self):
        return itertools.repeat(0.5)


class RaisingIteration:
    def __iter__(self):
        yield 0.5
        raise RuntimeError("no")


class LyingArray:
    def __array__(self, dtype=None, copy=None):
        return "no array"


class RaisingArray:
    __array__ = _broken


class RaisingInterface:
    @property
    def __array_interface__(self):
        raise RuntimeError("no")


class LyingDimension:
    ndim = 0

    def item(self):
        return self


class TextSubclass(str):
    def __str__(self):
        raise RuntimeError

    strip = lower = __contains__ = _broken


class WholeSubclass(int):
    __lt__ = __gt__ = __le__ = __ge__ = __eq__ = _broken
    __hash__ = int.__hash__


class FractionSubclass(Fraction):
    @property
    def numerator(self):
        return 10**100_000


class SympyLiar:
    is_real = is_number = is_extended_real = True
    is_infinite = property(_broken)


class MpmathLiar:
    _mpf_ = (0, "1", None, 3)


class MpmathHuge:
    _mpf_ = (0, 1, 10**18, 1)


class Labelled:
    dims = property(_broken)

    def __array__(self, dtype=None, copy=None):
        return np.array([0.5, 2.0])

    def __iter__(self):
        return iter([0.5, 2.0])


HOSTILE = [
    *(RaisingFloat, RaisingRepr, RaisingAttributes, RaisingEverything, LyingFloat, NanFloat),
    *(LyingIndex, RaisingIteration, LyingArray, RaisingArray, RaisingInterface, LyingDimension),
    *(SympyLiar, MpmathLiar, MpmathHuge, Labelled),
    *(lambda: RaisingRatio(0.5), lambda: LyingRatio(0.5), lambda: LyingLength([0.5])),
    *(lambda: iter([0.5]), lambda: (x for x in [0.5])),
    *(lambda: TextSubclass("0.5"), lambda: WholeSubclass(2), lambda: FractionSubclass(1, 2)),
]

#: Ways in which a number may come.
TYPES = [
    *(int, float, Fraction, str, lambda q: str(float(q)), lambda q: Decimal(float(q))),
    *(lambda q: mpmath.mpf(q.numerator) / q.denominator, lambda q: sp.Rational(str(q))),
    *(lambda q: flint.fmpq(q.numerator, q.denominator), lambda q: flint.arb(float(q))),
    *(lambda q: np.float64(float(q)), lambda q: np.float32(float(q)), lambda q: np.array(float(q))),
    *(lambda q: np.longdouble(float(q)), lambda q: sp.Float(float(q), 30), lambda q: float(q)),
]


def one_of_these(pool):
    """One of some values, none of which Hypothesis looks at: it would hash and show them."""
    return st.integers(0, len(pool) - 1).map(lambda place: pool[place])


@st.composite
def good(draw, largest=10**4):
    """A positive number of any type."""
    places = st.integers(1, 20)
    number = Fraction(draw(places), draw(places)) * Fraction(10) ** draw(st.integers(-3, 3))
    number = min(number, Fraction(largest))
    kind = draw(one_of_these(TYPES))
    return kind(number) or 1


@st.composite
def mostly(draw, usual, *others):
    """One strategy nine times of ten, the others else (`one_of` takes a repeated one once)."""
    return draw(usual if draw(st.integers(0, 9)) else st.one_of(*others))


def hostile():
    """An object that means harm, made anew."""
    return one_of_these(HOSTILE).map(lambda make: make())


def bad():
    """Anything that is not, or hardly, a number."""
    return st.one_of(
        one_of_these(EXTREMES),
        one_of_these(TEXTS),
        hostile(),
        st.floats(),
        st.floats().map(repr),
        st.text(max_size=8),
        st.integers(),
        st.decimals(),
        st.fractions(),
        st.complex_numbers(max_magnitude=10),
        st.binary(max_size=4),
    )


@st.composite
def arrays(draw, entries=None):
    """An array, or something like one, that may be of any shape and type."""
    entries = good() if entries is None else entries
    some = draw(st.lists(mostly(entries, bad()), max_size=4))
    kind = draw(st.integers(0, 11))
    if kind <= 2:
        floats = draw(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=4))
        dtype = draw(st.sampled_from(["f8", "f4", "f2", "g", "i4", "u1", "O", "U40", "c16", "?"]))
        made = np.array(floats).astype(dtype) if dtype != "c16" else np.array(floats) + 0j
        return made.reshape(draw(st.sampled_from([(-1,), (-1, 1), (1, -1), (1, 1, -1)])))
    if kind == 3:
        mask = draw(st.lists(st.booleans(), min_size=2, max_size=2))
        return np.ma.masked_array([0.5, 2.0], mask)
    if kind == 4:
        return np.array([0.5, math.nan, 2.0])[:: draw(st.sampled_from([1, -1, 2]))]
    if kind == 5:
        return np.empty(draw(st.sampled_from([0, (0, 3), (2, 0)])))
    if kind == 6:
        return np.zeros(2, dtype=[("a", "f8"), ("b", "i4")])
    if kind == 7:
        return iter(some)
    if kind == 8:
        return tuple(some)
    if kind == 9:
        return [some, some]
    return some


def numbers(largest=10**4, some=None):
    """A number for one parameter: most often a good one."""
    return mostly(good(largest), bad() if some is None else some)


def anything(largest=10**4):
    """A number or an array for one parameter."""
    return mostly(good(largest), mostly(arrays(), bad()))


def digits():
    """Numbers of digits, none that is merely a long computation."""
    other = st.sampled_from([0, -1, 100_001, 10**10, 10**400, 2.5, 15.0, "9", None, math.inf, True])
    return mostly(st.integers(1, 60), other, hostile(), st.just(np.int64(20)))


def words(*allowed):
    """A word from a list, or not."""
    return mostly(st.sampled_from(allowed), bad())
