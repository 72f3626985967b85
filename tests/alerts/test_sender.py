"""The sender against services on real sockets."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from curb.alerts import sender as module
from curb.alerts.channels import channels
from curb.alerts.message import Message
from curb.alerts.sender import Sender
from curb.domain.severity import Severity

from .receiver import Receiver, receiving

PATIENCE_S = 20.0


def message(number: int) -> Message:
    return Message(f"title {number}", "text", Severity.ENFORCED)


def until(is_met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def titles(receiver: Receiver) -> list[str]:
    return [json.loads(body)["title"] for body in receiver.bodies]


@contextmanager
def sending(url: str, told: list[str], discord: str = "") -> Iterator[Sender]:
    env = {"CURB_WEBHOOK_URL": url, "CURB_DISCORD_URL": discord}
    with closing(Sender(channels(env), told.append)) as found:
        yield found


def test_messages_arrive_in_order_and_the_last_ones_before_the_end() -> None:
    told: list[str] = []
    with receiving(Receiver()) as receiver:
        with sending(receiver.url, told) as sender:
            for number in range(5):
                sender.put(message(number))
        assert titles(receiver) == [f"title {number}" for number in range(5)]
    assert told == []


def test_a_service_that_hangs_delays_neither_us_nor_the_others() -> None:
    told: list[str] = []
    with (
        receiving(Receiver(hangs=True)) as hung,
        receiving(Receiver()) as well,
        sending(well.url, told, discord=hung.url) as sender,
    ):
        for number in range(200):
            sender.put(message(number))
        until(lambda: "title 199" in titles(well))
        assert len(hung.bodies) == 1


def test_what_waits_too_long_is_dropped_oldest_first() -> None:
    with receiving(Receiver(hangs=True)) as hung:
        told: list[str] = []
        sender = Sender(channels({"CURB_WEBHOOK_URL": hung.url}), told.append)
        sender.put(message(0))
        until(lambda: len(hung.bodies) == 1)
        for number in range(1, 200):
            sender.put(message(number))
        lane = sender._lanes[0]
        waiting = [each.title for each in list(lane._queue.queue) if each is not None]
        assert waiting == [f"title {number}" for number in range(150, 200)]
        hung.over.set()
        sender.close()


@pytest.mark.parametrize(
    ("codes", "tries", "fault"),
    [
        ((200,), 1, ""),
        ((204,), 1, ""),
        ((500, 200), 2, ""),
        ((429, 429, 200), 3, ""),
        ((503,), 4, "it answered 503"),
        ((404,), 1, "it answered 404"),
        ((302,), 1, "it answered 302"),
    ],
)
def test_what_may_pass_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, codes: tuple[int, ...], tries: int, fault: str
) -> None:
    monkeypatch.setattr(module, "_FIRST_WAIT_S", 0.01)
    told: list[str] = []
    with receiving(Receiver(*codes)) as receiver, sending(receiver.url, told) as sender:
        sender.put(message(0))
        until(lambda: len(receiver.bodies) == tries)
        if fault:
            until(lambda: bool(told))
    assert told == ([f"alerts: webhook was not told: {fault}"] if fault else [])


def test_it_is_told_once_that_a_service_fails_until_it_takes_one_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_TRIES", 1)
    told: list[str] = []
    with (
        receiving(Receiver(404, 404, 200, 404)) as receiver,
        sending(receiver.url, told) as sender,
    ):
        for number in range(4):
            sender.put(message(number))
        until(lambda: len(receiver.bodies) == 4 and len(told) == 2)
    assert told == ["alerts: webhook was not told: it answered 404"] * 2


def test_nobody_at_the_other_end_is_said_without_the_address() -> None:
    with receiving(Receiver()) as receiver:
        url = receiver.url
    with sending(url, []) as sender:
        (outcome,) = sender.test(message(0))
    assert (outcome.channel, outcome.fault) == ("webhook", "ConnectError")
