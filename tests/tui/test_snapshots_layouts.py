"""Pictures of two accounts side by side, of a pause, and of panes without a place."""

from collections.abc import Callable

import pytest

from curb.domain.snapshot import Snapshot
from curb.tui.keys import press
from curb.tui.ui import Ui
from tests.tui import scenes
from tests.tui.moments import app, view

SCENES: dict[str, tuple[Snapshot, Ui, tuple[int, int]]] = {
    "side by side": (scenes.TWO, Ui(account=1), (200, 60)),
    "paused": (scenes.CALM, press(Ui(), "p", view())[0], (80, 24)),
    "rules at 80": (scenes.CALM, Ui(pane=5), (80, 24)),
    "health at 120": (scenes.CALM, Ui(pane=6), (120, 40)),
    "twenty by three": (scenes.LOCKED, Ui(), (20, 3)),
    "emergency calm": (scenes.CALM, Ui(), (50, 10)),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_layout(snap_compare: Callable[..., bool], name: str) -> None:
    snapshot, ui, size = SCENES[name]
    shown = app(snapshot)
    shown.ui = ui
    assert snap_compare(shown, terminal_size=size)
