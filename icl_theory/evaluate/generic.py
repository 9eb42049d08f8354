"""Straight-line programs: the formulas of the theory for any number system.

A program is the chain of definitions behind a few quantities, written out as a Python function that
uses nothing but ``+ - * /``, square roots and integers. The same function therefore runs on floats,
mpmath numbers, Arb balls, rational numbers and elements of a number field.

Sums of parameters alone, such as 1 - tau, may cancel. They are taken out of every program and
computed once, in rational arithmetic: what a program sees of them is already rounded correctly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.evaluate.straight_line import PYTHON, indented, scalar_source, straight_line

Program = Callable[..., tuple[Any, ...]]


class Formulas(dict[str, Program]):
    """Programs over one tuple of exact parameters, by name.

    Parameters
    ----------
    parameters
        Symbols, or quantities taken as given, whose values are known exactly.
    """

    def __init__(self, parameters: Sequence[sp.Symbol]) -> None:
        super().__init__()
        self.parameters = tuple(parameters)
        self._constants: dict[sp.Expr, sp.Symbol] = {}
        self._exact_numbers: Program | None = None

    def program(
        self,
        name: str,
        outputs: Sequence[sp.Expr],
        arguments: Sequence[sp.Symbol] = (),
        computed: Mapping[sp.Symbol, sp.Expr] | None = None,
    ) -> None:
        """Add a program; call it as ``formulas[name](sqrt, numbers, *arguments)``.

        Parameters
        ----------
        name
            Name of the program.
        outputs
            Expressions in parameters, arguments, computed symbols and quantities; the program
            returns their values as a tuple in this order.
        arguments
            Symbols whose values are given in the call; they come before parameters of the
            same name.
        computed
            Formulas of further symbols. A formula may be a `Piecewise`: of its cases only the one
            that holds is evaluated.
        """
        self._exact_numbers = None
        table = {
            symbol: self._without_constants(formula, arguments)
            for symbol, formula in self._lines(outputs, arguments, computed or {}).items()
        }
        results = [self._without_constants(e, arguments) for e in outputs]
        unpacked = {s: f"numbers[{i}]" for i, s in enumerate(self._numbers())}
        given = unpacked | {s: _name(s) for s in arguments}
        signature = ["sqrt", "numbers", *map(_name, arguments)]
        self[name] = _function(name, signature, given, results, table)

    def exact_numbers(self, parameters: tuple[Any, ...]) -> tuple[Any, ...]:
        """The ``numbers`` of the programs from rational parameters, in rational arithmetic."""
        if self._exact_numbers is None:
            given = {s: f"parameters[{i}]" for i, s in enumerate(self.parameters)}
            outputs = [*self.parameters, *self._constants]
            self._exact_numbers = _function("exact_numbers", ["parameters"], given, outputs)
        result: tuple[Any, ...] = self._exact_numbers(parameters)
        return result

    def _numbers(self) -> list[sp.Symbol]:
        return [*self.parameters, *self._constants.values()]

    def _lines(
        self,
        outputs: Sequence[sp.Expr],
        arguments: Sequence[sp.Symbol],
        computed: Mapping[sp.Symbol, sp.Expr],
    ) -> dict[sp.Symbol, sp.Expr]:
        """Formulas of all symbols behind the outputs.

        Quantities made of parameters alone are exact numbers. What only a case reads is written
        inside of it.
        """
        lines: dict[sp.Symbol, sp.Expr] = {}
        cases: dict[sp.Symbol, sp.Piecewise] = {}
        waiting = list(outputs)
        while waiting:
            given = {*self._numbers(), *arguments, *lines, *cases}
            for symbol in sorted(waiting.pop().free_symbols - given, key=_name):
                if symbol in computed:
                    definition = computed[symbol]
                elif isinstance(symbol, Quantity):
                    definition = symbol.definition
                else:
                    continue
                if isinstance(definition, sp.Piecewise):
                    cases[symbol] = definition
                    waiting.extend(condition for _, condition in definition.args)
                elif self._fixed(definition, arguments) and not definition.is_Symbol:
                    self._constants[definition] = symbol
                else:
                    lines[symbol] = definition
                    waiting.append(definition)
        visible = {*self._numbers(), *arguments, *lines, *cases}
        inside = {s: e for s, e in computed.items() if s not in visible}
        for symbol, piecewise in cases.items():
            cases[symbol] = sp.Piecewise(
                *((_written_out(e, visible, inside), c) for e, c in piecewise.args),
                evaluate=False,
            )
        return lines | cases

    def _fixed(self, expression: sp.Expr, arguments: Sequence[sp.Symbol]) -> bool:
        """Whether an expression is rational in the parameters, and reads nothing else."""
        known = set(self.parameters) - set(arguments)
        return expression.free_symbols <= known and bool(expression.is_rational_function(*known))

    def _without_constants(self, expression: sp.Expr, arguments: Sequence[sp.Symbol]) -> sp.Expr:
        """Replace sums of parameters by symbols, whose values `exact_numbers` computes."""

        def hoist(node: sp.Add) -> sp.Expr:
            fixed = [addend for addend in node.args if self._fixed(addend, arguments)]
            if len(fixed) < 2:
                return node
            constant = sp.Add(*fixed)
            sign = -1 if constant.could_extract_minus_sign() else 1
            symbol = self._constants.setdefault(
                sign * constant, sp.Symbol(f"constant_{len(self._constants)}")
            )
            return sp.Add(sign * symbol, *(a for a in node.args if a not in fixed))

        # From the top down: the largest sum of parameters is one constant.
        replaced = hoist(expression) if expression.is_Add else expression
        if replaced.is_Atom:
            return replaced
        if isinstance(replaced, sp.Piecewise):
            cases = ((self._without_constants(e, arguments), c) for e, c in replaced.args)
            return sp.Piecewise(*cases, evaluate=False)
        return replaced.func(*(self._without_constants(a, arguments) for a in replaced.args))


def _written_out(
    expression: sp.Expr, visible: set[sp.Symbol], inside: Mapping[sp.Symbol, sp.Expr]
) -> sp.Expr:
    """An expression in visible symbols: quantities unfolded, computed symbols by their formulas."""
    while True:
        written = unfold(expression, keep=visible).xreplace(dict(inside))
        if written == expression:
            return expression
        expression = written


def _function(
    name: str,
    arguments: Sequence[str],
    given: Mapping[sp.Symbol, str],
    outputs: Sequence[sp.Expr],
    table: Mapping[sp.Symbol, sp.Expr] | None = None,
) -> Program:
    """The function of the formulas ``outputs``, with what is ``given`` by its source."""
    program = straight_line(given, {f"out_{i}": e for i, e in enumerate(outputs)}, table)
    body = scalar_source(program, PYTHON, "{name} = {value}")
    body.append(f"return ({', '.join(program.outputs)},)")
    text = "\n".join([f"def {name}({', '.join(arguments)}):", *indented(body)])
    namespace: dict[str, Any] = {}
    exec(compile(text, f"<{name}>", "exec"), namespace)
    function: Program = namespace[name]
    function.__doc__ = text
    return function


def _name(symbol: sp.Symbol) -> str:
    return "lam" if symbol.name == "lambda" else str(symbol.name)
