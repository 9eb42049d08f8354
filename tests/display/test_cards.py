"""Claim cards say what the kernel proved, and nothing twice."""

import re
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
import sympy as sp

from icl_theory.algebra.calculus import plain
from icl_theory.algebra.quantity import Quantity, quantities
from icl_theory.display import equations, notation, proof
from icl_theory.display.card import _oracle, conjuncts, in_words, statement_latex
from icl_theory.display.html import line, math
from icl_theory.display.marks import LONG, Marks
from icl_theory.display.source import place_of, source
from icl_theory.display.sympy_code import sympy_code
from icl_theory.display.words import DOMAIN_WORDS, RULE_WORDS, where
from icl_theory.proof import kernel
from icl_theory.proof.kernel import FREE
from icl_theory.theory.errors import e_idg, e_idg_per_tau
from icl_theory.theory.generalisation import weights_error
from icl_theory.theory.spectral import inv_kappa, one_minus_gamma
from icl_theory.verify import registry
from icl_theory.verify.registry import claims

SOME = ["resolvent-unique", "resolvent-equation", "one-minus-gamma", "spectral-bounds"]


class Balanced(HTMLParser):
    """Every tag is closed in its turn, and no id stands twice."""

    def __init__(self):
        super().__init__()
        self.open, self.ids = [], []

    def handle_starttag(self, tag, attributes):
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in {"br", "input", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("identifier", SOME)
def test_a_card_is_well_formed_and_says_how_the_claim_is_known(identifier):
    card = proof(identifier)
    text = card._repr_html_()
    page = Balanced()
    page.feed(text)
    page.close()
    assert not page.open
    assert len(set(page.ids)) == len(page.ids)
    assert f'id="claim-{identifier}"' in text
    references = {oracle.reference for oracle in card.theorem.oracles}
    assert ("proved given" in text) == bool(references)
    assert all(f'href="#cite-{reference}"' in text for reference in references)
    assert all(f'href="#claim-{other}"' in text for other in card.rests_on)
    assert f"icl-theory verify {identifier}" in text
    named = {s for s in card.claim.statement.atoms(sp.Symbol) if isinstance(s, Quantity)}
    assert all(f'href="#symbol-{quantity.name}"' in text for quantity in named)
    assert f'href="#verdict-{identifier}"' in text


def test_what_is_quoted_is_printed_with_the_domain_that_it_is_quoted_on():
    (oracle,) = proof("effective-ridge").theorem.oracles
    place = line(where(oracle.domain))
    assert oracle.domain.name == "penalty" and "wherever" in place
    assert f"{place}, quoted from" in proof("effective-ridge")._repr_html_()
    # A formula that holds for all values needs no place.
    (energies,) = proof("dmmse-freezing").theorem.oracles
    assert energies.domain is FREE
    assert "for all values" not in _oracle(energies)


def test_every_quantity_has_its_definition_in_the_index_once():
    shown = notation.index()._repr_html_()
    for quantity in quantities():
        assert shown.count(f'id="symbol-{quantity.name}"') == 1
        assert escape(source(place_of(quantity))) in shown


def test_a_definition_that_is_not_there_is_no_empty_text():
    with pytest.raises(KeyError):
        source("icl_theory.theory.errors.e_nothing")


@pytest.mark.parametrize("identifier", SOME)
def test_every_step_stands_in_the_card_with_its_rule(identifier):
    card = proof(identifier)
    steps = card._repr_html_().partition("<summary>Proof")[2]
    assert steps.count("<li>") == len(card.steps)
    decided = [step for step in card.steps if step.theorem.rule != "quoted"]
    assert steps.count('class="claim-rule"') == len(decided)


@pytest.mark.parametrize("identifier", SOME)
def test_no_sentence_stands_twice(identifier):
    text = re.sub(r"<[^>]*>", "\n", proof(identifier)._repr_html_())
    sentences = [s for s in re.split(r"[.\n]", text) if len(s.split()) > 5 and "\\" not in s]
    assert len(set(sentences)) == len(sentences)


def test_every_rule_of_the_kernel_has_its_words():
    modules = Path(kernel.__file__).parent.glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in modules)
    assert set(re.findall(r'_theorem\(\s*"([^"]+)"', source)) == set(RULE_WORDS)


def test_every_domain_of_a_claim_has_its_words():
    assert {claim.domain.name for claim in claims().values()} <= set(DOMAIN_WORDS)


def test_every_statement_is_code_that_runs():
    looked_up = 0
    for claim in claims().values():
        code = sympy_code(claim)
        if "icl_theory" in code:
            looked_up += 1
            continue
        names = {}
        exec(code, names)
        assert len(names["statement"]) == len(conjuncts(claim.statement))
    # The others say something of roots, limits along states, or matrices.
    assert looked_up < len(claims()) / 2


