# SPDX-License-Identifier: MIT
"""One set-up of the suite on a throw-away server: schemas, directories, configuration, the demo application."""

import json
import os
import pathlib
import re
import shutil
import tempfile
from typing import Any, Iterable, Mapping, Optional, Sequence

from . import process, terminal
from .ledger import Ledger
from .paths import REPOSITORY
from .process import Background, Result, end_process, processes_using
from .server import Server

DEMO_APP = REPOSITORY / "scripts" / "demo-app"
#: What shows version 3.1 in the workspaces that we make: the first change of the upgrade and late ones.
PROBES = [
    {"version": "3.1", "table": "EMAIL_EVENT", "column": "EMAIL_SERVER_UID"},
    {"version": "3.1", "table": "NOTIFICATION_QUEUE"},
    {"version": "3.1", "table": "APPLICATION", "column": "APP_TITLE"},
    {"version": "3.1", "table": "ABE_CONFIGURATION", "column": "ABE_FORCE_LOGIN"},
]


def old_workspace_sql(only: Iterable[str] = ()) -> str:
    """DDL and rows of a workspace before the upgrade (our own, scripts/demo-app/workspace-old.sql).

    only: just these tables.
    """
    text = (DEMO_APP / "workspace-old.sql").read_text()
    wanted = set(only)
    if not wanted:
        return text
    statements = [part.strip() for part in re.split(r";\s*\n", text) if part.strip()]
    kept = [s for s in statements if set(re.findall(r"(?:CREATE TABLE|INSERT INTO) `?(\w+)", s)) & wanted]
    return ";\n".join(kept) + ";\n"


