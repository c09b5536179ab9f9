# SPDX-License-Identifier: MIT
"""Dates: what a map's formats decide, what is ambiguous, offsets, and the words that people type."""

import datetime
import unittest

from upkeep_test import TestCase, module_server

COLUMNS = '[columns]\n"No" = "number"\n"Platform" = "platform"\n"Out" = "dates_releasedOn"\n'


class ImportDatesTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def take(self, cells, dates="", columns=COLUMNS, status=0):
        """Imports one row a cell, numbered from 1. Returns what is stored, by number, and the result."""
        sheet, mapping = self.directory / "sheet.csv", self.directory / "map.toml"
        sheet.write_text("No;Platform;Out\n" + "".join(f"{i};4.2.0;{cell}\n" for i, cell in enumerate(cells, 1)))
        mapping.write_text(columns + (f"[dates]\n{dates}\n" if dates else ""))
        result = self.assert_status(self.run_tool("import", "--map", mapping, sheet), status)
        key = "created_at" if "created_at" in columns else "dates_releasedOn"
        rows = self.run_tool("list", "platform=4.2.0", "--json", "--fields", f"number,{key}").json
        return {row["number"]: row[key] for row in rows}, result

    def test_a_maps_formats_alone_decide(self):
        stored, result = self.take(["3/4/2014", "3/4/2014 0:00", "2014-03-04", "3/14/2014", "4 Mar 2014"],
                                   'formats = ["%m/%d/%Y"]', status=2)
        self.assertEqual(stored, {1: "2014-03-04", 4: "2014-03-14"})
        for part in ("line 3: dates_releasedOn: '3/4/2014 0:00'", "line 4:", "line 6:", '"%m/%d/%Y"'):
            self.assertIn(part, result.stderr)

    def test_two_formats_that_disagree_make_a_reject(self):
        stored, result = self.take(["3/4/2014", "3/14/2014", "14/3/2014", "4/4/2014"],
                                   'formats = ["%m/%d/%Y", "%d/%m/%Y"]', status=2)
        self.assertEqual(stored, {2: "2014-03-14", 3: "2014-03-14", 4: "2014-04-04"})
        self.assertIn("ambiguous: by the map's formats it is 2014-03-04 or 2014-04-03", result.stderr)

    def test_each_column_may_have_its_own(self):
        stored, _ = self.take(["3/4/2014"], 'formats = ["%d/%m/%Y"]\n[dates.columns]\nOut = "%m/%d/%Y"')
        self.assertEqual(stored, {1: "2014-03-04"})

    def test_without_formats_the_day_comes_first_with_one_warning(self):
        stored, result = self.take(["3/4/2014", "5.4.2014", "13/4/2014", "2014-03-04", "4 Mar 2014 2:05 PM"])
        self.assertEqual(stored, {1: "2014-04-03", 2: "2014-04-05", 3: "2014-04-13", 4: "2014-03-04",
                                  5: "2014-03-04T14:05:00Z"})
        self.assertEqual(result.stderr.count("warning"), 1)
        self.assertIn("Out: 2 dates read day first that could be month first, like '3/4/2014' as 2014-04-03 (not "
                      "2014-03-04)", result.stderr)
        _, result = self.take(["3/4/2014"], 'formats = ["%d/%m/%Y"]')
        self.assert_quiet(result)

    def test_the_warning_is_made_for_other_files_too(self):
        path = self.directory / "a.jsonl"
        path.write_text('{"patch": "4.3.0-1", "fields": {"dates_releasedOn": "3/4/2014"}}\n')
        result = self.assert_status(self.run_tool("import", "--dry-run", path), 0)
        self.assertIn("warning: dates_releasedOn: 1 date read day first", result.stderr)

    def test_an_offset_is_converted_to_utc(self):
        columns = COLUMNS.replace("dates_releasedOn", "created_at")
        stored, _ = self.take(
            ["2014-03-04T23:30:00.000-0800", "2014-03-04T02:00:00.123+05:30", "2014-03-04T02:00:00.0Z"],
            'formats = ["%Y-%m-%dT%H:%M:%S.%f%z"]',
            columns,
        )
        self.assertEqual(stored, {1: "2014-03-05T07:30:00Z", 2: "2014-03-03T20:30:00Z", 3: "2014-03-04T02:00:00Z"})
        stored, _ = self.take(
            ["2015-03-04T10:00:00.000+0530", "2015-03-04 10:00:00 UTC", "2015-03-04T10:00+05"],
            'formats = "iso"',
            columns.replace("4.2.0", "4.3.0").replace('"Platform" = "platform"', 'Platform = ""')
            + '[defaults]\nplatform = "4.3.0"\n',
        )
        rows = self.run_tool("list", "platform=4.3.0", "--json", "--fields", "number,created_at").json
        self.assertEqual([row["created_at"] for row in rows],
                         ["2015-03-04T04:30:00Z", "2015-03-04T10:00:00Z", "2015-03-04T05:00:00Z"])

    def test_a_format_that_makes_no_date_is_an_error_of_the_map(self):
        for form, part in [("%d/%m", "no year"), ("%b %Y", "no day"), ("%d/%m/%Y %Z", "time zones"),
                           ("%d/%m/%Y %I:%M", "%p"), ("%Q", "no year"), ("%d/%m/%Y %z", "has none (%H:%M)"),
                           ("%Y-%m-%d %H:%M:%S +0530", "'+0530' would not change the time"),
                           ("%d/%m/%Y %H:%M IST", "'IST'"), ("%d/%m/%Y %H:%M PM", "'PM'")]:
            with self.subTest(form):
                result = self.take(["3/4/2014"], f'formats = ["{form}"]', status=65)[1]
                self.assert_error(result, 65, part)

    def test_serial_numbers_of_days_are_named(self):
        _, result = self.take(["41702"], status=2)
        self.assertIn("serial number", result.stderr)

    def test_a_blank_in_a_format_needs_one(self):
        stored, result = self.take(["41702", "41999", "3122013", "31 12 2013", "12 31 13", "2014"],
                                   'formats = ["%d %m %Y", "%m %d %y"]', status=2)
        self.assertEqual(stored, {4: "2013-12-31", 5: "2013-12-31"})
        self.assertIn("'41702' is a spreadsheet's serial number", result.stderr)
        self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
        stored, _ = self.take(["3/4/201410:00", "3/4/2014 10:00"], 'formats = "%d/%m/%Y %H:%M"', status=2)
        self.assertEqual(stored, {2: "2014-04-03T10:00:00Z"})

    def test_blanks_that_nobody_sees(self):
        stored, result = self.take(
            ["Oct 9, 2025, 1:42\u202fPM", "Oct 9,\u00a02025, 1:42 PM", "\u200eOct 9, 2025, 1:42 PM"],
            'formats = "%b %d, %Y, %I:%M %p"',
        )
        self.assertEqual(set(stored.values()), {"2025-10-09T13:42:00Z"})
        self.assert_quiet(result)
        self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
        stored, _ = self.take(["2014-03-04\u00a010:00", "13\u2009Mar\u30002014"])
        self.assertEqual(stored, {1: "2014-03-04T10:00:00Z", 2: "2014-03-13"})

    def test_typed_dates(self):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        name = self.assert_quiet(self.run_tool("new", "--platform", "4.4.0")).text.strip()
        monday = today - datetime.timedelta(days=today.weekday())
        for typed, day in [
            ("today", today),
            ("-7d", today - datetime.timedelta(days=7)),
            ("monday", monday),
            ("2w ago", today - datetime.timedelta(days=14)),
            ("yesterday", today - datetime.timedelta(1)),
        ]:
            with self.subTest(typed):
                self.assert_quiet(self.run_tool("edit", name, "--set", f"dates_releasedOn={typed}"))
                stored = self.run_tool("show", "--json", name).json[0]["fields"]["dates_releasedOn"]
                self.assertEqual(stored, str(day))
                self.assertEqual(len(self.run_tool("list", f"released={typed}", "--json").json), 1)
        self.assert_quiet(self.run_tool("edit", name, "--set", "dates_releasedOn=2014-03-04T10:00:00+05:30"))
        self.assertEqual(len(self.run_tool("list", "released=2014-03-04T04:30:00Z", "--json").json), 1)
        self.assertEqual(len(self.run_tool("list", "created>=-7d", "created<tomorrow", "--json").json), 1)
        self.assert_quiet(self.run_tool("show", "--at", "tomorrow", name))
        self.assert_error(self.run_tool("show", "--at", "someday", name), 64, "2w ago")
        self.assert_quiet(self.installation.run("pmt-report", "released", "--from", "-1w", "--to", "today"))
        self.assert_quiet(self.installation.run("pmt-report", "state-at", "today"))

    def test_a_cell_is_no_typed_word(self):
        _, result = self.take(["today"], status=2)
        self.assertIn("'today' is not a date", result.stderr)


if __name__ == "__main__":
    unittest.main()
