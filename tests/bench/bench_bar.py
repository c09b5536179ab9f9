# SPDX-License-Identifier: MIT
"""The progress bar against the truth: timed logs are replayed through the scanner and the progress model.

For each kind of run and number of earlier runs: by how many points the percentage differs from the share of the time
that has elapsed, by how much of the run the remaining time is wrong, for how much of the run the percentage stands
still, how often it falls. Each figure is the mean over some replays (standing still: the longest), of this model and,
after the slash, of the formula before it. UPKEEP_BENCH_LOGS may name a directory with logs of the real program.
"""

import argparse
import itertools
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib

BENCH = pathlib.Path(os.environ.get("UPKEEP_BENCH_BIN", "."))
PROFILES = pathlib.Path(__file__).resolve().parents[2] / "share" / "profiles"
HISTORIES = (0, 1, 2, 5)
REPLAYS = 6
GIGABYTE = 1_000_000_000

STEPS = {"step_open": r"^> (.*)\.\.\.$", "step_close": r"^<\*> ", "success": r"^Upgrade successful$"}
LINES = {"step_line": r"^(?:\.\.\.)?((?:Creating|Modifying|Merging|[a-z_]+) .*?)(?:\.\.\.|\.?$)",
         "success": r"^Done in "}

# name, seconds in a workspace of middling size
TYPICAL = [("Updating database", 8), ("Checking events", 0.1), ("Updating translations", 5), ("Updating content", 2),
           ("Updating cache view", 1), ("Making backups", 0.1), ("Updating files", 0.5), ("Adding indexes", 20),
           ("Updating triggers", 0.2), ("Converting documents", 3), ("Cleaning tokens", 0.1)]


class Run:
    """A timed log that is being written."""

    numbers = itertools.count(1)

    def __init__(self, size=0, workspace="acme"):
        self.number = next(self.numbers)
        self.at, self.lines, self.size, self.workspace = 0.0, [], size, workspace

    def say(self, line, seconds=0.0):
        """The line, and the time until the next one."""
        self.lines.append((self.at, line))
        self.at += seconds

    def steps(self, steps):
        for name, seconds in steps:
            self.say(f"> {name}...", seconds)
            self.say(f"<*>   {name} took {seconds} seconds.")
        return self

    def end(self, line="Upgrade successful"):
        self.lines.append((self.at, line))
        return self


class Kind:
    """Runs of one kind: `make(chance, earlier)` writes one, an earlier run or the one that is replayed. `unlike`: the
    earlier ones say little about it."""

    def __init__(self, make, rules=None, weights=TYPICAL, steps=0, unlike=False):
        self.make, self.rules, self.weights, self.steps, self.unlike = make, rules or STEPS, weights, steps, unlike

    def replays(self):
        """(run, earlier runs), some of them."""
        for turn in range(REPLAYS):
            chance = random.Random(turn)
            yield self.make(chance, False), [self.make(chance, True) for _ in range(max(HISTORIES))]


class RealKind(Kind):
    """Logs of a real program, each with the others as earlier runs, by the rules of its shipped profile.

    others: the earlier runs instead."""

    def __init__(self, profile, runs, unlike=False, others=()):
        described = tomllib.loads((PROFILES / f"{profile}.toml").read_text(encoding="utf-8"))["profile"][profile]
        rules = {key: described[key] for key in ("step_open", "step_close", "step_line", "success") if key in described}
        weights = [(weight["match"], weight["seconds"]) for weight in described.get("weights", [])]
        super().__init__(None, rules, weights, described.get("steps", 0), unlike)
        self.runs, self.others = runs, list(others)

    def replays(self):
        for i, run in enumerate(self.runs):
            yield run, self.others or self.runs[:i] + self.runs[i + 1:]


def varied(chance, steps, by=0.2, pace=1.0):
    return [(name, seconds * pace * chance.uniform(1 - by, 1 + by)) for name, seconds in steps]


def typical(chance, _earlier):
    return Run().steps(varied(chance, TYPICAL, pace=chance.uniform(0.8, 1.25))).end()


def on_a_slow_machine(chance, earlier):
    return Run().steps(varied(chance, TYPICAL, pace=1 if earlier else 3)).end()


