"""Trusted time as a table: the machine's clock is believed only where nothing else is."""

from datetime import datetime, timedelta

import pytest

from curb.engine.clock import TrustedClock
from tests.scene import NOON


class Machine:
    def __init__(self, wall: datetime) -> None:
        self.wall = wall
        self.ticks = 100.0

    def clock(self, last_seen_at: datetime | None) -> TrustedClock:
        return TrustedClock(lambda: self.ticks, lambda: self.wall, last_seen_at)


def later(**units: float) -> datetime:
    return NOON + timedelta(**units)


def test_before_the_venue_is_heard_it_goes_on_from_what_was_kept() -> None:
    machine = Machine(wall=later(days=2))  # set forward to end a lock
    clock = machine.clock(NOON)
    machine.ticks += 5
    assert clock.now() == later(seconds=5)
    assert not clock.is_venue_time


def test_the_venue_sets_it() -> None:
    machine = Machine(wall=later(days=2))
    clock = machine.clock(NOON)
    clock.hear(later(hours=3))
    machine.ticks += 1
    assert clock.now() == later(hours=3, seconds=1)


def test_it_never_falls_behind_what_was_kept() -> None:
    clock = Machine(wall=NOON).clock(NOON)
    clock.hear(later(hours=-1))
    assert clock.now() == NOON


def test_on_a_first_start_the_venue_may_be_behind_the_machine() -> None:
    clock = Machine(wall=later(days=2)).clock(None)
    clock.hear(NOON)
    assert clock.now() == NOON


def test_setting_the_machine_back_or_forward_changes_nothing() -> None:
    machine = Machine(wall=NOON)
    clock = machine.clock(None)
    clock.hear(NOON)
    machine.wall = later(days=30)
    assert clock.now() == NOON


@pytest.mark.parametrize(
    ("stamp_s", "now_s"), [(0.4, 0.4), (-5, 0), (2, 2), (3, 0), (86400, 0)], ids=str
)
def test_an_events_stamp_moves_it_a_little_forward_only(stamp_s: float, now_s: float) -> None:
    clock = Machine(wall=NOON).clock(None)
    clock.hear(NOON)
    clock.hear_stamp(later(seconds=stamp_s))
    assert clock.now() == later(seconds=now_s)


def test_an_older_date_does_not_turn_it_back() -> None:
    machine = Machine(wall=NOON)
    clock = machine.clock(None)
    clock.hear(NOON)
    machine.ticks += 10
    clock.hear(later(seconds=9))
    assert clock.now() == later(seconds=10)


def test_the_venue_moves_the_clock_forward_and_never_back() -> None:
    clock = Machine(wall=NOON).clock(None)
    for venue_s, now_s in ((0, 0), (9, 9), (4, 9)):
        clock.hear(later(seconds=venue_s))
        assert clock.now() == later(seconds=now_s)
