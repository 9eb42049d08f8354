"""Programs of the float64 evaluator, made by ``python -m icl_theory.evaluate.generate``.

Not to be edited: formulas stand in `icl_theory.theory`.
"""

# mypy: disable-error-code="no-untyped-def"

from math import inf, nan

from numpy import (
    absolute,
    add,
    copyto,
    divide,
    greater,
    greater_equal,
    less_equal,
    maximum,
    minimum,
    multiply,
    sqrt,
    subtract,
)

from icl_theory.evaluate.kernels import Compiled, CompiledRegion, Kernel

SOURCES = (
    'algebra/averages.py',
    'algebra/calculus.py',
    'algebra/decide.py',
    'algebra/fold.py',
    'algebra/numbers.py',
    'algebra/precision.py',
    'algebra/quantity.py',
    'algebra/quotient.py',
    'algebra/signs.py',
    'algebra/stand_ins.py',
    'algebra/unevaluated.py',
    'evaluate/algorithm.py',
    'evaluate/digest.py',
    'evaluate/generate.py',
    'evaluate/infinite_context.py',
    'evaluate/kernels.py',
    'evaluate/programs.py',
    'evaluate/straight_line.py',
    'theory/added.py',
    'theory/errors.py',
    'theory/fields.py',
    'theory/fixed_point.py',
    'theory/infinite_context.py',
    'theory/inputs.py',
    'theory/iteration.py',
    'theory/odds.py',
    'theory/ridgeless.py',
    'theory/special_values.py',
    'theory/spectral.py',
    'theory/structured.py',
    'theory/symbols.py',
    'theory/uniformisation.py',
)
DIGEST = '28ffae02ee4f3b65114dde7660b1e59d04ba224812f0c332c93a00e27e5f396a'


def coordinates(
    alpha,
    kappa,
    rho,
    out_x,
    out_inv_kappa,
    w0,
):
    add(rho, 1.0, out=w0)
    divide(w0, alpha, out=out_x)
    divide(1.0, kappa, out=out_inv_kappa)


def ridgeless_errors(
    tau,
    x,
    kappa,
    inv_kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
    w2,
    w3,
    w4,
    w5,
    w6,
    w7,
    w8,
    w9,
    w10,
    w11,
    w12,
    b0,
):
    minimum(tau, 1.0, out=w0)
    divide(w0, kappa, out=w1)
    subtract(kappa, w0, out=w2)
    divide(w2, kappa, out=w2)
    multiply(w2, 0.5, out=w2)
    multiply(x, 0.5, out=w3)
    add(w2, w3, out=w3)
    multiply(w3, w3, out=w2)
    multiply(x, w1, out=w1)
    add(w2, w1, out=w2)
    sqrt(w2, out=w2)
    subtract(w2, w3, out=w4)
    divide(w4, w1, out=w1)
    greater_equal(w3, 0.0, out=b0)
    add(w2, w3, out=w3)
    divide(1.0, w3, out=w3)
    copyto(w2, w1)
    copyto(w2, w3, where=b0)
    multiply(w0, w2, out=out_m)
    subtract(1.0, w0, out=w2)
    divide(w2, out_m, out=out_xi)
    add(out_xi, x, out=w2)
    multiply(w2, w2, out=w1)
    multiply(inv_kappa, out_m, out=w3)
    add(w3, 1.0, out=w4)
    divide(1.0, w4, out=w4)
    multiply(w4, w4, out=w5)
    add(w2, w5, out=w6)
    divide(out_m, w6, out=w6)
    multiply(w6, w1, out=out_bias)
    multiply(w2, out_m, out=w7)
    multiply(inv_kappa, w7, out=w7)
    add(w7, w4, out=w7)
    multiply(w6, w5, out=w8)
    multiply(w8, w7, out=w7)
    multiply(x, w7, out=out_context_variance)
    add(out_bias, out_context_variance, out=w7)
    add(w7, rho, out=w7)
    add(x, 1.0, out=w9)
    add(w5, x, out=w5)
    multiply(w6, w5, out=w10)
    subtract(tau, w0, out=w0)
    divide(w0, tau, out=w0)
    multiply(tau, w0, out=w11)
    multiply(w10, out_xi, out=w12)
    add(w11, w12, out=w12)
    multiply(w4, out_m, out=w11)
    multiply(x, w11, out=w11)
    add(rho, w11, out=w11)
    multiply(w2, out_xi, out=w2)
    multiply(w8, w2, out=w2)
    add(w11, w2, out=w2)
    divide(w2, w12, out=w12)
    multiply(w10, w9, out=w9)
    multiply(w12, w9, out=out_pretraining_variance)
    add(w7, out_pretraining_variance, out=out_icl)
    multiply(w12, tau, out=out_idg)
    add(w4, 1.0, out=w7)
    multiply(w6, w3, out=w3)
    multiply(w4, w3, out=w3)
    multiply(w7, w1, out=w1)
    multiply(w3, w1, out=w1)
    multiply(w12, w5, out=w5)
    multiply(w3, w5, out=w5)
    add(w1, w5, out=w5)
    multiply(w12, out_xi, out=w12)
    multiply(w3, w12, out=w12)
    multiply(w4, w12, out=w12)
    subtract(w5, w12, out=out_gap)
    multiply(w0, w0, out=w0)
    multiply(out_idg, w0, out=out_train)
    copyto(out_noise, rho)


