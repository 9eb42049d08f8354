"""The kernel: what a theorem is, and the only rules that make one.

A `Theorem` says: at every point of its domain at which its hypotheses hold, its conclusion is
defined and true, given the quoted results that it lists. A domain is a set of points, values of its
symbols: those that solve its equations, with every symbol in the range that it is declared with.
Each rule decides its premises by exact algebra and says what it relies on; nothing outside of this
package makes a theorem. Trusted besides: SymPy's unfolding of definitions, substitution and
differentiation, and the decisions of `icl_theory.algebra.decide` and `signs`.

In the order in which it is read: `premises`, `expressions`, `domain` and `placed` say of what a
theorem speaks, and where that is defined; `theorem` alone makes one; and the rules are in
`decisions`, `limits`, `reasoning`, `roots`, `paths` and `statements`.
"""

from .decisions import identity, quote, sign
from .domain import FREE, Domain, in_order
from .expressions import algebraic, continuous, defined, in_range, plain, ranges, vanishes_nowhere
from .limits import limit
from .paths import SMALL, Branch, branch, compose, path_limit
from .premises import COMPARED, STRICT, WEAK, Given, ProofFailed, Relation, Values, require, trusted
from .reasoning import combination, specialise, squeeze
from .roots import at_most_one, one_root, same_root, some_root
from .statements import conclude, conjunct
from .theorem import Oracle, Theorem, pointwise, split

__all__ = [
    "COMPARED",
    "FREE",
    "SMALL",
    "STRICT",
    "WEAK",
    "Branch",
    "Domain",
    "Given",
    "Oracle",
    "ProofFailed",
    "Relation",
    "Theorem",
    "Values",
    "algebraic",
    "at_most_one",
    "branch",
    "combination",
    "compose",
    "conclude",
    "conjunct",
    "continuous",
    "defined",
    "identity",
    "in_order",
    "in_range",
    "limit",
    "one_root",
    "path_limit",
    "plain",
    "pointwise",
    "quote",
    "ranges",
    "require",
    "same_root",
    "sign",
    "some_root",
    "specialise",
    "split",
    "squeeze",
    "trusted",
    "vanishes_nowhere",
]
