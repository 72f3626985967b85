"""Records of every kind, and a database to keep them in."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from curb.domain.actions import (
    Record,
    SaveAudit,
    SaveCapability,
    SaveConfig,
    SaveContract,
    SaveDay,
    SaveFill,
    SaveGrace,
    SaveHigh,
    SaveLock,
    SaveOrder,
    SavePosition,
    SaveReset,
    SaveStopChange,
    SaveUnrealized,
)
from curb.domain.audit import Act, AuditRow
from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.capability import Capability
from curb.domain.events import Restored
from curb.domain.highs import High
from curb.domain.kept import KeptConfig
from curb.domain.locks import Grace, Lock, LockKind
from curb.domain.market import Contract
from curb.domain.stops import StopChange
from curb.store import reading, writing
from curb.store.database import Database
from curb.store.tables import CREATE

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 20, 15, 30, 0, 123456, tzinfo=UTC)
DAY = date(2026, 11, 20)
MNQ = "CON.F.US.MNQ.Z26"
LOCK = Lock(
    account_id=1,
    rule="RULE-003",
    kind=LockKind.LOCKOUT,
    since=AT,
    until=AT + timedelta(hours=7),
    reason="day's loss 512.50, limit 500",
)
COOLDOWN = replace(
    LOCK,
    rule="RULE-006",
    kind=LockKind.COOLDOWN,
    symbol="MNQ",
    until=None,
    ceilings=((MNQ, -3), ("CON.F.US.EP.Z26", 0)),
)
GRACE = Grace(1, "RULE-008", MNQ, AT, AT + timedelta(seconds=30))
HIGH = High(1, MNQ, 5, -1, 24, Decimal("20994.00"))
STOP_CHANGE = StopChange(1, MNQ, AT)
FILL = Fill(
    id=9_007_199_254_740_993,  # a float could not hold it
    account_id=1,
    contract_id=MNQ,
    order_id=77,
    side=Side.SELL,
    size=2,
    price=Decimal("28446.375"),
    at=AT,
    pnl=Decimal("-499.999999"),
    fees=Decimal("0.37"),
    commissions=Decimal("0.5"),
)
POSITION = Position(1, MNQ, -2, Decimal("21000.125"), AT, 5)
ORDER = Order(
    id=77,
    account_id=1,
    contract_id=MNQ,
    side=Side.BUY,
    type=OrderType.STOP,
    status=OrderStatus.OPEN,
    size=2,
    filled=1,
    stop_price=Decimal("21330.00"),
    created_at=AT,
    tag="mine",
    parent_id=76,
    filled_price=Decimal("21330.25"),
)
CONTRACT = Contract(MNQ, "MNQZ6", "MNQ", Decimal("0.25"), Decimal("0.5"), "Micro E-mini Nasdaq-100")
ROW = AuditRow(
    id=1,
    at=AT.replace(microsecond=123000),
    account_id=1,
    account="PAPER-1",
    rule="RULE-003",
    action=Act.FLATTEN,
    reason="day's loss 512.50, limit 500",
    symbol="MNQ",
    success=None,
    execution_time_ms=None,
    details={"limit": 500, "config": "a1b2", "requests": [{"ms": 3}]},
)
RESET = SaveReset(1, DAY, datetime(2026, 11, 20, 23, tzinfo=UTC), "17:00", "America/Chicago")

KEPT = KeptConfig("live", "[rules]\n", "[rules.later]\n", AT)

CAPABILITY = Capability(1, True, None, False)

EVERY_KIND: tuple[Record, ...] = (
    SaveLock(LOCK),
    SaveGrace(GRACE),
    SaveHigh(HIGH),
    SaveStopChange(STOP_CHANGE),
    SaveFill(FILL, DAY),
    SavePosition(POSITION, AT),
    SaveOrder(ORDER, AT),
    SaveContract(CONTRACT, AT),
    SaveDay(1, DAY, Decimal("-512.5"), AT),
    SaveUnrealized(1, DAY, Decimal(-660), 1, Decimal("84000.5"), AT),
    RESET,
    SaveConfig(KEPT),
    SaveCapability(CAPABILITY),
    SaveAudit(ROW),
)


def audit(number: int, *, success: bool | None = True) -> SaveAudit:
    return SaveAudit(replace(ROW, id=number, success=success))


def spoil(path: Path, words: bytes) -> None:
    """Overwrite the page of a closed database that holds the words first."""
    content = bytearray(path.read_bytes())
    start = content.index(words) // 4096 * 4096
    content[start : start + 4096] = b"\xa5" * 4096
    path.write_bytes(content)


def inline(records: Iterable[Record]) -> sqlite3.Connection:
    """Keep the records in memory, without the async shell."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for sql in CREATE:
        connection.execute(sql)
    for record in records:
        for sql, values in writing.statements(record):
            connection.execute(sql, values)
    return connection


def restored(*records: Record) -> Restored:
    """Return what a restart would be told after the records."""
    connection = inline(records)
    try:
        return reading.restored([connection.execute(sql).fetchall() for sql in reading.LOAD])
    finally:
        connection.close()


def rows(sql: str, *records: Record) -> list[tuple[object, ...]]:
    """Return what a query finds after the records."""
    connection = inline(records)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@asynccontextmanager
async def opened(path: Path, *, busy_timeout_s: float = 30.0) -> AsyncIterator[Database]:
    database = await Database.open(path, busy_timeout_s=busy_timeout_s)
    try:
        yield database
    finally:
        await database.close()


def audited(folder: Path, rows: Iterable[AuditRow]) -> Path:
    """Make a database in a folder with these rows in its audit."""
    path = folder / "curb.db"

    async def save() -> None:
        async with opened(path) as database:
            await database.save([SaveAudit(row) for row in rows])

    asyncio.run(save())
    return path
