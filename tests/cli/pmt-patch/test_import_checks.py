# SPDX-License-Identifier: MIT
"""What an import takes is checked, whatever the file is written in; a dry run says what it would say."""

import json
import os
import unittest

from upkeep_test.imports import ImportCase

NAME = "WSO2-CARBON-PATCH-{}"
METADATA = '<metadata xmlns="http://www.wso2.org/governance/metadata">{}</metadata>'


class StateTest(ImportCase):
    MAP = '[columns]\nNo = "number"\nStatus = "state"\nLc = "lifecycle"\n[defaults]\nplatform = "4.2.0"\n'

    def test_states_are_those_of_the_lifecycle(self):
        mapping = self.write("m.toml", self.MAP)
        text = ("No,Status,Lc\n1,released,PatchLifeCycle\n2,Ready For QA,PatchLifeCycle\n3,Testing,PatchLifecycle\n"
                "4,Testing,NoSuch\n5,TESTING,\n6,To Do,\n7,,patchlifecycle\n")
        counts, result = self.take("s.csv", text, "--map", mapping, status=2)
        self.assertEqual(counts, (4, 0, 3))
        states = {row["number"]: (row["state"], row["lifecycle"])
                  for row in self.run_tool("list", "--json", "--fields", "number,state,lifecycle").json}
        self.assertEqual(states, {1: ("Released", "PatchLifeCycle"), 3: ("Testing", "PatchLifeCycle"),
                                  5: ("Testing", None), 7: ("Development", "PatchLifeCycle")})
        for part in ("line 3: state: PatchLifeCycle has no state 'Ready For QA' (did you mean 'ReadyForQA'?)",
                     "line 5: lifecycle: 'NoSuch' is not loaded", "line 7: state: no lifecycle has the state 'To Do'"):
            self.assertIn(part, result.stderr)
        self.assertLess(self.installation.run("pmt-lifecycle", "overdue").status, 2)

    def test_a_map_translates_them(self):
        for table in ("states", "values.state"):
            with self.subTest(table):
                mapping = self.write(
                    "m.toml", self.MAP + f'[{table}]\n"Ready For QA" = "ReadyForQA"\n"Geprüft" = "Released"\n'
                )
                counts, _ = self.take(
                    "s.csv", "No,Status,Lc\n1,ready for qa,PatchLifeCycle\n2,GEPRÜFT,\n", "--map", mapping, "--dry-run"
                )
                self.assertEqual(counts, (2, 0, 0))
        mapping = self.write("m.toml", self.MAP + '[states]\nDone = "Finished"\n')
        counts, _ = self.take("s.csv", "No,Status,Lc\n2,Done,\n", "--map", mapping, status=2)
        self.assertEqual(counts, (0, 0, 1))

    def test_json_and_defaults_are_checked_alike(self):
        base = {"patch": "4.3.0-1", "fields": {}}
        for more, part in [({"state": "Relased", "lifecycle": "PatchLifeCycle"}, "did you mean 'Released'"),
                           ({"lifecycle": "Nothing"}, "not loaded"),
                           ({"lifecycle": "PatchLifeCycle", "lifecycle_version": 99}, "no version 99"),
                           ({"lifecycle_version": 1}, "without a lifecycle"), ({"state_since": "soon"}, "state_since"),
                           ({"created_by": "x" * 191}, "190 characters"), ({"created_at": "41702"}, "serial number"),
                           ({"platform": "4.4.0"}, "the name says 4.3.0"), ({"number": 7}, "the name says 1"),
                           ({"fields": {"overview_carbonPlatform": "4.4.0"}}, "but the patch is for 4.3.0"),
                           ({"fields": {"overview_name": NAME.format("4.3.0-0002")}}, "the row is for"),
                           ({"fields": {"overview_client": "a\0b"}}, "NUL"),
                           ({"links": [{"type": "requires", "patch": "4.3.0-1"}]}, "itself"),
                           ({"links": [{"type": "requires", "patch": "4.3.0-9"}]}, "does not exist"),
                           ({"history": [{"at": "2014-01-01T00:00:00Z", "actor": "a", "action": "edit", "changes": 5}]},
                            "changes"),
                           ({"history": [{"at": "2014-01-01T00:00:00Z", "actor": "a", "action": "log-time",
                                          "time_s": 10 ** 30}]}, "time_s"),
                           ({"queue_state": "promoted"}, "queue_state")]:
            with self.subTest(part):
                counts, result = self.take("a.jsonl", json.dumps({**base, **more}) + "\n", status=2)
                self.assertEqual(counts, (0, 0, 1))
                self.assertIn(part, result.stderr)
        mapping = self.write("m.toml", self.MAP + 'state = "Finished"\n')
        counts, _ = self.take("s.csv", "No,Status,Lc\n2,,\n", "--map", mapping, status=2)
        self.assertEqual((counts, self.names()), ((0, 0, 1), []))

    def test_an_empty_history_is_one(self):
        counts, _ = self.take("a.jsonl", '{"patch": "4.3.0-1", "fields": {}, "history": []}\n')
        self.assertEqual((counts, self.names()), ((1, 0, 0), [NAME.format("4.3.0-0001")]))
        self.assert_quiet(self.run_tool("edit", "4.3.0-1", "--set", "overview_client=Acme"))
        self.assert_quiet(self.run_tool("verify-history"))

    def test_an_imported_state_changes_with_replace_alone(self):
        mapping = self.write("m.toml", self.MAP)
        self.take("s.csv", "No,Status,Lc\n5,Released,\n", "--map", mapping)
        self.assert_quiet(self.installation.run("pmt-lifecycle", "attach", "4.2.0-5", "PatchLifeCycle"))
        self.assertEqual(self.show("4.2.0-5")["state"], "Released")
        changed = "No,Status,Lc\n5,Testing,\n"
        counts, result = self.take("s.csv", changed, "--map", mapping, "--update", status=2)
        self.assertIn("--replace", result.stderr)
        self.assertEqual((counts, self.show("4.2.0-5")["state"]), ((0, 0, 1), "Released"))
        counts, _ = self.take("s.csv", changed, "--map", mapping, "--update", "--replace")
        self.assertEqual((counts, self.show("4.2.0-5")["state"]), ((1, 0, 0), "Testing"))
        self.assertEqual(self.show("4.2.0-5")["lifecycle"], "PatchLifeCycle")
        last = self.run_tool("history", "--json", "4.2.0-5").json[-1]
        self.assertEqual((last["action"], last["from"], last["to"]), ("attach", "Released", "Testing"))
        self.assert_error(self.run_tool("import", "--replace", self.write("s.csv", changed)), 64, "--update")


