# SPDX-License-Identifier: MIT
"""SIGKILL, SIGTERM and SIGINT to each process of an upgrade: what the run ends as, and who may start next."""

import os
import signal
import time
import unittest

from upkeep_test import wait_for, wait_until_gone
from upkeep_test.faults import FaultCase, is_alive, kill, module_server

LEASE_S = 3


class KillCase(FaultCase):
    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": LEASE_S})
        self.installation.add_workspace("acme", tables=["EMAIL_EVENT", "CONTENT", "APPLICATION"])
        self.installation.configure(probe=[{"version": "3.1", "table": "EMAIL_EVENT",
                                            "column": "EMAIL_SERVER_UID"},
                                           {"version": "3.1", "table": "APPLICATION", "column": "APP_TITLE"}])

    def begin(self, *args, faults="slow-step=4:1.5"):
        """A ws-upgrade of acme, its guardian and its command, which is in its fourth step."""
        self.installation.configure_app(faults={"acme": faults} if faults else {})
        upgrade = self.upgrade("acme", *args)
        command = self.wait_until_started("acme")
        wait_for(lambda: "Updating translations" in self.log(), "the fourth step")
        return upgrade, self.guardian_of(upgrade), command

    def kill_command(self, command):
        """With all that it started: a process of it that lives on keeps the slot."""
        os.killpg(command, signal.SIGKILL)

    def log(self):
        files = self.installation.log_files("acme")
        return files[-1].read_text() if files else ""

    def wait_for_settled(self, state, tool="ws-check", within=5.0):
        """Some tool that looks notices, within 5 s of the death; returns the run."""
        began = time.monotonic()
        args = {"ws-check": ["acme"], "ws-progress": ["acme"], "ws-schedule": ["--list"]}[tool]

        def look():
            self.installation.run(tool, *args)
            return self.run_states("acme") == [state]
        wait_for(look, f"the run is {state}", within)
        self.assertLess(time.monotonic() - began, within)
        return self.last_run("acme")

    def assert_repaired_by_another_run(self):
        self.installation.configure_app()
        self.assert_states(self.assert_quiet(self.installation.run("ws-upgrade", "acme")),
                           {"acme": "succeeded"})
        self.installation.ledger.assert_no_overlap()
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assert_all_over()


