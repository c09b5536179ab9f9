# SPDX-License-Identifier: MIT
"""Schemas that are made once and copied: what an application's installer takes seconds for."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import Any, Callable

from .paths import CACHE
from .server import Server, SqlError


def cached_dump(name: str, server: Server, schema: str, make: Callable[[pathlib.Path], None]) -> pathlib.Path:
    """The dump of a schema, made once for each `name` (which holds the application's version) in the build's cache.

    make: creates `schema` on the server, with a directory for whatever files it needs; both are removed afterwards.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = CACHE / f"{name}.sql"
    with open(CACHE / f"{name}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            return kept
        directory = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=CACHE))
        try:
            make(directory)
            fresh = directory / "dump.sql"
            with open(fresh, "wb") as out:
                client = server.client_command()
                dump = shutil.which("mariadb-dump") or "mysqldump"
                subprocess.run([dump, *client[1:], "--hex-blob", "--skip-comments", schema], stdout=out, check=True)
            fresh.rename(kept)
        finally:
            server.drop(schema)
            shutil.rmtree(directory, ignore_errors=True)
    return kept


def restore(dump: pathlib.Path, server: Server, schema: str) -> None:
    """A new schema from a dump."""
    server.sql(f"CREATE DATABASE `{schema}`")
    with open(dump, "rb") as text:
        done = subprocess.run([*server.client_command(schema), "--batch"], stdin=text, capture_output=True, check=False,
                              env={"PATH": os.environ["PATH"]})
    if done.returncode != 0:
        raise SqlError(done.stderr.decode(errors="replace").strip())


def structure(server: Server, schema: str) -> dict[str, Any]:
    """Tables, columns and indexes, to be compared with another schema's. Neither the order of columns nor that of
    indexes counts: what an upgrade adds is often behind the rest."""
    columns = server.sql(
        "SELECT table_name, column_name, column_type, is_nullable, column_default, extra, character_set_name,"
        f" collation_name FROM information_schema.columns WHERE table_schema = '{schema}' ORDER BY 1, 2")
    indexes = server.sql(
        "SELECT table_name, index_name, non_unique, index_type, GROUP_CONCAT(column_name, ':', IFNULL(sub_part, '')"
        f" ORDER BY seq_in_index) FROM information_schema.statistics WHERE table_schema = '{schema}'"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2")
    tables = server.sql("SELECT table_name, table_type, engine, table_collation FROM information_schema.tables"
                        f" WHERE table_schema = '{schema}' ORDER BY 1")
    return {"tables": tables, "columns": columns, "indexes": indexes}
