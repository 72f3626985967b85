from dataclasses import replace

import pytest

from curb.domain.snapshot import CheckView
from curb.tui.title import title
from curb.tui.view import View

from . import scenes
from .moments import view

WAITING = replace(scenes.CALM, is_ready=False, preflight=(CheckView("login", False, "none yet"),))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (view(), "curb ARMED -386.00"),
        (view(scenes.snapshot(scenes.account(state="LOCKED"))), "curb LOCKED"),
        (view(scenes.snapshot(scenes.account(pnl=scenes.pnl(total=None)))), "curb ARMED ?"),
        (view(scenes.LOCKED), "curb ALERT"),
        (view(scenes.TWO), "curb COOLDOWN"),
        (view(WAITING), "curb PRE-FLIGHT 0/1"),
        (view(scenes.snapshot(scenes.account(can_trade=False))), "curb CANNOT TRADE"),
        (view(replace(scenes.CALM, accounts=())), "curb NO ACCOUNT"),
        (view(None), "curb NO ENGINE"),
        (view(silent_s=2.5), "curb NO ENGINE"),
        (view(engine="ENGINE DIED"), "curb NO ENGINE"),
    ],
)
def test_the_title_tells_the_state_first(moment: View, words: str) -> None:
    assert title(moment) == words
