# SPDX-License-Identifier: MIT
"""The selector language: every example of upkeep-select(7) has its row here."""

import json
import unittest

from upkeep_test import TestCase, module_server

PATCHES = [
    # platform, fields
    (
        "4.2.0",
        {
            "overview_client": ["Acme"],
            "overview_products": ["ESB 4.8.1", "API Manager 1.6.0"],
            "overview_priority": "1",
            "testInformation_revision": "9",
            "peopleInvolved_developedby": "alice@example.org",
            "dates_releasedOn": "2014-02-28",
            "jiraInformation_supportJIRA": ["SUP-1"],
            "overview_description": "NullPointerException in the mediator, mediator again",
            "overview_category": "critical",
        },
    ),
    (
        "4.2.0",
        {
            "overview_client": ["O'Neil, Sons"],
            "overview_priority": "2",
            "peopleInvolved_developedby": "bob@example.org",
            "dates_releasedOn": "2014-03-01",
            "jiraInformation_publicJIRA": ["ESBJAVA-17"],
            "overview_description": "Leak of a mediator",
        },
    ),
    (
        "4.4.0",
        {
            "overview_client": ["ACME", "Globex"],
            "overview_priority": "5",
            "testInformation_revision": "10",
            "dates_releasedOn": "2014-03-02",
            "patchInformation_revision": "184321",
            "overview_description": "Überlauf im Puffer",
        },
    ),
    (
        "4.10.0",
        {
            "overview_products": ["IS 5.0.0"],
            "peopleInvolved_qaedby": "carol",
            "overview_description": "nothing special",
            "overview_security": "true",
        },
    ),
]


