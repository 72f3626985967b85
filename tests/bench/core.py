"""What the pure core takes for a quote, for how many accounts, and how each cost grows."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from curb.domain.events import Event, PositionSeen, QuoteSeen, TimePassed
from curb.engine.core import Core
from tests.bench.clients import FOLDER, PEERS
from tests.bench.crowd import NOON, PRICE, Crowd
from tests.bench.figures import Figure, grown, quantile

Tell = Callable[[str], None]

_SYMBOLS = 20
_EACH = 5
_STEP = timedelta(microseconds=10)


@dataclass(frozen=True, slots=True)
class CorePlan:
    """How much is measured. `near` accounts of the largest crowd are near their limits."""

    accounts: tuple[int, ...] = (1, 10, 100, 1_000)
    near: int = 300
    rounds: int = 25
    quotes: int = 2_000  # of one round; a figure is the median of the rounds
    growth: tuple[int, ...] = (1, 10, 100)
    replayed: int = 200_000
    samples: int = 300
    peer_quotes: int = 100_000


# What the issue asks for: quotes a second.
_ONE, _CALM, _NEAR = 250_000, 100_000, 10_000
_EVENTS, _DAYS, _DAYS_S = 100_000, 250, 30


def measure_core(plan: CorePlan, tell: Tell) -> list[Figure]:
    """Measure quotes a second through the pure core, after a walk that has seen its range."""
    tell("core: one account, 2 positions")
    found = [_rate("one account, 2 positions", Crowd(), plan, _ONE)]
    for accounts in plan.accounts:
        tell(f"core: {accounts} accounts")
        crowd = Crowd(accounts, _EACH, _SYMBOLS)
        name = f"{accounts} x {_EACH} positions x {_SYMBOLS} symbols, calm"
        found.append(_rate(name, crowd, plan, _CALM if accounts == max(plan.accounts) else None))
    most = max(plan.accounts)
    near = min(plan.near, most)
    tell(f"core: {near} of {most} accounts near a limit")
    crowd = Crowd(most, _EACH, _SYMBOLS, near)
    found.append(_rate(f"{most} accounts, {near} of them near a limit", crowd, plan, _NEAR))
    peer = _nautilus(plan.peer_quotes, tell)
    if peer:
        ratio = found[0].value / peer
        found.append(Figure("nautilus_trader, one position, its P&L each time", peer, "quotes/s"))
        found.append(Figure("one account to nautilus_trader", ratio, "times"))
    return found


def _nautilus(count: int, tell: Tell) -> float | None:
    """Return the quotes a second of the peer, None where it is not installed."""
    python = os.environ.get(PEERS)
    if not python or not count:
        tell(f"nautilus_trader: left out, {PEERS} names no interpreter that has it")
        return None
    words = [python, str(FOLDER / "with_nautilus.py"), str(count)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    if ran.returncode:
        tell(f"nautilus_trader: left out: {ran.stderr.strip().splitlines()[-1:]}")
        return None
    return float(json.loads(ran.stdout)["rate"])


def measure_replay(plan: CorePlan, tell: Tell) -> list[Figure]:
    """Measure a day through the core: quotes, a position now and then, deadlines as they come."""
    tell(f"replay: {plan.replayed:,} events")
    core = Crowd().core()
    events = list(_day(plan.replayed))
    began = time.perf_counter()
    now, acted = NOON, 0
    step = timedelta(hours=3) / plan.replayed
    for event in events:
        now += step
        if core.deadline(now) <= now:
            acted += len(core.handle(TimePassed(), now))
        acted += len(core.handle(event, now))
    took = time.perf_counter() - began
    rate = len(events) / took
    return [
        Figure("replay, events through the core", rate, "events/s", least=_EVENTS),
        Figure(f"{_DAYS} trading days of 10,000 events", _DAYS * 10_000 / rate, "s", _DAYS_S),
    ]


def measure_scale(plan: CorePlan, tell: Tell) -> list[Figure]:
    """Measure how each cost grows from the first to the last of `plan.growth`, and hold it."""
    found: list[Figure] = []
    for axis, crowds in _axes(plan.growth):
        tell(f"scale: {axis}")
        quote = [_median_us(_quotes(crowd, plan.samples)) for crowd in crowds]
        told = [_median_us(_positions(crowd, plan.samples)) for crowd in crowds]
        times = plan.growth[-1] / plan.growth[0]
        found += [
            *grown(f"a calm quote, by {axis}", quote, "constant", 3.0),
            *grown(f"a position told, by {axis}", told, *_HELD[axis](times)),
        ]
    return found


def _linear(times: float) -> tuple[str, float]:
    return "linear", 1.5 * times


def _constant(times: float) -> tuple[str, float]:
    del times
    return "constant", 3.0


# How a position's own event may grow; all accounts but its own are left alone.
_HELD = {
    "accounts": _constant,
    "positions": _linear,
    "working orders": _linear,
    "fills": _constant,
}


def _axes(growth: Sequence[int]) -> Iterator[tuple[str, list[Crowd]]]:
    one = Crowd(1, 1, 1)
    yield "accounts", [replace(one, accounts=n) for n in growth]
    yield "positions", [replace(one, positions=n, symbols=n) for n in growth]
    yield "working orders", [replace(one, stops=n) for n in growth]
    yield "fills", [replace(one, fills=2 * n) for n in growth]


def _rate(name: str, crowd: Crowd, plan: CorePlan, least: float | None) -> Figure:
    core = crowd.core()
    # A new best is kept on disk each time: a calm market has seen its range.
    now, _ = _play(core, crowd.ends(), NOON)
    rates: list[float] = []
    quotes = crowd.quotes(plan.quotes * plan.rounds)
    for number in range(plan.rounds):
        part = quotes[number * plan.quotes : (number + 1) * plan.quotes]
        now, took = _play(core, part, now)
        rates.append(len(part) / took)
    return Figure(name, quantile(rates, 0.5), "quotes/s", least=least)


def _play(core: Core, events: Sequence[Event], now: datetime) -> tuple[datetime, float]:
    began = time.perf_counter()
    for event in events:
        now += _STEP
        core.handle(event, now)
    return now, time.perf_counter() - began


def _quotes(crowd: Crowd, count: int) -> Iterator[float]:
    """Yield the seconds of calm quotes: back and forth between two prices, both seen."""
    core = crowd.core()
    events = crowd.quotes(1)
    there, back = events[0], replace(events[0], last=PRICE)
    _play(core, [there, back] * 4, NOON)
    for number in range(count):
        yield _play(core, [(there, back)[number % 2]], NOON)[1]


def _positions(crowd: Crowd, count: int) -> Iterator[float]:
    """Yield the seconds of a position's event that changes its average a little."""
    core = crowd.core()
    (position, *_) = core.watches[1].state.positions
    for number in range(count):
        changed = replace(position, average_price=PRICE + number % 2)
        yield _play(core, [PositionSeen(changed)], NOON)[1]


def _day(count: int) -> Iterator[Event]:
    """Yield quotes, and every 500th a position's own event."""
    quotes: list[QuoteSeen] = Crowd().quotes(count)
    (held, *_) = Crowd().core().watches[1].state.positions
    for number, quote in enumerate(quotes):
        average = PRICE + number % 3
        changed = replace(held, average_price=average)
        yield PositionSeen(changed) if number % 500 == 499 else quote


def _median_us(samples: Iterator[float]) -> float:
    return quantile(list(samples), 0.5) * 1_000_000
