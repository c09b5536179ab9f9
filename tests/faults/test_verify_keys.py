# SPDX-License-Identifier: MIT
"""pmt-verify --keyring, whatever ends it: no directory of keys is left, and no process of GnuPG."""

import os
import pathlib
import signal
import time
import unittest

from upkeep_test import TestCase, wait_for
from upkeep_test.archives import patch_name, support_files, write_zip
from upkeep_test.gnupg import SigningCase


class VerifyKeysTest(SigningCase, TestCase):
    def setUp(self):
        self.directory = self.make_directory()
        self.temporary = self.make_directory()
        self.path = write_zip(self.directory / f"{patch_name()}.zip", support_files())
        self.gpg("--batch", "--armor", "--detach-sign", str(self.path))
        self.keys = self.directory / "keys.asc"
        self.keys.write_bytes(self.gpg("--batch", "--armor", "--export-secret-keys"))

    def verify(self, keys=None):
        return self.start("pmt-verify", "--keyring", keys or self.keys, self.path, env={"TMPDIR": str(self.temporary)})

    def users(self):
        """Processes that were given something below our directory."""
        found = []
        for one in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if str(self.temporary).encode() in one.read_bytes():
                    found.append(one)
            except OSError:
                continue
        return found

    def assert_nothing_left(self, at_once):
        if not at_once:
            wait_for(lambda: not list(self.temporary.iterdir()) and not self.users(), "nothing is left")
        self.assertEqual((list(self.temporary.iterdir()), self.users()), ([], []))

    def test_sound_and_errors(self):
        for text, status in ((None, 0), ("nonsense", 65), ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxx\n", 65)):
            keys = self.keys
            if text is not None:
                keys = self.directory / "none.asc"
                keys.write_text(text)
            running = [self.verify(keys) for _ in range(8)]
            for one in running:
                self.assert_status(one.wait(), status)
            self.assert_nothing_left(at_once=True)

    def test_signals(self):
        start = time.monotonic()
        self.assert_status(self.verify().wait(), 0)
        whole = time.monotonic() - start
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(number):
                died = 0
                for i in range(12):
                    process = self.verify()
                    time.sleep(whole * (i + 1) / 13)  # the moment is what is tried
                    process.signal(number)
                    died += process.wait().status == 128 + number
                self.assertGreater(died, 0)
                self.assert_nothing_left(at_once=False)

    def test_the_secret_key_is_not_written(self):
        """What is kept for gpg has public halves alone."""
        process = self.verify()
        seen = set()
        while process.running:
            for _, directories, files in os.walk(self.temporary):  # which bears that they go away
                seen.update(directories, files)
        process.wait()
        self.assertFalse({name for name in seen if "private" in name or name.endswith(".key") or "agent" in name}, seen)

    def test_no_room(self):
        process = self.start("pmt-verify", "--keyring", self.keys, self.path, env={"TMPDIR": "/nonexistent"})
        self.assert_error(process.wait(), 73, "TMPDIR")


if __name__ == "__main__":
    unittest.main()
