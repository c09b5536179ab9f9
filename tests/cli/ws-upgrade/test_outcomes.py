# SPDX-License-Identifier: MIT
"""ws-upgrade: every way a run ends, its record, its exit status, and what ws-check says of the workspace then."""

import os
import pathlib
import signal
import stat
import unittest

from upkeep_test import TestCase, find_tool, module_server, wait_for

FIELDS = ["workspace", "state", "run", "exit_status", "lines", "seconds", "log", "detail"]


class UpgradeCase(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.server = self.installation.server

    def upgrade(self, *args, status=0, **options):
        """The records as JSON objects; nothing on stderr."""
        return self.assert_quiet(self.installation.run("ws-upgrade", "--json", *args, **options), status).json

    def one(self, script, status, *args, **upgrade):
        """The record of acme, upgraded by that script."""
        self.installation.set_script(script, **upgrade)
        return self.upgrade(*args, "acme", status=status)[0]

    def state(self, name="acme"):
        return self.installation.run("ws-check", name).rows[0][1]

    def log(self, record):
        return pathlib.Path(record["log"]).read_bytes()

    def hooks(self, record):
        return pathlib.Path(record["log"].replace(".log", ".hooks.log")).read_text()

    def runs(self):
        return self.server.sql("SELECT workspace, state FROM upkeep.run ORDER BY id")

    def begin(self, *args):
        """A ws-upgrade in the background whose command has started."""
        started = self.installation.directory / "started"
        self.assertFalse(started.exists())
        run = self.start("ws-upgrade", "--json", *args, env=self.installation.env)
        wait_for(started.exists, "the command has started")
        return run

    def set_long_script(self, script="sleep 60", first="", **upgrade):
        """first: what has happened when begin() returns."""
        self.installation.set_script(f"{first}\necho $$ > {self.installation.directory}/started; {script}", **upgrade)


class OutcomeTest(UpgradeCase):
    def test_succeeded(self):
        record = self.one("echo one; upgrade; echo OK", 0)
        self.assert_fields(record, FIELDS)
        log = self.installation.log_dir / "acme" / f"{record['run']}.log"
        self.assertEqual(record, {"workspace": "acme", "state": "succeeded", "run": record["run"], "exit_status": 0,
                                  "lines": 2, "seconds": record["seconds"], "log": str(log), "detail": None})
        self.assertLess(record["seconds"], 20)
        self.assertEqual(log.read_bytes(), b"one\nOK\n")
        self.assertEqual(self.state(), "upgraded")
        self.assertEqual(self.runs(), [["acme", "succeeded"]])

    def failed(self, script, *words, exit_status=0, **upgrade):
        record = self.one(script, 1, **upgrade)
        self.assertEqual((record["state"], record["exit_status"]), ("failed", exit_status), record)
        for word in words:
            self.assertIn(word, record["detail"])
        self.assertEqual(self.state(), "failed")
        return record

    def test_failed_by_its_exit_status(self):
        self.failed("upgrade; echo OK; exit 3", "exit status 3", exit_status=3)

    def test_failed_by_a_signal(self):
        self.failed("upgrade; echo OK; kill -KILL $$", "signal 9", exit_status=137)

    def test_failed_by_a_line(self):
        self.failed("upgrade; echo 'BAD moon'; echo OK", "BAD moon")

    def test_failed_as_success_is_not_said(self):
        self.failed("upgrade; echo OK; echo 'and more'", "and more")

    def test_failed_as_nothing_is_said(self):
        self.failed("upgrade", "nothing")
        self.failed("upgrade 2>/dev/null; echo OK >&2", "nothing")  # stdout is what counts
        self.failed("echo 'not OK'", "not OK")

    def test_failed_as_the_probes_do_not_hold(self):
        self.failed("echo OK", "does not have that version")

    def test_failed_as_the_workspace_is_gone(self):
        self.installation.set_script("sql 'DROP DATABASE wf_acme'; echo OK")
        record = self.upgrade("acme", status=1)[0]
        self.assertEqual(record["state"], "failed")
        self.assertIn("no such workspace", record["detail"])
        self.assertEqual(self.state(), "unknown")

    def test_what_counts_as_the_last_line(self):
        for script in ("echo OK; echo; echo '   '", "printf OK", "printf 'OK\\r\\n'", "echo 'BAD news' >&2; echo OK"):
            with self.subTest(script):
                self.assertEqual(self.one(f"upgrade; {script}", 0, "--force")["state"], "succeeded")
                self.installation.degrade("acme")

    def test_profile_plain(self):
        self.assertEqual(self.one("upgrade", 0, profile="plain")["state"], "succeeded")

    def test_skipped(self):
        self.installation.upgrade_by_hand("acme")
        record = self.one("echo never", 0)
        self.assertEqual((record["state"], record["run"], record["detail"]), ("skipped", None, "already upgraded"))
        self.assertEqual(self.runs(), [])

    def test_force_runs_an_upgraded_one(self):
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.one("echo OK", 0, "--force")["state"], "succeeded")

    def test_a_failed_one_is_run_again_though_its_probes_hold(self):
        self.failed("upgrade; echo BAD", "BAD")
        self.assertEqual(self.one("echo OK", 0)["state"], "succeeded")
        self.assertEqual(self.one("echo OK", 0)["state"], "skipped")

    def test_unknown(self):
        records = self.upgrade("nope", "acme", status=2)
        self.assertEqual([(r["workspace"], r["state"], r["run"] is None) for r in records],
                         [("nope", "unknown", True), ("acme", "succeeded", False)])
        self.assertEqual(records[0]["detail"], "no such workspace")

    def test_the_worst_of_many(self):
        self.installation.add_small("beta", "gamma")
        self.installation.set_script('[ "$ws" != beta ] || exit 9; upgrade; echo OK')
        self.assertEqual([r["state"] for r in self.upgrade("acme", "beta", "gamma", status=1)],
                         ["succeeded", "failed", "succeeded"])
        self.upgrade("acme", "nope", "beta", status=2)

    def test_the_commands_own_time_limit_is_124(self):
        record = self.one("upgrade; echo OK; exec sleep 60", 124, "--timeout", "1")
        self.assertEqual(record["state"], "failed")
        self.assertIn("time limit after 1 s", record["detail"])
        self.assertEqual(self.state(), "failed")
        record = self.one("exec sleep 60", 124, timeout_s=1)
        self.assertIn("time limit", record["detail"])
        self.assertEqual(self.one("sleep 1.2; upgrade 2>/dev/null; echo OK", 0, "--timeout", "0")["state"], "succeeded")

    def test_command_that_is_not_there(self):
        for argv, word, status in ((["/nonexistent/tool", "{workspace}"], "/nonexistent/tool", 127),
                                   (["nonexistent-tool", "{workspace}"], "nonexistent-tool", 127),
                                   (["/etc/passwd", "{workspace}"], "Permission denied", 126)):
            with self.subTest(argv):
                self.installation.configure(upgrade={"command": argv})
                record = self.upgrade("acme", status=1)[0]
                self.assertEqual((record["state"], record["exit_status"]), ("failed", status))
                self.assertIn(word, record["detail"])

    def test_directory_that_is_not_there(self):
        self.installation.configure(upgrade={"directory": "/nonexistent/home"})
        record = self.upgrade("acme", status=1)[0]
        self.assertEqual(record["state"], "failed")
        self.assertIn("/nonexistent/home", record["detail"])

    def test_no_command_is_configured(self):
        self.installation.configure(upgrade={"command": None})
        self.assert_error(self.installation.run("ws-upgrade", "acme"), 78, "command")

    def test_name_of_another_target(self):
        self.installation.configure(probe=[{"version": "2.0", "table": "NEW"}, {"version": "1.0", "table": "ONE"}])
        self.installation.configure(
            upgrade={
                "command": [
                    *self.installation.command(
                        "sql 'CREATE TABLE ONE (a INT)'; echo \"$3 $4 $UPKEEP_TARGET\"; echo OK"
                    ),
                    "{target}",
                    "{run}",
                ]
            }
        )
        record = self.upgrade("--target", "1.0", "acme")[0]
        self.assertEqual(self.log(record), f"1.0 {record['run']} 1.0\nOK\n".encode())
        self.assertEqual(self.state(), "pending")
        self.assert_quiet(self.installation.run("ws-check", "--target", "1.0", "acme"), 0)

    def test_no_name_on_a_terminal_is_never_all(self):
        result = self.installation.run_tty("ws-upgrade")
        self.assert_status(result, 64)
        self.assertIn(b"never means all", result.stdout)
        self.assertEqual(self.upgrade(stdin=""), [])
        self.assertEqual(self.runs(), [])

    def test_wrong_options(self):
        for words in (["--drain", "acme"], ["--drain", "--force"], ["--drain", "--accept"], ["--until", "6"],
                      ["--until", "24:00", "acme"], ["--canary", "0", "acme"], ["--wait", "-1", "acme"],
                      ["--max-failures", "x", "acme"], ["--drain", "--target", "2.0"], ["--break-lease", "0"]):
            with self.subTest(words):
                self.assert_error(self.installation.run("ws-upgrade", *words), 64)
        self.assert_error(self.installation.run("ws-upgrade", "--break-lease", "x"), 64,
                          "--break-lease: 'x' is not a whole number of at least 1")
        self.assertEqual(self.runs(), [])

    def test_dry_run(self):
        self.installation.add_small("done", upgraded=True)
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        records = self.upgrade("-n", "acme", "done", "nope", status=2)
        self.assertEqual([(r["state"], r["detail"]) for r in records], [
            ("skipped", "would be upgraded"), ("skipped", "already upgraded"), ("unknown", "no such workspace")])
        self.assertEqual(self.runs(), [])
        self.assert_quiet(self.installation.run("ws-schedule", "--delay", "0", "acme"))
        self.assertIn("would be upgraded with run 1", self.upgrade("-n", "acme")[0]["detail"])
        self.assertEqual([r["detail"] for r in self.upgrade("-n", "--drain")], ["would be upgraded"])
        self.assertEqual(self.runs(), [["acme", "queued"]])

    def test_break_lease_of_nothing(self):
        self.assert_error(self.installation.run("ws-upgrade", "--break-lease", "999"), 2, "999")
        run = self.one("upgrade; echo OK", 0)["run"]
        self.assert_error(self.installation.run("ws-upgrade", "--break-lease", str(run)), 1, "does not hold a lease")

    def test_break_lease_of_one_that_is_renewed(self):
        self.set_long_script()
        self.begin("acme")
        run = self.server.value("SELECT id FROM upkeep.run")
        self.assert_error(self.installation.run("ws-upgrade", "--break-lease", run), 1, "still renewed")

    def test_demonstration_application(self):
        """The real program's shape: profile, prompt, steps."""
        installation = self.open_installation(module_server())
        installation.add_workspace("demo")
        record = self.assert_quiet(installation.run("ws-upgrade", "--json", "demo")).json[0]
        self.assertEqual(record["state"], "succeeded")
        self.assertTrue(installation.is_upgraded("demo"))


