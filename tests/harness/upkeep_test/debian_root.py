# SPDX-License-Identifier: MIT
"""A fresh Debian root, to install packages in: a directory with namespaces for its processes, so that none outlives its
command and no mount reaches the machine."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from typing import Optional

#: What the packages recommend, and what their tests take; no package recommended by these.
BESIDES = "apache2 at logrotate mariadb-client mariadb-server sudo"


class DebianRoot:
    """Debian 12 as mmdebstrap makes it, or a copy of the one in $UPKEEP_DEBIAN_ROOT. Skips the test where it cannot be
    had."""

    def __init__(self) -> None:
        for program in ("mmdebstrap", "unshare"):
            if not shutil.which(program):
                raise unittest.SkipTest(f"{program} is not installed")
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can make a Debian root")
        self._holder = tempfile.TemporaryDirectory(prefix="upkeep-root-", dir="/var/tmp")
        self.path = pathlib.Path(self._holder.name) / "root"
        command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=apt", "bookworm", str(self.path)]
        if os.environ.get("UPKEEP_DEBIAN_ROOT"):
            command = ["cp", "-a", os.environ["UPKEEP_DEBIAN_ROOT"], str(self.path)]
        made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        if made.returncode != 0:
            self._holder.cleanup()
            raise unittest.SkipTest(f"Debian 12 cannot be had: {made.stderr.strip()[-300:]}")
        # No service is started.
        policy = self.path / "usr" / "sbin" / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def close(self) -> None:
        self._holder.cleanup()

    def run(self, command: str, *, stdin: Optional[str] = None, timeout: float = 600,
            transcript: Optional[pathlib.Path] = None) -> subprocess.CompletedProcess:
        """A line of bash in the root, as root; stdout and stderr together."""
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
             f"--mount-proc={self.path}/proc", "chroot", str(self.path), "/usr/bin/env", "-i",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
             "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "bash", "-c", command],
            stdin=subprocess.DEVNULL if stdin is None else None, input=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False, timeout=timeout)
        if transcript:
            status = f"(exit status {done.returncode})\n" if done.returncode else ""
            with transcript.open("a") as file:
                file.write(f"# {command}\n{done.stdout}{status}")
        return done

    def files(self) -> dict[str, tuple[int, int, int]]:
        """Every file, directory and link by its path in the root, with its mode and the numbers of its owners."""
        found = {}
        for directory, directories, files in os.walk(self.path):
            for name in directories + files:
                path = pathlib.Path(directory) / name
                state = path.lstat()
                found["/" + str(path.relative_to(self.path))] = (state.st_mode, state.st_uid, state.st_gid)
        return found
