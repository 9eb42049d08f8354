"""The evaluators with all their arguments: isotropic tasks, or a spectrum and a test of one's own.

Without ``tasks``, ``test``, ``alpha_test`` and ``rho_test`` a call is that of the isotropic theory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icl_theory.algebra.digits import checked_digits
from icl_theory.evaluate import float64
from icl_theory.evaluate.parameters import settled
from icl_theory.evaluate.result import Errors

if TYPE_CHECKING:
    from icl_theory.evaluate.inputs_point import InputPoint
    from icl_theory.evaluate.spectrum import Spectrum


def errors(
    tau: Any,
    alpha: Any,
    kappa: Any,
    rho: Any,
    lam: Any = 0,
    *,
    tasks: Spectrum | None = None,
    test: Any = None,
    alpha_test: Any = None,
    rho_test: Any = None,
    inputs: Spectrum | None = None,
) -> Errors[Any]:
    """Test and training errors in the limit of large dimension, in float64.

    Parameters
    ----------
    tau : array_like
        Pretraining sequences over d squared; finite, > 0.
    alpha : array_like
        Context length over d; > 0 or ``inf``.
    kappa : array_like
        Pretraining tasks over d; > 0 or ``inf``.
    rho : array_like
        Variance of the label noise; finite, >= 0.
    lam : array_like, optional
        Ridge strength; finite, >= 0. Zero, the default, is the limit lam -> 0.
    tasks : Spectrum, optional
        Spectrum of the covariance of pretraining tasks; isotropic by default.
    test : optional
        Test tasks, as `Spectrum.tested_on` reads them, or ``"pretraining"`` for fresh sequences of
        the pretraining tasks; those of ``tasks`` by default.
    alpha_test, rho_test : array_like, optional
        Context length over d and label noise of the test; those of pretraining by default. Where
        both contexts are infinite and lam = 0 they grow together.
    inputs : Spectrum, optional
        Spectrum of the covariance of the inputs, isotropic by default; spectra have atoms then, and
        at infinite context without ridge tau is below kappa and the rank of tasks over d, or at
        least 1. See `icl_theory.evaluate.inputs.input_errors`.

    Returns
    -------
    Errors
        Every field is an array of the shape to which the parameters broadcast, or a float where all
        of them are numbers. ``icl`` and its terms are those of the test.

    Raises
    ------
    ValueError
        If a value is outside its domain: names the parameter, the value, the domain and, in an
        array, the first index. Also if the shapes do not broadcast.
    TypeError
        If a value is not a number.

    Notes
    -----
    See `icl_theory.evaluate.float64.errors` and `icl_theory.evaluate.structured.structured_errors`
    for accuracy and limits. With ``inputs`` and a ridge the limit rests on a hypothesis.

    Examples
    --------
    >>> errors(tau=0.5, alpha=10, kappa=0.5, rho=0.1).icl
    1.17605687...
    >>> from icl_theory import Spectrum
    >>> errors(2, 3, 0.75, 0.2, 0.01, tasks=Spectrum.power_law(0.9, d=100), alpha_test=30).icl
    0.7...
    """
    if inputs is not None:
        from icl_theory.evaluate.inputs import input_errors

        others = {"tasks": tasks, "test": test, "alpha_test": alpha_test, "rho_test": rho_test}
        return input_errors(tau, alpha, kappa, rho, lam, inputs=inputs, **others)
    shift = _shift(tasks, test, alpha_test, rho_test)
    if shift is None:
        return float64.errors(tau, alpha, kappa, rho, lam)
    from icl_theory.evaluate.structured import structured_errors

    return structured_errors(tau, alpha, kappa, rho, lam, **shift)


def errors_mp(
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    digits: int = 50,
    tasks: Spectrum | None = None,
    test: object = None,
    alpha_test: object = None,
    rho_test: object = None,
    inputs: Spectrum | None = None,
) -> Errors[Any]:
    """Errors as mpmath numbers of ``digits`` digits; parameters are those of `errors`, as scalars.

    See `icl_theory.evaluate.multiprecision.errors_mp` for how values are read. Constants such as
    ``mpmath.pi`` are read to as many digits as that takes.

    Examples
    --------
    >>> errors_mp("1/2", 10, "1/2", "0.1", digits=20).icl
    mpf('1.17605687...')
    """
    from icl_theory.evaluate import multiprecision

    needed = checked_digits(digits)
    tau, alpha, kappa, rho, lam, alpha_test, rho_test = (
        settled(one, needed) for one in (tau, alpha, kappa, rho, lam, alpha_test, rho_test)
    )
    if inputs is not None:
        from icl_theory.evaluate.inputs_multiprecision import input_errors_mp

        given = tau, alpha, kappa, rho, lam, alpha_test, rho_test
        return input_errors_mp(_input_point(inputs, tasks, test, *given), digits)
    shift = _shift(tasks, test, alpha_test, rho_test)
    if shift is None:
        return multiprecision.errors_mp(tau, alpha, kappa, rho, lam, digits=digits)
    from icl_theory.evaluate.structured_multiprecision import structured_errors_mp

    return structured_errors_mp(tau, alpha, kappa, rho, lam, digits=digits, **shift)


def errors_certified(
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    digits: int = 50,
    tasks: Spectrum | None = None,
    test: object = None,
    alpha_test: object = None,
    rho_test: object = None,
    inputs: Spectrum | None = None,
) -> Errors[Any]:
    """Errors as balls that are guaranteed to contain the value; parameters as for `errors_mp`.

    See `icl_theory.evaluate.certified.errors_certified` for what is guaranteed. With
    ``inputs`` it is the value of the formulas, which rest on a hypothesis where there is a ridge.

    Examples
    --------
    >>> from icl_theory import Spectrum
    >>> two = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> ball = errors_certified(2, 3, "3/4", "1/5", tasks=two, alpha_test=9, digits=20).icl
    >>> bool(ball.rad() < 1e-20)
    True
    """
    from icl_theory.evaluate import certified

    if inputs is not None:
        from icl_theory.evaluate.inputs_certified import input_errors_certified

        given = tau, alpha, kappa, rho, lam, alpha_test, rho_test
        return input_errors_certified(_input_point(inputs, tasks, test, *given), digits)
    shift = _shift(tasks, test, alpha_test, rho_test)
    if shift is None:
        return certified.errors_certified(tau, alpha, kappa, rho, lam, digits=digits)
    from icl_theory.evaluate.structured_certified import structured_errors_certified

    return structured_errors_certified(tau, alpha, kappa, rho, lam, digits=digits, **shift)


def errors_exact(
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    tasks: Spectrum | None = None,
    test: object = None,
    alpha_test: object = None,
    rho_test: object = None,
    inputs: Spectrum | None = None,
) -> Errors[Any]:
    """Errors as algebraic numbers; parameters as for `errors_mp`, and few eigenvalues.

    See `icl_theory.evaluate.exact.errors_exact`,
    `icl_theory.evaluate.structured_exact.structured_errors_exact` and
    `icl_theory.evaluate.inputs_exact.input_errors_exact`.

    Examples
    --------
    >>> print(errors_exact("1/2", 10, "1/2", 0).m)
    -1/4 + 1/4*sqrt(41)
    """
    from icl_theory.evaluate import exact

    if inputs is not None:
        from icl_theory.evaluate.inputs_exact import input_errors_exact

        given = tau, alpha, kappa, rho, lam, alpha_test, rho_test
        return input_errors_exact(_input_point(inputs, tasks, test, *given))
    shift = _shift(tasks, test, alpha_test, rho_test)
    if shift is None:
        return exact.errors_exact(tau, alpha, kappa, rho, lam)
    from icl_theory.evaluate.structured_exact import structured_errors_exact

    return structured_errors_exact(tau, alpha, kappa, rho, lam, **shift)


def _input_point(inputs: Spectrum, tasks: Any, test: Any, *given: object) -> InputPoint:
    from icl_theory.evaluate.inputs_point import InputPoint

    names = "tau", "alpha", "kappa", "rho", "lam", "alpha_test", "rho_test"
    return InputPoint.read(inputs, tasks, test, **dict(zip(names, given, strict=True)))


def _shift(tasks: object, test: object, alpha_test: object, rho_test: object) -> Any:
    """What is not isotropic or not as in pretraining, None where all is."""
    if tasks is None and test is None and alpha_test is None and rho_test is None:
        return None
    return {"tasks": tasks, "test": test, "alpha_test": alpha_test, "rho_test": rho_test}
