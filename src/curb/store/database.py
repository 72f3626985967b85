"""The trader's database: one file, one connection, one writer."""

import asyncio
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import aiosqlite

from curb.domain.actions import Record
from curb.domain.anchors import Anchor, Damaged, Facts, Finding, Head, judge
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.events import Restored
from curb.store import chain, reading, sealing, writing
from curb.store.anchors import Keeper, lay_anchor, read_anchor
from curb.store.failure import failure
from curb.store.migrations.step import Upgrade
from curb.store.opening import connect
from curb.store.transaction import carry_out
from curb.store.writing import Statement

BUSY_TIMEOUT_S = 2.0  # longer than a viewer's read or a backup's step, short for a trader
AUDIT_PAGE_MAX = 1_000  # rows of one read: a few milliseconds in which a save waits
_NEWEST = 2**63 - 1
_VACUUM = "PRAGMA incremental_vacuum(100)"  # pages of one step: a few milliseconds

# What a value that no column can hold, or a row that is not ours, raises.
_ODD_VALUE = (ValueError, TypeError, LookupError, ArithmeticError)


class Database:
    """Everything that outlives the engine. All methods raise StoreError, with one line.

    One connection does all reading and writing, so nobody sees half a transaction.
    """

    def __init__(
        self, path: Path, connection: aiosqlite.Connection, raw: sqlite3.Connection
    ) -> None:
        self._path = path
        self._connection = connection
        self._raw = raw  # for its thread only
        self._turn = asyncio.Lock()
        self._is_open = True
        self._keeper: Keeper | None = None
        self._founding: tuple[Statement, ...] = ()
        self._head: Head | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        upgrade: Upgrade | None = None,
    ) -> Self:
        """Open the database, or make an absent or empty file one; others are refused.

        With `upgrade` one of an older schema is backed up and migrated.

        A lock of another program is waited for as long as `busy_timeout_s`, each time. Close
        it at the end: an open database keeps the process alive.
        """
        # Opened before aiosqlite's thread takes it over: that thread survives no refusal well.
        raw = await asyncio.to_thread(connect, path, busy_timeout_s, upgrade)
        return cls(path, await aiosqlite.Connection(lambda: raw, iter_chunk_size=64), raw)

    async def load(self) -> Restored:
        """Return what a restart needs, in an order that depends on nothing but the rows."""
        rows = [await self._fetch(sql) for sql in reading.LOAD]
        try:
            return reading.restored(rows)
        except _ODD_VALUE as e:
            raise StoreDamaged(str(failure(self._path, "understand it", e))) from e

    async def attach(self, paths: Sequence[Path]) -> tuple[tuple[Finding, Anchor | None], ...]:
        """Judge the database against the anchors at `paths`, and keep them from now on.

        What was found stays so until the first `save`: what it brings is sealed with it.
        """
        rows = await self._fetch(sealing.STATE)
        ((sealed,),) = await self._fetch(sealing.SEALED)
        found: list[tuple[Finding, Anchor | None]] = []
        new_id = secrets.token_hex(8)
        for path in paths:
            read = await asyncio.to_thread(read_anchor, path)
            facts = await self._facts(sealing.facts_of(rows, str(sealed), path.name), read)
            found.append((judge(read, facts), read if isinstance(read, Anchor) else None))
            if found[-1][0] is Finding.FIRST:
                # The database will say that it has an anchor: a crash must not come before it.
                await asyncio.to_thread(lay_anchor, path, Anchor(facts.id or new_id, 0, ""))
        self._founding = sealing.founding(
            new_id, rows, [path.name for path in paths], [a for _, a in found]
        )
        self._keeper = Keeper(paths)
        self._head = sealing.head_of(rows)
        return tuple(found)

    @property
    def anchor_word(self) -> str:
        """Whether the anchors can be written: "ok", or why not."""
        return self._keeper.word if self._keeper else "ok"

    @property
    def audit_head(self) -> Head | None:
        """The newest link of the audit's chain that is on disk; None before `attach`."""
        return self._head

    async def save(self, records: Sequence[Record]) -> None:
        """Make the records durable in one transaction, in order: all of them or none.

        Once begun it is finished, also when the caller is cancelled.
        """
        batch = [step for record in records for step in self._steps(record)]
        if batch:
            await self._write(batch)

    async def seen(self, at: datetime) -> None:
        """Keep the trusted time `at`, unless a later one is kept already.

        Nothing is kept between `attach` and the first `save`.
        """
        if not self._founding:
            await self._write([writing.seen(at)])

    async def tidy(self, batch: Sequence[Statement]) -> None:
        """Carry out what looks after the database, in one transaction: keep a batch small."""
        await self._write(list(batch))

    async def vacuum(self) -> int:
        """Give some free pages back to the disk; return how many are left."""
        async with self._turn:
            self._expect_open()
            try:
                # As a script: a statement without columns is stepped once, which frees one page.
                await self._connection.executescript(_VACUUM)
            except sqlite3.Error as e:
                raise failure(self._path, "shrink it", e) from e
        ((left,),) = await self._fetch("PRAGMA freelist_count")
        return int(left)

    async def optimize(self) -> None:
        """Let SQLite look again at how its indexes spread, at a few rows of each."""
        await self._fetch("PRAGMA analysis_limit = 400")
        await self._fetch("PRAGMA optimize")

    async def audit_rows(self, before_id: int | None, limit: int) -> tuple[AuditRow, ...]:
        """Return at most `limit` rows of the audit older than `before_id`, the newest last.

        None reads from the newest; more than 1,000 are not given at once.
        """
        newest = _NEWEST if before_id is None else before_id
        rows = await self._fetch(reading.AUDIT_PAGE, (newest, min(max(limit, 0), AUDIT_PAGE_MAX)))
        try:
            return tuple(reading.audit_row(row) for row in reversed(rows))
        except _ODD_VALUE as e:
            raise failure(self._path, "understand it", e) from e

    async def audit_count(self) -> int:
        """Return how many rows the audit has."""
        ((count,),) = await self._fetch(reading.AUDIT_COUNT)
        return int(count)

    async def close(self) -> None:
        """Finish what was begun and let go of the file. A second call does nothing."""
        async with self._turn:
            if not self._is_open:
                return
            self._is_open = False
            try:
                await self._connection.close()
            except sqlite3.Error as e:
                raise failure(self._path, "close it", e) from e
            finally:
                if self._keeper:
                    await self._keeper.close()

    def _steps(self, record: Record) -> tuple[Statement, ...]:
        try:
            return writing.statements(record)
        except _ODD_VALUE as e:
            raise failure(self._path, f"keep a {type(record).__name__} record", e) from e

    async def _write(self, batch: list[Statement]) -> None:
        # The shield keeps a cancelled caller from leaving a transaction open behind it.
        await asyncio.shield(asyncio.ensure_future(self._transaction(batch)))

    async def _transaction(self, batch: list[Statement]) -> None:
        async with self._turn:
            self._expect_open()
            is_sealed = bool(self._founding) or sealing.touches(batch)
            links = chain.links(batch)
            steps = [*batch, *links]
            if is_sealed:
                steps = [*self._founding, *steps, *sealing.RESEAL]
            keeper = self._keeper if is_sealed or links else None
            try:
                state = await self._run(steps, sealing.STATE if keeper else "")
                self._founding = ()
                if keeper:
                    anchor = sealing.anchor_of(state)
                    self._head = anchor.audit
                    keeper.put(anchor)
            except (sqlite3.Error, *_ODD_VALUE) as e:
                raise failure(self._path, "write to it", e) from e

    async def _run(self, batch: list[Statement], then: str) -> list[tuple[Any, ...]]:
        # One trip to the thread for all of it: its public methods make a trip a statement.
        run = self._connection._execute  # noqa: SLF001 - pinned, and there is no other way
        found: list[tuple[Any, ...]] = await run(carry_out, self._raw, batch, then)  # type: ignore[no-untyped-call]
        return found

    async def _facts(self, facts: Facts, anchor: Anchor | Damaged | None) -> Facts:
        """Return the facts with whether the audit has the link that the anchor saw."""
        if not isinstance(anchor, Anchor) or anchor.audit is None:
            return facts
        found = await self._fetch(sealing.LINK, (anchor.audit.sequence,))
        return replace(facts, has_audit=[tuple(row) for row in found] == [(anchor.audit.hash,)])

    async def _fetch(self, sql: str, values: Iterable[int] = ()) -> list[sqlite3.Row]:
        async with self._turn:
            self._expect_open()
            try:
                return list(await self._connection.execute_fetchall(sql, values))
            except sqlite3.Error as e:
                raise failure(self._path, "read it", e) from e

    def _expect_open(self) -> None:
        if not self._is_open:
            raise StoreError(f"{self._path}: expected an open database, found it closed")
