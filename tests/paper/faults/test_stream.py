import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from curb.paper.faults.plan import parse
from curb.paper.sockets import Pace
from curb.wire import exact, names, signalr
from curb.wire.signalr import MessageType
from tests.paper.client import DEADLINE_S, Hub, Message, hub, watching
from tests.paper.faults.show import Show, Stage, played
from tests.paper.test_sockets import hurried

ALL = [
    names.USER_ORDER,
    names.USER_ORDER,
    names.USER_POSITION,
    names.USER_TRADE,
    names.USER_ACCOUNT,
]


def told(user: Hub) -> list[str]:
    return [str(each["target"]) for each in user.seen if "target" in each]


async def seen(user: Hub, target: str) -> Message:
    return await user.until(lambda message: message.get("target") == target)


async def answered(user: Hub) -> None:
    """Wait until all that was sent before has come: a call's completion comes after it."""
    await user.completed(names.SUBSCRIBE_ACCOUNTS)


async def frames(user: Hub, count: int = 1) -> list[str | bytes]:
    async with asyncio.timeout(DEADLINE_S):
        return [await user.socket.recv() for _ in range(count)]


async def sees_the_end(user: Hub) -> None:
    with pytest.raises(ConnectionClosed):
        await user.until(lambda _: False)


async def enters(stage: Stage) -> None:
    async with hub(stage.paper, names.USER_HUB, stage.token):
        pass


