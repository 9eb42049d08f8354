"""All claims, and the checks that the account is complete."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter

import derivations
from icl_theory.proof.claim import Claim


class RegistryError(Exception):
    """The account of claims is inconsistent."""


@cache
def claims() -> dict[str, Claim]:
    """Every claim by its id, each after the claims that it rests on.

    Raises
    ------
    RegistryError
        If ids repeat, or a claim rests on one that does not exist or, through others, on itself.
    """
    return in_order(one for topic in derivations.TOPICS for one in claims_in(topic))


def claims_in(topic: object) -> list[Claim]:
    """The claims of one module, in the order in which it makes them."""
    return [value for value in vars(topic).values() if isinstance(value, Claim)]


def claim(identifier: str) -> Claim:
    """Look a claim up.

    Raises
    ------
    KeyError
        If there is no claim with this id.
    """
    try:
        return claims()[identifier]
    except KeyError:
        raise KeyError(f"no claim has the id {identifier!r}") from None


def in_order(found: Iterable[Claim]) -> dict[str, Claim]:
    """Sort claims so that each comes after those it rests on; see `claims` for what is checked."""
    by_id: dict[str, Claim] = {}
    for one in found:
        if one.id in by_id:
            raise RegistryError(f"two claims have the id {one.id!r}")
        by_id[one.id] = one
    for one in by_id.values():
        for other in one.rests_on:
            if other not in by_id:
                raise RegistryError(f"{one.id!r} rests on {other!r}, which is no claim")
    try:
        order = TopologicalSorter({one.id: one.rests_on for one in by_id.values()}).static_order()
        return {identifier: by_id[identifier] for identifier in order}
    except CycleError as error:
        raise RegistryError(f"claims rest on each other in a circle: {error.args[1]}") from None


def support(identifiers: Iterable[str], of: dict[str, Claim]) -> list[str]:
    """The given ids and all that they rest on, in the order of ``of``."""
    wanted: set[str] = set()
    stack = list(identifiers)
    while stack:
        identifier = stack.pop()
        if identifier not in wanted:
            wanted.add(identifier)
            stack.extend(of[identifier].rests_on)
    return [identifier for identifier in of if identifier in wanted]


def check_complete(known: Iterable[Claim]) -> None:
    """Check that every module of `derivations` is a topic, and that every proof has its words.

    Raises
    ------
    RegistryError
        Naming the first module that is not collected, or claim without words.
    """
    collected = {topic.__name__.rpartition(".")[2] for topic in derivations.TOPICS}
    for info in pkgutil.iter_modules(derivations.__path__):
        if info.name not in collected:
            raise RegistryError(f"derivations/{info.name}.py is not among the topics")
    for one in known:
        # The first line is a title.
        if not one.words.partition("\n")[2].strip():
            raise RegistryError(f"the proof of {one.id!r} is not said in words")
