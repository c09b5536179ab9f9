# SPDX-License-Identifier: MIT
"""A tick holds only while what it attests is unchanged; in a released state such a change needs a reason."""

import json
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.archives import jar, patch_name, support_files, write_zip

README, SIGNED, EULA = "Verified README", "Patch was signed", "Verified EULA"
FORMAT, DIGESTS = "Verified patch zip file format", "Checked md5 checksum for jars for hosted and tested"


class AttestsCase(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()
        self.run_tool = self.installation.run

    def add(self, state="Testing", number=1, **fields):
        def event(at, action, changes):
            return {"at": f"2014-01-0{at}T08:00:00Z", "actor": "al", "via": "test", "action": action,
                    "changes": changes}
        history = [event(1, "create", [{"key": "lifecycle", "from": None, "to": "PatchLifeCycle"},
                                       {"key": "state", "from": None, "to": "Development"}]),
                   event(2, "move", [{"key": "Promote", "from": "Development", "to": state}])]
        patch = {"patch": patch_name("4.4.0", number), "lifecycle": "PatchLifeCycle", "lifecycle_version": 1,
                 "state": state, "created_at": "2014-01-01T08:00:00Z", "state_since": "2014-01-02T08:00:00Z",
                 "fields": {"overview_description": "first", **fields}, "history": history}
        path = self.directory / "patches.json"
        path.write_text(json.dumps([patch]))
        self.assert_status(self.run_tool("pmt-patch", "import", path), 0)

    def tick(self, *items):
        self.assert_status(self.run_tool("pmt-lifecycle", "tick", "4.4.0-1", *items), 0)

    def edit(self, *words, status=0):
        result = self.run_tool("pmt-patch", "edit", "4.4.0-1", *words)
        self.assert_status(result, status)
        return result

    def ticked(self):
        shown = self.assert_quiet(self.run_tool("pmt-lifecycle", "show", "--json", "4.4.0-1")).json
        return {one["name"] for one in shown[0]["items"] if one["ticked"]}

    def history(self):
        return self.assert_quiet(self.run_tool("pmt-patch", "history", "--json", "4.4.0-1")).json

    def archive(self, more):
        files = {**support_files("4.4.0", 1), "patch0001/b-2.0.jar": jar(more=more)}
        return write_zip(self.directory / f"{patch_name('4.4.0', 1)}.zip", files)


class TickTest(AttestsCase):
    def test_an_edit_clears(self):
        self.add()
        self.tick(README, SIGNED, EULA)
        result = self.edit("--set", "overview_description=second", "-n")
        self.assertIn(f"'{README}' would no longer be ticked: it attested overview_description", result.stderr)
        self.assertEqual(self.ticked(), {README, SIGNED, EULA})
        result = self.edit("--set", "overview_description=second")
        self.assertIn(f"'{README}' is no longer ticked", result.stderr)
        self.assertEqual(self.ticked(), {SIGNED, EULA})
        last = self.history()[-1]
        self.assertEqual((last["action"], last["key"], last["from"], last["to"]), ("untick", README, True, False))
        self.assertIn("overview_description", last["comment"])
        self.assert_quiet(self.run_tool("pmt-patch", "verify-history"))

    def test_what_does_not_clear(self):
        self.add()
        self.tick(README)
        self.assert_quiet(self.edit("--set", "overview_description=first"))
        self.assert_quiet(self.edit("--set", "peopleInvolved_lead=lea"))
        self.assertEqual(self.ticked(), {README})

    def test_the_value_at_the_tick_counts(self):
        """A change that nothing attested at its time, taken back: the tick is true again."""
        self.add()
        self.tick(README)
        self.installation.configure(extra=f'[patch.attests]\n"{README}" = []\n')
        self.assert_quiet(self.edit("--set", "overview_description=second"))
        self.installation.configure(extra="")
        self.assert_quiet(self.edit("--set", "overview_description=first"))
        self.assertEqual(self.ticked(), {README})
        self.edit("--set", "overview_description=third")
        self.assertEqual(self.ticked(), set())

    def test_an_item_of_ones_own(self):
        self.add()
        self.tick(EULA, README)
        self.installation.configure(extra='[patch.attests]\n"verified eula" = ["client", "jars"]\n')
        self.edit("--add", "overview_client=Acme")
        self.assertEqual(self.ticked(), {README})
        self.edit("--set", "overview_description=second")  # the shipped ones hold beside it
        self.assertEqual(self.ticked(), set())

    def test_an_import_clears(self):
        self.add()
        self.tick(README, SIGNED)
        path = self.directory / "rows.json"
        path.write_text(json.dumps([{"patch": patch_name("4.4.0", 1), "fields": {"overview_description": "second"}}]))
        self.assert_status(self.run_tool("pmt-patch", "import", "--update", path), 0)
        self.assertEqual(self.ticked(), {SIGNED})

    def test_jars_clear(self):
        self.add()
        self.tick(SIGNED, EULA)
        # The first ones are no change, and the same ones again are none.
        for _ in range(2):
            self.assert_quiet(self.run_tool("pmt-verify", "-q", "--patch", "4.4.0-1", "--record", self.archive("a")))
            self.assertEqual(self.ticked(), {SIGNED, EULA})
        other = self.archive("b")
        result = self.run_tool("pmt-verify", "-n", "--patch", "4.4.0-1", "--record", other)
        self.assertIn(f"'{SIGNED}' would no longer be ticked: it attested other jars", result.stderr)
        self.assertEqual(self.ticked(), {SIGNED, EULA})
        result = self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--record", other)
        self.assertIn(f"'{SIGNED}' is no longer ticked: it attested other jars", result.stderr)
        self.assertEqual(self.ticked(), {EULA})
        # Recorded first, then ticked, in one call.
        third = self.archive("c")
        self.assert_quiet(self.run_tool("pmt-verify", "-q", "--patch", "4.4.0-1", "--record", "--tick", third))
        self.assertEqual(self.ticked(), {EULA, FORMAT, README, DIGESTS})
        self.assert_quiet(self.run_tool("pmt-patch", "verify-history"))


class ReleasedTest(AttestsCase):
    def setUp(self):
        super().setUp()
        self.add()
        self.assert_quiet(self.run_tool("pmt-verify", "-q", "--patch", "4.4.0-1", "--record", self.archive("a")))
        self.tick(README, SIGNED)
        self.assert_quiet(self.run_tool("pmt-lifecycle", "move", "4.4.0-1", "ReleasedNotInPublicSVN"))

    def test_a_reason(self):
        before = self.history()
        for words in ([], ["-n"]):
            result = self.edit("--set", "overview_description=second", *words, status=1)
            for word in ("overview_description", README, "--why"):
                self.assertIn(word, result.stderr)
        self.assertEqual(self.history(), before)
        self.edit("--set", "peopleInvolved_lead=lea")
        self.edit("--set", "overview_description=first")
        self.edit("--set", "overview_description=second", "--why", "a typing error")
        last = self.history()[-1]
        self.assertEqual((last["action"], last["key"]), ("edit", "overview_description"))
        self.assertTrue(last["comment"].startswith("a typing error; "))
        # The tick of the earlier state stays in the history, and the event names it.
        for word in (README, "Testing"):
            self.assertIn(word, last["comment"])
        self.assertNotIn(SIGNED, last["comment"])
        self.assertNotIn("untick", [one["action"] for one in self.history()])

    def test_all_or_none(self):
        self.add(number=2)
        result = self.run_tool("pmt-patch", "edit", "--yes", "4.4.0-2", "4.4.0-1", "--set", "overview_description=x")
        self.assert_status(result, 1)
        shown = self.run_tool("pmt-patch", "list", "--fields", "overview_description").lines
        self.assertEqual(shown, ["first", "first"])

    def test_a_role(self):
        roles = {"lead": ["somebody"]}
        self.installation.configure(patch={"released_edit": "lead", "roles": roles})
        for why in ([], ["--why", "a typing error"]):
            result = self.edit("--set", "overview_description=second", *why, status=77)
            self.assertIn("the role lead", result.stderr)
        self.installation.configure(patch={"roles": {"lead": ["root"]}})
        self.edit("--set", "overview_description=second", status=1)
        self.edit("--set", "overview_description=second", "--why", "a typing error")

    def test_record(self):
        other = self.archive("b")
        result = self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--record", other)
        self.assert_status(result, 1)
        for word in ("jars", "--why"):
            self.assertIn(word, result.stderr)
        self.assertEqual([one["action"] for one in self.history()].count("record"), 2)
        self.assert_quiet(self.run_tool("pmt-verify", "-q", "--patch", "4.4.0-1", "--record", self.archive("a")))
        result = self.run_tool("pmt-verify", "--patch", "4.4.0-1", "--record", "--why", "rebuilt", self.archive("b"))
        self.assert_status(result, 0)
        last = self.history()[-1]
        self.assertEqual(last["action"], "record")
        self.assertTrue(last["comment"].startswith("rebuilt; "))
        self.assertIn(SIGNED, last["comment"])

    def test_import(self):
        path = self.directory / "rows.json"
        path.write_text(json.dumps([{"patch": patch_name("4.4.0", 1), "fields": {"overview_description": "second"}}]))
        rejects = self.directory / "rejects"
        result = self.run_tool("pmt-patch", "import", "--update", "--rejects", rejects, path)
        self.assert_status(result, 2)
        self.assertEqual(result.rows[0][1:], ["1", "0", "0", "1"])
        self.assertIn("overview_description", rejects.read_text())
        self.assertIn("--why", rejects.read_text())
        result = self.run_tool("pmt-patch", "import", "--update", "--why", "corrected", path)
        self.assert_status(result, 0)
        self.assertIn("corrected", self.history()[-1]["comment"])


if __name__ == "__main__":
    unittest.main()
