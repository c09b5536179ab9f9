# SPDX-License-Identifier: MIT
"""What a thousand waiting pages cost: status requests beside a static file of that size and the origin's line counter.

1,000 clients ask every 2 s each on connections that stay open: 500 requests a second.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from upkeep_test import REPOSITORY, Server, SmallInstallation, wait_for
from upkeep_test.apache import Apache
from upkeep_test.wait import children_of

CLIENTS, EVERY_MS, SECONDS = 1000, 2000, 12
WORKSPACES = 1000
PACED = f"""
function delay() return {EVERY_MS} * (0.5 + math.random()) end
"""
COUNTER = """<?php
// As the origin's countFileLines.php did: the log's lines by those a full one was guessed to have.
$lines = 0;
$log = fopen(__DIR__ . '/acme.log', 'r');
while (fgets($log) !== false) { ++$lines; }
header('Content-Type: application/json');
echo json_encode(['percent' => min(100, (int) (100 * $lines / 264)), 'message' => 'running']);
"""


def cpu_s(pids: list[int]) -> float:
    """Time on a processor. Not from stat: a thousand processes that each round down to 10 ms have used nothing."""
    total = 0
    for pid in pids:
        for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(thread.read_text().split()[0])
            except OSError:
                pass
    return total / 1e9


def tree(pid: int) -> list[int]:
    return [pid, *(grandchild for child in children_of(pid) for grandchild in tree(child))]


def publishers() -> list[int]:
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if b"--publish" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


def measure(name: str, apache: Apache, path: str, script: pathlib.Path, extra: list[int]) -> None:
    watched = [*tree(apache.pid), *extra]
    before = cpu_s(watched)
    began = time.monotonic()
    done = subprocess.run(["wrk", "-t", "2", "-c", str(CLIENTS), "-d", f"{SECONDS}s", "--timeout", "10s", "--latency",
                           "-s", str(script), apache.url + path], capture_output=True, text=True, check=True)
    took = time.monotonic() - began
    cpu = cpu_s(list(dict.fromkeys([*watched, *tree(apache.pid)]))) - before
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1)
    p50, p99 = (re.search(rf"\s{share}%\s+(\S+)", done.stdout).group(1) for share in (50, 99))
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    errors = re.search(r"Socket errors: (.*)", done.stdout)
    print(f"web {name:28} {float(rate):6.0f} requests/s  p50 {p50:>8}  p99 {p99:>8}  CPU {100 * cpu / took:5.1f} % of a core"
          f"{'  wrong: ' + wrong.group(1) if wrong else ''}{'  errors: ' + errors.group(1) if errors else ''}", flush=True)


def main() -> None:
    for program in ("wrk", "apache2"):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin"):
            sys.exit(f"{program} is not installed")
    with tempfile.TemporaryDirectory() as scratch, Server() as server:
        script = pathlib.Path(scratch) / "paced.lua"
        script.write_text(PACED)
        application = pathlib.Path(scratch) / "application"
        shutil.copytree(REPOSITORY / "tests" / "web" / "application", application)
        public = application / "public_html"
        (public / "count.php").write_text(COUNTER)
        (public / "acme.log").write_text("Updating something with its own words ...\n" * 130)
        installation = SmallInstallation(server)
        installation.configure(schedule={"via": "command", "command": ["true"]})
        names = [f"w{number}" for number in range(WORKSPACES)]
        installation.add_small(*names)
        installation.run("ws-schedule", stdin="\n".join(names), timeout=300)
        apache = Apache(installation, application, php=True, servers=CLIENTS + 50)
        try:
            apache.start()
            asked = apache.get("/upkeep/w500/status").body
            (apache.directory / "app" / "public_html" / "same-size.json").write_bytes(asked)
            wait_for(lambda: len(list(apache.status_dir.glob("*.json"))) >= WORKSPACES, "all are published", 60)
            mine = publishers()
            print(f"web {WORKSPACES} workspaces wait; a status is {len(asked)} bytes; {CLIENTS} clients, one request each 2 s")
            idle = cpu_s(mine)
            time.sleep(5)
            print(f"web keeping {WORKSPACES} files up to date: CPU {100 * (cpu_s(mine) - idle) / 5:.1f} % of a core", flush=True)
            measure("status (published, gate on)", apache, "/upkeep/w500/status", script, mine)
            measure("static file of that size", apache, "/same-size.json", script, [])
            measure("PHP that counts lines", apache, "/count.php?ws=acme", script, [])
        finally:
            installation.run("ws-schedule", "--cancel", stdin="\n".join(names), timeout=300)
            apache.close()
            installation.close()


if __name__ == "__main__":
    main()
