# SPDX-License-Identifier: MIT
"""The examples for monitoring and the manual page name the figures that `upkeep metrics` prints, and no others."""

import json
import re
import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, module_server
from upkeep_test.manual import MAN, section
from upkeep_test.openmetrics import parse

ALERTS = REPOSITORY / "share" / "monitoring" / "alerts.yml"
DASHBOARD = REPOSITORY / "share" / "monitoring" / "dashboard.json"
METRIC = re.compile(r"\bupkeep_[a-z_]+")


def expressions() -> list[str]:
    """Of the rules: those on the line of their key, and those in the block below it."""
    return [first if first != ">-" else block.strip()
            for first, block in re.findall(r"(?m)^ {8}expr: (.*)\n((?: {10}\S.*\n)*)", ALERTS.read_text())]


def manual_page() -> str:
    [page] = MAN.glob("upkeep.[18]")
    return page.read_text()


def queries() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    found = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return found + [one["query"] for one in dashboard["templating"]["list"] if one["type"] == "query"]


class MonitoringTest(TestCase):
    def printed(self) -> dict[str, set[str]]:
        """The labels of every sample that can be printed, by its name."""
        installation = self.open_small(module_server(), "acme")
        installation.server.sql("INSERT INTO sweep (name, due_at, queued_at) VALUES ('night', NOW(), NOW())",
                                schema="upkeep")
        self.assert_status(installation.run("ws-upgrade", "acme"), 0)
        self.assert_status(installation.run("pmt-patch", "new", "--platform", "4.4.0"), 0)
        found: dict[str, set[str]] = {}
        for family in parse(installation.run("upkeep", "metrics").text).values():
            for suffix, labels in family.samples:
                found.setdefault(family.name + suffix, set()).update(name for name, _ in labels)
        return found

    def test_names_and_labels(self):
        printed = self.printed()
        self.assertGreater(len(expressions()), 10)
        self.assertEqual(len(expressions()), ALERTS.read_text().count("- alert: "))
        self.assertGreater(len(queries()), 10)
        for text in expressions() + queries():
            with self.subTest(text):
                names = METRIC.findall(text)
                self.assertTrue(names or "node_textfile" in text)
                self.assertLessEqual(set(names), set(printed))
                for name, matchers in re.findall(r"(\bupkeep_\w+)\{([^}]*)\}", text):
                    labels = {one.split("=")[0].strip("!~ ") for one in matchers.split(", ")}
                    self.assertLessEqual(labels - {"instance"}, printed[name])
        told = set(METRIC.findall(section(manual_page(), "MONITORING")))
        base = {re.sub(r"^(upkeep_run_duration_seconds)_\w+$", r"\1", name) for name in printed}
        self.assertEqual(told, base)
        for name in base:
            self.assertTrue(any(name in text for text in queries()) or name.startswith(
                ("upkeep_build", "upkeep_collection", "upkeep_schema", "upkeep_run_")), name)

    def test_braces_match(self):
        for text in expressions() + queries():
            for pair in ("()", "{}", "[]"):
                self.assertEqual(text.count(pair[0]), text.count(pair[1]), text)
            self.assertEqual(text.count('"') % 2, 0, text)

    def test_prometheus_accepts_the_rules(self):
        if not shutil.which("promtool"):
            self.skipTest("this needs promtool, of the package prometheus")
        done = subprocess.run(["promtool", "check", "rules", ALERTS], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.text + done.stderr)

    def test_every_panel_has_a_place(self):
        places = set()
        for panel in json.loads(DASHBOARD.read_text())["panels"]:
            grid = panel["gridPos"]
            cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"])
                     for y in range(grid["y"], grid["y"] + grid["h"])}
            self.assertFalse(cells & places, panel["title"])
            self.assertLessEqual(grid["x"] + grid["w"], 24)
            places |= cells


if __name__ == "__main__":
    unittest.main()
