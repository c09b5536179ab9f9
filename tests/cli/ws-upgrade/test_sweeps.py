# SPDX-License-Identifier: MIT
"""ws-upgrade --drain over a night: its summary, what fails is set aside and tried again, the queue's pause."""

import datetime
import signal
import unittest

from upkeep_test import TestCase, module_server, wait_for

SUMMARY = ["started_at", "ended_at", "runs", "succeeded", "failed", "skipped", "left", "median_s", "longest_s",
           "longest", "reason"]


class SweepCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta", "gamma", "delta")
        self.server = self.installation.server
        self.installation.configure(schedule={"via": "command", "command": ["true"], "delay_s": 0})

    def run_tool(self, tool, *args, status=0):
        return self.assert_quiet(self.installation.run(tool, "--json", *args), status).json

    def queue(self, *names):
        self.run_tool("ws-schedule", *names)

    def drain(self, *args, status=0):
        return self.run_tool("ws-upgrade", "--drain", *args, status=status)

    def runs(self):
        return self.server.sql("SELECT workspace, state FROM upkeep.run ORDER BY id")

    def events(self):
        return (self.installation.log_dir / "upkeep.log").read_text()


class SummaryTest(SweepCase):
    def test_one_record_at_the_end(self):
        self.installation.set_script('[ "$ws" != beta ] || { echo BAD; exit 3; }; upgrade; echo OK')
        self.queue("acme", "beta", "gamma")
        self.installation.upgrade_by_hand("gamma")
        record, = self.drain("--summary", status=1)
        self.assert_fields(record, SUMMARY)
        told = {key: record[key] for key in ("runs", "succeeded", "failed", "skipped", "left", "reason")}
        self.assertEqual(told, {"runs": 2, "succeeded": 1, "failed": 1, "skipped": 1, "left": 0, "reason": None})
        self.assertLessEqual(record["started_at"], record["ended_at"])
        self.assertIn(record["longest"], ("acme", "beta"))
        self.assertIn("drained: 1 succeeded, 1 failed, 1 skipped, 0 left\n", self.events())

    def test_what_a_rule_leaves(self):
        self.installation.set_script("echo BAD; exit 3")
        self.queue("acme", "beta", "gamma", "delta")
        record, = self.drain("--summary", "--canary", "1", status=1)
        self.assertEqual((record["runs"], record["failed"], record["left"]), (1, 1, 3))
        self.assertIn("--canary", record["reason"])
        self.assertIn("3 left: not started: ", self.events())

    def test_nothing_to_do(self):
        record, = self.drain("--summary")
        self.assertEqual((record["runs"], record["left"], record["median_s"], record["longest"]), (0, 0, None, None))
        self.assertFalse((self.installation.log_dir / "upkeep.log").exists())

    def test_usage(self):
        for option in ("--summary", "--retry"):
            self.assert_error(self.installation.run("ws-upgrade", option, "acme"), 64, option, "--drain")
        self.assert_error(self.installation.run("ws-upgrade", "--drain", "--summary", "--fields", "workspace"), 64,
                          "workspace", "longest_s")


class RetryTest(SweepCase):
    def test_set_aside_and_tried_again_until_attempts_are_used_up(self):
        self.installation.configure(schedule={"retry_after_s": 100, "attempts": 3})
        self.installation.set_script("echo BAD luck; exit 3")
        self.queue("acme")
        for failures in (1, 2):
            record, = self.drain("--retry", status=1)
            self.assertEqual(record["state"], "failed")
            self.assertRegex(record["detail"], rf"BAD luck; set aside until .*Z, run {record['run'] + 1}$")
            self.assertEqual(self.drain("--retry"), [], "it is not due")
            row, = self.server.sql("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), due_at), reason FROM upkeep.run"
                                   " WHERE active = 1")
            self.assertAlmostEqual(int(row[0]), 100 * 2 ** (failures - 1), delta=30)  # each time twice as long
            self.assertEqual(row[1], f"again after run {record['run']}")
            self.assertEqual(self.installation.states("acme"), {"acme": "queued"})
            self.server.sql("UPDATE upkeep.run SET due_at = UTC_TIMESTAMP(3) WHERE active = 1")
        record, = self.drain("--retry", status=1)
        self.assertIn("attempt 3 of 3, will not be retried", record["detail"])
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assertEqual([state for _, state in self.runs()], ["failed"] * 3)

    def test_the_others_go_on_and_the_next_try_may_succeed(self):
        self.installation.set_script('[ "$ws" != acme ] || { echo BAD; exit 3; }; upgrade; echo OK')
        self.queue("acme", "beta", "gamma")
        records = self.drain("--retry", status=1)
        self.assertEqual([(r["workspace"], r["state"]) for r in records],
                         [("acme", "failed"), ("beta", "succeeded"), ("gamma", "succeeded")])
        self.installation.set_script("upgrade; echo OK")
        self.server.sql("UPDATE upkeep.run SET due_at = UTC_TIMESTAMP(3) WHERE active = 1")
        self.assertEqual(self.drain("--retry")[0]["state"], "succeeded")
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})

    def test_a_login_does_not_hurry_what_is_set_aside(self):
        self.installation.configure(schedule={"retry_after_s": 1000})
        self.installation.set_script("echo BAD; exit 3")
        self.queue("acme")
        self.drain("--retry", status=1)
        self.server.sql("UPDATE upkeep.run SET queued_at = queued_at - INTERVAL 60 SECOND WHERE active = 1")
        due = self.server.value("SELECT due_at FROM upkeep.run WHERE active = 1")
        self.assertEqual(self.run_tool("ws-schedule", "acme")[0]["state"], "already")
        self.assertEqual(self.server.value("SELECT due_at FROM upkeep.run WHERE active = 1")[:19], due[:19])
        self.assertEqual(self.drain(), [])

    def test_a_stopped_one_is_not_tried_again(self):
        self.installation.set_script("sleep 60")
        self.queue("acme")
        drain = self.start("ws-upgrade", "--drain", "--retry", env=self.installation.env)
        wait_for(lambda: "started, guardian" in self.events(), "it has started")
        drain.signal(signal.SIGTERM)
        self.assert_status(drain.wait(), 143)
        self.assertEqual(self.runs(), [["acme", "interrupted"]])


