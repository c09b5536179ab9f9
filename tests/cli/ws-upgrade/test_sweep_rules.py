# SPDX-License-Identifier: MIT
"""ws-schedule --sweep: rules that belong to the sweep and bind every drain, on any host."""

import datetime
import os
import unittest

from upkeep_test import TestCase, module_server, wait_for

NAMES = [f"w{number}" for number in range(1, 9)]
FAIL = "echo BAD; exit 3"


class RulesCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), *NAMES, "login")
        self.server = self.installation.server
        self.configure(self.installation)

    def configure(self, host):
        host.configure(schedule={"via": "command", "command": ["true"], "delay_s": 0})

    def run_tool(self, tool, *args, status=0):
        return self.assert_quiet(self.installation.run(tool, "--json", *args), status).json

    def sweep(self, *args, names=NAMES):
        return self.run_tool(
            "ws-schedule", "--sweep", "night", "--no-job", "--priority", "9", "--delay", "0", *args, *names
        )

    def drain(self, *args, status=0):
        return self.run_tool("ws-upgrade", "--drain", *args, status=status)

    def ran(self):
        """The workspaces whose command was started, in order."""
        return [
            row[0]
            for row in self.server.sql(
                "SELECT workspace FROM upkeep.run WHERE started_at IS NOT NULL ORDER BY" " started_at, id"
            )
        ]

    def counts(self):
        row, = self.server.sql("SELECT started, failures, canary_done, canary_failures, COALESCE(stopped_by, '')"
                               " FROM upkeep.sweep WHERE name = 'night'")
        return [*map(int, row[:4]), row[4]]

    def past_until(self):
        self.server.sql("UPDATE upkeep.sweep SET until_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE name = 'night'")

    def report(self):
        return self.run_tool("ws-progress", "--report", "--fields", "stops")[0]["stops"]


