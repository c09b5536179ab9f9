# SPDX-License-Identifier: MIT
"""[patch.see]: who hides a patch or request from themselves is told so, and nobody else is told anything."""

import unittest

from upkeep_test.pmt_web import Answer, PmtWebCase


class HiddenActTest(PmtWebCase):
    patch = {"see": {"security": ["sara", "watch"]}}
    roles = {"watch": ["walter"]}
    name = "WSO2-CARBON-PATCH-4.4.0-0001"

    def make(self, user: str = "anna", **fields: str) -> tuple[Answer, dict]:
        form = self.page("/patches/new", user).form("/patches/new")
        typed = form | {"platform": "4.4.0", "category": "security", "set.overview_client": "zebrafish"} | fields
        return self.post("/patches/new", typed, user), typed

    def assert_told(self, answer: Answer, place: str, name: str) -> str:
        """The act is done, and the person reads so where they are led."""
        self.assertEqual(answer.status, 303, answer.text)
        self.assertTrue(answer.location.startswith(f"/pmt/{place}?did="), answer.location)
        self.assertNotIn(name, answer.location)
        path = answer.location.removeprefix("/pmt")
        page = self.page(path)
        self.assertIn(f"Done: {name}, ", page.text)
        self.assertIn("It is hidden from you: only sara, watch may see patches of its category.", page.text)
        self.assertNotIn("zebrafish", page.text)
        return path

    def test_a_new_patch(self):
        answer, typed = self.make()
        path = self.assert_told(answer, "patches", self.name)
        self.assertEqual(self.get(f"/patches/{self.name}").status, 404)
        self.assertEqual(self.get(f"/patches/{self.name}", user="sara").status, 200)
        again = self.post("/patches/new", typed)
        self.assertEqual((again.status, again.location), (303, answer.location))
        self.assertEqual(self.sql("SELECT COUNT(*) FROM patch"), [["1"]])
        # Nobody else is told; nor is anna, as soon as others have acted.
        for user in ("bob", "sara", "walter"):
            self.assertNotIn("Done", self.page(path, user).text)
        self.assertNotIn(self.name, self.page(path, "bob").text)
        self.assertNotIn("Done", self.page("/patches?did=999").text)
        self.assertNotIn("Done", self.page("/patches?did=x").text)
        self.assert_status(self.installation.run("pmt-patch", "comment", self.name, "x", "--as", "sara"), 0)
        self.assertNotIn(self.name, self.page(path).text)

    def test_a_new_request(self):
        form = self.page("/queue/new").form("/queue/new")
        answer = self.post("/queue/new", form | {"set.overview_category": "security"})
        self.assert_told(answer, "queue", "Q-1")
        self.assertEqual(self.get("/queue/Q-1").status, 404)

    def test_an_edit(self):
        self.assertEqual(self.make(category="normal")[0].location.partition("?")[0], f"/pmt/patches/{self.name}")
        path = f"/patches/{self.name}/edit"
        form = self.page(path).form(path)
        for then in ("", "Promote"):
            with self.subTest(then):
                typed = form | {"set.overview_category": "security"} | ({"then": then} if then else {})
                if then:
                    self.assert_status(self.installation.run("pmt-patch", "edit", self.name, "--set",
                                                             "category=normal", "--as", "sara"), 0)
                    typed["once"] = "another"
                self.assert_told(self.post(path, typed), "patches", self.name)

    def test_who_may_see_it_goes_there(self):
        answer, _ = self.make("sara")
        self.assertEqual(answer.location.partition("?")[0], f"/pmt/patches/{self.name}")
        self.assertIn("Done: ", self.page(answer.location.removeprefix("/pmt"), "sara").text)


if __name__ == "__main__":
    unittest.main()
