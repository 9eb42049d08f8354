"""A word means one thing in the package: no two classes or types of one name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _types(text):
    """Classes, wherever they stand, and what a module's names of types mean."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, None
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = getattr(target, "id", "_")
                if name[0].isupper() and not name.isupper():
                    yield name, ast.unparse(node.value)


def _twice(sources):
    """Names that stand for more than one class or type, with the modules that define them."""
    homes = defaultdict(dict)
    for module, text in sources.items():
        for name, meaning in _types(text):
            # Two modules may name the same type.
            homes[name].setdefault(meaning or f"the class of {module}", module)
    return {name: list(where.values()) for name, where in homes.items() if len(where) > 1}


def test_every_class_and_type_has_a_name_of_its_own():
    files = [path for part in ("icl_theory", "derivations") for path in (ROOT / part).rglob("*.py")]
    assert len(files) > 100
    assert not _twice({str(path): path.read_text(encoding="utf-8") for path in files})


def test_a_name_with_two_meanings_is_seen():
    sources = {
        "one": "class A: ...\nPoint = dict[str, float]\nSame = float | str\nLETTERS = 1\n",
        "two": "class B:\n    class A: ...\nclass Point: ...\nSame = float | str\nLETTERS = 2\n",
    }
    assert _twice(sources) == {"A": ["one", "two"], "Point": ["one", "two"]}
