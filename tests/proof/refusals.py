"""What the kernel does with a false statement."""

import inspect

import pytest

from icl_theory.algebra.decide import UndecidedError
from icl_theory.proof.kernel import ProofFailed

REFUSED = (ProofFailed, UndecidedError)


def refused(rule, *arguments, **options):
    """Assert that a rule decides that it makes no theorem of these arguments."""
    # A call that the rule does not take at all would be refused whatever it says.
    inspect.signature(rule).bind(*arguments, **options)
    with pytest.raises(REFUSED):
        rule(*arguments, **options)


def no_argument(rule, *arguments, **options):
    """Assert that a rule takes no argument of a kind that it does not know."""
    inspect.signature(rule).bind(*arguments, **options)
    with pytest.raises(TypeError, match=r"no argument|not an expression|made by the rules"):
        rule(*arguments, **options)
