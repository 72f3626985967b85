"""SignalR's JSON hub protocol: records in, records out, for client and server.

Source: gateway.md section 3.2; message types as in Microsoft's HubProtocol specification.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from curb.wire import exact

SEPARATOR = "\x1e"

# A record larger than this is an attack or a fault; depth snapshots of real hubs stay below.
MAX_RECORD_CHARS = 1 << 20


class MessageType(IntEnum):
    """The `type` field of a hub message."""

    INVOCATION = 1
    STREAM_ITEM = 2
    COMPLETION = 3
    STREAM_INVOCATION = 4
    CANCEL_INVOCATION = 5
    PING = 6
    CLOSE = 7
    ACK = 8
    SEQUENCE = 9


class Records:
    """Cuts a stream of frames into records; a record may span frames.

    `malformed` counts records that were no JSON object: they are skipped, and the caller
    should treat a rising count as a gap.
    """

    def __init__(self) -> None:
        self.malformed = 0
        self._rest = ""

    def feed(self, data: str | bytes) -> Iterator[dict[str, Any]]:
        """Yield every complete record in what has arrived so far."""
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        *whole, self._rest = (self._rest + text).split(SEPARATOR)
        if len(self._rest) > MAX_RECORD_CHARS:
            self._rest = ""
            self.malformed += 1
        for record in whole:
            try:
                message = exact.loads(record)
            except ValueError:
                self.malformed += 1
                continue
            if isinstance(message, dict):
                yield message
            else:
                self.malformed += 1


def encode(message: dict[str, Any]) -> str:
    """Return one record, its separator included."""
    return exact.dumps(message) + SEPARATOR


def handshake_request(version: int = 1) -> str:
    """Return the client's first record."""
    return encode({"protocol": "json", "version": version})


def handshake_reply(error: str | None = None) -> str:
    """Return the server's first record; with `error` the connection is refused."""
    return encode({} if error is None else {"error": error})


def invocation(target: str, arguments: list[Any], invocation_id: str | None = None) -> str:
    """Return a call of `target`; with an id the other side must answer a completion."""
    message: dict[str, Any] = {"type": MessageType.INVOCATION.value}
    if invocation_id is not None:
        message["invocationId"] = invocation_id
    message |= {"target": target, "arguments": arguments}
    return encode(message)


def completion(invocation_id: str, *, result: Any = None, error: str | None = None) -> str:
    """Return the answer to an invocation that carried an id."""
    message: dict[str, Any] = {"type": MessageType.COMPLETION.value, "invocationId": invocation_id}
    message |= {"result": result} if error is None else {"error": error}
    return encode(message)


def ping() -> str:
    """Return a keep-alive record."""
    return encode({"type": MessageType.PING.value})


def close(error: str | None = None, *, allow_reconnect: bool = True) -> str:
    """Return the record that announces the end of the connection."""
    message: dict[str, Any] = {"type": MessageType.CLOSE.value, "allowReconnect": allow_reconnect}
    if error is not None:
        message["error"] = error
    return encode(message)
