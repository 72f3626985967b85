"""Pictures of a first start, of a pre-flight that waits, and of a real account."""

from collections.abc import Callable

import pytest

from curb.domain.snapshot import Snapshot
from tests.tui import scenes
from tests.tui.moments import app
from tests.tui.panes.test_notice import preflight, waiting

SIZES = [(80, 24), (120, 40)]
FIRST = scenes.snapshot(
    scenes.account(positions=(), orders=(), timers=(scenes.RESET,)),
    is_first=True,
    config_path="/home/ann/.config/curb/config.toml",
    state_dir="/home/ann/.local/state/curb",
)
LIVE = scenes.snapshot(is_paper=False, gateway="topstepx", preflight=preflight())
SCENES = {"first run": FIRST, "pre-flight": waiting("market hub", "first read"), "live": LIVE}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
def test_the_first_start_and_going_live(
    snap_compare: Callable[..., bool], name: str, size: tuple[int, int]
) -> None:
    snapshot: Snapshot = SCENES[name]
    shown = app(snapshot, () if name == "first run" else scenes.ROWS)
    assert snap_compare(shown, terminal_size=size)
    assert shown.return_code == 0
