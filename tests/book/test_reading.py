"""What a reader needs stands where it is needed: a picture, and a meaning for each letter."""

import ast
import re

import pytest
import sympy as sp

from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.tex import latex
from icl_theory.display.card import statement_latex
from icl_theory.theory.symbols import MEANING
from icl_theory.verify.registry import claims

from .test_promises import CALL, PAGES, listed

#: Tables, not chapters of the theory.
TABLES = ("numbers", "claims")
CHAPTERS = [page for page in listed() if CALL.search(PAGES[page]) and page not in TABLES]


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_begins_with_a_picture(page):
    opening = PAGES[page].partition("\n## ")[0]
    assert re.search(r"\b(Plot|diagrams\.\w+|regimes)\(", opening)


def bare(tex):
    """TeX without braces and space, in which one letter is found in another."""
    return re.sub(r"[{}\s]", "", tex)


def letters(claim):
    """Letters of a statement as they are shown, less those of the whole book and quantities."""
    shown = bare(statement_latex(claim.statement))
    for symbol in claim.statement.atoms(sp.Symbol):
        tex = bare(latex(symbol))
        known = isinstance(symbol, Quantity) or symbol in MEANING or r"\mathrm" in tex
        if not known and " " not in symbol.name and says(shown, tex):
            yield tex


def says(mathematics, tex):
    end = r"(?![A-Za-z])" if tex[-1].isalpha() else ""
    # What has entries is named with any of them.
    name, entry = re.fullmatch(r"(.*?)(_(?:[a-f]+|\d\d))?", tex).groups()
    found = rf"{re.escape(name)}_\w" if entry else re.escape(tex) + end
    return re.search(rf"(?<![A-Za-z\\]){found}", mathematics) is not None


@pytest.mark.parametrize("page", [page for page in listed() if CALL.search(PAGES[page])])
def test_letters_on_cards_stand_in_the_words_of_the_chapter(page):
    words = re.sub(r"^```\{code-cell\}.*?^```", "", PAGES[page], flags=re.DOTALL | re.MULTILINE)
    formulas = r"\$\$.*?\$\$|\$[^$]+\$|^```\{math\}.*?^```"
    mathematics = bare(" ".join(re.findall(formulas, words, re.DOTALL | re.MULTILINE)))
    unsaid = {
        (tex, name)
        for name in CALL.findall(PAGES[page])
        for tex in letters(claims()[name])
        if not says(mathematics, tex)
    }
    assert sorted(unsaid) == []


def test_every_plot_has_a_caption_and_words_for_those_who_do_not_see_it():
    bare_plots = []
    for page, text in PAGES.items():
        for cell in re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            code = re.sub(r"\A(:tags:.*\n)+", "", cell)
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Plot":
                    given = {one.arg for one in node.keywords}
                    if not {"caption", "alt"} <= given:
                        bare_plots.append((page, ast.unparse(node)[:80]))
    assert bare_plots == []
