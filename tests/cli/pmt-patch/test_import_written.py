# SPDX-License-Identifier: MIT
"""What stands in a file is taken as it is written there, or refused."""

import json
import unittest

from upkeep_test.imports import ImportCase

NAME = "WSO2-CARBON-PATCH-{}"


class WrittenCase(ImportCase):
    def field(self, name, key):
        return self.assert_quiet(self.run_tool("show", "--json", name)).json[0]["fields"].get(key)


class JsonTest(WrittenCase):
    def test_a_member_twice_is_a_reject(self):
        rows = ['{"patch": "4.2.0-1", "patch": "4.2.0-2"}', '{"patch": "4.2.0-3", "p\\u0061tch": "4.2.0-3"}',
                '{"patch": "4.2.0-4", "fields": {"overview_client": ["A"], "overview_client": ["B"]}}',
                '{"patch": "4.2.0-5", "links": [{"type": "requires", "type": "conflicts", "patch": "4.2.0-9"}]}',
                '{"patch": "4.2.0-6", "fields": {"overview_client": ["patch", "patch"]}, "links": []}']
        for name, text in (("a.jsonl", "\n".join(rows) + "\n"), ("a.json", "[" + ",\n".join(rows) + "]")):
            with self.subTest(name):
                counts, result = self.take(name, text, status=2)
                self.assertEqual(counts[2], 4)
                self.assertIn("line 3: it has the member 'overview_client' twice", result.stderr)
        self.assertEqual(self.names(), [NAME.format("4.2.0-0006")])
        _, result = self.take("b.json", "[" + ", ".join(rows) + "]", status=2)
        self.assertIn("line 1, row 3: it has the member 'overview_client' twice", result.stderr)
        cell = '"[{""type"": ""requires"", ""type"": ""conflicts"", ""patch"": ""4.2.0-6""}]"'
        _, result = self.take("a.csv", f"patch,links\n4.2.0-7,{cell}\n", status=2)
        self.assertIn("links: it has the member 'type' twice", result.stderr)

    def test_numbers_keep_their_digits(self):
        numbers = ["4.10", "12345678901234567890123", "1e3", "0.30", "-7", "18446744073709551616", "42"]
        fields = '{"overview_client": [' + ", ".join(numbers) + "]}"
        self.assertEqual(self.take("a.jsonl", f'{{"platform": 4.10, "number": 1, "fields": {fields}}}\n')[0], (1, 0, 0))
        self.assertEqual(self.field("4.10-1", "overview_client"), numbers)
        self.take("a.csv", 'patch,overview_client\n4.10-2,"[4.10, 0.30]"\n')
        self.assertEqual(self.field("4.10-2", "overview_client"), ["4.10", "0.30"])

    def test_numbers_of_a_history_stay_numbers(self):
        event = {"at": "2014-01-01T00:00:00Z", "actor": "a", "via": "b", "action": "move", "inputs": {"part": 0.5}}
        self.take("a.jsonl", json.dumps({"patch": "4.2.0-1", "fields": {}, "history": [event]}) + "\n")
        for form in ("jsonl", "csv"):
            exported = self.assert_quiet(self.run_tool("export", "--format", form)).text
            self.assertIn("0.5}", exported)
            self.assertEqual(self.take(f"b.{form}", exported)[0], (0, 1, 0))

    def test_nothing_is_taken_of_an_array_that_is_cut_off(self):
        for rows in (3, 2500):
            text = "[" + ",\n".join(f'{{"patch": "4.2.0-{i}"}}' for i in range(1, rows + 1))
            for rest in ("", ",", ',\n{"patch": "4.2', "]\n]"):
                with self.subTest(rest, rows=rows):
                    result = self.run_tool("import", self.write("a.json", text + rest))
                    self.assert_error(result, 65, "after the array" if "]" in rest else "nothing was imported")
                    self.assertEqual(self.names(), [])