class StopTest(RulesCase):
    def test_a_canary_stop_binds_every_drain(self):
        self.installation.set_script(f'[ "$ws" = login ] || {{ {FAIL}; }}; upgrade; echo OK')
        self.sweep("--canary", "3", "--max-failures", "5")
        records = self.drain("--retry", status=1)
        self.assertEqual(
            [r["state"] for r in records], ["failed"] * 3 + ["skipped"] * 8, "the tries of three are held, too"
        )
        for part in ("sweep night is stopped", "first 3", "--canary", "--resume-sweep night"):
            self.assertIn(part, records[-1]["detail"])
        self.assertEqual(self.counts(), [3, 3, 0, 3, "canary"])
        self.server.sql("UPDATE upkeep.run SET due_at = UTC_TIMESTAMP(3) WHERE active = 1")
        self.assertEqual(self.drain(), [], "another drain passes it over, and that is no failure")
        self.assertEqual(self.drain("--retry"), [])
        self.assertEqual({r["detail"] for r in self.drain("-n")}, {"would not be started: sweep night is stopped"})
        self.run_tool("ws-schedule", "login")
        self.assertEqual([r["workspace"] for r in self.drain()], ["login"])
        self.assertEqual(len(self.ran()), 4)
        stop, = self.report()
        self.assertEqual((stop["sweep"], stop["rule"], stop["left"]), ("night", "canary", 8))

    def test_what_a_stopped_sweep_holds_has_no_eta(self):
        self.sweep("--canary", "1", names=["w1", "w2", "w3"])
        self.drain()
        self.sweep(names=NAMES[3:])
        self.server.sql(
            "UPDATE upkeep.sweep SET stopped_at = UTC_TIMESTAMP(3), stopped_by = 'canary', stop_detail = 'x'"
        )
        record, = self.run_tool("ws-progress", "w4", status=1)
        self.assertEqual((record["state"], record["eta_s"], record["position"]), ("queued", None, None))
        self.assertIn("its sweep night is stopped", record["detail"])

    def test_max_failures(self):
        self.installation.set_script(f'[ "$ws" = w1 ] || {{ {FAIL}; }}; upgrade; echo OK')
        self.sweep("--max-failures", "2")
        records = self.drain(status=1)
        self.assertEqual([r["state"] for r in records], ["succeeded", "failed", "failed"] + ["skipped"] * 5)
        self.assertEqual(self.counts(), [3, 2, 0, 0, "max-failures"])
        self.assertIn("2 failed (--max-failures 2)", records[-1]["detail"])

    def test_canaries_that_succeed_let_the_rest_go(self):
        self.sweep("--canary", "2", "--max-failures", "1")
        self.assertEqual([r["state"] for r in self.drain()], ["succeeded"] * 8)
        self.assertEqual(self.counts(), [8, 0, 2, 0, ""])
        self.assertEqual(self.report(), [])

    def test_one_that_was_upgraded_is_no_canary(self):
        self.installation.set_script(FAIL)
        self.sweep("--canary", "2")
        self.installation.upgrade_by_hand("w1")
        states = [r["state"] for r in self.drain(status=1)]
        self.assertEqual(states, ["skipped", "failed", "failed"] + ["skipped"] * 5)
        self.assertEqual(self.counts(), [2, 2, 0, 2, "canary"])

    def test_until(self):
        record = self.sweep("--until", "06:00")[0]
        until, due = (datetime.datetime.fromisoformat(text) for text in (
            self.server.value("SELECT until_at FROM upkeep.sweep"), record["due"].replace("Z", "")))
        self.assertEqual((until.hour, until.minute), (6, 0))
        self.assertTrue(datetime.timedelta(0) < until - due <= datetime.timedelta(days=1))
        self.past_until()
        self.assertEqual(self.report()[0]["rule"], "until", "before any drain has noticed")
        self.assertEqual(self.drain(), [])
        self.assertEqual((self.ran(), self.counts()[4]), ([], "until"))
        stop, = self.report()
        self.assertEqual((stop["rule"], stop["left"]), ("until", 8))

    def test_until_comes_while_a_drain_is_at_work(self):
        gate = self.installation.directory / "gate"
        self.addCleanup(gate.touch)
        self.installation.set_script(f"while [ ! -e {gate} ]; do sleep 0.05; done; upgrade; echo OK")
        self.sweep("--until", "06:00", names=NAMES[:3])
        drain = self.start("ws-upgrade", "--drain", "--json", env=self.installation.env)
        wait_for(lambda: len(self.ran()) == 1, "the first runs")
        self.past_until()
        gate.touch()
        records = self.assert_status(drain.wait(), 75).json
        self.assertEqual([r["state"] for r in records], ["succeeded", "skipped", "skipped"])

    def test_a_single_drains_rules_bind_it_alone(self):
        self.installation.set_script(FAIL)
        self.run_tool("ws-schedule", "--no-job", *NAMES)
        self.drain("--canary", "2", status=1)
        stop, = self.report()
        self.assertEqual((stop["sweep"], stop["rule"], stop["left"]), (None, "canary", 6))
        self.assertEqual(len(self.drain("--max-failures", "1", status=1)), 6)
        self.assertEqual(len(self.drain(status=1)), 5, "not held afterwards")
        self.assertEqual([s["rule"] for s in self.report()], ["canary", "max-failures"])

    def test_a_pause_is_reported_once(self):
        self.run_tool("ws-schedule", "--no-job", *NAMES)
        self.assert_quiet(self.installation.run("ws-schedule", "--pause"))
        for _ in range(2):
            self.drain(status=75)
        self.assertEqual([(s["rule"], s["left"]) for s in self.report()], [("pause", 8)])


