# SPDX-License-Identifier: MIT
"""The order of the queue is stated twice, in SQL and in the model: both say the same of the same rows."""

import os
import pathlib
import subprocess
import unittest

from upkeep_test import TestCase, module_server


class OrderTest(TestCase):
    def test_sql_and_model(self):
        installation = self.open_installation(module_server())
        unit_tests = pathlib.Path(os.environ["UPKEEP_BIN"]).parent / "tests" / "upkeep-unit-tests"
        if not unit_tests.exists():
            self.skipTest("the unit tests are not built")
        environment = {"PATH": os.environ["PATH"], "UPKEEP_TEST_SOCKET": str(installation.server.socket),
                       "UPKEEP_TEST_SCHEMA": installation.schema}
        done = subprocess.run([str(unit_tests), "[.server]"], env=environment, capture_output=True, text=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("All tests passed", done.stdout)


if __name__ == "__main__":
    unittest.main()
