# SPDX-License-Identifier: MIT
"""The base of our test cases: shorthands that register their own clean-up, and a few assertions."""

import pathlib
import shutil
import sys
import tempfile
import unittest
from typing import Any, Optional, Sequence

from . import pool, process, terminal
from .installation import Installation
from .ledger import Ledger
from .proxy import Proxy
from .server import Server
from .small import SmallInstallation

_servers: dict[str, Server] = {}


def module_server(own: bool = False, options: Sequence[str] = ()) -> Server:
    """The one server of the calling test module (see tests/README.md): lent by the run's pool, or started.

    own: a server that no other module uses, for tests that stop, kill or freeze it; so is one with options.
    Both count at the first call. The server is given back, or ends, with the module.
    """
    name = sys._getframe(1).f_globals["__name__"]
    if name not in _servers:
        _servers[name] = (None if own or options else pool.borrow()) or _start(Server(options=options))
        unittest.addModuleCleanup(lambda: _servers.pop(name).close())
    return _servers[name]


def _start(server: Server) -> Server:
    try:
        return server.start()
    except BaseException:
        server.close()
        raise


class TestCase(unittest.TestCase):
    """Nothing that a test opens through these outlives it."""

    maxDiff = None

    def make_directory(self) -> pathlib.Path:
        """A fresh directory, removed afterwards."""
        path = pathlib.Path(tempfile.mkdtemp(prefix="upk-"))
        self.addCleanup(shutil.rmtree, path, ignore_errors=True)
        return path

    def open_installation(self, server: Server, **options: Any) -> Installation:
        installation = Installation(server, **options)
        self.addCleanup(installation.close)
        return installation

    def open_small(self, server: Server, *names: str, **sections: Any) -> SmallInstallation:
        """A SmallInstallation with these pending workspaces."""
        installation = SmallInstallation(server, **sections)
        self.addCleanup(installation.close)
        if names:
            installation.add_small(*names)
        return installation

    def open_server(self, **options: Any) -> Server:
        """A started server for this test alone (one that is stopped, killed or frozen)."""
        server = Server(**options)
        self.addCleanup(server.close)
        return server.start()

    def open_proxy(self, server: Server, tcp: bool = False) -> Proxy:
        proxy = Proxy(("127.0.0.1", server.port) if tcp else server.socket, tcp)
        self.addCleanup(proxy.close)
        return proxy

    def open_ledger(self) -> Ledger:
        return Ledger(self.make_directory() / "ledger")

    def start(self, tool: str, *args: process.Argument, **options: Any) -> process.Background:
        """A background process that does not outlive the test."""
        background = process.Background(tool, *args, **options)
        self.addCleanup(background.close)
        return background

    def start_tty(self, tool: str, *args: process.Argument, **options: Any) -> terminal.Terminal:
        started = terminal.Terminal(tool, *args, **options)
        self.addCleanup(started.close)
        return started

    # -- assertions ---------------------------------------------------------------------------
    def assert_status(self, result: process.Result, status: int) -> process.Result:
        self.assertEqual(result.status, status, f"\n{result}")
        return result

    def assert_quiet(self, result: process.Result, status: int = 0) -> process.Result:
        """The status, and nothing on stderr."""
        self.assert_status(result, status)
        self.assertEqual(result.stderr, "", f"\n{result}")
        return result

    def assert_error(self, result: process.Result, status: int, *parts: str,
                     stdout: Optional[bytes] = b"") -> process.Result:
        """The status, one `tool: error:` line that holds every part, and no record (stdout=None: any)."""
        self.assert_status(result, status)
        lines = [line for line in result.stderr.splitlines() if ": error: " in line]
        self.assertTrue(lines, f"no error line\n{result}")
        for part in parts:
            self.assertIn(part, result.stderr, f"\n{result}")
        if stdout is not None:
            self.assertEqual(result.stdout, stdout, f"\n{result}")
        return result

    def assert_states(self, result: process.Result, states: dict[str, str]) -> None:
        """The second column by the first, of a tsv record: what ws-* tools say about workspaces."""
        self.assertEqual({row[0]: row[1] for row in result.rows}, states, f"\n{result}")

    def assert_fields(self, record: dict, names: Sequence[str]) -> None:
        """A JSON record has exactly these keys, in this order."""
        self.assertEqual(list(record), list(names))
