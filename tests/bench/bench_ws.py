# SPDX-License-Identifier: MIT
"""Speed of the ws-* tools, as ratios against a named baseline measured in the same run, turn by turn.

Run by scripts/bench, which builds what it needs (UPKEEP_BIN, UPKEEP_BENCH_BIN). Prints a line a figure; judges
nothing but shows the limit that the project has set itself.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from upkeep_test import Installation, Server

BIN = pathlib.Path(os.environ["UPKEEP_BIN"])
BARE = pathlib.Path(os.environ["UPKEEP_BENCH_BIN"]) / "bare_query"
PROBE = [{"version": "3.1", "table": "EMAIL_EVENT", "column": "EMAIL_SERVER_UID"}]
PHP = ("$m = new mysqli('localhost', 'root', '', '', 0, $argv[1]); $r = $m->query(\"SELECT COUNT(*) FROM"
       " information_schema.COLUMNS WHERE TABLE_SCHEMA = '$argv[2]' AND TABLE_NAME = 'EMAIL_EVENT' AND"
       " COLUMN_NAME = 'EMAIL_SERVER_UID'\"); echo $r->fetch_row()[0], \"\\n\";")
# Marks its start and its end, and between them makes what the probe asks for.
UPGRADE = ('echo "start $1 $EPOCHREALTIME" >> "$0"; '
           'mariadb --no-defaults -uroot -S "$2" -e "CREATE TABLE IF NOT EXISTS wf_$1.DONE (i INT)"; '
           'echo ok; echo "end $1 $EPOCHREALTIME" >> "$0"')


def seconds(command, env=None, stdout=subprocess.DEVNULL):
    began = time.perf_counter()
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL,
                   check=False)
    return time.perf_counter() - began


def paired(ours, baseline, runs, warmup=3):
    """Both in turn; (median of ours, median of the baseline, median of the ratios)."""
    pairs = [(ours(), baseline()) for _ in range(runs + warmup)][warmup:]
    return (statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs),
            statistics.median(a / b for a, b in pairs))


def report(what, ours, baseline, ratio, limit, name):
    print(f"{what:<42} {ours * 1000:9.1f} ms  {name:<26} {baseline * 1000:9.1f} ms  ratio {ratio:5.2f}"
          f"  (limit {limit})", flush=True)


def bench_check_one(installation):
    env = {**os.environ, **installation.env}
    socket = str(installation.server.socket)
    ours = [str(BIN / "ws-check"), "acme"]
    a, b, ratio = paired(lambda: seconds(ours, env), lambda: seconds([str(BARE), socket, "wf_acme"]), 100)
    report("ws-check NAME", a, b, ratio, 1.3, "bare connector program")
    if shutil.which("php"):
        a, b, ratio = paired(lambda: seconds(ours, env),
                             lambda: seconds(["php", "-r", PHP, socket, "wf_acme"]), 50)
        report("ws-check NAME", a, b, ratio, 0.45, "PHP script through mysqli")
    else:
        print("ws-check NAME against PHP: skipped, php is not installed")


def bench_check_all(installation, count):
    names = [f"w{number:05}" for number in range(count)]
    for start in range(0, count, 500):
        installation.server.sql("".join(
            f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.EMAIL_EVENT (A INT"
            f"{', EMAIL_SERVER_UID INT' if number % 2 else ''});"
            for number, name in enumerate(names[start:start + 500])))
    env = {**os.environ, **installation.env}
    client = ["mariadb", "--no-defaults", "-N", "-uroot", "-S", str(installation.server.socket), "-e",
              "SELECT TABLE_SCHEMA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA LIKE 'wf\\_%' AND"
              " TABLE_NAME = 'EMAIL_EVENT' AND COLUMN_NAME = 'EMAIL_SERVER_UID'"]
    a, b, ratio = paired(lambda: seconds([str(BIN / "ws-check"), "--all"], env), lambda: seconds(client), 15)
    report(f"ws-check --all, {count} workspaces", a, b, ratio, 1.5, "mariadb client, the query")
    installation.server.drop(*(f"wf_{name}" for name in names))


def read_marks(path):
    marks = {"start": {}, "end": {}}
    for line in path.read_text().splitlines():
        kind, workspace, stamp = line.split()
        marks[kind][workspace] = float(stamp)
    return marks


def hand_overs(path):
    marks = read_marks(path)
    starts, ends = sorted(marks["start"].values()), sorted(marks["end"].values())
    return [start - end for start, end in zip(starts[1:], ends)]


def configure_marks(installation, path):
    path.write_text("")
    installation.configure(
        upgrade={"command": ["bash", "-c", UPGRADE, str(path), "{workspace}", str(installation.server.socket)],
                 "profile": "plain", "directory": "/"},
        schedule={"via": "command", "command": ["true"], "delay_s": 0},
        probe=[{"version": "3.1", "table": "DONE"}])


def bench_hand_over(installation):
    path = installation.directory / "marks"
    configure_marks(installation, path)
    names = [f"h{number:03}" for number in range(40)]
    installation.add_workspace(*names, tables=["EMAIL_EVENT"])
    installation.run("ws-schedule", *names)
    installation.run("ws-upgrade", "--drain", timeout=300)
    gaps = hand_overs(path)
    print(f"{'hand-over in one drain, median of ' + str(len(gaps)):<42} {statistics.median(gaps) * 1000:9.1f} ms"
          f"  (limit 30 ms)", flush=True)
    path.write_text("")
    waiting = [f"p{number:02}" for number in range(8)]
    installation.add_workspace(*waiting, tables=["EMAIL_EVENT"])
    processes = [installation.start("ws-upgrade", name) for name in waiting]
    for process in processes:
        process.wait(timeout=120)
    gaps = hand_overs(path)
    print(f"{'hand-over between waiting processes, median':<42} {statistics.median(gaps) * 1000:9.1f} ms"
          f"  (limit 100 ms)", flush=True)


def bench_logins(installation, count):
    path = installation.directory / "marks"
    configure_marks(installation, path)
    names = [f"l{number:03}" for number in range(count)]
    installation.add_workspace(*names, tables=["EMAIL_EVENT"])
    installation.run("ws-schedule", *names, timeout=300)
    began = time.perf_counter()
    drainers = [installation.start("ws-upgrade", "--drain") for _ in range(count)]
    most = 0
    while any(process.running for process in drainers):
        rows = installation.server.sql("SELECT COUNT(*) FROM information_schema.PROCESSLIST"
                                       " WHERE INFO IS NULL OR INFO NOT LIKE '%PROCESSLIST%'")
        most = max(most, int(rows[0][0]))
        time.sleep(0.1)
    marks = read_marks(path)
    print(f"{str(count) + ' logins at one moment':<42} {time.perf_counter() - began:9.1f} s   upgraded"
          f" {len(marks['end'])}, connections at most {most} (limit 4, upgrade commands' own included)", flush=True)


#: Commands that write a file's lines to their output.
WRITERS = {
    "PHP, line by line": """php -r '$f = fopen($argv[1], "r"); while (($l = fgets($f)) !== false) echo $l;' "$0" """,
    "awk, piece by piece": 'awk 1 "$0"',
    "cat, inside the kernel": 'cat "$0"',
}


def bench_output(installation, megabytes):
    text = installation.directory / "text"
    line = "Rows Processed ---> 12345 of a table with a name of some length .....\n"
    with open(text, "w", encoding="ascii") as file:
        for _ in range(megabytes):
            file.write(line * (1024 * 1024 // len(line)))
    socket = str(installation.server.socket)
    finish = (' && mariadb --no-defaults -uroot -S "$2" -e "CREATE TABLE wf_$1.DONE (i INT)"'
              ' && echo "Upgrade successful"')
    env = {**os.environ, **installation.env}
    target = installation.directory / "direct.log"
    installation.add_workspace("out", tables=["EMAIL_EVENT"])

    def forget():
        installation.server.sql("DROP TABLE IF EXISTS wf_out.DONE")
        shutil.rmtree(installation.log_dir / "out", ignore_errors=True)
        target.unlink(missing_ok=True)

    def through_us(writer, source):
        forget()
        installation.configure(
            upgrade={"command": ["bash", "-c", writer + finish, str(source), "{workspace}", socket],
                     "profile": "processmaker", "directory": "/"}, probe=[{"version": "3.1", "table": "DONE"}])
        return seconds([str(BIN / "ws-upgrade"), "--force", "out"], env)

    def straight(writer, source):
        forget()
        with open(target, "wb") as file:
            return seconds(["bash", "-c", writer + finish, str(source), "out", socket], stdout=file)

    for name, writer in WRITERS.items():
        if not shutil.which(writer.split()[0]):
            print(f"{megabytes} MB of output of {name}: skipped, it is not installed")
            continue
        # What a run costs without output is measured elsewhere: taken off on both sides.
        ours, bare = (statistics.median(way(writer, "/dev/null") for _ in range(7)) for way in (through_us, straight))
        a, b, ratio = paired(lambda: through_us(writer, text) - ours, lambda: straight(writer, text) - bare, 7,
                             warmup=1)
        # Nothing that passes a pipe keeps up with cat, which lets the kernel copy from file to file.
        report(f"{megabytes} MB of {name}", a, b, ratio, "none" if name.startswith("cat") else 1.2,
               "straight into a file")
    forget()


def bench_progress(installation):
    installation.configure(upgrade={"command": ["sh", "-c", "exec sleep 600", "{workspace}"], "profile": "plain"})
    installation.add_workspace("big", "small", tables=["EMAIL_EVENT"])
    env = {**os.environ, **installation.env}
    times = {}
    for name in ("small", "big"):
        upgrade = installation.start("ws-upgrade", name)
        while installation.states(name)[name] != "running":
            time.sleep(0.05)
        if name == "big":
            os.truncate(installation.log_files(name)[-1], 1 << 30)
        times[name] = [seconds([str(BIN / "ws-progress"), name], env) for _ in range(40)]
        upgrade.signal(15)
        upgrade.wait(timeout=30)
    a, b = statistics.median(times["big"]), statistics.median(times["small"])
    report("ws-progress, log of 1 GB", a, b, a / b, "about 1", "empty log")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    server = Server()
    server.start()
    installation = Installation(server)
    try:
        installation.configure(probe=PROBE)
        installation.add_workspace("acme")
        bench_check_one(installation)
        bench_check_all(installation, count)
        bench_hand_over(installation)
        bench_logins(installation, 300)
        bench_output(installation, 200)
        bench_progress(installation)
    finally:
        installation.close()
        server.stop()


if __name__ == "__main__":
    main()
