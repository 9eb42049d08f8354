"""What the rules of the kernel do, and where its domains are, in words."""

from __future__ import annotations

import sympy as sp

from icl_theory.proof.kernel import Domain

#: What each rule of the kernel does, in a few words.
RULE_WORDS = {
    "identity": "an identity, decided by cancellation",
    "sign": "a sign, decided by coefficients",
    "limit": "the limit of a rational function",
    "quoted": "quoted",
    "combination": "a combination of earlier steps",
    "specialisation": "an earlier step at given values",
    "squeeze": "squeezed between two limits",
    "one root": "strictly monotone with a change of sign",
    "intermediate value": "continuous with a change of sign",
    "same root": "two roots of a function that has one",
    "at most one": "every symbol is determined in turn",
    "path limit": "by the implicit function theorem",
    "limit of a limit": "one limit after the other",
    "part": "part of another claim",
    "conjunction": "the theorem of another claim",
}

#: Where the domains of the theory are.
DOMAIN_WORDS = {
    "free": "for all values of the symbols in their ranges",
    "spectra": "for every spectrum, wherever $m$ solves Silverstein's equation at $\\nu$",
    "structured": "for the states at a ridge $\\lambda > 0$, for every spectrum",
    "structured, ridgeless below": "for the ridgeless states with $\\tau < 1$, for every spectrum",
    "structured, ridgeless above": "for the ridgeless states with $\\tau > 1$, for every spectrum",
    "spectral": "wherever $m$ solves the resolvent equation at $\\nu$",
    "ridge": "for the states at a ridge $\\lambda > 0$",
    "ridgeless below": "for the ridgeless states below the interpolation threshold, $\\tau < 1$",
    "ridgeless above": "for the ridgeless states above the interpolation threshold, $\\tau > 1$",
    "along xi": "along the states as $\\xi$ varies, $\\lambda$ following",
    "threshold": "for what both ridgeless states tend to at the threshold",
    "penalty": "wherever $\\lambda = r \\xi$",
    "at the threshold": "for the ridgeless state at $\\tau = 1$",
    "infinite context": "for the states at a ridge and infinite context",
    "infinite context, along xi": "at infinite context along the states as $\\xi$ varies",
    "infinitely many sequences": "for the states at a ridge and $\\tau = \\infty$",
    "infinitely many sequences, infinite context": "for $\\tau = \\alpha = \\infty$ at a ridge",
    "infinitely many tasks": "for the states at a ridge and $\\kappa = \\infty$",
    "enough tasks below": "for $\\tau < 1$ and $\\kappa > \\tau$",
    "few tasks below": "for $\\kappa < \\tau < 1$",
    "enough tasks above": "for $\\tau > 1$ and $\\kappa > 1$",
}


def anchor(domain: Domain) -> str:
    """What the book calls the place where a domain is described."""
    return "domain-" + domain.name.replace(",", "").replace(" ", "-")


def where(domain: Domain) -> str:
    """Where a domain is, as a clause with mathematics between dollars."""
    if domain.name in DOMAIN_WORDS:
        return DOMAIN_WORDS[domain.name]
    solved = ", ".join(f"${sp.latex(symbol)}$" for symbol, _ in domain.equations())
    return f"on the domain “{domain.name}”" + (f", which determines {solved}" if solved else "")
