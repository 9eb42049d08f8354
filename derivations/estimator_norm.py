"""The norm of the estimator from the ridge objective.

By the envelope theorem the slope in lam of the objective's minimum is what lam multiplies:
||Gamma*||^2/d. Implicit differentiation of r (rho + nu D1) along the state gives D2, the norm of
the deterministic estimator, plus S e_IDG/tau, its variance. The ICL error of an estimator with
trace d D1 is 1 + rho - 2 D1 + (1 + x) ||Gamma*||^2/d, and this is e_ICL.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Differentiate implicitly and cancel."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Implicit differentiation in lam.")
