# SPDX-License-Identifier: MIT
"""ws-check --map as Apache runs it."""

import os
import select
import subprocess
import time
from typing import IO, Optional

from .installation import Installation
from .paths import is_sanitized
from .process import Argument, clean_environment, command_line
from .wait import children_of

LIMIT = 1.0 if not is_sanitized() else 3.0


class Map:
    """A running ws-check --map, asked as Apache asks."""

    def __init__(self, installation: Installation, *args: Argument):
        self.process = subprocess.Popen(command_line("ws-check", ["--map", *args]), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=clean_environment(installation.env))
        self.slowest = 0.0

    @staticmethod
    def _pipe(stream: Optional[IO[bytes]]) -> IO[bytes]:
        assert stream is not None
        return stream

    def ask(self, name: bytes | str) -> str:
        began = time.monotonic()
        os.write(self._pipe(self.process.stdin).fileno(), (name.encode() if isinstance(name, str) else name) + b"\n")
        answer = self.read()
        self.slowest = max(self.slowest, time.monotonic() - began)
        return answer

    def read(self) -> str:
        answer = b""
        while not answer.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], 30)[0]:
                raise AssertionError("no answer")
            chunk = os.read(self._pipe(self.process.stdout).fileno(), 1)
            if not chunk:
                raise AssertionError(f"it ended: {self._pipe(self.process.stderr).read()!r}")
            answer += chunk
        return answer.decode().strip()

    @property
    def answerer(self) -> int:
        """The process that does the work behind it."""
        (pid,) = children_of(self.process.pid)
        return pid

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            self._pipe(stream).close()
