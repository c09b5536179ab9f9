# SPDX-License-Identifier: MIT
"""What lies beside an archive, as many programs write it: digests, signatures, keys; and byte order marks."""

import hashlib
import unittest

from upkeep_test import TestCase, module_server, process
from upkeep_test.archives import patch_name, support_files, write_zip
from upkeep_test.gnupg import SigningCase

UPDATE = "WSO2-CARBON-UPDATE-4.4.0-0327"
ALGORITHMS = ("MD5", "SHA1", "RIPEMD160", "SHA224", "SHA256", "SHA384", "SHA512")
BOM = "\ufeff"


class BesideCase(TestCase):
    def setUp(self):
        self.directory = self.make_directory()
        self.path = write_zip(self.directory / f"{patch_name()}.zip", support_files())

    def errors(self, *args, path=None):
        result = process.run("pmt-verify", "--json", path or self.path, *args)
        self.assertEqual(result.stderr, "", result)
        return {one["rule"]: one["detail"] for one in result.json if one["severity"] == "error"}

    def beside(self, ending, content):
        path = self.directory / f"{self.path.name}{ending}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.addCleanup(path.unlink, missing_ok=True)
        return path


class UnsignedTest(BesideCase):
    def test_what_says_that_it_is_signed(self):
        for ending in (
            ".asc",
            ".sig",
            ".SIG",
            ".sign",
            ".gpg",
            ".p7s",
            ".md5",
            ".MD5",
            ".sha1",
            ".sha224",
            ".sha256",
            ".sha384",
            ".sha512",
            ".sha512sum",
            ".rmd160",
            ".mds",
            ".sha",
        ):
            with self.subTest(ending):
                path = self.beside(ending, "")
                self.assertEqual(self.errors(), {"signed": f"{path.name} already exists"})
                path.unlink()
                path = self.path.with_suffix(ending)
                path.write_text("")
                self.assertIn("signed", self.errors())
                path.unlink()
        self.assertEqual(self.errors(), {})

    def test_an_archive_without_an_ending_has_a_signature_once(self):
        path = self.path.rename(self.directory / "archive")
        (self.directory / "archive.asc").write_text("")
        found = process.run("pmt-verify", "--json", path).json
        self.assertEqual([one["detail"] for one in found if one["rule"] == "signed"], ["archive.asc already exists"])

    def test_marks_in_texts(self):
        files = support_files()
        files["README.txt"] = BOM + files["README.txt"]
        self.assertEqual(self.errors(path=write_zip(self.path, files)), {})
        descriptor = (
            f"{BOM}update_number: 0327\nplatform_version: 4.4.0\nplatform_name: w\napplies_to: x\nbug_fixes:\n"
            "  N/A: N/A\ndescription: d\nfile_changes:\n  added_files: [a.txt]\n  removed_files: []\n  modified_files:"
            " []\n"
        )
        update = write_zip(
            self.directory / f"{UPDATE}.zip",
            {
                "LICENSE.txt": "l",
                "NOT_A_CONTRIBUTION.txt": "n",
                "carbon.home/a.txt": "x",
                "update-descriptor.yaml": descriptor,
            },
        )
        self.assertEqual(self.errors("--profile", "update", path=update), {})
        profile = self.directory / "own.toml"
        profile.write_text(BOM + 'name = "WSO2-CARBON-PATCH-{platform}-{number:04}"\n')
        self.assertEqual(self.errors("--profile", profile), {})

    def test_marks_in_files_that_the_tools_read(self):
        installation = self.open_installation(module_server(), patch={"lifecycle": ""})
        run = installation.run
        self.assert_status(
            run("pmt-patch", "new", "--platform", "4.4.0", "--set", "patchInformation_jarsInvolved=a_1.0.jar"), 0
        )
        self.assert_quiet(run("pmt-verify", "-", stdin=f"{BOM}{self.path}\n"), 0)
        self.assertEqual(
            run("pmt-patch", "show", "--fields", "patch", stdin=f"{BOM}4.4.0-1\n").text, f"{patch_name('4.4.0', 1)}\n"
        )
        applied = self.directory / "applied"
        applied.write_text(f"{BOM}patch0001\n")
        result = run("pmt-report", "effective", "--platform", "4.4.0", "--applied", applied, "--fields", "jar")
        self.assertEqual(self.assert_quiet(result).text, "a_1.0.jar\n")
        choices = self.directory / "choices"
        choices.write_text(f"{BOM}ESB 4.9.0\nAM 1.6\n")
        self.assert_status(run("pmt-patch", "choices", "products", "--import", choices), 0)
        self.assertNotIn(BOM, run("pmt-patch", "choices", "products").text)
        config = installation.directory / "upkeep.toml"
        config.write_text(BOM + config.read_text())
        self.assert_quiet(run("pmt-patch", "list"), 0)


