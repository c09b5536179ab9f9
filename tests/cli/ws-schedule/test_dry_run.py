# SPDX-License-Identifier: MIT
"""-n says what would be done, in every command that changes something, and changes nothing."""

import unittest

from upkeep_test import TestCase, module_server


class DryRunTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_small(
            self.server, "acme", "beta", schedule={"via": "command", "command": ["/bin/true", "{run}"]}
        )

    def tool(self, *words, status=0):
        return self.assert_status(self.installation.run(*words), status)

    def tables(self):
        names = [row[0] for row in self.server.sql("SHOW TABLES", schema="upkeep")]
        return {
            name: self.server.sql(f"SELECT * FROM `{name}`", schema="upkeep")
            for name in names
            if name not in ("slot", "host")
        }

    def test_the_whole_queue(self):
        self.tool("ws-schedule", "--at", "22:00", "--sweep", "night", "acme")
        before = self.tables()
        for words, part in ((["--pause", "--why", "x"], "would be paused"), (["--resume"], "is not paused"),
                            (["--resume-sweep", "night"], "is not stopped")):
            with self.subTest(words):
                self.assertIn(part, self.tool("ws-schedule", "-n", *words).stderr)
        self.assert_error(self.installation.run("ws-schedule", "-n", "--resume-sweep", "day"), 2, "no sweep day")
        self.assertEqual(self.tables(), before)
        self.tool("ws-schedule", "--pause")
        self.assertIn("paused", self.tool("ws-schedule", "-n", "--pause").stderr)
        self.assertIn("would be resumed", self.tool("ws-schedule", "-n", "--resume").stderr)
        self.tool("ws-schedule", "--resume")

    def test_single_workspaces(self):
        self.tool("ws-schedule", "--at", "22:00", "acme")
        before = self.tables()
        for words, state in (
            (["beta"], "queued"),
            (["--cancel", "acme"], "cancelled"),
            (["--hold", "--why", "x", "beta"], "held"),
        ):
            with self.subTest(words):
                result = self.tool("ws-schedule", "-n", *words)
                self.assertEqual(result.rows[0][1], state)
        self.assertEqual(self.tool("ws-upgrade", "-n", "beta").rows[0][1], "skipped")
        self.assertEqual(self.tool("ws-upgrade", "-n", "--drain").text, "")  # nothing is due
        self.assertEqual(self.tables(), before)

    def test_a_lease(self):
        self.assert_error(self.installation.run("ws-upgrade", "-n", "--break-lease", "9"), 2, "no run 9")

    def test_the_setup(self):
        self.assertIn("nothing would be created or changed", self.tool("upkeep", "-n", "init").stderr)
        directory = self.make_directory()
        environment = {"UPKEEP_CONFIG": None, "XDG_STATE_HOME": str(directory), "XDG_CONFIG_HOME": str(directory)}
        for words, part in ((["start"], "would start the private database"), (["stop"], "is not running")):
            result = self.installation.run("upkeep", "-n", "local", *words, env=environment)
            self.assertIn(part, result.stderr)
            self.assertEqual(result.status, 0)
        self.assertEqual(list(directory.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
