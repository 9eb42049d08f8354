r"""One line with mathematics in TeX, as a terminal shows it.

Headings are written once, in TeX. What they need of TeX is little, and a command that is not in
the table is refused rather than shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Commands of TeX and the characters that stand for them; letters come from `_GREEK`.
COMMANDS = {
    "to": "→",
    "infty": "∞",
    "langle": "⟨",
    "rangle": "⟩",
    "mid": "|",
    "otimes": "⊗",
    "star": "*",
    "top": "ᵀ",
    "ge": "≥",
    "le": "≤",
    "dots": "…",
    "ell": "ℓ",
    ",": " ",
    "log": "log ",
    **{name: name for name in ("min", "det", "exp")},
}
_GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "rho",
            "tau",
            "chi",
            "Gamma",
            "Sigma",
        ],
        "αβγκλμνξρτχΓΣ",
        strict=True,
    )
)
_POWERS = str.maketrans("0123456789j", "⁰¹²³⁴⁵⁶⁷⁸⁹ʲ")
_TOKEN = re.compile(r"\\([a-zA-Z]+|,)|([{}^_])|(\s+)|(.)")


def plain_text(line: str) -> str:
    r"""Write a line without TeX.

    Parameters
    ----------
    line
        Words, with mathematics between dollars.

    Raises
    ------
    ValueError
        If the mathematics is not closed, or uses a command that has no character.

    Examples
    --------
    >>> plain_text(r"Errors grow like $\lambda^{-1/2}$ where $e_{\mathrm{ICL}} > r^2$")
    'Errors grow like λ^(-1/2) where e_ICL > r²'
    """
    parts = line.split("$")
    if len(parts) % 2 == 0:
        raise ValueError(f"mathematics is not closed: {line!r}")
    return "".join(part if i % 2 == 0 else _mathematics(part) for i, part in enumerate(parts))


def _mathematics(tex: str) -> str:
    tokens = _tokens(tex)
    text = "".join(_item(token, tokens) for token in tokens)
    return re.sub(r"\s+", " ", text).strip()


def _tokens(tex: str) -> Iterator[str]:
    for found in _TOKEN.finditer(tex):
        yield found[0]


def _item(token: str, rest: Iterator[str]) -> str:
    """What a token stands for, with as much of the rest as belongs to it."""
    if token == "{":
        return _group(rest)
    if token in "^_":
        inner = _item(next(rest), rest)
        raised = inner.translate(_POWERS)
        if token == "^" and not re.search(r"[0-9A-Za-z(/+-]", raised):
            return raised
        short = re.fullmatch(r"\w+|[-+]", inner)
        return token + (inner if short else f"({inner})")
    if token.startswith("\\"):
        name = token[1:]
        if name in ("mathrm", "mathbb"):
            return _item(next(rest), rest)
        if name == "sqrt":
            return f"√({_item(next(rest), rest)})"
        try:
            return _GREEK[name] if name in _GREEK else COMMANDS[name]
        except KeyError:
            raise ValueError(f"no character stands for {token}") from None
    return token


def _group(rest: Iterator[str]) -> str:
    inner = ""
    for token in rest:
        if token == "}":
            return inner
        inner += _item(token, rest)
    raise ValueError("a brace is not closed")
