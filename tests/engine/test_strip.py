"""The samples of a day."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.sessions import TradingDays
from curb.domain.snapshot import Snapshot, StripView
from curb.engine.strip import MOST, Strip, Strips
from tests.scene import NOON
from tests.tui import scenes

DAYS = TradingDays()
DAY = DAYS.day_of(NOON)


def whole(amounts: tuple[Decimal | None, ...]) -> list[int | None]:
    return [None if amount is None else int(amount) for amount in amounts]


def drawn(*samples: tuple[float, int | None]) -> StripView:
    """Return a strip that was told values at so many minutes after noon."""
    strip = Strip(DAY, NOON, NOON)
    for minutes, value in samples:
        amount = None if value is None else Decimal(value)
        strip.add(amount, NOON + timedelta(minutes=minutes))
    return strip.view()


@pytest.mark.parametrize(
    ("samples", "lows", "highs"),
    [
        ((), (), ()),
        (((0, 5),), (5,), (5,)),
        (((0, 5), (0.5, -7), (0.9, 2)), (-7,), (5,)),
        (((0, 5), (1, 6)), (5, 6), (5, 6)),
        (((0, 5), (3, 6)), (5, None, None, 6), (5, None, None, 6)),
        (((0, 5), (1, None)), (5, None), (5, None)),
        (((0, 5), (0.5, None)), (5,), (5,)),
        (((2, 5), (1, 9)), (None, None, 5), (None, None, 5)),
    ],
)
def test_a_minute_keeps_its_least_and_its_most(
    samples: tuple[tuple[float, int | None], ...],
    lows: tuple[int | None, ...],
    highs: tuple[int | None, ...],
) -> None:
    view = drawn(*samples)
    assert (whole(view.lows), whole(view.highs)) == ([*lows], [*highs])


def test_a_whole_day_is_bounded_and_loses_no_extreme() -> None:
    view = drawn(*((minute, -450 if minute == 700 else 0) for minute in range(1440)))
    assert 0 < len(view.lows) <= MOST
    assert min(filter(None, view.lows)) == Decimal(-450)
    assert view.until == NOON + timedelta(minutes=1439)


@pytest.mark.parametrize("count", [MOST, MOST + 1, MOST + 2])
def test_full_spans_become_half_as_many(count: int) -> None:
    view = drawn(*((minute, minute) for minute in range(count)))
    expected = MOST if count == MOST else MOST // 2 + 1
    assert len(view.lows) == expected
    assert (whole(view.lows)[0], whole(view.highs)[-1]) == (0, count - 1)


def test_a_long_silence_is_a_gap_at_any_length() -> None:
    view = drawn((0, 1), (1000, 2))
    assert [whole(view.lows)[n] for n in (0, 1, -1)] == [1, None, 2]
    assert len(view.lows) <= MOST


@pytest.mark.parametrize(("minutes", "is_late"), [(0, False), (1, False), (2, True)])
def test_it_says_that_the_day_began_before(minutes: int, is_late: bool) -> None:
    strip = Strip(DAY, NOON, NOON + timedelta(minutes=minutes))
    assert strip.view().is_late is is_late


def told(**changes: object) -> Snapshot:
    known = scenes.account(read_at=scenes.AT, positions=(), **changes)
    return scenes.snapshot(known)


def last(snapshot: Snapshot) -> Decimal | None:
    strip = Strips().sampled(snapshot, DAYS).accounts[0].pnl.strip
    assert strip is not None
    return strip.lows[-1]


@pytest.mark.parametrize(
    ("snapshot", "value"),
    [
        (told(), -386),
        (told(pnl=scenes.pnl(basis="realized", is_open_partial=True)), -350),
        (told(pnl=scenes.pnl(is_open_partial=True)), None),
        (told(pnl=scenes.pnl(total=None)), None),
        (scenes.snapshot(scenes.account(read_at=None)), None),
        (
            scenes.snapshot(
                scenes.account(read_at=scenes.AT, positions=(scenes.position(is_stale=True),))
            ),
            None,
        ),
        (scenes.snapshot(scenes.account(read_at=scenes.AT)), -386),
    ],
)
def test_what_is_not_sure_is_a_gap(snapshot: Snapshot, value: int | None) -> None:
    assert last(snapshot) == value


def test_a_new_day_begins_anew() -> None:
    strips = Strips()
    strips.sampled(told(), DAYS)
    second = replace(told(), at=scenes.at(60))
    strip = strips.sampled(second, DAYS).accounts[0].pnl.strip
    assert strip is not None
    assert len(strip.lows) == 2
    pnl = scenes.pnl(trading_day=scenes.pnl().trading_day + timedelta(days=3))
    strip = strips.sampled(replace(told(pnl=pnl), at=scenes.at(120)), DAYS).accounts[0].pnl.strip
    assert strip is not None
    assert whole(strip.lows) == [-386]
