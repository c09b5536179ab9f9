# SPDX-License-Identifier: MIT
"""ws-guardian, started by somebody who is not ws-upgrade. What it does for ws-upgrade is tested in
tests/unit/guard and tests/faults."""

import unittest

from upkeep_test import TestCase, process


class ByHandTest(TestCase):
    def test_is_refused_with_what_to_use(self):
        for arguments in ([], ["acme", "run=1"], ["--version"]):
            result = process.run("ws-guardian", *arguments)
            self.assertEqual(64, result.status, result)
            self.assertEqual(b"", result.stdout)
            self.assertEqual("ws-guardian: error: ws-upgrade starts this program; use ws-upgrade\n", result.stderr)

    def test_help(self):
        for option in ("--help", "-h"):
            result = process.run("ws-guardian", option)
            self.assertEqual(0, result.status, result)
            self.assertIn("started by ws-upgrade", result.text)
            self.assertEqual("", result.stderr)


if __name__ == "__main__":
    unittest.main()
