"""A configuration that changes while accounts are watched."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from curb.config.models import Config
from curb.config.parse import parse
from curb.domain.actions import SaveConfig
from curb.domain.audit import Act
from curb.domain.book import OrderType, Position, Side
from curb.domain.events import Restored
from curb.engine.adoption import Adoption
from curb.engine.governing import Governing
from tests.cli.live import config_text
from tests.scene import Deeds, Scene, contract_id, lock

LIMIT = "rules.max_contracts.limit"
BASIS = "day.pnl_basis"
RESET_S = 5 * 3600  # 17:00 in Chicago, from noon


def config(**changes: object) -> Config:
    return parse(config_text(**({"config.loosen": "at_reset"} | changes)), "config.toml")


def governed(scene: Scene) -> Governing:
    assert scene.core.governing is not None
    return scene.core.governing


def reload(scene: Scene, *, is_confirmed: Any = False, **changes: Any) -> Deeds:
    actions = governed(scene).reload(
        config(**changes), "f" * 64, scene.now, is_confirmed=is_confirmed
    )
    return Deeds(tuple(actions))


def limit_in_force(scene: Scene) -> object:
    return governed(scene).adoption.in_force.rules[0].limit  # type: ignore[attr-defined]


def told(deeds: Deeds) -> list[tuple[Act, str]]:
    return [(row.action, row.reason) for row in deeds.of("CONFIG")]


def test_tighter_applies_at_once_and_is_kept() -> None:
    scene = Scene(adoption=Adoption(config()))
    deeds = reload(scene, **{LIMIT: 4})
    assert told(deeds) == [(Act.CONFIG_APPLIED, "rules.max_contracts.limit 5 -> 4")]
    assert deeds.rows[0].details["file"] == "f" * 64
    assert [a.config.later for a in deeds.actions if isinstance(a, SaveConfig)] == [None]
    scene.at(1).trade("MNQ", 4)
    assert scene.trade("MNQ", 1).closes


def test_looser_waits_for_the_reset_and_says_so_once() -> None:
    scene = Scene(adoption=Adoption(config()))
    first = reload(scene, **{LIMIT: 6})
    words = "rules.max_contracts.limit 5 -> 6: waits for 2026-11-18T23:00:00+00:00"
    assert told(first) == [(Act.CONFIG_PENDING, words)]
    assert told(reload(scene, **{LIMIT: 6})) == []
    assert told(scene.at(RESET_S - 1).tick()) == []
    assert limit_in_force(scene) == 5
    assert scene.core.deadline(scene.now) <= scene.start + timedelta(seconds=RESET_S)
    deeds = scene.at(RESET_S).tick()
    assert told(deeds) == [
        (Act.CONFIG_APPLIED, "rules.max_contracts.limit 5 -> 6: waited until now")
    ]
    assert limit_in_force(scene) == 6
    assert [a.config.later for a in deeds.actions if isinstance(a, SaveConfig)] == [None]


def test_a_lock_ends_before_what_waited_for_its_reset_applies() -> None:
    scene = Scene(adoption=Adoption(config()))
    reload(scene, **{LIMIT: 6})
    scene.at(1).fill("MNQ", 1, pnl="-500")
    assert scene.watch.state.lockouts.get("RULE-003")
    acts = [row.action for row in scene.at(RESET_S).tick().rows]
    assert acts.index(Act.UNLOCK) < acts.index(Act.CONFIG_APPLIED)
    assert limit_in_force(scene) == 6


def test_what_waits_waits_for_a_lock_that_outlasts_the_reset() -> None:
    kept = Restored(locks=(lock("SELF-LOCK", RESET_S + 60),))
    scene = Scene(adoption=Adoption(config()), restored=kept)
    before = Scene(adoption=Adoption(config()))
    reload(before, **{LIMIT: 6})
    governed(scene).adoption.pending = governed(before).adoption.pending
    scene.at(RESET_S).tick()
    assert limit_in_force(scene) == 5
    scene.at(RESET_S + 60).tick()
    assert limit_in_force(scene) == 6


@pytest.mark.parametrize("loosen", ["at_reset", "now"])
def test_nothing_is_loosened_under_a_lock(loosen: str) -> None:
    scene = Scene(adoption=Adoption(config(**{"config.loosen": loosen})))
    scene.at(0).fill("MNQ", 1, pnl="-500")
    ends = scene.watch.state.lockouts.get("RULE-003")
    deeds = reload(scene, **{LIMIT: 6, "config.loosen": loosen})
    assert [act for act, _ in told(deeds)] == [Act.CONFIG_REFUSED]
    assert limit_in_force(scene) == 5
    assert scene.watch.state.lockouts.get("RULE-003") == ends


def test_a_rule_that_holds_a_lock_is_not_switched_off() -> None:
    scene = Scene(adoption=Adoption(config(**{"config.loosen": "now"})))
    scene.at(0).fill("MNQ", 1, pnl="-500")
    off = {"rules.daily_realized_loss.enabled": False, "config.loosen": "now"}
    assert [act for act, _ in told(reload(scene, **off))] == [Act.CONFIG_REFUSED]
    assert scene.at(1).trade("ES", 1, "5800").closes == [(contract_id("ES"), None)]


def test_x2_a_config_loosened_while_locked_leaves_the_unlock_time() -> None:
    scene = Scene(adoption=Adoption(config(**{"config.loosen": "now"})))
    scene.at(0).fill("MNQ", 1, pnl="-500")
    before = scene.watch.state.lockouts.get("RULE-003")
    for changes in ({"day.reset_time": "13:00"}, {"day.timezone": "Asia/Tokyo"}, {BASIS: "gross"}):
        reload(scene, **(changes | {"config.loosen": "now"}))
        assert scene.watch.state.lockouts.get("RULE-003") == before


def test_a_tightening_that_would_flatten_is_held_until_confirmed() -> None:
    scene = Scene(adoption=Adoption(config()))
    scene.at(0).trade("MNQ", 3)
    deeds = reload(scene, **{LIMIT: 2, "rules.no_stop_loss_grace.grace_s": 9})
    assert [act for act, _ in told(deeds)] == [Act.CONFIG_APPLIED, Act.CONFIG_PENDING]
    assert deeds.closes == []
    assert governed(scene).adoption.held[0].key == LIMIT
    again = reload(scene, is_confirmed=True, **{LIMIT: 2, "rules.no_stop_loss_grace.grace_s": 9})
    assert again.closes == [(contract_id("MNQ"), None)]
    assert governed(scene).adoption.held == ()


def test_a_loss_that_counts_only_net_is_held_too() -> None:
    scene = Scene(adoption=Adoption(config(**{BASIS: "gross"})))
    scene.at(0).trade("MNQ", 1)
    scene.fill("ES", 1, pnl="-498", fees="2.80")
    assert not scene.watch.state.lockouts.get("RULE-003")
    deeds = reload(scene, **{BASIS: "net"})
    assert [act for act, _ in told(deeds)] == [Act.CONFIG_PENDING]
    assert scene.watch.state.basis == "gross"
    assert reload(scene, is_confirmed=True, **{BASIS: "net"}).locks


def test_flat_there_is_nothing_to_hold() -> None:
    scene = Scene(adoption=Adoption(config()))
    assert [act for act, _ in told(reload(scene, **{LIMIT: 1}))] == [Act.CONFIG_APPLIED]


def test_an_edit_made_while_stopped_waits_for_the_first_read() -> None:
    scene = Scene(adoption=Adoption(config()), venue=())
    cid = contract_id("MNQ")
    scene.positions[cid] = Position(7, cid, 3, Decimal(21000), scene.now, 501)
    governed(scene).compare(config(**{LIMIT: 2}), "f" * 64)
    opening = scene.begin()
    assert [act for act, _ in told(opening)] == [Act.CONFIG_PENDING]
    assert not opening.closes
    assert limit_in_force(scene) == 5


def test_an_edit_made_while_stopped_that_is_tighter_applies() -> None:
    scene = Scene(adoption=Adoption(config()), venue=())
    governed(scene).compare(config(**{LIMIT: 2}), "f" * 64)
    assert [act for act, _ in told(scene.begin())] == [Act.CONFIG_APPLIED]
    assert limit_in_force(scene) == 2


def test_a_file_that_was_not_edited_says_nothing() -> None:
    scene = Scene(adoption=Adoption(config()), venue=())
    governed(scene).compare(config(), "f" * 64)
    assert told(scene.begin()) == []


def test_what_waited_when_the_engine_ended_applies_after_a_reset_that_it_missed() -> None:
    before = Scene(adoption=Adoption(config()))
    reload(before, **{LIMIT: 6})
    pending = governed(before).adoption.pending
    late = before.start + timedelta(days=2)
    scene = Scene(adoption=Adoption(config(), pending), start=late)
    assert limit_in_force(scene) == 6


def test_the_first_configuration_and_a_refused_file_are_told() -> None:
    scene = Scene(adoption=Adoption(config()))
    first = Deeds(tuple(governed(scene).start(scene.now, is_first=True)))
    assert told(first) == [(Act.CONFIG_APPLIED, "the first configuration")]
    assert [type(action) for action in governed(scene).start(scene.now, is_first=False)] == [
        SaveConfig
    ]
    refused = Deeds(tuple(governed(scene).refuse("no newline", scene.now, "f" * 64)))
    assert told(refused) == [(Act.CONFIG_REFUSED, "no newline")]
    assert refused.rows[0].details["file"] == "f" * 64


def test_a_plan_changes_nothing() -> None:
    scene = Scene(adoption=Adoption(config()))
    scene.at(0).trade("MNQ", 3)
    scene.order("MNQ", Side.SELL, OrderType.STOP, 3, price="20950")
    governed(scene).plan(config(**{LIMIT: 1, BASIS: "gross"}), "", scene.now)
    assert limit_in_force(scene) == 5
    assert scene.watch.state.basis == "net"
    assert scene.at(1).tick().closes == []
