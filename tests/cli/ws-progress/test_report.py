# SPDX-License-Identifier: MIT
"""ws-progress --report tells what a sweep has done; --forecast tells when a queue of 5,000 will be done."""

import datetime
import html.parser
import time
import unittest

from upkeep_test import TestCase, module_server

FIELDS = ["from", "to", "runs", "succeeded", "failed", "lost", "interrupted", "seconds", "median_s", "failures",
          "longest", "hours", "stops"]
COLUMNS = "workspace, target, state, origin, priority, queued_at, due_at, started_at, ended_at, detail"
FEW = COLUMNS.removesuffix(", detail")


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Page(html.parser.HTMLParser):
    """Every tag that is opened is closed, and nothing is fetched."""

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.text = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "rect"):
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        if tag != "rect":
            assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


class ReportTest(TestCase):
    def setUp(self):
        self.installation = self.open_small(module_server())
        rows = []
        for number in range(30):
            start = f"'2026-03-01 {20 + number // 10}:{number % 10:02}:00'"
            state, detail = ("failed", "'BAD <b>&\"luck\"'") if number % 10 == 3 else ("succeeded", "NULL")
            rows.append(f"('w{number:02}', '2.0', '{state}', 'queue', 9, {start}, {start}, {start},"
                        f" {start} + INTERVAL {10 + number} SECOND, {detail})")
        rows.append("('lost', '2.0', 'lost', 'queue', 9, '2026-03-02 01:00', '2026-03-02 01:00', '2026-03-02 01:00',"
                    " '2026-03-02 01:00:05', 'it went')")
        rows.append("('never', '2.0', 'cancelled', 'queue', 9, '2026-03-02 01:00', '2026-03-02 01:00', NULL,"
                    " '2026-03-02 01:00:05', NULL)")
        self.installation.server.sql(f"INSERT INTO upkeep.run ({COLUMNS}) VALUES {', '.join(rows)}")

    def report(self, *args):
        return self.assert_quiet(self.installation.run("ws-progress", "--report", "--from", "2026-03-01", "--to",
                                                       "2026-03-03", *args))

    def test_record(self):
        record, = self.report("--json").json
        self.assert_fields(record, FIELDS)
        self.assertEqual([record[key] for key in FIELDS[2:9]], [31, 27, 3, 1, 0, sum(range(10, 40)) + 5, 24])
        self.assertEqual([row["workspace"] for row in record["failures"]], ["w03", "w13", "w23", "lost"])
        self.assertEqual(record["failures"][0]["detail"], 'BAD <b>&"luck"')
        self.assertEqual([row["workspace"] for row in record["longest"]], [f"w{n}" for n in range(29, 19, -1)])
        self.assertEqual([(row["from"][:13], row["succeeded"], row["failed"]) for row in record["hours"]], [
            ("2026-03-01T20", 9, 1), ("2026-03-01T21", 9, 1), ("2026-03-01T22", 9, 1), ("2026-03-01T23", 0, 0),
            ("2026-03-02T00", 0, 0), ("2026-03-02T01", 0, 1)])
        self.assertEqual(self.report("--fields", "runs,failed").rows, [["31", "3"]])
        self.assertEqual(len(self.report().rows[0]), len(FIELDS))

    def test_text_fits_the_terminal(self):
        cause = ("Errors upgrading workspace: the query could not be executed " * 3).strip()
        self.installation.server.sql(f"UPDATE upkeep.run SET detail = '{cause}' WHERE workspace = 'w03'")
        words = ("ws-progress", "--report", "--from", "2026-03-01", "--to", "2026-03-03")
        for columns in (60, 80, 200):
            page = self.assert_status(self.installation.run_tty(*words, columns=columns, env={"NO_COLOR": "1"}), 0).text
            lines = page.replace("\r\n", "\n").splitlines()
            self.assertTrue(all(len(line) <= columns for line in lines), page)
            self.assertIn(f"failed: {cause} w13", " ".join(page.split()))
        self.assertIn("\x1b[31mfailed\x1b[0m: Errors", self.installation.run_tty(*words).text)
        self.assertIn(f"failed: {cause}\n", self.report("--format", "text").text)

    def test_window(self):
        narrow = self.installation.run("ws-progress", "--report", "--from", "2026-03-01T21:00Z", "--to",
                                       "2026-03-01T22:00Z", "--json").json[0]
        self.assertEqual(narrow["runs"], 10)
        empty = self.installation.run("ws-progress", "--report", "--json").json[0]  # the last day
        self.assertEqual((empty["runs"], empty["median_s"], empty["longest"], empty["hours"]), (0, None, [], []))

    def test_text(self):
        text = self.report("--format", "text").text
        for part in ("31 runs", "succeeded    27", "Not succeeded", "w03", 'BAD <b>&"luck"', "Longest", "Per hour",
                     "2026-03-01T20      10  "):
            self.assertIn(part, text)
        self.assertEqual(
            self.installation.run_tty(
                "ws-progress", "--report", "--from", "2026-03-01", "--to", "2026-03-03", env={"NO_COLOR": "1"}
            ).text.replace("\r\n", "\n"),
            text,
        )

    def test_page(self):
        text = self.report("--format", "html").text
        page = Page(text)
        self.assertEqual((page.open, page.links), ([], []), "whole, and needs no other file")
        self.assertIn("<svg", text)
        self.assertIn("2026-03-01T20:00: 9 succeeded, 1 not", text)
        self.assertIn('BAD <b>&"luck"', page.text)
        self.assertNotIn("<b>", text)
        self.assertIn("</html>", self.installation.run("ws-progress", "--report", "--format", "html").text)  # empty

    def test_usage(self):
        for words in (
            ["--format", "html", "acme"],
            ["--from", "2026-01-01", "acme"],
            ["--report", "acme"],
            ["--report", "--follow"],
            ["--report", "--from", "x"],
            ["--report", "--from", "2999-01-01"],
            ["--until", "06:00", "acme"],
            ["--forecast", "--until", "6"],
            ["--report", "--fields", "workspace"],
        ):
            with self.subTest(words):
                self.assert_error(self.installation.run("ws-progress", *words), 64)


