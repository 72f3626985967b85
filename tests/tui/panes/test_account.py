import pytest

from curb.tui.ui import Ui
from tests.tui import scenes
from tests.tui.moments import text, view

WIDE = (200, 60)


def heads(account: int) -> tuple[str, str]:
    moment = view(scenes.TWO, ui=Ui(account=account))
    one, other = text(moment, *WIDE, "account").splitlines()
    return one, other


def test_each_account_has_its_line_and_one_of_them_the_keys() -> None:
    one, other = heads(0)
    assert one.startswith("▸ …8841 KEYS OPEN ARMED 5/5  day ▼-386.00")
    assert other.startswith("  …0077 COOLDOWN ARMED 4/5")
    one, other = heads(1)
    assert one.startswith("  …8841 OPEN")
    assert other.startswith("▸ …0077 KEYS COOLDOWN")


def test_an_alert_stands_beside_the_account_it_is_of() -> None:
    bad = scenes.account(id=2, name="X-0077", alert="the close was [/] refused")
    lines = text(view(scenes.snapshot(scenes.account(), bad)), *WIDE, "account").splitlines()
    assert "refused" not in lines[0]
    assert "the close was [/] refused" in lines[1]


def test_only_the_chosen_account_has_a_selected_position() -> None:
    words = text(view(scenes.TWO, ui=Ui(account=1)), *WIDE, "positions")
    assert words.count(">") == 1
    assert ">MESZ6" in words


def test_one_audit_of_all_accounts_says_whose_each_row_is() -> None:
    rows = tuple(reversed(scenes.TWO_ROWS))
    words = text(view(scenes.TWO, rows=rows), *WIDE, "audit")
    assert "of the other account" in words
    assert "…8841 " in words
    assert "6 contracts open" in words


@pytest.mark.parametrize("size", [(199, 60), (200, 28)], ids=str)
def test_a_smaller_screen_shows_one_account_and_the_trouble_of_the_other(
    size: tuple[int, int],
) -> None:
    locked = scenes.account(id=2, name="X-0077", state="LOCKED")
    moment = view(scenes.snapshot(scenes.account(), locked))
    assert text(moment, *size, "account") == ""
    assert "…0077: LOCKED - ] shows that account" in text(moment, *size, "banner")
    assert "shows that account" not in text(moment, *WIDE)


def test_a_waiting_engine_stands_by_itself() -> None:
    assert text(view(None, now=None, silent_s=None), *WIDE, "account") == ""
