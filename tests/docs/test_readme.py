# SPDX-License-Identifier: MIT
"""What a newcomer reads first: it is short, and what it names is there."""

import os
import re
import unittest

from upkeep_test import REPOSITORY, TestCase


def read(name: str) -> str:
    return (REPOSITORY / name).read_text()


class ReadmeTest(TestCase):
    def test_two_commands(self):
        part = read("README.md").split("## Set-up\n")[1].split("\n## ")[0]
        commands = re.findall(r"^ {4}(\S+)", part, re.MULTILINE)
        self.assertEqual(commands, ["scripts/demo", "scripts/test"])
        for command in commands:
            self.assertTrue(os.access(REPOSITORY / command, os.X_OK), command)

    def test_five_sentences(self):
        first = read("README.md").split("\n## ")[0].split("\n", 2)[2]
        self.assertLessEqual(len(re.findall(r"[.:](?=\s)", re.sub(r"`[^`]*`", "x", first))), 6)

    def test_what_it_names_is_there(self):
        for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"):
            for path in re.findall(r"`((?:man|share|scripts|tests|lib|tools|[A-Z]+\.md)/?[\w./-]*)`", read(name)):
                if "ws-example" not in path:
                    with self.subTest(f"{name}: {path}"):
                        self.assertTrue((REPOSITORY / path).exists())

    def test_architecture_is_a_page(self):
        text = read("ARCHITECTURE.md")
        self.assertLessEqual(text.count("\n"), 32)
        rooms = {path.name for path in (REPOSITORY / "lib").iterdir() if path.is_dir()}
        self.assertEqual(set(re.findall(r"^\| `lib/(\w+)/`", text, re.MULTILINE)), rooms)

    def test_changelog_has_the_version(self):
        version = re.search(r"VERSION (\d+\.\d+\.\d+)", read("CMakeLists.txt").split("project(")[1]).group(1)
        self.assertIn(f"\n## [{version}]", read("CHANGELOG.md"))


if __name__ == "__main__":
    unittest.main()