class NextNightTest(RulesCase):
    def stop(self):
        self.installation.set_script(FAIL)
        self.sweep("--canary", "1")
        self.drain(status=1)
        self.installation.set_script("upgrade; echo OK")

    def test_resume(self):
        self.stop()
        note = self.installation.run("ws-schedule", "--resume-sweep", "night", "-n")
        self.assertIn("note: sweep night would be resumed", self.assert_status(note, 0).stderr)
        self.assertEqual(self.drain(), [])
        self.assert_quiet(self.installation.run("ws-schedule", "--resume-sweep", "night"))
        self.assertEqual([r["state"] for r in self.drain()], ["succeeded"] * 7)
        self.assertEqual(self.counts(), [7, 0, 1, 0, ""])
        again = self.assert_status(self.installation.run("ws-schedule", "--resume-sweep", "night"), 0)
        self.assertIn("was not stopped", again.stderr)
        self.assert_error(self.installation.run("ws-schedule", "--resume-sweep", "nine"), 2, "nine")

    def test_resume_keeps_the_rules(self):
        self.stop()
        self.installation.set_script(FAIL)
        self.assert_quiet(self.installation.run("ws-schedule", "--resume-sweep", "night"))
        self.assertEqual([r["state"] for r in self.drain(status=1)], ["failed"] + ["skipped"] * 6)

    def test_what_runs_when_a_sweep_is_resumed_is_no_canary_of_the_new_count(self):
        self.installation.configure(upgrade={"slots": 2})
        gate, failing = self.installation.directory / "gate", self.installation.directory / "failing"
        for path in (gate, failing):
            self.addCleanup(path.touch)
        self.installation.set_script(
            f'[ "$ws" = w1 ] && {{ while [ ! -e {failing} ]; do sleep 0.05; done; {FAIL}; }};'
            f' [ "$ws" = w2 ] && while [ ! -e {gate} ]; do sleep 0.05; done; upgrade; echo OK')
        self.sweep("--canary", "2", "--max-failures", "1", names=NAMES[:4])
        drains = [self.start("ws-upgrade", "--drain", env=self.installation.env) for _ in range(2)]
        wait_for(lambda: len(self.ran()) == 2, "both canaries run")
        failing.touch()
        wait_for(lambda: self.counts()[4] == "max-failures", "the sweep is stopped")
        self.assert_quiet(self.installation.run("ws-schedule", "--resume-sweep", "night"))
        gate.touch()
        for drain in drains:
            drain.wait()
        self.drain()
        self.assertEqual(self.counts(), [2, 0, 2, 0, ""])

    def test_resume_after_until_goes_on_until_the_next_one(self):
        self.sweep("--until", "06:00")
        self.past_until()
        self.drain()
        self.assert_quiet(self.installation.run("ws-schedule", "--resume-sweep", "night"))
        self.assertEqual(self.server.value("SELECT until_at > UTC_TIMESTAMP(3) FROM upkeep.sweep"), "1")
        self.assertEqual(len(self.drain()), 8)

    def test_the_next_sweep_adopts_what_is_left_and_replaces_the_rules(self):
        self.stop()
        late = "2999-01-01T00:00Z"
        records = self.run_tool("ws-schedule", "--sweep", "night", "--max-failures", "9", "--no-job", "--at", late,
                                "--priority", "8", "--reason", "second", "--requested-by", "ann", "w2", "w3")
        self.assertEqual([r["workspace"] for r in records], NAMES[1:], "those that are not named, too")
        self.assertEqual({(r["state"], r["due"]) for r in records}, {("queued", "2999-01-01T00:00:00Z")})
        self.assertEqual(
            self.server.sql("SELECT DISTINCT priority, requested_by, reason FROM upkeep.run WHERE active = 1"),
            [["8", "ann", "second"]],
        )
        self.assertEqual(self.server.sql("SELECT canary, max_failures, started FROM upkeep.sweep"), [["0", "9", "0"]])
        self.assertEqual(self.drain(), [], "it is not due")
        records = self.assert_quiet(self.installation.run("ws-schedule", "--sweep", "night", "--no-job", "--delay", "0",
                                                          "--json", stdin="")).json
        self.assertEqual(len(records), 7, "without a name, too")
        self.assertEqual([r["state"] for r in self.drain()], ["succeeded"] * 7)

    def test_what_is_set_aside_waits_on_unless_forced(self):
        self.installation.configure(schedule={"retry_after_s": 1000})
        self.installation.set_script(FAIL)
        self.sweep(names=["w1"])
        self.drain("--retry", status=1)
        self.assertEqual(self.server.value("SELECT sweep FROM upkeep.run WHERE active = 1"), "night")
        self.sweep(names=["w2"])
        self.assertEqual([r["workspace"] for r in self.drain(status=1)], ["w2"])
        self.sweep("--force", names=["w1"])
        self.assertEqual([r["workspace"] for r in self.drain(status=1)], ["w1"])

    def test_other_sweeps_and_logins_are_already_queued(self):
        self.run_tool("ws-schedule", "--no-job", "w1")
        self.run_tool("ws-schedule", "--no-job", "--sweep", "other", "w2")
        self.assertEqual([r["state"] for r in self.sweep(names=NAMES[:3])], ["already", "already", "queued"])

    def test_a_refused_job_leaves_what_was_left(self):
        self.stop()
        self.installation.configure(schedule={"command": ["false"]})
        result = self.installation.run("ws-schedule", "--sweep", "night", "--delay", "0", "--json", "w1")
        self.assertNotEqual(result.status, 0)
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM upkeep.run WHERE active = 1"), "7")

    def test_dry_run(self):
        self.stop()
        records = self.run_tool("ws-schedule", "--sweep", "night", "-n", "w2", "login")
        self.assertEqual({r["state"] for r in records}, {"queued"})
        self.assertEqual(self.drain(), [], "it is stopped as before")

    def test_usage(self):
        for words in (
            ["--canary", "3", "w1"],
            ["--until", "06:00", "w1"],
            ["--max-failures", "1", "w1"],
            ["--sweep", "", "w1"],
            ["--sweep", "a\nb", "w1"],
            ["--sweep", " ", "w1"],
            ["--sweep", os.fsdecode(b"n\xff"), "w1"],
            ["--sweep", "x" * 65, "w1"],
            ["--sweep", "night", "--until", "6", "w1"],
            ["--sweep", "night", "--canary", "0", "w1"],
            ["--resume-sweep", ""],
            ["--resume-sweep", "night", "w1"],
            ["--resume-sweep", "night", "--sweep", "night"],
            ["--list", "--sweep", "night"],
        ):
            with self.subTest(words):
                self.assert_error(self.installation.run("ws-schedule", *words), 64)
        self.assertEqual(self.server.sql("SELECT * FROM upkeep.sweep"), [])


