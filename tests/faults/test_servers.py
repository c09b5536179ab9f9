# SPDX-License-Identifier: MIT
"""`[[server]] slots`: never more commands on one server than its slots, whatever is killed, and no server waits for
another."""

import collections
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import unittest

from upkeep_test import REPOSITORY, wait_for
from upkeep_test.faults import QUICK, FaultCase, is_alive, module_server

#: The workspaces of server `second` begin with b.
COMMAND = 'case $2 in b*) set -- "$1" "$2" "$3" "$5" ;; esac' + QUICK
A = [f"a{number:02}" for number in range(8)]
B = [f"b{number:02}" for number in range(8)]


class Sampler(threading.Thread):
    """The most commands that were alive at one time, for each server and in total."""

    def __init__(self, ledger):
        super().__init__(daemon=True)
        self.ledger, self.most, self.over = ledger, collections.Counter(), threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.02):
            counts = collections.Counter(run.workspace[0] for run in self.ledger.running())
            counts["all"] = sum(counts.values())
            self.most |= counts

    def close(self):
        self.over.set()
        self.join()


class ServersTest(FaultCase):
    def setUp(self):
        self.second = self.open_server()
        self.open_installation(module_server(own=True), upgrade={"lease_s": 2})
        self.prepare()

    def prepare(self, seconds=0.05, slots=4, one=1, two=1, **upgrade):
        first = self.installation.server
        bounds = [{"slots": count} if count else {} for count in (one, two)]
        for host in self.hosts():
            host.configure(
                server=[{"name": "first", "socket": first.socket, "user": "root", **bounds[0]},
                        {"name": "second", "socket": self.second.socket, "user": "root", **bounds[1]}],
                upgrade={"profile": "plain", "directory": self.installation.directory, "slots": slots,
                         "command": self.command(seconds), **upgrade},
                probe=[{"version": "3.1", "table": "DONE"}])

    def command(self, seconds):
        return ["/bin/bash", "-c", COMMAND, "upgrade", self.installation.ledger.path, "{workspace}", f"{seconds:g}",
                self.installation.server.socket, self.second.socket]

    def add(self, *names):
        for server, letter in ((self.installation.server, "a"), (self.second, "b")):
            server.sql("".join(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.OLD (a INT);"
                               for name in names if name[0] == letter))

    def queue(self, *names, **options):
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
        self.assert_states(self.installation.run("ws-schedule", "--delay", "0", *names, **options),
                           {name: "queued" for name in names})

    def most_at_once(self, letter=""):
        """From the ledger: of commands that all came to their end."""
        marks = []
        for run in self.installation.ledger.runs():
            if run.workspace.startswith(letter):
                marks += [(run.started, 1), (run.ended, -1)]
        at_once = most = 0
        for _, change in sorted(marks):
            at_once += change
            most = max(most, at_once)
        return most

    def assert_done(self, names, *hosts):
        self.installation.ledger.assert_each_once(names)
        self.assertEqual(set(self.installation.states(*names).values()), {"upgraded"})
        self.assert_all_over(*hosts)
        self.assertEqual(self.installation.server.sql(
            "SELECT slot FROM upkeep.slot WHERE server IS NOT NULL OR place IS NOT NULL"), [])

    def test_servers_are_worked_on_at_once_each_within_its_bound(self):
        self.prepare(0.8, two=2)
        self.add(*A[:5], *B)
        self.queue(*A[:5], *B)
        for drain in [self.upgrade("--drain") for _ in range(5)]:
            self.assert_quiet(drain.wait(60))
        self.assert_done(A[:5] + B)
        self.assertEqual((self.most_at_once("a"), self.most_at_once("b"), self.most_at_once()), (1, 2, 3))

    def test_the_bound_of_the_installation_stays(self):
        self.prepare(0.1, slots=1)
        self.add(*A[:3], *B[:3])
        self.queue(*A[:3], *B[:3])
        for drain in [self.upgrade("--drain") for _ in range(3)]:
            self.assert_quiet(drain.wait(60))
        self.assert_done(A[:3] + B[:3])
        self.installation.ledger.assert_no_overlap(1)

    def test_a_server_without_slots_is_not_bounded(self):
        self.prepare(0.3, two=0)
        self.add(*A[:2], *B[:4])
        self.queue(*A[:2], *B[:4])
        for drain in [self.upgrade("--drain") for _ in range(4)]:
            self.assert_quiet(drain.wait(60))
        self.assert_done(A[:2] + B[:4])
        self.assertEqual(self.most_at_once("a"), 1)
        self.assertGreater(self.most_at_once("b"), 1)

    def test_a_full_server_blocks_no_other_and_few_drains_wait(self):
        self.add(*A[:3], *B[:2])
        self.prepare(20)
        named = self.upgrade(A[0])
        self.wait_until_started(A[0])
        self.prepare(0)
        self.queue(*A[1:3])
        self.queue(*B[:2])
        drains = [self.upgrade("--drain") for _ in range(4)]
        for name in B[:2]:
            self.wait_for_run(name, "succeeded")
        # One waits for the place that the named one holds; more would find nothing to do.
        wait_for(lambda: sum(drain.running for drain in drains) == 1, "one drain waits")
        before = self.questions()
        time.sleep(3)
        self.assertEqual(sum(drain.running for drain in drains), 1)
        self.assertLess(self.questions() - before, 100, "it does not keep asking")
        self.assertEqual(self.run_states(A[1]), ["queued"])
        os.kill(self.installation.ledger.running()[0].pid, signal.SIGTERM)
        named.wait(30)
        for name in A[1:3]:
            self.wait_for_run(name, "succeeded")
        for drain in drains:
            self.assert_quiet(drain.wait(30))
        self.assert_all_over()

    def questions(self):
        return int(self.installation.server.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])

    def test_one_that_is_named_waits_for_its_server_alone(self):
        self.prepare(3)
        self.add(*A[:5], *B[:2])
        self.queue(A[0])
        drain = self.upgrade("--drain")
        self.wait_until_started(A[0])
        self.queue(*A[1:4])
        refused = self.assert_status(self.installation.run("ws-upgrade", "--wait", "0", A[4]), 75)
        self.assertEqual(refused.rows[0][7],
                         "not started: waiting for server first: another upgrade holds its only slot")
        waiting = self.upgrade(A[4])
        self.wait_for_run(A[4], "queued")
        self.prepare(0)
        self.assert_quiet(self.installation.run("ws-upgrade", *B[:2]))
        self.assert_quiet(waiting.wait(30))
        self.assert_quiet(drain.wait(30))
        order = self.installation.ledger.started()
        # It came before those that were queued earlier, as with one slot for all.
        self.assertEqual([name for name in order if name[0] == "a"], [A[0], A[4], *A[1:4]])
        self.assertLess(order.index(B[1]), order.index(A[4]))
        self.assert_done(A[:5] + B[:2])
        self.assertEqual(self.most_at_once("a"), 1)

    def test_a_run_of_a_frozen_holder_is_taken_over_on_its_server(self):
        self.add(*A[:2], *B[:1])
        self.prepare(0, on_lock_loss="kill")
        other = self.installation.another_host()
        self.installation.configure(upgrade={"command": self.command(60)})
        frozen = self.upgrade(A[0])
        command = self.wait_until_started(A[0])
        sampler = Sampler(self.installation.ledger)
        frozen.signal(signal.SIGSTOP)
        try:
            waiting = self.upgrade(A[1], host=other)
            self.assert_quiet(self.upgrade(B[0], host=other).wait(30))
            self.assertTrue(waiting.running)
            self.assert_quiet(waiting.wait(30))
        finally:
            frozen.signal(signal.SIGCONT)
            sampler.close()
        self.assertFalse(is_alive(command))
        self.assertEqual(sampler.most["a"], 1)
        self.assertEqual(self.run_states(A[0]), ["lost"])
        self.assertEqual(frozen.wait(30).status, 76)
        self.assert_all_over()

    def test_a_workspace_that_has_moved_takes_a_place_where_it_is(self):
        self.prepare(3)
        self.add("a00")
        self.queue("a00")
        self.installation.server.drop("wf_a00")
        self.second.sql("CREATE DATABASE wf_a00; CREATE TABLE wf_a00.OLD (a INT)")
        drain = self.upgrade("--drain")
        self.wait_until_started("a00")
        self.assertEqual(self.installation.server.sql("SELECT server, place FROM upkeep.slot WHERE run IS NOT NULL"),
                         [[self.second.socket, "1"]])
        drain.signal(signal.SIGTERM)
        drain.wait(30)

    def test_what_was_queued_before_servers_were_recorded(self):
        self.prepare(0.1)
        self.add(*A[:4], *B[:4])
        self.queue(*A[:4], *B[:4])
        self.installation.server.sql("UPDATE upkeep.run SET server = IF(id % 2, NULL, 'old-name:3306')")
        for drain in [self.upgrade("--drain") for _ in range(4)]:
            self.assert_quiet(drain.wait(60))
        self.assert_done(A[:4] + B[:4])
        self.assertEqual((self.most_at_once("a"), self.most_at_once("b")), (1, 1))

    def test_kills_on_two_hosts(self):
        """ws-upgrade and guardians are killed, the control server is restarted; what runs is counted all the time."""
        chance = random.Random(20261130)
        self.prepare(0.3)
        other = self.installation.another_host()
        self.add(*A, *B)
        sampler = Sampler(self.installation.ledger)
        processes = []
        for turn in range(8):
            self.installation.configure(schedule={"via": "command", "command": ["/bin/true"]})
            self.installation.run("ws-schedule", "--force", "--delay", "0", *A, *B)
            processes += [self.upgrade("--drain", host=host) for host in (None, other) for _ in range(2)]
            processes.append(self.upgrade(chance.choice(A), chance.choice(B)))
            for _ in range(6):
                time.sleep(chance.uniform(0.05, 0.4))
                alive = [process for process in processes if process.running]
                if alive:
                    victim = chance.choice(alive)
                    os.kill(chance.choice([victim.pid, *victim.children()]), signal.SIGKILL)
            if turn == 4:
                self.installation.server.restart()
        for process in processes:
            process.wait(60)
        for host in (None, other):
            self.upgrade("--drain", host=host).wait(60)
        wait_for(lambda: not self.installation.ledger.running(), "all commands have ended")
        sampler.close()
        self.assertEqual((sampler.most["a"], sampler.most["b"]), (1, 1))
        self.assertLessEqual(sampler.most["all"], 2)
        for host in (self.installation, other):
            host.run("ws-check", "--all")
        self.assert_all_over(self.installation, other)


class NightTest(unittest.TestCase):
    def test_a_small_fleet(self):
        """What scripts/fleet measures for docs/scale.md, on up to three servers."""
        done = subprocess.run([sys.executable, REPOSITORY / "tests" / "bench" / "fleet.py", "0", "0", "12", "3"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        nights = re.findall(r"of (\S+) s, (\d) servers .* (\d) at once, (\d) on a server", done.stdout)
        self.assertEqual([night[:2] for night in nights],
                         [(seconds, number) for seconds in ("0.05", "1") for number in "123"], done.stdout)
        for seconds, number, everywhere, one in nights:
            self.assertLessEqual(everywhere, number)
            self.assertEqual(one, "1")
        self.assertGreater(nights[-1][2], "1", done.stdout)


if __name__ == "__main__":
    unittest.main()
