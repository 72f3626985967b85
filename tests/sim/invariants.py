"""What always holds, each by its number in reliability.md; a failure tells which one broke."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    MoveStop,
    PlaceStop,
    ReduceContract,
    SaveAudit,
    SaveReset,
)
from curb.domain.book import Side
from curb.domain.events import (
    AccountRead,
    Event,
    OrderSeen,
    Outcome,
    PositionSeen,
    QuoteSeen,
    RequestEnded,
    TimePassed,
)
from curb.domain.locks import Lock
from curb.rules.symbol_blocks import SymbolBlocks
from curb.state.account import AccountState
from tests.sim.holding import hold, is_as_strict, locked, realized, state_of
from tests.sim.judge import Check, Judge, Mutation

if TYPE_CHECKING:
    from tests.sim.day import Day

# With nothing going wrong and nobody trading for so long, what is forbidden is gone.
_GONE_IN_S = 5.0
_FLATTEN = " for a flatten"


def i1_is_gone_in_time(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """With a lock, and all in order for a while, the venue shows nothing that it forbids."""
    del event, actions
    now_s, found = day.loop.time(), locked(day)
    judge.locked_s = {cid: judge.locked_s.get(cid, now_s) for cid in found}
    if now_s - day.disturbed_until < _GONE_IN_S or not day.broker.is_open:
        return
    for cid, since_s in judge.locked_s.items():
        if now_s - since_s < _GONE_IN_S or _is_paused(day, cid):
            continue
        judge.count("I1")
        held = day.broker.sizes().get(cid)
        working = [order.id for order in day.broker.working(cid)]
        hold("I1", not held and not working, "locked, and open:", cid, held, working)


def i2_asks_again_only_after_a_look(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """What may or may not have happened is looked at before it is asked for again."""
    match event:
        case RequestEnded(request_id=number, outcome=outcome) if number in judge.asked:
            subject, call, _ = judge.asked.pop(number)
            if outcome is Outcome.UNKNOWN and judge.heard.get(subject, call) <= call:
                judge.doubted[subject] = day.now
        case AccountRead():
            _look(judge, event)
        case PositionSeen(position):
            _hear(judge, f"close {position.contract_id}", f"place {position.contract_id}")
        case OrderSeen(order):
            cancel = f"cancel {order.id}"
            _hear(judge, f"move {order.id}", cancel, f"{cancel}{_FLATTEN}")
            _hear(judge, f"place {order.contract_id}")
        case _:
            pass
    for action in actions:
        if isinstance(action, Mutation):
            subject = _subject(day, action)
            since = judge.doubted.get(subject)
            is_seen = since is None or _is_new(day, judge, action)
            hold("I2", is_seen, "asked again unseen:", action, "in doubt since", since)
            if isinstance(action, CloseContract | ReduceContract):
                cid = action.contract_id
                judge.closed[cid] = state_of(day).positions.size(cid)
            judge.asked[action.request_id] = (subject, judge.calls, day.now)
            if isinstance(action, MoveStop):
                judge.moved[subject] = action.price


def i5_asks_for_no_exposure(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """No request could open a position or add to one, as far as is known."""
    del judge, event
    held = state_of(day).positions
    for action in actions:
        match action:
            case CloseContract(contract_id=cid):
                hold("I5", held.size(cid), "a close of nothing:", action)
            case ReduceContract(contract_id=cid, size=size):
                hold("I5", 0 < size < abs(held.size(cid)), action, "of", held.size(cid))
            case PlaceStop(contract_id=cid, side=side, size=size):
                _covers(state_of(day), cid, side, size)
            case MoveStop(order_id=order_id, size=size) if size is not None:
                order = next(o for o in state_of(day).orders if o.id == order_id)
                _covers(state_of(day), order.contract_id, order.side, size - order.filled)
            case _:
                pass


def i5_has_one_close_in_flight(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """Two closes at once could turn a position round."""
    del day
    if isinstance(event, RequestEnded):
        done = event.request_id
        judge.closing = {c: i for c, i in judge.closing.items() if i != done}
    for action in actions:
        if isinstance(action, CloseContract | ReduceContract):
            hold("I5", action.contract_id not in judge.closing, "two closes at once:", action)
            judge.closing[action.contract_id] = action.request_id


def i6_takes_nothing_from_silence(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """A list that did not come, or a request that failed, closes nothing and ends no order."""
    del actions
    state = state_of(day)
    is_failed = isinstance(event, RequestEnded)
    if is_failed or (isinstance(event, AccountRead) and event.positions is None):
        judge.count("I6")
        found = {p.contract_id: p.size for p in state.positions}
        hold("I6", found == judge.positions, "positions from nothing:", judge.positions, found)
    if is_failed or (isinstance(event, AccountRead) and event.orders is None):
        gone = judge.orders - {order.id for order in state.orders}
        hold("I6", not gone, "orders gone from nothing:", gone)


def i12_brings_no_order_back(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """An order that ended stays so, and no fill of it is taken back."""
    del actions
    if isinstance(event, OrderSeen) and event.order.status.is_final:
        judge.final.add(event.order.id)
    for order in state_of(day).orders:
        hold("I12", order.id not in judge.final, "is back:", order)
        known = judge.filled.get(order.id, 0)
        hold("I12", order.filled >= known, "filled less than", known, order)
        judge.filled[order.id] = order.filled


def i14_begins_each_day_once(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """A day begins once in each process, and never again once that is on disk."""
    for reset in (action for action in actions if isinstance(action, SaveReset)):
        judge.count("I14")
        today = reset.trading_day
        hold("I14", judge.begun.get(today) != day.lives, "began twice:", today)
        kept = day.disk.ask("SELECT last_reset_date FROM reset_schedule")
        hold("I14", (today.isoformat(),) not in kept, "began again:", today)
        hold("I14", today == state_of(day).day(day.now), "began at another time:", today)
        judge.begun[today] = day.lives
    begun = state_of(day).resets.day
    if begun and not isinstance(event, QuoteSeen):
        hold("I14", begun == state_of(day).day(day.now), "still in", begun)


def i16_ends_no_lock_early(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """No lock ends before its time, gets shorter or milder, or lets more stand."""
    del event, actions
    locks = {lock.key: lock for lock in state_of(day).lockouts}
    for key, old in judge.locks.items():
        new = locks.get(key)
        if new is None:
            is_over = _is_over(day, old) if old.until is None else old.until <= day.now
            hold("I16", is_over, "ended early:", old)
        else:
            hold("I16", is_as_strict(new, old), "loosened:", old, "->", new)
    judge.locks = locks


def i19_tells_each_deed_once(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """Each row is new, or the one outcome of an intent that was told before."""
    del event
    for row in (action.row for action in actions if isinstance(action, SaveAudit)):
        known = judge.rows.get(row.id)
        if known is not None:
            judge.count("I19")
            said = (known.rule, known.action, known.reason)
            hold("I19", known.success is None, "two outcomes:", known, row)
            hold("I19", said == (row.rule, row.action, row.reason), known, "->", row)
        judge.rows[row.id] = row
    waiting = {cid for each in day.watch.enforcements for cid in each.waiting}
    for action in actions:
        if isinstance(action, CloseContract | ReduceContract):
            hold("I19", action.contract_id in waiting, "a close without an intent:", action)


def n1_counts_every_fill_once(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """The day's P&L is what whole numbers of the fills that are known add up to (also N3)."""
    del judge, actions
    if isinstance(event, QuoteSeen | TimePassed):
        return  # neither brings a fill
    state = state_of(day)
    today = state.day(day.now)
    fills = [f for f in state.trades.valid() if state.day(f.at) == today]
    gross, net = realized(fills)
    for basis, sum_ in (("gross", gross), ("net", net)):
        found = state.pnl.realized(today, basis)
        hold("N1", found == sum_, basis, found, "of fills that make", sum_)


