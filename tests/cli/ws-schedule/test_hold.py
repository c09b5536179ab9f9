# SPDX-License-Identifier: MIT
"""ws-schedule --hold and --release: a held workspace is upgraded by no sweep and no login until it is released."""

import os
import pathlib
import unittest

from upkeep_test import TestCase, module_server, wait_for


class HoldTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.server = self.installation.server
        self.calls = self.installation.directory / "calls"
        self.installation.configure(schedule={
            "via": "command", "command": ["/bin/sh", "-c", f'echo "$1" >> {self.calls}; echo job-$1', "sh", "{run}"]})

    def run_tool(self, tool, *args, status=0, **options):
        return self.assert_quiet(self.installation.run(tool, "--json", *args, **options), status).json

    def schedule(self, *args, **options):
        return self.run_tool("ws-schedule", *args, **options)

    def hold(self, *names, why="exams until Friday", status=0, more=()):
        return self.schedule("--hold", "--why", why, *more, *names, status=status)

    def upgraded(self, name):
        return bool(self.server.sql("SELECT 1 FROM information_schema.tables"
                                    f" WHERE table_schema = 'wf_{name}' AND table_name = 'NEW'"))

    def answers(self, *names):
        asked = self.installation.run("ws-check", "--map", stdin="".join(name + "\n" for name in names))
        return self.assert_quiet(asked).text.split()

    def log(self):
        return (self.installation.log_dir / "upkeep.log").read_text()

    # -- holding ------------------------------------------------------------------------------
    def test_record_state_and_reason(self):
        record, = self.hold("acme")
        self.assertEqual((record["workspace"], record["state"], record["run"]), ("acme", "held", None))
        shown = self.run_tool("ws-check", "acme", "beta", status=1)
        self.assertEqual([one["state"] for one in shown], ["pending", "pending"])
        self.assertRegex(shown[0]["detail"], r"^held since \S+Z by root: exams until Friday$")
        self.assertIsNone(shown[1]["detail"])
        self.assertIn("exams until Friday", self.run_tool("ws-progress", "acme", status=1)[0]["detail"])
        self.assertRegex(self.log(), r" acme held by root: exams until Friday\n")

    def test_pending_leaves_it_out(self):
        self.hold("acme")
        for words in (["--pending"], ["--state", "pending"], ["--state", "pending,failed"]):
            listed = self.run_tool("ws-check", "--all", *words, status=1)
            self.assertEqual([one["workspace"] for one in listed], ["beta"], words)
        self.assertEqual(len(self.run_tool("ws-check", "--all", status=1)), 2)

    def test_queuing_is_refused(self):
        self.hold("acme")
        for words in ([], ["--force"], ["--no-job"], ["-n"]):
            record = self.schedule(*words, "acme", status=1)[0]
            self.assertEqual(record["state"], "refused", words)
            self.assertIn("exams until Friday", record["detail"])
            self.assertIn("ws-schedule --release acme", record["detail"])
        self.assertEqual(self.schedule("beta")[0]["state"], "queued")

    def test_a_queued_run_stays_queued(self):
        run = self.schedule("--delay", "0", "acme", "beta")[0]["run"]
        record, = self.hold("acme")
        self.assertEqual(record["run"], run)
        self.assertIn("stays queued", record["detail"])
        self.assertIn("exams", self.run_tool("ws-upgrade", "--drain", "-n")[0]["detail"])
        self.run_tool("ws-upgrade", "--drain")
        self.assertEqual((self.upgraded("acme"), self.upgraded("beta")), (False, True))
        listed, = self.schedule("--list")
        self.assertEqual((listed["workspace"], listed["run"], listed["state"]), ("acme", run, "queued"))
        self.assertIn("exams until Friday", listed["detail"])
        again = self.schedule("acme", status=1)[0]
        self.assertEqual((again["state"], again["run"]), ("refused", run))

    def test_a_stopped_drain_does_not_count_it(self):
        self.schedule("--delay", "0", "acme", "beta")
        self.hold("acme")
        self.assert_quiet(self.installation.run("ws-schedule", "--pause"))
        left = self.run_tool("ws-upgrade", "--drain", status=75)
        self.assertEqual([one["workspace"] for one in left], ["beta"])

    def test_others_do_not_wait_for_it(self):
        self.schedule("--priority", "1", "acme")
        self.schedule("beta")
        self.hold("acme")
        shown = {one["workspace"]: one for one in self.run_tool("ws-progress", "acme", "beta", status=1)}
        self.assertEqual((shown["acme"]["state"], shown["acme"]["position"], shown["acme"]["eta_s"]),
                         ("queued", None, None))
        self.assertEqual(shown["beta"]["position"], 0)

    def test_by_name_it_needs_force(self):
        self.hold("acme")
        refused, = self.run_tool("ws-upgrade", "acme", status=1)
        self.assertEqual((refused["state"], self.upgraded("acme")), ("skipped", False))
        self.assertIn("--force", refused["detail"])
        self.assertIn("exams", self.run_tool("ws-upgrade", "-n", "acme", status=1)[0]["detail"])
        forced, = self.run_tool("ws-upgrade", "--force", "--why", "they agreed", "acme")
        self.assertEqual((forced["state"], self.upgraded("acme")), ("succeeded", True))
        self.assertIn("forced by root: they agreed", self.log())

    def test_held_while_a_named_one_waits(self):
        gate = self.installation.directory / "gate"
        self.installation.set_script(f"while [ ! -e {gate} ]; do sleep 0.1; done; upgrade; echo OK")
        first = self.start("ws-upgrade", "beta", env=self.installation.env)
        wait_for(lambda: self.server.sql("SELECT 1 FROM upkeep.run WHERE state = 'running'"), "it runs")
        second = self.start("ws-upgrade", "--json", "acme", env=self.installation.env)
        wait_for(lambda: self.server.sql("SELECT 1 FROM upkeep.run WHERE workspace = 'acme'"), "it waits")
        self.hold("acme")
        gate.touch()
        self.assertEqual(first.wait(60).status, 0)
        self.assertEqual(second.wait(60).status, 1)
        self.assertFalse(self.upgraded("acme"))

    def test_a_running_one_goes_on(self):
        gate = self.installation.directory / "gate"
        self.installation.set_script(f"while [ ! -e {gate} ]; do sleep 0.1; done; upgrade; echo OK")
        started = self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(lambda: self.server.sql("SELECT 1 FROM upkeep.run WHERE state = 'running'"), "it runs")
        self.assertIn("continues", self.hold("acme")[0]["detail"])
        self.assertEqual(self.answers("acme"), ["running"])
        gate.touch()
        self.assertEqual(started.wait(60).status, 0)
        self.assertTrue(self.upgraded("acme"))
        self.assertEqual(self.schedule("acme")[0]["state"], "upgraded")

    def test_twice_replaces_the_reason(self):
        self.hold("acme")
        since = self.run_tool("ws-check", "acme", status=1)[0]["detail"].split()[2]
        again, = self.hold("acme", why="the customer asked", more=["--requested-by", "ann"])
        self.assertEqual(again["state"], "held")
        self.assertIn("replaced", again["detail"])
        self.assertIn("exams until Friday", again["detail"])
        self.assertEqual(self.run_tool("ws-check", "acme", status=1)[0]["detail"],
                         f"held since {since} by ann: the customer asked")

    def test_dry_run(self):
        self.assertIn("would be held", self.hold("acme", more=["-n"])[0]["detail"])
        self.assertEqual(self.answers("acme"), ["pending"])
        self.hold("acme")
        self.assertIn("would be released", self.schedule("--release", "-n", "acme")[0]["detail"])
        self.assertEqual(self.answers("acme"), ["held"])

    # -- the gate -----------------------------------------------------------------------------
    def test_gate(self):
        self.hold("acme")
        self.hold("beta", more=["--gate", "closed"])
        self.assertEqual(self.answers("acme", "beta"), ["held", "pending"])
        self.assertIn("gate closed", self.run_tool("ws-check", "beta", status=1)[0]["detail"])
        self.hold("beta", more=["--gate", "open"])
        self.assertEqual(self.answers("beta"), ["held"])
        self.installation.upgrade_by_hand("acme")
        self.assertEqual(self.answers("acme"), ["upgraded"])

    def test_gate_of_a_queued_and_of_a_failed_one(self):
        self.schedule("acme")
        self.installation.set_script("echo BAD luck")
        self.assert_status(self.installation.run("ws-upgrade", "beta"), 1)
        self.hold("acme", "beta")
        self.assertEqual(self.answers("acme", "beta"), ["held", "held"])

    # -- releasing ----------------------------------------------------------------------------
    def test_release(self):
        self.hold("acme")
        self.assertEqual(self.schedule("--release", "acme")[0]["state"], "released")
        self.assertIn("released by root", self.log())
        self.assertEqual(self.answers("acme"), ["pending"])
        self.assertEqual(self.schedule("acme")[0]["state"], "queued")

    def test_release_hands_over_what_is_due(self):
        run = self.schedule("--delay", "0", "acme")[0]["run"]
        self.hold("acme")
        self.run_tool("ws-upgrade", "--drain")  # its own job comes, and goes
        self.calls.unlink()
        self.assertIn("starts now", self.schedule("--release", "acme")[0]["detail"])
        self.assertEqual(self.calls.read_text().split(), [str(run)])
        self.run_tool("ws-upgrade", "--drain")
        self.assertTrue(self.upgraded("acme"))

    def test_release_of_what_is_not_held(self):
        self.hold("acme")
        records = self.schedule("--release", "beta", "acme", status=1)
        self.assertEqual([one["state"] for one in records], ["refused", "released"])

    # -- names and usage ----------------------------------------------------------------------
    def test_names(self):
        self.assert_error(self.installation.run("ws-schedule", "--hold", "--why", "x", "../acme"), 65, "../acme")
        self.assertEqual(self.hold("nope", "acme", status=2)[0]["state"], "unknown")
        self.assertFalse(self.server.sql("SELECT 1 FROM upkeep.hold WHERE workspace <> 'acme'"))
        piped = self.schedule("--hold", "--why", "x", stdin="beta\n")
        self.assertEqual(piped[0]["workspace"], "beta")

    def test_usage(self):
        run = self.installation.run
        self.assert_error(run("ws-schedule", "--hold", "acme"), 64, "--why")
        self.assert_error(run("ws-schedule", "--hold", "--why", "", "acme"), 64, "--why: the value is empty")
        self.assert_error(run("ws-schedule", "--hold", "--why", "  ", "acme"), 64, "--why")
        self.assert_error(run("ws-schedule", "--gate", "closed", "acme"), 64, "--gate requires --hold")
        self.assert_error(run("ws-schedule", "--hold", "--why", "x", "--gate", "ajar", "acme"), 64, "ajar")
        self.assert_error(run("ws-schedule", "--hold", "--release", "acme"), 64,
                          "--hold and --release cannot be used together")
        self.assert_error(run("ws-schedule", "--hold", "--why", "x", "--at", "22:00", "acme"), 64, "--hold")
        self.assertFalse(self.server.sql("SELECT 1 FROM upkeep.hold"))

    def test_long_and_strange_reasons(self):
        self.hold("acme", why="ü" * 400 + "\n")
        self.hold("beta", why="a'b\\ \t\"c`")
        shown = self.run_tool("ws-check", "acme", "beta", status=1)
        self.assertIn("üüü", shown[0]["detail"])
        self.assertTrue(shown[1]["detail"].endswith(": a'b\\ \t\"c`"), shown[1]["detail"])


