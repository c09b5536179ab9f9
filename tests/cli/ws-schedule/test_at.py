# SPDX-License-Identifier: MIT
# ctest: atd
"""ws-schedule and the real at(1): the job's number, what is in the job, that it runs, and whom at does not let in."""

import os
import pathlib
import pwd
import re
import unittest

from upkeep_test import AtDaemon, AtQueue, TestCase, find_tool, module_server, wait_for


class AtTest(TestCase):
    def setUp(self):
        daemon = AtDaemon()
        self.addCleanup(daemon.close)
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.queue = AtQueue(str(self.installation.directory))
        self.addCleanup(self.queue.clear)

    def test_a_job_waits_and_is_taken_back(self):
        secrets = {"MYSQL_PWD": "geheim", "CALLERS_OWN": "bar", "BASH_FUNC_x%%": "() { :; }", "LS_COLORS": "x=1"}
        record = self.assert_quiet(self.installation.run("ws-schedule", "--delay", "3600", "--json", "acme", "beta",
                                                         env=secrets)).json
        jobs = self.queue.jobs()
        self.assertEqual([row["job"] for row in record], [str(number) for number in jobs] * 2)
        script = next(iter(jobs.values()))
        for word in ("geheim", "CALLERS_OWN", "UPKEEP_CONFIG", "BASH_FUNC", "LS_COLORS", "acme"):
            self.assertNotIn(word, script)
        self.assertIn("--drain", script)
        self.assertIn("</dev/null", script)
        self.assertIn(str(self.installation.config_file), script)
        names = set(re.findall(r"^(\w+)=", script, re.M))
        self.assertLessEqual(names, {"PATH", "SHELL", "LANG", "LOGNAME", "USER", "HOME", "XDG_STATE_HOME", "TZ", "PWD"})
        self.assertRegex(script, r"(?m)^cd / ")
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme", "beta"))
        self.assertEqual(self.queue.jobs(), {})

    def test_two_calls_share_nothing_but_the_queue(self):
        jobs = [self.assert_quiet(self.installation.run("ws-schedule", "--delay", "3600", name)).rows[0][3]
                for name in ("acme", "beta", "acme")]
        self.assertEqual(jobs[0], jobs[2])
        self.assertEqual(sorted(self.queue.jobs()), sorted({int(job) for job in jobs}))

    def test_the_job_upgrades(self):
        out = self.installation.directory / "env"
        self.installation.set_script(f"env > {out}; readlink /proc/self/fd/0 >> {out}; upgrade; echo OK")
        script = '"$1" --all --pending | "$2" --delay 0 | "$3" --follow'
        result = self.installation.run(
            "/bin/sh",
            "-c",
            script,
            "sh",
            *map(find_tool, ("ws-check", "ws-schedule", "ws-progress")),
            env={"CALLERS_OWN": "geheim"},
            timeout=120,
        )
        self.assert_status(result, 0)
        last = {row[0]: row[1:3] for row in result.rows}
        self.assertEqual(last, {"acme": ["upgraded", "100"], "beta": ["upgraded", "100"]})
        self.assert_quiet(self.installation.run("ws-check", "--all"), 0)
        text = out.read_text()
        self.assertNotIn("geheim", text)
        self.assertTrue(text.endswith("/dev/null\n"))
        wait_for(lambda: not self.queue.jobs(), "the job has ended")

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_a_user_whom_at_does_not_let_in(self):
        deny = pathlib.Path("/etc/at.deny")
        names = deny.read_text().split() if deny.exists() and not pathlib.Path("/etc/at.allow").exists() else []
        users = [
            name for name in ["www-data", *names] if name in names and any(name == u.pw_name for u in pwd.getpwall())
        ]
        if not users:
            self.skipTest("at(1) denies nobody here")
        server = self.installation.server
        for path, mode in ((server.directory, 0o711), (self.installation.directory, 0o711),
                           (self.installation.config_file, 0o644)):
            path.chmod(mode)
        result = self.installation.run("ws-schedule", "acme", "beta", user=users[0])
        self.assert_error(result, 77, f"denies access to {users[0]}", "/etc/at.deny", "prefix", stdout=None)
        self.assertEqual([row[1] for row in result.rows], ["failed", "failed"])
        self.assertEqual(server.value("SELECT COUNT(*) FROM upkeep.run WHERE active = 1"), "0")
        self.assertEqual(self.queue.jobs(), {})


if __name__ == "__main__":
    unittest.main()
