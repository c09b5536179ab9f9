# SPDX-License-Identifier: MIT
"""Every report in every format, empty and not; wrong words; what reports read."""

import csv
import email
import hashlib
import html.parser
import io
import json
import unittest
import xml.etree.ElementTree

from upkeep_test import REPOSITORY, TestCase, module_server, process
from upkeep_test.archives import jar, patch_name, support_files, write_zip
from upkeep_test.patches import make_patches
from upkeep_test.paths import binary_directory

#: Every report with what it needs.
REPORTS = {
    "health": [],
    "queue": [],
    "progress": [],
    "over-eta": [],
    "released": [],
    "released by": ["--by", "month"],
    "durations": [],
    "trend": [],
    "workload": [],
    "time": [],
    "state-at": ["2013-09-01"],
    "qa": ["--product", "ESB 4.8.1"],
    "service-pack": ["--product", "ESB 4.8.1", "--platform", "4.2.0"],
    "effective": ["--platform", "4.2.0"],
    "conflicts": [],
}
COLUMNS = {
    "health": "patch state problem detail", "queue": "bucket count oldest_s",
    "progress": "patch state developer qa since_s eta released_at business_days",
    "over-eta": "patch state developer qa since_s eta released_at business_days",
    "released": "patch state developer qa since_s eta released_at business_days",
    "released by": "period count proactive reactive security uncategorised",
    "durations": "stage kind count median_s p90_s median_business_days p90_business_days",
    "trend": "period requested created released open", "workload": "person developing testing oldest_s released",
    "time": "client month time_s patches", "state-at": "patch state category created_at",
    "qa": "patch area jira test_location", "service-pack": "patch order jars superseded_by directory",
    "effective": "jar patch version digest md5", "conflicts": "jar earlier later why",
}


class Page(html.parser.HTMLParser):
    """Counts what a page holds; every tag that is opened is closed."""

    VOID = {"meta", "br", "hr", "img", "link"}

    def __init__(self, text):
        super().__init__()
        self.open, self.cells, self.heads, self.charts, self.wrong = [], [], [], 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "link", "img"):
            self.wrong.append(tag)
        self.charts += tag == "svg"
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")
        if tag == "th":
            self.heads.append("")

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data):
        if self.open[-1:] == ["td"]:
            self.cells[-1] += data
        if self.open[-1:] == ["th"]:
            self.heads[-1] += data


def without_ages(rows):
    """Rows but for what grows from one call to the next."""
    return [{name: value for name, value in row.items() if name not in ("since_s", "oldest_s")} for row in rows]


