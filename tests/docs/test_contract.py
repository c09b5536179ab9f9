# SPDX-License-Identifier: MIT
"""Nothing that the interface promises is missing: its options, fields and keys, where that page lies beside us."""

import re
import unittest

from upkeep_test import TestCase, need_shared
from upkeep_test.manual import all_options, page, tool_page, tools
from .test_configuration import loader_keys
from .test_help_and_pages import record_columns


def contract() -> str:
    return need_shared("design", "contract.md").read_text()


def part(title: str) -> str:
    """A part of it, up to the next title."""
    found = re.search(rf"^## {re.escape(title)}[^\n]*\n(.*?)(?=^## |\Z)", contract(), re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


# Keys that the page's newest additions promise and that are not built: each goes from here when it is.
NOT_BUILT: set[tuple[str, str]] = set()


class ContractTest(TestCase):
    def test_common_options(self):
        text = re.search(r"\*\*Common options\*\*.*?\n\n", contract(), re.DOTALL).group()
        promised = set(re.findall(r"--[a-z][\w-]+", text)) | set(re.findall(r"(?<!-)-[a-zA-Z0](?= )", text))
        promised |= {"--format", "--json", "--header", "--fields", "--null", "-0"}
        self.assertIn("--dry-run", promised)
        for tool in tools():
            with self.subTest(tool):
                self.assertLessEqual(promised - {"-n", "--dry-run"}, all_options(tool))
        self.assertLessEqual({"-n", "--dry-run"}, all_options("ws-upgrade"))

    def test_options(self):
        """Every option in a call of the tool that its part of the page shows."""
        for tool in tools():
            with self.subTest(tool):
                calls = re.findall(rf"`({tool} [^`]*)`", part(tool))
                self.assertTrue(calls or tool in ("pmt-patch", "pmt-lifecycle"), "its part shows no call")
                promised = {option for call in calls for option in re.findall(r"--[a-z][\w-]+", call)}
                # Options that are told beside the calls, at the beginning of a sentence or a cell.
                promised |= set(re.findall(r"(?:^|[.(|] |^- )`(--[a-z][\w-]+)", part(tool), re.MULTILINE))
                self.assertLessEqual(promised, all_options(tool))

    def test_records(self):
        for tool in (tool for tool in tools() if tool.startswith("ws-")):
            with self.subTest(tool):
                promised = re.search(r"Record: `([\w ]+)`", part(tool)).group(1).split()
                columns = record_columns(tool)
                self.assertEqual(columns[:len(promised)], promised)
                self.assertLessEqual(set(promised), set(re.findall(r"[a-z_]+", page(tool_page(tool)))))

    def test_statuses(self):
        text = re.search(r"\*\*Exit status\*\*.*?\n\n.*?\n\n", contract(), re.DOTALL).group()
        promised = re.findall(r"(?:^\| |· )(\d+(?:\+n)?)(?= )", text, re.MULTILINE)
        listed = re.findall(r"^\.It (\S+)$", page("upkeep.7"), re.MULTILINE)
        self.assertGreater(len(promised), 10)
        self.assertLessEqual(set(promised), set(listed))

    def test_keys_outside_of_the_example(self):
        """Those that running text gives to a section, such as `map_ttl_s` (`[schedule]`, 300)."""
        keys = loader_keys()
        promised = {(title, key) for key, title in re.findall(r"`(\w+)` \(`(\[\w+\])`", contract())}
        promised |= set(re.findall(r"`(\[\w+\]) (\w+)\b", contract()))
        self.assertGreater(len(promised), 5)
        for title, key in promised:
            with self.subTest(key):
                built = key in keys.get(title, set())
                self.assertEqual(built, (title, key) not in NOT_BUILT)


if __name__ == "__main__":
    unittest.main()
