"""Pictures of every way to the gateway gone or late, each by itself."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from curb.domain.snapshot import Snapshot
from tests.tui import scenes
from tests.tui.moments import app

STALE = scenes.account(
    positions=tuple(replace(each, is_stale=True) for each in scenes.account().positions)
)
SCENES: dict[str, Snapshot] = {
    "REST down": scenes.snapshot(rest=scenes.link("REST", 12.0, word="down", since=scenes.at(-12))),
    "quotes 15 s late": scenes.snapshot(
        STALE, market_hub=scenes.link("MKT", 15.0, word="down", since=scenes.at(-15))
    ),
    "user hub reconnecting": scenes.snapshot(
        user_hub=scenes.link("USER", 3.0, word="down", since=scenes.at(-3))
    ),
    "login lost": scenes.snapshot(
        rest=scenes.link("REST", 4.0, word="auth", since=scenes.at(-4)),
        user_hub=scenes.link("USER", 4.0, word="auth", since=scenes.at(-4)),
        market_hub=scenes.link("MKT", 4.0, word="auth", since=scenes.at(-4)),
    ),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_link(snap_compare: Callable[..., bool], name: str) -> None:
    assert snap_compare(app(SCENES[name]), terminal_size=(80, 24))
