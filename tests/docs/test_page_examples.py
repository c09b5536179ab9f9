# SPDX-License-Identifier: MIT
"""Every example of every manual page runs as it is written."""

import json
import re
import shutil
import subprocess
import unittest
import zipfile

from upkeep_test import REPOSITORY, TestCase, find_tool, module_server
from upkeep_test.governance import GovernanceRegistry
from upkeep_test.manual import MAN, section, tool_page, tools

#: Statuses that say that a command line was not understood, or that a tool is at fault.
NOT_UNDERSTOOD = {64, 70, 78, 126, 127}


def plain(text: str) -> str:
    """A line of mdoc as it is shown."""
    for escape, shown in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ti", "~"), ("\\-", "-"), ("\\&", ""), ("\\e", "\\")):
        text = text.replace(escape, shown)
    return text


def examples(page: str) -> list[str]:
    """The command lines of a page's EXAMPLES, in their order: lines of their own, and those behind a prompt or in a
    block."""
    found, block = [], False
    for line in section((MAN / page).read_text(), "EXAMPLES").splitlines():
        block = (block or line.startswith(".Bd")) and line != ".Ed"
        shown = plain(line.removeprefix(".Dl ")).removeprefix("$ ")
        is_command = line.startswith((".Dl ", "$ ")) or (block and shown.split(" ")[0] in tools())
        if (
            is_command
            and re.search(r"\b(?:ws|pmt)-[a-z]+\b|\bupkeep\b", shown)
            and not re.match(r"\S+: (?:error|note)", shown)
        ):
            found.append(shown)
    return found


def selectors() -> list[str]:
    return [
        plain(line.removeprefix(".It Li "))
        for line in section((MAN / "upkeep-select.7").read_text(), "EXAMPLES").splitlines()
        if line.startswith(".It Li ")
    ]


