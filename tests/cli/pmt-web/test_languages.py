# SPDX-License-Identifier: MIT
"""Pages in the language that the browser prefers: Spanish has every text, the API and files stay as they are."""

import getpass
import html
import html.parser
import re
import unittest
from typing import Any, Optional

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.page_texts import page_texts
from upkeep_test.pmt_web import Answer, PmtWebCase

ES = {"Accept-Language": "es-419,es;q=0.9,en;q=0.5"}
WAY = lifecycle(
    "Way",
    state("Open", ("Promote", "Done"), ("Stop", "Done"),
          items='<item name="Built" forEvent="Promote"><permissions><permission roles="QA"/></permissions></item>'
                '<item name="Any" forEvent=""/>',
          data='<data name="transitionValidation"><validation forEvent="Promote" class="AttributeExistenceValidator">'
               '<parameter name="attributes" value="overview_client,overview_products"/></validation></data>'
               '<data name="transitionApproval"><approval forEvent="Promote" roles="QA,lead" votes="2"/></data>'),
    state("Done"))
REPORTS = ("health", "queue", "progress", "over-eta", "released", "released?by=month", "durations", "trend", "workload",
           "time", "state-at?date=2030-01-01", "qa?product=esb", "service-pack?product=esb&platform=4.4.0",
           "effective?platform=4.4.0", "missing?platform=4.4.0", "recall?patch=4.4.0-1", "conflicts",
           "install-order?patch=4.4.0-1", "qa")


class _Seen(html.parser.HTMLParser):
    """What a page shows or reads out, without what is marked as another language and without drawings."""

    TEXTS = {"aria-label", "placeholder", "title", "alt"}
    ALONE = {"meta", "link", "input", "br", "img"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.language = ""
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Optional[str]]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.language = found.get("lang") or ""
        hidden = any(self._hidden) or tag == "svg" or (tag != "html" and "lang" in found)
        if not hidden:
            self.texts += [value or "" for name, value in attrs if name in self.TEXTS or name.startswith("data-")]
        if tag not in self.ALONE:
            self._hidden.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.ALONE:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._hidden):
            self.texts.append(data)


def english_parts() -> set[str]:
    """Of the English texts what is longer than two words and not Spanish as well."""
    spanish = " \n ".join(text for texts in page_texts("es").values() for text in texts)
    parts = (part.strip() for texts in page_texts("en").values() for text in texts
             for part in re.split(r"\{\w*\}|\|", text))
    return {part for part in parts if len(part.split()) >= 3 and part not in spanish}


class LanguageCase(PmtWebCase):
    roles = {"pmt-admin": ["anna"], "pmt-lifecycle": ["anna", getpass.getuser()], "QA": ["quinn", "omar"]}

    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        self.name = self.new("developer=anna", lifecycle="Way")
        self.other = self.new("developer=anna", "client=Acme")
        self.installation.run("pmt-patch", "request", "--set", "client=Acme")
        self.path = f"/patches/{self.name}"

    def seen(self, answer: Answer) -> str:
        seen = _Seen()
        seen.feed(answer.text)
        self.assertEqual(seen.language, "es", answer.text[:200])
        return re.sub(r"\s+", " ", "\n".join(seen.texts))

    def assert_spanish(self, answer: Answer) -> None:
        text = self.seen(answer)
        for part in self.english:
            self.assertNotIn(part, text)
        self.assertEqual(answer.headers["vary"], "Accept-Language")

    @property
    def english(self) -> set[str]:
        return english_parts()


