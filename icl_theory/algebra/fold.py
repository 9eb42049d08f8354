"""One walk over sums, products and powers for everything that gives an expression a value.

An expression made of numbers, symbols, ``+``, ``*`` and powers means something in every ring: an
element of a field of quotients, a leading term, a ball. An `Interpretation` says what numbers and
symbols are there and how values are added, multiplied and raised to powers; it is called with an
expression. The walk goes from the leaves up without recursion, and reads equal parts once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add, mul
from typing import Any, Generic, TypeVar

import flint
import sympy as sp

from .numbers import to_fmpq

Value = TypeVar("Value")


def parts(node: sp.Basic) -> Sequence[sp.Basic]:
    """What a sum, a product or a rational power is made of; nothing for any other node."""
    if node.is_Add or node.is_Mul:
        return node.args  # type: ignore[no-any-return]
    return node.args[:1] if node.is_Pow and node.exp.is_Rational else ()


def nodes(expression: sp.Basic) -> Iterator[sp.Basic]:
    """Every part of an expression once, down to symbols, numbers and what is neither."""
    seen, stack = set(), [expression]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(parts(node))
            yield node


class Interpretation(ABC, Generic[Value]):
    """What numbers, symbols and operations are in a ring.

    Subclasses give `number` and `symbol`, and redefine what values do not do by ``+``, ``*`` and
    ``**``. Called with an expression, an interpretation returns its value, and remembers it.
    """

    def __init__(self) -> None:
        self.memo: dict[sp.Basic, Value] = {}

    @abstractmethod
    def number(self, value: sp.Rational) -> Value:
        """Value of a rational number."""

    @abstractmethod
    def symbol(self, symbol: sp.Symbol) -> Value:
        """Value of a symbol."""

    def add(self, terms: Sequence[Value], node: sp.Add) -> Value:
        """Value of the sum ``node``."""
        return reduce(add, terms)

    def multiply(self, factors: Sequence[Value], node: sp.Mul) -> Value:
        """Value of the product ``node``."""
        return reduce(mul, factors)

    def power(self, base: Value, exponent: int, node: sp.Pow) -> Value:
        """Value of the whole power ``node``, whose exponent may be negative."""
        return base**exponent  # type: ignore[operator,no-any-return]

    def radical(self, base: Value, exponent: sp.Rational, node: sp.Pow) -> Value:
        """Value of the power ``node`` with a broken exponent."""
        return self.other(node)

    def leaf(self, node: sp.Basic) -> Value | None:
        """Value of a node that is read as a whole, None for one that is read by its parts."""
        return None

    def other(self, node: sp.Basic) -> Value:
        """Value of a node that is no sum, product, power, symbol or rational number.

        Raises
        ------
        ValueError
            If it has none.
        """
        raise ValueError(f"not a rational expression: {node}")

    def __call__(self, expression: object) -> Value:
        """Value of an expression."""
        memo = self.memo
        expression = sp.sympify(expression)
        stack = [(expression, False)]
        while stack:
            node, ready = stack.pop()
            if node in memo:
                continue
            if ready:
                memo[node] = self._combined(node)
                continue
            whole = self.leaf(node)
            if whole is not None:
                memo[node] = whole
            elif node.is_Symbol:
                memo[node] = self.symbol(node)
            elif node.is_Rational:
                memo[node] = self.number(node)
            elif inside := parts(node):
                stack.append((node, True))
                stack.extend((part, False) for part in reversed(inside))
            else:
                memo[node] = self.other(node)
        return memo[expression]

    def _combined(self, node: sp.Basic) -> Value:
        values = [self.memo[part] for part in parts(node)]
        if node.is_Add:
            return self.add(values, node)
        if node.is_Mul:
            return self.multiply(values, node)
        if node.exp.is_Integer:
            return self.power(values[0], int(node.exp), node)
        return self.radical(values[0], node.exp, node)


class Balls(Interpretation[Any]):
    """Enclosures in FLINT's ball arithmetic, at the precision of its context.

    Parameters
    ----------
    values
        Ball of every symbol, `flint.arb` or `flint.acb`.
    """

    def __init__(self, values: dict[sp.Symbol, Any], ball: type = flint.arb) -> None:
        super().__init__()
        self.values, self.ball = values, ball

    def number(self, value: sp.Rational) -> Any:
        """The number in a ball."""
        return self.ball(to_fmpq(value))

    def symbol(self, symbol: sp.Symbol) -> Any:
        """The ball that was given."""
        return self.values[symbol]

    def radical(self, base: Any, exponent: sp.Rational, node: sp.Pow) -> Any:
        """Principal square roots."""
        if exponent.q not in (2, 4):
            return self.other(node)
        root = base.sqrt() if exponent.q == 2 else base.sqrt().sqrt()
        return root ** int(exponent.p)