class SignalTest(UpgradeCase):
    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.set_long_script("while :; do sleep 0.05; done", "trap 'echo got TERM; exit 0' TERM")
                run = self.begin("acme")
                run.signal(number)
                result = self.assert_status(run.wait(), 128 + number)
                record = result.json[0]
                self.assertEqual(record["state"], "interrupted")
                self.assertIn(b"got TERM\n", self.log(record))
                self.assertEqual(self.state(), "failed")
                (self.installation.directory / "started").unlink()

    def test_grace_then_kill(self):
        self.set_long_script("while :; do sleep 0.05; done", "trap '' TERM", grace_s=1)
        run = self.begin("acme")
        run.signal(signal.SIGTERM)
        record = self.assert_status(run.wait(), 143).json[0]
        self.assertEqual((record["state"], record["exit_status"]), ("interrupted", 137))

    def test_a_second_signal_kills_at_once(self):
        self.set_long_script("while :; do sleep 0.05; done", "trap 'echo first' TERM", grace_s=600)
        run = self.begin("acme")
        log = next((self.installation.log_dir / "acme").glob("*.log"))
        run.signal(signal.SIGTERM)
        wait_for(lambda: b"first" in log.read_bytes(), "the command has met the first")
        run.signal(signal.SIGTERM)
        self.assertEqual(self.assert_status(run.wait(20), 143).json[0]["state"], "interrupted")

    def test_the_rest_is_not_started(self):
        self.installation.add_small("beta")
        self.set_long_script()
        run = self.begin("acme", "beta")
        run.signal(signal.SIGTERM)
        self.assert_status(run.wait(), 143)
        self.assertEqual(self.runs(), [["acme", "interrupted"]])

    def test_while_it_waits(self):
        self.installation.add_small("beta")
        self.set_long_script()
        self.begin("acme")
        waiting = self.start("ws-upgrade", "--json", "beta", env=self.installation.env)
        wait_for(lambda: ["beta", "queued"] in self.runs(), "beta waits")
        waiting.signal(signal.SIGINT)
        self.assertEqual(self.assert_status(waiting.wait(), 130).json[0]["state"], "interrupted")
        self.assertEqual(self.runs(), [["acme", "running"], ["beta", "cancelled"]])
        self.assertEqual(self.state("beta"), "pending")


