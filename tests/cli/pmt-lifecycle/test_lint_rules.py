# SPDX-License-Identifier: MIT
"""lint and load report whatever of a lifecycle is not read, can never hold, or always holds."""

import unittest

from upkeep_test import TestCase, module_server, process

FILE = """<aspect name="Mine" class="org.wso2.carbon.governance.registry.extensions.aspects.DefaultLifeCycle">
<configuration type="literal"><lifecycle><scxml xmlns="http://www.w3.org/2005/07/scxml" initialstate="A">
<state id="A">{0}</state><state id="B"/></scxml></lifecycle></configuration></aspect>
"""
GO = '<transition event="Promote" target="B"/>'
ITEMS = '<data name="checkItems"><item name="one"/><item name="two"/></data>'


def model(*parts):
    return f"<datamodel>{''.join(parts)}</datamodel>{GO}"


def validation(name, more="", **parameters):
    values = "".join(f'<parameter name="{key}" value="{value}"/>' for key, value in parameters.items())
    return model(
        ITEMS,
        f'<data name="transitionValidation"><validation forEvent="Promote" class="x.{name}">{values}{more}'
        "</validation></data>",
    )


def data(kind, content):
    return model(f'<data name="{kind}">{content}</data>')


def execution(name, *parameters):
    values = "".join(f'<parameter name="{key}" value="{value}"/>' for key, value in parameters)
    return data("transitionExecution", f'<execution forEvent="Promote" class="x.{name}">{values}</execution>')


def items(*names):
    return data("checkItems", "".join(f'<item name="{name}" forEvent="Promote"/>' for name in names))


