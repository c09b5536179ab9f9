# SPDX-License-Identifier: MIT
"""A governance registry's database, small and made up, and the files of its interfaces."""

import base64
import json
import pathlib
import shutil
import subprocess
import urllib.parse
from typing import Any, Optional, Sequence, Union
from xml.sax.saxutils import escape, quoteattr

from .case import module_server
from .dumps import restore
from .imports import ImportCase
from .process import Argument, Result
from .server import Server

PATCHES = "/_system/governance/patchs"
HISTORIES = "/_system/governance/repository/components/org.wso2.carbon.governance/lifecycles/history"
MEDIA_TYPE = "application/vnd.wso2-patch+xml"
NAMESPACE = "http://www.wso2.org/governance/metadata"

#: table -> its columns and their types; the tenant's id is the last column of each.
TABLES = {
    "REG_ASSOCIATION": ("REG_ASSOCIATION_ID INTEGER AUTO_INCREMENT PRIMARY KEY", "REG_SOURCEPATH VARCHAR(750)",
                        "REG_TARGETPATH VARCHAR(750)", "REG_ASSOCIATION_TYPE VARCHAR(2000)"),
    "REG_COMMENT": ("REG_ID INTEGER PRIMARY KEY", "REG_COMMENT_TEXT VARCHAR(500)", "REG_USER_ID VARCHAR(31)",
                    "REG_COMMENTED_TIME TIMESTAMP"),
    "REG_CONTENT": ("REG_CONTENT_ID INTEGER PRIMARY KEY", "REG_CONTENT_DATA LONGBLOB"),
    "REG_LOG": ("REG_LOG_ID INTEGER AUTO_INCREMENT PRIMARY KEY", "REG_PATH VARCHAR(750)", "REG_USER_ID VARCHAR(31)",
                "REG_LOGGED_TIME TIMESTAMP", "REG_ACTION INTEGER", "REG_ACTION_DATA VARCHAR(500)"),
    "REG_PATH": ("REG_PATH_ID INTEGER PRIMARY KEY", "REG_PATH_VALUE VARCHAR(750)", "REG_PATH_PARENT_ID INTEGER"),
    "REG_PROPERTY": ("REG_ID INTEGER PRIMARY KEY", "REG_NAME VARCHAR(100)", "REG_VALUE VARCHAR(1000)"),
    "REG_RESOURCE": ("REG_PATH_ID INTEGER", "REG_NAME VARCHAR(256)", "REG_VERSION INTEGER PRIMARY KEY",
                     "REG_MEDIA_TYPE VARCHAR(500)", "REG_CREATOR VARCHAR(31)",
                     "REG_CREATED_TIME TIMESTAMP DEFAULT CURRENT_TIMESTAMP", "REG_LAST_UPDATOR VARCHAR(31)",
                     "REG_LAST_UPDATED_TIME TIMESTAMP DEFAULT CURRENT_TIMESTAMP", "REG_DESCRIPTION VARCHAR(1000)",
                     "REG_CONTENT_ID INTEGER"),
    "REG_RESOURCE_COMMENT": ("REG_COMMENT_ID INTEGER", "REG_VERSION INTEGER", "REG_PATH_ID INTEGER",
                             "REG_RESOURCE_NAME VARCHAR(256)"),
    "REG_RESOURCE_HISTORY": ("REG_PATH_ID INTEGER", "REG_NAME VARCHAR(256)", "REG_VERSION INTEGER PRIMARY KEY"),
    "REG_RESOURCE_PROPERTY": ("REG_PROPERTY_ID INTEGER", "REG_VERSION INTEGER", "REG_PATH_ID INTEGER",
                              "REG_RESOURCE_NAME VARCHAR(256)"),
    "REG_RESOURCE_RATING": ("REG_RATING_ID INTEGER", "REG_VERSION INTEGER", "REG_PATH_ID INTEGER",
                            "REG_RESOURCE_NAME VARCHAR(256)"),
    "REG_RESOURCE_TAG": ("REG_TAG_ID INTEGER", "REG_VERSION INTEGER", "REG_PATH_ID INTEGER",
                         "REG_RESOURCE_NAME VARCHAR(256)"),
}
Values = Union[str, Sequence[str]]


