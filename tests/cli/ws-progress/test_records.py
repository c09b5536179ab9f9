# SPDX-License-Identifier: MIT
"""ws-progress: percent, position and time to come, the public record, the forecast, the exit status."""

import datetime
import os
import pathlib
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for

PUBLIC = ["workspace", "state", "percent", "position", "eta_s", "step"]


class ProgressCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.server = self.installation.server
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        self.gates = self.installation.directory / "gates"
        self.gates.mkdir()

    def set_gated(self, script, **upgrade):
        """`gate NAME` in the script waits for open(NAME)."""
        wait = f"gate() {{ touch {self.gates}/at-$1; while [ ! -e {self.gates}/$1 ]; do sleep 0.03; done; }};"
        self.installation.set_script(wait + script, **upgrade)

    def open(self, gate):
        (self.gates / gate).touch()

    def wait_at(self, gate):
        wait_for((self.gates / f"at-{gate}").exists, f"the command is at gate {gate}")

    def begin(self, *names):
        for file in self.gates.iterdir():
            file.unlink()
        return self.start("ws-upgrade", *names, env=self.installation.env)

    def show(self, *args, status=None):
        result = self.installation.run("ws-progress", "--json", *args)
        self.assertEqual(result.stderr, "")
        if status is not None:
            self.assert_status(result, status)
        return result.json

    def one(self, name="acme", status=None):
        return self.show(name, status=status)[0]

    def wait_percent(self, percent, most=99):
        """Waits for the percent of acme, which grows with the time, but not to more than `most`."""
        def reached():
            record = self.one()
            self.assertLessEqual(record["percent"], most, record)
            return record["percent"] >= percent and record
        return wait_for(reached, f"{percent} %")

    def queue(self, *names, delay="0"):
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", delay, *names))

    def have_history(self, seconds, name="old"):
        """A successful run that took so long."""
        self.installation.add_small(name)
        self.installation.set_script("upgrade; echo OK")
        self.assert_quiet(self.installation.run("ws-upgrade", name))
        self.server.sql(
            f"UPDATE upkeep.run SET started_at = ended_at - INTERVAL {seconds} SECOND WHERE workspace = '{name}'"
        )

    def shift(self, seconds):
        """The running run has begun so much earlier."""
        self.server.sql(
            f"UPDATE upkeep.run SET started_at = started_at - INTERVAL {seconds} SECOND,"
            f" ends_at = ends_at - INTERVAL {seconds} SECOND WHERE state = 'running'"
        )