class AttachTest(ImportCase):
    def test_a_state_that_the_lifecycle_lacks_is_kept_unless_replaced(self):
        self.installation.server.sql(
            "INSERT INTO patch (platform, platform_key, number, state, links, fields) VALUES"
            " ('4.4.0', '00004.00004.00000', 1, 'Somewhere', '', '')", schema="upkeep")
        result = self.installation.run("pmt-lifecycle", "attach", "4.4.0-1", "PatchLifeCycle")
        self.assert_error(result, 1, "--replace")
        self.assertEqual(self.show("4.4.0-1")["state"], "Somewhere")
        self.assert_quiet(self.installation.run("pmt-lifecycle", "attach", "--replace", "4.4.0-1", "PatchLifeCycle"))
        self.assertEqual(self.show("4.4.0-1")["state"], "Development")


class RejectsTest(ImportCase):
    HEAD = "platform,number,overview_client\n"

    def test_what_is_read_is_not_written_over(self):
        text = self.HEAD + "4.2.0,1,A\n4.2.0,x,B\n"
        path = self.write("same.csv", text)
        mapping = self.write("m.toml", '[columns]\nplatform = "platform"\nnumber = "number"\n')
        (self.directory / "link.csv").symlink_to(path)
        for args in (("--rejects", path), ("--dry-run", "--rejects", path), ("--rejects", self.directory / "link.csv"),
                     ("--map", mapping, "--rejects", mapping)):
            with self.subTest(args):
                self.assert_error(self.run_tool("import", path, *args), 64, "--rejects", "that is the input")
        self.assertEqual(path.read_text(), text)
        self.assertTrue(mapping.read_text())
        self.assert_error(self.run_tool("import", path, "--rejects", "-"), 64, "--rejects -", "name a file")
        self.assertEqual(self.names(), [])

    def test_an_earlier_file_stays_until_the_end(self):
        rejects = self.write("rejects.csv", "of last week\n")
        bad = self.write("bad.csv", "platform,number,clinet\n4.2.0,1,A\n")
        self.assert_error(self.run_tool("import", bad, "--rejects", rejects), 65, "clinet")
        self.assertEqual(rejects.read_text(), "of last week\n")
        link = self.directory / "link"
        link.symlink_to(rejects)
        self.take("some.csv", self.HEAD + "4.2.0,1,A\n4.2.0,x,B\n", "--rejects", link, status=2)
        self.assertTrue(link.is_symlink())
        self.assertIn("4.2.0,x,B\n", rejects.read_text())
        self.take("good.csv", self.HEAD + "4.2.0,2,A\n", "--rejects", rejects)
        self.assertEqual(rejects.read_text(), "")
        self.assertEqual([one.name for one in self.directory.iterdir() if one.name.endswith(".tmp")], [])

    def test_what_is_no_file_stays_what_it_is(self):
        before = os.stat("/dev/null")
        self.take("some.csv", self.HEAD + "4.2.0,x,B\n", "--rejects", "/dev/null", status=2)
        self.assertEqual(os.stat("/dev/null"), before)
        self.assert_error(self.run_tool("import", self.directory / "some.csv", "--rejects", self.directory), 73,
                          "cannot write", str(self.directory))
        self.assert_error(self.run_tool("import", self.directory / "some.csv", "--rejects", "/no/such/place"), 73,
                          "cannot write /no/such/place")

    def test_a_map_nested_too_deep(self):
        self.write("deep.csv", self.HEAD)
        for text in ("[" + ".".join("a" * 100000) + "]\n", ".".join("a" * 100000) + " = 1\n"):
            mapping = self.write("deep.toml", "# a.b.c\n" + text)
            self.assert_error(self.run_tool("import", self.directory / "deep.csv", "--map", mapping), 65,
                              "deep.toml:2: a key of more than 64 parts")
            mapping.chmod(0o600)
            self.assert_error(self.run_tool("list", "--config", mapping), 78, "a key of more than 64 parts")


