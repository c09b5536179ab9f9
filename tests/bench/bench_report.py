# SPDX-License-Identifier: MIT
"""pmt-report over 100,000 patches with their histories: against a bare connector program that runs the same statements."""

import json
import os
import re
import statistics
import sys
import time

from bench_pmt import DEFAULTS, Bench
from upkeep_test import Server
from upkeep_test.patches import make_patches

COUNT = int(os.environ.get("UPKEEP_BENCH_PATCHES", "100000"))
REPORTS = [["health"], ["queue"], ["progress"], ["over-eta"], ["released"], ["released", "--by", "month"],
           ["released", "--by", "client"], ["durations"], ["trend"], ["workload"], ["time"], ["state-at", "2013-09-01"],
           ["qa", "--product", "ESB 4.8.1"], ["service-pack", "--product", "ESB 4.8.1", "--platform", "4.2.0"],
           ["effective", "--platform", "4.2.0"]]


class ReportBench(Bench):
    def tool(self, *args, **options):
        return self.installation.run("pmt-report", *args, timeout=600, **options)

    def statements(self, *args):
        """What the tool sends: the connection that is not the one that switches the log."""
        log = self.directory / "general.log"
        self.server.sql(f"SET GLOBAL general_log_file = '{log}'; SET GLOBAL log_output = 'FILE'; SET GLOBAL general_log = 1")
        assert self.tool(*args).status == 0
        self.server.sql("SET GLOBAL general_log = 0")
        text = log.read_text(errors="replace")
        log.unlink()
        calls = {}
        entries = re.split(r"^(?:\d{6} [ \d]\d:\d\d:\d\d)?\s+(\d+) (Connect|Query|Quit|Init DB)\t?", text, flags=re.M)[1:]
        for one, kind, sql in zip(entries[0::3], entries[1::3], entries[2::3]):
            if kind == "Query" and sql.upper().startswith("SELECT"):
                calls.setdefault(one, []).append(sql.rstrip("\n"))
        return max(calls.values(), key=len)


def main():
    server = Server()
    with server:
        server.stop()
        server.start(*DEFAULTS)
        bench = ReportBench(server)
        path = bench.directory / "all.jsonl"
        with open(path, "w", encoding="utf-8") as out:
            for patch in make_patches(COUNT):
                out.write(json.dumps(patch) + "\n")
        result = bench.installation.run("pmt-patch", "import", path, timeout=1200)
        assert result.status == 0, result
        for args in REPORTS:
            statements = bench.file(bench.statements(*args))
            ours, base = [], []
            for _ in range(3):
                start = time.perf_counter()
                assert bench.tool(*args).status == 0
                ours.append(time.perf_counter() - start)
                start = time.perf_counter()
                bench.bare(statements)
                base.append(time.perf_counter() - start)
            a, b = statistics.median(ours) * 1000, statistics.median(base) * 1000
            print(f"{' '.join(args):<56} {a:8.0f} ms  its SQL {b:8.0f} ms  {'ok' if a <= 1.5 * b + 100 else 'SLOW'}"
                  f"  (limit {1.5 * b + 100:.0f})", flush=True)
        bench.installation.close()
    server.close()


if __name__ == "__main__":
    sys.exit(main())