async def sees_a_drop(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        await sees_the_end(user)
        assert not any(each.get("type") == MessageType.CLOSE for each in user.seen)
        with pytest.raises(InvalidStatus) as caught:
            await enters(stage)
    assert caught.value.response.status_code == 503
    assert (await stage.rest.http.post(f"{names.USER_HUB}/negotiate")).status_code == 503
    stage.paper.lay()
    await enters(stage)


async def sees_a_good_bye(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        bye = await user.until(lambda message: message.get("type") == MessageType.CLOSE)
        assert bye["error"] == stage.show.has["error"]
        assert bool(bye.get("allowReconnect")) is stage.show.has["allow_reconnect"]
        await sees_the_end(user)


async def sees_the_session_end(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        said = await user.until(lambda message: message.get("target") == names.LOGOUT)
        assert said["arguments"] == []
        await answered(user)  # the socket itself goes on


async def sees_nothing(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        await answered(user)
        assert told(user) == []
        stage.paper.lay()
        stage.paper.place("MNQ", "buy", 1)
        await seen(user, names.USER_ACCOUNT)
        assert told(user) == ALL


async def sees_no_ping(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    async with hurried(Pace(ping_s=0.02)) as (url, floor), connect(url, proxy=None) as socket:
        floor.faults.lay(
            parse({"fault": [{"knob": "hub.no_ping", "times": 1, "has": stage.show.has}]})
        )
        began = loop.time()
        await socket.send(signalr.handshake_request())
        await Hub(socket).until(lambda message: message.get("type") == MessageType.PING)
        assert loop.time() - began >= stage.has("seconds")
        stage.paper.floor.faults.fired.update(floor.faults.fired)


async def sees_all_but(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        await answered(user)
        assert told(user) == [each for each in ALL if each != stage.show.fields["where"]]


async def sees_it_twice(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        await answered(user)
        assert told(user) == [*ALL[:4], *ALL[3:]]
        first, second = user.events(names.USER_TRADE)
        assert first == second


async def sees_it_after_the_next(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        await answered(user)
        assert told(user) == [*ALL[:3], ALL[4], ALL[3]]


async def sees_it_later(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        began = loop.time()
        stage.paper.place("MNQ", "buy", 1)
        await seen(user, names.USER_TRADE)
        assert told(user) == [*ALL[:3], ALL[4], ALL[3]]
        assert loop.time() - began >= stage.has("seconds")


async def sees_a_broken_record(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        if stage.show.has["how"] == "big":
            with pytest.raises(ConnectionClosed, match="1009"):
                await frames(user, 9)
            return
        _, found = await frames(user, 2)  # the orders before it go out by themselves
        match stage.show.has["how"]:
            case "cut":
                assert str(found).endswith("\x1e")
                with pytest.raises(ValueError, match="line 1"):
                    read(str(found))
            case "text":
                assert "expected JSON" in str(found)
            case "deep":
                assert str(found).startswith("[" * 1_000)
            case _:
                assert isinstance(found, bytes)


def read(text: str) -> Any:
    return exact.loads(text.rstrip("\x1e"))


async def sees_two_frames(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay(where=names.USER_POSITION)
        stage.paper.place("MNQ", "buy", 1)
        before, half, rest_of_it = map(str, await frames(user, 3))
        assert before.endswith("\x1e")
        assert not half.endswith("\x1e")
        assert read(half + rest_of_it)["target"] == names.USER_POSITION


async def sees_one_frame(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        began = loop.time()
        for _ in range(3):
            stage.paper.place("MNQ", "buy", 1)
            await asyncio.sleep(0.02)
        (frame,) = await frames(user)
        assert str(frame).count("\x1e") == 3 * len(ALL)
        assert loop.time() - began >= stage.has("seconds")


async def sees_a_refused_call(stage: Stage) -> None:
    async with hub(stage.paper, names.USER_HUB, stage.token) as user:
        stage.lay()
        assert "Failed" in (await user.completed(names.SUBSCRIBE_ACCOUNTS))["error"]
        stage.paper.place("MNQ", "buy", 1)
        stage.paper.lay()
        await user.completed(names.SUBSCRIBE_ORDERS, stage.paper.account_id)
        assert told(user) == []


async def sees_no_completion(stage: Stage) -> None:
    async with hub(stage.paper, names.USER_HUB, stage.token) as user:
        stage.lay(where=names.SUBSCRIBE_TRADES)
        await user.call(names.SUBSCRIBE_TRADES, stage.paper.account_id, call_id="silent")
        await answered(user)
        assert not any(each.get("invocationId") == "silent" for each in user.seen)
        stage.paper.place("MNQ", "buy", 1)
        await seen(user, names.USER_TRADE)


async def sees_done_and_hears_nothing(stage: Stage) -> None:
    async with hub(stage.paper, names.USER_HUB, stage.token) as user:
        stage.lay(where=names.SUBSCRIBE_TRADES)
        done = await user.completed(names.SUBSCRIBE_TRADES, stage.paper.account_id)
        assert not done.get("error")
        stage.paper.place("MNQ", "buy", 1)
        await answered(user)
        assert told(user) == []


async def sees_no_negotiation(stage: Stage) -> None:
    stage.lay()
    answer = await stage.rest.http.post(f"{names.USER_HUB}/negotiate?negotiateVersion=1")
    assert answer.status_code == stage.has("status")


async def sees_a_refused_handshake(stage: Stage) -> None:
    stage.lay()
    url = f"{stage.paper.url.replace('http', 'ws')}{names.USER_HUB}?access_token={stage.token}"
    async with connect(url, proxy=None) as socket:
        user = Hub(socket)
        await user.send(signalr.handshake_request())
        assert "handshake" in (await user.until(lambda message: "error" in message))["error"]
        await sees_the_end(user)


async def sees_a_handshake_in_company(stage: Stage) -> None:
    stage.lay()
    url = f"{stage.paper.url.replace('http', 'ws')}{names.USER_HUB}?access_token={stage.token}"
    async with connect(url, proxy=None) as socket:
        await socket.send(signalr.handshake_request())
        assert await socket.recv() == signalr.handshake_reply() + signalr.ping()


async def sees_a_slow_handshake(stage: Stage) -> None:
    stage.lay()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await enters(stage)
    assert loop.time() - began >= stage.has("seconds")


ONE_TRADE = {"where": names.USER_TRADE, "times": 1}
SHOWS = [
    Show("hub.drop", sees_a_drop, {"seconds": 600.0}, {"where": "user"}),
    Show("hub.close", sees_a_good_bye, {"allow_reconnect": False, "error": "Bye."}),
    Show("hub.logout", sees_the_session_end, fields={"where": "user", "times": 1}),
    Show("hub.mute", sees_nothing, {"seconds": 600.0}),
    Show("hub.no_ping", sees_no_ping, {"seconds": 0.3}),
    Show("hub.lose", sees_all_but, fields={"where": names.USER_POSITION}),
    Show("hub.dup", sees_it_twice, fields=ONE_TRADE),
    Show("hub.reorder", sees_it_after_the_next, fields=ONE_TRADE),
    Show("hub.delay", sees_it_later, {"seconds": 0.2}, ONE_TRADE),
    *(
        Show("hub.garble", sees_a_broken_record, {"how": how}, {"where": names.USER_POSITION})
        for how in ("cut", "text", "deep", "big", "bytes")
    ),
    Show("hub.split", sees_two_frames),
    Show("hub.merge", sees_one_frame, {"seconds": 0.5}),
    Show("hub.reject_invoke", sees_a_refused_call),
    Show("hub.swallow_completion", sees_no_completion),
    Show("hub.deaf", sees_done_and_hears_nothing),
    Show("hub.negotiate_status", sees_no_negotiation, {"status": 418}),
    Show("hub.handshake_error", sees_a_refused_handshake),
    Show("hub.handshake_joined", sees_a_handshake_in_company),
    Show("hub.handshake_slow", sees_a_slow_handshake, {"seconds": 0.3}),
    Show("trade.late", sees_it_later, {"seconds": 0.2}),
]


@pytest.mark.parametrize("show", SHOWS, ids=str)
def test_a_client_sees_it(show: Show) -> None:
    played(show)
