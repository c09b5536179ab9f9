# SPDX-License-Identifier: MIT
"""pmt-web behind the shipped samples of haproxy and nginx, on ports of their own."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
from typing import Mapping, Optional, Sequence

from .apache import is_root
from .paths import REPOSITORY
from .pmt_web_apache import Asker, Workers
from .process import clean_environment
from .server import free_port
from .wait import wait_for
from .web import USERS

HAPROXY = REPOSITORY / "scripts" / "haproxy" / "pmt-web.cfg"
NGINX = REPOSITORY / "scripts" / "nginx" / "pmt-web.conf"


def replaced(text: str, parts: Mapping[str, str]) -> str:
    """A sample with what its reader is told to adapt."""
    for before, after in parts.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


class _Program(Asker):
    """A server in a directory of its own, until close()."""

    name = ""

    def __init__(self) -> None:
        found = shutil.which(self.name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if not found:
            raise unittest.SkipTest(f"{self.name} is not installed")
        self.program = found
        self.port = free_port()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-front-"))
        self.directory.chmod(0o755)
        self._process: Optional[subprocess.Popen] = None

    @property
    def _argv(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> "_Program":
        with open(self.directory / "out", "ab") as out:
            self._process = subprocess.Popen(self._argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                             env=clean_environment(), cwd=self.directory,
                                             start_new_session=True)
        wait_for(self._listens, f"{self.name} listens", 30)
        return self

    def _listens(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise AssertionError(f"{self.name} ended\n{self.log}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    @property
    def log(self) -> str:
        return (self.directory / "out").read_text(errors="replace")

    def kill(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None
        shutil.rmtree(self.directory, ignore_errors=True)


class Haproxy(_Program):
    """The shipped sample before front ends on these ports. Nothing of it is changed but addresses and TLS."""

    name = "haproxy"

    def __init__(self, ports: Sequence[int], tls: Optional[pathlib.Path] = None) -> None:
        """tls: the file with the certificate of all front ends and of haproxy, and its key; None: without TLS."""
        super().__init__()
        self.plain_port = free_port()
        ssl = " ssl verify required verifyhost web{0}.example.org ca-file /etc/ssl/certs/ca-certificates.crt"
        if tls:
            text = replaced(HAPROXY.read_text(), {
                ":443 ssl crt /etc/haproxy/pmt.example.org.pem": f"127.0.0.1:{self.port} ssl crt {tls}",
                "bind :80": f"bind 127.0.0.1:{self.plain_port}",
                "/etc/ssl/certs/ca-certificates.crt": str(tls),
                **{f"192.0.2.1{i}:443": f"127.0.0.1:{port}" for i, port in enumerate(ports, 1)}})
        else:
            text = replaced(HAPROXY.read_text(), {
                "bind :443 ssl crt /etc/haproxy/pmt.example.org.pem": f"bind 127.0.0.1:{self.port}",
                "    bind :80\n    http-request redirect scheme https code 301 unless { ssl_fc }\n": "",
                **{f"192.0.2.1{i}:443{ssl.format(i)}": f"127.0.0.1:{port}" for i, port in enumerate(ports, 1)}})
        for i in range(len(ports) + 1, 3):
            text = "".join(line for line in text.splitlines(True) if f"server web{i} " not in line)
        (self.directory / "pmt-web.cfg").write_text(text)
        (self.directory / "global.cfg").write_text(
            "global\n    log stdout format raw local0\n    hard-stop-after 2s\n")

    @property
    def _argv(self) -> list[str]:
        return [self.program, "-db", "-f", str(self.directory / "global.cfg"), "-f",
                str(self.directory / "pmt-web.cfg")]


class Nginx(_Program):
    """The shipped sample before processes of pmt-web; ann and her password as in web.USERS."""

    name = "nginx"
    AUTH = 'auth_basic "Patches";\nauth_basic_user_file {users};\nset $pmt_web_user $remote_user;\n'

    def __init__(self, workers: Workers, auth: str = AUTH, tls: Optional[pathlib.Path] = None) -> None:
        """tls: the file with its certificate and key; None: without TLS."""
        super().__init__()
        users = self.directory / "users"
        users.write_text(USERS)
        (self.directory / "auth.conf").write_text(auth.format(users=users))
        text = replaced(NGINX.read_text(), {
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port}{' ssl' if tls else ''};",
            "ssl_certificate /etc/ssl/certs/pmt.example.org.pem;": f"ssl_certificate {tls};" if tls else "",
            "ssl_certificate_key /etc/ssl/private/pmt.example.org.key;": f"ssl_certificate_key {tls};" if tls else "",
            "include /etc/nginx/pmt-web-auth.conf;": f"include {self.directory}/auth.conf;",
            "unix:/run/pmt-web.sock": f"unix:{workers.path}"})
        temporary = "".join(f"{name}_temp_path {self.directory}/{name};\n"
                            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        root = "user www-data;\n" if is_root() else ""
        (self.directory / "nginx.conf").write_text(
            f"{root}daemon off;\npid {self.directory}/pid;\nerror_log stderr;\n"
            f"events {{ worker_connections 4096; }}\nhttp {{\naccess_log off;\n{temporary}{text}}}\n")
        if is_root():
            os.chmod(users, 0o644)

    @property
    def _argv(self) -> list[str]:
        return [self.program, "-p", str(self.directory), "-e", "stderr", "-c", str(self.directory / "nginx.conf")]

    def objection(self) -> str:
        """What nginx says about its configuration; empty if it accepts it."""
        result = subprocess.run([*self._argv, "-t"], capture_output=True, text=True, env=clean_environment(),
                                cwd=self.directory, check=False)
        return "" if result.returncode == 0 else result.stderr
