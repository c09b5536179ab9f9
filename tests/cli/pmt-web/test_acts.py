# SPDX-License-Identifier: MIT
"""Forms of a patch: what they do, and what comes back when it is refused."""

import concurrent.futures
import getpass

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import Answer, PmtWebCase

ITEMS = '<item name="Built" forEvent="Promote"/><item name="Read"/>'
WAY = lifecycle("Way", state("Open", ("Promote", "Testing"), items=ITEMS), state("Testing", ("Demote", "Open")))


class ActTest(PmtWebCase):
    def setUp(self) -> None:
        super().setUp()
        self.load(WAY)
        self.name = self.new("client=Acme", "developer=anna", lifecycle="Way")
        self.address = f"/patches/{self.name}"

    def assert_done(self, answer: Answer) -> str:
        """It leads back to the page, which says what was done; the event."""
        self.assertEqual((answer.status, answer.exit_status, answer.text), (303, 0, ""))
        self.assertRegex(answer.location, rf"^/pmt{self.address}\?did=\d+$")
        return answer.location.rpartition("=")[2]

    def assert_refused(self, answer: Answer, status: int, exit_status: int, *parts: str) -> None:
        self.assertEqual((answer.status, answer.exit_status), (status, exit_status), answer.text)
        for part in parts:
            self.assertIn(part, answer.text)

    def test_tick_and_untick(self):
        event = self.assert_done(self.act(self.page(self.address), self.address + "/tick", item="Built"))
        self.assertEqual([item["ticked"] for item in self.show(self.name)["items"]], [True, False])
        last = self.history(self.name)[-1]
        self.assertEqual((str(last["event"]), last["action"], last["key"]), (event, "tick", "Built"))
        self.assertEqual((last["actor"], last["via"]), ("anna", f"pmt-web by {getpass.getuser()}"))
        self.assert_done(self.act(self.page(self.address), self.address + "/untick", item="Built"))
        self.assertEqual([item["ticked"] for item in self.show(self.name)["items"]], [False, False])

    def test_a_tick_that_is_there_is_no_event(self):
        page = self.page(self.address)
        self.ok("tick", self.name, "Built")
        events = len(self.history(self.name))
        answer = self.act(page, self.address + "/tick", item="Built")
        self.assertEqual((answer.status, answer.location), (303, f"/pmt{self.address}"))
        self.assertEqual(len(self.history(self.name)), events)

    def test_move(self):
        page = self.page(self.address)
        self.assertNotIn('action="/pmt' + self.address + '/move"', page.text)
        self.assertIn("Promote is not possible yet", page.text)
        self.ok("tick", self.name, "Built")
        page = self.page(self.address)
        form = page.form(self.address + "/move", event="Promote")
        self.assert_done(self.post(self.address + "/move", form | {"time": "1h 30m", "comment": "built\r\nhere"}))
        self.assertEqual(self.state_of(self.name), "Testing")
        moved = [event for event in self.history(self.name) if event["action"] == "move"][0]
        self.assertEqual((moved["time_s"], moved["comment"]), (5400, "built\nhere"))
        late = form | {"once": "another"}
        self.assert_refused(self.post(self.address + "/move", late), 412, 1, "anna did Promote")

    def test_what_was_typed_comes_back(self):
        self.ok("tick", self.name, "Built")
        page = self.page(self.address)
        form = page.form(self.address + "/move", event="Promote") | {"time": "a while", "comment": "5 < 6 & \"7\""}
        answer = self.post(self.address + "/move", form)
        self.assert_refused(answer, 422, 65, "a while", "5 &lt; 6 &amp; &quot;7&quot;")
        again = answer.form(self.address + "/move", event="Promote")
        self.assertEqual((again["time"], again["comment"]), (["a while"], ["5 < 6 & \"7\""]))
        self.assertNotEqual(again["once"], form["once"])
        self.assertEqual(self.state_of(self.name), "Open")

    def test_a_page_that_has_expired(self):
        page = self.page(self.address)
        form = page.form(self.address + "/tick", item="Built")
        token = form["token"][0]
        for other in ("", "x", token[:-1] + ("1" if token.endswith("0") else "0")):
            answer = self.post(self.address + "/tick", form | {"token": other})
            self.assert_refused(answer, 403, 77, "does not come from a page")
        other = self.post(self.address + "/tick", form, user="bob")
        self.assert_refused(other, 403, 77, "does not come from a page")
        self.assertFalse(self.show(self.name)["items"][0]["ticked"])

    def test_another_site(self):
        form = self.page(self.address).form(self.address + "/tick", item="Built")
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Host": "pmt.example.org", "Origin": "https://evil.example"},
                        {"Origin": "https://evil.example"}):
            answer = self.post(self.address + "/tick", form, headers=headers)
            self.assert_refused(answer, 403, 77, "another site")
        own = {"Host": "pmt.example.org", "Origin": "https://pmt.example.org", "Sec-Fetch-Site": "same-origin"}
        self.assert_done(self.post(self.address + "/tick", form, headers=own))

    def test_a_form_of_another_type(self):
        form = self.page(self.address).form(self.address + "/tick", item="Built")
        answer = self.post(self.address + "/tick", form, headers={"Content-Type": "text/plain"})
        self.assert_refused(answer, 415, 64, "not a form")

    def test_an_unknown_item(self):
        form = self.page(self.address).form(self.address + "/tick", item="Built")
        answer = self.post(self.address + "/tick", form | {"item": ["Built", "Buil't"]})
        self.assert_refused(answer, 404, 2, "Buil&#39;t")
        self.assertFalse(self.show(self.name)["items"][0]["ticked"])

    def test_comment_and_time(self):
        form = self.page(self.address).form(self.address + "/comment")
        self.assert_done(self.post(self.address + "/comment", form | {"text": "see Q-1 and\r\n<b>this</b>"}))
        last = self.history(self.name)[-1]
        self.assertEqual((last["action"], last["comment"]), ("comment", "see Q-1 and\n<b>this</b>"))
        page = self.page(self.address)
        self.assertIn("&lt;b&gt;this&lt;/b&gt;", page.text)
        self.assert_refused(self.post(self.address + "/comment", form | {"text": " "}), 422, 65, "needs a text")
        form = page.form(self.address + "/log-time")
        self.assert_done(self.post(self.address + "/log-time", form | {"time": "45m"}))
        self.assertEqual(self.history(self.name)[-1]["time_s"], 2700)
        self.assert_refused(self.post(self.address + "/log-time", form | {"time": "1h", "date": "9998-01-01"}),
                            422, 65, "in the future")

    def test_edit(self):
        page = self.page(self.address + "/edit")
        form = page.form(self.address + "/edit")
        self.assertEqual((form["set.overview_client"], form["was.overview_client"]), (["Acme"], ["Acme"]))
        text = "first\r\n  second <script>"
        changed = form | {"set.overview_client": "Acme\r\nGlobex\r\n", "set.overview_description": text, "why": "asked"}
        self.assert_done(self.post(self.address + "/edit", changed))
        shown = self.installation.run("pmt-patch", "show", "--json", self.name).json[0]["fields"]
        self.assertEqual(shown["overview_client"], ["Acme", "Globex"])
        self.assertEqual(shown["overview_description"], "first\n  second <script>")
        self.assertEqual(self.history(self.name)[-1]["comment"], "asked")
        self.assertIn("second &lt;script&gt;", self.page(self.address).text)

    def test_fields_that_others_change(self):
        first = self.page(self.address + "/edit").form(self.address + "/edit")
        second = self.page(self.address + "/edit", user="bob").form(self.address + "/edit")
        changed = self.post(self.address + "/edit", second | {"set.overview_client": "Globex"}, user="bob")
        self.assertEqual(changed.status, 303)
        self.assert_done(self.post(self.address + "/edit", first | {"set.overview_description": "another"}))
        late = first | {"once": "another", "set.overview_client": "Initech"}
        answer = self.post(self.address + "/edit", late)
        self.assert_refused(answer, 412, 1, "Globex", "Initech")
        self.assertEqual(answer.form(self.address + "/edit")["set.overview_client"], ["Initech"])

    def test_values_that_are_not_valid(self):
        form = self.page(self.address + "/edit").form(self.address + "/edit")
        wrong = form | {"set.dates_qaStartedOn": "someday", "set.overview_client": "Globex"}
        answer = self.post(self.address + "/edit", wrong)
        said = "&#39;someday&#39; is not a date."
        self.assert_refused(answer, 422, 65, 'aria-invalid="true"', f'id="f-dates_qaStartedOn-fault">{said}</p>',
                            f'<p><strong><a href="#f-dates_qaStartedOn">QA Started On: {said}</a></strong></p>')
        self.assertNotIn("dates_qaStartedOn:", answer.text)
        self.assertEqual(answer.form(self.address + "/edit")["set.overview_client"], ["Globex"])

    def test_what_is_sent_twice_is_done_once(self):
        form = self.page(self.address).form(self.address + "/comment") | {"text": "one"}
        first, second = (self.post(self.address + "/comment", form) for _ in range(2))
        self.assertEqual(self.assert_done(first), self.assert_done(second))
        other = self.post(self.address + "/comment", form | {"text": "two"})
        self.assert_refused(other, 422, 65, ">\ntwo</textarea>")
        self.assertEqual([event["comment"] for event in self.history(self.name) if event["action"] == "comment"],
                         ["one"])
        again = other.form(self.address + "/comment") | {"text": "two"}
        self.assert_done(self.post(self.address + "/comment", again))
        of_bob = self.page(self.address, user="bob").form(self.address + "/comment")
        answer = self.post(self.address + "/comment", of_bob | {"once": form["once"], "text": "three"}, user="bob")
        self.assertEqual(answer.status, 303)  # keys are each person's own

    def test_numbers_are_drawn_once(self):
        form = self.page("/patches/new").form("/patches/new") | {"platform": "4.9.0"}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.post("/patches/new", form), range(8)))
        self.assertEqual({answer.status for answer in answers}, {303})
        self.assertEqual(len({answer.location for answer in answers}), 1)
        self.assert_made(answers[0], "/pmt/patches/WSO2-CARBON-PATCH-4.9.0-0001")
        self.assertEqual(len(self.assert_quiet(self.installation.run("pmt-patch", "list", "platform=4.9.0")).rows), 1)
        form = self.page("/queue/new").form("/queue/new")
        first, second = (self.post("/queue/new", form) for _ in range(2))
        self.assert_made(first, "/pmt/queue/Q-1")
        self.assertEqual(second.location, first.location)

    def test_save_and_move(self):
        page = self.page(self.address + "/edit?missing=Promote")
        form = page.form(self.address + "/edit", then="Promote") | {"set.overview_client": "Globex"}
        refused = self.post(self.address + "/edit", form)
        self.assert_refused(refused, 409, 1, "saved", "Built")
        shown = self.installation.run("pmt-patch", "show", "--json", self.name).json[0]["fields"]
        self.assertEqual(shown["overview_client"], ["Globex"])
        self.ok("tick", self.name, "Built")
        self.assert_done(self.post(self.address + "/edit", form))
        self.assertEqual(self.state_of(self.name), "Testing")
        edits = [event for event in self.history(self.name) if event["key"] == "overview_client"
                 and event["action"] == "edit"]
        self.assertEqual(len(edits), 1)

    def assert_made(self, answer, address):
        self.assertEqual(answer.status, 303, answer.text)
        self.assertRegex(answer.location, rf"^{address}\?did=[0-9]+$")

    def test_new_patch(self):
        page = self.page("/patches/new")
        form = page.form("/patches/new")
        self.assertEqual(form["set.peopleInvolved_developedby"], ["anna"])
        missing = self.post("/patches/new", form | {"set.overview_client": "Globex"})
        self.assert_refused(missing, 422, 65, "platform is missing.")
        self.assertEqual(missing.form("/patches/new")["set.overview_client"], ["Globex"])
        made = self.post("/patches/new", form | {"platform": "4.9.0", "set.overview_client": "Globex"})
        self.assert_made(made, "/pmt/patches/WSO2-CARBON-PATCH-4.9.0-0001")
        self.assertIn("Done: created in Development", self.page(made.location.removeprefix("/pmt")).text)

    def test_request_take_and_decline(self):
        form = self.page("/queue/new").form("/queue/new")
        made = self.post("/queue/new", form | {"platform": "4.9.0", "set.overview_client": "Globex"})
        self.assert_made(made, "/pmt/queue/Q-1")
        for path in ("/queue", "/"):
            self.assertTrue(self.page(path).form("/queue/Q-1/take")["once"])
        page = self.page("/queue/Q-1")
        no_reason = self.act(page, "/queue/Q-1/decline", {"why": " "})
        self.assert_refused(no_reason, 422, 65, "A reason is required.")
        taken = self.act(page, "/queue/Q-1/take", user="anna")
        self.assert_made(taken, "/pmt/patches/WSO2-CARBON-PATCH-4.9.0-0001")
        second = self.post("/queue/new", self.page("/queue/new").form("/queue/new"))
        self.assert_made(second, "/pmt/queue/Q-2")
        declined = self.act(self.page("/queue/Q-2"), "/queue/Q-2/decline", {"why": "twice"})
        self.assert_made(declined, "/pmt/queue/Q-2")

    def test_read_only_and_untrusted(self):
        form = self.page(self.address).form(self.address + "/tick", item="Built")
        self.serve(read_only="The database moves tonight.")
        page = self.page(self.address)
        self.assertIn("The database moves tonight.", page.text)
        self.assertNotIn("<button type=\"submit\" name=\"item\"", page.text)
        self.assert_refused(self.post(self.address + "/tick", form), 503, 69, "The database moves tonight.")
        self.serve(patch={"trusted": ["somebody"]})
        self.assertNotIn("name=\"item\"", self.page(self.address).text)
        self.assert_refused(self.post(self.address + "/tick", form), 403, 77, "[patch] trusted")
