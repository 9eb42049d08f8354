"""With the best ridge both errors fall with tau.

At a given effective ridge xi both errors fall strictly with tau, and r = 1 - df_1/tau grows: what
ridge lam >= 0 could do before, it can still do. So the least error over all lam >= 0 falls: the
best xi of a smaller tau, kept, is already better. That best xi is finite: when lam grows, m ~ 1/xi
-> 0, and the errors approach that of the zero predictor, 1 + rho, from below.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant, uniform
from icl_theory.symbolic.fixed_point import argument_residual
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.symbols import xi
from icl_theory.symbolic.uniform import solve_linear


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    state = uniform.spectral()
    state[xi] = solve_linear(argument_residual.definition, xi).xreplace(state)
    for part in claim.statement.args:
        if part.has(sp.Limit):
            proof.decide(part, on=state, because="the errors at a large ridge")
        else:
            proof.decide(part, on=orthant.ridge(), because="signs on the orthant of states")
