# SPDX-License-Identifier: MIT
"""The figures of docs/scale.md: a night over a whole fleet on one machine, really upgraded, the queue of a much
larger one, simulated, and the length of a night on more and more servers. Run by scripts/fleet. Prints a line a
figure; judges nothing, but fails where a workspace does."""

import collections
import datetime
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

from upkeep_test import Installation, Server

BIN = pathlib.Path(os.environ["UPKEEP_BIN"])
#: A real upgrade's kind of statements, and few processes: what is measured is what is around it.
DDL = ("ALTER TABLE CONTENT ADD COLUMN CON_NEW VARCHAR(32) NOT NULL DEFAULT ''; CREATE TABLE DONE (a INT PRIMARY KEY);"
       " INSERT INTO DONE VALUES (1)")
UPGRADE = ('echo "start $1 $EPOCHREALTIME" >> "$0"; mariadb --no-defaults -uroot -S "$2" "wf_$1" -e "$3" || exit;'
           ' echo ok; echo "end $1 $EPOCHREALTIME" >> "$0"')
BATCH = 500


def say(what, figure):
    print(f"{what:<66} {figure}", flush=True)


def batches(names):
    return (names[first:first + BATCH] for first in range(0, len(names), BATCH))


def timed(installation, *argv, status=0, **options):
    began = time.perf_counter()
    result = installation.run(*argv, timeout=3600, **options)
    took = time.perf_counter() - began
    if status is not None and result.status != status:
        raise SystemExit(str(result))
    return took, result


def middle_and_least(installation, *argv, runs=7, **options):
    took = [timed(installation, *argv, **options)[0] * 1000 for _ in range(runs)]
    return f"{statistics.median(took):.0f} ms (least {min(took):.0f})"


