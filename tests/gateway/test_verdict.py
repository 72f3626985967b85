import json
from enum import IntEnum
from typing import Any

import pytest

from curb.domain.errors import AuthLost, CurbError, OutcomeUnknown, Refused
from curb.gateway import verdict
from curb.gateway.connection import Reply
from curb.wire.codes import CancelCode, CloseCode, LoginCode, PartialCloseCode


def reply(body: Any, status: int = 200) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, ((b"content-type", b"text/html; charset=utf-8"),), raw)


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "errorCode": 0, "positions": []},
        {"success": True, "errorCode": None, "positions": []},
        {"success": True, "positions": []},
    ],
)
def test_success_hands_over_the_body(body: dict[str, Any]) -> None:
    assert verdict.payload(reply(body), CloseCode) == body


@pytest.mark.parametrize(
    ("codes", "code", "words"),
    [
        (CloseCode, 2, "PositionNotFound (2): it is gone"),
        (CloseCode, 5, "OrderRejected (5): it is gone"),
        (PartialCloseCode, 5, "InvalidCloseSize (5): it is gone"),
        (CancelCode, 2, "OrderNotFound (2): it is gone"),
        (LoginCode, 3, "InvalidCredentials (3): it is gone"),
    ],
)
def test_a_definite_code_is_a_no_with_its_name(codes: type[IntEnum], code: int, words: str) -> None:
    body = {"success": False, "errorCode": code, "errorMessage": "it is gone"}
    with pytest.raises(Refused) as no:
        verdict.payload(reply(body), codes)
    assert no.value.code == code
    assert str(no.value) == words


def test_a_hostile_message_is_made_harmless() -> None:
    body = {"success": False, "errorCode": 2, "errorMessage": "\x1b]52;c;AAAA\x07" + "x" * 500}
    with pytest.raises(Refused) as no:
        verdict.payload(reply(body), CloseCode)
    assert str(no.value).isprintable()
    assert len(str(no.value)) < 100


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"success": False, "errorCode": 6}, 200, OutcomeUnknown),  # pending
        ({"success": False, "errorCode": 77}, 200, OutcomeUnknown),
        ({"success": False, "errorCode": 0}, 200, OutcomeUnknown),
        ({"success": False}, 200, OutcomeUnknown),
        ({"success": False, "errorCode": "2"}, 200, OutcomeUnknown),
        ({"success": False, "errorCode": True}, 200, OutcomeUnknown),
        ({"success": True, "errorCode": 2}, 200, OutcomeUnknown),
        ({"success": "yes"}, 200, OutcomeUnknown),
        ({}, 200, OutcomeUnknown),
        ([], 200, OutcomeUnknown),
        (b"<html>log in to the hotel</html>", 200, OutcomeUnknown),
        (b'{"success": tr', 200, OutcomeUnknown),
        (b"", 200, OutcomeUnknown),
        (b"\xff\xfe", 200, OutcomeUnknown),
        (b"[" * 100_000, 200, OutcomeUnknown),
        (b'{"success": true, "x": NaN}', 200, OutcomeUnknown),
        (b"", 401, AuthLost),
        (b"", 400, Refused),
        (b"", 403, Refused),
        (b"", 404, Refused),
        (b"", 408, OutcomeUnknown),
        (b"", 429, OutcomeUnknown),
        (b"", 500, OutcomeUnknown),
        (b"", 503, OutcomeUnknown),
        (b"", 302, OutcomeUnknown),
        (b"", 204, OutcomeUnknown),
    ],
)
def test_everything_else_is_told_apart_by_what_may_have_happened(
    body: Any, status: int, error: type[CurbError]
) -> None:
    with pytest.raises(CurbError) as raised:
        verdict.payload(reply(body, status), CloseCode, unsettled=(6, 7))
    assert type(raised.value) is error
    assert str(raised.value)
