from html import unescape
from urllib.parse import unquote

import pytest

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
