"""Which way the permitted hours are stricter."""

from dataclasses import replace
from itertools import product

import pytest

from curb.config.hours import close_direction, hours_direction, session_direction
from curb.config.models import Config
from curb.config.parse import parse
from curb.rules.session_block_outside import Hours, SessionBlockOutside

from .drawn import SHIPPED

BASE = parse(SHIPPED, "config.toml")


def rule(start: str, end: str, **sessions: Hours) -> SessionBlockOutside:
    changes = {"start": start, "end": end, "sessions": sessions}
    return BASE.rule(SessionBlockOutside).model_copy(update=changes)


def permitted(start: str, end: str) -> set[int]:
    """The hours of the day that a window of whole hours covers."""
    first, last = int(start[:2]), int(end[:2])
    return {hour % 24 for hour in range(first, last if first < last else last + 24)}


@pytest.mark.parametrize(
    ("old", "new", "start", "end"),
    [
        (("08:30", "15:00"), ("09:00", "15:00"), "tighter", None),
        (("08:30", "15:00"), ("08:00", "15:00"), "looser", None),
        (("08:30", "15:00"), ("08:30", "14:59"), None, "tighter"),
        (("08:30", "15:00"), ("08:30", "08:00"), None, "looser"),
        (("08:30", "15:00"), ("15:30", "15:00"), "looser", None),  # around the clock, nearly
        (("08:30", "15:00"), ("09:00", "14:00"), "tighter", "tighter"),
        (("08:30", "15:00"), ("09:00", "16:00"), "tighter", "looser"),
        (("08:30", "15:00"), ("14:00", "10:00"), "looser", "looser"),  # each alone is narrower
        (("08:30", "15:00"), ("15:00", "08:30"), "looser", "looser"),
        (("17:00", "16:00"), ("08:30", "15:00"), "tighter", "tighter"),
        (("17:00", "16:00"), ("18:00", "02:00"), "tighter", "tighter"),
        (("22:00", "02:00"), ("23:00", "01:00"), "tighter", "tighter"),
        (("22:00", "02:00"), ("22:00", "21:00"), None, "looser"),
    ],
)
def test_start_and_end_only_mean_hours_together(
    old: tuple[str, str], new: tuple[str, str], start: str | None, end: str | None
) -> None:
    was, now = rule(*old), rule(*new)
    if start:
        assert hours_direction("start", was, now) == start
    if end:
        assert hours_direction("end", was, now) == end


def test_what_applies_at_once_never_permits_an_hour_more() -> None:
    texts = [f"{hour:02d}:00" for hour in range(0, 24, 3)]
    hours = [(start, end) for start, end in product(texts, texts) if start != end]
    for old, new in product(hours, hours):
        was, now = rule(*old), rule(*new)
        start = new[0] if hours_direction("start", was, now) == "tighter" else old[0]
        end = new[1] if hours_direction("end", was, now) == "tighter" else old[1]
        assert start != end
        assert permitted(start, end) <= permitted(*old)
        if permitted(*new) <= permitted(*old):
            assert (start, end) == new


@pytest.mark.parametrize(
    ("before", "after", "is_first", "direction"),
    [
        (None, ("09:00", "10:00"), False, "tighter"),
        (None, ("08:30", "15:00"), False, "tighter"),
        (None, ("17:00", "16:00"), False, "looser"),
        (None, ("09:00", "10:00"), True, "looser"),  # the account's lock becomes the symbols'
        (("17:00", "16:00"), ("18:00", "16:00"), False, "tighter"),
        (("18:00", "16:00"), ("17:00", "16:00"), False, "looser"),
        (("09:00", "10:00"), None, False, "looser"),
    ],
)
def test_a_symbols_own_hours_are_compared_with_those_it_had(
    before: tuple[str, str] | None,
    after: tuple[str, str] | None,
    is_first: bool,
    direction: str,
) -> None:
    others = {} if is_first else {"NQ": Hours(start="08:30", end="15:00")}
    was, now = (Hours(start=each[0], end=each[1]) if each else None for each in (before, after))
    assert session_direction(was, now, rule("08:30", "15:00", **others)) == direction


def day(**changes: str) -> Config:
    return replace(BASE, day=BASE.day.model_copy(update=changes))


@pytest.mark.parametrize(
    ("before", "after", "old", "direction"),
    [
        ("12:15", "12:00", BASE, "tighter"),
        ("12:00", "12:15", BASE, "looser"),
        ("12:00", None, BASE, "looser"),
        (None, "23:00", BASE, "tighter"),
        ("12:00", "18:00", BASE, "tighter"),  # the evening before
        ("18:00", "12:00", BASE, "looser"),
        ("12:00", "17:00", BASE, "looser"),  # the end of the trading day
        ("17:00", "12:00", BASE, "tighter"),
        ("12:15", "12:00", day(reset_time="12:10"), "looser"),
        ("12:15", "12:00", day(timezone="UTC"), "looser"),
        ("12:00", "12:15", day(timezone="UTC"), "looser"),
    ],
)
def test_an_early_close_is_tighter_the_earlier_it_comes_in_the_trading_day(
    before: str | None, after: str | None, old: Config, direction: str
) -> None:
    assert close_direction(before, after, old) == direction
