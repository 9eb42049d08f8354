"""What the explorer computes is what the package computes."""

import math

import numpy as np
import pytest

from icl_theory import (
    Spectrum,
    bayes_error,
    errors,
    errors_mp,
    optimal_context,
    optimal_ridge,
)
from icl_theory.figures.explorer import bundle, theory
from icl_theory.stationary.context import noise_edge
from icl_theory.stationary.search import log_slope
from icl_theory.theory.fields import TABLE

NAMES = ("tau", "alpha", "kappa", "rho", "lam")
ALL = 'import * as T from "./theory.js"; import * as S from "./solve.js";'

#: What the explorer promises: as close to Python's numbers, in units of their size.
PROMISED = 1e-12


@pytest.fixture(scope="module")
def settings():
    """A thousand random settings in the ranges of the sliders; zeros and infinities among them."""
    draw = np.random.default_rng(14)
    count = 1000
    low, high = np.array([1e-2, 1e-1, 1e-2, 1e-3, 1e-6]), np.array([1e2, 1e4, 1e2, 1e2, 1e3])
    rows = low * (high / low) ** draw.uniform(size=(count, 5))
    rows[draw.uniform(size=count) < 0.1, 2] = math.inf
    rows[draw.uniform(size=count) < 0.1, 3] = 0.0
    rows[draw.uniform(size=count) < 0.5, 4] = 0.0
    return rows


def test_errors_and_state_agree_at_a_thousand_settings(in_node, settings):
    found = in_node(
        ALL,
        "give(given.map((row) => ({...T.errors(...row), state: T.point(...row)})));",
        settings.tolist(),
    )
    expected = errors(*settings.T)
    for i, (row, one) in enumerate(zip(settings, found, strict=True)):
        for field in TABLE:
            value, wanted = one[field.name], getattr(expected, field.name)[i]
            # The gap changes its sign: it is measured by the errors it is the difference of.
            scale = expected.icl[i] if field.name == "gap" else wanted
            assert abs(value - wanted) <= PROMISED * abs(scale), (field.name, row)
        state = one["state"]
        assert state["m"] == pytest.approx(expected.m[i], rel=PROMISED)
        assert state["xi"] == pytest.approx(expected.xi[i], rel=PROMISED)
        assert state["D1"] == pytest.approx(1 - state["nu"] * state["m"], abs=PROMISED)
        # r^2 is what of e_idg is left in training (claim training-error).
        assert state["r"] ** 2 * one["idg"] == pytest.approx(one["train"], rel=PROMISED)


def test_the_best_ridge_agrees(in_node, settings):
    rows = settings[:200, :4]
    found = in_node(
        ALL,
        "give(given.map((row) => ({icl: S.bestRidge('icl', ...row),"
        " idg: S.bestRidge('idg', ...row)})));",
        rows.tolist(),
    )
    for error in ("icl", "idg"):
        ours = np.array([one[error] for one in found])
        theirs = optimal_ridge(error, *rows.T)
        np.testing.assert_array_equal(ours == 0, theirs == 0)
        at_ours, at_theirs = (getattr(errors(*rows.T, lam), error) for lam in (ours, theirs))
        # At a minimum the error says little of the place; its slope changes its sign there.
        np.testing.assert_allclose(at_ours, at_theirs, rtol=PROMISED)
        inside = (ours > 0) & (np.abs(ours - theirs) > PROMISED * theirs)
        for row, lam in zip(rows[inside], ours[inside], strict=True):
            point = dict(zip(NAMES, row, strict=False))
            below, above = (
                log_slope(error, "lam", {**point, "lam": np.asarray(lam * f)})
                for f in (1 - 1e-6, 1 + 1e-6)
            )
            assert below < 0 < above, (error, row)