class KillTest(KillCase):
    def test_ws_upgrade_under_finish(self):
        upgrade, guardian, command = self.begin()
        upgrade.kill()
        self.assertTrue(is_alive(command), "the command goes on")
        self.assertTrue(is_alive(guardian))
        for tool in ("ws-check", "ws-progress"):
            self.assert_states(self.installation.run(tool, "acme"), {"acme": "running"})
        second = self.upgrade("--wait", "0", "acme").wait()
        self.assert_status(second, 75)
        wait_until_gone(guardian)
        run = self.wait_for_settled("succeeded")
        self.assertEqual(run["exit_status"], "0")
        self.assertTrue(self.log().endswith("Upgrade successful\n"), "its output was kept")
        self.assertEqual(int(run["log_lines"]), len(self.log().splitlines()))
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.installation.ledger.assert_each_once(["acme"])
        self.assert_all_over()

    def test_ws_upgrade_under_finish_and_the_command_fails_later(self):
        upgrade, guardian, _ = self.begin(faults="slow-step=4:1 fail-step=5")
        upgrade.kill()
        wait_until_gone(guardian)
        run = self.wait_for_settled("failed", "ws-progress")
        self.assertIn("Errors upgrading workspace acme", run["detail"])
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assert_all_over()

    def test_a_waiting_ws_upgrade_settles_the_killed_one_and_goes_on(self):
        self.installation.add_workspace("next", tables=["EMAIL_EVENT", "CONTENT", "APPLICATION"])
        upgrade, _, _ = self.begin()
        waiting = self.upgrade("next")
        wait_for(lambda: self.run_states("next") == ["queued"], "next is queued")
        upgrade.kill()
        self.assert_quiet(waiting.wait())
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(["acme", "next"])
        self.assertEqual([run["state"] for run in self.runs()], ["succeeded", "succeeded"])
        self.assert_all_over()

    def test_ws_upgrade_under_kill(self):
        self.installation.configure(upgrade={"on_lock_loss": "kill"})
        upgrade, guardian, command = self.begin(faults="hang-step=4 ignore-term")
        upgrade.kill()
        wait_until_gone(command, LEASE_S + 2)
        wait_until_gone(guardian, 2)
        run = self.wait_for_settled("lost")
        self.assertIn("lease", run["detail"])
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assert_repaired_by_another_run()

    def test_the_command(self):
        upgrade, _, command = self.begin(faults="hang-step=4")
        self.kill_command(command)
        result = self.assert_status(upgrade.wait(), 1)
        self.assertEqual(result.rows[0][1], "failed")
        self.assertEqual(result.rows[0][3], "137")
        self.assertEqual(self.last_run("acme")["exit_status"], "137")
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assert_repaired_by_another_run()

    def test_the_guardian(self):
        upgrade, guardian, command = self.begin()
        kill(guardian)
        wait_until_gone(guardian)
        self.assertTrue(is_alive(command), "its command goes on, and is waited for")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "running"})
        result = self.assert_status(upgrade.wait(), 1)
        self.assertFalse(is_alive(command))
        self.assertEqual(result.rows[0][1], "lost")
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assert_repaired_by_another_run()

    def test_the_guardian_under_kill(self):
        self.installation.configure(upgrade={"on_lock_loss": "kill", "grace_s": 1})
        upgrade, guardian, command = self.begin(faults="hang-step=4 ignore-term")
        kill(guardian)
        wait_until_gone(command, 5)
        self.assertEqual(self.assert_status(upgrade.wait(), 1).rows[0][1], "lost")
        self.assert_repaired_by_another_run()

    def test_the_second_above_a_guardian_under_kill(self):
        """Under kill a second process stands above the guardian; without it the run still ends well."""
        self.installation.configure(upgrade={"on_lock_loss": "kill"})
        upgrade, guardian, _ = self.begin()
        second = next(pid for pid in upgrade.children() if pid != guardian)
        kill(second)
        result = upgrade.wait()
        self.assertIn(result.rows[0][1], ("succeeded", "lost"), str(result))
        wait_until_gone(guardian)
        self.installation.ledger.assert_no_overlap()
        self.assertIn(self.run_states("acme"), (["succeeded"], ["lost"]))
        self.assert_all_over()

    def test_ws_upgrade_and_the_guardian(self):
        upgrade, guardian, command = self.begin()
        upgrade.kill()
        kill(guardian)
        wait_until_gone(guardian)
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "running"})
        self.assert_status(self.installation.run("ws-upgrade", "--wait", "0", "acme"), 75)
        wait_until_gone(command)
        self.assertIn("all killed", self.wait_for_settled("lost")["detail"])
        self.assert_repaired_by_another_run()

    def test_ws_upgrade_and_the_guardian_under_kill(self):
        """Another host takes the slot over after twice the lease: the command must be gone by then."""
        self.installation.configure(upgrade={"on_lock_loss": "kill"})
        other = self.installation.another_host()
        upgrade, guardian, command = self.begin(faults="hang-step=4 ignore-term")
        upgrade.kill()
        kill(guardian)
        wait_until_gone(command, LEASE_S)
        self.installation.configure_app()
        self.assert_quiet(self.installation.run("ws-upgrade", "acme", env=other.env))
        self.installation.ledger.assert_no_overlap()
        self.assertEqual(self.run_states("acme"), ["lost", "succeeded"])
        self.installation.run("ws-check", "acme")  # forgets its files, too
        self.assert_all_over(self.installation, other)

    def test_all_three_and_any_tool_that_looks(self):
        for tool in ("ws-check", "ws-progress", "ws-schedule"):
            with self.subTest(tool):
                self.installation.server.sql("DELETE FROM upkeep.run")
                self.installation.ledger.clear()
                upgrade, guardian, command = self.begin(faults="hang-step=4")
                upgrade.kill()
                kill(guardian)
                self.kill_command(command)
                wait_until_gone(command)
                # What a guardian leaves that is killed while it writes.
                half = self.installation.state_dir / "runs" / f"{self.last_run('acme')['id']}.json.{guardian}.tmp"
                half.write_text("{")
                self.wait_for_settled("lost", tool)
                self.assert_all_over()
        self.assert_repaired_by_another_run()


class WaitingTest(KillCase):
    """Killed before its turn."""

    def setUp(self):
        super().setUp()
        for name in ("beta", "gamma"):
            self.installation.add_workspace(name, tables=["EMAIL_EVENT", "CONTENT", "APPLICATION"])

    def wait_behind(self, name):
        process = self.upgrade(name)
        wait_for(lambda: self.run_states(name) == ["queued"], f"{name} waits")
        return process

    def test_a_killed_waiter_is_forgotten_and_the_next_is_served(self):
        holder, _, _ = self.begin(faults="slow-step=4:2")
        beta = self.wait_behind("beta")
        gamma = self.wait_behind("gamma")
        beta.kill()
        self.assertEqual(self.installation.states("beta"), {"beta": "pending"})
        self.assertEqual(self.run_states("beta"), ["cancelled"])
        self.assert_quiet(holder.wait())
        self.assert_quiet(gamma.wait())
        self.installation.ledger.assert_each_once(["acme", "gamma"])
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over()

    def test_signals_while_waiting(self):
        holder, _, command = self.begin(faults="hang-step=4")
        for number, name in ((signal.SIGTERM, "beta"), (signal.SIGINT, "gamma")):
            waiter = self.wait_behind(name)
            began = time.monotonic()
            waiter.signal(number)
            result = self.assert_status(waiter.wait(5), 128 + number)
            self.assertLess(time.monotonic() - began, 2, "waiting never blocks signals")
            self.assertEqual(result.rows[0][1], "interrupted")
            self.assertEqual(self.run_states(name), ["cancelled"])
            self.assertEqual(self.installation.states(name), {name: "pending"})
        drainer = self.upgrade("--drain")
        self.kill_command(command)
        holder.wait()
        self.assert_quiet(drainer.wait())
        self.assert_all_over()

    def test_a_claim_whose_ws_upgrade_was_killed_at_once(self):
        """Killed after it queued its run and before it could show that it lives."""
        self.installation.configure_app()
        self.assert_quiet(self.installation.run("ws-upgrade", "gamma"))  # the host has an identity
        host = (self.installation.state_dir / "host-id").read_text().strip()
        self.installation.server.sql(
            "INSERT INTO upkeep.run (workspace, target, state, active, origin, priority, host, queued_at, due_at)"
            f" VALUES ('acme', '3.1', 'queued', 1, 'direct', 5, '{host}', UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE,"
            " UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE)")
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        result = self.installation.run("ws-schedule", "--delay", "0", "acme")
        self.assert_states(result, {"acme": "queued"})
        self.assertEqual(self.run_states("acme"), ["cancelled", "queued"])
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assert_all_over()


