"""Every limit of the theory: leading behaviour of errors along any sequence of parameter limits.

`limit` answers one question, `table` all single and double limits. The answers are derived, not
looked up: the fixed point is written as balances of positive terms (`balance`), which terms
dominate is decided by linear algebra over ordered exponents, their leading coefficients by
elimination (`state`), and leading terms of the errors follow from their formulas in
``icl_theory.symbolic``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answer import FIELDS, Limit, limit
    from .orders import Orders, orders_of_limits
    from .result import Algebraic, Case

__all__ = ["FIELDS", "Algebraic", "Case", "Limit", "Orders", "limit", "orders_of_limits"]

#: Where each public name lives: the command line asks for help without loading the theory.
_HOMES = {
    "FIELDS": "answer",
    "Limit": "answer",
    "limit": "answer",
    "Orders": "orders",
    "orders_of_limits": "orders",
    "Algebraic": "result",
    "Case": "result",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
