import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from curb.paper.service import PaperOptions, running
from curb.wire import exact, names
from tests.paper.client import Rest, rest

MANUAL = PaperOptions(prices="manual")


def asked(scenario: Callable[[Rest], Awaitable[Any]], options: PaperOptions = MANUAL) -> Any:
    """Run a scenario against a fresh gateway; return what it found."""

    async def run() -> Any:
        async with running(options) as paper, rest(paper) as asking:
            return await scenario(asking)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [("{name}", "{key}", 0), ("{NAME}", "{key}", 0), ("x", "{key}", 3), ("{name}", "x", 3)],
)
def test_login_takes_the_name_in_any_case_and_the_key_as_it_is(
    name: str, key: str, code: int
) -> None:
    async def scenario(asking: Rest) -> Any:
        paper = asking.paper
        known = {"{name}": paper.username, "{NAME}": paper.username.upper()}
        body = {
            "userName": known.get(name, name),
            "apiKey": paper.api_key if key == "{key}" else key,
        }
        return await asking.post(names.LOGIN_KEY, body)

    found = asked(scenario)
    assert (found["errorCode"], found["success"]) == (code, code == 0)
    assert (found["token"] is None) == (code != 0)


def test_validate_gives_a_new_token_that_works() -> None:
    async def scenario(asking: Rest) -> Any:
        token = (await asking.post(names.VALIDATE))["newToken"]
        asking.http.headers["Authorization"] = f"Bearer {token}"
        return await asking.post(names.CONTRACT_AVAILABLE, {"live": False})

    assert len(asked(scenario)["contracts"]) == 9


@pytest.mark.parametrize(
    "path", [names.VALIDATE, names.ACCOUNT_SEARCH, names.POSITION_CLOSE, names.ORDER_QUERY]
)
@pytest.mark.parametrize("token", ["", "Bearer nonsense", "Bearer a.b.c", "Basic x"])
def test_a_wrong_token_is_401_with_an_empty_body(path: str, token: str) -> None:
    async def scenario(asking: Rest) -> Any:
        response = await asking.http.post(path, json={}, headers={"Authorization": token})
        return response.status_code, response.content

    assert asked(scenario) == (401, b"")


