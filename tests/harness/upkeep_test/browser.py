# SPDX-License-Identifier: MIT
"""A headless Chromium, driven by the W3C WebDriver protocol."""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from typing import Any, Optional

from .server import free_port
from .wait import wait_for

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  #: the protocol's name for a reference to an element
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
           "--disable-background-networking", "--disable-component-update", "--disable-extensions",
           "--disable-dev-shm-usage", "--hide-scrollbars", "--no-proxy-server",
           "--host-resolver-rules=MAP *.test 127.0.0.1"]

BETWEEN_PAGES = ("stale element", "no such element")  #: what the driver says of one page's elements in the next one
PATIENCE_S = 20  #: for an element to be there


class BrowserError(Exception):
    """What the driver says, such as `no such element: ...`."""


class Driver:
    """One chromedriver for a test module; browsers are its sessions."""

    def __init__(self) -> None:
        program = shutil.which("chromedriver")
        if not program or not shutil.which("chromium"):
            raise unittest.SkipTest("chromium and chromium-driver are not installed")
        self.port = free_port()
        self.directory = tempfile.mkdtemp(prefix="upk-chromium-")
        # Chromium puts what it keeps for a user there, too.
        environment = {"PATH": os.environ["PATH"], "HOME": self.directory, "XDG_CONFIG_HOME": self.directory,
                       "XDG_CACHE_HOME": self.directory, "LANG": "C.UTF-8", "TMPDIR": self.directory}
        self._process = subprocess.Popen([program, f"--port={self.port}"], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
                                         cwd=self.directory, start_new_session=True)
        try:
            wait_for(self._ready, "chromedriver answers", 60)
        except BaseException:
            self.close()
            raise

    def _ready(self) -> bool:
        try:
            return self.call("GET", "/status")["ready"]
        except (OSError, urllib.error.URLError):
            return False

    def call(self, method: str, path: str, body: Optional[dict] = None) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise BrowserError(f"{value['error']}: {value['message']}") from None

    def close(self) -> None:
        """Ends it and every browser that it started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Browser:
    """One browser with a profile of its own. scripts=False: JavaScript is off."""

    def __init__(self, driver: Driver, scripts: bool = True, width: int = 1100, height: int = 800,
                 language: str = "en", dark: bool = False):
        self._driver = driver
        self._profile = tempfile.mkdtemp(prefix="profile-", dir=driver.directory)
        arguments = [*OPTIONS, f"--user-data-dir={self._profile}", f"--window-size={width},{height}",
                     f"--lang={language}", f"--accept-lang={language}"]
        if not scripts:
            arguments.append("--blink-settings=scriptEnabled=false")
        if dark:
            arguments.append("--blink-settings=preferredColorScheme=0")
        options = {"args": arguments, "prefs": {"intl.accept_languages": language}}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._path = f"/session/{session['sessionId']}"

    def _call(self, method: str, path: str, body: Optional[dict] = None) -> Any:
        return self._driver.call(method, self._path + path, {} if body is None and method == "POST" else body)

    # -- pages --------------------------------------------------------------------------------
    def open(self, url: str) -> None:
        self._call("POST", "/url", {"url": url})

    def reload(self) -> None:
        self._call("POST", "/refresh")

    @property
    def url(self) -> str:
        return self._call("GET", "/url")

    @property
    def title(self) -> str:
        return self._call("GET", "/title")

    @property
    def source(self) -> str:
        return self._call("GET", "/source")

    def back(self) -> None:
        self._call("POST", "/back")

    @property
    def ready(self) -> bool:
        """Whether the document and what belongs to it have been read."""
        return self.script("return document.readyState") == "complete"

    def script(self, text: str, *arguments: Any) -> Any:
        return self._call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def script_async(self, text: str, *arguments: Any) -> Any:
        """What the script gives to the function that is its last argument."""
        return self._call("POST", "/execute/async", {"script": text, "args": list(arguments)})

    def console(self) -> list[str]:
        """What the page's scripts, or the browser about the page, complained of since the last call."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def emulate_phone(self, width: int, height: int, scale: float = 2) -> None:
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                      mobile=True)

    def prefer(self, **features: str) -> None:
        """Media features, e.g. prefers_color_scheme="dark"."""
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def devtools(self, command: str, **parameters: Any) -> Any:
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def shot(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    # -- elements -----------------------------------------------------------------------------
    def find(self, selector: str) -> str:
        return self._call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def find_or_none(self, selector: str) -> Optional[str]:
        try:
            return self.find(selector)
        except BrowserError as error:
            if not str(error).startswith(BETWEEN_PAGES):
                raise
            return None

    def _at(self, selector: str, method: str, what: str, body: Optional[dict] = None) -> Any:
        """Of the element that is there now: a page that is left takes its elements with it, one that comes has none
        yet."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._call(method, f"/element/{self.find(selector)}/{what}", body)
            except BrowserError as error:
                if not str(error).startswith(BETWEEN_PAGES) or time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def text(self, selector: str) -> str:
        """What a person sees of it."""
        return self._at(selector, "GET", "text")

    def shown(self, selector: str) -> bool:
        return self._at(selector, "GET", "displayed")

    def property(self, selector: str, name: str) -> Any:
        return self._at(selector, "GET", f"property/{name}")

    def focused(self) -> str:
        """The id of the element that has the focus, else its tag."""
        active = self._call("GET", "/element/active")[ELEMENT]
        return self._call("GET", f"/element/{active}/property/id") or self._call("GET", f"/element/{active}/name")

    def role(self, selector: str) -> str:
        return self._at(selector, "GET", "computedrole")

    def label(self, selector: str) -> str:
        return self._at(selector, "GET", "computedlabel")

    def type(self, selector: str, text: str) -> None:
        self._at(selector, "POST", "value", {"text": text})

    def click(self, selector: str) -> None:
        self._at(selector, "POST", "click")

    def press(self, *keys: str) -> None:
        """Keys, one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def close(self) -> None:
        try:
            self._call("DELETE", "")
        except (BrowserError, OSError):
            pass
        shutil.rmtree(self._profile, ignore_errors=True)
