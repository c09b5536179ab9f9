# SPDX-License-Identifier: MIT
"""What could not be started, by no fault of its workspace: it goes back to the queue and counts as no attempt."""

import os
import signal
import unittest

from upkeep_test import BetweenCase, Server, wait_for
from upkeep_test.faults import FaultCase, module_server

SCRIPT = "case $ws in there*) SOCKET={};; esac; upgrade; echo OK"


class SecondServerCase(FaultCase):
    """Workspaces here1 and here2 on the control server, there1 to there3 on another one."""

    def setUp(self):
        self.two = Server()
        self.addCleanup(self.two.close)
        self.two.start()
        self.installation = self.open_small(module_server())
        self.installation.add_small("here1", "here2")
        self.there = ["there1", "there2", "there3"]
        for name in self.there:
            self.two.sql(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.OLD (a INT)")
        self.configure()
        self.installation.set_script(SCRIPT.format(self.two.socket), lease_s=6)

    def configure(self, **two):
        self.installation.configure(server=[
            {"name": "one", "socket": self.installation.server.socket, "user": "root"},
            {"name": "two", "socket": self.two.socket, "user": "root", **two}])

    def queue(self, *names):
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "--delay", "0", *names), 0)

    def drain(self, status, *args, timeout=90):
        result = self.installation.run("ws-upgrade", "--drain", "--json", *args, timeout=timeout)
        self.assert_status(result, status)
        return {record["workspace"]: record for record in result.json}

    def assert_there_is_queued(self):
        for name in self.there:
            self.assertEqual(self.run_states(name), ["queued"])
        self.assertEqual(self.slots(), [])


class AwayTest(SecondServerCase):
    def test_its_runs_stay_queued_and_the_others_go_on(self):
        self.queue("here1", *self.there, "here2")
        self.two.kill()
        records = self.drain(75)
        self.assertEqual({name: records[name]["state"] for name in records},
                         {"here1": "succeeded", "here2": "succeeded", **{name: "skipped" for name in self.there}})
        self.assertIn("two does not answer", records["there1"]["detail"])
        self.assert_there_is_queued()
        self.assertIn("two does not answer", self.last_run("there1")["detail"])
        self.assertIn("back in the queue", self.events())
        listed = self.installation.run("ws-schedule", "--list", "there1", "--json").json[0]
        self.assertIn("two does not answer", listed["detail"])
        self.two.start()
        self.assertEqual({record["state"] for record in self.drain(0).values()}, {"succeeded"})
        self.assertEqual(set(self.run_states()), {"succeeded"})
        self.assertIsNone(self.last_run("there1")["detail"] or None)
        self.assert_all_over()

    def test_as_often_as_it_likes(self):
        """More drains than `attempts`: none of them counts."""
        self.installation.configure(schedule={"attempts": 1})
        self.queue("there1")
        self.two.kill()
        for _ in range(3):
            self.assertEqual(self.drain(75)["there1"]["state"], "skipped")
        self.two.start()
        self.assertEqual(self.drain(0)["there1"]["state"], "succeeded")

    def test_by_name(self):
        self.two.kill()
        result = self.assert_status(self.installation.run("ws-upgrade", "there1", "here1", "--json"), 75)
        self.assertEqual([record["state"] for record in result.json], ["skipped", "succeeded"])
        self.assertEqual(self.run_states("there1"), [])
        self.two.start()
        self.assert_status(self.installation.run("ws-upgrade", "there1"), 0)
        self.assert_all_over()

    def test_a_refused_account_does_not_hold_up_the_queue(self):
        """A workspaces' server that denies access: the first in the queue, and the others go on."""
        self.queue("there1", "here1")
        self.configure(user="stranger")
        result = self.installation.run("ws-upgrade", "--drain", "--json")
        states = {record["workspace"]: record["state"] for record in result.json}
        self.assertEqual(states["here1"], "succeeded")
        self.assertNotIn(states["there1"], ("failed", "succeeded"))
        self.assertNotEqual(result.status, 0)
        self.assertEqual(self.run_states("there1"), ["queued"])
        self.configure()
        self.assertEqual(self.drain(0)["there1"]["state"], "succeeded")

    def test_a_job_is_left_for_what_is_put_back(self):
        """Runs that a job was to start are handed over once more; the pause grows."""
        jobs = self.make_directory() / "jobs"
        self.installation.configure(schedule={"via": "command", "delay_s": 0, "command": [
            "/bin/sh", "-c", f"echo {{workspace}} >> {jobs}; echo job"]})
        self.assert_status(self.installation.run("ws-schedule", *self.there), 0)
        self.two.kill()
        jobs.unlink()
        self.drain(75)
        self.assertEqual(len(jobs.read_text().split()), 1)
        self.assertIn("left for a later job", self.events())
        self.drain(75)
        self.assertEqual(len(jobs.read_text().split()), 1, "one is to come already")


