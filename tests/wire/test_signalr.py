import json
from typing import Any

import pytest

from curb.wire import signalr
from curb.wire.signalr import MAX_RECORD_CHARS, MessageType, Records

PING = '{"type":6}\x1e'
CALL = '{"type":1,"target":"é","arguments":[1.5]}\x1e'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_records_are_the_same_however_they_are_cut(size: int) -> None:
    text = PING + CALL + PING
    records = Records()
    found = [
        message
        for start in range(0, len(text), size)
        for message in records.feed(text[start : start + size])
    ]
    assert [message["type"] for message in found] == [6, 1, 6]
    assert str(found[1]["arguments"]) == "[Decimal('1.5')]"
    assert records.malformed == 0


def test_bytes_are_read_as_text() -> None:
    assert [each["type"] for each in Records().feed((PING + CALL).encode())] == [6, 1]


def test_half_a_record_is_none_yet() -> None:
    records = Records()
    assert list(records.feed(PING[:-1])) == []
    assert list(records.feed(PING[-1:])) == [{"type": 6}]


@pytest.mark.parametrize("text", ["x\x1e", "\x1e", "[1]\x1e", "7\x1e", '{"a":NaN}\x1e'])
def test_what_is_no_object_is_counted_and_passed_over(text: str) -> None:
    records = Records()
    assert list(records.feed(text + PING)) == [{"type": 6}]
    assert records.malformed == 1


def test_a_record_without_an_end_is_given_up() -> None:
    records = Records()
    assert list(records.feed("x" * (MAX_RECORD_CHARS + 1))) == []
    assert records.malformed == 1
    assert list(records.feed(PING)) == [{"type": 6}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (signalr.handshake_request(), {"protocol": "json", "version": 1}),
        (signalr.handshake_reply(), {}),
        (signalr.handshake_reply("no"), {"error": "no"}),
        (signalr.invocation("A", [1]), {"type": 1, "target": "A", "arguments": [1]}),
        (
            signalr.invocation("A", [], "7"),
            {"type": 1, "invocationId": "7", "target": "A", "arguments": []},
        ),
        (signalr.completion("7"), {"type": 3, "invocationId": "7", "result": None}),
        (signalr.completion("7", error="x"), {"type": 3, "invocationId": "7", "error": "x"}),
        (signalr.ping(), {"type": 6}),
        (signalr.close(), {"type": 7, "allowReconnect": True}),
        (
            signalr.close("x", allow_reconnect=False),
            {"type": 7, "allowReconnect": False, "error": "x"},
        ),
    ],
)
def test_messages_are_written_as_the_protocol_has_them(text: str, message: dict[str, Any]) -> None:
    assert text.endswith("\x1e")
    assert json.loads(text[:-1]) == message
    assert list(Records().feed(text)) == [message]


def test_the_numbers_of_the_message_types_are_the_protocols() -> None:
    assert [each.value for each in MessageType] == list(range(1, 10))
