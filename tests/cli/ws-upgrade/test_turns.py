# SPDX-License-Identifier: MIT
"""ws-upgrade: waiting for a turn, the queue, and the rules that stop a batch (canary, failures, hours)."""

import datetime
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for


class TurnCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta", "gamma", "delta")
        self.installation.configure(
            schedule={"via": "command", "command": ["true"], "retry_after_s": 0, "attempts": 99}
        )
        self.order = self.installation.directory / "order"
        self.gate = self.installation.directory / "gate"
        self.set_script()

    def set_script(self, script="upgrade; echo OK", **upgrade):
        self.installation.set_script(f'echo "$ws" >> {self.order}; {script}', **upgrade)

    def set_gated(self, **upgrade):
        self.set_script(f"while [ ! -e {self.gate} ]; do sleep 0.03; done; upgrade; echo OK", **upgrade)

    def started(self):
        return self.order.read_text().split() if self.order.exists() else []

    def runs(self):
        rows = self.installation.server.sql("SELECT workspace, state FROM upkeep.run ORDER BY id")
        return [tuple(row) for row in rows]

    def upgrade(self, *args, status=0, **options):
        """(workspace, state) of its records, and the details."""
        records = self.assert_quiet(self.installation.run("ws-upgrade", "--json", *args, **options), status).json
        return [(r["workspace"], r["state"]) for r in records], [r["detail"] or "" for r in records]

    def queue(self, *args):
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", *args), 0)

    def begin(self, *args, **options):
        """One in the background, whose command has started."""
        before = len(self.started())
        run = self.start("ws-upgrade", "--json", *args, env={**self.installation.env, **options})
        wait_for(lambda: len(self.started()) > before, "its command has started")
        return run

    @staticmethod
    def soon(seconds):
        """(HH:MM, TZ) so that this local time comes in so many seconds."""
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        return at.strftime("%H:%M"), f"XXX0:00:{at.second:02}" if at.second else "UTC"


class WaitTest(TurnCase):
    def test_busy_is_75_at_once(self):
        self.set_gated()
        self.begin("acme")
        began = time.monotonic()
        states, details = self.upgrade("--wait", "0", "beta", status=75)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(states, [("beta", "skipped")])
        self.assertIn("not started", details[0])
        self.assertEqual(self.runs(), [("acme", "running"), ("beta", "cancelled")])
        self.assertEqual(self.upgrade("--wait", "0", "acme", status=75)[0], [("acme", "skipped")])

    def test_waits_so_long_and_no_longer(self):
        self.set_gated()
        self.begin("acme")
        began = time.monotonic()
        self.upgrade("--wait", "1", "beta", status=75)
        self.assertGreaterEqual(time.monotonic() - began, 0.9)
        self.assertEqual(self.started(), ["acme"])

    def test_waits_for_its_turn(self):
        self.set_gated()
        first = self.begin("acme")
        second = self.start("ws-upgrade", "--json", "beta", env=self.installation.env)
        wait_for(lambda: ("beta", "queued") in self.runs(), "beta waits")
        self.assert_states(self.installation.run("ws-check", "beta"), {"beta": "queued"})
        self.gate.touch()
        for run in (first, second):
            self.assert_status(run.wait(), 0)
        self.assertEqual(self.started(), ["acme", "beta"])

    def test_the_same_workspace_twice_runs_once(self):
        self.set_gated()
        first = self.begin("acme")
        second = self.start("ws-upgrade", "--json", "acme", env=self.installation.env)
        self.gate.touch()
        self.assertEqual(self.assert_status(first.wait(), 0).json[0]["state"], "succeeded")
        record = self.assert_status(second.wait(), 0).json[0]
        self.assertEqual((record["state"], record["detail"]), ("skipped", "already upgraded"))
        self.assertEqual(self.started(), ["acme"])

    def test_slots(self):
        self.set_gated(slots=2)
        runs = [self.begin(name) for name in ("acme", "beta")]
        self.upgrade("--wait", "0", "gamma", status=75)
        self.gate.touch()
        for run in runs:
            self.assert_status(run.wait(), 0)

    def test_a_queued_run_is_taken_by_its_name(self):
        self.queue("acme")
        self.assertEqual(self.upgrade("acme")[0], [("acme", "succeeded")])
        self.assertEqual(self.runs(), [("acme", "succeeded")])

    def test_a_queued_run_stays_queued_when_there_is_no_turn(self):
        self.queue("beta")
        self.set_gated()
        self.begin("acme")
        self.upgrade("--wait", "0", "beta", status=75)
        self.assertEqual(self.runs()[0], ("beta", "queued"))


