# SPDX-License-Identifier: MIT
"""pmt-patch with 100,000 patches of 40 fields: ratios against a bare connector program in the same run."""

import concurrent.futures
import os
import random
import re
import sys
import time

from replay import DEFAULTS, Bench

from upkeep_test import Server

COUNT = int(os.environ.get("UPKEEP_BENCH_PATCHES", "100000"))
FIELDS = 40


def artifact_type():
    fields = "".join(f'<field type="text"><name>Field {i}</name></field>' for i in range(FIELDS - 8))
    return (
        '<artifactType type="application/vnd.b+xml" shortName="b" singularLabel="B" pluralLabel="B"'
        ' hasNamespace="false" iconSet="1"><content><table name="Overview"><field type="text"><name>Name</name></field>'
        '<field type="text" maxoccurs="unbounded"><name>Products</name></field>'
        '<field type="text"><name>Carbon Platform</name></field><field type="text"><name>Category</name></field>'
        '<field type="text" maxoccurs="unbounded"><name>Client</name></field>'
        '<field type="text"><name>Priority</name></field><field type="text-area"><name>Description</name></field>'
        '</table><table name="Dates"><field type="date"><name>Released On</name></field></table>'
        f'<table name="More">{fields}</table></content></artifactType>'
    )


def make_rows(count):
    """@returns words and clients that occur in them, the columns, and the rows, each made when it is asked for"""
    chance = random.Random(1)
    words = [
        "".join(chance.choice("abcdefghijklmnoprstuvw") for _ in range(chance.randint(3, 9))) for _ in range(20000)
    ]
    clients = [f"Client {word}" for word in words[:100]]
    columns = ["platform", "number", "overview_products", "overview_client", "overview_priority",
               "overview_description", "dates_releasedOn", *(f"more_field{i}" for i in range(FIELDS - 8))]

    def rows():
        for i in range(count):
            yield [f"4.{i % 7}.0", f"{i // 7 + 1}", f"Product {chance.randint(1, 40)} 1.0", chance.choice(clients),
                   f"{chance.randint(1, 5)}", " ".join(chance.choices(words, k=12)),
                   f"20{chance.randint(10, 14)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                   *(f"{chance.choice(words)} {chance.randint(1, 100000)}" for _ in range(FIELDS - 8))]
    return words, clients, columns, rows()


def make_csv(path, count=COUNT):
    words, clients, columns, rows = make_rows(count)
    with open(path, "w", encoding="ascii") as out:
        for row in (columns, *rows):
            out.write(",".join(row) + "\n")
    return words, clients


def numbered(statement):
    """The number that was drawn, in place of the one that the log shows: the row before has it in {0}."""
    statement = statement.replace("SELECT MAX(number)", "SELECT {0}, MAX(number)")  # {0} stays the number
    statement = re.sub(r"(\bnumber = )\d+", r"\g<1>{0}", statement)
    return re.sub(r"(VALUES \('[\d.]+','[\d.]+',)\d+", r"\g<1>{0}", statement)


def throughput(run, processes=16, seconds=6):
    """How often `run` is done a second by that many at once."""
    end = time.monotonic() + seconds

    def work():
        done = 0
        while time.monotonic() < end:
            run()
            done += 1
        return done
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        return sum(one.result() for one in [pool.submit(work) for _ in range(processes)]) / seconds


def mixed(bench, words, clients, processes=100, seconds=30):
    end = time.monotonic() + seconds
    failures = []

    def work(seed):
        chance = random.Random(seed)
        done = 0
        while time.monotonic() < end:
            args = chance.choice(
                [
                    ["new", "--platform", f"5.{chance.randint(0, 3)}.0", "--set", "client=Mixed"],
                    ["show", f"4.{chance.randint(0, 6)}.0-{chance.randint(1, COUNT // 7)}"],
                    [
                        "edit",
                        f"4.{chance.randint(0, 6)}.0-{chance.randint(1, COUNT // 7)}",
                        "--set",
                        f"priority={chance.randint(1, 9)}",
                    ],
                    ["list", f"client={chance.choice(clients)}", "limit:50"],
                    ["list", chance.choice(words), "limit:50"],
                    ["request"],
                ]
            )
            result = bench.tool(*args)
            done += 1
            if result.status != 0:
                failures.append(str(result))
        return done
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        done = sum(one.result() for one in [pool.submit(work, seed) for seed in range(processes)])
    print(f"{processes} mixed processes for {seconds} s: {done} commands, {len(failures)} failures", flush=True)
    for failure in failures[:3]:
        print(failure)


def main():
    server = Server()
    with server:
        server.stop()
        server.start(*DEFAULTS)
        bench = Bench(server)
        (bench.directory / "type.rxt").write_text(artifact_type())
        assert bench.tool("fields", "--load", bench.directory / "type.rxt", "--yes").status == 0
        path = bench.directory / "all.csv"
        words, clients = make_csv(path)
        start = time.perf_counter()
        result = bench.tool("import", path)
        seconds = time.perf_counter() - start
        assert result.status == 0, result
        print(f"import of {COUNT} rows: {seconds:.1f} s, {COUNT / seconds:.0f} rows/s (at least 3000)", flush=True)
        bench.compare("show", [["show", "4.3.0-777"]], "(at most 2)")
        bench.compare("list of 50", [["list", "limit:50"]], "(at most +25 ms)")
        bench.compare("list client=, limit:50", [["list", f"client={clients[7]}", "limit:50"]], "(at most +25 ms)")
        value = bench.tool("show", "--json", "4.3.0-777").json[0]["fields"]["more_field17"]
        bench.compare("list of a rare value", [["list", f"more_field17={value}"]], "(at most +25 ms)")
        bench.compare(
            "list ~ and sort",
            [["list", f"more_field17~{value[:4]}", "sort:-released", "limit:50"]],
            "(at most +25 ms)",
            5,
        )
        bench.compare("list released>", [["list", "released>2014-06-01", "limit:50"]], "(at most +25 ms)")
        bench.compare("full text, limit:50", [["list", words[4711], "limit:50"]], "(at most +50 ms)")
        bench.compare("full text, two words", [["list", words[11], words[12]]], "(at most +50 ms)")
        statements = bench.compare(
            "new", [["new", "--platform", "4.3.0", "--set", "client=Acme"]], "(at most 2)", change=numbered
        )
        base = throughput(lambda: bench.bare(statements))
        ours = throughput(lambda: bench.tool("new", "--platform", "4.3.0", "--set", "client=Acme"))
        print(
            f"16 processes numbering: {ours:.0f}/s, bare {base:.0f}/s, {100 * ours / base:.0f} % (at least 60)",
            flush=True,
        )
        mixed(bench, words, clients, seconds=int(os.environ.get("UPKEEP_BENCH_SECONDS", "30")))
        bench.installation.close()
    server.close()


if __name__ == "__main__":
    sys.exit(main())
