# SPDX-License-Identifier: MIT
"""ws-schedule hands runs to a command, and to at(1) as it answers: refusals leave nothing behind."""

import json
import unittest

from upkeep_test import TestCase, find_tool, module_server

DENIED = "echo 'You do not have permission to use at.' >&2; exit 1"
NO_ATD = """echo "warning: commands will be executed using /bin/sh" >&2; echo "job 17 at Mon Nov 23 12:00:00 2026" >&2
echo "Can't open /run/atd.pid to signal atd. No atd running?" >&2"""


class BackendTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta", "gamma")
        self.out = self.installation.directory / "out"
        self.out.mkdir()

    def command(self, script, *words):
        self.installation.configure(schedule={"via": "command", "command": ["/bin/sh", "-c", script, "sh", *words]})

    def at(self, script):
        """An at(1) that answers as the script does, by way of the prefix."""
        self.installation.configure(schedule={"prefix": ["/bin/sh", "-c", script, "sh"]})

    def active(self):
        return [row[0] for row in self.installation.server.sql("SELECT workspace FROM upkeep.run WHERE active = 1")]

    # -- a command ------------------------------------------------------------------------------
    def test_placeholders_and_json(self):
        self.command(
            f'cat > {self.out}/"$2"; printf "%s|%s|%s|%s" "$1" "$2" "$3" "$4" > {self.out}/args; echo engine-7; echo'
            ' more',
            "{run}",
            "{workspace}",
            "{due}",
            "a {workspace} 'b' $HOME {unknown}",
        )
        record = self.assert_quiet(self.installation.run("ws-schedule", "--json", "acme")).json[0]
        self.assertEqual(record["job"], "engine-7")
        self.assertEqual((self.out / "args").read_text(),
                         f"{record['run']}|acme|{record['due']}|a acme 'b' $HOME {{unknown}}")
        told = json.loads((self.out / "acme").read_text())
        self.assertEqual({key: told[key] for key in ("run", "workspace", "due")},
                         {"run": record["run"], "workspace": "acme", "due": record["due"]})
        self.assertEqual(told["command"], [find_tool("ws-upgrade"), "--drain", "--config",
                                           str(self.installation.config_file)])

    def test_what_the_command_is_told_to_run_does_run(self):
        self.command('python3 -c "import json,sys,subprocess; subprocess.Popen(json.load(sys.stdin)[\'command\'],'
                     ' stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)"')
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", "acme"))
        result = self.assert_status(self.installation.run("ws-progress", "--follow", "acme"), 0)
        self.assertEqual(result.rows[-1][1], "upgraded")

    def test_clean_environment(self):
        self.command(f"env > {self.out}/env; pwd > {self.out}/pwd; ls -l /proc/self/fd > {self.out}/fds")
        self.assert_quiet(self.installation.run("ws-schedule", "acme", env={
            "MYSQL_PWD": "geheim", "FOO": "bar", "LD_PRELOAD": "", "PATH": "/evil:/usr/bin:/bin", "BASH_ENV": "/evil"}))
        text = (self.out / "env").read_text()
        for word in ("geheim", "FOO", "evil", "UPKEEP_CONFIG", "BASH_ENV"):
            self.assertNotIn(word, text)
        self.assertIn("HOME=", text)
        self.assertEqual((self.out / "pwd").read_text(), "/\n")
        self.assertNotIn("socket:", (self.out / "fds").read_text())

    def test_no_answer_is_still_a_job(self):
        self.command("true")
        self.assertEqual(self.assert_quiet(self.installation.run("ws-schedule", "acme")).rows[0][3], "-")

    def test_each_run_has_its_own_job(self):
        self.command("echo job-$1", "{workspace}")
        rows = self.assert_quiet(self.installation.run("ws-schedule", "acme", "beta", "gamma")).rows
        self.assertEqual([row[3] for row in rows], ["job-acme", "job-beta", "job-gamma"])

    def test_refusal_is_undone(self):
        self.command("echo no room today >&2; exit 3")
        result = self.installation.run("ws-schedule", "acme", "beta")
        self.assert_error(result, 69, "no room today", "exit status 3", stdout=None)
        self.assertEqual([row[1] for row in result.rows], ["failed", "failed"])
        self.assertIn("no room today", result.rows[0][5])
        self.assertEqual(self.active(), [])
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})

    def test_one_refusal_of_several(self):
        self.command('[ "$1" != beta ] || { echo not this one >&2; exit 1; }', "{workspace}")
        result = self.installation.run("ws-schedule", "acme", "beta", "gamma")
        self.assert_error(result, 69, "not this one", stdout=None)
        self.assert_states(result, {"acme": "queued", "beta": "failed", "gamma": "queued"})
        self.assertEqual(self.active(), ["acme", "gamma"])

    def test_command_that_is_not_there(self):
        self.installation.configure(schedule={"via": "command", "command": ["/nonexistent/engine", "{run}"]})
        result = self.installation.run("ws-schedule", "acme")
        self.assert_error(result, 69, "/nonexistent/engine", stdout=None)
        self.assertEqual(self.active(), [])

    def test_via_on_the_command_line(self):
        self.at('[ "$1" != at ] || exit 7; exec "$@"')
        self.installation.configure(schedule={"command": ["true"]})
        self.assert_error(self.installation.run("ws-schedule", "acme"), 69, stdout=None)
        self.assert_quiet(self.installation.run("ws-schedule", "--via", "command", "acme"))
        self.assert_error(
            self.installation.run("ws-schedule", "--via", "comand", "acme"), 64, "did you mean 'command'?"
        )

    # -- at(1), played ---------------------------------------------------------------------------
    def test_at_gets_its_arguments(self):
        self.at(f'echo "$@" > {self.out}/args; cat > {self.out}/script; env > {self.out}/env; pwd > {self.out}/pwd;'
                ' echo "job 42 at x" >&2')
        record = self.assert_quiet(self.installation.run("ws-schedule", "--json", "acme", "beta",
                                                         env={"SECRET": "geheim"})).json
        self.assertEqual([row["job"] for row in record], ["42", "42"])
        stamp = record[0]["due"].replace("-", "").replace("T", "").replace(":", "")[:12]
        self.assertEqual((self.out / "args").read_text(), f"at -M -q z -t {stamp}\n")
        self.assertTrue(record[0]["due"].endswith(":00Z"))  # at counts in minutes, and so is it told
        script = (self.out / "script").read_text()
        self.assertIn("</dev/null", script)
        self.assertIn("'--drain'" if "'--drain'" in script else "--drain", script)
        for word in ("acme", "beta"):  # nothing of a caller's in a shell script
            self.assertNotIn(word, script)
        self.assertNotIn("geheim", (self.out / "env").read_text())
        self.assertIn("TZ=UTC", (self.out / "env").read_text())
        self.assertEqual((self.out / "pwd").read_text(), "/\n")

    def test_at_once(self):
        self.at(f'echo "$@" > {self.out}/args; echo "job 42 at x" >&2')
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", "acme"))
        self.assertEqual((self.out / "args").read_text(), "at -M -q z now\n")

    def test_denied_is_77_with_advice(self):
        for script in (DENIED, "echo 'sudo: a password is required' >&2; exit 1"):
            self.at(script)
            result = self.installation.run("ws-schedule", "acme", "beta")
            self.assert_error(result, 77, "/etc/at.deny", "prefix", stdout=None)
            self.assertEqual([row[1] for row in result.rows], ["failed", "failed"])
            self.assertEqual(result.stderr.count("error:"), 1)
            self.assertEqual(self.active(), [])

    def test_other_refusals_are_69(self):
        for script, word in (
            ("echo 'at: refusing to create job' >&2; exit 1", "refusing to create job"),
            ("exit 5", "5"),
            ("exit 0", ""),
            ("echo nothing about a number >&2", "nothing about a number"),
            ("kill -9 $$", ""),
        ):
            with self.subTest(script):
                self.at(script)
                result = self.installation.run("ws-schedule", "acme")
                self.assert_error(result, 69, word, stdout=None)
                self.assert_states(result, {"acme": "failed"})
                self.assertEqual(self.active(), [])

    def test_at_is_missing(self):
        self.installation.configure(schedule={"prefix": ["/nonexistent/sudo"]})
        result = self.installation.run("ws-schedule", "acme")
        self.assert_error(result, 69, "install", stdout=None)
        self.assertEqual(self.active(), [])

    def test_no_atd_is_a_warning(self):
        self.at(NO_ATD)
        result = self.assert_status(self.installation.run("ws-schedule", "acme"), 0)
        self.assertEqual(result.rows[0][1:4:2], ["queued", "17"])
        self.assertIn("ws-schedule: warning: ", result.stderr)
        self.assertIn("atd", result.stderr)

    def test_cancel_takes_the_job_back_when_nobody_needs_it(self):
        self.at(f'echo "$@" >> {self.out}/args; echo "job 42 at x" >&2')
        self.assert_quiet(self.installation.run("ws-schedule", "acme", "beta"))
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"))
        self.assertNotIn("atrm", (self.out / "args").read_text())
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "beta"))
        self.assertIn("atrm 42\n", (self.out / "args").read_text())

    def test_a_run_that_lost_its_job_gets_a_new_one(self):
        self.at('echo "job 42 at x" >&2')
        self.assert_quiet(self.installation.run("ws-schedule", "acme"))
        self.installation.server.sql("UPDATE upkeep.run SET due_at = due_at - INTERVAL 1 HOUR")
        self.at('echo "job 43 at x" >&2')
        row = self.assert_quiet(self.installation.run("ws-schedule", "acme")).rows[0]
        self.assertEqual((row[1], row[3]), ("already", "43"))

    # -- systemd, played --------------------------------------------------------------------------
    def systemd(self, script="true", **schedule):
        self.installation.configure(schedule={"via": "systemd", "prefix": [
            "/bin/sh", "-c", f'printf "%s\\n" "$@" -- >> {self.out}/args; {script}', "sh"], **schedule})

    def calls(self):
        return [call.split("\n") for call in (self.out / "args").read_text().split("\n--\n")[:-1]]

    def test_systemd_gets_its_arguments(self):
        self.systemd(options=["--slice=upgrades.slice"])
        record = self.assert_quiet(self.installation.run("ws-schedule", "--delay", "100", "--json", "acme", "beta",
                                                         env={"SECRET": "geheim"})).json
        text = (self.out / "args").read_text()
        self.assertEqual(text.count("systemd-run\n"), 1, "one job for both")
        job = record[0]["job"]
        self.assertRegex(job, rf"^upkeep-{record[0]['run']}-\d+\.timer$")
        self.assertEqual(job, record[1]["job"])
        words = text.split("\n")
        for word in ("--unit=" + job.removesuffix(".timer"), "--collect", "--property=StandardInput=null",
                     "--slice=upgrades.slice", "--drain", find_tool("ws-upgrade")):
            self.assertIn(word, words)
        self.assertTrue(any(word in words for word in ("--on-active=100s", "--on-active=99s")), words)
        self.assertLess(words.index("--slice=upgrades.slice"), words.index("--"))
        for word in ("geheim", "acme", "--user"):
            self.assertNotIn(word, words)
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme", "beta"))
        self.assertIn(f"systemctl\nstop\n{job}\n", (self.out / "args").read_text())

    def test_systemd_at_once(self):
        self.systemd()
        row = self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", "acme")).rows[0]
        self.assertTrue(row[3].endswith(".service"))
        text = (self.out / "args").read_text()
        self.assertIn("--no-block\n", text)
        self.assertNotIn("--on-active", text)

    def test_systemd_refuses(self):
        for said, status in (("Failed to start transient timer unit: Access denied", 77),
                             ("System has not been booted with systemd as init system", 69)):
            with self.subTest(said):
                self.systemd(f"echo '{said}' >&2; exit 1")
                self.assert_error(self.installation.run("ws-schedule", "acme"), status, said, "via" if status == 69
                                  else "prefix", stdout=None)
                self.assertEqual(self.active(), [])

    def test_systemd_has_forgotten_the_job(self):
        self.systemd()
        first = self.assert_quiet(self.installation.run("ws-schedule", "acme")).rows[0]
        self.systemd("[ \"$1\" != systemctl ] || echo active")
        self.assertEqual(self.assert_quiet(self.installation.run("ws-schedule", "acme")).rows[0][2:4], first[2:4])
        self.systemd("[ \"$1\" != systemctl ] || { echo inactive; exit 3; }")
        row = self.assert_quiet(self.installation.run("ws-schedule", "acme")).rows[0]
        self.assertEqual((row[1], row[2]), ("already", first[2]))
        self.assertNotEqual(row[3], first[3])


if __name__ == "__main__":
    unittest.main()
