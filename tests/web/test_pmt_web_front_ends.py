# SPDX-License-Identifier: MIT
"""pmt-web behind the shipped samples: nginx instead of Apache, and haproxy in front of two of them."""

import base64
import getpass
import http.client
import re
import signal
import socket
import ssl
import threading
import time
import unittest
import urllib.parse

from upkeep_test import wait_for
from upkeep_test.certificates import make_certificate
from upkeep_test.front_ends import Haproxy, Nginx
from upkeep_test.pmt_web_apache import LOGIN, PatchWebTest

PATCH = "/pmt/patches/WSO2-CARBON-PATCH-4.4.0-0001"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAFETY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
          "Cross-Origin-Resource-Policy", "Cache-Control")
REQUESTS = [
    ("GET", "/pmt/healthz", {"login": ""}),
    ("HEAD", "/pmt/healthz", {"login": ""}),
    ("GET", "/pmt", {}),
    ("GET", "/pmt/", {}),
    ("HEAD", "/pmt/", {}),
    ("GET", "/pmt/patches?q=client=%22M%C3%BCller+%26%20%3Cb%3E%22", {}),
    ("GET", "/pmt/patches?q=%", {}),
    ("GET", PATCH, {}),
    ("GET", "/pmt/patches/4.4.0-1", {}),
    ("GET", "/pmt/patches/a%2Fb%20%3Cc%3E", {}),
    ("GET", "/pmt/nonsense?" + "a" * 1990, {}),
    ("GET", "/pmt/static/0000/nothing.css", {"login": ""}),
    ("GET", "/pmt/patches?format=csv", {}),
    ("GET", "/pmt/api/v1/patches", {}),
    ("GET", "/pmt/patches?--user+eve+GET+/patches", {}),
    ("DELETE", "/pmt/", {}),
    ("OPTIONS", "/pmt/", {}),
    ("POST", PATCH + "/comment", {"body": b"text=x", "headers": FORM}),
    ("POST", PATCH + "/edit", {"body": b"x" * (1 << 21), "headers": FORM}),
    ("POST", PATCH + "/tick", {"body": b"a=1", "headers": {"Content-Type": "text/plain"}}),
    ("PATCH", "/pmt/api/v1/patches/4.4.0-1", {"body": b'{"set": {}}', "headers": {"Content-Type": "application/json"}}),
]
#: Differs with every request, as documented; the id of a request is made by the server in front.
CHANGING = re.compile(rb'name="(?:token|once)" value="[^"]*"|\b[0-9]+s(?: ago)?\b|\bnow\b|Request [^<]*<'
                      rb'|"request":"[^"]*"')


def shown(answer) -> tuple:
    headers = sorted((name.lower(), value) for name, value in answer.headers.items()
                     if name.lower() not in ("date", "server", "connection", "keep-alive", "transfer-encoding",
                                             "content-length"))
    return answer.status, headers, CHANGING.sub(b"", answer.body)


class FrontEndsTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.installation.configure(patch={"trusted": [getpass.getuser(), "www-data"]})

    def open_nginx(self, workers, **options):
        nginx = Nginx(workers, **options)
        self.addCleanup(nginx.close)
        return nginx.start()

    def open_haproxy(self, *front_ends):
        haproxy = Haproxy([one.port for one in front_ends])
        self.addCleanup(haproxy.close)
        haproxy.start()
        # An end that is marked down at first is up after two checks.
        wait_for(lambda: haproxy.get("/pmt/healthz").status == 200, "haproxy has a front end", 20)
        return haproxy

    def assert_safe(self, answer):
        for name in SAFETY:
            self.assertEqual(len(answer.headers.get_all(name) or []), 1, f"{name}\n{answer}")

    def form(self, front, text):
        """The body of a comment, as the page's form sends it."""
        page = front.get(PATCH).text
        form = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("token", "once", "stay")}
        return urllib.parse.urlencode({**form, "text": text}).encode()

    def send(self, front, body):
        ours = {"Origin": f"http://127.0.0.1:{front.port}", "Sec-Fetch-Site": "same-origin"}
        return front.request("POST", PATCH + "/comment", body, headers={**FORM, **ours}, timeout=200).status

    def comment(self, front, text):
        """Sends the form of a comment; the status."""
        body = self.form(front, text)
        other = front.request("POST", PATCH + "/comment", body, headers={**FORM, "Origin": "https://evil.example"})
        self.assertEqual(other.status, 403, other)
        return self.send(front, body)

    def comments(self):
        return [row[0] for row in self.installation.server.sql(
            "SELECT comment FROM upkeep.event WHERE action = 'comment' ORDER BY id")]

    def test_the_same_bytes(self):
        workers = self.open_workers(2)
        apache = self.open_apache(workers)
        nginx = self.open_nginx(workers)
        haproxy = self.open_haproxy(apache)
        for method, path, options in REQUESTS:
            with self.subTest(method=method, path=path[:80]):
                answers = [one.request(method, path, **options) for one in (apache, nginx, haproxy)]
                self.assertEqual(shown(answers[1]), shown(answers[0]))
                self.assertEqual(shown(answers[2]), shown(answers[0]))
        for front in (nginx, haproxy):
            self.assertEqual(self.comment(front, f"Käse & <b> {front.name}"), 303)
        history = self.installation.run("pmt-patch", "history", "4.4.0-1", "--format", "json").json
        comments = [(event["actor"], event["comment"]) for event in history if event["action"] == "comment"]
        self.assertEqual(comments, [("ann", "Käse & <b> nginx"), ("ann", "Käse & <b> haproxy")])

    def test_logins_of_nginx(self):
        nginx = self.open_nginx(self.open_workers(1))
        wrong = "Basic " + base64.b64encode(b"ann:wrong").decode()
        names = {"X-Remote-User": "ann", "Remote-User": "ann", "REMOTE_USER": "ann", "Remote_User": "ann"}
        for login in ("", wrong):
            for path in ("/pmt", "/pmt/", "/pmt/patches", "/pmt/api/v1/me", "/pmt/healthzz", "/pmt/healthz/",
                         "/pmt/static/../patches", "/pmt/static/%2e%2e/patches", PATCH + "/verify"):
                answer = nginx.get(path, login=login, headers=names)
                self.assertEqual(answer.status, 401, path)
                self.assertIn("Basic", answer.headers["WWW-Authenticate"])
                self.assert_safe(answer)
            self.assertEqual(nginx.get("/pmt/healthz", login=login).body, b"ok\n")
        # What is open to everybody has no user, whatever is claimed.
        for path in ("/pmt/patches/../healthz", "/pmt/patches/../static/x", "//pmt/healthz",
                     "/pmt/static/..%2fpatches"):
            for login in ("", LOGIN, wrong):
                answer = nginx.get(path, login=login, headers=names)
                self.assertIn(answer.status, (400, 401, 403, 404), path)
                self.assertNotIn("WSO2", answer.text)

    def test_an_authentication_that_sets_nobody(self):
        workers = self.open_workers(1)
        nginx = self.open_nginx(workers, auth="# nothing\n")
        for login in ("", LOGIN):
            self.assertEqual(nginx.get("/pmt/patches", login=login).status, 403)
        broken = Nginx(workers)
        self.addCleanup(broken.close)
        (broken.directory / "auth.conf").unlink()
        self.assertIn("auth.conf", broken.objection())

    def test_what_nginx_says_itself(self):
        workers = self.open_workers(0)
        nginx = self.open_nginx(workers)
        workers.socket.close()
        answer = nginx.get("/pmt/")
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (502, "5"), answer)
        self.assert_safe(answer)
        for path, method, body, status in (("/pmt/%zz", "GET", None, 400), ("/pmt/", "TRACE", None, 405),
                                           ("/pmt/" + "a" * 17000, "GET", None, 414),
                                           (PATCH + "/edit", "POST", b"x" * (17 << 20), 413),
                                           ("/other", "GET", None, 404)):
            try:
                answer = nginx.request(method, path, body)
            except (BrokenPipeError, ConnectionResetError):
                self.assertEqual(status, 413)  # it does not read what it refuses
                continue
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (status, None), path[:80])
            self.assert_safe(answer)

    def test_a_front_end_that_dies(self):
        fronts = [self.open_apache(self.open_workers(1)), self.open_nginx(self.open_workers(1))]
        haproxy = self.open_haproxy(*fronts)
        fronts[1].kill()
        # At once, before any check: a GET is tried on the other one, and a connection that cannot be made loses
        # nothing.
        self.assertEqual([haproxy.get(PATCH).status for _ in range(6)], [200] * 6)
        self.assertEqual([self.comment(haproxy, f"{i}") for i in range(4)], [303] * 4)
        wait_for(lambda: "Server pmt-web/web2 is DOWN" in haproxy.log, "a check has failed", 20)
        self.assertEqual(haproxy.get(PATCH).status, 200)
        fronts[1].start()
        wait_for(lambda: "Server pmt-web/web2 is UP" in haproxy.log, "it is back", 20)

    def test_a_front_end_that_hangs(self):
        """It takes requests and answers none. No GET takes longer than the checks that find it, and a form that is sent
        again is done once, even if the one that hung goes on with it."""
        fronts = [self.open_apache(self.open_workers(1)) for _ in range(2)]
        haproxy = self.open_haproxy(*fronts)
        bodies = [self.form(haproxy, f"{i}") for i in range(2)]
        wait_for(lambda: haproxy.log.count(" is UP") == haproxy.log.count(" is DOWN"), "haproxy has both", 20)
        fronts[1].freeze()
        answers = []

        def note(what, ask):
            start = time.monotonic()
            answers.append((what, ask(), time.monotonic() - start))

        asks = [*[("GET", lambda: haproxy.get(PATCH).status)] * 6,
                *[("POST", lambda body=body: self.send(haproxy, body)) for body in bodies]]
        threads = [threading.Thread(target=note, args=ask) for ask in asks]
        for thread in threads:
            thread.start()
            time.sleep(0.05)  # one after the other, so that each front end gets half of them
        for thread in threads:
            thread.join(250)
        self.assertEqual([status for what, status, _ in answers if what == "GET"], [200] * 6)
        self.assertEqual(sorted(status for what, status, _ in answers if what == "POST"), [303, 502])
        self.assertLess(max(seconds for _, _, seconds in answers), 15)
        self.assertEqual([self.send(haproxy, body) for body in bodies], [303, 303])
        self.assertEqual(sorted(self.comments()), ["0", "1"])
        fronts[1].thaw()
        wait_for(lambda: "Server pmt-web/web2 is UP" in haproxy.log.rpartition("web2 is DOWN")[2], "it is back", 20)
        self.assertEqual([self.send(fronts[1], body) for body in bodies], [303, 303])
        self.assertEqual(sorted(self.comments()), ["0", "1"])

    def test_processes_that_die_within_a_request(self):
        workers = [self.open_workers(1), self.open_workers(1)]
        haproxy = self.open_haproxy(*[self.open_apache(one) for one in workers])
        proxy = self.open_proxy(self.installation.server)
        before = self.installation.config_file.read_text()
        self.installation.configure(database={"socket": proxy.socket})
        workers[0].processes[0].signal(signal.SIGTERM)
        workers[0].processes[0].wait()
        workers[0].add()
        proxy.hold("FROM patch")
        killed = []

        def kill_the_one_that_holds():
            if proxy.holding and not killed:
                killed.append(workers[0].processes[-1].kill())
            return killed

        answers = []
        threads = [threading.Thread(target=lambda: answers.append(haproxy.get("/pmt/patches"))) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_for(kill_the_one_that_holds, "a request is held", 30)
        self.installation.config_file.write_text(before)
        workers[0].add()
        for thread in threads:
            thread.join(60)
        self.assertEqual([answer.status for answer in answers], [200, 200])

    def test_tls_from_end_to_end(self):
        directory = self.make_directory()
        certificate, key = make_certificate(directory, "web1.example.org", "pmt.example.org")
        both = directory / "both.pem"
        both.write_text(certificate.read_text() + key.read_text())
        directory.chmod(0o755)
        workers = self.open_workers(1)
        # The second one has a certificate for another name.
        fronts = [self.open_nginx(workers, tls=both), self.open_nginx(workers, tls=both)]
        haproxy = Haproxy([front.port for front in fronts], both)
        self.addCleanup(haproxy.close)
        haproxy.start()
        wait_for(lambda: "Server pmt-web/web2 is DOWN" in haproxy.log, "a name that is wrong", 20)
        self.assertNotIn("Server pmt-web/web1 is DOWN", haproxy.log)
        trusted = ssl.create_default_context(cafile=certificate)
        with socket.create_connection(("127.0.0.1", haproxy.port), 30) as line, \
                trusted.wrap_socket(line, server_hostname="pmt.example.org") as safe:
            safe.sendall(b"GET /pmt/patches HTTP/1.1\r\nHost: pmt.example.org\r\nConnection: close\r\n"
                         b"Authorization: " + LOGIN.encode() + b"\r\n\r\n")
            received = b"".join(iter(lambda: safe.recv(65536), b""))
        self.assertTrue(received.startswith(b"HTTP/1.1 200"), received[:200])
        self.assertIn(b"WSO2-CARBON-PATCH-4.4.0-0001", received)
        connection = http.client.HTTPConnection("127.0.0.1", haproxy.plain_port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/pmt/patches", headers={"Host": "pmt.example.org"})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Location"]), (301, "https://pmt.example.org/pmt/patches"))

    def test_a_schema_that_is_upgraded_meanwhile(self):
        """By a newer release on another front end: this one shows, but changes nothing any more."""
        apache = self.open_apache(self.open_workers(1))
        self.assertEqual(self.comment(apache, "before"), 303)
        self.installation.server.sql("UPDATE upkeep.schema_version SET version = 999 WHERE component = 'pmt'")
        answer = apache.get("/pmt/patches")
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.comment(apache, "after"), 503)
        self.assertEqual(apache.get("/pmt/healthz").status, 503)
        self.assertEqual(self.comments(), ["before"])

    def test_nobody_is_there(self):
        fronts = [self.open_apache(self.open_workers(1)), self.open_nginx(self.open_workers(1))]
        haproxy = self.open_haproxy(*fronts)
        for front in fronts:
            front.close()
        answer = haproxy.get("/pmt/")
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), answer)
        self.assert_safe(answer)
        # A bad request is haproxy's own answer as well.
        self.assertEqual(haproxy.get("/pmt/", headers={"Content-Length": "x"}).status, 400)


if __name__ == "__main__":
    unittest.main()
