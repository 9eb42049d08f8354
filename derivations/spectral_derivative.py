"""-M' = m/P, twice.

First by the implicit function theorem from the resolvent equation: 1/m = nu + t gives -m'/m^2 = 1 +
t' with t' = -m' t^2/kappa. Second by differentiating the closed form with its square root. The
results agree, the first on the resolvent equation, the second at m = M.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.calculus import At, Partial, Total
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.spectral import M, minus_M_prime
from icl_theory.symbolic.symbols import m, nu


def prove(proof: Proof, claim: object) -> None:
    """Differentiate implicitly and explicitly."""
    proof.identity(
        Total(m, nu),
        -minus_M_prime,
        on=uniform.spectral(),
        because="Implicit differentiation of the resolvent equation.",
    )
    proof.identity(
        Partial(M, nu),
        -At(minus_M_prime, (m, M)),
        because="Differentiation of the closed form.",
    )
