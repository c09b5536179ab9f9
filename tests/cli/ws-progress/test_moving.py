# SPDX-License-Identifier: MIT
"""A run begins or ends while ws-progress looks, between two of its statements: a record never contradicts itself."""

import unittest

from upkeep_test import TestCase, module_server, wait_for

# What ws-progress asks for, in this order: the workspace with its runs, the queue, the newest runs.
QUEUE, NEWEST = "ORDER BY state = 'queued'", "SELECT MAX(id)"


class MovingTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.proxy = self.open_proxy(self.installation.server)
        self.gate = self.installation.directory / "gate"
        self.at_gate = self.installation.directory / "at-gate"
        self.installation.configure(database={"socket": self.proxy.socket})
        self.set_end("upgrade; echo OK")

    def set_end(self, script):
        wait = f"touch {self.at_gate}; while [ ! -e {self.gate} ]; do sleep 0.03; done"
        self.installation.set_script(f"step a true; {wait}; {script}")

    def begin(self):
        run = self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(self.at_gate.exists, "the command runs")
        return run

    def end(self, run, status=0):
        self.gate.touch()
        self.assert_status(run.wait(), status)

    def look_until(self, statement):
        self.proxy.hold(statement)
        look = self.start("ws-progress", "--json", "acme", env=self.installation.env)
        wait_for(lambda: self.proxy.holding, "ws-progress has come to its statement")
        return look

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
