# SPDX-License-Identifier: MIT
"""Archives that are uploaded through Apache to processes of pmt-web: their memory, and who is still served."""

import fcntl
import json
import os
import pathlib
import struct
import unittest
import zipfile

from upkeep_test.archives import support_files
from upkeep_test.pmt_web_apache import PatchWebTest, configure_web

NAME = "WSO2-CARBON-PATCH-4.4.0-0001"
VERIFY = f"/pmt/api/v1/patches/{NAME}/verify?file={NAME}.zip"
ZIP = {"Content-Type": "application/zip"}
MIB = 1 << 20


def peak_of(pid: int) -> int:
    """The most memory that a process has used, in bytes."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


class UploadTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.uploads = self.make_directory()
        self.uploads.chmod(0o777)
        self.directory = self.make_directory()
        configure_web(self.installation, upload_dir=self.uploads, max_upload_mb=128)

    def archive(self, mib: int) -> bytes:
        path = self.directory / f"{NAME}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, content in support_files("4.4.0", 1).items():
                archive.writestr(f"{NAME}/{name}", content)
            if mib:
                archive.writestr(f"{NAME}/patch0001/large.bin", os.urandom(mib * MIB))
        return path.read_bytes()

    def test_a_large_archive_needs_no_memory(self):
        workers = self.open_workers(2)
        apache = self.open_apache(workers)
        for _ in range(4):
            small = apache.request("POST", VERIFY, self.archive(0), headers=ZIP)
            self.assertEqual(small.status, 200, small.body)
        before = [peak_of(process.pid) for process in workers.processes]
        data = self.archive(100)
        large = apache.request("POST", VERIFY, data, headers=ZIP, timeout=170)
        self.assertEqual(large.status, 200, large.body)
        self.assertIn("large.bin", large.body.decode())
        for process, peak in zip(workers.processes, before):
            self.assertLess(peak_of(process.pid) - peak, 4 * MIB)
        self.assertEqual([name for name in os.listdir(self.uploads) if not name.endswith(".lock")], [])
        # By its length alone, before it is read.
        long = apache.request("POST", VERIFY, b"x" * (129 * MIB), headers=ZIP, timeout=170)
        self.assertEqual(long.status, 413)

    def test_one_process_stays_free(self):
        workers = self.open_workers(2)
        apache = self.open_apache(workers)
        for _ in range(8):
            self.assertEqual(apache.get("/pmt/healthz", login="").status, 200)
        [lock] = self.uploads.glob("pmt-web-*.lock")
        with open(lock, "r+b") as file:
            # As a process that is busy with an archive.
            busy = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 1999, 1, 0)
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, busy)
            answer = apache.request("POST", VERIFY, self.archive(0), headers=ZIP)
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), answer.body)
            self.assertTrue(json.loads(answer.body)["type"].endswith("/problems/busy"))
            self.assertEqual(apache.get("/pmt/").status, 200)
        self.assertEqual(apache.request("POST", VERIFY, self.archive(0), headers=ZIP).status, 200)


if __name__ == "__main__":
    unittest.main()
