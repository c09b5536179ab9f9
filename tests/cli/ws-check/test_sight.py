# SPDX-License-Identifier: MIT
"""What the account may not see is unknown, and what two names mean the server decides."""

import os
import time
import unittest

from upkeep_test import Server, TestCase, module_server
from upkeep_test.map_program import Map

#: account -> what it may do in wf_acme; the first three cannot tell what is missing there.
RIGHTS = {
    "no right but to see the name": ([], "unknown"),
    "a right on something else": (["EXECUTE ON wf_acme.*"], "unknown"),
    "one table, and not the probe's": (["SELECT ON wf_acme.OLD"], "unknown"),
    "one column of the probe's table": (["SELECT (a) ON wf_acme.NEW"], "unknown"),
    "the probe's table": (["SELECT ON wf_acme.NEW"], "pending"),
    "the schema": (["SELECT ON wf_acme.*"], "pending"),
    "the schema by a pattern": ([r"SELECT ON `wf\_%`.*"], "pending"),
    "everything": (["SELECT ON *.*"], "pending"),
}


class RightsTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.server = self.installation.server
        self.server.sql("CREATE TABLE wf_acme.NEW (a INT)")
        self.installation.configure(probe=[{"version": "2.0", "table": "NEW", "column": "b"}])

    def use_account(self, grants):
        self.server.sql("DROP USER IF EXISTS blind@localhost")
        self.server.add_user("blind", "", ["ALL ON upkeep.*", "SHOW DATABASES ON *.*", *grants])
        self.installation.configure(database={"user": "blind"})

    def test_which_rights_are_enough(self):
        for what, (grants, state) in RIGHTS.items():
            with self.subTest(what):
                self.use_account(grants)
                for words in (["acme"], ["--all"]):
                    result = self.installation.run("ws-check", *words)
                    self.assert_states(result, {"acme": state})
                    if state == "unknown":
                        self.assertIn(
                            r"GRANT SELECT ON `wf\_acme`.* TO `blind`@`localhost`",
                            result.rows[0][6].replace("\\\\", "\\"),
                        )

    def test_a_role(self):
        self.server.sql("CREATE ROLE IF NOT EXISTS reader; GRANT SELECT ON wf_acme.* TO reader")
        self.addCleanup(self.server.sql, "DROP ROLE reader")
        self.use_account([])
        self.server.sql("GRANT reader TO blind@localhost; SET DEFAULT ROLE reader FOR blind@localhost")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})

    def test_the_grant_is_the_one_that_is_missing(self):
        self.use_account([])
        detail = self.installation.run("ws-check", "acme", "--json").json[0]["detail"]
        self.server.sql(detail[detail.index("GRANT"):])
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})

    def test_nothing_is_queued_or_run_for_it(self):
        self.use_account([])
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        self.assert_states(self.assert_status(self.installation.run("ws-schedule", "acme"), 2), {"acme": "unknown"})
        self.assert_states(self.installation.run("ws-upgrade", "acme"), {"acme": "unknown"})
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM upkeep.run"), "0")

    def test_a_failed_one_says_why_it_is_not_run(self):
        self.installation.set_script("echo no good")
        self.installation.configure(schedule={"via": "command", "command": ["true"], "delay_s": 0, "retry_after_s": 0})
        self.assert_states(self.installation.run("ws-upgrade", "acme"), {"acme": "failed"})
        self.use_account([])
        for words in (["acme"], ["--drain"]):
            if words == ["--drain"]:
                self.server.sql(
                    "INSERT INTO upkeep.run (workspace, target, state, active, origin, priority, queued_at, due_at)"
                    " VALUES ('acme', '2.0', 'queued', 1, 'queue', 5, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))"
                )
            result = self.assert_status(self.installation.run("ws-upgrade", *words), 2)
            self.assert_states(result, {"acme": "unknown"})
            self.assertIn("GRANT SELECT", result.rows[0][7])
        self.assertIn("GRANT SELECT", self.server.value("SELECT detail FROM upkeep.run WHERE active = 1"))

    def test_what_cannot_be_seen_any_more_at_the_end(self):
        """The command has ended well, and that is not lost."""
        self.use_account(["ALL ON wf_acme.*"])
        self.installation.set_script(
            "sql 'ALTER TABLE NEW ADD b INT; REVOKE ALL ON wf_acme.* FROM blind@localhost'; echo OK", lease_s=2
        )
        result = self.assert_status(self.installation.run("ws-upgrade", "acme"), 2)
        self.assertIn("GRANT SELECT", result.rows[0][7])
        self.assertIn("verdict is kept", result.rows[0][7])
        self.server.sql("GRANT ALL ON wf_acme.* TO blind@localhost")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "upgraded"})
        self.assertEqual(self.server.value("SELECT state FROM upkeep.run"), "succeeded")

    def test_doctor_says_so(self):
        self.use_account([])
        checks = {row["check"]: row for row in self.installation.run("upkeep", "doctor", "--json").json}
        found = [row for name, row in checks.items() if name.startswith("server:")][0]
        self.assertEqual(found["result"], "warning")
        self.assertIn("wf_acme", found["detail"])
        self.assertIn("GRANT SELECT", found["fix"])

    def test_a_schema_without_tables(self):
        self.server.sql("CREATE DATABASE wf_bare")
        self.addCleanup(self.server.drop, "wf_bare")
        result = self.assert_status(self.installation.run("ws-check", "bare"), 2)
        self.assertIn("not provisioned", result.rows[0][6])
        self.assert_states(self.installation.run("ws-check", "--all"), {"acme": "pending", "bare": "unknown"})


