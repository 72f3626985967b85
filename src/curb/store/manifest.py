"""What a backup says of itself, and what a database holds: rows and a digest of each table."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from curb.store.names import quoted

FORMAT = 1
DATABASE, CONFIG = "curb.db", "config.toml"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: how many rows, and a SHA-256 over them in the order of the primary key."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds; `last_audit_id` is None where there is no audit yet."""

    schema: int
    last_audit_id: int | None
    tables: dict[str, Table]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands first in a backup. `taken_at` is UTC, `curb` the version that took it."""

    taken_at: datetime
    why: str
    curb: str
    content: Content
    members: dict[str, Member]

    @property
    def rows(self) -> int:
        """How many rows the database has in all."""
        return sum(table.rows for table in self.content.tables.values())


def content_of(connection: sqlite3.Connection) -> Content:
    """Return what the database holds now. Blocking; raises sqlite3.Error."""
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' "
        "ESCAPE '!' ORDER BY name"
    ).fetchall()
    last = None
    if ("enforcement_log",) in names:
        ((last,),) = connection.execute("SELECT max(rowid) FROM enforcement_log")
    return Content(schema, last, {name: _table(connection, name) for (name,) in names})


def text_of(manifest: Manifest) -> str:
    """Return the manifest as JSON."""
    content = manifest.content
    found = {
        "format": FORMAT,
        "taken_at": manifest.taken_at.astimezone(UTC).isoformat(),
        "why": manifest.why,
        "curb": manifest.curb,
        "schema": content.schema,
        "last_audit_id": content.last_audit_id,
        "members": {n: {"bytes": m.bytes, "sha256": m.sha256} for n, m in manifest.members.items()},
        "tables": {n: {"rows": t.rows, "digest": t.digest} for n, t in content.tables.items()},
    }
    return json.dumps(found, indent=1) + "\n"


def manifest_of(text: bytes) -> Manifest:
    """Return the manifest that the JSON says. Raises ValueError, TypeError or LookupError."""
    found = _as(json.loads(text), dict)
    if found["format"] != FORMAT:
        raise ValueError(f"expected format {FORMAT}, found {found['format']}")
    taken_at = datetime.fromisoformat(_as(found["taken_at"], str))
    if taken_at.tzinfo is None:
        raise ValueError("expected a time with its offset")
    last = found["last_audit_id"]
    content = Content(
        schema=_as(found["schema"], int),
        last_audit_id=None if last is None else _as(last, int),
        tables={
            name: Table(_as(each["rows"], int), _as(each["digest"], str))
            for name, each in _as(found["tables"], dict).items()
        },
    )
    members = {
        name: Member(_as(each["bytes"], int), _as(each["sha256"], str))
        for name, each in _as(found["members"], dict).items()
    }
    if DATABASE not in members or not members.keys() <= {DATABASE, CONFIG}:
        raise ValueError(f"expected {DATABASE} and perhaps {CONFIG}, found others")
    return Manifest(
        taken_at.astimezone(UTC), _as(found["why"], str), _as(found["curb"], str), content, members
    )


def _as(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _table(connection: sqlite3.Connection, name: str) -> Table:
    table = quoted(name)
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
    keys = [quoted(column) for column, pk in sorted(columns, key=lambda c: int(c[1])) if pk]
    digest, count = hashlib.sha256(), 0
    cursor = connection.cursor()
    # As bytes every text can be read, whatever wrote it.
    connection.text_factory, text = bytes, connection.text_factory
    try:
        cursor.execute(f"SELECT * FROM {table} ORDER BY {', '.join(keys) or 'rowid'}")  # noqa: S608 - quoted
        while rows := cursor.fetchmany(_AT_ONCE):
            digest.update("".join(f"{row!r}\n" for row in rows).encode())
            count += len(rows)
    finally:
        connection.text_factory = text
    return Table(count, digest.hexdigest())
