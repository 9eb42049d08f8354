"""All claims, and the checks that the account is complete."""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import derivations

from .claim import Claim


class RegistryError(Exception):
    """The account of claims is inconsistent."""


#: Modules of this package that hold claims, in the order of the book.
MODULES = (
    "model",
    "deterministic",
    "spectral",
    "fixed_point",
    "iteration",
    "errors",
    "ridgeless",
    "infinite_context",
    "limits",
    "lines",
    "stationary",
    "boundary",
    "optimal_ridge",
    "sensitivity",
    "baselines",
)


@cache
def claims() -> dict[str, Claim]:
    """Every claim by its id, each after the claims that it rests on.

    Raises
    ------
    RegistryError
        If ids repeat, or a claim rests on one that does not exist or, through others, on itself.
    """
    return in_order(
        claim
        for name in MODULES
        for claim in importlib.import_module(f"{__package__}.{name}").CLAIMS
    )


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
    """Check that nothing was forgotten: claims not collected, claims or proofs without the other.

    Raises
    ------
    RegistryError
        Naming the first module of claims that is not in `MODULES`, claim without a proof or without
        its words, or proof without a claim.
    """
    package = importlib.import_module(__package__)
    for info in pkgutil.iter_modules(package.__path__):
        if info.name not in MODULES and _assigns_claims(_tree(f"{__package__}.{info.name}")):
            raise RegistryError(f"the claims of {info.name}.py are not collected")
    modules = {info.name for info in pkgutil.iter_modules(derivations.__path__)}
    expected = {one.module.rpartition(".")[2]: one.id for one in known}
    for name, identifier in expected.items():
        if name not in modules:
            raise RegistryError(f"the proof of {identifier!r} is missing: derivations/{name}.py")
        tree = _tree(f"{derivations.__name__}.{name}")
        if not _proves(tree):
            raise RegistryError(f"the proof of {identifier!r} is missing in derivations/{name}.py")
        # The first line is a title.
        if not (ast.get_docstring(tree) or "").partition("\n")[2].strip():
            raise RegistryError(f"derivations/{name}.py does not say its proof in words")
    for name in sorted(modules - set(expected)):
        if _proves(_tree(f"{derivations.__name__}.{name}")):
            raise RegistryError(f"derivations/{name}.py proves nothing that is claimed")


def _tree(module: str) -> ast.Module:
    """Syntax tree of a module, read without importing it."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise RegistryError(f"there is no module {module}")
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _proves(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == "prove" for node in tree.body)


def _assigns_claims(tree: ast.Module) -> bool:
    targets = (t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets)
    return any(isinstance(target, ast.Name) and target.id == "CLAIMS" for target in targets)
