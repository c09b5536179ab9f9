# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""The outbox and reads on a cluster: one deliverer over all nodes, and nothing stale with sync_reads."""

import collections
import json
import time
import unittest

from upkeep_test import Installation, TestCase, wait_for
from upkeep_test.galera import Galera, why_not

TIMEOUT_S = 2  # of a hook: another node takes over 15 s later


class ClusterCase(TestCase):
    def setUp(self):
        if reason := why_not():
            self.skipTest(reason)
        self.cluster = Galera()
        self.addCleanup(self.cluster.close)
        self.cluster.start()
        self.seen_from = []
        for i, node in enumerate(self.cluster.nodes):
            installation = Installation(node, init=i == 0, patch={"lifecycle": ""})
            self.addCleanup(installation.close)
            self.seen_from.append(installation)
        for node in self.cluster.nodes:  # what init has written on the first one is there
            self.assertEqual(len(self.events(node)), 0)
        self.received = self.seen_from[0].directory / "received"

    def hook(self, seconds: float = 0, before: str = "") -> None:
        """Every node's [notify.all]: notes each event and who delivered it, in one line of one file."""
        program = self.seen_from[0].directory / "hook"
        program.write_text(
            f"#!/bin/sh\nevent=$(cat)\n{before}\nsleep {seconds}\nprintf '%s\\n' \"$event\" >> {self.received}\n"
        )
        program.chmod(0o755)
        for installation in self.seen_from:
            installation.configure(**{"notify.all": {"on": ["create", "edit"], "command": [str(program)],
                                                     "timeout_s": TIMEOUT_S, "first_retry_s": 0}})

    def delivered(self) -> collections.Counter:
        lines = self.received.read_text().splitlines() if self.received.exists() else []
        return collections.Counter(json.loads(line)["event"] for line in lines)

    def events(self, node) -> list[int]:
        return [
            int(row[0])
            for row in node.sql("SET SESSION wsrep_sync_wait = 1; SELECT id FROM event ORDER BY id", schema="upkeep")
        ]

    def write(self, count: int) -> None:
        """Events from all nodes."""
        for i in range(count):
            installation = self.seen_from[i % len(self.seen_from)]
            self.assert_quiet(installation.run("pmt-patch", "new", "--platform", "4.4.0"))


class DeliveryTest(ClusterCase):
    def test_two_deliverers_each_event_once(self):
        self.hook(0.02)
        self.write(30)
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            started = [self.start("pmt-lifecycle", "deliver", env=self.seen_from[i % 2].env) for i in range(4)]
            self.write(3)
            for one in started:
                self.assert_status(one.wait(), 0)
            if len(self.events(self.cluster.nodes[0])) > 60:
                break
        self.assert_status(self.seen_from[2].run("pmt-lifecycle", "deliver"), 0)
        self.assertEqual(self.delivered(), collections.Counter(self.events(self.cluster.nodes[0])))

    def test_holder_is_killed(self):
        marker = self.seen_from[0].directory / "began"
        self.hook(1, before=f"touch {marker}")
        self.write(4)
        holder = self.start("pmt-lifecycle", "deliver", env=self.seen_from[0].env)
        wait_for(marker.exists, "the first delivery")
        holder.kill()
        holder.wait()
        # Its node's lease is still running: nobody else delivers meanwhile.
        self.assertIn("another deliverer", self.seen_from[1].run("pmt-lifecycle", "deliver").stderr)
        events = self.events(self.cluster.nodes[0])

        def all_delivered() -> bool:
            self.assertLessEqual(self.seen_from[1].run("pmt-lifecycle", "deliver").status, 1)
            return set(self.delivered()) == set(events)

        wait_for(all_delivered, "the other node takes over", timeout=90)
        twice = [event for event, count in self.delivered().items() if count > 1]
        self.assertLessEqual(len(twice), 1)  # what the killed one was handing over, at most
        self.assertLessEqual(set(twice), set(events[:1]))

    def test_killed_on_the_same_node(self):
        marker = self.seen_from[0].directory / "began"
        self.hook(1, before=f"touch {marker}")
        self.write(2)
        holder = self.start("pmt-lifecycle", "deliver", env=self.seen_from[0].env)
        wait_for(marker.exists, "the first delivery")
        holder.kill()
        holder.wait()
        self.hook(0)
        # At once: the server has seen its connection go.
        wait_for(
            lambda: not self.seen_from[0].run("pmt-lifecycle", "deliver").stderr, "the node's own deliverer", timeout=10
        )
        self.assertEqual(set(self.delivered()), set(self.events(self.cluster.nodes[0])))


class ReadsTest(ClusterCase):
    def test_three_hundred_writes_none_stale(self):
        for installation in self.seen_from:
            installation.configure(database={"sync_reads": True})
        name = self.assert_quiet(self.seen_from[0].run("pmt-patch", "new", "--platform", "4.4.0")).text.strip()
        stale = 0
        for i in range(300):
            self.assert_quiet(self.seen_from[0].run("pmt-patch", "edit", name, "--set", f"client=C{i}"))
            seen = self.assert_quiet(
                self.seen_from[1].run("pmt-patch", "list", f"patch={name}", "--fields", "overview_client")
            )
            stale += (
                f"C{i}" not in seen.text.replace('"', " ").replace("]", " ").split() and f"C{i}" != seen.text.strip()
            )
        self.assertEqual(stale, 0)

    def test_doctor_asks_for_it(self):
        found = self.seen_from[0].run("upkeep", "doctor", "--json").json
        self.assertIn("sync_reads", " ".join(str(one["fix"]) for one in found))
        self.seen_from[0].configure(database={"sync_reads": True})
        found = self.seen_from[0].run("upkeep", "doctor", "--json").json
        self.assertNotIn("sync_reads", " ".join(str(one["fix"]) for one in found))


if __name__ == "__main__":
    unittest.main()