def threshold(
    inv_kappa,
    out_icl,
    out_idg,
    out_gap,
    out_pretraining_variance,
    out_train,
    b0,
):
    less_equal(inv_kappa, 0.0, out=b0)
    copyto(out_gap, inf)
    copyto(out_gap, 0.0, where=b0)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)


def ridge_bracket(
    tau,
    x,
    lam,
    out_low,
    out_high,
    w0,
    w1,
    w2,
    w3,
    w4,
    w5,
    w6,
    w7,
    w8,
    b0,
):
    multiply(tau, lam, out=w0)
    subtract(1.0, tau, out=w1)
    multiply(x, w1, out=w2)
    add(w0, w2, out=w3)
    multiply(w3, w3, out=w4)
    multiply(tau, tau, out=w5)
    multiply(lam, 4.0, out=w6)
    multiply(w5, w6, out=w6)
    multiply(x, w6, out=w5)
    add(w4, w5, out=w5)
    sqrt(w5, out=w5)
    subtract(w5, w3, out=w4)
    multiply(lam, 2.0, out=w7)
    multiply(tau, w7, out=w7)
    multiply(x, w7, out=w8)
    divide(w8, w4, out=w4)
    greater_equal(w3, 0.0, out=b0)
    add(w5, w0, out=w5)
    add(w5, w2, out=w2)
    multiply(w2, 0.5, out=w2)
    divide(w2, tau, out=w2)
    copyto(out_low, w4)
    copyto(out_low, w2, where=b0)
    add(x, 1.0, out=w4)
    multiply(w4, w1, out=w1)
    add(w0, w1, out=w2)
    multiply(w2, w2, out=w5)
    multiply(w4, w6, out=w6)
    add(w5, w6, out=w6)
    sqrt(w6, out=w6)
    subtract(w6, w2, out=w5)
    multiply(w4, w7, out=w7)
    divide(w7, w5, out=w5)
    greater_equal(w2, 0.0, out=b0)
    add(w6, w0, out=w0)
    add(w0, w1, out=w1)
    multiply(w1, 0.5, out=w1)
    divide(w1, tau, out=w1)
    copyto(out_high, w5)
    copyto(out_high, w1, where=b0)


