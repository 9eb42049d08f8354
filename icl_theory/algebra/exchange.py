"""Results as plain data: for JSON, for pickle, for copies and for comparison, without loss.

A class of results derives from `Written`, or from `Portable` where its copies and its equality are
to follow from what is written. Its fields may hold whatever the package hands out: floats, arrays,
rational numbers, mpmath numbers, FLINT's balls, algebraic numbers, formulas and other results. What
is read back is the same to the last bit.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from fractions import Fraction
from functools import lru_cache
from importlib import import_module
from typing import Any, ClassVar, Self

from .shown import shown

#: Letters of the reason why a text is none of a result.
_REASON = 150

#: Classes of results by name, filled as they are defined.
_CLASSES: dict[str, type[Written]] = {}


class Written:
    """A dataclass that can be written as JSON and read back."""

    __slots__ = ()

    #: Name in JSON.
    _kind: ClassVar[str]
    #: Module that knows all that is needed to read one.
    _home: ClassVar[str]

    def __init_subclass__(cls, kind: str | None = None, **others: Any) -> None:
        super().__init_subclass__(**others)
        if kind is not None:
            cls._kind, cls._home = kind, cls.__module__
            _CLASSES[kind] = cls

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Self:
        """The result with these fields."""
        return cls(**values)

    def _written_fields(self, everything: bool = True) -> dict[str, Any]:
        """What is written, by name: the fields, or only those that count for equality."""
        kept = (f.name for f in fields(self) if everything or f.compare)  # type: ignore[arg-type]
        return {name: getattr(self, name) for name in kept}

    def to_json(self) -> str:
        """The result as JSON, without loss."""
        return json.dumps(encode(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            If the text is not that of a result of this class.
        """
        try:
            found = decode(json.loads(text))
        except (
            LookupError,
            TypeError,
            AttributeError,
            ValueError,
            ArithmeticError,
            RecursionError,
        ) as error:
            reason = " ".join(str(error).split())[:_REASON]
            raise ValueError(
                f"text must be JSON of a result, got {shown(text)}: {reason}"
            ) from None
        if not isinstance(found, cls):
            raise ValueError(f"text must be of a {cls.__name__}, got a {type(found).__name__}")
        return found


class Portable(Written):
    """A dataclass of results that can be pickled, copied, compared and written as JSON.

    Two results are equal if they are of one class and all their fields are the same numbers: balls
    with the same middle and radius, arrays with the same entries. The time that something took does
    not count.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[[Any], Any], tuple[Any]]:
        return decode, (encode(self),)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Portable) or self._kind != other._kind:
            return NotImplemented
        return bool(encode(self, everything=False) == encode(other, everything=False))

    def __hash__(self) -> int:
        return hash(json.dumps(encode(self, everything=False)))


def encode(value: Any, everything: bool = True) -> Any:
    """Plain data for a value: numbers, strings, lists and dictionaries with strings as keys.

    Parameters
    ----------
    value
        A result, or what may be a field of one.
    everything
        Whether fields that do not count for equality are written too.

    Raises
    ------
    TypeError
        If the value is of a kind that is not known here.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if type(value) is int:
        # Longer integers are no numbers in other languages, and their decimals take long.
        return value if abs(value) < 1 << 53 else {"integer": hex(value)}
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, Written):
        inside = value._written_fields(everything).items()
        written = {n: encode(v, everything) for n, v in inside}
        return {"result": value._kind, "home": type(value)._home, "fields": written}
    if isinstance(value, list):
        return [encode(entry, everything) for entry in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(entry, everything) for entry in value]}
    if isinstance(value, dict):
        return {"mapping": {name: encode(entry, everything) for name, entry in value.items()}}
    if isinstance(value, Fraction):
        return {"fraction": [encode(value.numerator), encode(value.denominator)]}
    top = type(value).__module__.partition(".")[0]
    if top == "numpy":
        return _encode_numpy(value)
    if hasattr(value, "_mpf_") and top == "mpmath":
        sign, mantissa, exponent, _ = value._mpf_
        if not mantissa:
            return {"mpf": str(float(value)), "digits": value.context.dps}
        signed = -int(mantissa) if sign else int(mantissa)
        return {"mpf": [encode(signed), int(exponent)], "digits": value.context.dps}
    if top == "sympy":
        from .formula_data import encode_formula

        return {"formula": encode_formula(value)}
    if top == "flint":
        return {"arb": _encode_ball(value)}
    raise TypeError(f"a {type(value).__name__} cannot be written as plain data")


