# SPDX-License-Identifier: MIT
"""What an upgrade leaves behind: processes, which keep the slot, and the marker of the real program."""

import unittest

from upkeep_test.ledger import SCRIPT
from upkeep_test.wait import process_state
from upkeep_test.faults import FaultCase, is_alive, kill, module_server, wait_for

#: Ends at once and leaves a daemon: a session of its own, no descriptor of ours, a parent that is gone.
DAEMON = SCRIPT.replace('echo "working', r"""
( setsid /bin/bash -c 'for fd in /proc/self/fd/*; do fd=${fd##*/}; eval "exec $fd>&-"; done 2> /dev/null
  echo "left $2 $BASHPID $(date +%s.%N)" >> "$1"; exec sleep "$3"' daemon "$ledger" "$workspace" "$4" & )
while ! grep -q "^left $workspace " "$ledger"; do sleep 0.02; done
mariadb --no-defaults --socket="$5" --user=root -e "CREATE TABLE IF NOT EXISTS wf_$workspace.DONE (a INT)"
echo "working""", 1)


class DaemonTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": 3})
        self.leave("3")
        self.installation.server.sql("CREATE DATABASE wf_acme; CREATE TABLE wf_acme.OLD (a INT);"
                                     "CREATE DATABASE wf_beta; CREATE TABLE wf_beta.OLD (a INT);")

    def leave(self, seconds, **upgrade):
        self.installation.configure(
            upgrade={"profile": "plain", "directory": self.installation.directory,
                     "command": ["/bin/bash", "-c", DAEMON, "upgrade", self.installation.ledger.path,
                                 "{workspace}", "0", seconds, self.installation.server.socket], **upgrade},
            probe=[{"version": "3.1", "table": "DONE"}])

    def daemon(self):
        return wait_for(self.installation.ledger.left_behind, "the daemon has started")[0]

    def test_the_run_is_over_and_its_slot_stays_taken_until_the_daemon_ends(self):
        result = self.assert_quiet(self.installation.run("ws-upgrade", "acme"))
        daemon = self.daemon()
        self.assertTrue(is_alive(daemon), "it was not waited for")
        self.assertEqual(result.rows[0][1], "succeeded")
        self.assertIn("left behind", result.rows[0][7])
        self.assertEqual(self.run_states("acme"), ["succeeded"])
        self.assertIn("left behind", self.last_run("acme")["detail"])
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assertEqual(len(self.slots()), 1)
        busy = self.assert_status(self.installation.run("ws-upgrade", "--wait", "0", "beta"), 75)
        self.assertIn("waiting for", busy.rows[0][7])
        self.leave("0.05")
        self.assert_status(self.installation.run("ws-upgrade", "beta"), 0)
        self.assertFalse(is_alive(daemon))
        self.installation.ledger.assert_no_overlap()
        self.assertEqual(self.installation.ledger.started(), ["acme", "beta"])

        def look():
            self.installation.run("ws-check", "acme")
            return not self.slots()
        wait_for(look, "the slot is free")
        self.assert_all_over()

    def test_ws_upgrade_is_killed_and_the_guardian_waits_for_the_daemon(self):
        self.leave("2")
        upgrade = self.upgrade("acme")
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        upgrade.kill()
        daemon = self.daemon()
        self.leave("0.05")
        self.assert_status(self.installation.run("ws-upgrade", "beta"), 0)
        self.assertFalse(is_alive(daemon))
        self.installation.ledger.assert_no_overlap()
        self.assertEqual(self.run_states("acme"), ["succeeded"])

    def test_the_guardian_is_killed_after_its_verdict_and_the_hook_keeps_the_slot(self):
        hook = self.installation.directory / "hook"
        self.leave("2", after=["/bin/sh", "-c", f"touch '{hook}'; exec sleep 5"])
        upgrade = self.upgrade("acme")
        guardian = self.guardian_of(upgrade)
        wait_for(hook.exists, "the after hook runs: the verdict is known")
        kill(guardian)
        result = self.assert_status(upgrade.wait(), 0)
        self.assertIn("left behind", result.rows[0][7])
        self.assertEqual(len(self.slots()), 1)
        self.leave("0.05")
        self.assert_status(self.installation.run("ws-upgrade", "beta"), 0)
        self.installation.ledger.assert_no_overlap()

    def test_under_kill_nothing_is_left(self):
        self.leave("60", on_lock_loss="kill")
        result = self.assert_status(self.installation.run("ws-upgrade", "acme"), 0)
        daemon = self.daemon()
        wait_for(lambda: process_state(daemon) in ("", "Z"), "the daemon was ended")
        self.assertEqual(result.rows[0][1], "succeeded")

        def look():
            self.installation.run("ws-check", "acme")
            return not self.slots()
        wait_for(look, "the slot is free")
        self.assert_all_over()

    def test_output_that_stays_open(self):
        """A process in the background with the command's stdout is awaited for grace_s, no longer."""
        self.installation.add_workspace("gamma", tables=["EMAIL_EVENT"])
        self.installation.configure(
            upgrade={"profile": "processmaker", "directory": self.installation.app, "grace_s": 1,
                     "command": ["./processmaker", "upgrade", "--no-xml", "{workspace}"]},
            probe=[{"version": "3.1", "table": "EMAIL_EVENT", "column": "EMAIL_SERVER_UID"}])
        self.installation.configure_app(faults={"gamma": "leftover=30"})
        result = self.assert_quiet(self.installation.run("ws-upgrade", "gamma"))
        self.assertEqual(result.rows[0][1], "succeeded")
        left = self.installation.ledger.left_behind()[0]
        self.assertTrue(is_alive(left))
        kill(left)

        def look():
            self.installation.run("ws-check", "gamma")
            return not self.slots()
        wait_for(look, "the slot is free")
        self.assert_all_over()


