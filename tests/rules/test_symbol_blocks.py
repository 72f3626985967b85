"""RULE-011, acceptance rows 11.x."""

from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import ContractSeen, Restored
from curb.domain.locks import LockKind
from curb.engine.policy import Policy
from curb.rules.symbol_blocks import SymbolBlocks
from tests.scene import Deeds, Scene, contract, contract_id, lock


def rule(**changes: object) -> SymbolBlocks:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "blocked": ("RTY", "BTC"),
        "close_existing": True,
    }
    return SymbolBlocks.model_validate(keys | changes)


def adopt(scene: Scene, *rules: SymbolBlocks) -> Deeds:
    armed = tuple(each for each in rules if each.enabled)
    off = tuple(each for each in rules if not each.enabled)
    policy = Policy(armed, scene.core.policy.days, "net", "1" * 64, 1, off)
    return Deeds(tuple(scene.core.adopt(policy, scene.now)))


def locked(scene: Scene) -> list[str | None]:
    return [held.symbol for held in scene.watch.state.lockouts]


def test_a_position_in_a_blocked_symbol_is_closed_and_the_symbol_locked() -> None:
    """11.1 2 RTY.H25."""
    scene = Scene(rule(), contracts=("RTYH5", "MNQ"))
    deeds = scene.trade("RTYH5", 2, "2400")
    assert deeds.closes == [(contract_id("RTYH5"), None)]
    (held,) = deeds.locks
    assert (held.symbol, held.kind, held.until) == ("RTY", LockKind.LOCKOUT, None)
    done = [row for row in scene.settle(deeds).of("RULE-011") if row.success]
    assert [(row.action, row.symbol) for row in done] == [(Act.CLOSE_POSITION, "RTY")]
    assert scene.at(60).trade("MNQ", 1).closes == []


def test_an_order_in_a_blocked_symbol_is_cancelled() -> None:
    """11.2 a BTC order."""
    scene = Scene(rule())
    deeds = scene.order("BTC", Side.BUY, OrderType.LIMIT, 1, price="90000", order_id=81)
    assert (deeds.cancels, deeds.closes) == ([81], [])
    (row,) = deeds.of("RULE-011")
    assert row.action is Act.CANCEL_ORDERS
    assert (row.details["contracts"], row.details["orders"]) == (0, 1)
    assert locked(scene) == ["BTC"]


def test_another_symbol_of_the_same_market_is_allowed() -> None:
    """11.3 ES blocked, MES opens."""
    scene = Scene(rule(blocked=("ES",)))
    deeds = scene.trade("MES", 1, "5800")
    assert (deeds.closes, deeds.rows, locked(scene)) == ([], [], [])


def test_all_expiries_are_closed_under_one_lock() -> None:
    """11.4 RTY.H25 and RTY.M25."""
    scene = Scene(contracts=("RTYH5", "RTYM5"))
    scene.trade("RTYH5", 1, "2400")
    scene.trade("RTYM5", 1, "2400")
    deeds = adopt(scene, rule())
    both = {contract_id("RTYH5"), contract_id("RTYM5")}
    assert {name for name, _ in deeds.closes} == both
    assert len(deeds.locks) == len(deeds.of("RULE-011")) == 1


@pytest.mark.parametrize("word", ["rty", "RTY", "Rty"])
def test_capitals_do_not_matter(word: str) -> None:
    """11.5 rty is RTY."""
    scene = Scene(rule(blocked=(word,)))
    assert scene.trade("RTY", 1, "2400").closes == [(contract_id("RTY"), None)]
    assert locked(scene) == ["RTY"]


def test_a_symbol_added_by_a_reload_is_closed_at_once() -> None:
    """11.6 ES added with ES open."""
    scene = Scene(rule())
    assert scene.trade("ES", 1, "5800").closes == []
    assert adopt(scene, rule(blocked=("RTY", "ES"))).closes == [(contract_id("ES"), None)]


@pytest.mark.parametrize(
    "after", [rule(blocked=("BTC",)), rule(enabled=False)], ids=["removed", "switched off"]
)
def test_the_lock_goes_when_the_symbol_leaves_the_list_in_force(
    after: SymbolBlocks,
) -> None:
    """11.7 RTY removed."""
    scene = Scene(rule(), restored=Restored(locks=(lock("RULE-011", None, symbol="RTY"),)))
    assert scene.at(1).tick().rows == []
    deeds = adopt(scene, after)
    assert [(row.action, row.symbol) for row in deeds.of("RULE-011")] == [(Act.UNLOCK, "RTY")]
    assert locked(scene) == []
    assert scene.at(2).trade("RTY", 1, "2400").closes == []


