"""The training error from the ridge objective.

The minimum r (rho + nu D1) of the objective per sequence is the mean squared residual plus the
penalty lam ||Gamma*||^2/d. By the envelope theorem its slope in lam is ||Gamma*||^2/d, so the
residual is the minimum less lam times its slope. Implicit differentiation along the state gives
(lam/xi)^2 e_IDG: the training error of the limit, found without leaving a sample out.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Implicit differentiation, on the states."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Implicit differentiation in lam.")
