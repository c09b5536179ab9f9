# SPDX-License-Identifier: MIT
"""Many ws-upgrade processes at one time: never more commands than slots, and each workspace once."""

import unittest

from upkeep_test.faults import FaultCase, add_empty_workspaces, module_server, use_quick_upgrades

NAMES = [f"w{number:02}" for number in range(20)]


class NoOverlapTest(FaultCase):
    def setUp(self):
        self.open_installation(module_server())

    def prepare(self, seconds: float = 0.02, names=NAMES, **upgrade):
        use_quick_upgrades(self.installation, seconds, **upgrade)
        add_empty_workspaces(self.installation, *names)

    def queue_all(self, names=NAMES):
        """Queued as by logins, with nobody to start anything."""
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        result = self.installation.run("ws-schedule", "--delay", "0", *names)
        self.assert_states(result, {name: "queued" for name in names})

    def finish(self, processes, slots=1, names=NAMES, hosts=()):
        for process in processes:
            self.assert_quiet(process.wait(120))
        self.installation.ledger.assert_no_overlap(slots)
        self.installation.ledger.assert_each_once(names)
        self.assertEqual(set(self.installation.states().values()), {"upgraded"})
        self.assertLessEqual(set(self.run_states()), {"succeeded", "skipped"})
        self.assert_all_over(self.installation, *hosts)

    def test_six_processes_with_the_real_looking_application(self):
        self.installation.add_workspace(*NAMES)
        # Every process names half of them, and each workspace is named by three.
        processes = [self.upgrade(*[NAMES[(3 * first + i) % 20] for i in range(10)]) for first in range(6)]
        named = {NAMES[(3 * first + i) % 20] for first in range(6) for i in range(10)}
        self.assertEqual(named, set(NAMES))
        self.finish(processes)
        for name in NAMES:
            self.assertTrue(self.installation.is_upgraded(name), name)

    def test_two_slots_are_used_and_never_three(self):
        self.prepare(0.15, slots=2)
        self.finish([self.upgrade(*NAMES[first::2], *NAMES[:first]) for first in (0, 1, 0, 1)], slots=2)
        self.installation.ledger.assert_reached(2)

    def test_drainers_and_named_ones_mixed(self):
        self.prepare()
        self.queue_all(NAMES[:14])
        processes = [self.upgrade("--drain") for _ in range(3)]
        processes += [self.upgrade(*NAMES[8:]), self.upgrade(*reversed(NAMES[4:18])), self.upgrade("--drain")]
        self.finish(processes)

    def test_two_hosts(self):
        self.prepare()
        other = self.installation.another_host()
        self.queue_all(NAMES[:10])
        processes = [self.upgrade("--drain"), self.upgrade("--drain", host=other),
                     self.upgrade(*NAMES[5:15]), self.upgrade(*NAMES[10:], host=other),
                     self.upgrade(*NAMES[::3]), self.upgrade(*NAMES[::4], host=other)]
        self.finish(processes, hosts=[other])
        hosts = {run["host"] for run in self.runs() if run["state"] == "succeeded"}
        self.assertEqual(len(hosts), 2, "both hosts had their turn")

    def test_two_hosts_that_disagree_about_slots(self):
        self.prepare(0.1, NAMES[:10], slots=2)
        other = self.installation.another_host()
        self.installation.configure(upgrade={"slots": 1})
        self.finish([self.upgrade(*NAMES[:5], host=other), self.upgrade(*NAMES[5:10]),
                     self.upgrade(*NAMES[2:8], host=other)], slots=2, hosts=[other],
                    names=NAMES[:10])


if __name__ == "__main__":
    unittest.main()
