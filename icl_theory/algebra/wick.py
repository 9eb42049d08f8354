"""Wick's theorem for Gaussian tensors with symbolic index ranges.

An expression is a polynomial in indexed tensors (SymPy `Indexed`, or a symbol for a scalar) in
which contractions are written as `Sum` over an index from 1 to a symbolic size. Its expectation is
the sum over all pairings of Gaussian factors; a pairing puts the variance of the family and a
Kronecker delta for every index of the pair (Isserlis 1918). The deltas identify indices: a loop of
a summed index gives its range, a chain of fixed tensors closes into a word of matrices
(`words.py`). No index range is ever a number, so the result holds for all sizes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import TypeAlias

import sympy as sp
from sympy.matrices.expressions import MatMul, MatrixExpr
from sympy.tensor.indexed import Indexed

from .decide import UndecidedError
from .matrix_words import Trace, single_word
from .stand_ins import Named

#: What a tensor is called: the base of an indexed object, or a symbol for a scalar.
Head: TypeAlias = sp.Basic


@dataclass(frozen=True)
class Rules:
    """What the heads in an expression are; a symbol without a rule is a number.

    Attributes
    ----------
    variance
        For each Gaussian head T, E[T_i.. T_j..] = variance * delta_ij ..; heads are independent.
    fixed
        For each indexed head that is not random, the matrix it stands for: a column for one index,
        any shape for two.
    norms
        Values of scalars made of fixed matrices, such as ``w.T * w``.
    sizes
        For each indexed Gaussian head how many components it has in each slot.
    """

    variance: Mapping[Head, sp.Expr]
    fixed: Mapping[Head, MatrixExpr] = field(default_factory=dict)
    norms: Mapping[MatrixExpr, sp.Expr] = field(default_factory=dict)
    sizes: Mapping[Head, tuple[sp.Expr, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tensor:
    """One factor: its head and the indices in its slots."""

    head: Head
    indices: tuple[sp.Basic, ...]


@dataclass(frozen=True)
class Monomial:
    """Coefficient times tensors, summed over the indices in ``ranges``."""

    coefficient: sp.Expr
    tensors: tuple[Tensor, ...] = ()
    ranges: tuple[tuple[sp.Dummy, sp.Expr], ...] = ()

    def __mul__(self, other: Monomial) -> Monomial:
        return Monomial(
            self.coefficient * other.coefficient,
            self.tensors + other.tensors,
            self.ranges + other.ranges,
        )


def _name(index: sp.Symbol) -> str:
    """The letter of a free index: what is made of several is read one way only."""
    if len(index.name) != 1:
        raise ValueError(f"a free index is a letter, not {index}")
    return index.name


def delta(first: sp.Symbol, second: sp.Symbol) -> sp.Expr:
    """Kronecker delta of two free indices, as the symbol in which results are written."""
    if first == second:
        return sp.Integer(1)
    names = sorted(map(_name, (first, second)))
    return Named(f"delta_{names[0]}{names[1]}", frozenset((first, second)))


def component(matrix: MatrixExpr, *indices: sp.Symbol) -> sp.Symbol:
    """Component of a product of fixed matrices, as the symbol in which results are written."""
    name, word = single_word(matrix)
    if len(indices) == 1:
        return Named(f"{name}_{_name(indices[0])}", (word, indices))
    straight = (name, *map(_name, indices)), word, indices
    name, word = single_word(matrix.T)
    turned = (name, *map(_name, reversed(indices))), word, indices[::-1]
    (name, row, column), word, slots = min(straight, turned, key=itemgetter(0))
    return Named(f"({name})_{row}{column}", (word, slots))


def expectation(expression: sp.Expr, rules: Rules) -> sp.Expr:
    """Expectation of a polynomial in Gaussian tensors.

    Parameters
    ----------
    expression
        Sums, products, integer powers and `Sum` of tensors; without quantities.
    rules
        What the heads are.

    Returns
    -------
    sympy.Expr
        Polynomial in `delta`, `component`, traces of fixed matrices, index ranges and numbers.

    Raises
    ------
    ValueError
        If an index is contracted in a way that has no meaning for symbolic ranges.
    """
    total = sp.Add(
        *(
            _contract(monomial, pairs, rules)
            for monomial in _expand(expression, rules, {})
            for pairs in _pairings(monomial.tensors, rules)
        )
    )
    norms = {Trace(matrix).value(): value for matrix, value in rules.norms.items()}
    return sp.expand(total).xreplace(norms)


def _expand(
    expression: sp.Expr, rules: Rules, bound: Mapping[sp.Basic, sp.Basic]
) -> list[Monomial]:
    """Write an expression as monomials; ``bound`` renames the summed indices around it.

    No `Interpretation`, which reads equal parts once: here each has summed indices of its own.
    """
    if isinstance(expression, sp.Sum):
        return _expand_sum(expression, rules, bound)
    if expression.is_Add:
        return [term for part in expression.args for term in _expand(part, rules, bound)]
    if expression.is_Mul:
        return _product([_expand(part, rules, bound) for part in expression.args])
    if expression.is_Pow and expression.exp.is_Integer and expression.exp > 0:
        # Each factor is expanded anew, so that every factor has summed indices of its own.
        return _product([_expand(expression.base, rules, bound) for _ in range(expression.exp)])
    if isinstance(expression, Indexed):
        head = expression.base
        if head not in rules.variance and head not in rules.fixed:
            raise ValueError(f"no rule says what {head} is")
        indices = tuple(bound.get(index, index) for index in expression.indices)
        return [Monomial(sp.Integer(1), (Tensor(head, indices),))]
    if expression in rules.variance:
        return [Monomial(sp.Integer(1), (Tensor(expression, ()),))]
    if expression.has(Indexed, sp.Sum, *rules.variance):
        raise ValueError(f"not a polynomial in the tensors: {expression}")
    if expression.free_symbols & set(bound):
        raise UndecidedError(f"what is summed over is in a number: {expression}")
    return [Monomial(expression)]


def _expand_sum(
    expression: sp.Sum, rules: Rules, bound: Mapping[sp.Basic, sp.Basic]
) -> list[Monomial]:
    renamed = dict(bound)
    ranges = []
    for index, low, high in expression.limits:
        if low != 1:
            raise ValueError(f"the sum over {index} starts at {low}, not at 1")
        if not sp.sympify(high).is_Symbol:
            # Where a sum is empty its range is not the number of its terms.
            raise UndecidedError(f"the sum over {index} ends at {high}, which is no size")
        if sp.sympify(high).free_symbols & {*bound, *expression.variables}:
            raise UndecidedError(f"the sum over {index} ends where another sum stands: {high}")
        renamed[index] = sp.Dummy(index.name)
        ranges.append((renamed[index], high))
    outer = Monomial(sp.Integer(1), (), tuple(ranges))
    return [outer * inner for inner in _expand(expression.function, rules, renamed)]


def _product(factors: list[list[Monomial]]) -> list[Monomial]:
    terms = [Monomial(sp.Integer(1))]
    for factor in factors:
        terms = [left * right for left in terms for right in factor]
    return terms


def _pairings(tensors: tuple[Tensor, ...], rules: Rules) -> Iterator[list[tuple[Tensor, Tensor]]]:
    """All ways to pair the Gaussian tensors with tensors of the same head."""
    yield from _pair_up([tensor for tensor in tensors if tensor.head in rules.variance])


def _pair_up(tensors: list[Tensor]) -> Iterator[list[tuple[Tensor, Tensor]]]:
    if not tensors:
        yield []
        return
    first, *others = tensors
    for position, partner in enumerate(others):
        if partner.head == first.head:
            for rest in _pair_up(others[:position] + others[position + 1 :]):
                yield [(first, partner), *rest]


class _Classes:
    """Indices identified by deltas (union-find)."""

    def __init__(self) -> None:
        self.parent: dict[sp.Basic, sp.Basic] = {}

    def find(self, index: sp.Basic) -> sp.Basic:
        self.parent.setdefault(index, index)
        while self.parent[index] != index:
            index = self.parent[index]
        return index

    def join(self, first: sp.Basic, second: sp.Basic) -> None:
        self.parent[self.find(first)] = self.find(second)


def _contract(monomial: Monomial, pairs: list[tuple[Tensor, Tensor]], rules: Rules) -> sp.Expr:
    """Value of one pairing of one monomial."""
    classes = _Classes()
    value = monomial.coefficient
    for first, second in pairs:
        value *= rules.variance[first.head]
        for one, other in zip(first.indices, second.indices, strict=True):
            classes.join(one, other)
    fixed = [tensor for tensor in monomial.tensors if tensor.head in rules.fixed]
    for tensor in fixed:
        for index in tensor.indices:
            classes.find(index)
    ranges = dict(monomial.ranges)
    for index in ranges:
        classes.find(index)

    members: dict[sp.Basic, list[sp.Basic]] = {}
    for index in classes.parent:
        members.setdefault(classes.find(index), []).append(index)
    ends: dict[sp.Basic, sp.Symbol] = {}
    for root, indices in members.items():
        free = sorted((i for i in indices if i not in ranges), key=lambda i: i.name)
        sizes = {ranges[i] for i in indices if i in ranges}
        if len(sizes) > 1:
            raise ValueError(f"indices of ranges {sizes} are contracted with each other")
        ends_here = [
            size
            for tensor in fixed
            for i, size in zip(tensor.indices, rules.fixed[tensor.head].shape, strict=False)
            if classes.find(i) == root
        ]
        components = {
            size
            for tensor in monomial.tensors
            for i, size in zip(tensor.indices, rules.sizes.get(tensor.head, ()), strict=False)
            if classes.find(i) == root
        }
        if sizes and not sizes.issuperset({*ends_here, *components}):
            raise ValueError(f"a sum over {sizes} of what has {components or ends_here} components")
        slots = len(ends_here)
        if free:
            ends[root] = free[0]
            for one, other in pairwise(free):
                value *= delta(one, other)
        elif slots == 0:
            value *= sizes.pop()
        elif slots != 2:
            raise ValueError(f"a summed index occurs {slots} times in fixed tensors")
    return value * _close(fixed, classes, ends, rules)


def _close(
    fixed: list[Tensor], classes: _Classes, ends: Mapping[sp.Basic, sp.Symbol], rules: Rules
) -> sp.Expr:
    """Product of the words that the fixed tensors form."""
    left = [(rules.fixed[t.head], [classes.find(i) for i in t.indices]) for t in fixed]
    value = sp.Integer(1)
    while left:
        start = next((k for k, (_, slots) in enumerate(left) if _is_end(slots, ends)), 0)
        matrix, slots = left.pop(start)
        if len(slots) == 2 and slots[1] in ends and slots[0] not in ends:
            matrix, slots = matrix.T, slots[::-1]
        word = [matrix if len(slots) == 2 else matrix.T]
        row, column = slots[0] if len(slots) == 2 else None, slots[-1]
        while column is not None and column not in ends and column != row:
            word_next = next(k for k, (_, s) in enumerate(left) if column in s)
            matrix, slots = left.pop(word_next)
            if slots[0] != column:
                matrix, slots = matrix.T, slots[::-1]
            word.append(matrix)
            column = slots[1] if len(slots) == 2 else None
        value *= _word_value(MatMul(*word), ends.get(row), ends.get(column))
    return value


def _is_end(slots: list[sp.Basic], ends: Mapping[sp.Basic, sp.Symbol]) -> bool:
    """Whether a chain can start here: a vector, or a slot with a free index."""
    return len(slots) == 1 or any(slot in ends for slot in slots)


def _word_value(word: MatrixExpr, row: sp.Symbol | None, column: sp.Symbol | None) -> sp.Expr:
    if row is not None and column is not None:
        return component(word, row, column)
    if row is not None:
        return component(word, row)
    if column is not None:
        return component(word.T, column)
    return Trace(word).value()
