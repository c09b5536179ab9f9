# SPDX-License-Identifier: MIT
"""Somebody else changes a patch between two statements of pmt-patch: nothing is lost, no record contradicts itself."""

import json
import unittest

from upkeep_test import TestCase, module_server, wait_for


class MovingTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket})

    def ok(self, tool, *args):
        return self.assert_quiet(self.installation.run(tool, *args))

    def new(self, *fields):
        words = [word for field in fields for word in ("--set", field)]
        return self.ok("pmt-patch", "new", "--platform", "4.4.0", *words).text.strip()

    def start_until(self, statement, *args):
        """pmt-patch, which waits before the statement."""
        self.proxy.hold(statement)
        tool = self.start("pmt-patch", *args, env=self.installation.env)
        wait_for(lambda: self.proxy.holding, "pmt-patch has come to its statement")
        return tool

    def finish(self, tool, status=0):
        self.proxy.let_go()
        return self.assert_quiet(tool.wait(), status)

    def fields(self, name):
        return self.ok("pmt-patch", "show", "--json", name).json[0]["fields"]

    def write(self, *patches):
        path = self.installation.directory / "patches.json"
        path.write_text(json.dumps(patches))
        return path

    def release(self, name):
        """Moves on: the demonstration lifecycle has one step."""
        self.ok("pmt-lifecycle", "promote", name)

    def load_lifecycle(self):
        path = self.installation.directory / "Two.xml"
        path.write_text(
            '<aspect name="Two" class="x.DefaultLifeCycle"><configuration type="literal"><lifecycle><scxml'
            ' initialstate="Open">'
            '<state id="Open"><datamodel><data name="checkItems"><item name="A"/></data></datamodel>'
            '<transition event="Promote" target="Closed"/></state>'
            '<state id="Closed"><datamodel><data name="checkItems"><item name="B"/></data></datamodel></state>'
            '</scxml></lifecycle></configuration></aspect>'
        )
        self.ok("pmt-lifecycle", "load", path)
        self.installation.configure(patch={"lifecycle": "Two"})

    def test_edited_while_an_import_updates(self):
        name = self.new("overview_client=Acme")
        # Before it locks the row, and before it writes it: then the edit waits for the import.
        for priority, statement in (("2", "FOR UPDATE"), ("3", "UPDATE patch SET fields")):
            file = self.write({"patch": name, "fields": {"overview_priority": priority}})
            self.ok("pmt-patch", "edit", name, "--set", "overview_description=old")
            tool = self.start_until(statement, "import", "--update", file)
            edit = self.start("pmt-patch", "edit", name, "--set", "overview_description=new", env=self.installation.env)
            if statement == "FOR UPDATE":
                self.assert_quiet(edit.wait())
            self.assertEqual(self.finish(tool).rows[0][1:], ["1", "1", "0", "0"])
            self.assert_quiet(edit.wait())
            fields = self.fields(name)
            self.assertEqual(
                (fields["overview_priority"], fields["overview_description"]), (priority, "new"), statement
            )

    def test_moved_while_it_is_exported(self):
        self.load_lifecycle()
        name = self.new()
        self.ok("pmt-lifecycle", "tick", name, "A")
        tool = self.start_until("FROM event e", "export")
        self.release(name)
        self.ok("pmt-lifecycle", "tick", name, "B")
        patch = self.finish(tool).json[0]
        self.assertEqual((patch["state"], patch["ticks"], [one["action"] for one in patch["history"]]),
                         ("Open", ["A"], ["create", "tick"]))
        patch = self.ok("pmt-patch", "export").json[0]
        self.assertEqual((patch["state"], patch["ticks"], len(patch["history"])), ("Closed", ["B"], 4))

    def test_moved_after_it_was_selected(self):
        self.load_lifecycle()
        for args in (("list",), ("edit", "--set", "overview_priority=1"), ("export",)):
            with self.subTest(args[0]):
                name = self.new()
                tool = self.start_until("p.id IN (", args[0], "state=Open", *args[1:])
                self.release(name)
                self.assertNotIn(name, self.finish(tool).text)
                self.assertNotIn("overview_priority", self.fields(name))


class QueueIdTest(TestCase):
    def test_a_request_that_is_here_already(self):
        installation = self.open_installation(module_server())
        for _ in range(2):
            self.assert_quiet(installation.run("pmt-patch", "request"))
        self.assert_quiet(installation.run("pmt-patch", "new", "--platform", "4.4.0", "--from", "Q-2"))
        path = installation.directory / "patches.json"
        path.write_text(json.dumps([{"patch": f"WSO2-CARBON-PATCH-4.4.0-{number:04}", "queue": queue}
                                    for number, queue in ((7, "Q-1"), (8, "Q-2"), (9, "Q-9"), (10, "Q-9"))]))
        result = self.assert_status(installation.run("pmt-patch", "import", path), 2)
        self.assertEqual(result.rows[0][1:], ["4", "1", "0", "3"])
        for text in ("Q-1 is already a request here", "Q-2 already belongs to WSO2-CARBON-PATCH-4.4.0-0001",
                     "Q-9 already belongs to WSO2-CARBON-PATCH-4.4.0-0009"):
            self.assertIn(text, result.stderr)


if __name__ == "__main__":
    unittest.main()
