"""Every public function, given anything: a value or one sentence.

A plain run makes a few calls of each; `make fuzz` makes ten thousand. The calls are the same each
time.
"""

import inspect
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import icl_theory
from icl_theory import Errors, Spectrum, baselines, budget, finite, limits, stationary

from .judge import REFUSALS, SECONDS, described, judged
from .values import anything, arrays, bad, digits, hostile, mostly, numbers, words

#: Seconds of processor time granted to exact algebra and certified search, and to millions of
#: sequences, where a call that is asked for much works long; all others have `SECONDS`.
LONG = {
    "limit": 30.0,
    "orders_of_limits": 60.0,
    "allocate": 60.0,
    "errors_exact of structured tasks": 30.0,
    "cross_validate": 30.0,
}
#: What is documented to be refused otherwise: a certificate that takes too many boxes, and a
#: second order that does not settle.
REFUSED = dict.fromkeys(("allocate", "simulate", "finite_errors"), (*REFUSALS, ArithmeticError))
#: Functions whose arguments are text in a language of its own.
LANGUAGES = {"limit", "orders_of_limits"}
#: Calls of each function.
CALLS = int(os.environ.get("ICL_FUZZ", "8"))

POINT = {name: numbers() for name in ("tau", "alpha", "kappa", "rho", "lam")}
POINTS = {name: anything() for name in POINT}


def spectra():
    """Small spectra, and what is none."""
    some = st.sampled_from(
        [
            *(Spectrum.isotropic(), Spectrum.atoms([2, "1/2"], [1, 2]), Spectrum.spike(5, "1/4")),
            *(Spectrum.power_law("1/2"), Spectrum.power_law(2, d=3), Spectrum.atoms([1, 0])),
            *(Spectrum.atoms(["1e-200", 1]), Spectrum.atoms(["1e300"])),
        ]
    )
    return mostly(st.none() | some, bad())


def seen_by_test():
    """What a test may be on."""
    named = st.sampled_from(["pretraining", "matched", "isotropic", "reversed"])
    return mostly(st.none() | named, spectra(), arrays(), bad())


SHIFT = {"tasks": spectra(), "test": seen_by_test()}
SHIFTED = SHIFT | {
    "alpha_test": mostly(st.none(), numbers()),
    "rho_test": mostly(st.none(), numbers()),
}
SHIFTED_ARRAYS = SHIFT | {
    "alpha_test": mostly(st.none(), anything()),
    "rho_test": mostly(st.none(), anything()),
}
#: Sizes of the finite model: tiny, or beyond all memory.
FINITE = {
    "d": mostly(st.integers(1, 4), st.sampled_from([0, -1, 10**9, 2.0, "3"]), hostile()),
    **{name: numbers(3) for name in ("tau", "alpha", "kappa")},
    **{name: numbers() for name in ("rho", "lam")},
    "runs": mostly(st.integers(1, 2), st.sampled_from([0, -1, 1.0, "2"]), hostile()),
    "seed": mostly(st.integers(0, 2**70), bad()),
}
DRAWN = {
    "tasks": mostly(st.sampled_from(["sphere", "gaussian"]), spectra()),
    "assignment": words("multinomial", "balanced"),
    "inputs": mostly(st.none(), spectra()),
    "test": mostly(st.none(), seen_by_test()),
    "alpha_test": mostly(st.none(), numbers(3)),
    "rho_test": mostly(st.none(), numbers()),
}
LIMITS = st.text("talphkrom0123->+*/()=, c^<", max_size=24)
TAKE = mostly(
    st.sampled_from(
        [
            *("lam->0", "alpha->oo", "kappa->0", "tau->1-", "rho->0", "tau = c*alpha"),
            *("kappa->min(tau,1)+", "lam->0, alpha->oo", "lam->0,tau->1+", "kappa->oo"),
            *("tau->1+1+1+1", "alpha->-oo", "tau->sqrt(2)", "tau->9**9**9", "tau->((((1))))+"),
            *("kappa->tau", "kappa->tau+", "alpha->oo, alpha->oo", "tau = tau", "tau = c*kappa"),
            *("lam->1/0", "lam->0*oo", "lam->0-", "lam->0+", "λ→0", ["lam->0", "alpha->oo"]),
            *("tau->2**(1/2)+", "tau->c+", "tau->1e400", "tau->" + "1+" * 3000 + "1", "", []),
        ]
    ),
    LIMITS,
    bad(),
)
WHERE = mostly(
    st.sampled_from(
        [
            *((), "kappa<1", "kappa<1, tau>1", "lam=0, alpha=oo", "rho=0", "tau<kappa<1"),
            *("tau>9**9**9", "tau=1", "tau<0", "tau>1, tau<1", "kappa<=1", "lam=0, lam=0"),
            *("kappa=2*tau", "kappa*tau=1", "kappa<tau*alpha", "tau>" + "(" * 300 + "1"),
        ]
    ),
    LIMITS,
    bad(),
)
JSON = st.one_of(
    st.sampled_from(
        [
            *('{"values": ["1"], "weights": ["1"], "test": ["1"]}', "{}", "[]", "null", "1"),
            *('{"exponent": "1/2", "test": "matched"}', '{"values": "1"}', '{"exponent": []}'),
            *(
                "[" * 100_000,
                '{"values": {"a": 1}, "weights": 2, "test": null}',
                "NaN",
                '"\\ud800"',
            ),
            *('{"kind": "errors"}', '{"exponent": "1/2", "test": {}}', '{"exponent": "NaN"}'),
        ]
    ),
    bad(),
    st.text('{}[]":,values weights test exponent kind 0123', max_size=30),
)
SMALL_LISTS = st.one_of(st.lists(numbers(), max_size=4), arrays(), bad())