def ridge_start(
    tau,
    x,
    kappa,
    inv_kappa,
    lam,
    out_xi,
    w0,
    w1,
    w2,
    w3,
    w4,
    w5,
    w6,
    w7,
    b0,
):
    minimum(tau, 1.0, out=w0)
    divide(w0, kappa, out=w1)
    subtract(kappa, w0, out=w2)
    divide(w2, kappa, out=w2)
    multiply(w2, 0.5, out=w2)
    multiply(x, 0.5, out=w3)
    add(w2, w3, out=w3)
    multiply(w3, w3, out=w2)
    multiply(x, w1, out=w1)
    add(w2, w1, out=w2)
    sqrt(w2, out=w2)
    subtract(w2, w3, out=w4)
    divide(w4, w1, out=w1)
    greater_equal(w3, 0.0, out=b0)
    add(w2, w3, out=w3)
    divide(1.0, w3, out=w3)
    copyto(w2, w1)
    copyto(w2, w3, where=b0)
    multiply(w0, w2, out=w2)
    subtract(1.0, w0, out=w1)
    divide(w1, w2, out=w1)
    multiply(w1, 0.5, out=w3)
    subtract(tau, w0, out=w4)
    divide(w4, tau, out=w4)
    multiply(inv_kappa, w2, out=w5)
    add(w5, 1.0, out=w5)
    divide(1.0, w5, out=w5)
    multiply(w5, w5, out=w5)
    add(w5, x, out=w6)
    add(w1, x, out=w7)
    add(w7, w5, out=w5)
    divide(w2, w5, out=w5)
    multiply(w5, w6, out=w6)
    divide(w0, w6, out=w6)
    multiply(w4, 0.5, out=w4)
    multiply(w6, w4, out=w4)
    add(w3, w4, out=w4)
    multiply(lam, 0.5, out=w3)
    subtract(w4, w3, out=w3)
    multiply(w3, w3, out=w4)
    multiply(w6, lam, out=w6)
    add(w4, w6, out=w4)
    sqrt(w4, out=w4)
    add(w1, w4, out=w0)
    subtract(w0, w3, out=w0)
    greater_equal(w3, 0.0, out=b0)
    add(w3, w4, out=w4)
    divide(w6, w4, out=w4)
    add(w1, w4, out=w4)
    copyto(out_xi, w0)
    copyto(out_xi, w4, where=b0)


def ridge_step(
    tau,
    x,
    kappa,
    inv_kappa,
    lam,
    xi,
    low,
    high,
    out_low,
    out_high,
    out_xi,
    out_step,
    w0,
    w1,
    w2,
    w3,
    w4,
    w5,
    w6,
    w7,
    w8,
    w9,
    b0,
):
    divide(lam, xi, out=w0)
    multiply(tau, w0, out=w0)
    add(xi, x, out=w1)
    multiply(w1, 0.5, out=w2)
    subtract(kappa, 1.0, out=w3)
    divide(w3, kappa, out=w3)
    multiply(w3, 0.5, out=w3)
    add(w2, w3, out=w3)
    multiply(w3, w3, out=w2)
    multiply(inv_kappa, w1, out=w4)
    add(w2, w4, out=w2)
    sqrt(w2, out=w2)
    subtract(w2, w3, out=w5)
    divide(w5, w4, out=w4)
    greater_equal(w3, 0.0, out=b0)
    add(w2, w3, out=w3)
    divide(1.0, w3, out=w3)
    copyto(w2, w4)
    copyto(w2, w3, where=b0)
    multiply(x, w2, out=w4)
    add(w0, w4, out=w3)
    subtract(tau, kappa, out=w5)
    subtract(w3, w5, out=w5)
    multiply(inv_kappa, w2, out=w6)
    add(w6, 1.0, out=w6)
    divide(1.0, w6, out=w6)
    multiply(w6, kappa, out=w7)
    subtract(w5, w7, out=w7)
    greater(w6, 0.5, out=b0)
    multiply(w6, w2, out=w5)
    add(w3, w5, out=w3)
    subtract(w3, tau, out=w3)
    copyto(w8, w7)
    copyto(w8, w3, where=b0)
    multiply(w6, w6, out=w6)
    add(w6, x, out=w7)
    greater_equal(w7, xi, out=b0)
    subtract(tau, 1.0, out=w3)
    subtract(w0, w3, out=w3)
    multiply(w2, xi, out=w9)
    subtract(w3, w9, out=w9)
    copyto(w3, w8)
    copyto(w3, w9, where=b0)
    greater(w3, 0.0, out=b0)
    copyto(out_low, low)
    copyto(out_low, xi, where=b0)
    copyto(out_high, xi)
    copyto(out_high, high, where=b0)
    add(w4, w5, out=w5)
    add(w1, w6, out=w6)
    divide(w2, w6, out=w6)
    multiply(w6, w7, out=w7)
    multiply(w7, xi, out=w7)
    divide(w7, w5, out=w5)
    add(w0, w7, out=w7)
    add(w5, 1.0, out=w0)
    multiply(w0, w3, out=w0)
    subtract(w7, w0, out=w0)
    multiply(w0, w0, out=w7)
    multiply(w3, 4.0, out=w6)
    multiply(tau, w6, out=w6)
    multiply(w5, w6, out=w6)
    add(w7, w6, out=w6)
    maximum(w6, 0.0, out=w6)
    sqrt(w6, out=w6)
    subtract(w6, w0, out=w7)
    multiply(w7, 0.5, out=w7)
    multiply(w5, tau, out=w5)
    divide(w7, w5, out=w5)
    greater_equal(w0, 0.0, out=b0)
    add(w0, w6, out=w6)
    multiply(w3, 2.0, out=w3)
    divide(w3, w6, out=w6)
    copyto(out_step, w5)
    copyto(out_step, w6, where=b0)
    add(out_step, 1.0, out=w5)
    multiply(w5, xi, out=w5)
    maximum(out_low, w5, out=w5)
    minimum(out_high, w5, out=out_xi)