class PagesTest(LanguageCase):
    def test_every_page(self):
        english = english_parts()
        self.assertGreater(len(english), 150)
        self.assertIn("Only these patches (selector)", english)
        paths = ["/", "/patches", "/patches?q=client=Acme", "/patches?q=nothing-of-this", self.path,
                 self.path + "?at=2099-01-01", self.path + "/edit", self.path + "/edit?missing=Promote",
                 self.path + "/history", self.path + "/verify", f"/patches/{self.other}", "/patches/new", "/queue",
                 "/queue?all", "/queue/new", "/queue/Q-1", "/queue/Q-1/edit", "/lifecycles", "/lifecycles/Way",
                 "/reports", "/me", "/admin", "/problems", "/nowhere", "/patches/4.4.0-99", "/patches?q=(",
                 *(f"/reports/{one}" for one in REPORTS)]
        words = re.findall(r'href="/pmt(/problems/[a-z-]+)"', self.page("/problems").text)
        self.assertGreater(len(words), 15)
        for path in paths + words:
            with self.subTest(path):
                plain, answer = self.get(path), self.get(path, headers=ES)
                self.assertEqual((answer.status, answer.exit_status), (plain.status, plain.exit_status))
                volatile = {"etag", "content-length"}
                self.assertEqual({name: value for name, value in answer.headers.items() if name not in volatile},
                                 {name: value for name, value in plain.headers.items() if name not in volatile})
                self.assertIn('<html lang="en">', plain.text)
                text = self.seen(answer)
                self.assertEqual([part for part in english if part in text], [])
                self.assertEqual(answer.log, plain.log)

    def test_what_a_form_says(self):
        page = self.get(self.path, headers=ES)
        untold = dict(page.form("/move"), token="x", event="Promote")
        for name, form, status in (("a token", untold, 403), ("reasons", page.form("/comment") | {"text": ""}, 422)):
            with self.subTest(name):
                action = "/move" if name == "a token" else "/comment"
                answer = self.post(self.path + action, form, headers=ES)
                self.assertEqual(answer.status, status, answer.text)
                self.assert_spanish(answer)
        self.assertIn("El formulario no procede de una página", self.post(self.path + "/move", untold, headers=ES).text)
        self.assertIn("the form does not come from a page", self.post(self.path + "/move", untold, headers=ES).log)

    def test_what_refuses_a_move(self):
        page = self.get(self.path, headers=ES)
        form = page.form("/tick", item="Any")
        answer = self.post(self.path + "/move", form | {"event": "Promote"}, headers=ES)
        self.assertEqual(answer.status, 409, answer.text)
        self.assert_spanish(answer)
        text = self.seen(answer)
        note = text[text.index("No se permite: " + self.name):text.index("Siguiente paso")]
        for part in ("0 de 2 votos", "Built", "Client y Products no tienen valor", "No se cambió nada."):
            self.assertIn(part, note)
        self.assertIn(f"{self.name} is refused", answer.log)
        self.ok("move", self.name, "Stop")
        answer = self.post(self.path + "/tick", form, headers=ES)
        self.assertEqual(answer.status, 412, answer.text)
        self.assertRegex(self.seen(answer), f"{self.name} cambió de estado.*root hizo Stop el .*: está en 'Done'"
                         .replace("root", getpass.getuser()))

    def test_what_is_not_there(self):
        for path, words in (("/patches/4.4.0-9", f"No existe el parche {self.name[:-1]}9. El más cercano es "),
                            ("/patches/nonsense", "'nonsense' no es el nombre de un parche."),
                            ("/lifecycle", "¿Quiso decir /pmt/lifecycles?")):
            self.assertIn(words, self.seen(self.get(path, headers=ES)))

    def test_what_was_done(self):
        page = self.get(self.path, headers=ES)
        answer = self.post(self.path + "/tick", page.form("/tick", item="Any"), headers=ES)
        self.assertEqual((answer.status, "vary" in answer.headers), (303, False), answer.text)
        done = self.get(answer.location.removeprefix("/pmt"), headers=ES)
        self.assert_spanish(done)
        self.assertIn("Hecho: marcó Any", done.text)
        self.assertIn("hace ", self.get(f"/patches/{self.other}", headers=ES).text)
        self.assertIn("Done: ticked Any", self.get(answer.location.removeprefix("/pmt")).text)

    def test_several_patches(self):
        page = self.get("/patches?q=developer=anna", headers=ES)
        rows = self.get("/patches?format=json").json
        boxes = [f"{row['stay']} {row['patch']}" for row in rows]
        form = self.post("/patches/bulk", page.form("/patches/bulk", act="move") | {"choose": boxes}, headers=ES)
        self.assert_spanish(form)
        tried = self.post("/patches/bulk", form.form("/patches/bulk") | {"event": "Promote"}, headers=ES)
        self.assertEqual(tried.status, 200, tried.text)
        self.assert_spanish(tried)
        self.assertIn("Client y Products no tienen valor", self.seen(tried))

    def test_nobody_is_logged_in(self):
        answer = self.send("GET", "/", user="", headers=ES)
        self.assertEqual(answer.status, 403)
        self.assert_spanish(answer)
        self.assertIn("no user is logged in", answer.log)

    def test_read_only(self):
        self.serve(read_only=True)
        self.assert_spanish(self.get(self.path, headers=ES))
        self.serve(read_only="Back at noon")
        self.assertIn("Back at noon", self.get(self.path, headers=ES).text)