class LoginTest(RulesCase):
    def test_a_login_leaves_the_sweep_and_its_failure_does_not_count(self):
        self.installation.set_script(f'[ "$ws" != w5 ] || {{ {FAIL}; }}; upgrade; echo OK')
        self.sweep("--canary", "1", "--max-failures", "1")
        record, = self.run_tool("ws-schedule", "--no-job", "w5")
        self.assertIn("no longer part of sweep night", record["detail"])
        states = {r["workspace"]: r["state"] for r in self.drain(status=1)}
        self.assertEqual([name for name, state in states.items() if state != "succeeded"], ["w5"])
        self.assertEqual(self.counts(), [7, 0, 1, 0, ""])

    def test_a_login_of_one_that_a_stopped_sweep_holds(self):
        self.installation.set_script(f'[ "$ws" != w1 ] || {{ {FAIL}; }}; upgrade; echo OK')
        for priority in ("9", "5"):
            with self.subTest(priority):
                self.run_tool(
                    "ws-schedule",
                    "--sweep",
                    "night",
                    "--no-job",
                    "--delay",
                    "0",
                    "--canary",
                    "1",
                    "--priority",
                    priority,
                    "--force",
                    "w1",
                    "w2" if priority == "9" else "w3",
                )
                self.drain(status=1)
                name = "w2" if priority == "9" else "w3"
                record, = self.run_tool("ws-schedule", name)
                self.assertEqual(record["state"], "already")
                self.assertIsNotNone(record["job"])
                self.assertEqual([r["workspace"] for r in self.drain()], [name])

    def test_by_name_it_is_upgraded_and_does_not_count(self):
        self.installation.set_script(FAIL)
        self.sweep("--canary", "2")
        self.run_tool("ws-upgrade", "w1", status=1)
        self.assertEqual(self.counts(), [0, 0, 0, 0, ""])


