"""Headings in TeX, as a terminal shows them."""

import pytest

from icl_theory.proof.text import plain_text


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        ("no mathematics, 50 % of it", "no mathematics, 50 % of it"),
        (r"$e_{\mathrm{ICL}} > \rho$", "e_ICL > ρ"),
        (r"in $\log\xi$ and $\log\det$", "in log ξ and log det"),
        (r"$x^2 y^{-1/2} z^{10}$", "x² y^(-1/2) z¹⁰"),
        (r"$w^\top a_-$ and $\tau^\star(\xi)$", "wᵀ a_- and τ*(ξ)"),
        (r"$\sqrt{(\nu + a_-)}$", "√((ν + a_-))"),
    ],
)
def test_mathematics_is_written_in_characters(tex, plain):
    assert plain_text(tex) == plain


@pytest.mark.parametrize("tex", ["a $ b", r"$\unknown$", r"$\mathrm{ICL$", r"$x^\nothing$"])
def test_what_cannot_be_written_is_refused(tex):
    with pytest.raises(ValueError, match=r"closed|no character"):
        plain_text(tex)
