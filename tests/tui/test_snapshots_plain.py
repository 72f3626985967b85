"""Pictures of the plain screen."""

from collections.abc import Callable

import pytest

from curb.domain.snapshot import UiView
from curb.tui.keys import press
from curb.tui.ui import AUDIT, RULES, Ui
from tests.tui import scenes
from tests.tui.moments import app, view

PLAIN = scenes.snapshot(scenes.account(), ui=UiView(plain=True))
SCENES = {
    "positions": Ui(),
    "audit": Ui(pane=AUDIT),
    "rules": Ui(pane=RULES),
    "question": press(Ui(), "F", view())[0],
}


@pytest.mark.parametrize("name", SCENES)
def test_a_plain_screen(snap_compare: Callable[..., bool], name: str) -> None:
    shown = app(PLAIN)
    shown.ui = SCENES[name]
    assert snap_compare(shown, terminal_size=(80, 24))
