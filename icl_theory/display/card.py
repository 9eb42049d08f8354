"""Claim cards: a statement, how it is known, what it rests on, and the steps of its proof."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import sympy as sp

from icl_theory.algebra.averages import Average, p, weight
from icl_theory.algebra.calculus import Partial, Total
from icl_theory.algebra.matrix_words import OrthogonalMatrix, SymmetricMatrix
from icl_theory.algebra.quantity import Quantity, quantities
from icl_theory.algebra.statements import PathLimit
from icl_theory.algebra.tex import latex
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import FREE, Oracle, Theorem
from icl_theory.proof.printed import bound_and_free, printed
from icl_theory.proof.proof import Step
from icl_theory.theory.symbols import MEANING
from icl_theory.verify.registry import find_claim

from .html import escape, line, link, math
from .marks import Marks
from .prose import formulas
from .source import code_of
from .sympy_code import sympy_code
from .words import RULE_WORDS, anchor, where


@dataclass(frozen=True)
class ClaimCard:
    """A claim, and the steps of its proof as they were decided just now."""

    claim: Claim
    theorem: Theorem
    steps: tuple[Step, ...]
    rests_on: tuple[str, ...]

    def _repr_html_(self) -> str:
        identifier = self.claim.id
        name = f"claim-{identifier}"
        return (
            f'<article class="claim-card" id="{name}" aria-labelledby="{name}-title" '
            f'data-rests-on="{" ".join(self.rests_on)}">'
            f'<div class="claim-head"><p class="claim-title" id="{name}-title">'
            f"{line(self.claim.heading)}</p>"
            f'<p class="claim-badges">{self._badges()} '
            f'<a class="claim-permalink" href="#{name}" '
            f'title="Link to this claim">{escape(identifier)}</a></p></div>'
            f"{statement_html(self.claim.statement)}"
            f'<p class="claim-where">{self._where()}</p>'
            f"{self._given()}{self._relations()}{self._code()}{self._proof()}{self._copy()}</article>"
        )

    def _badges(self) -> str:
        references = sorted({oracle.reference for oracle in self.theorem.oracles})
        badges = '<span class="claim-badge claim-proved">proved</span>'
        if references:
            given = ", ".join(link(f"cite-{key}", escape(key)) for key in references)
            badges = f'<span class="claim-badge claim-given">proved given</span> {given}'
        if self.claim.check:
            badges += ' <span class="claim-badge claim-simulated">and simulated</span>'
        if self.claim.paper:
            badges += f' <span class="claim-paper">{escape(self.claim.paper)}</span>'
        return badges

    def _where(self) -> str:
        domain = self.claim.domain
        words = f"{line(where(domain))}"
        sentence = f"{words[0].upper()}{words[1:]}"
        if domain.name != "free":
            sentence += f" ({link(anchor(domain), 'domain')})"
        if self.claim.assumptions:
            sentence += ", if " + _list(math(latex(a)) for a in self.claim.assumptions)
        sentence += "."
        if self.claim.statement.has(PathLimit):
            sentence += (
                " Under a limit along states, symbols are those of the states on the way; "
                "outside, those of the domain."
            )
        return sentence + _symbols((self.claim.statement, *self.claim.assumptions))

    def _given(self) -> str:
        if not self.theorem.oracles:
            return ""
        quoted = "".join(f"<li>{_oracle(o)}</li>" for o in _ordered(self.theorem.oracles))
        count = len(self.theorem.oracles)
        what = "one quoted result" if count == 1 else f"{count} quoted results"
        return f"<details><summary>Given {what}</summary><ul>{quoted}</ul></details>"

    def _relations(self) -> str:
        """What it rests on; what uses it the book fills in, which knows all cards."""
        on = ", ".join(
            link(f"claim-{other}", line(find_claim(other).heading)) for other in self.rests_on
        )
        rests = f'<p class="claim-rests">Rests on: {on}.</p>' if on else ""
        return rests + "<!-- used by -->"

    def _code(self) -> str:
        """Where the formulas stand that it names, and what checked it."""
        checked = link(f"verdict-{self.claim.id}", "decisions and points")
        named = {s for s in self.claim.statement.atoms(sp.Symbol) if isinstance(s, Quantity)}
        listed = ", ".join(code_of(q) for q in quantities() if q in named)
        written = f"Formulas in the code: {listed}. " if listed else ""
        return f'<p class="claim-code">{written}Checked: {checked}.</p>'

    def _proof(self) -> str:
        rules = Counter(step.theorem.rule for step in self.steps)
        counted = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
        number = len(self.steps)
        summary = f"Proof: {number} step{'s' * (number != 1)}" + (
            f" ({counted})" if counted else ""
        )
        words = "".join(f"<p>{line(formulas(paragraph))}</p>" for paragraph in in_words(self.claim))
        return (
            f"<details><summary>{escape(summary)}</summary>"
            f'<div class="claim-words">{words}</div>{"".join(self._cases())}</details>'
        )

    def _cases(self) -> Iterator[str]:
        """Steps in order, those of one domain and the same conditions together."""
        own, marks = set(self.claim.assumptions), Marks(self.claim.statement)
        said = set(in_words(self.claim))

        def case(step: Step) -> tuple[str, str]:
            more = sorted(step.theorem.hypotheses - own, key=str)
            if step.theorem.rule == "quoted":
                return "", ""
            place = "" if step.theorem.domain is self.claim.domain else where(step.theorem.domain)
            return place, " and ".join(f"${latex(h)}$" for h in more)

        for (place, conditions), steps in groupby(self.steps, key=case):
            text = ", ".join(filter(None, (place, conditions and f"if {conditions}")))
            head = f'<p class="claim-case">{line(text[0].upper() + text[1:])}:</p>' if text else ""
            items = []
            for step in steps:
                because = "" if step.because in said else step.because
                said.add(because)
                items.append(f"<li>{_step(step, because, marks)}</li>")
            yield f"{head}<ol>{''.join(items)}</ol>"

    def _copy(self) -> str:
        texts = {
            "LaTeX": statement_latex(self.claim.statement),
            "SymPy": sympy_code(self.claim),
            "call": f"icl-theory verify {self.claim.id}",
        }
        buttons = " ".join(
            f'<button type="button" class="claim-copy" data-copy="{escape(text)}">{name}</button>'
            for name, text in texts.items()
        )
        return f'<p class="claim-copies">Copy as {buttons} <span role="status"></span></p>'


def _symbols(said: tuple[sp.Basic, ...]) -> str:
    """What a reader cannot see of symbols that are a claim's own, and what stays in a limit."""
    written = {symbol for relation in said for symbol in printed(relation)}
    held = [n for relation in said for n in sp.preorder_traversal(relation)]
    scopes = [bound_and_free(part) for relation in said for part in conjuncts(relation)]
    own = {s for bound, _ in scopes for s in bound} - {s for _, free in scopes for s in free}
    named: dict[str, list[str]] = {}
    for symbol in sorted(written - own - set(MEANING), key=str):
        kind = _kind(symbol)
        if kind and not isinstance(symbol, Quantity):
            named.setdefault(kind, []).append(latex(symbol))
    inverse = {node.arg for node in held if isinstance(node, sp.Inverse)}
    named |= {"invertible": sorted(map(latex, inverse))} if inverse else {}
    parts = [
        math(f"{', '.join(symbols)} {kind}")
        if kind.startswith("\\") or kind[0] in "<>"
        else f"{math(', '.join(symbols))} {kind}"
        for kind, symbols in named.items()
    ]
    text = f" Here {'; '.join(parts)}." if parts else ""
    pairs = {pair for node in held if isinstance(node, Average) for pair in node.args[1]}
    if any(isinstance(node, Average) for node in held):
        over = [math(rf"{latex(p)} \in (0, 1)"), math(f"{latex(weight)} > 0")]
        over += sorted(math(f"{latex(s)} = {latex(value)}") for s, value in pairs)
        text += f" Averages are over {', '.join(over)}."
    moved = {node.args[1] for node in held if isinstance(node, sp.Limit)}
    if moved:
        letters = ", ".join(sorted(map(latex, moved)))
        text += f" In a limit of {math(letters)} the other symbols are held."
    alone = {node.args[1] for node in held if isinstance(node, Partial)}
    if alone:
        letters = ", ".join(sorted(map(latex, alone)))
        text += f" In a partial derivative in {math(letters)} the other symbols are held."
    along: dict[tuple[str, ...], set[str]] = {}
    for node in held:
        if isinstance(node, Total):
            states = tuple(sorted(map(latex, node.args[3])))
            along.setdefault(states, set()).add(latex(node.args[1]))
    for states, moving in sorted(along.items()):
        letters, one = math(", ".join(sorted(moving))), len(states) == 1
        which = f"the state{'' if one else 's'} {math(', '.join(states))} move{'s' if one else ''}"
        text += f" In a derivative in {letters} {which} along, and the other symbols are held."
    return text


