"""A recording decides the same again, and a doctored one is found out."""

import json
from datetime import datetime, timedelta

import pytest

from curb.domain.actions import Action
from curb.domain.book import OrderType, Side
from curb.domain.codec import FrameError
from curb.domain.errors import ConfigError
from curb.domain.events import Restored
from curb.engine import recording
from curb.engine.adoption import Adoption
from curb.engine.core import Core
from curb.engine.recording import Call, RecordedCore
from curb.engine.replay import Difference, Replay
from tests.engine.test_recording import CONFIG, POLICY, TIGHTER
from tests.scene import ACCOUNT, NOON, Scene, contract


def recorded() -> list[str]:
    """Return the lines of a short life: a breach of RULE-002, a reload, an error, an end."""
    calls: list[Call] = []
    core = RecordedCore(POLICY, (ACCOUNT,), Restored(), Adoption(CONFIG), calls.append)
    scene = Scene(start=NOON)
    scene.core = core
    scene.begin()
    scene.order("ES", Side.SELL, OrderType.STOP, 2, price="5700")
    scene.settle(scene.position("ES", 3, "5800"))
    core.adopt(POLICY, scene.now)
    core.reload(TIGHTER, "f" * 64, scene.now, is_confirmed=False)
    core.acknowledge()
    core.fault("internal error", scene.now)
    core.stop(scene.now + timedelta(seconds=1), "engine stopped")
    first = recording.first_line("0.1.0", POLICY, (ACCOUNT,), Restored(), Adoption(CONFIG))
    return [first, *map(recording.line_of, calls)]


def played(lines: list[str]) -> tuple[Replay, list[Difference]]:
    replay = Replay(lines[0])
    return replay, [found for line in lines[1:] if (found := replay.play(line))]


def test_a_recording_decides_the_same_again() -> None:
    lines = recorded()
    replay, differences = played(lines)
    assert differences == []
    assert replay.calls == len(lines) - 1
    assert '"ReduceContract"' in "".join(lines)


def test_a_recording_that_lacks_later_fields_decides_the_same_again() -> None:
    older = [line.replace(',"filled_price":null', "") for line in recorded()]
    assert older != recorded()
    replay, differences = played(older)
    assert differences == []
    assert replay.calls == len(older) - 1


def test_an_action_that_nobody_knows_is_found() -> None:
    first = doctored('"ReduceContract"', '"ReduceContract"', '"Dance"')[0]
    assert "Dance" in first.recorded


def test_the_rows_of_the_last_call_are_told() -> None:
    replay, _ = played(recorded())
    assert [row.reason for row in replay.rows] == ["engine stopped"]


def doctored(call: str, old: str, new: str) -> list[Difference]:
    lines = recorded()
    number = next(i for i, line in enumerate(lines) if call in line)
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new)
    return played(lines)[1]


def test_another_size_is_found_with_both_sides() -> None:
    first = doctored('"ReduceContract"', '"size":1}', '"size":2}')[0]
    assert first.call == "handle PositionSeen"
    assert json.loads(first.recorded)["ReduceContract"]["size"] == 2
    assert json.loads(first.replayed)["ReduceContract"]["size"] == 1


@pytest.mark.parametrize("kept", [0, 1])
def test_an_action_too_many_or_too_few_is_found(kept: int) -> None:
    lines = recorded()
    number = next(i for i, line in enumerate(lines) if '"ReduceContract"' in line)
    told = json.loads(lines[number])
    told["actions"] = told["actions"][:1] if kept else [*told["actions"], told["actions"][0]]
    lines[number] = json.dumps(told) + "\n"
    first = played(lines)[1][0]
    assert "nothing" in (first.recorded if kept else first.replayed)


def test_an_error_of_the_core_is_a_part_of_what_was_decided() -> None:
    lines = recorded()[:2]
    event = {"PositionSeen": {"position": None}}
    args = {"event": {"TimePassed": {}}, "now": NOON.isoformat()}
    lines.append(json.dumps({"call": "handle", "args": args, "raised": "ValueError"}) + "\n")
    assert played(lines)[1] == [Difference("handle TimePassed", "ValueError", "nothing")]
    lines[-1] = lines[-1].replace('{"TimePassed": {}}', json.dumps(event))
    with pytest.raises(FrameError, match=r"PositionSeen\.position: expected dict"):
        played(lines)


def test_an_error_that_comes_again_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_core: Core, now: datetime, reason: str) -> list[Action]:
        del now, reason
        raise ValueError

    lines = recorded()
    told = json.loads(lines[-1])
    del told["actions"]
    lines[-1] = json.dumps(told | {"raised": "ValueError"}) + "\n"
    monkeypatch.setattr(Core, "stop", broken)
    assert played(lines)[1] == []


def test_another_configuration_is_read_by_its_text() -> None:
    lines = recorded()
    lines[0] = lines[0].replace("[rules.max_contracts]", "[rules.max_contract]")
    with pytest.raises(ConfigError, match="the recorded configuration"):
        played(lines)


def test_names_of_contracts_do_not_order_what_is_done() -> None:
    names = ["MNQ", "ES", "NQ", "MES", "RTY", "MNQH7"]
    scene = Scene()
    for name in names:
        scene.position(name, 1)
    fresh = Scene(venue=())
    fresh.positions = scene.positions
    fresh.begin()
    held = [position.contract_id for position in fresh.watch.state.positions]
    assert held == sorted(contract(name).id for name in names)
