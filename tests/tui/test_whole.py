from dataclasses import replace

import pytest

from curb.domain.audit import Act
from curb.domain.snapshot import KeyView, LinkView, RuleView, TimerView
from curb.tui.cards import quit_card
from curb.tui.helping import help_card
from curb.tui.line import width_of
from curb.tui.ui import Ask, Restart, Result, Ui
from curb.tui.whole import whole

from . import scenes
from .moments import text, view

SIZES = [(1, 1), (20, 3), (50, 10), (59, 30), (60, 16), (80, 24), (99, 45), (120, 40), (200, 60)]
ASKING = Ui(ask=Ask("FLATTEN ALL: " + "close LONG 2 MNQZ6 " * 9, "Y", "X", 103.0, Restart()))
STATES = {
    "calm": view(),
    "waiting": view(None, now=None, silent_s=None, rows=(), engine="starting the engine"),
    "flat": view(scenes.FLAT),
    "locked": view(scenes.LOCKED),
    "waiting changes": view(scenes.WAITING),
    "unknown": view(scenes.UNKNOWN),
    "hostile": view(scenes.BAD, rows=scenes.BAD_ROWS),
    "asking": view(ui=ASKING),
    "result": view(ui=Ui(result=Result("x " * 200, is_good=False))),
    "help": view(ui=Ui(card=help_card(view()))),
    "leaving": view(ui=Ui(card=quit_card(view()))),
    "zoomed": view(ui=Ui(is_zoomed=True, pane=4)),
    "no account": view(scenes.snapshot(*())),
    "notes": view(engine="x " * 200, ui=Ui(notes=("y " * 99, "z", "w"))),
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("state", STATES)
def test_every_part_fills_its_place_and_no_more(state: str, size: tuple[int, int]) -> None:
    for place, rows in whole(STATES[state], *size):
        assert place.x >= 0
        assert place.y >= 0
        assert place.x + place.width <= size[0]
        assert place.y + place.height <= size[1]
        assert len(rows) <= place.height
        assert {width_of(row) for row in rows} <= {place.width}, place


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_from_outside_reaches_a_line_raw(size: tuple[int, int]) -> None:
    words = text(STATES["hostile"], *size).replace("\n", "")
    assert words.isprintable()


def test_the_first_line_says_what_is_guarded_and_how_fresh() -> None:
    words = text(view(), part="header")
    for piece in (
        "PAPER",
        "ARMED 5/5",
        "ENF",
        "…8841",
        "REST ok 41ms",
        "MKT ok 0.3s",
        "USER ok 1.2s",
        "14:33:07",
    ):
        assert piece in words


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("verdict", ["CLOSE-ONLY", "MONITOR-ONLY"])
def test_what_the_gateway_refuses_is_never_left_out(verdict: str, size: tuple[int, int]) -> None:
    words = text(view(scenes.snapshot(scenes.account(verdict=verdict))), *size)
    assert verdict in words or size[0] < 20


def test_live_is_never_called_paper() -> None:
    words = text(view(scenes.snapshot(is_paper=False)), part="header")
    assert "LIVE" in words
    assert "PAPER" not in words


def test_a_silent_engine_makes_nothing_look_live() -> None:
    words = text(view(silent_s=4.2), 120, 40)
    assert "ENGINE NOT RESPONDING 4.2s - enforcement may be off" in words
    assert "ARMED ?" in words
    assert "21343.75~" in words
    assert words.count("· OLD ") == 6
    assert "ok" not in text(view(silent_s=4.2), part="header")


def test_a_dead_engine_makes_nothing_look_live_at_once() -> None:
    words = text(view(engine="ENGINE DIED 14:33:06", silent_s=0.1), 120, 40)
    assert "ENGINE DIED 14:33:06" in words
    assert "ARMED ?" in words
    assert words.count("· OLD ") == 6


def test_unknown_is_shown_as_unknown() -> None:
    words = text(view(scenes.UNKNOWN), part="positions").splitlines()[2]
    assert words.split() == [">MNQZ6", "LONG", "2/-", "?", "?", "?", "?", "?"]
    assert "Open -10.00 + ?" in text(view(scenes.UNKNOWN), part="pnl")
    assert "0.00" not in text(view(scenes.UNKNOWN), part="pnl").splitlines()[1].replace(
        "500.00", ""
    )


def test_what_is_down_is_in_the_first_line_however_narrow() -> None:
    for width in (60, 80, 120):
        words = text(view(scenes.UNKNOWN), width, 40, part="header")
        assert "MKT down 42s" in words
        assert "USER auth 3.0s" in words


def test_a_stale_price_is_marked() -> None:
    assert "6023.50~" in text(view(scenes.UNKNOWN), part="positions")
    assert "~" not in text(view(), part="positions")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
def test_a_position_says_at_which_price_a_rule_fires(size: tuple[int, int]) -> None:
    long, short = text(view(), *size, part="positions").splitlines()[2:4]
    assert "21315.25 003↓" in long
    assert "6046.50 003↑" in short


def test_where_there_is_room_the_other_side_of_the_mark_is_told_too() -> None:
    long = text(view(ui=Ui(is_zoomed=True)), 200, 60, part="positions").splitlines()[2]
    assert "21315.25 003↓  21600.25 005↑" in long
    unknown = text(view(scenes.UNKNOWN), 200, 60, part="positions").splitlines()[2]
    assert set(unknown.strip("│ >").split()[3:]) == {"?", "-"}


def test_an_alert_stands_in_full_width_under_the_header() -> None:
    words = text(view(scenes.LOCKED), part="banner")
    assert "the position is still open" in " ".join(words.split())


def test_rules_that_are_not_evaluated_are_named_with_the_reason() -> None:
    words = text(view(scenes.UNKNOWN), part="banner")
    assert "RULE-003 not evaluated: MNQZ6 has no mark" in words
    assert "ARMED 4/5" in text(view(scenes.UNKNOWN), part="header")
    assert "not evaluated" not in text(view(), 120, 40)


def test_one_reason_is_one_sentence_and_an_account_among_several_is_named() -> None:
    blind = tuple(
        RuleView(f"RULE-00{n}", "Loss", "not evaluated", "?", "-500.00", None, reason)
        for n, reason in ((3, "A has no mark"), (4, "A has no mark"), (5, "B has no side"))
    )
    one = scenes.account(rules=blind)
    words = text(view(scenes.snapshot(one)), part="banner").splitlines()
    assert [line.strip() for line in words] == [
        "RULE-003, RULE-004 not evaluated: A has no mark",
        "RULE-005 not evaluated: B has no side",
    ]
    two = scenes.snapshot(one, scenes.account(name="OTHER-9999"))
    assert text(view(two), part="banner").strip().startswith("…8841: RULE-003, RULE-004 not")


def test_another_version_of_the_engine_is_named() -> None:
    words = text(view(engine_version="0.0.9"), part="banner")
    assert "ENGINE 0.0.9, SCREEN 0.1.0" in words
    assert "u restarts the engine" in " ".join(words.split())


def test_a_breached_limit_reads_breached() -> None:
    assert "102%" in text(view(scenes.LOCKED), part="pnl")
    assert "OVER" in text(view(scenes.LOCKED), part="frequency")
    assert "LOCKED" in text(view(scenes.LOCKED), part="header")


def test_a_change_that_waits_says_which_it_is_and_when() -> None:
    title, *rows = text(view(scenes.WAITING), part="timers").splitlines()
    assert title.startswith("── 4 Timers 3 ")
    assert rows[1].rstrip() == (
        " CONF  ALL   2:26:53 →17:00:00 max_contracts_per_instrument.limits.MNQ 5 -> 8"
    )
    assert rows[2].rstrip() == " HELD  ALL     --:-- r to confirm: max_contracts.limit 5 -> 2"


@pytest.mark.parametrize(
    ("left_s", "end"),
    [(8_813, "→17:00:00 "), (95_213, "→Sat 17:00 "), (613_613, "→27 Nov   "), (None, " " * 10)],
)
def test_a_timer_that_ends_another_day_names_the_day(left_s: int | None, end: str) -> None:
    until = None if left_s is None else scenes.at(left_s)
    lock = replace(scenes.LOCK, rule="SELF-LOCK", until=until)
    shown = scenes.snapshot(scenes.account(timers=(lock,)))
    words = text(view(shown), part="timers")
    assert f"{end}opens at the reset" in words
    assert " SELF-LOCK " in words


def test_timers_that_do_not_fit_are_counted_at_the_edge() -> None:
    shown = scenes.snapshot(scenes.account(timers=(scenes.RESET, *[scenes.COOL] * 9)))
    assert text(view(shown), part="timers").splitlines()[-1].endswith("… +6")


def test_what_is_held_names_the_key_of_the_configuration() -> None:
    shown = replace(scenes.WAITING, keys=(KeyView("reload", "f7"),))
    assert "f7 to confirm: max_contracts.limit" in text(view(shown), part="timers")


def test_the_most_urgent_timer_is_first_and_the_reset_last() -> None:
    rows = text(view(scenes.LOCKED), part="timers").splitlines()[1:4]
    assert [row.split()[0] for row in rows] == ["COOL", "LOCK", "RESET"]


def test_a_session_is_a_row_and_counts_as_no_lock() -> None:
    hours = TimerView(
        "HOURS", "ES", "RULE-009", "session 17:00-16:00", scenes.at(-60), scenes.at(60), "closes"
    )
    shown = scenes.snapshot(scenes.account(timers=(scenes.RESET, scenes.GRACE, hours)))
    title, *rows = text(view(shown), part="timers").splitlines()
    assert "4 Timers 1" in title
    assert [row.split()[:2] for row in rows[:3]] == [
        ["GRACE", "MES"],
        ["HOURS", "ES"],
        ["RESET", "ACCT"],
    ]


def test_a_failed_action_says_so() -> None:
    failed = scenes.row(9, 1, "RULE-001", Act.FLATTEN, "x", success=False)
    assert "FAILED" in text(view(rows=(failed,)), part="audit")


def test_positions_that_do_not_fit_are_counted_and_the_selected_one_shows() -> None:
    many = tuple(
        scenes.position(f"A{n:02}Z6", n + 1, contract_id=f"C{n}", symbol=f"A{n:02}")
        for n in range(10)
    )
    moment = view(scenes.snapshot(scenes.account(positions=many)), ui=Ui(contract_id="C9"))
    words = text(moment, part="positions")
    assert ">A09Z6" in words
    assert "6 more · j k" in words


def test_working_orders_show_where_there_is_room() -> None:
    assert "SELL STOP 2 @ 21330.00" in text(view(), 120, 40, part="positions")


@pytest.mark.parametrize("size", [(20, 3), (50, 10), (59, 30)], ids=str)
def test_a_small_terminal_still_shows_state_day_and_the_way_out(size: tuple[int, int]) -> None:
    words = text(view(scenes.LOCKED), *size)
    assert "LOCKED" in words or size[0] < 30
    if size[1] > 3:
        assert "-512.00" in words
    assert "flatten ALL" in words


def test_a_question_shows_in_the_smallest_terminal() -> None:
    assert "FLATTEN ALL" in text(STATES["asking"], 20, 3)


def test_an_observing_screen_offers_no_action() -> None:
    words = text(view(is_observing=True), 120, 40)
    assert "OBSERVE" in words
    assert "flatten ALL" not in words


def test_the_first_line_says_which_of_several_accounts_is_shown() -> None:
    for account, words in ((0, "ARMED 5/5 OPEN …8841 1/2"), (1, "ARMED 4/5 COOLDOWN …0077 2/2")):
        moment = view(scenes.TWO, ui=Ui(account=account))
        for size in ((80, 24), (60, 16), (50, 10)):
            shown = " ".join(text(moment, *size).split())
            assert words in shown, (size, shown[:100])


def test_the_audit_is_of_the_account_shown_and_of_the_engine() -> None:
    def audit(account: int) -> str:
        moment = view(scenes.TWO, ui=Ui(account=account), rows=tuple(reversed(scenes.TWO_ROWS)))
        return text(moment, 120, 40, "audit")

    assert "of the other account" in audit(1)
    assert "of the other account" not in audit(0)
    assert "6 contracts open" in audit(0)
    assert "6 contracts open" not in audit(1)
    assert all("curb 0.1.0 on paper" in audit(account) for account in (0, 1))
    assert "5 Audit 4 " in audit(1)


@pytest.mark.parametrize("state", ["OPEN", "COOLDOWN", "LOCKED", "FLATTENING"])
@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=str)
def test_the_state_and_what_is_down_are_never_left_out(state: str, size: tuple[int, int]) -> None:
    def down(name: str) -> LinkView:
        return scenes.link(name, word="down", since=scenes.at(-18_000))

    shown = scenes.snapshot(
        scenes.account(state=state),
        scenes.account(id=2, name="X-0077"),
        rest=down("REST"),
        market_hub=down("MKT"),
        user_hub=down("USER"),
    )
    words = text(view(shown), *size, "header")
    for piece in (state, "…8841 1/2", "REST", "MKT", "USER", "down"):
        assert piece in words, words


def test_the_emergency_view_names_what_is_open_and_what_runs_out() -> None:
    words = text(view(), 50, 10)
    assert "GRACE MES RULE-008 00:18" in words
    assert " MNQZ6   LONG 2 ▼-26.00" in words
    assert " MESZ6   SHORT 1 ▼-10.00 stop none!" in words
    assert "▼-26.00~" in text(view(silent_s=9), 50, 10)


def test_twenty_columns_by_three_say_the_state_the_day_and_the_way_out() -> None:
    state, day, keys = text(view(scenes.TWO), 20, 3).splitlines()
    assert state.startswith("▌PAPER▐ OPEN")
    assert day.startswith(" ▼-386.00")
    assert keys.startswith("X flatten ALL")
