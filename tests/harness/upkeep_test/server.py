# SPDX-License-Identifier: MIT
"""A throw-away MariaDB server: its own data directory, a Unix socket with a short path, TCP on request."""

import fcntl
import getpass
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from typing import Optional, Sequence

from .paths import CACHE
from .wait import wait_for

# Small and fast; what is committed survives the server's own death (written at commit, but never synced),
# which is all that these tests need.
SETTINGS = [
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=32M",
    "--key-buffer-size=1M",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--performance-schema=off",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--max-connections=400",
    "--loose-innodb-fast-shutdown=2",
    "--loose-feedback=off",
    "--character-set-server=utf8mb4",
]
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\0": "\0", "\\\\": "\\"}


class SqlError(Exception):
    """The client's message, e.g. `ERROR 1045 (28000): Access denied ...`."""


def _find(*names: str) -> str:
    for name in names:
        if path := shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return path
    raise unittest.SkipTest(f"{names[0]} is not installed")


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _template() -> pathlib.Path:
    """The data directory that every server starts from, made once per server version."""
    server = _find("mariadbd", "mysqld")
    words = subprocess.run([server, "--no-defaults", "--version"], capture_output=True, text=True,
                           check=True).stdout.split()
    version = re.sub(r"[^A-Za-z0-9.]+", "-", words[words.index("Ver") + 1])
    CACHE.mkdir(parents=True, exist_ok=True)
    template = CACHE / f"mariadb-{version}"
    with open(CACHE / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if template.exists():
            return template
        fresh = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=CACHE))
        # --loose-user: with --user the script also changes the owner of the machine's PAM plugin. The temporary
        # directory: a server deletes every #sql* in it when it starts, those of other servers in /tmp included.
        command = [_find("mariadb-install-db", "mysql_install_db"), "--no-defaults",
                   f"--loose-user={getpass.getuser()}", f"--datadir={fresh}", "--skip-test-db", "--force",
                   "--auth-root-authentication-method=normal", *SETTINGS[:2]]
        with tempfile.TemporaryDirectory(prefix="tmp-", dir=CACHE) as temporary:
            made = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, check=False, env={**os.environ, "TMPDIR": temporary})
        if made.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise RuntimeError(f"mariadb-install-db failed:\n{made.stdout}")
        fresh.rename(template)
        return template


def _fast_directory() -> Optional[str]:
    """Memory, where there is plenty: every CREATE TABLE syncs, and a disk makes that ten times slower."""
    try:
        room = os.statvfs("/dev/shm")
    except OSError:
        return None
    plenty = room.f_bavail * room.f_frsize > 2 << 30
    return "/dev/shm" if plenty and os.access("/dev/shm", os.W_OK) else None


class NoServer(RuntimeError):
    """A server ended, or did not answer in time; the text ends with its error log."""


