# SPDX-License-Identifier: MIT
"""Accounts for one use each: the real tools work under them, and can do no more."""

import unittest

from upkeep_test import TestCase, module_server


class GrantsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.server = self.installation.server

    def account(self, use: str):
        """An account made by the SQL as it is printed; the installation then connects as it."""
        user = f"{self.server.sql('SELECT UUID_SHORT() % 1000000')[0][0]}_{use}"
        statements = self.assert_quiet(self.installation.run("upkeep", "grants", "--for", use, "--user", user)).text
        self.addCleanup(self.server.sql, f"DROP USER IF EXISTS '{user}'@'localhost'")
        self.server.sql(statements)
        self.server.sql(f"ALTER USER '{user}'@'localhost' IDENTIFIED BY 'secret'")
        password = self.installation.directory / "account"
        password.write_text("secret")
        password.chmod(0o600)
        self.installation.configure(database={"user": user, "password_file": str(password)})
        return user

    def run_tool(self, tool: str, *args, **options):
        return self.installation.run(tool, *args, **options)

    def ok(self, tool: str, *args, **options):
        return self.assert_status(self.run_tool(tool, *args, **options), 0)

    def denied(self, user: str, statement: str) -> None:
        with self.subTest(statement):
            with self.assertRaisesRegex(Exception, "denied"):
                self.server.sql(statement, schema="upkeep", user=user, password="secret")

    def assert_doctor(self, use: str) -> None:
        found = {one["check"]: one for one in self.run_tool("upkeep", "doctor", "--json").json}
        self.assertEqual(found["privileges"]["result"], "ok", found["privileges"])
        self.assertIn(use, found["privileges"]["detail"])

    def test_patches(self):
        user = self.account("patches")
        name = self.ok("pmt-patch", "new", "--platform", "4.4.0", "--set", "client=Acme").text.strip()
        self.ok("pmt-patch", "edit", name, "--set", "client=Beta")
        request = self.ok("pmt-patch", "request", "--set", "client=Acme").text.strip()
        self.ok("pmt-patch", "decline", request, "--why", "a duplicate")
        for words in (
            ["move", name, "OnHold", "--time", "1h"],
            ["undo", name],
            ["log-time", name, "1h"],
            ["show", name],
            ["eta", name, "--best", "1d", "--likely", "1d", "--worst", "1d"],
            ["time"],
            ["blockers", name],
        ):
            self.assertLessEqual(self.ok_or_no("pmt-lifecycle", *words), 1)
        exported = self.ok("pmt-patch", "export").text.replace("4.4.0", "4.5.0")
        self.ok("pmt-patch", "import", "-", "--as", "json", stdin=exported)
        self.ok("pmt-patch", "choices", "clients", "--add", "Acme")
        self.ok("pmt-patch", "numbers", "4.4.0", "--cap", "8999")
        self.ok("pmt-patch", "verify-history")
        self.ok("pmt-report", "time")
        self.installation.configure(**{"notify.all": {"on": ["edit"], "command": ["/bin/cat"]}})
        self.ok("pmt-patch", "edit", name, "--set", "client=Gamma")
        self.ok("pmt-lifecycle", "deliver")
        self.assert_doctor("patches")
        self.denied(user, "UPDATE event SET comment = 'x'")
        self.denied(user, "UPDATE event SET hash = NULL")
        self.denied(user, "DELETE FROM event")
        self.denied(user, "DELETE FROM patch")
        self.denied(user, "DROP TABLE event")
        self.denied(user, "ALTER TABLE event ADD COLUMN x INT")
        self.denied(user, "SELECT * FROM run")
        self.denied(user, "UPDATE schema_version SET version = 1")

    def ok_or_no(self, tool: str, *args) -> int:
        return self.run_tool(tool, *args).status

    def test_reader(self):
        self.installation.add_workspace("acme")
        name = self.ok("pmt-patch", "new", "--platform", "4.4.0").text.strip()
        user = self.account("reader")
        for words in (
            ["pmt-patch", "list"],
            ["pmt-patch", "show", name],
            ["pmt-patch", "history", name],
            ["pmt-patch", "export"],
            ["pmt-patch", "queue"],
            ["pmt-patch", "verify-history"],
            ["pmt-lifecycle", "show", name],
            ["pmt-report", "progress"],
            ["pmt-report", "time"],
            ["pmt-patch", "numbers"],
        ):
            with self.subTest(words):
                self.ok(*words)
        self.assertEqual(self.run_tool("ws-check", "acme", "--fields", "state").text.strip(), "pending")
        self.assertLess(self.run_tool("ws-progress", "--all").status, 3)
        self.assertEqual(self.run_tool("pmt-patch", "new", "--platform", "4.4.0").status, 77)
        self.assert_doctor("reader")
        self.denied(user, "INSERT INTO event (patch) VALUES (1)")
        self.denied(user, "UPDATE patch SET state = 'x'")

    def test_web(self):
        self.installation.add_workspace("acme", upgraded=True)
        user = self.account("web")
        self.assertEqual(self.run_tool("ws-check", "--map", stdin="acme\n").text.strip(), "upgraded")
        self.assertLess(self.run_tool("ws-progress", "--public", "acme").status, 3)
        self.assert_doctor("web")
        self.denied(user, "SELECT * FROM patch")
        self.denied(user, "UPDATE run SET state = 'x'")

    def test_upgrades(self):
        self.installation.add_workspace("acme")
        user = self.account("upgrades")
        self.assert_status(self.run_tool("ws-upgrade", "acme"), 0)
        self.ok("ws-schedule", "--hold", "acme", "--why", "a test")
        self.ok("ws-schedule", "--release", "acme")
        self.assert_status(self.run_tool("ws-check", "acme"), 0)
        self.assert_doctor("upgrades")
        self.denied(user, "SELECT * FROM patch")
        self.denied(user, "DELETE FROM slot")
        self.denied(user, "DELETE FROM pruned_run")

    def test_a_table_that_came_later(self):
        """A new version has added a table: doctor names it, though the account cannot even see that it exists."""
        for use, lost in (("patches", "SELECT on link, INSERT on link, DELETE on link"), ("reader", "SELECT on link")):
            with self.subTest(use):
                user = self.account(use)
                self.server.sql(f"REVOKE ALL ON upkeep.link FROM '{user}'@'localhost'")
                found = {one["check"]: one for one in self.run_tool("upkeep", "doctor", "--json").json}["privileges"]
                self.assertEqual(found["result"], "fail")
                self.assertIn(f"lacks {lost} for its use '{use}'", found["detail"])
                self.assertIn(f"upkeep grants --for {use}", found["fix"])

    def test_what_is_printed(self):
        result = self.assert_quiet(
            self.run_tool("upkeep", "grants", "--for", "reader", "--user", "r", "--host", "10.0.0.%")
        )
        self.assertIn("'r'@'10.0.0.%'", result.text)
        self.assertEqual(
            [
                one["statement"]
                for one in self.run_tool(
                    "upkeep", "grants", "--for", "reader", "--user", "r", "--host", "10.0.0.%", "--json"
                ).json
            ],
            result.text.splitlines(),
        )
        for words in (
            [],
            ["--for", "reeder"],
            ["--for", "reader", "--user", "x'; DROP"],
            ["--for", "reader", "--host", "a b"],
        ):
            with self.subTest(words):
                self.assert_status(self.run_tool("upkeep", "grants", *words), 64)


if __name__ == "__main__":
    unittest.main()
