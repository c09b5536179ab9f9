# SPDX-License-Identifier: MIT
# ctest: slow timeout=1800
"""scripts/new-tool makes a tool that builds and passes its tests at once."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, process
from upkeep_test.paths import binary_directory


def copy_of_the_tree(target: pathlib.Path) -> pathlib.Path:
    """Without .git and builds."""
    shutil.copytree(REPOSITORY, target, symlinks=True, ignore=shutil.ignore_patterns(
        ".git", "build", "build-*", ".cache", "__pycache__"))
    return target


class RefusalTest(TestCase):
    def setUp(self):
        # What the script looks at is enough.
        self.tree = self.make_directory() / "tree"
        for name in ("scripts", "tools", "man"):
            (self.tree / name).mkdir(parents=True)
        (self.tree / "tests" / "cli").mkdir(parents=True)
        shutil.copy(REPOSITORY / "scripts" / "new-tool", self.tree / "scripts")
        shutil.copy(REPOSITORY / "CMakeLists.txt", self.tree)
        self.before = self.files()

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self.tree.rglob("*") if path.is_file()}

    def new_tool(self, *args: str) -> process.Result:
        return process.run(str(self.tree / "scripts" / "new-tool"), *args)

    def test_bad_names(self):
        for name in ("Ws-x", "ws_x", "-ws", "1ws", "ws--x", "ws-", "ws x", "../x", "a/b", "x" * 33, "ws\nx"):
            with self.subTest(name):
                self.assertIn(self.new_tool(name).status, (64, 65))
        for args in ((), ("",), ("a", "b"), ("--all",)):
            with self.subTest(args):
                self.assert_status(self.new_tool(*args), 64)
        self.assertEqual(self.files(), self.before)

    def test_names_that_are_there(self):
        (self.tree / "tools" / "ws-old.cpp").touch()
        (self.tree / "man" / "ws-paged.1").touch()
        before = self.files()
        for name in ("ws-check", "upkeep", "ws-guardian", "pmt-web", "ws-old", "ws-paged"):
            with self.subTest(name):
                self.assert_error(self.new_tool(name), 73, name)
        self.assertEqual(self.files(), before)

    def test_makes_five_changes(self):
        self.assert_status(self.new_tool("ws-example"), 0)
        after = self.files()
        new = {path.removeprefix(f"{self.tree}/") for path in after if path not in self.before}
        self.assertEqual(new, {"tools/ws-example.cpp", "man/ws-example.1", "share/records/ws-example.schema.json",
                               "tests/cli/ws-example/test_basic.py"})
        changed = [path for path, content in self.before.items() if after[path] != content]
        self.assertEqual(changed, [str(self.tree / "CMakeLists.txt")])
        self.assertIn("    ws-example\n)", (self.tree / "CMakeLists.txt").read_text())
        self.assert_error(self.new_tool("ws-example"), 73)


def build_options() -> list[str]:
    """Those of the build that is tested: what it has compiled serves here, too."""
    cache = (binary_directory().parent / "CMakeCache.txt").read_text()
    return [
        f"-D{name}={value}"
        for name, value in re.findall(
            r"^(CMAKE_BUILD_TYPE|CMAKE_CXX_(?:COMPILER|FLAGS_RELWITHDEBINFO|COMPILER_LAUNCHER)|CMAKE_UNITY_BUILD"
            r"|UPKEEP_WERROR)"
            r":\w+=(.*)$",
            cache,
            re.MULTILINE,
        )
    ]


class BuildTest(TestCase):
    def call(self, *command: object, **environment: str) -> str:
        done = subprocess.run([os.fspath(word) if isinstance(word, os.PathLike) else str(word) for word in command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, env={**os.environ, **environment})
        self.assertEqual(done.returncode, 0, f"\n$ {' '.join(map(str, command))}\n{done.stdout[-8000:]}")
        return done.stdout

    @unittest.skipUnless(shutil.which("cmake") and shutil.which("ninja"), "cmake or ninja is not installed")
    def test_builds_and_passes(self):
        directory = self.make_directory()
        tree = copy_of_the_tree(directory / "tree")
        self.call(tree / "scripts" / "new-tool", "ws-example")
        build = tree / "build"
        self.call("cmake", "-G", "Ninja", "-S", tree, "-B", build, *build_options())
        # The tool alone, and below its own tests: the others have their own turn, and need everything built.
        self.call("cmake", "--build", build, "--target", "ws-example", "-j", "2",
                  CCACHE_BASEDIR=str(tree), CCACHE_NOHASHDIR="1")
        binaries = {"UPKEEP_BIN": str(build / "bin"), "PYTHONPATH": str(tree / "tests" / "harness")}
        told = self.call("ctest", "--test-dir", build, "--output-on-failure", "-R",
                         r"^cli\.ws-example\.|^docs\.(help_and_pages|completions|readme|records)$")
        self.assertIn("cli.ws-example.basic", told)
        self.assertIn("100% tests passed", told)
        shown = self.call("python3", tree / "tests/cli/ws-example/test_basic.py", **binaries)
        self.assertIn("OK", shown)
        if shutil.which("clang-format"):
            self.call("clang-format", "--dry-run", "-Werror", tree / "tools" / "ws-example.cpp")


if __name__ == "__main__":
    unittest.main()
