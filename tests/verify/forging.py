"""Theorems that no rule made, to see that they are contradicted."""

from icl_theory.algebra.quantity import epoch
from icl_theory.proof.domains import FREE
from icl_theory.proof.kernel.theorem import _SEAL, Theorem


def smuggled(conclusion, domain=FREE, *, rule, given=(), premises=()):
    """A theorem that is sealed by hand."""
    return Theorem(
        conclusion,
        frozenset(given),
        domain,
        frozenset(),
        rule,
        tuple(premises),
        epoch(),
        _SEAL,
    )
