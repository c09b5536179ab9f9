# SPDX-License-Identifier: MIT
"""Leases between hosts: who waits for a dead one, who takes over and when, what one that is cut off does."""

import os
import signal
import time
import unittest

from upkeep_test import wait_for, wait_until_gone
from upkeep_test.faults import FaultCase, add_empty_workspaces, is_alive, module_server, use_quick_upgrades

LEASE_S = 2


class HostsTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server(), upgrade={"lease_s": LEASE_S})
        use_quick_upgrades(self.installation, 60)
        add_empty_workspaces(self.installation, "acme", "beta")

    def two_hosts(self, policy, seconds=60):
        self.installation.configure(upgrade={"on_lock_loss": policy})
        use_quick_upgrades(self.installation, seconds)
        other = self.installation.another_host()
        use_quick_upgrades(other, 0)
        return other

    def lose_a_host(self):
        """All three processes die at one moment, and no tool looks there any more."""
        upgrade = self.upgrade("acme")
        command = self.wait_until_started("acme")
        guardian = self.guardian_of(upgrade)
        self.wait_for_run("acme", "running")
        upgrade.signal(signal.SIGSTOP)
        os.kill(guardian, signal.SIGSTOP)
        os.killpg(command, signal.SIGKILL)
        os.kill(guardian, signal.SIGKILL)
        upgrade.kill()
        wait_until_gone(guardian)
        return self.last_run("acme")["id"]

    def renewed_at(self):
        """Seconds since 1970, by the server's clock, which is ours."""
        return float(self.installation.server.value(
            "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', renewed_at) / 1e6 FROM upkeep.slot WHERE slot = 1"))

    def break_lease(self, host, run):
        return self.installation.run("ws-upgrade", "--break-lease", str(run), env=host.env)

    def test_finish_waits_for_a_dead_host_until_a_person_breaks_its_lease(self):
        other = self.two_hosts("finish")
        self.assert_error(self.break_lease(other, 4711), 2, "4711")
        run = self.lose_a_host()
        if time.time() < self.renewed_at() + LEASE_S - 0.5:
            self.assert_error(self.break_lease(other, run), 1, "still renewed")
        waiting = self.assert_status(
            self.installation.run("ws-upgrade", "--wait", str(3 * LEASE_S), "beta", env=other.env), 75)
        self.assertIn(f"run {run}", waiting.rows[0][7])
        self.assertEqual(self.installation.run("ws-check", "acme", env=other.env).rows[0][1], "running")
        self.assertEqual(self.installation.ledger.started(), ["acme"])
        self.assert_quiet(self.break_lease(other, run))
        self.assertEqual(self.run_states("acme"), ["lost"])
        self.assertEqual(self.installation.run("ws-check", "acme", env=other.env).rows[0][1], "failed")
        self.assert_error(self.break_lease(other, run), 1, "not hold a lease")
        self.assert_quiet(self.installation.run("ws-upgrade", "beta", env=other.env))
        self.installation.ledger.assert_no_overlap()
        # The dead host comes back: it forgets what is over.
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "failed"})
        self.assert_all_over(self.installation, other)

    def test_who_waits_for_a_turn_settles_what_was_left_on_its_host(self):
        """The other host is at the head of the row and waits for our slot; nobody else looks here."""
        other = self.two_hosts("finish", seconds=2)
        add_empty_workspaces(self.installation, "gamma")
        upgrade = self.upgrade("acme")
        self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        upgrade.kill()
        first = self.upgrade("beta", host=other)
        wait_for(lambda: self.installation.server.value(
            "SELECT IS_USED_LOCK(CONCAT('upkeep:', (SELECT id FROM upkeep.installation), ':turn'))"), "it has its turn")
        second = self.upgrade("gamma")
        self.assert_quiet(first.wait(30))
        self.assert_quiet(second.wait(30))
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(["acme", "beta", "gamma"])
        self.assertEqual(self.run_states(), ["succeeded"] * 3)
        self.assert_all_over(self.installation, other)

    def test_a_lease_that_is_renewed_is_not_broken(self):
        other = self.two_hosts("finish", 3)
        upgrade = self.upgrade("acme")
        self.wait_until_started("acme")
        run = self.wait_for_run("acme", "running")["id"]
        self.assert_error(self.break_lease(other, run), 1, "still renewed")
        self.assert_quiet(upgrade.wait())
        self.assertEqual(self.run_states("acme"), ["succeeded"])
        self.assert_all_over(self.installation, other)

    def test_kill_is_taken_over_after_twice_the_lease_and_not_before(self):
        other = self.two_hosts("kill")
        self.lose_a_host()
        renewed = self.renewed_at()
        self.assert_quiet(self.installation.run("ws-upgrade", "beta", env=other.env))
        start = self.installation.ledger.wait_for_start("beta").started
        self.assertGreaterEqual(start - renewed, 2 * LEASE_S)
        self.assertLess(start - renewed, 2 * LEASE_S + 4)
        self.assertEqual(self.run_states("acme"), ["lost"])
        self.assertIn("did not renew", self.last_run("acme")["detail"])
        self.installation.run("ws-check", "acme")
        self.assert_all_over(self.installation, other)

    def cut_off(self):
        """The first host loses the database while its command runs, the other one does not."""
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        upgrade = self.upgrade("acme")
        command = self.wait_until_started("acme")
        self.wait_for_run("acme", "running")
        proxy.refuse()
        proxy.cut()
        return upgrade, command, proxy

    def test_kill_ends_the_command_of_a_host_that_is_cut_off(self):
        other = self.two_hosts("kill")
        upgrade, command, proxy = self.cut_off()
        following = self.upgrade("beta", host=other)
        wait_until_gone(command, LEASE_S + 3)
        self.assertEqual(self.installation.ledger.started(), ["acme"], "gone before the other one starts")
        self.assert_quiet(following.wait())
        self.installation.ledger.assert_no_overlap()
        self.assertIn(upgrade.wait().status, (69, 76))
        self.assertEqual(self.run_states("acme"), ["lost"])
        proxy.restore()
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "failed"})
        self.assert_all_over(self.installation, other)

    def test_kill_that_gets_its_database_back_says_76(self):
        other = self.two_hosts("kill")
        upgrade, command, proxy = self.cut_off()
        wait_until_gone(command, LEASE_S + 3)
        proxy.restore()
        result = self.assert_status(upgrade.wait(), 76)
        self.assertEqual(result.rows[0][1], "lost")
        self.assertEqual(self.run_states("acme"), ["lost"])
        self.assert_quiet(self.installation.run("ws-upgrade", "beta", env=other.env))
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over(self.installation, other)

    def test_finish_lets_the_command_of_a_host_that_is_cut_off_end(self):
        other = self.two_hosts("finish", 3 * LEASE_S)
        upgrade, command, proxy = self.cut_off()
        following = self.upgrade("beta", host=other)
        wait_for(lambda: time.time() > self.renewed_at() + 2 * LEASE_S + 1, "twice the lease is over", 20)
        self.assertTrue(is_alive(command))
        self.assertEqual(self.run_states("beta"), ["queued"])
        # The application's own connection is not cut: it ends well, and its host then says so.
        wait_until_gone(command)
        proxy.restore()
        self.assert_quiet(upgrade.wait())
        self.assert_quiet(following.wait())
        self.assertEqual(self.run_states("acme"), ["succeeded"])
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(["acme", "beta"])
        self.assert_all_over(self.installation, other)

    def test_finish_that_never_gets_its_database_back_leaves_its_verdict(self):
        other = self.two_hosts("finish", 1)
        upgrade, command, proxy = self.cut_off()
        following = self.upgrade("beta", host=other)
        result = self.assert_status(upgrade.wait(), 69)
        self.assertIn("the next tool records it", result.rows[0][7])
        self.assertFalse(is_alive(command))
        self.assertEqual(self.run_states("beta"), ["queued"], "the other host waits for this one")
        proxy.restore()
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "upgraded"})
        self.assert_quiet(following.wait())
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over(self.installation, other)


if __name__ == "__main__":
    unittest.main()