class ChoiceTest(LanguageCase):
    def test_which_language(self):
        for header, language in (("es", "es"), ("es-419", "es"), ("fr, es;q=0.5", "es"), ("en;q=0.1, es;q=0.2", "es"),
                                 ("*", "en"), ("", "en"), ("de", "en"), ("en-US,en;q=0.9,es;q=0.8", "en"),
                                 ("es;q=0", "en"), ("es;q=x", "en"), (";;,=", "en"), ("x," * 5000 + "es", "es")):
            with self.subTest(header[:30]):
                answer = self.get("/me", headers={"Accept-Language": header})
                self.assertEqual(answer.status, 200)
                self.assertIn(f'<html lang="{language}">', answer.text)

    def test_an_open_page(self):
        plain, spanish = self.get(self.path), self.get(self.path, headers=ES)
        self.assertNotEqual(plain.headers["etag"], spanish.headers["etag"])
        for tag, status in ((plain.headers["etag"], 200), (spanish.headers["etag"], 304)):
            answer = self.send("HEAD", self.path, headers=ES | {"If-None-Match": tag})
            self.assertEqual((answer.status, answer.headers["vary"]), (status, "Accept-Language"))

    def test_what_is_in_one_language(self):
        for path in ("/api/v1/me", f"/api/v1{self.path}", "/api/v1/patches/4.4.0-99", "/api/v1/nowhere",
                     "/patches?format=json", "/patches?format=csv", "/reports/health?format=csv", "/healthz",
                     "/reports/trend?by=month&format=svg", "/lifecycles/Way?format=xml", "/api/v1/openapi.json"):
            with self.subTest(path):
                plain, spanish = self.get(path), self.get(path, headers=ES)
                self.assertEqual(plain.raw_body, spanish.raw_body)
                self.assertEqual(plain.headers, spanish.headers)
                self.assertNotIn("vary", spanish.headers)
        self.serve(read_only=True)
        answers = [self.send("POST", f"/api/v1{self.path}/tick", '{"item":"Any"}',
                             headers={"Content-Type": "application/json"} | more) for more in ({}, ES)]
        self.assertEqual(answers[0].json["detail"], answers[1].json["detail"])

    def test_a_feed(self):
        feed = self.get("/feeds/patches.atom", headers=ES)
        self.assertEqual(feed.headers["vary"], "Accept-Language")
        self.assertIn('xml:lang="es"', feed.text)
        self.assertIn(f"<title>{self.name}: creó", feed.text)
        self.assertIn("<title>Eventos de los parches</title>", feed.text)


class ReasonsTest(LanguageCase):
    """Fields are named by their labels, roles with their people."""

    def reasons(self, headers: Any = None, path: str = "") -> list[str]:
        text = self.get(path or self.path, headers=headers).text
        part = re.search(r'<div class="why">.*?</div>', text, re.DOTALL)
        assert part, text
        return [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<li>(.*?)</li>", part[0], re.DOTALL)]

    def test_on_the_page_of_a_patch(self):
        self.assertEqual(self.reasons(), ["0 of 2 votes needs the role QA (quinn, omar) or lead",
                                          "Built needs the role QA (quinn, omar)",
                                          "Client and Products have no values"])
        self.assertEqual(self.reasons(ES), ["0 de 2 votos requiere el rol QA (quinn, omar) o lead",
                                            "Built requiere el rol QA (quinn, omar)",
                                            "Client y Products no tienen valor"])
        text = self.page(self.path).text
        for key in ("overview_client", "overview_products"):
            target = f"/pmt{self.path}/edit?missing=Promote"
            self.assertIn(f'href="{target}&amp;field={key}"', text)
            self.assertRegex(self.page(f"{target.removeprefix('/pmt')}&field={key}").text,
                             rf'<[a-z]+ id="f-{key}"[^>]* autofocus')
        self.assertIn("overview_client, overview_products have no value", str(self.show(self.name)))

    def test_in_my_work(self):
        needs = '<data name="transitionValidation"><validation forEvent="Promote" ' \
                'class="AttributeExistenceValidator">' \
                '<parameter name="attributes" value="overview_client"/></validation></data>'
        self.load(lifecycle("Fields", state("Open", ("Promote", "Done"), data=needs), state("Done")))
        self.new("developer=anna", lifecycle="Fields")
        self.assertIn(": Client has no value", self.page("/").text)
        self.assertIn(": Client no tiene valor", self.get("/", headers=ES).text)

    def test_of_a_lifecycle(self):
        self.assertIn("Client and Products need a value", self.page("/lifecycles/Way").text)
        self.assertIn("Client y Products necesitan un valor", self.get("/lifecycles/Way", headers=ES).text)

    def test_headings_of_reports(self):
        for path, title, spanish in (("progress", "In its state for", "En su estado desde hace"),
                                     ("durations", "90th percentile", "Percentil 90"),
                                     ("health", "Problem", "Problema")):
            self.assertIn(f">{title}</th>", self.page(f"/reports/{path}").text)
            self.assertIn(f">{spanish}</th>", self.get(f"/reports/{path}", headers=ES).text)
        file = self.get("/reports/progress?format=csv", headers=ES).text
        self.assertTrue(file.startswith("patch,state,developer,qa,since_s"), file)


if __name__ == "__main__":
    unittest.main()
