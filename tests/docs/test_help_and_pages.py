# SPDX-License-Identifier: MIT
"""What a tool says of itself and what its page says are the same."""

import re
import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, process
from upkeep_test.manual import (MAN, all_options, help_of, page, page_options, page_statuses, section,
                                tool_page, tools)


class HelpTest(TestCase):
    def test_help_and_version(self):
        for tool in tools():
            with self.subTest(tool):
                shown = help_of(tool)
                self.assert_quiet(shown.result)
                self.assertIn("Usage:", shown.text)
                version = process.run(tool, "--version")
                self.assert_quiet(version)
                self.assertRegex(version.text, rf"^{tool} \(upkeep\) \d+\.\d+\.\d+\n$")

    def test_help_of_commands(self):
        for tool in tools():
            for command in help_of(tool).commands:
                with self.subTest(f"{tool} {command}"):
                    self.assert_quiet(help_of(tool, command).result)

    def test_help_has_examples_and_statuses(self):
        for tool in tools():
            with self.subTest(tool):
                self.assertIn("\nExamples:\n", help_of(tool).text)
                self.assertIn("0", help_of(tool).statuses)

    def test_unknown_option(self):
        for tool in tools():
            with self.subTest(tool):
                self.assert_error(process.run(tool, "--no-such-option"), 64, "--no-such-option")


class PageTest(TestCase):
    def test_every_tool_has_a_page(self):
        for tool in tools():
            with self.subTest(tool):
                text = page(tool_page(tool))
                self.assertIn(f"\n.Nm {tool}\n", text)
                for title in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"):
                    self.assertTrue(section(text, title), title)
                self.assertIn(".Xr upkeep 7", text)

    def test_one_line_is_the_same(self):
        for tool in tools():
            with self.subTest(tool):
                first = help_of(tool).text.splitlines()[0]
                named = re.search(r"^\.Nd (.*)$", page(tool_page(tool)), re.MULTILINE).group(1)
                self.assertEqual(named, first[0].lower() + first[1:])

    def test_options(self):
        for tool in tools():
            with self.subTest(tool):
                self.assertEqual(sorted(page_options(page(tool_page(tool)))), sorted(all_options(tool)))

    def test_own_options_are_explained(self):
        for tool in tools():
            with self.subTest(tool):
                items = [line for line in page(tool_page(tool)).splitlines() if line.startswith(".It ")]
                own = help_of(tool).own_options
                for command in help_of(tool).commands:
                    own = own | (help_of(tool, command).own_options - {"-h", "--help"})
                self.assertLessEqual(own, page_options("\n".join(items)))

    def test_exit_statuses(self):
        shared = page_statuses(page("upkeep.7"))
        for tool in tools():
            with self.subTest(tool):
                listed = page_statuses(page(tool_page(tool)))
                self.assertEqual(listed, help_of(tool).statuses)
                for status in listed:
                    known = "128+n" if int(status) > 128 else status
                    self.assertIn(known, shared)

    def test_shared_statuses_are_those_of_the_code(self):
        text = (REPOSITORY / "lib" / "base" / "exit_status.hpp").read_text()
        codes = re.findall(r"^  \w+ = (\d+),", text, re.MULTILINE)
        self.assertEqual(page_statuses(page("upkeep.7")), [*codes, "128+n"])

    def test_shared_page_has_the_common_options(self):
        common = help_of("ws-upgrade").options - help_of("ws-upgrade").own_options
        self.assertEqual(page_options(page("upkeep.7")), common)

    def test_states_are_those_of_the_code(self):
        text = (REPOSITORY / "lib" / "upgrade" / "model" / "state.cpp").read_text()
        words = re.findall(r'"(\w+)"', re.search(r"k_words\{(.*?)\}", text, re.DOTALL).group(1))
        listed = re.findall(r"^\.It (.*)$", section(page("upkeep.7"), "WORKSPACE STATES"), re.MULTILINE)
        self.assertEqual(sorted(re.findall(r"[a-z]{4,}", " ".join(listed))), sorted(words))

    def test_records(self):
        """The fields that a tool prints, one by one and in order, in its page."""
        for tool in (tool for tool in tools() if tool.startswith("ws-")):
            with self.subTest(tool):
                columns = record_columns(tool)
                record = page(tool_page(tool)).split(".Ss Record\n")[1].split("\n.Sh ")[0]
                items = re.findall(r"^\.It Va (.*)$", record, re.MULTILINE)
                named = [name for item in items for name in item.split(" , ")]
                self.assertEqual(named[:len(columns)], columns)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_lint(self):
        for path in sorted(MAN.glob("*.[1-8]")):
            with self.subTest(path.name):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], text=True,
                                      capture_output=True, check=False)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_shown_as_meant(self):
        """mandoc takes words such as An for its own at the start of a heading, and quotes a list as one word."""
        for path in sorted(MAN.glob("*.[1-8]")):
            done = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=1000", path], text=True, capture_output=True,
                                  check=True)
            shown = " ".join(re.sub(r".\x08", "", done.stdout).split())
            with self.subTest(path.name):
                self.assertNotRegex(shown, "‘[^’]*‘")
                for heading in re.findall(r"^\.S[hs] (.*)$", path.read_text(), re.MULTILINE):
                    self.assertIn(" ".join(heading.replace("\\&", "").split()).strip('"'), shown)

    def test_references(self):
        """A page of ours that is named is there."""
        ours = {tool_page(tool) for tool in tools()} | {path.name for path in MAN.glob("*.[1-8]")}
        names = re.compile(r"^\.Xr ((?:ws-|pmt-|upkeep)\S*) (\d)", re.MULTILINE)
        for path in sorted(MAN.glob("*.[1-8]")):
            with self.subTest(path.name):
                named = {f"{name}.{number}" for name, number in names.findall(path.read_text())}
                self.assertLessEqual(named, ours)


def record_columns(tool: str) -> list[str]:
    """What a tool of workspaces says when it is asked for a field that it does not have."""
    configuration = REPOSITORY / "share" / "upkeep.toml.example"
    result = process.run(tool, "--fields", "?", "--config", configuration, stdin="")
    told = re.search(r"the fields are ([\w,]+)", result.stderr)
    if result.status != 64 or not told:
        raise AssertionError(f"it does not name its fields\n{result}")
    return told.group(1).split(",")


if __name__ == "__main__":
    unittest.main()
