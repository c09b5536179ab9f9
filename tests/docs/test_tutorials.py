# SPDX-License-Identifier: MIT
"""What the tutorials tell a newcomer to type works on a fresh server, and shows what they say."""

# ctest: slow

import re
import unittest

from upkeep_test import TestCase, find_tool
from upkeep_test.fresh import FreshServer, blocks, shape


class TutorialTest(TestCase):
    def follow(self, server: FreshServer, commands: str, shown: str, user: str) -> None:
        with self.subTest(commands.split("\n", 1)[0]):
            result = server.run(f"set -o pipefail\n{commands}", user)
            lines = iter(shape(result.text))
            for line in shape(shown):
                pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
                self.assertTrue(
                    any(pattern.fullmatch(other) for other in lines), f"no line {line!r} (any more) in:\n{result.text}"
                )
            self.assertLess(result.status, 3, result.text)
            self.assertNotRegex(result.text, r"(?i)command not found|syntax error|: error: ")

    def test_one_after_the_other(self):
        for tool in ("upkeep", "ws-check", "ws-schedule", "ws-upgrade", "ws-progress", "pmt-patch", "pmt-lifecycle"):
            find_tool(tool)
        server = FreshServer()
        self.addCleanup(server.close)
        for commands, shown in blocks("tutorial/first-upgrade.md"):
            self.follow(server, commands, shown, "root")
        for commands, shown in blocks("tutorial/first-patch.md"):
            self.follow(server, commands, shown, "anna")


if __name__ == "__main__":
    unittest.main()