class PercentTest(ProgressCase):
    STEPS = "step a true; gate 1; step b true; gate 2; step c true; gate 3; step d true; gate 4; upgrade; echo OK"

    def test_equal_weights_at_first(self):
        self.installation.configure(**{"profile.small": {"steps": 4}})
        self.set_gated(self.STEPS)
        run = self.begin("acme")
        for gate, percent, most in (("1", 25, 49), ("2", 50, 74), ("3", 75, 98), ("4", 99, 99)):
            self.wait_at(gate)
            record = self.wait_percent(percent, most)
            self.assertEqual((record["state"], record["position"]), ("running", 0))
            self.open(gate)
        self.assert_status(run.wait(), 0)
        record = self.one(status=0)
        self.assertEqual((record["state"], record["percent"], record["step"]), ("upgraded", 100, None))

    def test_never_falls_with_more_steps_than_foreseen(self):
        self.installation.configure(**{"profile.small": {"steps": 2}})
        self.set_gated("; ".join(f"step {name} gate {i}" for i, name in enumerate("abcd")) + "; upgrade; echo OK")
        self.begin("acme")
        shown = 0
        for gate, percent in (("0", 0), ("1", 50), ("2", 66), ("3", 75)):
            self.wait_at(gate)
            record = self.wait_percent(percent)
            self.assertGreaterEqual(record["percent"], shown)
            shown = record["percent"]
            self.open(gate)

    def test_99_once_the_program_says_that_it_is_done(self):
        self.installation.configure(**{"profile.small": {"steps": 11}})
        self.set_gated("step a true; gate 1; upgrade; echo OK; gate 2")
        run = self.begin("acme")
        self.wait_at("1")
        self.wait_percent(9, 60)
        self.open("1")
        self.wait_at("2")
        self.assertEqual(self.wait_percent(99)["state"], "running")
        self.open("2")
        self.assert_status(run.wait(), 0)
        self.assertEqual(self.one(status=0)["percent"], 100)

    def test_success_that_is_not_the_last_word_does_not_count(self):
        self.installation.configure(**{"profile.small": {"steps": 4}})
        self.set_gated("step a true; echo BAD; echo OK; gate 1")
        self.begin("acme")
        self.wait_at("1")
        self.wait_percent(25, 60)

    def test_weighted_by_history(self):
        self.installation.add_small("beta")
        self.set_gated("step short true; step long sleep 1.2; upgrade; echo OK")
        self.assert_status(self.begin("beta").wait(), 0)
        self.set_gated("step short true; gate 1; step long true; gate 2; upgrade; echo OK")
        run = self.begin("acme")
        self.wait_at("1")
        wait_for(lambda: self.one()["state"] == "running" and self.one()["lines"] >= 2, "its lines are counted")
        self.assertLess(self.one()["percent"], 90)
        self.open("1")
        self.wait_at("2")
        wait_for(lambda: self.one()["percent"] >= 90, "nearly done")
        self.assertLessEqual(self.one()["percent"], 99)
        self.open("2")
        self.assert_status(run.wait(), 0)

    def test_the_step_is_told(self):
        self.set_gated("step 'Updating  tables' gate 1; upgrade; echo OK")
        self.begin("acme")
        record = wait_for(lambda: (r := self.one())["step"] and r, "a step")
        self.assertEqual(record["step"], "Updating  tables")
        self.assertEqual(record["lines"], 1)

    def test_a_failed_run_is_never_100(self):
        self.installation.configure(**{"profile.small": {"steps": 1}})
        for script in ("step a true; echo OK", "step a true; upgrade; echo BAD"):
            self.set_gated(script)
            self.assert_status(self.begin("acme").wait(), 1)
            record = self.one(status=2)
            self.assertEqual(record["state"], "failed")
            self.assertLessEqual(record["percent"], 99)
            self.assertIsNone(record["position"])

    def test_lines_do_not_count(self):
        self.installation.configure(**{"profile.small": {"steps": 4}})
        self.set_gated("step a true; seq 1 5000; gate 1; upgrade; echo OK")
        self.begin("acme")
        wait_for(lambda: self.one()["lines"] == 5002, "5002 lines")
        self.wait_percent(25, 60)


