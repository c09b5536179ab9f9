# SPDX-License-Identifier: MIT
"""Every figure, computed a second time from the data that was imported."""

import collections
import datetime
import json
import math
import unittest

from upkeep_test import Installation, TestCase, module_server
from upkeep_test.patches import RELEASED, TESTING_ITEMS, make_patches, time_of

COUNT = 150
DAY = datetime.timedelta(days=1)


def days_between(begin: datetime.date, end: datetime.date) -> int:
    """Mondays to Fridays, one by one."""
    return sum((begin + i * DAY).weekday() < 5 for i in range((end - begin).days))


def listed(fields, key):
    value = fields.get(key, [])
    return value if isinstance(value, list) else [value]


def period_of(day: datetime.date, by: str) -> str:
    return {"day": day.isoformat(), "week": "%04d-W%02d" % day.isocalendar()[:2], "month": day.isoformat()[:7],
            "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": str(day.year)}[by]


def percentile(values, share):
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


class FiguresTest(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.patches = make_patches(COUNT)
        cls.released = [one for one in cls.patches if one["state"] in RELEASED]
        cls.open = [one for one in cls.patches if one["state"] not in RELEASED]

    def setUp(self):
        if not hasattr(type(self), "installation"):
            # One set of data for all tests, which only read it.
            type(self).installation = Installation(module_server())
            type(self).addClassCleanup(self.installation.close)
            path = self.installation.directory / "patches.json"
            path.write_text(json.dumps(self.patches))
            result = self.installation.run("pmt-patch", "import", "--json", path)
            self.assertEqual(result.json[0]["imported"], COUNT, result)

    def report(self, *args):
        return self.assert_quiet(self.installation.run("pmt-report", "--json", *args)).json

    def test_generated_data_is_of_use(self):
        self.assertGreater(len(self.released), 30)
        self.assertGreater(len(self.open), 30)

    def test_released(self):
        rows = self.report("released")
        self.assertEqual({one["patch"] for one in rows}, {one["patch"] for one in self.released})
        self.assertEqual([one["released_at"] for one in rows], sorted(one["released_at"] for one in self.released))
        known = {one["patch"]: one for one in self.released}
        for row in rows:
            patch = known[row["patch"]]
            self.assert_fields(
                row, ["patch", "state", "developer", "qa", "since_s", "eta", "released_at", "business_days"]
            )
            self.assertEqual((row["state"], row["released_at"]), (patch["state"], patch["released_at"]))
            self.assertEqual(row["developer"], patch["fields"]["peopleInvolved_developedby"])
            begin = time_of(patch.get("requested_at") or patch["created_at"]).date()
            self.assertEqual(row["business_days"], days_between(begin, time_of(patch["released_at"]).date()))
            age = (datetime.datetime.utcnow() - time_of(patch["state_since"])).total_seconds()
            self.assertAlmostEqual(row["since_s"], age, delta=120)
        some = self.report("released", "--from", "2013-06-01", "--to", "2013-12-31", "platform=4.2.0")
        self.assertEqual(
            {one["patch"] for one in some},
            {
                one["patch"]
                for one in self.released
                if "2013-06-01" <= one["released_at"][:10] <= "2013-12-31" and one["platform"] == "4.2.0"
            },
        )

    def test_released_by(self):
        def kind(patch):
            jiras = listed(patch["fields"], "jiraInformation_supportJIRA")
            if any(one.startswith("DEVINTERNAL-") for one in jiras):
                return "proactive"
            if any(one.startswith("SECURITYINTERNAL-") for one in jiras):
                return "security"
            return "reactive" if jiras else "uncategorised"
        groups = {
            "platform": lambda one: [one["platform"]], "category": lambda one: [one["category"]],
            "product": lambda one: listed(one["fields"], "overview_products"),
            "client": lambda one: listed(one["fields"], "overview_client") or [None],
            "developer": lambda one: listed(one["fields"], "peopleInvolved_developedby"),
            "qa": lambda one: listed(one["fields"], "peopleInvolved_qaedby") or [None]}
        for by in ("day", "week", "month", "quarter", "year"):
            groups[by] = lambda one, by=by: [period_of(time_of(one["released_at"]).date(), by)]
        for by, group in groups.items():
            with self.subTest(by):
                expected = collections.defaultdict(collections.Counter)
                for patch in self.released:
                    for key in group(patch):
                        expected[key][kind(patch)] += 1
                rows = self.report("released", "--by", by)
                self.assertEqual(
                    {
                        row["period"]: {key: row[key] for key in ("proactive", "reactive", "security", "uncategorised")}
                        for row in rows
                    },
                    {
                        key: {kind: counts[kind] for kind in ("proactive", "reactive", "security", "uncategorised")}
                        for key, counts in expected.items()
                    },
                )
                for row in rows:
                    self.assertEqual(row["count"], sum(expected[row["period"]].values()))

    def test_progress_and_over_eta(self):
        rows = self.report("progress")
        self.assertEqual([one["patch"] for one in rows],
                         [one["patch"] for one in sorted(self.open, key=lambda p: (p["platform"], p["number"]))])
        estimated = {one["patch"] for one in self.open if one["state"] == "Development"
                     and any(event["action"] == "eta" for event in one["history"])}
        self.assertGreater(len(estimated), 0)
        self.assertEqual({one["patch"] for one in rows if one["eta"]}, estimated)
        # 40 hours at worst are 5 days of 8: all of them are late by now.
        rows = self.report("over-eta")
        self.assertEqual({one["patch"] for one in rows}, estimated)
        known = {one["patch"]: one for one in self.open}
        for row in rows:
            day = time_of(known[row["patch"]]["state_since"]).date()
            while day.weekday() > 4:
                day += DAY
            left = 5
            while left:
                day += DAY
                left -= day.weekday() < 5
            self.assertEqual(row["eta"], day.isoformat())

    def test_health(self):
        expected = set()
        needed = [
            "overview_products",
            "jiraInformation_supportJIRA",
            "jiraInformation_publicJIRA",
            "peopleInvolved_developedby",
            "peopleInvolved_qaedby",
            "patchInformation_jarsInvolved",
            "patchInformation_revision",
            "testInformation_automationavailable",
            "dates_releasedOn",
        ]
        skipped = set()
        for patch in self.patches:
            fields, name = patch["fields"], patch["patch"]
            dates = [
                patch["created_at"][:10],
                fields.get("dates_developmentStartedOn"),
                fields.get("dates_qaStartedOn"),
                (patch.get("released_at") or fields.get("dates_releasedOn") or "")[:10] or None,
            ]
            for a, b in ((1, 2), (1, 3), (2, 3), (0, 3)):
                if dates[a] and dates[b] and dates[b] < dates[a]:
                    expected.add((name, "dates", dates[a], dates[b]))
            if patch["state"] not in RELEASED:
                continue
            if patch["state"] != "Released":
                expected.add((name, "not-complete"))
            for key in needed:
                if not fields.get(key):
                    expected.add((name, "field-missing", key))
            if fields.get("testInformation_automationavailable") == "Yes" and not fields.get(
                "testInformation_location"
            ):
                expected.add((name, "field-missing", "testInformation_location"))
            if fields.get("testInformation_automationavailable") == "Not possible":
                expected.add((name, "field-missing", "testInformation_reason"))
            ticked = set()
            for event in patch["history"]:
                for change in event.get("changes", []):
                    if event["action"] == "tick":
                        ticked.add(change["key"])
                    elif event["action"] == "untick":
                        ticked.discard(change["key"])
            skipped |= {(name, item) for item in set(TESTING_ITEMS) - ticked}
        rows = self.report("health")
        found = set()
        for row in rows:
            self.assert_fields(row, ["patch", "state", "problem", "detail"])
            if row["problem"] == "not-complete":
                found.add((row["patch"], "not-complete"))
            elif row["problem"] == "field-missing":
                found.add((row["patch"], "field-missing", row["detail"]))
            elif row["problem"] == "dates":
                words = row["detail"].replace(",", "").split()
                found.add((row["patch"], "dates", *[word for word in words if word.count("-") == 2]))
        self.assertEqual(found, expected)
        self.assertEqual({(row["patch"], row["detail"]) for row in rows if row["problem"] == "item-skipped"}, skipped)

    def test_trend(self):
        for by in ("month", "week", "quarter"):
            with self.subTest(by):
                rows = self.report("trend", "--by", by)
                days = [
                    time_of(one[key]).date()
                    for one in self.patches
                    for key in ("created_at", "requested_at", "released_at")
                    if one.get(key)
                ]
                periods, day = [], min(days)
                while day <= max(days):
                    if period_of(day, by) not in periods[-1:]:
                        periods.append(period_of(day, by))
                    day += DAY
                self.assertEqual([row["period"] for row in rows], periods)
                opened = 0
                for row in rows:
                    def count(patches, key):
                        return sum(
                            bool(one.get(key)) and period_of(time_of(one[key]).date(), by) == row["period"]
                            for one in patches
                        )
                    self.assertEqual(row["requested"], count(self.patches, "requested_at"))
                    self.assertEqual(row["created"], count(self.patches, "created_at"))
                    self.assertEqual(row["released"], count(self.released, "released_at"))
                    opened += row["created"] - row["released"]
                    self.assertEqual(row["open"], opened)
                self.assertEqual(opened, len(self.open))
        whole, part = self.report("trend"), self.report("trend", "--from", "2013-09-01", "--to", "2013-11-30")
        self.assertEqual(part, [row for row in whole if "2013-09" <= row["period"] <= "2013-11"])

    def test_a_range_without_an_end(self):
        """The last day that dates can express."""
        # `since_s` grows between the two.
        limited, unlimited = ([row | {"since_s": None} for row in self.report("released", *words)]
                              for words in (["--to", "9999-12-31"], []))
        self.assertEqual(limited, unlimited)
        trend = self.report("trend", "--by", "year", "--to", "9999-12-31")
        self.assertEqual(trend[-1]["period"], "9999")
        whole = self.report("trend", "--by", "year")
        self.assertEqual(trend[:len(whole)], whole)

    def test_workload(self):
        expected = {}

        def load(who):
            return expected.setdefault(who, {"developing": 0, "testing": 0, "released": 0})
        for patch in self.open:
            load(patch["fields"]["peopleInvolved_developedby"])["developing"] += 1
            if patch["fields"].get("peopleInvolved_qaedby"):
                load(patch["fields"]["peopleInvolved_qaedby"])["testing"] += 1
        for patch in self.released:
            for who in {patch["fields"]["peopleInvolved_developedby"], patch["fields"].get("peopleInvolved_qaedby")} - {
                None
            }:
                load(who)["released"] += 1
        rows = self.report("workload")
        self.assertEqual(
            {row["person"]: {key: row[key] for key in ("developing", "testing", "released")} for row in rows}, expected
        )

    def test_time(self):
        expected, patches = collections.Counter(), collections.defaultdict(set)
        for patch in self.patches:
            client = ", ".join(listed(patch["fields"], "overview_client")) or None
            for event in patch["history"]:
                if "time_s" in event:
                    expected[client, event["at"][:7]] += event["time_s"]
                    patches[client, event["at"][:7]].add(patch["patch"])
        rows = self.report("time")
        self.assertEqual({(row["client"], row["month"]): row["time_s"] for row in rows}, dict(expected))
        self.assertEqual({(row["client"], row["month"]): row["patches"] for row in rows},
                         {key: len(names) for key, names in patches.items()})

    def stays(self):
        """(patch, state, begin, end), undone moves taken out."""
        for patch in self.patches:
            stack = []
            for event in patch["history"]:
                changes = {change["key"]: change for change in event.get("changes", [])}
                if event["action"] == "create":
                    stack = [("Development", event["at"])]
                elif event["action"] == "move":
                    stack.append((event["changes"][0]["to"], event["at"]))
                elif event["action"] == "undo":
                    stack.pop()
                del changes
            for (state, begin), (_, end) in zip(stack, stack[1:]):
                yield patch["patch"], state, time_of(begin), time_of(end)

    def test_durations(self):
        lengths, totals = collections.defaultdict(list), collections.defaultdict(
            lambda: collections.defaultdict(lambda: [0, 0])
        )
        for patch, state, begin, end in self.stays():
            one = int((end - begin).total_seconds()), days_between(begin.date(), end.date())
            lengths[state, "waiting" if state in ("ReadyForQA", "FailedQA") else "working"].append(one)
            total = totals["waiting" if state in ("ReadyForQA", "FailedQA") else "working"][patch]
            total[0] += one[0]
            total[1] += one[1]
        for kind, sums in totals.items():
            lengths["total", kind] = [tuple(one) for one in sums.values()]
        rows = self.report("durations")
        self.assertEqual({(row["stage"], row["kind"]) for row in rows}, set(lengths))
        for row in rows:
            values = lengths[row["stage"], row["kind"]]
            self.assertEqual(
                [row["count"], row["median_s"], row["p90_s"], row["median_business_days"], row["p90_business_days"]],
                [
                    len(values),
                    percentile([v[0] for v in values], 0.5),
                    percentile([v[0] for v in values], 0.9),
                    percentile([v[1] for v in values], 0.5),
                    percentile([v[1] for v in values], 0.9),
                ],
                row,
            )

    def test_state_at(self):
        for day in ("2012-12-01", "2013-03-01", "2013-08-17", "2014-02-28", "2030-01-01"):
            with self.subTest(day):
                end = f"{day}T23:59:59Z"
                expected = {}
                for patch in self.patches:
                    if patch["created_at"] <= end:
                        state = None
                        for event in patch["history"]:
                            if event["at"] <= end and event["action"] in ("create", "move", "undo"):
                                state = event["changes"][-1]["to"]
                        expected[patch["patch"]] = state
                    elif patch.get("requested_at", "9") <= end:
                        expected[patch["queue"]] = "Queued"
                rows = self.report("state-at", day)
                self.assertEqual({row["patch"]: row["state"] for row in rows}, expected)

    def test_qa(self):
        rows = self.report("qa", "--product", "wso2 esb 4.8.1", "--from", "2013-06-01")
        expected = {}
        for patch in self.released:
            fields = patch["fields"]
            if "ESB 4.8.1" in fields["overview_products"] and patch["released_at"] >= "2013-06-01":
                jiras = listed(fields, "jiraInformation_publicJIRA")
                area = fields.get("testInformation_useCase") or (
                    jiras[0].split("/")[-1].split("-")[0] if jiras else None
                )
                expected[patch["patch"]] = (area, (jiras + listed(fields, "jiraInformation_supportJIRA")) or None,
                                            fields.get("testInformation_location"))
        self.assertEqual({row["patch"]: (row["area"], row["jira"], row["test_location"]) for row in rows}, expected)

    def test_service_pack(self):
        packed = self.assert_status(self.installation.run("pmt-report", "service-pack", "--product", "ESB 4.8.1",
                                                          "--platform", "4.2.0", "--json"), 0)
        rows = packed.json
        mine = {one["patch"]: one for one in self.released if one["platform"] == "4.2.0"
                and {"ESB 4.8.1", "Carbon 4.2.0"} & set(one["fields"]["overview_products"])}
        self.assertEqual([row["patch"] for row in rows], sorted(mine))
        contained = {row["patch"] for row in rows if row["order"]}

        def linked(kind):
            return {(name, link["patch"]) for name in contained for link in mine[name]["links"] if link["type"] == kind}

        covered = {other for _, other in linked("supersedes")}
        needed = {(name, other) for name, other in linked("requires") if other not in mine and other not in covered}
        self.assertTrue(needed)
        for name, missing in needed:
            self.assertIn(f"{name} requires {missing}, which is not in the service pack", packed.stderr)
        superseded = {link["patch"] for one in mine.values() for link in one["links"] if link["type"] == "supersedes"}
        order = 0
        for row in rows:
            self.assertEqual(row["jars"], listed(mine[row["patch"]]["fields"], "patchInformation_jarsInvolved"))
            if row["patch"] in superseded:
                self.assertIsNone(row["order"])
                self.assertIn({"type": "supersedes", "patch": row["patch"]}, mine[row["superseded_by"]]["links"])
            else:
                order += 1
                self.assertEqual((row["order"], row["superseded_by"]), (order, None))
        names = self.installation.run(
            "pmt-report", "service-pack", "--product", "ESB 4.8.1", "--platform", "4.2.0", "--list"
        )
        self.assertEqual(names.lines, [row["directory"] for row in rows if row["order"]])
        self.assertTrue(all(line == f"patch{name[-4:]}" for line, name in
                            zip(names.lines, [row["patch"] for row in rows if row["order"]])))

    def test_effective(self):
        rows = self.report("effective", "--platform", "4.2.0")
        winner = {}
        for patch in sorted(
            (one for one in self.released if one["platform"] == "4.2.0"), key=lambda p: f"patch{p['number']:04}"
        ):
            for jar in listed(patch["fields"], "patchInformation_jarsInvolved"):
                winner[jar] = patch["patch"]
        self.assertEqual({row["jar"]: row["patch"] for row in rows}, winner)
        for row in rows:
            self.assertEqual((row["version"], row["digest"]), (row["jar"].split("_")[1][:-4], None))
        for jar in ("org.example.a_4.0.0.jar", "org.example.a_4.0.0", "org.example.a"):
            found = {row["jar"] for row in self.report("effective", "--platform", "4.2.0", "--jar", jar)}
            self.assertEqual(
                found, {one for one in winner if one == jar or one == jar + ".jar" or one.split("_")[0] == jar}
            )

    def test_conflicts(self):
        contains = {one["patch"]: {link["patch"] for link in one["links"] if link["type"] in ("requires", "supersedes")}
                    for one in self.patches}

        def reach(name, seen):
            for other in contains[name] - seen:
                seen.add(other)
                reach(other, seen)
            return seen
        expected = set()
        for a in self.patches:
            for b in self.patches:
                if (
                    a["platform"] == b["platform"]
                    and a["number"] < b["number"]
                    and a["patch"] not in reach(b["patch"], set())
                ):
                    shared = set(listed(a["fields"], "patchInformation_jarsInvolved")) & set(
                        listed(b["fields"], "patchInformation_jarsInvolved"))
                    expected |= {(jar, a["patch"], b["patch"]) for jar in shared}
        rows = self.report("conflicts")
        self.assertEqual({(row["jar"], row["earlier"], row["later"]) for row in rows}, expected)
        self.assertEqual(len(rows), len(expected))


if __name__ == "__main__":
    unittest.main()
