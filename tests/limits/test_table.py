"""The table of limits as text, Markdown and rows."""

from __future__ import annotations

import pytest

from icl_theory.limits.table import (
    POINTS,
    as_json,
    as_markdown,
    as_table,
    as_text,
    doubles,
    rows,
    singles,
)

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


def test_paths_are_all_points_and_all_pairs_of_different_parameters():
    assert len(singles()) == sum(map(len, POINTS.values())) == 16
    assert singles()[:2] == ["tau->0", "tau->1-"]
    pairs = [(one, two) for one in singles() for two in singles() if one[:2] != two[:2]]
    expected = [", ".join(pair) for pair in pairs if pair != ("tau->0", "kappa->min(tau,1)-")]
    assert doubles() == expected and len(expected) == len(set(expected)) == len(pairs) - 1


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_a_notebook_shows_what_the_markdown_says(table):
    # Where nothing is asked of all rows, conditions are the same too.
    for rows_of in (table, list(rows(("rho->oo",), "", ("icl",)))):
        shown = as_table(rows_of, ("icl",))
        head, _, *body = as_markdown(rows_of, ("icl",))
        assert shown.head[:2] == ("limit", "where")
        assert "e_{" in shown.head[2] and "e_{" in head
        assert len(shown.body) == len(body) == len(rows_of)
        for cells, line in zip(shown.body, body, strict=True):
            take, where, value = cells_of(line)
            assert bool(cells[0]) == bool(take)
            # The ridge that is asked for is said above the table.
            left = where.strip("$").removeprefix(r"\lambda = 0,\ ")
            assert cells[1] == MATHS.format(left.replace("<", "&lt;"))
            assert cells[2] == MATHS.format(value.strip("$"))
        assert shown.body[0][0] == MATHS.format(r"\rho \to \infty")
        html = shown._repr_html_()
        assert html.count("<tr>") == html.count("</tr>") == 1 + len(body)
        assert html.count("<th>") == 3 and html.count("<td>") == 3 * len(body)
        for cell in (*shown.head, *(cell for row in shown.body for cell in row)):
            assert f">{cell}</t" in html


MATHS = r'<span class="math notranslate nohighlight">\({}\)</span>'


def test_a_region_of_everything_has_no_condition_in_a_table():
    (row,) = rows(["rho->0"], "tau>1, lam=0", ("noise",))
    table = as_table([row], ("noise",))
    assert [cell[cell.find("(") + 1 : cell.find(")") - 1] for cell in table.body[0]] == [
        r"\rho \to 0",
        r"1 &lt; \tau",
        r"\rho",
    ]
    (everything,) = rows(["rho->oo"], "", ("noise",))
    assert as_table([everything], ("noise",)).body[0][1] == ""
    assert list(as_markdown([everything], ("noise",)))[2].split("|")[2].strip() == ""
    assert list(as_text([everything], ("noise",))) == [
        "rho->oo",
        "  always",
        "    noise                ~ rho   -> oo",
    ]


def test_text_says_where_an_error_goes_that_has_no_rate(table):
    above, *_ = rows(["kappa->oo"], "lam=0", ("idg", "icl"))
    lines = list(as_text([above], ("idg",)))
    value = "tau*(alpha*rho + rho**2 + 2*rho + 1)/((tau - 1)*(alpha + rho + 1))"
    assert lines[2].split("-> ") == ["    idg                  ", value]
    (continuous,) = rows(["lam->1+"], "", ("icl",))
    assert list(as_text([continuous], ("icl",)))[2] == "    icl                  -> continuous"
    (continuous,) = rows(["lam->1+"], "", ("icl", "idg"))
    assert len(list(as_text([continuous], ("icl", "idg")))) == 4
