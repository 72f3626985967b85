import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from curb.paper.doors import Doors
from curb.paper.faults.faults import Faults
from curb.paper.floor import Floor
from curb.paper.limit import Limits
from curb.paper.server import Server, bind
from curb.paper.service import Paper, PaperOptions, running
from curb.paper.sockets import Pace, Sockets
from curb.wire import names, signalr
from tests.paper.client import DEADLINE_S, Hub, hub, log_in, rest, watching
from tests.paper.play import new_floor

MANUAL = PaperOptions(prices="manual")


async def token_of(paper: Paper) -> str:
    async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
        return await log_in(http, paper)


def test_a_fill_is_told_as_order_then_position_then_trade_then_account() -> None:
    async def scenario() -> list[str]:
        async with running(MANUAL) as paper, watching(paper, await token_of(paper)) as user:
            paper.place("MNQ", "buy", 2)
            await user.until(lambda message: message.get("target") == names.USER_ACCOUNT)
            return [each["target"] for each in user.seen if "target" in each]

    assert asyncio.run(scenario()) == [
        names.USER_ORDER,
        names.USER_ORDER,
        names.USER_POSITION,
        names.USER_TRADE,
        names.USER_ACCOUNT,
    ]


def test_a_closed_position_is_told_with_type_and_size_zero_and_its_last_average() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, watching(paper, await token_of(paper)) as user:
            paper.set_price("ES", "6600")
            paper.place("ES", "sell", 3)
            async with rest(paper) as asking:
                await asking.ask(names.POSITION_CLOSE, contractId=paper.contract("ES"))
            await user.until(
                lambda each: (
                    each.get("target") == names.USER_POSITION
                    and each["arguments"][0]["data"]["size"] == 0
                )
            )
            return user.events(names.USER_POSITION)[-1][0]

    told = asyncio.run(scenario())
    assert told["action"] == 2
    assert (told["data"]["type"], told["data"]["averagePrice"]) == (0, 6600)


def test_the_stream_leaves_nulls_out_and_an_opening_half_has_no_profit() -> None:
    async def scenario() -> Hub:
        async with running(MANUAL) as paper, watching(paper, await token_of(paper)) as user:
            paper.place("CL", "buy", 1)
            await user.until(lambda message: message.get("target") == names.USER_ACCOUNT)
            return user

    user = asyncio.run(scenario())
    payloads = [each["arguments"][0] for each in user.seen if "target" in each]
    assert all(set(each) == {"action", "data"} for each in payloads)
    assert not any(value is None for each in payloads for value in each["data"].values())
    assert "profitAndLoss" not in user.events(names.USER_TRADE)[0][0]["data"]


def test_quotes_are_sparse_and_trades_are_lists() -> None:
    async def scenario() -> Hub:
        async with running(MANUAL) as paper:
            token = await token_of(paper)
            contract = paper.contract("ES")
            async with hub(paper, names.MARKET_HUB, token) as market:
                await market.completed(names.SUBSCRIBE_QUOTES, contract)
                await market.completed(names.SUBSCRIBE_CONTRACT_TRADES, contract)
                paper.set_price("ES", "6601")
                paper.set_price("ES", "6601", bid="6600.75", ask="6601")
                await market.until(lambda _: len(market.events(names.QUOTE)) >= 2)
                await market.until(lambda _: len(market.events(names.TRADE)) >= 2)
                return market

    market = asyncio.run(scenario())
    first, second = (arguments[1] for arguments in market.events(names.QUOTE)[:2])
    assert (first["symbol"], first["lastPrice"], first["bestAsk"]) == (
        "F.US.EP",
        6601,
        6601.25,
    )
    assert "lastPrice" not in second
    printed = market.events(names.TRADE)[0][1]
    assert isinstance(printed, list)
    assert printed[0]["price"] == 6601


