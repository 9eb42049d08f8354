"""The explorer: the theory as plots that are dragged, computed in the reader's browser.

>>> from icl_theory.figures.explorer import panel
>>> live = panel("errors", x="tau", alpha=10, kappa=0.5, rho=0.01)
"""

from .pages import explorer, panel

__all__ = ["explorer", "panel"]
