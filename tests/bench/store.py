"""What a database of years costs: a start, what the screen asks, a save, what indexes gain."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from curb import __version__
from curb.cli.places import database_path
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.actions import Record, SaveAudit, SaveLock
from curb.domain.errors import Busy, LinkLost
from curb.domain.locks import Lock, LockKind
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity
from curb.domain.shelf import Why
from curb.domain.snapshot import Snapshot
from curb.store.archive import AuditArchive
from curb.store.backup import take
from curb.store.database import Database
from curb.store.restoring import drill
from curb.store.statistics import audit_stats
from curb.store.tables import DEED
from curb.tui.log import PAGE
from tests.bench.figures import Figure, quantile
from tests.bench.past import ACCOUNTS, Tell, audit_rows, fill, place
from tests.cli.live import DEADLINE_S, Desk, Engine, desk, start

_START_S, _QUERY_MS, _STATS_MS = 3.0, 10.0, 3_000.0
_DURABLE_MS = 10.0  # at the 99th percentile
_TAIL = 500

# Index, the query of the reports that it is for.
_GAINS = (
    (
        "idx_enforcement_log_success",
        "SELECT id, reason FROM enforcement_log WHERE success = 0 ORDER BY timestamp DESC LIMIT 50",
    ),
    (
        "idx_positions_updated",
        "SELECT contract_id FROM positions ORDER BY updated_at DESC LIMIT 10",
    ),
    (
        "idx_orders_state_account",
        "SELECT id, size FROM orders WHERE state = 'open' AND account_id = 1",
    ),
    (
        "idx_enforcement_times",
        f"SELECT rule_id, avg(execution_time_ms) FROM enforcement_log WHERE {DEED} GROUP BY 1",  # noqa: S608 - ours
    ),
)


@dataclass(frozen=True, slots=True)
class StorePlan:
    """How much there is, and how often each thing is measured."""

    rows: int = 1_000_000
    fills: int = 5_000
    starts: int = 5  # of each kind
    samples: int = 1_000
    limit_s: float = 15  # what is slow is measured for so long, and less often
    rounds: int = 21


async def measure_store(plan: StorePlan, tell: Tell) -> list[Figure]:
    """Make the database and measure each part in turn; `tell` hears of the progress."""
    with tempfile.TemporaryDirectory() as folder:
        async with desk(Path(folder)) as found:
            path = database_path(found.state_dir)
            figures = await _first_starts(found, plan, tell)
            now = datetime.now(UTC)  # noqa: TID251 - the engine's day is the machine's
            await asyncio.to_thread(fill, path, plan.rows, plan.fills, now, tell)
            figures.append(Figure("size of the database", path.stat().st_size / 1e6, "MB"))
            figures += await _starts(found, plan, tell)
            figures += await asyncio.to_thread(_queries, path, plan, tell)
            figures += await _tail(path, plan)
            figures += await asyncio.to_thread(_gains, path, plan, tell)
            figures += await _saves(path, plan, now, tell)
            return figures + await asyncio.to_thread(_backup, path, now, tell)


def _backup(path: Path, now: datetime, tell: Tell) -> list[Figure]:
    """Take one backup and restore it, each with every check that it has."""
    folder = path.with_name("backups")
    tell("backup and drill")
    began = time.perf_counter()
    taken = take(path, folder, Why.HAND, now, None, __version__)
    took = time.perf_counter() - began
    rehearsed = drill(folder, now)
    assert rehearsed.ok, rehearsed.words
    return [
        Figure("backup", took, "s"),
        Figure("size of the backup", taken.bytes / 1e6, "MB"),
        Figure("drill", rehearsed.seconds, "s"),
    ]


async def _first_starts(found: Desk, plan: StorePlan, tell: Tell) -> list[Figure]:
    """Measure what a start costs that has nothing to read."""
    took = []
    for number in range(plan.starts):
        tell(f"first start {number + 1} of {plan.starts}")
        engine, seconds = await _started(found)
        took.append(seconds)
        await engine.stop()
        shutil.rmtree(found.state_dir)
        found.anchor.unlink(missing_ok=True)
    return [Figure("start on a new database, median", quantile(took, 0.5), "s")]


async def _starts(found: Desk, plan: StorePlan, tell: Tell) -> list[Figure]:
    kinds = ("after a stop", "after a stop, cold", "after a crash, cold")
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    path = database_path(found.state_dir)
    await (await _started(found))[0].stop()  # the first start founds the anchor
    for number in range(plan.starts):
        tell(f"start {number + 1} of {plan.starts}")
        for kind in kinds:
            if "crash" in kind:
                await (await _started(found))[0].kill()
            if "cold" in kind:
                _forget(path)
            engine, seconds = await _started(found)
            took[kind].append(seconds)
            await engine.stop()
    return [
        figure
        for kind in kinds
        for figure in (
            Figure(f"start {kind}, median", quantile(took[kind], 0.5), "s", _START_S),
            Figure(f"start {kind}, worst", max(took[kind]), "s"),
        )
    ]


async def _started(found: Desk) -> tuple[Engine, float]:
    """Start an engine; return it, and the seconds until its first snapshot says armed."""
    began = time.perf_counter()
    engine = await start(found.config, found.state_dir, env=found.env)
    async with asyncio.timeout(DEADLINE_S):
        while not await _is_armed(found):
            assert engine.process.returncode is None, await engine.errors()
            await asyncio.sleep(0.01)
    return engine, time.perf_counter() - began


async def _is_armed(found: Desk) -> bool:
    try:
        async with connect(socket_path(found.state_dir)) as client:
            reply = await client.command("status")
    except (Busy, LinkLost, OSError):
        return False
    snapshot = codec.decode(Snapshot, reply.data)
    return snapshot.is_ready and bool(snapshot.armed)


def _forget(path: Path) -> None:
    """Have the kernel drop what it holds of the file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _queries(path: Path, plan: StorePlan, tell: Tell) -> list[Figure]:
    """Measure what the screen asks the file, each time on a connection of its own, as there."""
    tell(f"queries: {plan.samples} samples each")
    archive, rows = AuditArchive(path), plan.rows
    filters = {
        "rule": AuditQuery(rule="RULE-005"),
        "rare rule": AuditQuery(rule="MANUAL"),
        **{f"severity {each.value}": AuditQuery(severity=each) for each in Severity},
        "account": AuditQuery(account_id=ACCOUNTS[0][0]),
        "severity and account": AuditQuery((), "", Severity.WARNED, ACCOUNTS[0][0]),
        "frequent word": AuditQuery(words=("limit",)),
    }
    asked: dict[str, Callable[[int], object]] = {
        "first page": lambda _: archive.older(AuditQuery(), None, PAGE),
        "older page": lambda i: archive.older(AuditQuery(), place(i, rows), PAGE),
        "newer page": lambda i: archive.newer(AuditQuery(), place(i, rows), PAGE),
        "oldest page": lambda _: archive.oldest(AuditQuery(), PAGE),
        "why": lambda i: archive.row(place(i, rows)),
    }
    for name, query in filters.items():
        asked |= _of(archive, name, query, rows)
    both = AuditQuery((), "RULE-005", Severity.WARNED, ACCOUNTS[0][0])
    slow: dict[str, Callable[[int], object]] = {
        "word of one row, count (reads every row)": lambda _: archive.count(
            AuditQuery(words=("(777)",))
        ),
        "severity and rule, first page": lambda _: archive.older(both, None, PAGE),
        "severity and rule, count (reads a severity's index)": lambda _: archive.count(both),
    }
    today = datetime.now(UTC).date()  # noqa: TID251 - as the command does
    found = [figure for name in asked for figure in _timed(name, asked[name], plan, _QUERY_MS)]
    found += [figure for name in slow for figure in _timed(name, slow[name], plan, None)]
    return found + _timed("audit stats", lambda _: audit_stats(path, today), plan, _STATS_MS)


