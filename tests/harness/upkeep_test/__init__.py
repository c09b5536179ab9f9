# SPDX-License-Identifier: MIT
"""What a test of the real binaries needs (tests/README.md shows how to use it).

Standard library only. Everything that a helper makes is removed by its close() or stop(); the
`open_...` helpers register that with the test case.
"""

from .apache import Apache
from .atd import AtDaemon, AtQueue
from .between import BetweenCase
from .case import TestCase, module_server
from .installation import Installation, old_workspace_sql
from .ledger import Ledger
from .paths import REPOSITORY, SHARED, find_tool, is_long, is_sanitized, need_shared
from .process import Background, Result, run
from .proxy import Proxy
from .server import Server, SqlError
from .small import SmallInstallation
from .terminal import run_tty, Terminal
from .wait import wait_for, wait_until_gone

__all__ = [
    "Apache",
    "AtDaemon",
    "AtQueue",
    "Background",
    "BetweenCase",
    "Installation",
    "Ledger",
    "Proxy",
    "REPOSITORY",
    "Result",
    "SHARED",
    "Server",
    "SmallInstallation",
    "SqlError",
    "Terminal",
    "TestCase",
    "find_tool", "is_long",
    "is_sanitized",
    "module_server",
    "need_shared",
    "old_workspace_sql",
    "run",
    "run_tty",
    "wait_for",
    "wait_until_gone",
]
