"""Figures as files."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from icl_theory.figures import style


def test_a_figure_half_written_leaves_the_one_that_was_there(tmp_path, monkeypatch):
    first = style.save(Figure(), tmp_path, "figure")
    before = [path.read_bytes() for path in first]
    assert [path.name for path in first] == ["figure.svg", "figure.png"]

    def killed(figure, path, **options):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Figure, "savefig", killed)
    with pytest.raises(KeyboardInterrupt):
        style.save(Figure(), tmp_path, "figure")
    assert [path.read_bytes() for path in first] == before
