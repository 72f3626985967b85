"""Pictures of the day's figures, the trades and the timers, from calm to all at once."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.snapshot import Snapshot
from tests.tui import scenes
from tests.tui.moments import app
from tests.tui.panes import test_frequency as frequency
from tests.tui.panes import test_pnl as pnl
from tests.tui.panes import test_timers as timers

SIZES = [(80, 24), (120, 40), (200, 60)]
NEAR = replace(pnl.LIMITS[0], value=Decimal("-412.50"), used=Decimal("0.825"), left=Decimal("87.5"))


def day(**changes: object) -> Snapshot:
    figures = scenes.pnl(strip=pnl.STRIP, limits=pnl.LIMITS)
    return scenes.snapshot(scenes.account(**({"pnl": figures} | changes)))


SCENES: dict[str, Snapshot | None] = {
    "near": day(
        pnl=scenes.pnl(
            total=Decimal("-412.50"),
            used=Decimal("0.825"),
            strip=pnl.STRIP,
            limits=(NEAR, *pnl.LIMITS[1:]),
        ),
        windows=(frequency.window(count=3), frequency.HOUR),
    ),
    "locked": scenes.LOCKED,
    "grace ends": day(timers=(scenes.RESET, replace(scenes.GRACE, until=scenes.at(3)))),
    "all timers": day(timers=timers.ALL),
    "no strip yet": day(pnl=scenes.pnl(limits=pnl.LIMITS)),
    "unknown": scenes.UNKNOWN,
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
def test_the_days_figures_and_what_runs(
    snap_compare: Callable[..., bool], name: str, size: tuple[int, int]
) -> None:
    shown = app(SCENES[name])
    assert snap_compare(shown, terminal_size=size)
    assert shown.return_code == 0
