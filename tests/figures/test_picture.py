from base64 import b64decode

from icl_theory.figures.picture import Picture


def test_a_picture_carries_its_drawing_and_words(tmp_path):
    path = tmp_path / "drawn.svg"
    path.write_bytes(b"<svg>\xce\xba</svg>")
    picture = Picture.read(path, alt='a "curve" & a line', caption="κ < 1")
    path.unlink()
    html = picture._repr_html_()
    data = html.split("base64,")[1].split('"')[0]
    assert b64decode(data) == b"<svg>\xce\xba</svg>"
    assert 'alt="a &quot;curve&quot; &amp; a line"' in html
    assert "<figcaption>κ &lt; 1</figcaption>" in html
