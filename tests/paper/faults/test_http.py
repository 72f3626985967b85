import asyncio
import base64
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from curb.paper.faults.menu import MENU
from curb.paper.service import Paper, PaperOptions, running
from curb.wire import exact, names
from tests.paper.client import Rest, log_in, rest
from tests.paper.faults.show import Show, Stage, played


async def asked(stage: Stage, path: str = names.ORDER_SEARCH_OPEN, **fields: Any) -> httpx.Response:
    body = {"accountId": stage.paper.account_id, **fields}
    return await stage.rest.http.post(path, json=body)


async def sees_the_status(stage: Stage) -> None:
    stage.lay()
    assert (await asked(stage)).status_code == stage.has("status")


async def sees_the_line_cut(stage: Stage) -> None:
    stage.lay()
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await asked(stage)


async def sees_the_line_cut_later(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await sees_the_line_cut(stage)
    assert loop.time() - began >= stage.has("seconds")


async def sees_a_page(stage: Stage) -> None:
    stage.lay()
    answer = await asked(stage)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def sees_broken_json(stage: Stage) -> None:
    stage.lay()
    answer = await asked(stage)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="line 1"):
        exact.loads(answer.text)


async def sees_a_refusal(stage: Stage) -> None:
    stage.lay()
    found = (await asked(stage)).json()
    assert found == {"success": False, "errorCode": 9, "errorMessage": "Later."}


async def sees_null_for_a_list(stage: Stage) -> None:
    stage.lay()
    found = (await asked(stage)).json()
    assert found["success"]
    assert found["orders"] is None


async def sees_no_list(stage: Stage) -> None:
    stage.lay()
    found = (await asked(stage)).json()
    assert found["success"]
    assert "orders" not in found


async def sees_the_list_of_before(stage: Stage) -> None:
    stage.lay(nth=2)
    path = names.POSITION_SEARCH_OPEN
    assert (await asked(stage, path)).json()["positions"] == []
    stage.paper.place("MNQ", "buy", 1)
    assert (await asked(stage, path)).json()["positions"] == []
    assert len((await asked(stage, path)).json()["positions"]) == 1


async def sees_too_many(stage: Stage) -> None:
    stage.lay()
    answer = await asked(stage)
    told = answer.headers.get("retry-after")
    assert answer.status_code == 429
    match stage.show.has["form"]:
        case "none":
            assert told is None
        case "seconds":
            assert told == "7"
        case _:
            end = parsedate_to_datetime(str(told))
            assert -1 <= (end - stage.paper.floor.clock.now()).total_seconds() <= 7


async def sees_it_late(stage: Stage) -> None:
    stage.lay()
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await asked(stage)).status_code == 200
    assert loop.time() - began >= stage.has("seconds") - stage.has("jitter")


async def sees_drops(stage: Stage) -> None:
    stage.lay()
    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await asked(stage, names.CONTRACT_AVAILABLE, live=False)
    assert answer.json()["contracts"]
    assert loop.time() - began >= stage.has("seconds") / 2