def test_the_contract_called_ep_is_es() -> None:
    """11.8 ES blocked, contract EP."""
    scene = Scene(rule(blocked=("ES",)))
    assert scene.trade("ES", 1, "5800").closes == [("CON.F.US.EP.Z26", None)]


def test_a_name_that_cannot_be_read_is_a_warning_and_no_action() -> None:
    """11.9 a name that cannot be read."""
    scene = Scene(rule(), contracts=())
    assert scene.trade("RTY", 1, "2400").rows == []  # not described yet
    odd = replace(contract("RTY"), name="Russell", symbol="X2K")
    rows = [*scene.tell(ContractSeen(odd)).rows, *scene.at(1).position("RTY", 2, "2400").rows]
    assert [(row.rule, row.action) for row in rows] == [("RULE-011", Act.WARN)]
    assert locked(scene) == []
    assert list(scene.watch.closing) == []


def test_a_contract_described_late_is_closed_then() -> None:
    scene = Scene(rule(), contracts=())
    scene.trade("RTY", 1, "2400")
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used) == ("?", None)
    assert room.blind == "a contract's symbol is not known yet"
    assert scene.tell(ContractSeen(contract("RTY"))).closes == [(contract_id("RTY"), None)]


def test_without_closing_orders_go_and_the_position_stays() -> None:
    """11.10 close_existing false."""
    scene = Scene()
    scene.trade("ES", 2, "5800")
    scene.order("ES", Side.BUY, OrderType.LIMIT, 1, price="5790", order_id=81)
    scene.order("ES", Side.SELL, OrderType.STOP, 2, price="5780", order_id=82)
    deeds = adopt(scene, rule(blocked=("ES",), close_existing=False))
    assert (deeds.closes, deeds.cancels) == ([], [81])
    (held,) = deeds.locks
    assert (held.kind, held.ceilings) == (LockKind.COOLDOWN, ((contract_id("ES"), 2),))
    assert [row.action for row in deeds.of("RULE-011")] == [Act.CANCEL_ORDERS]
    scene.settle(deeds)
    scene.at(60).trade("ES", -1, "5800", pnl="0")
    assert scene.at(61).trade("ES", 1, "5800").closes == [(contract_id("ES"), 1)]


def test_without_closing_nothing_new_is_opened_either() -> None:
    scene = Scene(rule(close_existing=False))
    assert [row.action for row in scene.opening.of("RULE-011")] == [Act.LOCK, Act.LOCK]
    assert scene.at(1).trade("RTY", 1, "2400").closes == [(contract_id("RTY"), None)]
    assert scene.trade("MNQ", 1).closes == []


def test_closing_switched_on_makes_the_cooldown_a_lockout() -> None:
    scene = Scene()
    scene.trade("ES", 2, "5800")
    adopt(scene, rule(blocked=("ES",), close_existing=False))
    deeds = adopt(scene, rule(blocked=("ES",)))
    assert deeds.closes == [(contract_id("ES"), None)]
    assert [held.kind for held in scene.watch.state.lockouts] == [LockKind.LOCKOUT]


def test_what_comes_back_under_the_lock_is_an_attempt() -> None:
    scene = Scene(rule())
    scene.settle(scene.trade("RTY", 1, "2400"))
    scene.at(10).fill("RTY", -1, pnl="0")
    (row,) = scene.at(60).trade("RTY", 1, "2400").of("RULE-011")
    assert row.details["under_lock"]


def test_warn_tells_once_and_locks_nothing() -> None:
    scene = Scene(rule(mode="warn", close_existing=False))
    rows = [*scene.trade("RTY", 1, "2400").rows, *scene.at(1).trade("RTY", 1, "2400").rows]
    assert [(row.action, row.symbol) for row in rows] == [(Act.WARN, "RTY")]
    assert locked(scene) == []


def test_headroom_names_what_is_held() -> None:
    scene = Scene(rule(mode="warn"))
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used) == ("2 blocked", Decimal(0))
    scene.trade("RTY", 1, "2400")
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used) == ("RTY", Decimal(1))
