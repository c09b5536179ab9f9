# SPDX-License-Identifier: MIT
"""Several wait, fail and try again: what the page tells each of them."""

import json
import unittest


from upkeep_test.web import LOGIN, PageTest


class WaitingTest(PageTest):
    def test_two_users_of_two_workspaces(self):
        self.steps(5, 0.6)
        self.assert_quiet(self.installation.run("ws-upgrade", "globex"))  # so that there is a history
        self.installation.add_small("initech")
        go_on = self.installation.directory / "go-on"
        self.steps(5, 0.6, end=f"until [ -e {go_on} ]; do sleep 0.1; done; upgrade; echo OK")
        first, second = self.open_browser(), self.open_browser(language="es")
        first.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(first, "#said", "is being upgraded")
        second.open(self.apache.url + "/sysinitech/es/neoclassic/login/login")
        self.wait_for_text(second, "#said", "espera su turno")
        self.assertIn("Hay otro delante.", second.text("#more"))
        self.assertIn("Estará listo en", second.text("#more"))
        self.assertEqual(second.property("html", "lang"), "es")
        go_on.touch()
        seen = self.watch(second, "/sysinitech/es/neoclassic/login/login")
        self.assertIn("Su espacio de trabajo se está actualizando.", [now["said"] for now in seen])
        self.assert_never_falls(seen)
        self.wait_for_url(first, LOGIN.format("acme"))
        self.assert_calm(first)
        self.assert_calm(second)

    def test_failure_and_another_try(self):
        self.steps(3, 0.3, end="echo 'BAD <b>SQLSTATE[42S22]</b>'")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(browser, "#said", "could not finish")
        run = self.installation.run("ws-progress", "--json", "acme").json[0]["run"]
        self.assertEqual(browser.text("#reference"), f"If you contact support, please quote the number {run}.")
        self.assertEqual(browser.text("#more"), "Our support team has the details.")
        for technical in ("SQL", "Part", "exit", "log", "BAD"):
            self.assertNotIn(technical, browser.text("main"))
        self.assertFalse(browser.shown("#bar"))
        self.assertFalse(browser.shown("#login"))
        self.steps(4, 0.3)
        browser.click("#again")
        seen = self.watch(browser, LOGIN.format("acme"))
        self.assertEqual(seen[-1]["percent"], 100)
        self.assert_calm(browser)

    def test_another_try_too_soon(self):
        """A page says when it will work again, instead of a button that does nothing."""
        self.installation.configure(schedule={"retry_after_s": 600})
        self.steps(1, 0.1, end="echo BAD")
        self.installation.run("ws-upgrade", "acme")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(browser, "#retry", "You can try again in about 10 minutes.")
        self.assertFalse(browser.shown("#again"))
        answer = json.loads(self.apache.request("POST", "/upkeep/acme/request").body)
        self.assertGreater(answer["retry_at"], answer["as_of"])
        plain = self.apache.get("/upkeep/acme/plain").text
        self.assertIn("You can try again in about 10 minutes.", plain)
        self.assertNotIn("<form", plain)
        self.installation.configure(schedule={"retry_after_s": 0})
        self.assertIn("<form", self.apache.get("/upkeep/acme/plain").text)
        self.installation.configure(schedule={"attempts": 1})
        self.assertNotIn("<form", self.apache.get("/upkeep/acme/plain").text)
        self.assertNotIn("try again", self.apache.get("/upkeep/acme/plain").text.lower())


if __name__ == "__main__":
    unittest.main()
