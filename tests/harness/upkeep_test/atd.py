# SPDX-License-Identifier: MIT
"""The real at(1): a running atd, and our own jobs in it."""

import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from typing import Optional

from .process import processes_using
from .wait import catches, process_state, wait_for

PID_FILE = pathlib.Path("/run/atd.pid")
QUEUE = "z"  #: the queue letter of tests: low priority, and not the product's default


def _running_pid() -> Optional[int]:
    """The pid of the atd that at(1) wakes; None when there is none."""
    try:
        pid = int(PID_FILE.read_text())
        name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return None
    return pid if name == "atd" and process_state(pid) != "Z" else None


class AtDaemon:
    """A running atd: the system's own, or one that this object starts and stops (root only).

    Holds a machine-wide lock, so that test runs side by side do not stop each other's atd.
    """

    def __init__(self) -> None:
        for program in ("at", "atq", "atrm", "atd"):
            if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin"):
                raise unittest.SkipTest(f"{program} is not installed")
        self._ours: Optional[subprocess.Popen] = None
        self._lock = open(pathlib.Path(tempfile.gettempdir()) / "upkeep-test-atd.lock", "w",
                          encoding="ascii")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            if _running_pid() is None:
                self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        if os.geteuid() != 0:
            raise unittest.SkipTest("no atd runs, and only root can start one")
        # -b 1: a job's start is not held back for the default 60 s after the one before.
        ours = self._ours = subprocess.Popen(
            ["/usr/sbin/atd", "-f", "-b", "1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        wait_for(_running_pid, "atd runs")
        # It writes its pid file before it is ready for the SIGHUP of at(1).
        wait_for(lambda: catches(ours.pid, signal.SIGHUP), "atd listens to at")

    def close(self) -> None:
        if self._ours is not None:
            self._ours.terminate()
            self._ours.wait()
            # atd leaves its pid file behind: a later at(1) would signal whoever gets that number.
            if PID_FILE.exists() and _running_pid() is None:
                PID_FILE.unlink(missing_ok=True)
            self._ours = None
        self._lock.close()

    def __enter__(self) -> "AtDaemon":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AtQueue:
    """Our own jobs: those in `letter` whose script names `marker` (e.g. the test's directory)."""

    def __init__(self, marker: str, letter: str = QUEUE):
        self.marker = marker
        self.letter = letter

    def jobs(self) -> dict[int, str]:
        """Waiting and running jobs: number -> script."""
        listed = subprocess.run(["atq", "-q", self.letter], capture_output=True, text=True, check=True)
        running = subprocess.run(["atq", "-q", "="], capture_output=True, text=True, check=True)
        found = {}
        for line in (listed.stdout + running.stdout).splitlines():
            if not (number := re.match(r"\d+", line)):
                continue
            shown = subprocess.run(["at", "-c", number.group()], capture_output=True, text=True,
                                   check=False)  # it may have run meanwhile
            if self.marker in shown.stdout:
                found[int(number.group())] = shown.stdout
        return found

    def clear(self) -> None:
        """Removes those that wait, and waits for those that run."""
        for number in self.jobs():
            subprocess.run(["atrm", str(number)], capture_output=True, check=False)
        wait_for(lambda: not processes_using(pathlib.Path(self.marker)), "no job of ours runs any more", 60)
