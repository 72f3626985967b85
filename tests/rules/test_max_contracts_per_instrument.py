"""RULE-002, acceptance rows 2.x."""

from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import ContractSeen
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from tests.scene import Scene, contract, contract_id


def rule(**changes: object) -> MaxContractsPerInstrument:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "limits": {"MNQ": 2, "ES": 1},
        "action": "reduce",
        "unlisted": "block",
    }
    return MaxContractsPerInstrument.model_validate(keys | changes)


@pytest.mark.parametrize(
    ("changes", "positions", "closed"),
    [
        pytest.param({}, [("MNQ", 2)], {}, id="2.1 at the limit"),
        pytest.param({}, [("MNQ", 3)], {"MNQ": 1}, id="2.2 one too many"),
        pytest.param({"limits": {"MNQ": 3}}, [("MNQ", 4)], {"MNQ": 1}, id="2.3 of three"),
        pytest.param({}, [("RTY", 1)], {"RTY": None}, id="2.4 unlisted is blocked"),
        pytest.param({"unlisted": "unlimited"}, [("RTY", 5)], {}, id="2.5 unlisted is free"),
        pytest.param({"unlisted": 1}, [("RTY", 2)], {"RTY": 1}, id="2.6 unlisted may hold one"),
        pytest.param({"action": "close"}, [("MNQ", 3)], {"MNQ": None}, id="2.7 close"),
        pytest.param({}, [("ES", 2)], {"ES": 1}, id="2.8 EP is ES"),
        pytest.param({}, [("MNQ", 2), ("MNQH7", 1)], {"MNQH7": None}, id="2.9 expiries together"),
        pytest.param({}, [("MNQ", -3)], {"MNQ": 1}, id="2.10 short"),
        pytest.param({"limits": {"mnq": 2}}, [("MNQ", 3)], {"MNQ": 1}, id="any case"),
        pytest.param(
            {"action": "close"},
            [("MNQ", 1), ("MNQH7", 2)],
            {"MNQ": None, "MNQH7": None},
            id="close takes every expiry",
        ),
    ],
)
def test_what_is_closed(
    changes: dict[str, object], positions: list[tuple[str, int]], closed: dict[str, int | None]
) -> None:
    scene = Scene(rule(**changes))
    for name in ("MNQH7",):
        scene.tell(_described(name))
    deeds = scene.opening
    for second, (name, size) in enumerate(positions):
        deeds = scene.at(second).trade(name, size)
    assert dict(deeds.closes) == {contract_id(name): size for name, size in closed.items()}
    assert bool(deeds.acts) is bool(closed)


def _described(name: str) -> ContractSeen:
    return ContractSeen(contract(name))


@pytest.mark.parametrize(
    ("changes", "size", "act"),
    [
        ({}, 3, Act.REDUCE_POSITION),
        ({"action": "close"}, 3, Act.CLOSE_POSITION),
        ({"limits": {"MNQ": 0}}, 1, Act.CLOSE_POSITION),
    ],
)
def test_the_row_names_what_was_done(changes: dict[str, object], size: int, act: Act) -> None:
    scene = Scene(rule(**changes))
    (opened,) = scene.at(0).trade("MNQ", size).of("RULE-002")
    assert opened.action is act
    assert opened.symbol == "MNQ"
    limit = rule(**changes).limits["MNQ"]
    assert (opened.details["value"], opened.details["limit"]) == (size, limit)
    assert f"{size} MNQ open" in opened.reason


def test_a_reduce_ends_with_stops_of_at_most_the_position() -> None:
    scene = Scene(rule())
    scene.order("MNQ", Side.SELL, OrderType.STOP, 3, price="20900", order_id=71)
    deeds = scene.settle(scene.at(1).trade("MNQ", 3))
    assert (contract_id("MNQ"), 1) in deeds.closes
    assert 71 in deeds.cancels


def test_a_contract_not_described_yet_is_not_evaluated_and_says_so() -> None:
    scene = Scene(rule(), contracts=())
    deeds = scene.at(0).trade("MNQ", 9)
    assert deeds.closes == []
    room = rule().headroom(scene.watch.state, scene.now)
    assert room.blind
    assert room.used is None
    assert scene.tell(_described("MNQ")).closes == [(contract_id("MNQ"), 7)]


@pytest.mark.parametrize("names", [("MNQ", "ES"), ("ES", "MNQ")])
def test_headroom_names_the_symbol_nearest_its_limit(names: tuple[str, ...]) -> None:
    scene = Scene(rule())
    for name in names:
        scene.at(0).trade(name, 1)
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.used) == ("ES 1", "1", Decimal(1))


@pytest.mark.parametrize(
    ("changes", "positions", "value", "limit", "used"),
    [
        pytest.param({}, [], "none open", "", "0", id="none"),
        pytest.param({}, [("MNQ", -1)], "MNQ 1", "2", "0.5", id="a short"),
        pytest.param({}, [("RTY", 3)], "RTY 3", "0", "1", id="none allowed: all is used"),
        pytest.param({"unlisted": "unlimited"}, [("RTY", 3)], "none open", "", "0", id="no limit"),
        pytest.param(
            {"limits": {"ES": 2, "NQ": 2}},
            [("NQ", 1), ("ES", 1)],
            "NQ 1",
            "2",
            "0.5",
            id="of equals the first",
        ),
    ],
)
def test_headroom_of_the_symbols(
    changes: dict[str, object],
    positions: list[tuple[str, int]],
    value: str,
    limit: str,
    used: str,
) -> None:
    scene = Scene()
    for name, size in positions:
        scene.trade(name, size)
    room = rule(**changes).headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.used) == (value, limit, Decimal(used))