class SignedTest(SigningCase, BesideCase):
    signers = (("ed@example.org", "ed25519"), ("rsa@example.org", "rsa2048"), ("dsa@example.org", "dsa2048"),
               ("nist@example.org", "nistp256"))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gpg(
            "--batch",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "words",
            "--quick-gen-key",
            "words@example.org",
            "default",
            "default",
            "never",
        )

    def sign(self, who="ed@example.org", ending=".asc", *args):
        out = self.directory / f"{self.path.name}{ending}"
        out.unlink(missing_ok=True)
        self.gpg(
            "--batch",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "words",
            "--local-user",
            who,
            *args,
            "--detach-sign",
            "-o",
            str(out),
            str(self.path),
        )
        return out

    def check(self, *args):
        return self.errors("--keyring", self.home, *args)

    def test_handed_over_to_a_confined_process(self):
        """Archive, signature and keys may come from anywhere: gpg starts in a process without network."""
        keys = self.directory / "keys"
        keys.write_bytes(self.gpg("--export", "ed@example.org"))
        moved = self.directory / "signature"
        other = self.directory / "other.zip"
        other.write_bytes(self.path.read_bytes())

        def check(keyring):
            words = ("--confined", "--name", self.path.name, "--beside", f"{self.path.name}.asc={moved}")
            return self.errors(*words, "--keyring", keyring, path=other)

        self.sign().rename(moved)
        self.assertEqual([check(keyring) for keyring in (keys, self.home)], [{}, {}])
        self.sign("rsa@example.org").rename(moved)
        self.assertIn("is not in the keyring", check(keys)["signature"])
        self.assertEqual(check(self.home), {})
        for content in (b"", b"nonsense", b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"):
            moved.write_bytes(content)
            self.assertIn(f"{self.path.name}.asc: ", check(keys)["signature"])

    def test_names_of_signatures(self):
        for ending in (".asc", ".sig", ".sign", ".gpg"):
            with self.subTest(ending):
                signature = self.sign(ending=ending)
                self.assertEqual(self.check(), {})
                signature.write_text("nonsense")
                self.assertIn("signature", self.check())
                signature.unlink()
        self.assertIn("there is no signature", self.check()["signature"])
        self.sign(ending=".sig")
        (self.directory / f"{self.path.name}.gpg").write_text("an encrypted copy, perhaps")
        self.assertEqual(self.check(), {})

    def test_keys_of_every_kind(self):
        """Exported public or secret, armored or not, one or all: the same answer, and no secret is needed."""
        keys = self.directory / "keys"
        for who in ("rsa", "nist", "words"):
            self.sign(f"{who}@example.org")
            for words in (
                ["--export", f"{who}@example.org"],
                ["--armor", "--export"],
                ["--export-secret-keys"],
                ["--armor", "--export-secret-keys"],
                ["--armor", "--export-secret-keys", f"{who}@example.org"],
            ):
                with self.subTest((who, words)):
                    keys.write_bytes(
                        self.gpg("--batch", "--pinentry-mode", "loopback", "--passphrase", "words", *words)
                    )
                    self.assertEqual(self.errors("--keyring", keys), {})
            keys.write_bytes(self.gpg("--export", "ed@example.org"))
            self.assertIn("is not in the keyring", self.errors("--keyring", keys)["signature"])

    def test_digests_of_gpg(self):
        self.sign()
        name = self.path.name
        places = ((name, str(self.directory)), (str(self.path), None), (f"./{name}", str(self.directory)))
        for algorithm in ALGORITHMS:
            ending = {"RIPEMD160": ".rmd160"}.get(algorithm, f".{algorithm.lower()}")
            texts = [self.gpg("--print-md", algorithm, word, cwd=cwd) for word, cwd in places]
            texts.append(self.gpg("--print-md", algorithm, stdin=self.path.read_bytes()).replace(b"\n", b"\r\n"))
            texts.append(self.gpg("--with-colons", "--print-md", algorithm, name, cwd=str(self.directory)))
            for text in texts:
                with self.subTest(text):
                    self.beside(ending, text)
                    self.assertEqual(self.check(), {})
            path = self.beside(ending, self.gpg("--print-md", algorithm, stdin=b"another"))
            self.assertIn("does not match", self.check()["digest"])
            path.unlink()
        for ending in (".mds", ".sha512", ".rmd160"):
            for word, cwd in places:
                self.beside(ending, self.gpg("--print-mds", word, cwd=cwd))
                self.assertEqual(self.check(), {})

    def test_digests_of_others(self):
        self.sign()
        name, data = self.path.name, self.path.read_bytes()
        sha, other = hashlib.sha256(data).hexdigest(), hashlib.sha256(b"other").hexdigest()
        md5 = hashlib.md5(data).hexdigest()
        for text, words in (
            (f"{sha.upper()} *{name}\r\n", None),
            (f"{other}  other.zip\n{sha}  dist/{name}\n", None),
            (f"{sha}  before-it-was-renamed.zip\n", None),
            (f"SHA256 ({name}) = {sha}\n", None),
            (f"SHA2-256({name})= {sha}\n", None),
            (BOM + sha, None),
            (f"{sha}  {name}\n".encode("utf-16"), None),
            (f"{other}  {name}\n", "does not match the archive"),
            (f"{sha}  x.zip\n{other}  {name}\n", "does not match"),
            (other, "does not match the archive"),
            (f"{other}  other.zip\n", "digests of other files: other.zip"),
            ("", "no SHA256 digest can be read"),
            (f"{md5}  {name}\n", "no SHA256 digest can be read"),
            ("<html>404</html>", "no SHA256 digest can be read"),
        ):
            with self.subTest(text):
                self.beside(".sha256", text)
                found = self.check()
                if words is None:
                    self.assertEqual(found, {})
                else:
                    self.assertIn(words, found["digest"])


if __name__ == "__main__":
    unittest.main()
