# SPDX-License-Identifier: MIT
"""A run ends while ws-check looks, between the marker of the upgrade and what the runs say."""

import unittest

from upkeep_test import TestCase, module_server, wait_for


class MovingTest(TestCase):
    def test_a_run_ends_after_its_marker_was_read(self):
        installation = self.open_small(module_server(), "acme")
        marker, gate = installation.directory / "UPDATE.dat", installation.directory / "gate"
        proxy = self.open_proxy(installation.server)
        installation.configure(database={"socket": proxy.socket}, upgrade={"marker": marker})
        installation.set_script(f"printf acme > {marker}; while [ ! -e {gate} ]; do sleep 0.03; done; upgrade; "
                                f"rm {marker}; echo OK")
        upgrade = self.start("ws-upgrade", "acme", env=installation.env)
        wait_for(lambda: marker.exists() and marker.read_text(), "the command runs")
        proxy.hold("UNION ALL SELECT id")
        look = self.start("ws-check", "--json", "acme", env=installation.env)
        wait_for(lambda: proxy.holding, "ws-check asks for the runs")
        gate.touch()
        self.assert_quiet(upgrade.wait())
        proxy.let_go()
        record, = look.wait().json
        self.assertNotIn("outside", record["detail"] or "")
        self.assertNotEqual(record["state"], "running")


if __name__ == "__main__":
    unittest.main()
