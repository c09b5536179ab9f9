# SPDX-License-Identifier: MIT
"""pmt-web with 100,000 patches under one Apache: ratios against web_replay, a program that sends the same statements
and prints the rows, behind the same Apache."""

import getpass
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import unittest

from replay import BENCH, DEFAULTS, Bench

from upkeep_test import REPOSITORY, Server, find_tool
from upkeep_test.case import TestCase
from upkeep_test.pmt_web import Answer
from upkeep_test.pmt_web_apache import LOGIN, PatchApache, Workers, configure_web

COUNT = int(os.environ.get("UPKEEP_BENCH_PATCHES", "100000"))
SECONDS = int(os.environ.get("UPKEEP_BENCH_SECONDS", "5"))
WORKERS = 4
RUNS = 3  #: of which the median counts
#: A shell script that answers as the tool does.
SHELL = """#!/bin/sh
printf 'Content-Type: application/json\\r\\n\\r\\n'
exec {tool} show --json "${{QUERY_STRING}}"
"""
LOOP = """<aspect name="Loop" class="x.DefaultLifeCycle"><configuration type="literal"><lifecycle>
<scxml xmlns="http://www.w3.org/2005/07/scxml" initialstate="Open"><state id="Open">
<datamodel><data name="checkItems"><item name="Item" forEvent="Promote"/></data></datamodel>
<transition event="Promote" target="Open"/><transition event="Go" target="Open"/></state>
</scxml></lifecycle></configuration></aspect>
"""


class Watched(Workers):
    """Processes that are started again when they end, as they do after 10,000 requests."""

    def add(self):
        self.processes.append(self.case.start("/usr/bin/multiwatch", "-f", str(WORKERS), "-s", "TERM", "--",
                                              find_tool(self.tool), env=self.env, stdin=self.socket.fileno()))
        return self.processes[-1]


class Replays(Workers):
    """Processes of web_replay; they are told by their environment what to do."""

    def add(self):
        self.processes.append(
            self.case.start(str(BENCH / "web_replay"), env=self.env, stdin=self.socket.fileno())
        )
        return self.processes[-1]


def say(what, text):
    print(f"pmt-web {what:<42} {text}", flush=True)


