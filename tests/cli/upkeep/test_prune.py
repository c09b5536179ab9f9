# SPDX-License-Identifier: MIT
"""upkeep prune deletes what is old, and nothing that a tool still needs."""

import os
import pathlib
import threading
import time
import unittest

from upkeep_test import TestCase, module_server, wait_for
from upkeep_test.openmetrics import parse

FIELDS = ["kind", "count", "oldest", "bytes"]
#: How many of the newest successes to a target are kept for forecasts.
KEPT = 40
OLD = 400 * 86400


class PruneTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_small(self.server)

    def prune(self, *args: str, status: int = 0) -> dict[str, dict]:
        """The records by kind."""
        records = self.assert_quiet(self.installation.run("upkeep", "prune", "--json", *args), status).json
        for record in records:
            self.assert_fields(record, FIELDS)
        return {record["kind"]: record for record in records}

    def sql(self, text: str) -> list:
        return self.server.sql(text, schema="upkeep")

    def add_run(self, workspace: str, state: str, days: int = 400, target: str = "2.0") -> int:
        """An ended run of so many days ago."""
        started = "NULL" if state in ("skipped", "cancelled") else f"UTC_TIMESTAMP() - INTERVAL {days} DAY"
        self.sql("INSERT INTO run (workspace, target, state, origin, priority, queued_at, due_at, started_at, ended_at,"
                 f" detail) VALUES ('{workspace}', '{target}', '{state}', 'queue', 5, UTC_TIMESTAMP(), UTC_TIMESTAMP(),"
                 f" {started}, UTC_TIMESTAMP() - INTERVAL {days} DAY + INTERVAL 20 SECOND, 'x')")
        return int(self.sql("SELECT MAX(id) FROM run")[0][0])

    def add_successes(self, count: int = KEPT) -> None:
        """Newer runs of other workspaces, so that forecasts need none of the earlier ones."""
        for number in range(count):
            self.add_run(f"other{number}", "succeeded", 1)

    def ids(self) -> set[int]:
        return {int(row[0]) for row in self.sql("SELECT id FROM run WHERE workspace NOT LIKE 'other%'")}

    def states(self) -> list:
        return self.installation.run("ws-check", "--all", "--json").json

    def forecast(self) -> list:
        """What is expected of upgrades: the medians of the earlier ones."""
        [record] = self.assert_status(self.installation.run("ws-progress", "--forecast", "--json"), 0).json
        return [value for name, value in record.items() if not name.endswith("_at")]

    def test_only_what_is_not_needed(self):
        self.installation.add_small("good", "bad", "twice", upgraded=True)
        gone, kept = set(), set()
        gone.add(self.add_run("good", "failed"))
        gone.add(self.add_run("good", "succeeded"))
        kept.add(self.add_run("good", "succeeded"))  # its last
        gone.add(self.add_run("bad", "lost"))
        kept.add(self.add_run("bad", "succeeded"))
        kept.add(self.add_run("bad", "failed"))  # failures since the last success: its state, and its attempts
        kept.add(self.add_run("bad", "interrupted"))
        gone.add(self.add_run("bad", "skipped"))
        gone.add(self.add_run("bad", "cancelled"))
        gone.add(self.add_run("twice", "succeeded", target="1.0"))
        kept.add(self.add_run("twice", "succeeded", target="1.0"))  # its last to that target
        gone.add(self.add_run("twice", "succeeded", target="2.0"))
        kept.add(self.add_run("twice", "failed", 300))  # too new
        kept.add(self.add_run("twice", "succeeded", 300))
        self.add_successes()
        for number in range(KEPT):
            self.add_run(f"other{number}", "succeeded", 1, "1.0")
        before, forecast = self.states(), self.forecast()
        would = self.prune("-n", "--runs-older", "1y")
        self.assertEqual(self.ids(), gone | kept, "-n changes nothing")
        self.assertEqual(would["runs"]["count"], len(gone))
        self.assertRegex(would["runs"]["oldest"], r"^20\d\d-\d\d-\d\dT[\d:]+Z$")
        self.assertEqual(self.prune("--runs-older", "1y"), would)
        self.assertEqual(self.ids(), kept)
        self.assertEqual(self.states(), before)
        self.assertEqual(self.forecast(), forecast)
        self.assertEqual(self.prune("--runs-older", "1y")["runs"], {"kind": "runs", "count": 0, "oldest": None,
                                                                    "bytes": None})
        self.assertIn(f"pruned {len(gone)} runs", (self.installation.log_dir / "upkeep.log").read_text())

    def test_forecasts_keep_their_runs(self):
        first = [self.add_run("acme", "succeeded") for _ in range(KEPT + 3)]
        self.assertEqual(self.prune("--runs-older", "1y")["runs"]["count"], 3)
        self.assertEqual(self.ids(), set(first[3:]))

    def test_the_newest_number_is_never_used_again(self):
        last = self.add_run("acme", "cancelled")
        self.assertEqual(self.prune("--runs-older", "1y")["runs"]["count"], 0)
        self.assertEqual(self.ids(), {last})

    def test_a_run_whose_slot_is_taken(self):
        run = self.add_run("acme", "failed")
        self.add_run("acme", "succeeded")
        self.sql(f"INSERT INTO slot (slot, epoch, run) VALUES (1, 1, {run}) ON DUPLICATE KEY UPDATE run = {run}")
        self.assertEqual(self.prune("--runs-older", "1y")["runs"]["count"], 0)

    def test_counters_do_not_go_down(self):
        for number in range(5):
            self.add_run("acme", "failed" if number % 2 else "succeeded")
        self.add_run("acme", "cancelled")
        self.add_run("acme", "succeeded", 1)
        self.add_successes()

        def figures():
            found = parse(self.installation.run("upkeep", "metrics").text)
            return found["upkeep_runs"].samples, found["upkeep_run_duration_seconds"].samples

        before = figures()
        self.assertEqual(self.prune("--runs-older", "1y")["runs"]["count"], 6)
        self.assertEqual(figures(), before)
        self.add_run("acme", "failed")
        self.add_run("acme", "succeeded", 1)
        before = figures()
        self.assertEqual(self.prune("--runs-older", "1y")["runs"]["count"], 1)
        self.assertEqual(figures(), before)

    def test_stops(self):
        self.sql("INSERT INTO sweep (name, due_at, queued_at, stopped_at, stopped_by) VALUES ('night',"
                 " '2020-01-01', '2020-01-01', '2020-01-02', 'canary')")
        self.sql("INSERT INTO stop (at, sweep, rule, not_started) VALUES ('2020-01-01', 'night', 'canary', 1),"
                 " ('2020-01-02', 'night', 'canary', 1), ('2020-01-02', NULL, 'pause', 1)")
        self.assertEqual(self.prune("-n", "--runs-older", "1y")["stops"]["count"], 2)
        self.assertEqual(self.prune("--runs-older", "1y")["stops"],
                         {"kind": "stops", "count": 2, "oldest": "2020-01-01T00:00:00Z", "bytes": None})
        self.assertEqual(self.sql("SELECT id FROM stop"), [["2"]], "the stop in effect is kept")

    def test_two_at_one_time_share_the_work(self):
        self.sql("INSERT INTO run (workspace, target, state, origin, priority, queued_at, due_at, ended_at)"
                 " SELECT 'acme', '2.0', 'cancelled', 'queue', 5, '2020-01-01', '2020-01-01', '2020-01-01'"
                 " FROM seq_1_to_5000")
        self.add_run("acme", "succeeded", 1)
        counts: list[int] = []

        def work():
            counts.append(self.prune("--runs-older", "1y")["runs"]["count"])

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sum(counts), 5000)
        self.assertEqual(self.sql("SELECT runs FROM pruned_run WHERE state = 'cancelled'"), [["5000"]])

    def test_killed_in_between(self):
        self.sql("INSERT INTO run (workspace, target, state, origin, priority, queued_at, due_at, ended_at)"
                 " SELECT 'acme', '2.0', 'cancelled', 'queue', 5, '2020-01-01', '2020-01-01', '2020-01-01'"
                 " FROM seq_1_to_20000")
        self.add_run("acme", "succeeded", 1)
        process = self.start("upkeep", "prune", "--runs-older", "1y", env=self.installation.env)
        wait_for(lambda: self.sql("SELECT COUNT(*) FROM pruned_run") != [["0"]], "it has begun")
        process.kill()
        process.wait()
        [[left]] = self.sql("SELECT COUNT(*) FROM run WHERE state = 'cancelled'")
        self.assertEqual(self.sql("SELECT runs FROM pruned_run"), [[str(20000 - int(left))]])
        self.assertEqual(self.prune("--runs-older", "1y")["runs"]["count"], int(left))

    def test_usage(self):
        for args in ([], ["--runs-older", ""], ["--runs-older", "soon"], ["--logs-older", "-1d"],
                     ["--logs-older", "1h"], ["--runs-older", "1y", "acme"]):
            with self.subTest(args):
                self.assert_status(self.installation.run("upkeep", "prune", *args), 64)

    def test_it_needs_no_more_than_the_account_for_upgrades(self):
        printed = self.installation.run("upkeep", "grants", "--for", "upgrades", "--user", "pruner")
        self.server.sql(printed.text)
        self.addCleanup(self.server.sql, "DROP USER 'pruner'@'localhost'")
        self.server.sql("ALTER USER 'pruner'@'localhost' IDENTIFIED BY 'secret'")
        password = self.installation.directory / "account"
        password.write_text("secret")
        password.chmod(0o600)
        self.installation.configure(database={"user": "pruner", "password_file": str(password)})
        self.add_run("acme", "failed")
        self.add_run("acme", "succeeded", 1)
        self.assertEqual(self.prune("--runs-older", "1y", "--logs-older", "90d")["runs"]["count"], 1)


class LogTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.log_dir = self.installation.log_dir

    def add(self, name: str, age: int = OLD) -> pathlib.Path:
        path = self.log_dir / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("12345")
        os.utime(path, (time.time() - age,) * 2)
        return path

    def logs(self, *args: str) -> tuple[int, int]:
        """How many are pruned, and their bytes."""
        result = self.assert_quiet(self.installation.run("upkeep", "prune", "--json", "--logs-older", "90d", *args))
        [record] = result.json
        return record["count"], record["bytes"]

    def test_only_old_logs_of_runs(self):
        gone = [self.add(f"acme/{name}") for name in ("1.log", "1.2.log", "1.hooks.log", "1.2.hooks.log")]
        gone.append(self.add("umbrella/7.log"))
        kept = [self.add("acme/2.log", 80 * 86400)]
        kept += [self.add(name) for name in ("upkeep.log", "acme/notes.log", "acme/1.txt", "acme/1.log.gz", "acme/.log",
                                             "acme/x1.log", "acme/1.2.3.log", "not a workspace/1.log", "1.log")]
        self.assertEqual(self.logs("-n"), (len(gone), 5 * len(gone)))
        self.assertTrue(all(path.exists() for path in gone), "-n changes nothing")
        self.assertEqual(self.logs(), (len(gone), 5 * len(gone)))
        self.assertEqual([path for path in gone if path.exists()], [])
        self.assertEqual([path for path in kept if not path.exists()], [])

    def test_no_link_is_followed(self):
        outside = self.make_directory()
        other = outside / "1.log"
        other.write_text("x")
        os.utime(other, (0, 0))
        (self.log_dir / "linked").symlink_to(outside)
        (self.log_dir / "acme").mkdir(exist_ok=True)
        link = self.log_dir / "acme" / "9.log"
        link.symlink_to(other)
        os.utime(link, (0, 0), follow_symlinks=False)
        (self.log_dir / "acme" / "8.log").mkdir()
        os.utime(self.log_dir / "acme" / "8.log", (0, 0))
        self.assertEqual(self.logs(), (0, 0))
        self.assertTrue(other.exists() and link.is_symlink())
        moved = outside / "log"
        self.log_dir.rename(moved)
        self.log_dir.symlink_to(moved)
        self.addCleanup(self.log_dir.unlink)
        self.assert_error(self.installation.run("upkeep", "prune", "--logs-older", "90d"), 66, str(self.log_dir),
                          stdout=None)

    def test_the_log_of_a_run_at_work(self):
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true", "{run}"]})
        [record] = self.installation.run("ws-schedule", "--json", "--delay", "3600", "acme").json
        path = self.add(f"acme/{record['run']}.log")
        self.assertEqual(self.logs(), (0, 0))
        self.installation.run("ws-schedule", "--cancel", "acme")
        self.assertEqual(self.logs(), (1, 5))
        self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
