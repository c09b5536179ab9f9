# SPDX-License-Identifier: MIT
"""A server that somebody gives by its address (MySQL 8 or 9, a hosted one): what UPKEEP_TEST_SERVER names.

UPKEEP_TEST_SERVER=HOST[:PORT] and UPKEEP_TEST_SERVER_LOGIN=FILE, an option file as the server's client reads it
(`[client]`, `user = ...`, `password = ...`), which nobody else may read. Everything that is made there begins with one
throw-away word, and nothing else is touched.
"""

import configparser
import os
import pathlib
import secrets
import stat
from typing import Any, Optional

from .installation import Installation
from .process import end_process, processes_using
from .server import Server, _find

ADDRESS, LOGIN = "UPKEEP_TEST_SERVER", "UPKEEP_TEST_SERVER_LOGIN"


def why_not() -> Optional[str]:
    """Why there is none; None: there is one."""
    if not os.environ.get(ADDRESS):
        return f"no server is given: set {ADDRESS}=HOST[:PORT] and {LOGIN}=FILE (tests/README.md)"
    login = os.environ.get(LOGIN, "")
    if not os.path.isfile(login):
        return f"{LOGIN} names no file"
    if os.stat(login).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return f"{login} may be read by others: chmod 600"
    return None


class GivenServer(Server):
    """sql() and what is built on it; it cannot be started, stopped or frozen."""

    def __init__(self) -> None:  # pylint: disable=super-init-not-called
        host, colon, port = os.environ[ADDRESS].rpartition(":")
        self.host, self.port = (host, int(port)) if colon and port.isdigit() else (os.environ[ADDRESS], 3306)
        self.login = os.environ[LOGIN]
        parser = configparser.ConfigParser(allow_no_value=True, interpolation=None)
        parser.read(self.login)
        self.user = parser["client"]["user"].strip("\"'")
        self.password = (parser["client"].get("password") or "").strip("\"'")
        self.socket = ""
        self._client = _find("mariadb", "mysql")

    def client_command(self, schema: str = "", user: str = "", tcp: bool = False) -> list[str]:
        return [self._client, f"--defaults-file={self.login}", f"--host={self.host}", f"--port={self.port}",
                "--protocol=tcp", "--default-character-set=utf8mb4", *([schema] if schema else [])]

    def thaw(self) -> None:
        pass


class GivenInstallation(Installation):
    """Its schemas begin with `prefix`: the control schema is PREFIXupkeep, a workspace PREFIXwf_NAME."""

    def __init__(self, server: GivenServer, **options: Any):
        self.given = server
        host_of = options.get("host_of")
        self.prefix = host_of.prefix if host_of else f"upkt{secrets.token_hex(4)}_"
        super().__init__(server, **options)

    def _defaults(self) -> dict[str, Any]:
        self.schema = f"{self.prefix}upkeep"
        password = self.directory / "password"
        password.touch(mode=0o600)
        password.write_text(self.given.password + "\n")
        sections = super()._defaults()
        sections["database"] = {"host": self.given.host, "port": self.given.port, "user": self.given.user,
                                "password_file": password, "schema": self.schema}
        sections["workspaces"] = {"schema": self.prefix + "wf_{workspace}"}
        return sections

    def another_host(self, **sections: Any) -> "GivenInstallation":
        host = GivenInstallation(self.given, host_of=self, **sections)
        host.schema = self.schema
        self._hosts.append(host)
        return host

    def add_empty(self, *names: str) -> None:
        self.server.sql("".join(f"CREATE DATABASE `{self.prefix}wf_{name}`;\n" for name in names))

    def close(self) -> None:
        if not self._shares_database:
            for place in [self.directory, *(host.directory for host in self._hosts)]:
                for pid in processes_using(pathlib.Path(place)):
                    end_process(pid)
            # Before super().close(), which would look for schemas by names that are not ours.
            self.server.drop(*self.server.schemas(self.prefix.replace("_", "\\_") + "%"))
            self._shares_database = True
        super().close()