def test_the_code_states_the_claim():
    claim = claims()["degrees-of-freedom"]
    names = {}
    exec(sympy_code(claim), names)
    values = {"nu": sp.Rational(2, 3), "m": sp.Rational(5, 7), "kappa": sp.Rational(3, 2)}
    for code, part in zip(names["statement"], conjuncts(claim.statement), strict=True):
        for one, other in ((code.lhs, plain(part.lhs)), (code.rhs, plain(part.rhs))):
            at = {symbol: values[symbol.name] for symbol in one.free_symbols}
            again = {symbol: values[symbol.name] for symbol in other.free_symbols}
            assert one.subs(at) == other.subs(again)


def test_an_equation_never_defines_an_expression_by_itself():
    shown = equations(e_idg, e_idg_per_tau, one_minus_gamma)
    assert all(left != right for left, right in shown.rows)
    assert r"\mathcal{F}'" in shown.rows[0][1]


def test_a_quantity_without_a_symbol_has_no_row():
    assert equations(inv_kappa).rows == ()


def test_words_are_the_paragraphs_below_the_title():
    claim = claims()["resolvent-unique"]
    assert claim.words.splitlines()[0] not in in_words(claim)
    assert in_words(claim)


@pytest.mark.parametrize("identifier", ["isotropic-is-special", "structured-long-contexts"])
def test_a_substitution_of_many_values_is_said_once_under_a_mark(identifier):
    claim = registry.find_claim(identifier)
    [(printed, mark, values)] = Marks(claim.statement).places
    shown = re.sub(r' data-copy="[^"]*"', "", proof(identifier)._repr_html_())
    assert escape(printed) not in shown
    sizes = ("", r"\displaystyle ")
    assert all(sum(shown.count(math(size + value)) for size in sizes) == 1 for value in values)
    # What is copied has no marks.
    assert printed in statement_latex(claim.statement)
    assert mark not in statement_latex(claim.statement)


@pytest.mark.parametrize("identifier", ["isotropic-inputs", "dmmse-skewness", "limit-of-icl"])
def test_no_index_is_longer_than_what_it_stands_at(identifier):
    statement = registry.find_claim(identifier).statement
    assert max(map(len, indices(statement_latex(statement)))) >= LONG
    assert max(map(len, indices(Marks(statement).latex(statement)))) < LONG


@pytest.mark.parametrize("identifier", ["error-averages", "icl-error-of-weights", "finite-errors"])
def test_no_matrix_stands_in_an_index(identifier):
    """Traces of matrices are said beside the statement, one within another under its own mark."""
    statement = registry.find_claim(identifier).statement
    marks = Marks(statement)
    assert r"\operatorname{tr}" not in "".join(indices(marks.latex(statement)))
    said = re.findall(r"\\\((.*?)\\\)", unescape(marks.html()), re.DOTALL)
    assert sum(r"\operatorname{tr}" in one for one in said) >= 2
    assert all(r"\operatorname{tr}" not in index for one in said for index in indices(one))
    # In the order in which they are read.
    text = marks.latex(statement)
    outer = [mark for _, mark, _ in marks.places if rf"|_{{{mark}}}" in text]
    assert outer == sorted(outer, key=lambda mark: text.find(rf"|_{{{mark}}}"))


def indices(text):
    """What stands in the indices of a formula's bars."""
    for start in re.finditer(r"\\right\|_\{", text):
        depth, end = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield text[start.end() : end - 1]


def test_different_substitutions_have_different_marks_and_short_ones_none():
    marks = Marks(registry.find_claim("matched-crosses-thrice").statement)
    assert len({mark for _, mark, _ in marks.places}) == len(marks.places) == 5
    assert Marks(registry.find_claim("few-tasks-law").statement).html() == ""


def test_a_number_and_a_word_do_not_run_together():
    printed = equations(weights_error)._repr_latex_()
    assert r"2\,\mathrm{overlap}" in printed and r"2 \mathrm" not in printed
    assert r"2\,\mathrm{overlap}" in math(r"v - 2 \mathrm{overlap}")


def test_what_a_reader_cannot_see_of_symbols_is_said():
    where = {name: unescape(proof(name)._where()) for name in ("rotation", "fold-end")}
    assert (
        rf"{math('G, P, T')} symmetric; {math('O')} orthogonal; {math('G')} invertible"
        in where["rotation"]
    )
    assert unescape(math("h, u, v > 0")) in where["fold-end"]
    assert f"In a limit of {math('h, u')} the other symbols are held." in where["fold-end"]
    averaged = unescape(proof("two-resolvents")._where())
    assert unescape(math(r"G = \frac{1 - p}{\nu}")) in averaged
    assert unescape(math(r"p \in (0, 1)")) in averaged
    ridge, spectral = (unescape(proof(c)._where()) for c in ("ridge-slope", "spectral-derivative"))
    one, its = math(r"\xi"), math(r"\nu, m, r")
    rest = f"the states {its} move along, and the other symbols are held."
    assert f"In a derivative in {one} {rest}" in ridge
    one = math(r"\nu")
    assert f"In a derivative in {one} the state {math('m')} moves along" in spectral
    slopes = unescape(proof("state-slopes")._where())
    both = math(r"\nu, r")
    assert f"In a partial derivative in {both} the other symbols are held." in slopes
    # Those of the theory have their ranges in the table of symbols.
    assert "Here" not in proof("resolvent-unique")._where()
