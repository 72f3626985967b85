"""Who comes, stays and goes, as a client sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from curb.paper.service import PaperOptions, running
from curb.wire import names
from curb.wire.codes import LoginCode
from tests.paper.client import Rest, hub, rest


def asked(scenario: Callable[[Rest], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with running(PaperOptions(prices="manual")) as paper, rest(paper) as asking:
            return await scenario(asking)

    return asyncio.run(run())


def app(asking: Rest, **other: str) -> dict[str, str]:
    """Return who logs in as a user of an application."""
    usual = {"userName": asking.paper.username, "password": asking.paper.api_key}
    return usual | {"deviceId": "desk", "appId": "chart", "verifyKey": "v"} | other


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, LoginCode.SUCCESS),
        ({"userName": "PAPER"}, LoginCode.SUCCESS),
        ({"userName": "x"}, LoginCode.USER_NOT_FOUND),
        ({"password": "x"}, LoginCode.PASSWORD_VERIFICATION_FAILED),
        ({"appId": ""}, LoginCode.APP_NOT_FOUND),
        ({"verifyKey": ""}, LoginCode.APP_VERIFICATION_FAILED),
        ({"deviceId": ""}, LoginCode.INVALID_DEVICE),
    ],
)
def test_an_application_logs_its_user_in(other: dict[str, str], code: LoginCode) -> None:
    async def scenario(asking: Rest) -> Any:
        return await asking.post(names.LOGIN_APP, app(asking, **other))

    found = asked(scenario)
    assert (found["errorCode"], found["success"]) == (code, code == 0)
    assert (found["token"] is None) == (code != 0)


def test_a_log_in_of_an_application_needs_every_field() -> None:
    async def scenario(asking: Rest) -> list[int]:
        whole = app(asking)
        statuses = []
        for gone in whole:
            body = {name: value for name, value in whole.items() if name != gone}
            statuses.append((await asking.http.post(names.LOGIN_APP, json=body)).status_code)
        return statuses

    assert asked(scenario) == [400] * 5


def test_who_logs_out_is_out_and_nobody_else() -> None:
    async def scenario(asking: Rest) -> Any:
        other = (await asking.post(names.VALIDATE))["newToken"]
        mine = asking.http.headers["Authorization"]
        async with hub(asking.paper, names.USER_HUB, mine.removeprefix("Bearer ")) as user:
            out = await asking.post(names.LOG_OUT)
            still = await user.completed(names.SUBSCRIBE_ACCOUNTS)
        statuses = []
        for token in (mine, f"Bearer {other}"):
            asking.http.headers["Authorization"] = token
            statuses.append((await asking.http.post(names.VALIDATE, content=b"")).status_code)
        return out, still, statuses

    out, still, statuses = asked(scenario)
    assert out == {"success": True, "errorCode": 0, "errorMessage": None}
    assert "error" not in still
    assert statuses == [401, 200]


@pytest.mark.parametrize("path", [names.VALIDATE, names.LOG_OUT])
@pytest.mark.parametrize("body", [b"", b"{}"])
def test_where_nothing_is_asked_the_body_may_be_left_out(path: str, body: bytes) -> None:
    async def scenario(asking: Rest) -> int:
        headers = {"content-type": "application/json"} if body else {}
        return (await asking.http.post(path, content=body, headers=headers)).status_code

    assert asked(scenario) == 200


def test_the_record_holds_no_password() -> None:
    async def scenario(asking: Rest) -> Any:
        await asking.post(names.LOGIN_APP, app(asking))
        return asking.paper.api_key, (await asking.http.get("/paper/record")).text

    key, text = asked(scenario)
    assert names.LOGIN_APP in text
    assert key not in text
