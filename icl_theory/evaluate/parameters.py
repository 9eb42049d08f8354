"""Domains of the parameters and how their values are read, the same for every evaluator."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Rational, Real
from typing import TYPE_CHECKING, Any, TypeVar

from icl_theory.algebra.exchange import mp_context
from icl_theory.algebra.shown import shown

if TYPE_CHECKING:
    # Help of the command line reads the domains, and waits for nothing else.
    import numpy as np

Read = TypeVar("Read")


@dataclass(frozen=True)
class ParameterRange:
    """Values that a parameter may take, and the sentence that says so."""

    text: str
    zero: bool
    infinity: bool

    def admits(self, value: Any) -> bool | np.ndarray:
        """Whether a number, or each entry of an array, lies in the domain (NaN never does)."""
        positive = (value >= 0) if self.zero else (value > 0)
        return positive if self.infinity else positive & (value < math.inf)


POSITIVE = ParameterRange("a finite number > 0", zero=False, infinity=False)
POSITIVE_OR_INFINITE = ParameterRange("a number > 0, or inf", zero=False, infinity=True)
NONNEGATIVE = ParameterRange("a finite number >= 0", zero=True, infinity=False)

#: Parameters in the order used everywhere.
RANGES: dict[str, ParameterRange] = {
    "tau": POSITIVE,
    "alpha": POSITIVE_OR_INFINITE,
    "kappa": POSITIVE_OR_INFINITE,
    "rho": NONNEGATIVE,
    "lam": NONNEGATIVE,
}


#: Exact numbers lie between 10**-MAGNITUDE and 10**MAGNITUDE, and numerator and denominator have so
#: many digits at most: what is far beyond any use would keep the arithmetic busy for hours.
MAGNITUDE = 1_000
LENGTH = 10_000
#: Digits of a constant beyond those asked for.
CONSTANT_GUARD = 30
_BITS = math.ceil((MAGNITUDE + 1) * math.log2(10))
_LENGTH_BITS = math.ceil(LENGTH * math.log2(10))


def out_of_domain(name: str, value: object, index: tuple[int, ...] | None = None) -> ValueError:
    """The error for a value outside of its parameter's domain."""
    return ValueError(_refusal(name, value, index))


def _refusal(name: str, value: object, index: tuple[int, ...] | None = None) -> str:
    where = f" {at_index(index)}" if index else ""
    return f"{name} must be {RANGES[name].text}, got {shown(value)}{where}"


def at_index(index: tuple[int, ...]) -> str:
    """How an error names the place in an array."""
    return f"at index {index if len(index) > 1 else index[0]}"


def exact(name: str, value: object) -> Fraction | float:
    """Read one parameter as the exact number that it is.

    Parameters
    ----------
    name
        One of `RANGES`.
    value
        A string is an exact decimal or fraction (``"0.1"``, ``"1/3"``, ``"1e-8"``, ``"inf"``); a
        float is the binary number that it is; integers and rational numbers are themselves, those
        of SymPy, mpmath and FLINT among them, and so is an array with a single number and no
        dimension. A ball is read if it is exact; one with a radius is no number, nor is a constant
        like ``mpmath.pi``, which has to be `settled` before.

    Returns
    -------
    Fraction or float
        The exact value, or ``math.inf``.

    Raises
    ------
    ValueError
        If the value is not a number of the parameter's domain, or is not between 10**-1000 and
        10**1000 in size.
    TypeError
        If its type is not one of the above.
    """
    pair = exact_ratio(name, value)
    return math.inf if pair is None else Fraction(*pair)


def settled(value: object, digits: int) -> object:
    """A constant like ``mpmath.pi``, to more digits than are asked for; anything else as it is."""
    if not _is_constant(value):
        return value
    context = mp_context(digits + CONSTANT_GUARD)
    return context.make_mpf(value.func(context.prec, "n"))  # type: ignore[attr-defined]


def _is_constant(value: object) -> bool:
    kind = type(value)
    return kind.__name__ == "constant" and kind.__module__.startswith("mpmath.")


def exact_ratio(name: str, value: object) -> tuple[int, int] | None:
    """Read one parameter, as `exact` does, as a numerator and a positive denominator.

    The pair need not be in lowest terms; None stands for ``inf``.
    """
    try:
        pair = _read(value)
        if pair is not None and pair[0]:
            lengths = abs(pair[0]).bit_length(), pair[1].bit_length()
            if max(lengths) > _LENGTH_BITS or abs(lengths[0] - lengths[1]) > _BITS:
                raise _TooLarge
        domain = RANGES[name]
        smallest = 0 if domain.zero else 1
        if domain.infinity if pair is None else pair[0] >= smallest:
            return pair
    except _TooLarge:
        text = RANGES[name].text
        raise ValueError(
            f"{name} must be {text}, of size between 1e-{MAGNITUDE} and 1e{MAGNITUDE} and with "
            f"no more than {LENGTH} digits, got {shown(value)}"
        ) from None
    except _Inexact as error:
        raise ValueError(
            f"{name} must be {RANGES[name].text}, known exactly, got {error} {shown(value)}"
        ) from None
    except _NoNumber:
        raise TypeError(_refusal(name, value)) from None
    except _NotInDomain:
        pass
    except Exception:
        # Whatever an object of a foreign type does when it is looked at.
        raise TypeError(_refusal(name, value)) from None
    raise out_of_domain(name, value)


