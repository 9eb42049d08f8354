"""Three forms of one equation.

On the resolvent equation m (x + xi) = 1 - D1, so xi m = 1 - D1 - x m: the paper's form becomes the
sum of degrees of freedom. With D1 = m t = kappa (1 - t) the sum becomes the form measured from
kappa.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.symbols import nu


def prove(proof: Proof, claim: object) -> None:
    """With nu from the resolvent equation and x = nu - xi, at any r."""
    state = uniform.ridge()
    on = {symbol: state[symbol] for symbol in (nu, x)}
    proof.decide(claim.statement, on=on, because="With nu = 1/m - t and x = nu - xi, r free.")