def artifact(fields: dict[str, Values]) -> str:
    """The content of a patch: `table_field` -> its value or values."""
    tables: dict[str, str] = {}
    for key, values in fields.items():
        table, field = key.split("_", 1)
        for value in [values] if isinstance(values, str) else values:
            tables[table] = tables.get(table, "") + f"<{field}>{escape(value)}</{field}>"
    body = "".join(f"<{table}>{text}</{table}>" for table, text in tables.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<metadata xmlns="{NAMESPACE}">{body}</metadata>'


def event(at: str, user: str, state: str, kind: str, name: str = "", *, to: str = "", value: str = "",
          aspect: str = "PatchLifeCycle") -> str:
    """An <item> of a history, without its order."""
    target = f" targetState={quoteattr(to)}" if to else ""
    of = f" aspect={quoteattr(aspect)}" if aspect else ""
    inner = f"<value>value:{value}</value>" if value else ""
    called = f" name={quoteattr(name)}" if name else ""
    return (f'user={quoteattr(user)}{of} state={quoteattr(state)}{target} timestamp="{at}">'
            f'<action type="{kind}"{called}>{inner}</action></item>')


def history(*events: str) -> str:
    items = "".join(f'<item order="{order}" {text}' for order, text in enumerate(events))
    return f"<lifecycleHistory>{items}</lifecycleHistory>"


def lifecycle_properties(name: str, state: str, ticks: Optional[dict[str, bool]] = None, *, old: bool = False,
                         votes: Optional[dict[str, str]] = None) -> list[tuple[str, str]]:
    """What an attached lifecycle leaves in the properties. @param old as before registry 5.0"""
    compact = name.replace(" ", "")
    part = "" if old else compact + "."
    properties = [("registry.LC.name", name), (f"registry.lifecycle.{compact}.state", state)]
    for order, (item, ticked) in enumerate((ticks or {}).items()):
        key = f"registry.custom_lifecycle.checklist.option.{part}{order}.item"
        values = (f"status:{state}", f"name:{item}", f"value:{str(ticked).lower()}", f"order:{order}")
        properties += [(key, value) for value in values] + [(key + ".permission", key + ".permission")]
    for order, (name_of_vote, users) in enumerate((votes or {}).items()):
        key = f"registry.custom_lifecycle.votes.option.{part}{order}.vote"
        parts = (f"status:{state}", f"name:{name_of_vote}", "current:0", "votes:2", f"users:{users}", f"order:{order}")
        properties += [(key, part_of_vote) for part_of_vote in parts]
    return properties


class GovernanceRegistry:
    def __init__(self, versioned: bool = False) -> None:
        """@param versioned whether properties and the like belong to a version of a resource"""
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.versioned = versioned
        self._ids = 0
        self._paths: dict[str, int] = {}

    def _id(self) -> int:
        self._ids += 1
        return self._ids

    def _collection(self, path: str) -> int:
        if path not in self._paths:
            self._paths[path] = self._id()
            self.rows["REG_PATH"].append((self._paths[path], path, 0))
        return self._paths[path]

    def put(self, path: str, content: Union[str, bytes, None], *, media_type: str = MEDIA_TYPE, creator: str = "admin",
            created: str = "2013-01-02 03:04:05", description: Optional[str] = None) -> tuple[int, str, int]:
        """Adds a resource; returns what identifies it."""
        collection, name = path.rsplit("/", 1)
        key = (self._collection(collection), name, self._id())
        number = None if content is None else self._id()
        if number is not None:
            self.rows["REG_CONTENT"].append((number, content.encode() if isinstance(content, str) else content))
        self.rows["REG_RESOURCE"].append((key[0], name, key[2], media_type, creator, created, creator, created,
                                          description, number))
        return key

    def _link(self, table: str, number: int, key: tuple[int, str, int]) -> None:
        self.rows[table].append((number, key[2], None, None) if self.versioned else (number, 0, key[0], key[1]))

    def patch(self, name: str, fields: Optional[dict[str, Values]] = None, *,
              properties: Sequence[tuple[str, str]] = (), events: Sequence[str] = (),
              comments: Sequence[tuple[str, str, str]] = (), tags: int = 0, ratings: int = 0, **options: Any) -> None:
        """Adds a patch; comments are (user, time, text)."""
        path = f"{PATCHES}/{name}"
        key = self.put(path, artifact({"overview_name": name, **(fields or {})}), **options)
        for one in properties:
            number = self._id()
            self.rows["REG_PROPERTY"].append((number, *one))
            self._link("REG_RESOURCE_PROPERTY", number, key)
        for user, at, text in comments:
            number = self._id()
            self.rows["REG_COMMENT"].append((number, text, user, at))
            self._link("REG_RESOURCE_COMMENT", number, key)
        for table, count in (("REG_RESOURCE_TAG", tags), ("REG_RESOURCE_RATING", ratings)):
            for _ in range(count):
                self._link(table, self._id(), key)
        if events:
            self.put(f"{HISTORIES}/{path.replace('/', '_')}", history(*events), media_type="application/xml")

    def associate(self, source: str, target: str, kind: str) -> None:
        self.rows["REG_ASSOCIATION"].append((self._id(), f"{PATCHES}/{source}", target, kind))

    def statements(self, tenant: int = -1234) -> str:
        """SQL that makes the tables and their rows."""
        text = []
        for table, columns in TABLES.items():
            every = ", ".join((*columns, "REG_TENANT_ID INTEGER DEFAULT 0"))
            text.append(f"CREATE TABLE {table} ({every}) ENGINE=InnoDB;\n")
            rows = [f"({', '.join(sql(value) for value in row)}, {tenant})" for row in self.rows[table]]
            for start in range(0, len(rows), 500):
                text.append(f"INSERT INTO {table} VALUES {', '.join(rows[start:start + 500])};\n")
        return "".join(text)

    def dump(self, server: Server, path: pathlib.Path, *options: str) -> pathlib.Path:
        """What mariadb-dump writes of it."""
        script = path.with_suffix(".statements")
        script.write_text("SET time_zone = '+00:00';\n" + self.statements())
        restore(script, server, "governance")
        try:
            dump = shutil.which("mariadb-dump") or "mysqldump"
            with path.open("wb") as file:
                subprocess.run([dump, *server.client_command()[1:], *options, "governance"], stdout=file, check=True)
        finally:
            server.drop("governance")
            script.unlink()
        return path


def sql(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return "0x" + value.hex() if value else "''"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def rest_properties(properties: Sequence[tuple[str, str]]) -> str:
    """The answer of the registry's REST interface."""
    names: dict[str, list[str]] = {}
    for name, value in properties:
        names.setdefault(name, []).append(value)
    return json.dumps([{"name": name, "value": values} for name, values in names.items()])


ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:ns="http://wso2.org/registry"'


def atom_entry(name: str, fields: dict[str, Values], properties: Sequence[tuple[str, str]] = (), *,
               creator: str = "admin", as_base64: bool = False) -> str:
    """An <entry> of the registry's Atom interface, for a patch."""
    content = artifact({"overview_name": name, **fields})
    text = base64.b64encode(content.encode()).decode() if as_base64 else escape(content)
    path = urllib.parse.quote(f"{PATCHES}/{name}", safe="")
    inner = "".join(f"<ns:property><ns:name>{escape(key)}</ns:name><ns:value>{escape(value)}</ns:value></ns:property>"
                    for key, value in properties)
    return (f'<entry {ATOM}><id>urn:uuid:1</id><title type="text">{PATCHES}/{name}</title>'
            f'<author><name>{creator}</name></author><link href="{path}" rel="path"/>'
            f'<updated>2013-02-03T04:05:06.000Z</updated><content type="{MEDIA_TYPE}">{text}</content>'
            f'<ns:lastUpdatedUser>admin</ns:lastUpdatedUser><ns:createdTime>2013-01-02T03:04:05.000Z</ns:createdTime>'
            f'<ns:mediaType>{MEDIA_TYPE}</ns:mediaType><ns:properties>{inner}</ns:properties></entry>')


def atom_comment(name: str, user: str, at: str, text: str) -> str:
    path = urllib.parse.quote(f"{PATCHES}/{name}", safe="")
    return (f'<entry {ATOM}><title>Comment by {user}</title><author><name>{user}</name></author>'
            f'<link href="{path}" rel="resourcePath"/><updated>{at}</updated>'
            f'<content type="text">{escape(text)}</content></entry>')


def atom_feed(*entries: str) -> str:
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<feed {ATOM}><title>{PATCHES}</title>'
            f'<ns:properties/>{"".join(entries)}</feed>')


def resource_dump(name: str, fields: dict[str, Values], properties: Sequence[tuple[str, str]] = (),
                  comments: Sequence[tuple[str, str]] = ()) -> str:
    """A patch in the registry's own XML, within its collection."""
    content = base64.b64encode(artifact({"overview_name": name, **fields}).encode()).decode()
    inner = "".join(f"<property key={quoteattr(key)}>{escape(value)}</property>" for key, value in properties)
    said = "".join(f"<comment><user>{user}</user><text>{escape(text)}</text></comment>" for user, text in comments)
    return (f'<resource name="patchs" isCollection="true" status="dump"><children>'
            f'<resource name={quoteattr(name)} isCollection="false"><mediaType>{MEDIA_TYPE}</mediaType>'
            f'<creator>dora</creator><createdTime>1357095845000</createdTime><lastUpdater>dora</lastUpdater>'
            f'<properties>{inner}</properties><comments>{said}</comments>'
            f'<taggings><tagging><user>dora</user><tagName>x</tagName></tagging></taggings>'
            f'<associations><association><source>.</source><destination>/_system/governance/x</destination>'
            f'<type>uses</type></association></associations><content>{content}</content></resource>'
            f'</children></resource>')


NAME = "WSO2-CARBON-PATCH-4.2.0-{:04}"
README, SIGNED = "Verified README", "Patch was signed"
#: From its creation to the test, with an item that was ticked and unticked.
EVENTS = (
    event("2013-01-02 03:04:05.001", "alice", "Development", "association"),
    event("2013-01-03 03:04:05.001", "alice", "Development", "itemClick", "Wrote the README", value="true"),
    event("2013-01-04 03:04:05.001", "alice", "Development", "transition", "Promote", to="ReadyForQA"),
    event("2013-01-05 03:04:05.001", "bob", "ReadyForQA", "transition", "Promote", to="Testing"),
    event("2013-01-06 03:04:05.001", "bob", "Testing", "itemClick", README, value="true"),
    event("2013-01-06 03:04:05.002", "bob", "Testing", "itemClick", SIGNED, value="true"),
    event("2013-01-06 03:04:05.003", "bob", "Testing", "itemClick", SIGNED, value="false"),
)
TESTING = lifecycle_properties("PatchLifeCycle", "Testing", {README: True, SIGNED: False})


class RegistryCase(ImportCase):
    def dump(self, registry: GovernanceRegistry, *options: str, name: str = "registry.sql") -> pathlib.Path:
        return registry.dump(module_server(), self.directory / name, *options)

    def take_dump(self, path: pathlib.Path, *args: Argument, status: int = 0) -> tuple[tuple[int, int, int], Result]:
        """(imported, unchanged, rejected), and the result."""
        result = self.assert_status(self.run_tool("import", "--from-registry", path, "--json", *args), status)
        record = result.json[0]
        self.assert_fields(record, ["file", "rows", "imported", "unchanged", "rejected"])
        return (record["imported"], record["unchanged"], record["rejected"]), result

    def history(self, name: str) -> list[dict]:
        return self.assert_quiet(self.run_tool("history", "--json", name)).json

    def position(self, name: str) -> dict:
        return self.assert_quiet(self.installation.run("pmt-lifecycle", "show", "--json", name)).json[0]
