r"""Printed formulas are read back by a parser that shares nothing with the printer.

The parser is strict: it knows sums, products, quotients, powers, roots and brackets, and the names
that the formula at hand may use. Two names that look alike make it fail.
"""

import re

import mpmath
import pytest
import sympy as sp
from sympy.core.relational import Relational
from sympy.matrices.expressions import BlockMatrix, Identity, MatrixExpr, MatrixSymbol

from icl_theory.algebra.averages import Average
from icl_theory.algebra.calculus import At, Partial, Total, plain
from icl_theory.algebra.gaussian import ExponentialMean, LogMean
from icl_theory.algebra.matrix_words import Block, Trace, Whole
from icl_theory.algebra.quantity import Quantity, quantities
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.algebra.tex import definition, latex
from icl_theory.algebra.unevaluated import Unevaluated
from icl_theory.proof.kernel import split
from icl_theory.theory import stationary
from icl_theory.theory.deterministic import SpectralMean
from icl_theory.theory.errors import e_idg
from icl_theory.theory.inputs import idg_per_tau
from icl_theory.theory.lines import ON_OVER, ON_RIDGE, ON_UNDER, OnLine
from icl_theory.theory.model import Expectation
from icl_theory.theory.optimal_ridge import variance_fall
from icl_theory.theory.sensitivity import Rate
from icl_theory.theory.spectral import gamma, minus_M_prime
from icl_theory.theory.stationary import OnContextLine
from icl_theory.theory.structured import e_idg_per_tau_C
from icl_theory.theory.symbols import tau
from icl_theory.verify.registry import claims


def longest_first(names):
    """Names in the order of trying them, so that D_{12} is not read as D."""
    return dict(sorted(names.items(), key=lambda item: -len(item[0])))


class Reader:
    """Reads a formula, from the left, with one token of foresight."""

    def __init__(self, text, names, names_right=None):
        self.names, self.names_right = map(longest_first, (names, names_right or names))
        self.text = text.strip()

    def skip(self, *options):
        self.text = self.text.lstrip()
        for option in options:
            # A command ends where its letters do.
            end = self.text[len(option) : len(option) + 1]
            if self.text.startswith(option) and not (option[-1:].isalpha() and end.isalpha()):
                self.text = self.text[len(option) :]
                return option
        return None

    def need(self, option):
        assert self.skip(option) is not None, f"{option!r} expected at {self.text[:40]!r}"

    def whole(self):
        value = self.sum()
        assert not self.text.strip(), f"left over: {self.text[:60]!r}"
        return value

    def sum(self):
        value = number(-self.product() if self.skip("-") else self.product())
        while sign := self.skip("+", "-"):
            term = number(self.product())
            value = value + term if sign == "+" else value - term
        return value

    def product(self):
        value, acting = self.power(), self.acting
        while (factor := self.power(optional=True)) is not None:
            # Nobody can tell where what is derived, or tends, ends, if something follows it.
            assert not acting, f"more after what is derived, or tends: {self.text[:60]!r}"
            value, acting = value * factor, self.acting
        return value

    def power(self, optional=False):
        base = self.operator()
        self.acting = base is not None
        if base is not None:
            return base
        base = self.atom(optional)
        self.acting = False
        if isinstance(base, MatrixExpr) and self.skip("^{T}"):
            return base.T
        if base is not None and self.skip("^{"):
            exponent = self.sum()
            self.need("}")
            return base**exponent
        return base

    def operator(self):
        """What acts on the factor after it: a limit, or a derivative."""
        if any(map(self.text.lstrip().startswith, self.names)):
            return None
        if self.skip(r"\lim_{"):
            variable = self.sum()
            self.need(r"\to")
            point = self.sum()
            side = self.skip("^+", "^-") or "^"
            self.need("}")
            return Held("limit", self.power(), variable, point, sp.Symbol(side[1:]))
        for mark in (r"\partial", r"\mathrm{d}"):
            for start in (rf"\frac{{{mark}}}{{{mark} ", rf"\frac{{{mark}^{{"):
                if self.skip(start):
                    order = 1
                    if start.endswith("^{"):
                        order = self.sum()
                        self.need("}}{")
                        self.need(mark)
                    variable = self.atom(False)
                    if order != 1:
                        self.need("^{")
                        assert self.sum() == order
                        self.need("}")
                    self.need("}")
                    return Held(mark, self.power(), variable, order)
        if self.skip("D_{"):
            variable = self.sum()
            self.need("}")
            return Held("rate", self.power(), variable)
        return None

    def relation(self):
        left = self.sum()
        sign = self.skip(*SIGNS)
        assert sign, f"no relation at {self.text[:60]!r}"
        self.names = self.names_right
        return SIGNS[sign], left, self.whole()

    def at(self):
        """What stands before a bar, and after it."""
        inner = self.sum()
        self.need(r"\right|_{")
        if side := self.skip(r"\tau < 1}", r"\tau > 1}"):
            return Held("line", inner, sp.Symbol(side[5]))
        if line := self.skip(*(rf"\mathrm{{{kind}}}:\," for kind in (ON_RIDGE, ON_UNDER, ON_OVER))):
            kind = line.removeprefix(r"\mathrm{").partition("}")[0]
            moving = self.sum()
            self.need("}")
            return Held("on", inner, moving, sp.Symbol(kind))
        rest = [self.sum()]
        self.need("=")
        rest.append(self.sum())
        while self.skip(r",\,", r",\ "):
            rest.append(self.sum())
            self.need("=")
            rest.append(self.sum())
        self.need("}")
        return Held("at", inner, *rest)

    def group(self):
        self.need("{")
        value = self.sum()
        self.need("}")
        return value

    def atom(self, optional):
        for name, value in self.names.items():
            if self.skip(name):
                return value
        if self.skip(r"\pi"):
            return sp.pi
        if self.skip(r"\infty"):
            return sp.oo
        if self.skip(r"\left."):
            return self.at()
        if self.skip(r"\left\langle"):
            value = self.sum()
            self.need(r"\right\rangle")
            return Held("spectral mean" if self.skip("_s") else "mean", value)
        if self.skip(r"\#\{"):
            return self.count()
        if self.skip(r"\frac"):
            over = self.group()
            return over / self.group()
        if self.skip(r"\sqrt"):
            if self.skip("["):
                order = self.atom(False)
                self.need("]")
                return self.group() ** (1 / sp.sympify(order))
            return sp.sqrt(self.group())
        if self.skip(r"\operatorname{tr}"):
            return Trace(self.atom(False))
        if self.skip(r"\left("):
            value = self.sum()
            self.need(r"\right)")
            return value
        if self.skip("{"):
            value = self.sum()
            self.need("}")
            return value
        if self.skip(r"\log"):
            return sp.log(self.group() if self.text.startswith("{") else self.atom(False))
        if digits := re.match(r"\s*(\d+)", self.text):
            self.text = self.text[digits.end() :]
            return sp.Integer(digits[1])
        assert optional, f"nothing to read at {self.text[:60]!r}"
        return None

    def count(self):
        if self.skip(r"\text{"):
            system, _, self.text = self.text.partition("}")
            self.need(r"\mid")
            parameters = [self.sum()]
            while self.skip(","):
                parameters.append(self.sum())
            self.need(r"\}")
            return Held("points", sp.Symbol(system), *parameters)
        variable = self.sum()
        self.need(r"\in (")
        low = self.sum()
        self.need(",")
        high = self.sum()
        self.need(") :")
        function = self.sum()
        self.need(r"= 0 \}")
        return Held("roots", function, variable, low, high)