def test_a_market_that_stands_still_is_quoted_again() -> None:
    async def scenario() -> bool:
        async with running(MANUAL) as paper:
            token = await token_of(paper)
            async with hub(paper, names.MARKET_HUB, token) as market:
                await market.completed(names.SUBSCRIBE_QUOTES, paper.contract("GC"))
                await market.until(lambda _: len(market.events(names.QUOTE)) >= 2)
                return all("lastPrice" in each[1] for each in market.events(names.QUOTE))

    assert asyncio.run(scenario())


def test_depth_is_told_to_those_who_want_it() -> None:
    async def scenario() -> Hub:
        async with running(MANUAL) as paper:
            token = await token_of(paper)
            contract = paper.contract("ES")
            async with hub(paper, names.MARKET_HUB, token) as market:
                await market.completed(names.SUBSCRIBE_DEPTH, contract)
                paper.set_price("ES", "6601")
                await market.until(lambda _: len(market.events(names.DEPTH)) >= 2)
                return market

    market = asyncio.run(scenario())
    (contract, bid), (_, ask) = market.events(names.DEPTH)
    assert (bid["contractId"], bid["price"], ask["price"]) == (contract, 6601, 6601.25)
    assert market.events(names.QUOTE) == []


def test_a_second_subscription_changes_nothing() -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper, watching(paper, await token_of(paper)) as user:
            await user.completed(names.SUBSCRIBE_POSITIONS, paper.account_id)
            paper.place("ES", "buy", 1)
            await user.until(lambda message: message.get("target") == names.USER_ACCOUNT)
            return len(user.events(names.USER_POSITION))

    assert asyncio.run(scenario()) == 1


def test_after_unsubscribing_nothing_of_that_kind_comes() -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper, watching(paper, await token_of(paper)) as user:
            await user.completed(names.UNSUBSCRIBE_POSITIONS, paper.account_id)
            paper.place("ES", "buy", 1)
            await user.until(lambda message: message.get("target") == names.USER_ACCOUNT)
            return len(user.events(names.USER_POSITION))

    assert asyncio.run(scenario()) == 0


@pytest.mark.parametrize(
    ("target", "arguments"),
    [("Heartbeat", []), ("SubscribeOrders", []), ("SubscribeOrders", ["x"]), ("", [1])],
)
def test_a_wrong_call_with_an_id_is_answered_with_an_error(
    target: str, arguments: list[Any]
) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper:
            token = await token_of(paper)
            async with hub(paper, names.USER_HUB, token) as user:
                return await user.completed(target, *arguments)

    assert asyncio.run(scenario())["error"]


def test_a_wrong_call_without_an_id_is_ignored_and_the_hub_goes_on() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper:
            token = await token_of(paper)
            async with hub(paper, names.USER_HUB, token) as user:
                await user.call("Heartbeat")
                await user.send("no json\x1e")
                answer = await user.completed(names.SUBSCRIBE_ACCOUNTS)
                return answer, [each for each in user.seen if each.get("type") == 3]

    answer, completions = asyncio.run(scenario())
    assert completions == [answer]
    assert answer["result"] is None


def test_records_may_be_split_and_merged() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper:
            url = f"{paper.url.replace('http', 'ws')}/hubs/user"
            headers = {"Authorization": f"Bearer {await token_of(paper)}"}
            async with connect(url, additional_headers=headers, proxy=None) as socket:
                user = Hub(socket)
                text = signalr.handshake_request() + signalr.invocation(
                    "SubscribeAccounts", [], "a"
                )
                for piece in (text[:9], text[9:60], text[60:]):
                    await user.send(piece)
                return await user.until(lambda message: message.get("invocationId") == "a")

    assert "error" not in asyncio.run(scenario())


@pytest.mark.parametrize("token", ["", "a.b.c", "nonsense"])
def test_a_hub_refuses_a_wrong_token_with_401(token: str) -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper:
            url = f"{paper.url.replace('http', 'ws')}/hubs/market?access_token={token}"
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, proxy=None)
            return refused.value.response.status_code

    assert asyncio.run(scenario()) == 401