class DryRunTest(ImportCase):
    def both(self, name, text, *args):
        """The dry run, then the import: records, statuses, messages and rejects must be the same."""
        path, before = self.write(name, text), self.names()
        outcomes = []
        for more in (["--dry-run"], []):
            rejects = self.directory / f"rejects{len(outcomes)}"
            result = self.run_tool("import", path, "--json", "--rejects", rejects, *args, *more)
            outcomes.append((result.status, result.json, result.stderr, rejects.read_text()))
            if more:
                self.assertEqual(self.names(), before)
        self.assertEqual(outcomes[0], outcomes[1])
        record = outcomes[0][1][0]
        return record["imported"], record["unchanged"], record["rejected"]

    def test_rows_meet_what_rows_before_them_do(self):
        head = "platform,number,overview_client\n"
        self.assertEqual(self.both("a.csv", head + "4.5.0,1,Acme\n4.5.0,1,Globex\n4.5.0,1,Acme\n"), (1, 1, 1))
        self.assertEqual(self.both("a.csv", head + "4.5.0,1,X\n4.5.0,1,Y\n4.5.0,1,X\n", "--update"), (3, 0, 0))
        rows = "".join(f"4.6.0,{i},c\n" for i in range(1, 2300)) + "4.6.0,1,d\n4.6.0,2,c\n"
        self.assertEqual(self.both("a.csv", head + rows), (2299, 1, 1))

    def test_numbers_that_are_drawn(self):
        mapping = self.write(
            "m.toml",
            'key = ["T", "P"]\nassign_numbers = true\n[columns]\nT = "jiraInformation_supportJIRA"\n'
            'P = "platform"\nN = "number"\n',
        )
        text = "T,P,N\nA-1,4.2.0,\nA-1,4.3.0,\nA-2,4.2.0,1\nA-1,4.2.0,\n,4.2.0,\nA-3,4.2.0,7\nA-4,4.2.0,\n"
        self.assertEqual(self.both("a.csv", text, "--map", mapping), (5, 1, 1))
        self.assertEqual(self.names("jira=A-4"), [NAME.format("4.2.0-0008")])
        self.assertEqual(self.run_tool("new", "--platform", "4.2.0").text.strip(), NAME.format("4.2.0-0009"))

    def test_requests_and_links(self):
        rows = [{"patch": "Q-4", "fields": {"overview_client": ["Acme"]}}, {"patch": "4.4.0-1", "queue": "Q-4"},
                {"patch": "4.4.0-2", "links": [{"type": "requires", "patch": "4.4.0-3"}]}, {"patch": "4.4.0-3"},
                {"patch": "4.4.0-4", "links": [{"type": "requires", "patch": "4.4.0-1"}]}]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        self.assertEqual(self.both("a.jsonl", text), (3, 0, 2))


