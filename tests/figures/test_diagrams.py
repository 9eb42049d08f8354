"""Diagrams are well-formed, stay inside their frame and take the page's colours."""

from xml.etree import ElementTree

import pytest

from icl_theory.figures import diagrams

ALL = [diagrams.attention, diagrams.capacities]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=ALL, ids=lambda make: make.__name__)
def root(request):
    return ElementTree.fromstring(request.param().svg())


def test_says_what_is_seen(root):
    assert root.get("role") == "img"
    assert len(root.get("aria-label").split()) > 20


def test_text_stays_inside(root):
    _, _, width, height = map(float, root.get("viewBox").split())
    texts = list(root.iter(SVG + "text"))
    assert texts
    for text in texts:
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        # The mean letter is about half as wide as the font is high.
        reach = 0.5 * size * len("".join(text.itertext()))
        left = {"middle": x - reach / 2, "start": x}[text.get("text-anchor")]
        assert left >= 0 and left + reach <= width, "".join(text.itertext())
        assert size < y < height


def test_readable_on_light_and_dark(root):
    used = {e.get(name) for e in root.iter() for name in ("fill", "stroke") if e.get(name)}
    assert used <= {*diagrams.COLOURS, "currentColor", "none"}


def test_no_ids_to_repeat_in_a_page(root):
    assert not [e for e in root.iter() if e.get("id")]


def test_scripts_of_words():
    text = ElementTree.fromstring(diagrams.word(0, 0, "Σ y_{i}^{2} & x"))
    assert "".join(text.itertext()).replace("\u200b", "") == "Σ yi2 & x"
    assert [float(e.get("dy")) > 0 for e in text.iter("tspan")] == [True, False, False, True]