ERROR = words("icl", "idg")
BUDGET = {
    "budget": numbers(100),
    "rho": numbers(10),
    "kappa": mostly(st.none(), numbers()),
    "ridge": words("best", "none"),
    "alpha_test": mostly(st.none(), numbers()),
    "rho_test": mostly(st.none(), numbers()),
    "price_token": numbers(10),
    "price_sequence": numbers(10),
    "price_task": numbers(10),
    "tolerance": mostly(st.sampled_from([1e-2, 1e-3, "0.1"]), bad()),
}


BESIDE = mostly(
    st.one_of([st.fixed_dictionaries({n: numbers() for n in POINT if n != o}) for o in POINT]),
    st.dictionaries(st.sampled_from([*POINT, "x"]), anything(), max_size=5),
)
RUNNING = {
    "store": mostly(
        st.none(),
        st.sampled_from(["/dev/full", "/proc/none", "/", "no/such/folder", "\0", "a" * 300]),
    ),
    "workers": mostly(st.just(1), st.sampled_from([0, -1, 1.0, "1"]), hostile()),
    "executor": mostly(st.none(), bad()),
    "progress": mostly(st.just(False), bad()),
}
SOLVED = {
    "solver": words("auto", "primal", "dual", "cholesky", "direct"),
    "precision": words("float64", "float32"),
}
#: Sizes that have to be whole numbers.
WHOLE = mostly(st.integers(1, 9), st.sampled_from([0, -1, 10**6, 10**9, 10**30, 2.5]), bad())
BESIDE_STORES = mostly(
    st.sampled_from(["/dev/full", "/proc/none", "/", "no/such/folder", "a" * 300, "b" * 10_000]),
    bad(),
)


def monotone(error, variable, given):
    return icl_theory.is_monotone(error, variable, **given)


def profiled(error, variable, given, digits):
    return stationary.profile(error, variable, digits=digits, **given)