class PageExamplesTest(TestCase):
    def run_all(self, installation, directory, commands):
        bin_directory = find_tool("pmt-patch").rpartition("/")[0]
        for command in commands:
            with self.subTest(command):
                result = installation.run(
                    "/bin/bash",
                    "-c",
                    f"set -o pipefail; cd '{directory}' && {command}",
                    timeout=120,
                    env={"PATH": f"{bin_directory}:/usr/bin:/bin", "TMPDIR": str(directory), "EDITOR": "true"},
                )
                self.assertNotIn(result.status, NOT_UNDERSTOOD, f"\n{result}")
                self.assertNotIn("Traceback", result.stderr)

    def registry(self, directory):
        """What the pages of the patch half talk about: requests to Q-17, some patches, files."""
        installation = self.open_small(module_server())
        for _ in range(17):
            self.assert_status(installation.run("pmt-patch", "request", "--set", "client=Acme"), 0)
        rows = [
            {
                "platform": "4.4.0",
                "number": number,
                "fields": {
                    "overview_client": ["Acme"],
                    "overview_products": ["ESB 4.8.1"],
                    "jiraInformation_publicJIRA": ["ESBJAVA-17"],
                },
            }
            for number in (1, 2, 1001)
        ] + [{"platform": "4.2.0", "number": 1, "fields": {"overview_products": ["ESB 4.8.1"]}}]
        text = "\n".join(json.dumps(row) for row in rows)
        self.assert_status(installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin=text), 0)
        for number in (1, 2, 1001):
            self.assert_status(installation.run("pmt-lifecycle", "attach", f"4.4.0-{number}", "PatchLifeCycle"), 0)
        (directory / "old.csv").write_text("Patch No,Carbon Version,Ticket\n9,4.2.0,SUP-1\n")
        (directory / "old.toml").write_text(
            '[columns]\n"Patch No" = "number"\n"Carbon Version" = "platform"\n"Ticket" ='
            ' "jiraInformation_supportJIRA"\n'
        )
        registry = GovernanceRegistry()
        registry.patch("WSO2-CARBON-PATCH-4.2.0-0002")
        (directory / "registry.sql").write_text(registry.statements())
        (directory / "prePatchedDir.txt").write_text("patch0001\n")
        (directory / "PatchLifeCycle.xml").write_bytes(
            (REPOSITORY / "share/patch/lifecycles/PatchLifeCycle.xml").read_bytes()
        )
        with zipfile.ZipFile(directory / "WSO2-CARBON-PATCH-4.4.0-1001.zip", "w") as archive:
            archive.writestr("WSO2-CARBON-PATCH-4.4.0-1001/README.txt", "Patch ID : WSO2-CARBON-PATCH-4.4.0-1001\n")
        return installation

    def test_every_tool_has_examples_that_name_it(self):
        for tool in tools():
            with self.subTest(tool):
                self.assertTrue([line for line in examples(tool_page(tool)) if tool in line])

    def test_no_page_has_a_placeholder(self):
        for page in sorted(MAN.glob("*.[1-8]")):
            with self.subTest(page.name):
                self.assertNotRegex(page.read_text(), r"(?m)[A-Z]_HERE$|\b(?:TODO|FIXME|TBD|XXX)\b(?!\\eb)")

    def test_examples_are_shown_as_they_are_typed(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        for page in sorted(MAN.glob("*.[1-8]")):
            shown = subprocess.run(
                ["mandoc", "-T", "utf8", "-O", "width=1000", page], capture_output=True, text=True, check=True
            ).stdout
            shown = re.sub(r".\x08", "", shown).replace("\u2010", "-").replace("\u2019", "'")
            for command in examples(page.name):
                with self.subTest(f"{page.name}: {command}"):
                    self.assertIn(" ".join(command.split()), " ".join(shown.split()))

    def test_the_patch_half(self):
        directory = self.make_directory()
        installation = self.registry(directory)
        commands = [line for page in sorted(MAN.glob("pmt-*")) for line in examples(page.name)]
        self.assertGreater(len(commands), 30)
        self.run_all(installation, directory, commands)

    def test_selectors(self):
        directory = self.make_directory()
        installation = self.registry(directory)
        self.assertGreater(len(selectors()), 6)
        self.run_all(installation, directory, [f"pmt-patch list {terms}" for terms in selectors()])

    def test_the_workspace_half(self):
        directory = self.make_directory()
        names = ("acme", "umbrella", "initech", "globex", "vehement", "stark", "wayne", "hooli")
        installation = self.open_small(
            module_server(), *names, schedule={"via": "command", "command": ["/bin/true", "{run}"]}
        )
        installation.configure_app(seconds_per_step=0)
        commands = [line for page in sorted(MAN.glob("ws-*")) for line in examples(page.name)]
        self.assertGreater(len(commands), 15)
        following = [line for line in commands if "--follow" in line]  # until all of them are upgraded
        self.run_all(installation, directory, [line for line in commands if line not in following])
        installation.run("ws-schedule", "--release", *names)
        installation.run("ws-schedule", "--resume-sweep", "night")
        installation.run("ws-upgrade", "--force", *names, timeout=120)
        self.run_all(installation, directory, following)

    def test_the_suite_itself(self):
        directory = self.make_directory()
        installation = self.open_small(module_server())
        state = directory / "s"
        state.mkdir()
        bin_directory = find_tool("upkeep").rpartition("/")[0]
        environment = {
            "PATH": f"{bin_directory}:/usr/sbin:/usr/bin:/bin",
            "UPKEEP_CONFIG": None,
            "HOME": str(directory),
            "XDG_STATE_HOME": str(state),
            "XDG_CONFIG_HOME": str(directory / "c"),
        }

        def stop():
            installation.run("upkeep", "local", "stop", env=environment, timeout=120)

        self.addCleanup(stop)
        commands = examples("upkeep.8")
        self.assertGreater(len(commands), 5)
        for command in commands:
            with self.subTest(command):
                result = installation.run(
                    "/bin/bash", "-c", f"cd '{directory}' && {command}", env=environment, timeout=300
                )
                self.assertNotIn(result.status, NOT_UNDERSTOOD, f"\n{result}")


if __name__ == "__main__":
    unittest.main()
