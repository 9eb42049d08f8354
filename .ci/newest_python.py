"""Print the path of the newest Python on this machine that runs: `make test-newest` uses it."""

import os
import subprocess
import sys
from pathlib import Path

NAME = "import sys; print(*sys.version_info[:3], sys.version_info.releaselevel == 'final')"

folders = [Path(folder) for folder in os.get_exec_path()]
# What pyenv has installed is on the path only where it is switched on.
pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
folders += sorted(pyenv.glob("versions/*/bin"))
found = {}
for python in [Path(sys.executable), *(p for folder in folders for p in folder.glob("python3*"))]:
    if python.name.replace(".", "").removeprefix("python").isdigit():
        done = subprocess.run([python, "-c", NAME], capture_output=True, text=True, check=False)
        *version, final = done.stdout.split() or ("False",)
        if final == "True":
            found[tuple(map(int, version))] = python
print(found[max(found)])