def check_length(name: str, value: object, size: int, length: int, purpose: str) -> None:
    """Refuse a number that can be read, and is too long for what has to be done with it.

    Parameters
    ----------
    name, value
        As for `exact`; 0 and ``inf`` are short.
    size
        It has to lie between 10**-size and 10**size.
    length
        Its numerator and denominator have so many digits at most.
    purpose
        What it is too long for.

    Raises
    ------
    ValueError
        If it is too long.
    """
    over, under = exact_ratio(name, value) or (0, 1)
    if not over:
        return
    fits = under <= over * 10**size and over <= under * 10**size
    if not fits or max(over, under) >= 10**length:
        raise ValueError(
            f"{name} must be between 1e-{size} and 1e{size}, with at most {length} digits in "
            f"numerator and denominator, for {purpose}, got {shown(value)}"
        )


def read_as(read: Callable[[str, Any], Read], name: str, like: str, value: object) -> Read:
    """Read a parameter that has the domain of another one.

    Raises
    ------
    ValueError, TypeError
        As for the other, with the name of this one.
    """
    try:
        return read(like, value)
    except (ValueError, TypeError) as error:
        raise type(error)(str(error).replace(like, name, 1)) from None


class _TooLarge(Exception):
    pass


class _Inexact(Exception):
    pass


class _NoNumber(Exception):
    pass


class _NotInDomain(Exception):
    pass


def _read(value: Any) -> tuple[int, int] | None:
    """Numerator and denominator of any number, None for positive infinity."""
    if isinstance(value, str):
        return _from_string(value)
    if type(value) is int:
        return value, 1
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        raise _NoNumber
    if type(value).__module__.partition(".")[0] == "flint":
        return _from_flint(value)
    # mpmath and SymPy floats have more digits than a float64, so they come before real numbers.
    if hasattr(value, "_mpf_"):
        return _from_mpf(value)
    if isinstance(value, Rational):
        return int(value.numerator), int(value.denominator)
    if isinstance(value, Decimal):
        return _from_decimal(value)
    if isinstance(value, Real) and hasattr(value, "as_integer_ratio"):
        try:
            numerator, denominator = value.as_integer_ratio()
        except OverflowError:
            if float(value) > 0:
                return None
            raise _NotInDomain from None
        except ValueError:
            raise _NotInDomain from None
        return int(numerator), int(denominator)
    if getattr(value, "is_extended_real", None) and getattr(value, "is_infinite", None):
        if value.is_extended_positive:
            return None
        raise _NotInDomain
    if getattr(value, "is_real", None) and getattr(value, "is_number", None):
        # A number of SymPy with no end of digits, such as sqrt(2).
        raise _Inexact("the irrational number")
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        inner = value.item()
        if getattr(inner, "ndim", None) == 0 and type(inner) is type(value):
            raise _NoNumber
        return _read(inner)
    try:
        return operator.index(value), 1
    except TypeError:
        raise _NoNumber from None


def _from_string(value: str) -> tuple[int, int] | None:
    if len(value) > LENGTH:
        raise _TooLarge
    if value.strip().lower() in {"inf", "+inf", "infinity", "+infinity", "oo"}:
        return None
    try:
        if "/" in value:
            return Fraction(value).as_integer_ratio()
        number = Decimal(value)
    except (ValueError, ZeroDivisionError):
        raise _NotInDomain from None
    except (InvalidOperation, OverflowError):
        # Not a number, or an exponent that does not fit into a machine word.
        mantissa, letter, exponent = value.strip().lower().partition("e")
        if letter and exponent.lstrip("+-").isdigit() and _is_decimal(mantissa):
            raise _TooLarge from None
        raise _NotInDomain from None
    return _from_decimal(number)


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _from_decimal(value: Decimal) -> tuple[int, int] | None:
    if not value.is_finite():
        if value.is_nan() or value < 0:
            raise _NotInDomain
        return None
    if value and abs(value.adjusted()) > MAGNITUDE:
        raise _TooLarge
    # Zero has an exponent too, which stands for nothing.
    return value.as_integer_ratio() if value else (0, 1)


def _from_mpf(value: Any) -> tuple[int, int] | None:
    if _is_constant(value) or not isinstance(value._mpf_, tuple):
        raise _Inexact("the constant")
    if value == math.inf:
        return None
    if value != value or value == -math.inf:
        raise _NotInDomain
    sign, mantissa, exponent, bits = value._mpf_
    if mantissa and abs(exponent + bits) > _BITS:
        raise _TooLarge
    signed = -int(mantissa) if sign else int(mantissa)
    return (signed << exponent, 1) if exponent >= 0 else (signed, 1 << -exponent)


def _from_flint(value: Any) -> tuple[int, int] | None:
    """Integers, rational numbers and exact balls of python-flint."""
    kind = type(value).__name__
    if kind == "fmpz":
        return int(value), 1
    if kind == "fmpq":
        return int(value.numerator), int(value.denominator)
    if kind not in {"arb", "arf"}:
        raise _NoNumber
    if kind == "arb" and not value.is_exact():
        raise _Inexact("the ball")
    if not value.is_finite():
        if kind == "arb" and value > 0:
            return None
        raise _NotInDomain
    mantissa, exponent = map(int, value.man_exp())
    if mantissa and abs(exponent + mantissa.bit_length()) > _BITS:
        raise _TooLarge
    return (mantissa << exponent, 1) if exponent >= 0 else (mantissa, 1 << -exponent)
