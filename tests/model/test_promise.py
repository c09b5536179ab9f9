# SPDX-License-Identifier: MIT
"""The model of the promise holds in a small instance, and fails where a protection is left out."""

# ctest: timeout=1800

import unittest

from upkeep_test.model import ModelCase


class SmallModelTest(ModelCase):
    """Two hosts, one slot, two runs, one fault at any moment."""

    def test_finish(self):
        self.assert_holds("FAULTS=1", cycles=True)

    def test_kill(self):
        self.assert_holds("KILL", "FAULTS=1")


class BrokenModelTest(ModelCase):
    """What each protection is for: without it the check fails, for the reason that it is there for."""

    def test_rows_are_written_without_looking_at_the_epoch(self):
        self.assert_too_many_commands("KILL", "FAULTS=1", "BREAK_NO_EPOCH")

    def test_the_slot_is_released_before_the_host_lock_is_free(self):
        self.assert_too_many_commands("FAULTS=1", "BREAK_RELEASE_EARLY")

    def test_recovery_ignores_the_host_lock(self):
        self.assert_too_many_commands("FAULTS=1", "BREAK_RECOVER_UNLOCKED")

    def test_another_host_takes_over_after_one_lease(self):
        self.assert_too_many_commands("KILL", "FAULTS=1", "BREAK_TAKE_OVER_EARLY")

    def test_nobody_recovers(self):
        self.assert_waits_for_ever("FAULTS=1", "BREAK_NO_RECOVERY")

    def test_a_lease_is_taken_without_a_place_on_its_server(self):
        self.assert_too_many_commands("KILL", "SLOTS=2", "PLACES", "FAULTS=1", "BREAK_NO_PLACE")

    # Faults that the model found in the code.

    def test_a_guardian_starts_its_command_under_a_lease_that_is_over(self):
        self.assert_too_many_commands("KILL", "FAULTS=1", "BREAK_START_UNCHECKED")

    def test_a_lease_is_taken_over_after_it_was_renewed(self):
        self.assert_too_many_commands("KILL", "FAULTS=1", "BREAK_TAKE_OVER_UNCHECKED")

    def test_a_guardian_that_is_gone_is_taken_to_leave_nothing_behind(self):
        self.assert_too_many_commands("FAULTS=1", "BREAK_DISMISS_TRUSTS")

    def test_a_ws_upgrade_freezes_between_the_end_of_its_run_and_its_own(self):
        self.assert_waits_for_ever("FAULTS=1", "BREAK_FROZEN_AT_THE_END")

    def test_the_files_of_the_next_holder_are_removed(self):
        self.assert_waits_for_ever("SLOTS=2", "FAULTS=1", "BREAK_FORGET_ANY")

    # What is not promised.

    def test_a_guardian_that_is_frozen_cannot_kill(self):
        self.assert_too_many_commands("KILL", "FAULTS=2", "LIMIT_FROZEN_GUARDIAN")


if __name__ == "__main__":
    unittest.main()