class SelectTest(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        from upkeep_test import Installation
        cls.installation = Installation(module_server())
        cls.addClassCleanup(cls.installation.close)
        lines, numbers = [], {}
        for platform, fields in PATCHES:
            numbers[platform] = numbers.get(platform, 0) + 1
            lines.append(json.dumps({"platform": platform, "number": numbers[platform], "fields": fields}))
        result = cls.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin="\n".join(lines))
        assert result.status == 0, result

    def found(self, *terms):
        result = self.installation.run("pmt-patch", "list", "--fields", "platform,number", *terms)
        self.assert_quiet(result)
        order = {"4.2.0-1": 1, "4.2.0-2": 2, "4.4.0-1": 3, "4.10.0-1": 4}
        return [order["-".join(row)] for row in result.rows]

    def test_terms(self):
        for terms, expected in [
                ([], [1, 2, 3, 4]),
                (["client=acme"], [1, 3]),
                (["overview_client=Acme"], [1, 3]),
                (["client!=Acme"], [2, 4]),
                (["client=O'Neil\\, Sons"], [2]),
                (["client=O'Neil, Sons"], []),
                (["client=Globex,nobody"], [3]),
                (["client="], [4]),
                (["client!="], [1, 2, 3]),
                (["client~CM"], [1, 3]),
                (["client!~cm"], [2, 4]),
                (["client~neil"], [2]),
                (["product=API manager 1.6.0"], [1]),
                (["product~esb"], [1]),
                (["jira=sup-1"], [1]),
                (["jira=ESBJAVA-17,SUP-1"], [1, 2]),
                (["jira~java"], [2]),
                (["developer=alice@example.org"], [1]),
                (["qa=carol"], [4]),
                (["category=critical"], [1]),
                (["category=CRITICAL,security"], [1]),
                (["category!=critical"], [2, 3, 4]),
                (["platform=4.2.0"], [1, 2]),
                (["platform>4.2.0"], [3, 4]),
                (["platform<4.10.0"], [1, 2, 3]),
                (["platform=4.2.0", "number>1"], [2]),
                (["number<=1"], [1, 3, 4]),
                (["patch=4.2.0-2"], [2]),
                (["patch=WSO2-CARBON-PATCH-4.2.0-0002,4.4.0-1"], [2, 3]),
                (["patch~PATCH-4.4"], [3]),
                (["priority>1"], [2, 3]),
                (["priority<=2"], [1, 2]),
                (["testInformation_revision>9"], [3]),
                (["testInformation_revision<10"], [1]),
                (["sort:-testInformation_revision"], [3, 1, 2, 4]),
                (["released=2014-03-01"], [2]),
                (["released<=2014-03-01"], [1, 2]),
                (["released<2014-03-01"], [1]),
                (["released>2014-03-01"], [3]),
                (["released>=01/03/2014"], [2, 3]),
                (["released=2014-03"], [2, 3]),
                (["released="], [4]),
                (["dates_releasedOn<=2014-03-01"], [1, 2]),
                (["dates_releasedOn=1 Mar 2014"], [2]),
                (["dates_releasedOn!=2014-03-01"], [1, 3, 4]),
                (["dates_releasedOn>2014-02"], [2, 3]),
                (["created>2014-01-01"], [1, 2, 3, 4]),
                # The last day, month and year that dates can express.
                (["created<=9999-12-31"], [1, 2, 3, 4]),
                (["created<=9999-12"], [1, 2, 3, 4]),
                (["created<=9999"], [1, 2, 3, 4]),
                (["created>9999"], []),
                (["dates_releasedOn<=9999-12-31"], [1, 2, 3]),
                (["dates_releasedOn=9999"], []),
                (["state="], [1, 2, 3, 4]),
                (["state=Development"], []),
                (["overview_security=true"], [4]),
                (["patchInformation_revision=184321"], [3]),
                (["mediator", "sort:patch"], [1, 2]),
                (["MEDIATOR leak"], [2]),
                (["media"], []),
                (["überlauf"], [3]),
                (["184321"], [3]),
                (["overview"], []),
                (["mediator"], [1, 2]),
                (["client=acme", "priority=5"], [3]),
                (["sort:-platform", "limit:2"], [4, 3]),
                (["sort:-priority"], [3, 2, 1, 4]),
                (["sort:priority"], [1, 2, 3, 4]),
                (["sort:-released", "limit:1"], [3]),
                (["limit:0"], [])]:
            with self.subTest(terms=terms):
                self.assertEqual(self.found(*terms), expected)

    def test_index_agrees_with_reading_everything(self):
        """The term index only narrows down: with it and without, the same."""
        everything = [["client=acme"], ["jira=ESBJAVA-17"], ["mediator"], ["184321"], ["product=IS 5.0.0"],
                      ["client=acme", "priority=5"], ["client=nobody"]]
        plain = [self.found(*terms) for terms in everything]
        server = self.installation.server
        server.sql("UPDATE patch SET stale = 1", schema="upkeep")
        self.assertEqual([self.found(*terms) for terms in everything], plain)

    def test_errors(self):
        for terms, parts in [
                (["clinet=Acme"], ["clinet", "client"]),
                (["overview_clientt=Acme"], ["overview_client"]),
                (["client<5x"], ["client", "neither a number nor a date"]),
                (["released>soon"], ["released", "soon"]),
                (["platform=banana"], ["banana"]),
                (["patch=banana"], ["banana"]),
                (["number=x"], ["x"]),
                (["state<x"], ["state"]),
                (["sort:nokey"], ["nokey"]),
                (["limit:x"], ["limit:x"]),
                (["=x"], ["=x"]),
                ([""], ["empty"]),
                (["requires~x"], ["requires"]),
                (["x" * 30000], ["30000 bytes"]), (["client=" + "x" * 90000], ["at most 10000"]),
                (["client~"], ["client~", "empty", "client!="]), (["client!~"], ["client!~", "empty"]),
                (["client~a,,b"], ["empty"]), (["client~ "], ["empty"]),
                # Thousands of conditions would end the server.
                (["mediator"] * 3000, ["100 terms", "key=a,b,c"]), (["mediator " * 101], ["100 terms"]),
                (["client=Acme"] * 101, ["100 terms"]), (["sort:" + "client," * 200 + "client"], ["100 terms"]),
                (["x-" * 4000], ["4000 words", "at most 500"])]:
            with self.subTest(terms=terms):
                self.assert_error(self.installation.run("pmt-patch", "list", *terms), 64, *parts)

    def test_as_long_as_can_be(self):
        self.assertEqual(self.found(*["client~acme"] * 100), [1, 3])
        self.assertEqual(self.found(*["mediator"] * 100), [1, 2])
        self.assertEqual(self.found("x-" * 500), [])
        self.assertEqual(self.found("client=" + "x," * 4900 + "Acme"), [1, 3])

    def test_terms_in_one_text(self):
        for query, expected in (("client=acme product~esb", [1]), ('client="O\'Neil\\, Sons"', [2]),
                                ("'product=API Manager 1.6.0'", [1]), ("\"client=Acme\" sort:-platform", [3, 1]),
                                ('client="a \\"quoted\\" name"', [])):
            with self.subTest(query):
                self.assertEqual(self.found("--query", query), expected)
        self.assertEqual(self.found("product~esb", "--query", "client=acme"), [1])
        for query in ('client="Acme', "client='Acme", 'client="Acme\\"'):
            self.assert_error(self.installation.run("pmt-patch", "list", "--query", query), 64,
                              "a quote that does not end")
        self.assert_error(self.installation.run("pmt-patch", "list", "--query", "clint=Acme"), 64, "client")

    def test_own_keys(self):
        self.installation.configure(
            **{"patch.keys": {"boss": "peopleInvolved_lead", "who": "peopleInvolved_developedby"}}
        )
        self.addCleanup(self.installation.configure, **{"patch.keys": None})
        self.assertEqual(self.found("who=bob@example.org"), [2])
        self.assert_error(self.installation.run("pmt-patch", "list", "bos=x"), 64, "boss")


class PhraseTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())

    def test_what_is_written_together_is_one_thing(self):
        rows = [
            {
                "jiraInformation_supportJIRA": ["ACMESUB-12"],
                "jiraInformation_publicJIRA": ["ESBJAVA-3001"],
                "overview_products": ["ESB 4.8.1"],
                "patchInformation_jarsInvolved": ["org.wso2.carbon.core_4.4.0.jar"],
            },
            {
                "jiraInformation_publicJIRA": ["ESBJAVA-12", "ESBJAVA-120"],
                "overview_products": ["ESB 14.8.1", "ESB 1.8.4"],
                "overview_description": "Leaks in org/wso2/carbon/Core.class: the mediator\nleaks; café-crème",
            },
        ]
        lines = [json.dumps({"platform": "7.7.7", "number": i + 1, "fields": fields}) for i, fields in enumerate(rows)]
        self.assert_status(
            self.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin="\n".join(lines)), 0
        )
        self.addCleanup(self.installation.server.sql, "DELETE FROM patch WHERE platform = '7.7.7'", schema="upkeep")

        def found(*terms):
            result = self.installation.run("pmt-patch", "list", "--fields", "number", "platform=7.7.7", *terms)
            self.assert_quiet(result)
            return sorted(int(row[0]) for row in result.rows)

        def index():
            """An edit writes the index when a thousand patches have changed since."""
            many = [json.dumps({"platform": "7.7.8", "number": i + 1, "fields": {}}) for i in range(1100)]
            self.assert_status(
                self.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin="\n".join(many)), 0
            )
            self.addCleanup(self.installation.server.sql, "DELETE FROM patch WHERE platform = '7.7.8'", schema="upkeep")
            self.installation.server.sql("UPDATE patch SET stale = 1", schema="upkeep")
            self.assert_status(self.installation.run("pmt-patch", "edit", "7.7.8-1", "--set", "client=x"), 0)
            rows = self.installation.server.sql("SELECT stale FROM patch WHERE platform = '7.7.7'", schema="upkeep")
            self.assertEqual(rows, [["0"], ["0"]])

        for indexed in (False, True):
            for terms, expected in [
                (["ESBJAVA-12"], [2]),
                (["esbjava-3001"], [1]),
                (["ESBJAVA-30"], []),
                (["12-ESBJAVA"], []),
                (["ACMESUB-3001"], []),
                (["acmesub-12"], [1]),
                (["https://x.org/browse/ESBJAVA-12"], []),
                (["1.8.4"], [2]),
                (["4.8.1"], [1]),
                (["8.1"], [1, 2]),
                (["4.1.8"], []),
                (["14.8"], [2]),
                (["ESB 1.8.4"], [2]),
                (["ESB 4.8.1"], [1]),
                (["ESB", "8.1"], [1, 2]),
                (["4.8.1 ESB"], [1]),
                (['"4.8.1 ESB"'], []),
                (['"ESB 4.8.1"'], [1]),
                (['"ESB 14" esbjava'], [2]),
                (["org.wso2.carbon.core_0.4.4.jar"], []),
                (["org.wso2.carbon.core_4.4.0.jar"], [1]),
                (["org.wso2.carbon.core-4.4.0"], [1]),
                (["carbon.core"], [1, 2]),
                (["org.wso2.carbon.Core.class"], [2]),
                (["core_4.4"], [1]),
                (["core_4"], [1]),
                (["ore_4.4.0"], []),
                (["mediator-leaks"], [2]),
                (['"the mediator leaks"'], [2]),
                (['"leaks mediator"'], []),
                (["café-crème"], [2]),
                (["crème-café"], []),
                (["carbon esbjava"], [1, 2]),
                (["4.4.0.jar-ESB"], []),
                (["ESBJAVA-12", "ESBJAVA-3001"], []),
            ]:
                with self.subTest(terms=terms, indexed=indexed):
                    self.assertEqual(found(*terms), expected)
            if not indexed:
                index()

    def test_a_query_copied_from_a_document(self):
        row = {"platform": "4.12.0", "number": 5, "fields": {"jiraInformation_publicJIRA": ["ESBJAVA-77"],
                                                             "overview_description": "Fails in ESB 9.8.1, caf\u00e9"}}
        self.assert_status(self.installation.run("pmt-patch", "import", "-", "--as", "jsonl", stdin=json.dumps(row)), 0)
        for query in (
            "ESBJAVA-77",
            "ESBJAVA\u201177",
            "ESBJAVA\u201377",
            "ESBJAVA\u2014 77".replace(" ", ""),
            "\u201cESBJAVA-77\u201d",
            "\u00abESBJAVA-77\u00bb",
            "\u201eESB 9.8.1\u201c",
            "\u201cESB\u00a09.8.1\u201d",
            "ESB\u00a09.8.1",
            "Fails\u3000caf\u00e9",
            "\u2026ESBJAVA-77,",
            "\u2022 ESBJAVA-77",
        ):
            with self.subTest(query=query):
                result = self.installation.run("pmt-patch", "list", "--fields", "platform,number", query)
                self.assertEqual(result.rows, [["4.12.0", "5"]])
        for query in ("\u201cESB 8.1\u201d 77-ESBJAVA", "\u201c9.8.1 ESB\u201d", "ESBJAVA\u201178"):
            with self.subTest(query=query):
                self.assertEqual(self.installation.run("pmt-patch", "list", query).rows, [])
        self.assert_error(
            self.installation.run("pmt-patch", "list", "\u2026 \u201c\u201d"), 64, "nothing to search for"
        )


if __name__ == "__main__":
    unittest.main()
