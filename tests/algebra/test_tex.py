r"""Printed formulas are read back by a parser that shares nothing with the printer.

The parser is strict: it knows sums, products, quotients, powers, roots and brackets, and the names
that the formula at hand may use. Two names that look alike make it fail.
"""

import re

import mpmath
import pytest
import sympy as sp
from sympy.core.relational import Relational

from icl_theory.algebra.averages import Average
from icl_theory.algebra.calculus import plain
from icl_theory.algebra.quantity import Quantity, quantities
from icl_theory.algebra.tex import definition, latex
from icl_theory.algebra.unevaluated import Unevaluated
from icl_theory.theory.errors import e_idg
from icl_theory.theory.inputs import idg_per_tau
from icl_theory.theory.optimal_ridge import variance_fall
from icl_theory.theory.spectral import gamma, minus_M_prime
from icl_theory.theory.symbols import tau
from icl_theory.verify.registry import claims


class Reader:
    """Reads a formula, from the left, with one token of foresight."""

    def __init__(self, text, names):
        # Longest first, so that D_{12} is not read as D.
        self.names = dict(sorted(names.items(), key=lambda item: -len(item[0])))
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
        value = -self.product() if self.skip("-") else self.product()
        while sign := self.skip("+", "-"):
            term = self.product()
            value = value + term if sign == "+" else value - term
        return value

    def product(self):
        value = self.power()
        while (factor := self.power(optional=True)) is not None:
            value = value * factor
        return value

    def power(self, optional=False):
        base = self.atom(optional)
        if base is not None and self.skip("^"):
            return base ** self.group()
        return base

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
        if self.skip(r"\frac"):
            over = self.group()
            return over / self.group()
        if self.skip(r"\sqrt"):
            if self.skip("["):
                order = self.atom(False)
                self.need("]")
                return self.group() ** (1 / sp.sympify(order))
            return sp.sqrt(self.group())
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
        if number := re.match(r"\s*(\d+)", self.text):
            self.text = self.text[number.end() :]
            return sp.Integer(number[1])
        assert optional, f"nothing to read at {self.text[:60]!r}"
        return None


#: Symbols that stand in the expressions shown for quantities: what they are.
CUSTOMARY = {
    "G'{}": -variance_fall,
    r"M_{\kappa}'(\nu)": -minus_M_prime,
    r"e_{\mathrm{IDG}}": e_idg,
}
#: The same where they stand within the expression shown for a quantity.
WITHIN = {idg_per_tau: {r"e_{\mathrm{IDG}}": tau * idg_per_tau}}


def names_in(*expressions):
    """What the names of a formula mean: its symbols, and what is shown in place of quantities."""
    found = {}
    stack = [symbol for e in expressions for symbol in e.atoms(sp.Symbol)]
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
        meaning = CUSTOMARY.get(symbol.name, symbol)
        assert found.setdefault(name, meaning) == meaning, f"{name} means two things"
    return found


def agree(one, other):
    """Whether two expressions are equal at points where neither is special."""
    one, other = plain(one), plain(other)
    symbols = sorted(one.free_symbols | other.free_symbols, key=str)
    rng = iter(range(1, 10**6))
    with mpmath.workdps(60):
        for _ in range(2):
            at = {s: sp.Rational(7 * next(rng) + 3, 11 + 2 * next(rng)) for s in symbols}
            left, right = (sp.N(e.xreplace(at), 50) for e in (one, other))
            if abs(left - right) > sp.Float("1e-35", 50) * (1 + abs(left)):
                return False
    return True


def readable(expression):
    """Whether an expression is a formula all the way down, with nothing held unevaluated."""
    held = (Unevaluated, Average, sp.Limit, sp.MatrixBase, sp.MatrixExpr)
    return not any(isinstance(node, held) for node in sp.preorder_traversal(sp.sympify(expression)))


def down(expression):
    """Whether the same is true of the quantities that it is made of."""
    expression = sp.sympify(expression)
    return readable(expression) and all(down(q.definition) for q in expression.atoms(Quantity))


FORMULAS = [
    q for q in quantities() if claims() and down(q.definition) and not q.definition.has(sp.exp)
]


@pytest.mark.parametrize("quantity", FORMULAS, ids=str)
def test_the_printed_definition_is_the_definition(quantity):
    left, right = definition(quantity)
    assert left != right or quantity.record.latex is None
    names = names_in(quantity.definition)
    assert agree(Reader(right, names).whole(), quantity.definition)


def test_most_quantities_are_read_back():
    assert len(FORMULAS) > 0.8 * len(quantities())


def sides():
    for claim in claims().values():
        statement = claim.statement
        for part in statement.args if isinstance(statement, sp.And) else (statement,):
            relation = part.args[1] if isinstance(part, sp.Implies) else part
            if isinstance(relation, sp.core.relational.Relational) and all(
                map(down, relation.args)
            ):
                yield claim.id, relation


SIGNS = {"=": sp.Eq, r"\neq": sp.Ne, ">": sp.Gt, "<": sp.Lt, r"\geq": sp.Ge, r"\leq": sp.Le}


@pytest.mark.parametrize(("identifier", "relation"), list(sides()))
def test_the_printed_relation_is_the_relation(identifier, relation):
    text = latex(relation)
    # A sign inside a group belongs to a name, such as the index of a region.
    depth, cut = 0, None
    for found in re.finditer(r"[{}]|\\left|\\right|(?<![\\a-z])[=<>]|\\(?:neq|geq|leq)\b", text):
        if found[0] in "{}":
            depth += {"{": 1, "}": -1}[found[0]]
        elif found[0] in SIGNS and depth == 0:
            cut = found
            break
    assert cut is not None
    assert SIGNS[cut[0]] is type(relation)
    left, right = text[: cut.start()], text[cut.end() :]
    assert left.strip() != right.strip()
    names = names_in(*relation.args)
    assert agree(Reader(left, names).whole(), relation.lhs)
    assert agree(Reader(right, names).whole(), relation.rhs)


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