def test_the_token_may_stand_in_the_query() -> None:
    async def scenario(asking: Rest) -> Any:
        token = asking.http.headers.pop("Authorization").removeprefix("Bearer ")
        path = f"{names.ACCOUNT_SEARCH}?access_token={token}"
        return await asking.post(path, {"onlyActiveAccounts": True})

    (account,) = asked(scenario)["accounts"]
    assert "PAPER" in account["name"]
    assert (account["balance"], account["canTrade"], account["simulated"]) == (50_000, True, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (names.LOGIN_KEY, b"{}"),
        (names.LOGIN_KEY, b'{"userName":"x"}'),
        (names.LOGIN_KEY, b'{"userName":"x","apiKey":null}'),
        (names.ACCOUNT_SEARCH, b"{}"),
        (names.ACCOUNT_SEARCH, b"[1]"),
        (names.ACCOUNT_SEARCH, b"no json"),
        (names.ACCOUNT_SEARCH, b"\xff\xfe"),
        (names.ORDER_PLACE, b'{"accountId":1,"contractId":"x","type":2,"side":0}'),
        (names.ORDER_PLACE, b'{"accountId":1,"contractId":"x","type":2,"side":0,"size":1.5}'),
        (names.ORDER_QUERY, b'{"accountId":1}'),
        (names.ORDER_QUERY, b'{"filter":{"accountId":1},"pageSize":0}'),
        (names.ORDER_SEARCH, b'{"accountId":1}'),
        (names.ORDER_SEARCH, b'{"accountId":1,"startTimestamp":"yesterday"}'),
        (names.POSITION_PARTIAL_CLOSE, b'{"accountId":1,"contractId":"x"}'),
        (names.POSITION_CLOSE, b'{"accountId":1,"contractId":"' + b"x" * 70_000 + b'"}'),
    ],
)
def test_a_body_that_lacks_what_it_needs_is_400(path: str, body: bytes) -> None:
    async def scenario(asking: Rest) -> Any:
        response = await asking.http.post(path, content=body)
        return response.status_code, response.json()["status"]

    assert asked(scenario) == (400, 400)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (names.ORDER_PLACE, {"contractId": "x", "type": 2, "side": 0, "size": 1}),
        (names.ORDER_CANCEL, {"orderId": 1}),
        (names.ORDER_MODIFY, {"orderId": 1}),
        (names.ORDER_SEARCH, {"startTimestamp": "2026-11-20T00:00:00Z"}),
        (names.ORDER_SEARCH_OPEN, {}),
        (names.ORDER_BY_ID, {"orderId": 1}),
        (names.POSITION_SEARCH_OPEN, {}),
        (names.POSITION_CLOSE, {"contractId": "x"}),
        (names.POSITION_PARTIAL_CLOSE, {"contractId": "x", "size": 1}),
        (names.TRADE_SEARCH, {}),
    ],
)
def test_an_unknown_account_is_code_1_everywhere(path: str, fields: dict[str, Any]) -> None:
    async def scenario(asking: Rest) -> Any:
        return await asking.post(path, {"accountId": 1} | fields)

    found = asked(scenario)
    assert (found["errorCode"], found["success"]) == (1, False)


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        (names.ORDER_CANCEL, {"orderId": 1}, 2),
        (names.ORDER_MODIFY, {"orderId": 1}, 2),
        (names.ORDER_BY_ID, {"orderId": 1}, 1),
        (names.POSITION_CLOSE, {"contractId": "CON.F.US.EP.X99"}, 3),
        (names.POSITION_PARTIAL_CLOSE, {"contractId": "CON.F.US.EP.X99", "size": 1}, 3),
        (names.CONTRACT_BY_ID, {"contractId": "CON.F.US.EP.X99"}, 1),
        (names.ORDER_PLACE, {"contractId": "no", "type": 2, "side": 0, "size": 1}, 8),
    ],
)
def test_what_is_not_there_has_its_endpoints_own_code(
    path: str, fields: dict[str, Any], code: int
) -> None:
    async def scenario(asking: Rest) -> Any:
        return await asking.ask(path, **fields)

    assert asked(scenario)["errorCode"] == code


def test_a_rejected_order_answers_code_2_with_its_id_and_can_be_looked_up() -> None:
    async def scenario(asking: Rest) -> Any:
        contract = asking.paper.contract("ES")
        placed = await asking.ask(
            names.ORDER_PLACE, contractId=contract, type=1, side=0, size=1, limitPrice=6600.10
        )
        found = await asking.ask(names.ORDER_BY_ID, orderId=placed["orderId"])
        return placed, found["order"]

    placed, order = asked(scenario)
    assert (placed["success"], placed["errorCode"], order["status"]) == (False, 2, 5)


def test_an_order_lives_through_place_modify_query_and_cancel() -> None:
    async def scenario(asking: Rest) -> Any:
        contract = asking.paper.contract("6E")
        placed = await asking.ask(
            names.ORDER_PLACE,
            contractId=contract,
            type=1,
            side=0,
            size=2,
            limitPrice=1.00005,
            customTag="a",
        )
        order_id = placed["orderId"]
        changed = await asking.ask(names.ORDER_MODIFY, orderId=order_id, limitPrice=1.0001)
        rows = await asking.ask(names.ORDER_SEARCH_OPEN)
        cancelled = await asking.ask(names.ORDER_CANCEL, orderId=order_id)
        after = await asking.ask(names.ORDER_SEARCH_OPEN)
        return changed["success"], rows["orders"], cancelled["success"], after["orders"]

    changed, (row,), cancelled, after = asked(scenario)
    assert (changed, cancelled, after) == (True, True, [])
    assert exact.dumps(row["limitPrice"]) == "1.0001"
    assert (row["status"], row["size"], row["customTag"], row["symbolId"]) == (
        1,
        2,
        "a",
        "F.US.EU6",
    )


