# SPDX-License-Identifier: MIT
"""Digests and signatures that are uploaded with an archive, in forms of every shape."""

import hashlib
import itertools
import unittest
from typing import Any

from upkeep_test.archives import patch_name
from upkeep_test.gnupg import SigningCase
from upkeep_test.pmt_web import Answer
from upkeep_test.pmt_web_uploads import VerifyCase

ZIP = patch_name("4.4.0", 1) + ".zip"


class BesideTest(VerifyCase):
    def test_nothing_is_given(self):
        answer = self.upload(self.archive())
        self.assertIn("Not checked", answer.text)
        self.assertIn("a digest of the archive was not given", answer.text)
        self.assertIn("a signature was not given", answer.text)
        self.assertIn("No error was found", answer.text)

    def test_digests(self):
        data = self.archive()
        good = hashlib.sha256(data).hexdigest()
        given = [("digest", (f"{ZIP}.sha256", f"{good}  {ZIP}\n".encode())),
                 ("digest", (ZIP.replace(".zip", ".MD5"), hashlib.md5(data).hexdigest().encode()))]
        answer = self.upload(data, more=given)
        self.assertIn("No error was found", answer.text)
        self.assertNotIn("a digest of the archive was not given", answer.text)
        before = self.events()
        for content, words in ((b"0" * 64, "does not match the archive"), (b"", "no SHA256 digest can be read"),
                               (b"\0\xff" * 30, "no SHA256 digest can be read")):
            answer = self.upload(data, more=[("digest", (f"{ZIP}.sha256", content))], tick="1", record="1")
            self.assertEqual((answer.status, answer.exit_status), (200, 0), answer.text)
            self.assertIn(words, answer.text)
            self.assertIn("Nothing was recorded or ticked", answer.text)
        self.assertEqual(self.events(), before)

    def test_a_signature_without_a_keyring(self):
        answer = self.upload(self.archive(), more=[("signature", (f"{ZIP}.asc", b"x"))])
        self.assertIn(f"{ZIP}.asc was not verified: there is no keyring", answer.text)
        self.assertIn("there is no keyring here", self.page(self.address).text)

    def test_any_order(self):
        data = self.archive()
        parts: list[Any] = [("archive", (ZIP, data)), ("digest", (f"{ZIP}.md5", b"0" * 32)),
                            ("signature", ("", b"")), ("profile", "support")]
        for order in itertools.permutations(parts):
            guards = list(self.guards().items())
            answer = self.send_form([*order, *guards[:2]])
            self.assertEqual(answer.status, 200, answer.text)
            self.assertIn("does not match the archive", answer.text)

    def test_names(self):
        data = self.archive()
        for name in ("x.md5", f"{ZIP}", f"{ZIP}.asc", f"{ZIP}.md5.exe", f"{ZIP}.md5=/etc/passwd", f'{ZIP}".md5',
                     f"{ZIP}\n.md5", "<b>.md5", f"-{ZIP}.md5", "é" * 300 + ".md5"):
            answer = self.upload(data, more=[("digest", (name, b"0" * 32))])
            self.assertEqual((answer.status, answer.exit_status), (422, 65), answer.text)
            self.assertIn("is not called like a digest of", answer.text)
            self.assertNotIn("<b>", answer.text)
        # Directories of the sender's computer mean nothing.
        for name in (f"/etc/{ZIP}.md5", f"C:\\x\\{ZIP}.md5", f"../../{ZIP}.md5"):
            self.assertIn("does not match", self.upload(data, more=[("digest", (name, b"0" * 32))]).text)
        nul = self.upload(data, more=[("digest", (f"{ZIP}\0.md5", b"x"))])
        self.assertEqual(nul.status, 422, nul.text)
        wrong_field = self.upload(data, more=[("signature", (f"{ZIP}.md5", b"x"))])
        self.assertIn("is not called like a signature of", wrong_field.text)

    def test_what_is_refused(self):
        data = self.archive()
        cases = (
            ([("archive", (ZIP, data))], 400, "several archives"),
            ([("archive", (ZIP, b""))], 400, "several archives"),
            ([("other", ("x", b"x"))], 400, "has no file"),
            ([("digest", (f"{ZIP}.md5", b"x"))] * 2, 422, "is there twice"),
            ([("digest", (f"{ZIP}.md5", b"x" * ((64 << 10) + 1)))], 422, "is longer than 64 KiB"),
            ([("digest", (f"{ZIP}.md5", b"x"))] * 17, 422, "more than 16 files"),
        )
        for more, status, words in cases:
            answer = self.upload(data, more=more)
            self.assertEqual(answer.status, status, answer.text)
            self.assertIn(words, answer.text)
        none = self.send_form([*self.guards().items(), ("digest", (f"{ZIP}.md5", b"x"))])
        self.assertEqual(none.status, 422)
        self.assertIn("No archive is chosen", none.text)


class SignedTest(SigningCase, VerifyCase):
    signers = (("ours@example.org", "ed25519"), ("other@example.org", "ed25519"))

    def setUp(self) -> None:
        super().setUp()
        keys = self.make_directory() / "keys"
        keys.write_bytes(self.gpg("--export", "ours@example.org"))
        self.serve(keyring=str(keys))

    def signed(self, data: bytes, who: str, of: bytes = b"") -> Answer:
        signature = self.gpg("--batch", "--local-user", f"{who}@example.org", "--armor", "--detach-sign",
                             stdin=of or data)
        return self.upload(data, more=[("signature", (f"{ZIP}.asc", signature))])

    def test_signatures(self):
        data = self.archive()
        good = self.signed(data, "ours")
        self.assertIn("No error was found", good.text)
        self.assertNotIn("a signature was not given", good.text)
        self.assertNotIn("no keyring", good.text)
        self.assertIn("is not in the keyring", self.signed(data, "other").text)
        self.assertIn("does not match the archive", self.signed(data, "ours", of=b"another archive").text)
        self.assertIn("contains no signature",
                      self.upload(data, more=[("signature", (f"{ZIP}.sig", b"nonsense"))]).text)
        self.assertIn("a signature was not given", self.upload(data).text)

    def test_a_keyring_that_is_not_there(self):
        self.serve(keyring="/nonexistent/keys")
        answer = self.signed(self.archive(), "ours")
        self.assertNotEqual(answer.status, 200)
        self.assertEqual(self.upload(self.archive()).status, 200)


if __name__ == "__main__":
    unittest.main()
