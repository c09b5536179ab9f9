# SPDX-License-Identifier: MIT
"""Files for `pmt-patch import`, and what became of them."""

import json
import pathlib
from typing import Any, Union

from .case import TestCase, module_server
from .process import Argument, Result


class ImportCase(TestCase):
    """A registry of its own for each test, and a directory for what it is given."""

    def setUp(self) -> None:
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()

    def run_tool(self, *args: Argument, **options: Any) -> Result:
        return self.installation.run("pmt-patch", *args, **options)

    def write(self, name: str, text: Union[str, bytes]) -> pathlib.Path:
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take(self, name: str, text: Union[str, bytes], *args: Argument,
             status: int = 0) -> tuple[tuple[int, int, int], Result]:
        """Imports a file with that text: how many rows were (imported, unchanged, rejected), and the result."""
        result = self.assert_status(self.run_tool("import", self.write(name, text), "--json", *args), status)
        record = result.json[0]
        return (record["imported"], record["unchanged"], record["rejected"]), result

    def show(self, name: str) -> dict:
        return self.assert_quiet(self.run_tool("show", "--json", name)).json[0]

    def names(self, *terms: str) -> list[str]:
        return [row["patch"] for row in self.run_tool("list", "--json", *terms).json]

    def add(self, *rows: dict) -> None:
        """Patches as rows of an export, which must all be taken."""
        text = "".join(json.dumps(row) + "\n" for row in rows)
        self.assertEqual(self.take("first.jsonl", text)[0], (len(rows), 0, 0))