def ridge_halving(
    tau,
    x,
    kappa,
    inv_kappa,
    lam,
    xi,
    low,
    high,
    out_low,
    out_high,
    out_xi,
    out_step,
    w0,
    w1,
    w2,
    w3,
    w4,
    w5,
    w6,
    w7,
    w8,
    w9,
    b0,
):
    divide(lam, xi, out=w0)
    multiply(tau, w0, out=w0)
    add(xi, x, out=w1)
    multiply(w1, 0.5, out=w2)
    subtract(kappa, 1.0, out=w3)
    divide(w3, kappa, out=w3)
    multiply(w3, 0.5, out=w3)
    add(w2, w3, out=w3)
    multiply(w3, w3, out=w2)
    multiply(inv_kappa, w1, out=w4)
    add(w2, w4, out=w2)
    sqrt(w2, out=w2)
    subtract(w2, w3, out=w5)
    divide(w5, w4, out=w4)
    greater_equal(w3, 0.0, out=b0)
    add(w2, w3, out=w3)
    divide(1.0, w3, out=w3)
    copyto(w2, w4)
    copyto(w2, w3, where=b0)
    multiply(x, w2, out=w4)
    add(w0, w4, out=w3)
    subtract(tau, kappa, out=w5)
    subtract(w3, w5, out=w5)
    multiply(inv_kappa, w2, out=w6)
    add(w6, 1.0, out=w6)
    divide(1.0, w6, out=w6)
    multiply(w6, kappa, out=w7)
    subtract(w5, w7, out=w7)
    greater(w6, 0.5, out=b0)
    multiply(w6, w2, out=w5)
    add(w3, w5, out=w3)
    subtract(w3, tau, out=w3)
    copyto(w8, w7)
    copyto(w8, w3, where=b0)
    multiply(w6, w6, out=w6)
    add(w6, x, out=w7)
    greater_equal(w7, xi, out=b0)
    subtract(tau, 1.0, out=w3)
    subtract(w0, w3, out=w3)
    multiply(w2, xi, out=w9)
    subtract(w3, w9, out=w9)
    copyto(w3, w8)
    copyto(w3, w9, where=b0)
    greater(w3, 0.0, out=b0)
    copyto(out_low, low)
    copyto(out_low, xi, where=b0)
    copyto(out_high, xi)
    copyto(out_high, high, where=b0)
    sqrt(out_high, out=w8)
    sqrt(out_low, out=w9)
    multiply(w9, w8, out=w8)
    add(w4, w5, out=w5)
    add(w1, w6, out=w6)
    divide(w2, w6, out=w6)
    multiply(w6, w7, out=w7)
    multiply(w7, xi, out=w7)
    divide(w7, w5, out=w5)
    add(w0, w7, out=w7)
    add(w5, 1.0, out=w0)
    multiply(w0, w3, out=w0)
    subtract(w7, w0, out=w0)
    multiply(w0, w0, out=w7)
    multiply(w3, 4.0, out=w6)
    multiply(tau, w6, out=w6)
    multiply(w5, w6, out=w6)
    add(w7, w6, out=w6)
    maximum(w6, 0.0, out=w6)
    sqrt(w6, out=w6)
    subtract(w6, w0, out=w7)
    multiply(w7, 0.5, out=w7)
    multiply(w5, tau, out=w5)
    divide(w7, w5, out=w5)
    greater_equal(w0, 0.0, out=b0)
    add(w0, w6, out=w6)
    multiply(w3, 2.0, out=w3)
    divide(w3, w6, out=w6)
    copyto(out_step, w5)
    copyto(out_step, w6, where=b0)
    absolute(out_step, out=w5)
    less_equal(w5, 7.450580596923828e-09, out=b0)
    add(out_step, 1.0, out=w5)
    multiply(w5, xi, out=w5)
    copyto(w6, w8)
    copyto(w6, w5, where=b0)
    maximum(out_low, w6, out=w6)
    minimum(out_high, w6, out=out_xi)


