"""What changed while nobody watched: the file's last word of an account against a first read.

Nothing is decided here: the rules look only at what the venue says now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from curb.domain.actions import Record, SaveAudit, SaveDay, SaveOrder, SavePosition
from curb.domain.audit import ENGINE, Act
from curb.domain.book import Order, OrderStatus, OrderType, Position
from curb.domain.events import OrderSeen, Restored
from curb.domain.facts import facts
from curb.engine.clerk import Clerk
from curb.state.account import AccountState

# What lies closer together is the same result.
_CENT = Decimal("0.01")

# The basis may be another one than when the day's figure was kept.
_BASES = ("net", "gross")


@dataclass(frozen=True, slots=True)
class LastWord:
    """An account as the file last knew it; `day` is the newest day that has a figure."""

    positions: tuple[Position, ...]
    orders: tuple[Order, ...]
    day: tuple[date, Decimal] | None


_Sides = tuple[Order | None, Order | None]  # the file's, the venue's


def last_word(event: Restored, account_id: int) -> LastWord | None:
    """Return what the file knew of the account, None where it was never watched."""
    if account_id not in event.watched:
        return None
    days = ((day, made) for number, day, made in event.days if number == account_id)
    return LastWord(
        tuple(p for p in event.positions if p.account_id == account_id),
        tuple(o for o in event.orders if o.account_id == account_id),
        next(days, None),
    )


def unwatched(
    kept: LastWord, account: AccountState, clerk: Clerk, now: datetime, *, has_fills: bool
) -> list[Record]:
    """Return one row of all that differs and what corrects the file; nothing where it agrees.

    An order that an older schema kept beyond its end leaves the file without a word.
    Without the read's fills the day's result says nothing, and is not compared.
    """
    moved = dict(_moved(kept, account))
    orders = dict(_orders(kept, account))
    made = _made(kept, account, now) if has_fills else None
    words = [_moved_words(account, *pair) for pair in moved.items()]
    words += _order_words(orders.values())
    if made:
        words.append(f"realized P&L {made[0]:.2f} -> {made[1]:.2f}")
    corrections = list(_corrections(kept, account, now))
    if not words:
        return corrections
    details: dict[str, Any] = {
        "positions": {i: _sides(*map(_size, pair)) for i, pair in moved.items()},
        "orders": {str(i): _sides(*map(_figures, pair)) for i, pair in orders.items()},
    }
    if made:
        details["realized"] = _sides(*map(str, made))
        corrections.append(SaveDay(account.account.id, account.day(now), made[1], now))
    reason = f"while nobody watched: {', '.join(words)}"
    row = clerk.row(ENGINE, Act.GAP, reason, now, details=details)
    return [*corrections, SaveAudit(row)]


def _corrections(kept: LastWord, account: AccountState, now: datetime) -> Iterator[Record]:
    """Yield what ends the rows that the venue does not know; the others were just kept."""
    held = {position.contract_id for position in account.positions}
    working = {order.id for order in account.orders}
    for position in kept.positions:
        if position.contract_id not in held:
            yield SavePosition(replace(position, size=0), now)
    for order in kept.orders:
        if order.id not in working:
            yield SaveOrder(replace(order, status=OrderStatus.CANCELLED), now)


_Pair = tuple[Position | None, Position | None]


def _moved(kept: LastWord, account: AccountState) -> Iterator[tuple[str, _Pair]]:
    before = {position.contract_id: position for position in kept.positions}
    after = {position.contract_id: position for position in account.positions}
    for contract_id in sorted(before.keys() | after.keys()):
        pair = before.get(contract_id), after.get(contract_id)
        if _size(pair[0]) != _size(pair[1]):
            yield contract_id, pair


def _orders(kept: LastWord, account: AccountState) -> Iterator[tuple[int, _Sides]]:
    before = {order.id: order for order in kept.orders if not order.status.is_final}
    after = {order.id: order for order in account.orders}
    for order_id in sorted(before.keys() | after.keys()):
        old, new = before.get(order_id), after.get(order_id)
        if old is None or new is None or _is_changed(old, new):
            yield order_id, (old, new)


def _is_changed(old: Order, new: Order) -> bool:
    """Tell whether it is of another size or stands elsewhere; a trailing stop moves by itself."""
    if old.remaining != new.remaining:
        return True
    prices = (old.limit_price, new.limit_price), (old.stop_price, new.stop_price)
    is_moved = any(a != b for a, b in prices if a is not None and b is not None)
    return is_moved and new.type is not OrderType.TRAILING_STOP


def _made(kept: LastWord, account: AccountState, now: datetime) -> tuple[Decimal, Decimal] | None:
    """Return the day's result of the file and of the venue where they differ."""
    today = account.day(now)
    if kept.day is None or kept.day[0] != today:
        return None
    known = kept.day[1]
    if any(abs(account.pnl.realized(today, basis) - known) <= _CENT for basis in _BASES):
        return None
    return known, account.realized(now)


def _size(position: Position | None) -> str:
    if position is None:
        return "flat"
    if not position.is_side_known:
        return f"{position.size} (side unknown)"
    return f"{position.size:+d}"


def _figures(order: Order | None) -> dict[str, Any] | None:
    return None if order is None else facts(OrderSeen(order))


def _sides(file: object, venue: object) -> dict[str, object]:
    return {"file": file, "venue": venue}


def _moved_words(account: AccountState, contract_id: str, pair: _Pair) -> str:
    label = account.market.contracts.label(contract_id)
    return f"{label} {_size(pair[0])} -> {_size(pair[1])}"


def _order_words(orders: Iterable[_Sides]) -> list[str]:
    kinds = {"gone": 0, "new": 0, "changed": 0}
    for old, new in orders:
        kinds["new" if old is None else "gone" if new is None else "changed"] += 1
    return [f"{n} order{'' if n == 1 else 's'} {kind}" for kind, n in kinds.items() if n]