class ForecastTest(TestCase):
    """5,000 workspaces, simulated by their runs: the forecast against the night as it would go."""

    FLEET = 5000

    def setUp(self):
        self.installation = self.open_small(module_server())
        self.server = self.installation.server
        history = ", ".join(
            f"('h{n}', '2.0', 'succeeded', 'queue', 9, UTC_TIMESTAMP(), UTC_TIMESTAMP(),"
            f" UTC_TIMESTAMP() - INTERVAL 10 HOUR, UTC_TIMESTAMP() - INTERVAL 10 HOUR + INTERVAL {s} SECOND)"
            for n, s in enumerate([8, 9, 10, 10, 10, 11, 60])
        )
        self.server.sql(
            f"INSERT INTO upkeep.run ({FEW}) VALUES {history};"
            f"INSERT INTO upkeep.run (workspace, target, state, active, origin, priority, queued_at, due_at)"
            f" SELECT CONCAT('f', seq), '2.0', 'queued', 1, 'queue', 9, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)"
            f" FROM upkeep.seq_1_to_{self.FLEET}"
        )

    def forecast(self, *args):
        began = datetime.datetime.now(datetime.timezone.utc)
        record, = self.assert_quiet(self.installation.run("ws-progress", "--forecast", "--json", *args)).json
        record["in_s"] = record["finish_at"] and (time_of(record["finish_at"]) - began).total_seconds()
        return record

    def test_before(self):
        record = self.forecast()
        self.assertEqual((record["queued"], record["running"], record["median_s"]), (self.FLEET, 0, 10))
        self.assertAlmostEqual(record["in_s"], 10 * self.FLEET, delta=5)
        self.installation.configure(upgrade={"slots": 4})
        self.assertAlmostEqual(self.forecast()["in_s"], 10 * self.FLEET / 4, delta=15)

    def test_during(self):
        """Half of it done, one a third of the way: half of the time is left."""
        self.server.sql(
            "UPDATE upkeep.run SET state = 'succeeded', active = NULL, started_at = UTC_TIMESTAMP() - INTERVAL 10"
            " SECOND, ended_at = UTC_TIMESTAMP() WHERE state = 'queued' ORDER BY id LIMIT 2499;"
            "UPDATE upkeep.run SET state = 'running', started_at = UTC_TIMESTAMP(3) - INTERVAL 3 SECOND WHERE"
            " state = 'queued' ORDER BY id LIMIT 1"
        )
        record = self.forecast()
        self.assertEqual((record["queued"], record["running"]), (2500, 1))
        self.assertAlmostEqual(record["in_s"], 25007, delta=6)

    def test_servers(self):
        """Twenty servers with a slot each are not one server with twenty."""
        servers = [{"name": f"db{n}", "host": f"db{n}.example.org", "slots": 1} for n in range(20)]
        self.installation.configure(upgrade={"slots": 20}, server=servers)
        self.assertAlmostEqual(self.forecast()["in_s"], 10 * self.FLEET / 20, delta=15)  # not known where they are
        place = "UPDATE upkeep.run SET server = CONCAT('db', {}, '.example.org:3306') WHERE state = 'queued'"
        self.server.sql(place.format("0"))
        self.assertAlmostEqual(self.forecast()["in_s"], 10 * self.FLEET, delta=15)
        self.server.sql(place.format("MOD(id, 20)"))
        self.assertAlmostEqual(self.forecast()["in_s"], 10 * self.FLEET / 20, delta=15)
        self.installation.configure(upgrade={"slots": 5})
        self.assertAlmostEqual(self.forecast()["in_s"], 10 * self.FLEET / 5, delta=15)

    def test_positions_on_servers(self):
        """Ahead of a run are those that start before it, not those of a server that has much to do."""
        self.installation.configure(upgrade={"slots": 2}, server=[
            {"name": name, "host": name, "slots": 1} for name in ("db1", "db2")])
        self.server.sql("UPDATE upkeep.run SET server = IF(workspace = 'f5000', 'db2:3306', 'db1:3306')")
        records = self.assert_status(self.installation.run("ws-progress", "--active", "--json"), 1).json
        places = {record["workspace"]: (record["position"], record["eta_s"]) for record in records}
        self.assertEqual([places[name][0] for name in ("f1", "f5000", "f2", "f4999")], [0, 1, 2, 4999])

    def test_window(self):
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)
        record = self.forecast("--until", end.strftime("%H:%M"))
        seconds = (time_of(record["until"]) - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        self.assertAlmostEqual(record["left"], self.FLEET - seconds / 10, delta=2)
        self.assertEqual(self.forecast()["left"], None)
        self.installation.configure(upgrade={"slots": 8})
        self.assertEqual(self.forecast("--until", end.strftime("%H:%M"))["left"], 0)

    def test_paused(self):
        self.assert_quiet(self.installation.run("ws-schedule", "--pause"))
        record = self.forecast("--until", "06:00")
        self.assertEqual((record["paused"], record["finish_at"], record["left"]), (True, None, self.FLEET))

    def test_it_takes_no_time(self):
        began = time.monotonic()
        self.forecast()
        self.assertLess(time.monotonic() - began, 5)


class HistoryTest(TestCase):
    """However many runs there have been: who looks reads none of them but those of its workspace."""

    RUNS = 30000

    def test_history_is_not_read(self):
        installation = self.open_small(module_server(), "acme")
        installation.configure(schedule={"via": "command", "command": ["true"]})
        server = installation.server
        server.sql(
            f"INSERT INTO upkeep.run ({FEW}) SELECT CONCAT('h', seq), '2.0', 'succeeded', 'queue', 9,"
            f" {', '.join(['UTC_TIMESTAMP()'] * 4)}"
            f" FROM upkeep.seq_1_to_{self.RUNS}; ANALYZE TABLE upkeep.run"
        )
        for words in (
            ["ws-check", "acme"],
            ["ws-check", "--all"],
            ["ws-progress", "acme"],
            ["ws-progress", "--forecast"],
            ["ws-progress", "--active"],
            ["ws-schedule", "acme"],
            ["ws-schedule", "--list"],
            ["ws-upgrade", "acme"],
            ["ws-upgrade", "--drain"],
        ):
            with self.subTest(" ".join(words)):
                before = self.rows_read(server)
                self.assertIn(installation.run(*words).status, (0, 1))
                self.assertLess(self.rows_read(server) - before, self.RUNS / 2)

    @staticmethod
    def rows_read(server):
        return sum(int(value) for _, value in server.sql("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))


if __name__ == "__main__":
    unittest.main()
