r"""The edge of the region in the (kappa, rho) plane where a ridgeless error turns in the context.

For tau < 1, and above the threshold for kappa > 1, the edge is where the minimum leaves to infinite
context: the end point rho_edge of the curve rho_star, a rational function. For tau > 2 and
kappa < 1 - 2/tau it is where minimum and maximum of e_icl merge: rho = rho_star(u) at the root u of
the fold polynomial. Eliminating u leaves a polynomial in (tau, kappa, rho). On the line kappa =
1 - 2/tau the maximum leaves to context length zero.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.calculus import At
from icl_theory.algebra.quantity import define, unfold

from .stationary import fold, rho_star_icl_over, u
from .symbols import kappa, rho, tau

fold_end_kappa = define(
    "fold_end_kappa",
    1 - 2 / tau,
    latex=r"\kappa_{f}",
    doc="Task diversity below which rho_star of e_icl has a maximum, tau > 2.",
)

fold_end_rho = define(
    "fold_end_rho",
    2 * (2 * tau**2 - 6 * tau + 5) / (tau - 2),
    latex=r"\rho_{f}",
    doc="Label noise at which the fold ends, at the task diversity where it does.",
)

few_tasks_fold = define(
    "few_tasks_fold",
    (tau - 1) * u**2 * (3 - u) - (tau - 2),
    latex=r"f_{\mathrm{few}}",
    doc="The fold polynomial as kappa -> 0.",
)

few_tasks_rho = define(
    "few_tasks_rho",
    (1 - u) ** 2 * (2 * (tau - 1) * u - (tau - 2)) / (u * (2 - u)),
    latex=r"\lim_{\kappa\to 0} \kappa\rho^\star",
    doc="Limit of kappa rho_star of e_icl as kappa -> 0 at leverage u, tau > 1.",
)

fold_curvature = define(
    "fold_curvature",
    3 * (2 * tau - 3) * (5 * tau**2 - 10 * tau + 4) / tau**2,
    latex=r"c_f",
    doc="Half the second derivative of the fold polynomial in u where the fold ends.",
)

#: The fold polynomial and rho_star where the fold ends.
FOLD_AT_END = At(fold, (kappa, fold_end_kappa))
RHO_AT_END = At(rho_star_icl_over, (kappa, fold_end_kappa))


@cache
def fold_polynomial() -> sp.Poly:
    """The fold as an algebraic surface: a polynomial over the integers in (tau, kappa, rho).

    The resultant in u of the fold polynomial and the numerator of rho - rho_star vanishes on the
    fold. Of its irreducible factors only one contains rho, and the others vanish at most at single
    kappa for a given tau: so that one vanishes on the fold.

    Raises
    ------
    ArithmeticError
        If more or fewer factors contain rho.
    """
    import flint

    names = (u, tau, kappa, rho)
    ring = flint.fmpz_mpoly_ctx.get(tuple(symbol.name for symbol in names), "lex")

    def read(expression: sp.Expr) -> flint.fmpz_mpoly:
        terms = sp.Poly(expression, *names).terms()
        return ring.from_dict({powers: int(coefficient) for powers, coefficient in terms})

    over, _ = sp.fraction(decide.canonical(rho - unfold(rho_star_icl_over)))
    eliminated = read(sp.expand(unfold(fold))).resultant(read(over), u.name)
    _, factors = eliminated.factor()
    found = [factor for factor, _ in factors if factor.degrees()[names.index(rho)]]
    if len(found) != 1:
        raise ArithmeticError(f"{len(found)} factors of the fold contain rho, not one")
    terms = {tuple(map(int, powers[1:])): int(c) for powers, c in found[0].terms()}
    return sp.Poly(terms, *names[1:])