def on_a_fast_machine(chance, earlier):
    return Run().steps(varied(chance, TYPICAL, pace=1 if earlier else 0.33)).end()


def one_step_overruns(chance, earlier):
    steps = [(name, s * (3 if name == "Updating translations" and not earlier else 1)) for name, s in TYPICAL]
    return Run().steps(varied(chance, steps)).end()


def one_huge_step(chance, _earlier):
    return Run().steps(varied(chance, [("Preparing", 1), ("Rebuilding", 90), ("Cleaning", 1)])).end()


def many_small_steps(chance, _earlier):
    return Run().steps(varied(chance, [(f"Table {i}", 0.02) for i in range(1500)], by=0.5)).end()


def a_backup_first(chance, _earlier):
    run = Run()
    run.at = 15 * chance.uniform(0.8, 1.2)
    return run.steps(varied(chance, TYPICAL)).end()


def steps_in_another_order(chance, earlier):
    steps = varied(chance, TYPICAL)
    if not earlier:
        chance.shuffle(steps)
    return Run().steps(steps).end()


def some_steps_are_missing(chance, _earlier):
    return Run().steps([step for step in varied(chance, TYPICAL) if step[1] > 6 or chance.random() < 0.7]).end()


def of_other_sizes(chance, _earlier):
    size = chance.choice([1, 2, 3, 4, 6, 8, 12, 16])
    grow = {"Updating database": 1, "Adding indexes": 5, "Updating content": 0.5}
    steps = [(name, s / 4 + grow.get(name, 0) * size) for name, s in TYPICAL]
    return Run(size * GIGABYTE, f"w{size}").steps(varied(chance, steps, by=0.1)).end()


def a_line_for_each_piece(chance, _earlier):
    """As a wiki's update: most lines are checks, some are work; a line may be written in two parts."""
    run = Run()
    run.at = 0.4 * chance.uniform(0.8, 1.3)
    pace = chance.uniform(0.8, 1.25)
    for i in range(240):
        if i in (40, 90, 170):
            run.say(f"Creating table_{i} table...\\c", pace * chance.uniform(1.5, 2.5))
            run.say("done.")
        elif i in (60, 120):
            run.at += pace * chance.uniform(2.5, 3.5)
            run.say(f"...field_{i} moved to its own table.")
        else:
            run.at += pace * 0.008 * chance.uniform(0.5, 2)
            run.say(f"...index_{i} already set on page table.")
    return run.end("Done in 9 s.")


KINDS = {
    "typical": Kind(typical),
    "one huge step": Kind(one_huge_step, weights=[("Rebuilding", 30)]),
    "1,500 small steps": Kind(many_small_steps, weights=[]),
    "a backup comes first": Kind(a_backup_first),
    "some steps are missing": Kind(some_steps_are_missing),
    "workspaces of other sizes": Kind(of_other_sizes),
    "a line for each piece of work": Kind(a_line_for_each_piece, LINES,
                                          [("table_40", 2), ("field_60", 3), ("table_90", 2), ("field_120", 3),
                                           ("table_170", 2)]),
    "three times as slow as before": Kind(on_a_slow_machine, unlike=True),
    "three times as fast as before": Kind(on_a_fast_machine, unlike=True),
    "a step takes three times as long": Kind(one_step_overruns, unlike=True),
    "steps in another order": Kind(steps_in_another_order, unlike=True),
}

TOOK = re.compile(r"(?:took|Completed on|\() *([0-9.]+(?:E-?\d+)?) seconds")


def real_runs(text, size=0, workspace="acme"):
    """The runs in a log of the real program, timed by what it says each step took."""
    for part in re.split(r"(?m)^ -- .* UPGRADE --$", text):
        run, steps = Run(size, workspace), 0
        for line in part.splitlines():
            took = TOOK.search(line)
            if took and line.startswith(("<*> ", "* End ")):
                run.at += float(took[1])
                steps += 1
            run.say(line)
        if steps >= 9:
            yield run.end()


