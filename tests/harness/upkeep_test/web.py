# SPDX-License-Identifier: MIT
"""What the tests of the gate and the page share: an installation behind a running Apache, and browsers before it."""

import base64
import hashlib
import json
import os
import pathlib
import re
import unittest
from typing import Any, Optional

from .apache import Apache
from .browser import Browser, Driver
from .case import TestCase, module_server
from .paths import REPOSITORY, find_tool, need_shared
from .png import with_palette
from .server import Server
from .small import SmallInstallation
from .wait import wait_for

APPLICATION = REPOSITORY / "tests" / "web" / "application"
LOGIN = "/sys{}/en/neoclassic/login/login"
POST = "/sys{}/en/neoclassic/login/authentication"
FORM = b"form%5BUSR_USERNAME%5D=ann&form%5BUSR_PASSWORD%5D=secret"


def password_line(user: str, password: str) -> str:
    """A line of Apache's AuthUserFile."""
    return user + ":{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode() + "\n"


USERS = password_line("ann", "right")
PICTURES = os.environ.get("UPKEEP_PICTURES")  #: where the pictures of the documentation go, when they are made anew

_drivers: list[Driver] = []


def keep_picture(browser: Browser, name: str) -> None:
    """For the documentation, where pictures are made: of a page on which nothing moves."""
    if not PICTURES:
        return
    shots = [b""]

    def still() -> bool:
        shots.append(browser.shot())
        return shots[-1] == shots[-2]
    wait_for(still, "the page is still", 30, every=0.2)
    (pathlib.Path(PICTURES) / name).write_bytes(with_palette(shots[-1]))


def keep_shot(browser: Browser, name: str) -> None:
    """The same of a page that never stands still."""
    if PICTURES:
        (pathlib.Path(PICTURES) / name).write_bytes(with_palette(browser.shot()))


def shipped_configuration() -> str:
    """The application's own Apache configuration, as it ships, without the virtual host around it."""
    text = need_shared("data", "processmaker", "pmos.conf.example-3.2-and-later").read_text()
    inner = text[text.index("<Directory"):text.index("</VirtualHost>")]
    return inner.replace("/example/path/to/processmaker/workflow/public_html", "@PUBLIC@")


def driver() -> Driver:
    """The module's one chromedriver."""
    if not _drivers:
        _drivers.append(Driver())
        unittest.addModuleCleanup(lambda: _drivers.pop().close())
    return _drivers[0]


class WebTest(TestCase):
    """Pending workspaces acme and globex, an upgraded one called done."""

    server: Optional[Server] = None
    php = True
    site = ""
    define: dict = {}
    pmos: Optional[str] = None
    guarded = True
    prefix: Optional[pathlib.Path] = None
    threads = False

    def setUp(self) -> None:
        self.installation = self.open_small(self.server or module_server(), "acme", "globex")
        self.installation.add_small("done", upgraded=True)
        self.installation.configure(schedule={"delay_s": 0, "retry_after_s": 0, **self.drained_at_once()})
        self.apache = self.open_apache(self.installation)

    def drained_at_once(self) -> dict:
        """What [schedule] needs so that a drainer starts with each request; {} for the real at(1)."""
        drain = (f"UPKEEP_CONFIG={self.installation.config_file} setsid -f {find_tool('ws-upgrade')} --drain"
                 " < /dev/null > /dev/null 2>&1; echo 1")
        return {"via": "command", "command": ["/bin/sh", "-c", drain]}

    def open_apache(self, installation: SmallInstallation) -> Apache:
        apache = Apache(installation, APPLICATION, site=self.site, define=self.define, php=self.php, prefix=self.prefix,
                        threads=self.threads, pmos=shipped_configuration() if self.pmos is None else self.pmos)
        self.addCleanup(apache.close)
        apache.start()
        # Whoever comes before the map program has reached the database passes.
        if self.guarded:
            wait_for(lambda: apache.browse(LOGIN.format("acme")).status == 303, "the gate is up", 30)
        return apache

    def open_browser(self, **options: Any) -> Browser:
        browser = Browser(driver(), **options)
        self.addCleanup(browser.close)
        return browser

    def steps(self, count: int, seconds: float, end: str = "upgrade; echo OK") -> None:
        """The upgrade has so many steps of so many seconds each."""
        self.installation.set_script(f"for n in $(seq {count}); do step \"Part $n\" sleep {seconds}; done; {end}")

    def published(self, workspace: str) -> dict:
        answer = self.apache.get(f"/upkeep/{workspace}/status")
        self.assertEqual(answer.status, 200, f"\n{answer}")
        return json.loads(answer.body)

    def wait_for_url(self, browser: Browser, part: str, seconds: float = 60) -> None:
        wait_for(lambda: part in browser.url, f"the browser is at {part}", seconds)

    def assert_calm(self, browser: Browser) -> None:
        """No script failed, and nothing was kept from the page by its own policy."""
        wrong = [line for line in browser.console() if "favicon" not in line and "autocomplete" not in line
                 and "Failed to load resource" not in line]
        self.assertEqual(wrong, [])

    def wait_for_text(self, browser: Browser, selector: str, part: str, seconds: float = 60) -> None:
        wait_for(lambda: part in browser.text(selector), f"{selector} says {part}", seconds)


class PageTest(WebTest):
    """What a person sees, in a browser. The page's patience is shortened; how long it is, test_story.py knows."""

    patience_ms: Optional[dict] = {"LEAVE_MS": 1500, "OLD_MS": 5000}

    def open_apache(self, installation: SmallInstallation) -> Apache:
        apache = super().open_apache(installation)
        if self.patience_ms:
            script = apache.directory / "web" / "page.js"
            text = script.read_text()
            for name, value in self.patience_ms.items():
                text, count = re.subn(rf"\b{name} = \d+", f"{name} = {value}", text)
                self.assertEqual(count, 1, name)
            script.write_text(text)
        return apache

    def watch(self, browser: Browser, part: str, seconds: float = 90) -> list[dict]:
        """What the page shows, each time it changes, until the browser is at `part`."""
        seen: list[dict[str, Any]] = []

        def look() -> bool:
            try:
                now = browser.script(
                    "return {url: location.href, title: document.title, percent: document.querySelector('#bar')?.value,"
                    " said: document.querySelector('#said')?.textContent, more:"
                    " document.querySelector('#more')?.textContent,"
                    " step: document.querySelector('#step')?.textContent, aloud:"
                    " document.querySelector('#aloud')?.textContent}"
                )
            except Exception:  # between two pages
                return False
            if "/upkeep/" in now["url"] and (not seen or now != seen[-1]):
                seen.append(now)
            return part in now["url"]
        wait_for(look, f"the browser is at {part}", seconds)
        return seen

    def assert_never_falls(self, seen: list[dict]) -> None:
        percents = [now["percent"] for now in seen]
        self.assertEqual(percents, sorted(percents))