def test_turns_in_the_context_agree(in_node, settings):
    rows = settings[:300, [0, 2, 3]]
    found = in_node(
        ALL,
        "give(given.map(([t, k, r]) => ({icl: S.contextTurns('icl', t, k, r),"
        " idg: S.contextTurns('idg', t, k, r)})));",
        rows.tolist(),
    )
    seen = 0
    for error in ("icl", "idg"):
        expected = optimal_context(error, *rows.T)
        for kind, wanted in (
            ("minimum", expected.interior_minimum),
            ("maximum", expected.interior_maximum),
        ):
            ours = np.array([one[error][kind] for one in found], dtype=float)
            np.testing.assert_array_equal(np.isnan(ours), np.isnan(wanted))
            there = ~np.isnan(ours)
            seen += there.sum()
            t, k, r = rows[there].T
            at_ours, at_wanted = (
                getattr(errors(t, alpha, k, r), error) for alpha in (ours[there], wanted[there])
            )
            np.testing.assert_allclose(at_ours, at_wanted, rtol=PROMISED)
    assert seen > 100


def test_edges_of_the_map_agree(in_node, settings):
    rows = settings[:300, [0, 2]]
    rows = rows[np.isfinite(rows[:, 1])]
    for error in ("icl", "idg"):
        found = in_node(
            ALL,
            f"give(given.map((row) => ({{edge: S.noiseEdge('{error}', ...row)}})));",
            rows.tolist(),
        )
        lower, upper = noise_edge(error, *rows.T)
        for one, low, high in zip(found, lower, upper, strict=True):
            if one["edge"] is None:
                assert low == math.inf
                continue
            assert one["edge"]["lower"] == pytest.approx(low, rel=1e-9)
            assert one["edge"]["upper"] == pytest.approx(high, rel=1e-9)


def test_floors_agree(in_node, settings):
    rows = settings[:, [1, 3]]
    found = in_node(ALL, "give(given.map((row) => T.floors(...row)));", rows.tolist())
    ours = np.array([one["bayes"] for one in found])
    np.testing.assert_allclose(ours, bayes_error(*rows.T), rtol=PROMISED)
    best = errors(1e30, rows[:, 0], math.inf, rows[:, 1]).icl
    np.testing.assert_allclose([one["linear"] for one in found], best, rtol=PROMISED)


def test_slopes_agree(in_node, settings):
    rows = settings[settings[:, 4] > 0][:100]
    found = in_node(ALL, "give(given.map((row) => T.slopes(...row)));", rows.tolist())
    point = dict(zip(NAMES, rows.T, strict=True))
    for error in ("icl", "idg"):
        for name in ("tau", "alpha"):
            ours = np.array([one[f"{error}_{name}"] for one in found])
            value = getattr(errors(*rows.T), error)
            wanted = log_slope(error, name, point)
            # Sums of terms of both signs: measured by the slope of a term as large as the error.
            np.testing.assert_allclose(ours * point[name] / value, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kappa", [0.3, 0.9, 2.0, 40.0])
def test_the_density_is_that_of_the_resolvent(in_node, kappa):
    """Its mass is min(1, kappa), its mean 1, and what a ridge keeps of it D1."""
    edges = in_node(ALL, f"give(T.spectrum({kappa}));")
    # In an angle both edges are regular, and the trapezoidal rule is exact to rounding.
    count = 4000
    angles = (np.arange(count) + 0.5) * math.pi / count
    middle, half = (edges["upper"] + edges["lower"]) / 2, (edges["upper"] - edges["lower"]) / 2
    places = middle - half * np.cos(angles)
    found = in_node(
        ALL,
        f"give({{density: given.map((s) => T.density(s, {kappa}).density),"
        " kept: given.map((s) => T.shrinkage(s, 0.7).kept)});",
        places.tolist(),
    )
    weight = np.array(found["density"]) * half * np.sin(angles) * math.pi / count
    assert weight.sum() == pytest.approx(min(1, kappa), rel=1e-10)
    assert (weight * places).sum() == pytest.approx(1, rel=1e-10)
    # nu = 0.7 at xi = 0.6, x = 0.1.
    at = in_node(ALL, f"give(T.at_ridge(1, 11, {kappa}, 0.1, 0.6));")
    assert (weight * np.array(found["kept"])).sum() == pytest.approx(at["D1"], rel=1e-10)
    assert edges["zero"] == 1 - kappa


def test_the_root_of_the_ridge_equation_is_where_its_sides_meet(in_node, settings):
    rows = settings[settings[:, 4] > 0][:200]
    found = in_node(
        ALL,
        "give(given.map(([t, a, k, r, l]) => { const {xi} = T.errors(t, a, k, r, l);"
        " return {...T.at_ridge(t, a, k, r, xi), ...T.supply(t, l, xi),"
        " ...T.bounds(t, a, r, l), xi}; }));",
        rows.tolist(),
    )
    for (tau, *_, lam), one in zip(rows, found, strict=True):
        # Either bound may be the root, up to rounding.
        assert one["low"] * (1 - PROMISED) <= one["xi"] <= one["high"] * (1 + PROMISED)
        assert one["degrees_used"] == pytest.approx(one["supply"], abs=PROMISED * max(1, tau))
        # The ridge is a difference of degrees of freedom, times xi.
        assert one["lam"] == pytest.approx(lam, abs=PROMISED * one["xi"] * (1 + 1 / tau))


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"best": "icl"},
        {"best": "idg", "tasks": "power", "test": "reversed"},
        {"tasks": "spike", "test": "isotropic", "shift": "own"},
        {"tasks": "atoms", "test": "pretraining", "kappa": 0.5},
    ],
    ids=str,
)
def test_the_python_of_a_point_prints_what_it_says(in_node, choices, capsys):
    state = {"tau": 0.7, "alpha": 30, "kappa": math.inf, "rho": 0.2, "lam": 0.03} | choices
    text = in_node(
        'import { asPython } from "./python.js"; import { DEFAULT, admitted } from "./state.js";',
        "give(asPython(admitted(given, DEFAULT)));",
        state,
    )
    exec(text, {})
    said = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    assert len(said) == 2
    printed = capsys.readouterr().out.split()
    wanted = [float(one) for one in " ".join(said).split()]
    np.testing.assert_allclose([float(one) for one in printed], wanted, PROMISED)