def real_kinds(directory):
    """ProcessMaker's own logs, by the release in their names; and timed ones, by their first word: PROFILE-*.tsv."""
    kinds = {}
    for release in ("3.1.2", "3.8.3"):
        paths = [path for path in sorted(directory.glob(f"{release}-*.log"))
                 if "success" in path.name or "parallel" in path.name or "appended" in path.name]
        paths = [path for path in paths if "failed" not in path.name]
        few, many = ([run for path in paths if ("30000" in path.name) == is_large
                      for run in real_runs(path.read_text(errors="replace"))] for is_large in (False, True))
        kinds[f"ProcessMaker {release}"] = RealKind("processmaker", few[:8])
        # Ten times as long as the others, whose databases are almost empty; the logs do not say how large they are.
        kinds[f"ProcessMaker {release}, many cases"] = RealKind("processmaker", many, unlike=True, others=few[:8])
    for profile in sorted({path.name.split("-")[0] for path in directory.glob("*-fresh.tsv")}):
        runs = [timed_run(path) for path in sorted(directory.glob(f"{profile}-*-fresh.tsv"))]
        kinds[f"{profile}, of very different sizes"] = RealKind(profile, runs, unlike=True)
    # Runs of a second say nothing.
    return {name: kind for name, kind in kinds.items()
            if kind.runs and len(kind.runs + kind.others) > 1 and kind.runs[0].lines[-1][0] > 3}


def timed_run(path):
    run = Run(workspace=path.stem)
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        seconds, text = line.split("\t", 1)
        run.lines.append((float(seconds), text))
    return run


def write(directory, run):
    path = directory / f"{run.number}.log"
    if not path.exists():
        path.write_text("".join(f"{at:.4f}\t{line}\n" for at, line in run.lines), encoding="utf-8")
    return f"{path}\t{run.size}\t{run.workspace}"


def replay(directory, kind, run, history):
    """The figures of the model and of the formula before it."""
    scenario = [f"rule\t{name}\t{rule}" for name, rule in kind.rules.items()]
    scenario += [f"weight\t{match}\t{seconds}" for match, seconds in kind.weights]
    scenario += [f"steps\t{kind.steps}"]
    scenario += [f"history\t{write(directory, earlier)}" for earlier in history]
    scenario += [f"run\t{write(directory, run)}"]
    done = subprocess.run([BENCH / "bar_replay"], input="\n".join(scenario) + "\n", capture_output=True, check=True,
                          text=True)
    rows = dict(line.split("\t", 1) for line in done.stdout.splitlines())
    return {name: [None if f == "-" else float(f) for f in row.split("\t")] for name, row in rows.items()}


def mean(values):
    known = [value for value in values if value is not None]
    return statistics.mean(known) if known else None


def shown(now, before, unit):
    if now is None:
        return "-".rjust(15)
    return f"{now:6.1f} /{before:6.1f}{unit}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", default=os.environ.get("UPKEEP_BENCH_LOGS", ""),
                        help="directories with logs of real programs, separated by colons")
    arguments, _ = parser.parse_known_args()
    kinds = dict(KINDS)
    for directory in filter(None, arguments.logs.split(":")):
        kinds.update(real_kinds(pathlib.Path(directory)))
    print(f"{'':<36}{'history':>8}{'percent':>17}{'time left':>17}{'stands still':>17}  falls (now / before)")
    everything = {(unlike, count): [] for unlike in (False, True) for count in HISTORIES}
    for name, kind in kinds.items():
        for count in HISTORIES:
            with tempfile.TemporaryDirectory() as directory:
                results = [replay(pathlib.Path(directory), kind, run, history[:count])
                           for run, history in kind.replays()]
            everything[kind.unlike, count] += results
            print_row(name, count, results)
    for (unlike, count), results in everything.items():
        print_row("all that are unlike earlier runs" if unlike else "all that are like earlier runs", count, results)


def print_row(name, count, results):
    def column(index, which):
        return [result[which][index] for result in results]
    print(f"{name:<36}{count:>8}"
          f"  {shown(mean(column(0, 'model')), mean(column(0, 'before')), ' ')}"
          f"  {shown(mean(column(1, 'model')), mean(column(1, 'before')), '%')}"
          f"  {shown(max(column(2, 'model')), max(column(2, 'before')), '%')}"
          f"  {int(sum(column(3, 'model'))):>3} /{int(sum(column(3, 'before'))):>3}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