def upgrade_sql() -> list[tuple[int, str, str]]:
    """(step, what it adds, statement) of every change of the upgrade to 3.1."""
    lines = (DEMO_APP / "upgrade-3.1.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(int(step), what, statement) for step, what, statement in rows]


def toml_value(value: Any) -> str:
    """A value as TOML writes it (JSON's spelling, tables aside)."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, os.PathLike):
        return json.dumps(os.fspath(value))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return json.dumps(value)


class Installation:
    """See tests/README.md. Workspaces are schemas wf_NAME; the control schema is `upkeep`.

    init: run `upkeep init`. sections: overrides of the configuration, as for configure(). schema: of the control
    tables. include: what upkeep.toml includes.
    """

    def __init__(self, server: Server, init: bool = True, host_of: Optional["Installation"] = None,
                 schema: str = "upkeep", include: Sequence[str] = (), **sections: Any):
        self.server = server
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="upk-"))
        self.state_dir = self.directory / "state"
        self.log_dir = self.directory / "log"
        self.config_file = self.directory / "upkeep.toml"
        self.app: pathlib.Path = host_of.app if host_of else self.directory / "app"
        self.shared = self.app / "shared"
        self.schema = schema
        self.ledger: Ledger = host_of.ledger if host_of else Ledger(self.directory / "ledger")
        self._shares_database = host_of is not None
        self._workspaces: list[str] = []
        self._hosts: list[Installation] = []
        self._sections: dict[str, Any] = {}
        self._extra = ""
        self._include = list(include)
        for path in (self.state_dir, self.log_dir):
            path.mkdir(mode=0o750)
        if host_of is None:
            self._install_app()
        self.configure(**(self._defaults() if host_of is None else host_of._sections))
        if host_of is not None:
            self.configure(upgrade={"state_dir": self.state_dir, "log_dir": self.log_dir})
        self.configure(**sections)
        if init and host_of is None:
            self.init()

    def _defaults(self) -> dict[str, Any]:
        return {
            "database": {"socket": self.server.socket, "user": "root", "schema": self.schema},
            "upgrade": {
                "target": "3.1", "profile": "processmaker", "directory": self.app,
                "command": ["./processmaker", "upgrade", "--no-xml", "{workspace}"],
                "state_dir": self.state_dir, "log_dir": self.log_dir, "grace_s": 2,
            },
            "schedule": {"at_queue": "z"},
            "probe": PROBES,
        }

    # -- configuration ------------------------------------------------------------------------
    def configure(self, extra: Optional[str] = None, **sections: Any) -> None:
        """Merges keys into sections and writes upkeep.toml anew.

        A section's key of None takes the key out; a section of None takes the section out; a list
        replaces an array of tables (`probe`, `server`). extra: TOML text that is put behind it all.
        """
        for name, value in sections.items():
            if isinstance(value, Mapping):
                merged = {**self._sections.get(name, {}), **value}
                self._sections[name] = {k: v for k, v in merged.items() if v is not None}
            elif value is None:
                self._sections.pop(name, None)
            else:
                self._sections[name] = list(value)
        if extra is not None:
            self._extra = extra
        lines = [f"include = {toml_value(self._include)}", ""] if self._include else []
        for name, value in self._sections.items():
            tables = value if isinstance(value, list) else [value]
            title = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            for table in tables:
                lines += [title, *(f"{key} = {toml_value(item)}" for key, item in table.items()), ""]
        self.config_file.write_text("\n".join(lines) + self._extra)

    def init(self) -> Result:
        """`upkeep init`, which must succeed."""
        result = self.run("upkeep", "init")
        if result.status != 0:
            raise AssertionError(f"upkeep init failed\n{result}")
        return result

    def another_host(self, **sections: Any) -> "Installation":
        """The same databases and application, seen from another host (its own state_dir and log_dir)."""
        host = Installation(self.server, host_of=self, **sections)
        self._hosts.append(host)
        return host

    # -- workspaces ---------------------------------------------------------------------------
    def add_workspace(self, *names: str, upgraded: bool = False, schema: str = "wf_{}",
                      tables: Iterable[str] = ()) -> None:
        """Creates workspaces in the old shape (or the new one). tables: only these, to be faster."""
        text = old_workspace_sql(tables)
        wanted = set(tables)
        changes = [statement for _, what, statement in upgrade_sql()
                   if not wanted or "." not in what or what.partition(".")[0] in wanted]
        if upgraded:
            text += "".join(f"{statement};\n" for statement in changes)
        script = ""
        for name in names:
            database = schema.format(name)
            script += f"CREATE DATABASE `{database}`; USE `{database}`;\n{text}"
            self._workspaces.append(database)
        self.server.sql(script)

    def change(self, workspace: str, *whats: str) -> None:
        """Makes only these changes of the upgrade, e.g. EMAIL_EVENT.EMAIL_SERVER_UID."""
        known = {what: statement for _, what, statement in upgrade_sql()}
        self.server.sql("".join(f"{known[what]};\n" for what in whats), schema=f"wf_{workspace}")

    def columns(self, workspace: str) -> set[str]:
        """Every TABLE.COLUMN of a workspace."""
        rows = self.server.sql("SELECT table_name, column_name FROM information_schema.columns"
                               f" WHERE table_schema = 'wf_{workspace}'")
        return {f"{table}.{column}" for table, column in rows}

    def is_upgraded(self, workspace: str) -> bool:
        """Whether every change of the upgrade is there: the truth behind the tools' words."""
        present = self.columns(workspace)
        tables = {name.partition(".")[0] for name in present}
        return all(what in (present if "." in what else tables) for _, what, _ in upgrade_sql())

    # -- the demonstration application --------------------------------------------------------
    def _install_app(self) -> None:
        shutil.copytree(DEMO_APP, self.app)
        (self.app / "shared").mkdir()
        self.configure_app()

    def configure_app(self, seconds_per_step: float = 0, faults: Optional[Mapping[str, str]] = None,
                      **settings: Any) -> None:
        """Writes processmaker.conf. faults: workspace (or `*`) -> faults, see its comment lines."""
        values = {"socket": self.server.socket, "user": "root", "shared": self.app / "shared",
                  "ledger": self.ledger.path, "seconds_per_step": f"{seconds_per_step:g}", **settings}
        lines = [f"{key} = {value}" for key, value in values.items()]
        lines += [f"fault.{workspace} = {fault}" for workspace, fault in (faults or {}).items()]
        (self.app / "processmaker.conf").write_text("\n".join(lines) + "\n")

    # -- running ------------------------------------------------------------------------------
    @property
    def env(self) -> dict[str, str]:
        """What makes a tool use this installation."""
        return {"UPKEEP_CONFIG": str(self.config_file), "HOME": str(self.directory),
                "XDG_STATE_HOME": str(self.directory / "xdg-state"),
                "XDG_CONFIG_HOME": str(self.directory / "xdg-config")}

    def run(self, tool: str, *args: process.Argument, env: Optional[Mapping[str, Optional[str]]] = None,
            **options: Any) -> Result:
        return process.run(tool, *args, env={**self.env, **(env or {})}, **options)

    def run_tty(self, tool: str, *args: process.Argument,
                env: Optional[Mapping[str, Optional[str]]] = None, **options: Any) -> Result:
        return terminal.run_tty(tool, *args, env={**self.env, **(env or {})}, **options)

    def start(self, tool: str, *args: process.Argument,
              env: Optional[Mapping[str, Optional[str]]] = None, **options: Any) -> Background:
        """In the background; the caller closes it (TestCase.start(..., env=installation.env) does so)."""
        return Background(tool, *args, env={**self.env, **(env or {})}, **options)

    def states(self, *workspaces: str) -> dict[str, str]:
        """What ws-check says, by workspace."""
        result = self.run("ws-check", *(workspaces or ["--all"]))
        return {row[0]: row[1] for row in result.rows}

    def log_files(self, workspace: str) -> list[pathlib.Path]:
        """The logs of a workspace's runs, oldest first."""
        found = (self.log_dir / workspace).glob("*.log")
        return sorted((path for path in found if path.stem.isdigit()), key=lambda path: int(path.stem))

    def close(self) -> None:
        """Ends what still runs in it and removes files and schemas."""
        for host in self._hosts:
            host.close()
        for pid in processes_using(self.directory):  # guardians and commands that a test left on purpose
            end_process(pid)
        if not self._shares_database:
            try:
                self.server.thaw()  # where the test has frozen it and failed
                mine = self.server.schemas("wf\\_%") + self._workspaces
                self.server.drop(self.schema, *dict.fromkeys(mine))
            except (RuntimeError, OSError):
                pass
            except Exception as error:  # the test has stopped its server: nothing to drop
                if "ERROR 2002" not in str(error):
                    raise
        shutil.rmtree(self.directory, ignore_errors=True)
