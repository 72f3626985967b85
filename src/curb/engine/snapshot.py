"""Takes what a screen shows from the core."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from curb.config.diff import Change
from curb.domain.book import Order, Position
from curb.domain.events import Link
from curb.domain.health import UNMEASURED, HealthView
from curb.domain.locks import LockKind
from curb.domain.money import ZERO
from curb.domain.snapshot import (
    AccountView,
    KeyView,
    LinkView,
    OrderView,
    PnlView,
    Snapshot,
    TimerView,
    WindowView,
)
from curb.engine.core import Core
from curb.engine.exposure import exposure
from curb.engine.flatten import Phase
from curb.engine.governing import Governing
from curb.engine.limits import limits
from curb.engine.marks import digits, foreseen
from curb.engine.policy import Policy
from curb.engine.standing import standings
from curb.engine.watch import AccountWatch
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.session_block_outside import SessionBlockOutside
from curb.rules.trade_frequency_limit import TradeFrequencyLimit, within
from curb.state.account import AccountState
from curb.state.links import LinkState
from curb.state.protection import uncovered

_SLOW_MS = 500

# What is said of a position on its way to flat, by what holds it up.
_CLOSING = {None: "closing", Phase.BLOCKED: "market closed", Phase.BARRED: "close refused"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a snapshot says of the engine itself."""

    version: str
    pid: int
    started_at: datetime
    is_paper: bool
    gateway: str
    config_path: str


def take(
    core: Core,
    setting: Setting,
    now: datetime,
    *,
    ages: Mapping[Link, float | None],
    store_word: str,
    audit_count: int,
    health: HealthView = UNMEASURED,
) -> Snapshot:
    """Return the screen's picture of this moment; `ages` are the hubs' seconds of silence."""
    links = core.market.links
    policy = core.policy
    waiting = _waiting(core.governing, now)
    accounts = tuple(
        _account(watch, policy.of_account(watch.state.account.name), waiting, now)
        for watch in core.watches.values()
    )
    return Snapshot(
        at=now,
        version=setting.version,
        pid=setting.pid,
        started_at=setting.started_at,
        is_paper=setting.is_paper,
        gateway=setting.gateway,
        config_path=setting.config_path,
        config_hash=policy.digest,
        armed=min((account.armed for account in accounts), default=0),
        rules=policy.total,
        rest=_link("REST", links[Link.REST], None, now),
        user_hub=_link("USER", links[Link.USER_HUB], ages.get(Link.USER_HUB), now),
        market_hub=_link("MKT", links[Link.MARKET_HUB], ages.get(Link.MARKET_HUB), now),
        accounts=accounts,
        store_word=store_word,
        audit_count=audit_count,
        keys=tuple(KeyView(command, key) for command, key in policy.keys.items()),
        ui=policy.ui,
        health=health,
    )


def _link(name: str, link: LinkState, age_s: float | None, now: datetime) -> LinkView:
    word = "ok" if link.is_up else "down"
    if not link.is_up and "log" in link.words:
        word = "auth"
    if link.is_up and link.latency_ms is not None and link.latency_ms > _SLOW_MS:
        word = "slow"
    is_silent = link.is_up and bool(link.doubt)
    if is_silent:
        word = "silent"
    heard_at = link.heard_at if age_s is None else now - timedelta(seconds=age_s)
    since = link.doubted_since if is_silent else link.since
    return LinkView(name, word, since, heard_at, link.latency_ms)


def _waiting(governing: Governing | None, now: datetime) -> tuple[TimerView, ...]:
    """Return what waits to come into force, as rows of every timers pane."""
    if governing is None:
        return ()
    pending, held = governing.adoption.pending, governing.adoption.held
    rows = []
    if pending:
        rows += [
            TimerView("CONF", "ALL", "", _words(change), now, pending.due, "applies")
            for change in pending.changes
        ]
    rows += [
        TimerView("HELD", "ALL", "", _words(change), now, None, "r to confirm") for change in held
    ]
    return tuple(rows)


def _words(change: Change) -> str:
    return f"{change.key.removeprefix('rules.')} {change.old} -> {change.new}"


def _account(
    watch: AccountWatch, policy: Policy, waiting: tuple[TimerView, ...], now: datetime
) -> AccountView:
    state = watch.state
    state.note_extremes(now)  # a quote that concerned nobody left that out
    closing = {pursuit.contract_id: _CLOSING[pursuit.hindrance] for pursuit in watch.closing}
    fires = foreseen(state, policy, now)
    rules = standings(state, policy, fires, now)
    blind = sum(1 for rule in rules if rule.blind)
    return AccountView(
        id=state.account.id,
        name=state.account.name,
        state=_word(watch),
        armed=len(policy.rules) - blind if state.positions.is_known else 0,
        can_trade=state.account.can_trade,
        balance=state.account.balance,
        positions=tuple(
            exposure(state, p, policy, rules, fires, now, closing=closing.get(p.contract_id, ""))
            for p in _by_name(state)
        ),
        orders=tuple(_order(state, o) for o in sorted(state.orders, key=lambda o: o.id)),
        pnl=_pnl(state, policy, now),
        windows=_windows(state, policy, now),
        timers=(*_timers(state, policy, now), *waiting),
        rules=rules,
        alert=watch.alert,
        read_at=state.read_at,
        differences=state.differences,
        is_known=state.positions.is_known,
        verdict=watch.ability.known.verdict.value,
        verdict_words=watch.ability.known.words,
    )