class NightTest(SweepCase):
    @staticmethod
    def soon(seconds):
        """(HH:MM, TZ) so that this local time comes in so many seconds."""
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        return at.strftime("%H:%M"), f"XXX0:00:{at.second:02}" if at.second else "UTC"

    def queue_sweep(self, *names):
        self.run_tool("ws-schedule", "--no-job", "--priority", "9", "--delay", "0", *names)

    def test_a_sweep_without_a_job(self):
        self.installation.configure(schedule={"command": ["false"]})  # would be refused
        record = self.run_tool("ws-schedule", "--no-job", "--priority", "9", "--delay", "600", "acme")[0]
        self.assertEqual((record["state"], record["job"]), ("queued", None))
        self.queue_sweep("beta")
        self.assertEqual([r["workspace"] for r in self.drain()], ["beta"])

    def test_a_login_overtakes_the_sweep_it_is_queued_for(self):
        self.queue_sweep("acme", "beta", "gamma")
        record = self.run_tool("ws-schedule", "gamma")[0]
        self.assertEqual(record["state"], "already")
        self.assertIn("now further ahead", record["detail"])
        self.assertEqual([r["workspace"] for r in self.drain()], ["gamma", "acme", "beta"])

    def test_a_login_does_not_wait_for_the_night(self):
        late, = self.run_tool("ws-schedule", "--no-job", "--priority", "9", "--delay", "30000", "acme")
        soon, = self.run_tool("ws-schedule", "acme")
        self.assertEqual((soon["state"], soon["run"]), ("already", late["run"]))
        self.assertLess(soon["due"], late["due"])
        self.assertIsNotNone(soon["job"])
        self.assertEqual(self.drain()[0]["state"], "succeeded")

    def test_the_morning_puts_the_sweep_off_and_no_login(self):
        self.queue_sweep("acme", "beta")
        self.queue("gamma")
        self.server.sql("UPDATE upkeep.run SET due_at = due_at - INTERVAL 7 HOUR WHERE priority = 9")
        at, zone = self.soon(3)
        self.installation.set_script("sleep 4; upgrade; echo OK")  # the one that runs at that time
        records = self.assert_quiet(self.installation.run("ws-upgrade", "--drain", "--until", at, "--put-off", "--json",
                                                          env={"TZ": zone}), 75).json
        self.assertEqual([(r["workspace"], r["state"]) for r in records],
                         [("gamma", "succeeded"), ("acme", "skipped"), ("beta", "skipped")])
        self.assertIn("put off by a day", records[1]["detail"])
        self.assertEqual(self.drain(), [], "nothing of the sweep is due by day")
        hours = int(self.server.value("SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), due_at) FROM upkeep.run WHERE"
                                      " workspace = 'acme'")) / 60
        self.assertAlmostEqual(hours, 17, delta=0.5)

    def test_put_off_keeps_the_time_of_day_when_the_clocks_change(self):
        self.queue_sweep("acme")
        self.queue("gamma")
        self.server.sql("UPDATE upkeep.run SET due_at = due_at - INTERVAL 7 HOUR WHERE priority = 9")
        before = self.server.value("SELECT due_at FROM upkeep.run WHERE workspace = 'acme'")
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1, seconds=3)
        change = at + datetime.timedelta(hours=6)
        day, second = change.timetuple().tm_yday - 1, at.second
        summer = f"-0:59:{60 - second:02}" if second else "-1"  # an hour ahead of winter, until `change`
        zone = f"WIN0:00:{second:02}SUM{summer},{(day + 180) % 365}/12,{day}/{change.hour}"
        self.installation.set_script("sleep 4; upgrade; echo OK")
        self.assert_status(self.installation.run("ws-upgrade", "--drain", "--until", at.strftime("%H:%M"), "--put-off",
                                                 env={"TZ": zone}), 75)
        self.assertEqual(self.server.value(f"SELECT TIMESTAMPDIFF(MINUTE, '{before}', due_at) FROM upkeep.run WHERE"
                                           " workspace = 'acme'"), str(25 * 60))

    def test_usage(self):
        self.assert_error(self.installation.run("ws-upgrade", "--drain", "--put-off"), 64, "--until")
        self.assert_error(self.installation.run("ws-schedule", "--no-job", "--via", "at", "acme"), 64, "--no-job")


