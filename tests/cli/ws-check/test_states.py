# SPDX-License-Identifier: MIT
"""ws-check: the states of the contract's table, probes of every kind, filters, and what --all lists."""

import unittest

from upkeep_test import TestCase, module_server, wait_for


class StateTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.server = self.installation.server

    def state(self, name="acme", *args):
        """(state, detail) as ws-check says it; every format and --all agree."""
        record = self.installation.run("ws-check", "--json", *args, name).json[0]
        listed = {row["workspace"]: row for row in self.installation.run("ws-check", "--all", "--json", *args).json}
        if name in listed:
            self.assertEqual(listed[name], record)
        self.assertEqual(record["workspace"], name)
        return record["state"], record["detail"] or ""

    def upgrade(self, script, state, status=1, *args):
        self.installation.set_script(script)
        result = self.assert_status(self.installation.run("ws-upgrade", *args, "acme"), status)
        self.assert_states(result, {"acme": state})

    def test_pending_then_upgraded(self):
        self.assertEqual(self.state(), ("pending", ""))
        self.assert_quiet(self.installation.run("ws-check", "acme"), 1)
        self.upgrade("upgrade; echo OK", "succeeded", 0)
        self.assertEqual(self.state(), ("upgraded", ""))
        self.assert_quiet(self.installation.run("ws-check", "acme"), 0)

    def test_probes_hold_and_there_was_no_run(self):
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.state()[0], "upgraded")

    def test_queued(self):
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.assertEqual(self.state()[0], "queued")
        # Also where the probes hold meanwhile.
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.state()[0], "queued")
        self.assert_quiet(self.installation.run("ws-check", "acme"), 1)

    def test_running_though_the_probes_hold(self):
        gate = self.installation.directory / "gate"
        self.installation.set_script(f"upgrade; while [ ! -e {gate} ]; do sleep 0.05; done; echo OK")
        run = self.start("ws-upgrade", "acme", env=self.installation.env)
        self.wait_until("running")
        wait_for(lambda: self.server.sql("SHOW TABLES FROM wf_acme LIKE 'NEW'"), "the probe holds")
        self.assertEqual(self.state()[0], "running")
        gate.touch()
        self.assert_status(run.wait(), 0)
        self.assertEqual(self.state()[0], "upgraded")

    def wait_until(self, state):
        wait_for(lambda: self.installation.run("ws-check", "acme").rows[0][1] == state, state)

    def test_failed_in_spite_of_holding_probes(self):
        self.upgrade("upgrade; echo BAD end", "failed")
        state, detail = self.state()
        self.assertEqual(state, "failed")
        self.assertIn("BAD end", detail)
        self.assertIn("probes hold", detail)
        self.assert_quiet(self.installation.run("ws-check", "acme"), 1)

    def test_failed_and_no_probe_holds(self):
        self.upgrade("echo OK; exit 3", "failed")
        state, detail = self.state()
        self.assertEqual(state, "failed")
        self.assertIn("exit status 3", detail)
        self.assertNotIn("probes hold", detail)

    def test_failed_until_a_run_succeeds(self):
        self.upgrade("echo BAD", "failed")
        self.upgrade("upgrade; echo OK", "succeeded", 0)
        self.assertEqual(self.state()[0], "upgraded")
        self.installation.degrade("acme")  # e.g. restored from a backup
        self.assertEqual(self.state()[0], "pending")

    def test_interrupted_and_lost_are_failed(self):
        begun = self.installation.directory / "begun"  # interrupted before that, it would have done nothing
        self.installation.set_script(f"upgrade; touch {begun}; sleep 60")
        run = self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(begun.exists, "the command has begun")
        run.signal(2)
        self.assert_status(run.wait(), 130)
        self.assertEqual(self.state()[0], "failed")
        self.assertIn("interrupted", self.state()[1])

    def test_a_skipped_or_cancelled_run_changes_nothing(self):
        self.upgrade("echo BAD", "failed")
        self.installation.configure(schedule={"via": "command", "command": ["true"], "retry_after_s": 0})
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        self.assertEqual(self.state()[0], "failed")

    def test_a_failure_of_another_target_counts_there_alone(self):
        self.installation.configure(probe=[{"version": "2.0", "table": "NEW"}, {"version": "1.0", "table": "OLD"}])
        self.upgrade("echo BAD", "failed")
        self.assertEqual(self.state("acme", "--target", "1.0")[0], "upgraded")
        self.assertEqual(self.state()[0], "failed")

    def test_unknown(self):
        for name in ("nope", "acmee", "acm", "wf_acme"):
            self.assertEqual(self.state(name), ("unknown", "no such workspace"))

    def test_marker(self):
        marker = self.installation.directory / "UPDATE.dat"
        self.installation.configure(upgrade={"marker": marker})
        self.installation.add_small("beta")
        self.assertEqual(self.state()[0], "pending")
        for content in ("acme", "acme\n", "true", "true\n", ""):
            with self.subTest(content):
                marker.write_text(content)
                state, detail = self.state()
                self.assertEqual(state, "running")
                self.assertIn(str(marker), detail)
                self.assertEqual(self.state("beta")[0], "pending" if content.startswith("acme") else "running")
        marker.write_text("acme")
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.state()[0], "running")
        marker.unlink()
        self.assertEqual(self.state()[0], "upgraded")

    def test_marker_of_our_own_failed_run(self):
        marker = self.installation.directory / "UPDATE.dat"
        self.installation.configure(upgrade={"marker": marker})
        self.upgrade("echo BAD", "failed")
        for content in ("acme", "true"):
            marker.write_text(content)
            state, detail = self.state()
            self.assertEqual(state, "failed")
            self.assertIn(str(marker), detail)

    def test_marker_that_is_no_file_is_told(self):
        marker = self.installation.directory / "UPDATE.dat"
        marker.mkdir()
        self.installation.configure(upgrade={"marker": marker})
        self.assert_error(self.installation.run("ws-check", "acme"), 78, str(marker))


class ProbeTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.server = self.installation.server

    def probes(self, *probes):
        self.installation.configure(probe=[{"version": "2.0", **probe} for probe in probes])

    def assert_state(self, state, detail="", *args):
        status = {"upgraded": 0, "pending": 1, "unknown": 2}[state]
        for words in (["acme"], ["--all"]):
            result = self.assert_quiet(self.installation.run("ws-check", *args, "--json", *words), status)
            self.assertEqual(result.json[0]["state"], state)
            self.assertIn(detail, result.json[0]["detail"] or "")

    def test_table(self):
        self.probes({"table": "OLD"})
        self.assert_state("upgraded")
        for name in ("old", "Old", "OL_", "OL%"):
            with self.subTest(name):
                self.probes({"table": name})
                self.assert_state("pending")
        self.server.sql("CREATE VIEW wf_acme.V AS SELECT 1 AS x")
        self.probes({"table": "V"})
        self.assert_state("upgraded")

    def test_column(self):
        self.probes({"table": "OLD", "column": "a"})
        self.assert_state("upgraded")
        for table, column in (("OLD", "b"), ("NEW", "a")):
            self.probes({"table": table, "column": column})
            self.assert_state("pending")

    def test_query(self):
        self.server.sql("CREATE TABLE wf_acme.N (n DECIMAL(5,2), t TEXT); INSERT INTO wf_acme.N VALUES (0, '')")
        for query, state in (
            ("SELECT 1", "upgraded"),
            ("SELECT 0", "pending"),
            ("SELECT -1", "upgraded"),
            ("SELECT NULL", "pending"),
            ("SELECT n FROM N", "pending"),
            ("SELECT SUM(n) FROM N", "pending"),
            ("SELECT AVG(n) FROM N", "pending"),
            ("SELECT 0.5", "upgraded"),
            ("SELECT 0e0", "pending"),
            ("SELECT 1 FROM N WHERE n > 0", "pending"),
            ("SELECT COUNT(*), 'x' FROM N", "upgraded"),
            ("SELECT t FROM N", "pending"),
            ("SELECT DATABASE() = 'wf_acme'", "upgraded"),
            ("SELECT 1;", "upgraded"),
            # No such table or column: it does not hold.
            ("SELECT 1 FROM NEW", "pending"),
            ("SELECT b FROM OLD", "pending"),
            ("SELECT 1 FROM nope.X", "pending"),
        ):
            with self.subTest(query):
                self.probes({"query": query})
                self.assert_state(state)

    def test_another_error_of_a_query_is_unknown(self):
        for query in ("SELEC 1", "SELECT COUNT(", "SELECT nofunction(1)"):
            with self.subTest(query):
                self.probes({"query": query})
                self.assert_state("unknown", query)
        # One workspace's trouble is not the other's.
        self.server.sql("CREATE FUNCTION wf_acme.two() RETURNS INT RETURN 2")
        self.installation.add_small("beta")
        self.probes({"query": "SELECT two()"})
        self.assert_states(self.assert_quiet(self.installation.run("ws-check", "--all"), 2),
                           {"acme": "upgraded", "beta": "unknown"})

    def test_an_unknown_probe_beside_one_that_does_not_hold(self):
        self.probes({"query": "SELEC 1"}, {"table": "NEW"})
        self.assert_state("pending")

    def test_all_probes_of_a_version_must_hold(self):
        self.probes({"table": "NEW"}, {"table": "OLD", "column": "late"}, {"query": "SELECT COUNT(*) FROM OLD"})
        self.assert_state("pending", "missing: NEW, OLD.late, query \"SELECT COUNT(*) FROM OLD\"", "--explain")
        self.server.sql("CREATE TABLE wf_acme.NEW (a INT); ALTER TABLE wf_acme.OLD ADD late INT")
        self.assert_state("pending", "missing: query", "--explain")
        self.server.sql("INSERT INTO wf_acme.OLD VALUES (1, 1)")
        self.assert_state("upgraded")
        self.assert_state("upgraded", "", "--explain")
        self.assertIsNone(self.installation.run("ws-check", "--explain", "--json", "acme").json[0]["detail"])

    def test_version_and_target(self):
        self.installation.configure(upgrade={"target": "3.10"}, probe=[
            {"version": "1", "table": "OLD"}, {"version": "3.9", "table": "NEW"}, {"version": "3.10", "table": "T10"}])

        def versions(*args):
            record = self.installation.run("ws-check", "--json", *args, "acme").json[0]
            return record["version"], record["target"], record["state"]
        self.assertEqual(versions(), ("1", "3.10", "pending"))
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(versions(), ("3.9", "3.10", "pending"))
        self.assertEqual(versions("--target", "3.9"), ("3.9", "3.9", "upgraded"))
        self.assertEqual(versions("--target=1"), ("3.9", "1", "upgraded"))
        self.server.sql("CREATE TABLE wf_acme.T10 (a INT)")
        self.assertEqual(versions(), ("3.10", "3.10", "upgraded"))
        self.server.sql("DROP TABLE wf_acme.OLD, wf_acme.NEW, wf_acme.T10")
        self.assertEqual(versions(), (None, "3.10", "unknown"), "a schema without tables is no workspace yet")
        self.server.sql("CREATE TABLE wf_acme.OTHER (a INT)")
        self.assertEqual(versions(), (None, "3.10", "pending"))

    def test_a_probe_that_needs_a_right(self):
        self.server.add_user("blind", "", ["ALL ON upkeep.*", "SELECT ON wf_acme.OLD"])
        self.installation.configure(database={"user": "blind"})
        self.probes({"query": "SELECT 1 FROM mysql.user"})
        self.assert_state("unknown", "denied")


class ListTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.installation.add_small("done", "ready", upgraded=True)
        self.installation.set_script("echo BAD")
        self.installation.run("ws-upgrade", "beta")

    def names(self, *args, status=1):
        return [row[0] for row in self.assert_quiet(self.installation.run("ws-check", *args), status).rows]

    def test_all_is_sorted_and_whole(self):
        self.assertEqual(self.names("--all"), ["acme", "beta", "done", "ready"])

    def test_filters_print_less_and_answer_the_same(self):
        self.assertEqual(self.names("--all", "--pending"), ["acme"])
        self.assertEqual(self.names("--all", "--upgraded"), ["done", "ready"])
        self.assertEqual(self.names("--all", "--state", "failed"), ["beta"])
        self.assertEqual(self.names("--all", "--state", "failed,pending"), ["acme", "beta"])
        self.assertEqual(self.names("--all", "--state", "running"), [])
        self.assertEqual(self.names("--state", "failed,pending", "done", "acme", "beta"), ["acme", "beta"])
        self.assertEqual(self.names("--state", "failed", "--state", "pending", "acme", "beta"), ["acme", "beta"])
        self.assertEqual(self.names("--upgraded", "acme", "done"), ["done"])
        self.assertEqual(self.names("--pending", "done", "ready", status=0), [])
        self.assertEqual(self.names("--pending", "done", "nope", status=2), [])
        self.assertEqual(self.names("--state=unknown", "done", "nope", status=2), ["nope"])

    def test_wrong_filters(self):
        run = self.installation.run
        self.assert_error(run("ws-check", "--all", "--state", "pendign"), 64, "'pendign'", "did you mean 'pending'?")
        self.assert_error(run("ws-check", "--all", "--pending", "--upgraded"), 64, "cannot be used together")
        self.assert_error(run("ws-check", "--all", "acme"), 64, "--all")
        self.assert_error(run("ws-check", "--map", "acme"), 64, "--map")

    def test_schemas_that_are_no_workspaces(self):
        self.installation.server.sql("CREATE DATABASE `wf_`; CREATE DATABASE `wf_a-b`; CREATE DATABASE `xwf_c`;"
                                     "CREATE DATABASE `WF_d`;")
        self.addCleanup(self.installation.server.drop, "wf_", "wf_a-b", "xwf_c", "WF_d")
        self.assertEqual(self.names("--all"), ["acme", "beta", "done", "ready"])

    def test_suffix_in_the_pattern(self):
        self.installation.server.sql(
            "CREATE DATABASE `pm_one_db`; CREATE TABLE pm_one_db.OLD (a INT); CREATE DATABASE `pm_two`; CREATE DATABASE"
            " `pm__db`"
        )
        self.addCleanup(self.installation.server.drop, "pm_one_db", "pm_two", "pm__db")
        self.installation.configure(workspaces={"schema": "pm_{workspace}_db"})
        self.assertEqual(self.names("--all"), ["one"])

    def test_no_workspace_at_all(self):
        self.installation.configure(workspaces={"schema": "zz_{workspace}"})
        result = self.assert_status(self.installation.run("ws-check", "--all"), 2)
        self.assertEqual(result.rows, [])
        self.assertIn("zz_{workspace}", result.stderr)

    def test_many_names_are_asked_for_at_once(self):
        many = [f"m{number:03}" for number in range(250)]
        self.installation.server.sql(
            "".join(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.OLD (a INT);" for name in many[:248])
        )
        self.assertEqual(self.names(*many, "done", status=2), [*many, "done"])
        listed = self.installation.run("ws-check", *many, "done").rows
        self.assertEqual([row[1] for row in listed[-4:]], ["pending", "unknown", "unknown", "upgraded"])


if __name__ == "__main__":
    unittest.main()
