"""What is expected of a call: a value without NaN, or one sentence, soon and in little memory."""

import dataclasses
import re
import resource
import signal
import sys
import traceback
from contextlib import contextmanager

import flint
import mpmath
import numpy as np

#: Seconds of processor time, and bytes of growth, that no call may take.
SECONDS, BYTES = 2.0, 10**9
#: What a refusal is.
REFUSALS = ValueError, TypeError
#: Letters of the longest refusal.
LONGEST = 300
#: Where NaN has a meaning that the documentation states.
NAN_MEANS_NONE = {"interior_minimum", "interior_maximum"}


class Hang(BaseException):
    """A call took too long. No `Exception`, lest the call itself catch it."""


@contextmanager
def watched(seconds=SECONDS):
    """Interrupt what runs for more than some seconds of processor time."""

    def interrupt(number, frame):
        raise Hang

    before = signal.signal(signal.SIGPROF, interrupt)
    # Again and again: where it cannot be raised, as in a destructor, once is not enough.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def undefined(value, place="result", depth=0):
    """Where in a result there is a NaN, or None."""
    if depth > 6:
        return None
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and np.isnan(value).any():
            return place
        return None
    if isinstance(value, float | np.floating | mpmath.mpf):
        return place if value != value else None
    if isinstance(value, flint.arb):
        return place if value.is_nan() else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    elif isinstance(value, dict):
        inside = value
    elif isinstance(value, list | tuple):
        inside = dict(enumerate(value))
    else:
        return None
    for name, part in inside.items():
        if name not in NAN_MEANS_NONE and (found := undefined(part, f"{place}.{name}", depth + 1)):
            return found
    return None


def flaw(sentence, names):
    """What is wrong with a refusal: it names a parameter, its domain and the value.

    With no names it is one about text, and shows the part of it that it is about.
    """
    if len(sentence) > LONGEST:
        return "refusal longer than 300 letters"
    if "\n" in sentence or not sentence:
        return "refusal of several lines, or none"
    if not names:
        return None if re.search(r"""['"=<>]|\bgot\b""", sentence) else "refusal quotes nothing"
    if not any(re.search(rf"\b{re.escape(name)}\b", sentence) for name in (*names, "parameters")):
        return "refusal names no parameter"
    if not re.search(r"\b(must|cannot|can be|may|takes|only)\b", sentence):
        return "refusal states no domain"
    if not re.search(r"\bgot\b|is beyond|at index", sentence):
        return "refusal shows no value"
    return None


def judged(call, names, seconds=SECONDS, refusals=REFUSALS):
    """The fault of a call, as a pair of its kind and what was seen; None where there is none."""
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with watched(seconds):
            found = call()
    except Hang:
        return "hang " + _place(sys.exc_info()[2]), f"over {seconds} s"
    except refusals as error:
        sentence = str(error)
        wrong = flaw(sentence, names)
        if wrong:
            return (
                f"{wrong} {_place(error.__traceback__)}",
                f"{type(error).__name__}: {sentence[:400]}",
            )
    except Exception as error:
        kind = f"{type(error).__name__} {_place(error.__traceback__)}"
        return kind, str(error)[:400]
    else:
        place = undefined(found)
        if place:
            return f"NaN in {re.sub('[0-9]+', 'i', place)}", repr(found)[:400]
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown > BYTES / 1024:
        return "memory grew", f"by more than {BYTES} bytes"
    return None


def _place(trace):
    """Our innermost line of a traceback."""
    frames = [f for f in traceback.extract_tb(trace) if "/icl_theory/" in f.filename]
    if not frames:
        return "at the call"
    return f"at {frames[-1].filename.rpartition('/icl_theory/')[2]}:{frames[-1].lineno}"


def described(value):
    """A value as a report shows it."""
    try:
        text = repr(value)
    except BaseException:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 120 else f"{text[:117]}..."