class RecordTest(ProgressCase):
    def test_states_and_statuses(self):
        self.assertEqual(self.one(status=1), {
            "workspace": "acme", "state": "pending", "percent": 0, "step": None, "position": None, "eta_s": None,
            "elapsed_s": None, "lines": None, "run": None, "host": None, "queued_at": None, "started_at": None,
            "ended_at": None, "log": None, "detail": None})
        self.queue("acme")
        record = self.one(status=1)
        self.assertEqual(
            (record["state"], record["percent"], record["started_at"], record["host"]), ("queued", 0, None, None)
        )
        self.assertIsNotNone(record["queued_at"])
        self.installation.set_script("upgrade; echo OK")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        record = self.one(status=0)
        self.assertEqual((record["state"], record["percent"], record["lines"]), ("upgraded", 100, 1))
        self.assertTrue(pathlib.Path(record["log"]).is_file())
        self.assertEqual(record["host"], (self.installation.state_dir / "host-id").read_text().strip())
        for key in ("queued_at", "started_at", "ended_at"):
            self.assertRegex(record[key], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        unknown = self.one("nope", status=2)
        self.assertEqual(
            (unknown["state"], unknown["percent"], unknown["detail"]), ("unknown", None, "no such workspace")
        )

    def test_worst_status(self):
        self.installation.add_small("done", upgraded=True)
        self.show("done", status=0)
        self.show("done", "acme", status=1)
        self.show("done", "nope", "acme", status=2)
        self.installation.set_script("echo BAD")
        self.installation.run("ws-upgrade", "acme")
        self.show("done", "acme", status=2)
        self.assertIn("BAD", self.one()["detail"])

    def test_all_and_active(self):
        self.installation.add_small("beta", "gamma")
        self.queue("gamma", "beta")
        self.assertEqual([r["workspace"] for r in self.show("--all", status=1)], ["acme", "beta", "gamma"])
        self.assertEqual([r["workspace"] for r in self.show("--active", status=1)], ["gamma", "beta"])
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "beta", "gamma"))
        self.assertEqual(self.show("--active", status=0), [])

    def test_position(self):
        self.installation.add_small("beta", "gamma", "delta")
        self.set_gated("gate 1; upgrade; echo OK")
        self.begin("acme")
        self.wait_at("1")
        self.queue("beta", "gamma")
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", "--priority", "1", "delta"))
        positions = {r["workspace"]: r["position"] for r in self.show("acme", "beta", "gamma", "delta")}
        self.assertEqual(positions, {"acme": 0, "delta": 1, "beta": 2, "gamma": 3})

    def test_upgraded_by_hand_or_elsewhere(self):
        self.installation.upgrade_by_hand("acme")
        record = self.one(status=0)
        self.assertEqual((record["state"], record["percent"], record["run"]), ("upgraded", 100, None))

    def test_pending_again_after_a_success(self):
        self.installation.set_script("upgrade; echo OK")
        self.assert_quiet(self.installation.run("ws-upgrade", "acme"))
        self.installation.degrade("acme")
        record = self.one(status=1)
        self.assertEqual((record["state"], record["percent"]), ("pending", 0))

    def test_seen_from_another_host(self):
        host = self.installation.another_host()
        self.installation.configure(**{"profile.small": {"steps": 4}})
        self.set_gated("step a true; gate 1; upgrade; echo OK")
        self.begin("acme")

        def seen():
            record = host.run("ws-progress", "--json", "acme").json[0]
            return record["percent"] >= 25 and record
        record = wait_for(seen, "the other host sees it")
        self.assertEqual((record["state"], record["lines"]), ("running", 2))

    def test_a_huge_log_does_not_matter(self):
        self.set_gated("step a gate 1; upgrade; echo OK")
        self.begin("acme")
        self.wait_at("1")

        def fastest():
            times = []
            for _ in range(5):
                began = time.monotonic()
                self.one()
                times.append(time.monotonic() - began)
            return min(times)
        before = fastest()
        os.truncate(wait_for(lambda: self.one()["log"], "a log"), 1 << 30)
        self.assertLess(fastest(), before * 2 + 0.1)
        pathlib.Path(self.one()["log"]).unlink()  # nor does one that is gone
        self.assertEqual(self.one()["state"], "running")

    def test_wrong_options(self):
        for words in (["--all", "--active"], ["--all", "acme"], ["--active", "acme"], ["--forecast", "acme"],
                      ["--forecast", "--follow"], ["--forecast", "--public"]):
            with self.subTest(words):
                named = [word if word.startswith("--") else "operands" for word in words]
                self.assert_error(self.installation.run("ws-progress", *words), 64, *named, "cannot be used together")


class PublicTest(ProgressCase):
    def test_fields_exactly(self):
        self.installation.set_script("echo 'BAD secret thing'")
        self.installation.run("ws-upgrade", "acme")
        record = self.show("--public", "acme", status=2)[0]
        self.assert_fields(record, PUBLIC)
        self.assertEqual(self.installation.run("ws-progress", "--public", "--header", "acme").rows[0], PUBLIC)
        self.assertEqual(
            self.installation.run("ws-progress", "--public", "--format", "text", "acme").lines[0].split(), PUBLIC
        )
        self.assert_error(
            self.installation.run("ws-progress", "--public", "--fields", "detail", "acme"), 64, "'detail'"
        )
        for words in (["--public"], ["--public", "--follow"]):
            for result in (self.installation.run("ws-progress", *words, "acme"),
                           self.installation.run_tty("ws-progress", *words, "acme")):
                self.assertIn("failed", result.text)
                for secret in ("secret", "run 1", "exit", str(self.installation.log_dir)):
                    self.assertNotIn(secret, result.text)

    def test_follow(self):
        self.queue("acme")
        follow = self.start(
            "ws-progress", "--public", "--follow", "--format", "jsonl", "acme", env=self.installation.env
        )
        wait_for(lambda: follow.stdout, "a record")
        self.installation.set_script("upgrade; echo OK")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        for record in self.assert_status(follow.wait(), 0).jsonl:
            self.assert_fields(record, PUBLIC)


