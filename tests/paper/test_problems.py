"""Requests that are none, as a client sees them refused."""

import asyncio
import json
from typing import Any

import pytest

from curb.paper.problems import is_json
from curb.paper.service import PaperOptions, running
from curb.wire import names
from tests.paper.client import rest


def refused(path: str, body: bytes, content_type: str = "application/json") -> Any:
    """Return status, type and body of the answer."""

    async def scenario() -> Any:
        async with running(PaperOptions(prices="manual")) as paper, rest(paper) as asking:
            headers = {"content-type": content_type}
            found = await asking.http.post(path, content=body, headers=headers)
            return found.status_code, found.headers["content-type"], found.json()

    return asyncio.run(scenario())


def test_a_query_is_refused_with_its_problem() -> None:
    body = {"filter": {}, "pageSize": 0}
    status, kind, problem = refused(names.ORDER_QUERY, json.dumps(body).encode())
    assert (status, kind, problem["status"]) == (400, "application/problem+json", 400)
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["instance"] == names.ORDER_QUERY
    assert "filter.accountId" in problem["detail"]
    assert "pageSize" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        (names.LOGIN_KEY, b"{}", ["userName", "apiKey"]),
        (names.ORDER_PLACE, b'{"accountId":1,"type":2}', ["contractId", "side", "size"]),
        (names.POSITION_CLOSE, b'{"accountId":"x","contractId":"y"}', ["accountId"]),
        (names.TRADE_SEARCH, b"no json", ["$"]),
        (names.TRADE_SEARCH, b"[1]", ["$"]),
    ],
)
def test_elsewhere_the_problem_names_each_field(path: str, body: bytes, fields: list[str]) -> None:
    status, kind, problem = refused(path, body)
    assert (status, kind, problem["status"]) == (400, "application/problem+json", 400)
    assert sorted(problem["errors"]) == sorted(fields)
    assert all(words for words in problem["errors"].values())


@pytest.mark.parametrize(
    ("content_type", "is_read"),
    [
        ("", True),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/json", True),
        ("application/vnd.api+json", True),
        ("text/plain", False),
        ("text/plain+json", False),
        ("application/x-www-form-urlencoded", False),
        ("application/xml", False),
    ],
)
def test_bodies_of_json_are_read_whatever_it_is_called(content_type: str, is_read: bool) -> None:
    assert is_json(content_type) is is_read


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/json", 200), ("application/foo+json", 200), ("text/xml", 415)],
)
def test_another_type_is_415(content_type: str, status: int) -> None:
    found = refused(names.ACCOUNT_SEARCH, b'{"onlyActiveAccounts":true}', content_type)
    assert found[0] == status
    assert status == 200 or found[2]["status"] == 415