class FormatsTest(TestCase):
    def setUp(self):
        self.installation = self.open_installation(module_server())

    def report(self, name, *args, **options):
        return self.installation.run("pmt-report", name.split()[0], *REPORTS.get(name, []), *args, **options)

    def take(self, patches):
        path = self.installation.directory / "patches.json"
        path.write_text(json.dumps(patches))
        self.assert_status(self.installation.run("pmt-patch", "import", path), 0)

    def check_all(self, empty):
        def said(result):
            """Of a product or a platform that nothing has, a warning; nothing else."""
            if not empty:
                return self.assert_quiet(result)
            told = [line for line in result.stderr.splitlines() if "ESB 4.8.1" not in line and "4.2.0" not in line]
            self.assertEqual(told, [])
            return self.assert_status(result, 0)

        for name in REPORTS:
            with self.subTest(name):
                columns = COLUMNS[name].split()
                rows = said(self.report(name, "--json")).json
                if empty and name != "queue":
                    self.assertEqual(rows, [])
                elif name not in ("time",):
                    self.assertNotEqual(rows, [])
                for row in rows:
                    self.assert_fields(row, columns)
                lines = said(self.report(name, "--format", "jsonl")).jsonl
                self.assertEqual(without_ages(lines), without_ages(rows))
                tsv = said(self.report(name, "--header")).rows
                self.assertEqual((tsv[0], len(tsv)), (columns, len(rows) + 1))
                table = list(csv.reader(io.StringIO(said(self.report(name, "--format", "csv")).text)))
                self.assertEqual((table[0], len(table)), (columns, len(rows) + 1))
                page = Page(said(self.report(name, "--format", "html")).text)
                self.assertEqual((page.wrong, page.open, page.heads), ([], [], columns))
                self.assertEqual(len(page.cells), len(rows) * len(columns))
                self.assertGreaterEqual(page.charts, 1)
                svg = said(self.report(name, "--format", "svg")).stdout
                self.assertEqual(xml.etree.ElementTree.fromstring(svg).tag, "{http://www.w3.org/2000/svg}svg")
                if rows:
                    one = said(self.report(name, "--format", "html", "--fields", columns[-1])).text
                    self.assertEqual(Page(one).heads, [columns[-1]])

    def test_empty(self):
        self.check_all(True)
        for name in REPORTS:
            shown = self.installation.run_tty("pmt-report", name.split()[0], *REPORTS[name])
            self.assert_status(shown, 0)

    def test_full(self):
        patches = make_patches(60)
        self.take(patches)
        self.check_all(False)
        # What is hostile in values is text on a page.
        page = self.installation.run("pmt-report", "released", "--by", "client", "--format", "html").text
        self.assertIn("O&#39;Neil &lt;b&gt;", page)
        self.assertIn("Müller &amp; Söhne", page)
        self.assertNotIn("<b>", page)
        # A terminal shows charts, a pipe never does.
        shown = self.installation.run_tty("pmt-report", "trend", columns=80)
        self.assertRegex(shown.text, r"open +[▁▂▃▄▅▆▇█]+  at most \d+")
        self.assertTrue(all(len(line) <= 80 for line in shown.text.splitlines()), shown.text)
        shown = self.installation.run_tty("pmt-report", "released", "--by", "platform", columns=80)
        self.assertRegex(shown.text, r"4\.2\.0 +█+")
        self.assertNotIn("█", self.report("released by").text)

    def test_wrong_words(self):
        run = self.installation.run
        for args, part in [
            (["helth"], "did you mean 'health'"),
            ([], "a command is missing"),
            (["health", "platfrm=4.4.0"], "did you mean 'platform'"),
            (["released", "--by", "moth"], "did you mean 'month'"),
            (["trend", "--by", "client"], "one of day"),
            (["health", "--from", "soon"], "--from soon"),
            (["health", "--from", "2014-02-01", "--to", "2014-01-01"], "--from"),
            (["health", "--fields", "pach"], "did you mean 'patch'"),
            (["service-pack"], "--product"),
            (["service-pack", "--product", "x", "--platform", "four"], "four"),
            (["effective"], "--platform"),
            (["qa"], "--product"),
            (["state-at"], "date"),
            (["state-at", "someday"], "someday"),
            (["health", "-0", "--format", "html"], "--null"),
            (["health", "--format", "pdf"], "pdf"),
            (["health", "--unknown"], "--unknown"),
        ]:
            with self.subTest(args):
                self.assert_error(run("pmt-report", *args), 64, part)

    def test_queue(self):
        run = self.installation.run
        for _ in range(7):
            self.assert_quiet(run("pmt-patch", "request", "--set", "overview_client=Acme"))
        self.assert_quiet(run("pmt-patch", "request", "--set", "overview_client=Beta"))
        ages = [0, 6, 7, 29, 30, 89, 90, 400]
        self.installation.server.sql("".join(
            f"UPDATE upkeep.patch SET requested_at = UTC_TIMESTAMP() - INTERVAL {days} DAY WHERE queue = {i + 1};\n"
            for i, days in enumerate(ages)))
        counts = {row["bucket"]: row["count"] for row in self.report("queue", "--json").json}
        self.assertEqual(counts, {"0-6": 2, "7-13": 1, "14-29": 1, "30-59": 1, "60-89": 1, "90+": 2})
        oldest = {row["bucket"]: row["oldest_s"] for row in self.report("queue", "--json").json}
        self.assertAlmostEqual(oldest["90+"], 400 * 86400, delta=100)
        # What was made a patch, or declined, is no longer in it; a selector narrows it.
        self.assert_quiet(run("pmt-patch", "new", "--platform", "4.4.0", "--from", "Q-8"))
        self.assert_quiet(run("pmt-patch", "decline", "Q-7", "--why", "no"))
        counts = {row["bucket"]: row["count"] for row in self.report("queue", "--json").json}
        self.assertEqual(counts["90+"], 0)
        # Yesterday both were open.
        yesterday = self.installation.server.sql("SELECT DATE(UTC_TIMESTAMP() - INTERVAL 1 DAY)")[0][0]
        counts = {row["bucket"]: row["count"] for row in self.report("queue", "--json", "--to", yesterday).json}
        self.assertEqual(sum(counts.values()), 7)
        self.assertEqual(counts["90+"], 1)
        counts = {row["bucket"]: row["count"] for row in self.report("queue", "--json", "client=Beta").json}
        self.assertEqual(sum(counts.values()), 0)

    def new(self, *words, platform="4.4.0"):
        return self.installation.run("pmt-patch", "new", "--platform", platform, *words)

    def test_new_warns(self):
        def jar_of(*names):
            return [word for name in names for word in ("--set", f"patchInformation_jarsInvolved={name}")]

        self.assert_quiet(self.new(*jar_of("a_1.jar", "b,c.jar")))
        self.assert_quiet(self.new(*jar_of("other.jar")))
        self.assert_quiet(self.new(*jar_of("a_1.jar"), platform="4.2.0"))
        result = self.assert_status(self.new(*jar_of("A_1.jar", "b,c.jar", "x.jar")), 0)
        other = patch_name("4.4.0", 1)
        self.assertIn(f"A_1.jar is also in {other}, which is not released (Development)", result.stderr)
        self.assertIn("c.jar is also in", result.stderr)  # a comma is between two jars
        self.assertEqual(len(result.stderr.splitlines()), 3)
        self.installation.server.sql(
            "UPDATE upkeep.patch SET state = 'Released' WHERE number = 1 AND platform = '4.4.0'"
        )
        self.installation.server.sql("UPDATE upkeep.patch SET state = 'Broken' WHERE number = 3 AND platform = '4.4.0'")
        result = self.new(*jar_of("a_1.jar"))
        self.assertEqual(len(result.stderr.splitlines()), 1, result)
        self.assertIn("0003", result.stderr)

    def test_effective_of_a_server(self):
        """Recorded jars, a service pack, names as text."""
        run = self.installation.run
        directory = self.make_directory()

        def add(number, jars):
            name = patch_name("4.4.0", number)
            self.take([{"patch": name, "state": "Released", "created_at": "2014-01-01T00:00:00Z"}])
            files = {key: value for key, value in support_files("4.4.0", number).items() if not key.endswith(".jar")}
            files.update({f"patch{number:04}/{key}": value for key, value in jars.items()})
            result = run("pmt-verify", "--patch", name, "--record", write_zip(directory / f"{name}.zip", files))
            self.assertIn(result.status, (0, 1), result)
        add(1, {"x.jar": jar("core", "4.2.0", b"1"), "only.jar": jar("only", "1.0.0")})
        add(2, {"core_4.2.0.jar": jar("core", "4.2.0", b"2")})
        add(2000, {"y.jar": jar("core", "4.2.0", b"3")})

        def winners(*args):
            result = self.assert_status(run("pmt-report", "effective", "--json", "--platform", "4.4.0", *args), 0)
            return {row["jar"]: row["patch"][-4:] for row in result.json}
        self.assertEqual(winners(), {"core_4.2.0.jar": "2000", "only_1.0.0.jar": "0001"})
        rows = run("pmt-report", "effective", "--json", "--platform", "4.4.0", "--jar", "y.jar").json

        data = jar("core", "4.2.0", b"3")
        self.assertEqual((rows[0]["digest"], rows[0]["md5"], rows[0]["version"]),
                         (hashlib.sha256(data).hexdigest(), hashlib.md5(data).hexdigest(), "4.2.0"))
        applied, pack = directory / "prePatchedDir.txt", directory / "servicepack_patches.txt"
        applied.write_text("patch0002\npatch0001\n")
        self.assertEqual(winners("--applied", applied)["core_4.2.0.jar"], "0002")
        applied.write_text("servicepack0001\npatch0001\npatch2000\n")
        pack.write_text("patch2000\npatch0002\n")
        # The pack comes first and what it contains is skipped later, so 0001 wins.
        self.assertEqual(winners("--applied", applied, "--service-pack", pack)["core_4.2.0.jar"], "0001")
        self.assert_error(
            run("pmt-report", "effective", "--platform", "4.4.0", "--applied", applied), 65, "--service-pack"
        )
        applied.write_text("patch0077\nWSO2-CARBON-PATCH-4.4.0-0001\n")
        result = run("pmt-report", "effective", "--platform", "4.4.0", "--applied", applied)
        self.assertIn("0077", result.stderr)
        applied.write_text("banana\n")
        self.assert_error(run("pmt-report", "effective", "--platform", "4.4.0", "--applied", applied), 65, "banana")
        self.assert_error(run("pmt-report", "effective", "--platform", "4.4.0", "--applied", "/nonexistent"), 66)

    def test_install_order(self):
        run = self.installation.run
        for _ in range(5):
            self.assert_quiet(self.new())
        for a, b in ((1, 3), (3, 4), (2, 5)):
            self.assert_quiet(run("pmt-patch", "link", f"4.4.0-{a}", "requires", f"4.4.0-{b}"))
        result = run("pmt-report", "install-order", "--json", "4.4.0-1", "4.4.0-2", "4.4.0-3", "4.4.0-4")
        self.assert_status(result, 0)
        self.assertEqual([row["patch"][-1] for row in result.json], ["2", "4", "3", "1"])
        self.assertEqual([row["order"] for row in result.json], [1, 2, 3, 4])
        self.assertEqual(result.json[0]["missing"], [patch_name("4.4.0", 5)])
        self.assertIn("requires WSO2-CARBON-PATCH-4.4.0-0005, which is not in the set", result.stderr)
        result = run("pmt-report", "install-order", "4.4.0-9", "4.4.0-1")
        self.assert_status(result, 2)
        self.assertIn("4.4.0-9", result.stderr)
        self.assert_quiet(run("pmt-report", "install-order", stdin=""), 0)
        names = run("pmt-patch", "list", stdin="").stdout
        self.assertEqual(len(run("pmt-report", "install-order", "-", stdin=names).lines), 5)
        # 'link' refuses cycles; an older release did not.
        self.installation.server.sql(
            "INSERT INTO upkeep.link SELECT id, 'requires', '4.4.0', 1, 9 FROM upkeep.patch"
            " WHERE number = 4 AND platform = '4.4.0'"
        )
        result = run("pmt-report", "install-order", "4.4.0-1", "4.4.0-3", "4.4.0-4")
        self.assert_status(result, 0)
        self.assertIn("require one another", result.stderr)
        self.assertEqual(len(result.lines), 3)

    def test_weekly_mail(self):
        """scripts/cron/weekly-report: a mail with text and pages; nothing is sent where a report fails."""
        script = REPOSITORY / "scripts" / "cron" / "weekly-report"

        def run(*args, **more):
            env = {**self.installation.env, "PATH": f"{binary_directory()}:/usr/bin:/bin", **more}
            return process.run(str(script), *args, env=env)
        mail = email.message_from_bytes(
            self.assert_quiet(run("a@example.org", "b@example.org", WEEKLY_REPORT_STDOUT="1")).stdout
        )
        self.assertEqual(mail["To"], "a@example.org, b@example.org")
        parts = list(mail.walk())[1:]
        self.assertEqual([part.get_content_type() for part in parts], ["text/plain", "text/html", "text/html"])
        self.assertIn("Over their estimate:", parts[0].get_payload(decode=True).decode())
        self.assertEqual(Page(parts[2].get_payload(decode=True).decode()).wrong, [])
        # sendmail(8) gets it.
        fake = self.make_directory() / "sendmail"
        fake.write_text(f"#!/bin/sh\ncat > {fake.parent}/mail\n")
        fake.chmod(0o755)
        path = f"{binary_directory()}:{fake.parent}:/usr/bin:/bin"
        self.assert_quiet(run("a@example.org", PATH=path))
        self.assertIn(b"Subject: Patches", (fake.parent / "mail").read_bytes())
        (fake.parent / "mail").unlink()
        self.installation.configure(database={"socket": "/nonexistent"})
        self.assert_status(run("a@example.org", PATH=path), 69)
        self.assertFalse((fake.parent / "mail").exists())
        self.assert_status(run("-oQ/tmp"), 64)
        self.assert_status(run(), 64)

    def test_limit(self):
        self.take(make_patches(30))
        rows = self.report("released", "--json", "sort:-patch", "limit:3").json
        self.assertLessEqual(len(rows), 3)

    def test_lifecycle_that_is_not_loaded(self):
        """A patch whose definition is not there has no estimate and no items, and is in the report."""
        patches = make_patches(30)
        self.take(patches)
        # An import refuses what is not loaded; a registry may have it from elsewhere.
        self.installation.server.sql("UPDATE upkeep.patch SET lifecycle = 'Elsewhere'")
        for name in ("health", "progress"):
            result = self.assert_status(self.report(name), 0)
            self.assertEqual(result.stderr.count("warning"), 1, result)
            self.assertIn("Elsewhere", result.stderr)
            self.assertNotEqual(result.lines, [])


if __name__ == "__main__":
    unittest.main()
