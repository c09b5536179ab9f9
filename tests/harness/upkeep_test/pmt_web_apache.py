# SPDX-License-Identifier: MIT
"""pmt-web behind a throw-away Apache, by CGI or by FastCGI."""

import base64
import grp
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
from typing import Any, Mapping, Optional

from .apache import MODULES, Answer, has_cgi_daemon, is_root, need_apache
from .case import TestCase, module_server
from .installation import Installation
from .paths import REPOSITORY, find_tool
from .process import Background, clean_environment
from .server import free_port
from .wait import wait_for
from .web import USERS

CONF = REPOSITORY / "scripts" / "apache" / "pmt-web.conf"
MODULES_OF_CONF = ("unique_id", "buffer", "proxy", "proxy_fcgi")
SECRET = "a secret of the tests, 32 bytes and more\n"
#: ann, as in web.USERS.
LOGIN = "Basic " + base64.b64encode(b"ann:right").decode()


def configure_web(installation: Installation, **keys: object) -> None:
    """`[web.patches]`, with a secret that the web server's account may read, where that is another one."""
    secret = installation.directory / "pmt-web.secret"
    if not secret.exists():
        secret.write_text(SECRET)
        secret.chmod(0o640)
        if is_root():
            os.chown(secret, 0, grp.getgrnam("www-data").gr_gid)
            for path in (installation.directory, installation.server.directory):
                path.chmod(0o755)
    section: dict[str, object] = {"secret_file": secret, **keys}
    sections: dict[str, Any] = {"web.patches": section}
    installation.configure(**sections)
    installation.config_file.chmod(0o644)


class Workers:
    """A listening socket and processes of pmt-web on it."""

    def __init__(self, case: TestCase, env: Mapping[str, str], count: int = 1, tool: str = "pmt-web"):
        self.case, self.env, self.tool = case, env, tool
        directory = case.make_directory()
        directory.chmod(0o755)
        self.path = directory / "socket"
        self.socket = socket.socket(socket.AF_UNIX)
        case.addCleanup(self.socket.close)
        self.socket.bind(str(self.path))
        self.path.chmod(0o666)
        self.socket.listen(64)
        self.processes: list[Background] = []
        for _ in range(count):
            self.add()

    def add(self) -> Background:
        self.processes.append(self.case.start(find_tool(self.tool), env=self.env, stdin=self.socket.fileno()))
        return self.processes[-1]


class Asker:
    """Something that serves HTTP on 127.0.0.1."""

    port: int

    def request(self, method: str, path: str, body: Optional[bytes] = None, login: str = LOGIN, timeout: float = 60,
                headers: Optional[Mapping[str, str]] = None) -> Answer:
        """login: empty for none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body,
                               {**({"Authorization": login} if login else {}), **(headers or {})})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)


class PatchApache(Asker):
    """The shipped pmt-web.conf; mpm_event and cgid. auth: the file PMT_WEB_AUTH, as text; None: not defined."""

    AUTH = 'AuthType Basic\nAuthName Patches\nAuthUserFile "{users}"\nRequire valid-user\n'

    def __init__(self, installation: Installation, workers: Optional[Workers] = None, auth: Optional[str] = AUTH,
                 define: Optional[Mapping[str, object]] = None, conf: pathlib.Path = CONF, site: str = "",
                 server: str = "", modules: tuple[str, ...] = MODULES_OF_CONF):
        self.program = need_apache()
        self.port = free_port()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-www-"))
        self.directory.chmod(0o755)
        self._process: Optional[subprocess.Popen] = None
        users = self.directory / "users"
        users.write_text(USERS)
        values: dict[str, object] = {"PMT_WEB_PROGRAM": find_tool("pmt-web"), **(define or {})}
        if auth is not None:
            (self.directory / "auth.conf").write_text(auth.format(users=users))
            values["PMT_WEB_AUTH"] = self.directory / "auth.conf"
        if workers:
            values["PMT_WEB_SOCKET"] = workers.path
        else:
            values["PMT_WEB_CONFIG"] = installation.config_file
        (self.directory / "site.conf").write_text("\n".join([
            *(f'LoadModule {name}_module "{MODULES}/mod_{name}.so"' for name in modules),
            *(f'Define {name} "{value}"' for name, value in values.items()),
            server, f"<VirtualHost 127.0.0.1:{self.port}>", f'Include "{conf}"', site, "</VirtualHost>", ""]))

    @property
    def _argv(self) -> list[str]:
        root = ["-D", "TRY_ROOT"] if is_root() else []
        return [self.program, "-f", str(REPOSITORY / "scripts" / "apache" / "throw-away.conf"),
                "-C", f"Define TRY_DIR {self.directory}", "-C", f"Define TRY_PORT {self.port}",
                "-D", "TRY_EVENT", *root]

    def objection(self) -> str:
        """What Apache says about its configuration; empty if it accepts it."""
        result = subprocess.run([*self._argv, "-t"], capture_output=True, text=True, env=clean_environment(),
                                cwd=self.directory, check=False)
        return "" if result.returncode == 0 else result.stderr

    def start(self) -> "PatchApache":
        with open(self.directory / "out", "ab") as out:
            self._process = subprocess.Popen([*self._argv, "-D", "FOREGROUND"], stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=out, env=clean_environment(), cwd=self.directory,
                                             start_new_session=True)
        wait_for(lambda: self._listens() and has_cgi_daemon(self.directory), "Apache listens", 30)
        return self

    def _listens(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise AssertionError(f"Apache ended\n{(self.directory / 'out').read_text()}\n{self.log}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    @property
    def log(self) -> str:
        path = self.directory / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self) -> None:
        """kill -9, with all its processes."""
        if self._process:
            os.killpg(self._process.pid, 9)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """All its processes: its kernel still takes connections and what is sent on them."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        os.killpg(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        if self._process:
            self._process.terminate()
            self.thaw()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, 9)
                self._process.wait()
            self._process = None
        shutil.rmtree(self.directory, ignore_errors=True)


class PatchWebTest(TestCase):
    """A registry with one patch, WSO2-CARBON-PATCH-4.4.0-0001."""

    def setUp(self) -> None:
        need_apache()
        self.installation = self.open_installation(module_server())
        self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0",
                                                 "--set", "overview_client=Müller & <b>"), 0)
        configure_web(self.installation)

    def open_workers(self, count: int = 1) -> Workers:
        return Workers(self, self.installation.env, count)

    def open_apache(self, workers: Optional[Workers] = None, **options: Any) -> PatchApache:
        apache = PatchApache(self.installation, workers, **options)
        self.addCleanup(apache.close)
        return apache.start()
