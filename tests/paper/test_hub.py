import pytest

from curb.paper.faults.faults import Faults
from curb.paper.faults.stream import HubFaults
from curb.paper.hub import MARKET_METHODS, USER_METHODS, Connection, Hub
from curb.wire import names

QUIET = HubFaults(Faults(lambda: 0.0))


def user_hub() -> Hub:
    return Hub("user", USER_METHODS, lambda: None, QUIET)


def test_an_event_goes_to_those_who_subscribed_to_it() -> None:
    hub, reader, other = user_hub(), Connection(), Connection()
    hub.connections.update((reader, other))
    assert hub.invoke(reader, names.SUBSCRIBE_ORDERS, [7]) is None
    assert hub.publish((names.USER_ORDER, 7), [{}]) == 1
    assert hub.publish((names.USER_ORDER, 8), [{}]) == 0
    assert (reader.waiting.qsize(), other.waiting.qsize()) == (1, 0)


@pytest.mark.parametrize("target", ["SubscribeOrders", "subscribeorders", "SUBSCRIBEORDERS"])
def test_names_of_methods_ignore_case(target: str) -> None:
    assert user_hub().invoke(Connection(), target, [7]) is None


@pytest.mark.parametrize(
    ("target", "arguments"),
    [
        ("Heartbeat", []),
        (None, []),
        (names.SUBSCRIBE_ORDERS, []),
        (names.SUBSCRIBE_ORDERS, [1, 2]),
        (names.SUBSCRIBE_ORDERS, [None]),
        (names.SUBSCRIBE_ORDERS, "7"),
        (names.SUBSCRIBE_ACCOUNTS, [1]),
        (names.SUBSCRIBE_QUOTES, ["CON.F.US.EP.Z26"]),
    ],
)
def test_a_wrong_call_says_what_is_wrong(target: object, arguments: object) -> None:
    connection = Connection()
    assert user_hub().invoke(connection, target, arguments)
    assert not connection.topics


def test_the_first_watcher_is_noticed() -> None:
    seen: list[str] = []
    hub = Hub("market", MARKET_METHODS, lambda: seen.append("subscribed"), QUIET)
    connection = Connection()
    hub.invoke(connection, names.SUBSCRIBE_QUOTES, ["CON.F.US.EP.Z26"])
    hub.invoke(connection, names.UNSUBSCRIBE_QUOTES, ["CON.F.US.EP.Z26"])
    assert seen == ["subscribed"]


def test_a_client_that_does_not_read_is_let_go_not_kept_for_ever() -> None:
    connection = Connection()
    for _ in range(5_000):
        connection.push("x")
    assert not connection.is_behind
    connection.push("x")
    assert connection.is_behind
    assert connection.waiting.qsize() == 5_000


def test_what_waits_goes_out_as_one_frame() -> None:
    connection = Connection()
    for text in "bc":
        connection.push(text)
    assert connection.frames("a") == ("abc",)


def test_a_frame_stays_far_below_what_clients_take() -> None:
    connection = Connection()
    for _ in range(100):
        connection.push("x" * 10_000)
    assert len(connection.frames("a")[0]) < 100_000
    assert connection.waiting.qsize() > 80
