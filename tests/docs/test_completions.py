# SPDX-License-Identifier: MIT
"""Completions know what the tools' help says: options, values, commands."""

import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, process
from upkeep_test.paths import binary_directory
from upkeep_test.manual import all_options, help_of, tools

TEMPLATE = REPOSITORY / "scripts" / "completions" / "upkeep.bash.in"


def completed(*words: str) -> list[str]:
    """What a shell proposes for the last word."""
    script = TEMPLATE.read_text().replace("@UPKEEP_COMPLETED@", " ".join(tools())) + """
COMP_LINE="$*" COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
function=$(complete -p "$1")
function=${function##*-F } function=${function%% *}
"$function" "$1" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
    environment = process.clean_environment()
    environment["PATH"] = f"{binary_directory()}:{environment['PATH']}"
    done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True,
                          check=True, env=environment)
    if done.stderr:
        raise AssertionError(done.stderr)
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


class CompletionTest(TestCase):
    def test_options_of_every_tool(self):
        for tool in tools():
            with self.subTest(tool):
                self.assertEqual(sorted(completed(tool, "-")), sorted(help_of(tool).options))

    def test_options_and_commands_of_commands(self):
        for tool in tools():
            commands = help_of(tool).commands
            if not commands:
                continue
            with self.subTest(tool):
                self.assertEqual(completed(tool, ""), commands)
                found = set(help_of(tool).options)
                for command in commands:
                    found |= set(completed(tool, command, "-"))
                    self.assertEqual(completed(tool, command, "")[:1], help_of(tool, command).commands[:1])
                self.assertEqual(found, set(all_options(tool)))

    def test_a_beginning(self):
        help_of("ws-check")
        self.assertEqual(completed("ws-check", "--pen"), ["--pending"])

    def test_values(self):
        help_of("ws-check")
        self.assertEqual(completed("ws-check", "--format", ""), ["text", "tsv", "json", "jsonl"])
        self.assertEqual(completed("ws-check", "--format", "js"), ["json", "jsonl"])
        self.assertEqual(completed("ws-check", "--color", "n"), ["never"])
        help_of("ws-schedule")
        self.assertIn("at", completed("ws-schedule", "--via", ""))
        self.assertEqual(completed("ws-schedule", "--gate", "c"), ["closed"])

    def test_a_flag_takes_no_value(self):
        help_of("ws-check")
        self.assertIn("--all", completed("ws-check", "--json", "--a"))


if __name__ == "__main__":
    unittest.main()