class Site:
    """The application and its baseline behind one Apache, by FastCGI or by CGI. config: another upkeep.toml."""

    def __init__(self, case, bench, fastcgi=True, config=None):
        config = config or bench.installation.config_file
        self.directory = bench.directory / "replays"
        self.directory.mkdir(exist_ok=True)
        env = {"REPLAY_SOCKET": str(bench.server.socket), "REPLAY_SCHEMA": "upkeep",
               "REPLAY_DIRECTORY": str(self.directory)}
        shell = bench.directory / "show.cgi"
        shell.write_text(SHELL.format(tool=find_tool("pmt-patch")))
        for path in (bench.directory, self.directory, shell):
            path.chmod(0o755)
        lines = [*(f'SetEnv {name} "{value}"' for name, value in env.items()), f'ScriptAlias "/shell" "{shell}"',
                 f'SetEnv UPKEEP_CONFIG "{config}"',
                 '<LocationMatch "^/(shell|replay)">', "Require all granted", "</LocationMatch>"]
        self.workers = Watched(case, {**bench.installation.env, "UPKEEP_CONFIG": str(config)}) if fastcgi else None
        if fastcgi:
            replays = Replays(case, env, WORKERS)
            lines.append(f'ProxyPassMatch "^/replay/" "unix:{replays.path}|fcgi://replay/" enablereuse=off retry=0')
        else:
            lines.append(f'ScriptAliasMatch "^/replay/" "{BENCH / "web_replay"}"')
        self.apache = PatchApache(bench.installation, self.workers, site="\n".join(lines))
        case.addCleanup(self.apache.close)
        self.apache.start()

    def load(self, path, clients):
        """@returns requests a second, p50 and p99 in ms, of that many clients"""
        # Who has no password may not read: the login is the same for both, so that both pay for it.
        done = subprocess.run(["wrk", "-t", "1", "-c", str(clients), "-d", f"{SECONDS}s", "--timeout", "10s",
                               "--latency", "-H", f"Authorization: {LOGIN}",
                               f"http://127.0.0.1:{self.apache.port}{path}"],
                              capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in done and "Socket errors" not in done, f"{path}\n{done}\n{self.apache.log}"
        (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", done)
        units = {"us": 1e-3, "ms": 1.0, "s": 1e3}
        p50, p99 = (float(value) * units[unit] for share in (50, 99)
                    for value, unit in re.findall(rf"\s{share}%\s+([\d.]+)(us|ms|s)\b", done))
        return float(rate), p50, p99

    def replay(self, name, statements):
        (self.directory / name).write_text("".join(one.replace("\n", "\\n") + "\n" for one in statements))
        return f"/replay/{name}"

    def compare(self, what, path, baseline, limit, clients=1):
        """By turns, the application and its baseline. @returns requests a second, p50 of the application"""
        ours, base = [], []
        for _ in range(RUNS):
            ours.append(self.load(path, clients))
            base.append(self.load(baseline, clients))
        (rate, p50, p99), (_, base50, base99) = (
            tuple(statistics.median(column) for column in zip(*figures)) for figures in (ours, base))
        say(f"{what}, {clients} at once", f"p50 {p50:7.2f} ms p99 {p99:7.2f} ms  replay p50 {base50:7.2f} ms p99 "
            f"{base99:7.2f} ms  ratio {p50 / base50:5.2f}  {rate:6.0f}/s  {limit}")
        return rate, p50


class WebBench(Bench):
    """The registry, and what is asked of it."""

    def __init__(self, case, server):
        super().__init__(server)
        configure_web(self.installation)
        self.case = case
        self.installation.configure(patch={"trusted": [getpass.getuser()], "lifecycle": "PatchLifeCycle"})
        rows = self.directory / "patches.jsonl"
        with open(rows, "wb") as out:
            subprocess.run(["awk", "-v", f"count={COUNT}", "-f", REPOSITORY / "scripts" / "demo-patches.awk"],
                           stdout=out, check=True)
        start = time.perf_counter()
        done = self.tool("import", rows)
        assert done.status == 0, done
        rows.unlink()
        say("import", f"{COUNT / (time.perf_counter() - start):.0f} patches/s with their history")
        (loop := self.directory / "loop.xml").write_text(LOOP)
        self.made("load", loop, tool="pmt-lifecycle")

    def made(self, *args, tool="pmt-patch"):
        done = self.installation.run(tool, *args, timeout=600)
        assert done.status == 0, done
        return done.text.strip()

    def patch_with(self, events, *args):
        name = self.made("new", "--platform", "4.4.0", *args)
        for number in range(events - len(self.tool("history", "--json", name).json)):
            self.made("comment", name, f"Remark {number}")
        return name

    def people(self):
        """ann, whose login the clients use, has 50 patches to do."""
        found = self.tool("list", "--json", "state=Testing", "limit:50", "sort:-created").json
        self.made("edit", *(patch["patch"] for patch in found), "--set", "peopleInvolved_qaedby=ann", "--yes")

    def get(self, path, user="ann"):
        return Answer(self.installation.run("pmt-web", "--user", user, "GET", path))

    def sent_for(self, path):
        """The statements of one request of a process of its own; what a connection asks first is not among them."""
        return [sql for sql in self.logged(lambda: self.get(path)) if not sql.startswith("SHOW")]


class Running:
    """One process that has its connection, as between two requests of a browser."""

    def __init__(self, bench):
        self.bench = bench
        self.apache = PatchApache(bench.installation, Workers(bench.case, bench.installation.env, 1)).start()
        bench.case.addCleanup(self.apache.close)
        assert self.get("/me").status == 200

    def get(self, path, **headers):
        return self.apache.get("/pmt" + path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    def sent_for(self, path, status=200, **headers):
        """The statements of one request."""
        answers = []
        sent = self.bench.logged(lambda: answers.append(self.get(path, **headers)))
        assert answers[0].status == status, answers[0].body
        return sent


def pages(bench, site, cgi):
    small, large = bench.patch_with(30), bench.patch_with(1000)
    paths = {"patch": f"/pmt/patches/{small}", "list": "/pmt/patches", "work": "/pmt/",
             "long": f"/pmt/patches/{large}"}
    running = Running(bench)
    sent = {name: running.sent_for(path.removeprefix("/pmt")) for name, path in paths.items()}
    for name, statements in sent.items():
        site.replay(name, statements)
    for name in ("patch", "list"):
        cgi.replay(f"cgi-{name}", bench.sent_for(paths[name].removeprefix("/pmt")))
    rate, patch = 0.0, 0.0
    for clients in (1, 15):
        found = site.compare("patch page, FastCGI", paths["patch"], "/replay/patch", "(at most 2; p99 <= 4 p50 at 15)",
                             clients)
        rate, patch = found[0], patch if clients == 15 else found[1]
        site.compare("list of 50, FastCGI", paths["list"], "/replay/list", "(at most 2)", clients)
    cgi.compare("patch page, CGI", paths["patch"], "/replay/cgi-patch", "(at most 1.4)")
    cgi.compare("list of 50, CGI", paths["list"], "/replay/cgi-list", "(at most 1.4)")
    _, work = site.compare("my work, 50 patches", paths["work"], "/replay/work", "")
    selects = sum(sql.upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")) for sql in sent["work"])
    say("my work", f"{work / patch:.2f} x the patch page (at most 5), {selects} statements (at most 14)")
    _, long = site.compare("patch with 1,000 events", paths["long"], "/replay/long", "")
    say("patch with 1,000 events", f"{long / patch:.2f} x that with 30 (at most 1.5)")
    shell, _, _ = site.load(f"/shell?{small}", 15)
    say("FastCGI against a shell CGI, 15 at once",
        f"{rate:.0f}/s against {shell:.0f}/s: {rate / shell:.1f} x (at least 6)")


def small_answers(bench):
    """Statements of a 304, and bytes."""
    name = bench.tool("list", "--json", "limit:1", "sort:-created").json[0]["patch"]
    running = Running(bench)
    for path in (f"/patches/{name}", f"/api/v1/patches/{name}"):
        sent = running.sent_for(path, 304, If_None_Match=running.get(path).headers["etag"])
        selects = [sql for sql in sent if sql.upper().startswith(("SELECT", "WITH"))]
        say(f"304 of {path.split('/WSO2')[0]}", f"{len(selects)} statements (at most 2)")
    page = bench.get("/patches").text
    links = sorted(set(re.findall(r'(?:href|src)="([^"]*/static/[^"]*)"', page)))
    static = {link: len(bench.get(link).raw_body) for link in links}
    say("bytes: page of 50 rows", f"{len(page.encode()) / 1000:.1f} KB (at most 60)")
    patch = bench.patch_with(30)
    say("bytes: patch with 30 events", f"{len(bench.get(f'/patches/{patch}').raw_body) / 1000:.1f} KB (at most 40)")
    code = sum(size for link, size in static.items() if link.endswith((".css", ".js")))
    say("bytes: style and script", f"{code / 1000:.1f} KB (at most 40)")
    loaded = [link for link in links if link.endswith((".css", ".js"))]
    say("requests", f"{1 + len(loaded)} cold (at most 3), 1 warm: /static/ is kept for ever")


def restricted(bench, site):
    """The same pages for somebody who may not see an eighth of the patches."""
    plain = bench.installation.config_file
    config = plain.with_name("see.toml")
    config.write_text(plain.read_text() + '\n[patch.see]\ncritical = ["nobody"]\n')
    config.chmod(0o644)
    other = Site(bench.case, bench, config=config)
    for what, path in (("patch page", f"/pmt/patches/{bench.patch_with(30)}"), ("list of 50", "/pmt/patches"),
                       ("my work", "/pmt/")):
        figures = [(other.load(path, 1)[1], site.load(path, 1)[1]) for _ in range(RUNS)]
        ours, base = (statistics.median(column) for column in zip(*figures))
        say(f"{what} with [patch.see]", f"p50 {ours:7.2f} ms  without {base:7.2f} ms  ratio {ours / base:5.2f}"
            " (at most 1.5)")


def timed(run, times=40):
    took = []
    for turn in range(times):
        start = time.perf_counter()
        run(turn)
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took)


def acts(bench, site):
    """Ticks and moves by the API, edits with `was`; each beside the replay of its own statements."""
    name = bench.patch_with(1, "--lifecycle", "Loop")
    at = f"/api/v1/patches/{name}"

    def send(method, path, body):
        return site.apache.request(method, "/pmt" + path, json.dumps(body).encode(),
                                   headers={"Content-Type": "application/json"})

    def checked(answer):
        assert answer.status == 200, (answer.status, answer.body)

    def edit(turn):
        words = ["one", "two"]
        checked(send("PATCH", at, {"set": {"patchInformation_revision": words[turn % 2]},
                                   "was": {"patchInformation_revision": words[(turn + 1) % 2]}}))

    kinds = {
        "tick": lambda turn: checked(send("POST", f"{at}/{['tick', 'untick'][turn % 2]}", {"item": "Item"})),
        "move": lambda turn: checked(send("POST", f"{at}/move", {"event": "Go"})),
        "edit": edit,
    }
    bench.made("edit", name, "--set", "patchInformation_revision=two")
    for what, act in kinds.items():
        act(0)
        act(1)
        sent = bench.logged(lambda: act(0))  # pylint: disable=cell-var-from-loop
        act(1)
        path = site.replay(what, sent)
        rows = {word: sum(sql.upper().startswith(word) for sql in sent) for word in ("INSERT", "UPDATE", "DELETE")}
        ours, base = [], []
        for _ in range(RUNS):
            ours.append(timed(act))
            base.append(timed(lambda _: site.apache.get(path)))  # pylint: disable=cell-var-from-loop
        mine, bare = statistics.median(ours), statistics.median(base)
        say(what, f"{mine:7.2f} ms  replay {bare:7.2f} ms  ratio {mine / bare:5.2f} (at most 2)  {rows}")


def memory(bench, requests=9900):
    """One process answers pages of all kinds."""
    workers = Workers(bench.case, bench.installation.env, 1)
    apache = PatchApache(bench.installation, workers).start()
    bench.case.addCleanup(apache.close)
    names = [patch["patch"] for patch in bench.tool("list", "--json", "limit:200").json]
    paths = ["/pmt/", "/pmt/patches", "/pmt/queue", "/pmt/reports", *(f"/pmt/patches/{name}" for name in names)]
    pid = workers.processes[0].pid
    sizes = []
    for turn in range(requests):
        assert apache.get(paths[turn % len(paths)]).status == 200
        if turn % (requests // 2) == requests // 2 - 1:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            sizes.append(int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024)
    say(f"memory after {requests:,} requests",
        f"{sizes[-1]:.1f} MB (at most 32), the last half {sizes[-1] - sizes[0]:+.2f} MB (at most 1)")


class PmtWebBench(TestCase):
    """What a test case cleans up after itself."""

    def runTest(self):
        server = Server()
        with server:
            server.stop()
            server.start(*DEFAULTS)
            bench = WebBench(self, server)
            self.addCleanup(server.close)
            self.addCleanup(bench.installation.close)
            bench.people()
            site, cgi = Site(self, bench), Site(self, bench, fastcgi=False)
            pages(bench, site, cgi)
            restricted(bench, site)
            small_answers(bench)
            acts(bench, site)
            memory(bench)


if __name__ == "__main__":
    sys.exit(not unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(PmtWebBench()).wasSuccessful())
