# SPDX-License-Identifier: MIT
"""[patch.see]: people who act through an account that they do not hold; the account itself sees everything."""

import getpass
import unittest

from upkeep_test import module_server
from upkeep_test.lifecycle import LifecycleCase

WORD = "zebrafish"


class SeeTest(LifecycleCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        see = {"trusted": [getpass.getuser()], "see": {"security": ["sara"]}}
        self.installation.configure(patch=see)
        self.shown = self.new("client=Acme")
        self.hidden = self.new(f"client={WORD}", "category=security", "developer=anna")
        self.third = self.new("client=Beta")

    def tool(self, name, *args, user="anna", stdin=b""):
        return self.installation.run(name, args[0], "--as", user, *args[1:], stdin=stdin)

    def test_reading(self):
        for words in (["pmt-patch", "list"], ["pmt-patch", "list", WORD], ["pmt-patch", "list", "client~z"],
                      ["pmt-patch", "export", "--format", "json"], ["pmt-patch", "queue", "--all"],
                      ["pmt-lifecycle", "mine"], ["pmt-lifecycle", "blockers"], ["pmt-lifecycle", "list"],
                      ["pmt-lifecycle", "overdue"], ["pmt-lifecycle", "durations"], ["pmt-patch", "verify-history"]):
            with self.subTest(words):
                result = self.tool(*words)
                self.assertLess(result.status, 64, result)
                self.assertNotIn(WORD, result.text + result.stderr.replace(f"'{WORD}'", ""))
                self.assertNotIn("0002", result.text)
        self.assertEqual(len(self.tool("pmt-patch", "list").rows), 2)
        self.assertEqual(len(self.tool("pmt-patch", "list", user="sara").rows), 3)
        self.assertEqual(len(self.installation.run("pmt-patch", "list").rows), 3)
        self.assertEqual(self.tool("pmt-lifecycle", "list", "--json").json[0]["patches"], 2)

    def test_naming(self):
        never = self.hidden[:-1] + "9"
        for words in (["pmt-patch", "show"], ["pmt-patch", "history"], ["pmt-lifecycle", "show"],
                      ["pmt-lifecycle", "eta"]):
            with self.subTest(words):
                hidden, other = self.tool(*words, self.hidden), self.tool(*words, never)
                self.assertEqual((hidden.status, hidden.text), (2, ""))
                self.assertEqual(hidden.stderr.replace(self.hidden, "NAME"), other.stderr.replace(never, "NAME"))
        for words in (["pmt-patch", "edit", self.hidden, "--set", "client=x"],
                      ["pmt-patch", "comment", self.hidden, "x"],
                      ["pmt-lifecycle", "tick", self.hidden, "1"], ["pmt-lifecycle", "move", self.hidden, "Promote"],
                      ["pmt-patch", "link", self.shown, "requires", self.hidden],
                      ["pmt-patch", "void", self.hidden, "--why", "x"],
                      ["pmt-patch", "new", "--platform", "4.5.0", "--ported-from", self.hidden],
                      ["pmt-lifecycle", "log-time", self.hidden, "1h"]):
            with self.subTest(words):
                result = self.tool(*words)
                self.assertEqual(result.status, 2, result)
                self.assertNotIn(WORD, result.stderr)
        self.assertEqual({one["action"] for one in self.history(self.hidden)}, {"create", "attach"})

    def test_links_and_cycles(self):
        run = self.installation.run
        self.assert_status(run("pmt-patch", "link", self.shown, "requires", self.hidden), 0)
        self.assert_status(run("pmt-patch", "link", self.hidden, "requires", self.third), 0)
        self.assertFalse(self.tool("pmt-patch", "show", "--json", self.shown).json[0]["links"])
        history = self.tool("pmt-patch", "history", "--json", self.shown).json
        self.assertNotIn("link", [one["action"] for one in history])
        self.assertEqual(self.tool("pmt-patch", "unlink", self.shown, "requires", self.hidden).status,
                         self.tool("pmt-patch", "unlink", self.shown, "requires", self.hidden[:-1] + "9").status)
        cycle = self.tool("pmt-patch", "link", self.third, "requires", self.shown)
        self.assertEqual(cycle.status, 1, cycle)
        self.assertNotIn(self.hidden, cycle.stderr)
        self.assertIn("through patches that you may not see", cycle.stderr)
        self.assert_status(self.tool("pmt-patch", "link", self.shown, "conflicts", self.third), 0)
        links = self.tool("pmt-patch", "show", "--json", self.shown, user="sara").json[0]["links"]
        self.assertEqual(len(links), 2, links)
        self.assert_quiet(run("pmt-patch", "verify-history"))
        self.assert_quiet(self.tool("pmt-patch", "verify-history"))

    def test_what_needs_everything(self):
        result = self.tool("pmt-patch", "import", "-", stdin=b"")
        self.assertNotEqual(result.status, 0)
        rows = f"patch,overview_client\n{self.hidden},x\n".encode()
        result = self.installation.run("pmt-patch", "--as", "anna", "import", "--as", "csv", "-", stdin=rows)
        self.assert_error(result, 77, "people who may see every patch")
        self.assertEqual(self.tool("pmt-patch", "new", "--platform", "4.4.0").text.strip()[-4:], "0004")

    def test_roles_and_groups(self):
        for members, sees in ((["watch"], True), (["other"], False), (["@nosuchgroup"], False), ([], False),
                              (["anna"], True)):
            self.installation.configure(patch={"see": {"SECURITY": members},
                                               "roles": {"watch": ["anna"], "other": ["bob"]}})
            with self.subTest(members):
                self.assertEqual(WORD in self.tool("pmt-patch", "list", "--fields", "overview_client").text, sees)

    def test_two_categories(self):
        self.installation.configure(patch={"see": {"security": ["sara"], "normal": ["bob"]}})
        self.assertEqual(self.tool("pmt-patch", "list").rows, [])
        self.assertEqual(len(self.tool("pmt-patch", "list", user="sara").rows), 1)
        self.assertEqual(len(self.tool("pmt-patch", "list", user="bob").rows), 2)

    def test_deliveries_are_not_held_up(self):
        inbox = self.installation.directory / "inbox"
        script = self.installation.directory / "hook"
        script.write_text(f"#!/bin/sh\ncat >> {inbox}\n")
        script.chmod(0o755)
        self.installation.configure(**{"notify.test": {"on": ["comment"], "command": [str(script)]}})
        self.assert_status(self.installation.run("pmt-patch", "comment", self.hidden, "for the notifier"), 0)
        result = self.tool("pmt-lifecycle", "deliver")
        self.assert_quiet(result)
        self.assertIn("for the notifier", inbox.read_text())

    def test_a_category_needs_a_name(self):
        self.installation.configure(patch={"see": {" ": ["sara"]}})
        self.assert_error(self.installation.run("pmt-patch", "list"), 78, "see")


if __name__ == "__main__":
    unittest.main()
