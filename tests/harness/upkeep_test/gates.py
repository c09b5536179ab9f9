# SPDX-License-Identifier: MIT
"""The gate of any application, as `upkeep gate` prints it, before a small one: behind Apache and behind nginx."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
from typing import Optional

from .apache import Apache, is_root
from .installation import Installation
from .paths import REPOSITORY, find_tool
from .process import clean_environment
from .server import free_port
from .small import SmallInstallation
from .wait import wait_for

APPLICATION = REPOSITORY / "tests" / "web" / "any"

#: For Apache: every address that is no file is a page of the application.
SITE = """<Directory "@PUBLIC@">
Require all granted
Options +ExecCGI
AddHandler cgi-script .cgi
FallbackResource /app.cgi
</Directory>"""


def gate_text(installation: Installation, server: str) -> str:
    """What `upkeep gate` prints."""
    result = installation.run("upkeep", "gate", "--server", server)
    assert result.status == 0, f"\n{result}"
    return result.text


class ApacheGate(Apache):
    """The generated file in an Apache with threads."""

    def __init__(self, installation: SmallInstallation):
        super().__init__(installation, APPLICATION, pmos=SITE, threads=True, gate=gate_text(installation, "apache"))


class NginxGate(Apache):
    """The same in nginx, with ws-gate and fcgiwrap; asked as Apache is."""

    def __init__(self, installation: SmallInstallation):  # pylint: disable=super-init-not-called
        self.program = self._find("nginx")
        self._wrap = self._find("fcgiwrap")
        self.installation = installation
        self.port = free_port()
        self._flags: list[str] = []
        self._process: Optional[subprocess.Popen] = None
        self._sudoers: Optional[pathlib.Path] = None
        self._helpers: list[subprocess.Popen] = []
        self._sockets: list[socket.socket] = []
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-www-"))
        try:
            self._lay_out_nginx()
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _find(name: str) -> str:
        found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if not found:
            raise unittest.SkipTest(f"{name} is not installed")
        return found

    def _lay_out_nginx(self) -> None:
        for path in (self.directory, self.installation.directory, self.installation.server.directory):
            path.chmod(0o755)
        self.installation.config_file.chmod(0o644)
        shutil.copytree(APPLICATION, self.directory / "app")
        self.status_dir = self.directory / "status"
        self.status_dir.mkdir()
        self.installation.configure(web={"status_dir": self.status_dir})
        own, _ = self._of_the_repository()
        text = gate_text(self.installation, "nginx")
        for before, after in {
            "/usr/share/upkeep/web": own["UPKEEP_WEB"],
            "/usr/libexec/upkeep/cgi": own["UPKEEP_CGI"],
            "/usr/bin/ws-progress": own["UPKEEP_PROGRESS"],
            "sudo -n -u upkeep /usr/libexec/upkeep/ws-visitor": own["UPKEEP_VISITOR"],
            "unix:/run/upkeep-gate.sock": f"unix:{self._socket('gate')}",
            "unix:/run/fcgiwrap.socket": f"unix:{self._socket('wrap')}",
        }.items():
            assert before in text, before
            text = text.replace(before, str(after))
        for path in [self.directory / "app", *self.directory.rglob("*")]:
            if not path.is_socket():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        (self.directory / "gate.conf").write_text(text)
        public = self.directory / "app" / "public_html"
        temporary = "".join(f"{name}_temp_path {self.directory}/{name};\n"
                            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        root = "user www-data;\n" if is_root() else ""
        (self.directory / "nginx.conf").write_text(f"""{root}daemon off;
pid {self.directory}/pid;
error_log {self.directory}/error.log;
events {{ worker_connections 1024; }}
http {{
access_log off;
{temporary}server {{
    listen 127.0.0.1:{self.port};
    server_name _;
    root {public};
    include {self.directory}/gate.conf;
    location / {{
        try_files $uri @application;
    }}
    location = /forbidden {{
        deny all;
    }}
    location @application {{
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_param HTTP_HOST $http_host;
        fastcgi_param SCRIPT_FILENAME {public}/app.cgi;
        fastcgi_pass unix:{self._socket_path('wrap')};
    }}
}}
}}
""")

    def _socket_path(self, name: str) -> pathlib.Path:
        return self.directory / f"{name}.sock"

    def _socket(self, name: str) -> pathlib.Path:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self._socket_path(name)))
        self._socket_path(name).chmod(0o666)
        listening.listen(64)
        self._sockets.append(listening)
        return self._socket_path(name)

    def _start_on(self, listening: socket.socket, argv: list[str], env: dict[str, str]) -> None:
        with open(self.directory / "out", "ab") as out:
            self._helpers.append(subprocess.Popen(argv, stdin=listening.fileno(), stdout=out, stderr=out, env=env,
                                                  cwd=self.directory, start_new_session=True))

    def start(self) -> "NginxGate":
        if not self._helpers:
            self.start_gate()
            self._start_on(self._sockets[1], [self._wrap, "-c", "4"], clean_environment())
        with open(self.directory / "out", "ab") as out:
            self._process = subprocess.Popen(
                [self.program, "-p", str(self.directory), "-e", "stderr", "-c", str(self.directory / "nginx.conf")],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=clean_environment(), cwd=self.directory,
                start_new_session=True)
        wait_for(self._answers, "nginx answers", 30)
        return self

    def start_gate(self) -> None:
        self._start_on(self._sockets[0], [str(find_tool("ws-gate"))],
                       clean_environment(self.installation.env))

    @property
    def gate_pid(self) -> int:
        return self._helpers[0].pid

    def graceful(self) -> None:
        os.kill(self.pid, signal.SIGHUP)

    def close(self) -> None:
        for helper in self._helpers:
            if helper.poll() is None:
                os.killpg(helper.pid, signal.SIGKILL)
                helper.wait()
        for listening in self._sockets:
            listening.close()
        super().close()
