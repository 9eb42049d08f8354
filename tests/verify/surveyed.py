"""One change of the kernel against one test, in a process of its own: the survey forks.

``python -m tests.verify.surveyed TEST`` prints what the survey says of it.
"""

import os
import sys
import time
from types import SimpleNamespace

from icl_theory.verify.kernel_mutation import KernelSurvey, mutants


def loops():
    while True:
        pass


def grows():
    held = []
    while True:
        held.append(bytearray(2**26))


def leaves_a_child_behind():
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)


def is_at_fault():
    raise ZeroDivisionError


class Survey(KernelSurvey):
    """A survey whose one test reaches every change, and runs without pytest."""

    def _reached(self, items):
        return {item: self.wanted[0].places() for item in items}

    @staticmethod
    def _fails(item):
        return item()


def main(test):
    [wanted] = mutants()[:1]
    survey = Survey([wanted], 1, 1, 1, lambda mutant, noticed, _: print(mutant == wanted, noticed))
    assert survey.pytest_runtestloop(SimpleNamespace(items=[test]))


if __name__ == "__main__":
    main(globals()[sys.argv[1]])
