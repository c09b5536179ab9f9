# SPDX-License-Identifier: MIT
"""The queue: no run is forgotten, whoever comes and goes at that moment; few connections; the order."""

import concurrent.futures
import time
import unittest

from upkeep_test.faults import FaultCase, add_empty_workspaces, module_server, use_quick_upgrades


class QueueTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server())
        use_quick_upgrades(self.installation)
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0})

    def test_an_empty_queue_against_a_lock_that_is_let_go(self):
        """A hundred logins by four callers, each with a drainer of its own that comes just when another may be
        leaving: every run is found by one of them."""
        names = [f"r{number:03}" for number in range(100)]
        add_empty_workspaces(self.installation, *names)
        drainers = []

        def login(name):
            self.assert_states(self.installation.run("ws-schedule", name), {name: "queued"})
            drainer = self.upgrade("--drain")
            drainers.append(drainer)
            if int(name[1:]) % 3 == 0:
                drainer.wait()  # so that there are moments without any
        with concurrent.futures.ThreadPoolExecutor(4) as callers:
            for future in [callers.submit(login, name) for name in names]:
                future.result()
        for drainer in drainers:
            self.assert_quiet(drainer.wait(120))
        self.assertEqual([run["state"] for run in self.runs() if run["state"] != "succeeded"], [])
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(names)
        self.assert_all_over()

    def test_three_hundred_logins(self):
        names = [f"u{number:03}" for number in range(300)]
        add_empty_workspaces(self.installation, *names)
        self.assert_status(self.installation.run("ws-schedule", *names, timeout=120), 0)
        server = self.installation.server
        server.sql("FLUSH STATUS")
        drainers = [self.upgrade("--drain") for _ in names]
        ends = [drainer.wait(240) for drainer in drainers]
        most = int(server.sql("SHOW GLOBAL STATUS LIKE 'Max_used_connections'")[0][1])
        for end in ends:
            self.assert_quiet(end)
        # Ours and the commands' own client are not upkeep's, nor is the client before it, which the server may still
        # see.
        self.assertLessEqual(most - 3, 4, "connections at one time")
        records = [row for end in ends for row in end.rows]
        self.assertEqual(sorted(row[0] for row in records), names, "every record once")
        self.installation.ledger.assert_no_overlap()
        self.installation.ledger.assert_each_once(names)
        self.assert_all_over()

    def test_priority_then_age(self):
        names = ["old", "urgent", "young", "night", "urgent2"]
        add_empty_workspaces(self.installation, *names)
        for name, priority in (("night", 9), ("old", 5), ("young", 5), ("urgent", 1), ("urgent2", 1)):
            self.installation.run("ws-schedule", "--priority", str(priority), name)
        listed = [row[0] for row in self.installation.run("ws-schedule", "--list").rows]
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assertEqual(self.installation.ledger.started(), ["urgent", "urgent2", "old", "young", "night"])
        self.assertEqual(listed, self.installation.ledger.started(), "the list tells that order")

    def test_what_is_not_due_waits(self):
        add_empty_workspaces(self.installation, "now", "later")
        self.installation.run("ws-schedule", "--delay", "3600", "later")
        self.installation.run("ws-schedule", "now")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assertEqual(self.installation.ledger.started(), ["now"])
        self.assertEqual(self.run_states("later"), ["queued"])

    def test_enough_drainers_means_leaving_at_once_without_a_connection(self):
        use_quick_upgrades(self.installation, 3, slots=2)
        add_empty_workspaces(self.installation, "a", "b", "c")
        self.installation.run("ws-schedule", "a", "b", "c")
        drainers = [self.upgrade("--drain"), self.upgrade("--drain")]
        self.installation.ledger.wait_for_start("a")
        self.installation.ledger.wait_for_start("b")
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        began = time.monotonic()
        third = self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assertLess(time.monotonic() - began, 1.5)
        self.assertEqual(third.stdout, b"")
        self.assertEqual(proxy.connections_seen, 0)
        for drainer in drainers:
            self.assert_quiet(drainer.wait())
        self.installation.ledger.assert_no_overlap(2)
        self.installation.ledger.assert_each_once(["a", "b", "c"])
        self.assert_all_over()

    def test_two_callers_at_one_instant_queue_one_run(self):
        add_empty_workspaces(self.installation, "acme")
        callers = [self.upgrade("acme", tool="ws-schedule") for _ in range(8)]
        rows = [self.assert_quiet(caller.wait()).rows[0] for caller in callers]
        self.assertEqual(sorted(row[1] for row in rows), ["already"] * 7 + ["queued"])
        self.assertEqual({row[2] for row in rows}, {self.last_run("acme")["id"]}, "all name the same run")
        self.assertEqual(self.run_states(), ["queued"])

    def test_many_callers_queue_many_at_one_instant(self):
        names = [f"w{number:02}" for number in range(60)]
        add_empty_workspaces(self.installation, *names)
        callers = [self.upgrade(*names[first:], *names[:first], tool="ws-schedule") for first in range(0, 60, 3)]
        rows = [row for caller in callers for row in self.assert_quiet(caller.wait(120)).rows]
        self.assertEqual(sorted(row[0] for row in rows if row[1] == "queued"), names)
        self.assertEqual({row[1] for row in rows}, {"queued", "already"})
        self.assertEqual(self.run_states(), ["queued"] * 60)

    def test_some_take_back_what_others_queue(self):
        names = [f"w{number:02}" for number in range(40)]
        add_empty_workspaces(self.installation, *names)
        for _ in range(3):
            callers = [self.upgrade("--cancel" if first % 2 else "--no-job", *names[first:], *names[:first],
                                    tool="ws-schedule") for first in range(0, 40, 3)]
            for caller in callers:
                result = caller.wait(120)
                self.assertIn(result.status, (0, 1), f"\n{result}")
                self.assertEqual((len(result.rows), result.stderr), (40, ""))


if __name__ == "__main__":
    unittest.main()
