# SPDX-License-Identifier: MIT
"""undo and migrate: what comes back is what was true before, and no tick attests a value that has changed since."""

import unittest

from upkeep_test.archives import jar, patch_name, support_files, write_zip
from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

README = "Verified README"
APPROVAL = '<data name="transitionApproval"><approval forEvent="Promote" votes="1"/></data>'


class UndoingTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("W", state("Open", ("Promote", "Testing"), items='<item name="Asked"/>'),
                            state("Testing", ("Promote", "Released"), ("Reload", "Testing"),
                                  items=f'<item name="{README}"/><item name="Signed"/>'
                                        '<item name="Asked of the customer"/>'),
                            state("Released", ("Demote", "Testing"))))
        self.installation.configure(patch={"lifecycle": "W"}, **{"patch.attests": {"Signed": ["jars"]}})

    def ticked(self, name):
        return [item["name"] for item in self.show(name)["items"] if item["ticked"]]

    def released_at(self, name):
        return self.assert_quiet(self.installation.run("pmt-patch", "show", "--json", name)).json[0]["released_at"]

    def release(self, *fields):
        name = self.new(*fields)
        self.ok("promote", name)
        self.ok("tick", name, "all")
        self.ok("promote", name)
        return name

    def edit(self, name, *words):
        self.assert_status(self.installation.run("pmt-patch", "edit", name, *words), 0)

    def test_a_value_that_has_changed_since_is_not_attested_again(self):
        name = self.release("overview_description=first")
        self.edit(name, "--set", "overview_description=second", "--why", "a slip")
        note = f"'{README}' is not ticked again: it attested another value of overview_description"
        self.assertIn(note, self.undo("-n", name))
        self.assertEqual(self.state_of(name), "Released")
        self.assertIn(note, self.undo(name))
        self.assertEqual((self.state_of(name), self.ticked(name)), ("Testing", ["Signed", "Asked of the customer"]))
        last = self.history(name)[-1]
        self.assertEqual((last["action"], last["key"], last["comment"]),
                         ("untick", README, "changed since it was ticked: overview_description"))
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))

    def test_a_value_that_is_as_it_was_is(self):
        name = self.release("overview_description=first")
        for text in ("second", "first"):
            self.edit(name, "--set", f"overview_description={text}", "--why", "back and forth")
        self.assertNotIn("not ticked again", self.undo(name))
        self.assertEqual(len(self.ticked(name)), 3)

    def test_other_jars(self):
        name = self.new()
        archive = self.installation.directory / f"{patch_name('4.4.0', 1)}.zip"

        def record(more, *words):
            write_zip(archive, {**support_files("4.4.0", 1), "patch0001/b-2.0.jar": jar(more=more)})
            result = self.installation.run("pmt-verify", archive, "--patch", name, "--record", *words)
            self.assertLessEqual(result.status, 1, result)
        record("one")
        self.ok("promote", name)
        self.ok("tick", name, "all")
        self.ok("promote", name)
        record("two", "--why", "built again")
        self.assertIn("'Signed' is not ticked again: it attested another value of jars", self.undo(name))
        self.assertEqual(self.ticked(name), ["Asked of the customer"])

    def test_an_earlier_time_of_release_holds_again(self):
        first = "2014-03-04T05:06:07Z"
        rows = self.installation.directory / "rows.jsonl"
        rows.write_text('{"patch": "WSO2-CARBON-PATCH-4.4.0-0007", "lifecycle": "W", "state": "Released",'
                        f' "released_at": "{first}", "fields": {{}}}}\n')
        self.assert_status(self.installation.run("pmt-patch", "import", rows), 0)
        name = "4.4.0-7"
        self.ok("demote", name)
        self.assertEqual(self.released_at(name), first)
        self.ok("promote", name)
        again = self.released_at(name)
        self.assertNotEqual(again, first)
        note = f"the release date {again} is removed, {first} holds again"
        self.assertIn(note, self.undo("-n", name))
        self.assertIn(note, self.undo(name))
        self.assertEqual(self.released_at(name), first)
        self.ok("promote", name)
        self.assertNotEqual(self.released_at(name), first)

    def test_what_was_taken_back_blocks_nothing(self):
        self.load(lifecycle("V", state("Open", ("Promote", "Testing")),
                            state("Testing", ("Promote", "Done"), data=APPROVAL), state("Done")))
        for name, act, back in ((self.new(), "tick", "untick"), (self.new(lifecycle="V"), "vote", "unvote")):
            with self.subTest(act):
                what = "1" if act == "tick" else "Promote"
                self.ok("promote", name)
                self.ok(act, name, what)
                self.assert_error(self.run_tool("undo", name), 1, "has been worked on since Promote",
                                  "remove the ticks")
                self.ok(back, name, what)
                self.undo(name)
                self.assertEqual(self.state_of(name), "Open")

    def test_each_change_of_position_begins_another_stay(self):
        name = self.new(lifecycle="PatchLifeCycle")
        stays = [self.show(name)["stay"]]
        for act in (("move", name, "OnHold"), ("undo", name), ("attach", "--replace", name, "PatchLifeCycle")):
            self.assert_status(self.run_tool(*act), 0)
            stays.append(self.show(name)["stay"])
            self.assertEqual(stays[-1], str(self.history(name)[-1]["event"]))
        self.assertEqual(stays[0], "0")
        self.assertEqual(len(set(stays)), 4)

    def test_a_move_that_stays_loses_no_ticks(self):
        name = self.new()
        self.ok("promote", name)
        self.ok("move", name, "Reload")
        self.ok("tick", name, "2")
        self.undo(name)
        self.assertEqual((self.state_of(name), self.ticked(name)), ("Testing", ["Signed"]))

    def test_renamed_into_a_released_state(self):
        self.load(lifecycle("Old", state("Open", ("Promote", "Done")), state("Done")))
        name = self.new(lifecycle="Old")
        self.ok("promote", name)
        self.sql("UPDATE patch SET state_since = '2020-01-02 03:04:05'")
        self.load(lifecycle("Old", state("Open", ("Promote", "Released")), state("Released")))
        self.assert_status(self.run_tool("migrate", name, "--map", "Done=Released"), 0)
        self.assertEqual(self.released_at(name), "2020-01-02T03:04:05Z")


if __name__ == "__main__":
    unittest.main()
