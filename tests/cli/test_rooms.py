"""What the engine answers of its room."""

from typing import Any

import pytest

from curb.cli.rooms import answer
from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.room import AddView, Room
from tests.engine.test_snapshot import shown
from tests.rules import test_max_contracts as max_contracts
from tests.scene import ACCOUNT, Scene


def asked(scene: Scene, **args: Any) -> Reply:
    return answer(scene.core, shown(scene), args, scene.now)


@pytest.mark.parametrize("args", [{}, {"account_id": ACCOUNT.id}])
@pytest.mark.parametrize("symbol", ["MNQ", "mnqz6"])
def test_a_room_travels(args: dict[str, Any], symbol: str) -> None:
    scene = Scene(max_contracts.rule())
    scene.at(0).trade("MNQ", 2)
    reply = asked(scene, symbol=symbol, **args)
    room = codec.decode(Room, reply.data)
    assert reply == Reply(ok=True, text="headroom of MNQ", data=codec.encode(room))
    assert room.adds == (AddView("LONG", 3, "RULE-001: 2 of 5 contracts open (net)"),)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"account_id": 99, "symbol": "MNQ"}, "no such account"),
        ({"symbol": "XX\x1b[2J"}, "the gateway offers no XX"),
        ({"symbol": " "}, "offers none without a name"),
        ({}, "expected a symbol such as MNQ"),
        ({"symbol": 7}, "no 7"),
    ],
)
def test_what_is_not_there_is_said(args: dict[str, Any], words: str) -> None:
    reply = asked(Scene(max_contracts.rule()), **args)
    assert not reply.ok
    assert words in reply.text
    assert reply.text.isprintable()
