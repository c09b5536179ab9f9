# SPDX-License-Identifier: MIT
"""SIGSTOP: a frozen holder is a dead holder, and does no harm when it thaws."""

import signal
import subprocess
import unittest

from upkeep_test import wait_for, wait_until_gone
from upkeep_test.wait import process_state
from upkeep_test.faults import FaultCase, add_empty_workspaces, is_alive, kill, module_server, use_quick_upgrades

LEASE_S = 2


class FrozenTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": LEASE_S})
        use_quick_upgrades(self.installation, 1)
        add_empty_workspaces(self.installation, "acme", "beta", "gamma")

    def freeze(self, process):
        process.signal(signal.SIGSTOP)
        self.addCleanup(self.thaw, process)
        wait_for(lambda: process_state(process.pid) == "T", "frozen")

    def thaw(self, process):
        if process.running:
            process.signal(signal.SIGCONT)

    def start_frozen(self, name="acme"):
        """A ws-upgrade that is frozen while its command runs."""
        process = self.upgrade(name)
        command = self.wait_until_started(name)
        self.wait_for_run(name, "running")
        self.freeze(process)
        return process, command

    def settle(self, name, state):
        def look():
            self.installation.run("ws-check", name)
            return self.run_states(name)[-1:] == [state]
        wait_for(look, f"the run of {name} is {state}", LEASE_S + 8)

    def test_another_tool_records_the_verdict_and_the_thawed_one_reports_it(self):
        frozen, command = self.start_frozen()
        wait_until_gone(command)
        self.settle("acme", "succeeded")
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})
        self.assert_all_over()
        before = self.runs("acme")
        self.thaw(frozen)
        result = self.assert_status(frozen.wait(), 0)
        self.assertEqual(result.rows[0][1], "succeeded")
        self.assertEqual(self.runs("acme"), before, "the thawed one changed nothing")
        self.installation.ledger.assert_each_once(["acme"])

    def test_the_next_upgrade_runs_and_the_thawed_one_leaves_its_lease_alone(self):
        frozen, _ = self.start_frozen()
        use_quick_upgrades(self.installation, 4)
        following = self.upgrade("beta")
        self.wait_until_started("beta")
        self.assertEqual(self.run_states("acme"), ["succeeded"])
        lease = self.slots()
        self.thaw(frozen)
        self.assert_status(frozen.wait(), 0)
        self.assertEqual(self.slots(), lease)
        self.assertEqual(self.run_states("beta"), ["running"])
        self.assert_quiet(following.wait())
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(["acme", "beta"])
        self.assert_all_over()

    def test_a_command_that_runs_on_is_waited_for(self):
        use_quick_upgrades(self.installation, 5)
        frozen, command = self.start_frozen()
        use_quick_upgrades(self.installation, 0)
        following = self.upgrade("beta")
        wait_for(lambda: self.run_states("beta") == ["queued"], "beta waits")
        # Well past the lease, and past twice the lease.
        wait_for(lambda: float(self.installation.server.value(
            "SELECT TIMESTAMPDIFF(MICROSECOND, renewed_at, UTC_TIMESTAMP(6)) / 1e6 FROM upkeep.slot")) > 2 * LEASE_S,
            "the lease is long over")
        self.assertTrue(is_alive(command))
        self.assertEqual(self.run_states("beta"), ["queued"])
        self.assert_quiet(following.wait())
        self.thaw(frozen)
        self.assert_status(frozen.wait(), 0)
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(["acme", "beta"])
        self.assert_all_over()

    def test_under_kill_the_command_is_ended_and_the_thawed_one_says_76(self):
        self.installation.configure(upgrade={"on_lock_loss": "kill"})
        use_quick_upgrades(self.installation, 60)
        other = self.installation.another_host()
        use_quick_upgrades(other, 0)
        frozen, command = self.start_frozen()
        self.assert_quiet(self.installation.run("ws-upgrade", "beta", env=other.env))
        self.assertFalse(is_alive(command))
        self.installation.ledger.assert_no_overlap()
        self.assertEqual(self.run_states("acme"), ["lost"])
        self.thaw(frozen)
        result = self.assert_status(frozen.wait(), 76)
        self.assertEqual(result.rows[0][1], "lost")
        self.assertEqual(self.run_states("acme"), ["lost"])
        self.assertEqual(self.run_states("beta"), ["succeeded"])
        self.assert_all_over(self.installation, other)

    def test_a_frozen_waiter_lets_the_next_one_pass(self):
        use_quick_upgrades(self.installation, 3)
        first = self.upgrade("acme")
        self.wait_until_started("acme")
        use_quick_upgrades(self.installation, 0)
        second = self.upgrade("beta")
        wait_for(lambda: self.run_states("beta") == ["queued"], "beta waits")
        third = self.upgrade("gamma")
        wait_for(lambda: self.run_states("gamma") == ["queued"], "gamma waits")
        self.freeze(second)
        self.assert_quiet(first.wait())
        self.assert_quiet(third.wait())
        self.thaw(second)
        self.assert_quiet(second.wait())
        self.assertEqual(self.installation.ledger.started(), ["acme", "gamma", "beta"])
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over()

    def test_a_frozen_guardian_and_a_frozen_command(self):
        process = self.upgrade("acme")
        command = self.wait_until_started("acme")
        guardian = self.guardian_of(process)
        kill(guardian, signal.SIGSTOP)
        self.addCleanup(lambda: is_alive(guardian) and kill(guardian, signal.SIGCONT))
        following = self.upgrade("beta")
        wait_for(lambda: process_state(command) in ("", "Z"), "the command has ended")
        self.assertEqual(self.run_states("acme"), ["running"])
        kill(guardian, signal.SIGCONT)
        self.assert_quiet(process.wait())
        self.assert_quiet(following.wait())
        use_quick_upgrades(self.installation, 60)
        limited = self.upgrade("--timeout", "1", "gamma")
        command = self.wait_until_started("gamma")
        kill(command, signal.SIGSTOP)
        self.assert_status(limited.wait(), 124)
        self.assertFalse(is_alive(command))
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over()