class DrainTest(TurnCase):
    def test_by_priority_then_age(self):
        self.queue("acme", "beta")
        self.queue("--priority", "1", "delta")
        self.queue("--priority", "9", "gamma")
        states, _ = self.upgrade("--drain")
        self.assertEqual(states, [(name, "succeeded") for name in ("delta", "acme", "beta", "gamma")])
        self.assertEqual(self.started(), ["delta", "acme", "beta", "gamma"])
        self.assertEqual(self.upgrade("--drain")[0], [])

    def test_what_is_not_due_stays(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "3600", "acme"))
        self.queue("beta")
        self.assertEqual(self.upgrade("--drain")[0], [("beta", "succeeded")])
        self.assertEqual(self.runs(), [("acme", "queued"), ("beta", "succeeded")])

    def test_what_comes_while_it_drains_is_taken(self):
        self.set_gated()
        self.queue("acme")
        drain = self.begin("--drain")
        self.queue("beta", "gamma")
        self.gate.touch()
        records = self.assert_status(drain.wait(), 0).json
        self.assertEqual([r["workspace"] for r in records], ["acme", "beta", "gamma"])

    def test_enough_others_drain_already(self):
        self.set_gated()
        self.queue("acme", "beta")
        self.begin("--drain")
        self.assertEqual(self.upgrade("--drain"), ([], []))

    def test_exit_status(self):
        self.queue("acme", "beta", "gamma", "delta")
        self.installation.upgrade_by_hand("acme")
        self.installation.server.sql("DROP DATABASE wf_delta")
        self.set_script('[ "$ws" != gamma ] || echo BAD; upgrade; echo OK')
        states, _ = self.upgrade("--drain", status=2)
        self.assertEqual(
            states, [("acme", "skipped"), ("beta", "succeeded"), ("gamma", "failed"), ("delta", "unknown")]
        )
        self.assertEqual(self.started(), ["beta", "gamma"])
        self.queue("gamma")
        self.upgrade("--drain", status=1)

    def test_a_time_limit(self):
        self.queue("acme", "beta")
        self.set_script('[ "$ws" != acme ] || exec sleep 60; upgrade; echo OK')
        self.assertEqual(self.upgrade("--drain", "--timeout", "1", status=124)[0],
                         [("acme", "failed"), ("beta", "succeeded")])

    def test_wait(self):
        self.queue("beta")
        self.set_gated()
        self.begin("acme")
        self.upgrade("--drain", "--wait", "0", status=75)
        self.assertEqual(self.runs(), [("beta", "queued"), ("acme", "running")])

    def test_nothing_to_do_needs_no_target(self):
        self.installation.configure(upgrade={"target": None})
        self.assertEqual(self.upgrade("--drain"), ([], []))


