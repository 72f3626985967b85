"""More of what always holds: how often it asks, what it loosens, and what its verdicts say."""

from __future__ import annotations

from collections import deque
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from curb.config.diff import diff
from curb.domain.actions import Action, CloseContract, ReduceContract, SaveAudit
from curb.domain.audit import AuditRow
from curb.domain.events import Event, QuoteSeen, RequestEnded, Why
from tests.sim.holding import hold, realized, state_of
from tests.sim.judge import Check, Judge

if TYPE_CHECKING:
    from tests.sim.day import Day

_CLOSES_A_MINUTE = 10
_HELD_UP = (Why.MARKET, Why.ACCOUNT, Why.BUDGET)
_MINUTE_S = 59.99  # the engine's minute ends within its own time
_NEAR = Decimal("0.003")
# Under their locks nothing is loosened.
_REFUSING = {f"RULE-{number:03}" for number in range(3, 8)} | {"SELF-LOCK", "ENGINE"}


def i9_closes_one_exposure_seldom(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """At most ten closes a minute of one contract while the venue shows the same exposure.

    What a closed market, a barred account or the budget held up was none.
    """
    if isinstance(event, RequestEnded) and event.why in _HELD_UP:
        for cid, sent in judge.closes.items():
            left = [close for close in sent if close[2] != event.request_id]
            judge.closes[cid] = deque(left, maxlen=sent.maxlen)
    for action in actions:
        if not isinstance(action, CloseContract | ReduceContract):
            continue
        held = day.broker.exchange.positions.get(action.contract_id)
        shown = (held.net, held.cost, held.id) if held else None
        sent = judge.closes.setdefault(action.contract_id, deque(maxlen=50))
        sent.append((day.loop.time(), (day.lives, shown), action.request_id))
        since_s = day.loop.time() - _MINUTE_S
        same = sum(at_s > since_s and of == (day.lives, shown) for at_s, of, _ in sent)
        judge.count("I9")
        hold("I9", same <= _CLOSES_A_MINUTE, same, "closes in a minute of", shown)


def i13_believes_no_lone_price(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """A price that the market never had, told once and by itself, makes no verdict.

    Where the other sides of the quote say the same, it is confirmed (rules.md section 1).
    """
    if not isinstance(event, QuoteSeen):
        return
    if event.last is None:
        return  # it tells no trade, so it is no witness of one
    told = judge.quoted.setdefault(event.contract_id, deque((True, True), maxlen=2))
    is_true = event.last in day.prices.get(event.contract_id, ())
    sides = [side for side in (event.bid, event.ask) if side is not None]
    is_confirmed = any(abs(side - event.last) <= abs(side) * _NEAR for side in sides)
    is_lone = not is_true and not is_confirmed and all(told)
    told.append(is_true)
    if not is_lone:
        return
    judge.count("I13")
    rows = [a.row for a in actions if isinstance(a, SaveAudit) and a.row.success is None]
    found = [row.reason for row in rows if row.rule in ("RULE-003", "RULE-004", "RULE-005")]
    hold("I13", not found, event, "led to", found)


def i15_loosens_in_its_time(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """Nothing is looser before its reset, but in practice; and not under a lock."""
    del event, actions
    governing = day.governing
    before, judge.in_force = judge.in_force, governing.adoption.in_force
    due, pending = judge.due, governing.adoption.pending
    judge.due = pending.due if pending else None
    if before is None or before is judge.in_force:
        return
    judge.count("I15")
    looser = [change for change in diff(before, judge.in_force) if change.direction == "looser"]
    standing = {lock.rule for lock in state_of(day).lockouts} & judge.stood & _REFUSING
    hold("I15", not (looser and standing), "looser under", standing, looser)
    is_due = due is not None and due <= day.now
    hold("I15", not looser or is_due or before.is_loosened_at_once, "looser too soon:", looser)


def i20_says_what_it_decided_by(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """Each verdict's figures give the verdict again, by the rules in force then."""
    del event
    for row in (action.row for action in actions if isinstance(action, SaveAudit)):
        if not row.rule.startswith("RULE-") or row.success is not None or "sign" not in row.details:
            continue
        judge.count("I20")
        said = row.details
        # A file that waited may have come into force in the same call, after the verdict.
        of = {judge.digest, day.core.policy.digest}
        hold("I20", said["config"] in of, row.reason, "by", said["config"])
        hold("I20", _is_so(said), row.reason, said)
        if said["config"] == day.core.policy.digest:
            _as_in_force(day, row)
        _reckoned(day, row)


def _is_so(said: dict[str, Any]) -> bool:
    sign, value, limit = said["sign"], said["value"], said["limit"]
    if sign == "is not":
        return bool(value != limit)
    if sign == "is one of":
        return str(value) in str(limit).split(", ")
    if sign == "is outside":
        return True  # hours are told as a text
    try:
        left, right = Decimal(str(value)), Decimal(str(limit))
    except InvalidOperation:
        return False
    return {"<=": left <= right, ">=": left >= right, ">": left > right}[sign]


def _as_in_force(day: Day, row: AuditRow) -> None:
    """The keys that it names have the values that are in force."""
    rule = next((each for each in day.core.policy.rules if each.id == row.rule), None)
    if rule is None or row.details.get("under_lock"):
        return
    table = rule.model_dump()
    for key, value in row.details["keys"].items():
        if key in table and not isinstance(table[key], dict | list | tuple):
            hold("I20", str(table[key]) == str(value), key, value, "in force", table[key])


def _reckoned(day: Day, row: AuditRow) -> None:
    """What it counted is what the fills and the positions make."""
    state, said = state_of(day), row.details
    if said.get("under_lock"):
        return
    if row.rule == "RULE-002":
        symbol = state.market.contracts.symbol
        mine = [abs(n) for cid, n in said["held"].items() if symbol(cid) == row.symbol]
        hold("I20", sum(mine) == said["value"], row.reason, said["held"])
    if row.rule == "RULE-003" and said["keys"].get("basis") == "realized":
        today = state.day(day.now)
        made = realized(f for f in state.trades.valid() if state.day(f.at) == today)
        found = made[0 if state.basis == "gross" else 1]
        hold("I20", Decimal(said["value"]) == found, row.reason, "fills make", found)


def i9_leaves_enough_to_close(
    day: Day, judge: Judge, event: Event | None, actions: tuple[Action, ...]
) -> None:
    """Where nothing was closed for a minute, 60 requests are left at a trigger."""
    del event
    is_new = any(isinstance(a, CloseContract | ReduceContract) for a in actions)
    recent = [at_s for sent in judge.closes.values() for at_s, _, _ in sent]
    is_first = not any(day.loop.time() - 60 < at_s < day.loop.time() for at_s in recent)
    if is_new and is_first and day.life.client is not None:
        left = day.life.client.calls_left()
        hold("I9", left >= 60, "at a trigger", left, "requests were left")


ALL: tuple[Check, ...] = (
    i9_closes_one_exposure_seldom,
    i9_leaves_enough_to_close,
    i13_believes_no_lone_price,
    i15_loosens_in_its_time,
    i20_says_what_it_decided_by,
)
