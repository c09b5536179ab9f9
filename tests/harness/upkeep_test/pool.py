# SPDX-License-Identifier: MIT
"""Database servers that the test modules of one run of ctest use one after the other.

Tests look at everything on a server (every schema that is a workspace, every connection, accounts), so modules that run
at the same time cannot share one. The pool has as many servers as modules run at once; each is started when it is first
needed, lent to one module at a time, and cleaned between two of them. One that a module has reconfigured, or has not
given back, is replaced.

    python3 -m upkeep_test.pool start      (ctest's fixture: for as long as the caller lives)
    python3 -m upkeep_test.pool stop

Both act on $UPKEEP_TEST_POOL, a directory. Without it, or where no pool has been started, modules start their own.
"""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from typing import Any, Iterator, Optional, TextIO

from .process import end_process
from .server import Server, SqlError
from .wait import is_alive, wait_for, wait_until_gone

#: What changes by itself.
VOLATILE = (
    "timestamp",
    "gtid_",
    "last_",
    "rand_seed",
    "pseudo_",
    "insert_id",
    "identity",
    "error_count",
    "warning_count",
)


class LentServer(Server):
    """A server of the pool, for one module: it cannot be stopped, killed or frozen. close() gives it back."""

    def __init__(self, slot: pathlib.Path, lock: TextIO):
        self._slot = slot
        self._lock = lock
        self._is_lent = True
        self._state = _read(slot)
        if self._state.get("clean") and is_alive(self._state["pid"]):
            self._attach()
        else:
            self._replace()
        self._write(clean=False)

    def _attach(self) -> None:
        self.options = []
        self._adopt(pathlib.Path(self._state["directory"]), self._state["port"])

    def _replace(self) -> None:
        """A new server instead of the one that is there."""
        end_server(self._state)
        super().__init__(tcp=True)
        log = self.directory / "error.log"
        with open(log, "ab") as out:
            # Not our child: it outlives this process.
            subprocess.run(["setsid", "--fork", *self.command()], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                           cwd=self.directory, check=True)
        wait_for((self.directory / "pid").exists, f"the server runs: {log}", 60)
        self._state = {"directory": str(self.directory), "port": self.port, "pid": self._read_pid()}
        self._write(clean=False)
        wait_for(self._answers, f"the server answers: {log}", 60)
        self._state |= {"variables": self._variables(), "accounts": self._accounts(), "schemas": self.schemas()}

    def _read_pid(self) -> int:
        return int(wait_for((self.directory / "pid").read_text, "the server has written its pid"))

    def _answers(self) -> bool:
        try:
            self.sql("SELECT 1")
        except SqlError:
            return False
        return True

    def _write(self, clean: bool) -> None:
        self._slot.write_text(json.dumps({**self._state, "clean": clean}))

    def _variables(self) -> dict[str, Any]:
        return {
            row[0]: row[1] for row in self.sql("SHOW GLOBAL VARIABLES") if row[0] and not row[0].startswith(VOLATILE)
        }

    def _accounts(self) -> list[list[Optional[str]]]:
        return self.sql("SELECT user, host FROM mysql.global_priv ORDER BY 1, 2")

    @property
    def pid(self) -> int:
        return self._state["pid"]

    def clean(self) -> bool:
        """Takes away what a module has left. @returns whether the server is now as it was when it started"""
        self.kill_connections()
        self.drop(*(schema for schema in self.schemas() if schema not in self._state["schemas"]))
        return self._accounts() == self._state["accounts"] and self._variables() == self._state["variables"]

    def close(self) -> None:
        try:
            self._write(clean=self.clean())
        except (SqlError, OSError):
            pass  # the next module replaces it
        finally:
            self._is_lent = False
            self._lock.close()

    def client_command(self, schema: str = "", user: str = "", tcp: bool = False) -> list[str]:
        if not self._is_lent:
            raise RuntimeError("this server has been given back: another module may have it")
        return super().client_command(schema, user, tcp)

    def start(self, *more_options: str) -> Server:
        raise RuntimeError("this server is shared: a test that starts, stops or freezes one needs open_server() or"
                           " module_server(own=True)")

    def stop(self) -> None:
        self.start()

    def kill(self) -> None:
        self.start()

    def freeze(self) -> None:
        self.start()

    def thaw(self) -> None:
        """It is never frozen."""


def _read(slot: pathlib.Path) -> dict[str, Any]:
    try:
        return json.loads(slot.read_text())
    except (OSError, ValueError):
        return {}


def end_server(state: dict[str, Any]) -> None:
    """Kills the server of a slot, if it is still that one, and removes its directory."""
    if not state:
        return
    try:
        ours = state["directory"].encode() in pathlib.Path(f"/proc/{state['pid']}/cmdline").read_bytes()
    except OSError:
        ours = False
    if ours:
        end_process(state["pid"])
    shutil.rmtree(state["directory"], ignore_errors=True)


def borrow() -> Optional[LentServer]:
    """A clean server that nobody else uses until close(); None where there is no pool."""
    named = os.environ.get("UPKEEP_TEST_POOL")
    if not named or not _keeper(pathlib.Path(named)):
        return None
    number = 0
    while True:
        number += 1
        slot = pathlib.Path(named) / f"server-{number}"
        lock = open(f"{slot}.lock", "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return LentServer(slot, lock)


# -- the keeper ---------------------------------------------------------------------------------
def _keeper(pool: pathlib.Path) -> int:
    """The pid of the process that ends the servers when the run is over; 0 without one."""
    try:
        pid = int((pool / "keeper").read_text())
    except (OSError, ValueError):
        return 0
    return pid if is_alive(pid) else 0


def _users(pool: pathlib.Path) -> Iterator[int]:
    """The runs that use the pool."""
    for path in pool.glob("user-*"):
        pid = int(path.name.partition("-")[2])
        if is_alive(pid):
            yield pid
        else:
            path.unlink(missing_ok=True)


def keep(pool: pathlib.Path) -> None:
    """Waits until nobody uses the pool any more, then ends its servers."""
    while any(_users(pool)):
        time.sleep(0.5)  # nothing tells us when a process ends that is not our child
    for slot in pool.glob("server-*[0-9]"):
        end_server(_read(slot))
    shutil.rmtree(pool, ignore_errors=True)


def start(pool: pathlib.Path, user: int) -> None:
    """Opens the pool for as long as the process `user` lives."""
    pool.mkdir(parents=True, exist_ok=True)
    with open(pool / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (pool / f"user-{user}").touch()
        if not _keeper(pool):
            for slot in pool.glob("server-*[0-9]"):  # of a keeper that was killed
                end_server(_read(slot))
                slot.unlink()
            with open(pool / "log", "ab") as log:
                keeper = subprocess.Popen(
                    [sys.executable, "-m", "upkeep_test.pool", "keep"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            (pool / "keeper").write_text(str(keeper.pid))


def stop(pool: pathlib.Path, user: int) -> None:
    """The process `user` is done; the servers end when it was the last."""
    keeper = _keeper(pool)
    (pool / f"user-{user}").unlink(missing_ok=True)
    if keeper and not any(_users(pool)):
        wait_until_gone(keeper)


def main() -> int:
    """A command of the module's description."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run gets it, too, and ends us by its end
    actions = {
        "start": lambda pool: start(pool, os.getppid()),
        "stop": lambda pool: stop(pool, os.getppid()),
        "keep": keep,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        print(__doc__, file=sys.stderr)
        return 64
    actions[sys.argv[1]](pathlib.Path(os.environ["UPKEEP_TEST_POOL"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
