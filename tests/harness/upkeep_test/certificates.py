# SPDX-License-Identifier: MIT
"""Certificates for the servers of a test."""

import pathlib
import shutil
import subprocess
import unittest

from .process import clean_environment


def make_certificate(directory: pathlib.Path, *names: str) -> tuple[pathlib.Path, pathlib.Path]:
    """A certificate for these hosts that is its own authority, and its key. Skips the test without openssl."""
    openssl = shutil.which("openssl")
    if not openssl:
        raise unittest.SkipTest("openssl is not installed")
    certificate, key = directory / "cert.pem", directory / "key.pem"
    done = subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={names[0]}", "-days", "2", "-addext",
         "subjectAltName=" + ",".join(f"DNS:{name}" for name in names), "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, text=True, env=clean_environment(), check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return certificate, key
