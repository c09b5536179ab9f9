# SPDX-License-Identifier: MIT
"""ws-schedule: one run a workspace, who is refused and why, the order of the queue, and taking back."""

import datetime
import re
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def time_of(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class QueueTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.server = self.installation.server
        self.calls = self.installation.directory / "calls"
        self.installation.configure(schedule={
            "via": "command", "command": ["/bin/sh", "-c", f'echo "$1" >> {self.calls}; echo job-$1', "sh", "{run}"]})

    def schedule(self, *args, status=0, **options):
        """Its records as JSON objects; nothing on stderr."""
        return self.assert_quiet(self.installation.run("ws-schedule", "--json", *args, **options), status).json

    def fail(self, name="acme", times=1):
        self.installation.set_script("echo BAD luck")
        for _ in range(times):
            self.assert_status(self.installation.run("ws-upgrade", name), 1)

    def runs(self, where="1=1"):
        return self.server.sql(f"SELECT workspace, state, priority FROM upkeep.run WHERE {where} ORDER BY id")

    def test_queued(self):
        before = now()
        records = self.schedule("acme", "beta")
        self.assertEqual([list(record) for record in records],
                         [["workspace", "state", "run", "job", "due", "detail"]] * 2)
        for record, name in zip(records, ("acme", "beta")):
            self.assertEqual((record["workspace"], record["state"], record["detail"]), (name, "queued", None))
            self.assertEqual(record["job"], f"job-{record['run']}")  # each its own
            self.assertRegex(record["due"], ISO)
            self.assertAlmostEqual((time_of(record["due"]) - before).total_seconds(), 60, delta=30)
        self.assertNotEqual(records[0]["run"], records[1]["run"])
        self.assertEqual(self.runs(), [["acme", "queued", "5"], ["beta", "queued", "5"]])
        listed = self.installation.run("ws-schedule", "--list", "--json").json
        self.assertEqual([(row["workspace"], row["run"], row["job"], row["due"]) for row in listed],
                         [(row["workspace"], row["run"], row["job"], row["due"]) for row in records])

    def test_already_names_the_same_run(self):
        first = self.schedule("acme")[0]
        for words in ([], ["--force"], ["--delay", "0"]):
            again = self.schedule(*words, "acme")[0]
            self.assertEqual((again["state"], again["run"], again["job"]), ("already", first["run"], first["job"]))
            self.assertIn("queued", again["detail"])
        self.assertEqual(len(self.runs()), 1)
        self.assertEqual(self.calls.read_text().split(), [str(first["run"])])

    def test_already_while_it_runs(self):
        self.installation.set_script("sleep 60")
        self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(lambda: self.runs("state = 'running'"), "it runs")
        record = self.schedule("acme")[0]
        self.assertEqual(record["state"], "already")
        self.assertIn("running", record["detail"])
        cancelled = self.schedule("--cancel", "acme", status=1)[0]
        self.assertIn("running", cancelled["detail"])
        self.assertEqual(self.installation.run("ws-schedule", "--list").rows[0][:2], ["acme", "running"])

    def test_upgraded_and_unknown(self):
        self.installation.upgrade_by_hand("beta")
        records = self.schedule("beta", "nope", "acme", status=2)
        self.assertEqual([(r["workspace"], r["state"]) for r in records],
                         [("beta", "upgraded"), ("nope", "unknown"), ("acme", "queued")])
        self.assertEqual(records[1]["detail"], "no such workspace")
        self.assertIsNone(records[0]["run"])
        self.assertEqual(self.schedule("beta")[0]["state"], "upgraded")
        self.assertEqual(self.schedule("--force", "beta")[0]["state"], "queued")

    def test_two_at_one_instant_queue_one_run(self):
        callers = [self.start("ws-schedule", "--json", "acme", "beta", env=self.installation.env) for _ in range(50)]
        records = [record for caller in callers for record in self.assert_status(caller.wait(120), 0).json]
        self.assertEqual(len(records), 100)
        for name in ("acme", "beta"):
            mine = [record for record in records if record["workspace"] == name]
            self.assertEqual(len({record["run"] for record in mine}), 1)
            self.assertEqual(sorted(record["state"] for record in mine), ["already"] * 49 + ["queued"])
        self.assertEqual(self.runs(), [["acme", "queued", "5"], ["beta", "queued", "5"]])

    def test_refused_after_a_failure(self):
        self.fail()
        record = self.schedule("acme", "beta", status=1)[0]
        self.assertEqual((record["state"], record["run"]), ("refused", None))
        at = re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["detail"])
        self.assertIsNotNone(at, record)
        self.assertAlmostEqual((time_of(at.group()) - now()).total_seconds(), 900, delta=60)
        self.assertEqual(self.runs("active = 1"), [["beta", "queued", "5"]])
        self.assertEqual(self.schedule("--force", "acme")[0]["state"], "queued")

    def test_retried_when_retry_after_s_is_over(self):
        self.installation.configure(schedule={"retry_after_s": 1})
        self.fail()
        ended = time.monotonic()
        wait_for(lambda: time.monotonic() - ended > 1.2, "a second is over")
        self.assertEqual(self.schedule("acme")[0]["state"], "queued")

    def test_refused_when_the_attempts_are_used_up(self):
        self.installation.configure(schedule={"retry_after_s": 0, "attempts": 2})
        self.fail()
        self.assertEqual(self.schedule("-n", "acme")[0]["state"], "queued")
        self.fail()
        record = self.schedule("acme", status=1)[0]
        self.assertEqual(record["state"], "refused")
        for words in ("2 runs failed", "BAD luck", "--force"):
            self.assertIn(words, record["detail"])
        self.assertEqual(self.schedule("--force", "acme")[0]["state"], "queued")

    def test_a_success_resets_the_attempts(self):
        self.installation.configure(schedule={"retry_after_s": 0, "attempts": 1})
        self.fail()
        self.schedule("acme", status=1)
        self.installation.set_script("upgrade; echo OK")
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 0)
        self.installation.degrade("acme")
        self.assertEqual(self.schedule("acme")[0]["state"], "queued")

    def test_queue_full(self):
        self.installation.configure(schedule={"max_queue": 1})
        records = self.schedule("acme", "beta", status=75)
        self.assertEqual([record["state"] for record in records], ["queued", "refused"])
        self.assertIn("full", records[1]["detail"])
        # Who is in it is told so even then.
        self.assertEqual(self.schedule("acme")[0]["state"], "already")
        self.assertEqual(len(self.runs()), 1)

    def test_times(self):
        def due(*args):
            record = self.schedule("-n", *args, "acme")[0]
            return time_of(record["due"])
        self.assertAlmostEqual((due("--delay", "0") - now()).total_seconds(), 0, delta=20)
        self.assertAlmostEqual((due("--delay", "3600") - now()).total_seconds(), 3600, delta=20)
        self.installation.configure(schedule={"delay_s": 600})
        self.assertAlmostEqual((due() - now()).total_seconds(), 600, delta=20)
        later = (now() + datetime.timedelta(hours=3)).replace(second=0, microsecond=0)
        self.assertEqual(due("--at", later.strftime("%Y-%m-%dT%H:%M:%SZ")), later)
        self.assertEqual(due("--at", later.strftime("%H:%M")), later)
        past = now() - datetime.timedelta(minutes=10)
        self.assertAlmostEqual((due("--at", past.strftime("%H:%M")) - now()).total_seconds(), 86400 - 600, delta=90)
        local = self.installation.run("ws-schedule", "-n", "--json", "--at", later.strftime("%H:%M"), "acme",
                                      env={"TZ": "XXX-2"}).json[0]
        self.assertEqual(
            time_of(local["due"]).strftime("%H:%M"), (later - datetime.timedelta(hours=2)).strftime("%H:%M")
        )

    def test_wrong_options(self):
        run = self.installation.run
        for words in (
            ["--at", "25:00"],
            ["--at", "soon"],
            ["--at", "2026-02-30T00:00Z"],
            ["--at", "12:00", "--delay", "5"],
            ["--delay", "-1"],
            ["--delay", "x"],
            ["--limit", "0"],
            ["--priority", "x"],
            ["--via", "cron"],
            ["--list", "--cancel"],
            ["--list", "--force"],
            ["--cancel", "--at", "12:00"],
            ["--list", "--reason", "x"],
            ["--cancel", "--priority", "1"],
            ["--list", "--target", "2.0"],
            ["--at", "2020-01-01T00:00Z"],
        ):
            with self.subTest(words):
                self.assert_error(run("ws-schedule", *words, "acme"), 64)
        self.assert_error(run("ws-schedule", "--at", "2020-01-01T00:00Z", "acme"), 64, "past")
        self.assertEqual(self.runs(), [])

    def test_order_of_the_queue(self):
        self.installation.add_small("gamma", "delta", "epsilon")
        self.schedule("acme")
        self.schedule("beta", "--priority", "9", "--delay", "0")
        self.schedule("gamma", "--priority", "1")
        self.schedule("delta", "--delay", "0")
        self.schedule("epsilon", "--priority", "5", "--delay", "7200")
        order = [row[0] for row in self.installation.run("ws-schedule", "--list").rows]
        self.assertEqual(order, ["gamma", "delta", "acme", "epsilon", "beta"])
        some = self.assert_quiet(self.installation.run("ws-schedule", "--list", "beta", "gamma", "nope"))
        self.assertEqual([row[0] for row in some.rows], ["gamma", "beta"])

    def test_who_and_why(self):
        self.schedule("acme", "--reason", "a user logs in", "--requested-by", "web/ann")
        self.schedule("beta")
        details = {
            row["workspace"]: row["detail"] for row in self.installation.run("ws-schedule", "--list", "--json").json
        }
        self.assertIn("web/ann", details["acme"])
        self.assertIn("a user logs in", details["acme"])
        self.assertIn("requested by root", details["beta"])

    def test_long_and_odd_reasons(self):
        self.schedule("acme", "--reason", "ä" * 3000, "--requested-by", "x'; DROP TABLE run; -- " * 40)
        self.assertEqual(len(self.runs()), 1)

    def test_a_reason_that_is_no_utf_8(self):
        self.schedule("acme", "--reason", b"caf\xe9 \xed\xa0\x80 \xff", "--requested-by", b"Jos\xe9")
        detail = self.installation.run("ws-schedule", "--list", "--json").json[0]["detail"]
        self.assertIn("caf\ufffd", detail)
        self.assertIn("requested by Jos\ufffd", detail)

    def test_numbers_that_are_none(self):
        for option, value in (("--delay", "5x"), ("--delay", "-5"), ("--limit", "0"), ("--limit", "1 ")):
            result = self.installation.run("ws-schedule", option, value, "acme")
            self.assert_error(result, 64, f"{option}: '{value}' is not a whole number")
        self.assertEqual(self.runs(), [])

    def test_an_empty_value_is_a_usage_error(self):
        """An unset variable of a script must not queue more, or sooner, than was meant; nor drain for longer."""
        calls = [["ws-schedule", option, "", "acme"] for option in (
            "--at", "--delay", "--via", "--priority", "--reason", "--requested-by", "--address", "--limit", "--target")]
        calls += [
            ["ws-schedule", "--sweep", "night", option, "", "acme"]
            for option in ("--until", "--canary", "--max-failures")
        ]
        calls += [["ws-schedule", "--hold", "--why", "x", "--gate", "", "acme"]]
        calls += [["ws-upgrade", "--drain", option, ""] for option in ("--until", "--wait", "--timeout", "--canary")]
        calls += [["ws-upgrade", "--target", "", "acme"]]
        for call in calls:
            with self.subTest(call):
                self.assert_error(self.installation.run(*call), 64, call[-3] if call[-1] == "acme" else call[-2])
        self.assertEqual(self.server.sql("SELECT * FROM upkeep.run"), [])

    def test_limit(self):
        self.installation.add_small("gamma", "delta")
        self.installation.upgrade_by_hand("acme")
        result = self.assert_status(
            self.installation.run("ws-schedule", "--limit", "2", "acme", "beta", "gamma", "delta"), 0
        )
        self.assert_states(result, {"acme": "upgraded", "beta": "queued", "gamma": "queued"})
        self.assertIn("warning: 1 names were not processed", result.stderr)
        self.assertEqual(
            self.assert_status(self.installation.run("ws-schedule", "-q", "--limit", "1", "delta", "nope"), 0).stderr,
            "",
        )

    def test_dry_run(self):
        records = self.schedule("-n", "acme", "nope", status=2)
        self.assertEqual([(r["state"], r["run"]) for r in records], [("queued", None), ("unknown", None)])
        self.assertEqual(self.runs(), [])
        self.assertFalse(self.calls.exists())
        self.schedule("acme")
        self.assertEqual(self.schedule("--cancel", "-n", "acme")[0]["state"], "cancelled")
        self.assertEqual(self.runs(), [["acme", "queued", "5"]])

    def test_cancel(self):
        run = self.schedule("acme", "beta")[0]["run"]
        record = self.schedule("--cancel", "acme")[0]
        self.assertEqual((record["state"], record["run"]), ("cancelled", run))
        self.assertEqual(self.runs(), [["acme", "cancelled", "5"], ["beta", "queued", "5"]])
        records = self.schedule("--cancel", "acme", "beta", "nope", status=1)
        self.assertEqual([(r["workspace"], r["state"]) for r in records],
                         [("acme", "refused"), ("beta", "cancelled"), ("nope", "refused")])
        self.assertIn("not queued", records[0]["detail"])
        self.assertEqual(self.installation.run("ws-schedule", "--list").text, "")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})
        self.assertEqual(self.schedule("acme")[0]["state"], "queued")

    def test_events(self):
        record = self.schedule("acme")[0]
        self.schedule("--cancel", "acme")
        lines = (self.installation.log_dir / "upkeep.log").read_text().splitlines()
        for line, word in zip(lines, ("queued", "cancelled"), strict=True):
            self.assertRegex(
                line, rf"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ ws-schedule\[\d+\] acme run={record['run']} {word}"
            )

    def test_no_log_directory_is_no_reason_to_fail(self):
        self.installation.configure(upgrade={"log_dir": "/nonexistent/log"})
        self.assertEqual(self.schedule("acme")[0]["state"], "queued")

    def test_a_read_only_server(self):
        self.server.add_user("reader", "", ["SELECT ON *.*"])
        self.installation.configure(database={"user": "reader"})
        self.assert_error(self.installation.run("ws-schedule", "acme"), 77, "privilege")
        self.assert_quiet(self.installation.run("ws-check", "acme"), 1)
        self.assert_quiet(self.installation.run("ws-schedule", "--list"), 0)


if __name__ == "__main__":
    unittest.main()
