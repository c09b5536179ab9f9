# SPDX-License-Identifier: MIT
"""CSV that the tools write is safe to open in a spreadsheet, and reads back as what it was; exports stream."""

import csv
import io
import json
import re
import subprocess
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.archives import patch_name, support_files, write_zip
from upkeep_test.paths import find_tool, is_sanitized

ODD = [
    '=HYPERLINK("http://example.org/?"&A1,"click")',
    "@SUM(A1)",
    "+A1",
    "-A1",
    "-1-1",
    "\ttab",
    "'quoted",
    "''",
    "=",
    "-5",
    "+1,5",
    "a=b",
    "'=x",
    "-",
    "plain",
]
FORMULA = re.compile(r"[=@+\-\t\r]")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


class SpreadsheetsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        for value in ODD:
            self.assert_status(
                self.installation.run(
                    "pmt-patch",
                    "new",
                    "--platform",
                    "4.4.0",
                    "--set",
                    f"overview_description={value}",
                    "--set",
                    f"overview_client={value.strip()}",
                ),
                0,
            )

    def formulas(self, text):
        return [
            cell
            for row in csv.reader(io.StringIO(text, newline=""))
            for cell in row
            if FORMULA.match(cell) and not NUMBER.fullmatch(cell)
        ]

    def test_no_cell_begins_like_a_formula(self):
        run = self.installation.run
        archive = write_zip(self.make_directory() / f"=1+1 {patch_name()}.zip", support_files())
        for words in (
            ["pmt-patch", "list", "--fields", "overview_description,overview_client"],
            ["pmt-patch", "export"],
            ["pmt-report", "released", "--by", "client"],
            ["pmt-report", "workload"],
            ["pmt-report", "health"],
            ["pmt-patch", "fields"],
            ["pmt-patch", "history", "4.4.0-1"],
        ):
            with self.subTest(words):
                result = self.assert_quiet(run(*words, "--format", "csv"))
                self.assertEqual(self.formulas(result.text), [])
        self.assertEqual(self.formulas(run("pmt-verify", "--format", "csv", archive).text), [])

    def test_cells(self):
        run = self.installation.run
        text = run("pmt-patch", "list", "--format", "csv", "--fields", "overview_description", "sort:number").text
        cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
        plain = run("pmt-patch", "list", "--json", "--fields", "overview_description", "sort:number").json
        values = [one["overview_description"] for one in plain]
        self.assertEqual(len(values), len(ODD))
        for value, cell in zip(values, cells):
            escaped = re.match(r"[=+\-@\t\r']", value) and not NUMBER.fullmatch(value)
            self.assertEqual(cell, f"'{value}" if escaped else value)
        # Switched off, and only where there is CSV.
        text = run(
            "pmt-patch",
            "list",
            "--format",
            "csv",
            "--escape",
            "none",
            "--fields",
            "overview_description",
            "sort:number",
        ).text
        self.assertEqual([row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:], values)
        for words in (
            ["--format", "json", "--escape", "none"],
            ["--format", "csv", "--escape", "all"],
            ["--escape", "none"],
        ):
            self.assert_status(run("pmt-patch", "list", *words), 64)
        self.assertEqual(
            run("pmt-patch", "list", "--fields", "overview_description", "limit:1").text.rstrip("\n"), ODD[0]
        )

    def test_round_trip(self):
        path = self.make_directory() / "all.csv"
        path.write_bytes(self.installation.run("pmt-patch", "export", "--format", "csv").stdout)
        other = self.open_installation(module_server(), patch={"lifecycle": ""})
        self.assert_status(other.run("pmt-patch", "import", path), 0)
        self.assertEqual(other.run("pmt-patch", "export").stdout, self.installation.run("pmt-patch", "export").stdout)
        self.assertEqual(other.run("pmt-patch", "export", "--format", "csv").stdout, path.read_bytes())
        # A file of somebody else's, read by a map, is taken as it is.
        foreign = self.make_directory() / "foreign.csv"
        foreign.write_text("Platform,Number,Text\n4.2.0,1,'=x\n")
        map_file = self.make_directory() / "map.toml"
        map_file.write_text('[columns]\nPlatform = "platform"\nNumber = "number"\nText = "overview_description"\n')
        self.assert_status(other.run("pmt-patch", "import", foreign, "--map", map_file), 0)
        self.assertEqual(
            other.run("pmt-patch", "list", "platform=4.2.0", "--fields", "overview_description").text, "'=x\n"
        )


class StreamTest(TestCase):
    @unittest.skipIf(is_sanitized(), "sanitizers need memory of their own")
    def test_memory(self):
        """Patches with long texts: what is held does not grow with their number."""
        installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        path = self.make_directory() / "all.jsonl"
        with path.open("w") as out:
            for number in range(1, 1501):
                history = [{"at": "2014-01-01T08:00:00Z", "actor": "al", "via": "t", "action": "create", "changes": []}]
                history += [{"at": "2014-01-02T08:00:00Z", "actor": "al", "via": "t", "action": "edit",
                             "changes": [{"key": "overview_description", "from": None, "to": "x" * 20000}]}] * 3
                out.write(json.dumps({"patch": patch_name("4.4.0", number), "created_at": "2014-01-01T08:00:00Z",
                                      "fields": {"overview_description": ["y" * 20000]}, "history": history}) + "\n")
        self.assert_status(installation.run("pmt-patch", "import", path, timeout=300), 0)
        code = ("import resource, subprocess, sys\n"
                "p = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
                "print(p.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n")
        for words in (
            ["export"],
            ["export", "--format", "csv"],
            ["list", "--json", "--fields", "patch,overview_description"],
        ):
            with self.subTest(words):
                done = subprocess.run(
                    ["python3", "-c", code, find_tool("pmt-patch"), *words],
                    env={**installation.env, "PATH": "/usr/bin:/bin"},
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=300,
                )
                status, kilobytes = done.stdout.split()
                self.assertEqual(status, "0", done.stderr)
                self.assertLess(int(kilobytes) / 1024, 96)


if __name__ == "__main__":
    unittest.main()