def test_lines_are_found_by_bisection(in_node):
    """A circle between the points of a coarse grid, and a square with a fault left out."""
    found = in_node(
        'import { zeroes } from "./contour.js";',
        "give([zeroes((i, j) => (i - 4.3) ** 2 + (j - 3.9) ** 2 - 7, 9, 9),"
        " zeroes((i) => (i > 1.5 ? NaN : i - 0.5), 4, 2)]);",
    )
    circle, line = (np.array(one) for one in found)
    radii = np.hypot(circle[..., 0] - 4.3, circle[..., 1] - 3.9)
    np.testing.assert_allclose(radii, math.sqrt(7), atol=2.0**-12)
    assert len(circle) > 15
    assert line.shape == (1, 2, 2)
    np.testing.assert_allclose(line[..., 0], 0.5, atol=2.0**-12)


def test_numbers_are_read_as_people_write_them(in_node):
    found = in_node(
        'import { parse, format } from "./numbers.js";',
        "give({read: given.map((text) => String(parse(text))),"
        " shown: [0.125, 3e-7, Infinity, 1e6, -2].map((value) => format(value))});",
        ["0.5", "1/4", "inf", "∞", "1e-3", "0,5", "x", "", "1/0"],
    )
    assert found["read"] == [
        *("0.5", "0.25", "Infinity", "Infinity", "0.001", "0.5", "NaN", "NaN", "Infinity")
    ]
    assert found["shown"] == ["0.125", "3·10⁻⁷", "∞", "10⁶", "−2"]


def test_the_address_holds_the_state(in_node):
    found = in_node(
        'import { DEFAULT, admitted, decoded, encoded } from "./state.js";',
        "const there = admitted(given, DEFAULT);"
        "give({same: encoded(admitted(decoded('#' + encoded(there)), DEFAULT)) === encoded(there),"
        " text: encoded(there), refused: encoded(admitted({tau: '-1', x: 'no'}, DEFAULT)) ==="
        " encoded(DEFAULT)});",
        {"tau": 0.3, "kappa": "inf", "x": "alpha", "best": "icl", "share": "1", "p": "1/4"},
    )
    assert found["same"] and found["refused"]
    assert found["text"] == "tau=0.3&alpha=10&kappa=inf&rho=0.01&lam=0&p=0.25&best=icl&x=alpha"


