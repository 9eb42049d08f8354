r"""Printed formulas are read back by a parser that shares nothing with the printer."""

import itertools
import re

import pytest
import sympy as sp
from sympy.core.relational import Relational
from sympy.matrices.expressions import BlockMatrix

from icl_theory.algebra.gaussian import ExponentialMean, LogMean
from icl_theory.algebra.matrix_words import Block
from icl_theory.algebra.quantity import quantities
from icl_theory.algebra.statements import AtMostOne
from icl_theory.algebra.tex import definition, latex
from icl_theory.proof.kernel import split
from icl_theory.theory import stationary
from icl_theory.theory.errors import e_idg
from icl_theory.theory.inputs import idg_per_tau
from icl_theory.theory.model import Expectation
from icl_theory.theory.spectral import gamma, minus_M_prime
from icl_theory.theory.symbols import tau
from icl_theory.verify.registry import claims

from .meaning import agree, names_in
from .notation import Held
from .reader import Reader


@pytest.mark.parametrize("quantity", [q for q in quantities() if claims()], ids=str)
def test_the_printed_definition_is_the_definition(quantity):
    left, right = definition(quantity)
    assert left != right or quantity.record.latex is None
    names = names_in(quantity.definition)
    assert agree(Reader(right, names).whole(), quantity.definition)


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


def read_back(text, relation, alike=False):
    """Assert that a text says a relation."""
    if isinstance(relation, AtMostOne):
        names = {latex(p): p for p in relation.args[1:]}
        kind, left, right = Reader(text, names).relation()
        assert (kind, left, right) == (sp.Le, Held("points", *relation.args), 1)
        return
    sides = relation.args if alike else [sp.Tuple(*relation.args)]
    reader = Reader(text, *map(names_in, sides))
    kind, left, right = reader.relation()
    assert kind is type(relation)
    assert agree(left, relation.lhs)
    assert agree(right, relation.rhs)
    assert set(reader.sizes) == {one.rows for one in relation.atoms(sp.Identity)}


@pytest.mark.parametrize(("identifier", "relation"), CONJUNCTS)
def test_the_printed_relation_is_the_relation(identifier, relation):
    read_back(latex(relation), relation, identifier in ALIKE)


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


def test_a_product_of_long_sums_stands_beside_its_fraction():
    printed = definition(stationary.rho_star_icl_under)[1]
    assert printed.startswith(r"\frac{\left(1 - u\right)^{2}}{\kappa u \left(2 - u\right)} \left(")
    # One of few terms does not, nor one of means.
    assert definition(e_idg)[1].count(r"\frac") == 1
    assert definition(idg_per_tau)[1].startswith(r"\frac")


def test_a_symbol_is_no_formula():
    for quantity in quantities():
        name = quantity.record.latex
        if isinstance(name, str):
            assert not re.search(r"\\frac|\\sqrt|[^{_^] ?[-+/] ", name), quantity.name


#: What is changed: a sign, a number, an index, a transpose, a cell of a matrix, a letter. E_3 and
#: E_4 are the same number.
CHANGES = {
    "plus": (r" \+ ", lambda _: " - "),
    "minus": (r" - ", lambda _: " + "),
    "number": (r"(?<!E_)\d", lambda m: str((int(m[0]) + 1) % 10)),
    "index": (r"(?<=[_{,])[a-z](?=[,}=])", lambda m: "b" if m[0] == "a" else "a"),
    "transpose": (r"\^\{T\}", lambda _: ""),
    "cell": (r"& ", lambda _: r"\\"),
    "letter": (r"(?<=[ (])[KMOQVXYdkvwxy](?![A-Za-z(])", lambda m: "v" if m[0] == "w" else "w"),
}
WITH_SUMS_OR_BLOCKS = [
    (identifier, one)
    for identifier, one in CONJUNCTS
    if one.has(Block, BlockMatrix, Expectation, ExponentialMean, LogMean)
]


def assert_noticed(pattern, instead, relation, most=None):
    """Assert that a text which is changed in one place is not read as the relation."""
    text, places = latex(relation), 0
    for match in itertools.islice(re.finditer(pattern, text), most):
        other = text[: match.start()] + instead(match) + text[match.end() :]
        with pytest.raises(AssertionError):
            read_back(other, relation)
        places += 1
    return places


@pytest.mark.parametrize(("pattern", "instead"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_is_printed_is_noticed(pattern, instead):
    """In the first place of every statement with sums over components, blocks or exponentials."""
    found = [assert_noticed(pattern, instead, one, 1) for _, one in WITH_SUMS_OR_BLOCKS]
    assert sum(found) >= 10


@pytest.mark.slow
@pytest.mark.parametrize(("identifier", "relation"), WITH_SUMS_OR_BLOCKS)
def test_every_change_of_what_is_printed_is_noticed(identifier, relation):
    assert sum(assert_noticed(*change, relation) for change in CHANGES.values()) >= 10


def test_what_is_true_of_matrices_is_not_read_as_another_truth():
    relation = claims()["sherman-morrison"].statement.args[0]
    read_back(latex(relation), relation)
    with pytest.raises(AssertionError):
        read_back(r"\mathbb{I}_{N} = \mathbb{I}_{N}", relation)
