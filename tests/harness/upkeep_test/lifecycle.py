# SPDX-License-Identifier: MIT
"""What the tests of pmt-lifecycle have in common."""

import pathlib
from typing import Any, Optional

from .case import TestCase, module_server
from .process import Argument, Result

HEAD = '<aspect name="{}" class="x.DefaultLifeCycle"><configuration type="literal"><lifecycle>' \
       '<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" initialstate="{}">\n'
TAIL = "</scxml></lifecycle></configuration></aspect>\n"


def state(name: str, *transitions: tuple[str, str], items: str = "", data: str = "") -> str:
    """A <state>; transitions are (event, target)."""
    model = f'<data name="checkItems">{items}</data>' if items else ""
    model = f"<datamodel>{model}{data}</datamodel>" if model or data else ""
    moves = "".join(f'<transition event="{event}" target="{target}"/>' for event, target in transitions)
    return f'<state id="{name}">{model}{moves}</state>\n'


def lifecycle(name: str, *states: str, initial: str = "Open") -> str:
    return HEAD.format(name, initial) + "".join(states) + TAIL


class LifecycleCase(TestCase):
    def setUp(self) -> None:
        self.installation = self.open_installation(module_server())

    def run_tool(self, *args: Argument, **options: Any) -> Result:
        return self.installation.run("pmt-lifecycle", *args, **options)

    def ok(self, *args: Argument, **options: Any) -> Result:
        return self.assert_quiet(self.run_tool(*args, **options))

    def undo(self, *args: Argument) -> str:
        """Undoes the last move; returns the note that says so."""
        result = self.assert_status(self.run_tool("undo", *args), 0)
        self.assertEqual(result.text, "")
        self.assertRegex(result.stderr, "^pmt-lifecycle: note: .*(undid|would undo) ")
        return result.stderr

    def refused(self, status: int, *args: Argument) -> list[list[str]]:
        """The (event, reason, detail) of a refusal."""
        result = self.run_tool(*args)
        self.assert_quiet(result, status)
        return [row[1:4] for row in result.rows]

    def new(self, *fields: str, lifecycle: Optional[str] = None, platform: str = "4.4.0") -> str:
        args = [word for field in fields for word in ("--set", field)]
        if lifecycle:
            args += ["--lifecycle", lifecycle]
        result = self.installation.run("pmt-patch", "new", "--platform", platform, *args)
        return self.assert_status(result, 0).text.strip()  # it may warn of a duplicate

    def write(self, text: str, name: str = "lifecycle.xml") -> pathlib.Path:
        path = self.installation.directory / name
        path.write_text(text)
        return path

    def load(self, text: str) -> int:
        """Loads a definition; its version."""
        return int(self.assert_status(self.run_tool("load", self.write(text)), 0).rows[0][1])

    def show(self, name: str) -> dict:
        return self.ok("show", "--json", name).json[0]

    def state_of(self, name: str) -> str:
        return self.show(name)["state"]

    def history(self, name: str) -> list[dict]:
        return self.assert_quiet(self.installation.run("pmt-patch", "history", "--json", name)).json

    def sql(self, text: str) -> list[list[Optional[str]]]:
        return self.installation.server.sql(text, schema="upkeep")
