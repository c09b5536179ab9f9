# SPDX-License-Identifier: MIT
"""/admin: who may use it, and that each of its acts is what the tool does."""

import getpass
import unittest

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_web import PmtWebCase

XML = lifecycle("Small", state("Open", ("Close", "Closed")), state("Closed"))
NEWER = lifecycle("Small", state("Begun", ("Close", "Closed")), state("Closed"), initial="Begun")


class AdminCase(PmtWebCase):
    roles = {"pmt-admin": ["ada", "bob"], "pmt-lifecycle": ["ada", getpass.getuser()], "pmt-fields": ["ada"]}

    def admin(self, path="/admin"):
        return self.page(path, user="ada")

    def do(self, action, fields=None, page=None, **button):
        return self.act(page or self.admin(), action, fields, user="ada", **button)


class WhoTest(AdminCase):
    def test_only_for_the_role(self):
        self.assertIn('href="/pmt/admin"', self.admin().text)
        for user in ("anna", "pmt-admin"):
            self.assertNotIn("/pmt/admin", self.page("/", user=user).text)
            answer = self.get("/admin", user=user)
            self.assertEqual((answer.status, answer.exit_status), (403, 77))
            self.assertIn("ada, bob", answer.text)
        form = self.page("/me", user="anna").form("/views")
        for action, fields in (("deliveries", {}), ("attach", {"patch": "4.4.0-1"}), ("migrate", {"q": "x"}),
                               ("choices", {"list": "clients", "values": "x", "act": "add"}),
                               ("aliases", {"list": "clients", "alias": "x", "value": "y"}),
                               ("lifecycles", {"xml": XML})):
            answer = self.post(f"/admin/{action}", form | fields, user="anna")
            self.assertEqual((answer.status, answer.exit_status), (403, 77), action)

    def test_the_role_of_the_tool_as_well(self):
        page = self.page("/admin", user="bob")
        form = page.form("/admin/choices")
        answer = self.post("/admin/choices", form | {"list": "clients", "values": "x", "act": "add"}, user="bob")
        self.assertEqual(answer.status, 403, answer.text)
        self.assertIn("pmt-fields", answer.text)
        may = {one["act"]: one for one in self.get("/api/v1/me", user="bob").json["may"]}
        self.assertEqual(may["use the administration page"]["who"], ["ada", "bob"])

    def test_nobody_without_a_definition(self):
        for roles in (None, {"qa": ["ada"]}):
            self.installation.configure(patch={"roles": None})
            self.roles = roles
            self.serve()
            self.assertEqual(self.get("/admin", user="ada").status, 403)
            self.assertNotIn("/pmt/admin", self.page("/", user="ada").text)

    def test_read_only(self):
        self.serve(read_only=True)
        self.assertNotIn("<form method=\"post\"", self.admin().text)


class DeliveryTest(AdminCase):
    def test_try_again(self):
        self.assertIn("No notification has been abandoned", self.admin().text)
        target = self.installation.directory / "got"
        sections = {"on": ["comment"], "command": ["/bin/false"], "tries": 1}
        self.installation.configure(**{"notify.hook": sections})
        name = self.new()
        self.assert_status(self.installation.run("pmt-patch", "comment", name, "hello"), 0)
        self.assert_status(self.run_tool("deliver"), 1)
        page = self.admin()
        self.assertIn(name, page.text)
        self.assertIn("hook", page.text)
        self.installation.configure(**{"notify.hook": sections | {"command": ["/usr/bin/tee", str(target)]}})
        answer = self.do("/admin/deliveries", page=page)
        self.assertEqual((answer.status, answer.location), (303, "/pmt/admin"), answer.text)
        self.assertFalse(target.exists())  # a request never waits for a hook
        self.assertIn("No notification has been abandoned", self.admin().text)
        self.ok("deliver")
        self.assertIn("hello", target.read_text())


