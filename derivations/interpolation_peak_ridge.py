"""The interpolation peak at tau = 1.

At tau = 1 the ridge equation is r = xi m, so lam = xi^2 m: since 1/(1 + nu) < m < 1/nu, xi vanishes
with lam like lam^{1/2}. The slope is xi (m + S) with S -> m, so xi e_IDG -> (rho + x D1)/(2 m) and
lam^{1/2} e_IDG = m^{1/2} xi e_IDG. The same for e_ICL, whose pretraining variance is (1 + x) S
e_IDG.
"""

import sympy as sp

from icl_theory.symbolic import uniform
from icl_theory.symbolic.errors import e_icl, e_idg
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.spectral import D1
from icl_theory.symbolic.symbols import lam, m, rho, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """At tau = 1, with m held and xi -> 0."""
    on = {symbol: value.subs(tau, 1) for symbol, value in uniform.ridge().items()}
    on[tau] = sp.Integer(1)
    proof.identity(lam, xi**2 * m, on=on, because="The ridge equation at tau = 1.")
    coefficient = (rho + x * D1) / (2 * m)
    for error, value in ((e_idg, coefficient), (e_icl, (1 + x) * m * coefficient)):
        proof.limit(
            sp.Limit(xi * error - value, xi, 0),
            0,
            on=on,
            because="At held m, xi times the error tends to its coefficient.",
        )
    for part in claim.statement.args:
        proof.follows(part, "lam^{1/2} = m^{1/2} xi, and m tends to M_kappa(x).")
