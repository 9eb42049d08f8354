"""The rotated form of the features' law.

With theta = 1, y_i = z_i + eps_i with z_i = <x_i, w>. Rotate the context so that its first axis is
along the noise: s = |eps|, a is the component of z on that axis and q the square of the rest, so
sum y_i z_i = s a + a^2 + q and sum y_i^2 = (s + a)^2 + q. That this is the right law is seen from
generating functions. With ell = 1 there is no q, and the function of (a, s) equals that of one
token. Each further context token adds a normal to s^2 and one to q; what q's normal contributes is
what a contributes at s = 0. So the function for ell tokens is the ell-th power of that of one.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """One token, then what every further token adds."""
    proof.decide(claim.statement, because="Factors of the generating functions, inverse squared.")
