"""Attention collapses to <Gamma, H_Z>: the statement on numbers, and what breaks it."""

import numpy as np
import pytest

from derivations import context_law, deterministic, generalisation, moments
from derivations import model as topic
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import quantities, reads, replaced
from icl_theory.proof.kernel import ProofFailed
from icl_theory.theory import model
from icl_theory.verify.registry import claims_in
from icl_theory.verify.simulated import number

CLAIMS = claims_in(topic)
#: Claims that read the quantities of these modules, in the order in which they are asked.
READERS = [
    claim
    for one in (topic, moments, generalisation, context_law, deterministic)
    for claim in claims_in(one)
]
MODULES = ("model", "moments", "generalisation", "representation")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_proof_reaches_the_statement(claim):
    assert claim.theorem().conclusion == claim.statement


@pytest.fixture
def weights():
    """Blocks of V, K and Q and a token matrix, with random numbers."""
    rng = np.random.default_rng(11)
    d, ell, p = 3, 4, 2
    blocks = {
        name: rng.standard_normal(shape)
        for name, shape in {
            "V11": (d, d),
            "v12": (d, 1),
            "v21": (d, 1),
            "v22": (1, 1),
            "K1": (p, d),
            "k2": (p, 1),
            "Q1": (p, d),
            "q2": (p, 1),
            "X": (d, ell),
            "y": (ell, 1),
            "x_q": (d, 1),
        }.items()
    }
    return d, ell, blocks


def attention(ell, blocks, **changes):
    """The prediction of full linear attention, spelled out."""
    b = blocks | changes
    values = np.block([[b["V11"], b["v12"]], [b["v21"].T, b["v22"]]])
    keys = np.block([[b["K1"], b["k2"]]])
    queries = np.block([[b["Q1"], b["q2"]]])
    Z = np.block([[b["X"], b["x_q"]], [b["y"].T, np.zeros((1, 1))]])
    output = Z + values @ Z @ (keys @ Z).T @ (queries @ Z) / ell
    return output[-1, -1]


def features(d, ell, b):
    return np.concatenate(
        [
            number(model.feature_scale, d=d, ell=ell) * b["X"] @ b["y"],
            number(model.square_scale, ell=ell) * b["y"].T @ b["y"],
        ]
    )


def test_attention_equals_the_collapsed_prediction_on_numbers(weights):
    d, ell, b = weights
    gamma = b["v22"] * np.block(
        [number(model.collapse_scale, d=d) * b["Q1"].T @ b["K1"], b["Q1"].T @ b["k2"]]
    )
    collapsed = np.vdot(gamma, b["x_q"] @ features(d, ell, b).T)
    assert attention(ell, b, v21=np.zeros((d, 1))) == pytest.approx(collapsed, rel=1e-12)


def test_unused_weights_change_nothing_on_numbers(weights):
    d, ell, b = weights
    others = {"V11": np.ones((d, d)), "v12": np.ones((d, 1)), "q2": np.ones_like(b["q2"])}
    assert attention(ell, b, **others) == pytest.approx(attention(ell, b), rel=1e-12)
    assert attention(ell, b, v21=b["v21"] + 1) != pytest.approx(attention(ell, b), rel=1e-3)


def test_extra_terms_are_what_v21_adds_on_numbers(weights):
    d, ell, b = weights
    seen = b["X"] @ b["X"].T + b["x_q"] @ b["x_q"].T
    extra = b["v21"].T @ (seen @ b["K1"].T + b["X"] @ b["y"] @ b["k2"].T) @ b["Q1"] @ b["x_q"] / ell
    difference = attention(ell, b) - attention(ell, b, v21=np.zeros((d, 1)))
    assert extra.item() == pytest.approx(difference, rel=1e-12)


def own_quantities():
    return [q for q in quantities() if q.record.module.rsplit(".")[-1] in MODULES]


@pytest.mark.parametrize("quantity", own_quantities(), ids=lambda quantity: quantity.name)
@pytest.mark.parametrize(
    "corrupt",
    [
        pytest.param(lambda f: 2 * f, id="factor"),
        pytest.param(lambda f: -f, id="sign", marks=pytest.mark.slow),
        pytest.param(lambda f: f**2, id="exponent", marks=pytest.mark.slow),
    ],
)
def test_a_corrupted_definition_breaks_a_claim(quantity, corrupt):
    broken = corrupt(quantity.record.definition)
    for claim in READERS:
        with replaced(quantity, broken), reads() as names:
            try:
                holds = bool(claim.prove())
            except (ProofFailed, UndecidedError):
                holds = False
        if quantity.name in names and not holds:
            return
    pytest.fail(f"no claim notices {quantity.name} = {broken}")
