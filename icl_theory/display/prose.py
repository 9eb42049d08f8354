"""Mathematics in the words of a proof: written as one types it, set as TeX.

The words of a claim are the documentation of a function, where ``x = (1 + rho)/alpha`` is read as
it stands. On a card it is a formula: `formulas` finds the stretches of text that are one, between
English words, and puts them between dollars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
#: Names of several letters that are symbols, and their TeX.
_NAMES = {name: f"\\{name}" for name in _GREEK.split()} | {
    "lam": r"\lambda",
    "ell": r"\ell",
    "oo": r"\infty",
    "sqrt": r"\sqrt",
    "sum": r"\textstyle\sum",
    "int": r"\textstyle\int",
    "tr": r"\operatorname{tr}",
    "vec": r"\operatorname{vec}",
    "exp": r"\exp",
    "log": r"\log",
    "min": r"\min",
    "max": r"\max",
    "lim": r"\lim",
    "dmu": r"d\mu",
    "df": r"\mathrm{df}",
}
#: Those that are English words, too, unless something is applied to them.
_WORDLIKE = {"min", "max", "sum", "log"}
_OPERATORS = {
    "<=": r"\le",
    ">=": r"\ge",
    "!=": r"\ne",
    "->": r"\to",
    "+-": r"\pm",
    "-+": r"\mp",
    "..": r"\cdots",
    "~": r"\sim",
    "∈": r"\in",
    "×": r"\times",
    "·": r"\cdot",
    "⊗": r"\otimes",
    "|": "|",
}
#: Letters that stand for signs.
_SIGNS = {"kronecker": "⊗", "times": "×"}
_OPEN = {"(": "(", "[": "[", "⟨": r"\langle ", "{": "{"}
_CLOSE = {")": ")", "]": "]", "⟩": r"\rangle ", "}": "}"}

_TOKEN = re.compile(
    r"(?P<code>`[^`]*`)"
    r"|(?P<word>[A-Za-z]+(?:[-’'][A-Za-z]+)+)"
    r"|(?P<kronecker>(?<= )\(x\)(?= ))|(?P<times>(?<=\) )x(?= \())"
    r"|(?P<symbol>[A-Za-z]+\d*(?:(?:_[A-Za-z]+)+|_(?:\d+|\{[^}]*\}|[-+]))?'?(?:\*(?![\w(]))?)(?![A-Za-z'])"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<inner><(?=\S[^<>]*, [^<>]*[^\s<>]>))"
    r"|(?P<operator><=|>=|!=|->|\+-|-\+|\.\.(?!\.)|[-+*/=<>^_~|∈×·⊗])"
    r"|(?P<open>[(\[⟨{])|(?P<close>[)\]⟩}])"
    r"|(?P<mark>[,;])|(?P<space> )|(?P<other>.)",
    re.DOTALL,
)

Token = tuple[str, str]


def formulas(text: str) -> str:
    r"""Return text with what is mathematics in it between dollars, as TeX.

    Text that has dollars stays as it is.

    Examples
    --------
    >>> formulas("In m it is -1/m^2 + t^2/kappa, a slope.")
    'In $m$ it is $-1/m^{2} + t^{2}/\\kappa$, a slope.'
    """
    if "$" in text:
        return text
    tokens = _tokens(text)
    said, start = "", 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and tokens[end][0] not in {"word", "code", "other"}:
            end += 1
        said += _stretch(tokens[start:end])
        if end < len(tokens):
            said += tokens[end][1]
        start = end + 1
    return said


def _tokens(text: str) -> list[Token]:
    """Split text; what is no symbol of mathematics but looks like one is a word."""
    found = [(str(one.lastgroup), one[0]) for one in _TOKEN.finditer(text)]
    tokens = []
    inner = 0
    for place, (kind, value) in enumerate(found):
        if kind == "inner":
            inner += 1
            kind, value = "open", "⟨"
        elif kind in _SIGNS:
            kind, value = "operator", _SIGNS[kind]
        elif value == ">" and inner:
            inner -= 1
            kind, value = "close", "⟩"
        elif kind == "symbol" and not _is_symbol(value, found, place):
            kind = "word"
        tokens.append((kind, value))
    return tokens


def _is_symbol(value: str, found: Sequence[Token], place: int) -> bool:
    name = re.match(r"[A-Za-z]+", value)
    letters = name[0] if name else ""
    after = [one for one in found[place + 1 : place + 3] if one[0] != "space"][:1]
    before = [one for one in found[max(0, place - 2) : place] if one[0] != "space"][-1:]
    next_to = {value for kind, value in [*after, *before] if kind == "operator"} - {"-", "|"}
    if value in {"a", "A", "I"}:
        # The article, and the writer, unless they are part of a formula.
        close = [v for k, v in found[place + 1 : place + 2] if k in {"operator", "close"}]
        # No article has a comma after it.
        listed = value == "a" and found[place + 1 : place + 2] == [("mark", ",")]
        return bool(next_to or close or listed)
    if letters in _WORDLIKE and value == letters:
        applied = bool(after) and after[0][1] in {"(", "^", "_"}
        of_a_letter = letters == "log" and bool(after) and _is_letter(after[0][1])
        return applied or of_a_letter or (letters == "sum" and bool(next_to))
    return len(letters) == 1 or letters in _NAMES or "_" in value


def _is_letter(value: str) -> bool:
    """Whether a name is one letter, Latin or Greek, and no English word."""
    return (len(value) == 1 and value.isalpha() and value not in "aAI") or value in _GREEK.split()


def _stretch(tokens: Sequence[Token]) -> str:
    """Set what lies between two words: formulas, parted by what does not belong to them."""
    said, start = "", 0
    for cut in [*_cuts(tokens), len(tokens)]:
        said += _formula(tokens[start:cut])
        if cut < len(tokens):
            said += tokens[cut][1]
        start = cut + 1
    return said


def _cuts(tokens: Sequence[Token]) -> list[int]:
    """Places of brackets without a partner, and of marks outside of brackets."""
    cuts, opened = [], []
    marks: dict[int, list[int]] = {0: []}
    for place, (kind, _) in enumerate(tokens):
        if kind == "open":
            opened.append(place)
            marks[len(opened)] = []
        elif kind == "close" and opened:
            opened.pop()
        elif kind == "close":
            cuts.append(place)
        elif kind == "mark":
            marks[len(opened)].append(place)
    # What is inside of a bracket that is never closed is outside of brackets.
    for level in range(len(opened) + 1):
        cuts += marks[level]
    return sorted({*cuts, *opened})


def _formula(tokens: Sequence[Token]) -> str:
    """Set one formula, with the blanks around it; text without a symbol stays text."""
    plain = "".join(value for _, value in tokens)
    kinds = [kind for kind, _ in tokens if kind != "space"]
    if "symbol" not in kinds:
        return plain
    inner = list(tokens)
    while inner[0][0] == "space":
        inner.pop(0)
    while inner[-1][0] == "space":
        inner.pop()
    # A dash between words, or what ends in the middle.
    if inner[-1][0] == "operator" and inner[-1][1] not in {"|"}:
        *inner, last = inner
        tail = f" {last[1]}" if inner and inner[-1][0] == "space" else last[1]
        before = plain[: len(plain) - len(plain.lstrip())]
        after = plain[len(plain.rstrip()) :]
        while inner and inner[-1][0] == "space":
            inner.pop()
        return f"{before}{_formula(inner) if inner else ''}{tail}{after}"
    before = plain[: len(plain) - len(plain.lstrip())]
    after = plain[len(plain.rstrip()) :]
    return f"{before}${_tex(inner)}${after}"


def _tex(tokens: Sequence[Token]) -> str:
    said, place = "", 0
    while place < len(tokens):
        kind, value = tokens[place]
        if kind == "operator" and value in {"^", "_"}:
            argument, place = _argument(tokens, place + 1)
            said += f"{value}{{{argument}}}"
            continue
        if kind == "symbol" and value == "sqrt":
            argument, place = _argument(tokens, place + 1)
            said += f"\\sqrt{{{argument}}}"
            continue
        said += _one(kind, value, tokens, place)
        place += 1
    return re.sub(r" {2,}", " ", said).strip()


def _argument(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """What an index, an exponent or a root is of, and where it ends."""
    if place >= len(tokens):
        return "", place
    kind, value = tokens[place]
    if kind == "operator" and value in {"+", "-"} and place + 1 < len(tokens):
        rest, end = _argument(tokens, place + 1)
        return f"{value}{rest}", end
    if kind != "open":
        return (r"\top" if value == "T" else _one(kind, value, tokens, place)).strip(), place + 1
    depth, end = 0, place
    while end < len(tokens):
        depth += (tokens[end][0] == "open") - (tokens[end][0] == "close")
        end += 1
        if depth == 0:
            break
    return _tex(tokens[place + 1 : end - 1]), end


def _one(kind: str, value: str, tokens: Sequence[Token], place: int) -> str:
    if kind == "symbol":
        return _symbol(value)
    if kind == "operator" and value == "*":
        return r" \cdot "
    if kind == "operator":
        return f"{_OPERATORS[value]} " if value in _OPERATORS else value
    if kind == "open":
        return _OPEN[value].replace("{", r"\{")
    if kind == "close":
        return _CLOSE[value].replace("}", r"\}")
    return value


def _index(part: str) -> str:
    if part.lower() in {"icl", "idg"}:
        part = part.upper()
    if part in _NAMES:
        return _NAMES[part]
    return rf"\mathrm{{{part}}}" if len(part) > 1 and part.isalpha() else part


def _symbol(value: str) -> str:
    parts = re.fullmatch(
        r"(?P<name>[A-Za-z]+)(?P<digits>\d*)(?:_(?P<index>.+?))?(?P<prime>'?)(?P<star>\*?)", value
    )
    assert parts is not None
    name, index = parts["name"], parts["digits"] or parts["index"] or ""
    index = index.removeprefix("{").removesuffix("}")
    tex = _NAMES.get(name, name if len(name) == 1 else rf"\mathrm{{{name}}}")
    above = r"\star" if parts["star"] else ""
    if index == "star":
        index, above = "", above + r"\star"
    index = ", ".join(_index(part) for part in index.split("_"))
    tex += f"_{{{index}}}" if index else ""
    tex += parts["prime"]
    if above:
        # What follows may be an exponent.
        tex = f"{{{tex}^{{{above}}}}}"
    # A letter must not run into the name of the symbol before it.
    return tex if index or above or len(tex) == 1 else f"{tex} "
