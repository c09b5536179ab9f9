# SPDX-License-Identifier: MIT
"""The configuration names states in any case and in either spelling."""

import getpass
import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

WORK = lifecycle(
    "Work",
    state("Open", ("Promote", "In.Überprüfung")),
    state("In.Überprüfung", ("Promote", "Fully.Released")),
    state("Fully.Released", ("Hide", "Internally"), ("Demote", "Open")),
    state("Internally"),
)


class ConfiguredStatesTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(WORK)

    def configure(self, released, testing):
        me = getpass.getuser()
        self.installation.configure(
            patch={"lifecycle": "Work", "trusted": [me], "released": [released, "INTERNALLY"], "complete": [released],
                   "qa_states": [testing]},
            **{"patch.dates": {f'"{testing}"': "dates_qaStartedOn", f'"{released}"': "dates_releasedOn"}})

    def walk(self):
        """A patch in QA, as its fields and the ways to list it say."""
        name = self.new("developer=dan", "qa=quinn", "patchInformation_jarsInvolved=a_1.jar")
        self.sql(f"UPDATE patch SET created_by = 'carl' WHERE number = {int(name[-4:])}")
        self.ok("promote", name)
        shown = self.patch(name)
        self.assertIn("dates_qaStartedOn", shown["fields"])
        self.assertIsNone(shown["released_at"])
        self.assertEqual([row[0] for row in self.ok("mine", "--as", "quinn").rows], [name])
        return name

    def patch(self, name):
        return self.assert_quiet(self.installation.run("pmt-patch", "show", "--json", name)).json[0]

    def report(self, *words):
        return [row[0] for row in self.assert_status(self.installation.run("pmt-report", *words), 0).rows]

    def test_any_spelling(self):
        for released, testing in (("Fully Released", "In Überprüfung"), ("fully.released", "in.überprüfung"),
                                  ("FULLY RELEASED", "IN ÜBERPRÜFUNG")):
            with self.subTest(released):
                self.configure(released, testing)
                name = self.walk()
                self.assertIn(name, self.report("progress"))
                self.ok("promote", name)
                at = self.patch(name)["released_at"]
                self.assertIsNotNone(at)
                self.assertIn("dates_releasedOn", self.patch(name)["fields"])
                self.assertNotIn(name, self.report("progress"))
                self.assertIn(name, self.report("released"))
                self.assertEqual(self.ok("mine", "--as", "quinn").rows, [])
                self.assertNotIn(name, [row[0] for row in self.run_tool("blockers", "lifecycle=Work").rows])
                health = self.assert_status(self.installation.run("pmt-report", "health"), 0).rows
                self.assertNotIn([name, "not-complete"], [[row[0], row[2]] for row in health])
                # Within the released states it goes on; it is not released again.
                self.sql(f"UPDATE patch SET released_at = '2020-01-01' WHERE number = {int(name[-4:])}")
                self.ok("move", name, "Hide")
                self.assertEqual(self.patch(name)["released_at"], "2020-01-01T00:00:00Z")

    def test_patches_in_progress(self):
        """Those without a lifecycle as well, and all where no state is a released one."""
        self.configure("fully.released", "in.überprüfung")
        with_one = self.new("developer=dan")
        self.installation.configure(patch={"lifecycle": ""})
        without, dated = self.new("developer=dan"), self.new("developer=dan", "dates_releasedOn=2014-03-01")
        self.assertEqual(self.report("progress"), [with_one, without])
        self.assertEqual(self.report("released"), [dated])
        [dan] = self.assert_quiet(self.installation.run("pmt-report", "workload")).rows
        self.assertEqual([dan[0], dan[1], dan[4]], ["dan", "2", "1"])
        self.installation.configure(patch={"released": [], "complete": []})
        self.assertEqual(self.report("progress"), [with_one, without])

    def test_estimates_end_at_the_release(self):
        self.configure("fully.released", "in.überprüfung")
        name = self.new()
        for stage in ("open", "IN ÜBERPRÜFUNG"):
            self.ok("eta", name, "--stage", stage, "--best", "1d", "--likely", "1d", "--worst", "1d")
        # Every stage before the release is estimated: the sum is that of the whole way.
        self.assertEqual([(row[1], row[5]) for row in self.ok("eta", name).rows],
                         [("Open", "28800"), ("In Überprüfung", "28800"), ("total", "57600")])


if __name__ == "__main__":
    unittest.main()
