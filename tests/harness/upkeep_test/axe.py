# SPDX-License-Identifier: MIT
"""Rules of accessibility, checked by axe-core, which is fetched once and not part of this repository."""

import base64
import hashlib
import io
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from typing import Any

from .browser import Browser
from .paths import CACHE

VERSION = "4.10.3"
INTEGRITY = "Xm7bpRXnDSX2YE2YFfBk2FnF0ep6tmG7xPh8iHee8MIcrgq762Nkce856dYtJYLkuIoYZvGfTs/PbZhideTcEg=="  #: SHA-512
#: WCAG 2.2 AA, and what axe-core recommends beyond it.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _fetch(directory: pathlib.Path) -> pathlib.Path:
    """The archive of the package. Skips the test where it cannot be fetched."""
    if not shutil.which("npm"):
        raise unittest.SkipTest("axe-core is fetched by npm, which is not installed")
    command = ["npm", "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", str(directory)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
                                cwd=directory, check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest("axe-core could not be fetched within two minutes") from None
    found = list(directory.glob("*.tgz"))
    if result.returncode != 0 or len(found) != 1:
        raise unittest.SkipTest(f"axe-core could not be fetched: {result.stderr.strip()[:200]}")
    return found[0]


def axe_source() -> str:
    """The script; kept in the cache of the tests. @raises AssertionError if it is not what was agreed on"""
    kept = CACHE / f"axe-core-{VERSION}.tgz"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as directory:
            _fetch(pathlib.Path(directory)).replace(kept)
    data = kept.read_bytes()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != INTEGRITY:
        kept.unlink()
        raise AssertionError(f"axe-core {VERSION} is not the package whose digest is known")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def findings(browser: Browser, source: str) -> list[str]:
    """What is wrong with the page that the browser shows: `rule: where`, one each."""
    if not browser.script("return Boolean(window.axe)"):
        browser.script(source + "; window.axe = axe")
    found: list[dict[str, Any]] = browser.script_async(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']})"
        ".then((result) => done(result.violations.map((one) => ({id: one.id, at: one.nodes.map((node) =>"
        " node.target.join(' ') + ' ' + (node.any.concat(node.all, node.none).map((check) => check.message)[0] || ''))"
        "}))), (error) => done([{id: 'error', at: [String(error)]}]));", TAGS)
    return [f"{one['id']}: {where}" for one in found for where in one["at"]]
