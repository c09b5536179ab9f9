# SPDX-License-Identifier: MIT
"""Root does not run what another account can change: ws-upgrade and ws-schedule refuse it, with what to do."""

import os
import pathlib
import shutil
import unittest

from upkeep_test import TestCase, module_server


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class AsRootTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.here = self.make_directory()
        self.here.chmod(0o755)
        self.ran = self.installation.directory / "ran"
        self.program = self.here / "program"
        self.program.write_text(f"#!/bin/sh\ntouch {self.ran}\necho OK\n")
        self.program.chmod(0o755)
        self.installation.upgrade_by_hand("acme")
        self.installation.configure(upgrade={"directory": self.here, "command": ["./program", "{workspace}"]},
                                    schedule={"via": "command", "command": ["true"]})

    def upgrade(self, *options):
        return self.installation.run("ws-upgrade", "--force", *options, "acme")

    def assert_refused(self, *words, tool=("ws-upgrade", "--force", "acme")):
        self.assert_error(self.installation.run(*tool), 77, "refusing to run as root", *words)
        self.assertFalse(self.ran.exists())

    def assert_run(self):
        self.assert_quiet(self.upgrade(), 0)
        self.assertTrue(self.ran.exists())

    def test_what_is_roots_own_is_run(self):
        self.assert_run()

    def test_a_program_of_another_account(self):
        shutil.chown(self.program, "nobody")
        self.assert_refused(f"{self.program} belongs to nobody", "as_root = true")
        self.installation.configure(upgrade={"as_root": True})
        self.assert_run()

    def test_a_program_that_others_can_write(self):
        self.program.chmod(0o777)
        self.assert_refused("is writable by everybody")
        self.program.chmod(0o775)
        self.assert_run()  # the group has no other members
        self.ran.unlink()
        shutil.chown(self.program, group="nogroup")  # nobody's own
        self.assert_refused("is writable by the group nogroup")

    def test_directories(self):
        for path in (self.here, self.here / "sub"):
            with self.subTest(path):
                path.mkdir(exist_ok=True)
                self.installation.configure(upgrade={"directory": path, "command": [self.program, "{workspace}"]})
                self.here.chmod(0o777)
                self.assert_refused(f"{self.here} is writable by everybody")
                self.here.chmod(0o755)

    def test_a_sticky_directory_on_the_way_keeps_what_is_roots(self):
        sub = self.here / "sub"
        sub.mkdir()
        self.here.chmod(0o1777)
        self.installation.configure(upgrade={"directory": sub, "command": [self.program, "{workspace}"]})
        self.assert_run()
        shutil.chown(self.here, "nobody")  # whose owner may take it away all the same
        self.ran.unlink()
        self.assert_refused("belongs to nobody")

    def test_a_link_and_what_it_points_to(self):
        elsewhere = self.make_directory()
        elsewhere.chmod(0o755)
        shutil.move(self.program, elsewhere / "program")
        self.program.symlink_to(elsewhere / "program")
        self.assert_run()
        self.ran.unlink()
        elsewhere.chmod(0o777)
        self.assert_refused(f"{elsewhere} is writable by everybody")
        elsewhere.chmod(0o755)
        os.lchown(self.program, 65534, -1)
        self.assert_refused(f"{self.program} belongs to nobody")

    def test_words_of_the_command(self):
        script = self.here / "script"
        script.write_text(f"touch {self.ran}; echo OK\n")
        shutil.chown(script, "nobody")
        for words in (
            ["sh", "script", "{workspace}"],
            ["sh", script, "{workspace}"],
            ["echo", f"X={script}", "{workspace}"],
        ):
            with self.subTest(words):
                self.installation.configure(upgrade={"command": words})
                self.assert_refused(f"{script} belongs to nobody")
        tenants = self.here / "tenants"
        tenants.mkdir(mode=0o777)
        tenants.chmod(0o777)
        self.installation.configure(upgrade={"command": ["sh", "tenants/{workspace}"]})
        self.assert_refused(f"{tenants} is writable by everybody")

    def test_text_for_a_shell(self):
        script = self.here / "script"
        self.program.rename(script)
        shutil.chown(script, "nobody")
        for text in (
            f"x=$({script})",
            f". {script}",
            "cd . && ./script",
            f"test -n \"$1\";'{script}'",
            f"exec {script} $1",
        ):
            with self.subTest(text):
                self.installation.configure(upgrade={"command": ["/bin/sh", "-c", text, "upgrade", "{workspace}"]})
                self.assert_refused(f"{script} belongs to nobody")
        shutil.chown(script, "root")
        self.assert_run()

    def test_what_env_starts(self):
        interpreter = self.here / "interpreter"
        shutil.copy("/bin/sh", interpreter)
        shutil.chown(interpreter, "nobody")
        self.program.write_text(f"#!/usr/bin/env {interpreter}\ntouch {self.ran}\necho OK\n")
        self.assert_refused(f"{interpreter} belongs to nobody")
        shutil.chown(interpreter, "root")
        self.assert_run()

    def test_hooks(self):
        hook = self.here / "hook"
        hook.write_text(f"#!/bin/sh\ntouch {self.ran}\n")
        hook.chmod(0o755)
        shutil.chown(hook, "nobody")
        for key in ("before", "after"):
            with self.subTest(key):
                self.installation.configure(upgrade={"before": [], "after": [], key: [hook]})
                self.assert_refused(f"[upgrade] {key}: {hook} belongs to nobody")

    def test_a_drain_a_dry_run_and_who_to_ask(self):
        shutil.chown(self.program, "nobody")
        shutil.chown(self.installation.state_dir, "nobody")
        self.assert_refused("sudo -u nobody ws-upgrade", tool=("ws-upgrade", "--drain"))
        self.assert_refused("belongs to nobody", tool=("ws-upgrade", "-n", "acme"))
        self.assert_quiet(self.installation.run("ws-upgrade", "--accept", "acme"), 0)  # runs nothing

    def test_a_job_that_root_would_queue_for_itself(self):
        self.installation.degrade("acme")
        shutil.chown(self.program, "nobody")
        queue = ("ws-schedule", "--delay", "0", "acme")
        self.assert_refused("sudo -u", tool=("ws-schedule", "--via", "at", "--delay", "0", "acme"))
        self.assertEqual(self.installation.run("ws-schedule", "--list").text, "")
        self.assert_quiet(self.installation.run(*queue, "--no-job"), 0)
        self.assert_quiet(self.installation.run("ws-schedule", "--cancel", "acme"), 0)
        self.assert_quiet(self.installation.run(*queue), 0)  # the job's account is the scheduler's business
        self.installation.configure(schedule={"command": [self.program]})
        self.assert_refused(f"[schedule] command: {self.program} belongs to nobody", tool=queue)

    def test_doctor(self):
        def command():
            return next(r for r in self.installation.run("upkeep", "doctor", "--json").json if r["check"] == "command")
        self.assertEqual(command()["result"], "ok")
        shutil.chown(self.program, "nobody")
        self.assertEqual(command()["result"], "fail")
        self.installation.configure(upgrade={"as_root": True})
        self.assertEqual(command()["result"], "warning")
        self.installation.configure(upgrade={"as_root": None})
        shutil.chown(self.installation.state_dir, "nobody")
        found = command()
        self.assertEqual((found["result"], pathlib.Path(self.program).name in found["detail"]), ("ok", True))


if __name__ == "__main__":
    unittest.main()
