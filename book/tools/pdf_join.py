"""Join printed pages: links between them lead within the document, headings are bookmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pdf_front import Chapter
from pdf_glyphs import share_glyphs
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, Fit, FloatObject, NameObject, NullObject


def places(printed: PdfReader) -> dict[str, tuple[int, float]]:
    """Sheet and height of each place that links of a printed page lead to."""
    return {
        name.removeprefix("/"): (printed.get_destination_page_number(one), float(one.top or 0))
        for name, one in printed.named_destinations.items()
    }


def join(
    first: PdfReader, listed: list[Chapter], pages: Path, out: Path, title: str, author: str
) -> None:
    """Write one document with links within it, bookmarks and numbered pages."""
    writer = PdfWriter()
    where: dict[tuple[str, str], tuple[int, float]] = {}
    printed = [("", 0, first)]
    printed += [(c.name, len(first.pages) + c.before, c.printed) for c in listed]
    for name, before, reader in printed:
        for page in reader.pages:
            writer.add_page(page)
        for place, (page, top) in places(reader).items():
            where[name, place] = before + page, top
        if name:
            where[name, ""] = before, float(reader.pages[0].mediabox.top)

    for name, before, reader in printed:
        for number in range(before, before + len(reader.pages)):
            _lead(writer, number, name, where, pages)
    part = None
    for chapter in listed:
        if chapter.part:
            place = where[chapter.name, ""]
            part = writer.add_outline_item(title=chapter.part, **_bookmark(place))
        place = where[chapter.name, chapter.heading.place]
        top = writer.add_outline_item(
            title=chapter.heading.title, parent=part, is_open=False, **_bookmark(place)
        )
        for heading in chapter.heading.below:
            place = where[chapter.name, heading.place]
            writer.add_outline_item(title=heading.title, parent=top, **_bookmark(place))
    writer.set_page_label(0, len(first.pages) - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(
        len(first.pages), len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, start=1
    )
    writer.add_metadata({"/Title": title, "/Author": author})
    writer.page_mode = "/UseOutlines"
    share_glyphs(writer)
    writer.compress_identical_objects()
    out.parent.mkdir(parents=True, exist_ok=True)
    writer.write(out)


def _bookmark(place: tuple[int, float]) -> dict[str, Any]:
    page, top = place
    return {"page_number": page, "fit": Fit.xyz(left=0, top=top, zoom=None)}


def _lead(
    writer: PdfWriter,
    number: int,
    name: str,
    where: dict[tuple[str, str], tuple[int, float]],
    pages: Path,
) -> None:
    """Lead the links of a sheet, which was printed from page `name`, to where they belong."""
    page = writer.pages[number]
    kept = ArrayObject()
    for reference in page.get("/Annots", []):
        link = reference.get_object()
        leads_to = target(link, name, pages)
        if leads_to is not None:
            if leads_to not in where:
                # A file of the site that is not in this document.
                continue
            sheet, top = where[leads_to]
            link.pop("/A", None)
            link[NameObject("/Dest")] = ArrayObject(
                [
                    writer.pages[sheet].indirect_reference,
                    NameObject("/XYZ"),
                    NullObject(),
                    FloatObject(top),
                    NullObject(),
                ]
            )
        kept.append(reference)
    if "/Annots" in page:
        page[NameObject("/Annots")] = kept


def target(link: Any, name: str, pages: Path) -> tuple[str, str] | None:
    """Page and place that a link leads to, None for one that leaves the site."""
    if "/Dest" in link:
        return name, str(link["/Dest"]).removeprefix("/")
    address = urlsplit(str(link.get("/A", {}).get("/URI", "")))
    if address.scheme != "file":
        return None
    path = Path(unquote(address.path))
    inside = path.suffix == ".html" and path.parent == pages.resolve()
    return (path.stem, unquote(address.fragment)) if inside else ("", path.name)
