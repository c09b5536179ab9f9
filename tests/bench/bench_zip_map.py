# SPDX-License-Identifier: MIT
"""The map of a zip against libarchive's own readers: the time, and which defects each of them reports."""

import io
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

BENCH = pathlib.Path(os.environ.get("UPKEEP_BENCH_BIN", "."))


def archive_of(count=3):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as out:
        for i in range(count):
            out.writestr(f"patch/file{i}.txt", f"contents of {i}\n" * 20)
    return bytearray(data.getvalue())


def place_of_directory(data):
    return struct.unpack_from("<I", data, data.rfind(b"PK\x05\x06") + 16)[0]


def with_another_name():
    data = archive_of()
    at = data.find(b"patch/file1.txt")
    data[at:at + 15] = b"patch/evil1.txt"
    return data


def with_an_unlisted_entry():
    """The directory has lost its second record: the entry is still there for those who stream."""
    data = archive_of()
    directory = place_of_directory(data)
    first = data.find(b"PK\x01\x02", directory + 4)
    second = data.find(b"PK\x01\x02", first + 4)
    del data[first:second]
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HHI", data, end + 8, 2, 2, end - directory)
    return data


def with_overlapping_entries():
    """Two records of the directory name the same place and the same name."""
    data = archive_of()
    directory = place_of_directory(data)
    second = data.find(b"PK\x01\x02", directory + 4)
    third = data.find(b"PK\x01\x02", second + 4)
    data[third:third + (third - second)] = data[second:third]
    return data


def with_bytes_between():
    data = archive_of()
    directory = place_of_directory(data)
    data[directory:directory] = b"#!/bin/sh\nno entry of this archive\n" * 10
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 16, directory + 350)
    return data


def with_another_size():
    data = archive_of()
    at = data.find(b"PK\x03\x04", 10)
    struct.pack_into("<I", data, at + 22, 7)
    return data


DEFECTS = {
    "sound": archive_of,
    "an entry has two names": with_another_name,
    "an entry that the directory does not list": with_an_unlisted_entry,
    "two records for the same bytes": with_overlapping_entries,
    "bytes that belong to no entry": with_bytes_between,
    "a header and the directory differ about a size": with_another_size,
    "something in front": lambda: bytearray(b"#!/bin/sh\n" * 20) + archive_of(),
    "something behind": lambda: archive_of() + b"trailing bytes" * 10,
    "cut off": lambda: archive_of()[:-30],
}


def read(path, rounds=1):
    done = subprocess.run([BENCH / "zip_baselines", path, str(rounds)], capture_output=True, check=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def main():
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "patch.zip"
        for what, make in DEFECTS.items():
            path.write_bytes(make())
            for name, _, said in read(path):
                print(f"{what:<48} {name:<28} {said}", flush=True)
        path.write_bytes(archive_of(20_000))
        rows = read(path, 5)
        for name, milliseconds, said in rows:
            ratio = float(rows[0][1]) / float(milliseconds)
            print(f"{said:<48} {name:<28} {float(milliseconds):8.1f} ms zip map takes {ratio:.2f} of it", flush=True)


if __name__ == "__main__":
    sys.exit(main())