class PauseTest(SweepCase):
    def test_pause_and_resume(self):
        self.installation.configure(schedule={"command": ["sh", "-c", f"echo x >> {self.installation.directory}/jobs"]})
        self.queue("acme")
        result = self.assert_quiet(self.installation.run("ws-schedule", "--pause", "--reason", "backups run",
                                                         "--requested-by", "ann"))
        self.assertEqual(result.text, "")
        record, = self.drain(status=75)
        self.assertEqual(record["state"], "skipped")
        self.assertRegex(
            record["detail"], "^not started: the queue is paused since .*Z by ann: backups run; 'ws-schedule --resume'"
        )
        result = self.assert_status(self.installation.run("ws-schedule", "beta"), 0)
        self.assert_states(result, {"beta": "queued"})
        self.assertIn("warning: the queue is paused", result.stderr)
        self.assertIn("--resume", result.stderr)
        self.assertEqual(self.installation.states("acme", "beta"), {"acme": "queued", "beta": "queued"})
        again = self.assert_status(self.installation.run("ws-schedule", "--pause", "--reason", "other"), 0)
        self.assertIn("by ann: backups run already", again.stderr)
        jobs = self.installation.directory / "jobs"
        before = jobs.read_text()
        self.assert_quiet(self.installation.run("ws-schedule", "--resume"))
        self.assertEqual(jobs.read_text(), before + "x\n", "one job for all that is due")
        self.assertEqual([r["state"] for r in self.drain()], ["succeeded", "succeeded"])
        self.assertIn("note: the queue was not paused", self.installation.run("ws-schedule", "--resume").stderr)
        for text in ("paused by ann: backups run", "resumed by root"):
            self.assertIn(text, self.events())

    def test_an_empty_queue_is_no_failure_and_names_go_on(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--pause"))
        self.assertEqual(self.drain(), [])
        self.assertEqual(self.run_tool("ws-upgrade", "acme")[0]["state"], "succeeded")

    def test_a_drain_that_waits_for_its_turn_meets_the_pause(self):
        gate = self.installation.directory / "gate"
        self.installation.set_script(f"while [ ! -e {gate} ]; do sleep 0.05; done; upgrade; echo OK")
        self.queue("acme", "beta")
        drain = self.start("ws-upgrade", "--drain", "--json", env=self.installation.env)
        self.addCleanup(gate.touch)
        self.wait_running("acme")
        self.assert_quiet(self.installation.run("ws-schedule", "--pause"))
        gate.touch()
        records = self.assert_status(drain.wait(), 75).json
        self.assertEqual([(r["workspace"], r["state"]) for r in records], [("acme", "succeeded"), ("beta", "skipped")])
        self.assertEqual(self.runs(), [["acme", "succeeded"], ["beta", "queued"]])

    def wait_running(self, name):
        wait_for(lambda: [name, "running"] in self.runs(), f"{name} runs")

    def test_usage_and_dry_run(self):
        for words in (
            ["--pause", "--resume"],
            ["--pause", "acme"],
            ["--resume", "--reason", "x"],
            ["--pause", "--at", "22:00"],
            ["--list", "--pause"],
        ):
            with self.subTest(words):
                self.assert_error(self.installation.run("ws-schedule", *words), 64, "--")
        told = self.assert_status(self.installation.run("ws-schedule", "--pause", "-n"), 0)
        self.assertIn("the queue would be paused", told.stderr)
        self.assertEqual(self.server.sql("SELECT * FROM upkeep.pause"), [])


if __name__ == "__main__":
    unittest.main()