def test_choices_that_need_others_give_way(in_node):
    found = in_node(
        'import { DEFAULT, admitted } from "./state.js";',
        "give(given.map((one) => admitted(one, DEFAULT)));",
        [
            {"tasks": "spike", "test": "reversed"},
            {"tasks": "power", "test": "reversed"},
            {"over": "alpha_T"},
            {"over": "alpha_T", "shift": "own"},
            {"across": "tau", "up": "tau"},
        ],
    )
    assert [one["test"] for one in found[:2]] == ["matched", "reversed"]
    assert [one["over"] for one in found[2:4]] == ["kappa", "alpha_T"]
    assert found[4]["across"] != found[4]["up"]


def test_undo_takes_back_gestures(in_node):
    found = in_node(
        'import { DEFAULT, store } from "./state.js";',
        "const s = store(DEFAULT); const seen = [];"
        "s.set({tau: 2}); s.set({tau: 3}); s.commit(); s.change({rho: 1});"
        "for (const act of ['undo', 'undo', 'undo', 'redo'])"
        " { s[act](); seen.push([s.state.tau, s.state.rho]); }"
        "give({seen});",
    )
    assert found["seen"] == [[3, 0.01], [0.5, 0.01], [0.5, 0.01], [3, 0.01]]


SPECTRA = {
    "isotropic": lambda row: Spectrum.isotropic(),
    "power": lambda row: Spectrum.power_law(row["p"], d=100),
    "spike": lambda row: Spectrum.spike(row["peak"], row["share"]),
    "atoms": lambda row: Spectrum.atoms(
        [row["first"], row["second"]], [row["share"], 1 - row["share"]]
    ),
}
TESTS = {
    "isotropic": ("matched", "isotropic", "pretraining"),
    "power": ("matched", "isotropic", "reversed", "pretraining"),
    "spike": ("matched", "isotropic", "pretraining"),
    "atoms": ("matched", "isotropic", "pretraining"),
}


@pytest.fixture(scope="module")
def structured_settings(settings):
    """A thousand settings of structured tasks, every kind of tasks and test among them."""
    draw = np.random.default_rng(15)
    rows = []
    for setting in settings.tolist():
        tasks = str(draw.choice(list(SPECTRA)))
        row = dict(zip(NAMES, setting, strict=True))
        row |= {"tasks": tasks, "test": str(draw.choice(TESTS[tasks])), "shift": "own"}
        row |= {"p": draw.uniform(0, 2), "peak": 10 ** draw.uniform(-2, 2)}
        row |= {"share": draw.uniform(0.01, 0.99), "first": 10 ** draw.uniform(-2, 2)}
        row |= {"second": draw.choice([0.0, 10 ** draw.uniform(-2, 2)])}
        row |= {"alpha_T": 10 ** draw.uniform(-1, 4), "rho_T": 10 ** draw.uniform(-3, 2)}
        row["shift"] = str(draw.choice(["", "own"]))
        rows.append(row)
    return rows


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_structured_errors_agree(in_node, structured_settings, count):
    rows = structured_settings[:count]
    found = in_node(
        'import { structuredAt } from "./structured.js";',
        "give(given.map((row) => structuredAt(row, row.lam)));",
        rows,
    )
    for row, one in zip(rows, found, strict=True):
        own = row["shift"] == "own"
        wanted = errors(
            *(row[name] for name in NAMES),
            tasks=SPECTRA[row["tasks"]](row),
            test=row["test"],
            alpha_test=row["alpha_T"] if own else row["alpha"],
            rho_test=row["rho_T"] if own else row["rho"],
        )
        for field in TABLE:
            value = getattr(wanted, field.name)
            scale = max(wanted.icl, wanted.idg) if field.name == "gap" else abs(value)
            assert abs(one[field.name] - value) <= PROMISED * scale, (field.name, row)