def _of(
    archive: AuditArchive, name: str, query: AuditQuery, rows: int
) -> dict[str, Callable[[int], object]]:
    return {
        f"{name}, first page": lambda _: archive.older(query, None, PAGE),
        f"{name}, older page": lambda i: archive.older(query, place(i, rows), PAGE),
        f"{name}, count": lambda _: archive.count(query),
    }


def _timed(
    name: str, ask: Callable[[int], object], plan: StorePlan, most_ms: float | None
) -> list[Figure]:
    took: list[float] = []
    end = time.monotonic() + plan.limit_s
    while len(took) < plan.samples and (time.monotonic() < end or not took):
        began = time.perf_counter()
        ask(len(took) + 1)
        took.append((time.perf_counter() - began) * 1000)
    return _figures(name, took, plan, most_ms)


def _figures(
    name: str,
    took: Sequence[float],
    plan: StorePlan,
    most_ms: float | None,
    late_ms: float | None = None,
) -> list[Figure]:
    fewer = "" if len(took) >= plan.samples else f" ({len(took)} samples)"
    return [
        Figure(f"{name}{fewer}, median", quantile(took, 0.5), "ms", most_ms),
        Figure(f"{name}{fewer}, 99th percentile", quantile(took, 0.99), "ms", late_ms),
    ]


