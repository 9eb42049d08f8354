"""What the proofs rest on, counted from the code and from a run of the claims."""

from __future__ import annotations

import ast
import inspect
from collections import Counter

from icl_theory.algebra import decide, signs
from icl_theory.proof.kernel import (
    decisions,
    domain,
    expressions,
    limits,
    paths,
    placed,
    premises,
    reasoning,
    roots,
    statements,
    theorem,
)
from icl_theory.proof.proof import RULES as CALLED
from icl_theory.verify import second_decision
from icl_theory.verify.runner import Report

from .html import escape, link, table
from .notation import Table
from .words import RULE_WORDS

#: The modules of the kernel, in the order in which they are read.
KERNEL = (
    *(premises, expressions, domain, placed, theorem),
    *(decisions, limits, reasoning, roots, paths, statements),
)


def lines(module: object) -> int:
    """Lines of a module that are code: neither blank, nor comment, nor documentation."""
    source = inspect.getsource(module)  # type: ignore[arg-type]
    words: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(
            node
        ):
            first = node.body[0]
            words.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return sum(
        bool(text.strip()) and not text.strip().startswith("#") and number not in words
        for number, text in enumerate(source.splitlines(), 1)
    )


def base() -> Table:
    """What is trusted: modules of ours, with their lines of code."""
    parts = {
        **{module: str(inspect.getdoc(module)) for module in KERNEL},
        decide: "Whether an expression is zero, and what it leads with.",
        signs: "Which sign an expression has.",
    }
    rows = [
        ("", (f"<code>{module.__name__}</code>", escape(words), str(lines(module))))
        for module, words in parts.items()
    ]
    second = f"<code>{second_decision.__name__}</code>"
    rows.append(
        (
            "",
            (
                second,
                "The second decision; not trusted, it can only object.",
                str(lines(second_decision)),
            ),
        )
    )
    return Table(table("What is trusted", ("module", "decides", "lines of code"), rows))


def called() -> frozenset[str]:
    """Names of the rules that a derivation may call."""
    return CALLED


def rules(report: Report) -> Table:
    """How many theorems each rule made in a run of the claims."""
    made: Counter[str] = Counter()
    for verdict in report.verdicts:
        made.update(dict(verdict.rules))
    rows = [
        ("", (escape(rule), escape(words), str(made[rule])))
        for rule, words in RULE_WORDS.items()
        if made[rule]
    ]
    rows.sort(key=lambda row: -int(row[1][2]))
    again = sum(verdict.decided_again for verdict in report.verdicts)
    rows.append(
        (
            "",
            ("all", f"{again} decisions were made a second time", str(made.total())),
        )
    )
    return Table(table("Theorems by rule", ("rule", "what it does", "theorems"), rows))


def quoted(report: Report) -> Table:
    """The works that theorems are conditional on, and how many claims each."""
    found: Counter[str] = Counter()
    for verdict in report.verdicts:
        found.update(verdict.references)
    rows = [
        ("", (link(f"cite-{key}", escape(key)), str(count))) for key, count in found.most_common()
    ]
    return Table(table("What is quoted", ("work", "claims that are conditional on it"), rows))