class NamesInAnyCaseTest(TestCase):
    """With lower_case_table_names = 1 a name is stored in lower case and found in any."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server(options=["--lower-case-table-names=1"]).start()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.installation = self.open_small(self.server, "Acme")
        self.installation.configure(schedule={"via": "command", "command": ["true"], "delay_s": 0})

    def use_sites(self, **schemas):
        sites = self.installation.directory / "sites"
        for site, schema in schemas.items():
            (sites / site).mkdir(parents=True)
            (sites / site / "db.php").write_text(
                f"<?php define('DB_HOST', 'localhost'); define('DB_NAME', '{schema}');"
            )
        self.installation.configure(workspaces={"discover": "sites", "sites": sites})

    def test_one_workspace_by_every_spelling(self):
        for name in ("Acme", "acme", "ACME"):
            self.assert_states(self.installation.run("ws-check", name), {"acme": "pending"})
        self.assert_states(self.installation.run("ws-check", "--all"), {"acme": "pending"})
        self.assert_states(self.installation.run("ws-schedule", "Acme"), {"acme": "queued"})
        self.assert_states(self.installation.run("ws-schedule", "ACME"), {"acme": "already"})
        asked = Map(self.installation)
        self.addCleanup(asked.close)
        self.assertEqual({asked.ask(name) for name in ("Acme", "acme", "ACME")}, {"queued"})

    def test_every_act_takes_every_spelling(self):
        run = self.installation.run
        run("ws-schedule", "acme")
        self.assertEqual([row["workspace"] for row in run("ws-schedule", "--list", "ACME", "--json").json], ["acme"])
        self.assert_states(run("ws-schedule", "--retarget", "Acme"), {"acme": "already"})
        self.assert_states(run("ws-schedule", "--cancel", "--dry-run", "Acme"), {"acme": "cancelled"})
        self.assert_states(self.assert_status(run("ws-schedule", "--cancel", "Acme"), 0), {"acme": "cancelled"})
        self.assert_states(self.assert_status(run("ws-schedule", "--cancel", "Acme"), 1), {"acme": "refused"})
        self.assert_states(run("ws-schedule", "--hold", "Acme", "--why", "exams"), {"acme": "held"})
        self.assert_states(self.assert_status(run("ws-upgrade", "ACME"), 1), {"acme": "skipped"})
        self.assert_states(run("ws-schedule", "--release", "-n", "ACME"), {"acme": "released"})
        self.assert_states(self.assert_status(run("ws-schedule", "--release", "ACME"), 0), {"acme": "released"})
        self.assert_states(self.assert_status(run("ws-schedule", "--release", "Acme"), 1), {"acme": "refused"})
        self.installation.set_script("echo no good")
        self.assert_states(run("ws-upgrade", "AcMe"), {"acme": "failed"})
        self.assertIn("no good", run("ws-progress", "--log", "ACME").text)
        self.assert_states(run("ws-progress", "ACME"), {"acme": "failed"})
        self.installation.upgrade_by_hand("acme")
        self.assert_states(run("ws-upgrade", "--accept", "ACME"), {"acme": "succeeded"})
        self.assertEqual(run("ws-schedule", "--list").text, "")

    def test_what_is_left_of_a_dropped_one(self):
        self.installation.run("ws-schedule", "acme")
        self.installation.run("ws-schedule", "--hold", "acme", "--why", "exams")
        self.server.sql("DROP DATABASE wf_acme")
        self.assert_states(self.installation.run("ws-check", "ACME"), {"ACME": "unknown"})
        self.assert_states(self.installation.run("ws-schedule", "--cancel", "ACME"), {"acme": "cancelled"})
        self.assert_states(self.installation.run("ws-schedule", "--release", "ACME"), {"acme": "released"})

    def test_a_pattern_in_capitals(self):
        self.installation.configure(workspaces={"schema": "WF_{workspace}"})
        self.assert_states(self.installation.run("ws-check", "--all"), {"acme": "pending"})

    def test_sites_keep_the_names_of_their_directories(self):
        self.use_sites(Acme="wf_ACME")
        for words in (["Acme"], ["--all"]):
            self.assert_states(self.installation.run("ws-check", *words), {"Acme": "pending"})
        self.installation.upgrade_by_hand("acme")
        self.assert_states(self.installation.run("ws-check", "--all"), {"Acme": "upgraded"})

    def test_two_sites_with_one_database(self):
        self.use_sites(Acme="wf_Acme", acme="wf_acme")
        self.assert_states(self.installation.run("ws-check", "--all"), {"Acme": "unknown", "acme": "unknown"})


class NamesHeedCaseTest(TestCase):
    def test_another_case_is_another_workspace(self):
        installation = self.open_small(module_server(), "Acme", "acme")
        installation.upgrade_by_hand("acme")
        self.assert_states(installation.run("ws-check", "--all"), {"Acme": "pending", "acme": "upgraded"})
        self.assert_states(installation.run("ws-check", "Acme", "acme", "ACME"),
                           {"Acme": "pending", "acme": "upgraded", "ACME": "unknown"})
        installation.configure(schedule={"via": "command", "command": ["true"]})
        self.assert_states(installation.run("ws-schedule", "Acme"), {"Acme": "queued"})
        installation.run("ws-schedule", "--hold", "Acme", "--why", "exams")
        for act in ("--cancel", "--release"):
            refused = self.assert_status(installation.run("ws-schedule", act, "acme", "ACME"), 1)
            self.assert_states(refused, {"acme": "refused", "ACME": "refused"})
        self.assert_states(installation.run("ws-schedule", "--cancel", "Acme"), {"Acme": "cancelled"})


class SharedDatabaseTest(TestCase):
    """A workspace is its database: two sites with one are told, and neither is upgraded by two names."""

    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.sites = self.installation.directory / "sites"
        self.installation.configure(workspaces={"discover": "sites", "sites": self.sites})
        self.site("beta", "wf_beta")
        self.site("acme", "wf_acme")

    def site(self, name, schema, host="localhost"):
        (self.sites / name).mkdir(parents=True, exist_ok=True)
        (self.sites / name / "db.php").write_text(f"<?php define('DB_HOST', '{host}'); define('DB_NAME', '{schema}');")

    def assert_told(self, name):
        for words in (["--all"], ["acme", name, "beta"]):
            result = self.installation.run("ws-check", *words)
            self.assert_states(result, {"acme": "unknown", name: "unknown", "beta": "pending"})
            self.assertIn(name, [row for row in result.rows if row[0] == "acme"][0][6])
        self.assert_states(self.installation.run("ws-upgrade", "acme", name), {"acme": "unknown", name: "unknown"})
        asked = Map(self.installation)
        self.addCleanup(asked.close)
        self.assertEqual([asked.ask("acme"), asked.ask(name), asked.ask("beta")], ["unknown", "unknown", "pending"])
        checks = {row["check"]: row for row in self.installation.run("upkeep", "doctor", "--json").json}
        self.assertEqual(checks["sites"]["result"], "warning")
        self.assertIn(name, checks["sites"]["detail"])

    def test_a_copy(self):
        self.site("acme_copy", "wf_acme")
        self.assert_told("acme_copy")

    def test_a_link(self):
        os.symlink(self.sites / "acme", self.sites / "link")
        self.assert_told("link")

    def test_another_spelling_of_the_server(self):
        self.site("other", "wf_acme", "LOCALHOST:3306")
        self.assert_told("other")

    def test_one_server_that_is_configured_twice(self):
        socket = self.installation.server.socket
        self.installation.configure(
            server=[
                {"name": "one", "socket": socket, "user": "root"},
                {
                    "name": "two",
                    "socket": os.path.join(os.path.dirname(socket), ".", os.path.basename(socket)),
                    "user": "root",
                    "aliases": ["db.example.org"],
                },
            ]
        )
        self.site("other", "wf_acme", "db.example.org")
        result = self.installation.run("ws-check", "--all")
        self.assert_states(result, {"acme": "unknown", "other": "unknown", "beta": "pending"})


class MarkerTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.marker = self.installation.directory / "UPDATE.dat"
        self.installation.configure(upgrade={"marker": self.marker})

    def assert_states_with(self, content, acme, beta, age_s=3600):
        self.marker.write_bytes(content)
        then = time.time() - age_s
        os.utime(self.marker, (then, then))
        for words in (["--all"], ["acme", "beta"]):
            self.assert_states(self.installation.run("ws-check", *words), {"acme": acme, "beta": beta})

    def test_what_it_says(self):
        for content, acme, beta in (
            (b"true", "running", "running"),
            (b"true\n", "running", "running"),
            (b"acme", "running", "pending"),
            (b" acme \r\n", "running", "pending"),
            (b"ACME", "pending", "pending"),
            (b"", "pending", "pending"),
            (b"\n \n", "pending", "pending"),
            (b"\0" * 4096, "pending", "pending"),
            (b"acme\0", "running", "pending"),
            (b"ac\0me", "pending", "pending"),
            (b"acme\nbeta", "pending", "pending"),
            (b"x" * 1000000, "pending", "pending"),
            (b"\xff\xfe", "pending", "pending"),
        ):
            with self.subTest(content[:10]):
                self.assert_states_with(content, acme, beta)

    def test_an_empty_one_may_still_be_written(self):
        self.assert_states_with(b"", "running", "running", age_s=0)
        self.assert_states_with(b"", "pending", "pending", age_s=60)

    def test_no_upgrade_waits_for_one_that_names_nobody(self):
        self.assert_states_with(b"", "pending", "pending")
        self.assert_states(self.assert_quiet(self.installation.run("ws-upgrade", "--wait", "30", "acme")),
                           {"acme": "succeeded"})


if __name__ == "__main__":
    unittest.main()
