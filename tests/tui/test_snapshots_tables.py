"""Positions, rules and health as they are painted."""

from collections.abc import Callable
from typing import Any

import pytest

from curb.tui.rule_card import rule_card
from curb.tui.ui import HEALTH, POSITIONS, RULES, Ui

from . import scenes
from .panes.test_health import snapshot as well
from .panes.test_positions import ONE, TEN
from .panes.test_rules import changed
from .test_rule_card import reply, showing
from .test_snapshots import SIZES, by_size, compare

__all__ = ["compare"]

ROOMY = [*SIZES, (200, 60)]


def held(*positions: Any, **changes: Any) -> Any:
    return scenes.snapshot(scenes.account(positions=positions, **changes))


@pytest.mark.parametrize("size", ROOMY, ids=by_size)
def test_ten_positions_by_their_profit(compare: Callable[..., bool], size: tuple[int, int]) -> None:
    ui = Ui(pane=POSITIONS, sort="uP&L", contract_id=TEN[7].contract_id)
    assert compare(size, ui=ui, snapshot=held(*TEN, orders=()))


@pytest.mark.parametrize("size", ROOMY, ids=by_size)
def test_a_zoomed_position_with_its_exits(
    compare: Callable[..., bool], size: tuple[int, int]
) -> None:
    ui = Ui(pane=POSITIONS, is_zoomed=True)
    assert compare(size, ui=ui, snapshot=held(ONE, scenes.MES))


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_zoomed_rules(compare: Callable[..., bool], size: tuple[int, int]) -> None:
    found = changed(r3="LOCKED", r8="GRACE", r4="warn", r9="off", r12="off")
    ui = Ui(pane=RULES, is_zoomed=True, rule_id="RULE-005")
    assert compare(size, ui=ui, snapshot=held(ONE, rules=found))


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_a_rules_card(compare: Callable[..., bool], size: tuple[int, int]) -> None:
    moment = showing()
    ui = Ui(pane=RULES, card=rule_card(reply(), moment))
    assert compare(size, ui=ui, snapshot=moment.snapshot)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_zoomed_health(compare: Callable[..., bool], size: tuple[int, int]) -> None:
    assert compare(size, ui=Ui(pane=HEALTH, is_zoomed=True), snapshot=well())


def test_zoomed_health_in_trouble(compare: Callable[..., bool]) -> None:
    sick = well(
        is_queue_growing=True,
        rest_errors=3,
        unguarded="MKT down",
        lag_p99_us=80_000,
        database_bytes=12_400_000,
        growing="enforcement_log 9.1 MB of 12.4 MB",
        is_backup_late=True,
        is_drill_late=True,
    )
    assert compare((80, 24), ui=Ui(pane=HEALTH, is_zoomed=True), snapshot=sick)
