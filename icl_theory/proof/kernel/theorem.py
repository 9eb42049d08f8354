"""What a theorem is, and the one function that makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import sympy as sp

from icl_theory.algebra.quantity import epoch, unfold
from icl_theory.algebra.statements import PathLimit

from .domain import Domain
from .placed import _meaningful
from .premises import COMPARED, Given, Relation, require, trusted

_SEAL = object()


def _frozen(value: Any) -> Any:
    """An argument that no one can change, and that is the same however often it is read."""
    if isinstance(value, sp.Basic):
        trusted(value)
        return value
    if value is None or type(value) in (int, str, bool, Domain):
        return value
    if isinstance(value, Made):
        require(value.genuine(), "not as a rule made it: {}", type(value).__name__)
        return value
    if isinstance(value, Mapping):
        return {_frozen(key): _frozen(entry) for key, entry in dict(value).items()}
    if isinstance(value, Iterable):
        return tuple(_frozen(entry) for entry in value)
    raise TypeError(f"no argument of a rule: {type(value).__name__}")


P = ParamSpec("P")
R = TypeVar("R")


def _rule(function: Callable[P, R]) -> Callable[P, R]:
    """A rule that reads its arguments once."""

    @wraps(function)
    def applied(*arguments: P.args, **options: P.kwargs) -> R:
        fixed = [_frozen(a) for a in arguments]
        named = {name: _frozen(option) for name, option in options.items()}
        for condition in named.get("given", ()):
            require(isinstance(condition, COMPARED), "no condition on numbers: {}", condition)
        return function(*fixed, **named)

    return applied


@dataclass(frozen=True)
class Oracle:
    """A quoted result: what it says, as a formula, at which points, and where it is from."""

    relation: Relation
    domain: Domain
    reference: str


class Made:
    """What rules alone make, and pass on as it is."""

    def made(self) -> None:
        """Remember how it was made."""
        _AS_MADE[self] = dict(vars(self))

    def genuine(self) -> bool:
        """Whether it was made, and is as it was then: no copy, and nothing put in its place."""
        then, now = _AS_MADE.get(self, {}), vars(self)
        return then.keys() == now.keys() != set() and all(now[n] is then[n] for n in then)


#: What was made: its attributes at the time.
_AS_MADE: WeakKeyDictionary[Made, dict[str, Any]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Theorem(Made):
    """A conclusion with everything that it depends on; see the module's docstring.

    Attributes
    ----------
    conclusion, hypotheses, domain
        What holds, under which conditions, at which points.
    oracles
        Quoted results that the theorem is conditional on.
    rule, premises
        The rule that made it, and the theorems that the rule was given.
    definitions
        State of the definitions in which it was made: in another one it is no theorem.
    """

    conclusion: Relation
    hypotheses: frozenset[Relation]
    domain: Domain
    oracles: frozenset[Oracle]
    rule: str
    premises: tuple[Theorem, ...]
    definitions: object
    # Not kept: nobody finds it on a theorem, and `dataclasses.replace` cannot pass it on.
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("theorems are made by the rules of the kernel")
        self.made()

    def __init_subclass__(cls) -> None:
        raise TypeError("there is one kind of theorem")


def _theorem(
    rule: str,
    conclusion: Relation,
    domain: Domain,
    hypotheses: Iterable[Relation] = (),
    premises: tuple[Theorem, ...] = (),
    oracles: Iterable[Oracle] = (),
    discharged: bool = False,
) -> Theorem:
    require(domain.named(), "the name {} is that of another domain", domain)
    for premise in premises:
        require(isinstance(premise, Theorem), "{}: a premise is no theorem", rule)
        require(premise.definitions == epoch(), "{}: a premise has other definitions", rule)
    inherited = () if discharged else premises
    said_before = frozenset(hypotheses)
    _meaningful(domain, said_before)
    conditions = said_before.union(*(p.hypotheses for p in inherited))
    quoted = frozenset(oracles).union(*(p.oracles for p in premises))
    for said in (conclusion, *conditions):
        trusted(said)
    return Theorem(conclusion, conditions, domain, quoted, rule, premises, epoch(), _SEAL)


def _at(on: Domain, theorem: Theorem) -> Relation:
    """What a theorem says at every point of a domain."""
    here = _covers(theorem, on)
    require(here, "{} holds on {}, not on {}", theorem.conclusion, theorem.domain, on)
    return theorem.conclusion


def _covers(theorem: Theorem, on: Domain) -> bool:
    """Whether what a theorem says it says of every point of a domain."""
    return on is theorem.domain or (_portable(theorem) and on.within(theorem.domain))


def _portable(theorem: Theorem) -> bool:
    """Whether a theorem says something without its domain: of points, not in its coordinates."""
    said = (theorem.conclusion, *theorem.hypotheses)
    read = set().union(*(unfold(s).free_symbols for s in said))
    return pointwise(theorem.conclusion) and not read & set(theorem.domain.inverse())


def pointwise(relation: Relation) -> bool:
    """Whether a relation speaks of one point at a time, not of a path."""
    return not relation.has(sp.Limit, PathLimit)


def split(conjunct: Relation) -> tuple[Given, Relation]:
    """Conditions and conclusion of an implication; of another relation there are none."""
    if not isinstance(conjunct, sp.Implies):
        return (), conjunct
    condition, relation = conjunct.args
    return (condition.args if isinstance(condition, sp.And) else (condition,)), relation
