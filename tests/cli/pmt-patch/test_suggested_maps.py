# SPDX-License-Identifier: MIT
"""import --suggest-map: a draft fits the file it was made for, and says what it cannot know."""

import unittest

from upkeep_test.imports import ImportCase

JIRA = (
    '\ufeffSummary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Resolution,Assignee,Reporter,'
    'Creator,'
    'Created,Updated,Last Viewed,Resolved,Affects Version/s,Due Date,Votes,Labels,Labels,Description,Environment,'
    'Custom field (Client),Custom field (Carbon Platform),Comment,Comment,Status Category\r\n'
    '"Mediator fails, at night",SUP-17,10017,Patch,Done,SUP,Support,Highest,Fixed,ana,bob,bob,09/Oct/25 1:42 PM,'
    '10/Oct/25 8:00 AM,'
    '10/Oct/25 8:00 AM,10/Oct/25 8:00 AM,ESB 4.8.1,28/Feb/26,0,esb,core,Long text,,Acme,Carbon 4.2.0,'
    '"09/Oct/25 2:00 PM;ana;seen","10/Oct/25;bob;done",Done\r\n'
    'Leak,SUP-18,10018,Patch,In Progress,SUP,Support,Medium,,Unassigned,bob,bob,31/Oct/25 11:02 PM,31/Oct/25 11:02 PM,,'
    ',ESB 4.8.1,,'
    '2,,,,,Globex,Carbon 4.2.0,,,In Progress\r\n'
    'Typo,SUP-19,10019,Bug,To Do,SUP,Support,Low,,ana,,bob,01/Nov/25 9:15 AM,01/Nov/25 9:15 AM,,,,,0,esb,,x,,Acme,'
    'Carbon 4.4.0,,,To Do\r\n'
)
BUGZILLA = (
    'Bug ID,Product,Component,Assignee,Assignee Real Name,Status,Resolution,Summary,Changed,Version,Hardware,Priority,'
    'Severity,Opened\n'
    '101,"ESB 4.8.1","Mediation","ana@example.org","Ana","RESOLVED","FIXED","Fails",'
    '"2014-03-04 10:00:00","4.2.0","All","P1","critical","2014-03-01 09:00:00"\n'
    '102,"ESB 4.8.1","Core","nobody@example.org","","UNCONFIRMED","---","Leaks","2014-03-05 11:00:00","4.4.0","PC",'
    '"P3","normal",'
    '"2014-03-02 09:00:00"\n'
)
YOUTRACK = (
    'Issue Id,Project,Tags,Summary,Reporter,Created,Updated,Resolved,Priority,Type,State,Assignee,Subsystem,Fix'
    ' versions,Affected versions\n'
    'ESB-1,ESB,,Fails,bob,2014-03-04 10:00:00 +0530,2014-03-04 10:00:00 +0530,,Show-stopper,Bug,Open,ana,Core,,4.2.0\n'
    'ESB-2,ESB,,Leaks,bob,2014-03-05 10:00:00 +0530,2014-03-05 10:00:00 +0530,,Normal,Bug,Fixed,Unassigned,Core,,'
    '4.2.0\n'
)
GITHUB = (
    'number,title,state,labels,assignees,author,createdAt,closedAt,url,milestone\n'
    '12,Fails,CLOSED,"bug,esb",ana,bob,2014-03-04T10:00:00Z,2014-03-05T10:00:00Z,https://example.org/12,4.2.0\n'
    '13,Leaks,OPEN,,,bob,2014-03-06T10:00:00Z,,https://example.org/13,4.4.0\n')
AZURE = (
    '"ID","Work Item Type","Title","Assigned To","State","Tags","Created Date","Changed Date","Priority","Severity",'
    '"Area Path","Found In"\r\n'
    '"7","Bug","Fails","Ana B <ana@example.org>","Active","esb; core","3/4/2014 10:00:00 AM","3/14/2014 1:00:00 PM",'
    '"1","2 - High","A\\B","4.2.0"\r\n'
    '"8","Bug","Leaks","","Closed","","3/31/2014 11:30:00 PM","3/31/2014 11:30:00 PM","2","3 - Medium","A\\B",'
    '"4.2.0"\r\n'
)


