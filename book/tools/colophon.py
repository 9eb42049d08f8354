"""Give each chapter what a reader takes along: how it is cited, and the notebook to run."""

from __future__ import annotations

import re
import shutil
from html import escape, unescape
from importlib.metadata import metadata
from pathlib import Path

_TITLE = re.compile(r"<h1>((?:(?!</h1>).)*?)<a class=\"headerlink\"", re.DOTALL)
_SOURCE = re.compile(
    r'<li><a href="(?P<path>(?:\.\./)*_sources/(?P<name>[^"]+)\.md)"(?P<rest>.*?</a>\s*</li>)',
    re.DOTALL,
)


def run(html: Path, build: Path, book: str) -> None:
    """Add to each chapter below `html` its citation, and its executed notebook to the downloads.

    Parameters
    ----------
    html, build : Path
        The rendered pages, which are written anew, and the book's build folder.
    book : str
        The title of the book.
    """
    for page in sorted(html.rglob("*.html")):
        name = page.relative_to(html).with_suffix("").as_posix()
        text = page.read_text(encoding="utf-8")
        title = _TITLE.search(text)
        if name.startswith("_static/") or title is None or "</article>" not in text:
            continue
        plain = unescape(re.sub(r"<[^>]*>", "", title[1])).strip()
        # The page's own article ends last: cards of claims are articles in it.
        before, _, after = text.rpartition("</article>")
        text = f"{before}{citation(plain, name, book)}\n</article>{after}"
        notebook = build / "jupyter_execute" / f"{name}.ipynb"
        if notebook.exists():
            target = html / "_sources" / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebook, target)
            text = _SOURCE.sub(_with_notebook, text, count=1)
        page.write_text(text, encoding="utf-8")


def citation(title: str, name: str, book: str) -> str:
    """Return the fold that says how a page is cited."""
    about = metadata("icl-theory")
    author = about["Author"] or about["Author-email"] or "The icl_theory authors"
    version = about["Version"]
    key = f"icl-theory-{name.replace('/', '-').replace('_', '-')}"
    bibtex = (
        f"@incollection{{{key},\n  author = {{{{{author}}}}},\n  title = {{{title}}},\n"
        f"  booktitle = {{{book}}},\n  note = {{icl\\_theory, version {version}}}\n}}"
    )
    return (
        '<details class="cite-page"><summary>Cite this page</summary>'
        f"<p>{escape(author)}, “{escape(title)}”, in <em>{escape(book)}</em>, "
        f"icl_theory, version {escape(version)}.</p><pre>{escape(bibtex)}</pre></details>"
    )


def _with_notebook(found: re.Match[str]) -> str:
    """Return the download of a page's source, and of its notebook after it."""
    notebook = found[0].replace(found["path"], f"{found['path'].removesuffix('.md')}.ipynb")
    notebook = notebook.replace("Download source file", "Download executed notebook")
    return found[0] + notebook.replace(">.md<", ">.ipynb<").replace('target="_blank"', "download")
