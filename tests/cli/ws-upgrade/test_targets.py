# SPDX-License-Identifier: MIT
"""A new release is configured while runs are queued."""

import unittest

from upkeep_test import TestCase, module_server, wait_for


class TargetTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        self.installation.add_small("acme", "beta", "gamma")
        self.both = "sql 'CREATE TABLE IF NOT EXISTS NEW (a INT); CREATE TABLE IF NOT EXISTS NEWER (a INT)'; echo OK"
        self.installation.set_script(self.both)

    def new_release(self, keep=()):
        self.installation.configure(upgrade={"target": "3.0"},
                                    probe=[*keep, {"version": "3.0", "table": "NEWER"}])

    def queue(self, *args, status=0):
        result = self.installation.run("ws-schedule", "--no-job", "--delay", "0", "--json", *args)
        return self.assert_status(result, status)

    def drain(self, status=0):
        return self.assert_status(self.installation.run("ws-upgrade", "--drain", "--json"), status)

    def targets(self):
        rows = self.installation.server.sql("SELECT workspace, target, state FROM upkeep.run ORDER BY id")
        return [tuple(row) for row in rows]

    def test_a_drain_follows_the_configured_target_and_says_so_once(self):
        self.queue("acme", "beta")
        self.new_release()
        result = self.drain()
        self.assertEqual(result.stderr.count("2 runs were queued for version 2.0"), 1)
        self.assertEqual(self.targets(), [("acme", "3.0", "succeeded"), ("beta", "3.0", "succeeded")])
        self.assertEqual(self.installation.states("acme", "beta"), {"acme": "upgraded", "beta": "upgraded"})
        self.assertEqual(self.drain().stderr, "")

    def test_so_does_ws_schedule(self):
        self.queue("acme", "beta")
        self.new_release()
        result = self.queue("acme")
        self.assertEqual(result.json[0]["state"], "already")
        self.assertIn("for version 2.0", result.stderr)
        self.assertEqual(self.targets(), [("acme", "3.0", "queued"), ("beta", "3.0", "queued")])
        self.assertEqual(self.queue("beta").stderr, "")

    def test_by_name(self):
        self.queue("acme")
        self.new_release()
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 0)
        self.assertEqual(self.targets(), [("acme", "3.0", "succeeded")])

    def test_a_named_target_is_kept_as_long_as_it_has_probes(self):
        self.queue("--target", "2.0", "acme")
        self.queue("beta")
        self.new_release(keep=[{"version": "2.0", "table": "NEW"}])
        self.drain()
        self.assertEqual(self.targets(), [("acme", "2.0", "succeeded"), ("beta", "3.0", "succeeded")])

    def test_a_named_target_without_probes_stays_queued(self):
        self.queue("--target", "2.0", "acme")
        self.queue("beta")
        self.new_release()
        result = self.drain(78)
        self.assertEqual(
            [(r["workspace"], r["state"]) for r in result.json], [("acme", "skipped"), ("beta", "succeeded")]
        )
        self.assertIn("--retarget", result.json[0]["detail"])
        self.assert_status(self.installation.run("ws-upgrade", "acme"), 78)
        self.assertEqual(self.targets()[0], ("acme", "2.0", "queued"))

    def test_retarget(self):
        self.queue("--target", "2.0", "acme")
        self.queue("--target", "2.0", "beta")
        self.new_release()
        self.assert_status(self.installation.run("ws-schedule", "-n", "--retarget"), 0)
        self.assertEqual({target for _, target, _ in self.targets()}, {"2.0"})
        named = self.assert_status(self.installation.run("ws-schedule", "--retarget", "acme", "gamma", "--json"), 1)
        self.assertEqual({r["workspace"]: r["state"] for r in named.json}, {"acme": "queued", "gamma": "refused"})
        rest = self.assert_status(self.installation.run("ws-schedule", "--retarget", "--json"), 0)
        self.assertEqual([r["workspace"] for r in rest.json], ["beta"])
        self.drain()
        self.assertEqual(self.installation.states("acme", "beta"), {"acme": "upgraded", "beta": "upgraded"})

    def test_retarget_of_what_follows_the_target_already(self):
        self.queue("acme")
        self.queue("--target", "2.0", "beta")
        for state in ("queued", "already"):
            result = self.assert_status(self.installation.run("ws-schedule", "--retarget", "acme", "beta", "--json"), 0)
            self.assertEqual({r["workspace"]: r["state"] for r in result.json}, {"acme": "already", "beta": state})

    def test_a_dry_run_names_what_has_no_probes(self):
        self.queue("--target", "2.0", "acme")
        self.queue("beta")
        self.new_release()
        result = self.assert_status(self.installation.run("ws-upgrade", "--drain", "-n", "--json"), 78)
        details = {r["workspace"]: r["detail"] for r in result.json}
        self.assertIn("--retarget acme", details["acme"])
        self.assertEqual(details["beta"], "would be upgraded")

    def test_a_sweep_that_adopts_a_run_says_whether_its_target_is_kept(self):
        both = [{"version": "2.0", "table": "NEW"}, {"version": "3.0", "table": "NEWER"}]
        self.installation.configure(probe=both)
        self.queue("--sweep", "night", "acme")
        self.queue("--sweep", "night", "--target", "3.0", "beta")
        self.assertEqual(self.drain().stderr, "", "both are to be kept")
        self.assertEqual(self.targets(), [("acme", "3.0", "succeeded"), ("beta", "3.0", "succeeded")])
        self.installation.add_small("delta", "epsilon")
        self.queue("--sweep", "night", "--target", "2.0", "delta")
        self.queue("--sweep", "night", "epsilon")
        self.new_release()
        self.drain()
        self.assertEqual(self.targets()[2:], [("delta", "3.0", "succeeded"), ("epsilon", "3.0", "succeeded")])

    def test_a_drain_from_before_the_change_leaves_the_new_ones(self):
        """It has the old configuration in memory: what was queued for the new target is a newer drain's."""
        gate = self.make_directory() / "gate"
        jobs = self.make_directory() / "jobs"
        self.installation.set_script(f"until [ -e {gate} ]; do sleep 0.05; done; {self.both}")
        self.queue("acme")
        self.installation.configure(
            schedule={"via": "command", "command": ["/bin/sh", "-c", f"echo x >> {jobs}; echo job"]}
        )
        old = self.start("ws-upgrade", "--drain", "--json", env=self.installation.env)
        wait_for(lambda: self.targets() == [("acme", "2.0", "running")], "acme runs")
        self.new_release()
        self.queue("beta")
        gate.touch()
        records = self.assert_status(old.wait(60), 0).json
        self.assertEqual([r["workspace"] for r in records], ["acme"])
        self.assertTrue(jobs.exists(), "a job with the new configuration is to do it")
        self.drain()
        self.assertEqual(self.targets()[-1], ("beta", "3.0", "succeeded"))