@pytest.mark.parametrize(
    "first",
    [
        '{"protocol":"messagepack","version":1}\x1e',
        '{"protocol":"json","version":2}\x1e',
        '{"protocol":"json"}\x1e',
        "what?\x1e",
    ],
)
def test_a_wrong_handshake_is_answered_and_closed(first: str) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper:
            url = (
                f"{paper.url.replace('http', 'ws')}/hubs/user?access_token={await token_of(paper)}"
            )
            async with connect(url, proxy=None) as socket:
                user = Hub(socket)
                await user.send(first)
                answer = await user.until(lambda message: "error" in message)
                with pytest.raises(ConnectionClosed):
                    await user.until(lambda _: False)
                return answer

    assert "json" in asyncio.run(scenario())["error"]


@pytest.mark.parametrize(
    ("query", "version"),
    [("", 0), ("?negotiateVersion=0", 0), ("?negotiateVersion=1", 1), ("?negotiateVersion=2", 1)],
)
def test_negotiate_offers_websockets(query: str, version: int) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            return (await asking.http.post(f"/hubs/user/negotiate{query}")).json()

    found = asyncio.run(scenario())
    assert found["negotiateVersion"] == version
    assert ("connectionToken" in found) == (version == 1)
    assert found["availableTransports"][0]["transport"] == "WebSockets"


def test_negotiate_says_that_a_version_is_none() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            return (await asking.http.post("/hubs/user/negotiate?negotiateVersion=x")).json()

    assert set(asyncio.run(scenario())) == {"error"}


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("known_by", ["connectionId", "connectionToken", None])
def test_a_socket_may_name_its_connection_anew_as_before_or_not_at_all(
    version: int, known_by: str | None
) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            url = f"{paper.url.replace('http', 'ws')}/hubs/user"
            if known_by is not None:
                negotiated = await asking.http.post("/hubs/user/negotiate?negotiateVersion=1")
                url += f"?id={negotiated.json()[known_by]}"
            headers = {"Authorization": asking.http.headers["Authorization"]}
            answers = []
            for _ in range(2):  # the second time the id is stale
                async with connect(url, additional_headers=headers, proxy=None) as socket:
                    user = Hub(socket)
                    await user.send(signalr.handshake_request(version))
                    answers.append(await user.completed(names.SUBSCRIBE_ACCOUNTS))
            return answers

    assert all("error" not in each for each in asyncio.run(scenario()))


def test_a_stream_that_is_none_is_answered_with_an_error() -> None:
    async def scenario() -> Any:
        async with (
            running(MANUAL) as paper,
            hub(paper, names.USER_HUB, await token_of(paper)) as user,
        ):
            call = {"type": 4, "invocationId": "s", "target": "SubscribeAccounts"}
            await user.send(signalr.encode(call | {"arguments": []}))
            return await user.until(lambda message: message.get("invocationId") == "s")

    answer = asyncio.run(scenario())
    assert answer["type"] == 3
    assert "stream" in answer["error"]


def test_payloads_may_come_bare() -> None:
    async def scenario() -> tuple[Hub, Hub]:
        async with running(PaperOptions(prices="manual", payloads="bare")) as paper:
            token = await token_of(paper)
            contract = paper.contract("ES")
            async with watching(paper, token) as user, hub(paper, "/hubs/market", token) as market:
                await market.completed(names.SUBSCRIBE_CONTRACT_TRADES, contract)
                paper.set_price("ES", "6601")
                paper.place("ES", "buy", 2)
                await user.until(lambda each: each.get("target") == names.USER_ACCOUNT)
                await market.until(lambda each: each.get("target") == names.TRADE)
                return user, market

    user, market = asyncio.run(scenario())
    assert user.events(names.USER_POSITION)[0][0]["size"] == 2
    assert user.events(names.USER_ORDER)[0][0]["status"] == 6
    assert user.events(names.USER_TRADE)[0][0]["price"] == 6601.25
    assert user.events(names.USER_ACCOUNT)[0][0]["canTrade"] is True
    assert market.events(names.TRADE)[0][1]["price"] == 6601


def test_negotiate_refuses_a_wrong_token() -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper:
            url = paper.url
            async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
                return (await http.post("/hubs/market/negotiate")).status_code

    assert asyncio.run(scenario()) == 401


