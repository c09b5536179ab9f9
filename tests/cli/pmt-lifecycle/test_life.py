# SPDX-License-Identifier: MIT
"""A patch's way through its lifecycle: attach, show, tick, vote, move, undo, migrate, and everything that stops it."""

import getpass
import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

ME = getpass.getuser()
FIELDS = ("jiraInformation_supportJIRA=SUP-1", "jiraInformation_publicJIRA=PUB-1", "patchInformation_revision=17")
TESTING = ["Verified patch zip file format", "Verified README", "Verified EULA",
           "Reviewed the automated tests provided for the patch", "Reviewed info given on public/support commits",
           "Verified the existance of previous patches in the test environment",
           "Auotmated tests framework run on test environment",
           "Checked md5 checksum for jars for hosted and tested", "Patch was signed", "JIRA was marked resolved"]
OPTIONAL = {TESTING[3], TESTING[6]}


class LifeTest(LifecycleCase):
    def in_testing(self, *fields: str) -> str:
        name = self.new(*FIELDS, *fields)
        self.ok("promote", name)
        self.ok("promote", name)
        return name

    def released(self, name: str):
        return self.assert_quiet(self.installation.run("pmt-patch", "show", "--json", name)).json[0]["released_at"]

    # -- what ships -----------------------------------------------------------------------------
    def test_from_development_to_release(self):
        name = self.new("overview_client=Acme")
        self.assertEqual(self.state_of(name), "Development")
        [reason] = self.refused(1, "promote", name)
        self.assertEqual(reason[:2], ["Promote", "validation"])
        for field in ("jiraInformation_supportJIRA", "jiraInformation_publicJIRA", "patchInformation_revision"):
            self.assertIn(field, reason[2])
        edit = ["pmt-patch", "edit", name]
        for field in FIELDS:
            edit += ["--set", field]
        self.assert_quiet(self.installation.run(*edit, "--set", "testInformation_automationavailable=Not possible"))
        self.assertIn("testInformation_reason", self.refused(1, "promote", name)[0][2])
        self.installation.run("pmt-patch", "edit", name, "--set", "testInformation_automationavailable=Yes")
        self.assertIn("testInformation_location, testInformation_revision", self.refused(1, "promote", name)[0][2])
        self.installation.run("pmt-patch", "edit", name, "--set", "testInformation_automationavailable=No")
        self.ok("promote", name)
        self.ok("promote", "4.4.0-1")
        shown = self.show(name)
        self.assertEqual([item["name"] for item in shown["items"]], TESTING)
        self.assertEqual([item["order"] for item in shown["items"]], list(range(1, 11)))
        events = {event["event"]: event for event in shown["events"]}
        self.assertEqual(list(events), ["Promote", "ReleasedNotInPublicSVN", "ReleasedNoTestsProvided", "Demote"])
        self.assertFalse(events["Promote"]["available"])
        self.assertEqual(len(events["Promote"]["blocked_by"]), 8)
        self.assertTrue(events["Demote"]["available"])
        refused = self.refused(1, "promote", name)
        self.assertEqual([row[:2] for row in refused], [["Promote", "item"]] * 8)
        self.assertEqual({row[2] for row in refused}, set(TESTING) - OPTIONAL)
        self.assertIsNone(self.released(name))
        self.ok("tick", name, "1", "Verified README", "verified e")
        for item in TESTING[3:]:
            if item not in OPTIONAL:
                self.ok("tick", name, item)
        self.ok("promote", name, "--time", "2h30m", "--comment", "all well")
        shown = self.show(name)
        self.assertEqual((shown["state"], shown["lifecycle"]), ("Released", "PatchLifeCycle"))
        self.assertIsNotNone(self.released(name))
        moves = [event for event in self.history(name) if event["action"] == "move"]
        self.assertEqual([(event["key"], event["from"], event["to"]) for event in moves],
                         [("Promote", "Development", "ReadyForQA"), ("Promote", "ReadyForQA", "Testing"),
                          ("Promote", "Testing", "Released")])
        self.assertEqual(moves[-1]["comment"], "all well")
        self.assertEqual(self.ok("history", "--json", name).json, self.history(name))
        self.assertEqual(self.ok("time").rows[0][:3], [name, ME, "Acme"])
        self.assertEqual(self.ok("time", "--by", "client").rows, [["", "", "Acme", "", "9000"]])

    def test_items_called_like_a_number(self):
        items = "".join(f'<item name="{name}" forEvent="Promote"/>' for name in ("one", "two", "2", "4"))
        self.load(lifecycle("Numbers", state("Open", ("Promote", "Closed"), items=items), state("Closed")))
        name = self.new(lifecycle="Numbers")
        for act in ("tick", "untick"):
            result = self.run_tool(act, name, "2")
            self.assert_error(result, 2, "'2' is the number of 'two' and the name of item 3 of 'Open'")
            self.assertIn("write '#2' or '#3'", result.stderr)
        for word, item in [("4", "4"), ("#2", "two"), ("#3", "2"), ("1", "one")]:
            self.ok("tick", name, word)
            self.assertTrue(next(one["ticked"] for one in self.show(name)["items"] if one["name"] == item), word)
        self.assert_error(self.run_tool("tick", name, "#5"), 2, "no item '#5'")

    def test_ticks_come_and_go(self):
        name = self.in_testing()
        self.ok("tick", name, "1", "2")
        item = self.show(name)["items"][0]
        self.assertTrue(item["ticked"])
        self.assertEqual(item["by"], ME)
        self.ok("untick", name, "2")
        self.assertEqual([item["ticked"] for item in self.show(name)["items"][:3]], [True, False, False])
        before = len(self.history(name))
        for words in (
            ["tick", name, "1"],
            ["untick", name, "2", "3"],
        ):  # it is so: nothing happens, and dry runs say the same
            said = [self.assert_status(self.run_tool(*words, *more), 0).stderr for more in ([], ["-n"])]
            self.assertIn(": already ticked" if words[0] == "tick" else ": not ticked", said[0])
            self.assertEqual(said[0], said[1])
        self.assertIn("'", said := self.run_tool("tick", "-n", name, "2", "2").stderr)
        self.assertEqual(said.count("'"), 2, "an item is told once")
        self.assertEqual(len(self.history(name)), before)
        self.ok("demote", name)
        self.assertEqual(self.state_of(name), "FailedQA")
        self.undo(name)
        self.assertEqual([item["ticked"] for item in self.show(name)["items"][:3]], [True, False, False])
        self.ok("demote", name)
        self.ok("promote", name)
        self.ok("promote", name)
        self.assertFalse(any(item["ticked"] for item in self.show(name)["items"]))

    def test_undo(self):
        name = self.new(*FIELDS)
        self.assert_error(self.run_tool("undo", name), 1, "no move")
        self.ok("promote", name)
        self.ok("tick", name, "1")
        self.assert_error(self.run_tool("undo", name), 1, "worked on since Promote")
        self.ok("untick", name, "1")
        self.undo(name)
        other = self.in_testing()
        since = self.sql("SELECT state_since FROM patch WHERE number = 2")
        self.ok("move", other, "Demote")
        self.undo(other)
        self.assertEqual(self.sql("SELECT state_since FROM patch WHERE number = 2"), since)
        self.undo(other)
        self.undo(other)
        self.assertEqual(self.state_of(other), "Development")
        self.assertEqual([event["action"] for event in self.history(other) if event["action"] != "edit"][-3:],
                         ["undo"] * 3)

    def test_undo_of_a_release(self):
        name = self.in_testing()
        self.ok("move", name, "ReleasedNotInPublicSVN")
        first = self.released(name)
        self.assertIsNotNone(first)
        self.undo(name)
        self.assertIsNone(self.released(name))

    def test_what_is_typed_wrong(self):
        name = self.in_testing()
        self.assert_error(self.run_tool("move", name, "Promot"), 2, "did you mean 'Promote'?")
        self.assert_error(self.run_tool("tick", name, "Verified"), 2, "start of")
        self.assert_error(self.run_tool("tick", name, "Verified REDME"), 2, "did you mean 'Verified README'?")
        self.assert_error(self.run_tool("tick", name, "11"), 2)
        self.assert_error(self.run_tool("tick", name, "0"), 2)
        self.assert_error(self.run_tool("vote", name, "Promote"), 1, "takes no votes")
        self.assert_error(self.run_tool("promote", "4.4.0-9"), 2, "4.4.0-9")
        self.assert_error(self.run_tool("promote", "what?"), 65, "what?")
        self.assert_error(self.run_tool("promote", name, "--time", "2x"), 64, "2x")
        self.assert_error(self.run_tool("move", name, "Demote", "--input", "x"), 64)
        self.assert_error(self.run_tool("attach", name, "PatchLifeCycel"), 2, "PatchLifeCycle")
        self.assert_error(self.run_tool("attach", name, "PatchLifeCycle"), 1, "--replace")
        self.assert_error(self.run_tool("promote", "--no-such"), 64, "--no-such")
        for args in (["tick", name, ""], ["move", name, ""], ["vote", name, ""], ["attach", name, ""], ["show", ""]):
            self.assert_error(self.run_tool(*args), 64, "empty")
        self.assertEqual(self.state_of(name), "Testing")

    def test_without_a_lifecycle(self):
        self.installation.configure(patch={"lifecycle": ""})
        name = self.new()
        self.assert_error(self.run_tool("show", name), 1, "has no lifecycle")
        self.assert_error(self.run_tool("promote", name), 1, "has no lifecycle")
        self.ok("attach", name, "PatchLifeCycle")
        self.assertEqual(self.state_of(name), "Development")

    def test_a_request_has_one_too(self):
        self.installation.run("pmt-patch", "request", "--set", "overview_products=ESB")
        self.ok("attach", "Q-1", "PrePatchLifeCycle")
        self.ok("tick", "Q-1", "1", "2")
        self.assertIn("overview_client", self.refused(1, "promote", "Q-1")[0][2])
        self.installation.run("pmt-patch", "edit", "Q-1", "--set", "overview_client=Acme", "--set",
                              "overview_description=It breaks")
        self.ok("promote", "Q-1")
        self.assertEqual(self.state_of("Q-1"), "PreQADevelopment")
        self.assert_quiet(self.installation.run("pmt-patch", "new", "--platform", "4.4.0", "--from", "Q-1"))
        self.assertEqual(self.show("4.4.0-1")["state"], "Development")

    def test_pipes_and_dry_run(self):
        first, second = self.new(*FIELDS), self.new()
        result = self.run_tool("promote", stdin=f"{first}\n{second}\n".encode())
        self.assert_status(result, 1)
        self.assertEqual([row[0] for row in result.rows], [second])
        told = self.assert_status(self.run_tool("promote", "-n", first), 0)
        self.assertIn("Promote would move it from 'ReadyForQA'", told.stderr)
        self.assertEqual(self.state_of(first), "ReadyForQA")
        self.assertEqual(self.ok("promote", stdin=b"").text, "")
        blockers = self.run_tool("blockers")
        self.assert_status(blockers, 1)
        self.assertEqual([row[:3] for row in blockers.rows], [[second, "Promote", "validation"]])
        self.assertEqual(self.ok("blockers", first).text, "")
        self.assert_status(self.run_tool("blockers", "state=Development"), 1)
        self.assert_status(self.run_tool("blockers", "state=Testing"), 0)

    def test_page(self):
        name = self.in_testing()
        self.ok("tick", name, "1")
        shown = self.installation.run_tty("pmt-lifecycle", "show", name)
        self.assertIn("Verified README", shown.text)
        self.assertIn("[", shown.text)
        plain = self.ok("show", "--format", "text", name).text
        self.assertIn("[x]  1 Verified patch zip file format", plain)
        self.assertIn("> Demote -> FailedQA", plain)
        self.assertIn("7 items to tick", plain)
        self.assertRegex(plain, r"patch zip file format  \(\w+, \d{4}-\d\d-\d\d \d\d:\d\d\)")

    def test_page_says_why_it_was_sent_back(self):
        name = self.in_testing()
        self.assertNotIn("sent back", self.ok("show", "--format", "text", name).text)
        self.ok("demote", name, "--comment", "the readme lacks steps\n" + "and more " * 12)
        said = r"sent back from Testing by \w+ {}: 'the readme lacks steps and more"
        for tool in ("pmt-lifecycle", "pmt-patch"):
            page = self.installation.run_tty(tool, "show", name, env={"NO_COLOR": "1"}).text
            self.assertRegex(" ".join(page.split()), said.format(r"(now|\d+s ago)"))
            self.assertTrue(all(len(line) <= 80 for line in page.splitlines()), page)
            piped = self.installation.run(tool, "show", "--format", "text", name).text
            self.assertRegex(piped, said.format(r"\d{4}-\d\d-\d\d \d\d:\d\d"))
        self.assertIn("\x1b[31mFailedQA\x1b[0m", self.installation.run_tty("pmt-lifecycle", "show", name).text)
        self.assertIn("\x1b[31mFailedQA\x1b[0m", self.installation.run_tty("pmt-patch", "list").text)
        self.undo(name)
        self.assertNotIn("sent back", self.ok("show", "--format", "text", name).text)

    # -- rules of a registry --------------------------------------------------------------------
    def test_state_ids_and_self_transition(self):
        self.load(lifecycle("Dots", state("In.Work.1", ("Again", "In.Work.1"), ("Go", "All.Done"), ("Stuck", ""),
                                          items='<item name="Done" forEvent="Go"/>'),
                            state("All.Done"), initial="In.Work.1"))
        name = self.new(lifecycle="Dots")
        self.assertEqual(self.state_of(name), "In Work 1")
        self.ok("tick", name, "Done")
        self.ok("move", name, "Again", "--from", "In.Work.1")
        self.assertTrue(self.show(name)["items"][0]["ticked"])
        self.assertEqual(self.refused(1, "move", name, "Stuck")[0][:2], ["Stuck", "target"])
        self.assertEqual(self.refused(1, "move", name, "Go", "--from", "All Done")[0][:2], ["Go", "conflict"])
        self.undo(name)
        self.assertTrue(self.show(name)["items"][0]["ticked"])
        self.ok("move", name, "Go")
        self.assertEqual(self.state_of(name), "All Done")
        exported = self.installation.run("pmt-patch", "export").text
        self.undo(name)
        again = self.installation.run("pmt-patch", "export")
        self.assertEqual(again.json[0]["ticks"], ["Done"])
        self.assertNotEqual(exported, again.text)

    def test_votes(self):
        self.load(lifecycle("Voted", state("Open", ("Promote", "Closed"), data=(
            '<data name="transitionApproval"><approval forEvent="Promote" votes="2"/></data>')), state("Closed")))
        self.installation.configure(patch={"trusted": [ME]})
        name = self.new(lifecycle="Voted")
        self.assertEqual(self.refused(1, "promote", name)[0][1:], ["vote", "0 of 2 votes"])
        self.ok("vote", name, "Promote")
        self.assertIn(
            "you have voted for Promote", self.assert_status(self.run_tool("vote", name, "Promote"), 0).stderr
        )
        self.assertEqual(self.show(name)["events"][0]["voters"], [ME])
        self.ok("vote", "--as", "alice", name, "Promote")
        self.ok("unvote", name, "Promote")
        self.assertEqual(self.refused(1, "promote", name)[0][1:], ["vote", "1 of 2 votes"])
        self.ok("vote", name, "Promote")
        self.ok("promote", name)

    def test_roles(self):
        self.load(
            lifecycle(
                "Roles",
                state(
                    "Open",
                    ("Promote", "Closed"),
                    ("Abort", "Closed"),
                    ("Never", "Closed"),
                    items=(
                        '<item name="Q"><permissions><permission roles="qa"/></permissions></item>'
                        '<item name="N"><permissions><permission roles=""/></permissions></item>'
                    ),
                    data=(
                        '<data name="transitionPermission"><permission forEvent="Promote" roles="qa,dev"/>'
                        '<permission forEvent="Promote" roles="lead"/><permission forEvent="Never" roles=""/></data>'
                        '<data name="transitionApproval"><approval forEvent="Abort" roles="lead" votes="1"/></data>'
                    ),
                ),
                state("Closed", ("Reopen", "Open")),
            )
        )
        self.installation.configure(patch={"trusted": [ME]}, **{"patch.roles": {
            "qa": ["quinn", "both"], "lead": ["lara", "both"]}})
        name = self.new(lifecycle="Roles")
        self.assertEqual([row[1] for row in self.refused(77, "promote", name)], ["permission"] * 2)
        self.assertEqual(len(self.refused(77, "promote", "--as", "quinn", name)), 1)
        self.assertEqual(self.refused(77, "tick", name, "Q")[0][1], "permission")
        self.assertEqual(self.refused(77, "tick", "--as", "both", name, "N")[0][1], "permission")
        self.assertEqual(self.refused(77, "move", "--as", "both", name, "Never")[0][1], "permission")
        self.assertEqual(self.refused(77, "vote", name, "Abort")[0][1], "permission")
        self.assertEqual(self.refused(1, "move", name, "Abort")[0][1], "vote")
        self.ok("tick", "--as", "quinn", name, "Q")
        self.ok("untick", name, "Q")  # never asked
        shown = self.ok("show", "--json", "--as", "both", name).json[0]
        self.assertEqual([event["available"] for event in shown["events"]], [True, False, False])
        self.ok("promote", "--as", "both", name)
        self.assertEqual(self.refused(77, "undo", name)[0][1], "permission")
        self.undo("--as", "both", name)

    def test_inputs(self):
        self.load(lifecycle("Asks", state("Open", ("Promote", "Closed"), data=(
            '<data name="transitionInput"><inputs forEvent="Promote"><input name="why" required="true" label="Reason"/>'
            '<input name="level" values="low,high"/><input name="ref" regex="[A-Z]+-[0-9]+"/></inputs></data>')),
                            state("Closed")))
        name = self.new(lifecycle="Asks")
        [event] = self.show(name)["events"]
        self.assertTrue(event["available"])  # inputs aside
        self.assertEqual([one["regex"] for one in event["inputs"]], [None, None, "[A-Z]+-[0-9]+"])
        self.assertIn("why is required: Reason", self.refused(1, "promote", name)[0][2])
        bad = self.refused(1, "promote", name, "--input", "why=x", "--input", "level=odd", "--input", "ref=1",
                           "--input", "wyh=y")
        self.assertEqual([row[1] for row in bad], ["input"] * 3)
        self.ok("promote", name, "--input", "why=because of\n{it}", "--input", "level=low", "--input", "ref=A-1")
        [(inputs,)] = self.sql("SELECT JSON_VALUE(inputs, '$.why') FROM event WHERE action = 'move'")
        self.assertIn("because of", inputs)

    def test_validators(self):
        def validation(kind, **parameters):
            return (f'<validation forEvent="Promote" class="x.y.{kind}">'
                    + "".join(f'<parameter name="{k}" value="{v}"/>' for k, v in parameters.items()) + "</validation>")
        cases = [
            (
                validation("AttributeExistenceValidator", attributes="overview_client, overview_description"),
                ["overview_description=x"],
                True,
            ),
            (validation("AttributeExistenceValidator", attributes="overview_reporter"), [], False),
            (validation("AttributeValueValidator", attributes="overview_client", pattern="Ac.*"), [], True),
            (validation("AttributeValueValidator", attributes="overview_client", pattern="Ac"), [], False),
            (
                validation("AttributeValueValidator", attributes="overview_products", pattern="A", atLeastOne="true"),
                [],
                True,
            ),
            (validation("AttributeValueValidator", attributes="overview_products", pattern="A"), [], False),
            (
                validation(
                    "AttributeValueCountValidator", attributes="overview_products", count="2", expression="&lt;="
                ),
                [],
                True,
            ),
            (
                validation(
                    "AttributeValueCountValidator", attributes="overview_products", count="1", expression="&lt;="
                ),
                [],
                False,
            ),
            (
                validation("AttributeValueCountValidator", attribute="overview_products", count="2", expression="=="),
                [],
                True,
            ),
            (validation("PropertyValueValidator", propertyName="overview_client", propertyValue="Acme"), [], True),
            (validation("PropertyValueValidator", propertyName="overview_products", propertyValue="B"), [], False),
            (
                validation(
                    "PropertyValueValidator", propertyName="overview_products", propertyValue="B", isMultiValued="true"
                ),
                [],
                True,
            ),
            (validation("TypedAssociationValidator", associationType="requires"), [], False),
            (validation("CheckItemTickedValidator", itemIndex="1", checked="true"), [], True),
            (validation("CheckItemTickedValidator", itemIndex="0", checked="true"), [], False),
            (validation("CheckItemTickedValidator", itemIndex="0", checked="false"), [], True),
            (validation("CheckItemTickedValidator", itemIndex="7"), [], False),
            (
                validation(
                    "RequiredWhenValidator", attribute="overview_client", pattern="Acme", required="overview_reporter"
                ),
                [],
                False,
            ),
            (
                validation(
                    "RequiredWhenValidator", attribute="overview_client", pattern="Other", required="overview_reporter"
                ),
                [],
                True,
            ),
            (validation("SomethingElse"), [], False),
        ]
        states = "".join(state(f"S{i}", ("Promote", "S0"), items='<item name="One"/><item name="Two"/>',
                               data=f'<data name="transitionValidation">{text}</data>')
                         for i, (text, _, _) in enumerate(cases))
        starts = state("Open", *((f"To{i}", f"S{i}") for i in range(len(cases))))
        self.load(lifecycle("Valid", starts, states))
        name = self.new("overview_client=Acme", "overview_products=A", "overview_products=B",
                        "overview_description=x", lifecycle="Valid")
        for i, (text, _, good) in enumerate(cases):
            with self.subTest(text):
                self.sql(f"UPDATE patch SET state = 'S{i}'")
                self.assert_status(self.run_tool("tick", name, "Two"), 0)
                shown = self.show(name)["events"][0]
                self.assertEqual(shown["available"], good, shown)
        self.installation.run("pmt-patch", "link", name, "requires", self.new(lifecycle="Valid"))
        self.sql("UPDATE patch SET state = 'S12' WHERE number = 1")
        self.assertTrue(self.show(name)["events"][0]["available"])
        self.sql("UPDATE patch SET state = 'S19' WHERE number = 1")
        self.installation.configure(patch={"unknown_validators": "ignore"})
        self.assertTrue(self.show(name)["events"][0]["available"])

    def test_migrate(self):
        one = state("Open", ("Promote", "Mid"), items='<item name="A" forEvent="Promote"/><item name="B"/>')
        self.load(lifecycle("Grows", one, state("Mid", ("Promote", "Closed")), state("Closed")))
        first, second = self.new(lifecycle="Grows"), self.new(lifecycle="Grows")
        self.ok("tick", first, "A", "B")
        self.ok("tick", second, "A")
        self.ok("promote", second)
        self.load(lifecycle("Grows", one.replace('name="B"', 'name="C" forEvent="Promote"'), state("Closed")).replace(
            'target="Mid"', 'target="Closed"'))
        self.assertEqual(self.show(first)["version"], 1)
        self.assertEqual(len(self.show(first)["items"]), 2)
        done = self.run_tool("migrate", "lifecycle=Grows", "--json")
        self.assert_error(done, 1, "'Mid'", stdout=None)
        self.assertEqual([(one["patch"], one["from"], one["to"], one["kept"], one["dropped"]) for one in done.json],
                         [(first, 1, 2, ["A"], ["B"])])
        self.assertEqual(self.refused(1, "promote", first)[0][1:], ["item", "C"])
        self.ok("migrate", first, "--to", "1")
        self.ok("promote", first)
        self.assert_error(self.run_tool("migrate", first, "--to", "7"), 2, "version 7")

    # -- rows -----------------------------------------------------------------------------------
    def count_rows(self) -> None:
        """From now on every row that is written, in any table, is counted."""
        tables = [row[0] for row in self.sql("SELECT table_name FROM information_schema.tables"
                                             " WHERE table_schema = 'upkeep'")]
        self.sql(
            "CREATE DATABASE counted; CREATE TABLE counted.written (n INT); INSERT INTO counted.written VALUES (0)"
        )
        self.addCleanup(self.sql, "DROP DATABASE counted")
        for table in tables:
            for kind in ("INSERT", "UPDATE", "DELETE"):
                self.sql(f"CREATE TRIGGER count_{table}_{kind} AFTER {kind} ON {table} FOR EACH ROW"
                         " UPDATE counted.written SET n = n + 1")

    def rows_of(self) -> int:
        return int(self.sql("SELECT n FROM counted.written")[0][0] or 0)

    def test_rows(self):
        name = self.new(*FIELDS)
        self.count_rows()

        def rows(*args) -> int:
            before = self.rows_of()
            self.ok(*args)
            return self.rows_of() - before
        self.assertLessEqual(rows("attach", name, "PatchLifeCycle", "--replace"), 2)
        self.assertLessEqual(rows("tick", name, "1"), 2)  # the event, and its hash in the patch's row
        self.assertLessEqual(rows("promote", name), 3)
        self.assertEqual(rows("show", name), 0)
        start = self.rows_of()
        other = self.new(*FIELDS)
        while self.state_of(other) != "Released":
            for item in self.show(other)["items"]:
                self.ok("tick", other, str(item["order"]))
            self.ok("promote", other)
        self.assertLessEqual(self.rows_of() - start, 60)


if __name__ == "__main__":
    unittest.main()