def ridge_errors(
    tau,
    x,
    kappa,
    inv_kappa,
    rho,
    lam,
    xi,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
    w2,
    w3,
    w4,
    w5,
    w6,
    w7,
    w8,
    w9,
    w10,
    w11,
    w12,
    b0,
):
    add(xi, x, out=w0)
    multiply(w0, w0, out=w1)
    multiply(w0, 0.5, out=w2)
    subtract(kappa, 1.0, out=w3)
    divide(w3, kappa, out=w3)
    multiply(w3, 0.5, out=w3)
    add(w2, w3, out=w3)
    multiply(w3, w3, out=w2)
    multiply(inv_kappa, w0, out=w4)
    add(w2, w4, out=w2)
    sqrt(w2, out=w2)
    subtract(w2, w3, out=w5)
    divide(w5, w4, out=w4)
    greater_equal(w3, 0.0, out=b0)
    add(w2, w3, out=w3)
    divide(1.0, w3, out=w3)
    copyto(out_m, w4)
    copyto(out_m, w3, where=b0)
    multiply(inv_kappa, out_m, out=w4)
    add(w4, 1.0, out=w3)
    divide(1.0, w3, out=w3)
    multiply(w3, w3, out=w2)
    add(w0, w2, out=w5)
    divide(out_m, w5, out=w5)
    multiply(w5, w1, out=out_bias)
    multiply(w0, out_m, out=w6)
    multiply(inv_kappa, w6, out=w6)
    add(w6, w3, out=w6)
    multiply(w5, w2, out=w7)
    multiply(w7, w6, out=w6)
    multiply(x, w6, out=out_context_variance)
    add(out_bias, out_context_variance, out=w6)
    add(w6, rho, out=w6)
    add(x, 1.0, out=w8)
    add(w2, x, out=w2)
    multiply(w5, w2, out=w9)
    divide(lam, xi, out=w10)
    multiply(tau, w10, out=w11)
    multiply(w9, xi, out=w12)
    add(w11, w12, out=w12)
    multiply(w3, out_m, out=w11)
    multiply(x, w11, out=w11)
    add(rho, w11, out=w11)
    multiply(w0, xi, out=w0)
    multiply(w7, w0, out=w0)
    add(w11, w0, out=w0)
    divide(w0, w12, out=w12)
    multiply(w9, w8, out=w8)
    multiply(w12, w8, out=out_pretraining_variance)
    add(w6, out_pretraining_variance, out=out_icl)
    multiply(w12, tau, out=out_idg)
    add(w3, 1.0, out=w6)
    multiply(w5, w4, out=w4)
    multiply(w3, w4, out=w4)
    multiply(w6, w1, out=w1)
    multiply(w4, w1, out=w1)
    multiply(w12, w2, out=w2)
    multiply(w4, w2, out=w2)
    add(w1, w2, out=w2)
    multiply(w12, xi, out=w12)
    multiply(w4, w12, out=w12)
    multiply(w3, w12, out=w12)
    subtract(w2, w12, out=out_gap)
    multiply(w10, w10, out=w10)
    multiply(out_idg, w10, out=out_train)
    copyto(out_noise, rho)
    copyto(out_xi, xi)


