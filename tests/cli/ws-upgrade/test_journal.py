# SPDX-License-Identifier: MIT
"""[log] to = "journal": events with their fields in a real journal; without one, the file."""

import unittest

from upkeep_test import TestCase, find_tool, module_server, wait_for
from upkeep_test.journal import Journal


@unittest.skipUnless(Journal.is_possible(), "this needs root, unshare and systemd's journald")
class JournalTest(TestCase):
    def open_journal(self, *args: str) -> Journal:
        try:
            journal = Journal(*args)
        except RuntimeError as error:
            self.skipTest(str(error))
        self.addCleanup(journal.close)
        return journal

    def setUp(self):
        self.installation = self.open_small(module_server(), "acme", "beta", log={"to": "journal"})
        self.file = self.installation.log_dir / "upkeep.log"

    def run_in(self, journal: Journal, tool: str, *args: str):
        return self.installation.run(*journal.prefix, find_tool(tool), *args)

    def test_events_have_fields(self):
        journal = self.open_journal()
        self.installation.set_script('[ "$ws" != beta ] || { echo BAD; exit 1; }; upgrade; echo OK')
        result = self.run_in(journal, "ws-upgrade", "--json", "acme", "beta")
        self.assert_quiet(result, 1)
        runs = {record["workspace"]: str(record["run"]) for record in result.json}
        wait_for(lambda: journal.entries(f"UPKEEP_RUN={runs['beta']}", "PRIORITY=3"), "the last event is there")
        for workspace, word, priority in (("acme", "succeeded", "6"), ("beta", "failed", "3")):
            entries = journal.entries(f"UPKEEP_WORKSPACE={workspace}")
            self.assertGreater(len(entries), 2)
            for entry in entries:
                self.assertEqual((entry["SYSLOG_IDENTIFIER"], entry["UPKEEP_RUN"]), ("ws-upgrade", runs[workspace]))
                self.assertEqual(entry["SYSLOG_PID"], entry["_PID"])
                self.assertTrue(entry["MESSAGE"].startswith(f"{workspace} run={runs[workspace]} "))
            [end] = [one for one in entries if one["MESSAGE"].startswith(f"{workspace} run={runs[workspace]} {word}")]
            self.assertEqual(end["PRIORITY"], priority)
        self.assertFalse(self.file.exists())

    def test_each_tool_and_its_name(self):
        journal = self.open_journal()
        self.assert_quiet(self.run_in(journal, "ws-schedule", "--pause", "--why", "two\nlines=x"))
        wait_for(lambda: journal.entries("SYSLOG_IDENTIFIER=ws-schedule"), "the event is there")
        [entry] = journal.entries("SYSLOG_IDENTIFIER=ws-schedule")
        self.assertIn("paused by ", entry["MESSAGE"])
        self.assertNotIn("UPKEEP_WORKSPACE", entry)
        self.assertFalse(self.file.exists())

    def test_without_a_journal(self):
        result = self.run_in(self.open_journal("none"), "ws-upgrade", "acme", "beta")
        self.assert_status(result, 0)
        self.assertEqual(result.stderr.count("systemd's journal takes no entries"), 1)
        self.assertEqual(self.file.read_text().count(" succeeded"), 2)


if __name__ == "__main__":
    unittest.main()
