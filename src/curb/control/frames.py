"""What travels between an engine and its screens: one JSON object a line.

Engine to screen: `hello`, `snapshot`, `audit`, `reply`, `bye`.
Screen to engine: `watch`, `command`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from curb.domain import codec
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.snapshot import Snapshot

PROTOCOL = 4
# The largest frame is a snapshot or a tail of 500 audit rows: some 200 kB. 4 MiB leaves
# room for growth and bounds what a broken peer can make us keep.
MAX_FRAME = 4 * 1024 * 1024
# A client has little to say.
MAX_REQUEST = 64 * 1024
MAX_HZ = 10
# Typed to stop an engine that has something to guard.
STOP_WORD = "STOP"


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers: the engine's version, pid, and the protocol it speaks."""

    version: str
    pid: int
    protocol: int
    is_supervised: bool = False  # systemd starts the next one when it dies


@dataclass(frozen=True, slots=True)
class Reply:
    """What the engine says to a command: done or not, a sentence, and data for some."""

    ok: bool
    text: str
    data: Any = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A screen wants snapshots this often a second, and audit rows as they come."""

    hz: int


@dataclass(frozen=True, slots=True)
class Command:
    """A screen wants something done; the reply carries the same id."""

    id: int
    name: str
    args: dict[str, Any]


def pack(kind: str, **fields: Any) -> bytes:
    """Return one frame. What JSON does not know travels as text."""
    frame = {"kind": kind, **fields}
    return json.dumps(frame, separators=(",", ":"), default=str).encode() + b"\n"


def unpack(line: bytes) -> dict[str, Any]:
    """Return a frame's fields, its kind among them. Raises FrameError."""
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise FrameError(f"expected one JSON object a line, found {len(line)} other bytes") from e
    if not isinstance(frame, dict) or not isinstance(frame.get("kind"), str):
        raise FrameError("expected an object with a kind, found none")
    return frame


def hello(version: str, pid: int, *, is_supervised: bool = False) -> bytes:
    """Return the first frame of every connection."""
    words = {"version": version, "pid": pid, "is_supervised": is_supervised}
    return pack("hello", protocol=PROTOCOL, **words)


def snapshot(value: Snapshot) -> bytes:
    """Return a snapshot as a frame."""
    return pack("snapshot", snapshot=codec.encode(value))


def audit(rows: Sequence[AuditRow]) -> bytes:
    """Return audit rows, oldest first, as a frame."""
    return pack("audit", rows=[codec.encode(row) for row in rows])


def reply(request_id: int, value: Reply) -> bytes:
    """Return the answer to a command as a frame."""
    return pack("reply", id=request_id, ok=value.ok, text=value.text, data=value.data)


def bye(reason: str) -> bytes:
    """Return the last frame of an engine that ends in order."""
    return pack("bye", reason=reason)


def read_request(line: bytes) -> Watch | Command:
    """Return what a screen asks. Raises FrameError."""
    frame = unpack(line)
    match frame["kind"]:
        case "watch":
            watch = codec.decode(Watch, frame)
            return Watch(min(max(watch.hz, 1), MAX_HZ))
        case "command":
            return codec.decode(Command, frame)
        case _:
            raise FrameError("expected watch or command, found another kind")


def read_rows(frame: dict[str, Any]) -> tuple[AuditRow, ...]:
    """Return the rows of an `audit` frame. Raises FrameError."""
    rows = frame.get("rows")
    if not isinstance(rows, list):
        raise FrameError("audit: expected a list of rows, found none")
    return tuple(codec.decode(AuditRow, row) for row in rows)


def read_reply(frame: dict[str, Any]) -> Reply:
    """Return the answer in a `reply` frame. Raises FrameError."""
    ok, text = frame.get("ok"), frame.get("text")
    if not isinstance(ok, bool) or not isinstance(text, str):
        raise FrameError("reply: expected ok and text, found others")
    return Reply(ok, text, frame.get("data"))