class BeforeTheStartTest(FaultCase):
    """Between taking the lease and starting the command lies a look at the workspace: it may take long."""

    GATE = ("SELECT GET_LOCK('gate', 60) AND RELEASE_LOCK('gate') AND EXISTS (SELECT 1 FROM"
            " information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'DONE')")

    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": LEASE_S})
        use_quick_upgrades(self.installation, 0)
        add_empty_workspaces(self.installation, "acme", "beta")
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_states(self.installation.run("ws-schedule", "--delay", "0", "acme"), {"acme": "queued"})
        self.installation.configure(probe=[{"version": "3.1", "query": self.GATE}])

    def close_gate(self):
        client = subprocess.Popen([*self.installation.server.client_command(), "--execute",
                                   "SELECT GET_LOCK('gate', 0); SELECT SLEEP(60)"], stdout=subprocess.DEVNULL)
        self.addCleanup(self.open_gate, client)
        wait_for(lambda: self.installation.server.value("SELECT IS_USED_LOCK('gate')"), "the gate is closed")
        return client

    def open_gate(self, client):
        client.kill()
        client.wait()

    def held_up(self):
        """A drainer that has its lease and waits for the workspace's server to answer."""
        gate = self.close_gate()
        drainer = self.upgrade("--drain")
        self.wait_for_run("acme", "running")
        return drainer, gate

    def test_a_slow_look_renews_the_lease_before_the_start(self):
        drainer, gate = self.held_up()
        wait_for(lambda: float(self.installation.server.value(
            "SELECT TIMESTAMPDIFF(MICROSECOND, renewed_at, UTC_TIMESTAMP(6)) / 1e6 FROM upkeep.slot")) > LEASE_S,
            "the lease is over")
        self.open_gate(gate)
        self.assert_quiet(drainer.wait())
        self.installation.ledger.assert_each_once(["acme"])
        self.assert_all_over()

    def test_nothing_is_started_under_a_lease_that_another_host_has_taken_over(self):
        self.installation.configure(upgrade={"on_lock_loss": "kill"})
        other = self.installation.another_host(probe=[{"version": "3.1", "table": "DONE"}])
        use_quick_upgrades(other, 4)
        drainer, gate = self.held_up()
        following = self.upgrade("beta", host=other)
        self.wait_until_started("beta")
        self.assertEqual(self.run_states("acme"), ["lost"])
        self.open_gate(gate)
        self.assert_status(drainer.wait(), 76)
        self.assertEqual(self.installation.ledger.started(), ["beta"])
        self.assert_quiet(following.wait())
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over(self.installation, other)


if __name__ == "__main__":
    unittest.main()
