# SPDX-License-Identifier: MIT
"""docs/faults.md names a test in each row, and the tests that it names are there."""

import re
import unittest

from upkeep_test import REPOSITORY, TestCase

PAGE = REPOSITORY / "docs" / "faults.md"
#: A Python test by the name of its method, a unit test by that of its case.
TEST = re.compile(r'`([\w/.-]+\.(?:py|cpp))` (?:(test_\w+)|"([^"]+)")')


class FaultsPageTest(TestCase):
    def test_every_row_is_a_test(self):
        rows = [line.strip("|").split(" | ") for line in PAGE.read_text().splitlines()
                if line.startswith("|") and not line.startswith(("|--", "| failure", "| **"))]
        self.assertGreater(len(rows), 50)
        for row in rows:
            with self.subTest(row[0]):
                self.assertRegex(row[2], rf"^{TEST.pattern} ?$")

    def test_every_test_is_there(self):
        for file, method, case in TEST.findall(" ".join(PAGE.read_text().split())):
            with self.subTest(file, test=method or case):
                text = (REPOSITORY / "tests" / file).read_text()
                self.assertIn(f"def {method}(" if method else f'TEST_CASE("{case}"', text)


if __name__ == "__main__":
    unittest.main()