class SuggestedMapsTest(ImportCase):
    def draft(self, text, name="sheet.csv"):
        """The draft for a file, and what it imports as with it: (imported, rejected), stderr."""
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = self.assert_status(self.run_tool("import", "--suggest-map", path), 0)
        mapping = self.directory / "draft.toml"
        mapping.write_bytes(result.stdout)
        taken = self.run_tool("import", "--map", mapping, "--json", path)
        self.assertIn(taken.status, (0, 2), f"{result.text}\n{taken}")
        record = taken.json[0]
        return result.text, (record["imported"], record["rejected"]), taken.stderr

    def rows(self, fields):
        return self.run_tool("list", "--json", "--fields", fields).json

    def test_exports_of_trackers_import_as_they_are(self):
        for name, text, count in [("jira.csv", JIRA, 3), ("bugzilla.csv", BUGZILLA, 2), ("youtrack.csv", YOUTRACK, 2),
                                  ("github.csv", GITHUB, 2), ("azure.csv", AZURE, 2)]:
            with self.subTest(name):
                draft, counts, stderr = self.draft(text, name)
                self.assertEqual((counts, stderr), ((count, 0), ""), draft)
                self.assertIn("assign_numbers = true", draft)
        rows = {row["description"]: row for row in self.rows(
            "overview_description,platform,state,priority,client,developer,created_at,overview_wantedOn,"
            "jiraInformation_supportJIRA") if "description" in row} or {}
        stored = {(row["jiraInformation_supportJIRA"] or [""])[0]: row for row in self.rows(
            "jiraInformation_supportJIRA,platform,state,priority,client,developer,created_at,overview_wantedOn")}
        self.assertFalse(rows)
        one = stored["SUP-17"]
        self.assertEqual(
            (
                one["platform"],
                one["state"],
                one["priority"],
                one["client"],
                one["created_at"],
                one["overview_wantedOn"],
            ),
            ("4.2.0", "Released", "1", ["Acme"], "2025-10-09T13:42:00Z", "2026-02-28"),
        )
        self.assertIsNone(stored["SUP-18"]["developer"])
        self.assertEqual(stored["SUP-19"]["state"], "Development")
        self.assertEqual(stored["ESB-1"]["created_at"], "2014-03-04T04:30:00Z")
        self.assertEqual((stored["ESB-1"]["priority"], stored["ESB-2"]["priority"]), ("1", "4"))
        self.assertEqual((stored["101"]["platform"], stored["101"]["state"]), ("4.2.0", "ReadyForQA"))
        self.assertEqual((stored["12"]["platform"], stored["12"]["created_at"]), ("4.2.0", "2014-03-04T10:00:00Z"))
        self.assertEqual(stored["7"]["created_at"], "2014-03-04T10:00:00Z")

    def test_repeated_empty_and_odd_headers(self):
        draft, counts, _ = self.draft(
            'Patch_No,Carbon Version,Products,Products,,"Two\nlines",A.b "q" \\,Notes,Notes\r\n'
            '1,4.2.0,ESB 4.8.1,AM 1.6.0,x,y,z,n,m\r\n2,4.2.0,ESB 4.8.1,,,,,,\r\n'
        )
        self.assertEqual(counts, (2, 0), draft)
        self.assertEqual(draft.count('"Products" = '), 1)
        self.assertIn("ignore_other_columns = true", draft)
        self.assertIn('"Notes" = ""  # a row has several', draft)
        self.assertEqual([row["overview_products"] for row in self.rows("overview_products")],
                         [["ESB 4.8.1", "AM 1.6.0"], ["ESB 4.8.1"]])

    def test_titles_above_the_headers(self):
        draft, counts, _ = self.draft("Patches of the team,,,\r\nas of,today,,\r\n,,,\r\nNo,Platform,Client,Out\r\n"
                                      '1,4.2.0,"Acme, Inc.",1 Mar 2014\r\n')
        self.assertEqual(counts, (1, 0), draft)
        self.assertIn("record 3", draft)
        self.assertEqual(self.rows("client"), [{"client": ["Acme, Inc."]}])

    def test_dates(self):
        for cells, expected, part in [
                (["3/4/2014", "3/14/2014", "12/31/2013"], ["2014-03-04", "2014-03-14", "2013-12-31"], '["%m/%d/%Y"]'),
                (["3/4/2014 0:00", "14/3/2014"], ["2014-04-03T00:00:00Z", "2014-03-14"], "%d/%m/%Y %H:%M"),
                (["4.3.14", "31.12.13"], ["2014-03-04", "2013-12-31"], '["%d.%m.%y"]'),
                (["2014-03-04T10:00:00.000+0530"], ["2014-03-04T04:30:00Z"], '["iso"]'),
                (["March 4, 2014", "Apr 5, 2014"], ["2014-03-04", "2014-04-05"], "%b %d, %Y"),
                (["3/4/2014", "5/6/2014"], ["2014-04-03", "2014-06-05"], "ambiguous"),
                (["12/31/2013", "31/12/2013"], ["2013-12-31", "2013-12-31"], "%d/%m/%Y")]:
            with self.subTest(cells):
                self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
                draft, counts, _ = self.draft("No,Platform,Released On\n" + "".join(
                    f'{i},4.2.0,"{cell}"\n' for i, cell in enumerate(cells, 1)))
                self.assertIn(part, draft)
                self.assertEqual(counts, (len(cells), 0), draft)
                self.assertEqual([row["dates_releasedOn"] for row in self.rows("dates_releasedOn")], expected)

    def test_dates_that_contradict_each_other_are_rejects_where_they_are_ambiguous(self):
        draft, counts, stderr = self.draft(
            "No,Platform,Released On\n1,4.2.0,12/31/2013\n2,4.2.0,31/12/2013\n3,4.2.0,3/4/2014\n" "4,4.2.0,someday\n"
        )
        self.assertEqual(counts, (2, 2), draft)
        self.assertIn("line 4: dates_releasedOn: '3/4/2014' is ambiguous", stderr)
        self.assertIn("# 'someday' is not a date", draft)

    def test_separators_only_where_values_show_them(self):
        draft, counts, _ = self.draft(
            'No,Platform,Client,Products,Jars,JIRA\n1,4.2.0,"Acme, Inc","ESB 4.8.1, AM 1.6.0","a.jar;b.jar","SUP-1'
            ' SUP-2"\n'
            '2,4.2.0,Globex,IS 5.0.0,c.jar,SUP-3\n'
        )
        self.assertEqual(counts, (2, 0), draft)
        self.assertNotIn("overview_client = \"", draft.split("[split]")[1])
        self.assertEqual(
            self.rows("client,overview_products,patchInformation_jarsInvolved,jiraInformation_supportJIRA")[0],
            {
                "client": ["Acme, Inc"],
                "overview_products": ["ESB 4.8.1", "AM 1.6.0"],
                "patchInformation_jarsInvolved": ["a.jar", "b.jar"],
                "jiraInformation_supportJIRA": ["SUP-1", "SUP-2"],
            },
        )

    def test_the_key(self):
        draft, counts, _ = self.draft("Ticket,Platform,Client\nA-1,4.2.0,x\nA-1,4.4.0,x\nA-2,4.2.0,y\n")
        self.assertIn('key = ["Ticket", "Platform"]', draft)
        self.assertEqual(counts, (3, 0), draft)

    def test_what_it_cannot_know_is_said(self):
        path = self.directory / "a.csv"
        path.write_text("Ticket,Status\nA-1,Whatever\nA-2,Done\n")
        result = self.assert_status(self.run_tool("import", "--suggest-map", path), 0)
        for part in ("no column looks like a platform", "no state resembles 'Whatever'"):
            self.assertIn(part, result.stderr)
        self.assertIn('"Done" = "Released"  # a guess', result.text)

    def test_from_stdin(self):
        result = self.assert_status(self.run_tool("import", "--suggest-map", "-", stdin="No,Platform\n1,4.2.0\n"), 0)
        self.assertIn('"No" = "number"', result.text)


if __name__ == "__main__":
    unittest.main()
