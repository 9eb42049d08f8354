"""What the book promises about itself is true: read from the sources, before anything is built."""

import importlib
import re
from pathlib import Path

import pytest
import yaml

import icl_theory
from icl_theory.cli import main
from icl_theory.display.paper_map import ITEMS
from icl_theory.display.source import source
from icl_theory.verify.registry import claims

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in BOOK.glob("*.md")}
KEYS = re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text("utf-8"), re.MULTILINE)
CALL = re.compile(r'\bproof\(\s*"([^"]+)"\s*,?\s*\)')


def listed():
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    return [contents["root"], *chapters]


def placed():
    """Every call of `proof` in a chapter: the claim and the page."""
    return [(name, page) for page, text in PAGES.items() for name in CALL.findall(text)]


def test_every_claim_stands_in_exactly_one_chapter():
    found = [name for name, _ in placed()]
    missing = [name for name in claims() if name not in found]
    twice = sorted({name for name in found if found.count(name) > 1})
    unknown = sorted(set(found) - set(claims()))
    assert (missing, twice, unknown) == ([], [], [])


def test_every_call_of_proof_names_its_claim():
    for page, text in PAGES.items():
        cells = "".join(re.findall(r"^```\{code-cell\}.*?^```", text, re.DOTALL | re.MULTILINE))
        calls = re.findall(r"(?<![\w.])proof\(", cells)
        assert len(calls) == len(CALL.findall(cells)), page


def test_every_page_is_in_the_table_of_contents_and_every_entry_is_a_page():
    assert sorted(listed()) == sorted(PAGES)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_links_and_citations_resolve(page):
    text = re.sub(r"^```\{code-cell\}.*?^```", "", PAGES[page], flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([a-z_0-9]+)\.md", text):
        assert target in listed(), target
    for name in re.findall(r"\]\(#claim-([a-z0-9-]+)\)", text):
        assert name in claims(), name
    for cited in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text):
        for key in cited.split(","):
            assert key.strip() in KEYS, key


def test_quoted_works_are_among_the_references():
    sources = (BOOK.parent / "derivations").glob("*.py")
    quoted = {
        key
        for path in sources
        for key in re.findall(
            r"quote\(.*?\"([a-z]+\d{4}[a-z]+)\"", path.read_text("utf-8"), re.DOTALL
        )
    }
    assert quoted
    assert quoted <= set(KEYS)
    assert ":all:" in PAGES["references"]


def numbered():
    """The chapters that the book counts, but for the table of claims at their end."""
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    found = [
        entry["file"]
        for part in contents["parts"]
        if part.get("numbered")
        for entry in part["chapters"]
    ]
    assert found[-1] == "claims"
    return found[:-1]


def missing_parts(text):
    """What every chapter has and this text has not, or not in this order."""
    parts = (
        r"^\*\*(?:The q|Q)uestion\.\*\* ",
        r"^\*\*(?:The a|A)nswer\.\*\* ",
        r"^## What to remember$",
        r"^## Exercises$",
    )
    missing, start = [], 0
    for part in parts:
        found = re.compile(part, re.MULTILINE).search(text, start)
        if found is None:
            missing.append(part)
        else:
            start = found.end()
    exercises = text[start:].split("\n## ")[0]
    count = len(re.findall(r"^(?:\*\*)?\d+\.(?:\*\*)? ", exercises, re.MULTILINE))
    solutions = len(re.findall(r"^`{3,}\{admonition\} Solution$", exercises, re.MULTILINE))
    return [*missing, *(["exercises"] * (count < 2)), *(["solutions"] * (solutions != count))]


@pytest.mark.parametrize("page", numbered())
def test_a_chapter_has_its_parts(page):
    """From the question to exercises, each with its solution, as the first page promises."""
    assert missing_parts(PAGES[page]) == []


def test_a_missing_part_is_noticed():
    whole = PAGES["model"]
    assert missing_parts(whole) == []
    assert missing_parts(whole.replace("## What to remember", "## What to forget")) != []
    assert missing_parts(whole.replace("{admonition} Solution", "{admonition} Hint", 1)) != []
    assert missing_parts(whole.replace("**The answer.**", "The answer.")) != []


def test_the_path_of_the_student_is_the_order_of_the_book():
    listed_for_students = re.findall(r"^\d\. \[[^]]+\]\((\w+)\.md\)", PAGES["index"], re.MULTILINE)
    assert len(listed_for_students) == 6
    assert "After these six" in PAGES["index"]
    assert listed_for_students == numbered()[:6]


def test_the_api_page_has_every_public_name():
    documented = set(re.findall(r"icl_theory\.(\w+)$", PAGES["api"], re.MULTILINE))
    assert set(icl_theory.__all__) <= documented


def test_every_public_function_has_an_example():
    for name in icl_theory.__all__:
        if name != "__version__":
            assert ">>>" in getattr(icl_theory, name).__doc__, name


def test_the_page_of_the_command_line_has_every_command():
    shown = re.findall(r'show_help\("([^"]+)"\)', PAGES["command_line"])
    assert shown == list(main.commands)


def test_the_map_of_the_paper_leads_to_pages_that_state_what_it_says():
    at = dict(placed())
    for item in ITEMS:
        assert item.chapter in PAGES
        assert set(item.claims) <= set(claims())
        for name in item.claims:
            assert at[name], name
    numbered = {claim.paper for claim in claims().values() if claim.paper}
    said = " ".join(item.what for item in ITEMS)
    assert all(number in said for number in numbered)


#: Parameters of a call that the map leaves out.
POINT = 'tau=2, alpha=3, kappa="1/2", rho="1/5"'


@pytest.mark.parametrize("name", sorted({name for item in ITEMS for name in item.code}))
def test_the_code_that_the_map_of_the_paper_names_is_there(name):
    if name.startswith("theory."):
        module, _, own = f"icl_theory.{name}".rpartition(".")
        assert hasattr(importlib.import_module(module), own)
        assert f"{own}" in source(f"icl_theory.{name}")
    elif name.startswith("icl-theory "):
        command = name.split()[1]
        assert command in main.commands
        assert f"\n## {command}\n" in PAGES["command_line"]
    else:
        public, _, arguments = name.removeprefix("icl_theory.").partition("(")
        assert public in icl_theory.__all__
        assert f".. autofunction:: icl_theory.{public}\n" in PAGES["api"]
        if arguments:
            assert eval(name.replace("...", POINT)) is not None


def test_every_row_of_the_map_names_code_or_says_what_is_quoted():
    assert all(item.code or "quoted" in item.more for item in ITEMS)
