"""Straight-line programs: sharing, forms without cancellation, and the printed languages."""

import json
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from icl_theory import errors
from icl_theory.evaluate import programs
from icl_theory.evaluate.generate import kernel
from icl_theory.evaluate.javascript import javascript
from icl_theory.evaluate.result import FIELDS
from icl_theory.evaluate.straight_line import (
    PYTHON,
    C,
    indented,
    numpy_source,
    scalar_source,
    straight_line,
    unread_outputs,
)
from icl_theory.theory.fields import TABLE
from tests.evaluate.problems import PROBLEMS

a, b, c = sp.symbols("a b c", positive=True)
NAMES = {a: "a", b: "b", c: "c"}


def _value(expression, state=None, **values):
    out = np.empty(1)
    columns = {name: np.array([values.get(name, 1.0)]) for name in ("a", "b", "c")}
    program = straight_line(NAMES, {"result": expression}, state)
    kernel(program).run(columns, {"result": out})
    return out[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (a + b - c, -1.0),
        (-a - b, -5.0),
        (a**7 / b**3, 128 / 27),
        (sp.sqrt(a) / sp.sqrt(b), (2 / 3) ** 0.5),
        (sp.Rational(2, 3) * a, 4 / 3),
        (-a / 2, -1.0),
        (sp.Max(a, b, 1), 3.0),
        (sp.Min(a, b), 2.0),
        (sp.Piecewise((a, a >= b), (b, a > c), (c, True)), 6.0),
        (sp.Piecewise((a, a <= b), (c, True)), 2.0),
        (sp.Integer(4), 4.0),
        (sp.oo, np.inf),
        (a, 2.0),
    ],
)
def test_a_printed_formula_has_the_value_of_the_formula(expression, expected):
    assert _value(expression, a=2.0, b=3.0, c=6.0) == pytest.approx(expected, rel=1e-15)


def test_state_overrides_and_completes_the_definitions():
    s = sp.Symbol("s")
    assert _value(s * a, {s: a + b}, a=2.0, b=3.0) == 10.0


def test_an_unknown_symbol_is_refused():
    with pytest.raises(ValueError, match="read s, which is not given"):
        straight_line(NAMES, {"result": sp.Symbol("s") + a})


@pytest.mark.parametrize("expression", [sp.sin(a), a ** sp.Rational(1, 3), a**b])
def test_an_operation_without_instruction_is_refused(expression):
    with pytest.raises(ValueError, match=r"no instruction|not a power"):
        straight_line(NAMES, {"result": expression})


def test_equal_operations_are_computed_once():
    program = straight_line(NAMES, {"one": (a + b) * c, "two": sp.sqrt(a + b), "three": b + a})
    assert [i.operation for i in program.instructions] == ["add", "multiply", "sqrt"]


@pytest.mark.parametrize(
    ("program", "allowed"),
    [
        # kappa - theta, tau - theta, 1 - theta, the conjugate of M, the relief in the gap.
        (programs.ridgeless_errors, 5),
        # kappa - 1, the conjugate of M, the relief in the gap.
        (programs.ridge_errors, 3),
    ],
)
def test_nothing_is_subtracted_but_what_is_meant_to_be(program, allowed):
    operations = [i.operation for i in program(TABLE).instructions]
    assert operations.count("subtract") == allowed


def test_distances_of_parameters_are_formed_by_one_subtraction():
    wanted = {("tau", 1.0), ("tau", "kappa"), ("kappa", 1.0)}
    subtractions = {
        i.operands for i in programs.ridge_step().instructions if i.operation == "subtract"
    }
    assert wanted <= subtractions


def test_an_output_may_replace_an_input_that_others_read():
    program = straight_line(NAMES, {"a": a + b, "b": a - b})
    assert scalar_source(program, C, "{name} = {value};")[-4:] == [
        "const double next_a = v0;",
        "const double next_b = v1;",
        "a = next_a;",
        "b = next_b;",
    ]


def test_a_field_that_is_not_asked_for_is_refused():
    program = kernel(straight_line(NAMES, {"one": a + b, "two": a - b}))
    columns = {name: np.ones(1) for name in "abc"}
    with pytest.raises(ValueError, match="the program fills one, two, but one were given"):
        program.run(columns, {"one": np.empty(1)})
    with pytest.raises(ValueError, match="but one, two, three were given"):
        program.run(columns, {name: np.empty(1) for name in ("one", "two", "three")})


def test_outputs_that_nothing_reads_are_those_to_look_at():
    outputs = {"one": a + b, "two": (a + b) * c, "three": sp.Piecewise((c, a >= b), (a - b, True))}
    assert unread_outputs(straight_line(NAMES, outputs)) == ["two", "three"]