class HookTest(UpgradeCase):
    def hook(self, script):
        return ["/bin/sh", "-c", script, "hook", "{workspace}", "{run}"]

    def test_before_and_after(self):
        order = self.installation.directory / "order"
        record = self.one(f"echo command >> {order}; upgrade; echo OK", 0,
                          before=self.hook(f'echo before $1 $2 >> {order}; echo saved; echo warned >&2'),
                          after=self.hook(f'echo after $1 $UPKEEP_RUN >> {order}; echo told'))
        self.assertEqual((record["state"], record["detail"]), ("succeeded", None))
        self.assertEqual(order.read_text(), f"before acme {record['run']}\ncommand\nafter acme {record['run']}\n")
        self.assertEqual(self.log(record), b"OK\n")
        self.assertEqual(sorted(self.hooks(record).splitlines()), ["saved", "told", "warned"])
        path = pathlib.Path(record["log"].replace(".log", ".hooks.log"))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)

    def test_no_hooks_no_file(self):
        record = self.one("upgrade; echo OK", 0)
        self.assertEqual([path.name for path in pathlib.Path(record["log"]).parent.iterdir()], [f"{record['run']}.log"])

    def test_a_failing_before_starts_nothing(self):
        for before, word in (
            (self.hook("echo no space; exit 4"), "exit status 4"),
            (["/nonexistent/backup"], "/nonexistent/backup"),
        ):
            with self.subTest(before):
                record = self.one(f"touch {self.installation.directory}/ran; upgrade; echo OK", 1, before=before)
                self.assertEqual(record["state"], "failed")
                self.assertIn("before hook", record["detail"])
                self.assertIn(word, record["detail"])
                self.assertFalse((self.installation.directory / "ran").exists())
                self.assertEqual(self.state(), "failed")

    def test_time_limit_of_a_hook_is_1(self):
        record = self.one("upgrade; echo OK", 1, before=self.hook("exec sleep 60"), timeout_s=1)
        self.assertIn("before hook", record["detail"])
        self.assertIn("time limit", record["detail"])

    def test_a_failing_after_is_told(self):
        for after, word in ((self.hook("exit 4"), "exit status 4"), (["/nonexistent/mail"], "/nonexistent/mail"),
                            (self.hook("exec sleep 60"), "time limit")):
            with self.subTest(after):
                record = self.one("upgrade; echo OK", 0, after=after, timeout_s=1)
                self.assertEqual((record["state"], record["exit_status"]), ("succeeded", 0))
                self.assertIn("after hook", record["detail"])
                self.assertIn(word, record["detail"])
                self.assertEqual(self.state(), "upgraded")
                self.installation.degrade("acme")

    def test_after_a_failure_no_after(self):
        record = self.one("upgrade; echo BAD", 1, after=self.hook(f"touch {self.installation.directory}/after"))
        self.assertEqual(record["state"], "failed")
        self.assertFalse((self.installation.directory / "after").exists())

    def test_hooks_read_nothing(self):
        record = self.one(
            "upgrade; echo OK", 0, before=self.hook("cat; readlink /proc/self/fd/0"), after=self.hook("cat")
        )
        self.assertEqual(self.hooks(record), "/dev/null\n")


