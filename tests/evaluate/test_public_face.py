"""The public names: what they are, that they come lazily, and that type checkers see them."""

import subprocess
import sys
import textwrap

import pytest

import icl_theory
from icl_theory import Errors
from icl_theory.evaluate.result import FIELDS


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_public_name_is_there():
    for name in icl_theory.__all__:
        assert getattr(icl_theory, name) is getattr(icl_theory, name)
        assert name in dir(icl_theory)


def test_a_name_that_is_not_there_raises_like_any_module():
    with pytest.raises(AttributeError, match="'icl_theory' has no attribute 'nothing'"):
        _ = icl_theory.nothing


def test_importing_the_package_imports_neither_sympy_nor_numpy():
    loaded = _run("import icl_theory, sys; print({'sympy', 'numpy'} & set(sys.modules))")
    assert loaded == "set()"


def test_all_evaluators_return_the_same_record():
    for name in ("errors", "errors_mp", "errors_certified", "errors_exact"):
        found = getattr(icl_theory, name)(tau="1/2", alpha=10, kappa="1/2", rho="1/10")
        assert isinstance(found, Errors)
        assert all(hasattr(found, field) for field in FIELDS)


def test_the_readme_line_prints_the_check_value():
    printed = _run(
        """
        from icl_theory import errors
        print(errors(tau=0.5, alpha=10, kappa=0.5, rho=0.1).icl)
        """
    )
    assert printed.startswith("1.17605687")


@pytest.mark.slow
def test_types_of_the_public_face(tmp_path):
    pytest.importorskip("mypy")
    user = tmp_path / "user.py"
    user.write_text(
        textwrap.dedent(
            """
            import numpy as np
            import numpy.typing as npt
            from icl_theory import Errors, __version__, errors, errors_certified, simulate
            from icl_theory import is_monotone, limit, optimal_context

            one: float = errors(0.5, 10, 0.5, 0.1).icl
            many: npt.NDArray[np.float64] = errors([0.5, 1.0], 10, 0.5, 0.1).gap
            record: Errors[float] = errors(tau="1/2", alpha=10, kappa=0.5, rho=0.1, lam=1)
            version: str = __version__
            falls: bool = is_monotone("icl", "alpha", tau=2, kappa=2, rho=0)
            best: npt.NDArray[np.float64] = optimal_context("icl", 20, [0.25], 0.5).minimum
            answer: str = str(limit("icl", "lam->0, alpha->oo"))
            """
        )
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(user)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
