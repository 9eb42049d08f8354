r"""Joint spectra of task covariances: what the theory needs to know of C and T.

A spectrum is a list of atoms: an eigenvalue c of the covariance C of pretraining tasks, its weight
(the share of directions that have it), and the mean s = u^T T u of the test tasks' covariance T in
these directions. Atoms are exact rational numbers, so that one spectrum serves every evaluator.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from icl_theory.algebra.digits import integer
from icl_theory.algebra.exchange import Written
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.parameters import exact

#: Relative asymmetry and negativity of a matrix that count as its rounding.
ROUNDING = 1e-10

#: Most eigenvalues, which are exact numbers.
MOST = 100_000
#: Nodes of Gauss's rule in each octave of a continuous power law.
NODES = 14
#: Octaves for nu/t up to 2^80, and beyond them for a power p of an octave: 2^-63 of an average.
OCTAVES, TAIL = 80, 63
#: Powers below which pieces of y = -log z are taken instead of octaves: their number and length.
#: Beyond the last the share of z is 2^-92, and c has not doubled ten times.
SMALL_POWER, PIECES, PIECE = 0.1, 10, 6.4


class Spectrum(Written, kind="spectrum"):
    """Joint spectrum of the covariances of pretraining tasks and of test tasks.

    Create with one of the constructors `isotropic`, `power_law`, `atoms`, `spike`, `of`. A spectrum
    is immutable; equal spectra have equal atoms.

    Attributes
    ----------
    values
        Eigenvalues c of C, descending and distinct; dimensionless, isotropic tasks have 1.
    weights
        Share of directions of each, positive, of sum one.
    test
        Mean of T over the directions of each eigenvalue; equal to ``values`` where test tasks are
        like pretraining tasks.
    exponent
        Exponent p of a continuous power law, which has no atoms; None otherwise.

    Examples
    --------
    >>> two = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> two
    Spectrum.atoms(['2', '1/2'], ['1/3', '2/3'])
    >>> two.theta
    Fraction(1, 1)
    >>> two == Spectrum.from_json(two.to_json())
    True
    """

    __slots__ = ("_hash", "exponent", "test", "values", "weights")

    values: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    test: tuple[Fraction, ...] | Literal["matched", "isotropic"]
    exponent: Fraction | None
    _hash: int

    def __init__(
        self,
        values: tuple[Fraction, ...],
        weights: tuple[Fraction, ...],
        test: tuple[Fraction, ...] | Literal["matched", "isotropic"],
        exponent: Fraction | None = None,
    ) -> None:
        for name, value in (
            ("values", values),
            ("weights", weights),
            ("test", test),
            ("exponent", exponent),
        ):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Spectrum cannot be changed, so not its {name}")

    # Constructors.

    @classmethod
    def atoms(
        cls,
        values: Iterable[Any],
        weights: Iterable[Any] | None = None,
        test: Iterable[Any] | None = None,
    ) -> Spectrum:
        """Spectrum with given eigenvalues.

        Parameters
        ----------
        values
            Eigenvalues of C, numbers >= 0 and not all zero. Strings are exact.
        weights
            Shares of the directions, numbers > 0 that are divided by their sum; equal by default.
        test
            Means of T over the directions of each eigenvalue, numbers >= 0; ``values`` by default.

        Raises
        ------
        ValueError
            If a number is outside of its domain, or the lengths differ.

        Examples
        --------
        >>> Spectrum.atoms([4, 0], [1, 3]).rank
        Fraction(1, 4)
        """
        c = _numbers("values", values, zero=True)
        w = [Fraction(1)] * len(c) if weights is None else _numbers("weights", weights, zero=False)
        s = c if test is None else _numbers("test", test, zero=True)
        for name, given in (("weights", w), ("test", s)):
            if len(given) != len(c):
                raise ValueError(
                    f"{name} must have one entry for each of the {len(c)} values, got {len(given)}"
                )
        if not any(c):
            raise ValueError(f"values must not all be zero, got {shown(list(values))}")
        return cls._joined(c, w, s)

    @classmethod
    def isotropic(cls) -> Spectrum:
        """Tasks alike in all directions, C = T = I: the theory's special case."""
        return cls.atoms([1])

    @classmethod
    def power_law(cls, p: Any, d: int | None = None) -> Spectrum:
        """Eigenvalues proportional to i^-p with mean one.

        Parameters
        ----------
        p
            Exponent, finite and >= 0.
        d
            Number of directions, i = 1..d; each eigenvalue is the binary number nearest to it. By
            default the limit of many directions, c(z) = (1 - p) z^-p for z uniform in (0, 1), which
            needs p < 1.

        Examples
        --------
        >>> Spectrum.power_law("1/2")
        Spectrum.power_law('1/2')
        >>> float(Spectrum.power_law(0.9, d=100).values[0])
        15.56001...
        """
        (exponent,) = _numbers("p", [p], zero=True)
        if d is not None:
            refusal = f"d must be an integer from 1 to {MOST}, got {shown(d)}"
            count = integer(d, refusal)
            if not 1 <= count <= MOST:
                raise ValueError(refusal)
            values = np.arange(1, count + 1) ** -float(exponent)
            c = list(map(Fraction, (values / values.mean()).tolist()))
            return cls._joined(c, [Fraction(1)] * count, c)
        if exponent >= 1:
            raise ValueError(
                f"p must be less than 1 in the limit of many directions, got {shown(p)}"
            )
        if exponent == 0:
            return cls.isotropic()
        return cls((), (), "matched", exponent)

    @classmethod
    def spike(cls, height: Any, share: Any) -> Spectrum:
        """Two levels of mean one: a ``share`` of the directions has ``height`` times the others."""
        (h,), (part,) = _numbers("height", [height], zero=True), _numbers("share", [share], False)
        if part >= 1:
            raise ValueError(f"share must be less than 1, got {shown(share)}")
        level = 1 / (1 - part + h * part)
        return cls.atoms([h * level, level], [part, 1 - part])

    @classmethod
    def of(cls, covariance: npt.ArrayLike, test: npt.ArrayLike | None = None) -> Spectrum:
        """Joint spectrum of covariance matrices, which need not commute.

        Parameters
        ----------
        covariance
            Covariance C of pretraining tasks, array (d, d), symmetric and positive semidefinite.
        test
            Covariance T of test tasks, of the same kind; C by default.

        Raises
        ------
        ValueError
            If a matrix is not square, finite, symmetric and positive semidefinite up to rounding.
        """
        C = _covariance("covariance", covariance)
        T = C if test is None else _covariance("test", test)
        if T.shape != C.shape:
            raise ValueError(f"test must have the shape of covariance {C.shape}, got {T.shape}")
        values, vectors = np.linalg.eigh(C)
        values = _rounded_up("covariance", values.astype(np.float64))
        if test is None:
            return cls.atoms(values.tolist())
        _rounded_up("test", np.linalg.eigvalsh(T).astype(np.float64))
        weights = np.einsum("ij,ij->j", vectors, T @ vectors)
        return cls.atoms(values.tolist(), test=np.maximum(weights, 0).tolist())

    def tested_on(self, test: Any) -> Spectrum:
        """The same pretraining tasks with other test tasks.

        Parameters
        ----------
        test
            ``"matched"`` (T = C), ``"isotropic"`` (T = I), ``"reversed"`` (the values of C in the
            opposite order, where all weights are equal), a spectrum with the same weights, whose
            values are taken in the same order, or the mean of T for each of ``values``.
        """
        if isinstance(test, Spectrum):
            if test.exponent is not None or self.exponent is not None:
                if self.exponent == test.exponent:
                    return self.tested_on("matched")
                if test == Spectrum.isotropic():
                    return self.tested_on("isotropic")
                raise _no_atoms(test)
            if len(test.values) == 1:
                return self.tested_on([test.values[0]] * len(self.values))
            if test.weights != self.weights:
                raise ValueError(
                    f"test must be a spectrum with the weights of tasks, got {shown(test)}"
                )
            return self.tested_on(test.values)
        if isinstance(test, str):
            if test not in ("matched", "isotropic", "reversed"):
                raise ValueError(
                    f"test must be 'matched', 'isotropic' or 'reversed', got {shown(test)}"
                )
            if self.exponent is not None:
                if test == "reversed":
                    raise _no_atoms(test)
                return Spectrum((), (), test, self.exponent)  # type: ignore[arg-type]
            if test == "matched":
                return self.tested_on(self.values)
            if test == "isotropic":
                return self.tested_on([1] * len(self.values))
            if len(set(self.weights)) > 1:
                raise ValueError(
                    "test can be 'reversed' only where all weights are equal, got weights "
                    f"{shown([str(weight) for weight in self.weights])}"
                )
            return self.tested_on(self.values[::-1])
        if self.exponent is not None:
            raise _no_atoms(test)
        return Spectrum.atoms(self.values, self.weights, test)

    @classmethod
    def _joined(
        cls, c: Sequence[Fraction], w: Sequence[Fraction], s: Sequence[Fraction]
    ) -> Spectrum:
        """Atoms in descending order; those of one eigenvalue are one, with the mean of T."""
        shares: dict[Fraction, list[tuple[Fraction, Fraction]]] = defaultdict(list)
        total = sum(w)
        parts = {share: share / total for share in set(w)}
        for value, share, test in zip(c, w, s, strict=True):
            shares[value].append((parts[share], test))
        values = sorted(shares, key=_order, reverse=True)
        weights, tests = zip(*(_mean_of(shares[value]) for value in values), strict=True)
        return cls(tuple(values), weights, tests)

    # What it is.

    @property
    def theta(self) -> Fraction:
        """Mean ⟨c⟩, the variance of a pretraining label without noise."""
        return Fraction(1) if self.exponent is not None else self._mean(self.values)

    @property
    def theta_test(self) -> Fraction:
        """Mean ⟨s⟩, the variance of a test label without noise."""
        return Fraction(1) if isinstance(self.test, str) else self._mean(self.test)

    @property
    def rank(self) -> Fraction:
        """Share of the directions that have tasks, rank C / d."""
        if self.exponent is not None:
            return Fraction(1)
        return sum((w for c, w in zip(self.values, self.weights, strict=True) if c), Fraction(0))

    @property
    def matched(self) -> bool:
        """Whether test tasks are like pretraining tasks, T = C."""
        return self.test in ("matched", self.values)

    def _mean(self, of: Sequence[Fraction]) -> Fraction:
        pairs = zip(of, self.weights, strict=True)
        return sum((value * weight for value, weight in pairs), Fraction(0))

    def scaled(self, factor: Any) -> Spectrum:
        """All covariances multiplied by a number > 0."""
        (by,) = _numbers("factor", [factor], zero=False)
        if self.exponent is not None:
            if by == 1:
                return self
            raise ValueError(
                "factor must be 1 for a continuous spectrum, whose mean is one, got "
                f"{shown(factor)}"
            )
        assert not isinstance(self.test, str)
        c, s = ([by * value for value in of] for of in (self.values, self.test))
        return Spectrum.atoms(c, self.weights, s)

    def nodes(self) -> tuple[Floats, Floats, Floats]:
        """Eigenvalues, weights and test weights in float64.

        A continuous power law is replaced by Gauss's rule on octaves of v = z^p, on which what the
        theory averages is analytic, so that bounded averages are exact to rounding. Where p is
        small an octave holds nearly all of z, and pieces of -log z take their place.
        """
        if self.exponent is None:
            return (
                np.array(self.values, float),
                np.array(self.weights, float),
                np.array(self.test, float),
            )
        p = float(self.exponent)
        points, shares = np.polynomial.legendre.leggauss(NODES)
        if p < SMALL_POWER:
            # Points and shares are symmetric, so that pieces and points may run downwards alike.
            y = (PIECE * (np.arange(PIECES)[::-1, None] + 0.5 - 0.5 * points)).ravel()
            w = np.tile(0.5 * PIECE * shares, PIECES) * np.exp(-y)
            c = (1 - p) * np.exp(p * y)
            return c, w, c if self.test == "matched" else np.ones_like(c)
        octaves = OCTAVES + math.ceil(TAIL * p)
        low = 0.5 ** np.arange(1, octaves + 1)[:, None]
        v = (low * (1.5 + 0.5 * points)).ravel()
        w = (low * 0.5 * shares).ravel() * v ** (1 / p - 1) / p
        order = np.argsort(v)
        c, w = (1 - p) / v[order], w[order]
        return c, w, c if self.test == "matched" else np.ones_like(c)

    # Equality, text, JSON.

    def _key(self) -> tuple[Any, ...]:
        return self.values, self.weights, self.test, self.exponent

    def _written_fields(self, everything: bool = True) -> dict[str, Any]:
        """What it is made of."""
        return dict(zip(("values", "weights", "test", "exponent"), self._key(), strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return Spectrum, self._key()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spectrum) and self._key() == other._key()

    def __hash__(self) -> int:
        # Of a hundred thousand fractions it takes a second, which not everybody needs.
        if not hasattr(self, "_hash"):
            object.__setattr__(self, "_hash", hash(self._key()))
        return self._hash

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        if self.exponent is not None:
            text = f"Spectrum.power_law({str(self.exponent)!r})"
            return text if self.test == "matched" else f"{text}.tested_on('isotropic')"
        if len(self) > 8:
            return (
                f"<Spectrum of {len(self)} eigenvalues from {float(self.values[0]):.6g} to "
                f"{float(self.values[-1]):.6g}, mean {float(self.theta):.6g}>"
            )
        lists = [self.values, self.weights, *([self.test] if self.test != self.values else [])]
        texts = (str([str(number) for number in numbers]) for numbers in lists)
        return f"Spectrum.atoms({', '.join(texts)})"

    def to_json(self) -> str:
        """The spectrum as JSON, exactly."""
        content: dict[str, object] = {"exponent": str(self.exponent), "test": self.test}
        if self.exponent is None:
            content = {
                name: [str(number) for number in getattr(self, name)]
                for name in ("values", "weights", "test")
            }
        return json.dumps(content)

    @classmethod
    def from_json(cls, text: str) -> Spectrum:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            If the text is no spectrum.
        """
        refusal = f"text must be a spectrum in JSON, got {shown(text)}"
        if not isinstance(text, str):
            raise TypeError(refusal)
        try:
            content = json.loads(text)
            if "exponent" in content:
                return cls.power_law(content["exponent"]).tested_on(content["test"])
            return cls.atoms(content["values"], content["weights"], content["test"])
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
            raise ValueError(refusal) from None

    @classmethod
    def parse(cls, text: str) -> Spectrum:
        """Read a spectrum as it is written on the command line, or in JSON.

        Parameters
        ----------
        text
            ``"isotropic"``, ``"power_law:P"`` or ``"power_law:P,D"``, ``"spike:HEIGHT,SHARE"``,
            ``"atoms:VALUES;WEIGHTS;TEST"`` with lists of numbers between commas, of which the last
            one or two may be left out; or what `to_json` wrote.

        Raises
        ------
        ValueError
            If the text is none of these, or a number in it is outside of its domain.

        Examples
        --------
        >>> Spectrum.parse("atoms:2,1/2;1,2")
        Spectrum.atoms(['2', '1/2'], ['1/3', '2/3'])
        """
        if text.lstrip().startswith("{"):
            return cls.from_json(text)
        kind, _, rest = text.partition(":")
        lists = [part.split(",") for part in rest.split(";")]
        flat = lists[0] if len(lists) == 1 else []
        match kind, len(flat):
            case "isotropic", 1 if not rest:
                return cls.isotropic()
            case "power_law", 1:
                return cls.power_law(flat[0])
            case "power_law", 2 if flat[1].strip().isdecimal():
                return cls.power_law(flat[0], d=int(flat[1]))
            case "spike", 2:
                return cls.spike(*flat)
            case "atoms", _ if len(lists) <= 3:
                return cls.atoms(*lists)
        raise ValueError(
            "a spectrum must be isotropic, power_law:P, power_law:P,D, spike:HEIGHT,SHARE, "
            f"atoms:VALUES;WEIGHTS;TEST or its JSON, got {shown(text)}"
        )


def _mean_of(pairs: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """The sum of the shares, and the mean of what has them."""
    if len(pairs) == 1:
        return pairs[0]
    total = sum((share for share, _ in pairs), Fraction(0))
    return total, sum((share * value for share, value in pairs), Fraction(0)) / total


def _order(value: Fraction) -> tuple[float, Fraction]:
    """What sorts fractions by floats, and as fractions only those of one float."""
    try:
        return float(value), value
    except OverflowError:
        return math.inf, value


def _no_atoms(test: object) -> ValueError:
    return ValueError(
        f"test must be 'matched' or 'isotropic' for a continuous spectrum, got {shown(test)}"
    )


def _numbers(name: str, values: Iterable[Any], zero: bool) -> list[Fraction]:
    """Exact finite numbers >= 0, or > 0."""
    domain = "finite and >= 0" if zero else "finite and > 0"
    try:
        # A mapping would give its keys.
        if isinstance(values, str | bytes | Mapping):
            raise TypeError
        given = list(itertools.islice(values, MOST + 1))
    except Exception:
        raise TypeError(f"{name} must be numbers, {domain}, got {shown(values)}") from None
    if not 1 <= len(given) <= MOST:
        many = "none" if not given else f"more than {MOST}"
        raise ValueError(f"{name} must hold at least one number and at most {MOST}, got {many}")
    found = []
    for index, value in enumerate(given):
        where = f" at index {index}" if len(given) > 1 else ""
        try:
            if np.ma.is_masked(value):
                raise TypeError
            # Eigenvalues have the domain of rho: finite and not negative.
            number = Fraction(exact("rho", value))
            inside = zero or number > 0
        except ValueError:
            inside = False
        except Exception:
            # Whatever an object of a foreign type does when it is looked at.
            raise TypeError(f"{name} must be {domain}, got {shown(value)}{where}") from None
        if not inside:
            raise ValueError(f"{name} must be {domain}, got {shown(value)}{where}")
        found.append(number)
    return found


def _covariance(name: str, matrix: npt.ArrayLike) -> Floats:
    try:
        array = np.asarray(matrix)
        if np.ma.is_masked(matrix) or array.dtype.kind not in "iuf":
            raise TypeError
        with np.errstate(over="ignore"):
            array = array.astype(np.float64)
    except Exception:
        raise TypeError(
            f"{name} must be a matrix of floats or integers, got {shown(matrix)}"
        ) from None
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        raise ValueError(f"{name} must be a square matrix, got an array of shape {array.shape}")
    if not np.isfinite(array).all():
        i, j = map(int, np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[i, j]} at index ({i}, {j})")
    excess = np.abs(array - array.T)
    if excess.max() > ROUNDING * np.abs(array).max():
        i, j = map(int, np.unravel_index(np.argmax(excess), excess.shape))
        raise ValueError(
            f"{name} must be symmetric, got {array[i, j]} and {array[j, i]} at index ({i}, {j})"
        )
    return (array + array.T) / 2


def _rounded_up(name: str, values: Floats) -> Floats:
    """Eigenvalues of a positive semidefinite matrix, with those that are rounding set to zero."""
    if values[0] < -ROUNDING * np.abs(values).max():
        raise ValueError(
            f"{name} must be positive semidefinite, got the eigenvalue {float(values[0])!r}"
        )
    threshold = len(values) * np.finfo(float).eps * np.abs(values).max()
    return np.where(values < threshold, 0.0, values)
