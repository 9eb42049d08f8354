"""A word means one thing in the package: no two classes of one name."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _homes(sources):
    """The modules that define each class."""
    homes = defaultdict(list)
    for name, text in sources.items():
        for found in re.findall(r"^\s*class (\w+)", text, re.MULTILINE):
            homes[found].append(name)
    return homes


def _twice(sources):
    return {name: where for name, where in _homes(sources).items() if len(where) > 1}


def test_every_class_has_a_name_of_its_own():
    files = [path for part in ("icl_theory", "derivations") for path in (ROOT / part).rglob("*.py")]
    assert len(files) > 100
    assert not _twice({str(path): path.read_text(encoding="utf-8") for path in files})


def test_a_name_with_two_meanings_is_seen():
    sources = {"one": "class A: ...", "two": "class B:\n    class A: ..."}
    assert _twice(sources) == {"A": ["one", "two"]}
