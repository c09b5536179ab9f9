# SPDX-License-Identifier: MIT
"""A tool of the registry against a bare connector program that runs the very statements which the tool sends.

They are taken from the server's general log.
"""

import os
import pathlib
import re
import statistics
import subprocess
import time

from upkeep_test import Installation

BENCH = pathlib.Path(os.environ.get("UPKEEP_BENCH_BIN", "."))
#: The server as it comes: not the small one of the tests.
DEFAULTS = ["--innodb-log-file-size=96M", "--innodb-buffer-pool-size=128M", "--innodb-flush-log-at-trx-commit=1",
            "--innodb-doublewrite=1", "--max-connections=400"]
#: What opens a connection, and is no part of the work.
SETTINGS = ("SET NAMES", "SET SESSION", "set autocommit", "SET autocommit", "SET CHARACTER")


def report(what, ours, base, rows, unit="ms", limit=""):
    """@param rows what one run reads in the database: a ratio alone would hide a slow statement"""
    ratio = f"{ours / base:.2f}" if base else "-"
    print(f"{what:<44} {ours:9.1f} {unit} bare {base:9.1f} {unit} ratio {ratio:>5} {rows:9,} rows read {limit}",
          flush=True)


class Bench:
    """An installation, and where the statements are kept."""

    TOOL = "pmt-patch"

    def __init__(self, server):
        self.server = server
        self.installation = Installation(server, patch={"lifecycle": ""})
        self.directory = self.installation.directory / "bench"  # goes with it
        self.directory.mkdir()
        self.rows = 0

    def tool(self, *args, **options):
        return self.installation.run(self.TOOL, *args, timeout=600, **options)

    def rows_read(self):
        """Rows of tables and of temporary tables that the server has read so far."""
        counts = self.server.sql("SHOW GLOBAL STATUS WHERE Variable_name IN ('Rows_read', 'Rows_tmp_read')")
        return sum(int(count) for _, count in counts)

    def examined(self, *args):
        """Runs the tool. @returns its result, and the rows that the server read for it"""
        idle = self.rows_read()
        before = self.rows_read()
        result = self.tool(*args)
        return result, max(0, self.rows_read() - before - (before - idle))  # SHOW itself reads some

    def statements(self, *args, only=""):
        """What the tool sends for a command; those alone that begin with `only`. `rows` tells afterwards how many rows
        the server read for them."""
        def run():
            result, self.rows = self.examined(*args)
            assert result.status == 0, result
        return [sql for sql in self.logged(run) if sql.upper().startswith(only)]

    def logged(self, run):
        """The statements of the connection that has sent most while `run` ran."""
        log = self.directory / "general.log"
        self.server.sql(
            f"SET GLOBAL general_log_file = '{log}'; SET GLOBAL log_output = 'FILE'; SET GLOBAL general_log = 1"
        )
        try:
            run()
        finally:
            self.server.sql("SET GLOBAL general_log = 0")
        text = log.read_text(errors="replace")
        log.unlink()
        entries = re.split(r"^(?:\d{6} [ \d]\d:\d\d:\d\d)?\s+(\d+) (Connect|Query|Quit|Init DB)\t?", text, flags=re.M)[
            1:
        ]
        calls = [call for call in zip(entries[0::3], entries[1::3], entries[2::3]) if call[1] == "Query"]
        # Beside the tool's connection there are those of our own SETs.
        mine = max({one for one, _, _ in calls}, key=[one for one, _, _ in calls].count)
        return [sql.rstrip("\n") for one, _, sql in calls if one == mine and not sql.startswith(SETTINGS)]

    def file(self, statements):
        path = self.directory / "statements"
        path.write_text("".join(one.replace("\n", "\\n") + "\n" for one in statements))
        return path

    def bare(self, path):
        return subprocess.run(
            [BENCH / "pmt_statements", self.server.socket, "upkeep", path], capture_output=True, check=True
        )

    def alternate(self, commands, path, times):
        """By turns: the tool with one of the commands after the other, the bare program. @returns milliseconds of
        both"""
        ours, base = [], []
        for i in range(times):
            start = time.perf_counter()
            result = self.tool(*commands[i % len(commands)])
            ours.append((time.perf_counter() - start) * 1000)
            assert result.status in (0, 1), result
            start = time.perf_counter()
            self.bare(path)
            base.append((time.perf_counter() - start) * 1000)
        return ours, base

    def compare(self, what, commands, limit, times=15, change=lambda statement: statement):
        """@param change what is done to a statement before it is run again. @returns the statements' file"""
        path = self.file([change(one) for one in self.statements(*commands[-1])])
        rows = self.rows
        ours, base = self.alternate(commands, path, times)
        report(what, statistics.median(ours), statistics.median(base), rows, limit=limit)
        return path