class RuleTest(TurnCase):
    def test_canary(self):
        self.set_script('[ "$ws" != beta ] || exit 1; upgrade; echo OK')
        states, details = self.upgrade("--canary", "2", "acme", "beta", "gamma", "delta", status=1)
        self.assertEqual(
            states, [("acme", "succeeded"), ("beta", "failed"), ("gamma", "skipped"), ("delta", "skipped")]
        )
        self.assertIn("--canary", details[2])
        self.assertEqual(self.started(), ["acme", "beta"])
        self.assertEqual([run[0] for run in self.runs()], ["acme", "beta"])

    def test_canary_that_sings(self):
        self.set_script('[ "$ws" != gamma ] || exit 1; upgrade; echo OK')
        states, _ = self.upgrade("--canary", "2", "acme", "beta", "gamma", "delta", status=1)
        self.assertEqual([state for _, state in states], ["succeeded", "succeeded", "failed", "succeeded"])

    def test_a_skipped_one_is_no_canary(self):
        self.installation.upgrade_by_hand("acme")
        self.set_script('[ "$ws" != beta ] || exit 1; upgrade; echo OK')
        states, _ = self.upgrade("--canary", "1", "acme", "beta", "gamma", status=1)
        self.assertEqual([state for _, state in states], ["skipped", "failed", "skipped"])

    def test_max_failures(self):
        self.set_script('[ "$ws" = beta ] || exit 1; upgrade; echo OK')
        states, details = self.upgrade("--max-failures", "2", "acme", "beta", "gamma", "delta", status=1)
        self.assertEqual([state for _, state in states], ["failed", "succeeded", "failed", "skipped"])
        self.assertIn("--max-failures", details[3])
        self.assertEqual(self.started(), ["acme", "beta", "gamma"])

    def test_what_is_not_started_stays_queued(self):
        self.queue("acme", "beta", "gamma")
        self.set_script("exit 1")
        for option in ("--max-failures", "--canary"):
            with self.subTest(option):
                states, _ = self.upgrade("--drain", option, "1", status=1)
                self.assertEqual(states[0][1], "failed")
                self.assertEqual({state for _, state in states[1:]}, {"skipped"})
        self.assertEqual([run for run in self.runs() if run[1] == "queued"], [("gamma", "queued")])
        # Named ones too.
        self.upgrade("--max-failures", "1", "acme", "gamma", status=1)
        self.assertIn(("gamma", "queued"), self.runs())

    def test_until(self):
        at, zone = self.soon(3)
        self.set_script("upgrade; sleep 4; echo OK")
        states, details = self.upgrade("--until", at, "acme", "beta", status=75, env={"TZ": zone})
        self.assertEqual(states, [("acme", "succeeded"), ("beta", "skipped")])
        self.assertIn("past", details[1])
        self.assertEqual(self.started(), ["acme"])

    def test_until_of_a_queue(self):
        self.queue("acme", "beta")
        at, zone = self.soon(3)
        self.set_script("upgrade; sleep 4; echo OK")
        states, _ = self.upgrade("--drain", "--until", at, status=75, env={"TZ": zone})
        self.assertEqual(states, [("acme", "succeeded"), ("beta", "skipped")])
        self.assertEqual(self.runs(), [("acme", "succeeded"), ("beta", "queued")])

    def test_until_ends_the_wait_for_a_turn(self):
        self.set_gated()
        self.queue("gamma")
        self.begin("acme")
        at, zone = self.soon(3)
        waiting = [self.start("ws-upgrade", "--json", *words, "--until", at, env={**self.installation.env, "TZ": zone})
                   for words in (["beta"], ["--drain"], ["acme"])]
        for run, name in zip(waiting, ("beta", "gamma", "acme")):
            record = self.assert_status(run.wait(20), 75).json[0]
            self.assertEqual((record["workspace"], record["state"]), (name, "skipped"))
            self.assertIn("past" if name != "acme" else "", record["detail"])
        self.assertEqual(self.started(), ["acme"])
        self.assertIn(("gamma", "queued"), self.runs())

    def test_until_is_the_next_occurrence(self):
        at, zone = self.soon(-5)  # five seconds ago: tomorrow
        self.assertEqual(self.upgrade("--until", at, "acme", env={"TZ": zone})[0], [("acme", "succeeded")])


if __name__ == "__main__":
    unittest.main()