class MarkerTest(FaultCase):
    TABLES = ["EMAIL_EVENT", "CONTENT"]

    def setUp(self):
        self.open_installation(module_server())
        self.marker = self.installation.shared / "UPDATE.dat"
        self.installation.configure(upgrade={"marker": self.marker}, probe=[
            {"version": "3.1", "table": "EMAIL_EVENT", "column": "EMAIL_SERVER_UID"}])
        self.installation.add_workspace("acme", tables=self.TABLES)

    def test_an_upgrade_outside_of_upkeep_is_waited_for(self):
        for content, states in (("acme", "running"), ("other", "pending"), ("true", "running")):
            with self.subTest(content):
                self.marker.write_text(content)
                self.assertEqual(self.installation.states("acme"), {"acme": states})
                # Even where it is not this workspace: the real program is one for all of them.
                result = self.assert_status(self.installation.run("ws-upgrade", "--wait", "0", "acme"), 75)
                self.assertIn(str(self.marker), result.rows[0][7])
        waiting = self.upgrade("acme")
        wait_for(lambda: self.run_states("acme")[-1] == "queued", "it waits")
        self.assertEqual(self.installation.ledger.started(), [])
        self.marker.unlink()
        self.assert_quiet(waiting.wait())
        self.installation.ledger.assert_each_once(["acme"])
        self.assert_all_over()

    def test_what_our_own_failed_run_left_is_not_waited_for(self):
        self.installation.configure_app(faults={"acme": "fatal-step=4"})
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 1)
        self.assertEqual(self.marker.read_text(), "acme", "the real program leaves it, too")
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.installation.configure_app()
        self.assert_quiet(self.installation.run("ws-upgrade", "acme"))
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assertFalse(self.marker.exists())
        self.installation.ledger.assert_no_overlap()

    def test_force_does_not_wait(self):
        self.marker.write_text("other")
        self.assert_status(self.installation.run("ws-upgrade", "--force", "--wait", "5", "acme"), 0)
        self.installation.ledger.assert_each_once(["acme"])


if __name__ == "__main__":
    unittest.main()
