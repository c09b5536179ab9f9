# SPDX-License-Identifier: MIT
"""A throw-away Apache with the shipped gate, page and CGI programs, before a stand-in of the application."""

import http.client
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest
from typing import Mapping, Optional

from .installation import Installation
from .paths import REPOSITORY, binary_directory
from .process import clean_environment
from .server import free_port
from .wait import wait_for

MODULES = pathlib.Path("/usr/lib/apache2/modules")
ACCOUNT_OF_MAP = "games"  #: whom the map program runs as, where we are root


def has_cgi_daemon(directory: pathlib.Path) -> bool:
    """Whether the daemon of an Apache with threads takes requests: under root, it makes its socket and then hands it
    over to the server's account."""
    sockets = list(directory.glob("cgid.*"))
    return bool(sockets) and all(path.stat().st_uid != 0 or not is_root() for path in sockets)


def need_apache() -> str:
    program = shutil.which("apache2", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not program or not (MODULES / "mod_rewrite.so").exists():
        raise unittest.SkipTest("apache2-bin is not installed")
    return program


def need_sudo() -> None:
    if not shutil.which("sudo"):
        raise unittest.SkipTest("sudo is not installed")


def is_root() -> bool:
    return os.geteuid() == 0


class Answer:
    """An HTTP answer: status, headers (any case), body, text."""

    def __init__(self, response: http.client.HTTPResponse):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()

    def __str__(self) -> str:
        return f"{self.status}\n{self.headers}\n{self.body[:2000]!r}"


class Apache:
    """Serves `installation` through the shipped upkeep-gate.conf. As root its children are www-data, the map program
    is another account, and the tools are reached through sudo alone; else everything is the caller's.

    application: the directory whose public_html is the document root. site: more lines of the virtual host; `define`:
    Define lines before the gate. pmos: the application's own configuration, as text. servers: so many processes, all
    at once.
    gate: the gate's file as text, instead of the shipped one.
    prefix: what is installed there is served, instead of what lies in the repository. threads: mpm_event and cgid, not
    prefork and cgi. in_place: `application` itself is the document root.
    """

    def __init__(self, installation: Installation, application: pathlib.Path, site: str = "",
                 define: Optional[Mapping[str, str]] = None, pmos: str = "", php: bool = False,
                 servers: int = 0, prefix: Optional[pathlib.Path] = None, threads: bool = False,
                 in_place: bool = False, gate: Optional[str] = None):
        self.program = need_apache()
        self._servers = (
            ["-C", f"Define TRY_SERVERS {servers}", "-C", f"Define TRY_AT_ONCE {servers}"] if servers else []
        )
        module = next(iter(sorted(MODULES.glob("libphp*.so"))), None)
        if php and not module:
            raise unittest.SkipTest("libapache2-mod-php is not installed")
        self._php = ["-C", f"Define TRY_PHP_MODULE {module}", "-D", "TRY_PHP"] if php else []
        self.installation = installation
        self.port = free_port()
        self._flags = (["-D", "TRY_ROOT"] if is_root() else []) + (["-D", "TRY_EVENT"] if threads else [])
        self.prefix, self._gate = prefix, gate
        self._in_place = in_place
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-www-"))
        self._process: Optional[subprocess.Popen] = None
        self._sudoers: Optional[pathlib.Path] = None
        try:
            self._lay_out(application, site, dict(define or {}), pmos)
        except BaseException:
            self.close()
            raise

    # -- laying out ---------------------------------------------------------------------------
    def _lay_out(self, application: pathlib.Path, site: str, define: dict[str, str], pmos: str) -> None:
        # The web server's account must be able to enter what a test made for itself.
        for path in (self.directory, self.installation.directory, self.installation.server.directory):
            path.chmod(0o755)
        self.installation.config_file.chmod(0o644)
        if not self._in_place:
            shutil.copytree(application, self.directory / "app")
            for path in [self.directory / "app", *self.directory.rglob("*")]:
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        self.status_dir = self.directory / "status"
        self.installation.configure(web={"status_dir": self.status_dir})
        self.status_dir.mkdir()
        self.status_dir.chmod(0o755)
        own, gate = self._of_the_installed(self.prefix) if self.prefix else self._of_the_repository()
        if self._gate is not None:
            gate = self.directory / "gate.conf"
            gate.write_text(self._gate)
        define = {"UPKEEP_STATUS": str(self.status_dir), "UPKEEP_ACCOUNT": ACCOUNT_OF_MAP, **own, **define}
        lines = [f'Define {name} "{value}"' for name, value in define.items()]
        if not is_root():
            lines.append("Define UPKEEP_MAP_AS_CALLER")
        public = application if self._in_place else self.directory / "app" / "public_html"
        directory = pmos or f'<Directory "{public}">\nRequire all granted\n</Directory>'
        (self.directory / "site.conf").write_text("\n".join([
            *lines, f"<VirtualHost 127.0.0.1:{self.port}>", f'DocumentRoot "{public}"',
            f'Include "{gate}"',
            directory.replace("@PUBLIC@", str(public)), site, "</VirtualHost>", ""]))

    def _of_the_repository(self) -> tuple[dict, pathlib.Path]:
        """What is defined, and where the gate's file is."""
        for name in ("web", "cgi"):
            shutil.copytree(REPOSITORY / "scripts" / name, self.directory / name)
        return (
            {
                "UPKEEP_WEB": self.directory / "web",
                "UPKEEP_CGI": self.directory / "cgi",
                "UPKEEP_PROGRESS": binary_directory() / "ws-progress",
                "UPKEEP_MAP": f"{self._wrapper('ws-check')} --map",
                "UPKEEP_VISITOR": self._helper("ws-visitor"),
                "UPKEEP_OVERSEER": self._helper("ws-overseer"),
            },
            self.gate_file(),
        )

    def gate_file(self) -> pathlib.Path:
        """What is included in the virtual host."""
        return REPOSITORY / "scripts" / "apache" / "upkeep-gate.conf"

    def _of_the_installed(self, prefix: pathlib.Path) -> tuple[dict, pathlib.Path]:
        """The same, of an installation that is left as it is: only its configuration and its account are said."""
        config = self.installation.config_file
        define = {"UPKEEP_MAP": f"{prefix}/bin/ws-check --map --config {config}"}
        gate = prefix / "share" / "upkeep" / "apache" / "upkeep-gate.conf"
        helpers = {"UPKEEP_VISITOR": f"{prefix}/libexec/upkeep/ws-visitor",
                   "UPKEEP_OVERSEER": f"{prefix}/libexec/upkeep/ws-overseer"}
        if not is_root():
            environment = self.directory / "environment.conf"
            environment.write_text(f'SetEnv UPKEEP_CONFIG "{config}"\nInclude "{gate}"\n')
            return {**define, **helpers}, environment
        need_sudo()
        self._sudoers = pathlib.Path(f"/etc/sudoers.d/{self.directory.name}")
        (self.directory / "environment").write_text(f"UPKEEP_CONFIG={config}\n")
        rules = (prefix / "share" / "upkeep" / "sudoers").read_text()
        rules = rules.replace("\n#www-data", "\nwww-data").replace("(upkeep)", "(root)")
        rules += "".join(f"Defaults!{helper} env_file={self.directory}/environment\n" for helper in helpers.values())
        self._sudoers.write_text(rules)
        self._sudoers.chmod(0o440)
        return {**define, **{name: f"sudo -n -u root {helper}" for name, helper in helpers.items()}}, gate

    def _wrapper(self, tool: str, directory: Optional[pathlib.Path] = None) -> pathlib.Path:
        """A program that runs a tool in this installation: sudo and Apache pass no environment on."""
        path = self.directory / f"run-{tool}"
        environment = {**self.installation.env, "PATH": f"{binary_directory()}:/usr/bin:/bin:/usr/sbin"}
        lines = [f"export {name}='{value}'" for name, value in environment.items()]
        program = (directory or binary_directory()) / tool
        path.write_text("\n".join(["#!/bin/sh", *lines, f'exec {program} "$@"', ""]))
        path.chmod(0o755)
        return path

    def _helper(self, name: str) -> str:
        """How the web server reaches it: as root through a rule for this one command without arguments."""
        wrapper = self._wrapper(name, self.directory / "cgi")
        if not is_root():
            return str(wrapper)
        need_sudo()
        self._sudoers = self._sudoers or pathlib.Path(f"/etc/sudoers.d/{self.directory.name}")
        with open(self._sudoers, "a", encoding="ascii") as rules:
            rules.write(f'www-data ALL=(root) NOPASSWD: {wrapper} ""\n')
        self._sudoers.chmod(0o440)
        return f"sudo -n -u root {wrapper}"

    # -- life ---------------------------------------------------------------------------------
    def start(self) -> "Apache":
        argv = [self.program, "-f", str(REPOSITORY / "scripts" / "apache" / "throw-away.conf"),
                "-C", f"Define TRY_DIR {self.directory}", "-C", f"Define TRY_PORT {self.port}", *self._servers,
                *self._flags, *self._php, "-D", "FOREGROUND"]
        with open(self.directory / "out", "ab") as out:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                             env=clean_environment(), cwd=self.directory, start_new_session=True)
        wait_for(self._answers, "Apache answers", 30)
        return self

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise AssertionError(f"Apache ended\n{(self.directory / 'out').read_text()}\n{self.log}")
        try:
            answers = self.request("GET", "/upkeep/page.css").status == 200
            return answers and ("TRY_EVENT" not in self._flags or has_cgi_daemon(self.directory))
        except OSError:
            return False

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("Apache does not run")
        return self._process.pid

    @property
    def log(self) -> str:
        path = self.directory / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def graceful(self) -> None:
        os.kill(self.pid, signal.SIGUSR1)

    def stop(self) -> None:
        """start() brings it back, at the same address."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def close(self) -> None:
        self.stop()
        if self._sudoers:
            self._sudoers.unlink(missing_ok=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    # -- asking -------------------------------------------------------------------------------
    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: Optional[bytes] = None, timeout: float = 30,
                **headers: str) -> Answer:
        """headers: Accept="text/html", X_Requested_With=...; follows no redirect."""
        return self._request(method, path, headers, body, timeout)

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: Optional[bytes] = None,
                 timeout: float = 30) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self._request("GET", path, headers)

    def browse(self, path: str, method: str = "GET", body: Optional[bytes] = None, **headers: str) -> Answer:
        """As a browser asks for a page."""
        return self._request(method, path, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", **headers}, body)
