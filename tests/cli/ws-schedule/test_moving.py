# SPDX-License-Identifier: MIT
"""A run moves while ws-schedule is at work on it, between two of its statements or while the scheduler answers."""

import unittest

from upkeep_test import TestCase, module_server, wait_for


class MovingTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.server = self.installation.server
        self.proxy = self.open_proxy(self.server)
        self.gate = self.installation.directory / "gate"
        self.at_gate = self.installation.directory / "at-gate"
        self.installation.configure(database={"socket": self.proxy.socket},
                                    schedule={"via": "command", "command": ["true"], "delay_s": 0})

    def start_held(self, words, *args):
        self.proxy.hold(words)
        caller = self.start("ws-schedule", "--json", *args, env=self.installation.env)
        wait_for(lambda: self.proxy.holding, "ws-schedule has come to its statement")
        return caller

    def runs(self):
        return self.server.sql("SELECT id, state, job FROM upkeep.run ORDER BY id")

    def drain(self, status=0):
        return self.assert_quiet(self.installation.run("ws-upgrade", "--drain", "--json"), status).json

    def test_its_run_has_ended_before_it_looks(self):
        self.installation.set_script("echo BAD")
        caller = self.start_held("INSERT INTO", "acme")
        self.proxy.hold("FROM `upkeep`.run WHERE")  # its next look
        self.proxy.let_go()
        wait_for(lambda: self.proxy.holding, "it looks at what it has queued")
        self.assertEqual([record["state"] for record in self.drain(1)], ["failed"])
        self.proxy.let_go()
        record, = self.assert_quiet(caller.wait()).json
        self.assertEqual((record["state"], record["run"]), ("queued", 1))
        self.assertEqual([row[:2] for row in self.runs()], [["1", "failed"]], "one request is one run")


if __name__ == "__main__":
    unittest.main()
