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
        lines, cases = self._lines(outputs, arguments, computed or {})
        straight = [self._without_constants(e, arguments) for e in [*outputs, *lines.values()]]
        shared, reduced = sp.cse(straight, symbols=sp.numbered_symbols("s_"), order="none")
        results = reduced[: len(outputs)]
        table = dict(shared) | dict(zip(lines, reduced[len(outputs) :], strict=True))
        table |= {s: self._without_constants(e, arguments) for s, e in cases.items()}
        ordered = _in_order(results, table)
        numbers = self._numbers()
        free = set().union(*(e.free_symbols for e in [*results, *ordered.values()]))
        unknown = free - set(ordered) - set(arguments) - set(numbers)
        if unknown:
            raise ValueError(f"the formulas of {name} read {unknown}, which is not given")
        source = [f"def {name}({', '.join(['sqrt', 'numbers', *map(_name, arguments)])}):"]
        source += [
            f"    {_name(s)} = numbers[{i}]"
            for i, s in enumerate(numbers)
            if s in free and s not in set(arguments)
        ]
        source += [f"    {_name(symbol)} = {write(e)}" for symbol, e in ordered.items()]
        source += [f"    return ({', '.join(map(write, results))},)"]
        self[name] = _execute(name, source)

    def exact_numbers(self, parameters: tuple[Any, ...]) -> tuple[Any, ...]:
        """The ``numbers`` of the programs from rational parameters, in rational arithmetic."""
        if self._exact_numbers is None:
            source = ["def exact_numbers(parameters):"]
            source += [f"    {_name(s)} = parameters[{i}]" for i, s in enumerate(self.parameters)]
            source += [f"    {_name(c)} = {write(e)}" for e, c in self._constants.items()]
            source += [f"    return ({', '.join(map(_name, self._numbers()))},)"]
            self._exact_numbers = _execute("exact_numbers", source)
        result: tuple[Any, ...] = self._exact_numbers(parameters)
        return result

    def _numbers(self) -> list[sp.Symbol]:
        return [*self.parameters, *self._constants.values()]

    def _lines(
        self,
        outputs: Sequence[sp.Expr],
        arguments: Sequence[sp.Symbol],
        computed: Mapping[sp.Symbol, sp.Expr],
    ) -> tuple[dict[sp.Symbol, sp.Expr], dict[sp.Symbol, sp.Piecewise]]:
        """Formulas of all symbols behind the outputs: straight ones, and those with cases.

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
        return lines, cases

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


def _in_order(
    results: Sequence[sp.Expr], table: dict[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """The assignments that ``results`` need, each after those that it reads."""
    lines: dict[sp.Symbol, sp.Expr] = {}

    def visit(expression: sp.Expr) -> None:
        for symbol in sorted(expression.free_symbols & set(table), key=_name):
            if symbol not in lines:
                visit(table[symbol])
                lines[symbol] = table[symbol]

    for expression in results:
        visit(expression)
    return lines


def _execute(name: str, source: Sequence[str]) -> Callable[..., Any]:
    text = "\n".join(source)
    namespace: dict[str, Any] = {}
    exec(compile(text, f"<{name}>", "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    function.__doc__ = text
    return function


def _name(symbol: sp.Symbol) -> str:
    return "lam" if symbol.name == "lambda" else str(symbol.name)


def write(expression: sp.Expr) -> str:
    """Python source of an expression in which integers are the only numbers.

    Raises
    ------
    ValueError
        If the expression is not made of symbols, rational numbers, ``+ - * /`` and square roots.
    """
    if isinstance(expression, sp.Piecewise):
        (value, condition), *rest = expression.args
        if condition is sp.true:
            return write(value)
        otherwise = write(sp.Piecewise(*rest, evaluate=False))
        return f"({write(value)} if {_condition(condition)} else {otherwise})"
    if expression.is_Symbol:
        return _name(expression)
    if expression.is_Integer:
        return str(expression)
    if expression.is_Rational:
        raise ValueError(f"{expression} alone would be a division of two Python integers")
    if expression.is_Add:
        text = ""
        denominator = sp.ilcm(*(term.as_coeff_Mul(rational=True)[0].q for term in expression.args))
        if denominator > 1:
            return f"({write(expression * denominator)}/{denominator})"
        # Terms that are subtracted go last, where they need no change of sign.
        for term in sorted(expression.args, key=lambda a: a.could_extract_minus_sign()):
            negative = term.could_extract_minus_sign()
            text += (" - " if negative else " + ") + _product(-term if negative else term)
        return f"({'-' if text.startswith(' - ') else ''}{text[3:]})"
    return f"({_product(expression)})"


def _condition(relation: sp.Rel) -> str:
    """Source of a comparison; a rational number on its right stays exact."""
    left, right = relation.lhs, relation.rhs
    if right.is_Rational:
        left, right = left * right.q, sp.Integer(right.p)
    return f"{write(left)} {relation.rel_op} {write(right)}"


def _product(expression: sp.Expr) -> str:
    """Source of one addend, without parentheses around it."""
    if not (expression.is_Mul or expression.is_Pow):
        return write(expression)
    coefficient, product = expression.as_coeff_Mul(rational=True)
    over: list[str] = []
    under: list[str] = []
    for factor in sp.Mul.make_args(product):
        base, exponent = factor.as_base_exp()
        if not (exponent.is_Rational and exponent.q <= 2):
            raise ValueError(f"not a power with a whole or half exponent: {factor}")
        whole, half = divmod(abs(int(2 * exponent)), 2)
        texts = [write(base)] * whole + [f"sqrt({write(base)})"] * half
        (over if exponent > 0 else under).extend(texts)
    # Integers go last, where they multiply and divide a number of the system.
    if abs(coefficient.p) != 1:
        over.append(str(abs(coefficient.p)))
    if coefficient.q != 1:
        under.append(str(coefficient.q))
    text = "*".join(over) or "1"
    if under:
        text += f"/({'*'.join(under)})" if len(under) > 1 else f"/{under[0]}"
    return f"-{text}" if coefficient < 0 else text
