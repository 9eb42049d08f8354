"""Print the built book as one PDF: ``make book-pdf``.

Chromium prints each page; then the table of contents is printed, which says on which sheet each
heading is (`pdf_front`), and all is joined to one document (`pdf_join`).
"""

from __future__ import annotations

import html
import re
import sys
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import unquote

import pdf_front
import pdf_join
import yaml
from browser import CHROMIUM, FLAGS
from pdf_front import Chapter
from pypdf import PdfReader

BOOK = Path(__file__).resolve().parents[1]
HTML = BOOK / "_build" / "html"

#: Millimetres of the sheet and of its margins, and how much smaller than on a screen type is.
PAPER, MARGINS, SCALE = (210, 297), (18, 17, 20), 0.75
#: Width of the text in CSS pixels, of which there are 96 to an inch.
WIDTH = int((PAPER[0] - 2 * MARGINS[1]) / 25.4 * 96 / SCALE)

_SHEET = """
@page {{
  size: {paper[0]}mm {paper[1]}mm;
  margin: {margins[0]}mm {margins[1]}mm {margins[2]}mm;
  @bottom-right {{ content: counter(page, {digits}); font: 9pt sans-serif; color: #444; }}
  @bottom-left {{ content: "{running}"; font: 9pt sans-serif; color: #444; }}
}}
html {{ counter-reset: page {before}; }}
.cite-page {{ display: none; }}
"""

# Drawn and unfolded, and no wider than the sheet: what would scroll on a screen is made smaller.
_PREPARE = """
async (places) => {
  const { dataset } = document.documentElement;
  const until = async (done) => {
    while (!done()) await new Promise((next) => setTimeout(next, 20));
  };
  await until(
    () =>
      (!document.getElementById("drawings") || dataset.drawings) &&
      !document.querySelector("figure.icl-plot:has(.icl-plot-area):not([data-read])"),
  );
  dispatchEvent(new Event("beforeprint"));
  // Maps are coloured coarsely first.
  await until(() => !document.querySelector("[data-fine=no]"));
  // Only places that some link leads to are places of a printed page.
  const links = document.createElement("nav");
  links.hidden = true;
  for (const place of places) {
    const link = document.createElement("a");
    link.href = `#${place}`;
    links.append(link);
  }
  document.body.append(links);
  await new Promise((done) => setTimeout(done, 300));
  const boxes = document.querySelectorAll(".bd-article :is(table, .wide, .cell_output > .output)");
  const wide = [...boxes]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth)
    .map((box) => [box, box.clientWidth / box.scrollWidth]);
  for (const [box, ratio] of wide) box.style.zoom = ratio;
}
"""


def linked(pages: Path) -> dict[str, set[str]]:
    """The places in each page that a link of the book leads to."""
    found: dict[str, set[str]] = {}
    for page in sorted(pages.glob("*.html")):
        for link in re.findall(r'<a\b[^>]*\bhref="([^"]*#[^"]+)"', page.read_text("utf-8")):
            path, _, place = html.unescape(link).partition("#")
            found.setdefault(path or page.name, set()).add(unquote(place))
    return found


def print_page(tab: Any, url: str, places: Iterable[str], before: int, running: str) -> PdfReader:
    """Print a page of the book: its sheets are counted from `before`."""
    lay_out(tab, url, places, sheet("decimal", before, running))
    return PdfReader(BytesIO(_printed(tab)))


def lay_out(tab: Any, url: str, places: Iterable[str], style: str) -> None:
    """Open a page of the book as it will be printed."""
    tab.goto(url, wait_until="load")
    tab.wait_for_load_state("networkidle")
    tab.add_style_tag(content=style)
    tab.evaluate(_PREPARE, sorted(places))


def sheet(digits: str, before: int, running: str) -> str:
    """The style of sheets that are counted from `before`, with running words at their foot."""
    running = running.replace("\\", "").replace('"', "'")
    return _SHEET.format(
        paper=PAPER, margins=MARGINS, digits=digits, before=before, running=running
    )


def _printed(tab: Any) -> bytes:
    return tab.pdf(prefer_css_page_size=True, print_background=True, scale=SCALE)


def paper(browser: Any) -> Any:
    """A tab as wide as the text on a sheet, in which pages look as printed."""
    tab = browser.new_context(
        viewport={"width": WIDTH, "height": 1100}, color_scheme="light", device_scale_factor=2
    ).new_page()
    # Printing a long chapter takes a minute on a busy machine.
    tab.set_default_timeout(600_000)
    tab.emulate_media(media="print", color_scheme="light")
    return tab


def make(pages: Path, out: Path, listed: list[Chapter], title: str, author: str) -> None:
    """Print `listed` pages, and write them as one document.

    Parameters
    ----------
    pages : Path
        The folder of the built pages.
    out : Path
        The file to write.
    listed : list of Chapter
        The pages, in their order; what was printed is kept in them.
    title, author : str
        What stands on the cover.
    """
    from playwright.sync_api import sync_playwright

    places = linked(pages)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = paper(browser)
        count = 0
        for chapter in listed:
            heads = {one.place for one in (chapter.heading, *chapter.heading.below)}
            wanted = places.get(f"{chapter.name}.html", set()) | heads
            url = (pages / f"{chapter.name}.html").resolve().as_uri()
            chapter.before = count
            chapter.printed = print_page(tab, url, wanted, count, chapter.heading.title)
            count += len(chapter.printed.pages)
        at = {
            (chapter.name, place): chapter.before + page
            for chapter in listed
            for place, (page, _) in pdf_join.places(chapter.printed).items()
        }
        style = sheet("lower-roman", 0, "")
        front = pdf_front.front(title, author, listed, at, style)
        # Beside the pages, so that its links are theirs; others may be printing the same ones.
        with NamedTemporaryFile("w", encoding="utf-8", dir=pages, suffix=".html") as contents:
            contents.write(front)
            contents.flush()
            tab.goto(Path(contents.name).resolve().as_uri(), wait_until="load")
            first = PdfReader(BytesIO(_printed(tab)))
        browser.close()
    pdf_join.join(first, listed, pages, out, title, author)


def main() -> int:
    """Print the whole book."""
    start = time.monotonic()
    if CHROMIUM is None:
        print("no chromium: install Debian's package, or name one in ICL_CHROMIUM", file=sys.stderr)
        return 1
    config = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    out = BOOK / "_build" / "pdf" / "book.pdf"
    make(HTML, out, pdf_front.chapters(BOOK, HTML), config["title"], config["author"])
    size = out.stat().st_size / 1e6
    sheets = len(PdfReader(out).pages)
    print(f"make book-pdf: {out} ({sheets} pages, {size:.0f} MB, {time.monotonic() - start:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
