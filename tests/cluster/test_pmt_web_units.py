# SPDX-License-Identifier: MIT
"""The shipped units of pmt-web, on a real systemd manager: several processes on one socket."""

import os
import signal
import types
import unittest

from upkeep_test import REPOSITORY, wait_for
from upkeep_test.paths import binary_directory
from upkeep_test.pmt_web_apache import PatchWebTest
from upkeep_test.systemd import Systemd

UNITS = REPOSITORY / "scripts" / "systemd"
#: Needs rights over mounts that a manager of a user lacks, or hides the directories of the tests.
OF_MOUNTS = ("PrivateTmp", "PrivateDevices", "ProtectSystem", "ProtectHome", "ProtectProc", "ProtectControlGroups",
             "ProtectKernelTunables", "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock", "ProtectHostname")


class UnitsTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.systemd = Systemd()
        self.addCleanup(self.systemd.close)
        try:
            self.systemd.start()
        except RuntimeError as error:
            self.skipTest(str(error))
        directory = self.make_directory()
        directory.chmod(0o755)
        self.socket = directory / "socket"
        units = self.systemd.directory / ".config" / "systemd" / "user"
        units.mkdir(parents=True)
        text = (UNITS / "pmt-web.socket").read_text()
        (units / "pmt-web.socket").write_text(
            self.replaced(text, {"/run/pmt-web.sock": str(self.socket), "SocketUser=www-data\n": "",
                                 "SocketGroup=www-data\n": "", "SocketMode=0660": "SocketMode=0666"}))
        text = (UNITS / "pmt-web@.service").read_text()
        environment = "".join(f"Environment={name}={value}\n" for name, value in self.installation.env.items())
        text = self.replaced(text, {"/usr/libexec/upkeep/pmt-web": str(binary_directory() / "pmt-web"),
                                    "User=upkeep-web\n": environment})
        (units / "pmt-web@.service").write_text(
            "".join(line for line in text.splitlines(True) if line.partition("=")[0] not in OF_MOUNTS))
        self.systemctl("daemon-reload")

    def replaced(self, text, parts):
        for before, after in parts.items():
            self.assertIn(before, text)
            text = text.replace(before, after)
        return text

    def systemctl(self, *words):
        return self.systemd.call("systemctl", *words)

    def pid(self, number):
        return int(self.systemctl("show", f"pmt-web@{number}.service", "-p", "MainPID", "--value") or 0)

    def test_processes_on_one_socket(self):
        self.systemctl("start", "pmt-web.socket")
        self.assertEqual(self.pid(1), 0)
        apache = self.open_apache(types.SimpleNamespace(path=self.socket))
        self.assertEqual(apache.get("/pmt/healthz").body, b"ok\n")  # starts the first one
        self.systemctl("start", "pmt-web@2.service", "pmt-web@3.service")
        pids = [self.pid(number) for number in (1, 2, 3)]
        self.assertEqual(len(set(pids) - {0}), 3)
        self.assertEqual({apache.get("/pmt/patches").status for _ in range(10)}, {200})
        # One that dies is started again, and nobody notices.
        os.kill(pids[1], signal.SIGKILL)
        self.assertEqual({apache.get("/pmt/healthz").status for _ in range(10)}, {200})
        wait_for(lambda: self.pid(2) not in (0, pids[1]), "another process 2", 20)
        self.systemctl("restart", "pmt-web@*")
        self.assertEqual({apache.get("/pmt/healthz").status for _ in range(10)}, {200})
        self.assertNotIn(self.pid(1), (0, pids[0]))
        self.systemctl("stop", "pmt-web.socket")
        wait_for(lambda: [self.pid(number) for number in (1, 2, 3)] == [0, 0, 0], "all have ended", 20)
        self.assertEqual(apache.get("/pmt/healthz").status, 503)


if __name__ == "__main__":
    unittest.main()