async def sees_the_line_closed_after_the_answer(stage: Stage) -> None:
    stage.lay()
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.paper.port)
    body = b'{"accountId":%d}' % stage.paper.account_id
    head = (
        f"POST {names.ORDER_SEARCH_OPEN} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {stage.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = b""
    try:
        async with asyncio.timeout(20):
            while piece := await reader.read(1 << 16):
                answer += piece
    except ConnectionError:
        pass
    writer.transport.abort()
    assert b'"success":true' in answer
    assert b"connection: close" not in answer.lower()


async def sees_another_place(stage: Stage) -> None:
    stage.lay()
    answer = await asked(stage)
    assert (answer.status_code, answer.headers["location"]) == (302, "/moved")


async def sees_401_until_it_is_over(stage: Stage) -> None:
    stage.lay()
    assert (await asked(stage)).status_code == 401
    stage.paper.lay()
    assert (await asked(stage)).status_code == 200


async def sees_its_token_forgotten(stage: Stage) -> None:
    stage.lay()
    assert (await asked(stage)).status_code == 401
    assert (await asked(stage)).status_code == 401
    token = await log_in(stage.rest.http, stage.paper)
    stage.rest.http.headers["Authorization"] = f"Bearer {token}"
    assert (await asked(stage)).status_code == 200


async def sees_its_token_end(stage: Stage) -> None:
    stage.lay()
    token = await log_in(stage.rest.http, stage.paper)
    ends_at = exact.loads(_claims(token))["exp"]
    assert ends_at - stage.paper.floor.clock.now().timestamp() <= stage.has("seconds")


def _claims(token: str) -> bytes:
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def sees_no_renewal(stage: Stage) -> None:
    stage.lay()
    found = (await asked(stage, names.VALIDATE)).json()
    assert not found["success"]
    assert found["newToken"] is None
    assert (await asked(stage)).status_code == 200


async def sees_the_old_token_end_with_the_new(stage: Stage) -> None:
    stage.lay()
    found = (await asked(stage, names.VALIDATE)).json()
    assert (await asked(stage)).status_code == 401
    stage.rest.http.headers["Authorization"] = f"Bearer {found['newToken']}"
    assert (await asked(stage)).status_code == 200


SHOWS = [
    Show("http.status", sees_the_status, {"status": 418}),
    Show("http.timeout", sees_the_line_cut_later, {"seconds": 0.2}),
    Show("http.reset", sees_the_line_cut),
    Show("http.cut_body", sees_the_line_cut),
    Show("http.html_body", sees_a_page),
    Show("http.bad_json", sees_broken_json),
    Show("http.envelope", sees_a_refusal, {"code": 9, "message": "Later."}),
    Show("http.null_list", sees_null_for_a_list),
    Show("http.no_list", sees_no_list),
    Show("http.old_list", sees_the_list_of_before),
    *(
        Show("http.ratelimit", sees_too_many, {"form": form, "wait_s": 7})
        for form in ("none", "seconds", "date")
    ),
    Show("http.latency", sees_it_late, {"seconds": 0.3, "jitter": 0.05}),
    Show("http.slow_body", sees_drops, {"seconds": 0.3}),
    Show("http.keepalive_close", sees_the_line_closed_after_the_answer),
    Show("http.redirect", sees_another_place),
    Show("auth.burst", sees_401_until_it_is_over),
    Show("auth.revoke", sees_its_token_forgotten, fields={"times": 1}),
    Show("auth.ttl", sees_its_token_end, {"seconds": 60.0}),
    Show("auth.validate_fail", sees_no_renewal),
    Show("auth.rotate", sees_the_old_token_end_with_the_new),
]


@pytest.mark.parametrize("show", SHOWS, ids=str)
def test_a_client_sees_it(show: Show) -> None:
    played(show)


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("knob", [each.name for each in MENU.values() if each.has_phases])
def test_a_request_has_its_effect_only_before_the_fault_that_comes_after(
    knob: str, phase: str
) -> None:
    async def scenario() -> int:
        async with running(PaperOptions(prices="manual")) as paper, rest(paper) as asking:
            has = {"seconds": 0.05} if knob == "http.timeout" else {}
            paper.lay(fault=[{"knob": knob, "phase": phase, "has": has}])
            await _places(asking, paper)
            assert paper.fired[knob] == 1
            return len(paper.exchange.positions)

    assert asyncio.run(scenario()) == (phase == "after")


async def _places(asking: Rest, paper: Paper) -> None:
    """Place an order, and see that no answer of success came."""
    ticket = {"contractId": paper.contract("MNQ"), "type": 2, "side": 0, "size": 1}
    body = {"accountId": paper.account_id, **ticket}
    try:
        answer = await asking.http.post(names.ORDER_PLACE, json=body)
    except httpx.TransportError:
        return
    assert b'"success":true' not in answer.content
