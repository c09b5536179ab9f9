# SPDX-License-Identifier: MIT
"""pmt-web while the database goes away: a commit without an answer, a server that is silent."""

import threading
import time
import unittest

from upkeep_test import is_long, wait_for
from upkeep_test.pmt_web import PmtWebCase


class LostAnswersTest(PmtWebCase):
    def setUp(self):
        super().setUp()
        self.name = self.new()
        self.path = f"/patches/{self.name}"
        self.form = dict(self.page(self.path).form(f"{self.path}/comment")) | {"text": "once only"}
        self.proxy = self.open_proxy(self.installation.server)
        self.installation.configure(database={"socket": self.proxy.socket})

    def comments(self):
        return [event["comment"] for event in self.history(self.name) if event["action"] == "comment"]

    def lose_the_commit(self, send, committed):
        """The answer to what `send` sends, whose COMMIT arrives or does not, but is not answered."""
        self.proxy.hold("COMMIT")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(send()))
        thread.start()
        wait_for(lambda: self.proxy.holding, "the commit is on its way")
        if committed:
            self.proxy.swallow(to_server=False)
            self.proxy.let_go()
            wait_for(lambda: self.sql("SELECT COUNT(*) FROM event WHERE action = 'comment'") == [["1"]], "it is done")
        self.proxy.cut()
        self.proxy.restore()
        thread.join(60)
        return answers[0]

    def test_a_form(self):
        for committed in (False, True):
            with self.subTest(committed=committed):
                answer = self.lose_the_commit(lambda: self.post(f"{self.path}/comment", self.form), committed)
                self.assertEqual((answer.status, answer.exit_status), (503, 75), answer.text)
                self.assertEqual(answer.headers["retry-after"], "5")
                self.assertIn("completely or not at all", answer.text)
                self.assertIn("once only", answer.text)
                self.assertEqual(self.comments(), ["once only"] * committed)
                if committed:  # the same again, from the page that came back
                    answer = self.act(answer, f"{self.path}/comment", {"once": self.form["once"]})
                    self.assertEqual(answer.status, 303, answer.text)
                    self.assertEqual(self.comments(), ["once only"])

    def test_the_api(self):
        def send():
            return self.send("POST", f"/api/v1{self.path}/comment", '{"text": "x"}',
                             headers={"Content-Type": "application/json", "Idempotency-Key": "k"})
        answer = self.lose_the_commit(send, True)
        self.assertEqual((answer.status, answer.exit_status), (503, 75), answer.text)
        self.assertEqual(answer.json["type"], "/pmt/problems/unsure")
        self.assertEqual(send().json, self.history(self.name)[-1])
        self.assertEqual(self.comments(), ["x"])

    def test_lost_before_the_commit(self):
        self.proxy.hold("INSERT INTO event")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.post(f"{self.path}/comment", self.form)))
        thread.start()
        wait_for(lambda: self.proxy.holding, "the event is on its way")
        self.proxy.cut()
        thread.join(60)
        self.assertEqual((answers[0].status, answers[0].exit_status), (503, 69), answers[0].text)
        self.assertNotIn("completely or not at all", answers[0].text)
        self.assertEqual(self.comments(), [])

    def test_a_statement_has_a_limit(self):
        self.proxy.hold("max_statement_time = 30.000")
        thread = threading.Thread(target=lambda: self.page("/patches"))
        thread.start()
        wait_for(lambda: self.proxy.holding, "the limit is on its way")
        self.proxy.let_go()
        thread.join(60)

    def test_a_server_that_falls_silent(self):
        if not is_long():
            self.skipTest("takes 35 s")
        self.proxy.hold("FROM patch")
        begin = time.monotonic()
        answer = self.get("/patches")
        self.assertEqual((answer.status, answer.exit_status), (503, 69), answer.text)
        self.assertTrue(34 < time.monotonic() - begin < 60)

    def test_health_of_a_silent_server(self):
        for silent in (lambda: self.proxy.swallow(), lambda: self.proxy.refuse()):
            silent()
            begin = time.monotonic()
            answer = self.get("/healthz", user="")
            self.assertLess(time.monotonic() - begin, 2.5)
            self.assertEqual((answer.status, answer.text), (503, "away\n"))
            self.proxy.restore()
        self.assertEqual(self.get("/healthz", user="").text, "ok\n")

    def test_health_of_other_schemas(self):
        for version, least, status in ((7, None, 503), (999, None, 503), (999, "999.0", 503), (999, "0.0.1", 200)):
            with self.subTest(version=version, least=least):
                self.sql(f"UPDATE schema_version SET version = {version}, min_writer = "
                         f"{'NULL' if least is None else repr(least)} WHERE component = 'pmt'")
                answer = self.get("/healthz", user="")
                self.assertEqual((answer.status, answer.text), (status, "ok\n" if status == 200 else "configuration\n"))


if __name__ == "__main__":
    unittest.main()
