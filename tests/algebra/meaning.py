"""What statements say, in the terms that printed formulas are read in; and whether two agree."""

import itertools
from functools import reduce
from operator import mul

import mpmath
import sympy as sp
from sympy.matrices.expressions import (
    BlockMatrix,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Transpose,
    ZeroMatrix,
)
from sympy.tensor.indexed import Indexed, IndexedBase

from icl_theory.algebra.averages import Average
from icl_theory.algebra.calculus import At, Partial, Total, plain
from icl_theory.algebra.gaussian import ExponentialMean, LogMean
from icl_theory.algebra.matrix_words import Block, SymmetricMatrix, Trace, Whole
from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.statements import PathLimit, RootCount
from icl_theory.algebra.tex import latex
from icl_theory.algebra.unevaluated import Unevaluated
from icl_theory.theory import stationary
from icl_theory.theory.deterministic import SpectralMean
from icl_theory.theory.errors import e_idg
from icl_theory.theory.inputs import idg_per_tau
from icl_theory.theory.lines import ON_OVER, ON_RIDGE, ON_UNDER, OnLine
from icl_theory.theory.model import Expectation
from icl_theory.theory.optimal_ridge import variance_fall
from icl_theory.theory.random_matrices import OverTask
from icl_theory.theory.sensitivity import Rate
from icl_theory.theory.spectral import minus_M_prime
from icl_theory.theory.stationary import OnContextLine
from icl_theory.theory.structured import e_idg_per_tau_C
from icl_theory.theory.symbols import tau

from .notation import ONE, Blocks, Held, Letter, Symmetric, turned, with_numbers


def held(node):
    """The same of what is printed; a substitution of nothing is left out."""
    if isinstance(node, Held):
        return node
    first, *rest = node.args
    if isinstance(node, sp.Limit):
        variable, point, side = rest
        sided = str(side) in "+-" and point.is_finite is not False
        return Held("limit", first, variable, point, side if sided else sp.Symbol(""))
    if isinstance(node, PathLimit):
        value = Held("at", first, *(v for tie in node.ties for v in tie)) if node.ties else first
        for variable, point, side in node.moves:
            sided = point.is_finite is not False
            value = Held("limit", value, variable, point, side if sided else sp.Symbol(""))
        return value
    if isinstance(node, At):
        pairs = [(s, v) for s, v in rest if latex(s) != latex(v)]
        return Held("at", first, *(v for pair in pairs for v in pair)) if pairs else first
    if isinstance(node, Partial | Total):
        variable, order = rest[0], 1
        while isinstance(first, type(node)) and first.args[1] == variable:
            first, order = first.args[0], order + 1
        mark = r"\partial" if isinstance(node, Partial) else r"\mathrm{d}"
        return Held(mark, first, variable, order)
    if isinstance(node, RootCount):
        return Held("roots", *node.args)
    if isinstance(node, OnContextLine):
        return Held("line", first, sp.Symbol("<" if rest[0] == stationary.SIDE_UNDER else ">"))
    if isinstance(node, Block):
        return Held("block", words(first), *(index + 1 for index in rest))
    if isinstance(node, Trace):
        return Held("trace", words(first))
    kind, arguments = KINDS[type(node)]
    return Held(kind, *node.args[:arguments])


#: What is held, by its kind, and how many arguments of it are printed.
KINDS = {
    Rate: ("rate", 2),
    OnLine: ("on", 3),
    Average: ("mean", 1),
    SpectralMean: ("spectral mean", 1),
    Expectation: ("mean given w", 1),
    OverTask: ("mean over w", 1),
    ExponentialMean: ("mean of exp", None),
    LogMean: ("log of a mean of exp", None),
}
HELD = (Held, sp.Limit, Unevaluated)


def words(matrix):
    """A matrix expression as a polynomial in letters."""
    if isinstance(matrix, MatrixSymbol):
        kind = Symmetric if isinstance(matrix, SymmetricMatrix) else Letter
        return kind(matrix.name, *matrix.shape)
    if isinstance(matrix, BlockMatrix):
        rows, columns = matrix.blockshape
        return Blocks(*([words(matrix.blocks[i, j]) for j in range(columns)] for i in range(rows)))
    if isinstance(matrix, Identity):
        return ONE
    if isinstance(matrix, ZeroMatrix):
        return sp.Integer(0)
    if isinstance(matrix, Transpose):
        return turned(words(matrix.arg))
    if isinstance(matrix, MatMul):
        factor, matrices = matrix.as_coeff_matrices()
        return reduce(mul, map(words, matrices), in_words(factor))
    if isinstance(matrix, MatAdd):
        return sp.Add(*map(words, matrix.args))
    assert isinstance(matrix, MatPow), f"no matrix: {matrix}"
    return words(matrix.base) ** matrix.exp


def in_words(expression):
    """An expression with its matrices in letters: 1 x 1 ones, as they are printed, are numbers."""
    if isinstance(expression, Whole):
        return words(expression.args[0])
    if isinstance(expression, Trace) and expression.args[0].shape == (1, 1):
        return words(expression.args[0])
    if isinstance(expression, HELD) or not expression.args:
        return expression
    return expression.func(*map(in_words, expression.args))


def sealed(expression, known):
    """An expression with a symbol for each thing held in it: one symbol for what agrees."""
    if isinstance(expression, Letter):
        return sp.Symbol(str(expression), commutative=False)
    if isinstance(expression, Blocks):
        return name_of(expression, [e for row in expression.args for e in row], known)
    if isinstance(expression, HELD):
        one = held(expression)
        return name_of(one, one.args, known) if isinstance(one, Held) else sealed(one, known)
    if isinstance(expression, Quantity) and expression.shown.has(*HELD):
        return sealed(expression.shown, known)
    if not expression.args or isinstance(expression, Indexed):
        return expression
    if isinstance(expression, sp.Sum):
        assert not expression.has(*HELD), f"what is summed is held: {expression}"
    return expression.func(*(sealed(argument, known) for argument in expression.args))


