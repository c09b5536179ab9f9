# SPDX-License-Identifier: MIT
"""pmt-web behind Apache with the shipped configuration: CGI and FastCGI, logins, processes that end."""

import base64
import getpass
import re
import signal
import socket
import time
import unittest
import urllib.parse

from upkeep_test import wait_for
from upkeep_test.pmt_web_apache import LOGIN, PatchApache, PatchWebTest

PATCH = "/pmt/patches/WSO2-CARBON-PATCH-4.4.0-0001"
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                               "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
#: (status, method, path, options): 0 for a status that does not matter here.
REQUESTS = [
    (200, "GET", "/pmt/healthz", {"login": ""}),
    (200, "HEAD", "/pmt/healthz", {"login": ""}),
    (200, "GET", "/pmt", {}),
    (200, "GET", "/pmt/", {}),
    (200, "HEAD", "/pmt/", {}),
    (200, "GET", "/pmt/patches?q=state:Development", {}),
    (200, "GET", "/pmt/patches?q=client=%22M%C3%BCller+%26%20%3Cb%3E%22", {}),
    (400, "GET", "/pmt/patches?q=%", {}),
    (400, "GET", "/pmt/patches?q=%FF", {}),
    (422, "GET", "/pmt/patches?q=%00", {}),
    (200, "GET", PATCH, {}),
    (200, "GET", PATCH, {"headers": {"Accept-Language": "es", "Accept-Encoding": "gzip"}}),
    (301, "GET", "/pmt/patches/4.4.0-1", {}),
    (404, "GET", "/pmt/patches/4.4.0-2", {}),
    (404, "GET", "/pmt/patches/a%2Fb%20%3Cc%3E", {}),
    (404, "GET", "/pmt/patches/%C3%B1/nothing", {}),
    (404, "GET", "/pmt/nonsense?" + "a" * 1900, {}),
    (414, "GET", "/pmt/nonsense?" + "a" * 1990, {}),
    (414, "GET", "/pmt/api/v1/patches?q=" + "a" * 2000, {}),
    (404, "GET", "/pmt/static/0000/nothing.css", {"login": ""}),
    (0, "GET", "/pmt/static/0000/site.css", {"login": ""}),
    (200, "GET", "/pmt/me", {}),
    (200, "GET", "/pmt/queue", {}),
    (200, "GET", "/pmt/lifecycles", {}),
    (200, "GET", "/pmt/lifecycles/PatchLifeCycle?format=svg", {}),
    (200, "GET", "/pmt/problems/refused", {}),
    (200, "GET", "/pmt/feeds/patches.atom?q=client=%22M%C3%BCller+%26%20%3Cb%3E%22", {}),
    # A query without `=` would be the arguments of a CGI program.
    (200, "GET", "/pmt/patches?--user+eve+GET+/patches", {}),
    (200, "GET", "/pmt/?--help", {}),
    (405, "DELETE", "/pmt/", {}),
    (405, "POST", "/pmt/patches", {"body": b"a=1", "headers": FORM}),
    (0, "POST", PATCH + "/comment", {"body": b"text=x", "headers": FORM}),
    (0, "POST", PATCH + "/edit", {"body": b"x" * (1 << 21), "headers": FORM}),
    (0, "POST", PATCH + "/edit", {"body": b"a=1&" * 1001, "headers": FORM}),
    (0, "POST", PATCH + "/tick", {"body": b"a=1", "headers": {"Content-Type": "text/plain"}}),
    (0, "PATCH", "/pmt/api/v1/patches/4.4.0-1", {"body": b'{"set": {}}', "headers": JSON}),
    (0, "GET", "/pmt/api/v1/patches", {}),
    (0, "GET", "/pmt/patches?format=csv", {}),
    (0, "OPTIONS", "/pmt/", {}),
]
#: Differs with every request, as documented.
CHANGING = re.compile(rb'name="(?:token|once)" value="[^"]*"|\b[0-9]+s(?: ago)?\b|\bnow\b|@REQUEST@'
                      rb'|hace [0-9]+s\b|\bahora\b')


def shown(answer) -> tuple:
    """What must be the same, however pmt-web was started."""
    headers = sorted((name.lower(), value) for name, value in answer.headers.items()
                     if name.lower() not in ("date", "connection", "keep-alive", "transfer-encoding",
                                             "content-length"))
    # The id of the request is a text of 24 letters.
    body = re.sub(rb"[A-Za-z0-9@_-]{24}(?=[^A-Za-z0-9@_-])", b"@REQUEST@", answer.body)
    return answer.status, headers, CHANGING.sub(b"", body)


class BothTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.installation.configure(patch={"trusted": [getpass.getuser(), "www-data"]})

    def test_the_same_bytes(self):
        cgi, fastcgi = self.open_apache(), self.open_apache(self.open_workers(2))
        for status, method, path, options in REQUESTS:
            with self.subTest(method=method, path=path[:80]):
                answers = [apache.request(method, path, **options) for apache in (cgi, fastcgi)]
                if status:
                    self.assertEqual([answer.status for answer in answers], [status] * 2, answers[0])
                self.assertLess(answers[0].status, 500, answers[0])
                for answer in answers:  # only a stream has no length
                    length = answer.headers["Content-Length"]
                    self.assertTrue(length or "format=" in path)
                    self.assertTrue(method == "HEAD" or length in (None, str(len(answer.body))))
                self.assertEqual(*(shown(answer) for answer in answers))
                for name, value in SAFETY.items():
                    if name != "Cache-Control" or "/static/" not in path:
                        self.assertEqual(answers[0].headers.get_all(name), [value], name)
        self.assertNotIn("Bad header", cgi.log + fastcgi.log)

    def test_a_long_address_and_a_broken_one(self):
        for apache in (self.open_apache(), self.open_apache(self.open_workers())):
            self.assertEqual(apache.get("/pmt/" + "a" * 1995).status, 404)
            self.assertEqual(apache.get("/pmt/" + "a" * 1996).status, 414)
            # Beyond Apache's own limit of a line, and what it refuses itself.
            self.assertEqual(apache.get("/pmt/" + "a" * 9000).status, 414)
            self.assertEqual(apache.get("/pmt/%zz").status, 400)
            answers = [apache.get("/pmt/" + "a" * 9000), apache.get("/pmt/%zz"), apache.get("/pmt/a%00b"),
                       apache.request("TRACE", "/pmt/"), apache.get("/pmt/", headers={"X": "x" * 9000})]
            for status, answer in zip((414, 400, 404, 405, 400), answers):
                self.assertEqual(answer.status, status)
                for name, value in SAFETY.items():
                    self.assertEqual(answer.headers.get_all(name), [value], f"{status} {name}")
            # Other addresses of the site are its own.
            self.assertNotIn("Content-Security-Policy", apache.get("/other").headers)
            self.assertNotIn("Content-Security-Policy", apache.get("/pmtx").headers)

    def test_another_base(self):
        for base in ("", "/a/b.c"):
            self.installation.configure(**{"web.patches": {"base": base or "/"}})
            for workers in (None, self.open_workers()):
                with self.subTest(base=base, workers=workers):
                    apache = self.open_apache(workers, define={"PMT_WEB_BASE": base or "/"})
                    self.assertEqual(apache.get(base + "/healthz", login="").text, "ok\n")
                    self.assertEqual(apache.get(base + "/").status, 200)
                    self.assertEqual(apache.get(base + "/", login="").status, 401)


class ActTest(PatchWebTest):
    """Forms arrive as they were sent, and those of other sites do nothing."""

    def setUp(self):
        super().setUp()
        self.installation.configure(patch={"trusted": [getpass.getuser(), "www-data"]})

    def test_a_comment(self):
        for number, workers in enumerate((None, self.open_workers()), 1):
            apache = self.open_apache(workers)
            form = {name: re.search(rf'name="{name}" value="([^"]*)"', apache.get(PATCH).text)[1]
                    for name in ("token", "once", "stay")}
            body = urllib.parse.urlencode({**form, "text": f"Käse & <b> {number}\r\n2"}).encode()
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                answer = apache.request("POST", PATCH + "/comment", body, headers={**FORM, **headers})
                self.assertEqual(answer.status, 403, answer)
            self.assertEqual(apache.request("POST", PATCH + "/comment", body, login="", headers=FORM).status, 401)
            ours = {"Origin": f"http://127.0.0.1:{apache.port}", "Sec-Fetch-Site": "same-origin"}
            answer = apache.request("POST", PATCH + "/comment", body, headers={**FORM, **ours})
            self.assertEqual(answer.status, 303, answer)
            self.assertTrue(answer.headers["Location"].startswith(PATCH), answer)
        history = self.installation.run("pmt-patch", "history", "4.4.0-1", "--format", "json").json
        comments = [(event["actor"], event["comment"]) for event in history if event["action"] == "comment"]
        self.assertEqual(comments, [("ann", "Käse & <b> 1\n2"), ("ann", "Käse & <b> 2\n2")])

    def test_a_configuration_that_is_repaired(self):
        text = self.installation.config_file.read_text()
        self.installation.config_file.write_text("nonsense")
        for workers in (None, self.open_workers()):
            self.installation.config_file.write_text("nonsense")
            apache = self.open_apache(workers)
            for path in ("/pmt/healthz", "/pmt/"):
                answer = apache.get(path)
                self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, None), answer)
            self.installation.config_file.write_text(text)
            self.assertEqual(apache.get("/pmt/healthz").body, b"ok\n")
            self.assertEqual(apache.get(PATCH).status, 200)