def test_buffers_are_reused():
    for program in (
        programs.ridgeless_errors(TABLE),
        programs.ridge_errors(TABLE),
        programs.ridge_step(),
    ):
        assert numpy_source(program, "kernel").buffers < len(program.instructions) / 4


def _in_python(expression):
    """The function of a, b and c that Python is given."""
    lines = scalar_source(straight_line(NAMES, {"result": expression}), PYTHON, "{name} = {value}")
    text = "\n".join(["def function(a, b, c):", *indented([*lines, "return result"])])
    namespace = {"sqrt": lambda value: Fraction(sp.sqrt(value))}
    exec(text, namespace)
    return namespace["function"]


@pytest.mark.parametrize(
    "expression",
    [
        a + b - c,
        -a - b,
        a**7 / b**3,
        sp.Rational(2, 3) / (5 * b),
        a - sp.Rational(3, 4),
        sp.Rational(5, 6) - a * b,
        -(a**2) / 4,
        sp.sqrt(a + b + 4) / 2,
        sp.Piecewise((a, 3 * a >= sp.Rational(13, 2)), (b / 2, a < sp.Rational(5, 2)), (c, True)),
        sp.Integer(4),
    ],
)
def test_python_meets_no_number_but_those_of_the_system(expression):
    found = _in_python(expression)(Fraction(2), Fraction(3), Fraction(6))
    exact = sp.Rational(*found.as_integer_ratio())
    assert not isinstance(found, float)
    assert exact == expression.xreplace({a: sp.Integer(2), b: sp.Integer(3), c: sp.Integer(6)})


@pytest.mark.parametrize("expression", [a + sp.pi, sp.Max(a, b), sp.Rational(1, 2), sp.oo])
def test_python_is_refused_what_not_every_number_system_has(expression):
    with pytest.raises(ValueError, match=r"no maximum|not a number of the system"):
        _in_python(expression)


def test_what_one_arm_alone_reads_is_computed_inside_it():
    inner = sp.Piecewise((1 / (a - 1) + b * c, a > 1), (b * c, True))
    outer = sp.Piecewise((1 / (b - 2) + inner / (a * a), b > 2), (sp.sqrt(b + a + 1), True))
    function = _in_python(outer)
    # Each divides by zero in an arm that does not hold.
    assert function(Fraction(1), Fraction(3), Fraction(2)) == 7
    assert function(Fraction(1), Fraction(2), Fraction(3)) == 2
    lines = scalar_source(straight_line(NAMES, {"result": outer}), C, "{name} = {value};")
    (product,) = (line for line in lines if "b * c" in line or "c * b" in line)
    assert product.startswith("    const")
    assert [len(line) - len(line.lstrip()) for line in lines if "1.0 /" in line] == [4, 8]


@pytest.fixture(scope="module")
def in_node(tmp_path_factory):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine")

    def run(rows):
        script = tmp_path_factory.mktemp("node") / "run.js"
        # JSON has no infinity.
        script.write_text(
            javascript()
            + f"""
            const rows = {json.dumps([[str(v) for v in row] for row in rows])};
            const number = text => text === "inf" ? Infinity : Number(text);
            const results = rows.map(row => {{
                try {{
                    const found = errors(...row.map(number));
                    return Object.fromEntries(
                        Object.entries(found).map(([k, v]) => [k, String(v)]));
                }} catch (error) {{ return error.message; }}
            }});
            console.log(JSON.stringify(results));
            """
        )
        done = subprocess.run([node, str(script)], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return run


def test_javascript_agrees_with_python(in_node):
    draw = np.random.default_rng(0)
    rows = [
        [*map(float, 10.0 ** draw.uniform(-6, 6, 4)), float(10.0 ** draw.uniform(-8, 4)) * ridge]
        for ridge in (0, 1)
        for _ in range(300)
    ]
    rows += [list(problem.parameters.values()) for problem in PROBLEMS]
    for row, found in zip(rows, in_node(rows), strict=True):
        expected = errors(*row)
        assert set(found) == set(FIELDS)
        for name in FIELDS:
            value = float(found[name].replace("Infinity", "inf"))
            scale = expected.icl if name == "gap" else getattr(expected, name)
            wanted = getattr(expected, name)
            assert value == wanted or abs(value - wanted) <= 1e-13 * abs(scale), (row, name)


def test_javascript_refuses_what_python_refuses(in_node):
    assert in_node(
        [[0, 1, 1, 0, 0], ["nan", 1, 1, 0, 0], [1, 1, 1, -1, 0], [1e-40, 1, 1, 0, 0]]
    ) == [
        "tau must be a finite number > 0, got 0",
        "tau must be a finite number > 0, got NaN",
        "rho must be a finite number >= 0, got -1",
        "tau must be between 1e-30 and 1e+30, got 1e-40",
    ]
