# SPDX-License-Identifier: MIT
# ctest: slow timeout=600
"""Patch numbers on a cluster of three nodes, where every node accepts writes and the commit decides."""

import os
import random
import shutil
import time
import unittest

from upkeep_test import Installation, Server, TestCase, wait_for
from upkeep_test.server import free_port

PROVIDERS = ("/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so")
NODES = 3


class Cluster:
    """Nodes that begin with the same data, so that nothing is transferred at the start."""

    def __init__(self, provider):
        ports = [free_port() for _ in range(3 * NODES)]
        address = "gcomm://" + ",".join(f"127.0.0.1:{port}" for port in ports[:NODES])
        self.nodes = [Server(options=[
            "--wsrep-on=ON", f"--wsrep-provider={provider}", f"--wsrep-cluster-address={address}",
            "--wsrep-node-address=127.0.0.1", f"--wsrep-node-name=node{i}", "--wsrep-sst-method=rsync",
            f"--wsrep-sst-receive-address=127.0.0.1:{ports[2 * NODES + i]}",
            "--wsrep-provider-options=gcache.size=16M;"
            f"gmcast.listen_addr=tcp://127.0.0.1:{ports[i]};ist.recv_addr=127.0.0.1:{ports[NODES + i]}",
            "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2"]) for i in range(NODES)]
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self):
        first = self.nodes[0]
        first.start("--wsrep-new-cluster")
        first.stop()
        for node in self.nodes[1:]:
            shutil.rmtree(node.directory / "data")
            shutil.copytree(first.directory / "data", node.directory / "data")
        if os.geteuid() == 0:  # the transfer's rsync is nobody then, even when it has nothing to bring
            for node in self.nodes:
                node.directory.chmod(0o711)
                (node.directory / "data").chmod(0o777)
        first.start("--wsrep-new-cluster")
        for node in self.nodes[1:]:
            node.start()
        for node in self.nodes:
            wait_for(lambda node=node: self.status(node, "wsrep_local_state_comment") == "Synced"
                     and self.status(node, "wsrep_cluster_size") == str(NODES), "the cluster is complete", timeout=60)

    @staticmethod
    def status(node, name):
        rows = node.sql(f"SHOW GLOBAL STATUS LIKE '{name}'")
        return rows[0][1] if rows else None

    def close(self):
        for node in self.nodes:
            node.close()


class ClusterTest(TestCase):
    def setUp(self):
        provider = next((path for path in PROVIDERS if os.path.exists(path)), None)
        if provider is None:
            self.skipTest("galera-4 is not installed")
        self.cluster = Cluster(provider)
        self.addCleanup(self.cluster.close)
        self.seen_from = []
        for i, node in enumerate(self.cluster.nodes):
            installation = Installation(node, init=i == 0, patch={"lifecycle": ""})
            self.addCleanup(installation.close)
            self.seen_from.append(installation)

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
                                                     env=self.seen_from[i % NODES].env)))
            victims = chance.sample(started, 5)
            for _, victim in victims:
                time.sleep(chance.uniform(0, 0.03))
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