class Server:
    """root@localhost (socket) and root@127.0.0.1 (TCP) without a password."""

    def __init__(self, tcp: bool = False, options: Sequence[str] = ()):
        self._adopt(pathlib.Path(tempfile.mkdtemp(prefix="upk-", dir=_fast_directory())), free_port() if tcp else 0)
        self.options = list(options)
        try:
            shutil.copytree(_template(), self.directory / "data")
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise

    def _adopt(self, directory: pathlib.Path, port: int) -> None:
        """Is the server in this directory, whoever starts it."""
        self.directory = directory
        self.socket = str(directory / "s")
        self.port = port
        self.user = "root"
        self._process: Optional[subprocess.Popen] = None
        self._client = _find("mariadb", "mysql")

    # -- life ---------------------------------------------------------------------------------
    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process.pid

    @property
    def error_log(self) -> str:
        return (self.directory / "error.log").read_text(errors="replace")

    def command(self, *more_options: str) -> list[str]:
        """Runs the server in the foreground."""
        command = [_find("mariadbd", "mysqld"), "--no-defaults", f"--user={getpass.getuser()}",
                   f"--datadir={self.directory / 'data'}", f"--socket={self.socket}",
                   f"--pid-file={self.directory / 'pid'}", f"--tmpdir={self.directory}", *SETTINGS]
        if self.port:
            command += ["--bind-address=127.0.0.1", f"--port={self.port}"]
        else:
            command += ["--skip-networking"]
        return [*command, *self.options, *more_options]

    def start(self, *more_options: str) -> "Server":
        """Starts the server, waits until it answers; the more options hold until the next start."""
        with open(self.directory / "error.log", "ab") as log:
            self._process = subprocess.Popen(self.command(*more_options), stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, cwd=self.directory)
        end = time.monotonic() + 60
        while True:
            try:
                self.sql("SELECT 1")
                return self
            except SqlError as error:
                status = self._process.poll()
                if status is not None or time.monotonic() > end:
                    self.kill()
                    what = "it does not answer" if status is None else f"it ended with {status}"
                    raise NoServer(f"no server, {what}: {error}\n{self.error_log[-4000:]}") from error
                time.sleep(0.05)

    def stop(self) -> None:
        """Shuts down in order; does nothing when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def restart(self, *more_options: str) -> None:
        self.stop()
        self.start(*more_options)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)
        wait_for(self._is_frozen, "every thread has stopped")

    def _is_frozen(self) -> bool:
        tasks = pathlib.Path(f"/proc/{self.pid}/task")
        return all((task / "stat").read_text().rpartition(") ")[2].startswith("T") for task in tasks.iterdir())

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def close(self) -> None:
        """Ends the server and removes everything it had."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- SQL ----------------------------------------------------------------------------------
    def client_command(self, schema: str = "", user: str = "", tcp: bool = False) -> list[str]:
        where = ["--host=127.0.0.1", f"--port={self.port}", "--protocol=tcp"] if tcp else [
            f"--socket={self.socket}", "--protocol=socket"]
        return [self._client, "--no-defaults", *where, f"--user={user or self.user}",
                "--default-character-set=utf8mb4", *([schema] if schema else [])]

    def sql(self, text: str, schema: str = "", user: str = "",
            password: str = "") -> list[list[Optional[str]]]:
        """Runs statements and returns the rows of all of them, as texts (None for NULL)."""
        environment = {"PATH": os.environ["PATH"], "MYSQL_PWD": password}
        done = subprocess.run(
            [*self.client_command(schema, user), "--batch", "--skip-column-names"],
            input=text.encode(), capture_output=True, env=environment, check=False)
        if done.returncode != 0:
            raise SqlError(done.stderr.decode(errors="replace").strip())
        rows = done.stdout.decode(errors="surrogateescape").split("\n")[:-1]
        return [[_value(cell) for cell in row.split("\t")] for row in rows]

    def value(self, text: str, schema: str = "") -> Optional[str]:
        """The first cell of the first row; None without one."""
        rows = self.sql(text, schema)
        return rows[0][0] if rows else None

    def schemas(self, like: str = "%") -> list[str]:
        quoted = like.replace("'", "''")
        return [row[0] or "" for row in self.sql(f"SHOW DATABASES LIKE '{quoted}'")]

    def drop(self, *schemas: str) -> None:
        self.sql("".join(f"DROP DATABASE IF EXISTS `{schema}`;\n" for schema in schemas))

    def connections(self) -> list[list[Optional[str]]]:
        """Id, user, schema and statement of every client connection but the asking one."""
        return self.sql("SELECT id, user, db, info FROM information_schema.processlist"
                        " WHERE id <> CONNECTION_ID() AND command <> 'Daemon' AND user <> 'system user'"
                        " AND user <> 'event_scheduler'")

    def kill_connections(self, where: str = "1=1") -> int:
        """KILLs the connections that a condition on information_schema.processlist names."""
        ids = self.sql("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
                       f" AND command NOT IN ('Daemon') AND ({where})")
        for row in ids:
            try:
                self.sql(f"KILL {row[0]}")
            except SqlError:
                pass  # it has gone by itself
        return len(ids)

    def add_user(self, name: str, password: str = "", grants: Sequence[str] = ()) -> None:
        """An account for the socket and for 127.0.0.1; grants are e.g. `SELECT ON wf_a.*`."""
        for host in ("localhost", "127.0.0.1"):
            account = f"'{name}'@'{host}'"
            secret = password.replace("'", "''")
            self.sql(f"DROP USER IF EXISTS {account};\nCREATE USER {account} IDENTIFIED BY '{secret}';\n"
                     + "".join(f"GRANT {grant} TO {account};\n" for grant in grants))


def _value(cell: str) -> Optional[str]:
    if cell == "NULL":
        return None
    return re.sub(r"\\[nt0\\]", lambda match: ESCAPES[match.group()], cell)
