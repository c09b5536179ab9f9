# SPDX-License-Identifier: MIT
"""A real LDAP directory for a test: slapd with a database and a certificate of its own."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest
from typing import Optional

from .certificates import make_certificate
from .process import clean_environment
from .server import free_port
from .wait import wait_for

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {directory}/pid
argsfile {directory}/args
TLSCertificateFile {directory}/cert.pem
TLSCertificateKeyFile {directory}/key.pem
database mdb
maxsize 16777216
suffix "dc=example,dc=org"
directory {directory}/data
"""


class Slapd:
    """`port` speaks ldaps; entries are LDIF. Its certificate, for localhost, is `certificate`."""

    def __init__(self, entries: str):
        program = shutil.which("slapd", path="/usr/sbin")
        if not program:
            raise unittest.SkipTest("slapd is not installed")
        self.program = program
        self.port = free_port()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-ldap-"))
        self.directory.chmod(0o755)
        # libldap compares it with the machine's own name where it is asked for localhost.
        self.certificate, _ = make_certificate(self.directory, "localhost", socket.gethostname(), socket.getfqdn())
        self._process: Optional[subprocess.Popen] = None
        (self.directory / "data").mkdir()
        (self.directory / "slapd.conf").write_text(CONFIGURATION.format(directory=self.directory))
        (self.directory / "entries").write_text(entries)
        self._call("/usr/sbin/slapadd", "-f", str(self.directory / "slapd.conf"), "-l", str(self.directory / "entries"))

    def _call(self, *words: str) -> None:
        done = subprocess.run(words, capture_output=True, text=True, env=clean_environment(), check=False)
        if done.returncode != 0:
            raise AssertionError(f"{words[0]}: {done.stderr}")

    def start(self) -> "Slapd":
        with open(self.directory / "log", "ab") as log:
            self._process = subprocess.Popen(
                [self.program, "-d", "0", "-f", str(self.directory / "slapd.conf"),
                 "-h", f"ldaps://127.0.0.1:{self.port}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_environment(), cwd=self.directory)
        wait_for(self._listens, "slapd listens", 30)
        return self

    def _listens(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise AssertionError(f"slapd ended\n{(self.directory / 'log').read_text()}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
