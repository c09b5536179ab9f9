# SPDX-License-Identifier: MIT
"""docs/faults.md names a test in each row, and the test is there."""

import re
import unittest

from upkeep_test import REPOSITORY, TestCase

PAGE = REPOSITORY / "docs" / "faults.md"


class FaultsPageTest(TestCase):
    def test_every_row_is_a_test(self):
        rows = [line.strip("|").split(" | ") for line in PAGE.read_text().splitlines()
                if line.startswith("|") and not line.startswith(("|--", "| failure", "| **"))]
        self.assertGreater(len(rows), 50)
        for row in rows:
            with self.subTest(row[0]):
                file, test = re.fullmatch(r"`([\w/.-]+)` (test_\w+) ?", row[2]).groups()
                self.assertIn(f"def {test}(", (REPOSITORY / "tests" / file).read_text())


if __name__ == "__main__":
    unittest.main()
