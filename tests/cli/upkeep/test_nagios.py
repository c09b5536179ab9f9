# SPDX-License-Identifier: MIT
"""upkeep doctor --nagios: one line that a monitoring system understands."""

import re
import unittest

from upkeep_test import TestCase, module_server

#: A state, a text, and what the guidelines say of performance data: 'label'=value[UOM];[warn];[crit];[min];[max]
DATUM = r"[^\s='|]+=-?[\d.]+(?:s|%|B|c)?(?:;[\d.:~@-]*){0,4}"
LINE = re.compile(rf"UPKEEP (OK|WARNING|CRITICAL|UNKNOWN) - ([^|\n]+?)(?: \| ({DATUM}(?: {DATUM})*))?\n")
STATUS = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}


class NagiosTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server(), "acme")

    def answer(self, *args: str) -> tuple[str, str, dict[str, str]]:
        """(state, text, performance data), of a valid answer."""
        result = self.installation.run("upkeep", "doctor", "--nagios", *args)
        match = LINE.fullmatch(result.text)
        assert match, f"\n{result}"
        state, text, data = match.groups()
        self.assertEqual((result.status, result.stderr), (STATUS[state], ""))
        self.assertLess(len(result.text.encode()), 1024)
        return state, text, dict(one.split("=") for one in (data or "").split())

    def counts(self) -> dict[str, int]:
        results = [one["result"] for one in self.installation.run("upkeep", "doctor", "--json").json]
        return {name: results.count(name) for name in ("ok", "warning", "fail", "skipped")}

    def test_it_agrees_with_the_doctor(self):
        state, _, data = self.answer()
        expected = self.counts()
        self.assertEqual({name: int(data[name].split(";")[0]) for name in expected}, expected)
        self.assertEqual(state, "CRITICAL" if expected["fail"] else "WARNING" if expected["warning"] else "OK")
        self.assertRegex(data["time"], r"^\d+\.\d+s;;;0$")

    def test_a_warning(self):
        before = self.counts()
        self.installation.run("ws-schedule", "--pause", "--why", "a|b")
        state, text, data = self.answer()
        self.assertIn("queue: ", text)
        self.assertIn("a/b", text)
        self.assertEqual(state, "CRITICAL" if before["fail"] else "WARNING")
        self.assertEqual(int(data["warning"].split(";")[0]), before["warning"] + 1)

    def test_the_database_is_away(self):
        self.installation.configure(database={"socket": "/nonexistent"})
        state, text, data = self.answer()
        self.assertEqual(state, "CRITICAL")
        self.assertIn("/nonexistent", text)
        self.assertNotEqual(data["fail"].split(";")[0], "0")

    def test_nothing_can_be_checked(self):
        self.installation.config_file.write_text("[database]\nsockt = 'a|b'\n")
        for args in ([], ["--config", "/nonexistent/upkeep.toml"]):
            with self.subTest(args):
                state, text, data = self.answer(*args)
                self.assertEqual((state, data), ("UNKNOWN", {}))
                self.assertIn("configuration: ", text)


if __name__ == "__main__":
    unittest.main()
