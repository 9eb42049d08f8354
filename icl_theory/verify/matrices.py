"""Matrices of symbolic size as matrices of numbers: nothing of the normal form of their words."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import sympy as sp
from flint import arb, arb_mat, fmpq
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

from icl_theory.algebra.matrix_words import Block, OrthogonalMatrix, SymmetricMatrix, Trace, Whole

#: Sizes that are drawn.
SIZES = (2, 4)
Evaluate = Callable[[sp.Expr], arb]


def sizes(symbols: Iterable[MatrixSymbol], rng: random.Random) -> dict[sp.Symbol, Fraction]:
    """An integer for every symbol in the shapes of matrices."""
    found = set().union(*(side.free_symbols for m in symbols for side in m.shape))
    return {symbol: Fraction(rng.randint(*SIZES)) for symbol in sorted(found, key=str)}


def random_matrix(matrix: MatrixSymbol, evaluate: Evaluate, rng: random.Random) -> arb_mat:
    """Random fractions in the shape of a matrix symbol.

    A symmetric one is positive definite, an orthogonal one the Cayley transform of a skew one, with
    signs of its columns.
    """
    rows, columns = (size(side, evaluate) for side in matrix.shape)
    entries = [[_fraction(rng) for _ in range(columns)] for _ in range(rows)]
    drawn = arb_mat(entries)
    if isinstance(matrix, SymmetricMatrix):
        return drawn * drawn.transpose() + _identity(rows)
    if isinstance(matrix, OrthogonalMatrix):
        one, skew = _identity(rows), drawn - drawn.transpose()
        signs = [[rng.choice((-1, 1)) * one[i, j] for j in range(rows)] for i in range(rows)]
        return (one + skew).inv() * (one - skew) * arb_mat(signs)
    return drawn


def size(side: sp.Expr, evaluate: Evaluate) -> int:
    """The number that a side stands for."""
    return int(evaluate(sp.sympify(side)).unique_fmpz())


def value(held: sp.Expr, evaluate: Evaluate) -> arb:
    """A trace, a block or a whole matrix in numbers.

    A matrix that is no number is read off along two fixed directions: matrices that agree there, at
    random entries, agree.
    """
    if isinstance(held, Trace):
        matrix = explicit(held.args[0], evaluate)
        return sum((matrix[i, i] for i in range(matrix.nrows())), arb(0))
    if isinstance(held, Whole):
        return _read_off(explicit(held.args[0], evaluate))
    if isinstance(held, Block):
        return _read_off(_block(held, evaluate))
    raise TypeError(f"holds no matrix: {held}")


def _block(held: Block, evaluate: Evaluate) -> arb_mat:
    from icl_theory.algebra.matrix_words import expanded

    inner, i, j = held.args
    array, matrix = expanded(inner), explicit(inner, evaluate)
    rows = [size(side, evaluate) for side in array.rows]
    columns = [size(side, evaluate) for side in array.columns]
    top, left = sum(rows[: int(i)]), sum(columns[: int(j)])
    return arb_mat(
        [[matrix[top + a, left + b] for b in range(columns[int(j)])] for a in range(rows[int(i)])]
    )


def explicit(expression: MatrixExpr, evaluate: Evaluate) -> arb_mat:
    """A matrix expression in numbers.

    Parameters
    ----------
    expression
        Sums, products, powers, transposes, inverses and blocks of matrix symbols.
    evaluate
        Gives numbers for scalars, and for matrix symbols the matrices that were drawn.
    """
    if isinstance(expression, MatrixSymbol):
        return evaluate(expression)
    if isinstance(expression, BlockMatrix):
        return _blocks(expression, evaluate)
    if isinstance(expression, Transpose):
        return explicit(expression.arg, evaluate).transpose()
    if isinstance(expression, Identity):
        return _identity(size(expression.shape[0], evaluate))
    if isinstance(expression, ZeroMatrix):
        rows, columns = (size(side, evaluate) for side in expression.shape)
        return arb_mat(rows, columns)
    if isinstance(expression, MatAdd):
        total = explicit(expression.args[0], evaluate)
        for term in expression.args[1:]:
            total = total + explicit(term, evaluate)
        return total
    if isinstance(expression, MatMul):
        factor, factors = expression.as_coeff_matrices()
        product = explicit(factors[0], evaluate)
        for matrix in factors[1:]:
            product = product * explicit(matrix, evaluate)
        return product * evaluate(sp.sympify(factor))
    if isinstance(expression, Inverse):
        return explicit(expression.arg, evaluate).inv()
    if isinstance(expression, MatPow) and expression.exp.is_Integer:
        base = explicit(expression.base, evaluate)
        return (base if expression.exp > 0 else base.inv()) ** abs(int(expression.exp))
    raise TypeError(f"no numbers for the matrix {expression}")


def _blocks(expression: BlockMatrix, evaluate: Evaluate) -> arb_mat:
    rows, columns = expression.blockshape
    lines: list[list[arb]] = []
    for i in range(rows):
        parts = [explicit(expression.blocks[i, j], evaluate) for j in range(columns)]
        for a in range(parts[0].nrows()):
            lines.append([part[a, b] for part in parts for b in range(part.ncols())])
    return arb_mat(lines)


def _identity(number: int) -> arb_mat:
    return arb_mat([[arb(int(i == j)) for j in range(number)] for i in range(number)])


def _read_off(matrix: arb_mat) -> arb:
    rows, columns = matrix.nrows(), matrix.ncols()
    entries = (matrix[i, j] * (3**i + 7 * 5**j) for i in range(rows) for j in range(columns))
    return sum(entries, arb(0)) if rows * columns > 1 else matrix[0, 0]


def _fraction(rng: random.Random) -> arb:
    return arb(fmpq(rng.randint(-9, 9) or 1, rng.randint(1, 5)))
