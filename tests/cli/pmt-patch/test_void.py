# SPDX-License-Identifier: MIT
"""A void patch keeps its number and its data, and is in no list or report unless it is asked for."""

import unittest

from upkeep_test import TestCase, module_server

NAME, OTHER = "WSO2-CARBON-PATCH-4.4.0-0001", "WSO2-CARBON-PATCH-4.4.0-0002"


class VoidTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        for jar in ("a_1.0.0.jar", "a_1.0.0.jar"):
            self.run_ok("pmt-patch", "new", "--platform", "4.4.0", "--set", "product=ESB 4.8.1", "--set", f"jar={jar}",
                        "--set", "client=Acme", "-q")

    def run_ok(self, *words, **options):
        result = self.installation.run(*words, **options)
        self.assert_status(result, 0)
        return result

    def names(self, *words):
        return self.run_ok("pmt-patch", "list", "--fields", "patch", *words).lines

    def void(self, *words):
        return self.run_ok("pmt-patch", "void", "4.4.0-1", "--why", "a mistake", *words)

    def show(self):
        return self.run_ok("pmt-patch", "show", "--json", "4.4.0-1").json[0]

    def test_lists(self):
        self.assertIn(f"{NAME} would be void", self.void("-n").stderr)
        self.assertEqual(self.names(), [NAME, OTHER])
        self.assert_quiet(self.void())
        self.assertEqual(self.names(), [OTHER])
        for words in (["state=Void"], ["state=void"], ["state=Released,VOID"], ["state=Void", "product=ESB 4.8.1"]):
            self.assertEqual(self.names(*words), [NAME], words)
        for words in (["state!=Void"], ["state!=Released"], ["state=Development"], ["state~o"],
                      [f"patch={NAME}", f"patch={OTHER}"]):
            self.assertNotIn(NAME, self.names(*words), words)
        self.assertEqual(self.names("state=Void,Development"), [NAME, OTHER])
        # Its number stays used.
        self.assertEqual(self.run_ok("pmt-patch", "new", "--platform", "4.4.0").text.strip()[-4:], "0003")

    def test_show_and_history(self):
        self.void()
        shown = self.show()
        self.assertEqual((shown["state"], shown["lifecycle"]), ("Void", "PatchLifeCycle"))
        page = self.run_ok("pmt-patch", "show", "--format", "text", "4.4.0-1").text
        self.assertRegex(page, r"state +Void\n")
        self.assertRegex(page, r"void since +\d{4}-\d\d-\d\d \d\d:\d\d by ")
        self.assertRegex(page, r"state before +Development\n")
        last = self.run_ok("pmt-patch", "history", "--json", NAME).json[-1]
        self.assertEqual((last["action"], last["key"], last["from"], last["to"], last["comment"]),
                         ("void", "state", "Development", "Void", "a mistake"))
        [event] = [one for one in self.run_ok("pmt-lifecycle", "show", "--json", NAME).json[0]["events"]
                   if one["event"] == "Promote"]
        self.assertFalse(event["available"])
        self.assertIn("conflict: the patch is void", event["blocked_by"])
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))
        later = self.run_ok("pmt-patch", "show", "--at", "2999-01-01", "--json", NAME).json[0]
        self.assertEqual(later["state"], "Void")

    def test_refused(self):
        self.void()
        for words in (
            ["pmt-patch", "edit", NAME, "--set", "client=Acme"],
            ["pmt-patch", "link", NAME, "requires", OTHER],
            ["pmt-patch", "link", OTHER, "requires", NAME],
            ["pmt-patch", "new", "--platform", "4.4.0", "--ported-from", NAME],
            ["pmt-patch", "void", NAME, "--why", "again"],
            ["pmt-lifecycle", "tick", NAME, "1"],
            ["pmt-lifecycle", "promote", NAME],
            ["pmt-lifecycle", "undo", NAME],
            ["pmt-lifecycle", "log-time", NAME, "1h"],
            ["pmt-lifecycle", "attach", NAME, "PatchLifeCycle", "--replace"],
        ):
            with self.subTest(words):
                result = self.installation.run(*words)
                self.assert_error(result, 1, f"{NAME} is void since ")
                self.assertIn("--restore", result.stderr)
        result = self.installation.run("pmt-patch", "void", "--restore", OTHER, "--why", "x")
        self.assert_error(result, 1, "is not void")
        self.assert_status(self.installation.run("pmt-patch", "void", "4.4.0-9", "--why", "x"), 2)
        self.assert_status(self.installation.run("pmt-patch", "void", OTHER), 64)
        queue = self.run_ok("pmt-patch", "request").text.strip()
        self.assert_error(self.installation.run("pmt-patch", "void", queue, "--why", "x"), 1, "is a request")

    def test_restored(self):
        before = self.show()
        self.run_ok("pmt-lifecycle", "tick", NAME, "1")
        self.void()
        self.assertIn("would be restored", self.void("--restore", "-n").stderr)
        self.assert_quiet(self.void("--restore"))
        self.assertEqual(self.show(), before)
        self.assertEqual(self.names(), [NAME, OTHER])
        self.assertTrue(self.run_ok("pmt-lifecycle", "show", "--json", NAME).json[0]["items"][0]["ticked"])
        self.run_ok("pmt-lifecycle", "untick", NAME, "1")
        self.assert_quiet(self.installation.run("pmt-patch", "verify-history"))

    def test_export_and_import(self):
        self.void()
        for words in ([], ["platform=4.4.0"]):
            self.assertEqual(len(self.run_ok("pmt-patch", "export", "--json", *words).json), 2)
        exported = self.run_ok("pmt-patch", "export").stdout
        path = self.make_directory() / "all.json"
        path.write_bytes(exported)
        table = self.run_ok("pmt-patch", "export", "--format", "csv").stdout
        as_table = path.with_suffix(".csv")
        as_table.write_bytes(table)
        for schema, file in (("other", path), ("another", as_table)):
            self.installation.configure(database={"schema": schema})
            self.installation.init()
            self.run_ok("pmt-patch", "import", file)
            self.assertEqual(self.run_ok("pmt-patch", "export").stdout, exported)
            self.assertEqual(self.names(), [OTHER])
            self.assertEqual(self.names("state=Void"), [NAME])
            self.assert_quiet(self.void("--restore"))

    def test_an_import_does_not_change_it(self):
        self.void()
        path = self.make_directory() / "rows.jsonl"
        path.write_text(f'{{"patch": "{NAME}", "fields": {{"overview_client": "Globex"}}}}\n')
        result = self.installation.run("pmt-patch", "import", "--update", path)
        self.assert_status(result, 2)
        self.assertEqual(result.rows[0][1:], ["1", "0", "0", "1"])

    def test_reports(self):
        self.run_ok("pmt-patch", "link", OTHER, "requires", NAME)
        self.run_ok("pmt-lifecycle", "log-time", NAME, "1h")
        reports = (["progress"], ["conflicts"], ["durations"], ["time"], ["workload"], ["state-at", "2999-01-01"])
        before = {words[0]: self.run_ok("pmt-report", *words).text for words in reports}
        self.assertIn(NAME, before["progress"])
        self.void()
        for words in reports:
            with self.subTest(words):
                self.assertNotIn(NAME, self.run_ok("pmt-report", *words).text)
        self.assertEqual(self.run_ok("pmt-report", "time").text, "")
        self.assertEqual(self.run_ok("pmt-lifecycle", "time").text, "")
        self.assertNotEqual(self.run_ok("pmt-report", "time", "state=Void").text, "")
        self.assertNotIn(NAME, self.installation.run("pmt-lifecycle", "blockers").text)
        self.assertIn(["requires-void", NAME],
                      self.run_ok("pmt-report", "health", "--fields", "problem,detail").rows)
        result = self.run_ok("pmt-report", "install-order", NAME, OTHER)
        self.assertEqual([row[1] for row in result.rows], [OTHER])
        self.assertIn(f"{NAME} is void: it is left out", result.stderr)
        # No warning of a shared jar, or of a duplicate, that is in the void patches alone.
        self.run_ok("pmt-patch", "void", OTHER, "--why", "a mistake")
        self.assert_quiet(self.installation.run("pmt-patch", "new", "--platform", "4.4.0", "--set", "jar=a_1.0.0.jar",
                                                "--set", "client=Acme"))

    def test_a_released_one(self):
        self.installation.server.sql("UPDATE patch SET state = 'Released' WHERE number = 1", schema="upkeep")
        self.installation.configure(patch={"released_edit": "lead", "roles": {"lead": ["somebody"]}})
        self.assert_error(self.installation.run("pmt-patch", "void", NAME, "--why", "x"), 77, "the role lead")
        self.run_ok("pmt-patch", "void", OTHER, "--why", "x")
        self.installation.configure(patch={"roles": {"lead": ["root"], "pmt-void": ["somebody"]}})
        self.assert_error(self.installation.run("pmt-patch", "void", NAME, "--why", "x"), 77, "pmt-void")
        self.installation.configure(patch={"roles": {"lead": ["root"], "pmt-void": ["root"]}})
        self.void()


if __name__ == "__main__":
    unittest.main()
