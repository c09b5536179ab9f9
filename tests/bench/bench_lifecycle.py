# SPDX-License-Identifier: MIT
"""pmt-lifecycle with 100 and with 100,000 patches: ratios against a bare connector program that runs the same
statements."""

import concurrent.futures
import getpass
import statistics
import sys
import time

from bench_pmt import COUNT
from replay import DEFAULTS, Bench, report

from upkeep_test import Server

LOOP = """<aspect name="Loop" class="x.DefaultLifeCycle"><configuration type="literal"><lifecycle>
<scxml xmlns="http://www.w3.org/2005/07/scxml" initialstate="Open"><state id="Open">
<datamodel><data name="checkItems">{}</data>
</datamodel><transition event="Go" target="Open"/><transition event="Promote" target="Open"/></state>
</scxml></lifecycle></configuration></aspect>
""".format(
    "".join(f'<item name="Item {i}" forEvent="Promote"/>' for i in range(20))
)


class LifecycleBench(Bench):
    TOOL = "pmt-lifecycle"

    def sql(self, text):
        return self.server.sql(text, schema="upkeep")

    def fill(self, count):
        """Patches in Testing, each with three of its items ticked."""
        self.sql("SET FOREIGN_KEY_CHECKS = 0; TRUNCATE patch; TRUNCATE event")
        self.sql(
            f"INSERT INTO patch (platform, platform_key, number, created_at, created_by, lifecycle, lifecycle_version,"
            " state, state_since, links, fields, stale) SELECT '4.4.0', p.k, s.seq, UTC_TIMESTAMP(), 'x',"
            " 'PatchLifeCycle',"
            " 1, 'Testing', UTC_TIMESTAMP() - INTERVAL 3 DAY, '', CONCAT('\\noverview_client=Client ', s.seq % 97,"
            " '\\noverview_description=', REPEAT('words and ', 20), '\\n'), 0"
            f" FROM seq_1_to_{count} s JOIN (SELECT '{self.key}' AS k) p"
        )
        self.sql(
            "INSERT INTO event (patch, at, actor, via, action, changes) SELECT p.id, UTC_TIMESTAMP(), 'x', 'x', 'tick',"
            " CONCAT('[{\"key\":\"', i.name, '\",\"from\":false,\"to\":true}]') FROM patch p JOIN (SELECT 'Verified"
            " README' AS name"
            " UNION SELECT 'Verified EULA' UNION SELECT 'Patch was signed') i ORDER BY p.id, i.name"
        )
        self.sql("ANALYZE TABLE patch, event")


def at_size(bench, count):
    print(f"-- {count} patches", flush=True)
    bench.fill(count)
    name = f"4.4.0-{count // 2}"
    bench.compare("show", [["show", name]], "(at most 2)", 16)
    bench.compare("tick", [["untick", name, "1"], ["tick", name, "1"]], "(at most 2)", 16)
    other = f"4.4.0-{count // 3}"
    assert bench.tool("attach", other, "Loop", "--replace").status == 0
    bench.compare("move", [["move", other, "Go"]], "(at most 2)", 16)


def mine(bench, count):
    """50 patches name the caller, and have just changed."""
    step = max(1, count // 50)
    bench.sql(
        f"UPDATE patch SET stale = 1, fields = CONCAT(fields, 'peopleInvolved_qaedby={getpass.getuser()}\\n')"
        f" WHERE number % {step} = 0"
    )
    path = bench.compare("mine", [["mine"]], "(at most 2)")
    print(f"mine: {len(path.read_text().splitlines())} statements (at most 14)", flush=True)


def blockers(bench, times=5):
    result, rows = bench.examined("blockers")
    lines = result.stdout.count(b"\n")
    # The one query: what the blockers are made of, for all patches at once.
    query = (
        "SELECT p.id, p.platform, p.number, p.queue, p.lifecycle, p.lifecycle_version, p.state, p.state_since,"
        " p.state_event,"
        " (SELECT GROUP_CONCAT(l.type, '=', l.platform, '-', l.number ORDER BY l.place) FROM link l"
        " WHERE l.patch = p.id), p.fields, e.id, e.at, e.actor, e.action, e.changes FROM patch p"
        " LEFT JOIN event e ON e.patch = p.id AND e.id > COALESCE(p.state_event, 0)"
        " AND e.action IN ('tick', 'untick', 'vote', 'unvote', 'move', 'undo',"
        " 'create',"
        " 'attach') WHERE p.state IS NOT NULL ORDER BY p.platform_key, p.number, e.id"
    )
    path = bench.file([query])
    ours, base = bench.alternate([["blockers"]], path, times)
    report(f"blockers, {lines} records", statistics.median(ours), statistics.median(base), rows, limit="(at most 1.5)")


def together(bench, processes=16, seconds=10):
    """Each works through the items of patches that the others work on, too."""
    for number in range(1, 9):
        assert bench.tool("attach", f"4.4.0-{number}", "Loop", "--replace").status == 0
    end = time.monotonic() + seconds
    failures = []

    def work(seed):
        done = 0
        while time.monotonic() < end:
            name = f"4.4.0-{1 + (seed + done) % 8}"
            result = bench.tool(*(["move", name, "Go"] if done % 5 == 4 else
                                  [["tick", "untick"][done // 7 % 2], name, str(1 + (seed * 3 + done) % 20)]))
            if result.status not in (0, 1):
                failures.append(result)
            done += 1
        return done

    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        done = sum(one.result() for one in [pool.submit(work, seed) for seed in range(processes)])
    print(f"{processes} processes for {seconds} s: {done} acts, {len(failures)} failures", flush=True)
    for failure in failures[:3]:
        print(failure)


def main():
    server = Server()
    with server:
        server.stop()
        server.start(*DEFAULTS)
        bench = LifecycleBench(server)
        (bench.directory / "loop.xml").write_text(LOOP)
        assert bench.tool("load", bench.directory / "loop.xml").status == 0
        made = bench.installation.run("pmt-patch", "new", "--platform", "4.4.0")
        assert made.status == 0, made
        bench.key = bench.sql("SELECT platform_key FROM patch")[0][0]
        at_size(bench, 100)
        at_size(bench, COUNT)
        mine(bench, COUNT)
        blockers(bench)
        together(bench)
        bench.installation.close()
    server.close()


if __name__ == "__main__":
    sys.exit(main())
