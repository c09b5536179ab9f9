# SPDX-License-Identifier: MIT
"""The demonstration application behaves as the real upgrade program does (and fails on request)."""

import os
import signal
import time
import unittest

from upkeep_test import TestCase, is_sanitized, module_server, need_shared, run, wait_for, wait_until_gone
from upkeep_test.installation import upgrade_sql
from upkeep_test.wait import is_alive

TAIL = ["", "Safe upgrade for files cached by the browser", "", "Upgrade successful"]
FAILED_TAIL = [*TAIL[:3], "Upgrade finished but there were errors upgrading workspaces.",
               "Please check the log above to correct any issues."]


class DemoAppTest(TestCase):
    def setUp(self):
        self.server = module_server()
        self.installation = self.open_installation(self.server, init=False)
        self.program = str(self.installation.app / "processmaker")
        self.marker = self.installation.shared / "UPDATE.dat"

    def upgrade(self, *args, **options):
        return run(self.program, "upgrade", *args, **options)

    def faults(self, **faults):
        self.installation.configure_app(faults=faults)


class UpgradeTest(DemoAppTest):
    def test_an_upgrade(self):
        self.installation.add_workspace("acme", "beta")
        result = self.assert_quiet(self.upgrade("--no-xml", "acme"))
        self.assertEqual(result.lines[:4], [
            "Checking files integrity...", "checksum.txt not found, integrity check is not possible",
            "Integrity check failed, do you want to continue the upgrade? [Y/n] Clearing cache...",
            "Upgrading workspaces (1/1): acme"])
        self.assertEqual(result.lines[-4:], TAIL)
        self.assertEqual(len([line for line in result.lines if line.startswith("> ")]), 11)
        self.assertEqual(len([line for line in result.lines if line.startswith("<*> ")]), 11)
        self.assertTrue(self.installation.is_upgraded("acme"))
        self.assertFalse(self.installation.is_upgraded("beta"))
        self.assertEqual(self.server.value("SELECT APP_TITLE FROM wf_acme.APPLICATION WHERE APP_NUMBER = 3"),
                         "A new printer")
        self.assertFalse(self.marker.exists())
        self.installation.ledger.assert_each_once(["acme"])

    def test_its_own_log_grows(self):
        self.installation.add_workspace("acme")
        self.upgrade("acme")
        once = (self.installation.app / "upgrade.log").read_text()
        self.assertIn("> Updating database...\n", once)
        self.upgrade("acme")
        self.assertGreater(len((self.installation.app / "upgrade.log").read_text()), len(once) * 3 // 2)

    def test_again_changes_nothing(self):
        self.installation.add_workspace("acme", upgraded=True)
        before = self.installation.columns("acme")
        self.assertEqual(self.upgrade("acme").lines[-4:], TAIL)
        self.assertEqual(self.installation.columns("acme"), before)

    def test_the_marker_names_the_workspace_meanwhile(self):
        self.installation.add_workspace("acme")
        self.faults(acme="hang-step=2")
        command = self.start(self.program, "upgrade", "acme")
        wait_for(lambda: b"> Check Intermediate" in command.stdout, "step 2")
        self.assertEqual(self.marker.read_text(), "acme")
        # The first column is there long before the end: a probe alone is no proof.
        self.assertIn("EMAIL_EVENT.EMAIL_SERVER_UID", self.installation.columns("acme"))
        self.assertFalse(self.installation.is_upgraded("acme"))
        command.close()
        self.assertTrue(self.marker.exists())  # a killed run leaves it, as the real one does

    def test_no_workspace_is_all_of_them(self):
        self.installation.add_workspace("acme", "beta")
        result = self.upgrade()
        self.assertIn("Upgrading workspaces (2/2): beta", result.lines)
        for name in ("acme", "beta"):
            self.assertTrue(self.installation.is_upgraded(name))

    def test_an_empty_name_is_all_of_them(self):
        self.installation.add_workspace("acme")
        self.upgrade("--no-xml", "")
        self.assertTrue(self.installation.is_upgraded("acme"))

    def test_options_end_at_the_workspace(self):
        self.installation.add_workspace("acme")
        result = self.upgrade("acme", "--no-xml")
        self.assertIn("Upgrading workspaces (2/2): --no-xml", result.lines)
        self.assertEqual(result.lines[-5:], FAILED_TAIL)

    def test_unknown_option_and_status_0(self):
        result = self.assert_quiet(self.upgrade("--fast", "acme"))
        self.assertIn("--fast", result.lines[0])
        self.assertIn("Usage: processmaker upgrade [--no-xml] [WORKSPACE]", result.lines)

    def test_unknown_workspace_and_status_0(self):
        result = self.assert_quiet(self.upgrade("nosuch"))
        self.assertIn("Errors upgrading workspace nosuch: Could not get db.php in workspace nosuch", result.lines)
        self.assertEqual(result.lines[-5:], FAILED_TAIL)

    def test_it_reads_stdin(self):
        self.installation.add_workspace("acme")
        for answer in ("the rest of the script\n", "n\n"):
            result = self.assert_quiet(self.upgrade("acme", stdin=answer))
            self.assertTrue(result.lines[-1].endswith("[Y/n] Upgrade failed"))
        for answer in ("", "\n", "y\n", "Y"):
            self.assertEqual(self.upgrade("acme", stdin=answer).lines[-1], "Upgrade successful")

    def test_no_server(self):
        self.installation.configure_app(socket="/nonexistent")
        result = self.assert_quiet(self.upgrade("acme"))
        self.assertIn("connect failed", result.text)
        self.assertEqual(result.lines[-5:], FAILED_TAIL)

    def test_the_server_goes_away_half_way(self):
        self.installation.add_workspace("acme")
        self.faults(acme="slow-step=4:1")
        command = self.start(self.program, "upgrade", "acme")
        wait_for(lambda: b"> Updating translations" in command.stdout, "step 4")
        self.server.kill_connections("db = 'wf_acme'")
        result = command.wait()
        self.assertEqual((result.status, result.lines[-5:]), (0, FAILED_TAIL))

    def test_it_kills_idle_connections_of_its_user_and_schema(self):
        self.installation.add_workspace("acme")
        idle = [self.start(*self.server.client_command(schema), stdin=self.open_pipe())
                for schema in ("wf_acme", "mysql")]
        wait_for(lambda: len(self.server.connections()) == 2, "both are connected")
        self.upgrade("acme")
        self.assertEqual([row[2] for row in self.server.connections()], ["mysql"])
        for client in idle:
            client.close()

    def open_pipe(self) -> int:
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        return read

    def test_same_tail_as_the_real_logs(self):
        logs = need_shared("data", "processmaker", "logs")
        self.assertEqual((logs / "3.1.2-success-from-3.0.1.8.log").read_text().splitlines()[-4:], TAIL)
        failed = (logs / "3.1.2-nonexistent-workspace.log").read_text().splitlines()
        self.assertEqual(failed[-5:], FAILED_TAIL)
        mine = self.upgrade("nosuch").lines
        self.assertEqual([line for line in mine if not line.startswith("->")], failed)

    def test_same_steps_as_the_real_log(self):
        log = need_shared("data", "processmaker", "logs") / "3.1.2-success-from-3.0.1.8.log"
        self.installation.add_workspace("acme")

        def markers(text):
            return [line.partition(" took ")[0] for line in text.splitlines() if line.startswith((">", "<*>"))]
        self.assertEqual(markers(self.upgrade("acme").text), markers(log.read_text()))

    def test_it_is_quick(self):
        self.installation.add_workspace("acme")
        begin = time.monotonic()
        self.upgrade("acme")
        self.assertLess(time.monotonic() - begin, 3 if is_sanitized() else 1.5)


class FaultTest(DemoAppTest):
    def setUp(self):
        super().setUp()
        self.installation.add_workspace("acme")

    def test_fail_step(self):
        self.faults(acme="fail-step=10")
        result = self.assert_quiet(self.upgrade("acme"))
        self.assertEqual(result.lines[-5:], FAILED_TAIL)
        self.assertIn("Errors upgrading workspace acme:", result.text)
        self.assertFalse(self.marker.exists())

    def test_success_with_a_column_missing(self):
        self.faults(**{"*": "skip=ABE_CONFIGURATION.ABE_FORCE_LOGIN"})
        self.assertEqual(self.upgrade("acme").lines[-4:], TAIL)
        missing = {what for _, what, _ in upgrade_sql() if "." in what} - self.installation.columns("acme")
        self.assertEqual(missing, {"ABE_CONFIGURATION.ABE_FORCE_LOGIN"})

    def test_success_with_a_table_missing(self):
        self.faults(acme="skip=NOTIFICATION_QUEUE")
        self.assertEqual(self.upgrade("acme").lines[-4:], TAIL)
        self.assertFalse(self.installation.is_upgraded("acme"))

    def test_internal_error(self):
        self.faults(acme="internal-error-step=8")
        result = self.assert_quiet(self.upgrade("acme"))
        self.assertRegex(result.lines[-1], r"^An internal error occurred #\d+\. Please contact")
        self.assertFalse(result.text.endswith("\n"))

    def test_fatal(self):
        self.faults(acme="fatal-step=3")
        result = self.assert_status(self.upgrade("acme"), 255)
        self.assertRegex(result.lines[-1], "^Fatal error: ")

    def test_signal_and_status(self):
        self.faults(acme="signal-step=3:SEGV")
        self.assert_status(self.upgrade("acme"), 128 + signal.SIGSEGV)
        self.faults(acme="exit=9")
        self.assertEqual(self.assert_status(self.upgrade("acme"), 9).lines[-4:], TAIL)

    def test_terminated_or_not(self):
        self.faults(acme="hang-step=2")
        command = self.start(self.program, "upgrade", "acme")
        wait_for(lambda: b"> Check Intermediate" in command.stdout, "step 2")
        command.signal_group(signal.SIGTERM)
        self.assertEqual(command.wait().status, 143)
        self.faults(acme="slow-step=2:1 ignore-term")
        command = self.start(self.program, "upgrade", "acme")
        wait_for(lambda: b"> Check Intermediate" in command.stdout, "step 2")
        command.signal_group(signal.SIGTERM)
        self.assertEqual(command.wait().lines[-1], "Upgrade successful")

    def test_leftovers(self):
        for kind in ("leftover", "leftover-quiet", "leftover-session"):
            with self.subTest(kind):
                self.installation.ledger.clear()
                self.faults(acme=f"{kind}=30")
                command = self.start(self.program, "upgrade", "acme")
                self.assert_status(command.wait(), 0)
                pid, = self.installation.ledger.left_behind()
                self.assertTrue(is_alive(pid))
                os.kill(pid, signal.SIGKILL)
                wait_until_gone(pid)

    def test_output(self):
        self.faults(acme="print-mb=3 binary long-line-mb=2")
        out = self.upgrade("acme").stdout
        self.assertGreater(len(out), 5_000_000)
        self.assertIn(bytes(range(256)), out)
        self.assertIn(b"x" * (2 << 20), out)
        self.assertTrue(out.endswith(b"\nUpgrade successful\n"))

    def test_seconds_per_step(self):
        self.installation.configure_app(seconds_per_step=0.05)
        begin = time.monotonic()
        self.upgrade("acme")
        self.assertGreaterEqual(time.monotonic() - begin, 0.55)


class DemoTest(DemoAppTest):
    def test_create_and_drop(self):
        self.assert_quiet(run(self.program, "demo-create", "acme", "beta"))
        self.assertEqual(self.server.schemas("wf\\_%"), ["wf_acme", "wf_beta"])
        self.assertEqual(self.upgrade("acme").lines[-1], "Upgrade successful")
        self.assertTrue(self.installation.is_upgraded("acme"))
        result = self.assert_status(run(self.program, "demo-create", "acme", "gamma"), 1)
        self.assertIn("acme: ERROR 1007", result.stderr)
        self.assertEqual(self.server.value("SELECT COUNT(*) FROM wf_acme.APP_SEQUENCE"), "1")
        self.assert_quiet(run(self.program, "demo-drop", "acme", "beta", "gamma"))
        self.assertEqual(self.server.schemas("wf\\_%"), [])

    def test_bad_names(self):
        for name in ("", "a b", "x;y", "`", "a" * 62):
            with self.subTest(name):
                self.assert_status(run(self.program, "demo-create", name), 65)

    def test_settings(self):
        other = self.make_directory() / "other.conf"
        other.write_text(f"# a comment\nsocket={self.server.socket}\nschema_prefix = pm_\n")
        self.assert_quiet(run(self.program, "demo-create", "acme", env={"DEMO_APP_CONF": str(other)}))
        self.addCleanup(self.server.drop, "pm_acme")
        self.assertEqual(self.server.schemas("pm\\_%"), ["pm_acme"])
        other.write_text("sokcet = /x\n")
        result = self.assert_status(run(self.program, "demo-create", "a", env={"DEMO_APP_CONF": str(other)}), 78)
        self.assertIn("unknown key sokcet", result.stderr)

    def test_password(self):
        self.server.add_user("demo", "s3cret", ["ALL ON `wf\\_%`.*"])
        self.addCleanup(self.server.sql, "DROP USER demo@localhost, demo@127.0.0.1")
        password = self.make_directory() / "password"
        password.write_text("s3cret\n")
        self.installation.configure_app(user="demo", password_file=password)
        self.assert_quiet(run(self.program, "demo-create", "acme"))
        self.assertEqual(self.upgrade("acme").lines[-1], "Upgrade successful")

    def test_it_says_what_it_is(self):
        help_text = self.assert_quiet(run(self.program, "--help")).lines[0]
        self.assertIn("not ProcessMaker", help_text)
        with open(self.program, encoding="utf-8") as text:
            self.assertIn("not ProcessMaker", text.read().splitlines()[1])


if __name__ == "__main__":
    unittest.main()
