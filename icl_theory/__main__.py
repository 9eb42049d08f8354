"""``python -m icl_theory``: the command line without its script."""

import sys
from pathlib import Path

# `python -m` puts the current directory first. Unless this package is imported from there, no
# module of that directory may take the place of one that a command needs.
_HERE = str(Path.cwd())
if sys.path and sys.path[0] in ("", _HERE) and str(Path(__file__).parents[1]) != _HERE:
    del sys.path[0]

from icl_theory.cli import main  # noqa: E402

if __name__ == "__main__":
    main(prog_name="icl-theory")
