"""What the hub left out is taken so after a moment, once, unless the hub tells it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from curb.domain.events import (
    AccountRead,
    Event,
    FillSeen,
    Link,
    LinkChanged,
    OrderSeen,
    PositionSeen,
    TimePassed,
)
from curb.engine.divergence import PATIENCE, Divergence
from curb.state.untold import Untold
from tests.scene import ACCOUNT, NOON
from tests.state.test_untold import FILL, LONG, MNQ, STOP

READ = AccountRead(1, ACCOUNT.id, NOON, 1)
ALL = (
    Untold("position", MNQ, MNQ, "+2"),
    Untold("order", "9", MNQ, "order 9"),
    Untold("fill", "1", MNQ, "fill 1"),
)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def begun() -> Divergence:
    divergence = Divergence()
    divergence.told(READ, ALL, NOON)
    return divergence


def test_nothing_waits_at_first() -> None:
    assert (Divergence().deadline(), Divergence().take_due(NOON)) == (None, ())


def test_what_is_not_told_in_time_is_due_once() -> None:
    divergence = begun()
    assert divergence.deadline() == NOON + PATIENCE
    assert divergence.take_due(at(PATIENCE.total_seconds() - 0.1)) == ()
    divergence.told(READ, ALL, at(1))  # the next read shows it too: that is not later news
    assert divergence.take_due(NOON + PATIENCE) == ALL
    assert (divergence.take_due(at(99)), divergence.deadline()) == ((), None)


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (PositionSeen(LONG), ALL[1:]),
        (OrderSeen(STOP), (ALL[0], ALL[2])),
        (FillSeen(FILL), ALL[:2]),
        (OrderSeen(replace(STOP, id=10)), ALL),
        (LinkChanged(Link.USER_HUB, False, "lost", 1), ()),
        (TimePassed(), ALL),
    ],
)
def test_what_the_hub_tells_after_all_is_not_left_out(
    event: Event, left: tuple[Untold, ...]
) -> None:
    divergence = begun()
    divergence.told(event, (), at(1))
    assert divergence.take_due(at(9)) == left
