# SPDX-License-Identifier: MIT
"""A run moves while ws-schedule is at work on it, between two of its statements or while the scheduler answers."""

import unittest

from upkeep_test import BetweenCase, wait_for


class MovingTest(BetweenCase):
    def set_first_job(self, script):
        """The first job is handed over when the gate is open, and `script` ends it; later ones are just taken."""
        self.installation.configure(schedule={"command": [
            "/bin/sh", "-c", f"[ -e {self.at_gate} ] && echo later && exit; "
            f"{self.wait_line()}; {script}"]})

    def runs(self):
        return self.server.sql("SELECT id, state, job FROM upkeep.run ORDER BY id")

    def drain(self, status=0):
        return self.assert_quiet(self.installation.run("ws-upgrade", "--drain", "--json"), status).json

    def test_its_run_has_ended_before_it_looks(self):
        self.installation.set_script("echo BAD")
        caller = self.start_held("INSERT INTO", "ws-schedule", "--json", "acme")
        self.proxy.hold("FROM `upkeep`.run WHERE")  # its next look
        self.proxy.let_go()
        wait_for(lambda: self.proxy.holding, "it looks at what it has queued")
        self.assertEqual([record["state"] for record in self.drain(1)], ["failed"])
        self.proxy.let_go()
        record, = self.assert_quiet(caller.wait()).json
        self.assertEqual((record["state"], record["run"]), ("queued", 1))
        self.assertEqual([row[:2] for row in self.runs()], [["1", "failed"]], "one request is one run")

    def test_a_login_overtakes_a_sweep_that_is_just_handed_over(self):
        self.set_first_job("echo sweep")
        sweep = self.start_at_gate("ws-schedule", "--json", "--delay", "7200", "acme")
        login, = self.assert_quiet(self.installation.run("ws-schedule", "--json", "acme")).json
        self.assertIn("sooner", login["detail"])
        self.gate.touch()
        self.assert_quiet(sweep.wait())
        self.assertEqual(self.runs(), [["1", "queued", "later"]])
        self.assertEqual([record["state"] for record in self.drain()], ["succeeded"])

    def test_a_login_has_a_job_where_that_of_the_sweep_is_refused(self):
        self.set_first_job("exit 1")
        sweep = self.start_at_gate("ws-schedule", "--json", "--delay", "7200", "acme")
        self.assert_quiet(self.installation.run("ws-schedule", "--json", "acme"))
        self.gate.touch()
        self.assert_status(sweep.wait(), 69)
        self.assertEqual(self.runs(), [["1", "queued", "later"]])
        self.assertEqual([record["state"] for record in self.drain()], ["succeeded"])

    def test_two_cancel(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--json", "acme"))
        caller = self.start_held("SET state = 'cancelled'", "ws-schedule", "--json", "--cancel", "acme")
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        self.proxy.let_go()
        record, = self.assert_quiet(caller.wait(), 1).json
        self.assertEqual((record["state"], record["detail"]), ("refused", "it is not queued"))


if __name__ == "__main__":
    unittest.main()