def test_the_query_pages_filters_and_sorts() -> None:
    async def scenario(asking: Rest) -> Any:
        paper = asking.paper
        ids = [paper.place("ES", "buy", 1, "limit", limit=6000 + each) for each in range(5)]
        paper.cancel(ids[0])
        paper.place("NQ", "buy", 1, "limit", limit=20000)
        asked_for = {
            "accountId": paper.account_id,
            "statuses": [1, 6, 7, 8],
            "contractId": paper.contract("ES"),
        }
        pages = [
            await asking.post(
                names.ORDER_QUERY,
                {
                    "filter": asked_for,
                    "pageSize": 3,
                    "pageOffset": page,
                    "sortDirection": 1,
                    "includeTotalCount": True,
                },
            )
            for page in (0, 1, 2)
        ]
        return (
            ids,
            [[row["id"] for row in page["orders"]] for page in pages],
            pages[0]["totalCount"],
        )

    ids, pages, total = asked(scenario)
    assert pages == [[ids[4], ids[3], ids[2]], [ids[1]], []]
    assert total == 4


@pytest.mark.parametrize(
    ("filtered", "page", "places"),
    [
        ({}, {}, [0, 1, 2, 3, 4]),
        ({}, {"sortBy": 1}, [0, 1, 2, 3, 4]),
        ({}, {"sortBy": 0, "sortDirection": 1}, [4, 3, 2, 1, 0]),
        ({}, {"sortBy": 1, "sortDirection": 1}, [4, 3, 2, 1, 0]),
        ({}, {"pageSize": 2, "pageOffset": 1}, [2, 3]),
        ({"statuses": [8]}, {}, [2, 3]),
        ({"statuses": [1, 3]}, {}, [0, 1, 4]),
        ({"statuses": []}, {}, []),
        ({"contractId": "NQ"}, {}, [4]),
        ({"createdAfter": 4}, {}, [4]),
        ({"createdBefore": 0}, {}, [0]),
        ({"createdAfter": 1, "createdBefore": 1}, {}, [1, 2, 3]),
    ],
)
def test_the_query_takes_each_filter_and_order_of_rows(
    filtered: dict[str, Any], page: dict[str, Any], places: list[int]
) -> None:
    async def scenario(asking: Rest) -> Any:
        paper = asking.paper
        gone = paper.place("ES", "buy", 1, "limit", limit=6000)
        paper.cancel(gone)
        first = paper.place("ES", "buy", 1, "limit", limit=6000, stop_loss=-8, take_profit=8)
        last = paper.place("NQ", "buy", 1, "limit", limit=20_000)
        known = [gone, first, first + 1, first + 2, last]

        def meant(name: str, value: Any) -> Any:
            if name.startswith("created"):
                return paper.exchange.orders[known[value]].created_at.isoformat()
            return paper.contract(value) if name == "contractId" else value

        about = {name: meant(name, value) for name, value in filtered.items()}
        body = {"filter": {"accountId": paper.account_id} | about} | page
        rows = (await asking.post(names.ORDER_QUERY, body))["orders"]
        searched = await asking.ask(names.ORDER_SEARCH, startTimestamp="2020-01-01T00:00:00Z")
        return [known.index(row["id"]) for row in rows], [r["id"] for r in searched["orders"]]

    found, searched = asked(scenario)
    assert found == places
    assert searched == sorted(searched)


def test_trades_come_newest_first_and_within_their_window() -> None:
    async def scenario(asking: Rest) -> Any:
        paper = asking.paper
        paper.place("ES", "buy", 1)
        paper.place("ES", "sell", 1)
        rows = (await asking.ask(names.TRADE_SEARCH))["trades"]
        since = rows[0]["creationTimestamp"]
        late = await asking.ask(names.TRADE_SEARCH, startTimestamp=since)
        until = await asking.ask(names.TRADE_SEARCH, endTimestamp="2026-01-01T00:00:00Z")
        return rows, late["trades"], until["trades"]

    (newest, oldest), late, until = asked(scenario)
    assert newest["id"] > oldest["id"]
    assert (oldest["profitAndLoss"], newest["profitAndLoss"]) == (None, -12.5)
    assert (late, until) == ([newest], [])


