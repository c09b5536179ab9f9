# SPDX-License-Identifier: MIT
"""Every address by hand: status, exit status, headers, and what people typed as text, never as markup."""

import html.parser
import json
import re
import urllib.parse

from upkeep_test.patches import make_patches
from upkeep_test.pmt_web import Answer, PmtWebCase

SAFETY = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                               "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}
EVIL = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "javascript:alert(1)", "{{7*7}} ${7*7} %s {}", "</textarea><svg onload=alert(1)>", "&lt;b&gt; &amp;",
        "a\u202eb\u2066", "'; DROP TABLE patch; -- ", "http://x/\"onclick=alert(1)", "\x01\x1b[31m"]


class Markup(html.parser.HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def alarms(self) -> list[tuple[str, dict[str, str]]]:
        """What could run something."""
        return [(tag, attributes) for tag, attributes in self.elements
                if (tag == "script" and set(attributes) != {"src", "defer"}) or tag in ("svg", "iframe", "style")
                or any(name.startswith("on") or name == "style" for name in attributes)
                or any(value.lower().startswith(("javascript:", "data:"))
                       for name, value in attributes.items() if name in ("href", "src", "action"))]


class AddressTest(PmtWebCase):
    def assert_answer(self, answer: Answer, status: int, exit_status: int) -> None:
        self.assertEqual((answer.status, answer.exit_status), (status, exit_status), answer.text)
        for name, value in SAFETY.items():
            self.assertEqual(answer.headers.get(name), value, name)

    def test_without_patches(self):
        for path in ("/", "/patches", "/queue", "/queue?all", "/patches/new", "/queue/new"):
            with self.subTest(path):
                answer = self.page(path)
                self.assert_answer(answer, 200, 0)
                self.assertEqual(answer.headers["content-type"], "text/html; charset=utf-8")
                self.assertEqual(Markup(answer.text).alarms(), [])

    def test_what_is_not_there(self):
        self.new()
        for path in ("/nosuch", "/patches/4.4.0-2", "/patches/nonsense", "/patches/4.4.0-1/nosuch", "/queue/Q-9",
                     "/queue/4.4.0-1", "/static/x/nosuch", "/static/x", "/patches/", "//", "/patches/%2e%2e",
                     "/patches/4.4.0-1/history?event=99", "/patches/4.4.0-1?at=2001-01-01"):
            with self.subTest(path):
                answer = self.get(path.replace("4.4.0-1", "WSO2-CARBON-PATCH-4.4.0-0001")
                                  if "?" in path else path)
                self.assert_answer(answer, 404, 2)

    def test_malformed(self):
        self.new()
        for path in ("/patches?q=%22", "/patches?q=%zz", "/patches?q=nosuch=1", "/patches?fields=nosuch",
                     "/patches?format=xml", "/patches?after=00", "/patches?q=limit:x",
                     "/patches/WSO2-CARBON-PATCH-4.4.0-0001?at=someday",
                     "/patches/WSO2-CARBON-PATCH-4.4.0-0001/history?event=x"):
            with self.subTest(path):
                self.assert_answer(self.get(path), 400, 64)
        self.assert_answer(self.get("/patches?q=" + "a" * 2000), 414, 64)

    def test_who(self):
        for user in ("", "a b", "-x", "x" * 101, "../x", "<b>"):
            with self.subTest(user):
                self.assert_answer(self.get("/", user=user), 403, 77)
        self.serve(user="([a-z]+)@EXAMPLE.ORG")
        self.assert_answer(self.get("/", user="anna"), 403, 77)
        self.assertIn(">anna</a>", self.get("/", user="anna@EXAMPLE.ORG").text)
        self.serve(user="([a-z]*)x")
        self.assert_answer(self.get("/", user="x"), 403, 77)
        answer = self.get("/", user="", headers={"X-Remote-User": "anna", "Remote-User": "anna",
                                                 "Authorization": "Basic YW5uYTo="})
        self.assert_answer(answer, 403, 77)

    def test_methods(self):
        name = self.new()
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"):
            with self.subTest(method):
                answer = self.send(method, f"/patches/{name}")
                self.assert_answer(answer, 405, 64)
                self.assertEqual(answer.headers["allow"], "GET, HEAD")
        head, full = self.send("HEAD", f"/patches/{name}"), self.get(f"/patches/{name}")
        self.assertEqual((head.status, head.text), (200, ""))
        self.assertEqual(set(head.headers), set(full.headers))

    def test_open_to_everybody(self):
        answer = self.get("/healthz", user="")
        self.assertEqual((answer.status, answer.text, answer.headers["content-type"]),
                         (200, "ok\n", "text/plain; charset=utf-8"))
        page = self.page("/")
        for address in re.findall(r'(?:href|src)="/pmt(/static/[^"]+)"', page.text):
            asset = self.get(address, user="")
            self.assertEqual((asset.status, asset.headers["cache-control"]),
                             (200, "public, max-age=31536000, immutable"))
            other = self.get(re.sub("/static/[0-9a-f]+/", "/static/00/", address), user="")
            self.assertEqual((other.status, other.raw_body, other.headers["cache-control"]),
                             (200, asset.raw_body, "no-store"))

    def test_names(self):
        name = self.new()
        answer = self.get("/patches/4.4.0-1?at=2030-01-01")
        self.assert_answer(answer, 301, 0)
        self.assertEqual(answer.location, f"/pmt/patches/{name}?at=2030-01-01")
        self.installation.run("pmt-patch", "request", "--set", "overview_client=Acme")
        for path, location in (("/patches/Q-1", "/pmt/queue/Q-1"), ("/search?q=Q-1", "/pmt/queue/Q-1"),
                               ("/search?q=4.4.0-1", f"/pmt/patches/{name}"), ("/search?q=+", "/pmt/patches"),
                               ("/search?q=leak+pool", "/pmt/patches?q=leak%20pool"),
                               ("/search?q=%22", "/pmt/patches?q=%27%22%27")):
            with self.subTest(path):
                answer = self.get(path)
                self.assertEqual((answer.status, answer.location), (303, location))
        self.assertEqual(self.get("/pmt/healthz", user="").status, 200)  # with the base as well

    def test_a_page_that_has_not_changed(self):
        name = self.new()
        tag = self.page(f"/patches/{name}").headers["etag"]
        known = {"If-None-Match": f'"x", {tag}'}
        same = self.get(f"/patches/{name}", headers=known)
        self.assertEqual((same.status, same.text, same.headers["etag"], same.exit_status), (304, "", tag, 0))
        self.assertEqual(self.get(f"/patches/{name}", user="bob", headers=known).status, 200)
        self.installation.run("pmt-patch", "comment", name, "new")
        self.assertEqual(self.get(f"/patches/{name}", headers=known).status, 200)

    def test_without_configuration(self):
        self.installation.configure(web=None)
        for path in ("/", "/healthz", "/static/x/site.css"):
            self.assertEqual((self.get(path).status, self.get(path).exit_status), (503, 78))

    def test_secret(self):
        for spoil in (lambda: self.secret.chmod(0o644), lambda: self.secret.write_text("short\n"),
                      self.secret.unlink):
            spoil()
            self.assert_answer(self.get("/"), 503, 78)
            self.assertEqual(self.get("/healthz").status, 503)


class ListTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        file = self.installation.directory / "patches.json"
        file.write_text(json.dumps(make_patches(130)))
        self.assertEqual(self.installation.run("pmt-patch", "import", file).status, 0)

    def names_on(self, text: str) -> list[str]:
        return re.findall(r'<td[^>]*><a href="/pmt/patches/([^"/?]+)">', text)

    def test_pages_have_every_patch_once(self):
        for q in ("", "sort:-created", "client~a sort:developer", "category=critical limit:20", "sort:-patch limit:70"):
            with self.subTest(q):
                want = self.assert_quiet(self.installation.run("pmt-patch", "list", *q.split())).rows
                path, found = "/patches?" + urllib.parse.urlencode({"q": q}), []
                while path:
                    text = self.page(path).text
                    found += self.names_on(text)
                    following = re.search(r'<a href="/pmt([^"]+)" rel="next">', text)
                    path = following.group(1).replace("&amp;", "&") if following else ""
                self.assertEqual(found, [row[0] for row in want])

    def test_files_are_what_the_tool_prints(self):
        for form in ("csv", "json", "jsonl"):
            for more, words in (("", []), ("&fields=patch,client", ["--fields", "patch,client"])):
                with self.subTest(form + more):
                    answer = self.page(f"/patches?q=client~a&format={form}{more}")
                    tool = self.installation.run("pmt-patch", "list", "client~a", "--format", form, *words)
                    self.assertEqual(answer.raw_body, tool.stdout)

    def test_the_command_of_a_list(self):
        text = self.page("/patches?" + urllib.parse.urlencode({"q": "client='Beta, Inc' state=Testing"})).text
        self.assertIn("<code>pmt-patch list &#39;client=Beta, Inc&#39; state=Testing</code>", text)

    def test_how_many(self):
        self.new("client=Only one")
        for language, q, words in (("en", 'client="Only one"', "1 patch"), ("en", "client=Nowhere", "0 patches"),
                                   ("es", 'client="Only one"', "Parches: 1")):
            answer = self.get("/patches?" + urllib.parse.urlencode({"q": q}), headers={"Accept-Language": language})
            self.assertIn(f'<p class="sub">{words}<', answer.text)


class EvilTest(PmtWebCase):
    def test_values(self):
        self.installation.run("pmt-patch", "request", "--set", f"overview_client={EVIL[0]}")
        sets = []
        for key in ("overview_client", "overview_description", "peopleInvolved_developedby", "peopleInvolved_qaedby",
                    "patchInformation_jarsInvolved", "jiraInformation_supportJIRA", "overview_issueType"):
            for number, evil in enumerate(EVIL):
                sets.append(f"{key}={evil}" if key == "overview_client" or number == 0 else f"{key}=x {evil}")
        name = self.new("overview_client=x")
        for one in sets:
            self.installation.run("pmt-patch", "edit", name, "--set", one)
        for evil in EVIL:
            self.installation.run("pmt-patch", "comment", name, "x " + evil)
            self.installation.run("pmt-patch", "edit", name, "--add", f"overview_client={evil}")
        paths = ["/", "/patches", "/queue", "/queue/Q-1", f"/patches/{name}", f"/patches/{name}/edit",
                 f"/patches/{name}/history", f"/patches/{name}?at=2100-01-01"]
        for path in paths:
            with self.subTest(path):
                page = self.page(path)
                self.assertEqual(Markup(page.text).alarms(), [])
                for control in ("\x01", "\x1b"):
                    self.assertNotIn(control, page.text)

    def test_addresses_and_headers(self):
        for evil in EVIL:
            with self.subTest(evil):
                quoted = urllib.parse.quote(evil, safe="")
                for path in (f"/{quoted}", f"/patches/{quoted}", f"/patches?q={quoted}", f"/patches?fields={quoted}",
                             f"/search?q={quoted}", f"/queue/{quoted}", f"/patches?format={quoted}",
                             f"/patches?after={quoted}", f"/static/{quoted}/{quoted}"):
                    answer = self.get(path, headers={"User-Agent": evil, "Referer": evil, "Accept-Language": evil,
                                                     "If-None-Match": evil})
                    self.assertNotIn(answer.status, (500, 503), answer.text)
                    self.assertEqual(Markup(answer.text).alarms(), [], path)
                    self.assertEqual(answer.location[:5], "/pmt/" if answer.location else "")
