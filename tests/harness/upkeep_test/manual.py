# SPDX-License-Identifier: MIT
"""What is written about the tools: their own help, their man pages, the list in CMakeLists.txt."""

import functools
import re

from . import process
from .paths import REPOSITORY, find_tool

MAN = REPOSITORY / "man"
#: In front of an argument on a line of mdoc: what ends the arguments of Fl.
_MACRO = re.compile(r"[A-Z][a-z]")


def tools() -> list[str]:
    """The list in CMakeLists.txt that drives everything."""
    text = (REPOSITORY / "CMakeLists.txt").read_text()
    found = re.search(r"set\(UPKEEP_TOOLS\s+([^)]*)\)", text)
    assert found, "the list is there"
    return found.group(1).split()


def page(name: str) -> str:
    """The source of a page, e.g. `ws-check.1`."""
    return (MAN / name).read_text()


def tool_page(tool: str) -> str:
    """The name of a tool's page: administrators' tools are in section 8."""
    [found] = [path.name for path in MAN.glob(f"{tool}.[18]")]
    return found


def section(text: str, title: str) -> str:
    """A section of a page (or what stands below it up to the next section)."""
    found = re.search(rf'^\.Sh "?{re.escape(title)}"?\n(.*?)(?=^\.Sh |\Z)', text, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def literal(text: str, before: str) -> str:
    """The block that follows the first line with these words, as a reader copies it."""
    found = re.search(rf"{re.escape(before)}.*?^\.Bd -literal\n(.*?)^\.Ed$", text, re.DOTALL | re.MULTILINE)
    assert found, before
    return found[1].replace("\\e", "\\")


def flags(line: str) -> list[str]:
    """The options that a line of mdoc names with Fl, as they are typed."""
    if not line.startswith("."):
        return []
    found, reading, quoted = [], False, False
    for word in line[1:].split():
        quoted = quoted or word.startswith('"')
        if word == "Fl" and not quoted:
            reading = True
        elif _MACRO.fullmatch(word):
            reading = False
        elif reading and re.fullmatch(r"-?[A-Za-z0-9][A-Za-z0-9-]*", word):
            found.append(f"-{word}")
        quoted = quoted and not word.endswith('"')
    return found


def page_options(text: str) -> set[str]:
    return {flag for line in text.splitlines() for flag in flags(line)}


def page_statuses(text: str) -> list[str]:
    """The statuses that EXIT STATUS lists, in their order."""
    return re.findall(r"^\.It (\S+)$", section(text, "EXIT STATUS"), re.MULTILINE)


class Help:
    """`TOOL [COMMAND...] --help`, taken apart."""

    def __init__(self, tool: str, *commands: str):
        self.result = process.run(tool, *commands, "--help")
        self.text = self.result.text

    @property
    def options(self) -> set[str]:
        lines = re.findall(r"^  (-\S+)", self.text, re.MULTILINE)
        return {name for line in lines for name in line.split(",")}

    @property
    def own_options(self) -> set[str]:
        """Without those of the group that every tool has."""
        common = re.search(r"^Common options:\n((?:  .*\n)*)", self.text, re.MULTILINE | re.IGNORECASE)
        lines = re.findall(r"^  (-\S+)", common.group(1) if common else "", re.MULTILINE)
        return self.options - {name for line in lines for name in line.split(",")}

    @property
    def commands(self) -> list[str]:
        block = re.search(r"^subcommands:\n((?:  .*\n)+)", self.text, re.MULTILINE | re.IGNORECASE)
        return re.findall(r"^  ([a-z][\w-]*)", block.group(1), re.MULTILINE) if block else []

    @property
    def statuses(self) -> list[str]:
        block = re.search(r"^Exit status:\n((?:  .*\n)*)", self.text, re.MULTILINE)
        return re.findall(r"^  (\d+) ", block.group(1), re.MULTILINE) if block else []


@functools.cache
def help_of(tool: str, *commands: str) -> Help:
    """Skips the test where the tool is not built."""
    find_tool(tool)
    return Help(tool, *commands)


@functools.cache
def all_options(tool: str) -> frozenset[str]:
    """The options of a tool and of all its commands."""
    top = help_of(tool)
    found = set(top.options)
    for command in top.commands:
        found |= help_of(tool, command).options
    return frozenset(found)