class LoginTest(PatchWebTest):
    def both(self):
        return self.open_apache(), self.open_apache(self.open_workers())

    def test_a_login_and_what_needs_none(self):
        wrong = "Basic " + base64.b64encode(b"ann:wrong").decode()
        for apache in self.both():
            self.assertEqual(apache.get("/pmt/").status, 200)
            for login in ("", wrong):
                for path in ("/pmt", "/pmt/", "/pmt/patches", "/pmt/api/v1/me", "/pmt/healthzz", "/pmt/healthz/",
                             "/pmt/static", "/pmt/patches/healthz", "/pmt/patches?/healthz", "//pmt/", "/%70mt/",
                             "/pmt/static/../patches", "/pmt/static/%2e%2e/patches"):
                    answer = apache.get(path, login=login)
                    self.assertEqual(answer.status, 401, path)
                    self.assertNotIn("WSO2", answer.text)
                    for name, value in SAFETY.items():
                        self.assertEqual(answer.headers.get_all(name), [value], name)
                self.assertEqual(apache.get("/pmt/healthz", login=login).body, b"ok\n")
                self.assertEqual(apache.get("/pmt/static/x/nothing", login=login).status, 404)
            # What looks open to Apache is not open in pmt-web.
            for path in ("/pmt/static/..%2fpatches", "/pmt/%68ealthz", "/pmt/static/%2e%2e%2fpatches"):
                answer = apache.get(path, login="")
                self.assertIn(answer.status, (401, 403, 404), path)
                self.assertNotIn("WSO2", answer.text)

    def test_headers_do_not_say_who(self):
        eve = "Basic " + base64.b64encode(b"eve:x").decode()
        games = {"X-Remote-User": "eve", "Remote-User": "eve", "X-Forwarded-User": "eve", "From": "eve@x",
                 "Proxy-Authorization": eve, "X-Authorization": eve, "Proxy": "eve", "REMOTE_USER": "eve"}
        for apache in self.both():
            answer = apache.get("/pmt/", headers=games)
            self.assertEqual(answer.status, 200)
            self.assertIn(">ann<", answer.text)
            self.assertNotIn("eve", answer.text)
            self.assertEqual(apache.get("/pmt/", login="", headers=games).status, 401)

    def test_without_authentication_nobody_is_somebody(self):
        for workers in (None, self.open_workers()):
            apache = self.open_apache(workers, auth="Require all granted\n")
            for headers in ({}, {"X-Remote-User": "ann", "Remote-User": "ann"}):
                # Nobody has checked the password that is sent.
                for login in ("", LOGIN):
                    answer = apache.get("/pmt/patches", login=login, headers=headers)
                    self.assertEqual(answer.status, 403, answer)
            self.assertEqual(apache.get("/pmt/healthz", login="").status, 200)

    def test_a_group_of_the_site(self):
        auth = self.open_apache().AUTH.replace("Require valid-user", "Require user bob")
        for workers in (None, self.open_workers()):
            apache = self.open_apache(workers, auth=auth)
            self.assertEqual(apache.get("/pmt/").status, 401)
            self.assertEqual(apache.get("/pmt/healthz").status, 200)


class ConfigurationTest(PatchWebTest):
    def objection(self, **options) -> str:
        apache = PatchApache(self.installation, **options)
        self.addCleanup(apache.close)
        return apache.objection()

    def test_it_does_not_load_without(self):
        self.assertEqual(self.objection(), "")
        self.assertIn("PMT_WEB_AUTH", self.objection(auth=None))
        self.assertIn("unique_id", self.objection(modules=("proxy", "proxy_fcgi", "buffer")))
        workers = self.open_workers(0)
        self.assertEqual(self.objection(workers=workers), "")
        self.assertIn("a2enmod buffer", self.objection(workers=workers, modules=("unique_id", "proxy", "proxy_fcgi")))
        # CGI needs no proxy.
        self.assertEqual(self.objection(modules=("unique_id",)), "")


