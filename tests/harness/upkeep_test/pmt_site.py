# SPDX-License-Identifier: MIT
"""pmt-web as three people meet it: one Apache, one registry with a past, and a browser for each of them."""

import contextlib
import datetime
import getpass
import hashlib
import hmac
import json
import re
import time
import unittest
from collections.abc import Iterator
from typing import Any

from .browser import Browser, BrowserError
from .case import TestCase, module_server
from .patches import DAY, TESTING_ITEMS, iso, make_patches, time_of
from .pmt_web_apache import PatchApache, Workers, configure_web
from .process import Result
from .wait import wait_for
from .web import driver, password_line

#: A developer, a QA engineer, and the lead of both.
PEOPLE = ["anna", "quinn", "lena"]
ROLES = {"pmt-new": ["anna", "lena"], "pmt-request": ["lena"], "pmt-edit": ["anna", "quinn"], "pmt-views": ["lena"],
         "pmt-admin": ["lena"]}
LONG_CLIENT = "Federal Institute for Hydrology, Roads, Railways and Bridges"
LONG_JAR = "org.wso2.carbon.identity.application.authentication.framework_5.0.7.jar"
SUMMARY = "Tokens of federated users are lost when the second node of the cluster takes over during a login"
DESCRIPTION = "\n".join([SUMMARY, "", "Steps:", *(
    f"{step}. {text}" for step, text in enumerate([
        "Start two nodes with the shipped clustering configuration, members by multicast.",
        "Log in on node 1 through a federated identity provider and stop at the consent page.",
        "Stop node 1, for example with: sh bin/wso2server.sh stop",
        "Continue on node 2: the consent page answers with an error about an unknown session.",
        "Look at the log, which has a stack trace of the same second:"], 1)), "",
    *(f"    at org.wso2.carbon.identity.application.authentication.framework.Step{n}.handle(Step{n}.java:{n * 17})"
      for n in range(1, 8)), "",
    "Expected: the login continues, as the documentation of clustering says.", "",
    "It happens at LONG-7 and SUP-1 as well; see https://support.example.org/browse/SUP-1 for their logs."])


def _event(at: datetime.datetime, actor: str, action: str, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"at": iso(at), "actor": actor, "via": "test", "action": action, "changes": list(changes), **more}


def busy_patch(number: int) -> dict[str, Any]:
    """A patch in Testing with 300 events and a description of 20 lines."""
    name = f"WSO2-CARBON-PATCH-4.4.0-{number:04}"
    at = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0) - 60 * DAY
    start = at
    history = [_event(at, "anna", "create", {"key": "lifecycle", "from": None, "to": "PatchLifeCycle"},
                      {"key": "state", "from": None, "to": "Development"})]
    for event, source, target in (("Promote", "Development", "ReadyForQA"), ("Promote", "ReadyForQA", "Testing")):
        at += DAY
        history.append(_event(at, "anna", "move", {"key": event, "from": source, "to": target}, time_s=5400))
    since = at
    while len(history) < 300:
        at += datetime.timedelta(hours=3)
        item = TESTING_ITEMS[len(history) % 3]
        before = sum(one["action"] in ("tick", "untick") and one["changes"][0]["key"] == item for one in history) % 2
        history.append(_event(at, "quinn", "untick" if before else "tick",
                              {"key": item, "from": bool(before), "to": not before}))
    return {
        "patch": name, "platform": "4.4.0", "number": number, "lifecycle": "PatchLifeCycle", "lifecycle_version": 1,
        "created_by": "anna", "created_at": iso(start), "category": "critical", "state": "Testing",
        "state_since": iso(since), "links": [], "history": history,
        "fields": {
            "overview_name": name, "overview_carbonPlatform": "4.4.0", "overview_category": "critical",
            "overview_priority": "1", "overview_products": ["IS 5.0.0", "AM 1.6.0"],
            "overview_client": [LONG_CLIENT, "Acme"], "overview_description": DESCRIPTION,
            "jiraInformation_supportJIRA": ["SUP-1", "LONG-7"],
            "jiraInformation_publicJIRA": ["https://support.example.org/browse/IDENTITY-4711"],
            "peopleInvolved_developedby": "anna", "peopleInvolved_qaedby": "quinn", "peopleInvolved_lead": "lena",
            "patchInformation_jarsInvolved": [LONG_JAR, *(f"org.example.part{n}_4.0.1.jar" for n in range(8))],
            "patchInformation_revision": "182374",
            "patchInformation_md5": "0123456789abcdef0123456789abcdef",
        },
    }


