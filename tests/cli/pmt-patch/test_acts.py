# SPDX-License-Identifier: MIT
"""Acts as a program over the library makes them: once, on what its user saw."""

import os
import pathlib
import subprocess
import unittest

from upkeep_test import TestCase, module_server


class ActsTest(TestCase):
    def test_acts_of_the_library(self):
        installation = self.open_installation(module_server())
        unit_tests = pathlib.Path(os.environ["UPKEEP_BIN"]).parent / "tests" / "upkeep-unit-tests"
        if not unit_tests.exists():
            self.skipTest("the unit tests are not built")
        environment = {"PATH": os.environ["PATH"], "UPKEEP_TEST_SOCKET": str(installation.server.socket),
                       "UPKEEP_TEST_SCHEMA": installation.schema}
        done = subprocess.run([str(unit_tests), "[.registry]"], env=environment, capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("All tests passed", done.stdout)
        self.assert_quiet(installation.run("pmt-patch", "verify-history"))


if __name__ == "__main__":
    unittest.main()