class LifecycleTest(AdminCase):
    def test_findings_come_first(self):
        checked = self.do("/admin/lifecycles", {"xml": XML})
        self.assertEqual(checked.status, 200, checked.text)
        self.assertIn("Load Small", checked.text)
        self.assertNotIn("Small", self.ok("list").text)
        loaded = self.act(checked, "/admin/lifecycles", user="ada", sure="1")
        self.assertEqual((loaded.status, loaded.location), (303, "/pmt/lifecycles/Small?version=1"), loaded.text)
        self.assertEqual(self.act(checked, "/admin/lifecycles", user="ada", sure="1").location, loaded.location)
        self.assertIn(["Small", "1"], [row[:2] for row in self.ok("list").rows])

    def test_what_is_not_loaded(self):
        wrong = XML.replace('target="Closed"', 'target="Nowhere"')
        checked = self.do("/admin/lifecycles", {"xml": wrong})
        self.assertEqual(checked.status, 200)
        self.assertIn("Nowhere", checked.text)
        self.assertNotIn("Load Small", checked.text)
        forced = self.do("/admin/lifecycles", {"xml": wrong, "sure": "1"})
        self.assertEqual(forced.status, 422)
        for fields, text in (({"xml": " "}, "There is no definition"),
                             ({"xml": XML, "name": "Other"}, "names it Small"),
                             ({"xml": "<a", "name": "x"}, "error")):
            answer = self.do("/admin/lifecycles", fields)
            self.assertIn(text, answer.text)
            self.assertNotIn("Load ", answer.form("/admin/lifecycles").get("sure", [""])[0])
        self.assertNotIn("Small", self.ok("list").text)

    def test_attach(self):
        self.load(XML)
        name = self.new()
        answer = self.do("/admin/attach", {"patch": name, "lifecycle": "small", "why": "smaller"})
        self.assertEqual(answer.status, 409, answer.text)
        self.assertIn(f'value="{name}"', answer.text)
        form = self.admin().form("/admin/attach") | {"patch": name, "lifecycle": "small", "replace": "1",
                                                     "why": "smaller"}
        done = self.post("/admin/attach", form, user="ada")
        self.assertEqual(done.status, 303, done.text)
        self.assertIn(f"/pmt/patches/{name}?did=", done.location)
        self.assertEqual(self.state_of(name), "Open")
        event = self.history(name)[-1]
        self.assertEqual((event["actor"], event["action"], event["comment"]), ("ada", "attach", "smaller"))
        self.assertEqual(self.post("/admin/attach", form, user="ada").location, done.location)
        self.assertEqual(self.history(name)[-1]["event"], event["event"])
        self.assertEqual(self.do("/admin/attach", {"patch": "4.4.0-99", "lifecycle": "Small"}).status, 404)
        self.assertEqual(self.do("/admin/attach", {"patch": "", "lifecycle": "Small"}).status, 422)

    def test_migrate(self):
        self.load(XML)
        names = [self.new(lifecycle="Small") for _ in range(2)]
        self.load(NEWER)
        page = self.admin()
        self.assertIn("2 patches are in version 1 of Small; the newest is 2.", page.text)
        looked = self.do("/admin/migrate", {"q": "lifecycle=Small", "map": "Open=Begun", "why": "renamed"})
        self.assertEqual(looked.status, 200, looked.text)
        self.assertIn("These would be migrated: 2", looked.text)
        self.assertEqual({self.state_of(name) for name in names}, {"Open"})
        form = looked.form("/admin/migrate")
        done = self.post("/admin/migrate", form, user="ada")
        self.assertIn("Migrated: 2", done.text)
        self.assertEqual({self.state_of(name) for name in names}, {"Begun"})
        count = len(self.history(names[0]))
        again = self.post("/admin/migrate", form, user="ada")
        self.assertIn("by this form before", again.text)
        self.assertEqual(len(self.history(names[0])), count)
        for fields, status in (({"q": ""}, 422), ({"q": "lifecycle=Small", "to": "x"}, 422),
                               ({"q": "lifecycle=Small", "map": "Open"}, 422), ({"q": "nosuch=1"}, 400)):
            self.assertEqual(self.do("/admin/migrate", fields).status, status, fields)

    def test_a_patch_that_cannot_be_migrated(self):
        self.load(XML)
        name = self.new(lifecycle="Small")
        self.load(NEWER)
        looked = self.do("/admin/migrate", {"q": "lifecycle=Small"})
        self.assertEqual(looked.status, 200)
        self.assertIn(name, looked.text)
        self.assertIn("Open", looked.text)
        with self.assertRaises(AssertionError):
            looked.form("/admin/migrate")


class ListTest(AdminCase):
    def values(self, name):
        return [row[0] for row in self.assert_quiet(self.installation.run("pmt-patch", "choices", name)).rows]

    def test_values(self):
        answer = self.do("/admin/choices", {"list": "clients", "values": "Acme\r\n\r\n Big Bank \r\n"}, act="add")
        self.assertEqual((answer.status, answer.location), (303, "/pmt/admin?list=clients"), answer.text)
        self.assertEqual(self.values("clients"), ["Acme", "Big Bank"])
        self.assertIn("clients has 2 values", self.admin("/admin?list=clients").text)
        answer = self.do("/admin/choices", {"list": "clients", "values": "Acme\r\nBig Bnak"}, act="remove")
        self.assertEqual(answer.status, 404)
        self.assertIn("Big Bank", answer.text)
        self.assertEqual(self.values("clients"), ["Acme", "Big Bank"])
        self.do("/admin/choices", {"list": "clients", "values": "Acme"}, act="remove")
        self.assertEqual(self.values("clients"), ["Big Bank"])
        for fields, status in (({"list": "a b", "values": "x"}, 422), ({"list": "clients", "values": " "}, 422)):
            answer = self.do("/admin/choices", fields, act="add")
            self.assertEqual(answer.status, status, answer.text)

    def test_aliases(self):
        self.do("/admin/choices", {"list": "products", "values": "ESB 4.8.1"}, act="add")
        fields = {"list": "products", "alias": "Enterprise Service Bus 4.8.1", "value": "ESB 4.8.1"}
        answer = self.post("/admin/aliases", self.admin().form("/admin/choices") | fields, user="ada")
        self.assertEqual(answer.status, 303, answer.text)
        page = self.admin("/admin?list=products")
        self.assertIn("Enterprise Service Bus 4.8.1", page.text)
        gone = self.act(page, "/admin/aliases", user="ada", remove="1")
        self.assertEqual(gone.status, 303, gone.text)
        self.assertNotIn("Enterprise Service Bus", self.admin("/admin?list=products").text)
        self.assertEqual(self.post("/admin/aliases", page.form("/admin/aliases", remove="1"), user="ada").status, 404)


if __name__ == "__main__":
    unittest.main()
