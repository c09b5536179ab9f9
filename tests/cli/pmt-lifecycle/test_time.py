# SPDX-License-Identifier: MIT
"""Logged time, estimates, and what is overdue."""

import datetime
import unittest

from upkeep_test.lifecycle import LifecycleCase, lifecycle, state

HOUR = 3600
DAY = 8 * HOUR


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    while count:
        day += datetime.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def business_days(start: datetime.date, end: datetime.date) -> int:
    """A well-known formula for MySQL, Monday being 0."""
    table = "0123455401234434012332340122123401101234000123450"
    return 5 * ((end - start).days // 7) + int(table[7 * start.weekday() + end.weekday()])


class TimeTest(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.load(lifecycle("Flow", state("Open", ("Promote", "Check"), ("Again", "Open")),
                            state("Check", ("Promote", "Released"), ("Demote", "Open")), state("Released")))
        self.name = self.new("overview_client=Acme", "overview_client=Beta", "peopleInvolved_developedby=dora",
                             "peopleInvolved_qaedby=quinn", "peopleInvolved_lead=lara", lifecycle="Flow")

    def eta(self, *args) -> dict[str, list[str]]:
        return {row[1]: row[2:] for row in self.ok("eta", self.name, *args).rows}

    def age(self, days: int) -> None:
        self.sql(f"UPDATE patch SET state_since = UTC_TIMESTAMP() - INTERVAL {days} DAY")

    def today(self) -> datetime.date:
        return datetime.date.fromisoformat(str(self.sql("SELECT UTC_DATE()")[0][0]))

    def test_durations(self):
        for text, seconds in [
            ("90m", 5400),
            ("2h30m", 9000),
            ("5d", 5 * DAY),
            ("1w", 5 * DAY),
            ("1w2d3h4m", 7 * DAY + 3 * HOUR + 240),
        ]:
            self.ok("log-time", self.name, text, "--comment", text)
            [(logged,)] = self.sql("SELECT time_s FROM event ORDER BY id DESC LIMIT 1")
            self.assertEqual(int(logged), seconds)
        for text in ["", "0m", "5", "m", "1m2h", "1h1h", "-1h", "1..5h", "9999w", "1s", "99999999999999999999h", "1 h"]:
            with self.subTest(text):
                self.assert_status(self.run_tool("log-time", self.name, text), 64)
        self.installation.configure(patch={"hours_per_day": 6, "days_per_week": 4})
        self.ok("log-time", self.name, "1w")
        [(logged,)] = self.sql("SELECT time_s FROM event ORDER BY id DESC LIMIT 1")
        self.assertEqual(int(logged), 4 * 6 * HOUR)

    def test_sums(self):
        self.ok("log-time", self.name, "1h")
        self.ok("promote", self.name, "--time", "30m")
        self.sql("UPDATE event SET at = '2014-03-05 10:00:00' WHERE action = 'log-time'")
        month = self.today().strftime("%Y-%m")
        rows = self.ok("time").rows
        self.assertEqual([(row[0], row[2], row[3], row[4]) for row in rows],
                         [(self.name, "Acme, Beta", "2014-03", "3600"), (self.name, "Acme, Beta", month, "1800")])
        self.assertEqual(self.ok("time", "--by", "patch", self.name).rows, [[self.name, "", "", "", "5400"]])
        self.assertEqual(self.ok("time", "client=Nobody").rows, [])
        self.assert_error(self.run_tool("time", "--by", "pach"), 64, "did you mean 'patch'?")

    def test_estimates(self):
        self.assertEqual(self.eta(), {})
        for words in ([], ["--public"]):
            shown = self.assert_status(self.run_tool("eta", self.name, "--format", "text", *words), 0)
            self.assertEqual(shown.text, "")
            self.assertRegex(shown.stderr, f"{self.name}: .*there is no estimate for ")
        self.assert_quiet(self.run_tool("eta", self.name, "--format", "text", "-q"))
        points = ("--best", "5h", "--likely", "8h", "--worst", "14h")
        planned = self.assert_status(self.run_tool("eta", "-n", self.name, *points), 0)
        self.assertRegex(planned.stderr, "would be estimated at 5h to 14h, likely 8h\n$")
        self.ok("eta", self.name, *points)
        found = self.eta()
        self.assertEqual(found["Open"][:5], [str(n * HOUR) for n in (5, 8, 14)] + ["30600", "5400"])  # 8.5 h, 1.5 h
        self.assertEqual(found["Open"], found["total"])
        self.assertEqual(found["total"][5], working_days_after(self.today(), 2).isoformat())
        self.ok("eta", self.name, "--stage", "Check", "--best", "1d", "--likely", "2d", "--worst", "3d")
        found = self.eta()
        self.assertEqual(list(found), ["Open", "Check", "total"])
        deviation = ((1.5 * HOUR) ** 2 + (DAY / 3) ** 2) ** 0.5
        self.assertEqual(found["total"][3:5], [str(30600 + 2 * DAY), str(round(deviation))])
        days = -(-(30600 + 2 * DAY) // DAY)
        self.assertEqual(found["total"][5], working_days_after(self.today(), days).isoformat())
        public = self.ok("eta", "--public", "--json", self.name).json[0]
        self.assertEqual(sorted(public), ["earliest", "latest", "patch"])
        self.assertLessEqual(public["earliest"], found["total"][5])
        self.assertGreaterEqual(public["latest"], found["total"][5])
        # A stage that has ended is out, and comes back with it.
        self.ok("promote", self.name)
        self.assertEqual(list(self.eta()), ["Check", "total"])
        self.ok("demote", self.name)
        self.assertEqual(list(self.eta()), ["Open", "total"])
        self.undo(self.name)
        self.assertEqual(list(self.eta()), ["Check", "total"])
        self.ok("promote", self.name)
        self.assertEqual(self.eta(), {})

    def test_no_public_date_without_every_estimate(self):
        """A date that leaves out a stage on the way is no promise."""
        points = ["--best", "1d", "--likely", "1d", "--worst", "1d"]
        self.load(
            lifecycle(
                "Long",
                state("Open", ("Promote", "Fix"), ("Hold", "Hold")),
                state("Hold", ("Promote", "Open")),
                state("Fix", ("Promote", "Check"), ("Skip", "Quick")),
                state("Quick", ("Promote", "Released")),
                state("Check", ("Promote", "Released"), ("Demote", "Fix")),
                state("Released", ("Broken", "Open")),
            )
        )
        name = self.new(lifecycle="Long")

        def public(*missing: str) -> None:
            result = self.assert_status(self.run_tool("eta", "--public", name), 0)
            self.assertEqual(bool(result.rows), not missing)
            self.assertEqual("warning" in result.stderr, bool(missing))
            for stage in missing:
                self.assertIn(stage, result.stderr)

        public("Open", "Fix", "Check")
        self.ok("eta", name, "--stage", "Check", *points)
        public("Open", "Fix")
        self.ok("eta", name, "--stage", "Open", *points)
        public("Fix")
        self.ok("eta", name, "--stage", "Fix", *points)
        public()
        self.ok("promote", name)
        self.ok("promote", name)
        public()
        self.ok("move", name, "Demote")
        public("Check")  # its estimate was for the work that is done
        self.ok("eta", name, "--stage", "Quick", *points)
        public()
        self.ok("promote", name)
        self.ok("promote", name)
        self.assertEqual(self.ok("eta", "--public", name).text, "")

    def test_bad_estimates(self):
        points = ["--best", "3d", "--likely", "2d", "--worst", "5d"]
        self.assert_error(self.run_tool("eta", self.name, *points), 64, "out of order")
        self.assert_error(self.run_tool("eta", self.name, "--best", "1d"), 64, "three values")
        self.assert_error(self.run_tool("eta", self.name, "--stage", "Open"), 64)
        self.assert_error(self.run_tool("eta", self.name, "--best", "x", "--likely", "2d", "--worst", "5d"), 64, "'x'")
        self.assert_error(self.run_tool("eta", self.name, "--stage", "Chekc", "--best", "1d", "--likely", "2d",
                                        "--worst", "5d"), 2, "did you mean 'Check'?")

    def test_late_is_never_in_the_past(self):
        self.ok("eta", self.name, "--best", "1d", "--likely", "1d", "--worst", "1d")
        self.age(30)
        self.assertEqual(self.eta()["total"][5], working_days_after(self.today(), 0).isoformat())

    def test_overdue(self):
        self.ok("eta", self.name, "--best", "1d", "--likely", "1d", "--worst", "2d")
        self.assertEqual(self.ok("overdue").text, "")
        self.age(30)
        result = self.run_tool("overdue", "--json")
        self.assert_quiet(result, 1)
        [late] = result.json
        self.assertEqual((late["patch"], late["state"], late["reason"], late["nudge"], late["who"], late["told"]),
                         (self.name, "Open", "estimate", "developer", "dora", 0))
        self.assertGreater(late["overdue_s"], 24 * 86400)
        for told, nudge in [(1, "lead"), (1, "lead")]:  # once a day
            self.assert_status(self.run_tool("overdue", "--tell"), 1)
            [late] = self.run_tool("overdue", "--json").json
            self.assertEqual((late["told"], late["nudge"]), (told, nudge))
        self.installation.configure(patch={"qa_states": ["Check"]})
        self.ok("promote", self.name)
        self.assertEqual(self.ok("overdue").text, "")
        self.ok("eta", self.name, "--best", "1d", "--likely", "1d", "--worst", "2d")
        self.age(9)
        [late] = self.run_tool("overdue", "--json").json
        self.assertEqual((late["told"], late["nudge"], late["who"]), (0, "qa", "quinn"))
        self.ok("promote", self.name)
        self.age(30)
        self.assertEqual(self.ok("overdue").text, "")

    def test_checkpoints(self):
        self.load(
            lifecycle(
                "Points",
                state("Open", ("Promote", "Closed")).replace(
                    "</state>",
                    (
                        '<checkpoints><checkpoint id="Early" durationColour="green"><boundary min="0d:0h:0m:0s"'
                        ' max="1d:0h:00m:20s"/>'
                        '</checkpoint><checkpoint id="Late" durationColour="red"><boundary min="1d:0h:00m:20s"'
                        ' max="23d:2h:5m:52s"/>'
                        '</checkpoint></checkpoints></state>'
                    ),
                ),
                state("Closed"),
            )
        )
        name = self.new(lifecycle="Points")
        self.assert_status(self.run_tool("overdue"), 0)
        self.age(3)
        [late] = self.run_tool("overdue", "--json", "lifecycle=Points").json
        self.assertEqual((late["patch"], late["reason"], late["detail"]), (name, "checkpoint", "past Early (green)"))
        self.age(40)
        self.assertEqual(self.run_tool("overdue", "--json", "lifecycle=Points").json[0]["detail"], "past Late (red)")

    def test_durations_of_states(self):
        self.ok("promote", self.name)
        self.ok("move", self.name, "Demote")
        self.ok("move", self.name, "Again")
        events = self.sql("SELECT id FROM event WHERE action IN ('create', 'move') ORDER BY id")
        days = ["2014-02-27", "2014-03-05", "2014-03-17", "2014-03-18"]
        for (event,), day in zip(events, days):
            self.sql(f"UPDATE event SET at = '{day} 12:00:00' WHERE id = {event}")
        rows = self.ok("durations", self.name, "--json").json
        self.assertEqual([row["state"] for row in rows], ["Open", "Check", "Open"])
        self.assertIsNone(rows[2]["to"])
        for row, start, end in zip(rows, days, [*days[1:3], self.today().isoformat()]):
            first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
            self.assertEqual((row["days"], row["business_days"]), ((last - first).days, business_days(first, last)))


if __name__ == "__main__":
    unittest.main()
