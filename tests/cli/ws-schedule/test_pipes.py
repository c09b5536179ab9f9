# SPDX-License-Identifier: MIT
"""What a tool prints, a tool reads: whole, or not at all."""

import unittest

from upkeep_test import TestCase, module_server


class PipeTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta", "gamma")

    def schedule(self, text):
        return self.installation.run("ws-schedule", "--no-job", "--fields", "workspace,state", stdin=text)

    def queued(self):
        return sorted(row[0] for row in self.installation.server.sql("SELECT workspace FROM upkeep.run"))

    def test_every_way_in_which_lists_are_printed(self):
        for words in (["--json"], ["--format", "jsonl"], ["--header"], [], ["--json", "--fields", "workspace"]):
            with self.subTest(words):
                printed = self.installation.run("ws-check", "--all", *words).text
                result = self.schedule(printed)
                self.assert_quiet(result)
                self.assertEqual(self.queued(), ["acme", "beta", "gamma"])
                self.installation.server.sql("DELETE FROM upkeep.run")

    def test_a_part_is_no_whole(self):
        printed = self.installation.run("ws-check", "--all", "--json").text
        for text, words in ((printed[:-20], "truncated"), (printed.replace('"beta"', "null"), "no string"),
                            ("acme\n{\"workspace\":\"beta\"\n", "truncated"),
                            (self.installation.run("ws-check", "--all", "--format", "text").text, "table"),
                            ("workspace,state\nacme,pending\n", "table"), ("acme\n\tpending\n", "first field")):
            with self.subTest(text):
                result = self.assert_error(self.schedule(text), 65, words, "nothing was done")
                self.assertEqual(result.text, "")
                self.assertEqual(self.queued(), [])

    def test_a_wrong_name_leaves_the_others(self):
        result = self.schedule('[{"workspace":"acme"},{"workspace":"../x"},{"workspace":"beta"}]')
        self.assert_status(result, 65)
        self.assertEqual(self.queued(), ["acme", "beta"])

    def test_every_tool_of_workspaces(self):
        printed = self.installation.run("ws-check", "--all", "--json").text
        for tool, *words in (("ws-check",), ("ws-progress",), ("ws-upgrade", "-n"), ("ws-schedule", "-n")):
            with self.subTest(tool):
                result = self.installation.run(tool, *words, "--fields", "workspace", "-", stdin=printed)
                self.assertEqual(result.text.split(), ["acme", "beta", "gamma"])
                result = self.installation.run(tool, *words, "--fields", "workspace", "-", stdin=printed[:-5])
                self.assert_error(result, 65, "nothing was done")


if __name__ == "__main__":
    unittest.main()