def number(value):
    """A matrix of one entry as that entry, which is how it is printed."""
    return Trace(value) if isinstance(value, MatrixExpr) and value.shape == (1, 1) else value


class Held(sp.Expr):
    """What is no number, as it is read: a kind, and what belongs to it."""

    def __new__(cls, kind, *arguments):
        return super().__new__(cls, sp.Symbol(kind), *map(sp.sympify, arguments))


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
    kinds = {Rate: "rate", OnLine: "on", Average: "mean", SpectralMean: "spectral mean"}
    arguments = {"rate": 2, "on": 3}
    kind = kinds[type(node)]
    return Held(kind, *node.args[: arguments.get(kind, 1)])


HELD = (Held, sp.Limit, Unevaluated)


def sealed(expression, known):
    """An expression with a symbol for each thing held in it: one symbol for what agrees."""
    expression = sp.sympify(expression)
    if isinstance(expression, MatrixExpr):
        expression = Whole(expression)
    if isinstance(expression, Trace | Whole):
        return sealed(expression.value(), known)
    if isinstance(expression, HELD):
        one = held(expression)
        if not isinstance(one, Held):
            return sealed(one, known)
        for other, name in known:
            if len(one.args) == len(other.args) and all(map(agree, one.args, other.args)):
                return name
        known.append((one, sp.Dummy("held", positive=True)))
        return known[-1][1]
    if isinstance(expression, Quantity) and expression.shown.has(*HELD):
        return sealed(expression.shown, known)
    if not expression.args:
        return expression
    return expression.func(*(sealed(argument, known) for argument in expression.args))


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
        if isinstance(node, sp.Symbol):
            found.add(node)
        if isinstance(node, MatrixSymbol | Identity):
            found.add(node)
            walk.skip()
        elif isinstance(node, HELD) and not isinstance(node, Trace | Whole):
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
        name = latex(symbol)
        meaning = CUSTOMARY.get(str(symbol), symbol)
        assert found.setdefault(name, meaning) == meaning, f"{name} means two things"
    return found


