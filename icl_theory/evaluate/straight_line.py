"""From named formulas to a list of instructions, and from that to source in some language.

Every instruction of a `StraightLine` program applies one operation to inputs, numbers and earlier
results. It is read off the definitions of the quantities, each of which keeps the order of
operations in which it is written; what two formulas share is computed once. The same program is
printed for whole arrays of float64 (``numpy_source``), and for one point at a time
(``scalar_source``): in C and JavaScript for float64, in Python for any number system.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import takewhile
from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import Quantity

#: An input or earlier result (by name), or a number; a float is one that is not rational.
Operand = str | Fraction | float

#: Operations that yield a truth value.
COMPARISONS = {"greater_equal", "greater", "less_equal", "less"}

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_RELATIONS = {"greater_equal": ">=", "greater": ">", "less_equal": "<=", "less": "<"}


@dataclass(frozen=True)
class Instruction:
    """``target = operation(*operands)``."""

    target: str
    operation: str
    operands: tuple[Operand, ...]


@dataclass
class StraightLine:
    """Straight-line program from named inputs to named outputs."""

    inputs: tuple[str, ...]
    instructions: list[Instruction] = field(default_factory=list)
    outputs: dict[str, Operand] = field(default_factory=dict)


def straight_line(
    inputs: Mapping[sp.Symbol, str],
    outputs: Mapping[str, sp.Expr],
    state: Mapping[sp.Symbol, sp.Expr] | None = None,
) -> StraightLine:
    """Write the formulas behind ``outputs`` as a straight-line program.

    Parameters
    ----------
    inputs
        Symbols, or quantities taken as given, with their names in the program.
    outputs
        Named expressions in inputs, state and quantities.
    state
        Symbols that are computed: each with its formula. A quantity listed here is computed by
        this formula instead of its definition.

    Raises
    ------
    ValueError
        If a formula reads a symbol that is none of these.
    """
    table = _definitions([*outputs.values()], inputs, state or {})
    writer = _Writer(inputs, table)
    for name, expression in outputs.items():
        writer.program.outputs[name] = writer.operand(expression)
    return writer.program


def _definitions(
    expressions: Sequence[sp.Expr],
    inputs: Collection[sp.Symbol],
    state: Mapping[sp.Symbol, sp.Expr],
) -> dict[sp.Symbol, sp.Expr]:
    table: dict[sp.Symbol, sp.Expr] = {}
    waiting = list(expressions)
    while waiting:
        for symbol in sorted(waiting.pop().free_symbols, key=str):
            if symbol in inputs or symbol in table:
                continue
            if symbol in state:
                table[symbol] = state[symbol]
            elif isinstance(symbol, Quantity):
                table[symbol] = symbol.definition
            else:
                raise ValueError(f"the formulas read {symbol}, which is not given")
            waiting.append(table[symbol])
    return table


class _Writer:
    """Lowers expressions to instructions, one for equal operations on equal operands."""

    def __init__(self, inputs: Mapping[sp.Symbol, str], table: Mapping[sp.Symbol, sp.Expr]) -> None:
        self.program = StraightLine(tuple(inputs.values()))
        self.names: dict[sp.Symbol, Operand] = dict(inputs)
        self.table = table
        self.known: dict[tuple[Any, ...], str] = {}

    def emit(self, operation: str, *operands: Operand) -> Operand:
        key = (operation, *operands)
        if operation in {"add", "multiply"}:
            key = (operation, *sorted(operands, key=str))
        if key not in self.known:
            self.known[key] = f"v{len(self.known)}"
            self.program.instructions.append(Instruction(self.known[key], operation, operands))
        return self.known[key]

    def operand(self, node: sp.Expr) -> Operand:
        if node.is_Symbol:
            if node not in self.names:
                self.names[node] = self.operand(self.table[node])
            return self.names[node]
        if node.is_Rational:
            return Fraction(int(node.p), int(node.q))
        if node.is_NumberSymbol:
            return float(node)
        if node.is_infinite:
            return math.copysign(math.inf, 1 if node is sp.oo else -1)
        if node.is_Add:
            return self._sum(node)
        if node.is_Mul or node.is_Pow:
            return self._product(node)
        if isinstance(node, sp.Max | sp.Min):
            operation = "maximum" if isinstance(node, sp.Max) else "minimum"
            value, *rest = map(self.operand, sorted(node.args, key=lambda a: a.is_number))
            for other in rest:
                value = self.emit(operation, value, other)
            return value
        if isinstance(node, sp.Abs):
            return self.emit("absolute", self.operand(node.args[0]))
        if isinstance(node, sp.Piecewise):
            return self._cases(node)
        raise ValueError(f"no instruction for {node}")

    def _sum(self, node: sp.Add) -> Operand:
        # Numbers last; the first term is one that is not subtracted.
        terms = sorted(node.args, key=lambda a: a.is_number)
        terms.sort(key=lambda a: a.could_extract_minus_sign() and not a.is_Add)
        first, *rest = terms
        value = self.operand(first)
        for term in rest:
            if term.could_extract_minus_sign():
                value = self.emit("subtract", value, self.operand(-term))
            else:
                value = self.emit("add", value, self.operand(term))
        return value

    def _product(self, node: sp.Expr) -> Operand:
        coefficient, product = node.as_coeff_Mul(rational=True)
        over: list[Operand] = []
        under: list[Operand] = []
        for factor in sp.Mul.make_args(product):
            base, exponent = factor.as_base_exp()
            if not (exponent.is_Rational and exponent.q <= 2):
                raise ValueError(f"not a power with a whole or half exponent: {factor}")
            whole, half = divmod(abs(int(2 * exponent)), 2)
            value = self.operand(base)
            side = over if exponent > 0 else under
            if whole:
                side.append(self._power(value, whole))
            if half:
                side.append(self.emit("sqrt", value))
        if coefficient.q & (coefficient.q - 1):
            under.append(Fraction(int(coefficient.q)))
            coefficient = sp.Integer(coefficient.p)
        if coefficient != 1 or not over:
            # A negative coefficient, a power of two below: exact.
            over.insert(0, Fraction(int(coefficient.p), int(coefficient.q)))
        value = self._multiply(over)
        return self.emit("divide", value, self._multiply(under)) if under else value

    def _power(self, value: Operand, exponent: int) -> Operand:
        if exponent == 1:
            return value
        half = self._power(value, exponent // 2)
        square = self.emit("multiply", half, half)
        return self.emit("multiply", square, value) if exponent % 2 else square

    def _multiply(self, factors: Sequence[Operand]) -> Operand:
        value, *rest = factors
        for factor in rest:
            value = self.emit("multiply", factor, value)
        return value

    def _cases(self, node: sp.Piecewise) -> Operand:
        *cases, (value, otherwise) = node.args
        if otherwise is not sp.true:
            raise ValueError(f"the last case must be unconditional: {node}")
        result = self.operand(value)
        for value, condition in reversed(cases):
            operation = {">=": "greater_equal", ">": "greater", "<=": "less_equal", "<": "less"}
            test = self.emit(
                operation[condition.rel_op],
                self.operand(condition.lhs),
                self.operand(condition.rhs),
            )
            result = self.emit("where", test, self.operand(value), result)
        return result


def unread_outputs(program: StraightLine) -> list[str]:
    """The fewest outputs that are NaN if any is: those whose value no other output is made of."""
    made_of: dict[Operand, set[Operand]] = {}
    for instruction in program.instructions:
        # What a comparison reads does not reach the result, and of two cases only one does.
        carried = instruction.operands
        if instruction.operation in COMPARISONS or instruction.operation == "where":
            carried = ()
        made_of[instruction.target] = set(carried).union(*(made_of.get(o, ()) for o in carried))
    outputs = program.outputs
    return [
        name
        for name, value in outputs.items()
        if isinstance(value, str)
        and not any(value in made_of.get(other, ()) for other in outputs.values())
    ]


def _last_uses(program: StraightLine) -> dict[str, int]:
    last: dict[str, int] = {}
    for position, instruction in enumerate(program.instructions):
        last[instruction.target] = position
        for operand in instruction.operands:
            if isinstance(operand, str):
                last[operand] = position
    return last


@dataclass(frozen=True)
class NumpySource:
    """A program for arrays as the source of a function, and the scratch space that it needs."""

    text: str
    buffers: int
    masks: int
    functions: tuple[str, ...]


def numpy_source(program: StraightLine, name: str) -> NumpySource:
    """Print a program as a function of NumPy calls that allocate nothing.

    Its arguments are the inputs and outputs, then buffers of float64 and masks of bool. An
    intermediate result lives in a buffer from its instruction to its last use.
    """
    last = _last_uses(program)
    outputs = {
        result: f"out_{label}"
        for label, result in reversed(program.outputs.items())
        if isinstance(result, str) and result not in program.inputs
    }
    place: dict[Operand, str] = {label: label for label in program.inputs}
    free: dict[str, list[str]] = {"w": [], "b": []}
    counts = {"w": 0, "b": 0}
    lines: list[str] = []
    used: set[str] = set()

    def take(kind: str) -> str:
        if not free[kind]:
            counts[kind] += 1
            return f"{kind}{counts[kind] - 1}"
        return free[kind].pop()

    def text(operand: Operand) -> str:
        return place[operand] if isinstance(operand, str) else repr(float(operand))

    for position, instruction in enumerate(program.instructions):
        operands = [text(o) for o in instruction.operands]
        kind = "b" if instruction.operation in COMPARISONS else "w"
        # In the order of the operands, so that the source is the same every time.
        finished = [
            o
            for o in dict.fromkeys(instruction.operands)
            if isinstance(o, str) and last[o] == position and place[o][0] in "wb"
        ]
        chosen = instruction.operation == "where"
        # `where` is written in two copies, so its target must not be an operand still to be read.
        if not chosen:
            for operand in finished:
                if place[operand] not in program.inputs and operand not in outputs:
                    free[place[operand][0]].append(place[operand])
        target = outputs.get(instruction.target) or take(kind)
        place[instruction.target] = target
        if chosen:
            test, yes, no = operands
            lines += [f"copyto({target}, {no})", f"copyto({target}, {yes}, where={test})"]
            used.add("copyto")
            for operand in finished:
                if place[operand] not in program.inputs and operand not in outputs:
                    free[place[operand][0]].append(place[operand])
        else:
            lines.append(f"{instruction.operation}({', '.join(operands)}, out={target})")
            used.add(instruction.operation)
    for label, result in program.outputs.items():
        if outputs.get(str(result)) != f"out_{label}":
            lines.append(f"copyto(out_{label}, {text(result)})")
            used.add("copyto")
    arguments = [
        *program.inputs,
        *(f"out_{label}" for label in program.outputs),
        *(f"w{i}" for i in range(counts["w"])),
        *(f"b{i}" for i in range(counts["b"])),
    ]
    source = "\n".join(
        [
            f"def {name}(",
            *(f"    {a}," for a in arguments),
            "):",
            *(f"    {line}" for line in lines or ["pass"]),
        ]
    )
    return NumpySource(source, counts["w"], counts["b"], tuple(sorted(used)))


@dataclass(frozen=True)
class Language:
    """What `scalar_source` has to know of a language like C.

    Attributes
    ----------
    number, constant, integer
        How a variable, a constant and a truth value are declared.
    functions
        Names of the operations that are functions. An operation without a name is refused.
    infinity
        The name of infinity.
    """

    number: str
    constant: str
    integer: str
    functions: Mapping[str, str]
    infinity: str

    def statement(self, declaration: str, target: str, value: str) -> str:
        """An assignment, of something declared before where there is no declaration."""
        return f"{declaration} {target} = {value};".lstrip()

    def choice(self, target: str, test: str, yes: Sequence[str], no: Sequence[str]) -> list[str]:
        """Statements of which one half is run, and gives ``target`` its value."""
        head = f"{self.number} {target};"
        return [head, f"if ({test}) {{", *indented(yes), "} else {", *indented(no), "}"]

    def literal(self, operand: Operand) -> str:
        """A name as it is, a number as it is written."""
        if isinstance(operand, str):
            return operand
        return repr(float(operand)).replace("inf", self.infinity)

    def infix(self, symbol: str, left: Operand, right: Operand) -> str:
        """A sum, difference, product, quotient or comparison."""
        return f"{self.literal(left)} {symbol} {self.literal(right)}"

    def formula(self, instruction: Instruction) -> str:
        """The right-hand side of an instruction."""
        operation, operands = instruction.operation, instruction.operands
        if symbol := (_INFIX | _RELATIONS).get(operation):
            return self.infix(symbol, *operands)
        if operation not in self.functions:
            raise ValueError(f"the language has no {operation}")
        return f"{self.functions[operation]}({', '.join(map(self.literal, operands))})"


class Python(Language):
    """Python over any number system: literals are integers, each beside a number of the system."""

    def statement(self, declaration: str, target: str, value: str) -> str:
        """An assignment; nothing is declared."""
        return f"{target} = {value}"

    def choice(self, target: str, test: str, yes: Sequence[str], no: Sequence[str]) -> list[str]:
        """Statements of which one half is run, and gives ``target`` its value."""
        return [f"if {test}:", *indented(yes), "else:", *indented(no)]

    def literal(self, operand: Operand) -> str:
        """A name or an integer."""
        if isinstance(operand, str):
            return operand
        if isinstance(operand, float) or operand.denominator > 1:
            raise ValueError(f"{operand} is a float in Python, not a number of the system")
        return str(operand)

    def infix(self, symbol: str, left: Operand, right: Operand) -> str:
        """An operation in which a fraction is a numerator and a denominator."""
        numbers = [o for o in (left, right) if isinstance(o, Fraction)]
        if len(numbers) == 2:
            raise ValueError(f"{left} {symbol} {right} is not an operation of the system")
        scale = numbers[0].denominator if numbers else 1
        if symbol == "*" and numbers:
            name = left if isinstance(left, str) else right
            factor = numbers[0].numerator
            text = f"-{name}" if factor == -1 else f"{name}*{factor}" if factor != 1 else f"{name}"
            return text if scale == 1 else f"{text}/{scale}"
        if scale == 1:
            return f"{self.literal(left)} {symbol} {self.literal(right)}"
        first, second = (
            str(o.numerator) if isinstance(o, Fraction) else f"{o}*{scale}" for o in (left, right)
        )
        if symbol == "/":
            return f"{first}/({second})"
        text = f"{first} {symbol} {second}"
        return f"({text})/{scale}" if symbol in "+-" else text


_FUNCTIONS = ("sqrt", "absolute", "maximum", "minimum")
C = Language(
    number="double",
    constant="const double",
    integer="int",
    functions=dict(zip(_FUNCTIONS, ("sqrt", "fabs", "fmax", "fmin"), strict=True)),
    infinity="INFINITY",
)
JAVASCRIPT = Language(
    number="let",
    constant="const",
    integer="let",
    functions=dict(zip(_FUNCTIONS, ("Math.sqrt", "Math.abs", "Math.max", "Math.min"), strict=True)),
    infinity="Infinity",
)
PYTHON = Python("", "", "", {"sqrt": "sqrt"}, "")

#: The arms of conditional expressions in which an instruction stands, outermost first: the target
#: of each expression, and which arm it is.
Home = tuple[tuple[str, int], ...]


def _homes(program: StraightLine) -> dict[str, Home]:
    """For every instruction the innermost arm in which all stand that read it."""
    homes: dict[str, Home] = {o: () for o in program.outputs.values() if isinstance(o, str)}
    for instruction in reversed(program.instructions):
        here = homes.setdefault(instruction.target, ())
        for slot, operand in enumerate(instruction.operands):
            if not isinstance(operand, str):
                continue
            reader = here
            if instruction.operation == "where" and slot:
                reader = (*here, (instruction.target, slot - 1))
            known = homes.get(operand, reader)
            shared = takewhile(lambda pair: pair[0] == pair[1], zip(known, reader, strict=False))
            homes[operand] = tuple(one for one, _ in shared)
    return homes


def scalar_source(program: StraightLine, language: Language, assign: str) -> list[str]:
    """Print a program for single numbers, as the lines of a function body.

    Parameters
    ----------
    program
        The program; its inputs are variables in scope.
    language
        `C`, `JAVASCRIPT` or `PYTHON`.
    assign
        How an output is assigned, a format string with ``{name}`` and ``{value}``.

    Notes
    -----
    What only one arm of a conditional expression reads is computed inside that arm.
    """
    homes = _homes(program)
    blocks: dict[Home, list[str]] = defaultdict(list)
    for instruction in program.instructions:
        target, home = instruction.target, homes[instruction.target]
        if instruction.operation == "where":
            test, *values = map(language.literal, instruction.operands)
            arms = [
                [*blocks[(*home, (target, slot))], language.statement("", target, value)]
                for slot, value in enumerate(values)
            ]
            blocks[home] += language.choice(target, test, *arms)
        else:
            comparison = instruction.operation in COMPARISONS
            declaration = language.integer if comparison else language.constant
            formula = language.formula(instruction)
            blocks[home].append(language.statement(declaration, target, formula))
    lines = blocks[()]
    # An output may bear the name of an input, which the outputs after it still read.
    results = {name: language.literal(operand) for name, operand in program.outputs.items()}
    for name in [name for name in results if name in program.inputs]:
        lines.append(language.statement(language.constant, f"next_{name}", results[name]))
        results[name] = f"next_{name}"
    lines += [assign.format(name=name, value=value) for name, value in results.items()]
    return lines


def indented(lines: Sequence[str], depth: int = 1) -> list[str]:
    """Lines of a block."""
    return ["    " * depth + line for line in lines]