@pytest.mark.parametrize(
    ("text", "found"), [("ESZ", 2), ("nasdaq", 2), ("gold", 1), ("", 9), ("none such", 0)]
)
def test_contracts_are_found_by_name_and_description(text: str, found: int) -> None:
    async def scenario(asking: Rest) -> Any:
        listed = await asking.post(names.CONTRACT_AVAILABLE, {"live": False})
        assert len(listed["contracts"]) == 9
        # The front month's letter depends on today's date; the two S&P contracts share it.
        letter = asking.paper.contract("ES").split(".")[-1][0]
        wanted = text.replace("Z", letter)
        body = {"searchText": wanted, "live": False}
        return await asking.post(names.CONTRACT_SEARCH, body)

    assert len(asked(scenario)["contracts"]) == found


def test_names_of_fields_ignore_case() -> None:
    async def scenario(asking: Rest) -> Any:
        return await asking.post(names.ACCOUNT_SEARCH, {"OnlyActiveAccounts": True})

    assert asked(scenario)["success"] is True


def test_paths_ignore_case() -> None:
    async def scenario(asking: Rest) -> Any:
        body = {"onlyActiveAccounts": True}
        found = await asking.post(names.ACCOUNT_SEARCH.lower(), body)
        return found["success"], asking.paper.record[-1]["path"]

    assert asked(scenario) == (True, names.ACCOUNT_SEARCH)


def test_too_many_requests_are_429_with_whole_seconds_to_wait() -> None:
    async def scenario(asking: Rest) -> Any:
        answers = [
            await asking.http.post(names.ACCOUNT_SEARCH, json={"onlyActiveAccounts": True})
            for _ in range(6)
        ]
        return [each.status_code for each in answers], answers[-1].headers["Retry-After"]

    statuses, wait = asked(scenario, PaperOptions(prices="manual", request_limit=5))
    assert statuses == [200] * 5 + [429]
    assert 0 < int(wait) <= 60


def test_the_limit_may_say_nothing_of_when_to_come_again() -> None:
    async def scenario(asking: Rest) -> Any:
        answers = [await asking.http.post(names.VALIDATE) for _ in range(2)]
        return answers[-1].status_code, "retry-after" in answers[-1].headers

    options = PaperOptions(prices="manual", request_limit=1, retry_after="none")
    assert asked(scenario, options) == (429, False)


@pytest.mark.parametrize(
    ("accept", "text"), [("text/plain", "pong"), ("application/json", '"pong"'), ("*/*", '"pong"')]
)
def test_ping_is_answered_as_it_is_asked(accept: str, text: str) -> None:
    async def scenario(asking: Rest) -> str:
        answer = await asking.http.get(names.STATUS_PING, headers={"accept": accept})
        return answer.text

    assert asked(scenario) == text


def test_ping_needs_no_token_and_an_unknown_path_is_404() -> None:
    async def scenario(asking: Rest) -> Any:
        async with httpx.AsyncClient(base_url=asking.paper.url, trust_env=False) as stranger:
            pong = (await stranger.get(names.STATUS_PING)).json()
            return pong, (await stranger.post("/api/History/none", json={})).status_code

    assert asked(scenario) == ("pong", 404)


def test_the_record_shows_request_fill_and_flat_of_a_close_in_order() -> None:
    async def scenario(asking: Rest) -> Any:
        asking.paper.place("ES", "buy", 6)
        await asking.ask(names.POSITION_CLOSE, contractId=asking.paper.contract("ES"))
        return (await asking.http.get("/paper/record")).json()["rows"]

    rows = asked(scenario)
    kinds = [row["kind"] for row in rows if row["kind"] in ("request", "fill", "flat")]
    assert kinds[-3:] == ["request", "fill", "flat"]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    close = next(row for row in rows if row.get("path") == names.POSITION_CLOSE)
    assert (close["status"], close["code"], close["body"]["contractId"][:11]) == (
        200,
        0,
        "CON.F.US.EP",
    )
    fills = [row for row in rows if row["kind"] == "fill"]
    assert [(row["source"], row["net_after"]) for row in fills] == [("trader", 6), ("close", 0)]


def test_the_record_never_holds_the_key() -> None:
    async def scenario(asking: Rest) -> Any:
        return asking.paper.api_key, (await asking.http.get("/paper/record")).text

    key, text = asked(scenario)
    assert names.LOGIN_KEY in text
    assert key not in text
