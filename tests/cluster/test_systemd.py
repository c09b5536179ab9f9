# SPDX-License-Identifier: MIT
"""ws-schedule via systemd-run, with a real manager. Skipped where none can be started."""

import os
import pathlib
import re
import signal
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server, wait_for
from upkeep_test.systemd import Systemd

from faults.helpers import ancestors_of

_systemd: list[Systemd] = []


def setUpModule():
    systemd = Systemd()
    unittest.addModuleCleanup(systemd.close)
    try:
        systemd.start()
    except RuntimeError as error:
        raise unittest.SkipTest(str(error)) from error
    _systemd.append(systemd)


class SystemdTest(TestCase):
    def setUp(self):
        self.systemd = _systemd[0]
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.installation.configure(schedule={"via": "systemd", "prefix": self.systemd.prefix})

    def schedule(self, *args, status=0):
        return self.assert_quiet(self.installation.run("ws-schedule", "--json", *args), status).json

    def is_active(self, job):
        return self.systemd.call("systemctl", "is-active", job)

    def test_from_the_queue_to_the_upgrade(self):
        self.installation.set_script(f"env > {self.installation.directory}/env; upgrade; echo OK")
        records = self.schedule("--delay", "0", "acme", "beta")
        self.assertRegex(records[0]["job"], r"^upkeep-\d+-\d+\.service$")
        self.assertEqual(records[0]["job"], records[1]["job"], "one job for both")
        result = self.assert_quiet(self.installation.run("ws-progress", "--follow", "acme", "beta", timeout=60), 0)
        self.assertEqual({row[0]: row[1] for row in result.rows}, {"acme": "upgraded", "beta": "upgraded"})
        # Nothing is left of a unit that has ended well, nor of one that has failed.
        wait_for(lambda: "upkeep-" not in self.systemd.call("systemctl", "list-units", "--all", "--plain"), "all is collected")

    def test_a_timer_starts_it_by_the_second(self):
        record, = self.schedule("--delay", "2", "acme")
        self.assertRegex(record["job"], r"\.timer$")
        self.assertEqual(self.is_active(record["job"]), "active")
        self.assert_quiet(self.installation.run("ws-progress", "--follow", "acme", timeout=60), 0)
        late = self.installation.server.value(
            "SELECT TIMESTAMPDIFF(MICROSECOND, due_at, started_at) / 1e6 FROM upkeep.run WHERE workspace = 'acme'")
        self.assertGreaterEqual(float(late), 0)
        self.assertLess(float(late), 15)

    def test_a_killed_ws_upgrade_leaves_its_command_alone(self):
        """systemd would end whatever is in the unit's cgroup, and with it a half-applied upgrade."""
        pid_file = self.installation.directory / "pid"
        self.installation.set_script(f"echo $$ > {pid_file}; sleep 2; upgrade; echo OK")
        self.schedule("--delay", "0", "acme")
        wait_for(lambda: pid_file.exists() and pid_file.read_text().strip(), "the command runs")
        guardian = ancestors_of(int(pid_file.read_text()))
        upgrade = next(pid for pid in guardian if pathlib.Path(f"/proc/{pid}/comm").read_text() == "ws-upgrade\n")
        os.kill(upgrade, signal.SIGKILL)
        wait_for(lambda: self.installation.states("acme")["acme"] == "upgraded", "who looks records the verdict")

    def test_cancel(self):
        record, = self.schedule("--delay", "3600", "acme")
        left = self.systemd.call("systemctl", "list-timers", "--all", "--no-legend")
        self.assertIn(record["job"], left)
        self.assertTrue(re.search(r"59min|1h", left), left)
        self.assertEqual(self.schedule("--cancel", "acme")[0]["state"], "cancelled")
        wait_for(lambda: self.is_active(record["job"]) == "inactive", "the timer is taken back")

    def test_a_job_that_somebody_stopped_is_replaced(self):
        first, = self.schedule("--delay", "3600", "acme")
        again, = self.schedule("--delay", "3600", "acme")
        self.assertEqual((again["state"], again["job"]), ("already", first["job"]))
        self.systemd.call("systemctl", "stop", first["job"])
        wait_for(lambda: self.is_active(first["job"]) == "inactive", "the timer is gone")
        again, = self.schedule("--delay", "3600", "acme")
        self.assertEqual((again["state"], again["run"]), ("already", first["run"]))
        self.assertNotEqual(again["job"], first["job"])
        self.assertEqual(self.is_active(again["job"]), "active")
        self.schedule("--cancel", "acme")

    def test_refused_options(self):
        self.installation.configure(schedule={"options": ["--property=NoSuchProperty=1"]})
        result = self.installation.run("ws-schedule", "acme")
        self.assert_error(result, 69, "systemd-run refused", "NoSuchProperty", stdout=None)
        self.assertEqual(self.installation.server.value("SELECT COUNT(*) FROM upkeep.run WHERE active = 1"), "0")

    def test_the_shipped_units_are_sound(self):
        units = sorted((REPOSITORY / "scripts" / "systemd").glob("upkeep-*"))
        self.assertGreaterEqual(len(units), 5)
        directory = self.make_directory()
        for unit in units:  # the program that they name is not installed here
            (directory / unit.name).write_text(re.sub(r"(?m)^(ExecStart=)ws-upgrade\b", r"\1/bin/true", unit.read_text()))
        for unit in units:
            done = subprocess.run(["systemd-analyze", "--man=no", "verify", directory / unit.name], capture_output=True,
                                  text=True, check=False, env={"PATH": os.environ["PATH"]})
            self.assertEqual((done.returncode, done.stderr), (0, ""), unit.name)


if __name__ == "__main__":
    unittest.main()
