# SPDX-License-Identifier: MIT
"""What the fault tests share: short upgrades, the truth in the database, who belongs to a run."""

import json
import os
import pathlib
import signal
from typing import Any, Optional

from .case import TestCase, module_server
from .installation import Installation
from .process import Background
from .server import Server
from .wait import is_alive, wait_for

#: Keeps the ledger (upkeep_test.ledger) and makes the table that the probe wants. Few processes: many of
#: these run at one time, on few processors. Arguments: LEDGER WORKSPACE SECONDS SOCKET.
QUICK = r"""
ledger=$1 workspace=$2 alive=0
declare -A open=()
note() { printf '%s %s %s %s%s\n' "$1" "$workspace" $$ "$EPOCHREALTIME" "${2:+ $2}" >> "$ledger"; }
note start
while read -r kind name pid rest; do
  case $kind in start | left) open[$pid]=1 ;; end) unset "open[$pid]" ;; esac
done < "$ledger"
for pid in "${!open[@]}"; do
  [[ $pid != $$ ]] && { IFS= read -r state < "/proc/$pid/stat"; } 2> /dev/null || continue
  [[ ${state##*) } == [ZX]* ]] || alive=$((alive + 1))
done
note saw $alive
echo "working on $workspace"
[[ $3 == 0 ]] || sleep "$3"
done="CREATE TABLE IF NOT EXISTS DONE (a INT)"
[[ -z $4 ]] || mariadb --no-defaults --socket="$4" --user=root "wf_$workspace" --execute="$done" || exit
note end
echo done
"""

RUN_FIELDS = ("id", "workspace", "state", "exit_status", "slot", "epoch", "host", "log_lines", "detail")


def use_quick_upgrades(installation: Installation, seconds: float = 0, needs_server: bool = True,
                       **upgrade: Any) -> None:
    """A command of some 20 ms (and `seconds`) instead of the demonstration application.

    needs_server=False: it changes nothing, and so it does not care where the server is.
    """
    installation.configure(
        upgrade={"profile": "plain", "directory": installation.directory,
                 "command": ["/bin/bash", "-c", QUICK, "upgrade", installation.ledger.path, "{workspace}",
                             f"{seconds:g}", installation.server.socket if needs_server else ""], **upgrade},
        probe=[{"version": "3.1", "table": "DONE"}])


def add_empty_workspaces(installation: Installation, *names: str, upgraded: bool = False) -> None:
    """For use_quick_upgrades(): one table, which says nothing, so that they are workspaces at all."""
    old = "CREATE DATABASE `wf_{0}`; CREATE TABLE `wf_{0}`.OLD (a INT);\n"
    done = "CREATE TABLE `wf_{0}`.DONE (a INT);\n" if upgraded else ""
    installation.server.sql("".join((old + done).format(name) for name in names))


def ancestors_of(pid: int) -> list[int]:
    found = []
    while pid > 1:
        try:
            pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            break
        found.append(pid)
    return found


class FaultCase(TestCase):
    """`self.installation` on the module's server; subclasses set it up differently."""

    installation: Installation

    def open_installation(self, server: Server, **options: Any) -> Installation:
        self.installation = super().open_installation(server, **options)
        return self.installation

    def upgrade(self, *args: str, host: Optional[Installation] = None, tool: str = "ws-upgrade",
                **options: Any) -> Background:
        """A ws-upgrade in the background."""
        return self.start(tool, *args, env=(host or self.installation).env, **options)

    def hosts(self) -> list[Installation]:
        return [self.installation, *self.installation._hosts]

    # -- the truth ----------------------------------------------------------------------------
    def runs(self, workspace: Optional[str] = None) -> list[dict[str, Any]]:
        """Rows of the table `run`, oldest first, straight from the server."""
        where = f"WHERE workspace = '{workspace}'" if workspace else ""
        rows = self.installation.server.sql(
            f"SELECT {', '.join(RUN_FIELDS)} FROM upkeep.run {where} ORDER BY id")
        return [dict(zip(RUN_FIELDS, row)) for row in rows]

    def last_run(self, workspace: str) -> dict[str, Any]:
        return self.runs(workspace)[-1]

    def run_states(self, workspace: Optional[str] = None) -> list[str]:
        return [run["state"] for run in self.runs(workspace)]

    def slots(self) -> list[list[Optional[str]]]:
        """slot, epoch and run of every lease that is held."""
        return self.installation.server.sql(
            "SELECT slot, epoch, run FROM upkeep.slot WHERE run IS NOT NULL")

    def wait_for_run(self, workspace: str, state: str, timeout: float = 20) -> dict[str, Any]:
        wait_for(lambda: self.run_states(workspace)[-1:] == [state],
                 f"the last run of {workspace} is {state}", timeout)
        return self.last_run(workspace)

    def events(self, host: Optional[Installation] = None) -> str:
        path = (host or self.installation).log_dir / "upkeep.log"
        return path.read_text() if path.exists() else ""

    def assert_all_over(self, *hosts: Installation) -> None:
        """No run is active, no lease held, and no file of a run is left on any host."""
        active = [run for run in self.runs() if run["state"] in ("queued", "running")]
        self.assertEqual(active, [])
        self.assertEqual(self.slots(), [])
        for host in hosts or self.hosts():
            self.assertEqual([path.name for path in (host.state_dir / "runs").glob("*")], [])

    # -- who is who ---------------------------------------------------------------------------
    def guardian_of(self, upgrade: Background) -> int:
        """Waits for it. Under policy kill there is a second process between the two."""
        def find() -> int:
            files = [path for host in self.hosts() for path in (host.state_dir / "runs").glob("*.json")]
            pids = [self.status_file(path.stem, path.parents[2]).get("pid", 0) for path in files]
            return next((pid for pid in pids if is_alive(pid) and upgrade.pid in ancestors_of(pid)), 0)
        return wait_for(find, f"a guardian of process {upgrade.pid}")

    def wait_until_started(self, workspace: str, count: int = 1) -> int:
        """The pid of the command; the run is running and its lease is taken by then."""
        return self.installation.ledger.wait_for_start(workspace, count).pid

    def status_file(self, run: str, directory: Optional[pathlib.Path] = None) -> dict[str, Any]:
        """What the guardian wrote of a run; empty when there is no file."""
        path = (directory or self.installation.directory) / "state" / "runs" / f"{run}.json"
        try:
            return json.loads(path.read_text())
        except (OSError, json.JSONDecodeError):
            return {}


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """To the process alone."""
    os.kill(pid, number)


__all__ = ["FaultCase", "add_empty_workspaces", "wait_for", "is_alive", "kill", "module_server",
           "use_quick_upgrades"]