def test_dropped_hubs_are_cut_without_a_word_and_can_come_back() -> None:
    async def scenario() -> str:
        async with running(MANUAL) as paper:
            token = await token_of(paper)
            async with watching(paper, token) as user:
                paper.drop_hubs()
                with pytest.raises(ConnectionClosed) as cut:
                    await user.until(lambda _: False)
                assert cut.value.rcvd is None
            async with asyncio.timeout(DEADLINE_S), watching(paper, token):
                return "back"

    assert asyncio.run(scenario()) == "back"


@asynccontextmanager
async def hurried(pace: Pace) -> AsyncIterator[tuple[str, Floor]]:
    """Serve the hubs of a floor with another pace; yield a user hub's address and the floor."""
    floor = new_floor()
    doors = Doors("me", SecretStr("x"), floor.clock, Limits(), Faults(time.monotonic))
    server = Server(Starlette(routes=Sockets(floor, doors, pace).routes()), floor.clock)
    listener = bind(0)
    serving = asyncio.create_task(server.serve([listener]))
    token = doors.renew(floor.clock.now())
    await server.is_up.wait()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/hubs/user?access_token={token}", floor
    finally:
        server.stop()
        await serving


async def parted(socket: ClientConnection) -> list[Any]:
    """Return everything that comes until the other side closes."""
    seen = Hub(socket)
    with pytest.raises(ConnectionClosed):
        await seen.until(lambda _: False)
    return seen.seen


def test_a_client_that_never_shakes_hands_is_let_go() -> None:
    async def scenario() -> list[Any]:
        pace = Pace(handshake_s=0.1)
        async with hurried(pace) as (url, _), connect(url, proxy=None) as socket:
            return await parted(socket)

    assert asyncio.run(scenario()) == []


def test_a_silent_client_is_pinged_then_told_and_let_go() -> None:
    async def scenario() -> tuple[list[Any], int]:
        pace = Pace(ping_s=0.1, silent_s=0.5)
        async with hurried(pace) as (url, floor), connect(url, proxy=None) as socket:
            await socket.send(signalr.handshake_request())
            return await parted(socket), len(floor.user.connections)

    seen, left = asyncio.run(scenario())
    assert seen[0] == {}
    assert {"type": 6} in seen
    assert seen[-1] == {"type": 7, "allowReconnect": True}
    assert left == 0


def test_a_client_that_pings_stays() -> None:
    async def scenario() -> int:
        pace = Pace(silent_s=1.0)
        async with hurried(pace) as (url, floor), connect(url, proxy=None) as socket:
            await socket.send(signalr.handshake_request())
            for _ in range(15):  # half as long again as a silent one may stay
                await socket.send(signalr.ping())
                await asyncio.sleep(0.1)
            return len(floor.user.connections)

    assert asyncio.run(scenario()) == 1


def test_a_client_that_says_good_bye_is_let_go() -> None:
    async def scenario() -> list[Any]:
        async with hurried(Pace()) as (url, _), connect(url, proxy=None) as socket:
            await socket.send(signalr.handshake_request() + signalr.close())
            return await parted(socket)

    assert asyncio.run(scenario())[-1]["type"] == 7


def test_a_client_that_does_not_read_is_let_go() -> None:
    async def scenario() -> int:
        pace = Pace(ping_s=0.1, part_s=0.1)
        async with (
            hurried(pace) as (url, floor),
            connect(url, proxy=None, max_queue=1, close_timeout=0.2) as socket,
        ):
            await socket.send(
                signalr.handshake_request() + signalr.invocation(names.SUBSCRIBE_ACCOUNTS, [])
            )
            topic = (names.USER_ACCOUNT, None)
            async with asyncio.timeout(DEADLINE_S):
                while not floor.user.wants(topic):
                    await asyncio.sleep(0.001)
                while floor.user.wants(topic):
                    for _ in range(100):
                        floor.user.publish(topic, ["x" * 10_000])
                    await asyncio.sleep(0.001)
            return len(floor.user.connections)

    assert asyncio.run(scenario()) == 0
