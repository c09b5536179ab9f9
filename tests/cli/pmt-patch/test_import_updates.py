# SPDX-License-Identifier: MIT
"""What an import says about patches that are there: what a row does not say is neither a contradiction nor a change."""

import json
import unittest

from upkeep_test.imports import ImportCase

NAME = "WSO2-CARBON-PATCH-{}"
SECURITY = "Security_PatchLifeCycle"


class UpdateCase(ImportCase):
    def category(self, name):
        shown = self.show(name)
        return shown["category"], shown["fields"].get("overview_category")


class UnsaidTest(UpdateCase):
    """A patch has what its row takes for granted when it is made, and not when it is changed."""

    METADATA = (
        '<metadata xmlns="http://www.wso2.org/governance/metadata"><overview><name>'
        + NAME.format("4.2.0-0001")
        + "</name><priority>{}</priority></overview></metadata>"
    )

    def test_the_category_stays(self):
        mapping = self.write("m.toml", '[columns]\nNo = "patch"\nPrio = "overview_priority"\n')
        files = [
            ("a.csv", "No,Prio\n4.2.0-1,{}\n", ["--map", mapping]),
            ("b.csv", "patch,overview_priority\n4.2.0-1,{}\n", []),
            ("a.jsonl", '{{"patch": "4.2.0-1", "fields": {{"overview_priority": "{}"}}}}\n', []),
            ("a.xml", self.METADATA, []),
        ]
        self.add({"patch": "4.2.0-1", "fields": {"overview_category": "security", "overview_priority": "2"}})
        for name, text, args in files:
            with self.subTest(name):
                self.assertEqual(self.take(name, text.format(2), *args)[0], (0, 1, 0))
                self.assertEqual(self.take(name, text.format(3), "--update", *args)[0], (1, 0, 0))
                self.assertEqual(self.category("4.2.0-1"), ("security", "security"))
                self.assertEqual(self.show("4.2.0-1")["fields"]["overview_priority"], "3")
                self.take(name, text.format(2), "--update", *args)
        last = self.run_tool("history", "--json", "4.2.0-1").json
        self.assertEqual({row["key"] for row in last if row["key"]}, {"overview_priority"})

    def test_a_new_patch_has_them(self):
        self.add({"patch": "4.2.0-2"}, {"patch": "4.2.0-3", "category": "security"})
        self.assertEqual(self.category("4.2.0-2"), ("normal", "normal"))
        self.assertEqual(self.category("4.2.0-3"), ("security", "security"))
        fields = self.show("4.2.0-2")["fields"]
        self.assertEqual(
            (fields["overview_name"], fields["overview_carbonPlatform"]), (NAME.format("4.2.0-0002"), "4.2.0")
        )

    def test_what_the_row_says_does_change_it(self):
        self.add({"patch": "4.2.0-1", "category": "security"})
        text = "patch,overview_category\n4.2.0-1,normal\n"
        counts, result = self.take("a.csv", text, status=2)
        self.assertIn("overview_category is 'security', the row says 'normal'", result.stderr)
        self.assertEqual((counts, self.take("a.csv", text, "--update")[0]), ((0, 0, 1), (1, 0, 0)))
        self.assertEqual(self.category("4.2.0-1"), ("normal", "normal"))


