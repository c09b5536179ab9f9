# SPDX-License-Identifier: MIT
"""A job that comes to nothing before it has started anything: who is awake hands the queue over again."""

import signal
import unittest

from upkeep_test.faults import FaultCase, add_empty_workspaces, module_server, use_quick_upgrades, wait_for


class LostJobCase(FaultCase):
    def open(self, server, **upgrade):
        self.open_installation(server)
        use_quick_upgrades(self.installation, **upgrade)
        add_empty_workspaces(self.installation, "acme", "beta")
        self.jobs = self.make_directory() / "jobs"
        self.status_dir = self.make_directory() / "status"
        self.installation.configure(
            web={"status_dir": self.status_dir},
            schedule={
                "via": "command",
                "delay_s": 0,
                "command": ["/bin/sh", "-c", f"echo {{workspace}} >> {self.jobs}; echo job"],
            },
        )

    def jobs_made(self):
        return self.jobs.read_text().split() if self.jobs.exists() else []

    def schedule(self, *names):
        self.assert_status(self.installation.run("ws-schedule", *names), 0)

    def make_overdue(self, minutes=2):
        self.installation.server.sql(f"UPDATE upkeep.run SET due_at = due_at - INTERVAL {minutes} MINUTE,"
                                     f" queued_at = queued_at - INTERVAL {minutes} MINUTE WHERE state = 'queued'")

    def publish(self, name="acme"):
        return self.installation.run("ws-progress", "--publish", "--json", name).json[0]


class WokenTest(LostJobCase):
    def setUp(self):
        self.open(module_server())

    def test_a_page_that_asks(self):
        self.schedule("acme", "beta")
        self.publish()
        self.assertEqual(self.jobs_made(), ["acme", "beta"], "a job that may still come is not replaced")
        self.make_overdue()
        self.publish()
        self.assertEqual(self.jobs_made(), ["acme", "beta", "acme"])
        self.assertRegex(self.events(), r"acme run=\d+ due \S+ but not started")
        self.publish()
        self.publish("beta")
        self.assertEqual(len(self.jobs_made()), 3, "once, until that job has had its time")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assert_all_over()

    def test_the_publisher(self):
        self.schedule("acme")
        self.make_overdue()
        publisher = self.upgrade("--publish", tool="ws-progress")
        wait_for(lambda: len(self.jobs_made()) == 2, "the job is replaced")
        self.assert_quiet(self.installation.run("ws-upgrade", "--drain"))
        self.assert_status(publisher.wait(30), 0)

    def test_less_and_less_often(self):
        self.schedule("acme")
        self.make_overdue()
        for count, back_s, made in ((1, 0, 2), (2, 40, 2), (3, 70, 3), (4, 70, 3)):
            self.installation.server.sql(f"UPDATE upkeep.handover SET due_at = due_at - INTERVAL {back_s} SECOND")
            self.publish()
            self.assertEqual(len(self.jobs_made()), made, f"look {count}")

    def test_while_somebody_works(self):
        use_quick_upgrades(self.installation, 30)
        self.schedule("acme", "beta")
        self.make_overdue()
        drain = self.upgrade("--drain")
        self.wait_for_run("acme", "running")
        self.publish("beta")
        self.assertEqual(len(self.jobs_made()), 2)
        drain.signal(signal.SIGINT)
        self.assert_status(drain.wait(), 130)

    def test_not_for_what_has_no_job(self):
        """The night's work, queued with --no-job, waits for the night's drain."""
        self.assert_status(self.installation.run("ws-schedule", "--no-job", "acme"), 0)
        self.make_overdue()
        self.publish()
        self.assertEqual(self.jobs_made(), [])

    def test_a_claim_whose_ws_schedule_was_killed(self):
        self.schedule("acme")
        self.make_overdue()
        self.installation.server.sql("UPDATE upkeep.run SET job = NULL")
        self.publish()
        self.assertEqual(len(self.jobs_made()), 2)

    def test_not_while_the_queue_is_paused(self):
        self.schedule("acme")
        self.make_overdue()
        self.assert_status(self.installation.run("ws-schedule", "--pause"), 0)
        self.publish()
        self.assertEqual(len(self.jobs_made()), 1)

    def test_a_backend_that_refuses(self):
        self.schedule("acme")
        self.make_overdue()
        self.installation.configure(schedule={"command": ["/bin/false"]})
        self.assertEqual(self.publish()["state"], "queued")
        self.assertIn("no job: /bin/false refused", self.events())

    def test_no_time_is_promised_where_nobody_works(self):
        self.assert_status(self.installation.run("ws-upgrade", "beta"), 0)  # a history
        self.schedule("acme")
        self.assertIsNotNone(self.publish()["eta_s"])
        self.installation.configure(schedule={"command": ["/bin/false"]})
        self.installation.server.sql("UPDATE upkeep.slot SET renewed_at = renewed_at - INTERVAL 1 HOUR")
        self.make_overdue()
        self.publish()
        self.installation.server.sql("UPDATE upkeep.handover SET due_at = due_at - INTERVAL 2 MINUTE, tries = 9")
        record = self.publish()
        self.assertEqual((record["state"], record["eta_s"], record["start_s"]), ("queued", None, None))
        forecast = self.installation.run("ws-progress", "--forecast", "--json").json[0]
        self.assertIsNotNone(forecast["finish_at"], "it says how long the queue takes once it is worked on")


class AwayTest(LostJobCase):
    """A server of its own."""

    def setUp(self):
        self.server = self.open_server()
        self.open(self.server)
        self.installation.configure(upgrade={"lease_s": 60})

    def test_a_job_waits_for_the_database(self):
        self.schedule("acme")
        self.server.kill()
        drain = self.upgrade("--drain")
        wait_for(lambda: "waiting for the database" in self.events(), "the drain waits")
        self.server.start()
        self.assert_quiet(drain.wait(60))
        self.assertEqual(self.run_states("acme"), ["succeeded"])
        self.assertIn("the database answers again", self.events())

    def test_a_job_that_gives_up_says_so(self):
        self.installation.configure(upgrade={"lease_s": 1})
        self.schedule("acme")
        self.server.kill()
        self.assert_error(self.installation.run("ws-upgrade", "--drain"), 69)
        self.assertIn("drain: failed: the database does not answer", self.events())

    def test_a_signal_ends_the_wait(self):
        self.server.kill()
        drain = self.upgrade("--drain")
        wait_for(lambda: "waiting for the database" in self.events(), "the drain waits")
        drain.signal(signal.SIGTERM)
        self.assert_status(drain.wait(20), 143)
        self.server.start()


if __name__ == "__main__":
    unittest.main()
