"""What must be true of a day once nothing goes wrong any more, by numbers as in `invariants`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from curb.domain.events import AccountSeen, Link
from curb.domain.stops import is_own
from curb.rules.daily_realized_loss import DailyRealizedLoss
from tests.sim.again import i3_minds_no_order, i17_decides_the_same_again
from tests.sim.holding import MICRO, NEVER, hold, locked, state_of
from tests.sim.sums import n2_makes_the_same_by_fifo_and_by_average, n4_makes_the_same_in_parts

if TYPE_CHECKING:
    from tests.sim.day import Day

_OWN = "curb-"


def is_live(day: Day) -> None:
    """Every link is up again."""
    links = state_of(day).market.links
    down = [link.value for link in Link if not links[link].is_up]
    hold("I7", not down, "still down:", down)


def i4_knows_the_truth(day: Day) -> None:
    """Positions, orders, exposures and the day's fills are the venue's."""
    state, broker = state_of(day), day.broker
    sizes = broker.sizes()
    found = {p.contract_id: p.size for p in state.positions}
    hold("I4", found == sizes, "positions", found, "truth", sizes)
    hold("I4", state.positions.exposures() == sizes, "exposures", state.positions.exposures())
    orders, truth = {order.id for order in state.orders}, {order.id for order in broker.working()}
    hold("I4", orders == truth, "orders", orders, "truth", truth)
    today = state.day(day.now)
    trades = [t for t in broker.trades() if state.day(t.at) == today and not t.is_voided]
    valid = {f.id for f in state.trades.valid() if state.day(f.at) == today}
    ids = {t.id for t in trades}
    hold("I4", valid == ids, "fills missed", ids - valid, "fills made up", valid - ids)
    if day.broker.fired["trade.commissions"] or day.broker.fired["trade.null_pnl"]:
        return  # what the hub said of them is not what the books say
    net = sum(((t.pnl or Decimal(0)).quantize(MICRO) - t.fees for t in trades), Decimal(0))
    hold("I4", state.pnl.realized(today, "net") == net, "P&L, of fills that make", net)


def i1_is_gone(day: Day) -> None:
    """Nothing is under way any more, and what is forbidden is gone."""
    open_rows = [each.row.reason for each in day.watch.enforcements]
    hold("I1", not open_rows, "still open:", open_rows)
    for cid in locked(day):
        hold("I1", cid not in day.broker.sizes(), "locked, and open:", cid)
        working = day.broker.working(cid)
        hold("I1", not working, "locked, and working:", working)


def i11_covers_no_more_than_it_holds(day: Day) -> None:
    """Our own stops close no more than there is."""
    for cid in day.broker.contracts:
        size = day.broker.sizes().get(cid, 0)
        mine = [o for o in day.broker.working(cid) if (o.ticket.tag or "").startswith(_OWN)]
        covered = -sum(order.sign * order.remaining for order in mine)
        hold("I11", 0 <= covered * size <= size**2 if size else not mine, cid, size, mine)


def i16_keeps_its_locks_on_disk(day: Day) -> None:
    """Disk and memory have the same locks."""
    kept = {lock.key: lock for lock in day.disk.restored().locks}
    locks = {lock.key: lock for lock in state_of(day).lockouts}
    hold("I16", kept == locks, "on disk", kept, "in force", locks)


def i19_leaves_no_deed_open(day: Day) -> None:
    """On disk each intent has its outcome."""
    left = [(row.id, row.reason) for row in day.disk.restored().unfinished]
    hold("I19", not left, "without an outcome:", left)


_COUNTED = """
WITH signed AS (
    SELECT *, CASE side WHEN 'buy' THEN size ELSE -size END AS change
    FROM trade_history WHERE NOT is_voided
), steps AS (
    SELECT *, sum(change) OVER (PARTITION BY contract_id ORDER BY timestamp, id) AS after
    FROM signed
), entries AS (
    SELECT trading_day, row_number() OVER (PARTITION BY order_id ORDER BY timestamp, id) AS nth
    FROM steps WHERE pnl_micros IS NULL OR (after - change) * after < 0
)
SELECT
    (SELECT count(*) FROM entries WHERE nth = 1 AND trading_day = ?1),
    (SELECT count(*) FROM steps
        WHERE after <> change AND (after - change) * after <= 0 AND trading_day = ?1)
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
    day.judge.count("N5")
    for limit, is_broken in ((loss, True), (loss - MICRO, True), (loss + MICRO, False)):
        asked = found.model_copy(update={"loss_limit": limit, "basis": "realized"})
        decided = asked.check(state, AccountSeen(state.account), day.now)
        hold("N5", bool(decided) == is_broken, "loss", loss, "limit", limit, decided)


AT_THE_END: tuple[Callable[[Day], None], ...] = (
    i17_decides_the_same_again,  # first: who asks a core may leave something remembered in it
    is_live,
    i4_knows_the_truth,
    i1_is_gone,
    i11_covers_no_more_than_it_holds,
    i16_keeps_its_locks_on_disk,
    i19_leaves_no_deed_open,
    i21_counts_trades_as_sql_does,
    n2_makes_the_same_by_fifo_and_by_average,
    n4_makes_the_same_in_parts,
    n5_breaks_at_the_limit,
    i3_minds_no_order,
)


async def settled(day: Day) -> None:
    """Judge a day on which nothing goes wrong any more."""
    await asyncio.sleep(1.0)  # what was just decided is written
    for check in AT_THE_END:
        check(day)


def picture(day: Day) -> dict[str, Any]:
    """Return what a restart must not change (I18), and what comes in twice or late (I3)."""
    state = state_of(day)
    today = state.day(day.now)
    return {
        "today": today,
        "config": day.core.policy.digest,
        "positions": {p.contract_id: p.size for p in state.positions},
        "exposures": state.positions.exposures(),
        # The first mark of a start may be the middle of a quote: RULE-012 follows that too.
        "orders": sorted(
            (o.id, o.remaining, None if is_own(o) else o.stop_price) for o in state.orders
        ),
        "locks": {lock.key: lock for lock in state.lockouts},
        "realized": state.pnl.realized(today, "net"),
        "fills": sorted(f.id for f in state.trades.valid() if state.day(f.at) == today),
    }


def same(number: str, before: dict[str, Any], after: dict[str, Any], now: datetime) -> None:
    """Hold two pictures of one day against each other; locks that are over are no difference."""
    old, new = before["locks"], after["locks"]
    is_other = any(after[what] != before[what] for what in ("today", "config"))
    if is_other or new.keys() - old.keys():
        return  # another day, a file that waited, hours that ended: it may be another by right
    left = {key: lock for key, lock in old.items() if (lock.until or NEVER) > now}
    found = {key: lock for key, lock in new.items() if key in left}
    for what, was in (before | {"locks": left}).items():
        found_now = found if what == "locks" else after[what]
        hold(number, found_now == was, what, "was", was, "is", found_now)
