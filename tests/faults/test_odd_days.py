# SPDX-License-Identifier: MIT
"""Silence, an upgrade that kills idle connections, a state directory that vanishes, a clock that is stepped, a hostile
environment."""

import os
import shutil
import signal
import subprocess
import unittest

from upkeep_test import find_tool
from upkeep_test.faults import FaultCase, add_empty_workspaces, module_server, use_quick_upgrades, wait_for

#: Puts the wall clock off by the seconds that a file says; the others go on as they are.
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long off(void) {
  long s = 0;
  FILE *f = fopen(getenv("CLOCK_OFF"), "re");
  if (f) { if (fscanf(f, "%ld", &s) != 1) s = 0; fclose(f); }
  return s;
}
int clock_gettime(clockid_t id, struct timespec *t) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  int r = real(id, t);
  if (id == CLOCK_REALTIME) t->tv_sec += off();
  return r;
}
time_t time(time_t *p) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  if (p) *p = t.tv_sec;
  return t.tv_sec;
}
int gettimeofday(struct timeval *restrict v, void *restrict z) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  v->tv_sec = t.tv_sec;
  v->tv_usec = t.tv_nsec / 1000;
  return 0;
}
"""


class OddDayTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": 1})
        add_empty_workspaces(self.installation, "acme", "beta")

    def assert_well(self, *names):
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(names)
        self.assertEqual(set(self.run_states()), {"succeeded"})

    def test_silence_for_many_leases(self):
        self.installation.configure(upgrade={"lease_s": 3})  # a machine that stands still for a moment is not silence
        use_quick_upgrades(self.installation, 12)
        self.assert_quiet(self.installation.run("ws-upgrade", "acme"))
        self.assert_well("acme")
        self.assertNotIn("lost", self.events())
        self.assert_all_over()

    def test_an_upgrade_that_kills_every_idle_connection_of_its_user(self):
        use_quick_upgrades(self.installation)
        command = self.installation._sections["upgrade"]["command"]
        kill = (
            "\nfor i in 1 2 3 4 5 6; do mariadb --no-defaults --socket=\"$4\" --user=root -N -e \"SELECT CONCAT('KILL"
            " ', id, ';')"
            " FROM information_schema.processlist WHERE command = 'Sleep' AND user = 'root'\" |"
            " mariadb --no-defaults --socket=\"$4\" --user=root --force 2> /dev/null; sleep 0.3; done\n"
        )
        command[2] = command[2].replace("\nnote end\n", kill + "note end\n")
        self.installation.configure(upgrade={"command": command, "lease_s": 6})
        upgrade = self.upgrade("acme")
        self.wait_until_started("acme")
        following = self.upgrade("beta")
        self.assert_quiet(upgrade.wait())
        self.assert_quiet(following.wait())
        self.assert_well("acme", "beta")
        self.assert_all_over()

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount")
    def test_a_state_directory_that_vanishes(self):
        state = self.installation.directory / "mounted"
        state.mkdir()
        if (
            subprocess.run(["mount", "-t", "tmpfs", "none", str(state)], check=False, capture_output=True).returncode
            != 0
        ):
            self.skipTest("no mount here")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(state)], check=False, capture_output=True)
        use_quick_upgrades(self.installation, 3, state_dir=state, lease_s=6)
        upgrade = self.upgrade("acme")
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        subprocess.run(["umount", "--lazy", str(state)], check=True)
        # To the database it is another host that comes now: it waits for the lease that is renewed.
        following = self.upgrade("beta")
        self.assert_status(upgrade.wait(), 0)
        self.assert_quiet(following.wait())
        self.assert_well("acme", "beta")

    @unittest.skipUnless(shutil.which("cc"), "no compiler")
    def test_a_clock_that_is_stepped(self):
        directory = self.make_directory()
        (directory / "clock.c").write_text(CLOCK)
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-o", directory / "clock.so", directory / "clock.c", "-ldl"], check=True
        )
        off = directory / "off"
        off.write_text("0")
        use_quick_upgrades(self.installation, 3, timeout_s=60)
        env = {**self.installation.env, "LD_PRELOAD": str(directory / "clock.so"), "CLOCK_OFF": str(off)}
        upgrade = self.start("ws-upgrade", "--json", "acme", env=env)
        self.wait_until_started("acme")
        following = self.start("ws-upgrade", "--wait", "600", "beta", env=env)
        for step in (86400, -86400 * 400, 7200):
            off.write_text(str(step))
            self.assertEqual(self.installation.run("ws-check", "acme").rows[0][1], "running")
        record, = self.assert_quiet(upgrade.wait()).json
        self.assertLess(record["seconds"], 40)
        self.assert_quiet(following.wait())
        self.assert_well("acme", "beta")
        seconds = self.installation.server.value(
            "SELECT MAX(TIMESTAMPDIFF(SECOND, started_at, ended_at)) FROM upkeep.run"
        )
        self.assertLess(int(seconds), 40, "the history keeps the server's time")
        self.assert_all_over()


class EnvironmentTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server())
        use_quick_upgrades(self.installation)
        add_empty_workspaces(self.installation, "acme")

    def test_hostile_variables_and_umask(self):
        hostile = {
            "IFS": "/",
            "TZ": "../../etc/passwd",
            "LC_ALL": "xx_XX.nothing",
            "LANG": "\x01",
            "PATH": "",
            "TERM": "../../x",
            "COLUMNS": "-1",
            "BASH_ENV": "/nonexistent",
            "ENV": "/nonexistent",
            "MYSQL_HOST": "192.0.2.1",
            "MYSQL_TCP_PORT": "1",
            "MYSQL_UNIX_PORT": "/nonexistent",
            "TMPDIR": "/nonexistent",
        }
        self.installation.configure(upgrade={"command": ["/bin/bash", "-c", "PATH=/usr/bin:/bin; " + self.installation
                                                         ._sections["upgrade"]["command"][2],
                                                         *self.installation._sections["upgrade"]["command"][3:]]})
        self.assert_quiet(self.installation.run("ws-upgrade", "acme", env=hostile))
        for tool in ("ws-check", "ws-progress"):
            self.assert_states(
                self.assert_quiet(self.installation.run(tool, "acme", env=hostile)), {"acme": "upgraded"}
            )
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        self.assert_quiet(self.installation.run("ws-upgrade", "--force", "acme"))
        for log in self.installation.log_files("acme"):
            self.assertEqual(log.stat().st_mode & 0o137, 0)

    def test_ten_thousand_arguments(self):
        names = [f"w{number}" for number in range(10000)]
        result = self.assert_status(self.installation.run("ws-check", *names, timeout=120), 2)
        self.assertEqual([row[0] for row in result.rows], names)
        self.assertEqual({row[1] for row in result.rows}, {"unknown"})

    def test_closed_descriptors(self):
        for closed, status in (("<&-", 1), ("2>&-", 1), ("<&- 2>&-", 1), (">&-", 74)):
            with self.subTest(closed):
                result = self.installation.run("/bin/sh", "-c", f'exec "$0" acme {closed}', find_tool("ws-check"))
                self.assertIn(result.status, (status,))
        result = self.installation.run("/bin/sh", "-c", 'exec "$0" acme <&- 2>&- >&-', find_tool("ws-upgrade"))
        self.assertIn(result.status, (0, 74))
        self.assertEqual(self.run_states(), ["succeeded"])

    def test_term_at_any_moment_leaves_a_definite_state(self):
        """From the first connection to the last word."""
        for moment in range(0, 120, 12):
            upgrade = self.upgrade("--force", "acme")
            try:
                upgrade.process.wait(moment / 1000)
            except subprocess.TimeoutExpired:
                upgrade.signal(signal.SIGTERM)
            self.assertIn(upgrade.wait().status, (0, 143))
            wait_for(lambda: self.installation.run("ws-progress", "--active").stdout == b"", "nothing is active")
        self.assertLessEqual(set(self.run_states()), {"succeeded", "interrupted", "cancelled"})
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over()


if __name__ == "__main__":
    unittest.main()
