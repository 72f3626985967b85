"""One hub: who is connected, what each has subscribed to, and who gets an event."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from curb.paper.faults.faults import Chance
from curb.paper.faults.stream import Frames, HubFaults
from curb.wire import names, signalr

# What a client may be behind: about a minute of a busy market. Then it is let go.
_QUEUE_MAX = 5_000

# Records that wait are sent together up to this; clients refuse frames of more than 1 MiB.
_FRAME_CHARS = 64 << 10

Topic = tuple[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Method:
    """A hub method: the event it subscribes to, or with `ends` unsubscribes from."""

    event: str
    key: type[int] | type[str] | None
    ends: bool = False


def _pairs(*rows: tuple[str, str, str, type[int] | type[str] | None]) -> dict[str, Method]:
    methods: dict[str, Method] = {}
    for subscribe, unsubscribe, event, key in rows:
        methods[subscribe.lower()] = Method(event, key)
        methods[unsubscribe.lower()] = Method(event, key, ends=True)
    return methods


USER_METHODS = _pairs(
    (names.SUBSCRIBE_ACCOUNTS, names.UNSUBSCRIBE_ACCOUNTS, names.USER_ACCOUNT, None),
    (names.SUBSCRIBE_ORDERS, names.UNSUBSCRIBE_ORDERS, names.USER_ORDER, int),
    (names.SUBSCRIBE_POSITIONS, names.UNSUBSCRIBE_POSITIONS, names.USER_POSITION, int),
    (names.SUBSCRIBE_TRADES, names.UNSUBSCRIBE_TRADES, names.USER_TRADE, int),
)
MARKET_METHODS = _pairs(
    (names.SUBSCRIBE_QUOTES, names.UNSUBSCRIBE_QUOTES, names.QUOTE, str),
    (names.SUBSCRIBE_CONTRACT_TRADES, names.UNSUBSCRIBE_CONTRACT_TRADES, names.TRADE, str),
    (names.SUBSCRIBE_DEPTH, names.UNSUBSCRIBE_DEPTH, names.DEPTH, str),
)


class Connection:
    """One client of a hub: its subscriptions and what waits to be sent."""

    def __init__(self) -> None:
        self.topics: set[Topic] = set()
        self.waiting: asyncio.Queue[Frames | str] = asyncio.Queue(_QUEUE_MAX)
        self.is_behind = False
        self.is_over = asyncio.Event()  # set where the connection shall end, and how:
        self.ending: Chance | None = None

    def push(self, sent: Frames | str) -> None:
        """Queue a record; a client that does not read is marked and let go."""
        try:
            self.waiting.put_nowait(sent)
        except asyncio.QueueFull:
            self.is_behind = True

    def frames(self, first: Frames | str) -> Frames:
        """Return what waits as one frame, as far as it is not too large; odd frames alone."""
        if isinstance(first, tuple):
            return first
        texts, size = [first], len(first)
        while size < _FRAME_CHARS and not self.waiting.empty():
            following = self.waiting.get_nowait()
            if isinstance(following, tuple):
                return "".join(texts), *following
            texts.append(following)
            size += len(following)
        return ("".join(texts),)


class Hub:
    """The clients of one hub path. `on_subscribe` is told of each subscription."""

    def __init__(
        self,
        name: str,
        methods: dict[str, Method],
        on_subscribe: Callable[[], None],
        faults: HubFaults,
    ) -> None:
        self.name = name
        self.faults = faults
        self.connections: set[Connection] = set()
        self._methods = methods
        self._on_subscribe = on_subscribe

    def leave(self, connection: Connection) -> None:
        """Forget a client that went away."""
        self.connections.discard(connection)

    def wants(self, topic: Topic) -> bool:
        """Tell whether anybody subscribed to the topic."""
        return any(topic in connection.topics for connection in self.connections)

    def publish(self, topic: Topic, arguments: list[Any]) -> int:
        """Send an event to those who subscribed; return how many those are."""
        readers = [each for each in self.connections if topic in each.topics]
        if readers:
            if self.faults.is_idle:
                text = signalr.invocation(topic[0], arguments)
                for connection in readers:
                    connection.push(text)
                return len(readers)
            text = signalr.invocation(topic[0], self.faults.changed(topic[0], arguments))
            for connection in readers:
                self.faults.send(self.name, topic[0], text, connection.push)
        return len(readers)

    def look(self) -> None:
        """Let come what comes by itself: the end of a session, or of every connection."""
        if self.faults.ends_session(self.name):
            for connection in self.connections:
                connection.push(signalr.invocation(names.LOGOUT, []))
        ending = self.faults.look(self.name)
        for connection in self.connections if ending else ():
            connection.ending = ending
            connection.is_over.set()

    def invoke(self, connection: Connection, target: Any, arguments: Any) -> str | None:
        """Do a client's call; return what was wrong with it, None where nothing was."""
        method = self._methods.get(target.lower()) if isinstance(target, str) else None
        if method is None:
            return "Failed to invoke the method: it does not exist."
        given = arguments if isinstance(arguments, list) else []
        if len(given) != (method.key is not None):
            return "Failed to invoke the method: wrong number of arguments."
        try:
            key = method.key(given[0]) if method.key is not None else None
        except (TypeError, ValueError):
            return "Failed to invoke the method: wrong argument."
        topic = (method.event, key)
        if method.ends:
            connection.topics.discard(topic)
        else:
            connection.topics.add(topic)
            self._on_subscribe()
        return None
