import asyncio
from datetime import timedelta
from typing import Any

import pytest

from curb.domain.actions import ReadAccount
from curb.domain.book import OrderStatus
from curb.domain.errors import CurbError, OutcomeUnknown, Refused
from curb.domain.events import AccountRead
from curb.wire import names
from tests.gateway.rest_server import HANG, Answer, no, ok, raw
from tests.gateway.rig import START, Rig, rig
from tests.gateway.waiting import until

ES = "CON.F.US.EP.Z26"
POSITION = {"id": 5, "accountId": 12, "contractId": ES, "type": 1, "size": 2, "averagePrice": 6064}
ORDER = {
    "id": 31,
    "accountId": 12,
    "contractId": ES,
    "status": 8,
    "type": 4,
    "side": 1,
    "size": 2,
}
TRADE = {
    "id": 9,
    "accountId": 12,
    "contractId": ES,
    "creationTimestamp": "2026-11-20T14:00:00+00:00",
    "price": 6064.25,
    "fees": 1.4,
    "side": 0,
    "size": 1,
    "orderId": 30,
}
ACCOUNT = {"id": 12, "name": "PRAC-12", "balance": 50000, "canTrade": True, "simulated": True}

SHORT = ReadAccount(7, 12)
LONG = ReadAccount(8, 12, START - timedelta(hours=1))


def serve(made: Rig, **answers: Answer) -> None:
    defaults: dict[str, tuple[str, Answer]] = {
        "positions": (names.POSITION_SEARCH_OPEN, ok({"positions": [POSITION]})),
        "orders": (names.ORDER_QUERY, ok({"orders": [ORDER], "totalCount": 1})),
        "accounts": (names.ACCOUNT_SEARCH, ok({"accounts": [{**ACCOUNT, "id": 11}, ACCOUNT]})),
        "trades": (names.TRADE_SEARCH, ok({"trades": [TRADE]})),
        "open": (names.ORDER_SEARCH_OPEN, ok({"orders": [{**ORDER, "status": 1}]})),
    }
    for key, (path, answer) in defaults.items():
        made.rest.on(path, answers.get(key, answer))


async def read(made: Rig, request: ReadAccount = SHORT) -> AccountRead:
    await made.session.login()
    return await made.reads.account(request, 4)


def test_a_short_read_asks_for_positions_and_orders_only() -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made)
            found = await read(made)
            assert sorted(made.rest.paths()[1:]) == [names.ORDER_QUERY, names.POSITION_SEARCH_OPEN]
            assert (found.request_id, found.account_id, found.generation) == (7, 12, 4)
            assert found.began_at == START
            assert found.latency_ms is not None
            assert [p.size for p in found.positions or ()] == [2]
            assert [o.status for o in found.orders or ()] == [OrderStatus.SUSPENDED]
            assert (found.account, found.fills) == (None, None)

    asyncio.run(scene())


def test_a_long_read_asks_for_everything_at_once() -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made, positions=HANG, orders=HANG, accounts=HANG, trades=HANG)
            task = asyncio.create_task(read(made, LONG))
            await until(lambda: len(made.rest.asked) == 5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            window = next(made.rest.asked_of(names.TRADE_SEARCH)).body
            assert window == {"accountId": 12, "startTimestamp": "2026-11-20T14:00:00+00:00"}
            query = next(made.rest.asked_of(names.ORDER_QUERY)).body
            assert query["filter"] == {"accountId": 12, "statuses": [1, 6, 7, 8]}

    asyncio.run(scene())


def test_a_long_read_has_all_parts() -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made)
            found = await read(made, LONG)
            assert found.account is not None
            assert found.account.name == "PRAC-12"
            assert [str(f.price) for f in found.fills or ()] == ["6064.25"]

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("key", "payload", "expected"),
    [
        ("positions", {"positions": []}, ()),
        ("positions", {"positions": None}, None),
        ("positions", {}, None),
        ("positions", {"positions": {}}, None),
        ("positions", {"positions": [None]}, None),
        ("positions", {"positions": [POSITION, {"id": 6}]}, None),
        ("positions", {"positions": [{**POSITION, "accountId": 13}]}, None),
        ("positions", {"positions": [{**POSITION, "size": 0}]}, ()),
        ("orders", {"orders": [], "totalCount": 0}, ()),
        ("orders", {"orders": []}, ()),
        ("orders", {"orders": None}, None),
        ("orders", {}, None),
        ("orders", {"orders": [{**ORDER, "side": 9}]}, None),
        ("orders", {"orders": [{**ORDER, "accountId": 13}]}, None),
        ("orders", {"orders": [{**ORDER, "status": 3}]}, ()),
        ("orders", {"orders": [ORDER], "totalCount": 2}, None),
        ("trades", {"trades": []}, ()),
        ("trades", {"trades": None}, None),
        ("trades", {"trades": [{**TRADE, "creationTimestamp": None}]}, None),
        ("trades", {"trades": [{**TRADE, "accountId": 13}]}, None),
    ],
)
def test_absent_or_unreadable_is_not_empty(
    key: str, payload: dict[str, Any], expected: tuple[Any, ...] | None
) -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made, **{key: ok(payload)})
            found = await read(made, LONG)
            parts = {"positions": found.positions, "orders": found.orders, "trades": found.fills}
            assert parts[key] == expected
            assert all(parts[other] for other in parts if other != key)

    asyncio.run(scene())


