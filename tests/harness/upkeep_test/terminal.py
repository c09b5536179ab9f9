# SPDX-License-Identifier: MIT
"""Running a tool in a pseudo-terminal, and what the terminal got."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from typing import Any, Mapping, Optional, Union

from .paths import is_sanitized
from .process import Argument, Result, clean_environment, command_line, shell_status


class Terminal:
    """A tool whose stdin, stdout and stderr are one terminal of a given size; without a pager unless env names one."""

    def __init__(self, tool: str, *args: Argument, columns: int = 80, lines: int = 24,
                 env: Optional[Mapping[str, Optional[str]]] = None, stdin_tty: bool = True,
                 stderr_tty: bool = True, cwd: Optional[os.PathLike] = None):
        self.argv = command_line(tool, args)
        self.received = b""
        self._master, slave = pty.openpty()
        self.resize(columns, lines)
        environment = clean_environment({"TERM": "xterm-256color", "UPKEEP_PAGER": "cat", **(env or {})})
        self.process = subprocess.Popen(
            self.argv, stdin=slave if stdin_tty else subprocess.DEVNULL, stdout=slave,
            stderr=slave if stderr_tty else subprocess.PIPE, env=environment, cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0))  # so that ^C and resizes arrive
        os.close(slave)

    def resize(self, columns: int, lines: int = 24) -> None:
        """A new window size; the foreground process group gets SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text: Union[str, bytes]) -> None:
        """Keys; `\\x03` is ^C, `\\x04` at the start of a line is the end of input."""
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def read(self, seconds: float) -> bytes:
        """What the terminal gets in that time (less when the tool ends); also added to `received`."""
        end = time.monotonic() + seconds
        fresh = b""
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._master], [], [], left)[0]:
                break
            try:
                chunk = os.read(self._master, 65536)
            except OSError:  # EIO: the last process has closed the terminal
                break
            if not chunk:
                break
            fresh += chunk
        self.received += fresh
        return fresh

    def read_until(self, text: bytes, timeout: float = 20.0) -> bytes:
        """Reads until `text` has come; everything received so far."""
        end = time.monotonic() + timeout * (3 if is_sanitized() else 1)
        while text not in self.received:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} never came; the terminal got {self.received!r}")
            self.read(0.05)
        return self.received

    def wait(self, timeout: float = 60.0) -> Result:
        """Reads to the end of the tool. stdout is everything the terminal got (with \\r\\n)."""
        end = time.monotonic() + timeout * (3 if is_sanitized() else 1)
        while self.process.poll() is None:
            if time.monotonic() > end:
                self.close()
                raise AssertionError(f"still running; the terminal got {self.received!r}")
            self.read(0.05)
        while self.read(0.1):
            pass
        stderr = self.process.stderr.read().decode(errors="replace") if self.process.stderr else ""
        return Result(shell_status(self.process.returncode), self.received, stderr, self.argv)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def run_tty(tool: str, *args: Argument, keys: Union[str, bytes] = b"", timeout: float = 60.0,
            **options: Any) -> Result:
    """Runs a tool in a terminal to its end. keys: typed at once. options: as for Terminal."""
    with Terminal(tool, *args, **options) as terminal:
        if keys:
            terminal.type(keys)
        return terminal.wait(timeout)
