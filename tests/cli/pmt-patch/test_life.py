# SPDX-License-Identifier: MIT
"""A patch's life up to its number and on: request, queue, decline, new, show, list, edit, link, history."""

import getpass
import json
import unittest

from upkeep_test import TestCase, module_server

NAME = "WSO2-CARBON-PATCH-4.4.0-0001"


class LifeTest(TestCase):
    def setUp(self):
        # Without a lifecycle, which would be attached in an event of its own.
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def show(self, name, *args):
        return self.assert_quiet(self.run_tool("show", "--json", *args, name)).json[0]

    def history(self, name):
        return self.assert_quiet(self.run_tool("history", "--json", name)).json

    def new(self, *args):
        return self.assert_quiet(self.run_tool("new", *args)).text.strip()

    # -- queue --------------------------------------------------------------------------------
    def test_request_to_patch(self):
        first = self.run_tool("request", "--set", "overview_client=Acme", "--set", "overview_priority=3",
                              "--set", "overview_description=line one\nline two",
                              "--set", "overview_products=ESB 4.8.1")
        self.assert_quiet(first)
        self.assertEqual(first.text, "Q-1\n")
        self.assertEqual(self.run_tool("request", "--set", "overview_priority=1").text, "Q-2\n")
        rows = self.assert_quiet(self.run_tool("queue")).rows
        self.assertEqual([row[0] for row in rows], ["Q-2", "Q-1"])
        self.assertEqual(rows[1][1:6], ["open", "3", "ESB 4.8.1", "Acme", "line one"])
        name = self.new("--platform", "4.4.0", "--from", "Q-1")
        self.assertEqual(name, NAME)
        shown = self.show("4.4.0-1")
        self.assertEqual(shown["queue"], "Q-1")
        self.assertEqual(shown["fields"]["overview_client"], ["Acme"])
        self.assertEqual(shown["fields"]["overview_description"], "line one\nline two")
        self.assertEqual([row[0] for row in self.run_tool("queue").rows], ["Q-2"])
        everything = {row[0]: row for row in self.run_tool("queue", "--all").rows}
        self.assertEqual(everything["Q-1"][1], "promoted")
        self.assertEqual(everything["Q-1"][7], NAME)
        self.assert_error(self.run_tool("new", "--platform", "4.4.0", "--from", "Q-1"), 1, "Q-1", NAME)

    def test_decline(self):
        self.run_tool("request")
        self.assert_error(self.run_tool("decline", "Q-1"), 64, "--why")
        self.assert_quiet(self.run_tool("decline", "Q-1", "--why", "a duplicate"))
        self.assert_error(self.run_tool("decline", "Q-1", "--why", "again"), 1, "declined")
        self.assert_error(self.run_tool("new", "--platform", "4.4.0", "--from", "Q-1"), 1, "declined")
        self.assert_error(self.run_tool("decline", "Q-9", "--why", "x"), 2, "Q-9")
        self.assert_error(self.run_tool("decline", "bogus", "--why", "x"), 65, "bogus")
        self.assertEqual(self.history("Q-1")[-1]["comment"], "a duplicate")
        self.assertEqual(self.new("--platform", "4.4.0"), NAME)  # no number was used up

    def test_reopen(self):
        self.run_tool("request", "--set", "client=Acme")
        self.assert_error(self.run_tool("reopen", "Q-1"), 1, "Q-1 is open")
        self.assert_quiet(self.run_tool("decline", "Q-1", "--why", "a duplicate"))
        self.assertEqual(self.run_tool("queue", "--fields", "queue").rows, [])
        would = self.assert_status(self.run_tool("reopen", "Q-1", "-n"), 0)
        self.assertIn("Q-1 would be reopened", would.stderr)
        self.assertEqual(self.run_tool("queue", "--fields", "queue").rows, [])
        self.assert_quiet(self.run_tool("reopen", "Q-1", "--why", "it was none"))
        self.assertEqual(self.run_tool("queue", "--fields", "queue,state").rows, [["Q-1", "open"]])
        event = self.history("Q-1")[-1]
        self.assertEqual((event["action"], event["key"], event["from"], event["to"], event["comment"]),
                         ("edit", "queue", "declined", "open", "it was none"))
        self.assert_status(self.run_tool("verify-history", "Q-1"), 0)
        self.assert_error(self.run_tool("reopen", "Q-9"), 2, "Q-9")
        self.assert_error(self.run_tool("reopen", "bogus"), 65, "bogus")
        self.assert_quiet(self.run_tool("new", "--from", "Q-1", "--platform", "4.4.0"))
        self.assert_error(self.run_tool("reopen", "Q-1"), 1, "Q-1 is WSO2-CARBON-PATCH-4.4.0-0001")

    # -- new ----------------------------------------------------------------------------------
    def test_numbers_are_counted_per_platform(self):
        names = [self.new("--platform", platform) for platform in ("4.4.0", "4.2.0", "4.4.0", "4.2.0")]
        self.assertEqual([name[-10:] for name in names],
                         ["4.4.0-0001", "4.2.0-0001", "4.4.0-0002", "4.2.0-0002"])

    def test_bad_input_leaves_no_gap(self):
        for args, status, parts in [
                (["--platform", "banana"], 65, ["banana", "4.4.0"]),
                (["--platform", "4..0"], 65, ["4..0"]),
                (["--platform", "4.04.0"], 65, ["4.04.0"]),
                (["--platform", "4.4.0", "--set", "overview_clint=x"], 65, ["overview_clint", "overview_client"]),
                (["--platform", "4.4.0", "--set", "patchInformation_md5=xyz"], 65, ["patchInformation_md5", "{32}"]),
                (["--platform", "4.4.0", "--set", "dates_releasedOn=31/02/2014"], 65, ["dates_releasedOn"]),
                (["--platform", "4.4.0", "--set", "overview_security=maybe"], 65, ["overview_security"]),
                (["--platform", "4.4.0", "--set", "testInformation_automationavailable=perhaps"], 65,
                 ["testInformation_automationavailable", "Not possible"]),
                (["--platform", "4.4.0", "--category", "odd"], 65, ["odd", "critical"]),
                (["--platform", "4.4.0", "--set", "nothing"], 64, ["KEY=VALUE"]),
                (["--platform", "4.4.0", "--from", "Q-7"], 2, ["Q-7"]),
                (["--platform", "4.4.0", "--lifecycle", "Nope"], 78, ["Nope"]),
                ([], 64, ["--platform"])]:
            with self.subTest(args=args):
                self.assert_error(self.run_tool("new", *args), status, *parts)
        self.assertEqual(self.new("--platform", "4.4.0"), NAME)

    def test_dry_run(self):
        self.assert_status(self.run_tool("new", "-n", "--platform", "4.4.0"), 0)
        self.assert_status(self.run_tool("request", "-n"), 0)
        self.assertEqual(self.new("--platform", "4.4.0"), NAME)
        self.assertEqual(self.run_tool("queue").text, "")
        self.assert_status(self.run_tool("edit", "-n", "4.4.0-1", "--set", "overview_client=x"), 0)
        self.assertNotIn("overview_client", self.show("4.4.0-1")["fields"])

    def test_show_record(self):
        self.new("--platform", "4.4.0", "--category", "critical", "--set", "overview_products=A, B",
                 "--set", "overview_products=C", "--set", "dates_qaStartedOn=1/3/2014")
        shown = self.show(NAME)
        self.assert_fields(shown, ["patch", "platform", "number", "category", "state", "lifecycle", "created_at",
                                   "created_by", "released_at", "queue", "fields", "links"])
        self.assertEqual((shown["patch"], shown["platform"], shown["number"], shown["category"]),
                         (NAME, "4.4.0", 1, "critical"))
        self.assertEqual(shown["created_by"], getpass.getuser())
        self.assertEqual(shown["fields"]["overview_products"], ["A, B", "C"])
        self.assertEqual(shown["fields"]["dates_qaStartedOn"], "2014-03-01")
        for spelling in ("4.4.0-0001", "4.4.0-1", NAME.lower()):
            self.assertEqual(self.show(spelling)["patch"], NAME)
        self.assert_error(self.run_tool("show", "4.4.0-2"), 2, "4.4.0-2")
        self.assert_error(self.run_tool("show", "what?"), 65, "what?")
        both = self.run_tool("show", "--json", "4.4.0-2", "4.4.0-1", "???")
        self.assert_status(both, 65)
        self.assertEqual([one["patch"] for one in both.json], [NAME])

    def test_names_come_through_pipes(self):
        self.new("--platform", "4.4.0")
        self.new("--platform", "4.4.0")
        listed = self.run_tool("list")
        shown = self.run_tool("show", "--json", stdin=listed.stdout)
        self.assertEqual([one["number"] for one in self.assert_quiet(shown).json], [1, 2])
        records = self.run_tool("list", "--format", "jsonl")
        self.assertEqual(len(self.run_tool("history", "--format", "jsonl", stdin=records.stdout).jsonl), 2)
        self.assert_quiet(self.run_tool("show", stdin=b""))
        self.assert_error(self.run_tool("show", ""), 64)

    def test_values_round_trip(self):
        values = {
            "unicode": "Çelik – 株式会社 🚀",
            "quotes": "O'Neil \"x\" `y` \\ \\n \\e \x1e %s",
            "sql": "'; DROP TABLE patch; --",
            "long": "x" * 65536,
            "lines": "a\nb\r\n\tc",
            "equals": "a=b=c\nkey=value",
            "null": "NULL",
        }
        for title, value in values.items():
            with self.subTest(title):
                name = self.new("--platform", "5.0.0", f"--set=overview_description={value}")
                self.assertEqual(self.show(name)["fields"]["overview_description"], value)
                if title != "long":
                    found = self.run_tool(
                        "list", "--json", "overview_description=" + value.replace("\\", "\\\\").replace(",", "\\,")
                    )
                    self.assertEqual([one["patch"] for one in self.assert_quiet(found).json], [name])
        self.assert_error(self.run_tool("new", "--platform", "5.0.0", b"--set=overview_client=\xff\xfe"), 65, "UTF-8")

    def test_ported(self):
        source = self.new("--platform", "4.2.0", "--set", "overview_client=Acme", "--set",
                          "dates_releasedOn=2014-01-01", "--set", "patchInformation_jarsInvolved=a.jar")
        port = self.new("--platform", "4.4.0", "--ported-from", "4.2.0-1", "--set", "overview_priority=2")
        shown = self.show(port)
        self.assertEqual(shown["category"], "ported")
        self.assertEqual(shown["links"], [{"type": "ported-from", "patch": source}])
        self.assertEqual(shown["fields"]["overview_client"], ["Acme"])
        self.assertEqual(shown["fields"]["overview_carbonPlatform"], "4.4.0")
        self.assertEqual(shown["fields"]["overview_name"], port)
        self.assertNotIn("dates_releasedOn", shown["fields"])
        self.assert_error(self.run_tool("new", "--platform", "4.4.0", "--ported-from", "4.2.0-77"), 2, "0077")

    # -- edit ---------------------------------------------------------------------------------
    def test_edit(self):
        name = self.new("--platform", "4.4.0", "--set", "overview_client=Acme")
        self.assert_quiet(self.run_tool("edit", name, "--set", "overview_priority=1", "--add", "overview_client=Beta",
                                        "--why", "they asked"))
        self.assert_quiet(self.run_tool("edit", name, "--remove", "overview_client=Acme"))
        self.assert_quiet(self.run_tool("edit", name, "--set", "overview_priority="))
        fields = self.show(name)["fields"]
        self.assertEqual(fields["overview_client"], ["Beta"])
        self.assertNotIn("overview_priority", fields)
        changes = [(one["key"], one["from"], one["to"], one["comment"]) for one in self.history(name)]
        self.assertEqual(changes, [(None, None, None, None),
                                   ("overview_client", ["Acme"], ["Acme", "Beta"], "they asked"),
                                   ("overview_priority", None, "1", "they asked"),
                                   ("overview_client", ["Acme", "Beta"], ["Beta"], None),
                                   ("overview_priority", "1", None, None)])
        before = len(self.history(name))
        self.assert_quiet(self.run_tool("edit", name, "--set", "client=Beta"))  # as it is already
        self.assertEqual(len(self.history(name)), before)
        for key in ("overview_carbonPlatform=5.0.0", "overview_name=x"):
            self.assert_error(self.run_tool("edit", name, "--set", key), 1, "read-only")
        self.assert_error(self.run_tool("edit", name, "--set", "jira=S-1"), 65, "jiraInformation_publicJIRA")
        self.assert_error(self.run_tool("edit", name, "--set", "wantedOn=x"), 65, "overview_wantedOn")
        self.assert_error(self.run_tool("edit", "4.4.0-9", "--set", "client=x"), 2)
        for words in (("--add", "client="), ("--remove", "client="), ("--remove=client= ",)):
            self.assert_error(self.run_tool("edit", name, *words), 64, "the value is empty")
        self.assert_error(self.run_tool("edit", name), 64, "--set")
        self.assert_error(self.run_tool("edit", name, "--add", "overview_description=x", "--add",
                                        "overview_description=y"), 65, "overview_description")
        self.assertEqual(len(self.history(name)), before)

    def test_edit_of_many(self):
        for client in ("Acme", "Acme", "Beta"):
            self.new("--platform", "4.4.0", "--set", f"overview_client={client}")
        self.assert_error(self.run_tool("edit", "client=Acme", "--set", "priority=1"), 64, "--yes")
        self.assert_error(self.run_tool("edit", "client=Acme", "--set", "priority=1", "--limit", "1"), 1, "2 patches")
        self.assert_quiet(self.run_tool("edit", "client=Acme", "--set", "priority=1", "--limit", "2"))
        self.assert_quiet(self.run_tool("edit", "client=Beta", "--set", "priority=2"))
        self.assert_quiet(self.run_tool("edit", "4.4.0-1", "4.4.0-3", "--set", "qa=bob", "--yes"))
        listed = self.run_tool("list", "--fields", "number,overview_priority,qa").rows
        self.assertEqual(listed, [["1", "1", "bob"], ["2", "1", ""], ["3", "2", "bob"]])
        self.assert_error(self.run_tool("edit", "clint=Beta", "--set", "priority=2"), 64, "client")

    def test_expected_value(self):
        name = self.new("--platform", "4.4.0", "--set", "priority=2")
        self.assert_error(self.run_tool("edit", name, "--expect", "priority=1", "--set", "priority=3"), 1,
                          "overview_priority is '2', not '1'")
        self.assert_quiet(self.run_tool("edit", name, "--expect", "priority=2", "--set", "priority=3"))

    def test_concurrent_edits_lose_nothing(self):
        name = self.new("--platform", "4.4.0", "--set", "overview_reporter=start")
        editors = [self.start("pmt-patch", "edit", name, "--set", f"overview_reporter=e{i}",
                              env=self.installation.env) for i in range(12)]
        statuses = [editor.wait().status for editor in editors]
        self.assertLessEqual(set(statuses), {0, 1})
        value = "start"
        edits = [one for one in self.history(name) if one["action"] == "edit"]
        for one in edits:
            self.assertEqual(one["from"], value)
            value = one["to"]
        self.assertEqual(len(edits), statuses.count(0))
        self.assertEqual(self.show(name)["fields"]["overview_reporter"], value)

    # -- links --------------------------------------------------------------------------------
    def test_links(self):
        for _ in range(2):
            self.new("--platform", "4.4.0")
        self.assert_quiet(self.run_tool("link", "4.4.0-2", "requires", "4.4.0-1", "--why", "same jar"))
        self.assert_quiet(self.run_tool("link", "4.4.0-2", "requires", "4.4.0-1"))
        self.assertEqual(self.show("4.4.0-2")["links"], [{"type": "requires", "patch": NAME}])
        self.assertEqual(self.run_tool("list", "--fields", "number", "requires=4.4.0-1").text, "2\n")
        self.assertEqual(self.run_tool("list", "--fields", "number", "requires!=4.4.0-1").text, "1\n")
        record = self.history("4.4.0-2")[-1]
        self.assertEqual((record["action"], record["key"], record["to"]), ("link", "requires", NAME))
        self.assert_quiet(self.run_tool("unlink", "4.4.0-2", "requires", "4.4.0-1"))
        self.assert_error(self.run_tool("unlink", "4.4.0-2", "requires", "4.4.0-1"), 1)
        self.assert_error(self.run_tool("link", "4.4.0-2", "needs", "4.4.0-1"), 64, "requires")
        self.assert_error(self.run_tool("link", "4.4.0-2", "requires", "4.4.0-9"), 2, "0009")
        self.assert_error(self.run_tool("link", "4.4.0-2", "requires", "4.4.0-2"), 65, "itself")

    def test_links_of_a_request(self):
        """It keeps them when it gets a number."""
        self.new("--platform", "4.4.0")
        self.assert_status(self.run_tool("request"), 0)
        self.assert_quiet(self.run_tool("link", "Q-1", "requires", "4.4.0-1"))
        self.assert_quiet(self.run_tool("link", "q-1", "supersedes", "4.4.0-1"))
        self.assert_quiet(self.run_tool("unlink", "Q-1", "supersedes", "4.4.0-1"))
        self.assertEqual(self.show("Q-1")["links"], [{"type": "requires", "patch": NAME}])
        self.assert_error(self.run_tool("link", "Q-9", "requires", "4.4.0-1"), 2, "Q-9")
        self.assert_error(self.run_tool("link", "4.4.0-1", "requires", "Q-1"), 65)
        self.new("--platform", "4.4.0", "--from", "Q-1")
        self.assertEqual(self.show("4.4.0-2")["links"], [{"type": "requires", "patch": NAME}])
        self.assert_error(self.run_tool("link", "4.4.0-1", "requires", "4.4.0-2"), 1, "cycle")
        self.assert_quiet(self.run_tool("verify-history"))

    # -- history ------------------------------------------------------------------------------
    def test_history_record_and_show_at(self):
        name = self.new("--platform", "4.4.0", "--set", "priority=1", "--why", "first")
        record = self.history(name)[0]
        self.assertEqual(list(record)[:9], ["patch", "at", "actor", "action", "key", "from", "to", "comment", "event"])
        self.assertEqual((record["patch"], record["action"], record["actor"], record["comment"]),
                         (name, "create", getpass.getuser(), "first"))
        sql = self.installation.server.sql
        sql("UPDATE patch SET created_at = '2014-01-01 00:00:00'; UPDATE event SET at = '2014-01-01 00:00:00'",
            schema="upkeep")
        self.assert_quiet(self.run_tool("edit", name, "--set", "priority=2", "--set", "client=Acme"))
        sql("UPDATE event SET at = '2014-02-01 00:00:00' WHERE action = 'edit'", schema="upkeep")
        self.assert_quiet(self.run_tool("edit", name, "--set", "priority=3"))
        self.assert_error(self.run_tool("show", name, "--at", "2013-12-31"), 2, "did not exist")
        then = self.show(name, "--at", "2014-01-15")["fields"]
        self.assertEqual((then["overview_priority"], then.get("overview_client")), ("1", None))
        then = self.show(name, "--at", "2014-02-01T00:00:00Z")["fields"]
        self.assertEqual((then["overview_priority"], then["overview_client"]), ("2", ["Acme"]))
        self.assertEqual(self.show(name)["fields"]["overview_priority"], "3")
        self.assert_error(self.run_tool("show", name, "--at", "some day"), 64, "some day")

    def test_rows_written(self):
        self.run_tool("request", "--set", "client=A")
        self.new("--platform", "4.4.0")
        actions = {
            "request": ["request", "--set", "client=B"],
            "new": ["new", "--platform", "4.4.0", "--set", "client=A", "--set", "priority=1"],
            "from": ["new", "--platform", "4.4.0", "--from", "Q-1"],
            "ported": ["new", "--platform", "4.5.0", "--ported-from", "4.4.0-1"],
            "edit": ["edit", "4.4.0-1", "--set", "client=C", "--set", "priority=5", "--add", "jar=x.jar"],
            "link": ["link", "4.4.0-2", "requires", "4.4.0-1"],
            "unlink": ["unlink", "4.4.0-2", "requires", "4.4.0-1"],
            "comment": ["comment", "4.4.0-2", "a remark"],
            "decline": ["decline", "Q-2", "--why", "no"],
            "reopen": ["reopen", "Q-2"],
        }
        for title, args in actions.items():
            with self.subTest(title):
                before = self.rows_written()
                self.assert_quiet(self.run_tool(*args))
                self.assertLessEqual(self.rows_written() - before, 3)

    def rows_written(self):
        names = ("Innodb_rows_inserted", "Innodb_rows_updated", "Innodb_rows_deleted")
        rows = self.installation.server.sql("SHOW GLOBAL STATUS WHERE Variable_name IN ('%s')" % "','".join(names))
        return sum(int(row[1]) for row in rows)

    # -- who, and what is missing -------------------------------------------------------------
    def test_acting_for_somebody(self):
        self.assert_error(self.run_tool("--as", "alice", "new", "--platform", "4.4.0"), 77, "alice")
        self.installation.configure(patch={"trusted": [getpass.getuser()]})
        self.assert_quiet(self.run_tool("--as", "alice", "new", "--platform", "4.4.0"))
        record = self.history(NAME)[0]
        self.assertEqual(record["actor"], "alice")
        self.assertIn(getpass.getuser(), record["via"])
        self.assert_error(self.run_tool("new", "--as", "a b", "--platform", "4.4.0"), 65, "a b")
        self.assert_error(self.run_tool("new", "--as", "", "--platform", "4.4.0"), 64, "--as")

    def test_roles(self):
        self.installation.configure(**{"patch.roles": {"pmt-new": ["@nobody-has-this"]}})
        self.assert_error(self.run_tool("new", "--platform", "4.4.0"), 77, "pmt-new")
        self.installation.configure(**{"patch.roles": {"pmt-new": [getpass.getuser()]}})
        self.assert_quiet(self.run_tool("new", "--platform", "4.4.0"))

    def test_name_template(self):
        self.installation.configure(patch={"name": "FIX_{platform}_{number:05}"})
        self.assertEqual(self.new("--platform", "4.4.0"), "FIX_4.4.0_00001")
        self.assertEqual(self.show("fix_4.4.0_1")["patch"], "FIX_4.4.0_00001")
        self.assertEqual(self.run_tool("list", "patch~_00001").lines[0].split("\t")[0], "FIX_4.4.0_00001")
        self.installation.configure(patch={"name": "FIX_{platform}"})
        self.assert_error(self.run_tool("new", "--platform", "4.4.0"), 78, "{number}")

    def test_lifecycle_is_attached(self):
        self.installation.server.sql("INSERT INTO lifecycle VALUES ('OwnLifeCycle', 1, 'Development', '', "
                                     "UTC_TIMESTAMP(), 'x')", schema="upkeep")
        self.installation.configure(patch={"lifecycle": "OwnLifeCycle"})
        name = self.new("--platform", "4.4.0")
        shown = self.show(name)
        self.assertEqual((shown["lifecycle"], shown["state"]), ("OwnLifeCycle", "Development"))
        self.assertEqual([(one["action"], one["to"]) for one in self.history(name)],
                         [("create", None), ("attach", "Development")])
        self.installation.configure(patch={"lifecycle": "OwnLifeCicle"})
        self.assert_error(self.run_tool("new", "--platform", "4.4.0"), 78, "OwnLifeCycle")
        self.installation.configure(patch={"lifecycle": ""})
        self.assertIsNone(self.show(self.new("--platform", "4.4.0"))["lifecycle"])

    def test_without_schema(self):
        self.installation.server.sql("DROP DATABASE upkeep")
        for args in (["list"], ["new", "--platform", "4.4.0"], ["show", "4.4.0-1"], ["queue"], ["fields"]):
            self.assert_error(self.run_tool(*args), 78, "upkeep init")
        self.installation.configure(database={"socket": "/nonexistent"})
        self.assert_error(self.run_tool("list"), 69, "/nonexistent")

    def test_terminal(self):
        self.new(
            "--platform", "4.4.0", "--set", "client=Acme", "--set", "client=Beta", "--set", "description=a\nb\x1b[2J"
        )
        shown = self.installation.run_tty("pmt-patch", "show", "4.4.0-1", "--color", "never")
        self.assert_status(shown, 0)
        self.assertIn("Overview", shown.text)
        self.assertIn("Acme", shown.text)
        self.assertNotIn("\x1b[2J", shown.text)
        listed = self.installation.run_tty("pmt-patch", "list")
        self.assertTrue(listed.text.startswith("patch"))

    def test_formats_and_usage(self):
        self.assertEqual(self.run_tool("list").text, "")
        self.assertEqual(self.run_tool("list", "--json").text, "[]\n")
        self.new("--platform", "4.4.0")
        self.assert_fields(self.run_tool("list", "--json").json[0],
                           ["patch", "state", "category", "platform", "number", "products", "developer", "qa",
                            "created_at", "released_at", "stay"])
        self.assertEqual(self.run_tool("list", "--format", "csv", "--fields", "patch").text, f"patch\n{NAME}\n")
        self.assertEqual(self.run_tool("list", "-0", "--fields", "patch").stdout, NAME.encode() + b"\0")
        self.assert_error(self.run_tool("list", "--fields", "ptach"), 64, "patch")
        self.assert_error(self.run_tool("lst"), 64, "list")
        for args in (["new", "--platform", "4.4.0"], ["request"], ["import", "/nonexistent.csv"]):
            self.assert_error(self.run_tool(*args, "--fields", "nope"), 64, "nope")
        self.assertEqual(self.run_tool("list", "--fields", "number").text, "1\n")  # nothing was done before
        self.assertEqual(self.run_tool("queue").text, "")
        self.assert_error(self.run_tool(), 64)
        self.assertIn("Exit status", self.assert_quiet(self.run_tool("--help")).text)
        json.loads(self.run_tool("fields", "--json").text)


if __name__ == "__main__":
    unittest.main()
