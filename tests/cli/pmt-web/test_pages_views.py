# SPDX-License-Identifier: MIT
"""Saved views on /me: kept, shared, replaced, deleted."""

from upkeep_test.markup import Markup
from upkeep_test.pmt_web import Answer, PmtWebCase


class ViewsTest(PmtWebCase):
    roles = {"pmt-views": ["lea"]}

    def save(self, user: str = "anna", **fields: str) -> Answer:
        return self.post("/views", self.page("/me", user).form("/views") | fields, user)

    def delete(self, user: str, **fields: str) -> Answer:
        guards = self.page("/me", user).form("/views")
        kept = {name: guards[name] for name in ("token", "once")}
        return self.post("/views", kept | {"delete": "1"} | fields, user)

    def test_save_replace_delete(self):
        answer = self.save(name="Mine & <b>", q='client="Big Bank"')
        self.assertEqual((answer.status, answer.location), (303, "/pmt/me"))
        page = self.page("/me").text
        self.assertIn('href="/pmt/patches?q=client%3D%22Big%20Bank%22"', page)
        self.assertIn("Mine &amp; &lt;b&gt;", page)
        self.assertEqual(Markup(page).faults, [])
        self.save(name="Mine & <b>", q="state=Testing")
        page = self.page("/me").text
        self.assertIn("q=state%3DTesting", page)
        self.assertNotIn("Big%20Bank", page)
        self.assertNotIn("state%3DTesting", self.page("/me", "bob").text)
        self.assertEqual(self.delete("anna", name="Mine & <b>").status, 303)
        self.assertNotIn("state%3DTesting", self.page("/me").text)
        self.assertEqual(self.delete("anna", name="Mine & <b>").status, 404)

    def test_shared(self):
        self.assertNotIn('name="shared"', self.page("/me").text)
        answer = self.save(name="All", q="developer=@me", shared="1")
        self.assertEqual((answer.status, answer.exit_status), (403, 77))
        self.assertEqual(self.save("lea", name="All", q="developer=@me", shared="1").status, 303)
        self.assertIn("by lea", self.page("/me").text)
        self.assertEqual(self.delete("anna", name="All", owner="lea").status, 403)
        self.assertEqual(self.delete("lea", name="All", owner="lea").status, 303)
        self.assertNotIn("by lea", self.page("/me").text)

    def test_what_is_refused_comes_back(self):
        for fields, status in (({"name": " ", "q": "state=Open"}, 422), ({"name": "A", "q": "nosuch=1"}, 400)):
            answer = self.save(**fields)
            self.assertEqual(answer.status, status, answer.text)
            self.assertIn(f'value="{fields["q"]}"', answer.text)
            self.assertEqual(Markup(answer.text).faults, [])