#: The content of a state -> rule and words of the finding.
ODD = [
    (data("checkItems", '<item name="x" forevent="Promote"/>'), "unknown-attribute", "did you mean 'forEvent'"),
    (data("checkItems", '<item name="x" forEvent="promote"/>'), "event-without-transition", "'promote'"),
    ('<transition event="Promote" target="B" cond="false"/>', "unknown-attribute", "cond"),
    ('<transition Event="Promote" target="B"/>', "unknown-attribute", "Event"),
    (GO + '<onentry/>', "unknown-element", "onentry"),
    (GO + 'words', "unknown-element", "words"),
    (data("checkItems", '<item name="x">words</item>'), "unknown-element", "words"),
    (data("checkItems", '<item forEvent="Promote"/>'), "nameless-item", "item 1"),
    (data("checkItems", '<item name=" "/>'), "nameless-item", "item 1"),
    (
        data(
            "checkItems",
            '<item name="x"><permissions><permission roles="a"/></permissions><permissions><permission roles="b"/>'
            "</permissions></item>",
        ),
        "duplicate-data",
        "roles of both",
    ),
    (data("checkItems", '<item name="x" order="1"/>'), "unknown-attribute", "order"),
    (data("transitionPermission", '<permission roles="qa"/>'), "missing-event", "permission"),
    (data("transitionPermission", '<permission forEvent="Promote" role="qa"/>'), "unknown-attribute", "'roles'"),
    (data("transitionApproval", '<approval forEvent="Promote" vote="2"/>'), "unknown-attribute", "'votes'"),
    (data("transitionInput", '<inputs><input name="a"/></inputs>'), "missing-event", "inputs"),
    (data("transitionInput", '<inputs forEvent="Promote"><input label="a"/></inputs>'), "missing-parameter", "name"),
    (data("transitionInput", '<inputs forEvent="Promote"><input name="a" regex="(["/></inputs>'), "bad-pattern", "(["),
    (
        data("transitionInput", '<inputs forEvent="Promote"><input name="a" regex="[0-9]" values="1,x"/></inputs>'),
        "bad-parameter",
        "'x'",
    ),
    (
        data("transitionInput", '<inputs forEvent="Promote"><input name="a" required="yes"/></inputs>'),
        "bad-parameter",
        "'yes'",
    ),
    (
        data("transitionInput", '<inputs forEvent="Promote"><input name="a"/><input name="a"/></inputs>'),
        "duplicate-parameter",
        "twice",
    ),
    (
        data(
            "transitionValidation",
            '<validation class="x.AttributeExistenceValidator"><parameter name="attributes" value="a"/>'
            "</validation>",
        ),
        "missing-event",
        "validation",
    ),
    (data("transitionValidation", '<validation forEvent="Promote"/>'), "unknown-class", "without a class"),
    (validation("AttributeExistenceValidator"), "missing-parameter", "attributes"),
    (validation("AttributeExistenceValidator", atributes="a"), "unknown-parameter", "'attributes'"),
    (validation("AttributeValueValidator", attributes="a", pattern="(["), "bad-pattern", "(["),
    (validation("AttributeValueValidator", attributes="a", pattern="x", atLeastOne="yes"), "bad-parameter", "'yes'"),
    (validation("AttributeValueCountValidator", attributes="a", expression="=", count="1"), "bad-parameter", "'='"),
    (
        validation("AttributeValueCountValidator", attributes="a", expression="==", count="one"),
        "bad-parameter",
        "'one'",
    ),
    (validation("CheckItemTickedValidator", itemIndex="2", checked="true"), "bad-parameter", "2 items"),
    (validation("CheckItemTickedValidator", itemIndex="first"), "bad-parameter", "first"),
    (
        validation("CheckItemTickedValidator", '<parameter name="itemIndex" value="1"/>', itemIndex="0"),
        "duplicate-parameter",
        "itemIndex",
    ),
    (validation("TypedAssociationValidator", associationType="requirs"), "bad-parameter", "'requires'"),
    (validation("TypedAssociationValidator", associationDirection="up"), "bad-parameter", "up"),
    (validation("RequiredWhenValidator", attribute="a", pattern="x"), "missing-parameter", "required"),
    (validation("PropertyValueValidator", propertyValue="x"), "missing-parameter", "propertyName"),
    (
        GO
        + '<checkpoints><checkpoint id="c" durationColour="red"><boundary min="2d:0h:0m:0s" max="1d:0h:0m:0s"/>'
          '</checkpoint></checkpoints>',
        "bad-parameter",
        "min",
    ),
    (
        data("transitionApproval", '<approval forEvent="Promote" roles="qa" votes="0"/>'),
        "bad-parameter",
        "no vote is needed",
    ),
    (
        validation("TypedAssociationValidator", associatedMediaType="application/wsdl"),
        "bad-parameter",
        "application/wsdl",
    ),
    *(
        (validation("AttributeValueCountValidator", attributes="a", expression=op, count=count), "bad-parameter", words)
        for op, count, words in [
            ("&gt;=", "-1", "always >= -1"),
            ("&gt;=", "0", "always"),
            ("&gt;", "-1", "always"),
            ("!=", "-1", "always"),
            ("&lt;", "0", "never"),
            ("&lt;=", "-1", "never"),
            ("==", "-1", "never"),
        ]
    ),
    (execution("CommandExecutor"), "missing-parameter", "CommandExecutor has no name"),
    (execution("CommandExecutor", ("Name", "gate")), "unknown-parameter", "'name'"),
    (execution("CommandExecutor", ("name", "gate"), ("name", "other")), "duplicate-parameter", "name"),
    (execution("CopyExecutor", ("platform", "banana")), "bad-parameter", "'banana'"),
    (execution("CopyExecutor", ("platform", "Same")), "bad-parameter", "did you mean 'same'?"),
    (execution("ServiceVersionExecutor", ("platform", " 9.2.0")), "bad-parameter", "' 9.2.0'"),
    (execution("CopyExecutor", ("platform", "")), "bad-parameter", "empty"),
    (execution("CopyExecutor", ("Platform", "9.2.0")), "unknown-parameter", "'platform'"),
    (execution("CopyExecutor", ("platfrom", "9.2.0")), "unknown-parameter", "'platform'"),
    (GO + '<transition event="Hold " target="B"/>', "blank-at-end", "'Hold '"),
    (GO + '<transition event="promote" target="A"/>', "duplicate-event", "case"),
    (items("One", "one"), "duplicate-item", "case"),
    (items("One "), "blank-at-end", "'One '"),
    (items("one", "1"), "duplicate-item", "'#2'"),
    (GO + '</state><state id="b">' + GO, "duplicate-state", "case"),
    (GO + '</state><state id=" C">' + GO, "blank-at-end", "' C'"),
]
SOUND = [
    GO,
    model(ITEMS),
    data("checkItems", '<item name="x" forEvent="Promote"><permissions><permission roles="a,b"/></permissions></item>'),
    validation("AttributeExistenceValidator", attributes="a,b"),
    validation("CheckItemTickedValidator", itemIndex="1", checked="true"),
    validation("AttributeValueCountValidator", attributes="a", expression="&lt;=", count="1"),
    validation("TypedAssociationValidator", associationType="requires", associationDirection="outgoing"),
    data(
        "transitionScripts",
        '<js forEvent="Promote"><console function="f"><script type="text/javascript" src="a">x</script></console></js>',
    ),
    data(
        "transitionExecution",
        '<execution forEvent="Promote" class="x.CopyExecutor"><parameter name="p"><any><thing a="1">x</thing></any>'
        "</parameter></execution>",
    ),
    data(
        "transitionInput",
        '<inputs forEvent="Promote"><input name="a" required="true" label="l" placeHolder="p" regex="[0-9]" values="1,'
        '2"/>'
        "</inputs>",
    ),
    data("transitionApproval", '<approval forEvent="Promote" roles="qa" votes="2"/>'),
    "<!-- words -->" + GO,
    validation("AttributeValueCountValidator", attributes="a", expression="==", count="0"),
    validation("AttributeValueCountValidator", attributes="a", expression="&gt;", count="0"),
    execution("CommandExecutor", ("name", "gate"), ("game", "x"), ("more", "x")),
    execution("CopyExecutor", ("platform", "same"), ("targetEnvironment", "/x"), ("currentEnvironment", "/y")),
    execution("ServiceVersionExecutor", ("targetEnvironment", "/x"), ("service.mediatype", "y"), ("platform", "4.4.0")),
    items("1", "one", "3", "99"),
]


