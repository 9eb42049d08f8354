"""JavaScript of the explorer, run by Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from icl_theory.figures.explorer import bundle


@pytest.fixture(scope="session")
def modules(tmp_path_factory):
    """A folder with all modules, the printed one included."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "package.json").write_text('{"type": "module"}')
    for name in (*bundle.modules(), "theory"):
        (folder / f"{name}.js").write_text(bundle.source(name), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def in_node(modules):
    """Run statements that end by calling ``give(value)``; infinities come back as numbers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine")

    def run(imports, statements, given=None):
        # JSON has no infinity and no NaN.
        text = json.dumps(given).replace("Infinity", '"Infinity"').replace("NaN", '"NaN"')
        (modules / "run.js").write_text(
            f"{imports}\n"
            "const names = {Infinity, '-Infinity': -Infinity, NaN};\n"
            "const given = JSON.parse(process.argv[2], (key, value) => names[value] ?? value);\n"
            "const give = (value) => console.log(JSON.stringify(value, (key, one) =>\n"
            "    typeof one === 'number' && !Number.isFinite(one) ? `#${one}` : one));\n"
            f"{statements}\n",
            encoding="utf-8",
        )
        (modules / "given.json").write_text(text)
        read = f"require('fs').readFileSync({str(modules / 'given.json')!r}, 'utf8')"
        script = f"process.argv[2] = {read}; import({(modules / 'run.js').as_uri()!r});"
        done = subprocess.run(
            [node, "-e", script], capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout, object_hook=_numbers)

    return run


def _numbers(found):
    return {
        key: float(value[1:].replace("Infinity", "inf"))
        if isinstance(value, str) and value.startswith("#")
        else value
        for key, value in found.items()
    }
