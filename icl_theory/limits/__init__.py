"""Every limit of the theory: leading behaviour of errors along any sequence of parameter limits.

`limit` answers one question, `table` all single and double limits. The answers are derived, not
looked up: the fixed point is written as balances of positive terms (`balance`), which terms
dominate is decided by linear algebra over ordered exponents, their leading coefficients by
elimination (`state`), and leading terms of the errors follow from their formulas in
``icl_theory.theory``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answer import Limit, limit
    from .orders import OrdersOfLimits, orders_of_limits
    from .result import Case, PositiveRoot

__all__ = ["Case", "Limit", "OrdersOfLimits", "PositiveRoot", "limit", "orders_of_limits"]


def __getattr__(name: str) -> Any:
    # The theory is loaded when one of these is first asked for.
    home: Any
    match name:
        case "PositiveRoot" | "Case":
            from . import result as home
        case "OrdersOfLimits" | "orders_of_limits":
            from . import orders as home
        case _ if name in __all__:
            from . import answer as home
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
