# SPDX-License-Identifier: MIT
"""pmt-patch with 10,000 patches against taskwarrior with as many tasks, in the same run: new, list and show."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

from bench_pmt import FIELDS, artifact_type, make_csv, make_rows
from replay import DEFAULTS, Bench

from upkeep_test import Server

COUNT = int(os.environ.get("UPKEEP_BENCH_TASKS", "10000"))
TIMES = int(os.environ.get("UPKEEP_BENCH_TIMES", "15"))
#: A patch keeps all of its fields; a task only those that taskwarrior has names for, and a client.
RC = "data.location={}\nconfirmation=off\nverbose=nothing\nhooks=off\nuda.client.type=string\nuda.client.label=Client\n"


class Taskwarrior:
    def __init__(self, directory):
        (directory / "tasks").mkdir()
        self.rc = directory / "taskrc"
        self.rc.write_text(RC.format(directory / "tasks"))

    def run(self, *args):
        return subprocess.run(["task", f"rc:{self.rc}", *args], capture_output=True, check=True,
                              stdin=subprocess.DEVNULL)

    def fill(self, rows, path):
        """@param rows dictionaries of a patch's fields"""
        tasks = [{"description": row["overview_description"], "project": row["overview_products"],
                  "client": row["overview_client"], "priority": "HML"[int(row["overview_priority"]) % 3],
                  "tags": [f"v{row['platform'].replace('.', '')}"], "entry": row["dates_releasedOn"].replace("-", "")
                  + "T000000Z", "status": "pending"} for row in rows]
        path.write_text(json.dumps(tasks))
        self.run("import", str(path))


def milliseconds(run):
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def compare(what, ours, theirs):
    """By turns."""
    ours()
    theirs()
    times = [(milliseconds(ours), milliseconds(theirs)) for _ in range(TIMES)]
    mine, other = (statistics.median(column) for column in zip(*times))
    print(f"{what:<44} {mine:9.1f} ms taskwarrior {other:9.1f} ms, 1/{other / mine:.1f} of it (at most 1/7, aim 1/10)",
          flush=True)


def main():
    if not shutil.which("task"):
        print("taskwarrior is not installed")
        return
    with Server() as server:
        server.stop()
        server.start(*DEFAULTS)
        bench = Bench(server)
        (bench.directory / "type.rxt").write_text(artifact_type())
        assert bench.tool("fields", "--load", bench.directory / "type.rxt", "--yes").status == 0
        make_csv(bench.directory / "all.csv", COUNT)
        assert bench.tool("import", bench.directory / "all.csv").status == 0
        tasks = Taskwarrior(bench.directory)
        _, _, columns, rows = make_rows(COUNT)
        tasks.fill([dict(zip(columns, row)) for row in rows], bench.directory / "tasks.json")
        print(f"{COUNT} patches of {FIELDS} fields, {COUNT} tasks", flush=True)

        def tool(*args):
            result = bench.tool(*args)
            assert result.status == 0, result
        compare("new", lambda: tool("new", "--platform", "4.3.0", "--set", "client=Acme"),
                lambda: tasks.run("add", "project:4.3.0", "client:Acme", "one more patch"))
        compare("list of 50", lambda: tool("list", "limit:50"), lambda: tasks.run("limit:50", "list"))
        compare("show", lambda: tool("show", "4.3.0-777"), lambda: tasks.run("777", "info"))
        bench.installation.close()


if __name__ == "__main__":
    sys.exit(main())
