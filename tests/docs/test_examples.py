# SPDX-License-Identifier: MIT
"""The examples for cron and for systemd: their options exist, their lines run, their units load."""

import re
import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, find_tool, module_server
from upkeep_test.manual import all_options

CRON = REPOSITORY / "scripts" / "cron" / "upkeep"
UNITS = sorted((REPOSITORY / "scripts" / "systemd").glob("*.*"))


def calls(text: str) -> list[tuple[str, str]]:
    """(tool, the rest of its call)"""
    return re.findall(r"\b(ws-(?:check|schedule|upgrade|progress)) ((?:(?![|;>']).)*)", text)


class ExampleTest(TestCase):
    def lines(self):
        for file in [CRON, *UNITS]:
            yield from (line for line in file.read_text().splitlines()
                        if not line.startswith(("#", "Documentation=")))

    def test_options_exist(self):
        found = [(tool, option) for line in self.lines() for tool, rest in calls(line)
                 for option in re.findall(r"--[a-z-]+", rest)]
        self.assertGreater(len(found), 15)
        for tool, option in found:
            with self.subTest(option):
                self.assertIn(option, all_options(tool))

    def test_the_lines_of_cron_run(self):
        installation = self.open_small(module_server(), "acme", "beta")
        bin_directory = find_tool("ws-check").rpartition("/")[0]
        page = installation.directory / "night.html"
        jobs = [line.split("  upkeep  ")[1] for line in CRON.read_text().splitlines() if "  upkeep  " in line]
        self.assertEqual(len(jobs), 4)
        for job in jobs:
            # Now instead of at ten, and cron's own escape taken back.
            job = (
                job.replace("--at 22:00", "--delay 0")
                .replace("\\%", "%")
                .replace("/var/log/upkeep/night.html", str(page))
            )
            job = re.sub(r"--until \d\d:\d\d", "--until $(date -d '2 hours' +%H:%M)", job)
            with self.subTest(job):
                result = installation.run("/bin/sh", "-c", job, env={"PATH": f"{bin_directory}:/usr/bin:/bin"})
                self.assert_quiet(result)
                if "--summary" in job:
                    self.assertEqual(result.json[0]["succeeded"], 2)
        self.assertIn("</html>", page.read_text())
        self.assertEqual(installation.states(), {"acme": "upgraded", "beta": "upgraded"})

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_the_units_load(self):
        directory = self.make_directory()
        bin_directory = find_tool("ws-check").rpartition("/")[0]
        for unit in UNITS:
            (directory / unit.name).write_text(
                unit.read_text().replace("ExecStart=ws-", f"ExecStart={bin_directory}/ws-")
            )
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *sorted(map(str, directory.glob("upkeep-[sd]*")))],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        told = [line for line in done.stderr.splitlines() if "upkeep-" in line]
        self.assertEqual((done.returncode, told), (0, []), done.stderr)

    def test_failures_are_told(self):
        for unit in UNITS:
            if unit.suffix == ".service" and "failed" not in unit.name:
                self.assertIn("OnFailure=upkeep-failed@%n.service\n", unit.read_text())


if __name__ == "__main__":
    unittest.main()
