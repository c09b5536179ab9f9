# SPDX-License-Identifier: MIT
"""Speed of the gate, ws-check --map: answers a second, the share of `unknown` on a busy machine, the longest answer
beside a
server that hangs. The full probe set, 5000 workspaces. Run by scripts/bench; prints a line a figure."""

import multiprocessing
import os
import statistics
import sys
import threading
import time
import tomllib

from upkeep_test import Installation, REPOSITORY, Server
from upkeep_test.map_program import Map

TARGET = "3.1"
QUESTIONS = 1000
AT_ONCE = 100
LOAD_A_CORE = 4


def say(what, figure, limit):
    print(f"{what:<58} {figure}  (limit {limit})", flush=True)


def prepare(server, count):
    """Workspaces that lack one table of the target, and so are looked at every time."""
    probes = tomllib.loads((REPOSITORY / "share" / "probes" / "processmaker.toml").read_text())["probe"]
    installation = Installation(server, upgrade={"target": TARGET}, probe=probes)
    names = [f"g{number:05}" for number in range(count)]
    for start in range(0, count, 500):
        server.sql("".join(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.EMAIL_EVENT (A INT);"
                           for name in names[start:start + 500]))
    return installation, names


def rate(asked, names):
    began = time.perf_counter()
    answers = [asked.ask(name) for name in names]
    return len(names) / (time.perf_counter() - began), answers


def bench_rate(installation, names):
    """Against a configuration with the target's probes alone: those of other versions should cost nothing."""
    probes = installation._sections["probe"]
    asked = Map(installation)
    alone = Map(installation.another_host(probe=[probe for probe in probes if probe["version"] == TARGET]))
    ours, bare = [], []
    for start in range(0, 5 * 200, 200):
        part = [names[i % len(names)] for i in range(start, start + 200)]
        ours.append(rate(asked, part)[0])
        bare.append(rate(alone, part)[0])
    ratio = statistics.median(b / a for a, b in zip(ours[1:], bare[1:]))
    say(
        f"gate, {len(probes)} probes, {len(names)} workspaces",
        f"{statistics.median(ours):8.0f} answers a second   the target's alone {statistics.median(bare):8.0f}   ratio"
        f" {ratio:5.2f}",
        "1.2",
    )
    for each in (asked, alone):
        each.close()


def burn():
    while True:
        pass


def bench_load(installation, names):
    cores = os.cpu_count() or 1
    burners = [multiprocessing.Process(target=burn, daemon=True) for _ in range(LOAD_A_CORE * cores)]
    asked = Map(installation)
    asked.ask(names[0])
    for burner in burners:
        burner.start()
    try:
        answers = rate(asked, [names[i % len(names)] for i in range(QUESTIONS)])[1]
    finally:
        for burner in burners:
            burner.terminate()
            burner.join()
    say(f"gate, {LOAD_A_CORE} busy processes a core: `unknown`", f"{answers.count('unknown')} of {QUESTIONS}"
        f"   longest {asked.slowest * 1000:.0f} ms", f"0 of {QUESTIONS}")
    asked.close()


def bench_frozen(installation, names, server):
    """All questions are in the pipe at once, as when the web server hands them on one after the other."""
    asked = Map(installation)
    asked.ask(names[0])
    took = []

    def read():
        began = time.perf_counter()
        for _ in range(AT_ONCE):
            asked.read()
            took.append(time.perf_counter() - began)
    server.freeze()
    try:
        reader = threading.Thread(target=read)
        reader.start()
        os.write(asked.process.stdin.fileno(), "".join(f"{name}\n" for name in names[:AT_ONCE]).encode())
        reader.join(120)
    finally:
        server.thaw()
    say(
        f"gate beside a frozen server, {AT_ONCE} questions at once",
        f"longest {max(took) * 1000:6.0f} ms",
        "1000 ms each",
    )
    asked.close()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    server = Server().start()
    installation, names = prepare(server, count)
    try:
        bench_rate(installation, names)
        bench_load(installation, names)
        bench_frozen(installation, names, server)
    finally:
        installation.close()
        server.close()


if __name__ == "__main__":
    main()
