# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""The ws-* tools on a cluster of three nodes: GET_LOCK holds on one node alone, the lease holds on all."""

import threading
import unittest

from upkeep_test import SqlError
from upkeep_test.galera import Galera, why_not
from upkeep_test.faults import FaultCase, add_empty_workspaces, use_quick_upgrades, wait_for

NAMES = [f"g{number:02}" for number in range(24)]
_cluster: list[Galera] = []


def setUpModule():
    reason = why_not()
    if reason:
        raise unittest.SkipTest(reason)
    _cluster.append(Galera())
    unittest.addModuleCleanup(_cluster[0].close)
    _cluster[0].start()


class GaleraTest(FaultCase):
    def setUp(self):
        self.nodes = _cluster[0].nodes
        self.open_installation(self.nodes[0], upgrade={"lease_s": 6})
        use_quick_upgrades(self.installation, 0.05)
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0})
        add_empty_workspaces(self.installation, *NAMES)
        self.host_list = [self.installation]
        for node in self.nodes[1:]:
            host = self.installation.another_host()
            host.configure(database={"socket": node.socket})
            self.host_list.append(host)

    def queue(self, *names):
        self.assert_status(self.installation.run("ws-schedule", *names), 0)
        for host in self.host_list:  # what one node has committed the others have a moment later
            wait_for(
                lambda host=host: len(host.run("ws-schedule", "--list").rows) == len(names), "the queue is everywhere"
            )

    def test_a_host_a_node_and_one_upgrade_at_a_time(self):
        self.queue(*NAMES[:18])
        drains = [self.upgrade("--drain", host=host) for host in self.host_list]
        named = [self.upgrade(*NAMES[12:], host=host) for host in self.host_list]
        for process in drains + named:
            self.assert_quiet(process.wait(120))
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(NAMES)
        self.assertLessEqual(set(self.run_states()), {"succeeded", "skipped"})
        ids = [run["id"] for run in self.runs()]
        self.assertEqual(len(ids), len(set(ids)))
        self.assert_all_over(*self.host_list)

    def test_a_server_has_its_slots_and_no_more(self):
        """Each host takes another slot on another node, at the same moment: only the key of the place is common."""
        server = [{"name": "first", "socket": self.nodes[0].socket, "user": "root"}]
        for slots in (1, 2):
            for host in self.host_list:
                host.configure(upgrade={"slots": 3}, server=[{**server[0], "slots": slots}])
            names = NAMES[12 * (slots - 1):12 * slots]
            self.installation.ledger.clear()
            self.queue(*names)
            drains = [self.upgrade("--drain", host=host) for host in self.host_list for _ in range(2)]
            named = [self.upgrade(*names[first::3], host=host) for first, host in enumerate(self.host_list)]
            for process in drains + named:
                self.assert_quiet(process.wait(120))
            self.installation.ledger.assert_no_overlap(slots)
            self.installation.ledger.assert_each_once(names)
            self.assert_all_over(*self.host_list)

    def test_one_place_is_given_away_once(self):
        """Two nodes write the place in different slots before either commits: one of them is not certified."""
        self.installation.server.sql("INSERT IGNORE INTO upkeep.slot (slot) VALUES (1), (2)")
        errors = []

        def take(node, slot):
            try:
                node.sql(f"START TRANSACTION; UPDATE upkeep.slot SET run = {slot}, server = 'db:1', place = 1"
                         f" WHERE slot = {slot}; SELECT SLEEP(3); COMMIT")
            except SqlError as error:
                errors.append(str(error))

        takers = [threading.Thread(target=take, args=taker) for taker in ((self.nodes[0], 1), (self.nodes[1], 2))]
        for taker in takers:
            taker.start()
        for taker in takers:
            taker.join()
        self.assertEqual(len(errors), 1, errors)
        self.assertRegex(errors[0], "1213|1062")
        wait_for(lambda: all(node.value("SELECT COUNT(*) FROM upkeep.slot WHERE place = 1") == "1"
                             for node in self.nodes), "one lease has the place, on every node")

    def test_the_node_that_is_asked_is_behind(self):
        """The application has written to another one: it is waited for, and the upgrade is no failure."""
        node, host = self.nodes[1], self.host_list[1]
        use_quick_upgrades(self.installation, 1)
        host.configure(upgrade={"command": self.installation._sections["upgrade"]["command"]})
        upgrade = self.upgrade(NAMES[0], host=host)
        self.wait_until_started(NAMES[0])
        pause = threading.Thread(target=lambda: node.sql("FLUSH TABLES WITH READ LOCK; SELECT SLEEP(4)"))
        pause.start()
        self.addCleanup(pause.join)
        self.assert_quiet(upgrade.wait(60))
        self.assertEqual(self.run_states(), ["succeeded"])

    def test_one_claim_of_three_at_one_instant(self):
        callers = [self.upgrade("g00", tool="ws-schedule", host=host) for host in self.host_list * 3]
        rows = [self.assert_quiet(caller.wait()).rows[0] for caller in callers]
        self.assertEqual(sorted(row[1] for row in rows), ["already"] * 8 + ["queued"])
        self.assertEqual(len({row[2] for row in rows}), 1, "all name the same run")

    def test_a_node_goes_away_while_its_host_upgrades(self):
        use_quick_upgrades(self.installation, 3, needs_server=False, lease_s=6)
        for host in self.host_list[1:]:
            use_quick_upgrades(host, 3, needs_server=False, lease_s=6)
            host.configure(upgrade={"command": self.installation._sections["upgrade"]["command"]})
        for name in NAMES[:2]:
            self.nodes[0].sql(f"CREATE TABLE wf_{name}.DONE (a INT)")
        second = self.host_list[1]
        upgrade = self.upgrade("--force", NAMES[0], host=second)
        self.wait_until_started(NAMES[0])
        self.wait_for_run(NAMES[0], "running")
        following = self.upgrade("--force", NAMES[1], host=self.host_list[2])
        self.nodes[1].stop()
        self.assert_status(upgrade.wait(90), 69)  # the verdict waits on that host
        self.assertEqual(self.installation.ledger.started(), [NAMES[0]], "nobody took the slot meanwhile")
        self.nodes[1].start()
        _cluster[0].wait_for_size(3)
        self.assert_status(second.run("ws-check", NAMES[0]), 0)
        self.assertEqual(self.last_run(NAMES[0])["state"], "succeeded")
        self.assert_quiet(following.wait(60))
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over(*self.host_list)

    def isolate(self, node, value):
        """1: the node loses its cluster and refuses statements; 0: it joins again."""
        node.sql(f"SET GLOBAL wsrep_provider_options = 'gmcast.isolate={value}'")
        state = "non-Primary" if value else "Primary"
        wait_for(lambda: node.sql("SHOW STATUS LIKE 'wsrep_cluster_status'")[0][1] == state, f"the node is {state}", 30)

    def start_waiting_upgrade(self, seconds, **upgrade):
        """Two upgrades: one of so many seconds on the first host, one on the third that waits for it."""
        for host in self.host_list:
            use_quick_upgrades(host, seconds, needs_server=False, **upgrade)
            host.configure(upgrade={"command": self.installation._sections["upgrade"]["command"]})
        for name in NAMES[:2]:
            self.nodes[0].sql(f"CREATE TABLE IF NOT EXISTS wf_{name}.DONE (a INT)")
        running = self.upgrade("--force", NAMES[0])
        self.wait_until_started(NAMES[0])
        waiting = self.upgrade("--force", NAMES[1], host=self.host_list[2])
        self.wait_for_run(NAMES[1], "queued")
        return running, waiting

    def test_a_node_leaves_its_cluster_for_a_moment_while_an_upgrade_waits_there(self):
        running, waiting = self.start_waiting_upgrade(8, lease_s=30)
        self.isolate(self.nodes[2], 1)
        self.isolate(self.nodes[2], 0)
        self.assert_quiet(running.wait(60))
        self.assert_quiet(waiting.wait(60))
        self.installation.ledger.assert_no_overlap()
        self.assert_all_over(*self.host_list)

    def test_a_node_that_stays_outside_of_its_cluster(self):
        running, waiting = self.start_waiting_upgrade(1, lease_s=3)
        self.isolate(self.nodes[2], 1)
        self.addCleanup(_cluster[0].wait_for_size, 3)
        self.addCleanup(self.isolate, self.nodes[2], 0)
        self.assert_quiet(running.wait(60))
        result = self.assert_status(waiting.wait(60), 69)
        self.assertEqual(result.rows[0][:2], [NAMES[1], "unknown"])
        self.assertIn("not connected to its cluster", result.rows[0][-1])
        for tool, *args in [("ws-upgrade", NAMES[3]), ("ws-schedule", NAMES[3]), ("ws-check", NAMES[3])]:
            result = self.host_list[2].run(tool, *args)
            self.assert_error(result, 69, "not connected to its cluster", "majority", stdout=None)
        self.assertEqual(self.installation.ledger.started(), [NAMES[0]])

    def start_held_drain(self):
        """A drain on the first node that has done all of its lease but the COMMIT."""
        proxy = self.open_proxy(self.nodes[0])
        self.installation.configure(database={"socket": proxy.socket})
        proxy.hold("COMMIT")
        drain = self.upgrade("--drain")
        wait_for(lambda: proxy.holding, "the lease is to be committed")
        return proxy, drain

    def test_a_pause_on_another_node_while_a_lease_is_taken(self):
        self.queue("g00")
        proxy, drain = self.start_held_drain()
        self.assert_quiet(self.host_list[1].run("ws-schedule", "--pause"))
        proxy.let_go()
        self.assert_status(drain.wait(60), 75)
        self.assertEqual((self.installation.ledger.started(), self.run_states()), ([], ["queued"]))

    def test_a_stop_on_another_node_while_a_lease_is_taken(self):
        self.assert_status(
            self.installation.run("ws-schedule", "--sweep", "night", "--no-job", "--delay", "0", "g00"), 0
        )
        wait_for(lambda: self.host_list[1].run("ws-schedule", "--list").rows, "the queue is everywhere")
        proxy, drain = self.start_held_drain()
        self.nodes[1].sql(
            "UPDATE upkeep.sweep SET stopped_at = UTC_TIMESTAMP(3), stopped_by = 'canary', stop_detail = 'x'"
        )
        proxy.let_go()
        self.assert_quiet(drain.wait(60))
        self.assertEqual((self.installation.ledger.started(), self.run_states()), ([], ["queued"]))

    def test_doctor_tells(self):
        result = self.installation.run("upkeep", "doctor", "--json")
        cluster = next(row for row in result.json if row["check"] == "cluster")
        self.assertIn("wsrep", f"{cluster}".lower().replace("galera", "wsrep"))


if __name__ == "__main__":
    unittest.main()
