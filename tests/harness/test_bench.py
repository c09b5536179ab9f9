# SPDX-License-Identifier: MIT
# ctest: long
"""scripts/bench is run by hand: its programs must still fit the tools when someone needs a figure."""

import os
import subprocess
import sys
import unittest

from upkeep_test import REPOSITORY
from upkeep_test.paths import binary_directory

BASELINES = binary_directory().parent / "bench"


@unittest.skipUnless((BASELINES / "pmt_statements").exists(), "this build has no baselines (UPKEEP_BENCH)")
class BenchTest(unittest.TestCase):
    def test_patches(self):
        done = subprocess.run(
            [sys.executable, REPOSITORY / "tests" / "bench" / "bench_pmt.py"],
            env={**os.environ, "UPKEEP_BENCH_PATCHES": "6000", "UPKEEP_BENCH_SECONDS": "1",
                 "UPKEEP_BENCH_BIN": str(BASELINES)},
            capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        for line in ("import of 6000 rows", "new ", "16 processes numbering", "0 failures"):
            self.assertIn(line, done.stdout)


if __name__ == "__main__":
    unittest.main()
