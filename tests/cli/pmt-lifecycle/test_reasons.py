# SPDX-License-Identifier: MIT
"""What blocks an event, as data: the fields, the item and the roles behind each reason."""

import unittest
from typing import Any

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

CAUSES = ("reason", "keys", "item", "roles")


def validation(kind: str, **parameters: str) -> str:
    inside = "".join(f'<parameter name="{name}" value="{value}"/>' for name, value in parameters.items())
    return f'<validation forEvent="Promote" class="x.{kind}">{inside}</validation>'


class ReasonsTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(
            lifecycle(
                "Causes",
                state(
                    "Open",
                    ("Promote", "Closed"),
                    ("Sign", "Closed"),
                    items=(
                        '<item name="Read" forEvent="Promote"><permissions><permission roles="qa,lead"/></permissions>'
                        "<validations>"
                        + validation("AttributeValueValidator", attributes="overview_client", pattern="A.*")
                        + "</validations></item>"
                        '<item name="Free" forEvent="Promote"/>'
                        '<item name="Shut" forEvent="Promote"><permissions><permission roles=""/></permissions></item>'
                    ),
                    data=(
                        '<data name="transitionPermission"><permission forEvent="Promote" roles="lead"/></data>'
                        '<data name="transitionApproval"><approval forEvent="Sign" roles="lead" votes="2"/></data>'
                        '<data name="transitionValidation">'
                        + validation(
                            "AttributeExistenceValidator", attributes="jiraInformation_publicJIRA,overview_reporter"
                        )
                        + validation("CheckItemTickedValidator", itemIndex="1")
                        + validation("PropertyValueValidator", propertyName="overview_priority", propertyValue="1")
                        + validation("PropertyValueValidator", propertyName="state", propertyValue="Closed")
                        + "</data>"
                        '<data name="transitionInput"><inputs forEvent="Sign"><input name="level" required="true"'
                        ' values="minor,major"/></inputs></data>'
                    ),
                ),
                state("Closed"),
            )
        )
        self.installation.configure(**{"patch.roles": {"lead": ["lara"], "qa": ["quinn"]}})
        self.name = self.new("overview_client=Beta", lifecycle="Causes")

    promote: list[tuple[str, Any, Any, Any]] = [
        ("item", None, "Read", ["qa", "lead"]),
        ("item", None, "Free", None),
        ("item", None, "Shut", []),
        ("permission", None, None, ["lead"]),
        ("validation", ["overview_client"], "Read", None),
        ("validation", ["jiraInformation_publicJIRA", "overview_reporter"], None, None),
        ("validation", None, "Free", None),
        ("validation", ["overview_priority"], None, None),
        ("validation", None, None, None),  # a state is not a field
    ]

    @staticmethod
    def causes(records) -> list[tuple]:
        return [tuple(record[column] for column in CAUSES) for record in records]

    def test_refused_move(self):
        result = self.assert_quiet(self.run_tool("promote", "--json", self.name), 1)
        self.assertEqual(list(result.json[0]), ["patch", "event", "reason", "detail", "keys", "item", "roles"])
        self.assertEqual(self.causes(result.json), self.promote)

    def test_show(self):
        promote, sign = self.show(self.name)["events"]
        self.assertEqual(self.causes(promote["reasons"]), self.promote)
        for event in (promote, sign):  # the same reasons, in words
            self.assertEqual(
                [f"{reason['reason']}: {reason['detail']}" for reason in event["reasons"]], event["blocked_by"]
            )
        self.assertEqual(self.causes(sign["reasons"]), [("vote", None, None, ["lead"])])

    def test_blockers(self):
        result = self.assert_quiet(self.run_tool("blockers", "--json", self.name), 1)
        self.assertEqual(list(result.json[0]), ["patch", "event", "reason", "detail", "since_s", *CAUSES[1:]])
        # Of everybody: permissions are the caller's.
        expected = [one for one in self.promote if one[0] != "permission"] + [("vote", None, None, ["lead"])]
        self.assertEqual(self.causes(result.json), expected)
        row = self.run_tool("blockers", self.name).rows[0]
        self.assertEqual(row[1:4] + row[5:], ["Promote", "item", "Read (by qa or lead)", "", "Read", '["qa","lead"]'])

    def test_ticks_and_votes(self):
        refused = self.run_tool("tick", "--json", self.name, "Read", "Free").json
        self.assertEqual(self.causes(refused), [("permission", None, "Read", ["qa", "lead"])])
        refused = self.run_tool("vote", "--json", self.name, "sign").json
        self.assertEqual(self.causes(refused), [("permission", None, None, ["lead"])])

    def test_inputs(self):
        refused = self.run_tool("move", "--json", self.name, "Sign", "--input", "level=mayor").json
        self.assertEqual(self.causes(refused)[1:], [("input", ["level"], None, None)])
        self.assertIn("'mayor' is not one of minor, major; did you mean 'ma", refused[1]["detail"])


if __name__ == "__main__":
    unittest.main()
