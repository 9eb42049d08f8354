"""Mathematics in the words of proofs: what is set, and that no word is lost."""

from __future__ import annotations

import re

import pytest

from icl_theory.algebra.quantity import quantities
from icl_theory.display import prose
from icl_theory.display.card import in_words
from icl_theory.display.prose import formulas
from icl_theory.verify.registry import claims


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("x = (1 + rho)/alpha falls", r"$x = (1 + \rho )/\alpha$ falls"),
        ("tau = 1, xi m = tau r, and", r"$\tau = 1$, $\xi m = \tau r$, and"),
        ("As lam -> 0, e_icl <= oo.", r"As $\lambda \to 0$, $e_{\mathrm{ICL}} \le \infty$."),
        ("the root sqrt(tau/c_f)^{-1/2}", r"the root $\sqrt{\tau /c_{f}}^{-1/2}$"),
        ("D12 and v21 of M'", r"$D_{12}$ and $v_{21}$ of $M'$"),
        ("K1^T Q_j, <Gamma, H_Z>", r"$K_{1}^{\top} Q_{j}$, $\langle \Gamma , H_{Z}\rangle$"),
        ("Sigma = (1/d) E (x) I_d", r"$\Sigma = (1/d) E \otimes I_{d}$"),
        ("s*^4 and (c* - c)", r"${s^{\star}}^{4}$ and $({c^{\star}} - c)$"),
        ("on (m, xi, kappa); so", r"on $(m, \xi , \kappa )$; so"),
        # Articles, English words that are names of functions, numbers and code.
        ("A sum of a minute, I say, in 2 lines", "A sum of a minute, I say, in 2 lines"),
        ("(A, that is `alpha`) one-pole", "(A, that is `alpha`) one-pole"),
        ("indices a, b and of (a, s)", "indices $a$, $b$ and of $(a, s)$"),
        ("1 - A = a x", "$1 - A = a x$"),
        ("log xi, the log of k, log weights", r"$\log \xi$, the log of $k$, log weights"),
        ("r = 1 - df/n and df fall", r"$r = 1 - \mathrm{df} /n$ and $\mathrm{df}$ fall"),
        ("a fit (if tau", r"a fit (if $\tau$"),
        ("already $x$ at tau", "already $x$ at tau"),
        ("", ""),
    ],
)
def test_formulas_in_a_sentence(typed, shown):
    assert formulas(typed) == shown


def test_no_word_of_a_proof_is_lost_and_no_formula_is_half():
    names, found = set(prose._NAMES), 0
    for claim in claims().values():
        for paragraph in in_words(claim):
            shown = formulas(paragraph)
            outside = shown.split("$")[::2]
            assert len(outside) == shown.count("$") // 2 + 1, claim.id
            found += len(outside) - 1
            said, seen = (re.sub("`[^`]*`", "", one) for one in (paragraph, "".join(outside)))
            words = re.findall(r"(?<![\w_{])[A-Za-z]{5,}(?![\w}])", said)
            kept = re.findall(r"[A-Za-z]{5,}", seen)
            assert [one for one in words if one not in names] == kept, claim.id
            for formula in shown.split("$")[1::2]:
                plain = formula.replace(r"\{", "").replace(r"\}", "")
                assert plain.count("{") == plain.count("}"), claim.id
                assert plain.count("(") == plain.count(")"), claim.id
    assert found > 1500


def test_no_symbol_of_a_quantity_has_two_indices_side_by_side():
    # TeX refuses a_{b}_{c}; indices of indices are none of the theory's either.
    assert formulas("fold_end_kappa") == r"$\mathrm{fold}_{\mathrm{end}, \kappa}$"
    docs = [quantity.record.doc for quantity in quantities()]
    assert len(docs) > 100
    twice = re.compile(r"_\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}_")
    assert [doc for doc in docs if twice.search(formulas(doc))] == []