class CsvTest(WrittenCase):
    def test_formulas_under_our_own_headers(self):
        text = (
            'platform,number,overview_client\n"=""4.2.0""","=""0002""","=HYPERLINK(""https://a.example"",""Acme"")"\n'
            '4.2.0,3,"=SUM(A1:A2)"\n'
        )
        counts, result = self.take("a.csv", text, status=2)
        self.assertEqual((counts, self.names()), ((1, 0, 1), [NAME.format("4.2.0-0002")]))
        self.assertEqual(self.field("4.2.0-2", "overview_client"), ["Acme"])
        self.assertIn("is a formula", result.stderr)

    def test_one_cell_in_another_encoding(self):
        for encoding, word in (("latin-1", "Söhne"), ("cp1252", "Söhne €")):
            with self.subTest(encoding):
                rows = ["4.2.0-1,Müller,żółw", "4.2.0-2,Łódź,”x”"]
                text = ("patch,overview_client,overview_description\n" + "\n".join(rows) + "\n4.2.0-3,").encode()
                self.take("a.csv", text + word.encode(encoding) + ",Größe\n".encode(), "--update")
                self.assertEqual([self.field(f"4.2.0-{i}", "overview_client") for i in (1, 2, 3)],
                                 [["Müller"], ["Łódź"], [word]])
                self.assertEqual([self.field(f"4.2.0-{i}", "overview_description") for i in (1, 2, 3)],
                                 ["żółw", "”x”", "Größe"])

    def test_an_empty_cell_says_nothing(self):
        self.take("a.jsonl", '{"patch": "4.2.0-1", "fields": {"overview_client": ["Acme"]}}\n')
        for name, text in (
            ("b.csv", "patch,overview_client\n4.2.0-1,\n"),
            ("b.jsonl", '{"patch": "4.2.0-1", "fields": {"overview_client": []}, "links": [], "state": null}\n'),
        ):
            self.assertEqual(self.take(name, text, "--update")[0], (0, 1, 0))
        self.assertEqual(self.field("4.2.0-1", "overview_client"), ["Acme"])

    def test_an_export_has_none(self):
        values = ['="0002"', "=SUM(A1:A2)", "'=1"]
        self.take("a.jsonl", json.dumps({"patch": "4.2.0-1", "fields": {"overview_client": values}}) + "\n")
        exported = self.assert_quiet(self.run_tool("export", "--format", "csv")).text
        self.assertEqual(self.take("b.csv", exported)[0], (0, 1, 0))


class XmlTest(WrittenCase):
    def test_a_reject_has_the_namespaces_around_it(self):
        for wrapper, prefix in (("g:all xmlns:g='http://www.wso2.org/governance/metadata'", "g:"),
                                ("all xmlns='http://www.wso2.org/governance/metadata' xmlns:h='urn:h'", "")):
            with self.subTest(wrapper):
                text = (
                    f"<{wrapper}><{prefix}metadata><{prefix}overview><{prefix}name>"
                    f"{NAME.format('4.2.0-0001')}</{prefix}name>"
                    f"<{prefix}no>x</{prefix}no></{prefix}overview></{prefix}metadata></{wrapper.split()[0]}>"
                )
                rejects = self.directory / "rejects.xml"
                self.take("a.xml", text, "--rejects", rejects, status=2)
                mended = rejects.read_text().replace(f"<{prefix}no>x</{prefix}no>", "")
                self.assertEqual(self.take("b.xml", mended, "--dry-run")[0], (1, 0, 0))


class DatesInMapsTest(WrittenCase):
    MAP = ('[columns]\nNo = "patch"\nWhen = "dates_releasedOn"\n[dates]\nformats = ["%m/%d/%Y"]\n{}\n'
           '[values.dates_releasedOn]\nQ1 = "{}"\n[defaults]\ndates_releasedOn = "{}"\n')

    def test_are_read_as_those_of_the_file(self):
        for value in ("3/4/2014", "2014-03-04"):
            with self.subTest(value):
                mapping = self.write("m.toml", self.MAP.format("", value, value))
                _, result = self.take("a.csv", "No,When\n4.2.0-1,\n4.2.0-2,Q1\n4.2.0-3,3/4/2014\n", "--map", mapping)
                self.assertEqual(result.stderr, "")
                self.assertEqual({self.field(f"4.2.0-{i}", "dates_releasedOn") for i in (1, 2, 3)}, {"2014-03-04"})

    def test_by_the_formats_of_their_column(self):
        mapping = self.write("m.toml", self.MAP.format('columns = { When = "%d/%m/%Y" }', "3/4/2014", "3/4/2014"))
        self.take("a.csv", "No,When\n4.2.0-1,\n4.2.0-2,Q1\n", "--map", mapping)
        self.assertEqual({self.field(f"4.2.0-{i}", "dates_releasedOn") for i in (1, 2)}, {"2014-04-03"})

    def test_what_is_wrong_with_them(self):
        path = self.write("a.csv", "No,When\n4.2.0-1,\n")
        for text, part in (
            (self.MAP.format("", "2014-03-04", "13/13/2014"), "'13/13/2014' is not a date by the formats"),
            (self.MAP.format("", "soon", "2014-03-04"), "'soon' is not a date"),
            (self.MAP.format('columns = { Wehn = "iso" }', "2014-03-04", "2014-03-04"), "did you mean 'When'?"),
        ):
            with self.subTest(part):
                self.assert_error(self.run_tool("import", "--map", self.write("m.toml", text), path), 65, part)


if __name__ == "__main__":
    unittest.main()