class PersonTest(TestCase):
    """What is recorded with a name is recorded with the person's, behind sudo too."""

    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta")
        self.server = self.installation.server

    def run_as(self, sudo_user, tool, *args, status=0, **options):
        return self.assert_status(self.installation.run(tool, *args, env={"SUDO_USER": sudo_user}, **options), status)

    def log(self):
        return (self.installation.log_dir / "upkeep.log").read_text()

    def failed_and_repaired(self):
        self.installation.set_script("echo BAD luck")
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 1)
        self.installation.upgrade_by_hand("acme")

    @unittest.skipUnless(os.geteuid() == 0, "root alone is behind sudo here")
    def test_as_root(self):
        self.run_as("ann", "ws-schedule", "--hold", "--why", "exams", "beta")
        self.run_as("ann", "ws-schedule", "--pause", "--why", "backups")
        self.failed_and_repaired()
        self.run_as("ann", "ws-upgrade", "--accept", "--why", "restored by hand", "acme")
        self.run_as("ann", "ws-upgrade", "--force", "--why", "they agreed", "beta", status=1)
        log = self.log()
        for line in ("held by ann: exams", "paused by ann: backups", "accepted by ann: restored by hand",
                     "forced by ann: they agreed"):
            self.assertIn(line, log)
        self.assertEqual(self.server.sql("SELECT requested_by, reason, detail FROM upkeep.run WHERE workspace = 'acme'"
                                         " ORDER BY id DESC LIMIT 1"),
                         [["ann", "restored by hand", "accepted by ann: restored by hand"]])
        self.assertEqual(self.server.sql("SELECT held_by FROM upkeep.hold"), [["ann"]])
        self.assertEqual(self.server.sql("SELECT paused_by, reason FROM upkeep.pause"), [["ann", "backups"]])

    @unittest.skipUnless(os.geteuid() == 0, "root alone is behind sudo here")
    def test_forced_into_the_queue(self):
        self.run_as("ann", "ws-schedule", "--no-job", "--force", "--why", "again", "beta")
        self.assertIn("forced by ann: again", self.log())
        self.assertEqual(self.server.sql("SELECT requested_by, reason FROM upkeep.run"), [["ann", "again"]])

    @unittest.skipUnless(os.geteuid() == 0, "root alone is behind sudo here")
    def test_no_account_name(self):
        self.run_as("ann; rm", "ws-schedule", "--hold", "--why", "exams", "beta")
        self.assertEqual(self.server.sql("SELECT held_by FROM upkeep.hold"), [["root"]])

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become another user")
    def test_as_another_account(self):
        self.server.sql("CREATE USER IF NOT EXISTS nobody@localhost IDENTIFIED VIA unix_socket;"
                        "GRANT ALL ON *.* TO nobody@localhost")
        self.addCleanup(self.server.sql, "DROP USER nobody@localhost")
        self.installation.configure(database={"user": "nobody"})
        for path in (self.installation.directory, self.server.directory):
            path.chmod(0o755)
        self.installation.config_file.chmod(0o644)
        # Anybody can set a variable: it counts for the account that owns state_dir alone.
        self.run_as("ann", "ws-schedule", "--hold", "--why", "x", "beta", user="nobody")
        self.assertEqual(self.server.sql("SELECT held_by FROM upkeep.hold"), [["nobody"]])
        for path in [self.installation.state_dir, *pathlib.Path(self.installation.state_dir).iterdir()]:
            os.chown(path, 65534, -1)
        self.run_as("ann", "ws-schedule", "--hold", "--why", "x", "beta", user="nobody")
        self.assertEqual(self.server.sql("SELECT held_by FROM upkeep.hold"), [["ann"]])

    def test_why_has_its_place(self):
        self.assert_error(self.installation.run("ws-upgrade", "--drain", "--why", "x"), 64, "--why")
        self.assert_error(self.installation.run("ws-upgrade", "--why", "", "acme"), 64, "--why")


if __name__ == "__main__":
    unittest.main()