def name_of(thing, parts, known):
    """The symbol of something made of parts: that of what agrees with it in every part."""
    shape = type(thing), [len(a) if isinstance(a, sp.Tuple) else 0 for a in thing.args]
    for other_shape, other_parts, name in known:
        alike = shape == other_shape and len(parts) == len(other_parts)
        if alike and all(map(agree, parts, other_parts)):
            return name
    kind = {"positive": True} if thing.is_commutative else {"commutative": False}
    known.append((shape, parts, sp.Dummy("held", **kind)))
    return known[-1][2]


#: Symbols that stand in the expressions shown for quantities: what they are.
CUSTOMARY = {
    "G'{}": -variance_fall,
    r"M_{\kappa}'(\nu)": -minus_M_prime,
    r"e_{\mathrm{IDG}}": e_idg,
}
#: The same where they stand within the expression shown for a quantity.
WITHIN = {q: {r"e_{\mathrm{IDG}}": tau * q} for q in (idg_per_tau, e_idg_per_tau_C)}


def letters(expression):
    """The symbols of an expression that are printed, bound ones too."""
    found, walk = set(), sp.preorder_traversal(expression)
    for node in walk:
        if isinstance(node, sp.Symbol | MatrixSymbol | IndexedBase):
            found.add(node)
        if isinstance(node, MatrixSymbol | IndexedBase):
            walk.skip()
        elif isinstance(node, BlockMatrix) and "{matrix}" not in latex(node):
            # Its own letter, and maybe a mark that it is transposed.
            found.add(node.T if latex(node).endswith("^{T}") else node)
            walk.skip()
        elif isinstance(node, HELD) and not isinstance(node, Trace | Whole | Block):
            one = held(node)
            found |= set().union(*map(letters, one.args[1:] if isinstance(one, Held) else [one]))
            walk.skip()
    return {s for s in found if str(s) not in ("+", "-", "<", ">", "", ON_RIDGE, ON_UNDER, ON_OVER)}


def names_in(*expressions):
    """What the names of a formula mean: its symbols, and what is shown in place of quantities."""
    found = {}
    stack = [symbol for e in expressions for symbol in letters(e)]
    seen = set()
    while stack:
        symbol = stack.pop()
        if symbol in seen:
            continue
        seen.add(symbol)
        if isinstance(symbol, Quantity) and not isinstance(symbol.record.latex, str):
            within = WITHIN.get(symbol, {})
            found |= within
            stack += [s for s in symbol.shown.atoms(sp.Symbol) if s.name not in within]
            stack += symbol.definition.atoms(sp.Symbol)
            continue
        name, meaning = latex(symbol), CUSTOMARY.get(str(symbol), symbol)
        if isinstance(symbol, IndexedBase):
            name = f"{{{name}}}"
        elif not isinstance(symbol, sp.Symbol):
            meaning = words(symbol)
        assert found.setdefault(name, meaning) == meaning, f"{name} means two things"
    return found


def agree(one, other):
    """Whether two expressions are equal at points where neither is special."""
    if one == other or not all(isinstance(e, sp.Expr) for e in (one, other)):
        return one == other
    known = []
    one, other = (plain(sealed(with_numbers(in_words(e)), known)) for e in (one, other))
    one, other = (components(e, {}) for e in (one, other))
    symbols = sorted(
        (s for s in one.free_symbols | other.free_symbols if s.is_commutative), key=str
    )
    count = itertools.count(1)
    with mpmath.workdps(60):
        for _ in range(2):
            at = {s: sp.Rational(7 * next(count) + 3, 11 + 2 * next(count)) for s in symbols}
            left, right = (terms(e.xreplace(at)) for e in (one, other))
            for word in left.keys() | right.keys():
                here, there = left.get(word, 0), right.get(word, 0)
                # Of 50 digits some cancel; what is printed wrong differs in the first few.
                if abs(here - there) > sp.Float("1e-35", 50) * (1 + abs(here)):
                    return False
    return True


def terms(polynomial):
    """The numbers that words of letters are multiplied with."""
    if polynomial.is_commutative:
        return {sp.Integer(1): sp.N(polynomial, 50)}
    found = {}
    for term in sp.Add.make_args(sp.expand(polynomial)):
        numbers, matrices = term.args_cnc()
        word = sp.Mul(*matrices)
        found[word] = found.get(word, 0) + sp.N(sp.Mul(*numbers), 50)
    return found


#: How many components stand for as many as there are: sums are compared term by term.
SIZES = {"d": 3, "ell": 2}


def components(expression, at):
    """An expression with sums written out, and a symbol for each component of a tensor."""
    if isinstance(expression, sp.Sum):
        inner, *limits = expression.args
        for _, low, high in limits:
            assert low.is_Integer and str(high) in SIZES, f"no sum over components: {expression}"
        ranges = [range(low, SIZES[str(high)] + 1) for _, low, high in limits]
        values = itertools.product(*(map(sp.Integer, values) for values in ranges))
        indices = [index for index, *_ in limits]
        each = ({**at, **dict(zip(indices, numbers, strict=True))} for numbers in values)
        return sp.Add(*(components(inner, numbers) for numbers in each))
    if isinstance(expression, Indexed):
        base, *indices = expression.args
        return sp.Symbol(f"{base}{[index.xreplace(at) for index in indices]}")
    if not expression.args:
        return expression.xreplace(at)
    return expression.func(*(components(argument, at) for argument in expression.args))