def few_tasks_over_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
):
    subtract(tau, 1.0, out=w0)
    multiply(tau, rho, out=w1)
    divide(w1, w0, out=out_idg)
    subtract(1.0, kappa, out=out_bias)
    multiply(w0, rho, out=w0)
    divide(w0, tau, out=out_train)
    copyto(out_icl, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def few_tasks_over_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
):
    subtract(1.0, kappa, out=out_bias)
    subtract(tau, 1.0, out=w0)
    multiply(out_bias, kappa, out=w1)
    divide(w1, w0, out=out_pretraining_variance)
    add(out_bias, out_pretraining_variance, out=out_icl)
    copyto(out_idg, 0.0)
    copyto(out_gap, out_icl)
    copyto(out_noise, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_over_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
):
    subtract(tau, 1.0, out=w0)
    multiply(tau, rho, out=w1)
    divide(w1, w0, out=out_idg)
    multiply(w0, rho, out=w0)
    divide(w0, tau, out=out_train)
    copyto(out_icl, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_over_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    copyto(out_icl, 0.0)
    copyto(out_idg, 0.0)
    copyto(out_gap, 0.0)
    copyto(out_noise, 0.0)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, 0.0)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def few_tasks_under_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
    w2,
):
    subtract(1.0, tau, out=w0)
    subtract(tau, kappa, out=w1)
    subtract(1.0, kappa, out=out_bias)
    multiply(tau, rho, out=w2)
    multiply(out_bias, w2, out=w2)
    multiply(w1, w0, out=w0)
    divide(w2, w0, out=out_idg)
    copyto(out_icl, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def few_tasks_under_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
    w1,
):
    subtract(1.0, kappa, out=out_bias)
    subtract(1.0, tau, out=w0)
    subtract(tau, kappa, out=w1)
    multiply(w1, kappa, out=w1)
    divide(w1, w0, out=out_pretraining_variance)
    add(out_bias, out_pretraining_variance, out=out_icl)
    copyto(out_idg, 0.0)
    copyto(out_gap, out_icl)
    copyto(out_noise, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_under_many_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_bias)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_under_many_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_icl)
    copyto(out_idg, 0.0)
    copyto(out_gap, out_icl)
    copyto(out_noise, 0.0)
    copyto(out_bias, out_icl)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, 0.0)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_under_few_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_bias)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, -inf)
    copyto(out_noise, rho)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_under_few_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_icl)
    copyto(out_idg, 0.0)
    copyto(out_gap, out_icl)
    copyto(out_noise, 0.0)
    copyto(out_bias, out_icl)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, 0.0)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_under_balanced_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
):
    subtract(1.0, kappa, out=out_bias)
    multiply(rho, 0.25, out=w0)
    subtract(out_bias, w0, out=out_gap)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_noise, rho)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def critical_under_balanced_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_icl)
    copyto(out_idg, 0.0)
    copyto(out_gap, out_icl)
    copyto(out_noise, 0.0)
    copyto(out_bias, out_icl)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, 0.0)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def threshold_few_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_bias)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def threshold_few_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    subtract(1.0, kappa, out=out_bias)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def threshold_critical_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def threshold_critical_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, 0.0)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, inf)


