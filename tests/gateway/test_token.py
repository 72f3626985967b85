import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from curb.gateway.token import expiry, read_token

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def jwt(claims: Any) -> str:
    """Return a token with these claims; nobody checks its signature."""
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256"}, claims))
    encoded = (base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return ".".join((*encoded, "c2lnbmF0dXJl"))


def test_it_is_renewed_at_half_of_its_life() -> None:
    ends_at = NOW + timedelta(hours=24)
    token = read_token(jwt({"exp": int(ends_at.timestamp())}), NOW)
    assert token is not None
    assert token.renew_at == NOW + timedelta(hours=12)
    assert "eyJ" not in repr(token)


@pytest.mark.parametrize(
    "text", ["opaque", "a.b.c", jwt([]), jwt({}), jwt({"exp": None}), jwt({"exp": 10**20})]
)
def test_one_that_does_not_say_lives_an_hour(text: str) -> None:
    assert expiry(text) is None
    token = read_token(text, NOW)
    assert token is not None
    assert token.renew_at == NOW + timedelta(minutes=30)


def test_one_that_is_over_is_renewed_at_once() -> None:
    token = read_token(jwt({"exp": 1}), NOW)
    assert token is not None
    assert token.renew_at == NOW


@pytest.mark.parametrize("text", [None, 7, "", "a b", "a\r\nHost: evil", "a\x00", "x" * 9000])
def test_what_cannot_stand_in_a_header_is_no_token(text: object) -> None:
    assert read_token(text, NOW) is None