class PlaceTest(FaultCase):
    """Where the host, not the workspace, is at fault."""

    def setUp(self):
        self.installation = self.open_small(module_server())
        self.installation.add_small("acme", "beta")
        self.installation.set_script("upgrade; echo OK")

    def test_a_log_that_cannot_be_made(self):
        elsewhere = self.make_directory()
        (self.installation.log_dir / "acme").symlink_to(elsewhere)
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme", "beta"), 0)
        result = self.assert_status(self.installation.run("ws-upgrade", "--drain", "--json"), 73)
        records = {record["workspace"]: record for record in result.json}
        self.assertEqual({name: record["state"] for name, record in records.items()},
                         {"acme": "skipped", "beta": "succeeded"})
        self.assertIn("symbolic link", records["acme"]["detail"])
        self.assertEqual(self.run_states("acme"), ["queued"])
        os.unlink(self.installation.log_dir / "acme")
        self.assert_status(self.installation.run("ws-upgrade", "--drain"), 0)
        self.assertEqual(self.run_states(), ["succeeded"] * 2)
        self.assert_all_over()

    def test_a_dropped_workspace_leaves_the_queue(self):
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme", "beta"), 0)
        self.installation.server.sql("DROP DATABASE wf_acme")
        result = self.assert_status(self.installation.run("ws-upgrade", "--drain", "--json"), 2)
        self.assertEqual({record["workspace"]: record["state"] for record in result.json},
                         {"acme": "unknown", "beta": "succeeded"})
        self.assertEqual(self.run_states("acme"), ["cancelled"])
        self.installation.add_small("acme")
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme"), 0)


class KilledTest(BetweenCase):
    """ws-upgrade is killed after it took the lease and before it starts anything."""

    names = ("acme", "beta")
    last_look = "TIMESTAMPDIFF(MICROSECOND, started_at, ended_at)"

    def kill_at_last_look(self, *args):
        held = self.start_held(self.last_look, "ws-upgrade", *args)
        self.assertEqual(self.states("acme"), ["running"])
        held.kill()
        held.wait()
        self.proxy.let_go()

    def states(self, name):
        return [
            row[0] for row in self.server.sql(f"SELECT state FROM upkeep.run WHERE workspace = '{name}' ORDER BY id")
        ]

    def test_its_run_goes_back_to_the_queue_and_its_sweep_does_not_count_it(self):
        self.installation.configure(schedule={"attempts": 1})
        self.assert_quiet(
            self.installation.run("ws-schedule", "--sweep", "night", "--no-job", "--canary", "1", *self.names)
        )
        self.kill_at_last_look("--drain")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "queued"})
        self.assertEqual(self.server.value("SELECT started FROM upkeep.sweep"), "0")
        self.assertIn("back in the queue", (self.installation.log_dir / "upkeep.log").read_text())
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assertEqual((self.states("acme"), self.states("beta")), (["succeeded"], ["succeeded"]))

    def test_by_name_it_is_cancelled_and_no_failure(self):
        self.kill_at_last_look("acme")
        self.assert_states(self.installation.run("ws-check", "acme"), {"acme": "pending"})
        self.assertEqual(self.states("acme"), ["cancelled"])
        self.assert_quiet(self.installation.run("ws-upgrade", "acme"))


class ThawedTest(BetweenCase):
    """A ws-upgrade is frozen while it puts its run back, and when it is continued another one of its host has it."""

    lease_s = 8

    def wait_for_lease_age(self, seconds):
        idle = "SELECT TIMESTAMPDIFF(MICROSECOND, renewed_at, UTC_TIMESTAMP(6)) FROM upkeep.slot WHERE run = 1"
        wait_for(lambda: int(self.server.value(idle)) >= seconds * 1_000_000, f"{seconds} s without renewal")

    def test_it_leaves_the_files_of_the_next_holder_alone(self):
        self.installation.set_script(f"{self.wait_line()}; upgrade; echo OK", lease_s=self.lease_s, slots=2)
        log = self.installation.log_dir / "acme"
        log.symlink_to(self.make_directory())  # no log can be created there: the run is put back
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "--delay", "0", "acme"), 0)
        frozen = self.start_held(KilledTest.last_look, "ws-upgrade", "--drain")
        self.wait_for_lease_age(self.lease_s / 2 - 1)  # it tries to put the run back for lease_s from now on
        self.proxy.hold("state = 'queued', started_at")
        self.proxy.let_go()
        wait_for(lambda: self.proxy.holding, "it puts the run back")
        frozen.signal(signal.SIGSTOP)
        self.proxy.cut()
        log.unlink()
        wait_for(lambda: self.installation.states("acme") == {"acme": "queued"}, "another tool has put it back")
        following = self.start_at_gate("ws-upgrade", "--drain")
        files = sorted(os.listdir(self.installation.state_dir / "runs"))
        frozen.signal(signal.SIGCONT)
        self.assert_status(frozen.wait(), 76)
        self.assertEqual(sorted(os.listdir(self.installation.state_dir / "runs")), files)
        self.assertIn("1.lock", files)
        self.gate.touch()
        self.assert_quiet(following.wait())
        self.assertEqual(os.listdir(self.installation.state_dir / "runs"), [])


if __name__ == "__main__":
    unittest.main()
