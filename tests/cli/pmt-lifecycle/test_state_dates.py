# SPDX-License-Identifier: MIT
"""Entering a state sets its date where it is empty, and undo takes it back."""

import datetime
import unittest

from upkeep_test import TestCase, module_server

STARTED, TESTED, RELEASED = "dates_developmentStartedOn", "dates_qaStartedOn", "dates_releasedOn"


class StateDatesTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.run_tool = self.installation.run
        self.days = {datetime.datetime.now(datetime.timezone.utc).date().isoformat()}

    def new(self, *words):
        self.assert_status(self.run_tool("pmt-patch", "new", "--platform", "4.4.0", *words), 0)

    def shown(self, *words):
        return self.assert_quiet(self.run_tool("pmt-patch", "show", "--json", *words, "4.4.0-1")).json[0]

    def date(self, key):
        return self.shown()["fields"].get(key)

    def assert_today(self, key):
        today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        self.assertIn(self.date(key), self.days | {today})

    def move(self, event, *words):
        result = self.run_tool("pmt-lifecycle", "move", "4.4.0-1", event, *words)
        self.assert_status(result, 0)
        return result

    def to_testing(self):
        self.new("--set", "jiraInformation_supportJIRA=A-1", "--set", "jiraInformation_publicJIRA=B-1",
                 "--set", "patchInformation_revision=1")
        self.move("Promote")
        return self.move("Promote")

    def history(self):
        return self.assert_quiet(self.run_tool("pmt-patch", "history", "--json", "4.4.0-1")).json

    def test_each_state(self):
        self.new("-n")
        self.to_testing()
        self.assert_today(STARTED)
        self.assert_today(TESTED)
        self.assertIsNone(self.date(RELEASED))
        result = self.move("ReleasedNotInPublicSVN", "-n")
        self.assertIn(f"{RELEASED} is set to ", result.stderr)
        self.assertIsNone(self.date(RELEASED))
        self.move("ReleasedNotInPublicSVN")
        self.assert_today(RELEASED)
        # The exact time of the release is kept; the date is the day.
        self.assertTrue(self.shown()["released_at"].startswith(self.date(RELEASED)))
        moved, dated = self.history()[-2:]
        self.assertEqual((moved["action"], moved["key"]), ("move", "ReleasedNotInPublicSVN"))
        self.assertEqual((dated["action"], dated["key"], dated["from"]), ("edit", RELEASED, None))
        self.assertEqual(moved["event"], dated["event"])

    def test_undo(self):
        self.to_testing()
        before = self.shown()
        self.move("ReleasedNoTestsProvided", "--time", "1h")
        result = self.run_tool("pmt-lifecycle", "undo", "4.4.0-1")
        self.assert_status(result, 0)
        self.assertIn(f"{RELEASED} ", result.stderr)
        self.assertEqual(self.shown(), before)
        self.assert_quiet(self.run_tool("pmt-patch", "verify-history"))
        self.assert_status(self.run_tool("pmt-lifecycle", "undo", "4.4.0-1"), 0)
        self.assertIsNone(self.date(TESTED))
        self.assert_today(STARTED)  # of its creation, which nothing undoes
        # A date that was corrected since is not taken back.
        self.move("Promote")
        self.assert_status(self.run_tool("pmt-patch", "edit", "4.4.0-1", "--set", f"{TESTED}=2014-02-03"), 0)
        self.assert_status(self.run_tool("pmt-lifecycle", "undo", "4.4.0-1"), 0)
        self.assertEqual(self.date(TESTED), "2014-02-03")
        self.move("Promote")
        self.assertEqual(self.date(TESTED), "2014-02-03")

    def test_by_hand(self):
        self.new("--set", f"{STARTED}=2014-01-02")
        self.assertEqual(self.date(STARTED), "2014-01-02")

    def test_configured(self):
        self.installation.configure(extra='[patch.dates]\nreadyforqa = "overview_wantedOn"\nDevelopment = ""\n'
                                          'Testing = "dates_unknown"\n')
        self.to_testing()
        self.assertIsNone(self.date(STARTED))
        self.assertIsNone(self.date(TESTED))
        self.assert_today("overview_wantedOn")
        self.installation.configure(extra='[patch.dates]\nReleasedNotInPublicSVN = "overview_priority"\n')
        result = self.run_tool("pmt-lifecycle", "move", "4.4.0-1", "ReleasedNotInPublicSVN")
        self.assert_status(result, 78)
        self.assertIn("[patch.dates] ReleasedNotInPublicSVN", result.stderr)

    def test_attach(self):
        self.installation.configure(patch={"lifecycle": ""})
        self.new()
        self.assertIsNone(self.date(STARTED))
        self.assert_status(self.run_tool("pmt-lifecycle", "attach", "4.4.0-1", "PatchLifeCycle"), 0)
        self.assert_today(STARTED)

    def test_export_and_import(self):
        self.to_testing()
        self.move("ReleasedNoTestsProvided")
        self.assert_status(self.run_tool("pmt-lifecycle", "undo", "4.4.0-1"), 0)
        exported = self.assert_quiet(self.run_tool("pmt-patch", "export")).stdout
        path = self.make_directory() / "all.json"
        path.write_bytes(exported)
        self.installation.configure(database={"schema": "other"})
        self.installation.init()
        self.assert_status(self.run_tool("pmt-patch", "import", path), 0)
        self.assertEqual(self.assert_quiet(self.run_tool("pmt-patch", "export")).stdout, exported)
        self.assertIsNone(self.date(RELEASED))


if __name__ == "__main__":
    unittest.main()