def _kind(symbol: sp.Basic) -> str:
    """The range that a symbol is declared with, or what a matrix is known to be."""
    if isinstance(symbol, SymmetricMatrix | OrthogonalMatrix):
        return "symmetric" if isinstance(symbol, SymmetricMatrix) else "orthogonal"
    if isinstance(symbol, sp.MatrixSymbol) or symbol.is_integer or not symbol.is_real:
        return ""
    if symbol.is_negative:
        return "< 0"
    return (
        "> 0" if symbol.is_positive else r"\geq 0" if symbol.is_nonnegative else r"\in \mathbb{R}"
    )


def proof(identifier: str) -> ClaimCard:
    """Run the proof of a claim and show its statement and its steps.

    Parameters
    ----------
    identifier
        The claim's id.

    Raises
    ------
    ProofFailed
        If a premise is false, or the statement is not reached.
    """
    claim = find_claim(identifier)
    theorem, record = claim.prove()
    return ClaimCard(claim, theorem, tuple(record.steps), claim.rests_on())


def conjuncts(statement: sp.Basic) -> tuple[sp.Basic, ...]:
    """The relations of a statement."""
    return statement.args if isinstance(statement, sp.And) else (statement,)


def statement_latex(statement: sp.Basic) -> str:
    """LaTeX of a statement, a row for each relation."""
    rows = [latex(part) for part in conjuncts(statement)]
    if len(rows) == 1:
        return rows[0]
    return "\\begin{gathered}\n" + " \\\\\n".join(rows) + "\n\\end{gathered}"


