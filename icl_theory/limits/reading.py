"""Reading limits, scalings and conditions from text, without evaluating any of it as code."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import sympy as sp
from sympy.printing.str import StrPrinter

from icl_theory.algebra.exchange import Written
from icl_theory.algebra.shown import shown
from icl_theory.algebra.tex import PositiveFirst
from icl_theory.theory.symbols import alpha, kappa, lam, rho, tau

#: Names of the parameters, with the other ways in which they may be written.
PARAMETERS: dict[str, sp.Symbol] = {
    "tau": tau,
    "alpha": alpha,
    "kappa": kappa,
    "rho": rho,
    "lam": lam,
}
_SPELLINGS = {
    "τ": "tau",
    "α": "alpha",
    "κ": "kappa",
    "ρ": "rho",
    "λ": "lam",
    "lambda": "lam",
    "∞": "oo",
    "infinity": "oo",
    "inf": "oo",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
}
_CONSTANT = re.compile(r"c\d*$")
#: What is read has at most so many characters, and numbers and powers at most these sizes: beyond,
#: exact algebra would not come to an end.
_CHARACTERS, _BITS, _EXPONENT = 1000, 256, 8


@dataclass(frozen=True)
class Move(Written, kind="move"):
    """One limit: ``parameter`` tends to ``point`` from the given side."""

    parameter: sp.Symbol
    point: sp.Expr
    side: int

    def __str__(self) -> str:
        side = "" if self.point in (0, sp.oo) else ("+" if self.side > 0 else "-")
        return f"{name(self.parameter)}->{as_typed(self.point)}{side}"


@dataclass(frozen=True)
class Scaling(Written, kind="scaling"):
    """A parameter tied to others: ``parameter = value`` along the path."""

    parameter: sp.Symbol
    value: sp.Expr

    def __str__(self) -> str:
        return f"{name(self.parameter)} = {as_typed(self.value)}"


@dataclass(frozen=True)
class Condition(Written, kind="condition"):
    """``low < high`` (strict) or ``low = high``."""

    low: sp.Expr
    high: sp.Expr
    equal: bool = False

    def __str__(self) -> str:
        return f"{as_typed(self.low)} {'=' if self.equal else '<'} {as_typed(self.high)}"


def name(symbol: sp.Symbol) -> str:
    """Name of a symbol as it is typed: ``lam`` for the ridge."""
    return "lam" if symbol == lam else symbol.name


class _Plain(PositiveFirst, StrPrinter):  # type: ignore[misc]
    """Sums with their positive terms first, the ridge and minima as they are typed."""

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return name(expr)

    def _print_Min(self, expr: sp.Min) -> str:
        return f"min({self.stringify(expr.args, ', ')})"


def as_typed(expression: sp.Expr) -> str:
    """Text of an expression as it is typed."""
    return str(_Plain().doprint(expression))


def moves(text: str | list[str] | tuple[str, ...]) -> tuple[Move | Scaling, ...]:
    """Read ``"lam->0, tau = c*alpha, alpha->oo"``.

    Raises
    ------
    ValueError
        If an item is neither a limit nor a scaling of a parameter, or a limit to an interior point
        does not say from which side.
    """
    return tuple(_move(item) for item in _items("take", text))


def conditions(text: str | list[str] | tuple[str, ...]) -> tuple[Condition, ...]:
    """Read ``"kappa<tau<1, rho=0"``: strict inequalities, chains of them, and equalities.

    Raises
    ------
    ValueError
        If an item has another shape.
    """
    found: list[Condition] = []
    for item in _items("where", text):
        if "<=" in item or ">=" in item:
            raise ValueError(f"conditions are strict or equalities, got {shown(item)}")
        parts = re.split(r"([<>=])", item.replace("==", "="))
        if len(parts) < 3 or not all(part.strip() for part in parts):
            raise ValueError(
                f"a condition compares two expressions by <, > or =, got {shown(item)}"
            )
        sides = [expression(part) for part in parts[0::2]]
        for left, relation, right in zip(sides, parts[1::2], sides[1:], strict=False):
            if relation == ">":
                found.append(Condition(right, left))
            else:
                found.append(Condition(left, right, equal=relation == "="))
    return tuple(found)


def _items(what: str, text: str | list[str] | tuple[str, ...]) -> list[str]:
    pieces = [text] if isinstance(text, str) else text
    if not isinstance(pieces, list | tuple) or not all(isinstance(p, str) for p in pieces):
        raise TypeError(f"{what} must be a string or a list of strings, got {shown(text)}")
    if sum(map(len, pieces)) > _CHARACTERS:
        number = sum(map(len, pieces))
        raise ValueError(f"{what} must have at most {_CHARACTERS} characters, got {number}")
    found: list[str] = []
    for piece in pieces:
        for spelling, plainly in _SPELLINGS.items():
            pattern = rf"\b{spelling}\b" if spelling.isascii() else re.escape(spelling)
            piece = re.sub(pattern, plainly, piece)
        # Commas inside parentheses belong to min(., .).
        found += [item.strip() for item in re.split(r"[,;](?![^(]*\))", piece)]
    return [item for item in found if item]


def _move(item: str) -> Move | Scaling:
    if "->" in item:
        left, _, right = item.partition("->")
        parameter = _parameter(left, item)
        name = left.strip()
        match = re.fullmatch(r"(.*?)\s*([+-]?)", right.strip(), re.DOTALL)
        assert match is not None
        point = expression(match[1])
        if parameter in point.free_symbols:
            raise ValueError(f"{name} cannot tend to an expression in itself, got {shown(item)}")
        sign = match[2]
        if point.is_number and not (point is sp.oo or point.is_nonnegative):
            raise ValueError(f"{name} cannot reach {shown(match[1])}: parameters are > 0")
        if point is not sp.oo and point.has(sp.oo, sp.zoo, sp.nan):
            raise ValueError(
                f"{name} must tend to oo or an expression without oo, got {shown(item)}"
            )
        if point in (0, sp.oo):
            if sign == ("-" if point == 0 else "+"):
                raise ValueError(f"{name} cannot reach {right.strip()}: parameters are > 0")
            return Move(parameter, point, 1)
        if not sign:
            there = shown(match[1])[1:-1]
            raise ValueError(
                f"say from which side {name} tends to {there}: {name}->{there}- or {name}->{there}+"
            )
        return Move(parameter, point, 1 if sign == "+" else -1)
    if "=" in item:
        left, _, right = item.partition("=")
        parameter = _parameter(left, item)
        value = expression(right)
        if parameter in value.free_symbols or value.has(sp.oo, sp.zoo, sp.nan):
            raise ValueError(f"a scaling ties a parameter to others, got {shown(item)}")
        if value.is_number:
            raise ValueError(f"a parameter that stays is a condition, not a limit: {shown(item)}")
        return Scaling(parameter, value)
    raise ValueError(f"a limit reads 'alpha->oo' and a scaling 'tau = c*alpha', got {shown(item)}")


def _parameter(text: str, item: str) -> sp.Symbol:
    if text.strip() not in PARAMETERS:
        raise ValueError(
            f"{shown(text.strip())} is none of {', '.join(PARAMETERS)}, in {shown(item)}"
        )
    return PARAMETERS[text.strip()]


def expression(text: str) -> sp.Expr:
    """Read an expression in the parameters and constants ``c``, ``c1``, ``c2``, ...

    Raises
    ------
    ValueError
        If it is not one.
    """
    try:
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
        return _build(tree, text)
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"cannot read {shown(text.strip())} as an expression") from None


def _build(node: ast.expr, text: str) -> sp.Expr:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _number(number)
        case ast.Name(id="oo"):
            return sp.oo
        case ast.Name(id=word) if word in PARAMETERS:
            return PARAMETERS[word]
        case ast.Name(id=word) if _CONSTANT.match(word):
            return sp.Symbol(word, positive=True)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_build(operand, text)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _build(operand, text)
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = _build(left, text), _build(right, text)
            match operator:
                case ast.Add():
                    return _bounded(one + other)
                case ast.Sub():
                    return _bounded(one - other)
                case ast.Mult():
                    return _bounded(one * other)
                case ast.Div() if other != 0:
                    return _bounded(one / other)
                case ast.Pow() if other.is_Rational and max(abs(other.p), other.q) <= _EXPONENT:
                    return _bounded(one**other)
        case ast.Call(func=ast.Name(id="sqrt"), args=[inner], keywords=[]):
            return sp.sqrt(_build(inner, text))
        case ast.Call(func=ast.Name(id="min"), args=[first, second], keywords=[]):
            return sp.Min(_build(first, text), _build(second, text))
    raise ValueError(
        f"cannot read {shown(text.strip())}: expressions are made of numbers, parameters "
        f"({', '.join(PARAMETERS)}), constants c, c1, c2, ..., + - * / sqrt min and powers ** "
        f"up to {_EXPONENT}"
    )


def _number(value: float) -> sp.Rational:
    """A literal as the decimal that it is."""
    text = repr(value) if isinstance(value, float) or value.bit_length() <= _BITS else "inf"
    if abs(float(text)) > 2.0**_BITS or 0 < abs(float(text)) < 2.0**-_BITS:
        raise ValueError(f"numbers must be between 2^-{_BITS} and 2^{_BITS}, got {shown(value)}")
    return sp.Rational(text)


def _bounded(value: sp.Expr) -> sp.Expr:
    """The value, unless it has numbers that are too long."""
    for number in value.atoms(sp.Rational):
        if max(abs(number.p), number.q).bit_length() > 2 * _BITS:
            raise ValueError(f"numbers must have at most {2 * _BITS} bits")
    return value
