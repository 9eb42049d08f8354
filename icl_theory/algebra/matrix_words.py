"""Block algebra of matrices of symbolic size: products are words, words have a normal form.

A matrix expression (SymPy `MatrixSymbol`, `BlockMatrix`, sums, products, transposes, inverses of
symbols) is expanded into a linear combination of words. Wherever a word passes through a side of
length one it falls apart into scalars, which commute and equal their transposes; a trace is also
cyclic. In this normal form two expressions that are equal for matrices of all sizes become the
same polynomial in the symbols of their words, so an identity is decided by subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy as sp
from sympy.matrices.expressions import (
    BlockMatrix,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Transpose,
    ZeroMatrix,
)
from sympy.printing.precedence import PRECEDENCE

from .stand_ins import Named
from .unevaluated import OPERATOR, Unevaluated, evaluated


class SquareMatrix(MatrixSymbol):
    """A matrix symbol with as many rows as columns."""

    def __new__(cls, name: object, rows: object, columns: object) -> SquareMatrix:
        """The symbol of this name and size."""
        if sp.sympify(rows) != sp.sympify(columns):
            raise ValueError(f"{name} must be square, got {rows} x {columns}")
        return super().__new__(cls, name, rows, columns)  # type: ignore[no-any-return]


class SymmetricMatrix(SquareMatrix):
    """A square matrix symbol that equals its transpose."""

    def _eval_transpose(self) -> SymmetricMatrix:
        return self


class OrthogonalMatrix(SquareMatrix):
    """A square matrix symbol whose transpose is its inverse."""


@dataclass(frozen=True)
class Letter:
    """A matrix symbol, its transpose, its inverse, or the transposed inverse."""

    symbol: MatrixSymbol
    transposed: bool = False
    inverted: bool = False

    @cached_property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        """Rows and columns."""
        rows, columns = self.symbol.shape
        return (columns, rows) if self.transposed else (rows, columns)

    @cached_property
    def name(self) -> str:
        """Unique text."""
        power = ("-" if self.inverted else "") + ("T" if self.transposed else "")
        return self.symbol.name + (f"^{power}" if power else "")

    @property
    def transpose(self) -> Letter:
        """The transposed letter: of a symmetric one itself, of an orthogonal one the inverse."""
        if isinstance(self.symbol, SymmetricMatrix):
            return self
        if isinstance(self.symbol, OrthogonalMatrix):
            return self.inverse
        return replace(self, transposed=not self.transposed)

    @property
    def inverse(self) -> Letter:
        """The inverse letter."""
        return replace(self, inverted=not self.inverted)


Word = tuple[Letter, ...]
#: A linear combination of words: coefficient by word.
Combination = dict[Word, sp.Expr]


def _transpose(word: Word) -> Word:
    return tuple(letter.transpose for letter in reversed(word))


def _name(word: Word) -> str:
    return " ".join(letter.name for letter in word)


def _join(left: Word, right: Word) -> Word:
    """Concatenate and cancel letters that meet their inverse."""
    while left and right and left[-1] == right[0].inverse:
        left, right = left[:-1], right[1:]
    return left + right


def _add(target: Combination, word: Word, coefficient: sp.Expr) -> None:
    target[word] = target.get(word, sp.Integer(0)) + coefficient


def _multiply(left: Combination, right: Combination) -> Combination:
    product: Combination = {}
    for first, one in left.items():
        for second, other in right.items():
            _add(product, _join(first, second), one * other)
    return product


@dataclass(frozen=True)
class WordBlocks:
    """Combinations of words arranged in blocks.

    Attributes
    ----------
    rows, columns
        Sizes of the blocks.
    blocks
        ``blocks[i][j]`` is the combination in block (i, j).
    """

    rows: tuple[sp.Expr, ...]
    columns: tuple[sp.Expr, ...]
    blocks: tuple[tuple[Combination, ...], ...]

    def __add__(self, other: WordBlocks) -> WordBlocks:
        if (self.rows, self.columns) != (other.rows, other.columns):
            raise ValueError("sum of matrices in different blocks")
        blocks = []
        for mine, theirs in zip(self.blocks, other.blocks, strict=True):
            row = []
            for one, two in zip(mine, theirs, strict=True):
                total = dict(one)
                for word, coefficient in two.items():
                    _add(total, word, coefficient)
                row.append(total)
            blocks.append(tuple(row))
        return WordBlocks(self.rows, self.columns, tuple(blocks))

    def __matmul__(self, other: WordBlocks) -> WordBlocks:
        if self.columns != other.rows:
            raise ValueError(f"product of blocks {self.columns} and {other.rows}")
        blocks = []
        for row in self.blocks:
            line = []
            for j in range(len(other.columns)):
                total: Combination = {}
                for inner, combination in enumerate(row):
                    term = _multiply(combination, other.blocks[inner][j])
                    for word, coefficient in term.items():
                        _add(total, word, coefficient)
                line.append(total)
            blocks.append(tuple(line))
        return WordBlocks(self.rows, other.columns, tuple(blocks))

    def scaled(self, factor: sp.Expr) -> WordBlocks:
        """Multiply by a scalar."""
        blocks = tuple(
            tuple({word: factor * c for word, c in block.items()} for block in row)
            for row in self.blocks
        )
        return WordBlocks(self.rows, self.columns, blocks)

    @property
    def transpose(self) -> WordBlocks:
        """Transpose of blocks and of words."""
        blocks = tuple(
            tuple(
                {_transpose(word): c for word, c in self.blocks[i][j].items()}
                for i in range(len(self.rows))
            )
            for j in range(len(self.columns))
        )
        return WordBlocks(self.columns, self.rows, blocks)


def expanded(expression: MatrixExpr) -> WordBlocks:
    """Expand a matrix expression into blocks of words.

    Raises
    ------
    ValueError
        If blocks do not fit together, or the expression has a form that is not read.
    """
    rows, columns = expression.shape
    if isinstance(expression, BlockMatrix):
        return _read_blocks(expression)
    if isinstance(expression, MatAdd):
        total = expanded(expression.args[0])
        for term in expression.args[1:]:
            total = total + expanded(term)
        return total
    if isinstance(expression, MatMul):
        factor, matrices = expression.as_coeff_matrices()
        product = expanded(matrices[0])
        for matrix in matrices[1:]:
            product = product @ expanded(matrix)
        return product.scaled(evaluated(sp.sympify(factor)))
    if isinstance(expression, Transpose):
        return expanded(expression.arg).transpose
    if isinstance(expression, MatPow) and expression.exp.is_Integer and abs(expression.exp) > 1:
        product = power = expanded(expression.base if expression.exp > 0 else expression.base.I)
        for _ in range(abs(int(expression.exp)) - 1):
            product = product @ power
        return product
    return WordBlocks((rows,), (columns,), ((_read_letter(expression),),))


#: What the names of words are put together with: no letter has it in its name.
_MARKS = frozenset(" ^()[]")


def _read_letter(expression: MatrixExpr) -> Combination:
    if isinstance(expression, ZeroMatrix):
        return {}
    if isinstance(expression, Identity):
        return {(): sp.Integer(1)}
    inverted = isinstance(expression, Inverse)
    symbol = expression.arg if inverted else expression
    if isinstance(symbol, MatrixSymbol) and not _MARKS & set(symbol.name):
        return {(Letter(symbol, inverted=inverted),): sp.Integer(1)}
    raise ValueError(f"cannot read {expression} as a word")


def _read_blocks(expression: BlockMatrix) -> WordBlocks:
    cells = []
    for i in range(expression.blockshape[0]):
        row = []
        for j in range(expression.blockshape[1]):
            inner = expanded(expression.blocks[i, j])
            if len(inner.rows) != 1 or len(inner.columns) != 1:
                raise ValueError("blocks inside of blocks are not read")
            row.append(inner.blocks[0][0])
        cells.append(tuple(row))
    return WordBlocks(
        tuple(expression.rowblocksizes), tuple(expression.colblocksizes), tuple(cells)
    )


def _segments(word: Word) -> list[Word]:
    """Cut a word at the sides of length one between its letters."""
    segments: list[Word] = []
    start = 0
    for position in range(1, len(word)):
        if word[position].shape[0] == 1:
            segments.append(word[start:position])
            start = position
    return [*segments, word[start:]]


def _first(words: Iterable[Word]) -> Word:
    """Of words that are equal in value the one that stands for them."""
    return min(words, key=_name)


def _scalar(word: Word) -> sp.Expr:
    """Normal form of a word of shape 1 x 1."""
    product = sp.Integer(1)
    for segment in _segments(word) if word else []:
        first = _first((segment, _transpose(segment)))
        product *= Named(_name(first), first)
    return product


def _trace(word: Word, size: sp.Expr) -> sp.Expr:
    """Normal form of the trace of a square word."""
    if not word:
        return size
    # A trace is cyclic: letters that are inverse to each other cancel around the end.
    while len(word) > 1 and word[-1] == word[0].inverse:
        word = word[1:-1]
        if not word:
            return size
    for position in range(len(word)):
        if word[position].shape[0] == 1:
            return _scalar(word[position:] + word[:position])
    turns = (
        turned[position:] + turned[:position]
        for turned in (word, _transpose(word))
        for position in range(len(word))
    )
    first = _first(turns)
    return Named(f"tr({_name(first)})", ("tr", first))


def _open(word: Word, size: sp.Expr) -> sp.Expr:
    """Normal form of a word of any shape: scalars times one symbol for what stays a matrix."""
    if not word:
        return Named(f"[1_{size}]", (size,))
    product, outer = sp.Integer(1), []
    for segment in _segments(word):
        if segment[0].shape[0] == segment[-1].shape[1] == 1:
            product *= _scalar(segment)
        else:
            outer.append(segment)
    return product * Named("".join(f"[{_name(s)}]" for s in outer), ("outer", *outer))


def single_word(matrix: MatrixExpr) -> tuple[str, Word]:
    """A matrix expression that is one word, and the text that it is written as."""
    array = expanded(matrix)
    ((combination,),) = array.blocks
    ((word, coefficient),) = combination.items()
    if coefficient != 1:
        raise ValueError(f"not a single word: {matrix}")
    return _name(word), word


class Trace(Unevaluated, text="tr({0})"):
    """Trace of a square matrix expression; of a 1 x 1 expression, its only entry.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from icl_theory.theory.symbols import d
    >>> A, u = MatrixSymbol("A", d, d), MatrixSymbol("u", d, 1)
    >>> (Trace(A * u * u.T) - Trace(u.T * A.T * u)).doit()
    tr(A*u*u.T) - tr(u.T*A.T*u)
    >>> Trace(A * u * u.T).value() - Trace(u.T * A.T * u).value()
    0
    """

    read_in_place = True

    @property
    def precedence(self) -> int:
        """An entry is written without a sign that would hold a power together."""
        return OPERATOR if self.args[0].shape == (1, 1) else PRECEDENCE["Func"]

    def __new__(cls, matrix: MatrixExpr) -> Trace:
        """Fold the trace of ``matrix``."""
        matrix = sp.sympify(matrix)
        if matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"the trace of a matrix of shape {matrix.shape} is not defined")
        return super().__new__(cls, matrix)

    def value(self) -> sp.Expr:
        """Polynomial in the symbols of the words."""
        array = expanded(self.args[0])
        if array.rows != array.columns:
            raise ValueError("trace of a matrix whose blocks are not square on the diagonal")
        return sp.Add(
            *(
                coefficient * _trace(word, size)
                for i, size in enumerate(array.rows)
                for word, coefficient in array.blocks[i][i].items()
            )
        )

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        if self.args[0].shape == (1, 1):
            return _bracketed(self.args[0], printer)
        inner = printer._print(self.args[0])
        return rf"\operatorname{{tr}}\left({inner}\right)"


class Whole(Unevaluated):
    """A matrix expression as one object, so that equality of matrices is decided like the rest.

    Its value is the linear combination of the normal forms of its words. Matrices in several blocks
    are compared block by block, see `Block`.
    """

    read_in_place = True

    precedence = OPERATOR

    @property
    def entry(self) -> bool:
        """Whether it is a number."""
        return bool(self.args[0].shape == (1, 1))

    def value(self) -> sp.Expr:
        """Linear combination of symbols that stand for matrices."""
        array = expanded(self.args[0])
        if len(array.rows) != 1 or len(array.columns) != 1:
            raise ValueError("compare a matrix in several blocks block by block")
        return _combine(array, 0, 0)

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        return _bracketed(self.args[0], printer)

    _sympystr = _latex


class Block(Unevaluated, text="({0})[{1}, {2}]"):
    """Block (i, j), counted from 0, of a matrix expression in blocks."""

    read_in_place = True

    @property
    def entry(self) -> bool:
        """Whether it is a number."""
        array, i, j = self._place()
        return bool(array.rows[i] == 1 and array.columns[j] == 1)

    def value(self) -> sp.Expr:
        """Linear combination of symbols that stand for matrices; of numbers in a 1 x 1 block."""
        return _combine(*self._place())

    def _place(self) -> tuple[WordBlocks, int, int]:
        array = expanded(self.args[0])
        i, j = map(int, self.args[1:])
        if not (0 <= i < len(array.rows) and 0 <= j < len(array.columns)):
            raise ValueError(f"no block ({i}, {j}) of {len(array.rows)} x {len(array.columns)}")
        return array, i, j

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        inner = printer._print(self.args[0])
        return rf"\left[{inner}\right]_{{{self.args[1] + 1}{self.args[2] + 1}}}"


def _bracketed(matrix: MatrixExpr, printer: Any) -> str:
    """A matrix without a sign around it: of a sum, what is multiplied is seen by brackets."""
    inner = printer._print(matrix)
    if not isinstance(matrix, MatAdd):
        return str(inner)
    return f"({inner})" if printer.printmethod == "_sympystr" else rf"\left({inner}\right)"


def _combine(array: WordBlocks, i: int, j: int) -> sp.Expr:
    size, number = array.rows[i], array.rows[i] == 1 and array.columns[j] == 1
    words = array.blocks[i][j].items()
    return sp.Add(*(c * (_scalar(word) if number else _open(word, size)) for word, c in words))