class SignalTest(KillCase):
    """While the command runs."""

    def test_term_and_int_are_passed_on(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                self.installation.server.sql("DELETE FROM upkeep.run")
                self.installation.ledger.clear()
                upgrade, _, command = self.begin(faults="hang-step=4")
                upgrade.signal(number)
                result = self.assert_status(upgrade.wait(), 128 + number)
                self.assertFalse(is_alive(command))
                self.assertEqual(result.rows[0][1], "interrupted")
                self.assertEqual(self.run_states("acme"), ["interrupted"])
                self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
                self.assert_all_over()
        self.assert_repaired_by_another_run()

    def test_a_command_that_ignores_term_is_killed_after_the_grace_time(self):
        upgrade, _, command = self.begin(faults="hang-step=4 ignore-term")
        began = time.monotonic()
        upgrade.signal(signal.SIGTERM)
        result = self.assert_status(upgrade.wait(), 143)
        took = time.monotonic() - began
        self.assertGreater(took, 1.9, "grace_s is 2")
        self.assertLess(took, 6)
        self.assertFalse(is_alive(command))
        self.assertEqual(result.rows[0][1], "interrupted")
        self.assert_repaired_by_another_run()

    def test_a_second_signal_kills_at_once(self):
        self.installation.configure(upgrade={"grace_s": 60})
        upgrade, _, command = self.begin(faults="hang-step=4 ignore-term")
        upgrade.signal(signal.SIGTERM)
        wait_for(lambda: "signal 15: stopping" in self.events(), "the first signal")
        self.assertTrue(is_alive(command))
        upgrade.signal(signal.SIGTERM)
        self.assert_status(upgrade.wait(10), 143)
        self.assertFalse(is_alive(command))
        self.assertEqual(self.run_states("acme"), ["interrupted"])
        self.assert_all_over()

    def test_nothing_more_is_started_after_a_signal(self):
        self.installation.add_workspace("beta", tables=["EMAIL_EVENT", "CONTENT", "APPLICATION"])
        upgrade, _, _ = self.begin("beta", faults="hang-step=4")
        upgrade.signal(signal.SIGTERM)
        self.assert_status(upgrade.wait(), 143)
        self.assertEqual(self.installation.ledger.started(), ["acme"])
        self.assertEqual(self.installation.states("beta"), {"beta": "pending"})
        self.assert_all_over()


class ScheduleTest(KillCase):
    def test_ws_schedule_killed_between_claim_and_job(self):
        hanging = self.installation.directory / "hang"
        hanging.write_text("#!/bin/sh\nexec sleep 30\n")
        hanging.chmod(0o755)
        self.installation.configure(schedule={"via": "command", "command": [str(hanging), "{run}"]})
        schedule = self.upgrade("--delay", "0", "acme", tool="ws-schedule")
        wait_for(lambda: self.run_states("acme") == ["queued"], "the claim")
        schedule.kill()
        started = self.installation.directory / "started"
        self.installation.configure(schedule={"command": ["/bin/sh", "-c", f"echo job >> {started}"]})
        # A job may still be on its way: this one is trusted for a while.
        self.assert_states(self.installation.run("ws-schedule", "acme"), {"acme": "already"})
        self.assertFalse(started.exists())
        self.installation.server.sql("UPDATE upkeep.run SET queued_at = queued_at - INTERVAL 1 MINUTE")
        self.assert_states(self.installation.run("ws-schedule", "--delay", "0", "acme"), {"acme": "already"})
        self.assertEqual(started.read_text(), "job\n", "it was handed over again")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.installation.ledger.assert_each_once(["acme"])
        self.assertEqual(self.run_states("acme"), ["succeeded"])
        self.assert_all_over()


if __name__ == "__main__":
    unittest.main()