class TwoHostsTest(TestCase):
    """A new release is configured host by host: the newest configuration is what queued runs follow."""

    def setUp(self):
        self.old = self.open_small(module_server())
        self.old.add_small("acme", "beta", "gamma")
        self.old.upgrade_by_hand("acme")
        self.new = self.old.another_host()
        for host in (self.old, self.new):
            self.assert_status(host.run("ws-upgrade", "--drain"), 0)  # at work before the change
        self.new.configure(
            upgrade={"target": "3.0", "command": self.old.command("sql 'CREATE TABLE NEWER (a INT)'; echo OK")},
            probe=[{"version": "3.0", "table": "NEWER"}],
        )

    def queue(self, host, *args):
        return self.assert_status(host.run("ws-schedule", "--no-job", "--delay", "0", "--json", *args), 0)

    def drain(self, host, status=0):
        return self.assert_status(host.run("ws-upgrade", "--drain", "--json"), status)

    def runs(self):
        rows = self.old.server.sql("SELECT workspace, target, state FROM upkeep.run ORDER BY id")
        return [tuple(row) for row in rows]

    def test_a_host_that_is_not_updated_yet_leaves_what_the_new_one_has_queued(self):
        self.queue(self.new, "acme")
        self.queue(self.old, "gamma")
        self.assertEqual(self.runs(), [("acme", "3.0", "queued"), ("gamma", "2.0", "queued")])
        self.assertEqual([(r["workspace"], r["state"]) for r in self.drain(self.old).json], [("gamma", "succeeded")])
        skipped, = self.assert_status(self.old.run("ws-upgrade", "--json", "acme"), 75).json
        self.assertIn("queued for version 3.0, for which another host was configured", skipped["detail"])
        self.assertEqual(self.runs()[0], ("acme", "3.0", "queued"))
        self.assertEqual([(r["workspace"], r["state"]) for r in self.drain(self.new).json], [("acme", "succeeded")])

    def test_the_new_one_takes_what_the_old_one_queues(self):
        self.queue(self.new, "acme")
        self.queue(self.old, "beta")
        self.assertIn("1 run was queued for version 2.0", self.drain(self.new).stderr)
        self.assertEqual(self.runs(), [("acme", "3.0", "succeeded"), ("beta", "3.0", "succeeded")])

    def test_no_job_is_made_for_what_is_left_to_others(self):
        jobs = self.make_directory() / "jobs"
        self.old.configure(schedule={"via": "command", "command": ["/bin/sh", "-c", f"echo x >> {jobs}; echo job"]})
        self.queue(self.new, "acme")
        self.assertEqual(self.drain(self.old).json, [])
        self.assertFalse(jobs.exists())

    def test_a_release_that_is_taken_back_is_the_newest_configuration(self):
        self.queue(self.new, "acme")
        self.new.configure(upgrade={"target": "2.0"}, probe=[{"version": "2.0", "table": "NEW"}])
        self.queue(self.new, "beta")
        self.assertEqual(self.runs(), [("acme", "2.0", "queued"), ("beta", "2.0", "queued")])

    def test_the_last_host_to_be_updated(self):
        self.queue(self.new, "acme")
        self.old.configure(upgrade={"target": "3.0"}, probe=[{"version": "3.0", "table": "NEWER"}])
        self.old.set_script("sql 'CREATE TABLE NEWER (a INT)'; echo OK")
        self.assertEqual([(r["workspace"], r["state"]) for r in self.drain(self.old).json], [("acme", "succeeded")])


if __name__ == "__main__":
    unittest.main()
