# SPDX-License-Identifier: MIT
"""pmt-report over 100,000 patches with their histories: against a bare connector program that runs the same
statements."""

import json
import os
import pathlib
import statistics
import sys
import time

from replay import DEFAULTS, Bench

from upkeep_test import Background, Server
from upkeep_test.patches import make_patches

COUNT = int(os.environ.get("UPKEEP_BENCH_PATCHES", "100000"))
TIMES = int(os.environ.get("UPKEEP_BENCH_TIMES", "3"))
REPORTS = [["health"], ["queue"], ["progress"], ["over-eta"], ["released"], ["released", "--by", "month"],
           ["released", "--by", "client"], ["durations"], ["trend"], ["workload"], ["time"], ["state-at", "2013-09-01"],
           ["qa", "--product", "ESB 4.8.1", "--from", "2013-01-01"],
           ["service-pack", "--product", "ESB 4.8.1", "--platform", "4.2.0"], ["effective", "--platform", "4.2.0"],
           ["conflicts"]]
#: What conflicts rests on is a join of the jars with themselves; links come on top of it.
PAIRS = ("SELECT a.bundle, p.platform, p.number, q.platform, q.number FROM patch_jar a JOIN patch p ON p.id = a.patch"
         " JOIN patch_jar b ON b.bundle = a.bundle JOIN patch q ON q.id = b.patch AND q.platform_key = p.platform_key"
         " AND q.number > p.number ORDER BY a.bundle, q.number, p.number")


class ReportBench(Bench):
    TOOL = "pmt-report"

    def fill(self, count):
        path = self.directory / "all.jsonl"
        with open(path, "w", encoding="utf-8") as out:
            for patch in make_patches(count):
                out.write(json.dumps(patch) + "\n")
        result = self.installation.run("pmt-patch", "import", path, timeout=1200)
        assert result.status == 0, result
        # Three jars a patch, each in some 15 patches.
        name = "CONCAT('org.example.c', (p.id * 7919 + s.seq * 104729) % 20000, '_4.0.', s.seq % 2, '.jar')"
        self.server.sql(
            f"INSERT INTO patch_jar SELECT p.id, {name}, {name}, '4.0', REPEAT('0', 32), REPEAT('0', 64), 1,"
            " UTC_TIMESTAMP(), 'x' FROM patch p JOIN seq_1_to_3 s; ANALYZE TABLE patch_jar",
            schema="upkeep",
        )

    def megabytes(self, *args):
        """The most memory that the tool takes; wait4(2) would tell ours where that is more."""
        most = 0
        with Background(self.TOOL, *args, env=self.installation.env) as tool:
            while tool.running:
                status = pathlib.Path(f"/proc/{tool.pid}/status").read_text(encoding="utf-8")
                most = max([most, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
                time.sleep(0.005)
        return most / 1024

    def measure(self, args):
        statements = self.statements(*args, only="SELECT")
        if args == ["conflicts"]:
            statements = [PAIRS]
        ours, base = self.alternate([args], self.file(statements), TIMES)
        limit = 1.5 * statistics.median(base) + 100
        least = 1.5 * min(base) + 100
        print(
            f"{' '.join(args):<56} {statistics.median(ours):7.0f} of {limit:7.0f} ms  least {min(ours):7.0f} of"
            f" {least:7.0f} ms"
            f"  {'ok' if statistics.median(ours) <= limit else 'SLOW':<4} {self.megabytes(*args):5.0f} MB"
            f" {self.rows:10,} rows read",
            flush=True,
        )


def main():
    server = Server()
    with server:
        server.stop()
        server.start(*DEFAULTS)
        bench = ReportBench(server)
        bench.fill(COUNT)
        print("pmt-report, of 1.5 times its SQL and 100 ms")
        for args in REPORTS:
            bench.measure(args)
        bench.installation.close()
    server.close()


if __name__ == "__main__":
    sys.exit(main())
