"""What the kernel does with a false statement."""

import inspect

import pytest

from icl_theory.algebra.decide import UndecidedError
from icl_theory.proof.kernel import ProofFailed

REFUSED = (ProofFailed, UndecidedError)


def refused(rule, *arguments, **options):
    """Assert that a rule makes no theorem; what is no argument for it may be a `TypeError`."""
    # A call that the rule does not take at all would be refused whatever it says.
    inspect.signature(rule).bind(*arguments, **options)
    with pytest.raises((*REFUSED, TypeError)):
        rule(*arguments, **options)
