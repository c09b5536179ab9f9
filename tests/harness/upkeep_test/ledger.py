# SPDX-License-Identifier: MIT
"""The ledger: what upgrade commands say about themselves, so that overlaps are proved, not guessed.

Every command appends (O_APPEND, one write a line) `start WORKSPACE PID TIME`, then looks at every earlier
command that has not said `end` and still lives, and appends `saw WORKSPACE PID TIME COUNT`. Of two
commands that overlap, the later one always sees the earlier; a killed command needs no `end`. A process that
a command leaves behind is `left WORKSPACE PID TIME` and counts as alive as long as it lives.
"""

import collections
import dataclasses
import os
import pathlib
import shlex
import time
from typing import Iterable, Optional

from .wait import is_alive

#: An upgrade command for /bin/sh: `sh -c SCRIPT name LEDGER WORKSPACE SECONDS`.
SCRIPT = r"""
ledger=$1; workspace=$2; seconds=$3
stamp() { date +%s.%N; }
printf 'start %s %s %s\n' "$workspace" $$ "$(stamp)" >> "$ledger"
alive=0
for pid in $(awk -v me=$$ '($1=="start" || $1=="left") && $3!=me {open[$3]=1} $1=="end" {delete open[$3]}
                           END {for (p in open) print p}' "$ledger"); do
  state=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) || continue
  case $state in Z*|X*|'') ;; *) alive=$((alive + 1));; esac
done
printf 'saw %s %s %s %s\n' "$workspace" $$ "$(stamp)" $alive >> "$ledger"
echo "working on $workspace"
case $seconds in 0) ;; *) sleep "$seconds";; esac
printf 'end %s %s %s\n' "$workspace" $$ "$(stamp)" >> "$ledger"
echo done
"""


@dataclasses.dataclass
class Run:
    """One upgrade command."""

    workspace: str
    pid: int
    started: float
    saw: Optional[int] = None  #: other commands alive at its start
    ended: Optional[float] = None


class Ledger:
    def __init__(self, path: os.PathLike):
        self.path = pathlib.Path(path)
        self.path.touch()

    def command(self, seconds: float = 0) -> list[str]:
        """An `[upgrade] command` that only keeps the ledger (and succeeds for profile `plain`)."""
        return ["/bin/sh", "-c", SCRIPT, "upgrade", str(self.path), "{workspace}", f"{seconds:g}"]

    def shell_line(self, workspace: str, seconds: float = 0) -> str:
        """The same as one line for a shell."""
        return shlex.join(word.replace("{workspace}", workspace) for word in self.command(seconds))

    def runs(self) -> list[Run]:
        """Every command that has started, in the order of their starts."""
        found: list[Run] = []
        for line in self.path.read_text().splitlines():
            kind, workspace, pid, stamp, *rest = line.split(" ")
            if kind == "start":
                found.append(Run(workspace, int(pid), float(stamp)))
                continue
            if kind == "left":
                continue
            # The latest with that pid: a number can come again.
            run = next(r for r in reversed(found) if r.pid == int(pid) and r.workspace == workspace)
            if kind == "saw":
                run.saw = int(rest[0])
            elif kind == "end":
                run.ended = float(stamp)
        return found

    def started(self) -> list[str]:
        """Workspaces in the order of their starts."""
        return [run.workspace for run in self.runs()]

    def left_behind(self) -> list[int]:
        """Pids of the processes that commands left behind, those that have ended too."""
        rows = [line.split(" ") for line in self.path.read_text().splitlines()]
        return [int(row[2]) for row in rows if row[0] == "left"]

    def running(self) -> list[Run]:
        """Commands that have not said `end` and still live."""
        return [run for run in self.runs() if run.ended is None and is_alive(run.pid)]

    def wait_for_start(self, workspace: Optional[str] = None, count: int = 1,
                       timeout: float = 20.0) -> Run:
        """Waits for the count-th start (of that workspace), and returns it."""
        end = time.monotonic() + timeout
        while True:
            runs = [run for run in self.runs() if workspace in (None, run.workspace)]
            if len(runs) >= count:
                return runs[count - 1]
            if time.monotonic() > end:
                raise AssertionError(f"no start number {count} of {workspace or 'anything'} in {timeout:g} s:"
                                     f"\n{self.path.read_text()}")
            time.sleep(0.01)

    def assert_no_overlap(self, slots: int = 1) -> None:
        """Never more than `slots` commands lived at one time."""
        for run in self.runs():
            if run.saw is not None and run.saw + 1 > slots:
                raise AssertionError(f"{run.workspace} (pid {run.pid}) started beside {run.saw} others,"
                                     f" {slots} allowed at one time:\n{self.path.read_text()}")

    def assert_reached(self, slots: int) -> None:
        """At some moment `slots` commands did live at one time."""
        most = max(((run.saw or 0) + 1 for run in self.runs()), default=0)
        if most < slots:
            raise AssertionError(f"never more than {most} at one time, {slots} were allowed:\n"
                                 f"{self.path.read_text()}")

    def assert_each_once(self, workspaces: Iterable[str]) -> None:
        """Exactly these were started, each once, and each came to its end."""
        runs = self.runs()
        counts = collections.Counter(run.workspace for run in runs)
        wanted = collections.Counter(workspaces)
        if counts != wanted:
            raise AssertionError(f"too many: {dict(counts - wanted)}, missing: {dict(wanted - counts)}")
        open_ones = [run.workspace for run in runs if run.ended is None]
        if open_ones:
            raise AssertionError(f"started and never ended: {open_ones}")

    def gaps(self) -> list[float]:
        """Seconds between one command's end and the next one's start, in order."""
        runs = [run for run in self.runs() if run.ended is not None]
        return [later.started - earlier.ended for earlier, later in zip(runs, runs[1:])]  # type: ignore

    def clear(self) -> None:
        self.path.write_text("")
