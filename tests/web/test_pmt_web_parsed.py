# SPDX-License-Identifier: MIT
"""A process of pmt-web keeps what it has parsed: whatever another process loads is on the next page."""

import unittest

from upkeep_test import REPOSITORY
from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web_apache import PatchWebTest

PATCH = "/pmt/patches/WSO2-CARBON-PATCH-4.4.0-0001"


def way(*items):
    """A lifecycle of two states; the first one has these items."""
    listed = "".join(f'<item name="{item}" forEvent="Go"/>' for item in items)
    return lifecycle("Way", state("Open", ("Go", "Done"), items=listed), state("Done"))


class ParsedTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.apache = self.open_apache(self.open_workers())

    def tool(self, *args):
        return self.assert_status(self.installation.run(*args), 0)

    def load(self, name, text):
        path = self.installation.directory / name
        path.write_text(text)
        return path

    def page(self, path=PATCH):
        answer = self.apache.get(path)
        self.assertEqual(answer.status, 200)
        return answer.body.decode()

    def test_another_artifact_type(self):
        supplied = (REPOSITORY / "share" / "patch" / "patch.rxt").read_text()
        self.assertNotIn("Customers of ours", self.page())
        renamed = supplied.replace("<name>Client</name>", '<name label="Customers of ours">Client</name>')
        self.tool("pmt-patch", "fields", "--load", self.load("renamed.rxt", renamed), "--yes")
        for _ in range(2):
            self.assertIn("Customers of ours", self.page())
        self.tool("pmt-patch", "fields", "--load", self.load("again.rxt", supplied), "--yes")
        self.assertNotIn("Customers of ours", self.page())

    def test_another_version_of_a_lifecycle(self):
        self.tool("pmt-lifecycle", "load", self.load("one.xml", way("First item")))
        self.tool("pmt-lifecycle", "attach", "4.4.0-1", "Way", "--replace")
        self.assertIn("First item", self.page())
        self.tool("pmt-lifecycle", "load", self.load("two.xml", way("First item", "Second item")))
        self.assertNotIn("Second item", self.page())  # it has its version
        self.tool("pmt-patch", "new", "--platform", "4.4.0", "--lifecycle", "Way")
        self.assertIn("Second item", self.page(PATCH.replace("0001", "0002")))
        self.assertNotIn("Second item", self.page())
        self.tool("pmt-lifecycle", "attach", "4.4.0-1", "Way", "--replace")
        self.assertIn("Second item", self.page())

    def test_a_definition_that_was_exchanged(self):
        """The text counts, not its name and version: a restored backup may have another one."""
        self.tool("pmt-lifecycle", "load", self.load("one.xml", way("First item")))
        self.tool("pmt-lifecycle", "attach", "4.4.0-1", "Way", "--replace")
        self.assertIn("First item", self.page())
        self.installation.server.sql(f"UPDATE {self.installation.schema}.lifecycle SET definition ="
                                     " REPLACE(definition, 'First item', 'Other item') WHERE name = 'Way'")
        self.assertIn("Other item", self.page())


if __name__ == "__main__":
    unittest.main()
