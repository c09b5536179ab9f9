# SPDX-License-Identifier: MIT
"""pmt-lifecycle lint and load: what is wrong with a file, in bounded time, and what may be loaded."""

import pathlib
import tempfile
import time
import unittest
import xml.etree.ElementTree as tree

from upkeep_test import REPOSITORY, need_shared, process
from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

#: Files with an error; all others have none.
BAD = {"InvalidInitialStateLC": {"unknown-initial-state"}, "InvalidTargetStateLC": {"unknown-target"}}
#: What else is known of them.
WARNED = {"InvalidForEventLC": {"event-without-transition"},
          "IntergalacticServiceLC": {"event-without-transition", "empty-roles"},
          "MultiplePromoteDemoteLC": {"empty-target", "unreachable-state"},
          "WebAppLifeCycle": {"unknown-class"}, "sampleLifeCycle": set(), "custom_lifecycle": set(),
          "lifeCycleConfig": set(), "ServiceLifeCycle": set()}


class LintTest(LifecycleCase):
    def setUp(self):
        pass  # no database

    def lint(self, *paths):
        result = process.run("pmt-lifecycle", "lint", *paths)
        self.assertEqual(result.stderr, "", result)
        return result

    def rules(self, text: str, status: int = 0) -> list[tuple[str, str, int]]:
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "some.xml"
            path.write_bytes(text.encode() if isinstance(text, str) else text)
            result = self.lint(path)
        self.assert_status(result, status)
        for row in result.rows:
            self.assertEqual(row[0], str(path))
        return [(row[1], row[2], int(row[3] or 0)) for row in result.rows]

    def test_real_files(self):
        seen = 0
        for path in sorted(need_shared("data", "lifecycles").glob("*.xml")):
            with self.subTest(path.name):
                name = path.stem.split("__")[-1]
                result = self.lint(path)
                self.assert_status(result, 1 if name in BAD else 0)
                errors = {row[2] for row in result.rows if row[1] == "error"}
                warnings = {row[2] for row in result.rows if row[1] == "warning"}
                self.assertEqual(errors, BAD.get(name, set()))
                if name in WARNED:
                    self.assertEqual(warnings, WARNED[name])
            seen += 1
        self.assertGreater(seen, 30)

    def test_what_ships_is_clean(self):
        files = sorted((REPOSITORY / "share" / "patch" / "lifecycles").glob("*.xml"))
        self.assertEqual(len(files), 3)
        self.assert_quiet(self.lint(*files))

    def test_rules(self):
        item = '<item name="A" forEvent="Go, Stop"/>\n<item name="A"/>'
        text = lifecycle(
            "X",
            '<state id="Open"><datamodel>\n<data name="checkItems">' + item + "</data>\n"
            '<data name="checkItems"/>\n<data name="transitionPermission"><permission forEvent="Go"/></data>\n'
            '<data name="transitionExecution"><execution forEvent="Go" class="a.b.Odd"/></data><odd/>\n'
            '</datamodel><transition event="Go" target="End"/>\n<transition event="Go" target="Open"/>\n'
            '<transition event="Stop" target=""/></state>\n',
            state("End"),
            state("Lost"),
        )
        self.assertEqual(self.rules(text), [
            ("warning", "event-without-transition", 3), ("warning", "duplicate-item", 4),
            ("warning", "duplicate-data", 5), ("warning", "empty-roles", 6), ("warning", "unknown-class", 7),
            ("warning", "unknown-element", 7), ("warning", "duplicate-event", 9), ("warning", "empty-target", 10),
            ("warning", "unreachable-state", 12)])

    def test_reserved_state(self):
        text = lifecycle("X", state("Open", ("Go", "void")), state("void"))
        self.assertEqual(self.rules(text), [("warning", "reserved-state", 3)])

    def test_errors(self):
        for text, rule in [
                (lifecycle("X", state("A"), initial="B"), "unknown-initial-state"),
                (lifecycle("X", state("Open", ("Go", "Nowhere"))), "unknown-target"),
                (lifecycle("X", state("Open"), state("Open")), "duplicate-state"),
                (lifecycle("X", state("Open"), state("O.x"), state("O x")), "duplicate-state"),
                (lifecycle("X"), "no-state"), ("<lifecycle/>", "no-state"),
                ("<other/>", "malformed"), ("", "malformed"), ("<aspect>", "malformed"),
                ("<lifecycle><state/></lifecycle>", "malformed"),
                (lifecycle("X", state("Open")) + "<second/>", "malformed"),
                (lifecycle("X", '<state id="Open" id="Open"/>'), "malformed"),
                (lifecycle("X", state("Open", items='<item name="&odd;"/>')), "malformed"),
                (lifecycle("X", state("Open", items='<item name="a & b"/>')), "malformed"),
                ('<aspect name="X"><configuration type="resource">/_system/x</configuration></aspect>', "malformed"),
                (b"\xff\xfe\x00", "malformed"), (lifecycle("X").encode() + b"\xff", "malformed"),
        ]:
            with self.subTest(text=text[:60]):
                found = self.rules(text, 1)
                self.assertIn(rule, {found_rule for severity, found_rule, _ in found if severity == "error"})

    def test_hostile_files(self):
        bomb = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
        good = lifecycle("X", state("Open"))
        for name, text in [
                ("bomb", f'<!DOCTYPE lifecycle [<!ENTITY l0 "lol">{bomb}]><lifecycle>&l9;</lifecycle>'),
                ("external", f'<!DOCTYPE aspect SYSTEM "file:///etc/passwd">{good}'),
                ("deep", "<a>" * 100_000 + "</a>" * 100_000),
                ("deep and open", "<a>" * 1_000_000),
                ("states", lifecycle("X", *(state(f"S{i}", ("Go", "Open")) for i in range(10_000)))),
                ("attributes", "<aspect " + " ".join(f'a{i}="1"' for i in range(100_000)) + "/>")]:
            with self.subTest(name):
                start = time.monotonic()
                self.assertIn(("error", "malformed"), [found[:2] for found in self.rules(text, 1)])
                self.assertLess(time.monotonic() - start, 20)

    def test_large_file_is_not_read(self):
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.truncate(100 << 20)
            result = self.lint(file.name)
        self.assert_status(result, 1)
        self.assertIn("larger than 4 MiB", result.text)

    def test_missing_file(self):
        result = process.run("pmt-lifecycle", "lint", "/nonexistent/x.xml")
        self.assert_error(result, 66, "/nonexistent/x.xml")
        self.assert_error(process.run("pmt-lifecycle", "lint"), 64)

    def test_other_encodings(self):
        text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + lifecycle("X", state("Ä"), initial="Ä")
        self.assertEqual(self.rules(text.encode("latin-1")), [])
        self.assertEqual(self.rules(text.replace("ISO-8859-1", "UTF-16").encode("utf-16")), [])


