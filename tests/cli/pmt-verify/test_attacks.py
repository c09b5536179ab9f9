# SPDX-License-Identifier: MIT
"""Archives that were made to do harm, and such that are broken: findings or 65, in bounded memory and time."""

import io
import os
import random
import struct
import subprocess
import unittest
import zipfile
import zlib

from upkeep_test import TestCase, process
from upkeep_test.archives import (central_header, end_record, local_header, patch_name, replace_everywhere,
                                  support_files, write_zip)
from upkeep_test.paths import find_tool, is_sanitized

NAME = patch_name()


def stored(entries, listed=None, offsets=None) -> bytes:
    """A zip by hand. entries: (name in the file, data, name in the directory or None for none)."""
    body, directory, count = b"", b"", 0
    for name, data, listed_as in entries:
        crc = zlib.crc32(data)
        if listed_as is not None:
            directory += central_header(listed_as, len(data), crc, len(body))
            count += 1
        body += local_header(name, data, crc)
    return body + directory + end_record(count, len(directory), len(body))


class AttackTest(TestCase):
    def setUp(self):
        self.directory = self.make_directory()
        self.path = self.directory / f"{NAME}.zip"

    def good(self, more=None, **options):
        return write_zip(self.path, {**support_files(), **(more or {})}, **options)

    def rules(self, path=None, *args, severity="error"):
        result = process.run("pmt-verify", "--json", path or self.path, *args, timeout=60)
        self.assertEqual(result.stderr, "", result)
        found = {one["rule"] for one in result.json if one["severity"] == severity}
        if severity == "error":
            self.assert_status(result, 1 if found else 0)
        return found

    def test_unsafe_names(self):
        for name in [
            "../evil.txt",
            f"{NAME}/../../evil.txt",
            "/etc/passwd",
            "C:/evil",
            f"{NAME}/a\\b",
            f"{NAME}/resources/..",
            f"{NAME}/resources//b",
            f"{NAME}/resources/./b",
            f"{NAME}/resources/a\x1b[2J",
            f"{NAME}/resources/" + "n" * 256,
            f"{NAME}/resources/" + "d/" * 600 + "x",
            "evil\x00.jar",
        ]:
            with self.subTest(name):
                self.good()
                with zipfile.ZipFile(self.path, "a") as archive:
                    archive.writestr("@" * len(name.encode()), "x")
                replace_everywhere(self.path, b"@" * len(name.encode()), name.encode())
                self.assertIn("unsafe-path", self.rules())
                shown = process.run("pmt-verify", self.path).text
                self.assertNotIn("\x1b", shown)
                self.assertNotIn("\x00", shown)
        self.good({"resources/caf@@": "x"})
        replace_everywhere(self.path, b"caf@@", b"caf\xe9\xff")
        self.assertIn("unsafe-path", self.rules())

    def test_names_that_trouble_windows(self):
        for name in ["resources/a?b", "resources/con.txt", "resources/dot."]:
            with self.subTest(name):
                self.good({name: "x"})
                self.assertEqual(self.rules(), set())
                self.assertIn("unsafe-path", self.rules(severity="warning"))

    def test_two_names_of_one_entry(self):
        self.good({"resources/good.dat": b"war"})
        data = self.path.read_bytes()
        first = data.index(b"resources/good.dat")
        self.path.write_bytes(data[:first] + b"resources/evil.dat" + data[first + 18:])
        self.assertEqual(self.rules(), {"unsafe-path"})

    def test_links_and_devices(self):
        for kind in (0o120777, 0o020666, 0o010644):
            with self.subTest(oct(kind)):
                self.good()
                with zipfile.ZipFile(self.path, "a") as archive:
                    info = zipfile.ZipInfo(f"{NAME}/resources/link")
                    info.create_system = 3
                    info.external_attr = kind << 16
                    archive.writestr(info, "/etc/passwd")
                self.assertEqual(self.rules(), {"link"})

    def test_duplicates(self):
        self.good({"resources/a": "1", "resources/b": "2"})
        replace_everywhere(self.path, b"resources/b", b"resources/a")
        self.assertEqual(self.rules(), {"duplicate"})
        self.good({"resources/a": "1", "resources/a/b": "2"})
        self.assertEqual(self.rules(), {"duplicate"})
        self.good({"resources/a": "1", "resources/A": "2"})
        self.assertEqual(self.rules(), set())
        self.assertIn("duplicate", self.rules(severity="warning"))

    def test_entries_outside_of_the_directory(self):
        name = f"{NAME}/resources/a.dat".encode()
        self.path.write_bytes(stored([(name, b"good", name), (name, b"evil", None)]))
        self.assertIn("duplicate", self.rules())
        self.path.write_bytes(stored([(name, b"good", name), (b"other", b"evil", None)]))
        self.assertIn("hidden", self.rules())

    def test_bytes_of_nobody(self):
        data = self.good().read_bytes()
        self.path.write_bytes(b"#!/bin/sh\nexec true\n" + b"x" * 100 + data)
        self.assertEqual(self.rules(), set())
        self.assertIn("junk", self.rules(severity="warning"))
        self.path.write_bytes(data + b"x" * 100)
        self.assertIn("junk", self.rules(severity="warning"))
        with zipfile.ZipFile(self.good(), "a") as archive:
            archive.comment = b"c" * 5000
        self.assertNotIn("junk", self.rules(severity="warning"))

    def test_encrypted(self):
        self.good({"resources/a.dat": b"x" * 100})
        with zipfile.ZipFile(self.path) as archive:
            info = archive.getinfo(f"{NAME}/resources/a.dat")
        data = bytearray(self.path.read_bytes())
        data[info.header_offset + 6] |= 1
        at = data.rindex(f"{NAME}/resources/a.dat".encode()) - 46
        self.assertEqual(data[at:at + 4], b"PK\1\2")
        data[at + 8] |= 1
        self.path.write_bytes(data)
        self.assertEqual(self.rules(), {"encrypted"})

    def test_other_compression(self):
        self.good({"resources/a.dat": b"x" * 100}, compression=zipfile.ZIP_BZIP2)
        self.assertIn("layout", self.rules())

    def test_bombs(self):
        self.good({"resources/zeros.dat": b"\0" * (20 << 20)})
        self.assertEqual(self.rules(), {"bomb"})
        # Many that are each below the ratio.
        data = random.Random(1).randbytes(1 << 20) + b"\0" * (9 << 20)
        profile = self.directory / "small.toml"
        profile.write_text(f'name = "{NAME[:-10]}{{platform}}-{{number:04}}"\n[limits]\ntotal = 25000000\n')
        self.good({f"resources/{i}.dat": data for i in range(3)})
        self.assertEqual(self.rules(None, "--profile", str(profile)), {"bomb"})
        profile.write_text(f'name = "{NAME[:-10]}{{platform}}-{{number:04}}"\n[limits]\nentries = 4\n')
        self.assertEqual(self.rules(None, "--profile", str(profile)), {"bomb"})

    def test_overlapping_bomb(self):
        """Many entries that quote one kernel of data."""
        kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = kernel.compress(b"\0" * 500000) + kernel.flush()
        crc = zlib.crc32(b"\0" * 500000)
        name = f"{NAME}/resources/aaaa".encode()
        head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed), 500000, len(name), 0) + name
        names = [f"{NAME}/resources/{i:04}".encode() for i in range(1000)]
        directory = b"".join(central_header(one, 500000, crc, 0, len(packed), method=8) for one in names)
        body = head + packed
        self.path.write_bytes(body + directory + end_record(len(names), len(directory), len(body)))
        self.assertIn("bomb", self.rules())

    def test_sizes_that_lie(self):
        """An entry that holds more than it says, or says more than it holds."""
        for said in (10, 10 << 20):
            with self.subTest(said):
                data = random.Random(1).randbytes(100000)
                self.good({"resources/a.dat": data})
                real, other = struct.pack("<I", len(data)), struct.pack("<I", said)
                packed = self.path.read_bytes()
                self.assertEqual(packed.count(real + struct.pack("<H", len(f"{NAME}/resources/a.dat"))), 2)
                tail = struct.pack("<H", len(f"{NAME}/resources/a.dat"))
                self.path.write_bytes(packed.replace(real + tail, other + tail))
                self.assert_error(process.run("pmt-verify", self.path), 65, "corrupt")

    def test_corrupt(self):
        self.good({"resources/a.dat": random.Random(1).randbytes(100000)}, compression=zipfile.ZIP_STORED)
        data = bytearray(self.path.read_bytes())
        data[data.index(b"resources/a.dat") + 5000] ^= 1
        self.path.write_bytes(data)
        self.assert_error(process.run("pmt-verify", self.path), 65, "corrupt", "a.dat")

    def test_truncated(self):
        data = self.good({"resources/a.dat": random.Random(1).randbytes(10000)}).read_bytes()
        for end in (1, 10, 100, 5000, len(data) - 300, len(data) - 23, len(data) - 22, len(data) - 1):
            with self.subTest(end):
                self.path.write_bytes(data[:end])
                self.assert_error(process.run("pmt-verify", self.path), 65, str(self.path))
        self.path.write_bytes(b"")
        self.assert_error(process.run("pmt-verify", self.path), 65, "not a zip archive")

    def test_not_an_archive(self):
        for data in (b"hello", b"\x1f\x8b" + b"x" * 100, b"7z\xbc\xaf\x27\x1c" + b"x" * 100, b"Rar!" + b"x" * 100,
                     b"\0" * 100000):
            self.path.write_bytes(data)
            self.assert_error(process.run("pmt-verify", self.path), 65, "not a zip archive")
        self.assert_error(process.run("pmt-verify", self.directory), 66, "not a regular file")
        fifo = self.directory / "fifo.zip"
        os.mkfifo(fifo)
        self.assert_error(process.run("pmt-verify", fifo), 66, "not a regular file")

    def test_no_entries(self):
        self.path.write_bytes(end_record(0, 0, 0))
        self.assertEqual(self.rules(), {"empty"})

    def test_mangled(self):
        """Whatever bytes are changed: an answer, never a crash."""
        data = self.good({"resources/a.dat": b"x" * 500}).read_bytes()
        chance = random.Random(7)
        paths = []
        for i in range(60):
            mangled = bytearray(data)
            for _ in range(chance.choice((1, 3, 20))):
                place = chance.randrange(len(data)) if i % 2 else chance.randrange(len(data) - 700, len(data))
                mangled[place] = chance.randrange(256)
            paths.append(self.directory / f"{i}.zip")
            paths[-1].write_bytes(mangled)
        result = process.run("pmt-verify", *paths, timeout=120)
        self.assertIn(result.status, (1, 65), result)

    def test_zip64(self):
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in support_files().items():
                with archive.open(f"{NAME}/{name}", "w", force_zip64=True) as out:
                    out.write(content.encode() if isinstance(content, str) else content)
        self.assertEqual(self.rules(), set())

    def test_written_to_a_pipe(self):
        """Sizes stand behind the data."""
        class Pipe(io.RawIOBase):
            def __init__(self, path):
                self.file = open(path, "wb")

            def writable(self):
                return True

            def write(self, data):
                return self.file.write(data)

            def flush(self):
                self.file.flush()
        pipe = Pipe(self.path)
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in support_files().items():
                archive.writestr(f"{NAME}/{name}", content)
        pipe.file.close()
        self.assertEqual(self.rules(), set())
        self.assertNotIn("junk", self.rules(severity="warning"))

    @unittest.skipIf(is_sanitized(), "sanitizers need memory of their own")
    def test_memory(self):
        """A hundred thousand entries with long names, and a hundred megabytes of one: below 256 MB."""
        def peak(path):
            # The wrapper's own child is the tool alone.
            code = ("import resource, subprocess, sys\n"
                    "p = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
                    "print(p.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n")
            done = subprocess.run(["python3", "-c", code, find_tool("pmt-verify"), path], capture_output=True,
                                  text=True, check=True, timeout=120)
            status, kilobytes = done.stdout.split()
            return int(status), int(kilobytes) / 1024
        names = [f"{NAME}/resources/../{'x' * 200}{i}".encode() for i in range(99000)]
        body, places = [], []
        at = 0
        for name in names:
            places.append(at)
            body.append(local_header(name, b"", 0))
            at += len(body[-1])
        directory = b"".join(central_header(name, 0, 0, place) for name, place in zip(names, places))
        self.path.write_bytes(b"".join(body) + directory + (
            struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, len(names), len(names), len(directory), at)
            + struct.pack("<4sIQI", b"PK\6\7", 0, at + len(directory), 1) + end_record(65535, 0xffffffff, 0xffffffff)))
        status, megabytes = peak(self.path)
        self.assertEqual(status, 1)
        self.assertLess(megabytes, 256)
        self.good({"patch1001/big.jar": os.urandom(1 << 20) * 100})
        status, megabytes = peak(self.path)
        self.assertLess(megabytes, 64)


if __name__ == "__main__":
    unittest.main()
