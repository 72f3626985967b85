import pytest

from curb.control.frames import Reply
from curb.tui.cards import help_card, lock_card, quit_card, reload_card
from curb.tui.commands import COMMANDS
from curb.tui.ui import Card, Leave, Send

from . import scenes
from .moments import view


def said(card: Card) -> str:
    return "\n".join(text for text, _ in card.lines)


def test_the_help_explains_every_command() -> None:
    words = said(help_card(view()))
    for command in COMMANDS:
        if command.shown:
            assert view().keys.filled(command.long) in words


def test_a_lock_says_that_nothing_ends_it_and_asks_a_word() -> None:
    card = lock_card(view())
    assert "Nothing ends it sooner: no key, no command, no restart." in said(card)
    questions = dict(card.keys)
    assert [questions[key].word for key in "12345"] == ["LOCK"] * 5  # type: ignore[union-attr]


def test_without_an_account_there_is_nothing_to_lock() -> None:
    assert lock_card(view(None)).keys == ()


def test_leaving_says_that_enforcing_goes_on_and_offers_both() -> None:
    card = quit_card(view())
    assert "Enforcing goes on in the background unless the engine is stopped too." in said(card)
    assert "2 open positions" in said(card)
    assert dict(card.keys) == {"d": Leave(stop_engine=False), "s": Leave(stop_engine=True)}


def test_leaving_a_flat_account_says_so() -> None:
    assert "Flat, and no lock runs." in said(quit_card(view(scenes.FLAT)))


@pytest.mark.parametrize("changes", [{"engine": "ENGINE DIED"}, {"snapshot": None}])
def test_leaving_without_an_engine_does_not_promise_one(changes: dict[str, object]) -> None:
    card = quit_card(view(**changes))  # type: ignore[arg-type]
    assert "nothing is enforced" in said(card)
    assert [key for key, _ in card.keys] == ["d"]


def test_an_observer_cannot_stop_the_engine() -> None:
    assert [key for key, _ in quit_card(view(is_observing=True)).keys] == ["d"]


def test_changes_are_named_with_their_verdicts_and_applied_on_yes() -> None:
    change = {"key": "rules.a.limit", "old": "5", "new": "4", "verdict": "tighter: now"}
    card = reload_card(Reply(ok=True, text="", data={"changes": [change] * 3, "error": None}))
    assert card.title == "config.toml: 3 changes"
    assert "rules.a.limit: 5 → 4" in said(card)
    assert "tighter: now" in said(card)
    assert dict(card.keys) == {key: Send("reload", {}, "RELOAD") for key in ("y", "enter")}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(ok=False, text="x", data={"changes": [], "error": "config.toml:3: expected 5"}),
        Reply(ok=False, text="config.toml:3: expected 5", data=None),
        Reply(ok=False, text="config.toml:3: expected 5", data={"changes": [{}], "error": None}),
    ],
)
def test_a_refused_file_is_named_by_line_and_cannot_be_applied(reply: Reply) -> None:
    card = reload_card(reply)
    assert "config.toml:3: expected 5" in said(card)
    assert "last good config stays in force" in said(card)
    assert card.keys == ()


@pytest.mark.parametrize("data", [None, [], "x", {"changes": None}, {"changes": []}])
def test_without_changes_there_is_nothing_to_apply(data: object) -> None:
    card = reload_card(Reply(ok=True, text="", data=data))
    assert "Nothing changed." in said(card)
    assert card.keys == ()


def test_a_hostile_change_stays_text() -> None:
    change = dict.fromkeys(("key", "old", "new", "verdict"), scenes.HOSTILE[2])
    card = reload_card(Reply(ok=True, text="", data={"changes": [change, 7], "error": None}))
    assert said(card).replace("\n", "").isprintable()
