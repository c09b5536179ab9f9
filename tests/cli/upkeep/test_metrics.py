# SPDX-License-Identifier: MIT
"""upkeep metrics: valid OpenMetrics, with the figures that the other tools show."""

import stat
import time
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.openmetrics import Family, parse

STATES = ("upgraded", "pending", "queued", "running", "failed", "unknown")


class ReaderTest(unittest.TestCase):
    """The reader refuses what is wrong: otherwise the others would prove nothing."""

    def test_right(self):
        text = ('# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds Text.\n'
                'a_seconds{b="x\\"\\\\\\ny",c=""} 1.5e-05\n# EOF\n')
        self.assertEqual(parse(text)["a_seconds"].value(b='x"\\\ny', c=""), 1.5e-05)

    def test_wrong(self):
        head = "# TYPE a gauge\n# HELP a Text.\n"
        for text in (
            "", head + "a 1\n", head + "a 1\n# EOF", head + "a 1\n\n# EOF\n", head + "b 1\n# EOF\n",
            head + "a_total 1\n# EOF\n", head + "a 1\na 2\n# EOF\n", head + 'a{b="1" } 1\n# EOF\n',
            head + 'a{b="1",} 1\n# EOF\n', head + 'a{b="1",b="2"} 1\n# EOF\n', head + 'a{b="\\x"} 1\n# EOF\n',
            head + "a{} 1\n# EOF\n", head + "a one\n# EOF\n", head + "a  1\n# EOF\n", "# TYPE a gauge\na 1\n# EOF\n",
            head + "# UNIT a seconds\na 1\n# EOF\n", head + "a 1\n# HELP a Text.\n# EOF\n",
            "# TYPE a counter\n# HELP a Text.\na 1\n# EOF\n", "# TYPE a counter\n# HELP a Text.\na_total -1\n# EOF\n",
            "# TYPE a info\n# HELP a Text.\na_info 2\n# EOF\n",
            '# TYPE a histogram\n# HELP a Text.\na_bucket{le="1.0"} 2\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1\n'
            "# EOF\n",
            '# TYPE a histogram\n# HELP a Text.\na_bucket{le="1.0"} 1\na_count 1\na_sum 1\n# EOF\n',
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                parse(text)


class MetricsTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_small(self.server, "acme", "beta", "gamma", "delta")

    def read(self, *args: str, status: int = 0) -> dict[str, Family]:
        result = self.installation.run("upkeep", "metrics", *args)
        self.assert_status(result, status)
        return parse(result.text)

    def sql(self, text: str) -> None:
        self.server.sql(text, schema="upkeep")

    def test_workspaces_and_runs(self):
        self.installation.set_script('[ "$ws" != beta ] || { echo BAD; exit 1; }; upgrade; echo OK')
        self.installation.run("ws-upgrade", "acme", "beta")
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true", "{run}"]})
        self.assert_status(self.installation.run("ws-schedule", "--delay", "0", "gamma"), 0)
        self.assert_status(self.installation.run("ws-schedule", "--hold", "delta", "--why", "a test"), 0)
        self.sql("UPDATE run SET due_at = due_at - INTERVAL 100 SECOND WHERE workspace = 'gamma'")
        found = self.read()
        workspaces = {state: found["upkeep_workspaces"].value(state=state) for state in STATES}
        self.assertEqual(workspaces, {"upgraded": 1, "pending": 1, "queued": 1, "running": 0, "failed": 1,
                                      "unknown": 0})
        listed = self.installation.run("ws-check", "--all", "--json").json
        for state in STATES:
            self.assertEqual(workspaces[state], sum(one["state"] == state for one in listed))
        self.assertEqual(found["upkeep_workspaces_held"].value(), 1)
        self.assertEqual(found["upkeep_server_up"].value(server="control"), 1)
        runs = found["upkeep_runs"]
        self.assertEqual((runs.value("_total", state="succeeded"), runs.value("_total", state="failed")), (1, 1))
        self.assertEqual(runs.value("_total", state="lost"), 0)
        times = found["upkeep_run_duration_seconds"]
        self.assertEqual(times.value("_count", state="succeeded"), 1)
        self.assertEqual(times.value("_bucket", state="succeeded", le="28800.0"), 1)
        self.assertGreater(times.value("_sum", state="succeeded"), 0)
        self.assertLess(
            abs(found["upkeep_run_last_end_timestamp_seconds"].value(state="failed") - time.time()), 100)
        self.assertEqual(found["upkeep_runs_active"].value(state="queued"), 1)
        self.assertEqual(found["upkeep_runs_due"].value(), 1)
        self.assertGreaterEqual(found["upkeep_runs_due_oldest_seconds"].value(), 100)
        self.assertEqual((found["upkeep_slots"].value(), found["upkeep_slots_taken"].value()), (1, 0))

    def test_durations_are_in_their_classes(self):
        self.sql("INSERT INTO run (workspace, target, state, origin, priority, queued_at, due_at, started_at, ended_at)"
                 " SELECT 'w', '2.0', 'succeeded', 'queue', 5, '2026-01-01', '2026-01-01', '2026-01-01', t FROM ("
                 "SELECT '2026-01-01 00:00:10' AS t UNION ALL SELECT '2026-01-01 00:00:10.001' UNION ALL"
                 " SELECT '2026-01-01 08:00:01' UNION ALL SELECT '2026-01-01 00:05:00') x")
        self.sql("INSERT INTO run (workspace, target, state, origin, priority, queued_at, due_at, ended_at)"
                 " VALUES ('w', '2.0', 'succeeded', 'direct', 5, '2026-01-01', '2026-01-01', '2026-01-01')")
        self.sql("INSERT INTO pruned_run VALUES ('succeeded', 300, 7, 700000000), ('succeeded', -1, 2, 0),"
                 " ('succeeded', 0, 1, 40000000000)")
        found = self.read()
        self.assertEqual(found["upkeep_runs"].value("_total", state="succeeded"), 15)
        times = found["upkeep_run_duration_seconds"]
        self.assertEqual([times.value("_bucket", state="succeeded", le=le)
                          for le in ("10.0", "30.0", "120.0", "300.0", "28800.0", "+Inf")], [1, 2, 2, 10, 10, 12])
        self.assertAlmostEqual(times.value("_sum", state="succeeded"), 10 + 10.001 + 28801 + 300 + 700 + 40000, 3)

    def test_what_holds_the_queue(self):
        found = self.read()
        self.assertEqual(found["upkeep_paused"].value(), 0)
        self.assertNotIn("upkeep_sweep_stopped", found)
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true", "{run}"]})
        self.installation.run("ws-schedule", "--sweep", 'a "b\\c', "--canary", "1", "--no-job", "--delay", "0", "acme",
                              "beta", "gamma")
        self.installation.set_script("echo BAD; exit 1")
        self.assert_status(self.installation.run("ws-upgrade", "--drain"), 1)
        self.assert_status(self.installation.run("ws-schedule", "--pause"), 0)
        found = self.read()
        self.assertEqual(found["upkeep_paused"].value(), 1)
        stopped = found["upkeep_sweep_stopped"]
        self.assertEqual([stopped.value(sweep='a "b\\c', rule=rule) for rule in ("canary", "max-failures", "until")],
                         [1, 0, 0])
        self.assertEqual(found["upkeep_sweep_left"].value(sweep='a "b\\c'), 2)
        self.assertEqual(found["upkeep_runs_due"].value(), 0, "a stopped sweep's runs are not overdue")
        self.assertEqual(found["upkeep_runs_active"].value(state="queued"), 2)

    def test_patches(self):
        run = self.installation.run
        for _ in range(2):
            self.assert_status(run("pmt-patch", "new", "--platform", "4.4.0", "--lifecycle", "PatchLifeCycle"), 0)
        name = run("pmt-patch", "new", "--platform", "4.4.0").text.strip()
        self.assert_status(run("pmt-patch", "void", name, "--why", "a test"), 0)
        self.assert_status(run("pmt-patch", "request", "--set", "client=Acme"), 0)
        self.sql("UPDATE patch SET requested_at = requested_at - INTERVAL 1 DAY WHERE number IS NULL")
        self.sql("UPDATE event SET pending = 1 ORDER BY id LIMIT 3")
        self.sql("INSERT INTO delivery VALUES (1, 'mail', 'dead', 12, NULL, 'no answer')")
        found = self.read()
        [((_, labels), count)] = found["upkeep_patches"].samples.items()
        self.assertEqual((dict(labels), count), ({"lifecycle": "PatchLifeCycle", "state": "Development"}, 2))
        self.assertEqual(found["upkeep_requests_open"].value(), 1)
        self.assertGreaterEqual(found["upkeep_requests_oldest_seconds"].value(), 86400)
        self.assertEqual((found["upkeep_outbox_pending"].value(), found["upkeep_outbox_dead"].value()), (3, 1))

    def test_versions(self):
        found = self.read()
        self.assertEqual(found["upkeep_up"].value(), 1)
        version = self.installation.run("upkeep", "--version").text.split()[-1]
        self.assertEqual(found["upkeep_build"].value("_info", version=version), 1)
        for component in ("ws", "pmt"):
            self.assertEqual(found["upkeep_schema_version"].value(component=component),
                             found["upkeep_schema_newest"].value(component=component))

    def test_output_file(self):
        path = self.installation.directory / "upkeep.prom"
        result = self.assert_quiet(self.installation.run("upkeep", "metrics", "--output", str(path)))
        self.assertEqual(result.text, "")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o644)
        self.assertEqual(parse(path.read_text())["upkeep_up"].value(), 1)
        self.assertEqual([one.name for one in self.installation.directory.glob("upkeep.prom*")], ["upkeep.prom"])
        missing = self.installation.directory / "no" / "upkeep.prom"
        self.assert_error(self.installation.run("upkeep", "metrics", "--output", str(missing)), 73, str(missing))

    def test_dry_run_writes_nothing(self):
        path = self.installation.directory / "upkeep.prom"
        result = self.assert_status(self.installation.run("upkeep", "metrics", "-n", "--output", str(path)), 0)
        self.assertIn(f"would write {path}", result.stderr)
        self.assertFalse(path.exists())

    def test_without_a_database(self):
        path = self.installation.directory / "upkeep.prom"
        self.assert_quiet(self.installation.run("upkeep", "metrics", "--output", str(path)))
        self.installation.configure(database={"socket": "/nonexistent"})
        for args in ([], ["--output", str(path)]):
            with self.subTest(args):
                result = self.installation.run("upkeep", "metrics", *args)
                self.assertEqual(result.status, 69, f"\n{result}")
                self.assertIn("/nonexistent", result.stderr)
                found = parse(path.read_text() if args else result.text)
                self.assertEqual(found["upkeep_up"].value(), 0)
                self.assertNotIn("upkeep_runs", found)

    def test_a_server_of_workspaces_is_away(self):
        self.installation.configure(server=[
            {"name": "here", "socket": self.server.socket, "user": "root"},
            {"name": "away", "host": "127.0.0.1", "port": 1, "user": "root"}])
        found = self.read()
        servers = found["upkeep_server_up"]
        self.assertEqual((servers.value(server="here"), servers.value(server="away")), (1, 0))
        self.assertEqual(found["upkeep_workspaces"].value(state="pending"), 4)
        self.installation.configure(server=[{"name": "away", "host": "127.0.0.1", "port": 1, "user": "root"}])
        found = self.read()
        self.assertEqual((found["upkeep_up"].value(), found["upkeep_server_up"].value(server="away")), (1, 0))

    def test_an_account_of_one_half(self):
        for use, there, missing in (("upgrades", "upkeep_runs", "upkeep_patches"),
                                    ("patches", "upkeep_outbox_dead", "upkeep_runs")):
            with self.subTest(use):
                user = f"metrics_{use}"
                printed = self.installation.run("upkeep", "grants", "--for", use, "--user", user)
                self.server.sql(printed.text)
                self.addCleanup(self.server.sql, f"DROP USER '{user}'@'localhost'")
                self.server.sql(f"ALTER USER '{user}'@'localhost' IDENTIFIED BY 'secret'")
                password = self.installation.directory / "account"
                password.write_text("secret")
                password.chmod(0o600)
                self.installation.configure(database={"user": user, "password_file": str(password)})
                found = self.read()
                self.assertIn(there, found)
                self.assertNotIn(missing, found)
                self.installation.configure(database={"user": "root", "password_file": None})

    def test_a_hundred_thousand_runs(self):
        self.sql("INSERT INTO run (workspace, target, state, origin, priority, queued_at, due_at, started_at, ended_at,"
                 " steps) SELECT CONCAT('w', seq % 1000), '2.0', 'succeeded', 'queue', 5, '2026-01-01', '2026-01-01',"
                 " '2026-01-01', '2026-01-01' + INTERVAL seq % 1000 SECOND, REPEAT('x', 500) FROM seq_1_to_100000")
        found = self.read()
        self.assertEqual(found["upkeep_runs"].value("_total", state="succeeded"), 100000)


if __name__ == "__main__":
    unittest.main()
