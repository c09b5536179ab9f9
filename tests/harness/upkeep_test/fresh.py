# SPDX-License-Identifier: MIT
"""A fresh server for a test: this machine's files under an overlay, with a MariaDB, an atd and accounts of its own.
What is written there is gone afterwards."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from typing import Optional

from .paths import REPOSITORY, binary_directory
from .process import Result, clean_environment
from .terminal import run_tty
from .wait import children_of, wait_for

#: Arguments: the directory for everything, those of the repository and of the tools. The first process of a namespace:
#: when it ends, all others do.
START = r"""
set -e
mount --make-rprivate / && mount -t tmpfs tmpfs "$1" && mkdir "$1/new" "$1/work" "$1/root"
root=$1/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/new,workdir=$1/work" "$root"
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && chmod 0755 "$1/new"
for directory in run tmp var/spool/cron var/lib/mysql var/log etc/upkeep opt home; do
  mkdir -p "$root/$directory" && mount -t tmpfs -o mode=0755 tmpfs "$root/$directory"
done
chmod 1777 "$root/tmp"
for directory in "$2" "${3%/*}"; do
  [ -e "$root$directory" ] || { mkdir -p "$root$directory" && mount --bind "$directory" "$root$directory"; }
done
ln -sf "$3"/* "$root/usr/bin/"
mkdir -p "$root/usr/share/upkeep" "$root/usr/libexec/upkeep" "$root/var/log/apache2" "$root/etc/sudoers.d"
ln -sf "$2"/share/* "$2"/scripts/web "$root/usr/share/upkeep/"
ln -sf "$2"/scripts/cgi/ws-visitor "$root/usr/libexec/upkeep/" && ln -sf "$2"/scripts/cgi "$root/usr/libexec/upkeep/cgi"
ip link set lo up
exec chroot "$root" /bin/sh -ec '
  mkdir -p /run/mysqld /var/spool/cron/atjobs /var/spool/cron/atspool
  chown mysql: /run/mysqld /var/lib/mysql
  chown -R daemon:daemon /var/spool/cron && chmod 1770 /var/spool/cron/*
  printf 0 > /var/spool/cron/atjobs/.SEQ && chown daemon:daemon /var/spool/cron/atjobs/.SEQ
  printf "root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n" > /etc/sudoers
  id upkeep || useradd --system --user-group --home-dir /var/lib/upkeep --shell /usr/sbin/nologin upkeep
  install -d -o upkeep -g upkeep -m 0750 /var/lib/upkeep /var/log/upkeep
  useradd --create-home --shell /bin/bash anna
  mariadb-install-db --no-defaults --user=mysql --datadir=/var/lib/mysql --skip-test-db \
    --auth-root-authentication-method=socket --innodb-log-file-size=8M
  /usr/sbin/atd -f -b 1 &
  exec /usr/sbin/mariadbd --no-defaults --user=mysql --datadir=/var/lib/mysql --socket=/run/mysqld/mysqld.sock \
    --skip-networking --innodb-log-file-size=8M --innodb-buffer-pool-size=32M --skip-log-bin'
"""
NEEDED = ("unshare", "nsenter", "ip", "mariadb-install-db", "sudo", "at", "useradd", "runuser")


class FreshServer:
    """`run()` runs shell commands there, in a terminal."""

    def __init__(self) -> None:
        """Skips the test where it cannot be made."""
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        missing = [program for program in NEEDED if not shutil.which(program, path=path)]
        if os.geteuid() != 0 or missing:
            raise unittest.SkipTest(f"this needs root, namespaces and {' '.join(missing or NEEDED)}")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-fresh-"))
        self._log = open(self.directory.with_suffix(".log"), "w", encoding="utf-8")
        self._outer: Optional[subprocess.Popen] = None
        self._first = 0
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        outer = self._outer = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", START, "fresh"]
            + [str(self.directory), str(REPOSITORY), str(binary_directory().resolve())],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=clean_environment({"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}),
        )

        def ready() -> bool:
            if outer.poll() is not None:
                raise unittest.SkipTest(f"no fresh server can be made here: {self.log()[-400:]}")
            found = children_of(outer.pid)
            self._first = found[0] if found else 0
            return bool(found) and self.run("mariadb -e 'SELECT 1'").status == 0

        wait_for(ready, "the database of the fresh server answers", 60)

    def log(self) -> str:
        return pathlib.Path(self._log.name).read_text()

    def run(self, commands: str, user: str = "root", timeout: float = 120, columns: int = 120) -> Result:
        """What bash makes of the commands, and what the terminal shows."""
        return run_tty(
            "/usr/bin/nsenter",
            f"--target={self._first}",
            "--mount",
            "--net",
            "--pid",
            "--root",
            f"--wd=/proc/{self._first}/root",
            "/sbin/runuser",
            "-u",
            user,
            "--",
            "/bin/bash",
            "-c",
            f"cd ~ && {{ {commands}\n}}",
            timeout=timeout,
            columns=columns,
            env={
                "TERM": "dumb",
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/root" if user == "root" else f"/home/{user}",
                "UPKEEP_CONFIG": None,
            },
        )

    def close(self) -> None:
        if self._outer is not None:
            if self._outer.poll() is None:
                os.kill(self._first or self._outer.pid, signal.SIGKILL)
            self._outer.wait()
            self._outer = None
        self._log.close()
        pathlib.Path(self._log.name).unlink(missing_ok=True)
        self.directory.rmdir()


#: The first words of blocks that make the fresh server, which is there already.
INSTALLATION = ("apt ", "cmake --install")


def blocks(name: str) -> list[tuple[str, str]]:
    """The commands of a guide, block by block, each with the output that the guide shows for it, or nothing."""
    text = re.sub(r"^ {4}(?=\S)", "", (REPOSITORY / "docs" / name).read_text(), flags=re.MULTILINE)
    found = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    made = []
    for number, (kind, text) in enumerate(found):
        if kind == "sh" and not text.startswith(INSTALLATION):
            following = found[number + 1] if number + 1 < len(found) else ("", "")
            made.append((text, following[1] if following[0] == "text" else ""))
    return made


def shape(text: str) -> list[str]:
    """The lines of an output without what differs from one day to the next: times, durations, spaces."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "\n")
    text = re.sub(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\dZ)?)?", "DATE", text)
    text = re.sub(r"\b\d+ ?(?:s|m|h|min|ms)\b(?: ago)?", "TIME", text)
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
