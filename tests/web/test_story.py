# SPDX-License-Identifier: MIT
# ctest: atd
"""A customer logs in, waits, and is led to the login: in a real browser, Apache, at(1) and database."""

import os
import pathlib
import time
import unittest

from upkeep_test import AtDaemon, Server, wait_for

from web.helpers import LOGIN, WebTest

PICTURES = os.environ.get("UPKEEP_PICTURES")  #: where the pictures of the documentation go, when they are made anew


def keep_picture(browser, name: str) -> None:
    if PICTURES:
        time.sleep(0.8)  # the bar moves there
        browser.picture(pathlib.Path(PICTURES) / name)


class StoryTest(WebTest):
    def watch(self, browser, part: str, seconds: float = 90) -> list[dict]:
        """What the page shows, each time it changes, until the browser is at `part`."""
        seen = []

        def look():
            try:
                now = browser.script(
                    "return {url: location.href, title: document.title, percent: document.querySelector('#bar')?.value,"
                    " said: document.querySelector('#said')?.textContent, more: document.querySelector('#more')?.textContent,"
                    " step: document.querySelector('#step')?.textContent, aloud: document.querySelector('#aloud')?.textContent}")
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


class AtTest(StoryTest):
    def drained_at_once(self):
        daemon = AtDaemon()
        self.addCleanup(daemon.close)
        return {"map_ttl_s": 0}  # the map program reads it when it starts

    def test_from_login_to_login(self):
        self.steps(10, 0.7)
        self.installation.upgrade_by_hand("acme")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.installation.degrade("acme")  # a new release came while the login page was open
        browser.type("#user", "ann")
        browser.type("#password", "secret")
        browser.click("#go")
        self.wait_for_url(browser, "/upkeep/acme/en/neoclassic/")
        seen = self.watch(browser, LOGIN.format("acme"))
        said = [now["said"] for now in seen]
        self.assertIn("Your workspace is being upgraded.", said)
        self.assertEqual(said[-1], "Your workspace is ready.")
        self.assert_never_falls(seen)
        self.assertEqual(seen[-1]["percent"], 100)
        for now in seen:
            if now["said"] == "Your workspace is being upgraded.":
                self.assertTrue(now["title"].startswith(f"{now['percent']} % – "), now)
        self.assertTrue(any("Step: Part " in now["step"] for now in seen), seen)
        self.assertLess(len({now["aloud"] for now in seen}), 8, "a screen reader hears every change")
        self.assertEqual(self.installation.run("ws-progress", "acme").rows[0][1], "upgraded")
        browser.type("#user", "ann")
        browser.click("#go")
        self.assertIn("welcome to acme, ann", browser.text("body"))
        self.assert_calm(browser)
        reason = self.installation.server.sql("SELECT requested_by, reason FROM upkeep.run")
        self.assertEqual(reason, [["web", "login"]])


