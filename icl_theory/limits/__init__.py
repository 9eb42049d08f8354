"""Every limit of the theory: leading behaviour of errors along any sequence of parameter limits.

`limit` answers one question, `table` all single and double limits. The answers are derived, not
looked up: the fixed point is written as balances of positive terms (`balance`), which terms
dominate is decided by linear algebra over ordered exponents, their leading coefficients by
elimination (`state`), and leading terms of the errors follow from their formulas in
``icl_theory.symbolic``.
"""

from __future__ import annotations

from .limit import FIELDS, Limit, limit
from .orders import Orders, orders_of_limits
from .result import Algebraic, Case

__all__ = ["FIELDS", "Algebraic", "Case", "Limit", "Orders", "limit", "orders_of_limits"]
