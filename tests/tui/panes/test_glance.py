from decimal import Decimal

import pytest

from curb.domain.snapshot import Snapshot
from tests.tui import scenes
from tests.tui.moments import text, view


def rows(snapshot: Snapshot | None, width: int = 80) -> list[str]:
    return text(view(snapshot), width, 24, "glance").splitlines()


def test_the_day_and_what_runs_out_first_stand_without_a_box() -> None:
    day, timers = rows(scenes.CALM)
    assert day.startswith(" Day ▼-386.00 of -500.00 ")
    assert "77%  Realized -350.00  Open -36.00" in day
    assert timers.rstrip() == " GRACE MES RULE-008 00:18 │ RESET ACCT 2:26:53"


def test_a_narrow_screen_keeps_the_day_against_its_limit() -> None:
    assert "Realized" not in rows(scenes.CALM, 60)[0]
    assert rows(scenes.CALM, 60)[0].rstrip().endswith("77%")


def test_what_is_unknown_is_no_zero() -> None:
    assert "Open -10.00 + ?" in rows(scenes.UNKNOWN)[0]
    lone = scenes.pnl(open=None, total=None, used=None, is_open_partial=True)
    day = rows(scenes.snapshot(scenes.account(pnl=lone)))[0]
    assert day.startswith(" Day ? of")
    assert "Open ? " in day
    day, timers = rows(None)
    assert (day.strip(), timers.strip()) == ("Day ?", "Timers ?")


def test_timers_without_room_are_counted() -> None:
    many = scenes.account(timers=(*[scenes.COOL] * 9, scenes.RESET))
    assert rows(scenes.snapshot(many))[1].rstrip().endswith("+8")


def test_a_timer_of_a_condition_has_no_time() -> None:
    held = scenes.account(timers=(scenes.HELD,))
    assert rows(scenes.snapshot(held))[1].rstrip() == " HELD ALL --:--"


def test_nothing_runs() -> None:
    assert rows(scenes.snapshot(scenes.account(timers=())))[1].strip() == "nothing runs"


@pytest.mark.parametrize("used", [Decimal("0.1"), Decimal(2)])
def test_the_bar_leaves_room_for_its_share(used: Decimal) -> None:
    day = rows(scenes.snapshot(scenes.account(pnl=scenes.pnl(used=used))))[0]
    assert f"{int(used * 100)}%" in day
