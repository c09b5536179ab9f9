# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""A primary with a semi-synchronous replica, and a fail-over: no double holder, no lost run, no double number."""

import threading
import time
import unittest

from upkeep_test.replication import Replication
from upkeep_test.faults import FaultCase, add_empty_workspaces, is_alive, use_quick_upgrades, wait_for

NAMES = [f"r{number:02}" for number in range(12)]


class FailoverTest(FaultCase):
    def setUp(self):
        self.pair = Replication()
        self.addCleanup(self.pair.close)
        self.pair.start()
        self.open_installation(self.pair.primary, upgrade={"lease_s": 6}, patch={"lifecycle": ""})
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0})
        self.address = self.installation.directory / "primary"  # where the upgrade commands find their database
        self.address.symlink_to(self.pair.primary.socket)
        self.take(self.installation, 0.1)
        add_empty_workspaces(self.installation, *NAMES)

    def take(self, host, seconds, **upgrade):
        """Upgrades on that host take so long."""
        use_quick_upgrades(host, seconds, **upgrade)
        host.configure(upgrade={"command": [*host._sections["upgrade"]["command"][:-1], self.address]})

    def promote(self):
        self.pair.promote()
        self.address.unlink()
        self.address.symlink_to(self.pair.replica.socket)

    def point_to_the_replica(self):
        for host in self.hosts():
            host.configure(database={"socket": self.pair.replica.socket})
            host.server = self.pair.replica

    def queue(self, *names):
        self.assert_quiet(self.installation.run("ws-schedule", *names))

    def new_patch(self, **options):
        return self.installation.run("pmt-patch", "new", "--platform", "4.4.0", **options)

    def numbers(self):
        return [int(row[0]) for row in self.installation.server.sql("SELECT number FROM upkeep.patch ORDER BY number")]

    def test_the_primary_dies_while_an_upgrade_runs(self):
        other = self.installation.another_host()
        *names, spare = NAMES
        self.queue(*names)
        queued = {run["id"] for run in self.runs()}
        self.take(self.installation, 6, lease_s=3)
        other.configure(upgrade={"lease_s": 3})
        drain = self.upgrade("--drain")
        first = self.wait_until_started(NAMES[0])
        self.wait_for_run(NAMES[0], "running")
        self.pair.fail()
        # The old address is asked for as long as the lease; then the verdict waits on that host.
        self.point_to_the_replica()
        for tool, *args in (["ws-schedule", spare], ["ws-upgrade", spare],
                            ["pmt-patch", "new", "--platform", "4.4.0"]):
            self.assert_error(self.installation.run(tool, *args), 69, "does not accept writes", stdout=None)
        found = {row["check"]: row for row in self.installation.run("upkeep", "doctor", "--json").json}
        self.assertEqual(found["read-only"]["result"], "fail")
        self.assertIn("primary", found["read-only"]["fix"])
        self.assert_status(self.installation.run("ws-check", NAMES[0]), 1)  # reading is fine
        self.promote()
        self.assertTrue(is_alive(first), "its command does not notice")
        # Another host drains on the new primary at once: it waits for the run that holds the slot.
        second = self.upgrade("--drain", host=other)
        self.assert_status(drain.wait(60), 69)
        self.assertEqual(self.installation.run("ws-check", NAMES[0]).rows[0][1], "upgraded", "who looks records it")
        self.take(self.installation, 0.1)
        self.assert_status(self.installation.run("ws-upgrade", "--drain"), 0)
        self.assert_quiet(second.wait(60))
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(names)
        self.assertEqual({run["id"] for run in self.runs()}, queued, "no run is lost, none is double")
        self.assertEqual(set(self.run_states()), {"succeeded"})
        self.assert_all_over(*self.hosts())

    def test_an_address_that_moves(self):
        """Behind a virtual address a run does not even notice."""
        proxy = self.open_proxy(self.pair.primary)
        self.installation.configure(database={"socket": proxy.socket})
        self.queue(*NAMES[:3])
        self.take(self.installation, 3, lease_s=12)
        drain = self.upgrade("--drain")
        self.wait_until_started(NAMES[0])
        self.wait_for_run(NAMES[0], "running")
        self.pair.fail()
        self.promote()
        proxy.target = self.pair.replica.socket
        proxy.cut()
        self.installation.server = self.pair.replica
        self.assert_quiet(drain.wait(90))
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(NAMES[:3])
        self.assertEqual(self.run_states(), ["succeeded"] * 3)
        self.assert_all_over()

    def test_patch_numbers(self):
        printed, told_more = [], []

        def ask():
            while not self.stop.is_set():
                result = self.new_patch()
                if result.status == 0:
                    printed.append(int(result.text.strip()[-4:]))
                elif result.status != 69:
                    told_more.append(str(result))
        self.stop = threading.Event()
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            wait_for(lambda: len(printed) >= 12, "some numbers", 30)
            self.pair.fail()
            time.sleep(0.3)  # numbers are asked for while there is no primary
            self.promote()
            self.point_to_the_replica()
            before = len(printed)
            wait_for(lambda: len(printed) >= before + 12, "more numbers", 60)
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        kept = self.numbers()
        self.assertEqual(told_more, [])
        self.assertEqual(len(printed), len(set(printed)), "no number twice")
        self.assertEqual(kept, list(range(1, len(kept) + 1)), "no gap")
        self.assertLessEqual(set(printed), set(kept), "none that was told is lost")

    def test_doctor_knows_a_replica_that_may_lag(self):
        def cluster():
            return next(
                row for row in self.installation.run("upkeep", "doctor", "--json").json if row["check"] == "cluster"
            )
        self.assertEqual(cluster()["result"], "ok")
        self.assertIn("semi-synchronous", cluster()["detail"])
        self.pair.primary.sql("SET GLOBAL rpl_semi_sync_master_enabled = OFF")
        self.assertEqual(cluster()["result"], "warning")
        self.assertIn("lag behind", cluster()["detail"])
        self.assertIn("rpl_semi_sync", cluster()["fix"])


if __name__ == "__main__":
    unittest.main()
