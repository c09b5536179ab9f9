# SPDX-License-Identifier: MIT
"""Service packs have no holes, and products have their names, without a word."""

import json
import unittest

from upkeep_test import TestCase, module_server


class PackTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())

    def fill(self, *rows):
        """(platform, number, products, state, links); they are restored, even if their links have cycles"""
        lines = [json.dumps({"platform": platform, "number": number, "state": state, "lifecycle": "PatchLifeCycle",
                             "history": [],
                             "fields": {"overview_products": products, "dates_releasedOn": "2014-03-01",
                                        "patchInformation_jarsInvolved": [f"org.x.j{number}_1.0.jar"]},
                             "links": [{"type": kind, "patch": target} for kind, target in links]})
                 for platform, number, products, state, links in rows]
        result = self.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin="\n".join(lines))
        self.assert_status(result, 0)

    def pack(self, *more, product="ESB 4.8.1", platform="4.2.0"):
        return self.installation.run(
            "pmt-report", "service-pack", "--product", product, "--platform", platform, "--list", *more
        )

    def patches(self, result):
        self.assert_status(result, 0)
        return [line.removeprefix("patch") for line in result.lines]

    def test_a_cycle_of_supersessions_loses_nobody_in_silence(self):
        for size in (2, 3, 5):
            with self.subTest(size):
                self.installation.server.sql("DELETE FROM patch; DELETE FROM event; DELETE FROM link", schema="upkeep")
                self.fill(*[("4.2.0", i, ["ESB 4.8.1"], "Released", [("supersedes", f"4.2.0-{i % size + 1}")])
                            for i in range(1, size + 1)],
                          ("4.2.0", 9, ["ESB 4.8.1"], "Released", []),
                          # below the cycle, and later than it
                          ("4.2.0", 10, ["ESB 4.8.1"], "Released", []))
                self.installation.server.sql(
                    "INSERT INTO link SELECT id, 'supersedes', '4.2.0', 10, 2 FROM patch WHERE number = 1",
                    schema="upkeep",
                )
                result = self.pack()
                self.assertEqual(self.patches(result), [f"{size:04}", "0009"])
                for i in range(1, size + 1):
                    self.assertIn(f"4.2.0-{i:04}", result.stderr)
                self.assertIn("supersede one another", result.stderr)

    def test_a_missing_requirement_is_told_at_any_distance(self):
        self.fill(("4.2.0", 1, ["ESB 4.8.1"], "Released", [("requires", "4.2.0-2")]),
                  ("4.2.0", 2, ["ESB 4.8.1"], "Testing", [("requires", "4.2.0-3")]),
                  ("4.2.0", 3, ["ESB 4.8.1"], "Development", [("requires", "4.2.0-1")]),
                  ("4.2.0", 4, ["IS 5.0.0"], "Released", []), ("4.4.0", 5, ["ESB 4.8.1"], "Released", []),
                  ("4.2.0", 6, ["ESB 4.8.1"], "Released", [("requires", "4.2.0-4"), ("requires", "4.4.0-5")]))
        result = self.pack()
        self.assertEqual(self.patches(result), ["0001", "0006"])
        for part in (
            "0001 requires WSO2-CARBON-PATCH-4.2.0-0002, which is not in the service pack: it is in the state Testing",
            "0002 requires WSO2-CARBON-PATCH-4.2.0-0003, which is not in the service pack: it is in the state"
            " Development",
            "4.2.0-0004, which is not in the service pack: it is for another product",
            "4.4.0-0005, which is not in the service pack: it is for another platform",
        ):
            self.assertIn(part, result.stderr)
        self.assertEqual(result.stderr.count("warning"), 4)
        self.fill(("4.2.0", 7, ["ESB 4.8.1"], "Released", [("requires", "4.2.0-6")]))
        self.assertIn(
            "4.2.0-0006, which is not in the service pack: the terms exclude it", self.pack("number=7").stderr
        )
        self.assertEqual(self.pack("-q").stderr, "")

    def test_what_is_superseded_or_of_the_kernel_is_not_missing(self):
        self.fill(("4.2.0", 1, ["ESB 4.8.1"], "Released", [("requires", "4.2.0-2"), ("requires", "4.2.0-4")]),
                  ("4.2.0", 2, ["ESB 4.8.1"], "Testing", []),
                  ("4.2.0", 3, ["ESB 4.8.1"], "Released", [("supersedes", "4.2.0-2")]),
                  ("4.2.0", 4, ["Carbon 4.2.0"], "Released", []))
        result = self.pack()
        self.assertEqual(self.patches(result), ["0001", "0003", "0004"])
        self.assert_quiet(result)

    def test_what_is_superseded_by_way_of_others(self):
        """A patch that is not in the pack still contains what it supersedes."""
        self.fill(("4.2.0", 5, ["ESB 4.8.1"], "Released", []), ("4.2.0", 6, ["ESB 4.8.1"], "Released", []),
                  ("4.2.0", 4, ["IS 5.0.0"], "Released", [("supersedes", "4.2.0-5")]),
                  ("4.2.0", 3, ["ESB 4.8.1"], "Testing", [("supersedes", "4.2.0-4"), ("supersedes", "4.2.0-6")]),
                  ("4.2.0", 2, ["ESB 4.8.1"], "Released", [("supersedes", "4.2.0-3")]),
                  ("4.2.0", 1, ["ESB 4.8.1"], "Released", [("supersedes", "4.2.0-2")]))
        for ended in ([], ["pmt-patch", "void", "4.2.0-3", "--why", "x"]):
            if ended:
                self.assert_status(self.installation.run(*ended), 0)
            result = self.pack()
            self.assertEqual(self.patches(result), ["0001"])
            self.assert_quiet(result)
            rows = self.installation.run("pmt-report", "service-pack", "--product", "ESB 4.8.1", "--platform", "4.2.0",
                                         "--fields", "patch,superseded_by").rows
            self.assertEqual([[name[-4:] for name in row] for row in rows],
                             [["0001", ""], ["0002", "0001"], ["0005", "0002"], ["0006", "0002"]])
        lacking = self.installation.run("pmt-report", "missing", "--product", "ESB 4.8.1", "--platform", "4.2.0",
                                        "--applied", "-", "--fields", "patch,order", stdin="")
        self.assertEqual([[row[0][-4:], row[1]] for row in self.assert_quiet(lacking).rows],
                         [["0001", "1"], ["0002", ""], ["0005", ""], ["0006", ""]])

    def test_an_empty_pack_says_what_was_looked_for(self):
        self.fill(("4.2.0", 1, ["ESB 4.8.1"], "Released", []), ("4.4.0", 1, ["IS 5.1.0"], "Released", []),
                  ("4.2.0", 2, ["Carbon 4.2.0"], "Released", []))
        for product, parts in (("ESB 4.8", ["'ESB 4.8'", "did you mean 'ESB 4.8.1'"]),
                               ("Enterprise Service Bus 4.8.1", ["Enterprise Service Bus", "ESB 4.8.1", "--alias"]),
                               ("IS 5.1.0", ["IS 5.1.0", "4.4.0"])):
            with self.subTest(product):
                result = self.pack(product=product)
                self.assertEqual(self.patches(result), ["0002"])  # the kernel's
                for part in parts:
                    self.assertIn(part, result.stderr)
        result = self.pack("--from", "2015-01-01")
        self.assertEqual(self.patches(result), [])
        self.assertIn("in that range", result.stderr)
        for terms, product, words in ((["number>7"], "ESB 4.8.1", "without the terms 1 is for it"),
                                      (["client=Nobody", "number=1"], "ESB 4.8.1", "without the terms 1 is for it"),
                                      (["number>7"], "IS 5.1.0", "there are some on 4.4.0")):
            with self.subTest(terms):
                result = self.pack(*terms, product=product)
                self.assertEqual(self.patches(result), [])
                self.assertIn(f"with {' '.join(terms)}", result.stderr)
                self.assertIn(words, result.stderr)
                self.assertNotIn("names any product", result.stderr)
        self.assertIn("with number>7; without the terms 1 is for it",
                      self.installation.run("pmt-report", "qa", "--product", "ESB 4.8.1", "number>7").stderr)
        self.assertIn("nonsense", self.installation.run("pmt-report", "qa", "--product", "nonsense").stderr)

    def test_no_effective_jar_says_what_was_looked_for(self):
        def effective(*words, platform="4.2.0"):
            result = self.assert_status(
                self.installation.run("pmt-report", "effective", "--platform", platform, *words), 0
            )
            self.assertEqual(result.rows, [])
            return result.stderr

        self.fill(("4.2.0", 1, ["ESB 4.8.1"], "Released", []), ("4.2.0", 2, ["ESB 4.8.1"], "Released", []),
                  ("4.4.0", 3, ["ESB 4.8.1"], "Development", []))
        self.assertIn(
            "none of the 2 patches of 4.2.0 carries 'nosuch'; they carry 2 others", effective("--jar", "nosuch")
        )
        self.assertIn("did you mean 'org.x.j1_1.0.jar'?", effective("--jar", "org.x.j1_1.1.jar"))
        self.assertIn("there is org.x.j1_1.0.jar, org.x.j2_1.0.jar", effective("--jar", "rg.x"))
        self.assertIn(
            "the only patch of 4.2.0 with number=2 does not carry 'org.x.j1'; did you mean",
            effective("--jar", "org.x.j1", "number=2"),
        )
        self.assertIn("no released patch is for 4.2.0 with number>2 in that range; 2 are released in all",
                      effective("number>2", "--from", "2014-01-01"))
        self.assertIn("with product=IS 5.1.0; 2 are", effective("--product", "IS 5.1.0"))
        self.assertIn("no released patch is for 4.4.0; 0 are", effective("--jar", "x", platform="4.4.0"))
        self.assertEqual(effective(platform="4.4.0"), "")  # nothing was asked for that is not there
        self.assertEqual(effective("--jar", "nosuch", "-q"), "")
        applied = self.make_directory() / "applied"
        applied.write_text("patch0001\npatch0007\n")
        told = effective("--applied", applied, "number=2")
        self.assertIn("4.2.0-0001 is excluded by the terms", told)
        self.assertIn("there is no patch WSO2-CARBON-PATCH-4.2.0-0007", told)

    def test_aliases_are_the_product_everywhere(self):
        run = self.installation.run
        self.fill(
            ("4.2.0", 1, ["ESB 4.8.1"], "Released", []),
            ("4.2.0", 2, ["Enterprise Service Bus 4.8.1"], "Released", []),
            ("4.2.0", 3, ["WSO2 Identity Server 5.1.0"], "Released", []),
            ("4.2.0", 4, ["IS 5.1.0"], "Released", []),
        )
        self.assertEqual(self.patches(self.pack()), ["0001"])
        self.assert_quiet(run("pmt-patch", "choices", "products", "--alias", "Enterprise Service Bus 4.8.1=ESB 4.8.1"))
        self.assert_quiet(run("pmt-patch", "choices", "products", "--alias", "identity server=IS"))
        for product in ("ESB 4.8.1", "enterprise service bus 4.8.1", "WSO2 Enterprise Service Bus 4.8.1"):
            self.assertEqual(self.patches(self.pack(product=product)), ["0001", "0002"], product)
        for product in ("IS 5.1.0", "WSO2 Identity Server 5.1.0", "Identity Server 5.1.0"):
            result = self.pack(product=product)
            self.assert_quiet(result)
            self.assertEqual(self.patches(result), ["0003", "0004"], product)
            rows = run("pmt-report", "qa", "--product", product, "--fields", "patch")
            self.assertEqual(len(rows.lines), 2)
        for term in ("product=ESB 4.8.1", "product=Enterprise Service Bus 4.8.1", "overview_products=esb 4.8.1"):
            result = run("pmt-patch", "list", term, "--fields", "number")
            self.assert_quiet(result)
            self.assertEqual(result.lines, ["1", "2"], term)
        self.assertEqual(run("pmt-patch", "list", "product!=ESB 4.8.1", "--fields", "number").lines, ["3", "4"])
        rows = run("pmt-report", "released", "--by", "product", "--fields", "period,count").rows
        self.assertIn(["ESB 4.8.1", "2"], rows)
        jars = run(
            "pmt-report",
            "effective",
            "--platform",
            "4.2.0",
            "--product",
            "Enterprise Service Bus 4.8.1",
            "--fields",
            "jar",
        )
        self.assertEqual(len(jars.lines), 2)
        listed = run("pmt-patch", "choices", "products", "--aliases")
        self.assertEqual(listed.rows, [["Enterprise Service Bus 4.8.1", "ESB 4.8.1", "products"],
                                       ["identity server", "IS", "products"]])
        self.assert_quiet(run("pmt-patch", "choices", "products", "--alias", "identity server="))
        self.assertEqual(self.patches(self.pack(product="IS 5.1.0")), ["0004"])

    def test_aliases_that_are_none(self):
        run = self.installation.run
        for text, part in (("ESB", "not ALIAS=VALUE"), ("=ESB", "not ALIAS=VALUE"), (" =x", "not ALIAS=VALUE")):
            self.assert_error(run("pmt-patch", "choices", "products", "--alias", text), 64, part)
        self.assert_error(run("pmt-patch", "choices", "--alias", "a=b"), 64, "no list given")
        self.assert_error(run("pmt-patch", "choices", "products", "--alias", "a=A"), 65, "alias of itself")
        self.assert_quiet(run("pmt-patch", "choices", "products", "--alias", "a=b", "--alias", "b=c"))
        self.assert_error(run("pmt-patch", "choices", "products", "--alias", "c=a"), 65, "alias of itself")
        self.assert_error(run("pmt-patch", "choices", "products", "--alias", "nope="), 2, "nope")
        told = run("pmt-patch", "-n", "choices", "products", "--alias", "x=y")
        self.assertIn("'x' would be an alias of 'y'", told.stderr)
        self.assertEqual(len(run("pmt-patch", "choices", "products", "--aliases").lines), 2)


class LinkTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        for _ in range(4):
            self.assert_status(self.installation.run("pmt-patch", "new", "--platform", "4.2.0"), 0)

    def link(self, one, kind, other, *more):
        return self.installation.run("pmt-patch", *more, "link", f"4.2.0-{one}", kind, f"4.2.0-{other}")

    def test_cycles_are_refused(self):
        for kind in ("supersedes", "requires", "ported-from"):
            with self.subTest(kind):
                self.installation.server.sql("DELETE FROM link", schema="upkeep")
                for one, other in ((1, 2), (2, 3), (3, 4)):
                    self.assert_quiet(self.link(one, kind, other))
                for one, other in ((2, 1), (4, 1), (4, 2)):
                    self.assert_error(self.link(one, kind, other), 1, "cycle", f"4.2.0-{one:04}", f"4.2.0-{other:04}")
                    self.assert_error(self.link(one, kind, other, "-n"), 1, "cycle")
                self.assert_quiet(self.link(1, kind, 4))
                links = self.installation.run("pmt-patch", "show", "4.2.0-4", "--json").json[0]["links"]
                self.assertEqual(links, [])

    def test_a_cycle_made_at_the_same_time(self):
        for kind in ("supersedes", "requires"):
            with self.subTest(kind):
                self.installation.server.sql("DELETE FROM link", schema="upkeep")
                linking = [self.start("pmt-patch", "link", f"4.2.0-{one}", kind, f"4.2.0-{one % 4 + 1}",
                                      env=self.installation.env) for one in range(1, 5)]
                self.assertEqual(sorted(one.wait().status for one in linking), [0, 0, 0, 1])

    def test_what_one_requires_it_cannot_be_a_part_of(self):
        self.assert_quiet(self.link(2, "supersedes", 1))
        self.assert_error(self.link(1, "requires", 2), 1, "cycle")
        self.assert_quiet(self.link(1, "conflicts", 2))
        self.assert_quiet(self.link(2, "conflicts", 1))
        self.assert_quiet(self.link(1, "ported-from", 2))

    def test_what_would_be_done(self):
        self.assertIn(
            "4.2.0-0001 requires WSO2-CARBON-PATCH-4.2.0-0002: would be linked",
            self.link(1, "requires", 2, "-n").stderr,
        )
        self.assert_quiet(self.link(1, "requires", 2))
        self.assertIn("already linked", self.link(1, "requires", 2, "-v").stderr)
        gone = self.installation.run("pmt-patch", "-n", "unlink", "4.2.0-1", "requires", "4.2.0-2")
        self.assertIn("would be unlinked", gone.stderr)


if __name__ == "__main__":
    unittest.main()
