"""Pictures of what is reached by name and by key, and of what came of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.audit import Act
from curb.tui.headroom import card
from curb.tui.keys import press
from curb.tui.results import answered, begun, finished
from curb.tui.ui import AUDIT, Send, Ui
from tests.tui import scenes
from tests.tui.moments import app, view
from tests.tui.test_rooms import ROOM

ALL = Send("flatten", {"symbol": None}, "FLATTEN ALL")
YES = Reply(ok=True, text="flatten ALL sent")
ENDED = scenes.row(10, 0, "MANUAL", Act.FLATTEN, "everything flattened by key")


def typed(*keys: str, ui: Ui | None = None) -> Ui:
    shown = ui or Ui()
    for key in keys:
        shown, _ = press(shown, key, view(ui=shown))
    return shown


def ended(*, success: bool) -> Ui:
    sent = answered(begun(Ui(), ALL, view()), ALL, YES, view())
    return finished(sent, replace(ENDED, success=success, execution_time_ms=214))


SCENES = {
    "palette": typed(":"),
    "palette query": typed(":", *"fla", "down"),
    "palette argument": typed(":", *"lock", "space", *"30m"),
    "palette nothing": typed(":", *"zzz"),
    "help of the audit": typed("?", ui=Ui(pane=AUDIT)),
    "help searched": typed("?", "/", *"trade"),
    "symbol asked": typed("h", ui=Ui(pane=AUDIT)),
    "headroom": Ui(card=card(Reply(ok=True, text="", data=codec.encode(ROOM)), view())),
    "in flight": begun(Ui(), ALL, view()),
    "sent": answered(begun(Ui(), ALL, view()), ALL, YES, view()),
    "done": ended(success=True),
    "failed": ended(success=False),
    "once more": typed("R", ui=ended(success=False)),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (50, 10)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", SCENES)
def test_commands_and_what_came_of_them(
    snap_compare: Callable[..., bool], name: str, size: tuple[int, int]
) -> None:
    shown = app()
    shown.ui = SCENES[name]
    assert snap_compare(shown, terminal_size=size)
    assert shown.return_code == 0