class LintRulesTest(TestCase):
    def setUp(self):
        self.path = self.make_directory() / "l.xml"

    def lint(self, content):
        self.path.write_text(FILE.format(content))
        result = self.assert_quiet(process.run("pmt-lifecycle", "lint", "--json", self.path))
        return [(one["rule"], one["detail"]) for one in result.json]

    def test_odd(self):
        for content, rule, words in ODD:
            with self.subTest(content):
                found = self.lint(content)
                self.assertTrue(any(one == rule and words in detail for one, detail in found), found)

    def test_sound(self):
        for content in SOUND:
            with self.subTest(content):
                self.assertEqual(self.lint(content), [])

    def test_other_elements(self):
        self.path.write_text(
            FILE.format(GO).replace("initialstate", "initialState").replace('type="literal"', 'kind="literal"')
        )
        result = process.run("pmt-lifecycle", "lint", "--fields", "rule,detail", self.path)
        self.assertIn(
            "unknown-attribute\tinitialState of <scxml> is ignored; did you mean 'initialstate'", result.text
        )
        self.assertIn("kind of <configuration>", result.text)
        self.path.write_text(
            '<lifecycle><state name="A" place="x"><checkitem done="x"/></state><state name="B"/></lifecycle>'
        )
        result = process.run("pmt-lifecycle", "lint", "--fields", "rule,detail", self.path)
        for words in ("place of <state>", "done of <checkitem>", "nameless-item"):
            self.assertIn(words, result.text)

    def test_clauses_are_whole(self):
        """Nothing ends in the beginning of an advice that there is not."""
        for content, _, _ in ODD:
            for _, detail in self.lint(content):
                self.assertNotRegex(detail, r";\s*$")

    def test_a_state_without_a_name_hides_nothing(self):
        for left_out in ("", f' id="{"x" * 101}"'):
            self.path.write_text(
                FILE.format(GO).replace(
                    "<state id=\"B\"/>",
                    f"<state{left_out}><odd/></state><state id=\"B\">"
                    "<transition event=\"Go\" target=\"Nowhere\"/></state><state id=\"C\"/><final/>",
                )
            )
            result = self.assert_status(process.run("pmt-lifecycle", "lint", "--fields", "rule", self.path), 1)
            found = set(result.text.split())
            self.assertLessEqual({"malformed", "unknown-target", "unknown-element"}, found)
            self.assertEqual("unreachable-state" in found, not left_out, "what an unread state leads to is not known")
        self.path.write_text("<lifecycle><state/><state name='A'><odd/></state></lifecycle>")
        result = self.assert_status(process.run("pmt-lifecycle", "lint", "--fields", "rule", self.path), 1)
        self.assertEqual(result.text.split(), ["malformed", "unknown-element"])

    def test_load_of_executors(self):
        installation = self.open_installation(module_server())
        self.path.write_text(FILE.format(execution("CommandExecutor", ("name", "gte"))))
        result = self.assert_status(installation.run("pmt-lifecycle", "load", "-n", self.path), 0)
        self.assertIn(
            "unknown-executor: Promote of 'A' runs [executor.gte], which is not configured",
            result.stderr,
        )
        installation.configure(**{"executor.gate": {"command": ["/bin/true"]}})
        result = self.assert_status(installation.run("pmt-lifecycle", "load", "-n", self.path), 0)
        self.assertIn("did you mean 'gate'?", result.stderr)
        self.path.write_text(FILE.format(execution("CommandExecutor", ("name", "gate"))))
        result = self.assert_status(installation.run("pmt-lifecycle", "load", "-n", self.path), 0)
        self.assertNotIn("unknown-executor", result.stderr)

    def test_load(self):
        installation = self.open_installation(module_server())
        self.path.write_text(FILE.format(model(
            '<data name="checkItems"><item name="x"><permissions><permission roles="qa2"/></permissions></item></data>',
            '<data name="transitionValidation"><validation forEvent="Promote" class="x.AttributeExistenceValidator">'
            '<parameter name="attributes" value="overview_cliennt,overview_client"/></validation></data>')))
        result = self.assert_status(installation.run("pmt-lifecycle", "load", "-n", self.path), 0)
        self.assertIn("overview_cliennt", result.stderr)
        self.assertIn("did you mean 'overview_client'", result.stderr)
        self.assertIn("Mine would be loaded", result.stderr)
        self.assertNotIn("qa2", result.stderr)
        installation.configure(**{"patch.roles": {"qa": ["@qa"]}})
        result = self.assert_status(installation.run("pmt-lifecycle", "load", self.path), 0)
        self.assertIn("the role 'qa2' may tick 'x' in 'A', which is not in [patch.roles]", result.stderr)
        self.assertIn("Mine", result.text)


if __name__ == "__main__":
    unittest.main()
