# SPDX-License-Identifier: MIT
"""Against the registry, --record, --init, signatures."""

import hashlib
import os
import threading
import time
import unittest

from upkeep_test import TestCase, module_server, process
from upkeep_test.archives import README, jar, patch_name, support_files, write_zip
from upkeep_test.gnupg import SigningCase

NAME = patch_name("4.4.0", 1)
FIELDS = {"overview_products": ["ESB 4.8.1", "ESB 4.9.0"],
          "jiraInformation_publicJIRA": ["https://wso2.org/jira/browse/ESBJAVA-17", "CARBON-18"],
          "jiraInformation_supportJIRA": ["SUP-1"], "overview_description": ["The queue is emptied."]}


class RegistryTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        self.directory = self.make_directory()
        self.new(FIELDS)

    def new(self, fields):
        sets = [word for key, values in fields.items() for value in values for word in ("--set", f"{key}={value}")]
        self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.4.0", *sets), 0)

    def edit(self, *words):
        self.assert_quiet(self.installation.run("pmt-patch", "edit", "4.4.0-1", *words))

    def write(self, changes=None, name=NAME):
        files = {**support_files("4.4.0", int(name[-4:])), **(changes or {})}
        return write_zip(
            self.directory / f"{name}.zip", {key: value for key, value in files.items() if value is not None}
        )

    def verify(self, *args, status=None):
        result = self.installation.run("pmt-verify", "--json", *args)
        self.assertEqual(result.stderr, "", result)
        errors = {one["rule"] for one in result.json if one["severity"] == "error"}
        self.assert_status(result, (1 if errors else 0) if status is None else status)
        return errors

    def jars(self):
        rows = self.installation.server.sql("SELECT name, bundle, version, md5, sha256, size FROM upkeep.patch_jar")
        return {row[0]: row[1:] for row in rows}

    def test_agrees(self):
        self.assertEqual(self.verify("--patch", "4.4.0-1", self.write()), set())
        self.assertEqual(self.verify("--patch", NAME, self.write()), set())

    def test_readme_fields(self):
        path = self.write()
        for words, rule in [(["--add", "overview_products=AM 1.6"], "readme-applies"),
                            (["--remove", "overview_products=AM 1.6"], None),
                            (["--add", "jiraInformation_publicJIRA=CARBON-19"], "readme-jira"),
                            (["--remove", "jiraInformation_publicJIRA=CARBON-19"], None),
                            (["--remove", "jiraInformation_publicJIRA=CARBON-18"], "readme-jira"),
                            (["--add", "jiraInformation_supportJIRA=CARBON-18"], None)]:
            with self.subTest(words):
                self.edit(*words)
                self.assertEqual(self.verify("--patch", "4.4.0-1", path), {rule} - {None})

    def test_security(self):
        changes = {
            "NOT_A_CONTRIBUTION.txt": None,
            "README.txt": README.format(name=NAME, number=1).replace(
                "https://wso2.org/jira/browse/ESBJAVA-17\n                   https://wso2.org/jira/browse/CARBON-18", ""
            ),
        }
        path = self.write(changes)
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), {"contribution", "readme-jira"})
        self.edit("--set", "overview_security=true")
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), set())

    def test_jars_involved(self):
        path = self.write()
        self.edit("--set", "patchInformation_jarsInvolved=b-2.0.jar")
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), {"jars-only"})
        self.edit("--add", "patchInformation_jarsInvolved=org.example.a")
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), set())
        self.edit("--add", "patchInformation_jarsInvolved=c_1.0.jar")  # not in the archive: a warning
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), set())
        self.assertIn("c_1.0.jar", self.installation.run("pmt-verify", "--patch", "4.4.0-1", path).text)

    def test_archive_md5(self):
        path = self.write()
        self.edit("--set", "patchInformation_md5=" + hashlib.md5(path.read_bytes()).hexdigest())
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), set())
        self.edit("--set", "patchInformation_md5=" + "0" * 32)
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), {"digest"})

    def test_other_patch(self):
        self.new(FIELDS)
        path = self.write(name=patch_name("4.4.0", 2))
        self.assertEqual(self.verify("--patch", "4.4.0-2", path), set())
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), {"other-patch"})
        result = self.installation.run("pmt-verify", "--patch", "4.4.0-9", path)
        self.assert_error(result, 2, "4.4.0-9")
        self.assert_error(self.installation.run("pmt-verify", "--patch", "banana", path), 65, "banana")

    def test_record(self):
        path = self.write()
        self.assertEqual(self.verify("--patch", "4.4.0-1", "--record", "--dry-run", "-q", path), set())
        self.assertEqual(self.jars(), {})
        self.assertEqual(self.verify("--patch", "4.4.0-1", "--record", path), set())
        a, b = jar("org.example.a"), jar()

        def row(bundle, version, data):
            return [bundle, version, hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest(), str(len(data))]
        self.assertEqual({name: list(row) for name, row in self.jars().items()},
                         {"org.example.a_1.0.0.jar": row("org.example.a_1.0.0.jar", "1.0.0", a),
                          "b-2.0.jar": row("b-2.0.jar", "2.0", b)})
        self.assertEqual(self.verify("--patch", "4.4.0-1", "--record", path), set())
        # Another jar of that name, one more, one less.
        for changes in (
            {"patch0001/b-2.0.jar": jar(more="other")},
            {"patch0001/c.jar": jar()},
            {"patch0001/b-2.0.jar": None},
        ):
            self.assertEqual(self.verify("--patch", "4.4.0-1", self.write(changes)), {"digest"})
        result = self.installation.run("pmt-verify", "--patch", "4.4.0-1", "--record", self.write({"README.txt": None}))
        self.assert_status(result, 1)
        self.assertIn("nothing was recorded", result.stderr)
        self.assertEqual(len(self.jars()), 2)

    def test_bundle_names(self):
        """What the server calls a jar: its manifest counts, and where it has none the file."""
        folded = jar("org.example." + "long" * 20, "1.2.3.wso2v4").replace(b"long" * 15, b"long" * 15)
        path = self.write({"patch0001/x-9.jar": jar("sym", "2.1"), "patch0001/poi-ooxml-3.9.0.wso2v1.jar": jar(),
                           "patch0001/org.example.long.jar": folded})
        self.verify("--patch", "4.4.0-1", "--record", path)
        jars = self.jars()
        self.assertEqual(jars["x-9.jar"][:2], ["sym_2.1.jar", "2.1"])
        self.assertEqual(jars["poi-ooxml-3.9.0.wso2v1.jar"][:2], ["poi-ooxml-3.9.0.wso2v1.jar", "3.9.0.wso2v1"])
        self.assertEqual(jars["org.example.long.jar"][1], "1.2.3.wso2v4")

    def test_init(self):
        run = self.installation.run
        result = self.assert_quiet(run("pmt-verify", "--patch", "4.4.0-1", "--init", self.directory))
        root = self.directory / NAME
        self.assertEqual(result.text, f"{root}\n")
        self.assertTrue((root / "patch0001").is_dir())
        readme = (root / "README.txt").read_text()
        self.assertIn("The queue is emptied.", readme)
        self.assert_error(run("pmt-verify", "--patch", "4.4.0-1", "--init", self.directory), 73, "already exists")
        # What is drafted is right, once its jars and texts are there.
        files = {name: content for name, content in support_files("4.4.0", 1).items() if name != "README.txt"}
        path = write_zip(self.directory / f"{NAME}.zip", {**files, "README.txt": readme})
        self.assertEqual(self.verify("--patch", "4.4.0-1", path), set())
        # What the registry lacks stays a placeholder, and is found.
        self.new({})
        self.assert_quiet(run("pmt-verify", "--patch", "4.4.0-2", "--init", self.directory / "new"))
        readme = (self.directory / "new" / patch_name("4.4.0", 2) / "README.txt").read_text()
        path = write_zip(
            self.directory / f"{patch_name('4.4.0', 2)}.zip", {**support_files("4.4.0", 2), "README.txt": readme}
        )
        self.assertIn("placeholder", self.verify(path))
        result = run("pmt-verify", "--patch", "4.4.0-2", "--init", self.directory / "dry", "--dry-run")
        self.assert_status(result, 0)
        self.assertFalse((self.directory / "dry").exists())

    def test_no_database_is_needed(self):
        self.installation.configure(database={"socket": "/nonexistent"})
        self.assertEqual(self.verify(self.write()), set())
        self.assert_error(self.installation.run("pmt-verify", "--patch", "4.4.0-1", self.write()), 69, "/nonexistent")


