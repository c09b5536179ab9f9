# SPDX-License-Identifier: MIT
"""import --suggest-map: what headers and values may mean, what is said where they do not tell."""

import unittest

from upkeep_test.imports import ImportCase

REDMINE = (
    '#,Project,Tracker,Parent task,Status,Priority,Subject,Author,Assignee,Updated,Start date,Due date,% Done,Created,'
    'Files,'
    'Affected version\n'
    '101,Carbon,Bug,,New,Urgent,Mediator fails,bob,ana,03/14/2014 10:00 AM,03/01/2014,03/31/2014,0,03/01/2014 09:00 AM,'
    ',4.2.0\n'
    '102,Carbon,Bug,101,New,Normal,Leak,bob,,03/15/2014 10:00 AM,03/02/2014,,50,03/02/2014 09:00 AM,dump.txt,4.4.0\n'
)


class SuggestedGuessesTest(ImportCase):
    def draft(self, text, name="sheet.csv"):
        """The draft and its notes, and what it imports as with it: (imported, unchanged, rejected), stderr."""
        self.installation.server.sql(
            "DELETE FROM patch; DELETE FROM event; DELETE FROM number_sequence", schema="upkeep"
        )
        path, mapping = self.directory / name, self.directory / "draft.toml"
        path.write_text(text)
        result = self.assert_status(self.run_tool("import", "--suggest-map", path), 0)
        mapping.write_bytes(result.stdout)
        taken = self.run_tool("import", "--map", mapping, "--json", path)
        self.assertIn(taken.status, (0, 2), f"{result.text}\n{taken}")
        record = taken.json[0]
        return result.text, result.stderr, (record["imported"], record["unchanged"], record["rejected"]), taken.stderr

    def rows(self, fields):
        return self.run_tool("list", "--json", "--fields", fields).json

    def refused(self, text, *parts, name="sheet.csv"):
        path = self.directory / name
        path.write_text(text)
        return self.assert_error(self.run_tool("import", "--suggest-map", path), 65, *parts)

    def test_serial_numbers_of_days_are_rejects_and_told(self):
        for cells in (["41702"], ["41702", "41999", "42005"], ["45000.5"], ["41702", "3/14/2014"]):
            with self.subTest(cells):
                draft, notes, counts, stderr = self.draft("No,Platform,Released On\n" + "".join(
                    f"{i},4.2.0,{cell}\n" for i, cell in enumerate(cells, 1)))
                serial = sum("/" not in cell for cell in cells)
                self.assertEqual(counts, (len(cells) - serial, 0, serial), draft)
                self.assertNotIn("%m %d %y", draft)
                self.assertIn(f"'{cells[0]}' in 'Released On' is a spreadsheet's serial number", notes)
                self.assertIn("serial number of a day", stderr)

    def test_a_column_of_dates_that_is_left_out_is_told(self):
        for cell in ("Mar-14", "10:30 25/06/2014", "1393927200000", "140304", "2014"):
            with self.subTest(cell):
                draft, notes, counts, _ = self.draft(f"No,Platform,Created\n1,4.2.0,{cell}\n")
                self.assertEqual(counts, (1, 0, 0), draft)
                self.assertIn('"Created" = ""', draft)
                self.assertIn(f"the dates of 'Created' cannot be read, like '{cell}'", notes)

    def test_blanks_in_dates_that_nobody_sees(self):
        draft, notes, counts, _ = self.draft('No,Platform,Created\n1,4.2.0,"Oct 9, 2025, 1:42\u202fPM"\n')
        self.assertEqual((counts, notes), ((1, 0, 0), ""), draft)
        self.assertEqual(self.rows("created_at"), [{"created_at": "2025-10-09T13:42:00Z"}])

    def test_an_export_of_our_own_needs_no_map(self):
        self.draft("No,Platform,Client\n1,4.2.0,Acme\n")
        own = self.run_tool("export", "--format", "csv").text
        self.refused(own, "those of pmt-patch export", "without a map: pmt-patch import own.csv", name="own.csv")
        more = own.replace("\n", ",mine\n", 1)
        self.refused(more, "remove the columns 'mine'")
        self.refused("patch,overview_client\n4.2.0-1,Acme\n", "without a map")

    def test_other_formats_are_named(self):
        self.refused('<?xml version="1.0"?><metadata/>', "it is XML", name="a.xml")
        self.refused('<metadata xmlns="x"><a/></metadata>', "it is XML", name="a.csv")
        self.refused('[{"patch": "4.2.0-1"}]', "it is JSON", name="a.json")
        self.refused('{"patch": "4.2.0-1"}\n', "it is JSON", name="a.jsonl")

    def test_one_odd_value_costs_its_row_alone(self):
        for odd in ("trunk", "unspecified", "4.2.0, 4.4.0", "2"):
            with self.subTest(odd):
                draft, notes, counts, stderr = self.draft(
                    f'Bug ID,Version,Target Milestone,Summary\n1,4.2.0,4.3.0,a\n2,"{odd}",---,b\n3,4.4.0,,c\n4,4.4.0,,'
                    'd\n'
                )
                self.assertEqual(counts, (3, 0, 1), draft)
                self.assertIn('"Version" = "platform"', draft)
                self.assertIn(f"1 row is without one platform, like '{odd}'", notes)
                self.assertIn("line 3: it has no platform", stderr)
                self.assertEqual([row["platform"] for row in self.rows("platform")], ["4.2.0", "4.4.0", "4.4.0"])

    def test_redmine(self):
        draft, notes, counts, stderr = self.draft(REDMINE)
        self.assertEqual((counts, stderr), ((2, 0, 0), ""), draft)
        self.assertIn('key = "#"', draft)
        self.assertIn('"Files" = ""', draft)
        self.assertIn(
            "the dates of 'Created' are ambiguous, like '03/01/2014 09:00 AM': the draft reads the month first", notes
        )
        rows = self.rows("overview_description,jiraInformation_supportJIRA,created_at,dates_developmentStartedOn")
        self.assertEqual(rows[0], {"overview_description": "Mediator fails", "jiraInformation_supportJIRA": ["101"],
                                   "created_at": "2014-03-01T09:00:00Z", "dates_developmentStartedOn": "2014-03-01"})

    def test_dates_beside_ambiguous_ones_that_contradict_each_other_tell_nothing(self):
        draft, notes, _, _ = self.draft(
            "No,Platform,Released On,Due date,Updated\n1,4.2.0,3/4/2014,12/31/2013,31/12/2013\n"
        )
        self.assertIn('# "Released On" = ["%d/%m/%Y"]', draft)
        self.assertIn("'Released On' are ambiguous, like '3/4/2014': choose a format", notes)

    def test_numbers_of_tickets_are_no_numbers_of_patches(self):
        draft, _, counts, stderr = self.draft(
            "number,short_description,u_platform\nINC0010023,a,4.2.0\nINC0010024,b,4.4.0\n"
        )
        self.assertEqual((counts, stderr), ((2, 0, 0), ""), draft)
        self.assertIn('"number" = "jiraInformation_supportJIRA"', draft)

    def test_a_list_of_patches_with_titles_keeps_its_numbers(self):
        draft, notes, counts, _ = self.draft(
            "Number,Version,Title,State,Developer\n5,4.2.0,x,Released,ana\n9,4.2.0,y,Testing,bob\n"
        )
        self.assertEqual(counts, (2, 0, 0), draft)
        self.assertEqual([row["number"] for row in self.rows("number")], [5, 9])
        self.assertIn("'Number' is assumed to contain patch numbers", notes)

    def test_titles_and_descriptions(self):
        draft, _, _, _ = self.draft("Description,Title,No,Platform\nlong,short,1,4.2.0\n")
        self.assertEqual(self.rows("overview_description,documentation_notes"),
                         [{"overview_description": "short", "documentation_notes": "long"}], draft)
        self.draft("Description,No,Platform\nlong,1,4.2.0\n")
        self.assertEqual(self.rows("overview_description"), [{"overview_description": "long"}])
        draft, _, counts, _ = self.draft(
            "ID,Title 1,Title 2,Target Release,Date Submitted\n7,a,,4.2.0,2014-03-04\n8,,b,4.4.0,2014-03-05\n"
        )
        self.assertEqual(counts, (2, 0, 0), draft)
        self.assertEqual(self.rows("overview_description,created_at"),
                         [{"overview_description": "a", "created_at": "2014-03-04T00:00:00Z"},
                          {"overview_description": "b", "created_at": "2014-03-05T00:00:00Z"}])

    def test_headers_that_are_merely_like_a_field(self):
        draft, _, _, _ = self.draft("No,Platform,Issue Title,Issue Typo,Dscription\n1,4.2.0,Fails,words,Acme\n")
        self.assertIn('"Issue Title" = "overview_description"\n', draft)
        self.assertIn('"Issue Typo" = "overview_issueType"  # a guess', draft)
        draft, _, _, _ = self.draft("No,Platform,Clientt\n1,4.2.0,Acme\n")
        self.assertIn('"Clientt" = "overview_client"  # a guess', draft)

    def test_any_column_may_be_the_key(self):
        draft, _, counts, stderr = self.draft("Title\tURL\tMilestone\nFails\thttps://example.org/12\t4.2.0\n"
                                              "Fails\thttps://example.org/13\tv4.4.0\n", "board.tsv")
        self.assertEqual((counts, stderr), ((2, 0, 0), ""), draft)
        self.assertIn('key = "URL"  # a guess', draft)
        draft, _, counts, _ = self.draft(
            "Jira Link,Version\nhttps://example.org/A-1,4.2.0\nhttps://example.org/A-2,4.2.0\n"
        )
        self.assertIn('"Jira Link" = "jiraInformation_supportJIRA"', draft)
        self.assertEqual(counts, (2, 0, 0))
        draft, _, counts, _ = self.draft("Summary,Version\na,4.2.0\nb,4.2.0\n")
        self.assertEqual(counts, (2, 0, 0), draft)

    def test_a_row_that_is_repeated_is_one_patch(self):
        draft, _, counts, _ = self.draft("Ticket,Version\nA-1,4.2.0\nA-2,4.2.0\nA-1,4.2.0\n")
        self.assertIn('key = "Ticket"', draft)
        self.assertEqual(counts, (2, 1, 0), draft)

    def test_a_version_alone_is_no_product(self):
        draft, notes, _, _ = self.draft(
            'Ticket,Version,Product\nA-1,4.2.0,"ESB 4.8.1, IS 5.0.0"\nA-2,4.2.0,"ESB 4.8.1, 4.9.0"\n'
        )
        self.assertNotIn("[split]", draft)
        self.assertIn("is not split", notes)
        self.assertNotIn(
            "4.9.0", [product for row in self.rows("overview_products") for product in row["overview_products"]]
        )
        draft, _, counts, _ = self.draft("Id,Product Version,Summary\n1,4.2.0,a\n2,4.4.0,b\n")
        self.assertEqual(counts, (2, 0, 0), draft)

    def test_the_separator_is_that_of_the_table(self):
        for text, counts in [
            ("Ticket;Version\nA-1;4.2.0\nA-2;4.2.0\n", (2, 0, 0)),
            ("Our patches, as of today, draft\nTicket;Version;Client\nA-1;4.2.0;Acme, Inc\nA-2;4.2.0;B\n", (2, 0, 0)),
            ("Ticket;Version;Summary\nA-1;4.2.0;Fails, often, always, here\nA-2;4.2.0;x\n", (2, 0, 0)),
            ('Ticket;"Name, first, last";Version\nA-1;Acme;4.2.0\n', (1, 0, 0)),
            ('Ticket,Version,Client\nA-1,4.2.0,"Smith; Sons"\nA-2,4.2.0,"O | Co"\n', (2, 0, 0)),
        ]:
            with self.subTest(text):
                draft, _, found, _ = self.draft(text)
                self.assertEqual(found, counts, draft)
        path, mapping = self.directory / "two.csv", self.directory / "two.toml"
        path.write_text("No;Name\n1;Acme, Inc, Ltd\n")
        mapping.write_text('[columns]\nNo = "number"\nName = "client"\n[defaults]\nplatform = "4.3.0"\n')
        self.assert_status(self.run_tool("import", "--map", mapping, path), 0)
        self.assertIn({"client": ["Acme, Inc, Ltd"]}, self.rows("client"))


if __name__ == "__main__":
    unittest.main()
