"""What has changed between two snapshots, as sentences for a screen reader or a pipe."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from curb.domain.audit import AuditRow
from curb.domain.snapshot import AccountView, PositionView, Snapshot, TimerView
from curb.tui import figures
from curb.tui.line import clean

# The day's P&L is told anew when so much more or less of its limit is used.
_STEP = Decimal("0.05")
_CELLS = 200


def opening(snapshot: Snapshot) -> list[str]:
    """Return where things stand, for one who begins to listen."""
    badge = "PAPER" if snapshot.is_paper else "LIVE"
    found = [f"{badge}. Armed {snapshot.armed} of {snapshot.rules} rules."]
    links = (snapshot.rest, snapshot.market_hub, snapshot.user_hub)
    found.append(" ".join(f"{clean(link.name, 8)} {clean(link.word, 8)}." for link in links))
    for account in snapshot.accounts:
        name = _name(account)
        found.append(f"{name}: {clean(account.state, 10)}. {day(account)}.")
        found += [f"{name}: open {held(p)}." for p in account.positions]
        found += [f"{name}: no open position."] if not account.positions else []
        found += [f"{name}: {timer(t, snapshot)}." for t in account.timers]
    return found


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """Return a sentence for each change that is worth one, the gravest first."""
    found: list[str] = []
    olds = {account.id: account for account in before.accounts}
    for account in after.accounts:
        old = olds.pop(account.id, None)
        if old is None:
            found.append(f"{_name(account)}: watched now. {day(account)}.")
        else:
            found += [f"{_name(account)}: {words}." for words in _of_account(old, account, after)]
    found += [f"{_name(account)}: not watched any more." for account in olds.values()]
    return [*_around(before, after), *found]


def told(row: AuditRow, *, is_several: bool = False) -> str:
    """Return a row of the audit as a sentence."""
    outcome = "" if row.success is not False else " FAILED"
    whose = f"{figures.masked(clean(row.account, 60))} " if is_several and row.account else ""
    symbol = f" {clean(row.symbol, 8)}" if row.symbol else ""
    reason = clean(row.reason, _CELLS)
    return f"{whose}{clean(row.rule, 12)} {row.action.value}{symbol}{outcome}: {reason}"


def _around(before: Snapshot, after: Snapshot) -> Iterator[str]:
    olds = (before.rest, before.market_hub, before.user_hub)
    for old, new in zip(olds, (after.rest, after.market_hub, after.user_hub), strict=True):
        if old.word != new.word:
            yield f"{clean(new.name, 8)} is {clean(new.word, 8)}, was {clean(old.word, 8)}."
    if before.store_word != after.store_word:
        yield f"Database {clean(after.store_word, _CELLS)}."
    if (before.armed, before.rules) != (after.armed, after.rules):
        yield f"Armed {after.armed} of {after.rules} rules, was {before.armed}."


def _of_account(old: AccountView, new: AccountView, after: Snapshot) -> Iterator[str]:
    if old.alert != new.alert:
        yield f"ALERT {clean(new.alert, _CELLS)}" if new.alert else "the alert is over"
    if old.state != new.state:
        yield f"{clean(new.state, 10)}, was {clean(old.state, 10)}"
    yield from _positions(old.positions, new.positions)
    yield from _timers(old.timers, new.timers, after)
    if _step(old) != _step(new):
        yield day(new)


def _positions(old: Sequence[PositionView], new: Sequence[PositionView]) -> Iterator[str]:
    olds = {p.contract_id: p for p in old}
    for position in new:
        known = olds.pop(position.contract_id, None)
        if known is None:
            yield f"opened {held(position)}"
        elif known.size != position.size:
            yield f"now {held(position)}, was {abs(known.size)}"
        elif known.stop_word != position.stop_word:
            yield f"{clean(position.name, 8)} stop {clean(position.stop_word, 8)}"
    for position in olds.values():
        yield f"closed {_side(position)} {abs(position.size)} {clean(position.name, 8)}"


def _timers(old: Sequence[TimerView], new: Sequence[TimerView], after: Snapshot) -> Iterator[str]:
    olds, news = {_key(t) for t in old}, {_key(t) for t in new}
    yield from (f"started: {timer(t, after)}" for t in new if _key(t) not in olds)
    yield from (f"over: {' '.join(filter(None, _key(t)))}" for t in old if _key(t) not in news)


def _key(timer: TimerView) -> tuple[str, str, str]:
    return (clean(timer.kind, 5), clean(timer.scope, 8), clean(timer.rule, 12))


def timer(running: TimerView, snapshot: Snapshot) -> str:
    """Return what runs, and how long it still does."""
    words = " ".join(filter(None, _key(running)))
    left_s = figures.since(snapshot.at, running.until)
    left = "until its condition ends" if left_s is None else f"{figures.countdown(left_s)} left"
    reason = f", {clean(running.reason, 80)}" if running.reason else ""
    return f"{words}, {left}{reason}"


def held(position: PositionView) -> str:
    """Return what is open in a contract."""
    average = figures.price(position.average, position.decimals)
    amount = figures.money(position.unrealized)
    name, stop = clean(position.name, 8), clean(position.stop_word, 8)
    return f"{_side(position)} {abs(position.size)} {name} at {average}, open {amount}, stop {stop}"


def _side(position: PositionView) -> str:
    return "LONG" if position.size > 0 else "SHORT"


def day(account: AccountView) -> str:
    """Return the day's result against its limit."""
    known = account.pnl
    amount = known.total if known.basis == "total" else known.realized
    limit = "no loss limit" if known.limit is None else f"limit {figures.money(-known.limit)}"
    used = f", {figures.percent(known.used)} used" if known.limit is not None else ""
    return f"day {figures.money(amount)}, {limit}{used}"


def _step(account: AccountView) -> tuple[int | None, Decimal]:
    used = account.pnl.used
    # Realized money is told at every close, open money in steps of the limit.
    return (None if used is None else int(used / _STEP), account.pnl.realized)


def _name(account: AccountView) -> str:
    return clean(figures.masked(account.name), 5)
