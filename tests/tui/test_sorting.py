from decimal import Decimal

import pytest

from curb.tui.keys import press
from curb.tui.sorting import BY_NAME, following, in_order
from curb.tui.ui import Ui

from . import scenes
from .moments import text, view

NEAR = scenes.fire("RULE-003", "21340", is_above=False)
A = scenes.position("MESZ6", 1, unrealized=Decimal(5), at_risk=Decimal(-9), opened_at=scenes.at(-5))
B = scenes.position("MNQZ6", -3, unrealized=Decimal(-7), at_risk=Decimal(-3), fires=(NEAR,))
C = scenes.position("RTYZ6", 2, unrealized=None, mark=None, opened_at=None, stop_word="none")
THREE = (A, B, C)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        (BY_NAME, "MES MNQ RTY"),
        ("no such column", "MES MNQ RTY"),
        ("uP&L", "MNQ MES RTY"),
        ("Qty/Max", "MNQ RTY MES"),
        ("To stop", "RTY MES MNQ"),
        ("Fires at", "MNQ MES RTY"),
        ("Age", "MNQ MES RTY"),
    ],
)
def test_what_needs_a_look_comes_first_and_the_unknown_last(sort: str, names: str) -> None:
    assert " ".join(position.symbol for position in in_order(THREE, sort)) == names


def test_the_orders_follow_each_other_in_a_round() -> None:
    found, sort = [], BY_NAME
    for _ in range(6):
        sort = following(sort)
        found.append(sort)
    assert found == ["uP&L", "Qty/Max", "To stop", "Fires at", "Age", BY_NAME]
    assert following("no such column") == BY_NAME


def test_the_selection_stays_on_its_contract_and_the_column_is_marked() -> None:
    snapshot = scenes.snapshot(scenes.account(positions=THREE, orders=()))
    ui = Ui()
    before = view(snapshot).selected
    assert before == A
    ui, effect = press(ui, "s", view(snapshot))
    assert effect is None
    after = view(snapshot, ui=ui)
    assert (after.positions, after.selected) == ((B, A, C), A)
    shown = text(after, 80, 24, part="positions").splitlines()
    assert "· by uP&L" in shown[0]
    assert "uP&L↓" in shown[1]
    assert [line[0] for line in shown[2:5]] == [" ", ">", " "]
    ui, _ = press(ui, "j", after)
    assert view(snapshot, ui=ui).selected == C
