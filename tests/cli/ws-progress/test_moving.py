# SPDX-License-Identifier: MIT
"""A run begins or ends while ws-progress looks, between two of its statements: a record never contradicts itself."""

import unittest

from upkeep_test import BetweenCase

# What ws-progress asks for, in this order: the workspace with its runs, the queue, the newest runs.
QUEUE, NEWEST = "ORDER BY state = 'queued'", "SELECT MAX(id)"


class MovingTest(BetweenCase):
    def setUp(self):
        super().setUp()
        self.set_end("upgrade; echo OK")

    def set_end(self, script):
        self.installation.set_script(f"step a true; {self.wait_line()}; {script}")

    def begin(self):
        return self.start_at_gate("ws-upgrade", "acme")

    def end(self, run, status=0):
        self.gate.touch()
        self.assert_status(run.wait(), status)

    def look_until(self, statement):
        return self.start_held(statement, "ws-progress", "--json", "acme")

    def assert_record(self, look, status, **expected):
        self.proxy.let_go()
        result = look.wait()
        self.assert_quiet(result, status)
        self.assertEqual(result.json[0], result.json[0] | expected)

    def test_begins_after_the_queue_was_read(self):
        look = self.look_until(NEWEST)
        run = self.begin()
        self.assert_record(look, 1, state="running", position=0, run=1, ended_at=None)
        self.end(run)

    def test_ends_after_the_workspace_was_seen(self):
        run = self.begin()
        look = self.look_until(QUEUE)
        self.end(run)
        self.assert_record(look, 0, state="upgraded", percent=100, run=1, position=None, eta_s=0)

    def test_begins_and_ends_after_the_workspace_was_seen(self):
        look = self.look_until(QUEUE)
        self.end(self.begin())
        self.assert_record(look, 0, state="upgraded", percent=100, run=1)

    def test_fails_after_the_workspace_was_seen(self):
        self.set_end("echo BAD")
        run = self.begin()
        look = self.look_until(QUEUE)
        self.end(run, 1)
        self.assert_record(look, 2, state="failed", run=1)

    def test_nothing_moves(self):
        look = self.look_until(QUEUE)
        self.assert_record(look, 1, state="pending", percent=0, run=None)


if __name__ == "__main__":
    unittest.main()