def threshold_enough_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
):
    subtract(kappa, 1.0, out=w0)
    divide(kappa, w0, out=out_m)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, rho)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)


def threshold_enough_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
    w0,
):
    subtract(kappa, 1.0, out=w0)
    divide(kappa, w0, out=out_m)
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, inf)
    copyto(out_noise, 0.0)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)


def threshold_infinite_noisy(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, 0.0)
    copyto(out_noise, rho)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, 1.0)


def threshold_infinite_noiseless(
    tau,
    kappa,
    rho,
    out_icl,
    out_idg,
    out_gap,
    out_noise,
    out_bias,
    out_context_variance,
    out_pretraining_variance,
    out_train,
    out_xi,
    out_m,
):
    copyto(out_icl, inf)
    copyto(out_idg, inf)
    copyto(out_gap, 0.0)
    copyto(out_noise, 0.0)
    copyto(out_bias, 0.0)
    copyto(out_context_variance, 0.0)
    copyto(out_pretraining_variance, inf)
    copyto(out_train, 0.0)
    copyto(out_xi, 0.0)
    copyto(out_m, 1.0)


KERNELS = {
    'coordinates': Kernel(
        coordinates,
        ('alpha', 'kappa', 'rho'),
        ('x', 'inv_kappa'),
        1,
        0,
    ),
    'ridgeless_errors': Kernel(
        ridgeless_errors,
        ('tau', 'x', 'kappa', 'inv_kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        13,
        1,
    ),
    'threshold': Kernel(
        threshold,
        ('inv_kappa',),
        ('icl', 'idg', 'gap', 'pretraining_variance', 'train'),
        0,
        1,
    ),
    'ridge_bracket': Kernel(
        ridge_bracket,
        ('tau', 'x', 'lam'),
        ('low', 'high'),
        9,
        1,
    ),
    'ridge_start': Kernel(
        ridge_start,
        ('tau', 'x', 'kappa', 'inv_kappa', 'lam'),
        ('xi',),
        8,
        1,
    ),
    'ridge_step': Kernel(
        ridge_step,
        ('tau', 'x', 'kappa', 'inv_kappa', 'lam', 'xi', 'low', 'high'),
        ('low', 'high', 'xi', 'step'),
        10,
        1,
    ),
    'ridge_halving': Kernel(
        ridge_halving,
        ('tau', 'x', 'kappa', 'inv_kappa', 'lam', 'xi', 'low', 'high'),
        ('low', 'high', 'xi', 'step'),
        10,
        1,
    ),
    'ridge_errors': Kernel(
        ridge_errors,
        ('tau', 'x', 'kappa', 'inv_kappa', 'rho', 'lam', 'xi'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        13,
        1,
    ),
    'few_tasks_over_noisy': Kernel(
        few_tasks_over_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        2,
        0,
    ),
    'few_tasks_over_noiseless': Kernel(
        few_tasks_over_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        2,
        0,
    ),
    'critical_over_noisy': Kernel(
        critical_over_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        2,
        0,
    ),
    'critical_over_noiseless': Kernel(
        critical_over_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'few_tasks_under_noisy': Kernel(
        few_tasks_under_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        3,
        0,
    ),
    'few_tasks_under_noiseless': Kernel(
        few_tasks_under_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        2,
        0,
    ),
    'critical_under_many_noisy': Kernel(
        critical_under_many_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'critical_under_many_noiseless': Kernel(
        critical_under_many_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'critical_under_few_noisy': Kernel(
        critical_under_few_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'critical_under_few_noiseless': Kernel(
        critical_under_few_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'critical_under_balanced_noisy': Kernel(
        critical_under_balanced_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        1,
        0,
    ),
    'critical_under_balanced_noiseless': Kernel(
        critical_under_balanced_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'threshold_few_noisy': Kernel(
        threshold_few_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'threshold_few_noiseless': Kernel(
        threshold_few_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'threshold_critical_noisy': Kernel(
        threshold_critical_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'threshold_critical_noiseless': Kernel(
        threshold_critical_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'threshold_enough_noisy': Kernel(
        threshold_enough_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        1,
        0,
    ),
    'threshold_enough_noiseless': Kernel(
        threshold_enough_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        1,
        0,
    ),
    'threshold_infinite_noisy': Kernel(
        threshold_infinite_noisy,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
    'threshold_infinite_noiseless': Kernel(
        threshold_infinite_noiseless,
        ('tau', 'kappa', 'rho'),
        ('icl', 'idg', 'gap', 'noise', 'bias', 'context_variance', 'pretraining_variance', 'train', 'xi', 'm'),
        0,
        0,
    ),
}

COMPILED = Compiled(
    fields={
        'icl': 'In-context learning error: a fresh task in every sequence.',
        'idg': 'In-distribution generalisation error: fresh sequences from the pretraining tasks.',
        'gap': 'Task-generalisation gap e_icl - e_idg.',
        'noise': 'Label noise, the first of the four terms of e_icl.',
        'bias': 'Bias from tasks not seen in pretraining and from the effective ridge.',
        'context_variance': 'Variance from the finite context.',
        'pretraining_variance': 'Variance from the finite number of pretraining sequences.',
        'train': 'Mean squared residual of the estimator on its own pretraining set.',
        'xi': 'Effective ridge of the fixed point.',
        'm': 'Resolvent trace M_kappa((1 + rho)/alpha + xi) of the fixed point.',
    },
    checked=('icl', 'gap', 'train'),
    special=('icl', 'idg', 'gap', 'pretraining_variance', 'train'),
    regions=(
        CompiledRegion((('tau', '>', 1.0), ('kappa', '<', 1.0)), 'few_tasks_over_noisy', 'few_tasks_over_noiseless'),
        CompiledRegion((('tau', '>', 1.0), ('kappa', '==', 1.0)), 'critical_over_noisy', 'critical_over_noiseless'),
        CompiledRegion((('tau', '<', 1.0), ('kappa', '<', 'tau')), 'few_tasks_under_noisy', 'few_tasks_under_noiseless'),
        CompiledRegion((('tau', '<', 1.0), ('tau', '==', 'kappa'), ('kappa', '>', 0.3333333333333333), ('kappa', '<', inf)), 'critical_under_many_noisy', 'critical_under_many_noiseless'),
        CompiledRegion((('tau', '<', 1.0), ('tau', '==', 'kappa'), ('kappa', '<=', 0.3333333333333333)), 'critical_under_few_noisy', 'critical_under_few_noiseless'),
        CompiledRegion((('tau', '<', 1.0), ('tau', '==', 'kappa'), ('kappa', '==', nan)), 'critical_under_balanced_noisy', 'critical_under_balanced_noiseless'),
        CompiledRegion((('tau', '==', 1.0), ('kappa', '<', 1.0)), 'threshold_few_noisy', 'threshold_few_noiseless'),
        CompiledRegion((('tau', '==', 1.0), ('kappa', '==', 1.0)), 'threshold_critical_noisy', 'threshold_critical_noiseless'),
        CompiledRegion((('tau', '==', 1.0), ('kappa', '>', 1.0), ('kappa', '<', inf)), 'threshold_enough_noisy', 'threshold_enough_noiseless'),
        CompiledRegion((('tau', '==', 1.0), ('kappa', '==', inf)), 'threshold_infinite_noisy', 'threshold_infinite_noiseless'),
    ),
    kernels=KERNELS,
    last_step=7.450580596923828e-09,
    patience=8,
    maximum=87,
    smallest_x=7.888609052210118e-31,
    large_kappa=1.6069380442589903e+60,
)
