# SPDX-License-Identifier: MIT
"""A patch moves on between two statements of a report: it is counted once, as it was or as it is."""

import unittest

from upkeep_test import TestCase, module_server, wait_for

LIFECYCLE = """<aspect name="Two" class="x.DefaultLifeCycle"><configuration type="literal"><lifecycle><scxml
initialstate="Open">
<state id="Open"><transition event="Promote" target="Released"/></state><state id="Released"/>
</scxml></lifecycle></configuration></aspect>"""


class MovingTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        path = self.installation.directory / "Two.xml"
        path.write_text(LIFECYCLE)
        self.run_tool("pmt-lifecycle", "load", path)
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket}, patch={"lifecycle": "Two"})

    def run_tool(self, tool, *args):
        return self.assert_quiet(self.installation.run(tool, *args))

    def test_released_while_work_is_counted(self):
        name = self.run_tool(
            "pmt-patch", "new", "--platform", "4.4.0", "--set", "peopleInvolved_developedby=ann"
        ).text.strip()
        self.proxy.hold("AND (p.state IN")  # the released ones, after those in progress
        report = self.start("pmt-report", "workload", "--json", env=self.installation.env)
        wait_for(lambda: self.proxy.holding, "pmt-report has come to its statement")
        self.run_tool("pmt-lifecycle", "promote", name)
        self.proxy.let_go()
        [record] = self.assert_quiet(report.wait()).json
        self.assertEqual((record["developing"], record["released"]), (1, 0))
        [record] = self.run_tool("pmt-report", "workload", "--json").json
        self.assertEqual((record["developing"], record["released"]), (0, 1))


if __name__ == "__main__":
    unittest.main()