def make_registry(count: int) -> list[dict[str, Any]]:
    """Patches of several states, the newest of this week; the last one is busy_patch()."""
    patches = make_patches(count - 1, seed=7)
    newest = max(time_of(event["at"]) for one in patches for event in one["history"])
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
    shift = now - newest - DAY
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lambda found: iso(time_of(found[0]) + shift), json.dumps(patches))
    made: list[dict[str, Any]] = json.loads(text)
    faults = ["NullPointerException in the mediator for {}", "Memory grows with each call of {}",
              "Wrong encoding of umlauts in {}", "{} answers 500 after a restart", "Deadlock when {} is deployed twice"]
    for i, one in enumerate(made):
        fields = one["fields"]
        jar = (fields.get("patchInformation_jarsInvolved") or ["the console"])[0].partition("_")[0]
        fields["overview_description"] = faults[i % len(faults)].format(jar)
        fields["peopleInvolved_developedby"] = {"ann": "anna", "bob": "lena"}.get(
            fields["peopleInvolved_developedby"], "eve")
        if "peopleInvolved_qaedby" in fields:
            fields["peopleInvolved_qaedby"] = "quinn"
        for key in [key for key in fields if key.startswith("dates_")]:
            del fields[key]
    made.append(busy_patch(1 + max(one["number"] for one in made if one["platform"] == "4.4.0")))
    return made


class Site:
    """See module_site()."""

    def __init__(self, case: TestCase, patches: int = 120):
        self.installation = case.open_installation(module_server())
        self.installation.configure(patch={"trusted": [getpass.getuser()], "roles": ROLES})
        configure_web(self.installation)
        registry = make_registry(patches)
        self.busy: str = registry[-1]["patch"]
        path = self.installation.directory / "registry.json"
        path.write_text(json.dumps(registry))
        case.assert_status(self.run("pmt-patch", "import", path), 0)
        for priority, client in (("2", "Acme"), ("4", LONG_CLIENT)):
            self.run("pmt-patch", "request", "--set", f"client={client}", "--set", "product=IS 5.0.0", "--set",
                     f"overview_description={SUMMARY}", "--set", f"overview_priority={priority}", "--set",
                     "overview_carbonPlatform=4.4.0", user="lena")
        self.workers = Workers(case, self.installation.env, 2)
        users = self.installation.directory / "pmt-web.users"
        users.write_text("".join(password_line(person, "right") for person in PEOPLE))
        users.chmod(0o644)
        self.apache = PatchApache(self.installation, self.workers, auth=PatchApache.AUTH.replace("{users}", str(users)))
        case.addCleanup(self.apache.close)
        self.apache.start()
        self._case = case
        self._browsers: dict[tuple[Any, ...], Browser] = {}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.apache.port}/pmt{path}"

    def run(self, tool: str, *args: Any, user: str = "anna") -> Result:
        result = self.installation.run(tool, "--as", user, *args)
        if result.status != 0:
            raise AssertionError(f"{tool} failed\n{result}")
        return result

    def browser(self, person: str = "anna", scripts: bool = True, **options: Any) -> Browser:
        """The person's, kept for the module, logged in."""
        key = (person, scripts, *sorted(options.items()))
        if key not in self._browsers:
            options = {"width": 1280, "height": 900} | options
            browser = Browser(driver(), scripts=scripts, **options)
            self._case.addCleanup(browser.close)
            # From now on it sends the login by itself.
            browser.open(self.url("/me").replace("//", f"//{person}:right@", 1))
            self._browsers[key] = browser
        return self._browsers[key]

    def old_token(self, person: str, hours: int) -> str:
        """A token that a page had so many hours ago: the clock of the server cannot be changed."""
        secret = (self.installation.directory / "pmt-web.secret").read_text().splitlines()[0]
        hour = int(time.time()) // 3600 - hours
        text = f"pmt-web form\n{hour}\n{person}"
        return f"{hour}.{hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}"


