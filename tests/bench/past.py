"""A database with years in it: so many rows of the audit and fills, the newest of now."""

import contextlib
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from curb.domain.actions import (
    Record,
    SaveAudit,
    SaveContract,
    SaveDay,
    SaveFill,
    SaveOrder,
    SavePosition,
)
from curb.domain.audit import CONFIG, ENGINE, LINK, MANUAL, Act, AuditRow
from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.market import Contract
from curb.store import chain, writing
from curb.store.opening import connect

ACCOUNTS = ((1, "PAPER-1"), (2, "PAPER-2"))
MNQ = "CON.F.US.MNQ.Z26"
# So many days, each with the same share of the rows; fills are kept for a shorter time.
DAYS, FILL_DAYS = 365, 10

_RULES = tuple(f"RULE-{number:03}" for number in range(1, 13))
# Rule (None: the twelve in turn) and action; some fail, and one in thousands is by hand.
_MIX: tuple[tuple[str | None, Act], ...] = (
    (None, Act.CLOSE_POSITION),
    (None, Act.WARN),
    (LINK, Act.GAP),
    (None, Act.REDUCE_POSITION),
    (None, Act.WARN),
    (None, Act.FLATTEN),
    ("RULE-012", Act.MOVE_STOP),
    (None, Act.NOT_EVALUATED),
    (None, Act.COOLDOWN),
    (ENGINE, Act.START),
    (None, Act.CANCEL_ORDERS),
    (CONFIG, Act.CONFIG_APPLIED),
)
_SENT = frozenset(
    (Act.CLOSE_POSITION, Act.REDUCE_POSITION, Act.FLATTEN, Act.MOVE_STOP, Act.CANCEL_ORDERS)
)
_BY_HAND_EVERY, _FAILED_EVERY, _SLOW_EVERY = 9_973, 499, 997
_AT_ONCE = 50_000
_PRIME = 7_919  # places in the audit, far apart

Tell = Callable[[str], None]


def fill(path: Path, rows: int, fills: int, now: datetime, tell: Tell) -> None:
    """Make the database at `path`. Its statements are the product's, its commits are not."""
    with contextlib.closing(connect(path, 1.0)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        _keep(connection, itertools.chain(_money(fills, now), _standing(now)))
        audit = (SaveAudit(row) for row in audit_rows(rows, now))
        for done in range(0, rows, _AT_ONCE):
            _keep(connection, itertools.islice(audit, _AT_ONCE))
            tell(f"{min(done + _AT_ONCE, rows):,} of {rows:,} rows of the audit")


def place(number: int, rows: int) -> int:
    """Return a place in the audit, far from that of the number before."""
    return number * _PRIME % rows


def audit_rows(count: int, now: datetime) -> Iterator[AuditRow]:
    """Return rows of the audit, the oldest first and the newest a second before `now`."""
    step = timedelta(days=DAYS) / max(count, 1)
    for number in range(1, count + 1):
        rule, action = _MIX[number % len(_MIX)]
        if number % _BY_HAND_EVERY == 0:
            rule, action = MANUAL, Act.FLATTEN
        account_id, account = ACCOUNTS[number % len(ACCOUNTS)]
        is_ours = rule in (LINK, ENGINE, CONFIG)
        slow = 6_000 if number % _SLOW_EVERY == 0 else 40
        yield AuditRow(
            id=number,
            at=now - timedelta(seconds=1) - step * (count - number),
            account_id=None if is_ours else account_id,
            account=None if is_ours else account,
            rule=rule or _RULES[number * 7 // 11 % len(_RULES)],
            action=action,
            reason=f"7 contracts, limit 5 ({number})",
            symbol=None if is_ours else "MNQ",
            success=number % _FAILED_EVERY != 0,
            execution_time_ms=slow + number * 31 % 400 if action in _SENT else None,
            details=_details(number),
        )


def _details(number: int) -> dict[str, object]:
    requests = [{"path": "/api/Position/closeContract", "ms": 30 + number % 40, "code": 0}]
    return {"limit": 5, "found": 7, "event": number, "config": "a1b2c3d4", "requests": requests}


def _money(fills: int, now: datetime) -> Iterator[Record]:
    """Return fills, the same number each day, and what each day was worth."""
    for number in range(1, fills + 1):
        at = (
            now - timedelta(days=1) * ((fills - number) * FILL_DAYS // fills) - timedelta(seconds=2)
        )
        is_closing = number % 2 == 0
        made = Fill(
            id=number,
            account_id=1,
            contract_id=MNQ,
            order_id=number,
            side=Side.SELL if is_closing else Side.BUY,
            size=1,
            price=Decimal("21000.25"),
            at=at,
            pnl=Decimal("12.50") if is_closing else None,
            fees=Decimal("0.37"),
            commissions=Decimal("0.50"),
        )
        yield SaveFill(made, at.date())
    for number in range(DAYS):
        at = now - timedelta(days=number)
        yield SaveDay(1, at.date(), Decimal("120.50"), at)


def _standing(now: datetime) -> Iterator[Record]:
    for number in range(200):
        yield SaveOrder(_order(number), now)
    for number in range(50):
        symbol = f"S{number}"
        contract = Contract(f"{MNQ}.{number}", symbol, symbol, Decimal("0.25"), Decimal("0.5"), "")
        yield SaveContract(contract, now)
        yield SavePosition(Position(1, contract.id, 1, Decimal(21000), now, number), now)


def _order(number: int) -> Order:
    return Order(
        id=number,
        account_id=1,
        contract_id=f"{MNQ}.{number % 50}",
        side=Side.BUY,
        type=OrderType.LIMIT,
        status=OrderStatus.PENDING if number % 8 else OrderStatus.OPEN,
        size=1,
        filled=0,
        limit_price=Decimal(21000),
    )


def _keep(connection: sqlite3.Connection, records: Iterator[Record]) -> None:
    connection.execute("BEGIN")
    for record in records:
        steps = writing.statements(record)
        for sql, values in (*steps, *chain.links(steps)):
            connection.execute(sql, values)
    connection.execute("COMMIT")
