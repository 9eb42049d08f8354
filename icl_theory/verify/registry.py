"""All claims, and the checks that the account is complete."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

import derivations
from icl_theory.proof.claim import Claim


class RegistryError(Exception):
    """The account of claims is inconsistent."""


@cache
def claims() -> dict[str, Claim]:
    """Every claim by its id, in the order of the topics.

    Raises
    ------
    RegistryError
        If ids repeat.
    """
    return by_id(one for topic in derivations.TOPICS for one in claims_in(topic))


def claims_in(topic: ModuleType) -> list[Claim]:
    """The claims of one module, in the order in which it makes them."""
    own = (value for value in vars(topic).values() if isinstance(value, Claim))
    return [one for one in own if one.derivation.__module__ == topic.__name__]


def topic_of(claim: Claim) -> str:
    """The topic of a claim: the name of the module that proves it."""
    return claim.derivation.__module__.rpartition(".")[2]


def find_claim(identifier: str) -> Claim:
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


def by_id(found: Iterable[Claim]) -> dict[str, Claim]:
    """Claims by their ids; see `claims` for what is checked."""
    known: dict[str, Claim] = {}
    for one in found:
        if one.id in known:
            raise RegistryError(f"two claims have the id {one.id!r}")
        known[one.id] = one
    return known


def check_complete(known: Iterable[Claim]) -> None:
    """Check that every module of `derivations` is a topic, and that every proof has its words.

    Raises
    ------
    RegistryError
        Naming the first module that is not collected, or claim without words.
    """
    collected = {topic.__name__.rpartition(".")[2] for topic in derivations.TOPICS}
    for path in derivations.__path__:
        for file in sorted(Path(path).glob("[a-z]*.py")):
            # Pieces that several topics share claim nothing.
            if file.stem in collected or not _claims(ast.parse(file.read_text("utf-8"))):
                continue
            raise RegistryError(f"derivations/{file.name} is not among the topics")
    for one in known:
        # The first line is a title.
        if not one.words.partition("\n")[2].strip():
            raise RegistryError(f"the proof of {one.id!r} is not said in words")


def _claims(tree: ast.Module) -> bool:
    """Whether a module decorates a function at its top, as every claim does."""
    return any(
        "claim" in ast.unparse(decorator)
        for node in tree.body
        for decorator in getattr(node, "decorator_list", ())
    )
