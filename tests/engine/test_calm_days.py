"""A thousand days of trading inside every limit, and not one enforcement."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
import tomli_w

from curb.config.parse import parse
from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    EndLock,
    ReduceContract,
    SaveAudit,
    SaveLock,
    SaveReset,
)
from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import Event, Outcome, TimePassed
from curb.engine.policy import Policy
from curb.rules.listing import RULES
from tests.cli.live import config_text
from tests.engine.venue import terms
from tests.engine.world import World
from tests.scene import contract_id

CHICAGO = ZoneInfo("America/Chicago")
FIRST, LAST = date(2025, 1, 2), date(2029, 12, 28)
DAYS = 1_000

# What an honest day's rows say; the calendar of RULE-009 locks outside its hours by design.
CALM = {Act.START, Act.STOP, Act.RESET, Act.WARN, Act.GAP, Act.NOT_EVALUATED}
CALENDAR = "RULE-009"

DATA = tomllib.loads(config_text())
for _rule in DATA["rules"].values():
    _rule["enabled"] = True
POLICY = Policy.of(parse(tomli_w.dumps(DATA), "config.toml"))
HOLIDAYS = set(DATA["rules"].get("session_block_outside", {}).get("holidays", []))


def weekdays() -> list[date]:
    """Return the thousand days, in order: all but a few of five years."""
    span = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    open_days = [day for day in span if day.weekday() < 5 and day.isoformat() not in HOLIDAYS]
    return sorted(Random(5).sample(open_days, DAYS))  # noqa: S311 - a reproducible choice


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a wall time in Chicago as an instant."""
    return datetime.combine(day, time(hour, minute), CHICAGO).astimezone(ZoneInfo("UTC"))


class Trader:
    """Small, seldom, always with a stop, and done for the day after two losses."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - reproducible days, no secret
        self.enforced: list[Action] = []
        self.resets = 0
        self.trades = 0
        self.world = World(POLICY, now=at(FIRST, 8))
        self.world.after_call = self.note

    def note(self, _event: Event | None, actions: tuple[Action, ...]) -> None:
        self.enforced += [action for action in actions if is_enforcement(action)]
        self.resets += sum(isinstance(action, SaveReset) for action in actions)

    def goes_on(self, now: datetime) -> None:
        """Let the time come, tell all that was said, and let all requests be answered."""
        world = self.world
        world.go_to(now)
        while world.venue.told:
            world.hear()
        world.tell(TimePassed())
        while world.flight or world.answers or world.venue.told:
            world.arrive(0, Outcome.DONE)
            world.answer()
            world.hear()

    def after(self, seconds: float) -> None:
        self.goes_on(self.world.now + timedelta(seconds=seconds))

    def lives(self, day: date) -> None:
        """Trade in the morning; the rest of the day, and the night before, only pass."""
        for fill_id in [i for i, f in self.world.venue.fills.items() if f.at < at(day, 0)]:
            del self.world.venue.fills[fill_id]
        if not day.weekday():
            self.goes_on(at(day - timedelta(days=1), 17, 30))  # Sunday evening is Monday's
        self.goes_on(at(day, 8))
        moment, losses = at(day, 8, 40), 0
        for _ in range(self.random.randint(0, 4)):
            if losses == 2:
                break
            self.goes_on(moment)
            losses += not self.trades_once()
            moment = self.world.now + timedelta(minutes=self.random.randint(6, 30))
        if self.random.random() < 0.05:
            self.world.start()
            self.after(1)
        if self.random.random() < 0.05:
            self.world.link(is_up=False)
            self.after(5)
            self.world.link(is_up=True)
        self.goes_on(at(day, 17, 1))

    def trades_once(self) -> bool:
        """Enter, protect, wait, leave; return whether it won."""
        world, venue = self.world, self.world.venue
        cid = contract_id(self.random.choice(("MNQ", "MES")))
        side = self.random.choice((Side.BUY, Side.SELL))
        size = self.random.randint(1, 2)
        self.trades += 1
        venue.trade(cid, side.value * size)
        self.after(self.random.uniform(0.1, 3))
        entry, other = venue.prices[cid], Side.SELL if side is Side.BUY else Side.BUY
        tick = terms(cid).tick_size * side.value
        stop = venue.place(cid, other, OrderType.STOP, size, entry - 12 * tick)
        target = venue.place(cid, other, OrderType.LIMIT, size, entry + 16 * tick)
        for _ in range(self.random.randint(2, 8)):
            self.after(self.random.uniform(1, 60))
            venue.move(cid, venue.prices[cid] + self.random.randint(-6, 6) * terms(cid).tick_size)
            self.after(0.2)
            if cid not in venue.positions:
                break
        else:
            venue.close(cid)
        for order in (stop, target):
            venue.cancel(order.id)
        self.after(0.2)
        assert not world.watch.state.positions.exposures()
        return (venue.prices[cid] - entry) * side.value > 0


def is_enforcement(action: Action) -> bool:
    """Tell whether Curb meddled: a close, a cancel, a lock, or a row that says so."""
    match action:
        case CloseContract() | ReduceContract() | CancelOrder():
            return True
        case SaveLock(lock) | EndLock(lock):
            return lock.rule != CALENDAR
        case SaveAudit(row):
            return row.action not in CALM and row.rule != CALENDAR
        case _:
            return False


def test_a_thousand_calm_days_are_left_alone() -> None:
    assert [rule.id for rule in POLICY.rules] == [rule.id for rule in RULES]
    trader = Trader(seed=17)
    for day in weekdays():
        trader.lives(day)
        assert trader.enforced == [], day
    assert trader.trades >= 1_500
    assert trader.resets >= DAYS


def _too_large(trader: Trader) -> None:
    trader.world.venue.trade(contract_id("MNQ"), 6)


def _without_a_stop(trader: Trader) -> None:
    trader.world.venue.trade(contract_id("MNQ"), 1)
    trader.after(1)
    trader.after(10)


def _too_often(trader: Trader) -> None:
    for _ in range(4):
        trader.world.venue.trade(contract_id("MES"), 1)
        trader.world.venue.close(contract_id("MES"))
        trader.after(5)


def _a_large_loss(trader: Trader) -> None:
    venue, cid = trader.world.venue, contract_id("MNQ")
    venue.trade(cid, 2)
    trader.after(1)
    venue.move(cid, venue.prices[cid] - Decimal(50))
    venue.close(cid)


@pytest.mark.parametrize(
    ("breaks", "rule"),
    [
        (_too_large, "RULE-001"),
        (_without_a_stop, "RULE-008"),
        (_too_often, "RULE-006"),
        (_a_large_loss, "RULE-007"),
    ],
)
def test_one_breach_among_calm_days_is_caught(breaks: Callable[[Trader], None], rule: str) -> None:
    trader = Trader(seed=18)
    for day in weekdays()[:5]:
        trader.lives(day)
    assert trader.enforced == []
    trader.goes_on(at(weekdays()[5], 9))
    breaks(trader)
    trader.after(1)
    rows = [action.row for action in trader.enforced if isinstance(action, SaveAudit)]
    assert rule in {row.rule for row in rows}
