# SPDX-License-Identifier: MIT
"""Signing keys in a directory of their own."""

import os
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Sequence
from typing import ClassVar, Optional


@unittest.skipUnless(shutil.which("gpg"), "gpg is not installed")
class SigningCase(unittest.TestCase):
    """A class of tests with keys to sign with; its processes of GnuPG end with it."""

    signers: ClassVar[Sequence[tuple[str, str]]] = (("qa@example.org", "ed25519"),)  # who, and kind of the key
    home: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.home = tempfile.mkdtemp(prefix="upk-gpg-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.addClassCleanup(cls.gpg, "--kill", "all", program="gpgconf")
        for who, kind in cls.signers:
            cls.gpg("--batch", "--passphrase", "", "--quick-gen-key", who, kind, "sign", "never")

    @classmethod
    def gpg(cls, *args: str, program: str = "gpg", stdin: bytes = b"", cwd: Optional[os.PathLike[str]] = None) -> bytes:
        """What a successful call prints."""
        environment = {"PATH": os.environ["PATH"], "GNUPGHOME": cls.home, "LANG": "C"}
        return subprocess.run([program, *args], env=environment, cwd=cwd, check=True, capture_output=True,
                              input=stdin).stdout
