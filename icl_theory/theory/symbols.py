"""Primitive symbols: the parameters of the model and the variables of the fixed point.

Symbols carry the assumptions under which the algebra is done. Boundary values (rho = 0, lam = 0,
kappa = oo, ...) are reached as limits.
"""

import sympy as sp

# Sizes of the finite model.
d, ell, k, n = sp.symbols("d ell k n", positive=True)
#: ``|w|^2 = theta**2 * d`` for a task of any norm; tasks of the model have theta = 1.
theta = sp.Symbol("theta", positive=True)

# Parameters of the joint limit, in the order used everywhere.
tau, alpha, kappa = sp.symbols("tau alpha kappa", positive=True)
rho, lam = sp.symbols("rho lambda", nonnegative=True)

#: Argument of the spectral functions; nu = x + xi at the fixed point.
nu = sp.Symbol("nu", positive=True)
#: Resolvent trace m = M_kappa(nu).
m = sp.Symbol("m", positive=True)
#: Effective ridge.
xi = sp.Symbol("xi", nonnegative=True)
#: r = lam/xi = 1 - df/n: the factor between training and test residuals.
r = sp.Symbol("r", nonnegative=True)

PARAMETERS = (tau, alpha, kappa, rho, lam)

#: What each symbol is, in a few words.
MEANING = {
    d: "dimension of a token",
    ell: "context length",
    k: "number of pretraining tasks",
    n: "number of pretraining sequences",
    theta: "norm of a task over the root of d; 1 for tasks of the model",
    tau: "pretraining sequences, n/d^2 in the limit",
    alpha: "context length, ell/d in the limit",
    kappa: "task diversity, k/d in the limit",
    rho: "variance of the label noise",
    lam: "strength of the ridge",
    nu: "argument of the spectral function; x + xi at the fixed point",
    m: "resolvent trace M_kappa(nu)",
    xi: "effective ridge",
    r: "lam/xi, one minus the degrees of freedom per sequence",
}
