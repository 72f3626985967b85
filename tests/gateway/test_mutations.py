import asyncio
from decimal import Decimal
from time import monotonic

import pytest

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    MoveStop,
    OffsetPosition,
    PlaceStop,
    ReduceContract,
)
from curb.domain.book import Side
from curb.domain.events import Outcome, RequestEnded
from curb.gateway import session as sessions
from curb.gateway.mutations import Mutation, mutate
from curb.wire import names
from tests.gateway.rest_server import DROP, no, ok, raw
from tests.gateway.rig import Rig, rig

CLOSE = CloseContract(1, 12, "CON.F.US.EP.Z26")
REDUCE = ReduceContract(2, 12, "CON.F.US.EP.Z26", 3)
CANCEL = CancelOrder(3, 12, 3425270858)
PLACE = PlaceStop(4, 12, "CON.F.US.EP.Z26", Side.SELL, 2, Decimal("6060.25"), "curb-stop-1")
OFFSET = OffsetPosition(6, 12, "CON.F.US.EP.Z26", Side.BUY, 2, "curb-close-1")
MOVE = MoveStop(5, 12, 3425270858, 3, Decimal("6061.00"))

PATHS = (
    names.POSITION_CLOSE,
    names.POSITION_PARTIAL_CLOSE,
    names.ORDER_CANCEL,
    names.ORDER_PLACE,
    names.ORDER_MODIFY,
)


async def carry_out(made: Rig, request: Mutation, *answers: bytes | str) -> RequestEnded:
    await made.session.login()
    made.session._logged_in_at -= 2 * sessions._FRESH_S
    for path in PATHS:
        made.rest.on(path, *answers)
    return await mutate(request, made.api, made.session, monotonic)


@pytest.mark.parametrize(
    ("request_", "path", "body"),
    [
        (CLOSE, names.POSITION_CLOSE, {"accountId": 12, "contractId": "CON.F.US.EP.Z26"}),
        (
            REDUCE,
            names.POSITION_PARTIAL_CLOSE,
            {"accountId": 12, "contractId": "CON.F.US.EP.Z26", "size": 3},
        ),
        (CANCEL, names.ORDER_CANCEL, {"accountId": 12, "orderId": 3425270858}),
        (
            PLACE,
            names.ORDER_PLACE,
            {
                "accountId": 12,
                "contractId": "CON.F.US.EP.Z26",
                "type": 4,
                "side": 1,
                "size": 2,
                "stopPrice": Decimal("6060.25"),
                "customTag": "curb-stop-1",
            },
        ),
        (
            OFFSET,
            names.ORDER_PLACE,
            {
                "accountId": 12,
                "contractId": "CON.F.US.EP.Z26",
                "type": 2,
                "side": 0,
                "size": 2,
                "customTag": "curb-close-1",
            },
        ),
        (
            MOVE,
            names.ORDER_MODIFY,
            {"accountId": 12, "orderId": 3425270858, "size": 3, "stopPrice": 6061},
        ),
        (
            MoveStop(6, 12, 7, None, Decimal("6061.00")),
            names.ORDER_MODIFY,
            {"accountId": 12, "orderId": 7, "stopPrice": 6061},
        ),
    ],
)
def test_each_goes_to_its_endpoint_and_is_done_on_success(
    request_: Mutation, path: str, body: dict[str, object]
) -> None:
    async def scene() -> None:
        async with rig() as made:
            ended = await carry_out(made, request_, ok({}))
            assert (ended.request_id, ended.outcome) == (request_.request_id, Outcome.DONE)
            assert (ended.code, ended.words) == (None, "")
            assert ended.latency_ms >= 0
            assert made.rest.asked[-1].path == path
            assert made.rest.asked[-1].body == body

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("request_", "answer", "outcome", "code"),
    [
        (CLOSE, no(2), Outcome.REFUSED, 2),
        (CLOSE, no(5), Outcome.REFUSED, 5),
        (CLOSE, no(8), Outcome.REFUSED, 8),
        (CLOSE, no(6), Outcome.UNKNOWN, None),
        (CLOSE, no(7), Outcome.UNKNOWN, None),
        (CLOSE, no(99), Outcome.UNKNOWN, None),
        (REDUCE, no(5), Outcome.REFUSED, 5),
        (REDUCE, no(6), Outcome.REFUSED, 6),
        (REDUCE, no(7), Outcome.UNKNOWN, None),
        (REDUCE, no(8), Outcome.UNKNOWN, None),
        (REDUCE, no(9), Outcome.REFUSED, 9),
        (CANCEL, no(2), Outcome.REFUSED, 2),
        (CANCEL, no(4), Outcome.UNKNOWN, None),
        (CANCEL, no(5), Outcome.UNKNOWN, None),
        (CANCEL, no(6), Outcome.REFUSED, 6),
        (PLACE, no(2), Outcome.REFUSED, 2),
        (PLACE, no(4), Outcome.REFUSED, 4),
        (PLACE, no(6), Outcome.UNKNOWN, None),
        (PLACE, no(7), Outcome.UNKNOWN, None),
        (PLACE, no(10), Outcome.REFUSED, 10),
        (PLACE, raw(502), Outcome.UNKNOWN, None),
        (PLACE, DROP, Outcome.UNKNOWN, None),
        (MOVE, no(2), Outcome.REFUSED, 2),
        (MOVE, no(3), Outcome.REFUSED, 3),
        (MOVE, no(4), Outcome.UNKNOWN, None),
        (MOVE, no(5), Outcome.UNKNOWN, None),
        (MOVE, DROP, Outcome.UNKNOWN, None),
        (CLOSE, raw(400, b"{}"), Outcome.REFUSED, None),
        (CLOSE, raw(404), Outcome.REFUSED, None),
        (CLOSE, raw(429), Outcome.UNKNOWN, None),
        (CLOSE, raw(500), Outcome.UNKNOWN, None),
        (CLOSE, raw(503, b"<html>"), Outcome.UNKNOWN, None),
        (CLOSE, raw(200, b'{"success": tr'), Outcome.UNKNOWN, None),
        (CLOSE, raw(200, b"<html>"), Outcome.UNKNOWN, None),
        (CLOSE, DROP, Outcome.UNKNOWN, None),
        (
            CLOSE,
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 99\r\n\r\n{",
            Outcome.UNKNOWN,
            None,
        ),
    ],
)
def test_an_answer_is_told_apart_by_what_may_have_happened(
    request_: Mutation, answer: bytes | str, outcome: Outcome, code: int | None
) -> None:
    async def scene() -> None:
        async with rig() as made:
            ended = await carry_out(made, request_, answer)
            assert (ended.outcome, ended.code) == (outcome, code)
            assert ended.words
            assert made.rest.paths().count(made.rest.asked[-1].path) == 1

    asyncio.run(scene())


