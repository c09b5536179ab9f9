# SPDX-License-Identifier: MIT
"""Somebody else acts between two statements of ws-upgrade: what it was about to do is not done on a stale word."""

import datetime
import signal
import unittest

from upkeep_test import BetweenCase, wait_for


class MovingCase(BetweenCase):
    names = ("acme", "beta")

    def set_gate(self, script):
        self.installation.set_script(f"{self.wait_line()}; {script}")

    def runs(self):
        return self.server.sql("SELECT workspace, state FROM upkeep.run ORDER BY id")


class BreakLeaseTest(MovingCase):
    def setUp(self):
        super().setUp()
        self.installation.configure(upgrade={"lease_s": 3})
        self.set_gate("upgrade; echo OK")
        self.upgrade = self.start_at_gate("ws-upgrade", "acme")
        self.upgrade.signal(signal.SIGSTOP)
        self.addCleanup(lambda: self.upgrade.running and self.upgrade.signal(signal.SIGCONT))
        wait_for(lambda: self.idle_s() >= 3, "nobody renews the lease")
        self.breaking = self.start_held("UPDATE `upkeep`.", "ws-upgrade", "--break-lease", "1")

    def idle_s(self):
        return float(self.server.value("SELECT TIMESTAMPDIFF(MICROSECOND, renewed_at, UTC_TIMESTAMP(6)) / 1e6"
                                       " FROM upkeep.slot WHERE run = 1") or 0)

    def test_it_is_renewed_again(self):
        self.upgrade.signal(signal.SIGCONT)
        wait_for(lambda: self.idle_s() < 1, "the lease is renewed")
        self.proxy.let_go()
        self.assert_error(self.breaking.wait(), 1, "still renewed")
        self.gate.touch()
        self.assert_quiet(self.upgrade.wait())
        self.assertEqual(self.runs(), [["acme", "succeeded"]])

    def test_its_run_has_ended(self):
        self.gate.touch()
        wait_for(lambda: self.installation.states("acme") == {"acme": "upgraded"}, "another tool has settled it")
        self.proxy.let_go()
        self.assert_error(self.breaking.wait(), 1, "does not hold a lease")
        self.assertEqual(self.runs(), [["acme", "succeeded"]])
        self.assertNotIn("broken", (self.installation.log_dir / "upkeep.log").read_text())


class AcceptTest(MovingCase):
    def setUp(self):
        super().setUp()
        self.installation.set_script("upgrade; echo BAD")
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 1)
        self.set_gate("echo BAD")
        self.accepting = self.start_held("INSERT INTO `upkeep`.run", "ws-upgrade", "--accept", "--json", "acme")
        self.upgrade = self.start_at_gate("ws-upgrade", "--force", "acme")

    def assert_refused(self):
        self.proxy.let_go()
        record, = self.assert_quiet(self.accepting.wait(), 1).json
        self.assertEqual((record["state"], record["run"]), ("skipped", None))
        self.assertIn("refused: another run has started", record["detail"])

    def end_badly(self):
        self.gate.touch()
        self.assert_status(self.upgrade.wait(), 1)

    def test_a_run_has_begun(self):
        self.assert_refused()
        self.end_badly()
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})

    def test_a_run_has_failed(self):
        self.end_badly()
        self.assert_refused()
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})


class StopTest(MovingCase):
    def test_stopped_while_a_lease_is_committed(self):
        upgrade = self.start_held("COMMIT", "ws-upgrade", "acme", outlives=True)
        upgrade.signal(signal.SIGTERM)
        looks = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%.slot WHERE%FOR UPDATE'"
        wait_for(lambda: self.server.value(looks) == "1", "it asks what became of the lease")
        self.proxy.let_go()
        record, = upgrade.wait().rows
        self.assertEqual((upgrade.process.returncode, record[:2]), (143, ["acme", "interrupted"]))
        self.assertEqual(self.runs(), [["acme", "cancelled"]])
        self.assertEqual(self.server.sql("SELECT run FROM upkeep.slot"), [[None]])
        self.assertEqual(list((self.installation.state_dir / "runs").iterdir()), [])


class PauseTest(MovingCase):
    def test_paused_while_a_run_is_taken(self):
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        drain = self.start_held("SET epoch = epoch + 1", "ws-upgrade", "--drain", "--json")
        self.assert_quiet(self.installation.run("ws-schedule", "--pause", "--requested-by", "ann"))
        self.proxy.let_go()
        record, = self.assert_quiet(drain.wait(), 75).json
        self.assertEqual(record["state"], "skipped")
        self.assertIn("paused", record["detail"])
        self.assertEqual(self.runs(), [["acme", "queued"]])


class DrainTest(MovingCase):
    def test_a_login_hurries_what_is_just_put_off(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--priority", "9", "acme", "beta"))
        self.server.sql("UPDATE upkeep.run SET due_at = due_at - INTERVAL 1 HOUR")
        self.set_gate("upgrade; echo OK")
        # A time zone in which the next whole minute is soon.
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
        ahead = 60 - until.second if until.second else 0
        zone = f"XXX-0:00:{ahead:02}"
        at = (until + datetime.timedelta(seconds=ahead)).strftime("%H:%M")
        self.proxy.hold("SET due_at = '")
        drain = self.start("ws-upgrade", "--drain", "--until", at, "--put-off", "--json",
                           env={**self.installation.env, "TZ": zone})
        wait_for(self.at_gate.exists, "the command runs")
        wait_for(lambda: datetime.datetime.now(datetime.timezone.utc) > until, "the time is over")
        self.gate.touch()
        wait_for(lambda: self.proxy.holding, "beta is put off")
        self.assert_quiet(self.installation.run("ws-schedule", "beta"))
        self.proxy.let_go()
        records = self.assert_quiet(drain.wait(), 75).json
        self.assertEqual([(record["workspace"], record["state"]) for record in records],
                         [("acme", "succeeded"), ("beta", "skipped")])
        self.assertNotIn("put off", records[1]["detail"])
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assertEqual(self.runs(), [["acme", "succeeded"], ["beta", "succeeded"]])

    def test_somebody_looks_at_what_a_killed_drain_left_of_the_run(self):
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.installation.configure(upgrade={"slots": 2})  # two may drain
        killed = self.start_held("SET epoch = epoch + 1", "ws-upgrade", "--drain")
        drain = self.start("ws-upgrade", "--drain", "--json", env=self.installation.env)
        waits = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT /* upkeep */ GET_LOCK%'"
        wait_for(lambda: self.server.value(waits) == "1", "it waits for its turn")
        drain.signal(signal.SIGSTOP)
        killed.kill()
        self.proxy.hold("run WHERE id = 1")
        look = self.start("ws-check", "acme", env=self.installation.env)
        wait_for(lambda: self.proxy.holding, "it looks at what is left of the run")
        drain.signal(signal.SIGCONT)
        turn = "SELECT IS_USED_LOCK(CONCAT('upkeep:', (SELECT id FROM upkeep.installation), ':turn'))"
        wait_for(lambda: not drain.running or self.server.value(turn), "it has its turn")
        self.proxy.let_go()
        look.wait()
        record, = self.assert_quiet(drain.wait()).json
        self.assertEqual((record["workspace"], record["state"]), ("acme", "succeeded"))


if __name__ == "__main__":
    unittest.main()