async def _tail(path: Path, plan: StorePlan) -> list[Figure]:
    database = await Database.open(path)
    try:
        took = []
        for _ in range(plan.samples):
            began = time.perf_counter()
            await database.audit_rows(None, _TAIL)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        await database.close()
    return _figures(f"tail of {_TAIL} rows for a screen", took, plan, _QUERY_MS)


def _gains(path: Path, plan: StorePlan, tell: Tell) -> list[Figure]:
    """Measure each index's query with it and without, in turn; one copy of the file has none."""
    tell(f"indexes: {plan.rounds} rounds")
    copy = path.with_name("without.db")
    shutil.copy(path, copy)
    with (
        contextlib.closing(sqlite3.connect(path)) as given,
        contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as bare,
    ):
        for index, _ in _GAINS:
            bare.execute(f"DROP INDEX {index}")
        found = [_gain(index, sql, given, bare, plan) for index, sql in _GAINS]
    copy.unlink()
    return found


def _gain(
    index: str, sql: str, given: sqlite3.Connection, bare: sqlite3.Connection, plan: StorePlan
) -> Figure:
    took: dict[sqlite3.Connection, list[float]] = {given: [], bare: []}
    for _ in range(plan.rounds):
        for connection, times in took.items():
            began = time.perf_counter()
            connection.execute(sql).fetchall()
            times.append(time.perf_counter() - began)
    gain = quantile(took[bare], 0.5) / quantile(took[given], 0.5)
    return Figure(f"gain of {index}, its query without it", gain, "times as long")


async def _saves(path: Path, plan: StorePlan, now: datetime, tell: Tell) -> list[Figure]:
    tell(f"saves: {plan.samples} of each kind")
    database = await Database.open(path)
    lock = Lock(1, "RULE-003", LockKind.LOCKOUT, now, None, "measured")
    (row,) = audit_rows(1, now)
    audit, locks, both = list[float](), list[float](), list[float]()
    try:
        restored = await database.load()
        for number in range(plan.samples):
            first, second = (restored.next_audit_id + 2 * number + i for i in (0, 1))
            kept, intent = SaveAudit(replace(row, id=first)), SaveAudit(replace(row, id=second))
            kinds: tuple[tuple[list[Record], list[float]], ...] = (
                ([kept], audit),
                ([SaveLock(lock)], locks),
                ([SaveLock(lock), intent], both),
            )
            for records, took in kinds:
                began = time.perf_counter()
                await database.save(records)
                took.append((time.perf_counter() - began) * 1000)
    finally:
        await database.close()
    return [
        *_figures("save of an audit row, on disk", audit, plan, None),
        *_figures("save of a lock, sealed and on disk", locks, plan, None),
        *_figures("save of a lock and its intent, as a breach does", both, plan, None, _DURABLE_MS),
    ]