def questions(server):
    return int(server.sql("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


class Memory(threading.Thread):
    """The most that a process has held, as long as it lives."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most_kib = pid, 0
        self.start()

    def run(self):
        while True:
            try:
                lines = pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines()
            except OSError:
                return
            for line in lines:
                if line.startswith("VmHWM"):
                    self.most_kib = int(line.split()[1])
            time.sleep(0.5)


class Night:
    """`count` workspaces on one machine, from pending to upgraded."""

    def __init__(self, count):
        self.count = count
        self.names = [f"n{number:06}" for number in range(count)]
        self.server = Server(options=["--innodb-buffer-pool-size=256M", "--table-open-cache=4000"]).start()
        self.installation = Installation(self.server)
        self.marks = self.installation.directory / "marks"
        self.marks.touch()
        self.installation.configure(
            upgrade={"profile": "plain", "directory": "/",
                     "command": ["bash", "-c", UPGRADE, self.marks, "{workspace}", self.server.socket, DDL]},
            schedule={"via": "command", "command": ["true"], "delay_s": 0, "max_queue": 1000000},
            probe=[{"version": "3.1", "table": "CONTENT", "column": "CON_NEW"}, {"version": "3.1", "table": "DONE"}])

    def create(self):
        for names in batches(self.names):
            self.server.sql(
                "".join(
                    f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.CONTENT (CON_ID VARCHAR(32) PRIMARY KEY,"
                    " CON_VALUE TEXT);"
                    f"INSERT INTO wf_{name}.CONTENT VALUES ('1', 'x');"
                    for name in names
                )
            )

    def queue(self):
        began = time.perf_counter()
        check = subprocess.Popen([BIN / "ws-check", "--all", "--pending"], stdout=subprocess.PIPE,
                                 env={**os.environ, **self.installation.env})
        subprocess.run([BIN / "ws-schedule", "--no-job", "--delay", "0", "--priority", "9"], stdin=check.stdout,
                       stdout=subprocess.DEVNULL, env={**os.environ, **self.installation.env}, check=True)
        check.wait()
        took = time.perf_counter() - began
        say(f"ws-check --all --pending | ws-schedule: {self.count} queued",
            f"{took:.1f} s, {took / self.count * 1000:.2f} ms each")

    def drain(self):
        tables = "table_schema = 'upkeep' AND table_name IN ('run', 'slot')"
        forecast = timed(self.installation, "ws-progress", "--forecast", "--json")[1].json[0]
        before, began, start = questions(self.server), time.perf_counter(), datetime.datetime.now(datetime.timezone.utc)
        drain = self.installation.start("ws-upgrade", "--drain", "--summary", "--format", "json")
        memory = Memory(drain.pid)
        result = drain.wait(7200)
        took = time.perf_counter() - began
        drain.close()
        if result.status != 0:
            raise SystemExit(str(result))
        said = datetime.datetime.fromisoformat(forecast["finish_at"])
        statements = questions(self.server) - before
        say(f"ws-upgrade --drain, {self.count} workspaces", f"{took:.0f} s, {took / self.count * 1000:.1f} ms each")
        marks = [line.split() for line in self.marks.read_text().splitlines()]
        at = {kind: sorted(float(stamp) for word, _, stamp in marks if word == kind) for kind in ("start", "end")}
        gaps = [later - earlier for later, earlier in zip(at["start"][-self.count + 1:], at["end"][-self.count:])]
        say("… hand-over between two commands, median and 99 of 100",
            f"{statistics.median(gaps) * 1000:.1f} ms, {sorted(gaps)[int(len(gaps) * 0.99)] * 1000:.1f} ms")
        tenth = len(gaps) // 10 or 1
        say("… the first tenth of the night against the last",
            f"{statistics.median(gaps[:tenth]) * 1000:.1f} ms, {statistics.median(gaps[-tenth:]) * 1000:.1f} ms")
        say("… most memory of ws-upgrade", f"{memory.most_kib / 1024:.1f} MiB")
        say("… statements a run, the command's own among them", f"{statements / self.count:.1f}")
        size = self.server.value(
            f"SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE {tables}"
        )
        say("… history and queue, bytes a run", f"{int(size or 0) / self.count:.0f}")
        say("… forecast before it began, against the truth",
            f"{(said - start).total_seconds():.0f} s, {took:.0f} s ({(said - start).total_seconds() / took:.2f})")

    def run(self):
        self.create()
        say(f"ws-check --all, {self.count} pending", middle_and_least(self.installation, 'ws-check', '--all', status=1))
        # A few before: what a forecast rests on.
        first = self.names[:20]
        timed(self.installation, "ws-upgrade", *first)
        self.names = self.names[20:]
        self.count = len(self.names)
        self.queue()
        self.drain()
        say("ws-check --all, all upgraded", middle_and_least(self.installation, 'ws-check', '--all'))
        say("ws-check NAME", middle_and_least(self.installation, 'ws-check', first[0], runs=15))
        took, report = timed(self.installation, "ws-progress", "--report", "--json")
        say(f"ws-progress --report of the night ({report.json[0].get('succeeded')} succeeded)", f"{took:.3f} s")

    def close(self):
        self.installation.close()
        self.server.close()


class Simulation:
    """`queued` rows in the queue over 20 servers, of which each has a few schemas only."""

    SERVERS, SCHEMAS = 20, 250

    def __init__(self, queued):
        self.queued = queued
        self.control = Server(options=["--innodb-buffer-pool-size=256M"]).start()
        self.servers = [Server(tcp=True).start() for _ in range(self.SERVERS)]
        self.installation = Installation(self.control)
        self.installation.configure(
            server=[{"name": f"db{number:02}", "host": "127.0.0.1", "port": server.port, "user": "root"}
                    for number, server in enumerate(self.servers)],
            upgrade={"profile": "plain", "directory": "/", "command": ["true", "{workspace}"], "lease_s": 60},
            schedule={"via": "command", "command": ["true"], "delay_s": 0, "max_queue": 1000000},
            probe=[{"version": "3.1", "table": "DONE"}])

    def fill(self):
        for number, server in enumerate(self.servers):
            server.sql(
                "".join(
                    f"CREATE DATABASE wf_s{number:02}_{n:03}; CREATE TABLE wf_s{number:02}_{n:03}.OLD (a INT);"
                    for n in range(self.SCHEMAS)
                )
            )
        # Workspaces of which only the row is there, behind those of the servers; and as many runs that have ended.
        self.control.sql(
            "SET SESSION max_recursive_iterations = 10000000;"
            "INSERT INTO upkeep.run (workspace, target, state, active, origin, priority, queued_at, due_at)"
            " WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT CONCAT('q', i),"
            " '3.1',"
            " 'queued', 1, 'queue', 9, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE FROM n;"
            "INSERT INTO upkeep.run (workspace, target, state, origin, priority, queued_at, due_at, started_at,"
            " ended_at,"
            " exit_status, host, slot, epoch) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i"
            " < %d)"
            " SELECT CONCAT('h', i), '3.1', IF(i %% 50, 'succeeded', 'failed'), 'queue', 9, UTC_TIMESTAMP(3) - INTERVAL"
            " 9 HOUR,"
            " UTC_TIMESTAMP(3) - INTERVAL 9 HOUR, UTC_TIMESTAMP(3) - INTERVAL 9 HOUR + INTERVAL i * 250000 MICROSECOND,"
            " UTC_TIMESTAMP(3) - INTERVAL 9 HOUR + INTERVAL (i + 1) * 250000 MICROSECOND, 0, 'x', 1, i FROM n;"
            "ANALYZE TABLE upkeep.run;" % (self.queued, self.queued)
        )

    def run(self):
        self.fill()
        installation, names = self.installation, [f"s{number:02}_000" for number in range(self.SERVERS)]
        say(f"ws-check --all, {self.SERVERS} servers of {self.SCHEMAS}",
            middle_and_least(installation, 'ws-check', '--all', status=1))
        say("ws-check NAME", middle_and_least(installation, 'ws-check', names[0], status=1, runs=9))
        say(f"{self.queued} queued, as many ended:", "")
        say("ws-schedule NAME (claim)", f"{timed(installation, 'ws-schedule', names[0])[0] * 1000:.1f} ms")
        took = timed(installation, "ws-schedule", "--no-job", *names[1:])[0]
        say(f"ws-schedule, {self.SERVERS - 1} names at once", f"{took * 1000 / (self.SERVERS - 1):.1f} ms each")
        say("ws-progress NAME (place in the queue)",
            middle_and_least(installation, 'ws-progress', names[0], status=1))
        took, forecast = timed(installation, "ws-progress", "--forecast", "--json")
        say(f"ws-progress --forecast ({forecast.json[0]['queued']} queued)", f"{took:.3f} s")
        say("ws-schedule --list", f"{timed(installation, 'ws-schedule', '--list')[0]:.3f} s")
        say("upkeep doctor", f"{timed(installation, 'upkeep', 'doctor', status=None)[0]:.3f} s")
        # Picking the next: logins, which are first in the row.
        before, began = questions(self.control), time.perf_counter()
        drain = installation.start("ws-upgrade", "--drain")
        while self.ended() < len(names):
            time.sleep(0.05)
        took = time.perf_counter() - began
        drain.signal(15)
        drain.wait(60)
        drain.close()
        say("ws-upgrade --drain: pick the next, run, record", f"{took / len(names) * 1000:.0f} ms each, "
            f"{(questions(self.control) - before) / self.ended():.0f} statements")
        took, report = timed(installation, "ws-progress", "--report", "--json", "--from", (
            datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=10)).strftime("%Y-%m-%dT%H:%MZ"))
        say("ws-progress --report", f"{took:.3f} s")
        say("ws-schedule --cancel", f"{timed(installation, 'ws-schedule', '--cancel', 'q77')[0] * 1000:.1f} ms")

    def ended(self):
        return int(
            self.control.value("SELECT COUNT(*) FROM upkeep.run WHERE workspace LIKE 's%' AND active IS NULL") or 0
        )

    def close(self):
        self.installation.close()
        for server in [self.control, *self.servers]:
            server.close()


class Servers:
    """The same number of workspaces on more and more servers, one slot on each: the length of a night."""

    def __init__(self, count, numbers):
        self.count, self.numbers = count, numbers
        self.control = Server(options=["--innodb-buffer-pool-size=256M"]).start()
        self.servers = [Server(options=["--innodb-buffer-pool-size=16M"]).start() for _ in range(max(numbers))]
        self.installation = Installation(self.control)
        self.marks = self.installation.directory / "marks"
        self.sockets = self.installation.directory / "sockets"
        self.sockets.mkdir()
        for number, server in enumerate(self.servers):
            (self.sockets / f"{number:02}").symlink_to(server.socket)

    def night(self, number, seconds):
        names = [f"n{number:02}_{one % number:02}_{one:04}" for one in range(self.count)]
        for index, server in enumerate(self.servers[:number]):
            server.sql("".join(f"CREATE DATABASE wf_{name}; CREATE TABLE wf_{name}.CONTENT (CON_ID VARCHAR(32) PRIMARY"
                               " KEY);" for name in names if name[4:6] == f"{index:02}"))
        script = UPGRADE.replace("mariadb", f"sleep {seconds}; mariadb").replace('"$2"', '"$2/${1:4:2}"')
        self.marks.write_text("")
        self.installation.configure(
            server=[{"name": f"db{index:02}", "socket": server.socket, "user": "root", "slots": 1}
                    for index, server in enumerate(self.servers[:number])],
            upgrade={"profile": "plain", "directory": "/", "slots": number,
                     "command": ["bash", "-c", script, self.marks, "{workspace}", self.sockets, DDL]},
            schedule={"via": "command", "command": ["true"], "delay_s": 0, "max_queue": 1000000},
            probe=[{"version": "3.1", "table": "CONTENT", "column": "CON_NEW"}, {"version": "3.1", "table": "DONE"}])
        # What a forecast rests on, then the night; as many jobs as at(1) would start, and some that leave again.
        timed(self.installation, "ws-upgrade", *names[:3])
        timed(self.installation, "ws-schedule", "--no-job", *names[3:])
        forecast, now = self.forecast(), datetime.datetime.now(datetime.timezone.utc)
        before, began = questions(self.control), time.perf_counter()
        drains = [self.installation.start("ws-upgrade", "--drain") for _ in range(number + 3)]
        for drain in drains:
            if drain.wait(3600).status != 0:
                raise SystemExit(f"a drain failed: {self.installation.log_dir}/upkeep.log")
            drain.close()
        took, night = time.perf_counter() - began, self.count - 3
        statements = questions(self.control) - before
        return took, (forecast - now).total_seconds(), statements / night

    def forecast(self):
        [record] = timed(self.installation, "ws-progress", "--forecast", "--json")[1].json
        return datetime.datetime.fromisoformat(record["finish_at"])

    def most_at_once(self):
        """Of all, and of one server."""
        at_once, most = collections.Counter(), collections.Counter()
        marks = [line.split() for line in self.marks.read_text().splitlines()]
        for kind, name, _ in sorted(marks, key=lambda mark: float(mark[2])):
            for what in ("all", name[4:6]):
                at_once[what] += 1 if kind == "start" else -1
                most[what] = max(most[what], at_once[what])
        return most.pop("all"), max(most.values())

    def run(self):
        for seconds in (0.05, 1):
            for number in self.numbers:
                took, said, statements = self.night(number, seconds)
                everywhere, one = self.most_at_once()
                say(f"{self.count} workspaces of {seconds:g} s, {number} servers with a slot each",
                    f"{took:.1f} s (forecast {said:.0f} s), {took / (self.count - 3) * 1000:.0f} ms a run,"
                    f" {everywhere} at once, {one} on a server, {statements:.0f} statements a run")
                for server in self.servers[:number]:
                    server.drop(*server.schemas("wf\\_%"))

    def close(self):
        self.installation.close()
        for server in [self.control, *self.servers]:
            server.close()


def main():
    words = sys.argv[1:] + ["5000", "100000", "200", "20"][len(sys.argv) - 1:]
    count, queued, spread, servers = (int(word) for word in words)
    numbers = [number for number in (1, 2, 3, 5, 10, 20) if number <= servers and (number != 3 or servers == 3)]
    parts = [lambda: Night(count)] * bool(count) + [lambda: Simulation(queued)] * bool(queued)
    for make in parts + [lambda: Servers(spread, numbers)] * bool(spread):
        part = make()
        try:
            part.run()
        finally:
            part.close()


if __name__ == "__main__":
    main()
