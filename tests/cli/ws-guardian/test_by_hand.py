# SPDX-License-Identifier: MIT
"""ws-guardian, started by somebody who is not ws-upgrade. What it does for ws-upgrade is tested in
tests/unit/guard and tests/faults."""

import shutil
import unittest

from upkeep_test import TestCase, find_tool, module_server, process


class ByHandTest(TestCase):
    def test_is_refused_with_what_to_use(self):
        for arguments in ([], ["acme", "run=1"], ["--version"]):
            result = process.run("ws-guardian", *arguments)
            self.assertEqual(64, result.status, result)
            self.assertEqual(b"", result.stdout)
            self.assertEqual("ws-guardian: error: this program is started by ws-upgrade; use ws-upgrade\n",
                             result.stderr)

    def test_help(self):
        for option in ("--help", "-h"):
            result = process.run("ws-guardian", option)
            self.assertEqual(0, result.status, result)
            self.assertIn("started by ws-upgrade", result.text)
            self.assertEqual("", result.stderr)


class InstalledTest(TestCase):
    """Its name is in no configuration: ws-upgrade finds it from where it was installed itself."""

    def setUp(self):
        self.installation = self.open_small(module_server())

    def upgrade_with(self, libexec, workspace):
        installation = self.installation
        installation.add_small(workspace)
        prefix = self.make_directory()
        (prefix / "bin").mkdir()
        (prefix / libexec / "upkeep").mkdir(parents=True)
        for tool, place in (("ws-upgrade", "bin"), ("upkeep", "bin"), ("ws-guardian", f"{libexec}/upkeep")):
            shutil.copy2(find_tool(tool), prefix / place)
        return [process.run(str(prefix / "bin" / argv[0]), *argv[1:], env=installation.env)
                for argv in (("ws-upgrade", workspace), ("upkeep", "doctor", "--json"))]

    def test_below_libexec_and_below_lib_of_a_moved_prefix(self):
        for libexec in ("libexec", "lib"):
            with self.subTest(libexec):
                upgrade, doctor = self.upgrade_with(libexec, f"in_{libexec}")
                self.assert_quiet(upgrade, 0)
                self.assertEqual({r["result"] for r in doctor.json if r["check"] == "helpers"}, {"ok"})

    def test_nowhere(self):
        upgrade, doctor = self.upgrade_with("elsewhere", "acme")
        self.assertIn("ws-guardian was not found in", upgrade.text)
        self.assertEqual({r["result"] for r in doctor.json if r["check"] == "helpers"}, {"fail"})


if __name__ == "__main__":
    unittest.main()
