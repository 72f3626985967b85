from dataclasses import replace

import pytest

from curb.control.frames import Reply
from curb.domain.keys import DANGEROUS, KEYS
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity
from curb.domain.snapshot import KeyView
from curb.tui.acts import ASK_S, WORD_S
from curb.tui.cards import reload_card
from curb.tui.commands import COMMANDS
from curb.tui.keys import expire, press
from curb.tui.log import Fetch, Goal, Log
from curb.tui.ui import (
    AUDIT,
    HEALTH,
    TIMERS,
    Effect,
    Inquiry,
    Leave,
    Prompt,
    Restart,
    Result,
    Send,
    Ui,
)
from curb.tui.view import View

from . import scenes
from .moments import view

FLATTEN_ALL = Send("flatten", {"symbol": None}, "FLATTEN ALL")
FLATTEN_MNQ = Send("flatten", {"account_id": scenes.ACCOUNT, "symbol": "MNQ"}, "FLATTEN MNQ")

ROOM_MNQ = Inquiry("headroom", {"account_id": scenes.ACCOUNT, "symbol": "MNQ"})


def lock_for(duration: int | str) -> Send:
    return Send("lock", {"account_id": scenes.ACCOUNT, "duration_s": duration}, "LOCK")


def typed(keys: str | list[str], moment: View | None = None) -> tuple[Ui, list[Effect]]:
    """Press keys one after the other, with no time between; return state and effects."""
    moment = moment or view()
    ui, effects = moment.ui, []
    for key in keys:
        ui, effect = press(ui, key, replace(moment, ui=ui))
        effects += [effect] if effect is not None else []
    return ui, effects


@pytest.mark.parametrize(
    ("keys", "effects"),
    [
        (["X", "Y"], [FLATTEN_ALL]),
        (["ctrl+x", "Y"], [FLATTEN_ALL]),
        (["F", "y"], [FLATTEN_MNQ]),
        (["X", "y"], []),
        (["F", "Y"], []),
        (["X", "escape"], []),
        (["X", "enter"], []),
        (["X", "escape", "Y"], []),
        (["X", "F", "y"], []),
        (["X"] * 20, []),
        (["F"] * 20, []),
        (["X"] * 20 + ["Y"], [FLATTEN_ALL]),
        (["Y"], []),
        (["y"], []),
        (["x", "Y"], []),
        (["f", "y"], []),
        (["a"], [Send("ack", {}, "ACKNOWLEDGE")]),
        (["r"], [Send("reload_preview", {}, "RELOAD")]),
        (["u", "y"], [Restart()]),
        (["u", "n"], []),
        (["q"], []),
        (["q", "d"], [Leave(stop_engine=False)]),
        (["q", "s"], [Leave(stop_engine=True)]),
        (["q", "q", "y", "enter"], []),
        (["q", "escape", "d"], []),
        (["?", "X", "Y"], [FLATTEN_ALL]),
        (["q", "X", "Y"], [FLATTEN_ALL]),
        (["L", "ctrl+x", "Y"], [FLATTEN_ALL]),
        (["F", "X", "Y"], [FLATTEN_ALL]),
        (["F", "X", "y"], []),
        (["X", "ctrl+x", "Y"], []),
        (["L", "2", "X", *"OCK"], []),
        (["L", "2", "ctrl+x", "Y"], [FLATTEN_ALL]),
        ([":", "X", "Y"], []),
        ([":", "ctrl+x", "Y"], [FLATTEN_ALL]),
        (["h", "X", "Y"], [ROOM_MNQ, FLATTEN_ALL]),
        (["L"], []),
        (["L", "2"], []),
        (["L", "2", *"LOCK"], [lock_for(1800)]),
        (["L", "5", *"LOCK"], [lock_for("reset")]),
        (["L", "2", "2", "2", *"LOCK"], [lock_for(1800)]),
        (["L", "2", *"lock"], []),
        (["L", "2", *"LOC", "escape", "K"], []),
        (["L", "2", *"LOXCK"], []),
        (["L", "2", "enter", *"OCK"], []),
        (["L", "6", *"LOCK"], []),
        (["L", "escape", "2", *"LOCK"], []),
    ],
)
def test_keys_do_what_they_say_and_nothing_else(keys: list[str], effects: list[Effect]) -> None:
    assert typed(keys)[1] == effects


def test_every_other_key_says_no() -> None:
    for command in KEYS:
        for key in {command.key, *command.fixed, "enter", "delete", "backspace", "ctrl+d", "n"} - {
            "X",
            "Y",
        }:
            ui, effects = typed(["X", key])
            assert (ui.ask, effects) == (None, []), key


