# SPDX-License-Identifier: MIT
"""Running the tools: to their end with captured output, or in the background."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import tempfile
from typing import Any, Mapping, Optional, Sequence, Union

from . import records
from .paths import find_tool, is_sanitized
from .wait import children_of, group_lives, is_alive, wait_for, wait_until_gone

# What whoever started us ignores (nohup, a background job) our children would ignore too: a handler is not inherited.
for _number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

Argument = Union[str, bytes, os.PathLike]
#: What a sanitized binary needs to know; a leak at exit fails its test.
PASSED_ON = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH")


@dataclasses.dataclass
class Result:
    """How a process ended; `status` is 128+n after signal n, as a shell tells it."""

    status: int
    stdout: bytes
    stderr: str
    argv: list[str]

    @property
    def text(self) -> str:
        return self.stdout.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def rows(self) -> list[list[str]]:
        """The columns of tsv output, escapes as they are."""
        return [line.split("\t") for line in self.text.split("\n")[:-1]]

    @property
    def json(self) -> Any:
        """JSON output; the records of a tool are what share/records says."""
        found = json.loads(self.stdout)
        records.check(self.argv, found)
        return found

    @property
    def jsonl(self) -> list[Any]:
        found = [json.loads(line) for line in self.lines]
        records.check(self.argv, found)
        return found

    def __str__(self) -> str:
        return (f"$ {' '.join(self.argv)}\nstatus {self.status}\n--- stdout\n"
                f"{self.stdout.decode(errors='replace')}--- stderr\n{self.stderr}")


def clean_environment(more: Optional[Mapping[str, Optional[str]]] = None) -> dict[str, str]:
    """Nothing of the caller's settings but PATH; a value of None takes a variable out."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin", "HOME": "/nonexistent",
                   "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    environment.update({name: os.environ[name] for name in PASSED_ON if name in os.environ})
    for name, value in (more or {}).items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    return environment


def command_line(tool: str, args: Sequence[Argument]) -> list[str]:
    """A name is a built tool; something with a slash is that program."""
    return [tool if "/" in tool else find_tool(tool), *(os.fsdecode(arg) for arg in args)]


def shell_status(code: int) -> int:
    return 128 - code if code < 0 else code


def run(tool: str, *args: Argument, stdin: Union[bytes, str, int, None] = None,
        env: Optional[Mapping[str, Optional[str]]] = None, timeout: float = 60.0,
        cwd: Optional[os.PathLike] = None, stdout: Optional[int] = None,
        user: Optional[str] = None, pass_fds: Sequence[int] = ()) -> Result:
    """Runs a tool in a pipe. stdin: text to feed, a descriptor, or None for /dev/null.

    stdout: a descriptor instead of a pipe (e.g. of /dev/full). user: needs root.
    """
    argv = command_line(tool, args)
    if is_sanitized():
        timeout *= 3
    feed: dict[str, Any] = {"input": stdin.encode() if isinstance(stdin, str) else stdin} if isinstance(
        stdin, (str, bytes)) else {"stdin": subprocess.DEVNULL if stdin is None else stdin}
    done = subprocess.run(argv, stdout=subprocess.PIPE if stdout is None else stdout,
                          stderr=subprocess.PIPE, env=clean_environment(env), cwd=cwd,
                          timeout=timeout, check=False, user=user,
                          extra_groups=[] if user else None, pass_fds=pass_fds, **feed)
    return Result(shell_status(done.returncode), done.stdout or b"",
                  done.stderr.decode(errors="replace"), argv)


class Background:
    """A process (or a tree in its own process group) that the test looks at while it runs.

    Output goes to files, so that nothing ever blocks on a full pipe.
    """

    def __init__(self, tool: str, *args: Argument, env: Optional[Mapping[str, Optional[str]]] = None,
                 stdin: Optional[int] = None, cwd: Optional[os.PathLike] = None,
                 user: Optional[str] = None):
        self.argv = command_line(tool, args)
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        # A session of its own: killing its group ends its children too, and never the test.
        self.process = subprocess.Popen(
            self.argv, stdin=subprocess.DEVNULL if stdin is None else stdin, stdout=self._out,
            stderr=self._err, env=clean_environment(env), cwd=cwd, start_new_session=True, user=user,
            extra_groups=[] if user else None)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def stdout(self) -> bytes:
        """What it wrote so far."""
        return os.pread(self._out.fileno(), 1 << 30, 0)

    @property
    def stderr(self) -> str:
        return os.pread(self._err.fileno(), 1 << 30, 0).decode(errors="replace")

    def children(self) -> list[int]:
        return children_of(self.pid)

    def signal(self, number: int) -> None:
        """To the process alone."""
        self.process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """To its own process group (children that made another group are not in it)."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def wait(self, timeout: float = 60.0) -> Result:
        """Its end."""
        if is_sanitized():
            timeout *= 3
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout:g} s: {self}") from None
        return Result(shell_status(code), self.stdout, self.stderr, self.argv)

    def kill(self) -> Result:
        """SIGKILL to the process alone, and waits for its end."""
        self.process.kill()
        return self.wait()

    def close(self) -> None:
        """Ends whatever is left of its process group."""
        self.signal_group(signal.SIGKILL)
        self.process.wait()
        wait_for(lambda: not group_lives(self.pid), f"the process group {self.pid} has ended", every=0.005)
        self._out.close()
        self._err.close()

    def __str__(self) -> str:
        return (f"$ {' '.join(self.argv)}\n--- stdout\n{self.stdout.decode(errors='replace')}"
                f"--- stderr\n{self.stderr}")

    def __enter__(self) -> "Background":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def processes_using(directory: os.PathLike) -> list[int]:
    """Pids, this process aside, that name a directory on their command line, work in it or hold a file
    in it open: what a test left behind."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        if is_alive(int(entry.name)) and _uses(entry, os.fspath(directory)):
            found.append(int(entry.name))
    return found


def _uses(entry: pathlib.Path, directory: str) -> bool:
    try:
        if directory.encode() in (entry / "cmdline").read_bytes():
            return True
        links = [entry / "cwd", *(entry / "fd").iterdir()]
    except OSError:
        return False
    for link in links:
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target == directory or target.startswith(directory + "/"):
            return True
    return False


def end_process(pid: int) -> None:
    """SIGKILL to one process that is not our child, and waits for its end."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    wait_until_gone(pid)
