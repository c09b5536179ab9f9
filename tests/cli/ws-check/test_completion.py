# SPDX-License-Identifier: MIT
"""The ws-* tools complete names of workspaces; tests/cli/pmt-patch/test_completion.py asks as shells do."""

import unittest

from upkeep_test import TestCase, module_server


class CompletionTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "acorn", "globex")

    def candidates(self, tool: str, *words: str) -> list[str]:
        return self.assert_quiet(self.installation.run(tool, "__complete", "fish", *words)).text.split("\n")[:-1]

    def test_names_with_their_states(self):
        for tool in ("ws-check", "ws-schedule", "ws-upgrade", "ws-progress"):
            with self.subTest(tool):
                self.assertEqual(self.candidates(tool, "ac"), ["acme\tpending", "acorn\tpending"])
                self.assertEqual(self.candidates(tool, "acme", "ac"), ["acorn\tpending"])
        self.assertEqual(self.candidates("ws-schedule", "--hold", "glo"), ["globex\tpending"])
        self.assertEqual(self.candidates("ws-check", "--", "glo"), ["globex\tpending"])

    def test_nothing_is_said_without_a_database(self):
        self.installation.configure(database={"socket": "/nonexistent"})
        self.assertEqual(self.candidates("ws-check", "ac"), [])


if __name__ == "__main__":
    unittest.main()