class SignatureTest(SigningCase, TestCase):
    signers = (("qa@example.org", "ed25519"), ("other@example.org", "ed25519"))

    def setUp(self):
        self.directory = self.make_directory()
        self.path = write_zip(self.directory / f"{patch_name()}.zip", support_files())
        self.keys = self.directory / "KEYS"
        self.keys.write_bytes(self.gpg("--armor", "--export", "qa@example.org"))

    def sign(self, who="qa@example.org"):
        self.gpg("--batch", "--yes", "--local-user", who, "--armor", "--detach-sign", str(self.path))

    def rules(self, *args):
        result = process.run("pmt-verify", "--json", self.path, *args)
        self.assertEqual(result.stderr, "", result)
        return {one["rule"] for one in result.json if one["severity"] == "error"}

    def test_archives_that_take_turns(self):
        """One has errors and is signed, one has none and is not: whenever they change places, never is all well."""
        self.path.write_bytes(
            write_zip(self.directory / "bad.zip", {**support_files(), "notes.tmp": "x"}, root=patch_name()).read_bytes()
        )
        self.sign()
        write_zip(self.directory / "good.zip", support_files(), root=patch_name())
        stop = threading.Event()

        def change_places():
            while not stop.is_set():
                for name in ("good.zip", "bad.zip"):
                    os.link(self.directory / name, self.directory / "next")
                    os.rename(self.directory / "next", self.path)
                    time.sleep(0.004)  # how often they change places

        other = threading.Thread(target=change_places)
        other.start()
        try:
            for _ in range(40):
                self.assert_status(process.run("pmt-verify", "--keyring", self.home, self.path), 1)
        finally:
            stop.set()
            other.join()

    def test_signature(self):
        self.assertEqual(self.rules("--keyring", self.keys), {"signature"})
        self.sign()
        self.assertEqual(self.rules(), {"signed"})
        self.assertEqual(self.rules("--keyring", self.keys), set())
        self.assertEqual(self.rules("--keyring", self.home), set())
        self.sign("other@example.org")
        self.assertEqual(self.rules("--keyring", self.keys), {"signature"})
        self.assertEqual(self.rules("--keyring", self.home), set())
        self.sign()
        with open(self.path, "ab") as file:  # an archive with a byte more is another one
            file.write(b"\0")
        self.assertEqual(self.rules("--keyring", self.keys), {"signature"})

    def test_what_is_no_signature(self):
        asc = self.directory / f"{self.path.name}.asc"
        for text in ("", "nonsense", "-----BEGIN PGP SIGNATURE-----\n\nxx\n-----END PGP SIGNATURE-----\n"):
            asc.write_text(text)
            self.assertEqual(self.rules("--keyring", self.keys), {"signature"})

    def test_digests_beside(self):
        self.sign()
        beside = self.directory / f"{self.path.name}.sha256"
        beside.write_text(f"{hashlib.sha256(self.path.read_bytes()).hexdigest()}  {self.path.name}\n")
        self.assertEqual(self.rules("--keyring", self.keys), set())
        beside.write_text("0" * 64)
        self.assertEqual(self.rules("--keyring", self.keys), {"digest"})

    def test_keyrings(self):
        def run(keyring):
            return process.run("pmt-verify", self.path, "--keyring", keyring)

        self.sign()
        self.assert_error(run("/nonexistent"), 66, "/nonexistent")
        self.keys.write_text("nonsense")
        self.assert_error(run(self.keys), 65, "KEYS")


if __name__ == "__main__":
    unittest.main()
