"""The same day decided again: what was told, told to another core, or in another order."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import count
from typing import TYPE_CHECKING, Any

from curb.domain.events import (
    AccountRead,
    AccountSeen,
    Event,
    FillSeen,
    OrderSeen,
    PositionSeen,
    Restored,
)
from curb.engine import recording
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.engine.replay import Replay
from curb.state.account import AccountState, Market
from tests.sim.holding import hold, state_of
from tests.sim.life import adoption_of

if TYPE_CHECKING:
    from tests.sim.day import Day

_TOLD = AccountSeen | PositionSeen | OrderSeen | FillSeen
_LATER = timedelta(seconds=10)
_BY_LINE = 10  # every so many seeds are replayed from their text


def i17_decides_the_same_again(day: Day) -> None:
    """A core that is told the same answers the same, and is the same in the end."""
    life = day.life
    assert life.began_with is not None
    file, restored = life.began_with
    adoption = adoption_of(file, restored)
    again = Core(Policy.of(adoption.in_force), life.accounts, restored, adoption)
    for call in life.calls:
        actions = getattr(again, call.name)(**recording.named(call))
        hold("I17", tuple(actions) == call.actions, call.name, call.args, "->", actions)
    day.judge.count("I17")
    hold("I17", fingerprint(again) == fingerprint(day.core), "another state")
    if day.seed % _BY_LINE == 0:
        replay = Replay(life.first_line)
        found = [d for call in life.calls if (d := replay.play(recording.line_of(call)))]
        hold("I17", not found, found[:1])


def fingerprint(core: Core) -> str:
    """Return the hash of everything that a core knows."""
    kept = {name: getattr(core, name) for name in ("policy", "market", "watches")}
    return hashlib.sha256(repr(_plain(kept, set())).encode()).hexdigest()


def _plain(value: Any, seen: set[int]) -> Any:
    if value is None or isinstance(value, str | int | float | datetime | Enum):
        return value
    if callable(value):
        return None  # a way to something, no knowledge
    if isinstance(value, dict):
        return sorted((repr(key), _plain(each, seen)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return [_plain(each, seen) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, count) or id(value) in seen:
        return repr(value) if isinstance(value, count) else None
    names = vars(value) if hasattr(value, "__dict__") else getattr(value, "__slots__", ())
    if not names:
        return repr(value)
    found = [(name, _plain(getattr(value, name, None), seen | {id(value)})) for name in names]
    return (type(value).__name__, found)


def i3_minds_no_order(day: Day) -> None:
    """The hub's words in any order, some twice, and then one read: the same is known."""
    events = [call.args[0] for call in day.life.calls if call.name == "handle"]
    told: list[Event] = [event for event in events if isinstance(event, _TOLD)]
    reads = [e for e in events if isinstance(e, AccountRead) and None not in (e.fills, e.orders)]
    if len(told) < 2 or not reads or reads[-1].positions is None:
        return
    day.judge.count("I3")
    rng = day.chance("order")
    mixed = [*told, *rng.choices(told, k=len(told) // 3)]
    rng.shuffle(mixed)
    straight, other = _facts(day, told, reads[-1]), _facts(day, mixed, reads[-1])
    for what, found in straight.items():
        hold("I3", other[what] == found, what, "in order", found, "in another", other[what])


def _facts(day: Day, told: list[Event], last: AccountRead) -> dict[str, Any]:
    assert day.life.began_with is not None
    restored: Restored = day.life.began_with[1]
    known = state_of(day)
    state = AccountState(known.account, Market(), known.resets.days, "net")
    state.restore(restored)
    first = replace(last, request_id=0, positions=(), orders=(), fills=())
    state.apply(replace(first, began_at=day.now), day.now)
    for event in told:
        state.apply(event, day.now)
    later = day.now + _LATER
    state.apply(replace(last, began_at=later), later)
    today = state.day(day.now)
    return {
        "positions": {p.contract_id: (p.size, p.average_price) for p in state.positions},
        "exposures": state.positions.exposures(),
        "orders": sorted((o.id, o.remaining, o.stop_price) for o in state.orders),
        "fills": sorted(f.id for f in state.trades.valid()),
        "realized": state.pnl.realized(today, "net"),
    }
