# SPDX-License-Identifier: MIT
"""What customers ask: which patches their server lacks, and who has one that turned out to be bad."""

import json
import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.lifecycle import lifecycle, state


class ServerTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())

    def fill(self, *patches, platform="4.2.0"):
        """Each: number, and keywords state, products, compatible, jars, clients, links, released."""
        lines = []
        for number, more in patches:
            fields = {"overview_products": more.get("products", ["ESB 4.8.1"]),
                      "overview_compatibleProducts": more.get("compatible", []),
                      "overview_client": more.get("clients", []),
                      "patchInformation_jarsInvolved": more.get("jars", [f"org.x.j{number}_1.0.jar"]),
                      "dates_releasedOn": more.get("released", "2014-03-01")}
            lines.append(json.dumps({
                "platform": platform, "number": number, "state": more.get("state", "Released"),
                "lifecycle": "PatchLifeCycle", "fields": {key: value for key, value in fields.items() if value},
                "links": [{"type": kind, "patch": target} for kind, target in more.get("links", [])]}))
        result = self.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin="\n".join(lines))
        self.assert_status(result, 0)

    def missing(self, applied, *words, status=0):
        result = self.installation.run("pmt-report", "missing", "--platform", "4.2.0", "--applied", "-", *words,
                                       stdin="\n".join(applied))
        return self.assert_status(result, status)

    def effective(self, applied, status=0):
        result = self.installation.run("pmt-report", "effective", "--platform", "4.2.0", "--applied", "-",
                                       stdin="\n".join(applied))
        return self.assert_status(result, status)

    def recall(self, *words, status=0):
        return self.assert_status(self.installation.run("pmt-report", "recall", *words), status)

    def act(self, tool, *words):
        self.assert_status(self.installation.run(tool, *words), 0)

    @staticmethod
    def name(number, platform="4.2.0"):
        return f"WSO2-CARBON-PATCH-{platform}-{number:04}"

    def test_what_a_server_lacks(self):
        self.fill((1, {}), (2, {"jars": ["org.a_1.0.jar", "org.b_1.0.jar"]}), (3, {"state": "Testing"}),
                  (4, {"links": [("supersedes", "4.2.0-5")]}), (5, {}), (6, {"products": ["Carbon 4.2.0"]}))
        self.fill((7, {}), platform="4.4.0")
        result = self.missing(["# a comment", "patch0001", ""])
        self.assertEqual(result.rows, [
            [self.name(2), "1", '["org.a_1.0.jar","org.b_1.0.jar"]', "not applied"],
            [self.name(4), "2", '["org.x.j4_1.0.jar"]', "not applied"],
            [self.name(5), "", '["org.x.j5_1.0.jar"]', f"superseded by {self.name(4)}"],
            [self.name(6), "3", '["org.x.j6_1.0.jar"]', "not applied"],
        ])
        self.assert_quiet(result)
        # superseded by an applied one
        result = self.missing(["patch0001", "patch0002", "patch0004", "patch0006"])
        self.assertEqual(result.rows, [])
        self.assert_quiet(result)
        self.assertEqual([row[0] for row in self.missing([]).rows], [self.name(n) for n in (1, 2, 4, 5, 6)])

    def test_contents_of_a_service_pack_are_not_missing(self):
        self.fill((1, {}), (2, {}), (3, {}))
        pack = self.installation.directory / "servicepack_patches.txt"
        pack.write_text("patch0002\n")
        result = self.missing(["servicepack0001", "patch0001"], "--service-pack", pack)
        self.assertEqual([row[0] for row in result.rows], [self.name(3)])
        result = self.missing(["servicepack0001"], status=65)
        self.assertIn("--service-pack", result.stderr)

    def test_of_a_product_or_selected(self):
        self.fill((1, {"products": ["IS 5.0.0"]}), (2, {"products": ["Carbon 4.2.0"]}),
                  (3, {"products": ["AM 1.6.0"], "compatible": ["ESB 4.8.1"]}), (4, {"clients": ["Acme"]}),
                  (5, {"released": "2015-06-01"}))
        result = self.missing([], "--product", "WSO2 ESB 4.8.1")
        self.assertEqual([row[0] for row in result.rows], [self.name(n) for n in (2, 3, 4, 5)])
        self.assert_quiet(result)
        self.assertEqual([row[0] for row in self.missing([], "client=Acme").rows], [self.name(4)])
        self.assertEqual([row[0] for row in self.missing([], "--from", "2015-01-01").rows], [self.name(5)])
        # an applied patch that the terms exclude is applied nevertheless
        self.assertEqual(self.missing(["patch0004"], "client=Acme").rows, [])
        result = self.missing([], "--product", "EBS 4.8.1")
        self.assertIn("did you mean 'ESB 4.8.1'", result.stderr)

    def test_requirements_of_the_server_are_named(self):
        self.fill((1, {"links": [("requires", "4.2.0-2"), ("requires", "4.2.0-3")]}), (2, {}),
                  (3, {"state": "Development"}))
        result = self.missing(["patch0001"])
        self.assertEqual([(row[0], row[3]) for row in result.rows],
                         [(self.name(2), f"required by {self.name(1)}, which is applied")])
        self.assertIn(f"{self.name(1)} requires {self.name(3)}, which is not on the server or in this list: it is in"
                      " the state Development", result.stderr)

    def test_jars_that_an_applied_patch_overwrites(self):
        self.fill((1, {"jars": ["org.a_1.0.jar"]}), (2, {"jars": ["org.a_1.0.jar", "org.b_1.0.jar"]}),
                  (3, {"jars": ["org.a_1.0.jar"]}))
        result = self.missing(["patch0002"])
        self.assertEqual([(row[0], row[3]) for row in result.rows], [
            (self.name(1), f"not applied; its jars would be overwritten, at last by {self.name(2)}"),
            (self.name(3), "not applied"),
        ])

    def test_doubtful_patches_on_a_server(self):
        self.fill((1, {"state": "Testing"}), (2, {}))
        result = self.missing(["patch0001", "patch0009", "patch0000", "4.2.0-2"])
        self.assertEqual(result.rows, [])
        self.assertIn(f"{self.name(1)} is applied, but in the state Testing", result.stderr)
        self.assertIn(f"there is no patch {self.name(9)}", result.stderr)
        result = self.missing(["patch0001", "nonsense"], status=65)
        self.assertIn("'nonsense' is not a patch of 4.2.0", result.stderr)
        self.assertEqual(result.rows, [])

    def test_a_void_patch_on_a_server(self):
        self.fill((1, {}), (2, {}), (3, {"jars": ["org.x.j2_1.0.jar"], "links": [("supersedes", "4.2.0-2")]}),
                  (4, {"links": [("requires", "4.2.0-3")]}), (5, {"links": [("supersedes", "4.2.0-6")]}), (6, {}),
                  (7, {"links": [("supersedes", "4.2.0-5")]}))
        for number in (3, 5):
            self.act("pmt-patch", "void", f"4.2.0-{number}", "--why", "a typing error")
        result = self.missing(["patch0003", "patch0004", "patch0007"])
        self.assertEqual([row[0] for row in result.rows], [self.name(1)])
        warning = f"pmt-report: warning: {self.name(3)} is applied, but void"
        self.assertEqual(result.stderr.splitlines(), [warning])
        # It is nothing to apply.
        self.assertEqual([row[0] for row in self.missing([]).rows], [self.name(n) for n in (1, 2, 4, 6, 7)])
        # A server runs what it has.
        result = self.effective(["patch0002", "patch0003"])
        self.assertEqual([row[:2] for row in result.rows], [["org.x.j2_1.0.jar", self.name(3)]])
        self.assertEqual(result.stderr.splitlines(), [warning])

    def test_numbers_that_no_patch_can_have(self):
        self.fill((1, {}))
        for word in ("patch4294967297", "patch18446744073709551617", "4.2.0-4294967297", "patch0", "patch-1"):
            for report in (self.missing, self.effective):
                with self.subTest(f"{report.__name__} {word}"):
                    result = report([word], status=65)
                    self.assertIn(f"'{word}' is not a patch of 4.2.0", result.stderr)
                    self.assertEqual(result.rows, [])

    def test_missing_needs_a_server(self):
        run = self.installation.run
        self.assertIn("needs --applied", self.assert_status(
            run("pmt-report", "missing", "--platform", "4.2.0"), 64).stderr)
        self.assertIn("needs --platform", self.assert_status(
            run("pmt-report", "missing", "--applied", "-", stdin=""), 64).stderr)
        self.assert_status(run("pmt-report", "missing", "--platform", "4.2.0", "--applied",
                               self.installation.directory / "nowhere"), 66)

    def test_who_has_a_bad_patch(self):
        self.fill((1, {"clients": ["Acme", "Müller & Söhne"]}),
                  (2, {"clients": ["Beta, Inc"], "links": [("requires", "4.2.0-1")], "released": "2014-05-01"}),
                  (3, {"clients": ["Acme"], "links": [("supersedes", "4.2.0-2")], "released": "2014-06-01"}),
                  (4, {"clients": ["Gone"], "links": [("requires", "4.2.0-1")], "state": "Testing"}),
                  (5, {"clients": ["Other"]}), (6, {}))
        result = self.recall("4.2.0-1", "4.2.0-6", self.name(1))
        bad, at = self.name(1), "2014-03-01T00:00:00Z"
        self.assertEqual(result.rows, [
            [bad, "Acme", "Released", at, bad, ""],
            [bad, "Müller & Söhne", "Released", at, bad, ""],
            [self.name(2), "Beta, Inc", "Released", "2014-05-01T00:00:00Z", bad, "requires"],
            [self.name(3), "Acme", "Released", "2014-06-01T00:00:00Z", bad, "supersedes"],
            [self.name(6), "", "Released", at, self.name(6), ""],
        ])
        self.assert_quiet(result)
        self.assertEqual(len(self.recall("4.2.0-1", "--from", "2014-05-01").rows), 2)

    def test_what_was_released_is_still_at_its_clients(self):
        self.installation.configure(patch={"lifecycle": "Short"})
        path = self.installation.directory / "short.xml"
        path.write_text(lifecycle("Short", state("Open", ("Promote", "Released")),
                                  state("Released", ("Demote", "Open"))))
        self.assert_status(self.installation.run("pmt-lifecycle", "load", path), 0)
        for number in range(1, 8):
            self.act("pmt-patch", "new", "--platform", "4.2.0", "--client", f"Client {number}")
            if number not in (4, 6):
                self.act("pmt-lifecycle", "promote", f"4.2.0-{number}")
        for later in range(2, 8):  # a chain; 4 and 6 were never released
            self.act("pmt-patch", "link", f"4.2.0-{later}", "supersedes", f"4.2.0-{later - 1}")
        self.act("pmt-lifecycle", "demote", "4.2.0-2")
        self.act("pmt-patch", "void", "4.2.0-3", "--why", "a typing error")
        self.act("pmt-lifecycle", "promote", "4.2.0-6")
        self.act("pmt-lifecycle", "undo", "4.2.0-6")
        self.act("pmt-patch", "void", "4.2.0-7", "--why", "another")
        self.act("pmt-patch", "void", "--restore", "4.2.0-7", "--why", "it is right")
        self.act("pmt-lifecycle", "move", "4.2.0-7", "Demote")
        result = self.recall("4.2.0-1")
        self.assertEqual([row[:3] for row in result.rows], [
            [self.name(1), "Client 1", "Released"], [self.name(2), "Client 2", "Open"],
            [self.name(3), "Client 3", "Void"], [self.name(5), "Client 5", "Released"],
            [self.name(7), "Client 7", "Open"]])
        # A recalled patch itself, whatever became of it.
        for number, shown in ((3, "Void"), (6, "Open")):
            self.assertEqual(self.recall(f"4.2.0-{number}").rows[0][:3],
                             [self.name(number), f"Client {number}", shown])

    def test_cycles_of_requirements_end(self):
        self.fill((1, {"clients": ["Acme"]}), (2, {"clients": ["Beta"]}))
        self.installation.server.sql(
            "INSERT INTO link SELECT id, 'requires', '4.2.0', 3 - number, 1 FROM patch", schema="upkeep")
        self.assertEqual([row[:2] for row in self.recall("4.2.0-2").rows],
                         [[self.name(2), "Beta"], [self.name(1), "Acme"]])

    def test_recall_of_a_patch_that_does_not_exist(self):
        self.fill((1, {"clients": ["Acme"]}))
        result = self.recall("4.2.0-9", "4.2.0-1", status=2)
        self.assertIn("there is no patch", result.stderr)
        self.assertEqual([row[1] for row in result.rows], ["Acme"])
        self.assert_status(self.installation.run("pmt-report", "recall", "rubbish"), 65)


if __name__ == "__main__":
    unittest.main()
