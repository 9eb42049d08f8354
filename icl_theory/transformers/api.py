"""Train one group of runs, or find it in a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Any, ClassVar

from icl_theory.finite.jobs import complete
from icl_theory.finite.store import RunTable

from .setup import KEY, Trained, Training, make_training


def require_extra() -> None:
    """Say what is missing, if the extra is not installed.

    Raises
    ------
    ImportError
        With the command that installs it.
    """
    try:
        import jax  # noqa: F401
        import optax  # noqa: F401
    except ImportError:
        raise ImportError(
            "training needs the packages jax and optax: pip install icl-theory[train]"
        ) from None


@dataclass(frozen=True)
class TrainingRuns:
    """Groups of runs as an experiment of `icl_theory.finite.jobs`: stored, and made on any engine.

    Attributes
    ----------
    setup
        What determines them, except the number of the group.
    """

    setup: Training

    table: ClassVar[RunTable] = RunTable(
        "trained",
        {**KEY, "iterations": "INTEGER", "run": "INTEGER"},
        {"content": "BLOB", "seconds": "REAL"},
        lambda trained: (trained.pack(), trained.seconds),
        Trained.unpack,
    )

    def key(self) -> tuple[object, ...]:
        """Values of the table's key, except ``run``."""
        return (*self.setup.state_key(), self.setup.iterations)

    def simulate(self, run: int) -> Trained:
        """Train a group of runs.

        Raises
        ------
        ImportError
            If the extra is not installed.
        """
        require_extra()
        from .runner import train_group

        return train_group(self.setup, run)


def train(
    model: str,
    d: int,
    tau: float | str | Iterable[float | str],
    alpha: float | str = 1,
    kappa: float | str = float("inf"),
    rho: float | str = 0.01,
    *,
    store: str | PathLike[str] | None = None,
    device: str | None = None,
    **options: Any,
) -> tuple[Training, Trained]:
    """Train a model until its training error settles; runs of all tau in one program.

    Parameters
    ----------
    model
        ``"linear"``, ``"gamma"``, ``"softmax"``, ``"two-blocks"``, ``"three-blocks"`` or
        ``"two-blocks-gelu"``.
    d
        Token dimension, and width of the model.
    tau, alpha, kappa, rho
        Parameters of the theory; n = floor(tau d^2).
    store
        SQLite file for the result, and for checkpoints on the way to it.
    device
        Platform as JAX names it; by default the one that JAX chooses.
    **options
        Fields of `Training`, such as ``copies``, ``seed``, ``rate`` and ``iterations``.

    Returns
    -------
    setup : Training
        What was trained.
    trained : Trained
        What came out.

    Raises
    ------
    ImportError
        If the extra ``train`` is not installed.
    ValueError
        If a parameter is outside of its domain, or there is no such device.
    """
    setup = make_training(model, d, tau, alpha, kappa, rho, **options)
    if store is not None:
        setup = replace(setup, checkpoints=fspath(store))
    with _on(device):
        [[trained]] = complete([(TrainingRuns(setup), 1)], store=store, progress=False)
    return setup, trained


@contextmanager
def _on(device: str | None) -> Iterator[None]:
    if device is None:
        yield
        return
    require_extra()
    import jax

    try:
        found = jax.devices(device)[0]
    except RuntimeError:
        known = ", ".join(sorted({one.platform for one in jax.devices()}))
        raise ValueError(f"device must be one that JAX finds ({known}), got {device!r}") from None
    with jax.default_device(found):
        yield
