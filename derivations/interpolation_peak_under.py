"""The interpolation peak, below the threshold.

The slope in the denominator is (1 - tau) S/m with S -> m, and the numerator tends to rho + x D1
with m = M_kappa(x). So e_IDG grows like (rho + x D1)/|1 - tau|, and e_ICL, whose pretraining
variance is (1 + x) S e_IDG/tau with S -> m, like (1 + x) m times that. The rest of e_ICL stays
bounded. The state is continuous at tau = 1 from this side, and no denominator but the slope
vanishes, so the limit may be taken at held m.
"""

import sympy as sp

from icl_theory.symbolic import orthant, uniform
from icl_theory.symbolic.errors import e_icl, e_idg
from icl_theory.symbolic.fixed_point import S, ridge_log_slope, x
from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.spectral import D1, P
from icl_theory.symbolic.symbols import m, rho, tau


def prove(proof: Proof, claim: object) -> None:
    """Limits of rational functions at held m, with positive denominators."""
    on = uniform.ridgeless_under()
    distance = 1 - tau
    coefficient = rho + x * D1
    for positive in (P, S, ridge_log_slope):
        proof.sign(
            gt(positive), on=orthant.ridgeless_under(), because="Positive off the threshold."
        )
    proof.limit(
        sp.Limit(distance / ridge_log_slope, tau, 1, "-"),
        1,
        on=on,
        because="The slope in the denominator vanishes like the distance.",
    )
    for error, value in ((e_idg, coefficient), (e_icl, (1 + x) * m * coefficient)):
        proof.limit(
            sp.Limit(distance * error - value, tau, 1, "-"),
            0,
            on=on,
            because="At held m the error times the distance tends to its coefficient.",
        )
    for part in claim.statement.args:
        proof.follows(part, "m tends to M_kappa(x), and the coefficient is continuous in it.")