def test_the_question_is_a_whole_sentence() -> None:
    one, _ = typed(["F"])
    assert one.ask is not None
    assert one.ask.sentence == (
        "FLATTEN MNQ: close LONG 2 MNQZ6 (▼-26.00) at market, cancel its 2 orders"
    )
    everything, _ = typed(["X"])
    assert everything.ask is not None
    assert everything.ask.sentence == (
        "FLATTEN ALL: close LONG 2 MNQZ6 (▼-26.00), SHORT 1 MESZ6 (▼-10.00) at market, "
        "cancel ALL orders (2)"
    )


def test_flatten_all_is_of_the_account_shown_and_of_all_by_a_choice_of_its_own() -> None:
    moment = view(scenes.TWO)
    ui, _ = typed(["]", "X"], moment)
    assert ui.ask is not None
    assert ui.ask.sentence.startswith("FLATTEN ALL on …0077: close SHORT 1 MESZ6 (▼-10.00)")
    assert "MNQ" not in ui.ask.sentence
    here = Send("flatten", {"account_id": 77, "symbol": None}, "FLATTEN ALL on …0077")
    assert typed(["]", "X", "Y"], moment)[1] == [here]
    everywhere = replace(FLATTEN_ALL, label="FLATTEN ALL ACCOUNTS")
    assert typed(["]", "X", "A"], moment)[1] == [everywhere]
    assert typed(["]", "X", "a"], moment)[1] == []
    assert typed(["X", "A"])[1] == []


def test_flatten_names_its_account_where_there_are_several() -> None:
    ui, _ = typed(["]", "F"], view(scenes.TWO))
    assert ui.ask is not None
    assert ui.ask.sentence.startswith("FLATTEN MES on …0077: close SHORT 1 MESZ6")


def test_flatten_all_works_without_a_known_position() -> None:
    assert typed(["X", "Y"], view(scenes.FLAT))[1] == [FLATTEN_ALL]


def test_flatten_one_needs_a_position() -> None:
    ui, effects = typed(["F", "y"], view(scenes.FLAT))
    assert effects == []
    assert ui.ask is None


def test_a_question_ends_by_itself() -> None:
    ui, _ = typed(["X"])
    assert expire(ui, 100.0 + ASK_S - 0.1).ask is not None
    assert expire(ui, 100.0 + ASK_S).ask is None
    late = view(ui=ui, moment=100.0 + ASK_S)
    assert press(ui, "Y", late) == (replace(ui, ask=None), None)


def test_a_held_key_does_not_make_the_question_last() -> None:
    ui, _ = typed(["X"])
    again, _ = press(ui, "X", view(ui=ui, moment=104.0))
    assert again.ask == ui.ask


def test_a_second_command_waits_for_the_first() -> None:
    busy = Ui(sending="FLATTEN ALL")
    for keys in (["X", "Y"], ["F", "y"], ["r"], ["a"]):
        ui, effects = typed(keys, view(ui=busy))
        assert effects == []
        assert ui.ask is None


@pytest.mark.parametrize("key", ["F", "X", "r", "a", "L"])
def test_without_an_engine_nothing_is_sent_and_it_is_said(key: str) -> None:
    ui, effects = typed([key], view(engine="ENGINE DIED"))
    assert effects == []
    assert ui.result is not None
    assert "nothing was sent" in ui.result.text


@pytest.mark.parametrize(
    "keys", [["X", "Y"], ["F", "y"], ["r"], ["a"], ["u", "y"], ["q", "s"], ["L", "2"]]
)
def test_an_observing_screen_sends_nothing(keys: list[str]) -> None:
    assert typed(keys, view(is_observing=True))[1] == []


def test_a_word_shows_what_is_typed_of_it_and_ends_by_itself() -> None:
    ui, _ = typed(["L", "2", "L", "O"])
    assert ui.ask is not None
    assert (ui.ask.typed, ui.card) == ("LO", None)
    assert ui.ask.sentence == "LOCK …8841 for 30 minutes: close everything, cancel ALL orders"
    late = view(ui=ui, moment=100.0 + WORD_S)
    assert press(ui, "C", late) == (replace(ui, ask=None), None)


def previewed(word: str, *, holds: bool) -> View:
    """A screen with the card of a reload of the file `f0`."""
    change = {"key": "rules.a.limit", "old": "5", "new": "4", "verdict": "?"}
    data = {"changes": [change], "file": "f0", "word": word, "holds": holds}
    return view(ui=Ui(card=reload_card(Reply(ok=True, text="", data=data))))


APPLY = Send("reload", {"file": "f0"}, "RELOAD")
CONFIRM = Send("reload", {"file": "f0", "confirm": True}, "RELOAD")


