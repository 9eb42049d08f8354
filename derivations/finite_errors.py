"""Test errors at finite d from the minimum of the loss.

Add s_B tr(Gamma B Gamma^T)/d to the penalty lam |Gamma|^2/d per sample. By the envelope theorem
the derivative of the minimum at s_B = 0 is tr(Gamma* B Gamma*^T)/d for the minimiser Gamma*
itself: the derivative of the minimum knows the quadratic part of any test error, and no second
deterministic equivalent is needed.

The minimum per sample is mean of y (y - <Gamma*, H>), which by leaving one out is r times the
population's minimum, r (v - tr(A H^{-1} A^T)/d), with H = E + (lam + s_B B)/r and r from the
equation of the effective ridge, tau (1 - r) = tr(E H^{-1})/d. This is the quoted equivalent of
first order; the minimum is concave in s_B, so its derivative converges too.

Differentiate. The equation of r gives its rate transfer/(tau - F2). The minimum gives rate e_E +
tr(Gamma_eq B Gamma_eq^T)/d, where e_E is the error of Gamma_eq on the pretraining population. The
linear part of the test error is that of Gamma_eq. So e_test = e_B + rate e_E. With the pretraining
population as the test, e_IDG = e_E + F2 e_E/(tau - F2) = tau e_E/(tau - F2).
"""

import sympy as sp

from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.deterministic import (
    changed_inverse,
    changed_minimum,
    population_minimum,
    regularised,
    regularised_change,
    strength,
)
from icl_theory.symbolic.proof import Proof, eq
from icl_theory.symbolic.symbols import d
from icl_theory.symbolic.words import Whole


def prove(proof: Proof, claim: object) -> None:
    """First order in the added penalty."""
    change, one = regularised_change(), sp.Identity(d + 1)
    proof.identity(
        Whole((regularised + strength * change) * changed_inverse()),
        Whole(one - strength**2 * change * regularised.I * change * regularised.I),
        because="H^{-1} - s H^{-1} H' H^{-1} inverts H + s H' up to s^2.",
    )
    proof.identity(
        At(changed_minimum(), (strength, sp.Integer(0))),
        population_minimum(),
        because="At s = 0 the minimum is that of the population with ridge xi, times r.",
    )
    proof.assume(
        eq(sp.Symbol("L/n"), population_minimum()),
        "lu2025asymptotic",
        "Deterministic equivalent of first order for Gamma*, with any fixed quadratic penalty: "
        "linear functionals of Gamma* are those of the population's minimiser.",
    )
    proof.decide(
        claim.statement,
        because="Derivatives of the equation of r and of the minimum, and what they add up to.",
    )
