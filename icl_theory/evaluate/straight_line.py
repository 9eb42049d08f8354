"""From named formulas to a list of instructions, and from that to NumPy, C or JavaScript source.

Every instruction of a `StraightLine` program applies one operation to inputs, numbers and earlier
results. It is read off the definitions of the quantities, each of which keeps the order of
operations in which it is written; what two formulas share is computed once. The same program is
printed for whole arrays (``numpy_source``) and for single numbers (``scalar_source``).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import Quantity

#: An input or earlier result (by name), or a number.
Operand = str | float

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
            return float(node.p) / float(node.q)
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
            under.append(float(coefficient.q))
            coefficient = sp.Integer(coefficient.p)
        if coefficient != 1 or not over:
            # A negative coefficient, a power of two below: exact.
            over.insert(0, float(coefficient.p) / float(coefficient.q))
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
        return place[operand] if isinstance(operand, str) else repr(operand)

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
    """What differs between the C-like languages: declarations, functions, infinity."""

    number: str
    constant: str
    integer: str
    functions: Mapping[str, str]
    infinity: str


C = Language(
    number="double",
    constant="const double",
    integer="int",
    functions={"sqrt": "sqrt", "absolute": "fabs", "maximum": "fmax", "minimum": "fmin"},
    infinity="INFINITY",
)
JAVASCRIPT = Language(
    number="let",
    constant="const",
    integer="let",
    functions={
        "sqrt": "Math.sqrt",
        "absolute": "Math.abs",
        "maximum": "Math.max",
        "minimum": "Math.min",
    },
    infinity="Infinity",
)


def scalar_source(program: StraightLine, language: Language, assign: str) -> list[str]:
    """Print a program for single numbers, as the lines of a function body.

    Parameters
    ----------
    program
        The program; its inputs are variables in scope.
    language
        `C` or `JAVASCRIPT`.
    assign
        How an output is assigned, a format string with ``{name}`` and ``{value}``.

    Notes
    -----
    What only one arm of a conditional expression reads is computed inside that arm.
    """
    uses = Counter(o for i in program.instructions for o in i.operands if isinstance(o, str))
    uses.update(o for o in program.outputs.values() if isinstance(o, str))
    by_target = {i.target: i for i in program.instructions}
    inside: set[str] = set()

    def lone(operand: str) -> bool:
        return operand in by_target and uses[operand] == 1

    for instruction in reversed(program.instructions):
        if instruction.operation == "where" or instruction.target in inside:
            operands = instruction.operands
            inside.update(o for o in operands if isinstance(o, str) and lone(o))

    def text(operand: Operand) -> str:
        if not isinstance(operand, str):
            return repr(operand).replace("inf", language.infinity)
        if operand in inside:
            return f"({formula(by_target[operand])})"
        return operand

    def formula(instruction: Instruction) -> str:
        operands = [text(o) for o in instruction.operands]
        symbol = (_INFIX | _RELATIONS).get(instruction.operation)
        if symbol:
            return f"{operands[0]} {symbol} {operands[1]}"
        if instruction.operation == "where":
            return "{} ? {} : {}".format(*operands)
        return f"{language.functions[instruction.operation]}({', '.join(operands)})"

    lines = []
    for instruction in program.instructions:
        if instruction.target in inside:
            continue
        test = instruction.operation in COMPARISONS
        declare = language.integer if test else language.constant
        lines.append(f"{declare} {instruction.target} = {formula(instruction)};")
    # An output may bear the name of an input, which the outputs after it still read.
    values = {name: text(operand) for name, operand in program.outputs.items()}
    for name in [name for name in values if name in program.inputs]:
        lines.append(f"{language.constant} next_{name} = {values[name]};")
        values[name] = f"next_{name}"
    lines += [assign.format(name=name, value=value) for name, value in values.items()]
    return lines
