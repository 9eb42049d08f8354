"""The resolvent equation has exactly one positive root.

Multiply the residual by m > 0: f(m) = 1 - nu m - kappa m/(kappa + m) has the same positive roots,
decreases strictly from 1 at m = 0 to -oo, and is continuous. So it vanishes exactly once; M is a
positive root, hence it is that one.
"""

import sympy as sp

from icl_theory.symbolic.calculus import Partial
from icl_theory.symbolic.proof import Proof, eq, lt
from icl_theory.symbolic.spectral import M, resolvent_residual
from icl_theory.symbolic.symbols import m


def prove(proof: Proof, claim: object) -> None:
    """Strictly decreasing from 1 to -oo."""
    f = m * resolvent_residual
    proof.sign(lt(Partial(f, m)), because="m times the residual decreases strictly in m.")
    proof.limit(sp.Limit(f, m, 0), 1, because="It starts at 1")
    proof.limit(sp.Limit(f, m, sp.oo), -sp.oo, because="and falls without bound,")
    proof.follows(
        eq(m, M),
        "so it has exactly one positive root, and M is a positive root: the state's m is M.",
    )
