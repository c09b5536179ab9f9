# SPDX-License-Identifier: MIT
"""What a thousand waiting pages cost: status requests beside a static file of that size and the origin's line counter.

1,000 clients ask every 1.9 s each, which is a little more than 500 requests a second; then each as often as it can.
And how fast the map program answers: asked through its pipe, and by Apache before a static file.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from upkeep_test import REPOSITORY, Server, SmallInstallation, find_tool, wait_for
from upkeep_test.apache import Apache
from upkeep_test.wait import children_of

CLIENTS, EVERY_MS, SECONDS = 1000, 1900, 15
THREADS = 2
WORKSPACES = 1000
UPGRADED = 500
# A client's first question comes at any moment of its interval: they have been there all the time.
PACED = f"""
local asked = 0
function delay()
  asked = asked + 1
  if asked <= {CLIENTS // THREADS} then return {EVERY_MS} * math.random() end
  return {EVERY_MS} * (0.5 + math.random())
end
"""
#: {name} is one of so many workspaces, in turn.
TURNS = """
local asked = 0
function request()
  asked = asked + 1
  return wrk.format("GET", "/sysNAME" .. asked % COUNT .. "/en/neoclassic/PAGE")
end
"""
# What stands behind the gate in these figures: one static file.
BEHIND = 'RewriteRule "^/sys[^/]+/" "%{DOCUMENT_ROOT}/same-size.json" [T=application/json,L]'
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


def wrk(apache: Apache, path: str, *options: str, clients: int = CLIENTS) -> tuple[float, str]:
    """Requests a second, and how long they took."""
    done = subprocess.run(["wrk", "-t", str(THREADS), "-c", str(clients), "-d", f"{SECONDS}s", "--timeout", "10s",
                           "--latency", *options, apache.url + path], capture_output=True, text=True, check=True)
    (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p50, p99 = (re.findall(rf"\s{share}%\s+(\S+)", done.stdout)[0] for share in (50, 99))
    text = f"{float(rate):7.0f} requests/s  p50 {p50:>8}  p99 {p99:>8}"
    for what, pattern in (("wrong", r"Non-2xx or 3xx responses: (\d+)"), ("errors", r"Socket errors: (.*)")):
        found = re.search(pattern, done.stdout)
        text += f"  {what}: {found.group(1)}" if found else ""
    return float(rate), text


def measure(name: str, apache: Apache, path: str, extra: list[int], *options: str, clients: int = CLIENTS) -> None:
    watched = [*tree(apache.pid), *extra]
    before = cpu_s(watched)
    began = time.monotonic()
    rate, text = wrk(apache, path, *options, clients=clients)
    took = time.monotonic() - began
    cpu = cpu_s(list(dict.fromkeys([*watched, *tree(apache.pid)]))) - before
    print(
        f"web {name:42} {text}  CPU {100 * cpu / took:5.1f} % of a core, {1e6 * cpu / (rate * SECONDS):4.0f} µs each",
        flush=True,
    )


def ask_through_the_pipe(installation: SmallInstallation, name: str, names: list[str]) -> None:
    asked = subprocess.Popen([find_tool("ws-check"), "--map"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env={**os.environ, **installation.env})
    assert asked.stdin and asked.stdout
    questions, answers = asked.stdin.fileno(), asked.stdout.fileno()
    took = []
    try:
        for turn in range(3):
            for each in names:
                began = time.perf_counter()
                os.write(questions, each.encode() + b"\n")
                os.read(answers, 64)
                if turn:  # whoever is upgraded is remembered by now
                    took.append(time.perf_counter() - began)
    finally:
        asked.stdin.close()
        asked.wait()
        asked.stdout.close()
    took.sort()
    print(f"web map: {name:37} {len(took) / sum(took):7.0f} lookups/s   p50 {1e6 * took[len(took) // 2]:5.0f} µs"
          f"  p99 {1e6 * took[len(took) * 99 // 100]:5.0f} µs  longest {1e3 * took[-1]:.1f} ms", flush=True)


def bench_status(apache: Apache, mine: list[int], paced: str) -> None:
    wrk(apache, "/same-size.json", "-H", "Connection: close")  # the first requests of a thousand processes cost more
    for how, options in (("", ("-s", paced)), (", as fast as it goes", ())):
        measure("status (published)" + how, apache, "/upkeep/w500/status", mine, *options)
        # Under prefork a status is answered with the end of the connection (upkeep-gate.conf says why).
        measure("static file, closed" + how, apache, "/same-size.json", [], "-H", "Connection: close", *options)
        measure("static file, kept open" + how, apache, "/same-size.json", [], *options)
        measure("PHP that counts lines" + how, apache, "/count.php?ws=acme", [], *options)


def bench_map(apache: Apache, installation: SmallInstallation, scratch: pathlib.Path) -> None:
    ask_through_the_pipe(installation, "upgraded (from memory)", [f"u{number}" for number in range(UPGRADED)] * 20)
    ask_through_the_pipe(
        installation, "not upgraded (from the database)", [f"w{number}" for number in range(WORKSPACES)]
    )
    turns = scratch / "turns.lua"
    for name, prefix, count, page in (("behind the gate, map not asked", "u", UPGRADED, "a.png"),
                                      ("behind the gate, map asked (upgraded)", "u", UPGRADED, "login/login"),
                                      ("at the gate (303, from the database)", "w", WORKSPACES, "login/login")):
        turns.write_text(TURNS.replace("NAME", prefix).replace("COUNT", str(count)).replace("PAGE", page))
        measure(name, apache, "/", [], "-s", str(turns), "-H", "Accept: text/html", clients=64)


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
        installation.add_small(*(f"u{number}" for number in range(UPGRADED)), upgraded=True)
        installation.run("ws-schedule", stdin="\n".join(names), timeout=300)
        apache = Apache(installation, application, php=True, servers=CLIENTS + 50, site=BEHIND)
        mine: list[int] = []
        try:
            apache.start()
            asked = apache.get("/upkeep/w500/status").body
            (apache.directory / "app" / "public_html" / "same-size.json").write_bytes(asked)
            wait_for(lambda: len(list(apache.status_dir.glob("*.json"))) >= WORKSPACES, "all are published", 60)
            mine = publishers()
            print(
                f"web {WORKSPACES} workspaces wait; a status is {len(asked)} bytes; {CLIENTS} clients, one request each"
                f" {EVERY_MS / 1000} s"
            )
            idle = cpu_s(mine)
            time.sleep(5)
            print(
                f"web keeping {WORKSPACES} files up to date: CPU {100 * (cpu_s(mine) - idle) / 5:.1f} % of a core",
                flush=True,
            )
            bench_status(apache, mine, str(script))
            bench_map(apache, installation, pathlib.Path(scratch))
        finally:
            installation.run("ws-schedule", "--cancel", stdin="\n".join(names), timeout=300)
            wait_for(lambda: not set(mine) & set(publishers()), "the publisher ends with the queue", 60)
            apache.close()
            installation.close()


if __name__ == "__main__":
    main()
