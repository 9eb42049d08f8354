"""Diagrams are well-formed, stay inside their frame and take the page's colours."""

import re
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from icl_theory.figures import diagrams
from icl_theory.figures.regimes import regimes

REGIONS = ("tasks", "dimensions", "sequences")
#: As many letters as the book puts into a region.
LINES = ("Fewest: dimensions", "τ < 1 and τ < κ", "e_{ICL} stays finite")
ALL = [
    diagrams.attention(),
    diagrams.capacities(),
    regimes(dict.fromkeys(REGIONS, LINES), alt=" ".join(["word"] * 21), caption="A map."),
]
PARTS = [(one, i) for one in ALL for i in range(len(one.parts))]
#: Of a phone of 390 pixels the page takes a margin, and letters stay at eleven pixels.
PHONE, LEAST = 360, 11
SVG = "{http://www.w3.org/2000/svg}"
ROLES = (diagrams.GIVEN, diagrams.LABEL, diagrams.LEARNED)


@pytest.fixture(params=PARTS)
def root(request):
    diagram, part = request.param
    return ElementTree.fromstring(diagram.parts[part].svg())


@pytest.mark.parametrize("diagram", ALL)
def test_says_what_is_seen(diagram):
    assert f'role="img" aria-label="{escape(diagram.alt)}"' in diagram._repr_html_()
    assert len(diagram.alt.split()) > 20


def test_a_phone_shows_it_whole_with_letters_that_can_be_read(root):
    shrunk = min(1, PHONE / int(root.get("width")))
    sizes = [float(text.get("font-size")) for text in root.iter(SVG + "text")]
    assert min(sizes) * shrunk >= LEAST


def test_text_stays_inside(root):
    _, _, width, height = map(float, root.get("viewBox").split())
    texts = list(root.iter(SVG + "text"))
    assert texts
    # Those in groups are turned by a right angle.
    turned = {text for group in root.iter(SVG + "g") for text in group.iter(SVG + "text")}
    for text in texts:
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        # The mean letter is about half as wide as the font is high.
        reach = 0.5 * size * len("".join(text.itertext()))
        if text in turned:
            assert size < x < width and reach / 2 <= y <= height - reach / 2
            continue
        left = {"middle": x - reach / 2, "start": x, "end": x - reach}[text.get("text-anchor")]
        assert left >= 0 and left + reach <= width, "".join(text.itertext())
        assert size < y < height


def test_readable_on_light_and_dark(root):
    used = {e.get(name) for e in root.iter() for name in ("fill", "stroke") if e.get(name)}
    assert used <= {*ROLES, "currentColor", "none"}


def _contrast(one, two):
    """The ratio of luminances that WCAG defines."""

    def luminance(colour):
        shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("role", ROLES)
def test_colours_stand_out_on_light_and_on_dark_paper(role):
    name, light = re.fullmatch(r"var\((--[\w-]+), (#\w{6})\)", role).groups()
    css = (Path(__file__).parents[2] / "book" / "assets" / "book.css").read_text("utf-8")
    (dark,) = re.findall(rf"{name}: (#\w{{6}});", css)
    # What WCAG asks of graphics.
    assert _contrast(light, "#ffffff") >= 3 and _contrast(dark, "#121212") >= 3
    assert _contrast(light, "#121212") < _contrast(dark, "#121212")


def test_no_ids_to_repeat_in_a_page(root):
    assert not [e for e in root.iter() if e.get("id")]


def test_scripts_of_words():
    text = ElementTree.fromstring(diagrams.word(0, 0, "Σ y_{i}^{2} & x"))
    assert "".join(text.itertext()).replace("\u200b", "") == "Σ yi2 & x"
    assert [float(e.get("dy")) > 0 for e in text.iter("tspan")] == [True, False, False, True]
