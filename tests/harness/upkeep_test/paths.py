# SPDX-License-Identifier: MIT
"""Where things are: the binaries under test, this repository, the shared data beside it."""

import os
import pathlib
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]

#: Facts and real data that lie beside a working tree (third-party: never copied into it). May not exist.
SHARED = pathlib.Path(os.environ.get("UPKEEP_SHARED") or REPOSITORY.parent / "shared")

#: Where a server template is kept between test runs.
CACHE = pathlib.Path(os.environ.get("UPKEEP_TEST_CACHE")
                     or pathlib.Path(tempfile.gettempdir()) / f"upkeep-test-{os.getuid()}")


def binary_directory() -> pathlib.Path:
    """The directory with the built tools: $UPKEEP_BIN, set by ctest."""
    if named := os.environ.get("UPKEEP_BIN"):
        return pathlib.Path(named)
    raise RuntimeError("set UPKEEP_BIN to the directory with the built tools (ctest does that)")


def find_tool(name: str) -> str:
    """The path of a built tool; a test of one that is not built is skipped."""
    path = binary_directory() / name
    if not os.access(path, os.X_OK):
        raise unittest.SkipTest(f"{path} is not built")
    return str(path)


def need_shared(*parts: str) -> pathlib.Path:
    """A path below SHARED; the test is skipped where it does not exist."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise unittest.SkipTest(f"{path} is not there")
    return path


def is_sanitized() -> bool:
    """Whether the tools were built with sanitizers: slower, so that time limits of tests stretch."""
    return bool(os.environ.get("UPKEEP_SANITIZED"))


def is_long() -> bool:
    """Whether there is time: scripts/test --all, where a test may try more seeds or take more steps."""
    return bool(os.environ.get("UPKEEP_TEST_LONG"))
