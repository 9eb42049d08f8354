"""The table of limits as text, Markdown and rows."""

from __future__ import annotations

import pytest

from icl_theory.limits.table import as_json, as_markdown, as_text, rows

PATHS = ("rho->oo", "kappa->oo")
REGIONS = ("lam = 0, 1 < tau", "lam = 0, tau < 1", "lam = 0, 1 = tau")


@pytest.fixture(scope="module")
def table():
    return list(rows(PATHS, "lam=0", ("icl",)))


def test_a_path_is_named_once_above_its_regions(table):
    lines = list(as_text(table, ("icl",)))
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [f"{path}, where lam=0" for path in PATHS]
    assert [line.strip() for line in lines if line.startswith("  lam")] == [*REGIONS, *REGIONS]
    assert lines[2].split() == ["icl", "~", "tau/(tau", "-", "1)", "*", "rho", "->", "oo"]


def test_markdown_has_a_row_for_each_region(table):
    head, rule, *body = as_markdown(table, ("icl",))
    assert len(body) == len(table) == 6
    assert {line.count("|") for line in (head, rule, *body)} == {4}
    assert [line.split("|")[1].strip() for line in body] == [
        "`rho->oo`",
        "",
        "",
        "`kappa->oo`",
        "",
        "",
    ]


def test_a_row_has_every_field_that_was_asked_for(table):
    record = as_json(table[0])
    assert record["take"] == "rho->oo"
    assert record["conditions"] == REGIONS[0].split(", ")
    assert set(record["fields"]) == {"icl"}
    assert record["fields"]["icl"]["scale"] == "rho"


def test_a_path_without_cases_has_one_row():
    (row,) = rows(["tau->0"], "", ("icl",))
    assert row.conditions == ""
    # Without data nothing is predicted: the error is the second moment of the label.
    assert next(as_text([row], ("icl",))) == "tau->0"
    assert str(row.cases["icl"]) == "rho + 1"
