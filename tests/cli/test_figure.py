"""``icl-theory figure``: where its files go, and what it says where they cannot."""

from __future__ import annotations

import os
import re

import pytest
from click.testing import CliRunner

from icl_theory.cli import main


def draw(out):
    return CliRunner().invoke(main, ["figure", "3", "--quick", "--out", str(out)])


def test_the_files_are_named(tmp_path):
    found = draw(tmp_path / "new" / "folder")
    assert found.exit_code == 0
    names = [line.rpartition(os.sep)[2] for line in found.stdout.splitlines()]
    assert names == ["figure3.svg", "figure3.png"]
    assert all((tmp_path / "new" / "folder" / name).stat().st_size > 10_000 for name in names)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("file", "File exists"),
        ("file/below", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("loop", "File exists|Too many levels of symbolic links"),
        ("loop/below", "Too many levels of symbolic links"),
        ("locked", "Permission denied"),
    ],
)
def test_a_folder_that_cannot_be_written_to_is_named_before_anything_is_drawn(
    tmp_path, monkeypatch, place, reason
):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "locked").mkdir(mode=0o500)
    if place == "locked" and os.access(tmp_path / "locked", os.W_OK):
        pytest.skip("this user may write everywhere")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("icl_theory.figures.draw", lambda *_, **__: pytest.fail("drawn"))
    found = draw(place)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.startswith("Error: out must be a folder that can be written to, got '")
    assert re.search(f": ({reason})\n$", found.stderr)
    assert len(found.stderr) < 320 and found.stderr.count("\n") == 1


def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device", str(tmp_path / "figure3.svg"))

    monkeypatch.setattr("icl_theory.figures.draw", fail)
    found = draw(tmp_path)
    assert found.exit_code == 2
    assert found.stderr.endswith("No space left on device\n")
