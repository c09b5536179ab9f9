# SPDX-License-Identifier: MIT
"""The product's sources, and what they include."""

import functools
import pathlib
import re
from collections.abc import Callable

from .paths import REPOSITORY

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def sources() -> list[tuple[str, pathlib.Path]]:
    """(room, file) of every source of the product."""
    found = [("tools", path) for path in sorted((REPOSITORY / "tools").rglob("*.[ch]pp"))]
    for room in sorted((REPOSITORY / "lib").iterdir()):
        if room.is_dir():
            found += [(room.name, path) for path in sorted(room.rglob("*.[ch]pp"))]
    return found


def includes(text: str) -> list[tuple[bool, str]]:
    """(in quotes, what) of every include."""
    return [(quote == '"', name) for quote, name in INCLUDE.findall(text)]


@functools.cache
def read_own(name: str) -> str:
    """The text of a header of the product, as includes name it; empty if there is none."""
    for folder in ("lib", "tools"):
        path = REPOSITORY / folder / name
        if path.exists():
            return path.read_text()
    return ""


def reached(text: str, read: Callable[[str], str], seen: set[str] | None = None) -> set[str]:
    """The product's headers that a text includes, and those that they include."""
    seen = set() if seen is None else seen
    for quoted, included in includes(text):
        if quoted and included not in seen:
            seen.add(included)
            reached(read(included), read, seen)
    return seen
