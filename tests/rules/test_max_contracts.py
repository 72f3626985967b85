"""RULE-001, acceptance rows 1.x."""

from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.rules.max_contracts import MaxContracts
from tests.scene import Scene, contract_id


def rule(limit: int = 5, **changes: object) -> MaxContracts:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "limit": limit,
        "count": "net",
        "action": "close_all",
        "micro_weight": Decimal(1),
    }
    return MaxContracts.model_validate(keys | changes)


@pytest.mark.parametrize(
    ("limits", "positions", "closed"),
    [
        pytest.param({}, [("MNQ", 3), ("ES", 2)], {}, id="1.1 five of five"),
        pytest.param({}, [("MNQ", 3), ("ES", 3)], {"MNQ": None, "ES": None}, id="1.2 six"),
        pytest.param({}, [("MNQ", 5), ("ES", -3)], {}, id="1.3 net two"),
        pytest.param(
            {"count": "gross"},
            [("MNQ", 5), ("ES", -3)],
            {"MNQ": None, "ES": None},
            id="1.3 gross eight",
        ),
        pytest.param({}, [("ES", -2), ("MNQ", 7)], {}, id="1.4 net five"),
        pytest.param(
            {"limit": 3, "action": "reduce"}, [("MNQ", 2), ("ES", 3)], {"ES": 2}, id="1.5 reduce"
        ),
        pytest.param({}, [("MNQ", 4), ("ES", 2)], {"MNQ": None, "ES": None}, id="1.6 both"),
        pytest.param({"limit": 3}, [("MNQ", 3), ("MNQ", 0), ("ES", 3)], {}, id="1.7 closed"),
        pytest.param(
            {"micro_weight": Decimal("0.1")}, [("MNQ", 20), ("ES", 3)], {}, id="ten micros a mini"
        ),
        pytest.param(
            {"micro_weight": Decimal("0.1"), "action": "reduce"},
            [("ES", 4), ("MNQ", 11)],
            {"MNQ": 1},
            id="the count keeps its fraction",
        ),
        pytest.param(
            {"micro_weight": Decimal("0.1"), "action": "reduce"},
            [("MNQ", 11), ("ES", 4)],
            {"ES": 1},
            id="the contracts to close round up",
        ),
        pytest.param(
            {"action": "reduce", "limit": 2},
            [("MNQ", -1), ("ES", 2), ("RTY", 3)],
            {"RTY": 2},
            id="only the side of the net is reduced",
        ),
        pytest.param(
            {"action": "reduce", "limit": 3, "count": "gross"},
            [("MNQ", 2), ("ES", -2)],
            {"ES": 1},
            id="in gross the newest of either side",
        ),
    ],
)
def test_what_is_closed(
    limits: dict[str, object], positions: list[tuple[str, int]], closed: dict[str, int | None]
) -> None:
    scene = Scene(rule(**({"limit": 5} | limits)))  # type: ignore[arg-type]
    deeds = scene.opening
    for second, (name, size) in enumerate(positions):
        held = scene.positions.get(contract_id(name))
        deeds = scene.at(second).trade(name, size - (held.size if held else 0))
    assert dict(deeds.closes) == {contract_id(name): size for name, size in closed.items()}
    assert list(scene.watch.state.lockouts) == []


def test_two_sides_of_one_contract_are_one_net_position() -> None:
    """1.9 +4, then 6 sold of the same."""
    scene = Scene(rule())
    assert scene.at(0).trade("MNQ", 4).closes == []
    assert scene.at(1).trade("MNQ", -6).closes == []
    assert scene.positions[contract_id("MNQ")].size == -2
    assert rule().headroom(scene.watch.state, scene.now).value == "2"


def test_a_second_breach_while_the_close_flies_sends_nothing() -> None:
    """1.8 six told again while the close flies."""
    scene = Scene(rule())
    first = scene.at(0).trade("MNQ", 6)
    again = scene.at(0.1).position("MNQ", 6)
    assert first.closes == [(contract_id("MNQ"), None)]
    assert again.closes == []
    assert again.of("RULE-001") == []


def test_one_breach_is_one_row_closed_by_the_read_that_shows_the_result() -> None:
    """1.6 +4 MNQ, +2 ES: one row."""
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 4)
    deeds = scene.settle(scene.at(1).trade("ES", 2))
    opened, closed = deeds.of("RULE-001")
    assert opened.id == closed.id
    assert opened.success is None
    assert closed.success is True
    assert closed.action is Act.FLATTEN
    assert "6 contracts open" in closed.reason
    assert "limit 5" in closed.reason
    assert (closed.details["value"], closed.details["limit"]) == ("6", 5)
    assert {note["request"] for note in closed.details["requests"]} == {"closeContract"}
    assert not scene.watch.state.lockouts.lockout(None)


def test_headroom_tells_the_count_and_the_limit() -> None:
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 4)
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.used) == ("4", "5", Decimal("0.8"))
