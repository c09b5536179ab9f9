# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""Patch numbers on a cluster of three nodes, where every node accepts writes and the commit decides."""

import random
import time
import unittest

from upkeep_test import Installation, TestCase
from upkeep_test.galera import Galera, why_not


class ClusterTest(TestCase):
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
        for node in self.cluster.nodes:  # has what upkeep init wrote on the first one
            self.numbers(node, "4.4.0")

    def numbers(self, node, platform):
        return [int(row[0]) for row in node.sql("SET SESSION wsrep_sync_wait = 1; SELECT number FROM patch"
                                                f" WHERE platform = '{platform}' ORDER BY number", schema="upkeep")]

    def test_sixteen_at_once_and_some_are_killed(self):
        chance = random.Random(11)
        done = {"4.4.0": [], "4.5.0": []}
        for _ in range(4):
            started = []
            for i in range(16):
                platform = "4.5.0" if i % 4 == 0 else "4.4.0"
                started.append((platform, self.start("pmt-patch", "new", "--platform", platform,
                                                     env=self.seen_from[i % len(self.seen_from)].env)))
            victims = chance.sample(started, 5)
            for _, victim in victims:
                time.sleep(chance.uniform(0, 0.03))  # the moment is what is tried
                victim.kill()
            for platform, one in started:
                result = one.wait()
                if (platform, one) not in victims:
                    self.assert_status(result, 0)
                if result.status == 0:
                    done[platform].append(int(result.text.strip()[-4:]))
        for platform, printed in done.items():
            kept = self.numbers(self.cluster.nodes[0], platform)
            self.assertEqual(kept, list(range(1, len(kept) + 1)))  # no gap, no double
            self.assertEqual(len(printed), len(set(printed)))
            self.assertLessEqual(set(printed), set(kept))
            for node in self.cluster.nodes[1:]:
                self.assertEqual(self.numbers(node, platform), kept)
        # The next one follows, whichever node is asked.
        last = len(self.numbers(self.cluster.nodes[0], "4.4.0"))
        for i, installation in enumerate(self.seen_from, 1):
            result = self.assert_quiet(installation.run("pmt-patch", "new", "--platform", "4.4.0"))
            self.assertEqual(int(result.text.strip()[-4:]), last + i)


if __name__ == "__main__":
    unittest.main()
