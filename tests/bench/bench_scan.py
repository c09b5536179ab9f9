# SPDX-License-Identifier: MIT
"""The log scanner with its sieve against PCRE2 (with JIT) and RE2 alone: the same rules, the same log."""

import os
import pathlib
import random
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(os.environ.get("UPKEEP_BENCH_BIN", "."))
MEGABYTES = 32


def write_log(path, first, step_every):
    """Lines of 20 to 120 bytes, whose first words are one of `first`; a step now and then."""
    chance = random.Random(1)
    words = "table row APP_DELEGATION column index added checked of 12,345 LIST_INBOX ok".split()
    block = []
    for i in range(40_000):
        if i % step_every == 0:
            block.append(f"> Step {i}...\n<*>   Step {i} took 0.9 seconds.\n")
        block.append(f"{chance.choice(first)}{' '.join(chance.choices(words, k=chance.randint(3, 18)))}\n")
    text = "".join(block)
    path.write_text(text * (MEGABYTES * 1_000_000 // len(text)), encoding="ascii")


LOGS = {
    "no line begins like a rule": (["Table ", "Moving ", "Loading "], 2000),
    "half of the lines are indented": (["Processing ", "    -> Updating ", "Table ", "\tcolumn "], 2000),
    "every line begins like a rule": (["  Err", "> Step ", "* Sta", "<b>", "[12:00] PHP "], 2000),
    "a step every four lines": (["Processing ", "    -> Updating "], 4),
}


def main():
    for what, (first, step_every) in LOGS.items():
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "log"
            write_log(path, first, step_every)
            done = subprocess.run([BENCH / "scan_baselines", path], capture_output=True, check=True, text=True)
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        speeds = {name: float(speed) for name, speed, _ in rows if name != "known"}
        for name, speed, found in rows:
            if name == "known":
                continue
            print(f"{what + ': ' + name:<66} {speed:>6} MB/s scanner is {speeds['log scanner'] / float(speed):6.1f}"
                  f" times as fast ({found})", flush=True)
    for name, known, pattern in rows:
        if name == "known":
            print(f"PCRE2 knows of a match: {known:<34} {pattern}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
