# SPDX-License-Identifier: MIT
"""Import of spreadsheets, JSON and governance XML; export; the round trip."""

import csv
import json
import unittest

from upkeep_test import TestCase, module_server, wait_for

#: Six spreadsheets of different shape: name -> (bytes, map, records of overview and more that must come out).
SHEETS = {
    "simple.csv": (
        b"patch,overview_client,overview_priority\nWSO2-CARBON-PATCH-4.0.0-0001,Acme,1\n4.0.0-2,\"Beta, Inc\",2\n",
        None,
        {"4.0.0-1": {"overview_client": ["Acme"]}, "4.0.0-2": {"overview_client": ["Beta, Inc"]}},
    ),
    "crlf.csv": (
        b"\xef\xbb\xbfPatch No,Kernel,Dev,Release Date,Notes\r\n0003,4.1.0,alice,25/12/2012,\"two\r\nlines\"\r\n"
        b"0004,4.1.0,Won't verify,1/2/2013,\r\n",
        '[columns]\n"Patch No" = "number"\nKernel = "platform"\nDev = "developer"\n'
        '"Release Date" = "dates_releasedOn"\nNotes = "documentation_notes"\n',
        {
            "4.1.0-3": {
                "peopleInvolved_developedby": "alice",
                "dates_releasedOn": "2012-12-25",
                "documentation_notes": "two\r\nlines",
            },
            "4.1.0-4": {"peopleInvolved_developedby": "Won't verify", "dates_releasedOn": "2013-02-01"},
        },
    ),
    "latin.csv": (
        "Nummer;Kunde;Produkte\n1;Müller & Söhne;ESB 4.8.1/AM 1.6\n2;-;-\n".encode("latin-1"),
        '[columns]\nNummer = "number"\nKunde = "client"\nProdukte = "product"\n[defaults]\nplatform = "4.2.0"\n'
        '[split]\nproduct = "/"\n',
        {
            "4.2.0-1": {"overview_client": ["Müller & Söhne"], "overview_products": ["ESB 4.8.1", "AM 1.6"]},
            "4.2.0-2": {"overview_client": None, "overview_products": None},
        },
    ),
    "tabs.tsv": (
        b"id\tsev\tdesc\n4.3.0-0007\tP1\the said \"no\"\n4.3.0-0008\tP3\tplain\n",
        '[columns]\nid = "patch"\nsev = "priority"\ndesc = "description"\n[values.priority]\nP1 = "1"\nP3 = "3"\n',
        {
            "4.3.0-7": {"overview_priority": "1", "overview_description": 'he said "no"'},
            "4.3.0-8": {"overview_priority": "3"},
        },
    ),
    "american.csv": (
        b"Name,When,Extra\n4.5.0-1,12/25/2012,x\n",
        'ignore_other_columns = true\n[columns]\nName = "patch"\nWhen = "dates_releasedOn"\n[dates]\nformats ='
        ' ["%m/%d/%Y"]\n',
        {"4.5.0-1": {"dates_releasedOn": "2012-12-25"}},
    ),
    "noname.csv": (
        b"Ticket,Carbon\nSUP-1,4.6.0\nSUP-2,4.6.0\n",
        'key = "Ticket"\nassign_numbers = true\n[columns]\nTicket = "jiraInformation_supportJIRA"\nCarbon ='
        ' "platform"\n',
        {"4.6.0-1": {"jiraInformation_supportJIRA": ["SUP-1"]}, "4.6.0-2": {"jiraInformation_supportJIRA": ["SUP-2"]}},
    ),
}


class ExchangeTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def write(self, name, text):
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take(self, path, *args, status=0):
        result = self.assert_status(self.run_tool("import", path, "--json", *args), status)
        record = result.json[0]
        self.assert_fields(record, ["file", "rows", "imported", "unchanged", "rejected"])
        self.assertEqual(record["rows"], record["imported"] + record["unchanged"] + record["rejected"])
        return record, result

    def fields(self, name):
        return self.assert_quiet(self.run_tool("show", "--json", name)).json[0]["fields"]

    def test_six_sheets(self):
        for name, (text, mapping, expected) in SHEETS.items():
            with self.subTest(name):
                path = self.write(name, text)
                args = ["--map", self.write(name + ".toml", mapping)] if mapping else []
                record, _ = self.take(path, *args, "--dry-run")
                self.assertEqual(record["imported"], len(expected))
                self.assert_error(self.run_tool("show", next(iter(expected))), 2)
                record, _ = self.take(path, *args)
                self.assertEqual((record["rows"], record["imported"]), (len(expected), len(expected)))
                record, _ = self.take(path, *args)
                self.assertEqual((record["imported"], record["unchanged"]), (0, len(expected)))
                for patch, fields in expected.items():
                    stored = self.fields(patch)
                    self.assertEqual({key: stored.get(key) for key in fields}, fields)
        self.assertEqual(self.run_tool("new", "--platform", "4.3.0").text.strip()[-4:], "0009")
        history = self.run_tool("history", "--json", "4.1.0-3").json
        self.assertEqual([one["action"] for one in history], ["import"])

    def test_rejects(self):
        lines = ["patch,platform,dates_releasedOn,overview_priority\n", "4.0.0-1,,2012-01-01,1\n",
                 "4.0.0-2,,someday,2\n", "banana,,,\n", ",4.0.0,,\n", ",,,\n", "4.0.0-3,4.1.0,,\n", "7,,,\n",
                 "4.0.0-4,,,\"open\n", "4.0.0-5,,,5\n", "4.0.0-6,,,1,too,many\n", "4.0.0-1,,2012-01-01,1\n",
                 "4.0.0-1,,2012-01-01,2\n"]
        path = self.write("sheet.csv", "".join(lines))
        rejects = self.directory / "rejects.csv"
        record, result = self.take(path, "--rejects", rejects, status=2)
        self.assertEqual(result.stderr, "")
        self.assertEqual((record["rows"], record["imported"], record["unchanged"], record["rejected"]), (11, 2, 1, 8))
        text = rejects.read_text()
        self.assertTrue(text.startswith(lines[0]))
        for bad in (2, 3, 4, 6, 7, 8, 10, 12):
            self.assertIn(lines[bad], text)
        marks = [line for line in text.splitlines() if line.startswith("#upkeep-reject line")]
        self.assertEqual(len(marks), 8)
        for part in ("line 3: dates_releasedOn: 'someday' is not a date", "line 13", "line 9: a quote"):
            self.assertIn(part, text)
        # Mended, the reject file can be imported as it is.
        mended = text.replace("someday", "2012-02-02")
        record, _ = self.take(self.write("mended.csv", mended), status=2)
        self.assertEqual((record["rows"], record["imported"]), (8, 1))
        # Without a file for them the reasons are told.
        _, result = self.take(path, status=2)
        self.assertIn("line 3: dates_releasedOn", result.stderr)

    def test_update(self):
        path = self.write("a.csv", "patch,overview_priority\n4.0.0-1,1\n")
        self.take(path)
        path = self.write("a.csv", "patch,overview_priority\n4.0.0-1,2\n")
        _, result = self.take(path, status=2)
        self.assertIn("overview_priority is '1', the row says '2'", result.stderr)
        record, _ = self.take(path, "--update")
        self.assertEqual(record["imported"], 1)
        self.assertEqual(self.fields("4.0.0-1")["overview_priority"], "2")
        last = self.run_tool("history", "--json", "4.0.0-1").json[-1]
        self.assertEqual((last["action"], last["from"], last["to"], last["comment"]), ("import", "1", "2", "a.csv"))
        self.assertEqual(self.take(path)[0]["unchanged"], 1)

    def test_whole_file_errors(self):
        for name, text, args, status, part in [
                ("a.csv", "patch,Whatever\n4.0.0-1,x\n", [], 65, "Whatever"),
                ("a.csv", "", [], 65, "header"),
                ("a.csv", "patch,patch\n", [], 65, "two columns"),
                ("a.json", '[{"patch": "4.0.0-1"}', [], 65, "not closed"),
                ("a.xml", "<metadata>", [], 65, "not well-formed"),
                ("a.xml", "<!DOCTYPE m [<!ENTITY a 'b'>]><metadata/>", [], 65, "DOCTYPE"),
                ("a.xml", "<other/>", [], 65, "metadata"),
                ("a.dat", "x", [], 64, "--as"),
                ("a.dat", "x", ["--as", "yaml"], 64, "yaml")]:
            with self.subTest(name + " " + text):
                self.assert_error(self.run_tool("import", self.write(name, text), *args), status, part)
        self.assert_error(self.run_tool("import", "/nonexistent.csv"), 66, "/nonexistent.csv")
        for mapping, part in [("columns = 3", "columns"), ("[columns]\nA = 'overview_clientt'", "overview_client"),
                              ("colums = {}", "columns"), ("= x", "map.toml:1"), ("[columns]\nB = 'patch'", "B"),
                              ("key = 'Z'\n[columns]\nA = 'patch'", "Z")]:
            with self.subTest(mapping):
                self.assert_error(self.run_tool("import", self.write("a.csv", "A\n4.0.0-1\n"), "--map",
                                                self.write("map.toml", mapping)), 65, part)

    def test_suggested_map(self):
        path = self.write(
            "old.csv",
            "Patch No,Carbon Version,Developer,Customer,JIRA,Realesed On,Lunch\n1,4.2.0,al,Acme,S-1,1/2/2013,pie\n",
        )
        result = self.assert_status(self.run_tool("import", "--suggest-map", path), 0)
        self.assertIn("note: the dates of 'Realesed On' are ambiguous, like '1/2/2013'", result.stderr)
        for line in ('"Patch No" = "patch"', '"Carbon Version" = "platform"', '"Customer" = "overview_client"',
                     '"Developer" = "peopleInvolved_developedby"', '"JIRA" = "jiraInformation_supportJIRA"',
                     '"Realesed On" = "dates_releasedOn"', '"Lunch" = ""'):
            self.assertIn(line, result.text)
        record, _ = self.take(path, "--map", self.write("old.toml", result.stdout))
        self.assertEqual(record["imported"], 1)
        self.assertEqual(self.fields("4.2.0-1")["dates_releasedOn"], "2013-02-01")

    def test_governance_xml(self):
        artifact = """<metadata xmlns="http://www.wso2.org/governance/metadata"><overview>
          <name>WSO2-CARBON-PATCH-4.2.0-0012</name><products>ESB 4.8.1</products><products>AM 1.6.0</products>
          <carbonPlatform>4.2.0</carbonPlatform><client>O'Neil &amp; Sons</client></overview>
          <dates><releasedOn>25/12/2013</releasedOn></dates></metadata>"""
        record, _ = self.take(self.write("p.xml", artifact))
        self.assertEqual(record["imported"], 1)
        fields = self.fields("4.2.0-12")
        self.assertEqual(fields["overview_products"], ["ESB 4.8.1", "AM 1.6.0"])
        self.assertEqual(fields["overview_client"], ["O'Neil & Sons"])
        self.assertEqual(fields["dates_releasedOn"], "2013-12-25")
        many = "<all>" + artifact + artifact.replace("0012", "0013").replace("<client>", "<clint>").replace(
            "</client>", "</clint>") + "</all>"
        record, result = self.take(self.write("m.xml", many), status=2)
        self.assertEqual((record["unchanged"], record["rejected"]), (1, 1))
        self.assertIn("overview_clint", result.stderr)

    def make_history(self):
        run = self.run_tool
        run("request", "--set", "client=Acme", "--set", "description=a\n\"b\",\\ c\td")
        run("request", "--set", "client=Globex", "--set", "product=A", "--set", "product=B")
        run("request", "--set", "overview_carbonPlatform=4.4.0")
        run("decline", "Q-3", "--why", "no time")
        run("reopen", "Q-3", "--why", "some time")
        run("decline", "Q-3", "--why", "no time")
        run("new", "--platform", "4.4.0", "--from", "Q-1", "--why", "because, \"x\"")
        run("new", "--platform", "4.2.0", "--set", "product=A", "--set", "product=B, C", "--set", "product=[x]")
        run("new", "--platform", "4.4.0", "--ported-from", "4.2.0-1", "--set", "dates_releasedOn=2014-01-01")
        run("edit", "4.4.0-1", "--set", "priority=1", "--add", "client=ç株🚀")
        run("edit", "4.4.0-1", "--set", "client=")
        run("link", "4.2.0-1", "requires", "4.4.0-2")
        sql = self.installation.server.sql
        # What lifecycles will add.
        sql(
            "UPDATE patch SET lifecycle = 'PatchLifeCycle', state = 'Testing', lifecycle_version = 1, state_since ="
            " '2014-01-02 03:04:05'"
            " WHERE platform = '4.2.0';"
            "INSERT INTO event (patch, at, actor, via, action, changes, comment, time_s, inputs) SELECT id,"
            " '2014-01-02 03:04:05', 'bob', 'pmt-lifecycle', 'move', '[{\"key\":\"Promote\",\"from\":\"Development\","
            "\"to\":\"Testing\"}]',"
            " 'go', 5400, '{\"reason\":\"x\"}' FROM patch WHERE platform = '4.2.0';"
            "INSERT INTO event (patch, at, actor, via, action, changes) SELECT id,"
            " '2014-01-02 03:04:06', 'bob', 'pmt-lifecycle', 'tick', '[{\"key\":\"Verified README\",\"from\":null,"
            "\"to\":null}]'"
            " FROM patch WHERE platform = '4.2.0'",
            schema="upkeep",
        )

    def test_export_comes_back_the_same(self):
        self.make_history()
        for form in ("json", "jsonl", "csv"):
            with self.subTest(form):
                exported = self.assert_quiet(self.run_tool("export", "--format", form)).stdout
                self.assertGreater(len(exported), 1000)
                other = self.open_installation(self.open_server())
                path = self.write("all." + form, exported)
                result = other.run("pmt-patch", "import", path)
                self.assert_quiet(result)
                count = "3" if form == "csv" else "5"
                self.assertEqual(result.rows[0][1:], [count, count, "0", "0"])
                again = self.assert_quiet(other.run("pmt-patch", "export", "--format", form)).stdout
                self.assertEqual(again.decode(), exported.decode())
                self.assertEqual(other.run("pmt-patch", "import", path).rows[0][1:], [count, "0", count, "0"])
                self.assertEqual(other.run("pmt-patch", "new", "--platform", "4.4.0").text[-5:], "0003\n")
                if form == "csv":
                    self.assertEqual(other.run("pmt-patch", "request").text, "Q-2\n")
                    continue
                queue = [row[:2] for row in other.run("pmt-patch", "queue", "--all").rows]
                self.assertEqual(sorted(queue), [["Q-1", "promoted"], ["Q-2", "open"], ["Q-3", "declined"]])
                self.assertEqual(
                    other.run("pmt-patch", "new", "--platform", "4.9.0", "--from", "Q-2").text[-5:], "0001\n"
                )
                self.assertEqual(other.run("pmt-patch", "request").text, "Q-4\n")

    def test_what_an_earlier_type_has_left_comes_along(self):
        rxt = ('<artifactType type="application/vnd.x+xml" shortName="x" singularLabel="X" pluralLabel="Xs"'
               ' hasNamespace="false" iconSet="1"><content><table name="Overview"><field type="text"><name>{}</name>'
               '</field></table></content></artifactType>')
        older, newer = (self.write(name + ".rxt", rxt.format(name)) for name in ("Gone", "Here"))
        self.run_tool("fields", "--load", older, "--yes")
        self.run_tool("new", "--platform", "4.4.0", "--set", "overview_gone=x, y")
        self.run_tool("fields", "--load", newer, "--yes")
        exported = self.assert_quiet(self.run_tool("export")).stdout
        self.assertIn(b"overview_gone", exported)
        other = self.open_installation(self.open_server())
        other.run("pmt-patch", "fields", "--load", newer, "--yes")
        self.assert_quiet(other.run("pmt-patch", "import", self.write("all.json", exported)))
        self.assertEqual(other.run("pmt-patch", "export").stdout, exported)

    def test_export(self):
        self.assertEqual(self.run_tool("export").text, "[]\n")
        self.make_history()
        exported = self.run_tool("export", "platform=4.2.0").json
        self.assertEqual(len(exported), 1)
        self.assertEqual((exported[0]["state"], exported[0]["ticks"], exported[0]["time_s"]),
                         ("Testing", ["Verified README"], 5400))
        self.assertEqual(exported[0]["history"][-2]["inputs"], {"reason": "x"})
        self.assertEqual(len(self.run_tool("export", "--format", "jsonl").jsonl), 5)
        rows = list(csv.DictReader(self.run_tool("export", "--format", "csv").text.splitlines(keepends=True)))
        self.assertEqual(json.loads(rows[0]["overview_products"]), ["A", "B, C", "[x]"])
        # Our own registry knows its own export.
        record, _ = self.take(self.write("all.json", self.run_tool("export").stdout))
        self.assertEqual(record["unchanged"], 5)
        self.assert_error(self.run_tool("export", "--format", "text"), 64, "json")

    def test_json_rejects_keep_their_bytes(self):
        good = '{"patch": "4.0.0-1", "fields": {"overview_client": "Acme"}}'
        bad = '{"patch":   "4.0.0-2", "fields": {"overview_clint": "x"}}'
        path = self.write("a.jsonl", f"{good}\n{bad}\nnot json\n")
        rejects = self.directory / "r.jsonl"
        record, _ = self.take(path, "--rejects", rejects, status=2)
        self.assertEqual((record["imported"], record["rejected"]), (1, 2))
        self.assertIn(bad + "\n", rejects.read_text())
        record, _ = self.take(self.write("m.jsonl", rejects.read_text().replace("clint", "client")), status=2)
        self.assertEqual((record["rows"], record["imported"]), (2, 1))
        for text, part in [('{"patch": "4.0.0-3", "odd": 1}', "odd"), ('{"patch": 7}', "platform"),
                           ('{"patch": "4.0.0-3", "links": [{"type": "requires", "patch": "4.0.0-99"}]}', "0099"),
                           ('{"patch": "4.0.0-3", "queue": "Q-x"}', "Q-x")]:
            result = self.run_tool("import", "-", "--as", "jsonl", stdin=text)
            self.assert_status(result, 2)
            self.assertIn(part, result.stderr)

    def half_done(self):
        """The number of patches, those of an open transaction included."""
        return self.installation.server.sql(
            "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; SELECT COUNT(*) FROM patch", schema="upkeep"
        )

    def test_killed_import_goes_on(self):
        rows = "".join(f"4.0.0-{i},c{i}\n" for i in range(1, 6001))
        path = self.write("big.csv", "patch,overview_client\n" + rows)
        started = self.start("pmt-patch", "import", path, env=self.installation.env)
        wait_for(lambda: int(self.half_done()[0][0] or 0) > 0, "it is in the middle of it")
        started.kill()
        started.wait()
        record, _ = self.take(path)
        self.assertEqual(record["imported"] + record["unchanged"], 6000)
        sql = self.installation.server.sql
        self.assertEqual(sql("SELECT COUNT(*), MAX(number) FROM patch", schema="upkeep"), [["6000", "6000"]])
        self.assertEqual(sql("SELECT COUNT(*) FROM event", schema="upkeep"), [["6000"]])
        self.assertEqual(self.run_tool("list", "client=c4711").rows[0][4], "4711")

    def test_bar_on_a_terminal(self):
        path = self.write("a.csv", "patch\n" + "".join(f"4.0.0-{i}\n" for i in range(1, 300)))
        shown = self.installation.run_tty("pmt-patch", "import", path)
        self.assert_status(shown, 0)
        self.assertIn("100%", shown.text)
        self.assertNotIn("%", self.installation.run_tty("pmt-patch", "import", path, "--no-progress").text)


if __name__ == "__main__":
    unittest.main()