class WaitTest(StoryTest):
    def test_two_users_of_two_workspaces(self):
        self.steps(5, 0.6)
        self.assert_quiet(self.installation.run("ws-upgrade", "globex"))  # so that there is a history
        self.installation.add_small("initech")
        first, second = self.open_browser(), self.open_browser(language="es")
        first.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(first, "#said", "is being upgraded")
        second.open(self.apache.url + "/sysinitech/es/neoclassic/login/login")
        self.wait_for_text(second, "#said", "espera su turno")
        self.assertIn("Hay otro delante.", second.text("#more"))
        self.assertIn("Estará listo en", second.text("#more"))
        self.assertEqual(second.property("html", "lang"), "es")
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
        self.wait_for_text(browser, "#said", "could not be completed")
        run = self.installation.run("ws-progress", "--json", "acme").json[0]["run"]
        self.assertEqual(browser.text("#reference"), f"If you write to support, please give the number {run}.")
        for technical in ("SQL", "Part", "exit", "log", "BAD"):
            self.assertNotIn(technical, browser.text("main"))
        self.assertFalse(browser.shown("#bar"))
        self.assertFalse(browser.shown("#login"))
        self.steps(4, 0.3)
        browser.click("#again")
        seen = self.watch(browser, LOGIN.format("acme"))
        self.assertEqual(seen[-1]["percent"], 100)
        self.assert_calm(browser)

    def test_what_it_says_is_never_markup(self):
        evil = "<img src=x onerror=document.title=1>\"'&</p><script>document.title=2</script>"
        script = f"step '{evil.replace(chr(39), '’')}' sleep 4; upgrade; echo OK"
        self.installation.set_script(script)
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(browser, "#step", "<img src=x")
        self.assertEqual(browser.script("return document.querySelectorAll('main img, main script').length"), 0)
        self.assertIn("%", browser.title)
        plain = self.apache.get("/upkeep/acme/plain").text
        self.assertIn("&lt;img src=x", plain)
        self.assertNotIn("<img", plain)
        self.assertNotIn("<script", plain)
        self.wait_for_url(browser, LOGIN.format("acme"))
        self.assert_calm(browser)

    def test_without_scripts(self):
        self.steps(3, 0.7)
        browser = self.open_browser(scripts=False)
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_url(browser, "/upkeep/acme/en/neoclassic/plain")
        self.assertIn("has to be upgraded", browser.text("h1"))
        self.assertEqual(self.installation.states("acme"), {"acme": "pending"}, "looking starts nothing")
        browser.click("button")
        wait_for(lambda: browser.text("h1") in ("Your workspace is being upgraded.", "Your workspace is ready."),
                 "it says so by itself", 30)
        self.wait_for_url(browser, LOGIN.format("acme"))

    def test_screen_reader_and_keyboard(self):
        self.steps(4, 1.5)
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        self.wait_for_text(browser, "#said", "is being upgraded")
        self.assertEqual(browser.role("#bar"), "progressbar")
        self.assertEqual(browser.label("#bar"), "Your workspace is being upgraded.")
        self.assertEqual(browser.role("#aloud"), "status")
        self.assertEqual(browser.role("#said"), "heading")
        tree = browser.devtools("Accessibility.getFullAXTree")["nodes"]
        live = [node for node in tree if any(p["name"] == "live" for p in node.get("properties", []))]
        self.assertEqual(len(live), 1, "one place speaks")
        self.wait_for_text(browser, "#said", "is ready")
        self.assertEqual(browser.script("const l = document.querySelector('#login'); l.focus();"
                                        "return document.activeElement === l && l.textContent"), "Log in")

    def test_reload_keeps_the_bar(self):
        self.steps(10, 0.5)
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        wait_for(lambda: (browser.property("#bar", "value") or 0) >= 20, "a fifth is done", 30)
        before = browser.property("#bar", "value")
        browser.reload()
        wait_for(lambda: browser.shown("#bar"), "it shows the bar")
        self.assertGreaterEqual(browser.property("#bar", "value"), before)

    def test_pictures(self):
        self.steps(5, 0.6)
        self.assert_quiet(self.installation.run("ws-upgrade", "globex"))
        self.installation.add_small("initech")
        self.installation.configure(schedule={"via": "command", "command": ["true"]})
        desktop = self.open_browser(width=900, height=520)
        desktop.open(self.apache.url + "/upkeep/acme/")
        self.wait_for_text(desktop, "#said", "waits for its turn")
        keep_picture(desktop, "page-queued.png")
        phone = self.open_browser()
        phone.emulate_phone(360, 640)
        phone.prefer(prefers_color_scheme="dark")
        phone.open(self.apache.url + "/upkeep/initech/es/neoclassic/")
        self.wait_for_text(phone, "#said", "espera su turno")
        wide = phone.script("return document.documentElement.scrollWidth > innerWidth")
        self.assertFalse(wide, "a phone has to scroll sideways")
        dark = phone.script("return getComputedStyle(document.body).backgroundColor")
        self.assertEqual(dark, "rgb(18, 24, 30)")
        self.steps(8, 1.5)
        drain = self.start("ws-upgrade", "--drain", env=self.installation.env)
        self.wait_for_text(desktop, "#step", "Part 4")
        keep_picture(desktop, "page-running.png")
        wait_for(lambda: "Part" in phone.text("#step") and (phone.property("#bar", "value") or 0) > 30, "the second runs", 60)
        keep_picture(phone, "page-phone.png")
        drain.wait()
        self.assert_calm(phone)


class RestartTest(StoryTest):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.close)

    def test_database_restarts_while_the_page_is_open(self):
        self.steps(12, 1, end="until sql 'DO 1' 2> /dev/null; do sleep 0.5; done; upgrade; echo OK")
        browser = self.open_browser()
        browser.open(self.apache.url + LOGIN.format("acme"))
        wait_for(lambda: "Part" in browser.text("#step"), "it runs", 30)
        before = browser.property("#bar", "value")
        self.server.stop()
        self.wait_for_text(browser, "#note", "keeps trying", 60)
        self.assertGreaterEqual(browser.property("#bar", "value"), before)
        self.assertIn("being upgraded", browser.text("#said"))
        self.server.start()
        seen = self.watch(browser, LOGIN.format("acme"))
        self.assert_never_falls([{"percent": before}, *seen])
        self.assertEqual(self.installation.states("acme"), {"acme": "upgraded"})


if __name__ == "__main__":
    unittest.main()
