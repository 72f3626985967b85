import pytest

from curb.control.frames import Reply
from curb.tui.cards import lock_card, quit_card, reload_card
from curb.tui.commands import COMMANDS
from curb.tui.helping import help_card
from curb.tui.ui import Card, Leave, Question, Send, Ui

from . import scenes
from .moments import text, view


def said(card: Card) -> str:
    return "\n".join(text for text, _ in (*card.lines, *card.ways))


def change(verdict: str, key: str = "rules.a.limit", new: str = "4") -> dict[str, str]:
    return {"key": key, "old": "5", "new": new, "verdict": verdict}


def offered(*changes: dict[str, str], word: str = "", holds: bool = False) -> Card:
    """The card of a preview with these changes, of the file with the hash `f0`."""
    is_whole = not any("refused" in each["verdict"] for each in changes)
    data = {"changes": [*changes], "error": None, "file": "f0", "word": word, "holds": holds}
    return reload_card(Reply(ok=is_whole, text="a summary", data=data))


APPLY = Send("reload", {"file": "f0"}, "RELOAD")
CONFIRM = Send("reload", {"file": "f0", "confirm": True}, "RELOAD")
TIGHTER, HELD = "tighter: applies now", "tighter: held, it would close a position now"
LATER, REFUSED = "looser: waits until Mon 17:00", "looser: refused while a lock runs"


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
    card = offered(*[change(TIGHTER)] * 3)
    assert card.title == "config.toml: 3 changes"
    assert "rules.a.limit: 5 → 4" in said(card)
    assert TIGHTER in said(card)
    assert dict(card.keys) == {"y": APPLY, "enter": APPLY}


def test_an_engine_that_names_no_file_is_asked_for_none() -> None:
    data = {"changes": [change(TIGHTER)], "error": None}
    card = reload_card(Reply(ok=True, text="", data=data))
    assert dict(card.keys)["y"] == Send("reload", {}, "RELOAD")


@pytest.mark.parametrize(
    ("verdict", "role"),
    [
        (TIGHTER, "good"),
        (HELD, "warn"),
        (LATER, "warn"),
        (REFUSED, "warn"),
        ("looser: applies now (practice)", "warn"),
        ("withdrawn: it waits no longer", "warn"),
        ("after a restart", "warn"),
        ("applies now", "text"),
    ],
)
def test_a_verdict_is_seen_at_once(verdict: str, role: str) -> None:
    assert offered(change(verdict)).lines[1] == (f"  {verdict}", role)


def test_a_loosening_wants_its_word() -> None:
    card = offered(change(LATER, new="9"), change(TIGHTER), word="LOOSEN")
    assert "after the word LOOSEN" in said(card)
    question = Question("LOOSEN a.limit 5 → 9", "LOOSEN", APPLY)
    assert dict(card.keys) == {"y": question, "enter": question}


def test_a_long_loosening_names_the_first_and_counts_the_rest() -> None:
    card = offered(*[change(LATER, key=f"rules.{k}", new="9") for k in "abcd"], word="LOOSEN")
    question = dict(card.keys)["y"]
    assert isinstance(question, Question)
    assert question.sentence == "LOOSEN a 5 → 9, b 5 → 9 and 2 more"


def test_what_is_held_is_left_out_or_confirmed_by_a_key_of_its_own() -> None:
    card = offered(change(TIGHTER), change(HELD, new="2"), holds=True)
    assert "apply all but what is held" in said(card)
    everything = Question("APPLY ALL: a.limit 5 → 2 closes a position at market NOW", "Y", CONFIRM)
    assert dict(card.keys) == {"y": APPLY, "c": everything}


def test_what_is_held_and_loosens_beside_it_wants_the_word_either_way() -> None:
    card = offered(change(LATER, new="9"), change(HELD, new="2"), word="LOOSEN", holds=True)
    keys = dict(card.keys)
    assert keys["y"] == Question("LOOSEN a.limit 5 → 9", "LOOSEN", APPLY)
    assert isinstance(keys["c"], Question)
    assert (keys["c"].word, keys["c"].effect) == ("LOOSEN", CONFIRM)


def test_what_is_refused_keeps_nothing_else_from_being_applied() -> None:
    card = offered(change(REFUSED, key="rules.b.limit"), change(TIGHTER))
    assert card.title == "config.toml: 2 changes"
    assert REFUSED in said(card)
    assert dict(card.keys)["y"] == APPLY


def test_where_all_is_refused_there_is_nothing_to_apply() -> None:
    card = offered(change(REFUSED))
    assert "Nothing of it can be applied" in said(card)
    assert card.keys == ()


def test_the_ways_stay_in_sight_under_many_changes() -> None:
    card = offered(*[change(TIGHTER)] * 50)
    words = text(view(ui=Ui(card=card)), part="card")
    assert "y    apply" in words
    assert "19/100 j/k" in words


@pytest.mark.parametrize(
    "reply",
    [
        Reply(ok=False, text="x", data={"changes": [], "error": "config.toml:3: expected 5"}),
        Reply(ok=False, text="config.toml:3: expected 5", data=None),
        Reply(ok=False, text="config.toml:3: expected 5", data={"changes": [], "error": None}),
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
    hostile = dict.fromkeys(("key", "old", "new", "verdict"), scenes.HOSTILE[2])
    card = reload_card(Reply(ok=True, text="", data={"changes": [hostile, 7], "error": None}))
    assert said(card).replace("\n", "").isprintable()