#: Name, function, and what its arguments are drawn from.
FUNCTIONS = {
    "Errors.from_json": (Errors.from_json, {"text": JSON}),
    "Spectrum.from_json": (Spectrum.from_json, {"text": JSON}),
    "Spectrum.atoms": (
        Spectrum.atoms,
        {
            "values": SMALL_LISTS,
            "weights": st.none() | SMALL_LISTS,
            "test": st.none() | SMALL_LISTS,
        },
    ),
    "Spectrum.power_law": (
        Spectrum.power_law,
        {"p": numbers(), "d": st.one_of(st.none(), st.integers(-1, 9), bad())},
    ),
    "Spectrum.spike": (Spectrum.spike, {"height": numbers(), "share": numbers(1)}),
    "Spectrum.of": (
        Spectrum.of,
        {"covariance": arrays() | bad(), "test": st.none() | arrays() | bad()},
    ),
    "Spectrum.tested_on": (
        lambda self, test: self.tested_on(test),
        {
            "self": st.sampled_from([Spectrum.atoms([2, 1]), Spectrum.power_law("1/2")]),
            "test": seen_by_test(),
        },
    ),
    "Spectrum.scaled": (
        lambda self, factor: self.scaled(factor),
        {
            "self": st.sampled_from([Spectrum.atoms([2, 1]), Spectrum.power_law("1/2")]),
            "factor": numbers(),
        },
    ),
    "allocate": (icl_theory.allocate, BUDGET),
    "bayes_error": (icl_theory.bayes_error, {"alpha": anything(), "rho": anything()}),
    "bayes_error_certified": (
        icl_theory.bayes_error_certified,
        {"alpha": numbers(), "rho": numbers(), "digits": digits()},
    ),
    "errors": (icl_theory.errors, POINTS),
    "errors of structured tasks": (icl_theory.errors, POINTS | SHIFTED_ARRAYS),
    "errors_certified": (icl_theory.errors_certified, POINT | {"digits": digits()}),
    "errors_certified of structured tasks": (
        icl_theory.errors_certified,
        POINT | SHIFTED | {"digits": digits()},
    ),
    "errors_exact": (icl_theory.errors_exact, POINT),
    "errors_exact of structured tasks": (icl_theory.errors_exact, POINT | SHIFTED),
    "errors_mp": (icl_theory.errors_mp, POINT | {"digits": digits()}),
    "errors_mp of structured tasks": (
        icl_theory.errors_mp,
        POINT | SHIFTED | {"digits": digits()},
    ),
    "finite_errors": (
        icl_theory.finite_errors,
        FINITE | DRAWN | {"order": st.sampled_from([1, 1, 2, 3, None, "1", 1.0])},
    ),
    "is_monotone": (
        monotone,
        {
            "error": words("icl", "idg"),
            "variable": words(*POINT),
            "given": mostly(
                st.one_of(
                    [st.fixed_dictionaries({n: anything() for n in POINT if n != o}) for o in POINT]
                ),
                st.dictionaries(st.sampled_from([*POINT, "x"]), anything(), max_size=5),
            ),
        },
    ),
    "limit": (icl_theory.limit, {"field": words("icl", "gap", "xi"), "take": TAKE, "where": WHERE}),
    "optimal_context": (
        icl_theory.optimal_context,
        {"error": ERROR} | {n: POINTS[n] for n in ("tau", "kappa", "rho", "lam")},
    ),
    "optimal_context_certified": (
        icl_theory.optimal_context_certified,
        {"error": ERROR}
        | {n: POINT[n] for n in ("tau", "kappa", "rho", "lam")}
        | {"digits": digits()},
    ),
    "optimal_ridge": (
        icl_theory.optimal_ridge,
        {"error": ERROR} | {n: POINTS[n] for n in ("tau", "alpha", "kappa", "rho")},
    ),
    "optimal_ridge_certified": (
        icl_theory.optimal_ridge_certified,
        {"error": ERROR}
        | {n: POINT[n] for n in ("tau", "alpha", "kappa", "rho")}
        | {"digits": digits()},
    ),
    "sensitivities": (icl_theory.sensitivities, POINTS),
    "sensitivities_certified": (icl_theory.sensitivities_certified, POINT | {"digits": digits()}),
    "simulate": (
        icl_theory.simulate,
        FINITE
        | DRAWN
        | SOLVED
        | RUNNING
        | {"order": st.sampled_from([1, 1, 1, 2, 3, None, "1", 1.0])},
    ),
    "boundary": (stationary.boundary, {"error": ERROR, "tau_value": numbers(3)}),
    "cross_validate": (
        finite.cross_validate,
        FINITE
        | {n: DRAWN[n] for n in ("tasks", "assignment")}
        | SOLVED
        | RUNNING
        | {"trace": words("auto", "exact", "random", "theory")},
    ),
    "dmmse_error": (
        baselines.dmmse_error,
        {"d": WHOLE, "alpha": numbers(3), "k": WHOLE, "rho": numbers()},
    ),
    "expected_maximum": (baselines.expected_maximum, {"k": WHOLE, "digits": digits()}),
    "export": (finite.export, {"store": BESIDE_STORES, "path": BESIDE_STORES}),
    "noise_edge": (
        stationary.noise_edge,
        {"error": ERROR, "tau": anything(), "kappa": anything()},
    ),
    "orders_of_limits": (
        limits.orders_of_limits,
        {"field": words("icl", "gap", "xi"), "take": TAKE, "where": WHERE},
    ),
    "profile": (
        profiled,
        {
            "error": words("icl", "idg", "gap", "train"),
            "variable": words(*POINT),
            "given": BESIDE,
            "digits": digits(),
        },
    ),
    "random_energy": (baselines.random_energy, {"k": WHOLE, "beta": numbers()}),
    "simulate_bayes_ridge": (
        finite.simulate_bayes_ridge,
        {n: FINITE[n] for n in ("d", "alpha", "rho", "runs", "seed")} | {"contexts": WHOLE},
    ),
    "simulate_dmmse": (
        finite.simulate_dmmse,
        {n: FINITE[n] for n in ("d", "alpha", "kappa", "rho", "runs", "seed")}
        | {"tasks": DRAWN["tasks"], "contexts": WHOLE}
        | RUNNING,
    ),
    "sweep": (
        finite.sweep,
        {
            n: one | st.lists(one, max_size=2) if n in ("d", *POINT) else one
            for n, one in FINITE.items()
        }
        | DRAWN
        | SOLVED
        | RUNNING,
    ),
    "winning_level": (baselines.winning_level, {"k": WHOLE, "beta": numbers()}),
}


