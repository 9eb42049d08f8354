"""Objects that a statement shows unevaluated and a proof evaluates exactly.

An expectation, a trace of abstract matrices or a spectral mean is readable as it stands. Its
value, an expression in symbols, is worked out when a proof decides the statement.
"""

from __future__ import annotations

import sympy as sp


class Unevaluated(sp.Expr):
    """Base class: subclasses say in `value` what they stand for."""

    is_commutative = True

    def value(self) -> sp.Expr:
        """Exact value, an expression without held objects."""
        raise NotImplementedError


def evaluated(expression: sp.Basic) -> sp.Basic:
    """Replace every held object in ``expression`` by its value."""
    values: dict[sp.Basic, sp.Expr] = {}
    nodes = sp.preorder_traversal(expression)
    for node in nodes:
        if isinstance(node, Unevaluated):
            values[node] = node.value()
            # What is inside belongs to the object, which evaluates it itself.
            nodes.skip()
    return expression.xreplace(values) if values else expression