class LoadTest(LifecycleCase):
    def test_versions(self):
        text = lifecycle("Own", state("Open", ("Promote", "Closed")), state("Closed"))
        path = self.write(text)
        first = self.ok("load", path).rows
        self.assertEqual(first[0][:4], ["Own", "1", "2", "0"])
        again = self.run_tool("load", path)
        self.assert_status(again, 0)
        self.assertIn("version 1 is identical", again.stderr)
        self.assertEqual(self.ok("export", "Own").text, text)
        path.write_text(text.replace("<state id=\"Closed\"", "<state id=\"Other\"/><state id=\"Closed\""))
        self.assertEqual(self.run_tool("load", path).rows[0][1], "2")
        self.assertEqual(self.ok("export", "Own", "--of", "1").text, text)
        self.assert_error(self.run_tool("export", "Own", "--of", "9"), 2, "Own")
        self.assert_error(self.run_tool("export", "Ownn"), 2, "did you mean 'Own'?")
        self.assertEqual([row[:2] for row in self.ok("list").rows],
                         [["Own", "1"], ["Own", "2"], ["PatchLifeCycle", "1"], ["PrePatchLifeCycle", "1"],
                          ["Security_PatchLifeCycle", "1"]])
        self.installation.init()
        self.assertEqual(len(self.ok("list").rows), 5)

    def test_refused(self):
        for text in [lifecycle("X", state("A"), initial="B"), "<!DOCTYPE a><a/>", "junk", ""]:
            self.assert_error(self.run_tool("load", self.write(text)), 65)
        self.assert_error(self.run_tool("load", self.installation.directory / "none.xml"), 66)

    def test_bare_lifecycle(self):
        path = self.write("<lifecycle><state name='A'><checkitem>Done</checkitem></state><state name='B'/></lifecycle>",
                          "simple.xml")
        self.assertEqual(self.ok("load", path).rows[0][0], "simple")
        self.assertEqual(self.ok("load", path, "--name", "Other").rows[0][0], "Other")
        patch = self.new(lifecycle="simple")
        self.assertEqual(self.refused(1, "promote", patch), [["Promote", "item", "Done"]])
        self.ok("tick", patch, "Done")
        self.ok("promote", patch)
        self.assertEqual(self.state_of(patch), "B")
        self.ok("demote", patch)
        self.assertFalse(self.show(patch)["items"][0]["ticked"])

    def test_graph(self):
        for name in ("PatchLifeCycle", "PrePatchLifeCycle", "Security_PatchLifeCycle"):
            dot = self.ok("graph", name).text
            self.assertTrue(dot.startswith(f'digraph "{name}"'))
            svg = self.ok("graph", name, "--format", "svg").text
            self.assertEqual(tree.fromstring(svg).tag, "{http://www.w3.org/2000/svg}svg")
        self.assertIn('"Testing" -> "FailedQA" [label="Demote"]', self.ok("graph", "PatchLifeCycle").text)
        self.assert_error(self.run_tool("list", "--format", "svg"), 64, "graph")
        self.assert_error(self.run_tool("graph", "PatchLifeCycle", "--json"), 64)
        text = lifecycle("A<B&amp;\"C".replace("<", "&lt;").replace('"', "&quot;"), state("Open", ("Go", "Open")))
        self.load(text)
        tree.fromstring(self.ok("graph", 'A<B&"C', "--format", "svg").text)


if __name__ == "__main__":
    unittest.main()