@pytest.mark.parametrize(
    ("word", "holds", "keys", "effects"),
    [
        ("", False, ["y"], [APPLY]),
        ("", False, ["enter"], [APPLY]),
        ("", False, ["c", "Y"], []),
        ("", False, ["n", "y"], []),
        ("LOOSEN", False, ["y"], []),
        ("LOOSEN", False, ["y", *"LOOSEN"], [APPLY]),
        ("LOOSEN", False, ["enter", *"LOOSEN"], [APPLY]),
        ("LOOSEN", False, ["y", *"loosen"], []),
        ("LOOSEN", False, ["y", "y", "y", "enter"], []),
        ("", True, ["y"], [APPLY]),
        ("", True, ["enter"], []),
        ("", True, ["c"], []),
        ("", True, ["c", "y"], []),
        ("", True, ["c"] * 9, []),
        ("", True, ["c", "Y"], [CONFIRM]),
        ("LOOSEN", True, ["y", *"LOOSEN"], [APPLY]),
        ("LOOSEN", True, ["c", "Y"], []),
        ("LOOSEN", True, ["c", *"LOOSEN"], [CONFIRM]),
    ],
)
def test_a_reload_is_confirmed_as_its_changes_ask(
    word: str, keys: list[str], effects: list[Effect], *, holds: bool
) -> None:
    assert typed(keys, previewed(word, holds=holds))[1] == effects


def test_a_lock_names_the_account_shown() -> None:
    moment = view(scenes.TWO)
    (send,) = typed(["]", "L", "1", *"LOCK"], moment)[1]
    assert isinstance(send, Send)
    assert send.args == {"account_id": scenes.TWO.accounts[1].id, "duration_s": 300}


def test_a_result_stays_until_the_next_key() -> None:
    ui, _ = typed(["F"], view(scenes.FLAT))
    assert ui.result is not None
    assert press(ui, "j", view(scenes.FLAT, ui=ui))[0].result is None


STICKY = Result("FLATTEN MNQ sent", is_good=True, is_sticky=True)


@pytest.mark.parametrize(
    ("keys", "stays"),
    [
        (["j", "5", "tab", "z"], True),
        (["?", "escape"], True),
        (["X", "escape"], True),
        ([":", "escape"], True),
        (["X", "Y"], True),
        (["escape"], False),
        (["?", "escape", "escape"], False),
    ],
)
def test_what_came_of_a_flatten_stays_until_it_is_closed(keys: list[str], *, stays: bool) -> None:
    ui, _ = typed(keys, view(ui=Ui(result=STICKY)))
    assert (ui.result == STICKY) is stays


def test_closing_a_result_closes_nothing_else() -> None:
    zoomed = Ui(result=STICKY, is_zoomed=True)
    ui, _ = typed(["escape"], view(ui=zoomed))
    assert ui == replace(zoomed, result=None)
    assert not typed(["escape", "escape"], view(ui=zoomed))[0].is_zoomed


@pytest.mark.parametrize(
    ("failed", "answer"),
    [(FLATTEN_MNQ, "y"), (FLATTEN_ALL, "Y")],
)
def test_what_failed_is_sent_once_more_after_its_question(failed: Send, answer: str) -> None:
    moment = view(ui=Ui(result=replace(STICKY, is_good=False, retry=failed)))
    ui, effects = typed(["R"], moment)
    assert effects == []
    assert ui.ask is not None
    assert ui.ask.sentence.startswith(f"{failed.label} ONCE MORE: close what is open at market")
    assert typed(["R", answer], moment)[1] == [failed]
    assert typed(["R"] * 20, moment)[1] == []
    assert typed(["R", {"y": "Y", "Y": "y"}[answer]], moment)[1] == []
    assert typed(["R", answer])[1] == []
    assert typed(["R", answer], replace(moment, is_observing=True))[1] == []


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ("", "MNQ"),
        ("j", "MES"),
        ("jjj", "MES"),
        ("jk", "MNQ"),
        ("G", "MES"),
        ("Gg", "MNQ"),
    ],
)
def test_the_selection_moves_and_stays_inside(keys: str, chosen: str) -> None:
    ui, _ = typed(list(keys))
    selected = view(ui=ui).selected
    assert selected is not None
    assert selected.symbol == chosen


def test_the_selection_follows_its_position_when_others_close() -> None:
    ui, _ = typed(["j"])
    rest = scenes.snapshot(scenes.account(positions=(scenes.MES,)))
    selected = view(rest, ui=ui).selected
    assert selected is not None
    assert selected.symbol == "MES"


def test_a_selected_position_that_closed_is_not_kept_selected_by_place() -> None:
    ui, _ = typed(["j"])
    rest = scenes.snapshot(scenes.account(positions=(scenes.position(),)))
    assert typed(["F"], view(rest, ui=ui))[0].ask == typed(["F"], view(rest))[0].ask


def test_panes_are_chosen_by_number_and_tab() -> None:
    assert [typed([key])[0].pane for key in "1234567"] == list(range(7))
    assert typed(["tab"])[0].pane == 1
    assert typed(["shift+tab"])[0].pane == HEALTH


