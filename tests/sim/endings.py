"""What must be true of a day once nothing goes wrong any more, by numbers as in `invariants`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from curb.domain.events import AccountSeen
from curb.domain.stops import is_own
from curb.rules.daily_realized_loss import DailyRealizedLoss
from tests.sim.holding import NEVER, hold, locked, state_of
from tests.sim.venue import realized

if TYPE_CHECKING:
    from tests.sim.day import Day

_MICRO = Decimal("0.000001")


def i4_knows_the_truth(day: Day) -> None:
    """Positions, orders, exposures and the day's fills are the venue's."""
    state, venue = state_of(day), day.venue
    sizes = {cid: held.size for cid, held in venue.positions.items()}
    found = {p.contract_id: p.size for p in state.positions}
    hold("I4", found == sizes, "positions", found, "truth", sizes)
    hold("I4", state.positions.exposures() == sizes, "exposures", state.positions.exposures())
    orders = {order.id for order in state.orders}
    hold("I4", orders == set(venue.orders), "orders", orders, "truth", sorted(venue.orders))
    today = state.day(day.now)
    fills = [f for f in venue.fills.values() if state.day(f.at) == today]
    valid = {f.id for f in state.trades.valid() if state.day(f.at) == today}
    truth = {f.id for f in fills if not f.is_voided}
    hold("I4", valid == truth, "fills missed", truth - valid, "fills made up", valid - truth)
    hold("I4", state.pnl.realized(today, "net") == realized(fills)[1], "P&L")


def i1_is_gone(day: Day) -> None:
    """Nothing is under way any more, and what is forbidden is gone."""
    open_rows = [each.row.reason for each in day.watch.enforcements]
    hold("I1", not open_rows, "still open:", open_rows)
    for cid in locked(day):
        hold("I1", cid not in day.venue.positions, "locked, and open:", cid)
        working = [o for o in day.venue.orders.values() if o.contract_id == cid]
        hold("I1", not working, "locked, and working:", working)


def i11_covers_no_more_than_it_holds(day: Day) -> None:
    """Our own stops close no more than there is."""
    for cid in day.venue.prices:
        held = day.venue.positions.get(cid)
        mine = [o for o in day.venue.orders.values() if o.contract_id == cid and is_own(o)]
        covered = -sum(order.side.value * order.remaining for order in mine)
        size = held.size if held else 0
        hold("I11", 0 <= covered * size <= size**2 if size else not mine, cid, size, mine)


def i16_keeps_its_locks_on_disk(day: Day) -> None:
    """Disk and memory have the same locks."""
    kept = {lock.key: lock for lock in day.disk.restored(day.now).locks}
    locks = {lock.key: lock for lock in state_of(day).lockouts}
    hold("I16", kept == locks, "on disk", kept, "in force", locks)


def i19_leaves_no_deed_open(day: Day) -> None:
    """On disk each intent has its outcome."""
    left = [(row.id, row.reason) for row in day.disk.restored(day.now).unfinished]
    hold("I19", not left, "without an outcome:", left)


_COUNTED = """
WITH signed AS (
    SELECT *, CASE side WHEN 'buy' THEN size ELSE -size END AS change
    FROM trade_history WHERE NOT is_voided
), steps AS (
    SELECT *, sum(change) OVER (PARTITION BY contract_id ORDER BY timestamp, id) AS after
    FROM signed
)
SELECT
    count(DISTINCT CASE WHEN pnl_micros IS NULL OR (after - change) * after < 0
        THEN order_id END),
    count(CASE WHEN after <> change AND (after - change) * after <= 0 THEN 1 END)
FROM steps WHERE trading_day = ?
"""


def i21_counts_trades_as_sql_does(day: Day) -> None:
    """The counter of RULE-006 shows what the fills on disk tell."""
    state = state_of(day)
    today = state.day(day.now)
    (truth,) = day.disk.ask(_COUNTED, today.isoformat())
    found = tuple(
        sum(state.day(trade.at) == today for trade in state.trades.counted(unit, state.positions))
        for unit in ("order", "round_turn")
    )
    hold("I21", found == truth, "orders and round turns", found, "by SQL", truth)


def n5_breaks_at_the_limit(day: Day) -> None:
    """A loss at its limit is a breach, one that is a millionth of a dollar short of it is not."""
    state, rule = state_of(day), day.core.policy.rules
    loss = -state.realized(day.now)
    found = next((each for each in rule if isinstance(each, DailyRealizedLoss)), None)
    if found is None or loss <= 0 or state.lockouts.get(found.id):
        return
    for limit, is_broken in ((loss, True), (loss - _MICRO, True), (loss + _MICRO, False)):
        asked = found.model_copy(update={"loss_limit": limit, "basis": "realized"})
        decided = asked.check(state, AccountSeen(state.account), day.now)
        hold("N5", bool(decided) == is_broken, "loss", loss, "limit", limit, decided)


AT_THE_END: tuple[Callable[[Day], None], ...] = (
    i4_knows_the_truth,
    i1_is_gone,
    i11_covers_no_more_than_it_holds,
    i16_keeps_its_locks_on_disk,
    i19_leaves_no_deed_open,
    i21_counts_trades_as_sql_does,
    n5_breaks_at_the_limit,
)


def picture(day: Day) -> dict[str, Any]:
    """Return what a restart must not change (I18), and what comes in twice or late (I3)."""
    state = state_of(day)
    today = state.day(day.now)
    return {
        "today": today,
        "positions": {p.contract_id: p.size for p in state.positions},
        "exposures": state.positions.exposures(),
        "orders": sorted((o.id, o.remaining, o.stop_price) for o in state.orders),
        "locks": {lock.key: lock for lock in state.lockouts},
        "realized": state.pnl.realized(today, "net"),
        "fills": sorted(f.id for f in state.trades.valid() if state.day(f.at) == today),
    }


def same(number: str, before: dict[str, Any], after: dict[str, Any], now: datetime) -> None:
    """Hold two pictures of one day against each other; locks that are over are no difference."""
    old, new = before["locks"], after["locks"]
    if after["today"] != before["today"] or new.keys() - old.keys():
        return  # another day, or hours that ended: what is open may be another by right
    left = {key: lock for key, lock in old.items() if (lock.until or NEVER) > now}
    found = {key: lock for key, lock in new.items() if key in left}
    for what, was in (before | {"locks": left}).items():
        found_now = found if what == "locks" else after[what]
        hold(number, found_now == was, what, "was", was, "is", found_now)