class AcceptTest(UpgradeCase):
    def setUp(self):
        super().setUp()
        self.one("echo BAD", 1)

    def test_mended_by_hand(self):
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.state(), "failed")
        record = self.upgrade("--accept", "acme")[0]
        self.assertEqual((record["state"], record["exit_status"]), ("succeeded", None))
        self.assertIn("root", record["detail"])
        self.assertEqual(self.state(), "upgraded")
        self.assert_quiet(self.installation.run("ws-progress", "acme"), 0)

    def test_refused_where_the_probes_do_not_hold(self):
        record = self.upgrade("--accept", "acme", status=1)[0]
        self.assertEqual(record["state"], "failed")
        self.assertIn("refused", record["detail"])
        self.assertIn("NEW", record["detail"])
        self.assertEqual(self.state(), "failed")

    def test_others(self):
        self.installation.add_small("beta")
        self.installation.add_small("done", upgraded=True)
        records = self.upgrade("--accept", "done", "beta", "nope", status=2)
        self.assertEqual([r["state"] for r in records], ["skipped", "failed", "unknown"])
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.upgrade("--accept", "-n", "acme")[0]["state"], "skipped")
        self.assertEqual(self.state(), "failed")

    def test_while_a_run_is_active(self):
        self.set_long_script("upgrade; sleep 60")
        self.begin("acme")
        record = self.upgrade("--accept", "acme", status=1)[0]
        self.assertIn("is running", record["detail"])
        self.assertIn("ws-progress --follow acme", record["detail"])

    def test_what_is_set_aside_is_taken_back(self):
        """The state in which a night with --retry leaves a failed workspace."""
        self.installation.configure(schedule={"via": "command", "command": ["true"], "retry_after_s": 1000})
        self.installation.set_script("echo BAD luck; exit 3")
        self.assert_status(self.installation.run("ws-schedule", "--delay", "0", "--force", "acme"), 0)
        self.upgrade("--drain", "--retry", status=1)
        detail = self.installation.run("ws-check", "--json", "acme").json[0]["detail"]
        for part in ("due ", "failed", "BAD luck"):
            self.assertIn(part, detail)
        record = self.upgrade("--accept", "acme", status=1)[0]
        self.assertIn("NEW", record["detail"], "while it is not repaired it waits on")
        self.assertEqual(self.state(), "queued")
        self.installation.upgrade_by_hand("acme")
        self.assertIn("cancelled", self.upgrade("--accept", "-n", "acme")[0]["detail"])
        self.assertEqual(self.state(), "queued")
        record = self.upgrade("--accept", "acme")[0]
        self.assertEqual(record["state"], "succeeded")
        self.assertIn("was cancelled", record["detail"])
        self.assertEqual(self.state(), "upgraded")
        self.assertEqual(self.upgrade("--drain"), [])

    def test_where_a_ws_upgrade_waits_the_refusal_says_what_to_do(self):
        self.installation.add_small("beta")
        self.set_long_script("sleep 60")
        self.begin("acme")
        self.start("ws-upgrade", "beta", env=self.installation.env)
        wait_for(lambda: ["beta", "queued"] in self.runs(), "it waits")
        self.installation.upgrade_by_hand("beta")
        self.assertIn("ws-schedule --cancel beta", self.upgrade("--accept", "beta", status=1)[0]["detail"])

    def test_its_leftover_marker_goes(self):
        marker = self.installation.directory / "UPDATE.dat"
        marker.write_text("acme")
        self.installation.configure(upgrade={"marker": marker})
        self.installation.upgrade_by_hand("acme")
        self.upgrade("--accept", "acme")
        self.assertFalse(marker.exists())
        self.assertEqual(self.state(), "upgraded")


