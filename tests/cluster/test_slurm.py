# SPDX-License-Identifier: MIT
"""ws-schedule via Slurm: a real controller and two nodes. Skipped where Slurm is not installed."""

import unittest

from upkeep_test import TestCase, module_server, wait_for
from upkeep_test.slurm import Slurm, why_not

_slurm: list[Slurm] = []


def setUpModule():
    reason = why_not()
    if reason:
        raise unittest.SkipTest(reason)
    _slurm.append(Slurm())
    unittest.addModuleCleanup(_slurm[0].close)
    _slurm[0].start()


class SlurmTest(TestCase):
    def setUp(self):
        self.slurm = _slurm[0]
        self.installation = self.open_small(module_server(), "acme", "beta", "gamma")
        self.installation.configure(schedule={"via": "slurm", "prefix": self.slurm.prefix, "slurm_licence": "upkeep:1"})
        self.addCleanup(self.end_jobs)

    def end_jobs(self):
        for job in self.slurm.jobs():
            self.slurm.call("scancel", job)
        wait_for(lambda: not self.slurm.jobs(), "no job is left")

    def schedule(self, *args, status=0):
        return self.assert_quiet(self.installation.run("ws-schedule", "--json", *args), status).json

    def test_from_the_queue_to_the_upgrade(self):
        self.installation.set_script(f"env > {self.installation.directory}/env; upgrade; echo OK")
        records = self.schedule("--delay", "0", "acme", "beta")
        self.assertRegex(records[0]["job"], r"^\d+$")
        self.assertEqual(records[0]["job"], records[1]["job"], "one job for both")
        result = self.assert_quiet(self.installation.run("ws-progress", "--follow", "acme", "beta", timeout=120), 0)
        self.assertEqual({row[0]: row[1] for row in result.rows}, {"acme": "upgraded", "beta": "upgraded"})
        self.assertNotIn("SLURM", (self.installation.directory / "env").read_text())

    def test_begin_time_and_cancel(self):
        record, = self.schedule("--delay", "3600", "acme")
        self.assertEqual(self.slurm.jobs()[record["job"]], "PENDING")
        shown = self.slurm.call("scontrol", "show", "job", record["job"])
        for word in ("JobName=upkeep", "Licenses=upkeep:1", f"Comment=run {record['run']}"):
            self.assertIn(word, shown)
        self.schedule("beta")
        self.assertEqual(self.schedule("--cancel", "acme")[0]["state"], "cancelled")
        wait_for(lambda: record["job"] not in self.slurm.jobs(), "the job is taken back")
        self.assertEqual(len(self.slurm.jobs()), 1)

    def test_a_job_that_somebody_cancelled_is_replaced(self):
        first, = self.schedule("--delay", "3600", "acme")
        again, = self.schedule("--delay", "3600", "acme")
        self.assertEqual((again["state"], again["job"]), ("already", first["job"]))
        self.slurm.call("scancel", first["job"])
        wait_for(lambda: first["job"] not in self.slurm.jobs(), "the job is gone")
        again, = self.schedule("--delay", "3600", "acme")
        self.assertEqual((again["state"], again["run"]), ("already", first["run"]))
        self.assertNotEqual(again["job"], first["job"])
        self.assertEqual(again["due"][:16], first["due"][:16], "due when it was")
        self.assertIn(again["job"], self.slurm.jobs())

    def test_the_licence_bounds_them(self):
        gate = self.installation.directory / "gate"
        self.addCleanup(gate.touch)
        self.installation.set_script(f"while [ ! -e {gate} ]; do sleep 0.1; done; upgrade; echo OK")
        jobs = [self.schedule("--delay", "0", name)[0]["job"] for name in ("acme", "beta")]
        wait_for(lambda: self.slurm.jobs().get(jobs[0]) == "RUNNING", "the first runs")
        self.assertEqual(self.slurm.jobs()[jobs[1]], "PENDING")
        gate.touch()
        result = self.assert_quiet(self.installation.run("ws-progress", "--follow", "acme", "beta", timeout=120), 0)
        self.assertEqual({row[1] for row in result.rows[-2:]}, {"upgraded"})

    def test_refusals(self):
        self.installation.configure(schedule={"slurm_licence": "nothing:1"})
        result = self.installation.run("ws-schedule", "acme")
        self.assert_error(result, 69, "license", "slurm.conf", stdout=None)
        self.assert_states(result, {"acme": "failed"})
        self.assertEqual(self.installation.server.value("SELECT COUNT(*) FROM upkeep.run WHERE active = 1"), "0")


if __name__ == "__main__":
    unittest.main()
