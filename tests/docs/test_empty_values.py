# SPDX-License-Identifier: MIT
"""An option or operand with an empty value is a usage error, in every tool and command, however it is written."""

import re
import unittest

from upkeep_test import TestCase, process
from upkeep_test.manual import help_of, tools

#: An option that takes a value, as --help shows it.
_VALUED = re.compile(r"^  (?:-\w,)?(--[\w-]+)(?:,--[\w-]+)* (?!Excludes:)[A-Z]", re.MULTILINE)


def command_lines():
    """(tool, its command words) for every tool and every command of it."""
    for tool in tools():
        yield tool, ()
        for command in help_of(tool).commands:
            yield tool, (command,)


def valued_options(tool, words):
    own = set(_VALUED.findall(help_of(tool, *words).text))
    return sorted(own | set(_VALUED.findall(help_of(tool).text)))


class EmptyValueTest(TestCase):
    def test_every_option_in_every_spelling(self):
        """Refused before anything is opened: there is no configuration and no database here."""
        tried = 0
        for tool, words in command_lines():
            for option in valued_options(tool, words):
                for spelling in ([option, ""], [f"{option}="], [option, "  "], [f"{option}=\t"]):
                    with self.subTest((tool, *words, *spelling)):
                        self.assert_error(process.run(tool, *words, *spelling), 64, f"{option}: the value is ")
                    tried += 1
        self.assertGreater(tried, 500)

    def test_the_last_of_several_counts_too(self):
        self.assert_error(process.run("pmt-patch", "edit", "4.4.0-1", "--set", "client=Acme", "--set", ""), 64,
                          "--set: the value is empty")
        self.assert_error(process.run("pmt-patch", "new", "--platform", "4.4.0", "--platform="), 64, "--platform")

    def test_the_next_word_is_not_taken_for_the_value(self):
        self.assert_error(process.run("pmt-verify", "--keyring=", "a.zip"), 64, "--keyring: the value is empty")
        self.assert_error(process.run("pmt-lifecycle", "--as=", "promote", "4.4.0-1"), 64, "--as: the value is empty")

    def test_a_list_of_commas_is_empty(self):
        self.assert_error(process.run("ws-check", "--state", ",", "acme"), 64, "--state: the value is blank")

    def test_a_flag_is_not_given_an_empty_value(self):
        self.assert_error(process.run("pmt-patch", "list", "--json="), 64, "--json: the value is empty")
        self.assert_error(process.run("ws-upgrade", "--dry-run=", "acme"), 64, "--dry-run: the value is empty")

    def test_an_empty_operand(self):
        for words in (["list", ""], ["show", "4.4.0-1", ""], ["link", "4.4.0-1", "requires", ""], ["import", ""],
                      ["list", "--", ""], ["choices", "clients", "--add", ""]):
            with self.subTest(words):
                self.assert_error(process.run("pmt-patch", *words), 64, "an operand is empty")
        self.assert_error(process.run("pmt-lifecycle", "move", "4.4.0-1", ""), 64, "an operand is empty")
        self.assert_error(process.run("pmt-report", ""), 64, "an operand is empty")

    def test_an_operand_in_brackets_is_not_a_list(self):
        self.assert_error(process.run("pmt-patch", "list", "[]"), 64, "'[]' is in brackets")
        self.assert_error(process.run("ws-check", "[acme,beta]"), 64, "in brackets")

    def test_a_value_that_looks_like_an_option_is_a_value(self):
        result = process.run(
            "pmt-lifecycle", "log-time", "4.4.0-1", "1h", "--comment", "--why=", "--config", "/nonexistent"
        )
        self.assert_error(result, 78, "/nonexistent")

    def test_an_empty_value_of_a_key_is_a_value(self):
        result = process.run(
            "pmt-patch", "edit", "4.4.0-1", "--set", "client=", "--set=client=", "--config", "/nonexistent"
        )
        self.assert_error(result, 78, "/nonexistent")

    def test_bytes_that_are_not_utf_8_are_shown(self):
        for words in (["--target", b"\xff\x1b[31m"], [b"--nonsense\xff"], ["--state", b"a\xffb"]):
            with self.subTest(words):
                result = process.run("ws-check", *words, "acme")
                self.assertIn("\\xff", result.stderr)
                self.assertNotIn("\x1b", result.stderr)
                self.assertNotIn("\ufffd", result.stderr)


if __name__ == "__main__":
    unittest.main()
