# SPDX-License-Identifier: MIT
"""An installation with tiny workspaces and shell upgrades, for tests of the tools rather than of an application."""

from typing import Any

from .installation import Installation
from .server import Server

#: What the upgrade script can call; $1 is the workspace.
PRELUDE = """
sql() { mariadb --no-defaults --socket="$SOCKET" --user=root "wf_$ws" -e "$1"; }
upgrade() { sql 'CREATE TABLE NEW (a INT)'; }
step() { echo "> $1"; shift; "$@"; echo '< done'; }
SOCKET=$2 ws=$1
"""


class SmallInstallation(Installation):
    """Workspaces have a table OLD, and NEW once they are upgraded to version 2.0 (the target).

    The profile `small`: `> NAME` opens a step, `< ` closes it, `BAD` fails, the last line `OK` succeeds. To visitors
    every
    step is "Part of the work".
    """

    def __init__(self, server: Server, **sections: Any):
        super().__init__(server, **sections)

    def _defaults(self) -> dict[str, Any]:
        sections = super()._defaults()
        sections["upgrade"].update(target="2.0", profile="small", command=self.command("upgrade; echo OK"))
        sections["probe"] = [{"version": "2.0", "table": "NEW"}]
        sections["profile.small"] = {"step_open": "^> (.*)$", "step_close": "^< ", "success": "^OK$",
                                     "failure": ["^BAD"], "public": [{"match": ".", "text": "Part of the work"}]}
        return sections

    def command(self, script: str) -> list[str]:
        """An `[upgrade] command` that runs shell text; it may call upgrade, sql TEXT, step NAME COMMAND..."""
        return ["/bin/sh", "-c", PRELUDE + script, "upgrade", "{workspace}", self.server.socket]

    def set_script(self, script: str, **upgrade: Any) -> None:
        """Configures that command, and more keys of [upgrade]."""
        self.configure(upgrade={"command": self.command(script), **upgrade})

    def add_small(self, *names: str, upgraded: bool = False) -> None:
        tables = "CREATE TABLE OLD (a INT);" + ("CREATE TABLE NEW (a INT);" if upgraded else "")
        self.server.sql("".join(f"CREATE DATABASE `wf_{n}`; USE `wf_{n}`; {tables}\n" for n in names))
        self._workspaces += [f"wf_{name}" for name in names]

    def upgrade_by_hand(self, *names: str) -> None:
        """What the command would have done; no run is recorded."""
        self.server.sql("".join(f"CREATE TABLE `wf_{name}`.NEW (a INT);\n" for name in names))

    def degrade(self, *names: str) -> None:
        """Takes the upgrade back."""
        self.server.sql("".join(f"DROP TABLE `wf_{name}`.NEW;\n" for name in names))
