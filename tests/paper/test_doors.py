import time

import pytest
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from curb.paper.doors import Doors, token_of
from curb.paper.faults.faults import Faults
from curb.paper.limit import Limits, RequestLimit
from tests.paper.play import START, HandClock


def connection(header: str | None = None, query: str = "") -> HTTPConnection:
    headers = [] if header is None else [(b"authorization", header.encode())]
    return HTTPConnection({"type": "http", "headers": headers, "query_string": query.encode()})


@pytest.mark.parametrize(
    ("header", "query", "token"),
    [
        ("Bearer a.b.c", "", "a.b.c"),
        ("bearer a.b.c", "", "a.b.c"),
        (None, "access_token=a.b.c", "a.b.c"),
        (None, "id=7&access_token=a.b.c", "a.b.c"),
        ("Bearer x", "access_token=y", "x"),
        ("Bearer ", "access_token=y", "y"),
        ("Basic x", "access_token=y", "y"),
        (None, "", ""),
    ],
)
def test_the_token_stands_in_header_or_query(header: str | None, query: str, token: str) -> None:
    assert token_of(connection(header, query)) == token


def test_a_log_in_opens_the_doors_and_its_requests_are_counted() -> None:
    doors = Doors(
        "Me", SecretStr("key"), HandClock(), Limits(RequestLimit(1)), Faults(time.monotonic)
    )
    token = doors.log_in("mE", "key", START)
    assert token is not None
    inside = connection(f"Bearer {token}")
    assert doors.admits(inside)
    assert doors.wait_s(inside) is None
    assert doors.wait_s(inside) is not None
    assert doors.admits(connection(f"Bearer {doors.renew(START)}"))


@pytest.mark.parametrize(("name", "key"), [("me", "Key"), ("you", "key"), ("", ""), ("me", "")])
def test_a_wrong_name_or_key_stays_outside(name: str, key: str) -> None:
    doors = Doors("Me", SecretStr("key"), HandClock(), Limits(), Faults(time.monotonic))
    assert doors.log_in(name, key, START) is None
    assert not doors.admits(connection("Bearer nothing"))
