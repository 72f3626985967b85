"""Every theme, and the characters of a poor terminal, on a scene with all that can go wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from curb.domain.snapshot import UiView
from curb.tui.theme import PLAIN

from . import scenes
from .moments import app
from .test_themes import SEVEN

Compare = Callable[..., bool]


@pytest.mark.parametrize("name", SEVEN)
def test_a_theme(snap_compare: Compare, name: str) -> None:
    assert snap_compare(app(scenes.LOCKED, name=name), terminal_size=(120, 40))


@pytest.mark.parametrize("name", ["ansi16", PLAIN, "cvd"])
def test_no_color_whatever_theme_was_wanted(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(scenes.LOCKED, name=name), terminal_size=(80, 24))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
def test_ascii(snap_compare: Compare, size: tuple[int, int]) -> None:
    locked = replace(scenes.LOCKED, ui=UiView(glyphs="ascii"))
    assert snap_compare(app(locked), terminal_size=size)


def test_a_theme_that_cannot_be_used_is_told(snap_compare: Compare) -> None:
    broken = replace(scenes.CALM, ui=UiView(theme="none"))
    assert snap_compare(app(broken, name=""), terminal_size=(80, 24))