_sites: list[Site] = []


def module_site() -> Site:
    """The module's one site, made by the first test that asks for it."""
    if not _sites:
        module_server()  # before the site, so that it is given back after the site has left it
        case = TestCase()
        unittest.addModuleCleanup(_close, case)
        _sites.append(Site(case))
    return _sites[0]


def _close(case: TestCase) -> None:
    _sites.clear()
    case.doCleanups()


class SiteTest(TestCase):
    """People in front of browsers. What they do to a patch is theirs: each test makes its own."""

    def setUp(self) -> None:
        self.site = module_site()
        self._calm: list[Browser] = []

    def browser(self, person: str = "anna", **options: Any) -> Browser:
        browser = self.site.browser(person, **options)
        if browser not in self._calm:
            browser.console()
            self._calm.append(browser)
            self.addCleanup(self.assert_calm, browser)
        return browser

    def assert_calm(self, browser: Browser) -> None:
        """No script failed, and the page's own policy kept nothing from it."""
        wrong = [line for line in browser.console()
                 if "Failed to load resource" not in line or "the server responded" not in line]
        self.assertEqual(wrong, [])

    def new_patch(self, *fields: str, developer: str = "anna") -> str:
        """A patch in Development without what Promote needs."""
        words = [word for field in (f"developer={developer}", "client=Acme", *fields) for word in ("--set", field)]
        return self.site.run("pmt-patch", "new", "--platform", "4.4.0", *words).text.strip()

    def complete_patch(self, **more: str) -> str:
        """A patch in Development that nothing blocks."""
        return self.new_patch("jiraInformation_supportJIRA=SUP-1", "jiraInformation_publicJIRA=CARBON-1",
                              "patchInformation_revision=1001", **more)

    def patch_in_testing(self) -> str:
        """A patch in Testing, without a tick."""
        name = self.complete_patch()
        self.site.run("pmt-lifecycle", "move", name, "Promote")
        self.site.run("pmt-lifecycle", "move", name, "Promote")
        return name

    def abandon_delivery(self) -> str:
        """A patch whose notification has been given up. From now on the notifier works again."""
        name = self.new_patch()
        hook: dict[str, Any] = {"notify.hook": {"on": ["comment"], "command": ["/bin/false"], "tries": 1}}
        self.site.installation.configure(**hook)
        self.site.run("pmt-patch", "comment", name, "hello")
        self.assert_status(self.site.installation.run("pmt-lifecycle", "deliver"), 1)
        hook["notify.hook"]["command"] = ["/bin/true"]
        self.site.installation.configure(**hook)
        return name

    def show(self, name: str) -> dict[str, Any]:
        return self.site.run("pmt-lifecycle", "show", "--json", name).json[0]

    def history(self, name: str) -> list[dict[str, Any]]:
        return self.site.run("pmt-patch", "history", "--json", name).json

    def open(self, browser: Browser, path: str) -> None:
        browser.open(self.site.url(path))

    def wait_text(self, browser: Browser, selector: str, part: str) -> None:
        wait_for(lambda: part in browser.text(selector), f"{selector} says {part}")

    @contextlib.contextmanager
    def next_page(self, browser: Browser) -> Iterator[None]:
        """Waits until what is done within has led to another document."""
        old = browser.find("html")
        yield
        wait_for(lambda: browser.find_or_none("html") not in (old, None) and self._loaded(browser), "the next page")

    @staticmethod
    def _loaded(browser: Browser) -> bool:
        with contextlib.suppress(BrowserError):
            return browser.ready
        return False
