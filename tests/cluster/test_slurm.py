# SPDX-License-Identifier: MIT
"""ws-schedule via Slurm: a real controller and two nodes. Skipped where Slurm is not installed."""

import shutil
import unittest

from upkeep_test import TestCase, module_server, wait_for
from upkeep_test.slurm import PATH, Slurm, why_not

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
        self.assertIn(f"its slurm job {first['job']} is gone (CANCELLED", again["detail"])
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

    def test_doctor_compares_licences_and_slots(self):
        def scheduler():
            result = self.installation.run("upkeep", "doctor", "--json", env={"SLURM_CONF": str(self.slurm.config)})
            return next(row for row in result.json if row["check"] == "scheduler")
        self.installation.configure(schedule={"prefix": None})
        self.assertEqual(scheduler()["result"], "ok")
        self.assertIn("without accounting", scheduler()["detail"])
        self.installation.configure(upgrade={"slots": 3})
        self.assertEqual(scheduler()["result"], "warning")
        self.assertIn("Licenses=upkeep:3", scheduler()["fix"])
        self.installation.configure(schedule={"slurm_licence": "nothing:1"})
        self.assertEqual(scheduler()["result"], "fail")
        self.installation.configure(schedule={"slurm_licence": None})
        self.assertIn("without a licence", scheduler()["detail"])


class AccountingTest(TestCase):
    """With a slurmdbd: what has become of a job is known for as long as it keeps it, and without the controller."""

    def test_how_a_job_ended(self):
        if not shutil.which("slurmdbd", path=PATH) or not shutil.which("sacctmgr", path=PATH):
            self.skipTest("slurmdbd is not installed")
        slurm = Slurm(accounting=self.open_server(tcp=True))
        self.addCleanup(slurm.close)
        slurm.start()
        installation = self.open_small(module_server(), "acme", "beta")
        installation.configure(schedule={"via": "slurm", "prefix": slurm.prefix, "slurm_licence": "upkeep:1"})

        def schedule(*args):
            return installation.run("ws-schedule", "--json", "--delay", "3600", *args)
        jobs = [row["job"] for row in (schedule("acme").json + schedule("beta").json)]
        slurm.call("scancel", jobs[0])
        wait_for(lambda: "CANCELLED" in slurm.call("sacct", "-nXPo", "State", "-j", jobs[0]), "it is in the books", 60)
        again, = self.assert_quiet(schedule("acme")).json
        self.assertRegex(again["detail"], rf"its slurm job {jobs[0]} is gone \(CANCELLED by \d+\)")
        self.assertNotIn(again["job"], jobs)
        installation.configure(schedule={"prefix": None})
        doctor = installation.run("upkeep", "doctor", "--json", env={"SLURM_CONF": str(slurm.config)})
        scheduler = next(row for row in doctor.json if row["check"] == "scheduler")
        self.assertIn("with accounting", scheduler["detail"])
        installation.configure(schedule={"prefix": slurm.prefix})
        # Without the controller: what was cancelled stays cancelled, and what waited is not taken for lost.
        slurm.call("scancel", again["job"])
        wait_for(
            lambda: "CANCELLED" in slurm.call("sacct", "-nXPo", "State", "-j", again["job"]), "it is in the books", 60
        )
        slurm.stop_controller()
        beta, = self.assert_quiet(schedule("beta")).json
        self.assertEqual((beta["state"], beta["job"], beta["detail"]), ("already", jobs[1], "it is queued"))
        acme = schedule("acme")
        self.assert_error(acme, 69, "sbatch", stdout=None)


if __name__ == "__main__":
    unittest.main()
