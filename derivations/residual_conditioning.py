"""Conditioning of the three residuals.

Let s = x + t^2, so that xi S = m xi s/(xi + s). If xi <= s then xi S >= xi m/2, and each term of
tau r - xi m = tau - 1 is at most twice the slope tau r + xi S. If xi >= s then xi S >= m s/2 = (x m
+ D1 t)/2. For t <= 1/2, D1 t = kappa (1 - t) t >= kappa t/2, and each term of tau r + x m - kappa t
= tau - kappa is at most four times the slope; for t >= 1/2, D1 t >= D1/2, and so is each term of
tau r + x m + D1 = tau. Since the difference of the terms is tau - 1, tau - kappa or tau, it obeys
the same bounds. Rounding each term to relative precision u thus moves log xi by a small multiple of
u.

The conditions are decided as strict inequalities, t < 1/2 as m > kappa; the bounds, being weak and
continuous, hold up to the boundary.
"""

from icl_theory.symbolic.fixed_point import ridge_log_slope, x
from icl_theory.symbolic.proof import Proof, gt, le, lt
from icl_theory.symbolic.spectral import D1, t
from icl_theory.symbolic.symbols import kappa, m, nu, r, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """Three cases; m > kappa is t < 1/2."""
    on = {nu: x + xi}
    mild, strong = lt(xi, x + t**2), gt(xi, x + t**2)
    few, many = gt(m, kappa), lt(m, kappa)
    cases = [
        (2, [mild], (tau * r, xi * m)),
        (4, [few, strong], (tau * r, x * m, kappa * t)),
        (4, [many, strong], (tau * r, x * m, D1)),
    ]
    for factor, given, terms in cases:
        for term in terms:
            proof.sign(
                le(term, factor * ridge_log_slope),
                on=on,
                given=given,
                because="With the conditions written in positive variables.",
            )