class BadPlaceTest(UpgradeCase):
    """Files that cannot be made, records that cannot be written."""

    def test_a_symbolic_link_is_not_followed(self):
        elsewhere = self.make_directory()
        (self.installation.log_dir / "acme").symlink_to(elsewhere)
        result = self.installation.run("ws-upgrade", "--json", "acme")
        self.assert_status(result, 73)
        self.assertEqual(result.json[0]["state"], "skipped")
        self.assertIn("symbolic link", result.json[0]["detail"])
        self.assertEqual(os.listdir(elsewhere), [])
        self.assertEqual(self.runs(), [["acme", "cancelled"]])

    def test_log_directory_that_cannot_be_made(self):
        for path in ("/proc/nothing/here", "/dev/null/log"):
            self.installation.configure(upgrade={"log_dir": path})
            result = self.assert_status(self.installation.run("ws-upgrade", "--json", "acme"), 73)
            self.assertIn(os.path.dirname(path), result.json[0]["detail"])

    def test_state_directory_that_cannot_be_made(self):
        self.installation.configure(upgrade={"state_dir": "/proc/nothing/here"})
        self.assert_error(self.installation.run("ws-upgrade", "acme"), 73, "/proc/nothing")
        self.installation.configure(upgrade={"state_dir": "/dev/null/here"})
        self.assert_error(
            self.installation.run("ws-upgrade", "acme"), 73, "a path component is not a directory"
        )
        self.assertEqual(self.runs(), [])

    def test_full_output_stops_no_upgrade(self):
        self.installation.add_small("beta")
        with open("/dev/full", "wb") as full:
            result = self.installation.run("ws-upgrade", "acme", "beta", stdout=full.fileno())
        self.assert_error(result, 74, "cannot write the output")
        self.assertEqual(self.runs(), [["acme", "succeeded"], ["beta", "succeeded"]])

    def test_reader_that_leaves_stops_no_upgrade(self):
        self.installation.add_small("beta")
        read_end, write_end = os.pipe()
        os.close(read_end)
        result = self.installation.run("ws-upgrade", "acme", "beta", stdout=write_end)
        os.close(write_end)
        self.assert_quiet(result, 0)
        self.assertEqual(self.runs(), [["acme", "succeeded"], ["beta", "succeeded"]])

    def test_closed_standard_streams(self):
        result = self.installation.run("/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", find_tool("ws-upgrade"), "acme")
        self.assert_status(result, 74)
        self.assertEqual(self.runs(), [["acme", "succeeded"]])