def decode(data: Any) -> Any:
    """The value that `encode` wrote."""
    if isinstance(data, list):
        return [decode(entry) for entry in data]
    if not isinstance(data, dict):
        return data
    if "result" in data:
        values = {name: decode(entry) for name, entry in data["fields"].items()}
        return _class(data["result"], data["home"]).from_fields(values)
    if "float" in data:
        return float(data["float"])
    if "tuple" in data:
        return tuple(decode(entry) for entry in data["tuple"])
    if "mapping" in data:
        return {name: decode(entry) for name, entry in data["mapping"].items()}
    if "fraction" in data:
        return Fraction(*map(decode, data["fraction"]))
    if "integer" in data:
        return int(data["integer"], 16)
    if "array" in data:
        import numpy as np

        entries = [decode(entry) for entry in data["array"]]
        return np.array(entries, data["dtype"]).reshape(data["shape"])
    if "scalar" in data:
        import numpy as np

        return np.dtype(data["dtype"]).type(decode(data["scalar"]))
    if "mpf" in data:
        context = mp_context(data["digits"])
        if isinstance(data["mpf"], str):
            return context.mpf(data["mpf"])
        from mpmath.libmp import from_man_exp

        return context.make_mpf(from_man_exp(*map(decode, data["mpf"])))
    if "formula" in data:
        from .formula_data import decode_formula

        return decode_formula(data["formula"])
    if "arb" in data:
        return _decode_ball(data["arb"])
    raise ValueError(f"no value is written as {', '.join(data)}")


@lru_cache(maxsize=32)
def mp_context(digits: int) -> Any:
    """Context of mpmath for numbers that are handed out, so that they print with their digits."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits
    return context


def _class(kind: str, home: str) -> type[Written]:
    """A class of results, its module loaded if it is one of ours."""
    if kind not in _CLASSES and re.fullmatch(r"icl_theory(\.[a-z][a-z_]*)+", home):
        with suppress(ImportError):
            import_module(home)
    if kind not in _CLASSES:
        raise ValueError(f"{shown(kind)} is no result of this package")
    return _CLASSES[kind]


def _encode_numpy(value: Any) -> dict[str, Any]:
    if value.dtype.kind not in "fiub":
        raise TypeError(f"an array of {value.dtype} cannot be written as plain data")
    dtype = value.dtype.str
    if type(value).__name__ != "ndarray":
        return {"scalar": encode(value.item()), "dtype": dtype}
    entries = [encode(entry) for entry in value.reshape(-1).tolist()]
    return {"array": entries, "shape": list(value.shape), "dtype": dtype}


def _encode_ball(ball: Any) -> Any:
    """Middle and radius as mantissas and exponents, infinities and NaN as text."""
    if type(ball).__name__ != "arb":
        raise TypeError(f"a {type(ball).__name__} cannot be written as plain data")
    if not ball.is_finite():
        if not ball.is_exact():
            return "nan"
        return "inf" if ball > 0 else "-inf" if ball < 0 else "nan"
    parts = (*ball.mid().man_exp(), *ball.rad().man_exp())
    return [encode(int(part)) for part in parts]


def _decode_ball(data: Any) -> Any:
    import flint

    if isinstance(data, str):
        return flint.arb(data)
    from .precision import precision

    mantissa, exponent, radius, radius_exponent = map(decode, data)
    with precision(max(64, abs(mantissa).bit_length() + 2)):
        two = flint.arb(2)
        middle = flint.arb(mantissa) * two**exponent
        if not radius:
            return middle
        # A radius is rounded up when a ball is made of it: the one below it gives the one wanted.
        for bits in (30, 31):
            shift = bits - radius.bit_length()
            inner = flint.arb((radius << shift) - 1) * two ** (radius_exponent - shift)
            ball = flint.arb(middle, inner)
            if tuple(map(int, ball.rad().man_exp())) == (radius, radius_exponent):
                return ball
    raise ArithmeticError(f"the ball {data} could not be made again")
