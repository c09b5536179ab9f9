# SPDX-License-Identifier: MIT
"""A real journal of systemd for a test: a journald of its own, with a /run of its own."""

import json
import os
import shutil
import subprocess
from typing import Any

from .wait import wait_for

JOURNALD = "/lib/systemd/systemd-journald"
START = """
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal || exit
echo $$
[ "$1" = none ] && exec sleep 1000
exec "$1"
"""


class Journal:
    """`prefix` runs a program where it finds this journal."""

    def __init__(self, journald: str = JOURNALD) -> None:
        """journald: "none" for a machine that has no journal."""
        self._process = subprocess.Popen(["unshare", "--mount", "sh", "-c", START, "start", journald],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                         text=True)
        assert self._process.stdout
        pid = self._process.stdout.readline().strip()
        if not pid:
            self.close()
            raise RuntimeError("no mount namespace can be made here")
        self.prefix = ["/usr/bin/nsenter", f"--mount=/proc/{pid}/ns/mnt"]
        if journald != "none":
            socket = f"/proc/{pid}/root/run/systemd/journal/socket"
            wait_for(lambda: os.path.exists(socket) or self._process.poll() is not None, "journald listens")
            if self._process.poll() is not None:
                self.close()
                raise RuntimeError("no journald starts here")

    @staticmethod
    def is_possible() -> bool:
        return os.geteuid() == 0 and os.path.exists(JOURNALD) and bool(shutil.which("unshare"))

    def entries(self, *matches: str) -> list[dict[str, Any]]:
        done = subprocess.run([*self.prefix, "journalctl", "-D", "/run/log/journal", "-o", "json", "--no-pager",
                               *matches], capture_output=True, text=True, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        if self._process.stdout:
            self._process.stdout.close()