def test_every_public_function_is_tried():
    public = {name for name in icl_theory.__all__ if not name.startswith("__")}
    for package in (baselines, budget, finite, limits, stationary):
        public |= {n for n in package.__all__ if inspect.isfunction(getattr(package, n))}
    assert public == {name.split(".")[0].split(" ")[0] for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_value_or_one_sentence(name):
    function, arguments = FUNCTIONS[name]
    faults = {}
    tried = 0

    @settings(
        max_examples=CALLS,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.fixed_dictionaries(arguments))
    def attempt(given):
        nonlocal tried
        tried += 1
        names = set() if name in LANGUAGES else {*arguments, *given.get("given", ())}
        shown = ", ".join(f"{key}={described(value)}" for key, value in given.items())
        fault = judged(
            lambda: function(**given), names, LONG.get(name, SECONDS), REFUSED.get(name, REFUSALS)
        )
        if fault:
            kind, seen = fault
            number, text, _ = faults.get(kind, (0, shown, seen))
            text, seen = min((text, _ if number else seen), (shown, seen), key=lambda p: len(p[0]))
            faults[kind] = number + 1, text, seen

    attempt()
    assert tried >= min(CALLS, 2)
    report = "\n".join(
        f"{kind} ({number} times): {name}({shown})\n    {seen}"
        for kind, (number, shown, seen) in sorted(faults.items())
    )
    assert not faults, f"{len(faults)} kinds of faults in {tried} calls\n{report}"