def agree(one, other):
    """Whether two expressions are equal at points where neither is special."""
    if one == other or not all(isinstance(e, sp.Expr | MatrixExpr) for e in (one, other)):
        return one == other
    known = []
    one, other = (plain(sealed(e, known)) for e in (one, other))
    symbols = sorted(one.free_symbols | other.free_symbols, key=str)
    rng = iter(range(1, 10**6))
    with mpmath.workdps(60):
        for _ in range(2):
            at = {s: sp.Rational(7 * next(rng) + 3, 11 + 2 * next(rng)) for s in symbols}
            left, right = (sp.N(e.xreplace(at), 50) for e in (one, other))
            if abs(left - right) > sp.Float("1e-35", 50) * (1 + abs(left)):
                return False
    return True


#: What is printed with sums over components, or blocks of matrices, and not read back.
UNREAD = (Block, BlockMatrix, Expectation, ExponentialMean, LogMean, sp.MatrixBase)


def readable(expression):
    """Whether an expression is a formula all the way down."""
    expression = sp.sympify(expression)
    inside = not any(isinstance(node, UNREAD) for node in sp.preorder_traversal(expression))
    return inside and all(readable(q.definition) for q in expression.atoms(Quantity))


FORMULAS = [
    q for q in quantities() if claims() and readable(q.definition) and not q.definition.has(sp.exp)
]


@pytest.mark.parametrize("quantity", FORMULAS, ids=str)
def test_the_printed_definition_is_the_definition(quantity):
    left, right = definition(quantity)
    assert left != right or quantity.record.latex is None
    names = names_in(quantity.definition)
    assert agree(Reader(right, names).whole(), quantity.definition)


def test_most_quantities_are_read_back():
    assert len(FORMULAS) > 0.8 * len(quantities())


def conjuncts():
    """What is printed of every claim: conditions and relations, one at a time."""
    for claim in claims().values():
        statement, said = claim.statement, list(claim.assumptions)
        for part in statement.args if isinstance(statement, sp.And) else (statement,):
            conditions, relation = split(part)
            said += [*conditions, relation]
        yield from ((claim.id, one) for one in dict.fromkeys(said))


#: A formula of structured tasks beside its special case, under the same letters: each side is read
#: with what they mean on it.
ALIKE = {"isotropic-is-special", "isotropic-inputs"}
CONJUNCTS = list(conjuncts())
READ = [(identifier, one) for identifier, one in CONJUNCTS if all(map(readable, one.args))]


def read_back(text, relation, alike=False):
    """Assert that a text says a relation."""
    if isinstance(relation, AtMostOne):
        names = {latex(p): p for p in relation.args[1:]}
        kind, left, right = Reader(text, names).relation()
        assert (kind, left, right) == (sp.Le, Held("points", *relation.args), 1)
        return
    sides = relation.args if alike else [sp.Tuple(*relation.args)]
    kind, left, right = Reader(text, *map(names_in, sides)).relation()
    assert kind is type(relation)
    assert agree(left, relation.lhs)
    assert agree(right, relation.rhs)


@pytest.mark.parametrize(("identifier", "relation"), READ)
def test_the_printed_relation_is_the_relation(identifier, relation):
    read_back(latex(relation), relation, identifier in ALIKE)


def test_nearly_all_that_is_claimed_is_read_back():
    assert len(READ) > 0.95 * len(CONJUNCTS)


SIGNS = {"=": sp.Eq, r"\neq": sp.Ne, ">": sp.Gt, "<": sp.Lt, r"\geq": sp.Ge, r"\leq": sp.Le}


def relations():
    for claim in claims().values():
        yield from ((claim.id, one) for one in claim.statement.atoms(Relational))


def test_no_relation_is_printed_as_an_expression_equal_to_itself():
    """What is true of itself, whatever it is, says nothing; what is not should look like two."""
    for identifier, relation in relations():
        text = latex(relation)
        for sign in ("=", ">", "<"):
            left, _, right = text.partition(f" {sign} ")
            assert left.strip() != right.strip(), (identifier, text)


def test_the_reader_notices_what_is_wrong():
    a, b = sp.symbols("a b")
    names = {"a": a, "b": b}
    assert agree(
        Reader(r"\frac{a^{2}}{b} - \left(a - b\right) 2", names).whole(), a**2 / b - 2 * (a - b)
    )
    assert not agree(Reader(r"a - b", names).whole(), a + b)
    for text in (r"a - - b", r"a + |b|", r"a + c", r"\frac{a}"):
        with pytest.raises(AssertionError):
            Reader(text, names).whole()


def test_signs_and_brackets_are_those_of_the_formula():
    assert latex(-minus_M_prime) == r"M_{\kappa}'(\nu)"
    assert latex(1 - gamma) == r"1 - \gamma"
    assert latex(tau - 1) == r"\tau - 1"


def test_a_symbol_is_no_formula():
    for quantity in quantities():
        name = quantity.record.latex
        if isinstance(name, str):
            assert not re.search(r"\\frac|\\sqrt|[^{_^] ?[-+/] ", name), quantity.name