def test_the_audit_has_a_cursor_and_follows_again() -> None:
    newest = len(scenes.ROWS)
    assert typed(["5", "j", "j"])[0].log.cursor == newest - 2
    assert typed(["5", "pagedown", "pagedown"])[0].log.cursor == 1
    assert typed(["5", "j", "k"])[0].log.cursor is None
    for back in ("g", "escape"):
        assert typed(["5", "j", back])[0].log == Log()
    assert typed(["4", "G"])[0].tops[TIMERS] == 1


def test_the_audit_s_oldest_rows_are_read_from_disk() -> None:
    _, effects = typed(["5", "G"])
    assert effects == [Fetch(Goal.OLDEST, AuditQuery())]


def test_a_typed_filter_shows_the_audit_and_escape_takes_it_away() -> None:
    ui, effects = typed(["/", *"rule:6", "space", "x", "enter"])
    query = AuditQuery(("x",), "RULE-006")
    assert (ui.pane, ui.log.query, effects) == (AUDIT, query, [Fetch(Goal.COUNT, query)])
    again, _ = typed(["/", *"mnq", "enter", "/"])
    assert again.prompt == Prompt("filter", "/", "mnq")
    cleared, _ = typed(["/", *"mnq", "enter", "escape"])
    assert (cleared.log.query, cleared.log.last.words) == (AuditQuery(), ("mnq",))


def test_severities_go_round_from_any_pane() -> None:
    assert typed(["v"])[0].log.query.severity is Severity.ENFORCED
    assert typed(["v", "v", "v"])[0].log.query == AuditQuery()


def test_the_rows_of_one_account_are_counted_of_it() -> None:
    _, effects = typed(["v"], view(scenes.TWO))
    assert effects == [
        Fetch(Goal.COUNT, AuditQuery(severity=Severity.ENFORCED, account_id=scenes.ACCOUNT))
    ]


def test_accounts_are_switched_round() -> None:
    moment = view(scenes.TWO)
    assert [typed(keys, moment)[0].account for keys in (["]"], ["]", "]"], ["["])] == [1, 0, 1]
    assert typed(["]", "F", "y"], moment)[1] == [
        Send("flatten", {"account_id": 77, "symbol": "MES"}, "FLATTEN MES")
    ]


def test_another_account_is_shown_from_its_top() -> None:
    ui, _ = typed(["5", "j", "j", "]"], view(scenes.TWO))
    assert (ui.account, ui.tops, ui.contract_id, ui.log) == (1, Ui().tops, "", Log())


def test_no_key_does_two_things() -> None:
    keys = [key for command in KEYS for key in {command.key, *command.fixed}]
    assert len(keys) == len(set(keys))


def test_every_command_has_a_key_and_every_key_a_command() -> None:
    keys = [known.id for known in KEYS]
    assert [command.id for command in COMMANDS if command.id in keys] == keys
    assert all(command.shown for command in COMMANDS if command.id in keys)
    assert not any(command.shown for command in COMMANDS if command.id not in keys)
    assert {command.id for command in COMMANDS if command.is_act} >= DANGEROUS


def test_nothing_that_acts_is_on_a_key_pressed_by_habit() -> None:
    habits = {
        "enter",
        "space",
        "delete",
        "backspace",
        "escape",
        "tab",
        "ctrl+c",
        "ctrl+d",
        "ctrl+z",
    }
    acts = {command.id for command in COMMANDS if command.is_act}
    for known in KEYS:
        if known.id in acts:
            assert not habits & {known.key, *known.fixed}
            assert view().keys.find(known.key, is_observing=True) is None


def test_keys_of_the_configuration_take_the_place_of_the_old_ones() -> None:
    keys = (KeyView("flatten", "D"), KeyView("flatten_all", "f5"), KeyView("zoom", "F"))
    moment = view(replace(scenes.CALM, keys=keys))
    assert typed(["D", "y"], moment)[1] == [FLATTEN_MNQ]
    assert typed(["f5", "Y"], moment)[1] == [FLATTEN_ALL]
    assert typed(["ctrl+x", "Y"], moment)[1] == [FLATTEN_ALL]
    assert typed(["X", "Y"], moment) == (moment.ui, [])
    assert typed(["F"], moment)[0].is_zoomed


def test_back_leaves_the_zoom_then_the_scrolling_then_the_pane() -> None:
    ui = Ui(pane=4, is_zoomed=True)
    ui, _ = press(ui, "escape", view())
    assert (ui.pane, ui.is_zoomed) == (4, False)
    ui, _ = press(ui.at_top(4, 3), "escape", view())
    assert (ui.pane, ui.tops[4]) == (4, 0)
    assert press(ui, "escape", view())[0].pane == 0
