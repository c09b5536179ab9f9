# SPDX-License-Identifier: MIT
"""What an administrator does in the browser, with and without scripts."""

import unittest

from upkeep_test.lifecycle import lifecycle, state
from upkeep_test.pmt_site import SiteTest


class AdminTest(SiteTest):
    scripts = True

    def setUp(self) -> None:
        super().setUp()
        self.lena = self.browser("lena", scripts=self.scripts)
        self.own = "Scripted" if self.scripts else "Plain"  # both classes share the registry

    def fill(self, form: str, **values: str) -> None:
        for name, value in values.items():
            self.lena.type(f'main form[action$="/admin/{form}"] [name="{name}"]', value)

    def choose(self, form: str, name: str, value: str) -> None:
        self.lena.click(f'main form[action$="/admin/{form}"] [name="{name}"] option[value="{value}"]')

    def send(self, form: str, button: str = "button") -> None:
        with self.next_page(self.lena):
            self.lena.click(f'main form[action$="/admin/{form}"] {button}')

    def load(self, definition: str) -> None:
        """As a person does: look at what is found, then load it."""
        self.open(self.lena, "/admin")
        self.fill("lifecycles", xml=definition)
        self.send("lifecycles")
        self.send("lifecycles", "button.primary")

    def definition(self, first: str, *more: str) -> str:
        return lifecycle(self.own, state(first, ("Close", "Closed")), state("Closed"), *more, initial=first)

    def test_a_notification_is_tried_again(self):
        name = self.abandon_delivery()
        with self.next_page(self.lena):
            self.open(self.lena, "/")
            self.lena.click('header a[href$="/admin"]')
        self.assertIn(name, self.lena.text("section[aria-labelledby=deliveries]"))
        self.send("deliveries")
        self.assertIn("No notification has been abandoned", self.lena.text("section[aria-labelledby=deliveries]"))
        self.site.run("pmt-lifecycle", "deliver")

    def test_a_lifecycle_with_findings(self):
        self.open(self.lena, "/admin")
        self.fill("lifecycles", xml=self.definition("Open").replace('target="Closed"', 'target="Nowhere"'))
        self.send("lifecycles")
        self.assertIn("Nowhere", self.lena.text("main table"))
        self.assertIsNone(self.lena.find_or_none("main button.primary"), "one with errors can be loaded")
        self.lena.script("const text = document.getElementById('f-xml');"
                         "text.value = text.value.replace('target=\"Nowhere\"', 'target=\"Closed\"')")
        self.send("lifecycles")
        self.assertEqual(self.lena.text("main button.primary"), f"Load {self.own}")
        self.send("lifecycles", "button.primary")
        self.assertIn(f"/lifecycles/{self.own}", self.lena.url)

    def test_attach_and_migrate(self):
        self.load(self.definition("Open"))
        name = self.new_patch()
        self.open(self.lena, "/admin")
        self.fill("attach", patch=name, why="smaller")
        self.choose("attach", "lifecycle", self.own)
        self.send("attach")
        self.assertEqual(self.lena.focused(), "problem")  # it has one already
        self.assertEqual(self.lena.property('form[action$="/attach"] [name=patch]', "value"), name)
        self.lena.click("form[action$='/attach'] [name=replace]")
        self.send("attach")
        self.assertTrue(self.lena.url.partition("?")[0].endswith(f"/patches/{name}"), self.lena.url)
        self.assertIn("Open", self.lena.text("h1"))
        self.load(self.definition("Begun"))
        self.open(self.lena, "/admin")
        self.fill("migrate", q=f"patch={name}", map="Open=Begun", why="renamed")
        self.send("migrate")
        self.assertIn("Nothing has been changed", self.lena.text("main"))
        self.assertEqual(self.show(name)["state"], "Open")
        self.send("migrate")
        self.assertIn("Migrated: 1", self.lena.text("main"))
        self.assertEqual(self.show(name)["state"], "Begun")

    def test_pick_lists(self):
        self.open(self.lena, "/admin")
        self.fill("choices", values=f"{self.own} Bank\n{self.own} Post")
        self.lena.script("document.querySelector('form[action$=\"/choices\"] [name=list]').value = 'clients'")
        self.send("choices", "button[value=add]")
        self.assertIn(f"{self.own} Bank", self.lena.text("details[open] ul"))
        self.fill("choices", values=f"{self.own} Bank")
        self.send("choices", "button[value=remove]")
        self.assertNotIn(f"{self.own} Bank", self.lena.text("details[open] ul"))
        self.fill("aliases", alias=f"{self.own} Mail", value=f"{self.own} Post")
        self.send("aliases", "button:not([name])")
        self.assertIn(f"{self.own} Mail", self.lena.text("section[aria-labelledby=lists] table"))
        self.send("aliases", f"button[aria-label$='{self.own} Mail']")
        self.assertIsNone(self.lena.find_or_none("section[aria-labelledby=lists] table"))


class NoScriptAdminTest(AdminTest):
    """The same, where scripts are off."""

    scripts = False


if __name__ == "__main__":
    unittest.main()
