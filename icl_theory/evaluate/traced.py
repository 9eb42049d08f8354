"""Array code as a straight-line program: it is run on names, and what it does to them is recorded.

Code that is written for arrays of NumPy, element by element, runs on a `Traced` as well. Sums over
an array become the summand, and whoever prints the program writes the loop. So a page computes with
what Python computes with, though it is written in Python alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from icl_theory.evaluate.straight_line import Instruction, Operand, StraightLine

_SAME = {
    *("add", "subtract", "multiply", "divide", "sqrt", "absolute", "maximum", "minimum"),
    *("greater", "greater_equal", "less", "less_equal"),
}


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A number that is known by name; operations on it are written on a tape.

    Parameters
    ----------
    tape
        Program that is being written.
    operand
        Name in that program, or a number.
    """

    # Arrays leave operations with this class to it.
    __array_priority__ = 1000

    def __init__(self, tape: StraightLine, operand: Operand) -> None:
        self.tape, self.operand = tape, operand

    def _emit(self, operation: str, *values: Any) -> Traced:
        target = f"v{len(self.tape.instructions)}"
        operands = tuple(_operand(value) for value in values)
        self.tape.instructions.append(Instruction(target, operation, operands))
        return Traced(self.tape, target)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Traced:
        """Record an operation."""
        if method != "__call__" or options:
            raise TypeError(f"no instruction for {ufunc.__name__} with {method} or options")
        name = ufunc.__name__
        if name in _SAME:
            return self._emit(name, *inputs)
        if name == "negative":
            return self._emit("multiply", -1, *inputs)
        if name == "isinf":
            # What is asked is never negative.
            return self._emit("greater_equal", *inputs, math.inf)
        if name == "bitwise_or":
            return self._emit("where", inputs[0], 1, inputs[1])
        if name == "bitwise_and":
            return self._emit("where", inputs[0], inputs[1], 0)
        if name == "matmul":
            # A mean over an array with weights: this is what is averaged.
            return self
        raise TypeError(f"no instruction for {name}")

    def __array_function__(
        self, function: Callable[..., Any], types: Any, inputs: Any, options: Any
    ) -> Traced:
        """Record a choice."""
        if function is np.where:
            return self._emit("where", *inputs)
        if function is np.clip:
            value, low, high = inputs
            return self._emit("minimum", self._emit("maximum", value, low), high)
        raise TypeError(f"no instruction for {function.__name__}")

    def __getitem__(self, key: Any) -> Traced:
        """An axis more or less is none here."""
        return self

    def sum(self, axis: int) -> Traced:
        """Return what is summed."""
        return self

    def any(self) -> bool:
        """Nothing is left out, since it may be read."""
        return True


def _operand(value: Any) -> Operand:
    if isinstance(value, Traced):
        return value.operand
    number = float(value)
    return Fraction(number) if math.isfinite(number) else number


def traced(inputs: tuple[str, ...], code: Callable[..., dict[str, Any]]) -> StraightLine:
    """Program of ``code``, a function of the inputs by name that returns named outputs.

    Raises
    ------
    TypeError
        If the code does something that a program has no instruction for.

    Examples
    --------
    >>> program = traced(("a", "b"), lambda a, b: {"larger": np.where(a > b, a, b)})
    >>> [one.operation for one in program.instructions]
    ['greater', 'where']
    """
    tape = StraightLine(inputs)
    found = code(**{name: Traced(tape, name) for name in inputs})
    tape.outputs = {name: _operand(value) for name, value in found.items()}
    return tape