class NestedTest(ImportCase):
    def test_json_nested_too_deep_is_a_reject(self):
        n = 100000
        deep = '{"a":' * n + "1" + "}" * n
        head = '{{"patch": "9.9.9-{}", "fields": {{}}'
        rows = [
            head.format(1)
            + ', "history": [{"at": "2014-01-01T00:00:00Z", "actor": "x", "action": "move", "inputs": '
            + deep
            + "}]}",
            '{"patch": "9.9.9-2", "fields": ' + deep + "}",
            '{"patch": "9.9.9-3", "links": ' + "[" * n + "]" * n + "}",
            "[" * n + "]" * n,
            '{"patch": "9.9.9-4"}',
        ]
        for name, text in (("a.jsonl", "\n".join(rows) + "\n"), ("a.json", "[" + ",\n".join(rows) + "]")):
            with self.subTest(name):
                _, result = self.take(name, text, "--dry-run", status=2)
                self.assertIn("nested deeper than 64 levels", result.stderr)
        counts, _ = self.take("a.jsonl", "\n".join(rows) + "\n", status=2)
        self.assertEqual((counts, self.names()), ((1, 0, 4), [NAME.format("9.9.9-0004")]))

    def test_json_in_a_cell_too(self):
        cell = "[" * 100000 + "]" * 100000
        counts, result = self.take(
            "a.csv", f'patch,links,overview_products\n9.9.9-1,"{cell}",\n9.9.9-2,,"{cell}"\n9.9.9-3,,\n', status=2
        )
        self.assertEqual(counts, (1, 0, 2))
        self.assertIn("links: nested deeper", result.stderr)

    def test_xml_nested_too_deep(self):
        text = METADATA.format("<overview><name>x</name>" + "<a>" * 100000 + "</a>" * 100000 + "</overview>")
        result = self.run_tool("import", self.write("a.xml", text))
        self.assert_error(result, 65, "nested deeper than 100 elements")

    def test_an_object_of_too_many_members(self):
        row = json.dumps({"patch": "9.9.9-1", "fields": {f"a{i}": i for i in range(20000)}})
        counts, result = self.take("a.jsonl", row + '\n{"patch": "9.9.9-2"}\n', status=2)
        self.assertEqual(counts, (1, 0, 1))
        self.assertIn("10000 members", result.stderr)

    def test_a_row_that_is_cut_off_costs_itself(self):
        counts, _ = self.take(
            "a.jsonl", '{"patch": "9.9.9-1"}\n{"patch": "9.9.9-2", "fields": {\n{"patch": "9.9.9-3"}\n', status=2
        )
        self.assertEqual(counts, (2, 0, 1))


