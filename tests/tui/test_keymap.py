"""Which key does what, whatever the engine says of it."""

from dataclasses import replace

import pytest

from curb.domain.keys import KEYS
from curb.domain.snapshot import KeyView
from curb.tui.helping import help_card
from curb.tui.keymap import Keymap, keymap

from . import scenes
from .moments import text, view


def told(**keys: str) -> Keymap:
    views = tuple(KeyView(name, key) for name, key in keys.items())
    return keymap(replace(scenes.CALM, keys=views))


def found(keys: Keymap, key: str) -> str | None:
    command = keys.find(key, is_observing=False)
    return command.id if command is not None else None


@pytest.mark.parametrize("keys", [keymap(None), told()])
def test_before_the_engine_says_otherwise_every_key_is_as_ever(keys: Keymap) -> None:
    for known in KEYS:
        assert {found(keys, key) for key in (known.key, *known.fixed)} == {known.id}


def test_a_command_leaves_its_old_key_and_keeps_the_fixed_ones() -> None:
    keys = told(flatten_all="f5", down="s")
    assert [found(keys, key) for key in ("f5", "X", "ctrl+x")] == [
        "flatten_all",
        None,
        "flatten_all",
    ]
    assert [found(keys, key) for key in ("s", "j", "down")] == ["down", None, "down"]
    assert (keys.words["flatten_all"], keys.words["up"]) == ("f5", "k")
    assert (keys.key_of("flatten_all"), keys.key_of("account")) == ("f5", "")


def test_two_commands_may_change_places() -> None:
    keys = told(flatten="X", flatten_all="F")
    assert [found(keys, key) for key in "FX"] == ["flatten_all", "flatten"]


def test_what_another_version_tells_harms_nothing() -> None:
    keys = told(unlock="U", zoom="q", quit="ctrl+x")
    assert found(keys, "U") is None
    assert found(keys, "ctrl+x") == "flatten_all"  # a fixed key is never given away
    assert found(keys, "ctrl+c") == "quit"
    only = told(zoom="F")
    assert found(only, "F") == "zoom"  # and `flatten`, of which nothing is told, has none
    assert only.words["flatten"] == "?"


def test_an_observer_finds_nothing_that_acts() -> None:
    assert keymap(None).find("F", is_observing=True) is None
    assert keymap(None).find("q", is_observing=True) is not None


def test_help_foot_and_the_smallest_screen_show_the_keys_in_force() -> None:
    keys = (
        KeyView("flatten", "D"),
        KeyView("flatten_all", "f5"),
        KeyView("top", "t"),
        KeyView("back", "b"),
        KeyView("previous_pane", "f2"),
    )
    moment = view(replace(scenes.CALM, keys=keys))
    foot = text(moment, part="foot")
    assert " D y flatten  f5 Y flatten ALL  r reload" in foot
    assert "f5 flatten ALL" in text(moment, 50, 10)
    words = "\n".join(line for line, _ in help_card(moment).lines)
    for said in (
        "D y        flatten ",
        "f5 Y       flatten all ",
        "t          top ",
        "b          back ",
        "f2         previous pane ",
    ):
        assert said in words
    assert "{" not in words


def test_a_key_from_outside_cannot_command_the_terminal() -> None:
    moment = view(replace(scenes.CALM, keys=(KeyView("flatten", scenes.HOSTILE[2]),)))
    assert text(moment).replace("\n", "").isprintable()