@pytest.mark.parametrize("request_", [CLOSE, CANCEL, MOVE])
def test_after_a_401_what_asks_for_a_state_is_sent_again(request_: Mutation) -> None:
    async def scene() -> None:
        async with rig() as made:
            ended = await carry_out(made, request_, raw(401), ok({}))
            assert ended.outcome is Outcome.DONE
            assert made.counters.logins == 2

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (REDUCE, names.POSITION_PARTIAL_CLOSE),
        (PLACE, names.ORDER_PLACE),
        (OFFSET, names.ORDER_PLACE),
    ],
)
def test_after_a_401_what_asks_for_a_change_is_left_to_a_fresh_read(
    request_: Mutation, path: str
) -> None:
    async def scene() -> None:
        async with rig() as made:
            ended = await carry_out(made, request_, raw(401), ok({}))
            assert ended.outcome is Outcome.UNKNOWN
            assert made.rest.paths().count(path) == 1
            assert made.counters.logins == 2

    asyncio.run(scene())


def test_a_close_that_no_login_can_carry_is_refused_with_the_reason() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on(names.LOGIN_KEY, made.rest.answers[names.LOGIN_KEY][0], no(3))
            ended = await carry_out(made, CLOSE, raw(401))
            assert ended.outcome is Outcome.REFUSED
            assert "InvalidCredentials (3)" in ended.words

    asyncio.run(scene())


def test_where_nothing_left_this_machine_nothing_happened() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            origin = made.api._urgent.origin
            made.api._urgent.origin = type(origin)(origin.host, 1)
            ended = await mutate(CLOSE, made.api, made.session, monotonic)
            assert ended.outcome is Outcome.REFUSED
            assert "127.0.0.1:1" in ended.words

    asyncio.run(scene())


def test_a_close_leaves_even_beyond_the_budget() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.budget.spend(500)
            made.budget.pause(60)
            ended = await carry_out(made, CLOSE, ok({}))
            assert ended.outcome is Outcome.DONE

    asyncio.run(scene())