@pytest.mark.parametrize("key", ["accounts", "trades"])
@pytest.mark.parametrize("answer", [no(1), raw(500), raw(200, b"<html>")])
def test_the_account_and_the_fills_may_be_missing(key: str, answer: bytes) -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made, **{key: answer})
            found = await read(made, LONG)
            assert (found.account if key == "accounts" else found.fills) is None
            assert found.positions
            assert found.orders

    asyncio.run(scene())


@pytest.mark.parametrize("key", ["positions", "orders"])
@pytest.mark.parametrize(
    ("answer", "error"), [(no(1), Refused), (raw(500), OutcomeUnknown), (raw(429), OutcomeUnknown)]
)
def test_without_positions_or_orders_there_is_no_read(
    key: str, answer: bytes, error: type[CurbError]
) -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made, **{key: answer})
            with pytest.raises(error):
                await read(made)

    asyncio.run(scene())


def test_an_older_gateway_is_asked_for_its_open_orders() -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made, orders=raw(404))
            for _ in range(2):
                found = await read(made)
                assert [o.status for o in found.orders or ()] == [OrderStatus.OPEN]
            assert made.rest.paths().count(names.ORDER_QUERY) == 1
            await read(made, LONG)  # perhaps the 404 was a fault on the way
            assert made.rest.paths().count(names.ORDER_QUERY) == 2

    asyncio.run(scene())


def test_an_order_query_that_answered_once_is_not_given_up_for_a_404() -> None:
    async def scene() -> None:
        async with rig() as made:
            serve(made)
            made.rest.on(names.ORDER_QUERY, ok({"orders": [ORDER]}), raw(404), ok({"orders": []}))
            await read(made)
            with pytest.raises(Refused):
                await read(made)
            assert (await read(made)).orders == ()
            assert names.ORDER_SEARCH_OPEN not in made.rest.paths()

    asyncio.run(scene())


def test_orders_of_all_pages_are_put_together() -> None:
    async def scene(*, is_counted: bool) -> None:
        async with rig() as made:
            serve(made)
            rows = [{**ORDER, "id": number} for number in range(1, 432)]
            total = {"totalCount": len(rows)} if is_counted else {}
            pages = (rows[:200], rows[200:400], rows[400:])
            made.rest.on(names.ORDER_QUERY, *(ok({"orders": page, **total}) for page in pages))
            found = await read(made)
            assert [order.id for order in found.orders or ()] == list(range(1, 432))
            offsets = [a.body["pageOffset"] for a in made.rest.asked_of(names.ORDER_QUERY)]
            assert offsets == [0, 1, 2]

    asyncio.run(scene(is_counted=True))
    asyncio.run(scene(is_counted=False))


def test_a_page_that_repeats_itself_does_not_pass_for_the_whole() -> None:
    async def scene() -> None:
        async with rig() as made:
            rows = [{**ORDER, "id": number} for number in range(1, 201)]
            serve(made, orders=ok({"orders": rows}))
            found = await read(made)
            assert found.orders is None
            assert made.rest.paths().count(names.ORDER_QUERY) == 2

    asyncio.run(scene())


def test_a_contract_is_learned_exactly() -> None:
    contract = {"id": "CON.F.US.EU6.Z26", "name": "6EZ6", "tickSize": 0.00005, "tickValue": 6.25}

    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            made.rest.on(names.CONTRACT_BY_ID, ok({"contract": contract}), ok({"contract": None}))
            found = await made.reads.contract("CON.F.US.EU6.Z26")
            assert found is not None
            assert (found.symbol, str(found.tick_value)) == ("6E", "6.25")
            assert found.tick_size * 20000 == 1
            assert await made.reads.contract("CON.F.US.EU6.Z26") is None
            made.rest.on(names.CONTRACT_BY_ID, no(1))
            with pytest.raises(Refused):
                await made.reads.contract("CON.F.US.XX.Z26")

    asyncio.run(scene())