class ProcessesTest(PatchWebTest):
    def test_nobody_is_there(self):
        workers = self.open_workers(0)
        apache = self.open_apache(workers)
        workers.socket.close()
        answer = apache.get("/pmt/")
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), answer)
        for name, value in SAFETY.items():
            self.assertEqual(answer.headers.get_all(name), [value], name)
        self.assertIn("does not answer", answer.text)

    def test_a_killed_process(self):
        workers = self.open_workers(2)
        apache = self.open_apache(workers)
        self.assertEqual(apache.get("/pmt/healthz").status, 200)
        workers.processes[0].signal(signal.SIGKILL)
        self.assertEqual([apache.get("/pmt/healthz").status for _ in range(10)], [200] * 10)
        workers.processes[1].signal(signal.SIGKILL)
        workers.processes[1].wait()
        # Requests wait on the socket until a process is there.
        workers.add()
        self.assertEqual(apache.get("/pmt/").status, 200)

    def test_a_process_killed_within_a_request(self):
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        workers = self.open_workers(1)
        apache = self.open_apache(workers)
        proxy.hold("SELECT")
        with self.asking(apache, "/pmt/patches") as asked:
            wait_for(lambda: proxy.holding, "the request waits for the database", 30)
            workers.add()
            workers.processes[0].signal(signal.SIGKILL)
            answer = asked()
        self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer[:100])
        self.assertIn(b"look first whether it was done", answer)
        proxy.restore()
        self.assertEqual(apache.get("/pmt/patches").status, 200)

    def asking(self, apache, path, body=b"", head=""):
        return Asking(apache, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {LOGIN}\r\n"
                              f"{head}\r\n".encode() + body)

    def test_a_process_that_is_asked_to_end(self):
        proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": proxy.socket})
        workers = self.open_workers(1)
        apache = self.open_apache(workers)
        for number in (signal.SIGTERM, signal.SIGINT):
            proxy.hold("SELECT")
            with self.asking(apache, "/pmt/patches") as asked:
                wait_for(lambda: proxy.holding, "the request waits for the database", 30)
                process = workers.processes[-1]
                process.signal(number)
                time.sleep(0.3)
                self.assertTrue(process.running)
                proxy.let_go()
                self.assertTrue(asked().startswith(b"HTTP/1.1 200 OK"))
            self.assertEqual(process.wait().status, 0)
            workers.add()
        # One that waits ends at once.
        self.assertEqual(apache.get("/pmt/healthz").status, 200)
        workers.processes[-1].signal(signal.SIGTERM)
        self.assertEqual(workers.processes[-1].wait().status, 0)

    def test_a_client_that_goes_away(self):
        workers = self.open_workers(1)
        apache = self.open_apache(workers)
        for _ in range(20):
            with self.asking(apache, "/pmt/patches"):
                pass
        self.assertEqual(apache.get("/pmt/").status, 200)
        self.assertTrue(workers.processes[0].running)

    def test_slow_clients_occupy_no_process(self):
        apache = self.open_apache(self.open_workers(1))
        self.assertEqual(apache.get("/pmt/").status, 200)
        head = (f"POST {PATCH}/comment HTTP/1.1\r\nHost: x\r\nAuthorization: {LOGIN}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n")
        slow = [b"", b"GET /pmt/ HT", (head + "Content-Length: 90000\r\n\r\ntext=" + "a" * 50000).encode(),
                (head + "Transfer-Encoding: chunked\r\n\r\n5\r\ntext=\r\n").encode()]
        with Asking(apache, slow[0]), Asking(apache, slow[1]), Asking(apache, slow[2]), Asking(apache, slow[3]):
            time.sleep(0.5)
            begin = time.monotonic()
            self.assertEqual([apache.get("/pmt/").status for _ in range(3)], [200] * 3)
            self.assertLess(time.monotonic() - begin, 5)

    def test_connections_to_the_socket_that_send_nothing(self):
        workers = self.open_workers(1)
        apache = self.open_apache(workers)
        for sent in (b"", b"\1\1\0", b"GET / HTTP/1.0\r\n\r\n" * 10, b"\1\1\0\1\0\x08\0\0\0\1\0\0\0\0\0\0\1\4\0\1"):
            with self.subTest(sent):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(str(workers.path))
                    client.sendall(sent)
                    self.assertEqual(apache.get("/pmt/healthz", timeout=30).status, 200)
        self.assertTrue(workers.processes[0].running)


class Asking:
    """A connection on which these bytes have been sent; call it for the answer."""

    def __init__(self, apache, sent: bytes):
        self.port, self.sent = apache.port, sent

    def __enter__(self):
        self.connection = socket.create_connection(("127.0.0.1", self.port), 60)
        self.connection.sendall(self.sent)
        return self.answer

    def __exit__(self, *_):
        self.connection.close()

    def answer(self) -> bytes:
        received = b""
        while piece := self.connection.recv(65536):
            received += piece
        return received


if __name__ == "__main__":
    unittest.main()
