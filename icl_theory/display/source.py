"""Code as a page shows it: where a formula stands, and the lines that define it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from icl_theory.algebra.quantity import Quantity

from .html import code, escape, link

#: The package that is left out where a name of the theory is shown.
PACKAGE = "icl_theory."


def source(name: str) -> str:
    """The definition of a name, such as ``icl_theory.theory.errors.e_icl``, as it is written.

    Raises
    ------
    KeyError
        If no statement of its module defines it.
    """
    module, _, own = name.rpartition(".")
    text, defined = _defined(module)
    return ast.get_source_segment(text, defined[own]) or ""


def place_of(quantity: Quantity) -> str:
    """The module of a quantity and its name, which its definition bears."""
    return f"{quantity.record.module}.{quantity.name}"


def code_of(quantity: Quantity) -> str:
    """The name of a quantity in the code, with a link to its definition."""
    name = place_of(quantity).removeprefix(f"{PACKAGE}theory.")
    return link(f"symbol-{quantity.name}", code(name))


def folded(name: str) -> str:
    """A name that opens onto its definition."""
    return (
        f'<details class="source"><summary>{code(name.removeprefix(PACKAGE))}</summary>'
        f"<pre>{escape(source(name))}</pre></details>"
    )


def defined(quantity: Quantity) -> str:
    """The name of a quantity, and its definition, which a page shows where a link leads to it.

    A fold for each of hundreds would have the browser lay out the page as often.
    """
    name = place_of(quantity)
    shown = link(f"symbol-{quantity.name}", code(name.removeprefix(PACKAGE)))
    return f'{shown}<pre class="definition">{escape(source(name))}</pre>'


@cache
def _defined(module: str) -> tuple[str, dict[str, ast.stmt]]:
    """The text of a module, and its statements by the names that they define."""
    file = Path(__file__).parents[2].joinpath(*module.split(".")).with_suffix(".py")
    text = file.read_text(encoding="utf-8")
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            names = [
                one.id
                for target in node.targets
                for one in ast.walk(target)
                if isinstance(one, ast.Name)
            ]
            # A quantity has the name that its definition gives it.
            if isinstance(node.value, ast.Call):
                first = [a.value for a in node.value.args[:1] if isinstance(a, ast.Constant)]
                names += [value for value in first if isinstance(value, str)]
            found |= dict.fromkeys(names, node)
    return text, found