def has_a_later_deadline(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """What was due is done: else the engine would spin."""
    del judge, actions
    if isinstance(event, TimePassed):
        hold("SPIN", day.core.deadline(day.now) > day.now, "is still due at", day.now)


ALL: tuple[Check, ...] = (
    i1_is_gone_in_time,
    i2_asks_again_only_after_a_look,
    i5_asks_for_no_exposure,
    i5_has_one_close_in_flight,
    i6_takes_nothing_from_silence,
    i12_brings_no_order_back,
    i14_begins_each_day_once,
    i16_ends_no_lock_early,
    i19_tells_each_deed_once,
    n1_counts_every_fill_once,
    has_a_later_deadline,
)


def _is_paused(day: Day, cid: str) -> bool:
    """Tell whether the next close has to wait: of many, or of an account that refuses them."""
    pursuit = day.watch.closing.get(cid)
    if pursuit is None or len(pursuit.sends) >= 10:
        return pursuit is not None
    patience = timedelta(seconds=_GONE_IN_S)
    return pursuit.rests_until is not None and day.now < pursuit.rests_until + patience


def _is_new(day: Day, judge: Judge, action: Mutation) -> bool:
    """Tell whether a close is about another exposure than the one before; it may go twice."""
    if not isinstance(action, CloseContract):
        return False
    old = judge.closed.get(action.contract_id, 0)
    size = state_of(day).positions.size(action.contract_id)
    return size * old < 0 or abs(size) > abs(old)


def _look(judge: Judge, event: AccountRead) -> None:
    """Take in what a read shows of what is in doubt, or was asked for before it began."""
    at = event.began_at
    mine = [(subject, since) for subject, since in judge.doubted.items()]
    mine += [(subject, sent_at) for subject, _, sent_at in judge.asked.values()]
    for subject, since in mine:
        told = event.positions if subject.startswith("close") else event.orders
        if told is not None and since <= at:
            _hear(judge, subject)
    for order in event.orders or ():
        # However old the read: what was asked for has happened.
        moved = judge.moved.get(f"move {order.id}")
        if moved is not None and moved == order.stop_price:
            _hear(judge, f"move {order.id}")


def _hear(judge: Judge, *subjects: str) -> None:
    for subject in subjects:
        judge.heard[subject] = judge.calls
        judge.doubted.pop(subject, None)


def _subject(day: Day, action: Mutation) -> str:
    match action:
        case CloseContract(contract_id=cid) | ReduceContract(contract_id=cid):
            return f"close {cid}"
        case PlaceStop(contract_id=cid):
            return f"place {cid}"
        case MoveStop(order_id=order_id):
            return f"move {order_id}"
        case CancelOrder(order_id=order_id):
            # A flatten does not wait for what became of the stop's own cancel: twice is as once.
            cid = next((o.contract_id for o in state_of(day).orders if o.id == order_id), "")
            return f"cancel {order_id}{_FLATTEN if day.watch.closing.get(cid) else ''}"


def _covers(state: AccountState, cid: str, side: Side, size: int) -> None:
    """A stop of this size closes no more than both the position and the fills show."""
    held = state.positions
    room = min(-side.value * each for each in (held.size(cid), held.by_fills(cid)))
    hold("I5", 0 < size <= room, "a stop of", size, "for", room, "of", cid)


def _is_over(day: Day, lock: Lock) -> bool:
    if lock.rule == "RULE-010":
        return state_of(day).account.can_trade is True
    blocks = day.in_force.rule(SymbolBlocks)
    return not blocks.enabled or lock.symbol not in blocks.blocked
