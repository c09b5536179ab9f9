# SPDX-License-Identifier: MIT
"""The history of patches as text: a page for people."""

import getpass
import re
import unittest

from upkeep_test.lifecycle import LifecycleCase

ME = getpass.getuser()


class HistoryPageTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.name = self.new("overview_client=Acme")

    def run_ok(self, tool, *args):
        return self.assert_status(self.installation.run(tool, *args), 0)

    def page(self, *words, tool="pmt-patch", columns=80, color=False):
        env = {} if color else {"NO_COLOR": "1"}
        result = self.installation.run_tty(tool, "history", *words, columns=columns, env=env)
        return self.assert_status(result, 0).text.replace("\r\n", "\n")

    def events(self, **options):
        """The page without times and names."""
        lines = self.page(self.name, **options).splitlines()
        self.assertEqual(lines[0], self.name)
        return [re.sub(rf"^  (now|\d+s ago) +{ME}  ", "", line).strip() for line in lines[1:]]

    def test_every_kind_of_event(self):
        other = self.new()
        self.run_ok("pmt-patch", "edit", self.name, "--set", "client=Beta", "--why", "it is theirs")
        self.run_ok("pmt-patch", "edit", self.name, "--set", "client=", "--set", "jar=a.jar")
        self.run_ok("pmt-patch", "link", self.name, "requires", other)
        self.run_ok("pmt-patch", "unlink", self.name, "requires", other)
        self.run_ok("pmt-patch", "comment", self.name, "one\ttab\n\nand \x1b[31m more")
        self.run_ok("pmt-lifecycle", "eta", self.name, "--best", "1h", "--likely", "2h 30m", "--worst", "9h")
        self.run_ok("pmt-lifecycle", "log-time", self.name, "1.5h", "--date", "2014-03-01", "--comment", "built")
        event = self.history(self.name)[-1]["event"]
        self.run_ok("pmt-lifecycle", "log-time", "--revoke", str(event), "--why", "another patch")
        self.run_ok("pmt-patch", "void", self.name, "--why", "a duplicate")
        self.run_ok("pmt-patch", "void", self.name, "--restore", "--why", "it is none")
        state = self.history(self.name)[0]["to"] or self.history(self.name)[1]["to"]
        self.assertEqual(self.events()[1:], [
            "edited Client: Acme -> Beta", "it is theirs",
            "edited", "- Client: removed (Beta)", "- Jars Involved: a.jar",
            f"linked requires {other}", f"unlinked requires {other}",
            "commented", "one tab", "and \\x1b[31m more",
            f"estimated {state}: 1h to 9h, likely 2h 30m",
            f"logged time  (1h 30m on 2014-03-01, revoked, event {event})", "built",
            f"revoked 1h 30m  (event {event})", "another patch",
            "voided", "a duplicate", f"restored to {state}", "it is none"])
        self.assertRegex(self.events()[0], rf"^created in {state}  \(\w+\)$")
        self.assertEqual(self.events(tool="pmt-lifecycle"), self.events())

    def test_requests(self):
        request = self.run_ok("pmt-patch", "request", "ESB 4.8.1", "a text").text.strip()
        self.run_ok("pmt-patch", "decline", request, "--why", "no longer needed")
        page = self.page(request).splitlines()
        self.assertEqual(page[0], request)
        self.assertRegex(page[1], rf"^  (now|\d+s ago) +{ME}  requested$")
        self.assertTrue(page[-2].endswith("  declined"), page)
        self.assertEqual(page[-1].strip(), "no longer needed")

    def test_it_fits_the_terminal(self):
        text = "the customer can test it on Friday, and answers questions on the phone " * 3
        self.run_ok("pmt-patch", "comment", self.name, text)
        for columns in (30, 40, 80, 200):
            page = self.page(self.name, columns=columns)
            self.assertTrue(all(len(line) <= columns for line in page.splitlines()), page)
            self.assertIn(text.strip(), " ".join(page.split()))
        self.assertIn(text.strip(), self.page(self.name, "--wide"))

    def test_in_a_pipe_times_are_exact(self):
        records = self.history(self.name)
        page = self.run_ok("pmt-patch", "history", "--format", "text", self.name).text
        self.assertIn(f"  {records[0]['at'][:16].replace('T', ' ')}  {ME}  created", page)
        self.assertNotIn("\x1b", page)

    def test_several_patches(self):
        other = self.new()
        page = self.run_ok("pmt-patch", "history", "--format", "text", self.name, other).text
        self.assertEqual([part.splitlines()[0] for part in page.split("\n\n")], [self.name, other])
        self.assertEqual(self.run_ok("pmt-patch", "history", "--format", "text", "-").text, "")

    def test_records_are_a_table_where_they_are_asked_for(self):
        table = self.page(self.name, "--fields", "patch,action,to").splitlines()
        self.assertEqual(table[0].split(), ["patch", "action", "to"])
        ended = self.run_ok("pmt-patch", "history", "--format", "text", "-0", self.name).text
        self.assertTrue(ended.startswith("patch ") and ended.count("\0") > 1, ended)

    def test_colours(self):
        page = self.page(self.name, color=True)
        self.assertTrue(page.startswith(f"\x1b[1m{self.name}\x1b[0m\n"), page)


if __name__ == "__main__":
    unittest.main()
