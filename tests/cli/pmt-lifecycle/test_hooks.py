# SPDX-License-Identifier: MIT
"""The hooks succeed only when the other side has taken what they bring, and say which value they can't use."""

import email
import email.policy
import http.server
import json
import pathlib
import threading
import unittest

from upkeep_test import TestCase, process

HOOKS = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "hooks"


class Tracker(http.server.BaseHTTPRequestHandler):
    """Answers as server.answers says, by method: (status, headers, body); what it was asked is in server.seen."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization"), body))
        status, headers, data = self.server.answers[self.command]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


class HooksCase(TestCase):
    def setUp(self):
        self.directory = self.make_directory()

    def run_hook(self, name, event, env):
        text = event if isinstance(event, str) else json.dumps(event)
        return process.run(str(HOOKS / name), stdin=text, env=env)


class WorklogTest(HooksCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve("127.0.0.1")
        self.token = self.directory / "token"
        self.token.write_text("sekret\n")
        self.env = {"JIRA_URL": f"http://127.0.0.1:{self.server.server_port}/jira", "JIRA_TOKEN_FILE": str(self.token)}

    def serve(self, host):
        server = http.server.ThreadingHTTPServer((host, 0), Tracker)
        server.seen = []
        server.answers = {"GET": (200, {}, b'{"worklogs": []}'), "POST": (201, {}, b'{"id": "1"}')}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(lambda: (server.shutdown(), thread.join(), server.server_close()))
        return server

    def hook(self, jiras, time_s=3600, env=None, **more):
        self.server.seen.clear()
        event = {
            "event": 7,
            "at": "2026-11-28T10:00:00Z",
            "patch": "P-1",
            "actor": "ana",
            "action": "log-time",
            "key": None,
            "time_s": time_s,
            "comment": "x",
            "fields": {"jiraInformation_supportJIRA": jiras},
            **more,
        }
        return self.run_hook("jira-worklog", event, {**self.env, **(env or {})})

    def posted(self):
        return [path.split("/")[-2] for method, path, _, body in self.server.seen if method == "POST" and body]

    def test_keys(self):
        for jiras, key in (
            (["ACMESUB-12"], "ACMESUB-12"),
            (["acmesub-12"], "ACMESUB-12"),
            (["ACMESUB 12"], "ACMESUB-12"),
            ([" [ACMESUB-12] "], "ACMESUB-12"),
            ("ACMESUB-12", "ACMESUB-12"),
            (["", "ACMESUB-12"], "ACMESUB-12"),
            (["https://support.example.org/jira/browse/acmesub-12?focusedId=3#c"], "ACMESUB-12"),
            (["ACMESUB-12, ACMESUB-13"], "ACMESUB-12"),
            (["ACMESUB-12", "not a key"], "ACMESUB-12"),
            (["A_B2-7"], "A_B2-7"),
            (["ACMESUB\u00a012"], "ACMESUB-12"),
        ):
            with self.subTest(jiras):
                self.assert_quiet(self.hook(jiras))
                self.assertEqual(self.posted(), [key])

    def test_what_is_no_key(self):
        for value in (
            "https://forge.example.org/acme/p/issues/15",
            "UTF-8",
            "encoding UTF-8",
            "UTF-8 broken, see ACMESUB-12",
            "SHA-256",
            "to be created",
            "12",
            "ACMESUB-",
            "ACMESUB-0",
            "CVE-2014-0160",
            "ACMESUB-12x",
            12,
            {"a": 1},
        ):
            with self.subTest(value):
                result = self.assert_status(self.hook([value, "ACMESUB-12"]), 65)
                self.assertIn(str(value), result.stderr)
                self.assertEqual(self.server.seen, [])
        for jiras, time_s in (
            ([], 60),
            ([""], 60),
            (None, 60),
            (["ACMESUB-12"], None),
            (["ACMESUB-12"], 0),
            (["no key"], None),
        ):
            self.assert_quiet(self.hook(jiras, time_s))
            self.assertEqual(self.server.seen, [])
        self.assert_status(self.hook(["OTHER-1"], env={"JIRA_PROJECTS": "ACMESUB, UTF"}), 65)
        self.assert_quiet(self.hook(["UTF-1"], env={"JIRA_PROJECTS": "ACMESUB, UTF"}))

    def test_redirects(self):
        other = self.serve("127.0.0.2")
        for status in (301, 302, 303, 307, 308):
            for method in ("GET", "POST"):
                for where in (f"http://127.0.0.2:{other.server_port}/moved", "/moved", ""):
                    with self.subTest((status, method, where)):
                        good = dict(self.server.answers)
                        self.server.answers[method] = (status, {"Location": where} if where else {}, b"")
                        result = self.assert_status(self.hook(["ACMESUB-12"]), 78)
                        self.assertIn("redirected", result.stderr)
                        self.assertNotIn("sekret", result.stderr)
                        self.server.answers = good
        self.assertEqual(other.seen, [])

    def test_answers(self):
        good = dict(self.server.answers)
        for method, answer, status in (
            ("POST", (200, {}, b"<html>log in</html>"), 1),
            ("POST", (200, {}, b"{}"), 1),
            ("POST", (204, {}, b""), 1),
            ("POST", (202, {}, b'{"id": "1"}'), 1),
            ("POST", (500, {}, b"x"), 75),
            ("POST", (429, {}, b"x"), 75),
            ("POST", (403, {}, b"x"), 1),
            ("GET", (200, {}, b"[]"), 1),
            ("GET", (200, {}, b"{}"), 1),
            ("GET", (404, {}, b"no issue"), 1),
        ):
            with self.subTest((method, answer)):
                self.server.answers = {**good, method: answer}
                result = self.assert_status(self.hook(["ACMESUB-12"]), status)
                self.assertIn("jira-worklog: ", result.stderr)
                self.assertNotIn("sekret", result.stderr)

    def test_it_is_logged_already(self):
        self.server.answers["GET"] = (200, {}, json.dumps({"worklogs": [{"comment": "a [upkeep event 7]"}]}).encode())
        self.assert_quiet(self.hook(["ACMESUB-12"]))
        self.assertEqual(self.posted(), [])

    def test_the_day_of_the_work(self):
        self.assert_quiet(self.hook(["ACMESUB-12"], worked_on="2026-11-20"))
        self.assertEqual(json.loads(self.server.seen[-1][3])["started"], "2026-11-20T12:00:00.000+0000")
        self.assert_quiet(self.hook(["ACMESUB-12"], revokes=3))
        self.assertEqual(self.posted(), [])

    def test_where_credentials_go(self):
        for url in (
            "http://jira.example.org",
            "ftp://jira.example.org",
            "https://",
            "https://al:pw@jira.example.org",
            "jira.example.org",
            "https://jira.example.org/?a=b",
            "http://127.0.0.1.example.org",
            "http://[::",
            "",
        ):
            with self.subTest(url):
                result = self.assert_status(self.hook(["ACMESUB-12"], env={"JIRA_URL": url}), 78)
                self.assertNotIn("sekret", result.stderr)
                self.assertNotIn("pw", result.stderr)
        # A proxy of the environment does not see what goes over plain http.
        other = self.serve("127.0.0.2")
        self.assert_quiet(self.hook(["ACMESUB-12"], env={"http_proxy": f"http://127.0.0.2:{other.server_port}"}))
        self.assertEqual((other.seen, self.posted()), ([], ["ACMESUB-12"]))
        for text in ("", "two words\n", "two\nlines\n", "t\u00f6ken"):
            self.token.write_text(text)
            result = self.assert_status(self.hook(["ACMESUB-12"]), 78)
            self.assertNotIn("lines", result.stderr)
        self.token.write_text("\ufeffsekret\r\n")
        self.assert_quiet(self.hook(["ACMESUB-12"]))
        self.assertEqual({auth for _, _, auth, _ in self.server.seen}, {"Bearer sekret"})

    def test_no_event(self):
        for text in ("", "nonsense", "[]", '{"time_s": "soon"}'):
            self.assert_status(self.run_hook("jira-worklog", text, self.env), 65)


class MailTest(HooksCase):
    def setUp(self):
        super().setUp()
        self.inbox = self.directory / "inbox"
        sendmail = self.directory / "sendmail"
        sendmail.write_text(f"#!/bin/sh\ncat >> {self.inbox}\n")
        sendmail.chmod(0o755)
        self.env = {
            "MAIL_FROM": "u@example.org",
            "MAIL_TO": "{fields.peopleInvolved_lead}",
            "MAIL_DOMAIN": "example.org",
            "MAIL_SENDMAIL": str(sendmail),
        }

    def hook(self, lead, **env):
        event = {
            "event": 7,
            "at": "2026-11-28T10:00:00Z",
            "patch": "P-1",
            "actor": "ana",
            "action": "move",
            "key": "Promote",
            "from": "A",
            "to": "B",
            "comment": None,
            "fields": {"peopleInvolved_lead": lead},
        }
        self.inbox.unlink(missing_ok=True)
        return self.run_hook("mail", event, {**self.env, **env})

    def test_recipients(self):
        for lead, to in (
            ("ana.example", "ana.example@example.org"),
            (["ana", "bob@x.org", "ana"], "ana@example.org, bob@x.org"),
            ("Ana Example <ana@x.org>", "ana@x.org"),
            ("ana; bob", "ana@example.org, bob@example.org"),
        ):
            with self.subTest(lead):
                self.assert_quiet(self.hook(lead))
                self.assertIn(f"To: {to}\n", self.inbox.read_text())

    def test_no_address(self):
        for lead, named in (
            ("Ana Example", "Ana Example"),
            (["ana", "Ana Example"], "Ana Example"),
            ("-oQ/tmp", "-oQ/tmp"),
            ("a@b@c", "a@b@c"),
            ("Ana <ana example>", "Ana <ana example>"),
            ("j\u00f6rg", "j\u00f6rg"),
        ):
            with self.subTest(lead):
                result = self.assert_status(self.hook(lead), 65)
                self.assertIn(named, result.stderr)
                self.assertFalse(self.inbox.exists())
        self.assertIn("'ana'", self.assert_status(self.hook("ana", MAIL_DOMAIN=""), 65).stderr)
        for lead in ("", [], None, [""]):
            self.assert_quiet(self.hook(lead))
            self.assertFalse(self.inbox.exists())

    def hand_over(self, event):
        """What is sent of an edit: the recipients, the subject and the text; None: nothing."""
        self.inbox.unlink(missing_ok=True)
        whole = {"event": 8, "at": "2026-11-28T10:00:00Z", "patch": "P-1", "actor": "ana", "action": "edit",
                 "key": None, "from": None, "to": None, "comment": "please", "state": "Testing", "fields": {}} | event
        self.assert_quiet(self.run_hook("mail", whole, {
            **self.env, "MAIL_TO": "{to}", "MAIL_HAND_OVER": "peopleInvolved_developedby, peopleInvolved_qaedby"}))
        if not self.inbox.exists():
            return None
        sent = email.message_from_bytes(self.inbox.read_bytes(), policy=email.policy.default)
        return sent["To"], sent["Subject"], sent.get_content()

    def test_a_hand_over(self):
        to_bob = {"key": "peopleInvolved_qaedby", "from": None, "to": "bob"}
        to, subject, text = self.hand_over(to_bob)
        self.assertEqual((to, subject), ("bob@example.org", "P-1 has been handed over to you"))
        self.assertIn("ana has handed P-1 over to bob (peopleInvolved_qaedby). It is in the state Testing.\nplease\n",
                      text)
        moved = {"action": "move", "key": "Promote", "from": "Development", "to": "ReadyForQA", "changes": [
            {"key": "Promote", "from": "Development", "to": "ReadyForQA"}, to_bob,
            {"key": "peopleInvolved_developedby", "from": ["eve"], "to": ["eve", "joe"]}]}
        self.assertEqual(self.hand_over(moved)[0], "bob@example.org, joe@example.org")
        for nothing in (
            {"key": "overview_client", "from": None, "to": "bob"},
            {"key": "peopleInvolved_qaedby", "from": None, "to": "ana"},  # to oneself
            {"key": "peopleInvolved_qaedby", "from": "bob", "to": None},
            {"key": "peopleInvolved_developedby", "from": ["bob", "eve"], "to": ["eve", "bob"]},
            {"action": "move", "key": "Promote", "from": "A", "to": "B"},
        ):
            with self.subTest(nothing):
                self.assertIsNone(self.hand_over(nothing))

    def test_a_comment(self):
        comment = {"action": "comment", "comment": "it works\non Friday"}
        to, subject, text = self.hand_over(comment | {"to": "bob"})
        self.assertEqual((to, subject), ("bob@example.org", "P-1: a comment by ana"))
        self.assertIn("which is in the state Testing:\n\nit works\non Friday\n", text)

    def test_environment(self):
        self.assertIn("MAIL_TO", self.assert_status(self.hook("ana", MAIL_TO=""), 78).stderr)
        self.assertIn("leed", self.assert_status(self.hook("ana", MAIL_TO="{leed}"), 78).stderr)
        self.assert_status(self.hook("ana", MAIL_FROM=""), 78)
        self.assert_status(self.hook("ana", MAIL_SENDMAIL="/bin/false"), 75)
        self.assert_status(self.run_hook("mail", "nonsense", self.env), 65)


if __name__ == "__main__":
    unittest.main()
