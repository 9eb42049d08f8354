"""From the 1/|1 - tau| law to the lam^{-1/2} law at any context length.

Write |1 - tau| = s, xi m = u s and tau r = v s. The two balances 1 - D1 = xi m + x m and tau - D1 =
tau r + x m give u - v = 1 below the threshold and v - u = 1 above it, and lam = r xi makes u v =
tau m lam/s^2. With lam = c s^2 and s -> 0 the product tends to c m with m = M_kappa(x), so (u +
v)^2 = 1 + 4 u v tends to 1 + 4 c m. The slope of the ridge equation is s (v + u S/m), and S -> m: s
e_IDG tends to (rho + x D1)/(u + v).
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant, uniform
from icl_theory.symbolic.errors import e_icl, e_idg
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.limits import c, peak_window_any_icl, peak_window_any_idg
from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.spectral import D1
from icl_theory.symbolic.symbols import lam, m, nu, r, rho, tau, xi

s, w = sp.symbols("s w", positive=True)


def prove(proof: Proof, claim: Claim) -> None:
    """Both sides of the threshold, with m and the smaller of u and v held."""
    at_peak = orthant.spectral()
    at_peak[x] = at_peak[nu]
    for tau_value, u, v in ((1 - s, 1 + w, w), (1 + s, w, 1 + w)):
        place = {tau: tau_value, xi: u * s / m}
        on = {key: value.xreplace(place) for key, value in uniform.ridge().items()} | place
        proof.identity(tau * r, v * s, on=on, because="The balances of 1 and tau differ by s.")
        proof.limit(sp.Limit(lam / s**2, s, 0), u * v / m, on=on, because="So c m = u v.")
        proof.identity((u + v) ** 2, 1 + 4 * u * v, because="And u + v is the root of 1 + 4 c m.")
        value = (rho + x * D1) / (u + v)
        for error, limit, stated in (
            (e_idg, value, peak_window_any_idg),
            (e_icl, (1 + x) * m * value, peak_window_any_icl),
        ):
            proof.limit(sp.Limit(s * error - limit, s, 0), 0, on=on, because="At held m and w.")
            scaled = on | {c: u * v / m}
            proof.identity(stated**2, limit**2, on=scaled, because="Both have this square,")
            for one in (stated, limit):
                proof.sign(gt(one), on=at_peak, because="and both are positive.")
    for part in claim.statement.args:
        proof.follows(
            part,
            "As s -> 0 at fixed parameters m tends to M_kappa(x) and w to a positive constant.",
        )