class MarkerTest(UpgradeCase):
    def setUp(self):
        super().setUp()
        self.marker = self.installation.directory / "UPDATE.dat"
        self.installation.configure(upgrade={"marker": self.marker})

    def test_waits_for_it_like_for_a_lock(self):
        for content in ("other", "true", "acme"):
            self.marker.write_text(content)
            record = self.upgrade("--wait", "0", "acme", status=75)[0]
            self.assertEqual(record["state"], "skipped")
            self.assertIn(str(self.marker), record["detail"])
        run = self.start("ws-upgrade", "--json", "acme", env=self.installation.env)
        wait_for(lambda: self.runs()[-1:] == [["acme", "queued"]], "it waits")
        self.marker.unlink()
        self.assertEqual(self.assert_status(run.wait(), 0).json[0]["state"], "succeeded")

    def test_force_does_not_wait(self):
        self.marker.write_text("other")
        self.assertEqual(self.upgrade("--force", "--wait", "0", "acme")[0]["state"], "succeeded")

    def test_left_behind_by_our_own_failed_run(self):
        self.one(f"printf acme > {self.marker}; echo BAD", 1)
        self.assertEqual(self.state(), "failed")
        self.assertEqual(self.one("upgrade; echo OK", 0, "--wait", "0")["state"], "succeeded")
        self.assertFalse(self.marker.exists())
        self.assertEqual(self.state(), "upgraded")


if __name__ == "__main__":
    unittest.main()
