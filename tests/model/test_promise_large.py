# SPDX-License-Identifier: MIT
"""The model of the promise in larger instances."""

# ctest: long serial timeout=7200

import unittest

from upkeep_test.model import ModelCase


class LargeModelTest(ModelCase):
    def test_two_faults(self):
        for policy in ((), ("KILL",)):
            with self.subTest(policy=policy):
                self.assert_holds(*policy, "FAULTS=2", small=False, memory_mib=6000, states=1_000_000)

    def test_two_slots(self):
        for policy in ((), ("KILL",)):
            with self.subTest(policy=policy):
                self.assert_holds(*policy, "SLOTS=2", "FAULTS=1", small=False, memory_mib=8000, states=1_000_000)

    def test_two_slots_and_a_server_with_one(self):
        for policy in ((), ("KILL",)):
            with self.subTest(policy=policy):
                self.assert_holds(*policy, "SLOTS=2", "PLACES", "FAULTS=1", small=False, memory_mib=8000,
                                  states=1_000_000)

    def test_a_run_is_written_to_under_the_epoch_of_any_slot(self):
        self.assert_same_run_twice("FAULTS=1", "SLOTS=2", "BREAK_ANY_SLOT")

    def test_every_execution_ends(self):
        self.assert_holds("KILL", "FAULTS=1", cycles=True, small=False, memory_mib=6000)


if __name__ == "__main__":
    unittest.main()