class StateTest(UpdateCase):
    """A state is one of the lifecycle that the patch has, or gets with it."""

    def attached(self, number, *rows):
        self.add({"patch": f"4.2.0-{number}", "lifecycle": "PatchLifeCycle", **dict(rows)})

    def standing(self, name):
        shown = self.show(name)
        return shown["lifecycle"], shown["state"]

    def test_a_state_that_the_own_lifecycle_lacks(self):
        self.attached(1)
        self.attached(2, ("state", "Testing"))
        for name, text in [("a.csv", "patch,state\n4.2.0-1,Queued\n"),
                           ("a.jsonl", json.dumps({"patch": "4.2.0-2", "state": "Queued"}) + "\n")]:
            for args in ([], ["--update"], ["--update", "--replace"], ["--update", "--replace", "--dry-run"]):
                with self.subTest(name, args=args):
                    counts, result = self.take(name, text, *args, status=2)
                    self.assertEqual(counts, (0, 0, 1))
                    self.assertIn("PatchLifeCycle has no state 'Queued'", result.stderr)
        self.assertEqual(self.standing("4.2.0-1"), ("PatchLifeCycle", "Development"))
        self.assertLess(self.installation.run("pmt-lifecycle", "overdue").status, 2)
        text = "patch,state\n4.2.0-1,readyforqa\n"
        self.assertEqual(self.take("a.csv", text, "--update", "--replace")[0], (1, 0, 0))
        self.assertEqual(self.standing("4.2.0-1"), ("PatchLifeCycle", "ReadyForQA"))
        self.assertEqual(self.take("a.csv", text)[0], (0, 1, 0))

    def test_another_lifecycle_keeps_the_state(self):
        self.attached(1, ("state", "Released"))
        text = f"patch,lifecycle\n4.2.0-1,{SECURITY}\n"
        self.take("a.csv", text, "--update", status=2)
        self.assertEqual(self.take("a.csv", text, "--update", "--replace")[0], (1, 0, 0))
        self.assertEqual(self.standing("4.2.0-1"), (SECURITY, "Released"))

    def test_or_is_refused_where_it_lacks_it(self):
        self.attached(1, ("state", "Testing"))
        text = "patch,lifecycle,state\n4.2.0-1,PrePatchLifeCycle,{}\n"
        counts, result = self.take("a.csv", text.format(""), "--update", "--replace", status=2)
        self.assertEqual((counts, self.standing("4.2.0-1")), ((0, 0, 1), ("PatchLifeCycle", "Testing")))
        self.assertIn("its state: PrePatchLifeCycle has no state 'Testing'", result.stderr)
        self.assertEqual(self.take("a.csv", text.format("Queued"), "--update", "--replace")[0], (1, 0, 0))
        self.assertEqual(self.standing("4.2.0-1"), ("PrePatchLifeCycle", "Queued"))


class EditedExportTest(UpdateCase):
    """Rows with a history are checked as others are."""

    def exported(self):
        return self.assert_quiet(self.run_tool("export", "--format", "jsonl")).jsonl[0]

    def take_row(self, row, *args, status=0):
        return self.take("edited.jsonl", json.dumps(row) + "\n", *args, status=status)

    def test_what_contradicts_the_number(self):
        self.add({"patch": "4.4.0-1"})
        for key, value, part in [("overview_carbonPlatform", "9.9.9", "but the patch is for 4.4.0"),
                                 ("overview_name", "zzz", "the row is for"),
                                 ("overview_name", NAME.format("4.4.0-0002"), "the row is for")]:
            row = self.exported()
            row["fields"][key] = value
            for args in ([], ["--update"]):
                with self.subTest(key, value=value, args=args):
                    counts, result = self.take_row(row, *args, status=2)
                    self.assertEqual(counts, (0, 0, 1))
                    self.assertIn(part, result.stderr)
            row = {**row, "patch": row["patch"].replace("0001", "0007"), "number": 7}
            self.assertEqual(self.take_row(row, status=2)[0], (0, 0, 1))

    def test_a_name_by_an_earlier_rule_stays(self):
        self.add({"patch": "4.4.0-1"})
        row = self.exported()
        for name, status in (
            ("carbon_4.4.0_p1", 0),
            ("p0001 of 4.4.0", 0),
            ("carbon_4.4.0_p11", 2),
            ("carbon_14.4.0_p1", 2),
        ):
            with self.subTest(name):
                row["fields"]["overview_name"] = name
                self.take_row(row, "--update", "--dry-run", status=status)

    def test_the_category(self):
        self.add({"patch": "4.4.0-1"})
        row = self.exported()
        for change in ({"category": "security"}, {"fields": {**row["fields"], "overview_category": "security"}}):
            with self.subTest(change):
                counts, result = self.take_row({**row, **change}, status=2)
                self.assertIn("category is 'normal', the row says 'security'", result.stderr)
                self.assertEqual((counts, self.take_row({**row, **change}, "--update")[0]), ((0, 0, 1), (1, 0, 0)))
                self.assertEqual(self.category("4.4.0-1"), ("security", "security"))
                self.assertEqual(self.take_row(row, "--update")[0], (1, 0, 0))
                self.assertEqual(self.category("4.4.0-1"), ("normal", "normal"))
        row["fields"]["overview_category"] = "security"
        counts, result = self.take_row({**row, "category": "other"}, "--update", status=2)
        self.assertIn("category: 'other', but overview_category is 'security'", result.stderr)
        row = {**row, "patch": row["patch"].replace("0001", "0007"), "number": 7}
        row["fields"]["overview_name"] = row["patch"]
        self.assertIn("but overview_category", self.take_row(row, status=2)[1].stderr)
        self.assertEqual(self.names(), [NAME.format("4.4.0-0001")])


if __name__ == "__main__":
    unittest.main()