class XmlTest(ImportCase):
    def artifact(self, name, more="", table=""):
        return METADATA.format(f"<overview><name>{NAME.format(name)}</name>{more}</overview>{table}")

    def fields(self, name):
        return self.show(name)["fields"]

    def test_two_spellings_are_one(self):
        plain = self.artifact("4.2.0-0001", "<products>ESB 4.8.1</products><products>IS &amp; AM</products>")
        self.assertEqual(self.take("a.xml", plain)[0], (1, 0, 0))
        for text in [plain.replace("<products>ESB 4.8.1</products><products>IS &amp; AM</products>",
                                   "<products><entry>ESB 4.8.1</entry><entry><![CDATA[IS & AM]]></entry></products>"),
                     plain.replace("xmlns=", "xmlns:g=").replace("<", "<g:").replace("<g:/", "</g:"),
                     '<?xml version="1.0" encoding="UTF-16"?>' + plain.replace("ESB", "<!-- x -->E&#83;B")]:
            with self.subTest(text):
                self.assertEqual(self.take("a.xml", text)[0], (0, 1, 0))
        self.assertEqual(self.take("a.xml", ('<?xml version="1.0"?>' + plain).encode("utf-16"))[0], (0, 1, 0))
        self.assertEqual(self.take("a.xml", "<all>" + plain + "<!-- and -->" + plain + "</all>" + plain)[0], (0, 3, 0))
        self.assertEqual(self.fields("4.2.0-1")["overview_products"], ["ESB 4.8.1", "IS & AM"])

    def test_encodings(self):
        text = self.artifact("4.2.0-0002", "<client>Müller € Söhne</client>")
        self.assertEqual(
            self.take("a.xml", ('<?xml version="1.0" encoding="windows-1252"?>' + text).encode("cp1252"))[0], (1, 0, 0)
        )
        self.assertEqual(self.fields("4.2.0-2")["overview_client"], ["Müller € Söhne"])
        result = self.run_tool("import", self.write("a.xml", '<?xml version="1.0" encoding="no-such"?>' + text))
        self.assert_error(result, 65, "no-such")

    def test_what_has_no_place_is_a_reject_with_its_reason(self):
        for more, part in [
            ("<description>is <b>not</b> safe</description>", "<b>"),
            ("<client lang='en'>A</client>", "'lang'"),
            ("stray", "stray"),
            ("<client><entry>A</entry>and</client>", "and"),
            ("<client><entry>A<x/></entry></client>", "<x>"),
            ("<nothing>A</nothing>", "overview_nothing"),
            ("<x:client xmlns:x='urn:y'>A</x:client>", "namespace"),
            ("<y:client>A</y:client>", "'y'"),
        ]:
            with self.subTest(more):
                counts, result = self.take("a.xml", self.artifact("4.2.0-0003", more), status=2)
                self.assertEqual(counts, (0, 0, 1))
                self.assertIn(part, result.stderr)
        counts, _ = self.take("a.xml", self.artifact("4.2.0-0003").replace("<overview>", "text<overview>"), status=2)
        self.assertEqual((counts, self.names()), ((0, 0, 1), []))

    def test_the_reject_file_can_be_imported(self):
        rejects = self.directory / "rejects.xml"
        bad = self.artifact("4.2.0-0003", "<clint>A</clint>")
        counts, _ = self.take(
            "a.xml",
            "<all>" + self.artifact("4.2.0-0002") + bad + bad.replace("0003", "0004") + "</all>",
            "--rejects",
            rejects,
            status=2,
        )
        self.assertEqual(counts, (1, 0, 2))
        counts, _ = self.take("b.xml", rejects.read_text().replace("clint", "client"))
        self.assertEqual(counts, (2, 0, 0))

    def test_what_is_beside_the_artifacts_is_an_error(self):
        plain = self.artifact("4.2.0-0004")
        for text, part in [
            (plain + " trailing words", "trailing words"),
            ("<all>" + plain + "<other/></all>", "<other>"),
            ("<all>" + plain + "stray</all>", "stray"),
            (plain.replace("</name>", " &nbsp;</name>"), "&nbsp;"),
            (plain.replace("</name>", " &#0;</name>"), "&#0;"),
            ("<all n='1'>" + plain + "</all>", "'n'"),
            (plain.replace("</name>", " A & B</name>"), "&amp;"),
        ]:
            with self.subTest(text):
                self.assert_error(self.run_tool("import", self.write("a.xml", text)), 65, part)
        self.assertEqual(self.names(), [])


if __name__ == "__main__":
    unittest.main()
