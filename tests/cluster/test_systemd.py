# SPDX-License-Identifier: MIT
"""ws-schedule via systemd-run, with a real manager. Skipped where none can be started."""

import datetime
import os
import pathlib
import re
import signal
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, find_tool, module_server, wait_for
from upkeep_test.systemd import Systemd
from upkeep_test.faults import ancestors_of

BIN = pathlib.Path(find_tool("ws-upgrade")).parent
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
        job = records[0]["job"].removesuffix(".service")
        wait_for(
            lambda: job not in self.systemd.call("systemctl", "list-units", "--all", "--plain"), "all is collected"
        )

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

    # -- the shipped units ----------------------------------------------------------------------
    def install_units(self, *, calendar="*-*-* 22:00"):
        """The shipped units, for this installation; who is told of a failure is written to `told`."""
        self.told = self.installation.directory / "told"
        self.installation.configure(schedule={"attempts": 1, "retry_after_s": 3600})
        directory = self.systemd.directory / ".config" / "systemd" / "user"
        directory.mkdir(parents=True, exist_ok=True)
        environment = "".join(f'Environment="{key}={value}"\n' for key, value in {
            **self.installation.env, "PATH": f"{BIN}:{os.environ['PATH']}"}.items())
        for unit in (REPOSITORY / "scripts" / "systemd").glob("upkeep-*"):
            # Their limits hide /tmp, or need more than this manager can do: test_unit_sandbox.py is about them.
            text = re.sub(r"(?m)^(?:User|Private|Protect|Restrict|SystemCall|Capab|NoNew|Lock|UMask)\w*=.*\n", "",
                          unit.read_text())
            text = re.sub(r"(?m)^ExecStart=(ws-upgrade\b)", rf"ExecStart={BIN}/\1", text)
            text = re.sub(r"(?m)^OnCalendar=.*", f"OnCalendar={calendar}\nAccuracySec=1s", text)
            if unit.name == "upkeep-failed@.service":
                text = re.sub(r"(?m)^ExecStart=.*", f"ExecStart=/bin/sh -c 'echo \"$1\" >> {self.told}' sh %i", text)
            (directory / unit.name).write_text(text.replace("[Service]\n", f"[Service]\n{environment}"))
            self.addCleanup((directory / unit.name).unlink)
        self.systemd.call("systemctl", "daemon-reload")
        self.addCleanup(self.systemd.call, "systemctl", "stop", "upkeep-sweep.timer", "upkeep-drain.timer")

    def property(self, unit, name):
        return self.systemd.call("systemctl", "show", "--value", "-p", name, unit)

    def run_unit(self, unit):
        """Waits for its end. @returns its result: success or exit-code."""
        self.systemd.call("systemctl", "reset-failed", unit)
        done = subprocess.run(
            [self.systemd.client, "systemctl", "start", unit], capture_output=True, check=False, timeout=120
        )
        return "success" if done.returncode == 0 else self.property(unit, "Result")

    def has_told(self):
        return self.told.exists() and self.told.read_text()

    def test_a_refused_workspace_does_not_keep_the_sweep_from_the_others(self):
        self.install_units()
        self.installation.set_script('[ "$ws" != acme ] || { echo BAD; exit 1; }; upgrade; echo OK')
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 1)
        self.assert_status(self.installation.run("ws-schedule", "acme"), 1)
        self.assertEqual(self.run_unit("upkeep-sweep.service"), "success")
        self.assertEqual(self.installation.states("acme", "beta"), {"acme": "failed", "beta": "upgraded"})
        self.assertEqual(self.run_unit("upkeep-sweep.service"), "success", "nothing else to do is no failure")
        self.assertFalse(self.has_told())

    def test_a_canary_stop_fails_the_unit_and_holds(self):
        self.install_units()
        self.installation.add_small("w1", "w2", "w3")
        self.installation.set_script("echo BAD; exit 1")
        self.assertEqual(self.run_unit("upkeep-sweep.service"), "exit-code")
        self.assertEqual(self.property("upkeep-sweep.service", "ExecMainStatus"), "1")
        wait_for(self.has_told, "OnFailure has fired")
        self.assertIn("upkeep-sweep.service", self.has_told())
        self.assertEqual(self.run_unit("upkeep-drain.service"), "success")
        started = "SELECT COUNT(*) FROM upkeep.run WHERE started_at IS NOT NULL"
        self.assertEqual(self.installation.server.value(started), "3")

    def test_the_other_drain_may_be_the_one_that_meets_the_stop(self):
        self.install_units()
        self.installation.set_script("echo BAD; exit 1")
        self.assert_quiet(
            self.installation.run(
                "ws-schedule", "--sweep", "night", "--canary", "1", "--no-job", "--delay", "0", "acme", "beta"
            )
        )
        self.assertEqual(self.run_unit("upkeep-drain.service"), "exit-code")
        wait_for(self.has_told, "OnFailure has fired")

    def test_what_really_fails_fails_the_sweep_before_it_begins(self):
        self.install_units()
        for section, values in (("database", {"socket": "/nonexistent"}), ("upgrade", {"no_such_key": 1})):
            with self.subTest(section):
                self.installation.configure(**{section: values})
                self.told.unlink(missing_ok=True)
                self.assertEqual(self.run_unit("upkeep-sweep.service"), "exit-code")
                wait_for(self.has_told, "OnFailure has fired")

    def test_the_timer_of_the_next_minute(self):
        at = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) + datetime.timedelta(
            minutes=1
        )
        self.install_units(calendar=at.strftime("%Y-%m-%d %H:%M UTC"))
        self.systemd.call("systemctl", "start", "upkeep-sweep.timer")
        wait_for(lambda: set(self.installation.states("acme", "beta").values()) == {"upgraded"}, "the night came", 150)
        first = self.installation.server.value("SELECT MIN(started_at) FROM upkeep.run")
        self.assertGreaterEqual(datetime.datetime.fromisoformat(first + "+00:00"), at)

    def test_a_missed_night_is_not_made_up_for_by_day(self):
        self.assertIn("\nPersistent=false\n", (REPOSITORY / "scripts" / "systemd" / "upkeep-sweep.timer").read_text())

    def test_the_shipped_units_are_sound(self):
        units = sorted((REPOSITORY / "scripts" / "systemd").glob("upkeep-*"))
        self.assertGreaterEqual(len(units), 5)
        directory = self.make_directory()
        for unit in units:  # the programs that they name are not installed here
            (directory / unit.name).write_text(
                re.sub(r"(?m)^(ExecStart=)(?:/usr/libexec/upkeep/)?(?:ws-\w+|upkeep)\b", r"\1/bin/true",
                       unit.read_text())
            )
        for unit in units:
            done = subprocess.run(["systemd-analyze", "--man=no", "verify", directory / unit.name], capture_output=True,
                                  text=True, check=False, env={"PATH": os.environ["PATH"]})
            self.assertEqual((done.returncode, done.stderr), (0, ""), unit.name)


if __name__ == "__main__":
    unittest.main()
