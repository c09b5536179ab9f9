# SPDX-License-Identifier: MIT
"""What is called a jar is one: a zip whose directory can be read and whose entries are intact, wherever it lies."""

import io
import unittest
import zipfile

from upkeep_test import TestCase, module_server, process
from upkeep_test.archives import jar, patch_name, support_files, write_zip

NAME = patch_name()


def zipped(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def damaged(data: bytes, words: bytes) -> bytes:
    place = data.index(words) + len(words) // 2
    return data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1:]


SOUND = jar("org.example.c", "1.0.0", more=b"class C, uncompressed")
#: What is wrong -> the file, and what is said of it.
NO_JARS = {
    "empty": (b"", "not a jar but an empty file"),
    "text": (b"hello", "not a jar"),
    "an error page": (b"\n<html><body>404 Not Found</body></html>", "an HTML page"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "a Git LFS pointer"),
    "gzip": (b"\x1f\x8b\x08" + b"x" * 100, "not a jar"),
    "cut in the directory": (SOUND[:-40], "damaged"),
    "cut in an entry": (SOUND[:60], "damaged"),
    "its first half is missing": (SOUND[len(SOUND) // 2:], "damaged"),
    "a bit of an entry": (damaged(SOUND, b"class C"), "corrupt"),
    "a bit of the manifest": (damaged(SOUND, b"Bundle-Version"), "corrupt"),
    "a name in front of its entry": (
        SOUND.replace(b"org/example/A.class", b"org/example/B.class", 1),
        "org/example/B.class",
    ),
    "no entries": (zipped({}), "no entries"),
    "bzip2": (zipped({"A.class": b"x" * 100}, zipfile.ZIP_BZIP2), "Java does not read"),
    "a jar within it": (zipped({"lib/inner.jar": b"nothing", "A.class": b"x"}), "lib/inner.jar"),
}


class JarsTest(TestCase):
    def setUp(self):
        self.directory = self.make_directory()

    def found(self, changes, *args):
        path = write_zip(self.directory / f"{NAME}.zip", {**support_files(), **changes})
        result = process.run("pmt-verify", "--json", *args, path)
        self.assert_quiet(result, 1 if any(one["severity"] == "error" for one in result.json) else 0)
        return result.json

    def assert_told(self, found, path, words):
        told = [one["detail"] for one in found if one["rule"] == "jar" and one["severity"] == "error"]
        self.assertTrue(any(one.startswith(path) and words in one for one in told), (path, words, found))

    def test_no_jars(self):
        for what, (data, words) in NO_JARS.items():
            with self.subTest(what):
                self.assert_told(self.found({"patch1001/c-1.0.jar": data}), "patch1001/c-1.0.jar", words)

    def test_wherever_it_lies(self):
        for path in ("resources/repository/lib/c.jar", "resources/C.JAR", "resources/w.war", "resources/s.aar",
                     "resources/z.zip", "resources/car/a.car"):
            with self.subTest(path):
                self.assert_told(self.found({path: b"nothing"}), path, "is not a")
                found = self.found({path: SOUND})
                self.assertEqual([one for one in found if one["rule"] == "jar"], [])
        self.assert_told(self.found({"resources/w.war": zipped({"WEB-INF/lib/x.jar": b"<html>"})}), "resources/w.war",
                         "'WEB-INF/lib/x.jar', which is not a jar")

    def test_every_profile(self):
        update = "WSO2-CARBON-UPDATE-4.4.0-0327"
        own = self.directory / "own.toml"
        own.write_text('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n')
        for profile, name, path in (("support", NAME, "patch1001/c.jar"), ("kernel", NAME, "lib/c.jar"),
                                    ("update", update, "carbon.home/lib/c.jar"), (own, NAME, "anywhere/c.jar")):
            with self.subTest(profile):
                archive = write_zip(self.directory / f"{name}.zip", {path: b"nothing"})
                result = process.run("pmt-verify", "--json", "--profile", profile, archive)
                self.assert_told(self.assert_quiet(result, 1).json, path, "not a jar")

    def test_sound_jars(self):
        many = {f"org/x/C{i}.class": b"x" * 3000 for i in range(300)}
        for data in (SOUND, jar(), zipped(many), b"#!/bin/sh\nexec java -jar\n" + SOUND,
                     zipped({"lib/inner.jar": SOUND, **many}), zipped(many, zipfile.ZIP_STORED)):
            found = self.found({"patch1001/c-1.0.jar": data})
            self.assertEqual([one for one in found if one["rule"] in ("jar", "bomb")], [])

    def test_a_bomb_within_a_jar(self):
        profile = self.directory / "small.toml"
        profile.write_text('name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n[limits]\ntotal = 3000000\n')
        bomb = zipped({f"{i}": b"\0" * 900000 for i in range(5)})
        found = self.found({"patch1001/c-1.0.jar": bomb}, "--profile", profile)
        self.assertEqual([(one["rule"], "patch1001/c-1.0.jar" in one["detail"]) for one in found], [("bomb", True)])

    def test_nothing_is_left(self):
        temporary = self.make_directory()
        big = zipped(
            {"A": b"\xff" * 100 + bytes(range(256)) * 40000}, zipfile.ZIP_STORED
        )  # more than is kept in memory
        archive = write_zip(
            self.directory / f"{NAME}.zip",
            {**support_files(), "patch1001/c.jar": big, "resources/d.jar": b"x"},
            compression=zipfile.ZIP_STORED,
        )
        self.assert_status(process.run("pmt-verify", archive, env={"TMPDIR": str(temporary)}), 1)
        self.assertEqual(list(temporary.iterdir()), [])
        result = process.run("pmt-verify", archive, env={"TMPDIR": "/nonexistent"})
        self.assert_error(result, 73, "TMPDIR", stdout=None)


class RegistryTest(TestCase):
    def test_nothing_is_recorded_or_ticked(self):
        installation = self.open_installation(module_server())
        run = installation.run
        self.assert_status(
            run(
                "pmt-patch",
                "new",
                "--platform",
                "4.4.0",
                "--set",
                "jiraInformation_supportJIRA=S-1",
                "--set",
                "jiraInformation_publicJIRA=ESBJAVA-17",
                "--set",
                "patchInformation_revision=1",
            ),
            0,
        )
        for _ in range(2):
            self.assert_status(run("pmt-lifecycle", "promote", "4.4.0-1"), 0)
        before = run("pmt-patch", "export").stdout
        directory = self.make_directory()
        for what, (data, _) in NO_JARS.items():
            with self.subTest(what):
                path = write_zip(directory / f"{patch_name('4.4.0', 1)}.zip",
                                 {**support_files("4.4.0", 1), "patch0001/c-1.0.jar": data})
                result = run("pmt-verify", "--patch", "4.4.0-1", "--tick", "--record", path)
                self.assert_status(result, 1)
                self.assertIn("nothing was recorded or ticked", result.stderr)
                self.assertEqual(run("pmt-patch", "export").stdout, before)


if __name__ == "__main__":
    unittest.main()
