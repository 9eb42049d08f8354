"""A renderer of mathematics that leaves TeX in the page, for `typeset` to draw.

It writes what Sphinx writes for MathJax, numbers of equations included, without MathJax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.ext.mathjax import html_visit_displaymath, html_visit_math

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the renderer."""
    app.add_html_math_renderer("later", (html_visit_math, None), (html_visit_displaymath, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