def _word(watch: AccountWatch) -> str:
    hindrances = {pursuit.hindrance for pursuit in watch.closing}
    if hindrances:
        return "BLOCKED" if hindrances == {Phase.BLOCKED} else "FLATTENING"
    # A symbol's lock leaves the others open; it stands among the timers.
    kinds = {lock.kind for lock in watch.state.lockouts if lock.symbol is None}
    if LockKind.LOCKOUT in kinds:
        return "LOCKED"
    return "COOLDOWN" if kinds else "OPEN"


def _by_name(state: AccountState) -> list[Position]:
    label = state.market.contracts.label
    return sorted(state.positions, key=lambda position: label(position.contract_id))


def _order(state: AccountState, order: Order) -> OrderView:
    contract = state.contract(order.contract_id)
    price = order.stop_price if order.stop_price is not None else order.limit_price
    decimals = digits(contract)
    at = f" @ {price:.{decimals}f}" if price is not None else ""
    words = f"{order.side.name} {order.type.value.upper()} {order.remaining}{at}"
    name = state.market.contracts.label(order.contract_id)
    return OrderView(order.id, name, contract.symbol if contract else "?", words)


def _pnl(state: AccountState, policy: Policy, now: datetime) -> PnlView:
    day = state.day(now)
    realized = state.realized(now)
    open_pnl, is_whole = state.open_pnl()
    has_positions = any(True for _ in state.positions)
    if not has_positions:
        open_pnl = ZERO
    total = realized + open_pnl if open_pnl is not None else None
    peak, low = state.pnl.extremes(day)
    rule = next((rule for rule in policy.rules if isinstance(rule, DailyRealizedLoss)), None)
    room = rule.headroom(state, now) if rule else None
    return PnlView(
        trading_day=day,
        realized=realized,
        open=open_pnl,
        is_open_partial=not is_whole,
        total=total,
        fees=state.pnl.costs(day),
        limit=rule.loss_limit if rule else None,
        # A share of what is known would look like one of all.
        used=room.used if room and not room.blind else None,
        basis=rule.basis if rule else "total",
        peak=peak,
        low=low,
        limits=limits(state, policy, now),
    )


def _windows(state: AccountState, policy: Policy, now: datetime) -> tuple[WindowView, ...]:
    rule = next((rule for rule in policy.rules if isinstance(rule, TradeFrequencyLimit)), None)
    if rule is None:
        return ()
    counted = state.trades.counted(rule.unit, state.positions)
    views = []
    for name, window, length in rule.windows():
        inside = within(state, counted, now, length)
        frees_at = None
        if inside:
            # Beyond the limit the oldest frees nothing: as many have to leave first.
            leaves = inside[max(len(inside) - window.limit, 0)].at
            frees_at = leaves + length if length else state.resets.next_reset(now)
        then = _too_many(rule, window.cooldown_s)
        views.append(WindowView(name, len(inside), window.limit, frees_at, window.cooldown_s, then))
    return tuple(views)


def _too_many(rule: TradeFrequencyLimit, cooldown_s: int) -> str:
    """Say what follows a trade beyond a limit."""
    if rule.mode == "warn":
        return "a warning"
    minutes, rest = divmod(cooldown_s, 60)
    length = f"{cooldown_s} s" if rest else f"{minutes}m"
    return f"closes all, locks {length}" if rule.close_positions else f"cooldown {length}"


def _timers(state: AccountState, policy: Policy, now: datetime) -> tuple[TimerView, ...]:
    found = [
        TimerView(
            "LOCK" if lock.kind is LockKind.LOCKOUT else "COOL",
            lock.symbol or "ACCT",
            lock.rule,
            lock.reason,
            lock.since,
            lock.until,
            "unlocks" if lock.kind is LockKind.LOCKOUT else "may add again",
        )
        for lock in state.lockouts
    ]
    bare = {p.contract_id for p in state.positions if uncovered(p, state.stops(p))}
    found += [
        TimerView(
            "GRACE",
            state.market.contracts.symbol(grace.contract_id) or "?",
            grace.rule,
            "no full stop-loss" if grace.contract_id in bare else "covered by a stop",
            grace.started_at,
            grace.due_at,
            "closes the position" if grace.contract_id in bare else "looks at the stop",
            is_covered=grace.contract_id not in bare,
        )
        for grace in state.timers
    ]
    found += _hours(state, policy, now)
    found.sort(key=lambda timer: timer.until or now)
    day = state.day(now)
    days = state.resets.days
    reset = TimerView(
        "RESET", "ACCT", "", "daily reset", days.start_of(day), days.reset_on(day), "a new day"
    )
    return (*found, reset)


def _hours(state: AccountState, policy: Policy, now: datetime) -> tuple[TimerView, ...]:
    rule = next((rule for rule in policy.rules if isinstance(rule, SessionBlockOutside)), None)
    if rule is None:
        return ()
    then = "closes and locks" if rule.action == "close_and_lock" else "nothing may be added"
    if rule.mode == "warn":
        then = "warns"
    return tuple(
        TimerView(
            "HOURS",
            symbol or "ACCT",
            rule.id,
            f"session {window.hours}",
            session.start,
            session.end,
            then,
        )
        for symbol, window, session in rule.running(state, now)
    )
