"""What formulas are read as, where SymPy has no expression of its own: held things and matrices.

Matrices do not commute, and are words of letters; 1 x 1 words are numbers, which do.
"""

import sympy as sp


class Held(sp.Expr):
    """What is no number, as it is read: a kind, and what belongs to it."""

    is_commutative = True

    def __new__(cls, kind, *arguments):
        return super().__new__(cls, sp.Symbol(kind), *map(sp.sympify, arguments))


class Letter(sp.Expr):
    """A matrix with a name, its rows and its columns; and maybe a mark: that it is transposed."""

    is_commutative = False

    def __new__(cls, name, rows, columns, mark=""):
        return super().__new__(
            cls, *(sp.Symbol(t) if isinstance(t, str) else t for t in (name, rows, columns, mark))
        )


class Symmetric(Letter):
    """A letter that is its own transpose."""


#: A unit matrix of any size: it says nothing of that.
ONE = Letter("1", "", "")


class Blocks(sp.Expr):
    """Rows of blocks. A block that is zero says nothing of its size."""

    is_commutative = False

    def __new__(cls, *rows):
        return super().__new__(cls, *(sp.Tuple(*row) for row in rows))


def turned(matrix):
    """The transpose."""
    matrix = sp.sympify(matrix)
    if matrix.is_commutative or matrix == ONE or isinstance(matrix, Symmetric):
        return matrix
    if isinstance(matrix, Letter):
        name, rows, columns, mark = matrix.args
        return Letter(name, columns, rows, "" if mark.name else "T")
    if isinstance(matrix, Blocks):
        return Blocks(*(map(turned, column) for column in zip(*matrix.args, strict=True)))
    if matrix.is_Mul:
        return matrix.func(*map(turned, reversed(matrix.args)))
    assert matrix.is_Add or matrix.is_Pow, f"no matrix: {matrix}"
    return matrix.func(*map(turned, matrix.args))


def with_numbers(expression):
    """An expression in which words that are numbers commute: those with one row and column."""
    if not isinstance(expression, sp.Add | sp.Mul | sp.Pow):
        return expression
    expression = expression.func(*map(with_numbers, expression.args))
    if not expression.is_Mul:
        return expression
    numbers, matrices = expression.args_cnc()
    words = []
    for matrix in matrices:
        if words and end(matrix, 0) != 1:
            words[-1].append(matrix)
        else:
            words.append([matrix])
    for word in words:
        number = end(word[0], 0) == end(word[-1], 1) == 1
        numbers.append(Held("word", *word) if number else sp.Mul(*word))
    return sp.Mul(*numbers)


def end(matrix, side):
    """Rows (side 0) or columns (side 1) of a matrix, as far as its letters say."""
    if isinstance(matrix, Letter):
        return matrix.args[1 + side]
    if isinstance(matrix, sp.Add):
        return next((e for e in (end(a, side) for a in matrix.args) if e is not None), None)
    if isinstance(matrix, sp.Mul):
        matrices = matrix.args_cnc()[1]
        return end(matrices[-side], side) if matrices else None
    return end(matrix.base, side) if isinstance(matrix, sp.Pow) else None
