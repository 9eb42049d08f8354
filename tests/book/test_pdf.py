"""The book as one PDF: what stands where, where links lead, and that glyphs are shared."""

from __future__ import annotations

import re
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest

pytest.importorskip("pypdf", reason="comes with the book extra")
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "tools"))

import pdf  # noqa: E402
import pdf_front  # noqa: E402
import pdf_glyphs  # noqa: E402
import pdf_join  # noqa: E402
from browser import CHROMIUM  # noqa: E402

#: Two pages of which one links to the other, and to pages that are not printed with them.
PAGES = ("index", "model")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A few pages of the built book, printed: chapters and document."""
    if CHROMIUM is None or not (pdf.HTML / "model.html").exists():
        pytest.skip("no chromium, or no book in book/_build/html")
    listed = [one for one in pdf_front.chapters(pdf.BOOK, pdf.HTML) if one.name in PAGES]
    out = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.make(pdf.HTML, out, listed, "The book", "Its authors")
    return listed, PdfReader(out)


def text_of(page) -> str:
    # Ligatures are letters.
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", page.extract_text()))


@pytest.mark.browser
def test_contents_and_bookmarks_name_the_sheet_of_each_heading(printed):
    chapters, document = printed
    first = document.page_labels.index("1")
    assert document.page_labels == [
        *("i", "ii", "iii", "iv")[:first],
        *(str(number + 1) for number in range(len(document.pages) - first)),
    ]
    contents = "".join(text_of(page) for page in document.pages[:first])
    bookmarks = {}

    def collect(items):
        for item in items:
            if isinstance(item, list):
                collect(item)
            else:
                bookmarks[item.title] = document.get_destination_page_number(item)

    collect(document.outline)
    headings = [h for one in chapters for h in (one.heading, *one.heading.below)]
    assert len(headings) > 8
    for heading in headings:
        sheet = bookmarks[heading.title]
        # A symbol in a heading is a drawing.
        words = max(re.findall(r"[A-Za-z ,’-]+", heading.title), key=len).replace(" ", "")
        assert words in text_of(document.pages[sheet])
        assert re.search(rf"{re.escape(words)}\W*{document.page_labels[sheet]}", contents)
    # The sheets say their numbers themselves.
    assert text_of(document.pages[first + 1]).startswith(("2", chapters[0].heading.title[:5]))


@pytest.mark.browser
def test_links_lead_within_the_document_or_out_of_the_site(printed):
    chapters, document = printed
    first = document.page_labels.index("1")
    model = first + next(one.before for one in chapters if one.name == "model")
    numbers = {page.indirect_reference.idnum: i for i, page in enumerate(document.pages)}
    leads: dict[int, set[int]] = {}
    for i, page in enumerate(document.pages):
        for reference in page.get("/Annots", []):
            link = reference.get_object()
            if "/Dest" in link:
                leads.setdefault(i, set()).add(numbers[link["/Dest"][0].idnum])
            else:
                assert str(link["/A"]["/URI"]).startswith("https://")
    # From the contents to both chapters, and from the first chapter to the second.
    assert {first, model} <= set().union(*(leads[i] for i in range(first) if i in leads))
    assert any(model in leads.get(i, ()) for i in range(first, model))


@pytest.mark.browser
def test_what_is_folded_is_printed(printed):
    _, document = printed
    text = "".join(text_of(page) for page in document.pages)
    assert "Proof:1step" in text
    assert "Hidethe" not in text


def sheet(*contents: bytes) -> PdfWriter:
    writer = PdfWriter()
    for content in contents:
        page = writer.add_blank_page(100, 100)
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject()
    return writer


OUTLINE = b"1 -2 m\n3.5 .25 l\n1 2 3 4 5 6 c\nh\nf\n"


def test_glyphs_are_shared_and_lose_nothing():
    other = OUTLINE.replace(b"3.5", b"4.5")
    stroked = OUTLINE.replace(b"f\n", b"S\n")
    writer = sheet(b"q\n" + OUTLINE + b"Q\n" + stroked, OUTLINE + other)
    pdf_glyphs.share_glyphs(writer)
    held = BytesIO()
    writer.write(held)
    pages = PdfReader(held).pages
    data = [page["/Contents"].get_object().get_data() for page in pages]
    # What is there once stays where it is, and what is not filled, too.
    assert data == [b"q\n/O0 Do\nQ\n" + stroked, b"/O0 Do\n" + other]
    forms = [page["/Resources"]["/XObject"]["/O0"].get_object() for page in pages]
    assert forms[0] == forms[1]
    assert forms[0].get_data() == OUTLINE
    left, bottom, right, top = forms[0]["/BBox"]
    assert (left, bottom, right, top) == (0, -3, 6, 7)


def test_a_long_content_without_glyphs_is_read_in_no_time():
    numbers = b"1.5 2.25 l\n" * 20_000
    writer = sheet(b"0 0 m\n" + numbers + b"S\n")
    pdf_glyphs.share_glyphs(writer)
    assert writer.pages[0]["/Contents"].get_object().get_data().endswith(b"S\n")


def test_a_link_says_where_it_leads(tmp_path):
    page = (tmp_path / "model.html").resolve().as_uri()
    elsewhere = {"/A": {"/URI": "https://elsewhere.example/model.html"}}
    assert pdf_join.target({"/Dest": "/top"}, "index", tmp_path) == ("index", "top")
    assert pdf_join.target({"/A": {"/URI": f"{page}#a%20b"}}, "", tmp_path) == ("model", "a b")
    assert pdf_join.target({"/A": {"/URI": page}}, "", tmp_path) == ("model", "")
    assert pdf_join.target(elsewhere, "", tmp_path) is None


def test_a_page_without_a_heading_is_refused():
    with pytest.raises(ValueError, match="a: a page of the book begins with a heading"):
        pdf_front.headings("a", "<p>x</p>", {})
