# SPDX-License-Identifier: MIT
"""ws-progress: what was shown of a run while it ran is the least that is shown afterwards, whatever its end is."""

import json
import signal
import unittest

from upkeep_test import TestCase, module_server, wait_for


class PercentTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")
        self.gate = self.installation.directory / "gate"
        self.installation.configure(schedule={"via": "command", "command": ["true"]}, **{"profile.small": {"steps": 4}})

    def steps(self, end):
        """Two steps, a pause for who looks, a third one and this end in one go."""
        self.installation.set_script(
            f"step one true; step two true; while [ ! -e {self.gate} ]; do sleep 0.03; done; step three true; {end}")

    def percent(self, *options):
        return self.installation.run("ws-progress", "--json", *options, "acme").json[0]["percent"]

    def begin(self):
        upgrade = self.start("ws-upgrade", "acme", env=self.installation.env)
        wait_for(lambda: self.percent() >= 50, "two of four steps are seen")
        return upgrade

    def assert_kept(self, least):
        self.assertEqual(self.installation.states("acme"), {"acme": "failed"})
        self.assertGreaterEqual(self.percent(), least)
        self.assertEqual(self.percent("--public"), self.percent())

    def test_failed(self):
        self.steps("echo 'BAD luck'")
        upgrade = self.begin()
        self.gate.touch()
        self.assertEqual(upgrade.wait().status, 1)
        self.assert_kept(75)  # the third step, which nobody has seen before its end

    def test_interrupted(self):
        self.steps("true")
        upgrade = self.begin()
        upgrade.signal(signal.SIGTERM)
        upgrade.wait()
        self.assert_kept(50)

    def test_settled_by_another_tool(self):
        self.steps("echo 'BAD luck'")
        upgrade = self.begin()
        upgrade.kill()
        upgrade.wait()
        self.gate.touch()
        wait_for(lambda: self.installation.states("acme") == {"acme": "failed"}, "its end is recorded")
        self.assert_kept(75)

    def test_followed(self):
        self.steps("echo 'BAD luck'")
        upgrade = self.begin()
        follow = self.start("ws-progress", "--follow", "--format", "jsonl", "acme", env=self.installation.env)
        wait_for(lambda: follow.stdout, "it follows")
        self.gate.touch()
        upgrade.wait()
        follow.wait()
        seen = [json.loads(line)["percent"] for line in follow.stdout.splitlines()]
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(seen[-1], self.percent())


if __name__ == "__main__":
    unittest.main()
