# SPDX-License-Identifier: MIT
"""The term index against the server's FULLTEXT: the same patches, the same words, through the same bare program."""

import csv
import os
import random
import re
import statistics
import sys
import time

from replay import DEFAULTS, Bench

from upkeep_test import Server

COUNT = int(os.environ.get("UPKEEP_BENCH_INDEXED", "20000"))
#: What people look for, and a word in a thousand has.
ODD = ["UI", "C", "about", "the", "who", "4.3.0", "e-mail", "NullPointerException", "Größe", "12", "com.example.Cache"]
WORD = re.compile(r"[A-Za-z0-9]+")


def make_csv(path):
    chance = random.Random(1)
    words = ["".join(chance.choice("abcdefghijklmnoprstuvw") for _ in range(chance.randint(3, 9))) for _ in range(5000)]
    with open(path, "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["platform", "number", "overview_client", "overview_description"])
        for i in range(COUNT):
            text = chance.choices(words, k=40)
            if i % 100 == 0:
                text.insert(20, ODD[i // 100 % len(ODD)])
            rows.writerow([f"4.{i % 7}.0", i // 7 + 1, f"Client {chance.choice(words[:100])}", " ".join(text)])
    return words


def milliseconds(work, times=25):
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


class Both:
    def __init__(self, bench):
        self.bench = bench
        self.sql = bench.server.sql

    def build_fulltext(self):
        self.sql("CREATE TABLE upkeep.by_text (id BIGINT UNSIGNED PRIMARY KEY, words LONGTEXT) CHARACTER SET utf8mb4")
        self.sql("INSERT INTO upkeep.by_text SELECT id, fields FROM upkeep.patch")
        start = time.perf_counter()
        self.sql("ALTER TABLE upkeep.by_text ADD FULLTEXT (words)")
        return time.perf_counter() - start

    def bytes_of(self, like):
        return int(self.sql("SELECT COALESCE(SUM(FILE_SIZE), 0) FROM information_schema.INNODB_SYS_TABLESPACES"
                            f" WHERE NAME LIKE {quoted(like)}")[0][0] or 0)

    def by_fulltext(self, statements, words):
        """The tool's statements, with the candidates from FULLTEXT and not from the term index."""
        matching = ("(SELECT id FROM by_text WHERE MATCH (words) AGAINST ("
                    + quoted(" ".join(f'+"{word}"' for word in words)) + " IN BOOLEAN MODE))")
        kept = [one for one in statements if "term_index" not in one and "WHERE stale = 1" not in one]
        return [re.sub(r"p\.id IN \([\d,]+\)| AND FALSE", lambda found: " AND p.id IN " + matching
                       if "FALSE" in found[0] else "p.id IN " + matching, one) for one in kept]

    def compare(self, what, words):
        statements = self.bench.statements("list", *words, "limit:50")
        tool = self.bench.file(statements)
        ours = milliseconds(lambda: self.bench.bare(tool))
        replaced = self.by_fulltext(statements, words)
        assert any("MATCH" in one for one in replaced), statements
        other = self.bench.file(replaced)
        theirs = milliseconds(lambda: self.bench.bare(other))
        print(f"{what:<44} index {ours:7.1f} ms FULLTEXT {theirs:7.1f} ms ratio {ours / theirs:.2f}", flush=True)


def main():
    server = Server()
    with server:
        server.stop()
        server.start(*DEFAULTS)
        bench = Bench(server)
        both = Both(bench)
        path = bench.directory / "all.csv"
        words = make_csv(path)
        start = time.perf_counter()
        result = bench.tool("import", path)
        assert result.status == 0, result
        print(f"import of {COUNT} patches with the term index: {time.perf_counter() - start:.1f} s", flush=True)
        print(f"FULLTEXT over the same fields, afterwards: {both.build_fulltext():.1f} s", flush=True)
        print(f"bytes: term index {both.bytes_of('upkeep/term_%'):,}, FULLTEXT {both.bytes_of('upkeep/FTS%'):,}",
              flush=True)
        both.compare("a word of 1 % of them", [words[4711]])
        both.compare("two words", [words[11], words[12]])
        both.compare("a word that nothing has", ["zzzzzzzz"])
        print(f"{'word':<24} {'selector':>10} {'FULLTEXT':>10}", flush=True)
        for word in ODD:
            found = bench.tool("list", word, "--json")
            selected = len(found.json) if found.status in (0, 1) and found.stdout.strip() else 0
            matched = both.sql("SELECT COUNT(*) FROM upkeep.by_text WHERE MATCH (words) AGAINST ("
                               + quoted(f'+"{word}"') + " IN BOOLEAN MODE)")[0][0]
            print(f"{word:<24} {selected:>10} {matched:>10}", flush=True)
        bench.installation.close()
    server.close()


if __name__ == "__main__":
    sys.exit(main())
