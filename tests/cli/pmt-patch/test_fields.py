# SPDX-License-Identifier: MIT
"""Fields are data: RXT files load as a governance registry has them, or are refused with the reason."""

import unittest

from upkeep_test import TestCase, module_server
from upkeep_test.paths import need_shared

CONTRACT_KEYS = """overview_name overview_products overview_compatibleProducts overview_carbonPlatform
overview_issueType overview_client overview_priority overview_description
jiraInformation_supportJIRA jiraInformation_publicJIRA peopleInvolved_developedby peopleInvolved_qaedby
peopleInvolved_lead patchInformation_jarsInvolved patchInformation_revision patchInformation_location
testInformation_automationavailable testInformation_reason testInformation_location
dates_developmentStartedOn dates_qaStartedOn dates_releasedOn""".split()

#: What is refused, and why.
REFUSED = {
    "wso2_enterprise-store__person_tags_removed.rxt": "not well-formed",
    "wso2_product-greg__policy.rxt": "no fields",
}

RXT = """<artifactType type="application/vnd.x+xml" shortName="x" singularLabel="X" pluralLabel="Xs"
 hasNamespace="false" iconSet="1"><content>{}</content></artifactType>"""


def table(*fields, name="Overview"):
    return f'<table name="{name}">{"".join(fields)}</table>'


def field(name, kind="text", inner="", **attributes):
    words = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<field type="{kind}"{words}><name>{name}</name>{inner}</field>'


class FieldsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())
        self.directory = self.make_directory()

    def run_tool(self, *args, **options):
        return self.installation.run("pmt-patch", *args, **options)

    def load(self, content, *args, whole=False):
        path = self.directory / "type.rxt"
        path.write_text(content if whole else RXT.format(content))
        return self.run_tool("fields", "--load", path, *args)

    def test_shipped(self):
        fields = {one["key"]: one for one in self.assert_quiet(self.run_tool("fields", "--json")).json}
        for key in CONTRACT_KEYS:
            self.assertIn(key, fields)
        self.assert_fields(fields["overview_name"], ["key", "table", "name", "type", "required", "readonly",
                                                     "unbounded", "values", "validate", "default"])
        self.assertEqual({key for key, one in fields.items() if one["unbounded"]},
                         {"overview_products", "overview_client", "jiraInformation_supportJIRA",
                          "jiraInformation_publicJIRA", "patchInformation_jarsInvolved"})
        self.assertFalse(any(one["required"] for one in fields.values()))
        self.assertEqual(fields["peopleInvolved_developedby"]["table"], "People Involved")
        self.assertEqual(fields["dates_releasedOn"]["type"], "date")

    def test_init_again_changes_nothing(self):
        before = self.run_tool("fields", "--json").text
        self.load(table(field("Name")), "--yes")
        self.installation.init()
        self.assertNotEqual(self.run_tool("fields", "--json").text, before)
        self.assertEqual([row[0] for row in self.run_tool("fields").rows], ["overview_name"])

    def test_real_files(self):
        for path in sorted(need_shared("data", "rxt").iterdir()):
            with self.subTest(path.name):
                result = self.run_tool("fields", "--load", path, "--dry-run")
                if path.name in REFUSED:
                    self.assert_error(result, 65, path.name, REFUSED[path.name])
                else:
                    self.assert_status(result, 0)
                    self.assertTrue(result.rows)

    def test_keys_by_the_registrys_rule(self):
        self.assert_status(
            self.load(
                table(field("Jars Involved"), field("WSDL URL"), field("sub-name"), name="Patch Information")
                + table(field("QAed by"), field("JIRAs"), name="JIRA Information")
                + table(
                    field("Contact", "option-text", "<values><value>None</value></values>", maxoccurs="unbounded"),
                    field("Owner", "option-text", "<values><value>None</value></values>"),
                    name="Contacts",
                ),
                "--yes",
            ),
            0,
        )
        self.assertEqual([row[0] for row in self.run_tool("fields").rows],
                         ["patchInformation_jarsInvolved", "patchInformation_wsdlURL", "patchInformation_subname",
                          "jiraInformation_qaedby", "jiraInformation_jiras", "contacts_entry", "contacts_owner",
                          "contacts_textOwner"])

    def test_required_fields_of_an_import(self):
        """Only new patches need them: an update has them already, and an export is restored as it was."""
        self.load(table(field("Name"), field("Level", required="true"), field("Kind")), "--yes")
        path = self.directory / "rows.csv"

        def take(text, *args, status=0):
            path.write_text(text)
            result = self.assert_status(self.run_tool("import", "--as", "csv", path, *args), status)
            return result.rows[0][2:], result.stderr

        counts, told = take("patch,overview_kind\n4.4.0-1,bug\n", status=2)
        self.assertEqual(counts, ["0", "0", "1"])
        self.assertIn("line 2: overview_level: a required field without a value\n", told)
        self.assertEqual(take("patch,overview_level\n4.4.0-1,High\n")[0], ["1", "0", "0"])
        self.assertEqual(take("patch,overview_kind\n4.4.0-1,bug\n", "--update")[0], ["1", "0", "0"])
        mapping = self.directory / "m.toml"
        mapping.write_text('key = "No"\nassign_numbers = true\n[columns]\nNo = ""\nOn = "platform"\n'
                           'Kind = "overview_kind"\n')
        counts, told = take("No,On,Kind\nx,4.4.0,bug\n", "--map", mapping, status=2)
        self.assertIn("overview_level: a required field", told)
        self.load(table(field("Name"), field("Level"), field("Kind"), field("Owner", required="true")), "--yes")
        exported = self.assert_quiet(self.run_tool("export")).stdout
        self.installation.server.sql("DELETE FROM patch; DELETE FROM event", schema="upkeep")
        path.write_bytes(exported)
        self.assert_quiet(self.run_tool("import", "--as", "json", path))
        self.assertEqual(self.assert_quiet(self.run_tool("export")).stdout, exported)

    def test_rules_are_enforced(self):
        self.load(
            table(
                field("Name", required="true"),
                field("Code", validate="[A-Z]+"),
                field("Level", "options", "<values><value>High</value><value>Low</value></values>", required="true"),
                field("Kind", default="bug"),
                field("Born", "date", readonly="true"),
                field("Tags", maxoccurs="unbounded"),
            ),
            "--yes",
        )
        new = ["new", "--platform", "4.4.0"]
        self.assert_error(self.run_tool(*new), 65, "overview_level", "required")
        self.assert_error(self.run_tool(*new, "--set", "overview_level=Medium"), 65, "overview_level", "High, Low")
        self.assert_error(self.run_tool(*new, "--set", "overview_level=Low", "--set", "overview_code=Ab"), 65,
                          "overview_code", "[A-Z]+")
        self.assert_quiet(self.run_tool(*new, "--set", "overview_level=Low", "--set", "overview_born=01/02/2014",
                                        "--set", "overview_tags=a", "--set", "overview_tags=b"))
        fields = self.run_tool("show", "--json", "4.4.0-1").json[0]["fields"]
        self.assertEqual(fields, {"overview_name": "WSO2-CARBON-PATCH-4.4.0-0001", "overview_level": "Low",
                                  "overview_kind": "bug", "overview_born": "2014-02-01", "overview_tags": ["a", "b"]})
        self.assert_error(self.run_tool("edit", "4.4.0-1", "--set", "overview_born=2015-01-01"), 1, "overview_born")
        self.assert_error(self.run_tool("edit", "4.4.0-1", "--set", "overview_level="), 65, "overview_level")

    def test_list_view_of_the_type(self):
        self.run_tool("new", "--platform", "4.4.0", "--set", "client=Acme", "--set", "developer=al")
        self.assertEqual(self.assert_quiet(self.run_tool("list", "--listed", "--header")).rows[0],
                         ["patch", "overview_name", "overview_products", "overview_client",
                          "peopleInvolved_developedby", "peopleInvolved_qaedby"])
        columns = ('<ui><list><column name="C"><data type="text" value="overview_code"/></column>'
                   '<column name="X"><data type="text" value="overview_gone"/></column></list></ui>')
        self.load(RXT.format(table(field("Code"))).replace("<content>", columns + "<content>"), "--yes", whole=True)
        name = self.run_tool("new", "--platform", "4.4.0", "--set", "overview_code=7").text.strip()
        self.assertEqual(self.run_tool("list", "--listed", "number=2").rows, [[name, "7"]])
        self.assert_error(self.run_tool("list", "--listed", "--fields", "patch"), 64, "--fields")

    def test_change_over_live_data_is_told_first(self):
        self.run_tool("new", "--platform", "4.4.0", "--set", "client=Acme", "--set", "client=Beta",
                      "--set", "overview_reporter=Joe", "--set", "description=x1")
        content = table(field("Name"), field("Client"), field("Description", validate="[0-9]+"),
                        field("Owner", required="true"), field("New"))
        refused = self.load(content)
        self.assert_error(refused, 1, "--yes", stdout=None)
        told = {(row[0], row[1]): row[2] for row in refused.rows}
        self.assertEqual(told[("overview_client", "several")], "1")
        self.assertEqual(told[("overview_reporter", "removed")], "1")
        self.assertEqual(told[("overview_description", "invalid")], "1")
        self.assertEqual(told[("overview_owner", "required")], "1")
        self.assertEqual(told[("overview_new", "added")], "0")
        self.assertIn("overview_reporter", self.run_tool("fields").text)
        self.assert_status(self.load(content, "--yes"), 0)
        fields = self.run_tool("show", "--json", "4.4.0-1").json[0]["fields"]
        self.assertEqual(fields["overview_reporter"], "Joe")  # nothing is lost
        self.assert_error(self.run_tool("edit", "4.4.0-1", "--set", "overview_reporter=Jim"), 65, "overview_reporter")
        self.assert_quiet(self.run_tool("edit", "4.4.0-1", "--remove", "overview_reporter=Joe"))

    def test_bad_files(self):
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + RXT.format(table(field("N", inner="&b;")))
        outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + RXT.format(table(field("&a;")))
        for title, text, part in [
                ("broken", "<artifactType", "not well-formed"), ("empty", "", "not well-formed"),
                ("bomb", bomb, "DOCTYPE"), ("outside", outside, "DOCTYPE"),
                ("other", "<lifecycle/>", "artifactType"),
                ("type", RXT.format(table(field("N", "texte"))), "text"),
                ("regex", RXT.format(table(field("N", validate="["))), "validate"),
                ("name", RXT.format(table("<field type='text'/>")), "no name"),
                ("deep", "<a>" * 200000, "not well-formed")]:
            with self.subTest(title):
                self.assert_error(self.load(text, whole=True), 65, "type.rxt", part)
        self.assert_error(self.run_tool("fields", "--load", "/nonexistent"), 66, "/nonexistent")
        self.assertEqual(len(self.run_tool("fields").rows) > 20, True)

    def test_pick_lists(self):
        self.assertEqual([row[0] for row in self.run_tool("choices", "categories").rows],
                         ["critical", "normal", "ported", "pre-QA", "security"])
        self.assert_quiet(self.run_tool("choices", "clients", "--add", "Acme", "O'Neil"))
        self.assert_quiet(self.run_tool("choices", "clients", "--add", "Acme"))
        self.assert_error(self.run_tool("choices", "clients", "--add", "Globex", ""), 64, "empty")
        path = self.directory / "clients.txt"
        path.write_text("Beta\nGlobex\n\n")
        self.assert_quiet(self.run_tool("choices", "clients", "--import", path))
        self.assertEqual([row[0] for row in self.run_tool("choices", "clients").rows],
                         ["Acme", "Beta", "Globex", "O'Neil"])
        self.assert_quiet(self.run_tool("choices", "clients", "--remove", "Beta"))
        self.assert_status(self.run_tool("choices", "clients", "--remove", "Beta"), 2)
        self.assert_quiet(self.run_tool("choices", "people", "--from-system"))
        self.assert_quiet(self.run_tool("choices", "categories", "--add", "backport"))
        self.assert_quiet(self.run_tool("new", "--platform", "4.4.0", "--category", "Backport"))
        self.assertEqual(self.run_tool("list", "--fields", "category").text, "backport\n")
        self.assert_error(self.run_tool("choices", "Bad List", "--add", "x"), 65, "Bad List")
        self.installation.init()
        self.assertIn("backport", self.run_tool("choices", "categories").text)


if __name__ == "__main__":
    unittest.main()
