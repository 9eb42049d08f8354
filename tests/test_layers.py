"""Imports go downwards only, wherever in a file they stand, and nothing is imported by a string."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What each part of the house may import of ours, besides itself. A name admits all below it.
ALLOWED: dict[str, tuple[str, ...]] = {
    "icl_theory.algebra": (),
    "icl_theory.theory": ("algebra",),
    "icl_theory.proof": ("algebra", "theory"),
    "icl_theory.limits": ("algebra", "theory", "proof"),
    "icl_theory.evaluate": ("algebra", "theory"),
    "icl_theory.stationary": ("algebra", "theory", "limits", "evaluate"),
    "icl_theory.baselines": ("algebra", "theory", "evaluate"),
    "icl_theory.budget": ("algebra", "theory", "evaluate"),
    "icl_theory.finite": ("algebra", "theory", "evaluate"),
    "icl_theory.transformers": ("algebra", "theory", "evaluate", "baselines", "finite"),
    "derivations": ("algebra", "theory", "proof", "limits"),
    "icl_theory.verify": (
        "algebra",
        "theory",
        "proof",
        "limits",
        "evaluate",
        "finite",
        "derivations",
    ),
    "icl_theory.display": ("algebra", "theory", "proof", "limits", "verify"),
    "icl_theory.figures": (
        *("algebra", "theory", "proof", "limits", "evaluate", "stationary", "baselines"),
        *("finite", "transformers", "verify", "display"),
    ),
}
#: The public face hands out names of all of the house below the figures, and rests on none.
FACE = "icl_theory"
#: What stands on top of everything.
TOP = ("icl_theory.cli", "icl_theory.__main__", "benchmarks", "book")
#: Ways to import, or to run, what no reader of the imports can see.
HIDDEN = {"import_module", "__import__", "exec", "eval", "run_module", "run_path", "exec_module"}
#: Where one of them may stand: programs that are generated from formulas are run by `exec`, and a
#: result that is read loads the module that names its class.
GENERATED = {
    "icl_theory.evaluate": {"exec"},
    "icl_theory.algebra.exchange": {"import_module"},
}


def modules(root: Path) -> dict[str, Path]:
    """Every module of ours by its name."""
    found = {}
    for top in ("icl_theory", "derivations", "benchmarks", "book/tools"):
        for path in sorted((root / top).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> Iterator[str]:
    """Modules of ours that a file imports, anywhere in it and for any purpose.

    The packages above an imported module are imported too, but a package that holds both files is
    there already.
    """
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *(node.module.split(".") if node.module else [])])
            wanted = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for full in wanted:
            while full and full not in known:
                full = full.rpartition(".")[0]
            if full and full != name:
                yield full


def graph(root: Path) -> dict[str, set[str]]:
    """Every module of ours with those that it imports."""
    files = modules(root)
    return {name: set(imports(name, path, set(files))) for name, path in files.items()}


def part(module: str) -> str:
    """The part of the house that a module belongs to."""
    top, _, rest = module.partition(".")
    return top if top != "icl_theory" or not rest else f"{top}.{rest.split('.')[0]}"


def full_name(name: str) -> str:
    """Name of a part as the table of what is allowed has it."""
    return name if name == "derivations" else f"icl_theory.{name}"


def strays(edges: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Imports that go upwards or sideways: who, and what."""
    found = set()
    for module, imported in edges.items():
        here = part(module)
        if here in TOP:
            continue
        allowed = {here, *map(full_name, ALLOWED.get(here, ()))}
        if here == FACE:
            allowed = set(ALLOWED) - {"derivations", "icl_theory.verify", "icl_theory.figures"}
        found |= {(module, other) for other in imported if part(other) not in allowed}
    return found


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import each other, in groups (strongly connected components)."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(start: str, along: dict[str, set[str]], into: list[str]) -> None:
        stack = [(start, iter(sorted(along.get(start, ()))))]
        seen.add(start)
        while stack:
            node, rest = stack[-1]
            further = next((n for n in rest if n not in seen), None)
            if further is None:
                into.append(node)
                stack.pop()
            else:
                seen.add(further)
                stack.append((further, iter(sorted(along.get(further, ())))))

    for module in edges:
        if module not in seen:
            visit(module, edges, order)
    backwards: dict[str, set[str]] = {}
    for module, imported in edges.items():
        for other in imported:
            backwards.setdefault(other, set()).add(module)
    seen.clear()
    groups = []
    for module in reversed(order):
        if module not in seen:
            group: list[str] = []
            visit(module, backwards, group)
            if len(group) > 1:
                groups.append(sorted(group))
    return groups


def hidden(path: Path) -> set[str]:
    """Names in a file through which something could be imported unseen."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.name.rpartition(".")[2])
    return names & HIDDEN


@pytest.fixture(scope="module")
def house():
    return graph(ROOT)


def test_imports_go_downwards(house):
    assert strays(house) == set()


def test_every_part_has_its_place(house):
    assert {part(module) for module in house} <= {FACE, *ALLOWED, *TOP}


def test_nothing_imports_itself_in_a_circle(house):
    assert circles(house) == []


def test_nothing_is_imported_by_a_string():
    found = {
        name: names
        for name, path in modules(ROOT).items()
        if part(name) not in ("benchmarks", "book")
        and (names := hidden(path) - GENERATED.get(part(name), set()) - GENERATED.get(name, set()))
    }
    assert found == {}


@pytest.fixture
def built(tmp_path):
    """A function that writes modules, given as name=source, and draws their graph."""

    def build(**sources):
        for name, source in sources.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
        return graph(tmp_path)

    return build


def test_an_import_upwards_is_seen_wherever_it_stands(built):
    edges = built(
        icl_theory__evaluate__float64="",
        icl_theory__theory__late="def f():\n    from ..evaluate import float64\n",
        icl_theory__theory__typed="if TYPE_CHECKING:\n    import icl_theory.evaluate.float64\n",
        icl_theory__theory__fine="from . import late\nimport sympy\n",
        derivations__one="from icl_theory.evaluate.float64 import errors\n",
    )
    assert strays(edges) == {
        ("icl_theory.theory.late", "icl_theory.evaluate.float64"),
        ("icl_theory.theory.typed", "icl_theory.evaluate.float64"),
        ("derivations.one", "icl_theory.evaluate.float64"),
    }


def test_a_circle_behind_late_imports_is_seen(built):
    edges = built(
        icl_theory__algebra__a="from . import b\n",
        icl_theory__algebra__b="from .c import f\n",
        icl_theory__algebra__c="def f():\n    from icl_theory.algebra import a\n",
        icl_theory__algebra__d="from . import a\n",
    )
    assert circles(edges) == [[f"icl_theory.algebra.{name}" for name in "abc"]]


@pytest.mark.parametrize(
    "source",
    [
        "import importlib\nimportlib.import_module('icl_theory.cli')\n",
        "from importlib import import_module as load\n",
        "def f(name):\n    return __import__(name)\n",
        "exec('import icl_theory.cli')\n",
    ],
)
def test_an_import_by_a_string_is_seen(tmp_path, source):
    path = tmp_path / "one.py"
    path.write_text(source)
    assert hidden(path)