def statement_html(statement: sp.Basic) -> str:
    """A statement as it is read: relations that hold under one condition together."""
    groups: dict[sp.Basic | None, list[sp.Basic]] = {}
    for part in conjuncts(statement):
        condition, relation = part.args if isinstance(part, sp.Implies) else (None, part)
        groups.setdefault(condition, []).append(relation)
    text, marks = "", Marks(statement)
    for condition, relations in groups.items():
        if condition is not None:
            text += f'<p class="claim-if">If {math(latex(condition))}:</p>'
        text += "".join(math(marks.latex(relation), display=True) for relation in relations)
    # What is wider than the page is scrolled, with the keyboard too.
    scrolls = 'tabindex="0" role="group" aria-label="Statement"'
    return f'<div class="claim-statement" {scrolls}>{text}</div>{marks.html()}'


def in_words(claim: Claim) -> list[str]:
    """The proof in words, by paragraphs, without the line that repeats the title."""
    _, _, body = claim.words.partition("\n")
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", body) if p.strip()]


def _step(step: Step, because: str, marks: Marks) -> str:
    theorem = step.theorem
    words = f"{line(formulas(because))} " if because else ""
    if theorem.rule == "quoted":
        return words + "; ".join(map(_oracle, _ordered(theorem.oracles)))
    relations = _list((math(marks.latex(part)) for part in conjuncts(theorem.conclusion)), "; ")
    return f'{words}{relations} <span class="claim-rule">{RULE_WORDS[theorem.rule]}</span>'


def _ordered(oracles: Iterable[Oracle]) -> list[Oracle]:
    return sorted(oracles, key=lambda o: (str(o.relation), o.domain.name, o.reference))


def _oracle(oracle: Oracle) -> str:
    said = _list((math(latex(part)) for part in conjuncts(oracle.relation)), "; ")
    place = "" if oracle.domain is FREE else f" {line(where(oracle.domain))}"
    return (
        f"{said}{place}, quoted from {link(f'cite-{oracle.reference}', escape(oracle.reference))}"
    )


def _list(items: Iterable[str], separator: str = ", ") -> str:
    return separator.join(items)
