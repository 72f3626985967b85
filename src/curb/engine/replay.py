"""A recording, played through a core of its own, to see whether it decides the same."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from curb.domain import codec
from curb.domain.actions import Action, SaveAudit
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.engine import recording
from curb.engine.adoption import resumed
from curb.engine.core import Core
from curb.engine.recording import Call

_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that was decided otherwise; each side as one JSON text, or "nothing"."""

    call: str
    recorded: str
    replayed: str


class Replay:
    """A core that begins as the recorded one did, and is told what that one was told."""

    def __init__(self, first_line: str) -> None:
        beginning = recording.read_first(first_line)
        self.version = beginning.version
        self.calls = 0
        self.rows: tuple[AuditRow, ...] = ()  # of the last call
        policy = recording.policy_of(beginning.config)
        kept = beginning.kept
        adoption = resumed(kept, recording.config_of(beginning.config)) if kept else None
        self._core = Core(policy, beginning.accounts, beginning.restored, adoption)

    def play(self, line: str) -> Difference | None:
        """Make the call of a line; return where its answer differs. Raises FrameError."""
        call, recorded = recording.read_call(line)
        self.calls += 1
        actions, raised = self._make(call)
        self.rows = tuple(action.row for action in actions if isinstance(action, SaveAudit))
        replayed = _values(actions)
        if recorded != replayed:
            recorded = [_completed(action) for action in recorded]
        for old, new in _pairs(call.raised, recorded, raised, replayed):
            if old != new:
                return Difference(_told(call), old, new)
        return None

    def _make(self, call: Call) -> tuple[list[Action], str]:
        try:
            return getattr(self._core, call.name)(**recording.named(call)), ""
        except Exception as e:  # noqa: BLE001 - an error of ours is a part of what was decided
            return [], type(e).__name__


def _values(actions: list[Action]) -> list[Any]:
    values: list[Any] = json.loads(json.dumps(recording.encoded(actions), default=str))
    return values


def _completed(action: Any) -> Any:
    """Return a recorded action with the fields that an older Curb did not know yet."""
    try:
        known = codec.decode_as(Action, action)
    except FrameError:
        return action
    return _values([known])[0]


def _pairs(
    was_raised: str, recorded: list[Any], raised: str, replayed: list[Any]
) -> Iterator[tuple[str, str]]:
    yield was_raised or _NOTHING, raised or _NOTHING
    for old, new in zip_longest(recorded, replayed):
        yield _text(old), _text(new)


def _text(value: Any) -> str:
    return _NOTHING if value is None else json.dumps(value, sort_keys=True)


def _told(call: Call) -> str:
    kinds = [type(arg).__name__ for arg in call.args[:1] if call.name == "handle"]
    return " ".join([call.name, *kinds])