class HostsTest(RulesCase):
    """Two slots, a drain on each of two hosts."""

    def setUp(self):
        super().setUp()
        self.installation.configure(upgrade={"slots": 2})
        self.gate = self.installation.directory / "gate"
        self.addCleanup(self.gate.touch)
        self.other = self.installation.another_host()

    def start_both(self, script, *rules):
        self.installation.set_script(script)
        self.other.configure(upgrade={"slots": 2, "command": self.installation.command(script)})
        self.sweep(*rules)
        return [self.start("ws-upgrade", "--drain", "--json", env=host.env) for host in (self.installation, self.other)]

    def test_nothing_starts_beside_the_canary(self):
        drains = self.start_both(f"while [ ! -e {self.gate} ]; do sleep 0.05; done; {FAIL}", "--canary", "1")
        wait_for(lambda: len(self.ran()) == 1, "the canary runs")
        wait_for(lambda: all(drain.running for drain in drains), "the other drain waits for it")
        self.gate.touch()
        statuses = [drain.wait().status for drain in drains]
        self.assertEqual(len(self.ran()), 1)
        self.assertIn(1, statuses)
        self.assertEqual(self.counts(), [1, 1, 0, 1, "canary"])

    def test_both_go_on_after_the_canary(self):
        other = self.installation.directory / "second"
        script = (f'[ "$ws" = w1 ] && while [ ! -e {self.gate} ]; do sleep 0.05; done;'
                  f' [ "$ws" != w2 ] || for n in $(seq 600); do [ ! -e {other} ] || break; sleep 0.05; done;'
                  f' [ "$ws" != w3 ] || touch {other}; upgrade; echo OK')
        drains = self.start_both(script, "--canary", "1")
        wait_for(lambda: len(self.ran()) == 1, "the canary runs")
        self.gate.touch()
        for drain in drains:
            self.assert_quiet(drain.wait(60))
        self.assertEqual(sorted(self.ran()), NAMES)
        self.assertTrue(other.exists(), "w3 ran beside w2")

    def test_failures_count_over_hosts(self):
        drains = self.start_both(FAIL, "--max-failures", "3")
        for drain in drains:
            drain.wait(60)
        self.assertIn(len(self.ran()), (3, 4), "one may run while the third fails")
        self.assertEqual(self.counts()[4], "max-failures")


class LongQueueTest(RulesCase):
    def test_a_stopped_sweep_of_many_is_not_read(self):
        many = 30000
        self.installation.configure(schedule={"max_queue": 2 * many})
        self.sweep(names=["w1"])
        self.server.sql(
            "INSERT INTO upkeep.run (workspace, target, state, active, origin, priority, sweep, queued_at, due_at)"
            f" SELECT CONCAT('f', seq), '2.0', 'queued', 1, 'queue', 9, 'night', UTC_TIMESTAMP(), UTC_TIMESTAMP()"
            f" FROM upkeep.seq_1_to_{many};"
            "UPDATE upkeep.sweep SET stopped_at = UTC_TIMESTAMP(3), stopped_by = 'canary', stop_detail = 'x';"
            "ANALYZE TABLE upkeep.run"
        )
        self.run_tool("ws-schedule", "--no-job", "login")
        before = self.rows_read()
        self.assertEqual([r["workspace"] for r in self.drain()], ["login"])
        self.assertLess(self.rows_read() - before, many / 2)

    def rows_read(self):
        return sum(int(value) for _, value in self.server.sql("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))


class OwnRulesAndLoginTest(RulesCase):
    def test_a_login_does_not_wait_behind_a_drain_that_ends_by_a_rule(self):
        gate = self.installation.directory / "gate"
        self.addCleanup(gate.touch)
        self.installation.set_script(f'[ "$ws" = login ] || {{ while [ ! -e {gate} ]; do sleep 0.05; done; {FAIL}; }};'
                                     " upgrade; echo OK")
        self.run_tool("ws-schedule", "--no-job", "--priority", "9", "w1", "w2")
        ruled = self.start("ws-upgrade", "--drain", "--max-failures", "1", "--json", env=self.installation.env)
        wait_for(lambda: self.ran() == ["w1"], "a drain with rules is at work")
        self.run_tool("ws-schedule", "--no-job", "login")
        job = self.start("ws-upgrade", "--drain", "--json", env=self.installation.env)
        second = self.run_tool("ws-upgrade", "--drain", "--wait", "1")
        self.assertEqual(second, [], "one with rules leaves at once")
        gate.touch()
        self.assertEqual([r["state"] for r in self.assert_status(ruled.wait(), 1).json][0], "failed")
        records = job.wait().json
        self.assertEqual((records[0]["workspace"], records[0]["state"]), ("login", "succeeded"))


if __name__ == "__main__":
    unittest.main()
