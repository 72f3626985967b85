"""Tells the services, each in a thread of its own: a service that hangs delays nobody."""

import contextlib
import logging
import queue
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from curb.alerts.channels import Channel
from curb.alerts.message import Message

_WAITING = 50
_TIMEOUT_S = 5.0
_TRIES = 4
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_TOO_MANY, _SERVER = 429, 500
_LAST_S = 1.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: how long it took, and why it failed, "" where it did not."""

    channel: str
    took_ms: int
    fault: str


class Sender:
    """Hands messages on without ever waiting. `tell` hears, in a thread, when a service fails.

    It is told once until the service takes a message again.
    """

    def __init__(self, channels: Sequence[Channel], tell: Tell) -> None:
        # The environment may name a proxy or other certificates: neither is ours to trust.
        self._client = httpx.Client(timeout=_TIMEOUT_S, trust_env=False, verify=verifying())
        # Its lines of lower levels have the addresses.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._stopping = threading.Event()
        self._lanes = [_Lane(each, self._client, self._stopping, tell) for each in channels]

    @property
    def names(self) -> tuple[str, ...]:
        """The services, by name."""
        return tuple(lane.channel.name for lane in self._lanes)

    def put(self, message: Message) -> None:
        """Hand a message to every service; where too many wait, the oldest is dropped."""
        for lane in self._lanes:
            lane.put(message)

    def test(self, message: Message) -> list[Outcome]:
        """Send a message to each service in turn, and wait for what comes of it."""
        return [_tried(lane.channel, message, self._client)[0] for lane in self._lanes]

    def close(self) -> None:
        """End, giving what waits a last second."""
        deadline = time.monotonic() + _LAST_S
        for lane in self._lanes:
            lane.finish()
        for lane in self._lanes:
            lane.join(max(deadline - time.monotonic(), 0))
        self._stopping.set()
        if not any(lane.is_alive() for lane in self._lanes):
            self._client.close()


def verifying() -> ssl.SSLContext:
    """Return what verifies certificates, whatever the environment says."""
    context = httpx.create_ssl_context(trust_env=False)
    # Python would write the keys of every connection to a file that the environment names.
    context.keylog_filename = None  # type: ignore[assignment]  # None to CPython is none
    return context


class _Lane:
    def __init__(
        self, channel: Channel, client: httpx.Client, stopping: threading.Event, tell: Tell
    ) -> None:
        self.channel = channel
        self._client = client
        self._stopping = stopping
        self._tell = tell
        self._is_failing = False
        self._queue: queue.Queue[Message | None] = queue.Queue(_WAITING)
        name = f"alerts {channel.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        self.join, self.is_alive = self._thread.join, self._thread.is_alive

    def put(self, message: Message | None) -> None:
        while True:
            try:
                self._queue.put_nowait(message)
            except queue.Full:
                with contextlib.suppress(queue.Empty):
                    self._queue.get_nowait()
            else:
                return

    def finish(self) -> None:
        self.put(None)

    def _run(self) -> None:
        while not self._stopping.is_set():
            message = self._queue.get()
            if message is None:
                return
            self._note(self._persistent(message))

    def _persistent(self, message: Message) -> Outcome:
        wait_s = _FIRST_WAIT_S
        outcome, again_s = _tried(self.channel, message, self._client)
        for _ in range(_TRIES - 1):
            if again_s is None:
                break
            if self._stopping.wait(min(max(again_s, wait_s), _LONGEST_WAIT_S)):
                break
            wait_s *= 2
            outcome, again_s = _tried(self.channel, message, self._client)
        return outcome

    def _note(self, outcome: Outcome) -> None:
        was, self._is_failing = self._is_failing, bool(outcome.fault)
        if self._is_failing and not was:
            self._tell(f"alerts: {outcome.channel} was not told: {outcome.fault}")


def _tried(
    channel: Channel, message: Message, client: httpx.Client
) -> tuple[Outcome, float | None]:
    """Return the outcome, and after how many seconds another try has sense, None: never."""
    post = channel.post(message)
    start = time.monotonic()
    again_s: float | None = None
    try:
        # What it answers is not read: it may be endless.
        with client.stream(
            "POST", post.url.get_secret_value(), headers=post.headers, content=post.content
        ) as response:
            status = response.status_code
            fault = "" if response.is_success else f"it answered {status}"
            if status == _TOO_MANY or status >= _SERVER:
                again_s = _seconds(response.headers.get("retry-after", ""))
    except httpx.HTTPError as e:
        # The words of an error may hold the address.
        fault, again_s = type(e).__name__, 0.0
    took_ms = round((time.monotonic() - start) * 1000)
    return Outcome(channel.name, took_ms, fault), again_s


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0
