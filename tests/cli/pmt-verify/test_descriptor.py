# SPDX-License-Identifier: MIT
"""--name, --proof and --confined: for programs that hand over an archive without a name."""

import hashlib
import json
import unittest

from upkeep_test import TestCase, is_sanitized, module_server
from upkeep_test.archives import patch_name, support_files, write_zip

NAME = patch_name("4.4.0", 1)


class DescriptorTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        self.directory = self.make_directory()
        self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0"), 0)
        self.archive = write_zip(self.directory / f"{NAME}.zip", support_files("4.4.0", 1)).rename(
            self.directory / "x.bin")
        self.proof = self.directory / "proof"

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-verify", *args, **options)

    def history(self):
        return self.installation.run("pmt-patch", "history", "--json", "4.4.0-1").json

    def test_name(self):
        self.assert_quiet(self.run_tool("--name", f"{NAME}.zip", self.archive), 0)
        (self.directory / f"{NAME}.zip.md5").write_text("0" * 32)  # not next to what has no directory
        self.assert_quiet(self.run_tool("--name", f"{NAME}.zip", self.archive, cwd=self.directory), 0)
        found = self.run_tool("--json", "--name", "<b>.zip", self.archive)
        self.assertEqual((found.status, found.json[0]["archive"], found.json[0]["rule"]), (1, "<b>.zip", "name"))
        broken = self.directory / "broken"
        broken.write_bytes(self.archive.read_bytes()[:-30])
        self.assert_error(self.run_tool("--name", f"{NAME}.zip", broken), 65, f"{NAME}.zip: ")

    def test_proof(self):
        args = ("--patch", "4.4.0-1", "--name", f"{NAME}.zip", "--proof", self.proof)
        before = self.history()
        self.assert_quiet(self.run_tool(*args, "--record", "--tick", "--confined", self.archive), 0)
        proof = json.loads(self.proof.read_text())
        self.assertEqual(list(proof), ["sha256", "patch", "jars", "items"])
        self.assertEqual([one["name"] for one in proof["jars"]], ["org.example.a_1.0.0.jar", "b-2.0.jar"])
        self.assertEqual(self.history(), before)
        self.proof.unlink()
        bad = write_zip(self.directory / "bad.zip", {"README.txt": "x"}, root=NAME)
        self.assert_status(self.run_tool(*args, bad), 1)
        self.assertEqual(self.proof.read_text(), "")

    def test_confined(self):
        self.assert_quiet(self.run_tool("--confined", "--name", f"{NAME}.zip", self.archive), 0)
        if is_sanitized():
            return
        # A jar larger than what is kept in memory is still checked within the limit.
        files = support_files("4.4.0", 1) | {"patch0001/big.bin": b"x" * (64 << 20)}
        big = write_zip(self.directory / f"{NAME}.zip", files)
        self.assert_status(self.run_tool("--confined", big), 1)

    def check_beside(self, *beside, keyring=None):
        words = [word for one in beside for word in ("--beside", one)]
        result = self.run_tool("--json", "--confined", "--name", f"{NAME}.zip", *words,
                               *(("--keyring", keyring) if keyring else ()), self.archive)
        self.assertEqual(result.stderr, "", result)
        return result.status, {one["rule"]: (one["severity"], one["detail"]) for one in result.json
                               if one["rule"] in ("digest", "signature")}

    def test_beside(self):
        digest = self.directory / "d=1"
        good = hashlib.sha256(self.archive.read_bytes()).hexdigest()
        none = {"digest": ("note", "a digest of the archive was not given"),
                "signature": ("note", "a signature was not given")}
        self.assertEqual(self.check_beside(), (0, none))
        digest.write_text(f"{good}  {NAME}.zip\n")
        for called in (f"{NAME}.zip.sha256", f"{NAME}.SHA256"):
            self.assertEqual(self.check_beside(f"{called}={digest}"), (0, {"signature": none["signature"]}))
        digest.write_text("0" * 64)
        status, found = self.check_beside(f"{NAME}.zip.sha256={digest}")
        self.assertEqual((status, found["digest"][0]), (1, "error"))
        self.assertIn(f"{NAME}.zip.sha256 does not match the archive", found["digest"][1])
        digest.write_text("")
        self.assertIn("no SHA256 digest can be read", self.check_beside(f"{NAME}.zip.sha256={digest}")[1]["digest"][1])
        status, found = self.check_beside(f"{NAME}.zip.asc={digest}")
        self.assertEqual((status, found["signature"]),
                         (0, ("warning", f"{NAME}.zip.asc was not verified: there is no keyring")))

    def test_beside_names(self):
        file = self.directory / "file"
        file.write_text("x")
        for word in ("", "=", f"={file}", f"{NAME}.zip={file}", f"other.zip.md5={file}", f"../{NAME}.zip.md5={file}",
                     f"{NAME}.zip.md5", f"{NAME}.zip.md5=", f"{NAME}.zip.p7s={file}", f"{NAME}.zip.exe={file}"):
            result = self.run_tool("--name", f"{NAME}.zip", "--beside", word, self.archive)
            self.assert_error(result, 64, "--beside")
        twice = ("--beside", f"{NAME}.zip.md5={file}") * 2
        self.assert_error(self.run_tool("--name", f"{NAME}.zip", *twice, self.archive), 64, "twice")
        missing = self.directory / "missing"
        self.assert_error(self.run_tool("--name", f"{NAME}.zip", "--beside", f"{NAME}.zip.md5={missing}", self.archive),
                          66, str(missing))

    def test_usage(self):
        for words in (("--name", "a.zip"), ("--name", "a/b.zip", self.archive), ("--name", "a.zip", "-"),
                      ("--name", "a.zip", self.archive, self.archive), ("--proof", self.proof, self.archive),
                      ("--confined", "--patch", "4.4.0-1", "--record", self.archive),
                      ("--confined", self.archive, self.archive), ("--beside", "a.zip.md5=x", self.archive),
                      ("--name", "a.zip", "--keyring", "x", self.archive)):
            self.assertEqual(self.run_tool(*words).status, 64, words)


if __name__ == "__main__":
    unittest.main()
