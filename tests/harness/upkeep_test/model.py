# SPDX-License-Identifier: MIT
"""Checks docs/model/promise.pml exhaustively with spin."""

import re
import subprocess
import tempfile
import unittest
from dataclasses import dataclass

from .paths import REPOSITORY

MODEL = REPOSITORY / "docs" / "model" / "promise.pml"


@dataclass
class Outcome:
    """What the verifier said of one instance."""

    states: int
    complete: bool
    violated: str  # the assertion that does not hold; empty: all hold
    cycle: bool
    output: str

    @property
    def too_many_commands(self) -> bool:
        return re.search(r"command\[.*<=\d", self.violated) is not None

    @property
    def same_run_twice(self) -> bool:
        return "guardian[0].run_id==guardian[1].run_id" in self.violated

    @property
    def waits_for_ever(self) -> bool:
        return re.search(r"runs\[|row\[", self.violated) is not None


def check(*switches: str, cycles: bool = False, small: bool = True, memory_mib: int = 1500) -> Outcome:
    """Visits every state of the model under these -D switches.

    @param cycles also looks for executions that never end
    @param small compiles quickly and keeps whole states, rather than running fast and keeping compressed ones
    """
    options = ["-DNP" if cycles else "-DSAFETY", "-DNOREDUCE", f"-DMEMLIM={memory_mib}"]
    options += ["-O1"] if small else ["-O2", "-DCOLLAPSE"]
    with tempfile.TemporaryDirectory(prefix="upkeep-model.") as directory:
        def call(*argv: str) -> str:
            done = subprocess.run(argv, cwd=directory, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, check=False)
            return done.stdout
        said = call("spin", *(f"-D{word}" for word in switches), "-a", str(MODEL))
        said += call("gcc", "-w", *options, "-o", "pan", "pan.c")
        said += call("./pan", "-m100000", *(["-l"] if cycles else []))
    errors = re.search(r"errors: (\d+)", said)
    if errors is None:
        raise AssertionError(f"spin checked nothing:\n{said}")
    states = re.search(r"(\d+) states, stored", said)
    violated = re.search(r"assertion violated (.*) \(at depth", said)
    return Outcome(
        states=int(states.group(1)) if states else 0,
        complete="Search not completed" not in said and "search depth too small" not in said,
        violated=violated.group(1) if violated else "",
        cycle="non-progress cycle" in said and int(errors.group(1)) > 0 and violated is None,
        output=said)


class ModelCase(unittest.TestCase):
    def assert_holds(self, *switches: str, cycles: bool = False, small: bool = True, memory_mib: int = 1500,
                     states: int = 10_000) -> None:
        """Every state was visited, no assertion is violated, and (with `cycles`) every execution ends."""
        outcome = check(*switches, cycles=cycles, small=small, memory_mib=memory_mib)
        self.assertEqual(outcome.violated, "", outcome.output)
        self.assertFalse(outcome.cycle, outcome.output)
        self.assertIn("errors: 0", outcome.output)
        self.assertTrue(outcome.complete, outcome.output)
        self.assertGreater(outcome.states, states, "the model is not as small as that")

    def assert_too_many_commands(self, *switches: str) -> None:
        outcome = check(*switches)
        self.assertTrue(outcome.too_many_commands, outcome.output)

    def assert_waits_for_ever(self, *switches: str) -> None:
        outcome = check(*switches)
        self.assertTrue(outcome.waits_for_ever, outcome.output)

    def assert_same_run_twice(self, *switches: str) -> None:
        outcome = check(*switches)
        self.assertTrue(outcome.same_run_twice, outcome.output)