class TimeTest(ProgressCase):
    def test_null_without_history(self):
        self.set_gated("gate 1; upgrade; echo OK")
        self.begin("acme")
        self.wait_at("1")
        self.installation.add_small("beta")
        self.queue("beta")
        self.assertEqual([r["eta_s"] for r in self.show("acme", "beta")], [None, None])

    def test_from_history_and_honest_when_it_is_late(self):
        self.have_history(100)
        self.set_gated("step a gate 1; upgrade; echo OK")
        run = self.begin("acme")
        self.wait_at("1")
        wait_for(lambda: self.one()["percent"] > 0, "its expected end is recorded")
        run.kill()  # it would correct what shift() does; its guardian goes on
        run.wait()
        self.installation.add_small("beta", "gamma")
        self.queue("beta", "gamma")
        etas = [r["eta_s"] for r in self.show("acme", "beta", "gamma")]
        for eta, expected in zip(etas, (100, 200, 300)):
            self.assertAlmostEqual(eta, expected, delta=20)
        self.shift(60)
        self.assertAlmostEqual(self.one()["eta_s"], 40, delta=20)
        self.shift(39)
        late = [self.one()["eta_s"]]
        for _ in range(3):
            self.shift(200)
            late.append(self.one()["eta_s"])
        self.assertGreaterEqual(late[0], 1)
        self.assertEqual(late, sorted(set(late)))  # it grows
        self.assertGreater(late[-1], 60)
        beta = self.one("beta")["eta_s"]
        self.assertAlmostEqual(beta, late[-1] + 100, delta=20)
        self.assertGreater(self.one()["elapsed_s"], 600)
        self.open("1")

    def test_not_before_it_is_due(self):
        self.have_history(10)
        self.queue("acme", delay="3600")
        self.assertAlmostEqual(self.one()["eta_s"], 3610, delta=30)

    def test_median_of_several(self):
        for number, seconds in enumerate((10, 1000, 20)):
            self.have_history(seconds, f"old{number}")
        self.queue("acme")
        self.assertAlmostEqual(self.one()["eta_s"], 20, delta=5)

    def test_slots(self):
        self.have_history(100)
        self.installation.configure(upgrade={"slots": 2})
        self.installation.add_small("beta", "gamma")
        self.queue("acme", "beta", "gamma")
        etas = [r["eta_s"] for r in self.show("acme", "beta", "gamma")]
        for eta, expected in zip(etas, (100, 100, 200)):
            self.assertAlmostEqual(eta, expected, delta=5)

    def test_forecast(self):
        names = ["queued", "running", "slots", "median_s", "finish_at"]
        record = self.show("--forecast", status=0)[0]
        self.assert_fields(record, [*names, "until", "left", "paused"])
        self.assertEqual([record[name] for name in names[:4]], [0, 0, 1, None])
        self.queue("acme")
        record = self.show("--forecast", status=0)[0]
        self.assertEqual([record[name] for name in names], [1, 0, 1, None, None])
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        self.have_history(100)
        self.set_gated("gate 1; upgrade; echo OK")
        self.begin("acme")
        self.wait_at("1")
        self.installation.add_small("beta", "gamma")
        self.queue("beta", "gamma")
        record = self.show("--forecast", status=0)[0]
        self.assertEqual([record[name] for name in names[:4]], [2, 1, 1, 100])
        left = datetime.datetime.fromisoformat(record["finish_at"].replace("Z", "+00:00")) - datetime.datetime.now(
            datetime.timezone.utc)
        self.assertAlmostEqual(left.total_seconds(), 300, delta=30)
        self.assertEqual(self.installation.run("ws-progress", "--forecast", "--fields", "queued,slots").text, "2\t1\n")
        self.assert_error(self.installation.run("ws-progress", "--forecast", "--fields", "workspace"), 64)


if __name__ == "__main__":
    unittest.main()
