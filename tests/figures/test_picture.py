import re
from html import unescape
from urllib.parse import unquote

import pytest

from icl_theory.figures import figure3
from icl_theory.figures.picture import Picture


@pytest.mark.parametrize("style", ["fill: red", "font: 'Deja Vu'"])
def test_a_picture_carries_its_drawing_and_words(tmp_path, style):
    drawing = (
        f'<svg>\n<metadata>\nx</metadata> <a  href="#κ&amp;100%"\n style="{style}"/>\n</svg>\n'
    )
    kept = drawing.replace("<metadata>\nx</metadata>", "")
    path = tmp_path / "drawn.svg"
    path.write_text(drawing, encoding="utf-8")
    picture = Picture.read([path], alt='a "curve" & a line', caption="κ < 1")
    path.unlink()
    html = picture._repr_html_()
    address = unescape(html.split('src="')[1].split('"')[0])
    assert address.startswith("data:image/svg+xml,<svg>".replace("<", "%3C").replace(">", "%3E"))
    assert not set(address) & set("<>#\n")
    found = unquote(address.partition(",")[2])
    assert found.replace("'", '"').split() == kept.replace("'", '"').split()
    assert 'role="img" aria-label="a &quot;curve&quot; &amp; a line"' in html
    assert "<figcaption>κ &lt; 1</figcaption>" in html


def test_the_parts_of_figure_3_fit_a_phone(tmp_path):
    parts = figure3.draw_apart(tmp_path, quick=True)
    widths = [re.search(r'width="([\d.]+)pt"', one.read_text("utf-8"))[1] for one in parts]
    assert len(widths) == len(figure3.PANELS) + 1
    # In pixels, of which a phone of 390 leaves 360 to the page.
    assert all(float(width) * 96 / 72 <= 360 for width in widths)
