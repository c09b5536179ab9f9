# SPDX-License-Identifier: MIT
# ctest: long timeout=5400
"""An installation with another CMAKE_INSTALL_LIBEXECDIR: tools, pages and units find the helpers there."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server, process

FOREIGN = re.compile(r"/usr/(?:share|libexec|lib)/upkeep|/usr/bin/(?:ws|pmt)-")


class OtherDirectoriesTest(TestCase):
    build: pathlib.Path

    @classmethod
    def setUpClass(cls):
        for program in ("cmake", "ninja"):
            if not shutil.which(program):
                raise unittest.SkipTest(f"{program} is not installed")
        holder = tempfile.TemporaryDirectory(prefix="upkeep-build-", dir="/var/tmp")
        cls.addClassCleanup(holder.cleanup)
        cls.build = pathlib.Path(os.environ.get("UPKEEP_OTHER_BUILD") or holder.name)

    def cmake(self, *words: object) -> None:
        done = subprocess.run(["cmake", *map(str, words)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, (done.stdout + done.stderr)[-3000:])

    def install(self, libexec: str) -> pathlib.Path:
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        self.cmake("-G", "Ninja", "-S", REPOSITORY, "-B", self.build, "-DUPKEEP_TESTS=OFF", "-DCMAKE_UNITY_BUILD=ON",
                   "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_INSTALL_LIBEXECDIR={libexec}", *launcher)
        self.cmake("--build", self.build)
        prefix = self.make_directory() / "usr"
        self.cmake("--install", self.build, "--prefix", prefix)
        return prefix

    def test_one_level_and_three(self):
        for libexec in ("lib", "lib/suite/exec"):
            with self.subTest(libexec):
                self.check(self.install(libexec), libexec)

    def check(self, prefix: pathlib.Path, libexec: str) -> None:
        helpers = prefix / libexec / "upkeep"
        self.assertTrue((helpers / "ws-guardian").exists())
        self.assertFalse((prefix / "libexec").exists())
        installation = self.open_installation(module_server())
        installation.add_workspace("acme")

        def run(tool: str, *words: str, **options) -> process.Result:
            return process.run(str(prefix / "bin" / tool), *words, env=installation.env, **options)

        self.assert_quiet(run("ws-upgrade", "acme"), 0)
        [found] = [record for record in run("upkeep", "doctor", "--json").json if record["check"] == "helpers"]
        self.assertEqual(found["result"], "ok", found)
        # What it says to a web server.
        for server in ("apache", "nginx"):
            printed = run("upkeep", "gate", "--server", server).text
            named = set(re.findall(re.escape(str(prefix)) + r"[\w/.-]*", printed))
            self.assertIn(f"{helpers}/ws-visitor", named)
            self.assertEqual([name for name in named if not pathlib.Path(name).exists() and "$" not in name], [])
        # What is installed names the places where it lies.
        for path in (path for path in prefix.rglob("*") if path.is_file() and path.stat().st_size < 500_000):
            text = path.read_bytes().decode(errors="replace")
            self.assertNotRegex(text.replace(str(prefix), ""), FOREIGN, path)
            for name in re.findall(re.escape(str(helpers)) + r"[\w/.-]*[\w]", text):
                self.assertTrue(pathlib.Path(name).exists(), f"{path} names {name}")
        # The program for visitors uses the tools of its own installation.
        answer = process.run(str(helpers / "ws-visitor"), stdin="status acme\n",
                             env={**installation.env, "PATH": "/usr/bin:/bin"})
        self.assertEqual(answer.json["state"], "upgraded", answer)


if __name__ == "__main__":
    unittest.main()
