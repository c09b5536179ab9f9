# SPDX-License-Identifier: MIT
"""Modes and options of the ws-* tools that cannot be used together are refused, by name, before anything is opened."""

import pathlib
import tempfile
import unittest

from upkeep_test import TestCase, run

#: Per tool: each mode (with its value), and the options and operands that it takes.
MODES = {
    "ws-schedule": {
        "--list": {"acme"}, "--cancel": {"acme", "--via"}, "--retarget": {"acme"},
        "--pause": {"--why", "--requested-by"},
        "--resume": {"--via"}, "--resume-sweep=night": {"--via"}, "--hold": {"acme", "--why", "--requested-by"},
        "--release": {"acme", "--via"},
    },
    "ws-upgrade": {
        "--drain": {"--wait", "--timeout", "--max-failures", "--until", "--canary"},
        "--accept": {"acme", "--why", "--target"}, "--break-lease=1": {"--why"},
    },
    "ws-progress": {
        "--forecast": {"--target"}, "--report": set(), "--publish": {"acme", "--target"}, "--log": {"acme"},
        "--page=texts": set(),
    },
    "ws-check": {"--map": {"--target"}},
}
#: Per tool: the options of its main job, with values.
OPTIONS = {
    "ws-schedule": {"--via": "at", "--why": "x", "--requested-by": "ann", "--at": "22:00", "--delay": "1",
                    "--priority": "1", "--limit": "1",
                    "--target": "2.0", "--address": "192.0.2.7", "--sweep": "night", "--no-job": None,
                    "--force": None},
    "ws-upgrade": {"--wait": "0", "--timeout": "1", "--max-failures": "1", "--until": "06:00", "--canary": "1",
                   "--why": "x", "--target": "2.0", "--force": None},
    "ws-progress": {"--all": None, "--active": None, "--follow": None, "--public": None, "--target": "2.0"},
    "ws-check": {"--all": None, "--pending": None, "--upgraded": None, "--explain": None, "--state": "pending"},
}
#: Options that mean nothing without their mode.
REQUIRED = [
    ("ws-schedule", "--gate=open", "--hold"), ("ws-schedule", "--canary=1", "--sweep"),
    ("ws-schedule", "--until=06:00", "--sweep"), ("ws-upgrade", "--retry", "--drain"),
    ("ws-upgrade", "--summary", "--drain"), ("ws-upgrade", "--put-off", "--drain"),
    ("ws-progress", "--until=06:00", "--forecast"), ("ws-progress", "--from=2026-01-01", "--report"),
    ("ws-progress", "--lang=en", "--page"),
]


def name_of(word):
    return word.partition("=")[0]


class ModesTest(TestCase):
    def setUp(self):
        # No configuration anywhere: what opens anything ends with 78, not 64.
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.env = {"HOME": directory.name, "UPKEEP_CONFIG": str(pathlib.Path(directory.name) / "none.toml")}

    def refused(self, tool, *words):
        result = run(tool, *words, env=self.env)
        self.assertEqual((result.status, result.stdout), (64, b""), (words, result))
        return result.stderr

    def test_every_mode_refuses_what_it_does_not_take(self):
        for tool, modes in MODES.items():
            for mode, takes in modes.items():
                for option, value in OPTIONS[tool].items():
                    if option in takes:
                        continue
                    words = [mode, option if value is None else f"{option}={value}"]
                    with self.subTest(tool, words=words):
                        # --why is another name of --reason.
                        shown = "--reason" if option == "--why" and tool == "ws-schedule" else option
                        self.assertIn(f"{name_of(mode)} and {shown} cannot be used together",
                                      self.refused(tool, *words))

    def test_modes_exclude_each_other(self):
        for tool, modes in MODES.items():
            for first in modes:
                for second in modes:
                    if first < second:
                        with self.subTest(tool, modes=(first, second)):
                            said = self.refused(tool, first, second)
                            self.assertIn("cannot be used together", said)
                            self.assertIn(name_of(first), said)
                            self.assertIn(name_of(second), said)

    def test_a_mode_without_names(self):
        for tool, modes in MODES.items():
            for mode, takes in modes.items():
                if "acme" not in takes:
                    with self.subTest(tool, mode=mode):
                        self.assertIn(f"{name_of(mode)} and operands cannot be used together",
                                      self.refused(tool, mode, "acme"))

    def test_options_of_a_mode(self):
        for tool, option, mode in REQUIRED:
            with self.subTest(tool, option=option):
                self.assertIn(f"{name_of(option)} requires {mode}", self.refused(tool, option, "acme"))

    def test_what_a_mode_takes_is_taken(self):
        """It gets as far as the configuration, which is not there."""
        for tool, modes in MODES.items():
            for mode, takes in modes.items():
                if mode.startswith("--page"):
                    continue  # needs no configuration
                words = [mode, *(["--why=x"] if mode == "--hold" else [])]
                for option in takes:
                    if option not in ("acme", "--why"):
                        value = OPTIONS[tool].get(option, "2.0")
                        words.append(option if value is None else f"{option}={value}")
                if "acme" in takes:
                    words.append("acme")
                with self.subTest(tool, words=words):
                    result = run(tool, *words, env=self.env)
                    self.assertEqual(result.status, 78, (words, result))

    def test_help_has_no_lists_of_exclusions(self):
        for tool in MODES:
            text = run(tool, "--help", env=self.env).text
            self.assertNotIn("Excludes", text)
            self.assertNotIn("Needs", text)


if __name__ == "__main__":
    unittest.main()