def test_structured_errors_diverge_at_the_threshold(in_node):
    row = {"tau": 1, "alpha": 3, "kappa": 0.75, "rho": 0.2, "tasks": "power", "p": 0.9, "shift": ""}
    found = in_node(
        'import { structuredAt } from "./structured.js";',
        "give(['matched', 'pretraining'].map((test) => structuredAt({...given, test}, 0)));",
        row,
    )
    for test, one in zip(("matched", "pretraining"), found, strict=True):
        wanted = errors_mp(1, 3, 0.75, "0.2", tasks=SPECTRA["power"](row), test=test)
        assert wanted.icl == one["icl"] == one["idg"] == math.inf
        assert (one["gap"], one["train"]) == (wanted.gap, 0)


def test_bisection_finds_what_newton_finds(in_node, structured_settings):
    rows = [row for row in structured_settings if row["tau"] < 1 or row["lam"]][:60]
    found = in_node(
        'import { solved, spectrumOf } from "./structured.js";',
        "give(given.map((row) => [undefined, 0].map((steps) =>"
        " solved(spectrumOf(row), row.tau, 1 / row.alpha, row.kappa, row.lam, steps))));",
        rows,
    )
    for newton, halved in found:
        assert halved["xi"] == pytest.approx(newton["xi"], rel=1e-11)
        assert halved["u"] == pytest.approx(newton["u"], rel=1e-11)


def test_costs_of_directions_make_up_the_error(in_node, structured_settings):
    """The error is affine in the variances of the test, with the costs as slopes."""
    rows = [row for row in structured_settings if row["test"] == "matched"][:40]
    found = in_node(
        'import { spectrumOf, structuredAt } from "./structured.js";',
        "give(given.map((row) => { const one = structuredAt(row, row.lam);"
        " return {icl: one.icl, costs: spectrumOf(row).nodes.map(({c}) => one.cost(c).cost)}; }));",
        rows,
    )
    for row, one in zip(rows, found, strict=True):
        tasks = SPECTRA[row["tasks"]](row)
        own = row["shift"] == "own"
        shift = {"alpha_test": row["alpha_T"], "rho_test": row["rho_T"]} if own else {}
        nothing = errors(
            *(row[name] for name in NAMES), tasks=tasks.tested_on([0] * len(tasks)), **shift
        )
        values, weights, tests = tasks.nodes()
        costs = (
            dict(zip(values, one["costs"], strict=True))
            if len(values) == len(one["costs"])
            # Equal eigenvalues are one atom in Python.
            else dict.fromkeys(values, one["costs"][0])
        )
        total = nothing.icl + sum(
            w * s * costs[c] for c, w, s in zip(values, weights, tests, strict=True)
        )
        assert one["icl"] == pytest.approx(total, rel=1e-11)


def test_dense_code_computes_the_same_bits(in_node, modules, settings):
    printed = theory.functions()
    dense = {name: bundle.dense(text) for name, text in printed.items()}
    assert sum(map(len, dense.values())) < 0.85 * sum(map(len, printed.values()))
    text = "\n".join(f"export {text}" for text in dense.values())
    (modules / "dense.js").write_text(text, encoding="utf-8")
    found = in_node(
        'import * as T from "./theory.js"; import * as D from "./dense.js";',
        "const all = (from) => given.map((row) => [from.errors(...row), from.point(...row),"
        " from.slopes(...row), from.balances(...row)]);"
        "give({same: JSON.stringify(all(T)) === JSON.stringify(all(D)),"
        " names: Object.keys(T).join() === Object.keys(D).join()});",
        settings[:200].tolist(),
    )
    assert found == {"same": True, "names": True}
    # What is said of bad input is a text, whose spaces stay.
    one, other = in_node(
        'import * as T from "./theory.js"; import * as D from "./dense.js";',
        "const said = (from) => { try { from.errors(0, 1, 1, 1); }"
        " catch (fault) { return fault.message; } };"
        "give([said(T), said(D)]);",
    )
    assert one == other and "tau must be" in one
