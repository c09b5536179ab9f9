# SPDX-License-Identifier: MIT
"""A real systemd manager for a test, also where the machine is not run by systemd: a `systemd --user` of its own,
with a
/run and cgroups of its own."""

import functools
import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import Optional

from .wait import wait_for

MANAGER = "/lib/systemd/systemd"
#: Argument: a fresh cgroup (v2). It is the manager's root in a cgroup namespace of its own: a manager takes every
#: process
#: of its root, so it must see none but this one. sd_booted() looks for the first directory.
START = """
echo $$ > "$1/cgroup.procs" && exec unshare --mount --cgroup sh -c '
  mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/user/0 && chmod 700 /run/user/0 &&
  mount -t cgroup2 cgroup2 /sys/fs/cgroup && grep -qx 0::/ /proc/self/cgroup &&
  { read first && ! read second; } < /sys/fs/cgroup/cgroup.procs && [ "$first" = $$ ] || exit
  echo $$
  exec %s --user --unit=basic.target --log-target=null'
""" % MANAGER
#: `[schedule] prefix`: the client, in that namespace, asks that manager.
CLIENT = """#!/bin/sh
client=$1
shift
exec nsenter --mount=/proc/{pid}/ns/mnt env XDG_RUNTIME_DIR=/run/user/0 "$client" --user "$@"
"""


def _is_empty(path: pathlib.Path) -> bool:
    return not path.read_text()


class Systemd:
    """`prefix` makes systemd's clients use this one."""

    def __init__(self) -> None:
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-systemd-"))
        self.client = self.directory / "client"
        self._cgroup: Optional[pathlib.Path] = None
        self._process: Optional[subprocess.Popen] = None

    @property
    def prefix(self) -> list[str]:
        return [str(self.client)]

    def call(self, *argv: str) -> str:
        done = subprocess.run(
            [self.client, *argv],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=30,
            env={"PATH": os.environ["PATH"]},
        )
        return done.stdout.strip()

    def start(self) -> "Systemd":
        """@raises RuntimeError: it does not work here (no root, no namespaces, no systemd, cgroups that are not
        ours)."""
        if (
            os.geteuid() != 0
            or not shutil.which("unshare")
            or not shutil.which("systemd-run")
            or not os.path.exists(MANAGER)
        ):
            raise RuntimeError("this needs root, unshare and the package systemd")
        mounts = [line.split() for line in pathlib.Path("/proc/self/mounts").read_text().splitlines()]
        unified = next((words[1] for words in mounts if words[2] == "cgroup2"), None)
        if unified is None:
            raise RuntimeError("this needs cgroup v2")
        cgroup = pathlib.Path(unified) / self.directory.name
        try:
            cgroup.mkdir()
        except OSError as error:
            raise RuntimeError("the cgroups of this machine are not ours") from error
        self._cgroup = cgroup
        self._process = subprocess.Popen(
            ["sh", "-c", START, "start", self._cgroup],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": "/run/user/0", "HOME": str(self.directory)},
            start_new_session=True,
        )
        pid = (self._process.stdout.readline() if self._process.stdout else "").strip()
        self.client.write_text(CLIENT.format(pid=pid))
        self.client.chmod(0o755)
        try:
            process = self._process
            wait_for(lambda: process.poll() is not None or self.call("systemctl", "is-system-running") in (
                "running", "degraded"), "the manager runs", 20)
        except AssertionError as error:
            raise RuntimeError("no systemd manager starts here") from error
        if self._process.poll() is not None:
            raise RuntimeError("no systemd manager starts here")
        return self

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
        if self._cgroup is not None:
            for path in sorted([self._cgroup, *self._cgroup.glob("**/*/")], reverse=True):
                processes = path / "cgroup.procs"
                wait_for(functools.partial(_is_empty, processes), "its processes have ended", 20)
                path.rmdir()
        shutil.rmtree(self.directory, ignore_errors=True)
