# SPDX-License-Identifier: MIT
"""pmt-verify of a 200 MB archive against unzip(1), which tests it and its jars, and the digests that it takes (MD5 and
SHA-256 of the jars)."""

import io
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

from upkeep_test.archives import patch_name, support_files

BIN = pathlib.Path(os.environ["UPKEEP_BIN"])


def seconds(*commands):
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def jar(content):
    """A jar with that in it, as it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("content", content)
    return file.getvalue()


def measure(what, directory, data, compression):
    path = directory / f"{patch_name()}.zip"
    jars = []
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in support_files().items():
            archive.writestr(f"{patch_name()}/{name}", content)
        for i, content in enumerate(map(jar, data)):
            archive.writestr(f"{patch_name()}/patch1001/big{i}_1.0.jar", content)
            jars.append(directory / f"big{i}.jar")
            jars[-1].write_bytes(content)
    ours, base = [], []
    for _ in range(5):
        ours.append(seconds([BIN / "pmt-verify", "--profile", "support", path]))
        tests = [["unzip", "-tqq", one] for one in [path, *jars]]
        base.append(seconds(*tests, ["md5sum", *jars], ["sha256sum", *jars]))
    a, b = statistics.median(ours), statistics.median(base)
    print(f"{what:<34} {path.stat().st_size / 1e6:6.0f} MB {a * 1000:8.0f} ms  unzip -t, digests {b * 1000:8.0f} ms"
          f"  ratio {a / b:.2f}  (limit 1.3)", flush=True)


def main():
    chance = random.Random(1)
    words = [bytes(chance.choices(b"abcdefghijklmnop", k=8)) for _ in range(5000)]
    with tempfile.TemporaryDirectory(prefix="upk-") as name:
        directory = pathlib.Path(name)
        measure("stored jars", directory, [chance.randbytes(20 << 20) for _ in range(10)], zipfile.ZIP_STORED)
        # As jars are packed once more: hardly smaller.
        measure("deflated jars", directory, [chance.randbytes(20 << 20) for _ in range(10)], zipfile.ZIP_DEFLATED)
        text = b" ".join(chance.choices(words, k=5 << 20))
        measure("deflated text", directory, [text[i << 22:][:40 << 20] for i in range(10)], zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    sys.exit(main())
