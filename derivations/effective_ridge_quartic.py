"""The quartic of the effective ridge.

Eliminate m: the ridge equation gives m = N/xi^2 with N = (1 - tau) xi + tau lam. Put into the
resolvent equation and cleared of denominators it is a polynomial of degree four in xi. It vanishes
on the rational uniformisation of all states.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.fixed_point import quartic
from icl_theory.symbolic.proof import Proof, eq


def prove(proof: Proof, claim: object) -> None:
    """Vanishing on the states; degree and leading coefficient."""
    proof.identity(quartic, 0, on=uniform.ridge(), because="It vanishes at every state.")
    for part in claim.statement.args:
        if part != eq(quartic, 0):
            proof.decide(part, because="Degree four, with this leading coefficient.")
