# SPDX-License-Identifier: MIT
# ctest: slow timeout=900
"""A fault every second or two, chosen by a seed: 200 workspaces, four drainers and two onlookers on two hosts, one
server.

UPKEEP_CHAOS_SEED and UPKEEP_CHAOS_SECONDS choose another run of it; scripts/chaos runs many. What a seed chooses is
the faults and their order; when they meet what is the machine's affair.
"""

import collections
import itertools
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time
import unittest

from upkeep_test import process
from upkeep_test.faults import FaultCase, add_empty_workspaces, is_alive, use_quick_upgrades, wait_for

SEED = int(os.environ.get("UPKEEP_CHAOS_SEED", "1"))
SECONDS = float(os.environ.get("UPKEEP_CHAOS_SECONDS", "25"))
NAMES = [f"c{number:03}" for number in range(200)]
LEASE_S = 4
#: -15: a SIGTERM that came before anything was begun.
DRAIN_MAY_END = (0, 1, 2, 69, 75, 76, 143, -9, -15)
LOOK_MAY_END = (0, 1, 2, 69, 75)


class ChaosTest(FaultCase):
    def setUp(self):
        self.server = self.open_server()
        self.random = random.Random(SEED)
        policy = self.random.choice(["finish", "kill"])
        self.width = self.random.choice([1, 2])
        self.open_installation(self.server, upgrade={"lease_s": LEASE_S, "on_lock_loss": policy, "grace_s": 1})
        # As long as the storm: there is always something to break.
        use_quick_upgrades(self.installation, max(0.1, 0.7 * SECONDS * self.width / len(NAMES)), slots=self.width)
        self.installation.configure(schedule={"via": "command", "command": ["/bin/true"], "delay_s": 0})
        add_empty_workspaces(self.installation, *NAMES)
        self.host_list = [self.installation, self.installation.another_host()]
        self.proxy = self.open_proxy(self.server)  # the second host's way to the database
        self.host_list[1].configure(database={"socket": self.proxy.socket})
        self.stop = threading.Event()
        self.told = [f"seed {SEED}: policy {policy}, slots {self.width}"]

    # -- those that work --------------------------------------------------------------------------
    def drainer(self, host):
        while not self.stop.is_set():
            running = process.Background("ws-upgrade", "--drain", env=host.env)
            try:
                while running.running and not self.stop.wait(0.05):
                    pass
                if not running.running and running.process.returncode not in DRAIN_MAY_END:
                    self.told.append(f"a drain ended with {running.process.returncode}: {running.stderr}")
                    self.unexpected.append(self.told[-1])
                if running.running:  # the end of the storm: it comes to its own end
                    running.signal(signal.SIGTERM)
                    running.wait(60)
            finally:
                running.close()
            self.stop.wait(0.1)

    def reader(self, host):
        """People look at it all the while: whatever they meet is told as what it is."""
        looks = itertools.cycle([["ws-progress", "--all"], ["ws-check", "--all"], ["ws-progress", "--active"],
                                 ["ws-schedule", "--list"], ["ws-progress", *NAMES[:20]]])
        while not self.stop.wait(0.2):
            look = next(looks)
            result = host.run(*look)
            if result.status not in LOOK_MAY_END:
                self.told.append(f"{' '.join(look)} ended with {result.status}: {result.stderr}")
                self.unexpected.append(self.told[-1])

    # -- those that break -------------------------------------------------------------------------
    def processes(self, host, kind):
        found = []
        for pid in process.processes_using(host.state_dir):
            try:
                words = (pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()).split(b"\0")
            except OSError:
                continue
            name = pathlib.Path(os.fsdecode(words[0])).name
            if kind == "any" or name == kind or (kind == "command" and name in ("bash", "sleep", "mariadb")):
                found.append(pid)
        drains = {"ws-upgrade": [t for t in self.pids_of("ws-upgrade", host)]}
        return sorted(set(found) | set(drains.get(kind, [])))

    @staticmethod
    def pids_of(name, host):
        wanted = f"UPKEEP_CONFIG={host.config_file}".encode()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "comm").read_text().strip() == name and wanted in (
                        entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)
            except OSError:
                continue

    def signal_some(self, host, kind, number, group=False):
        pids = self.processes(host, kind)
        if not pids:
            return False
        pid = self.random.choice(pids)
        try:
            os.killpg(os.getpgid(pid), number) if group else os.kill(pid, number)
        except OSError:
            return False
        return pid

    def fault(self):
        host = self.random.choice(self.host_list)
        which = self.random.choice(["upgrade", "guardian", "command", "freeze", "connections", "server-kill",
                                    "server-freeze", "network", "power", "term"])
        self.faults[which] += 1
        self.told.append(f"{which} on host {self.host_list.index(host)}")
        if which == "upgrade":
            self.signal_some(host, "ws-upgrade", signal.SIGKILL)
        elif which == "guardian":
            self.signal_some(host, "ws-guardian", signal.SIGKILL)
        elif which == "command":
            self.signal_some(host, "command", signal.SIGKILL, group=True)
        elif which == "term":
            self.signal_some(host, "ws-upgrade", signal.SIGTERM)
        elif which == "freeze":
            pid = self.signal_some(host, "ws-upgrade", signal.SIGSTOP)
            if pid:
                self.stop.wait(self.random.uniform(0.5, 1.5 * LEASE_S))
                if is_alive(pid):
                    os.kill(pid, signal.SIGCONT)
        elif which == "connections":
            try:
                self.server.kill_connections("id <> CONNECTION_ID()")
            except Exception as error:  # pylint: disable=broad-except  # one ended by itself meanwhile
                self.told.append(str(error))
        elif which == "server-kill":
            self.server.kill()
            self.stop.wait(self.random.uniform(0, 2))
            self.server.start()
        elif which == "server-freeze":
            self.server.freeze()
            self.stop.wait(self.random.uniform(0.5, LEASE_S))
            self.server.thaw()
        elif which == "network":  # shorter than a lease, or longer
            self.proxy.swallow()
            self.stop.wait(self.random.uniform(0.5, 3 * LEASE_S))
            self.proxy.restore()
        else:  # the power of one host
            for pid in self.processes(host, "any") + self.processes(host, "ws-upgrade"):
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass

    # -- the storm, and what has to be true -------------------------------------------------------
    def test_a_storm(self):
        self.unexpected: list[str] = []
        self.faults: collections.Counter[str] = collections.Counter()
        for first in range(0, len(NAMES), 50):
            self.assert_status(self.installation.run("ws-schedule", *NAMES[first:first + 50]), 0)
        threads = [threading.Thread(target=self.drainer, args=(self.host_list[number % 2],)) for number in range(4)]
        threads += [threading.Thread(target=self.reader, args=(host,)) for host in self.host_list]
        for thread in threads:
            thread.start()
        try:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                time.sleep(self.random.uniform(0.5, 2.0))  # how often something happens
                self.fault()
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        over = time.monotonic()
        try:
            self.calm()
        except (AssertionError, subprocess.TimeoutExpired) as error:
            raise AssertionError("\n".join([str(error), *self.told])) from error
        if "UPKEEP_CHAOS_SEED" in os.environ:
            ends = collections.Counter(self.run_states())
            print(f"{self.told[0]}: {self.faults.total()} faults, {len(self.installation.ledger.runs())} commands;"
                  f" runs: {', '.join(f'{count} {state}' for state, count in sorted(ends.items()))};"
                  f" whole again {time.monotonic() - over:.0f} s later", file=sys.stderr)

    def calm(self):
        """Nothing needs a hand: what the queue holds is worked off, what failed is run again, once."""
        self.assertEqual(self.unexpected, [])
        end = time.monotonic() + 240

        def all_done():
            # On both hosts at one time: one may wait for what only the other can settle.
            drains = [self.start("ws-upgrade", "--drain", env=host.env) for host in self.host_list]
            for drain in drains:
                self.assertIn(drain.wait(200).status, (0, 1, 75))
            states = self.installation.states()
            self.assertEqual(set(states), set(NAMES), "every workspace is there")
            broken = [name for name, state in states.items() if state in ("failed", "pending")]
            if broken:
                self.installation.run("ws-schedule", "--force", *broken)
            return set(states.values()) == {"upgraded"}
        wait_for(all_done, "every workspace is upgraded", end - time.monotonic())
        self.installation.ledger.assert_no_overlap(self.width)
        for host in self.host_list:
            host.run("ws-check", "--all")
        self.assertLessEqual(
            set(self.run_states()), {"succeeded", "failed", "lost", "interrupted", "skipped", "cancelled"}
        )
        self.assert_all_over(*self.host_list)
        # The ledger and the history tell the same: who is upgraded has been started, and has ended well the last time.
        last = {run["workspace"]: run["state"] for run in self.runs() if run["state"] not in ("skipped", "cancelled")}
        self.assertEqual(set(last.values()), {"succeeded"})
        self.assertEqual(set(self.installation.ledger.started()), set(NAMES))


if __name__ == "__main__":
    unittest.main()
