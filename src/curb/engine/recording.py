"""What enters the core and what it answers, as lines of text; nothing secret is among it.

The first line tells how the core began, each other one a call of it. A line is JSON.
"""

import inspect
import json
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from curb.config.canonical import canonical
from curb.config.models import Config
from curb.config.parse import parse
from curb.domain import codec
from curb.domain.actions import Action, Request
from curb.domain.book import Account
from curb.domain.codec import FrameError
from curb.domain.events import Event, Restored
from curb.domain.kept import KeptConfig
from curb.engine.adoption import Adoption
from curb.engine.core import Core
from curb.engine.policy import Policy

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the core and its answer; `raised` names the error where there was none."""

    name: str
    args: tuple[Any, ...]
    actions: tuple[Action, ...] = ()
    raised: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a recorded core began. `version` is that of the Curb that recorded."""

    recording: int
    version: str
    config: str  # canonical
    accounts: tuple[Account, ...]
    restored: Restored
    kept: KeptConfig | None = None  # in force, with what waits; None where nothing governs


class RecordedCore(Core):
    """A core that tells of every call once it is answered, but not of calls to itself."""

    def __init__(
        self,
        policy: Policy,
        accounts: Iterable[Account],
        restored: Restored,
        adoption: Adoption | None,
        tell: Callable[[Call], None],
    ) -> None:
        super().__init__(policy, accounts, restored, adoption)
        self._tell = tell
        self._is_inside = False
        self._handled: tuple[Any, ...] = ()  # the event at hand and its time
        self._begun: list[Action] = []

    def start(self, now: datetime, details: dict[str, object]) -> list[Action]:
        """Tell of a start."""
        return self._told("start", super().start, now, details)

    def stop(self, now: datetime, reason: str) -> list[Action]:
        """Tell of an end in order."""
        return self._told("stop", super().stop, now, reason)

    def decide(self, event: Event, now: datetime) -> Iterator[Request]:
        """Tell of an event that cannot be decided, and of any other once it is settled."""
        self._handled, self._begun = (event, now), []
        try:
            for request in super().decide(event, now):
                self._begun.append(request)
                yield request
        except Exception as e:
            self._tell(Call("handle", self._handled, raised=type(e).__name__))
            raise

    def settle(self, now: datetime) -> list[Action]:
        """Tell of the event decided last, with all that came of it."""
        rest = self._tried("handle", self._handled, lambda: super(RecordedCore, self).settle(now))
        self._tell(Call("handle", self._handled, (*self._begun, *rest)))
        return rest

    def govern(self, now: datetime, *, is_first: bool) -> list[Action]:
        """Tell of what is in force at a start."""
        return self._told("govern", super().govern, now, is_first)

    def compare(self, wanted: Config, file: str) -> list[Action]:
        """Tell of the file found at a start."""
        return self._told("compare", super().compare, wanted, file)

    def reload(
        self, wanted: Config, file: str, now: datetime, *, is_confirmed: bool
    ) -> list[Action]:
        """Tell of a file that was read again."""
        return self._told("reload", super().reload, wanted, file, now, is_confirmed)

    def adopt(self, policy: Policy, now: datetime) -> list[Action]:
        """Tell of another configuration."""
        return self._told("adopt", super().adopt, policy, now)

    def refuse_config(self, reason: str, file: str, now: datetime) -> list[Action]:
        """Tell of a file that cannot be used."""
        return self._told("refuse_config", super().refuse_config, reason, file, now)

    def fault(self, reason: str, now: datetime) -> list[Action]:
        """Tell of an error of our own."""
        return self._told("fault", super().fault, reason, now)

    def warn(self, reason: str, now: datetime) -> list[Action]:
        """Tell of a warning."""
        return self._told("warn", super().warn, reason, now)

    def upkeep(self, reason: str, details: dict[str, object], now: datetime) -> list[Action]:
        """Tell of the database having been looked after."""
        return self._told("upkeep", super().upkeep, reason, details, now)

    def acknowledge(self) -> list[Action]:
        """Tell of an acknowledged alert."""
        return self._told("acknowledge", super().acknowledge)

    def _told(self, name: str, call: Callable[..., list[Action]], *args: Any) -> list[Action]:
        by_name = named(Call(name, args))
        if self._is_inside:
            return call(**by_name)
        actions = self._tried(name, args, lambda: call(**by_name))
        self._tell(Call(name, args, tuple(actions)))
        return actions

    def _tried(
        self, name: str, args: tuple[Any, ...], call: Callable[[], list[Action]]
    ) -> list[Action]:
        self._is_inside = True
        try:
            return call()
        except Exception as e:
            self._tell(Call(name, args, raised=type(e).__name__))
            raise
        finally:
            self._is_inside = False


def first_line(
    version: str,
    policy: Policy,
    accounts: tuple[Account, ...],
    restored: Restored,
    adoption: Adoption | None = None,
) -> str:
    """Return the line that tells how a core begins."""
    kept = adoption.kept() if adoption else None
    begun = Beginning(FORMAT, version, policy.text, accounts, restored, kept)
    return _line(codec.encode(begun))


def line_of(call: Call) -> str:
    """Return the line of a call."""
    hints = _parameters(call.name).items()
    args = {name: _encode(hint, v) for (name, hint), v in zip(hints, call.args, strict=True)}
    told: dict[str, Any] = {"call": call.name, "args": args}
    told |= {"raised": call.raised} if call.raised else {"actions": encoded(call.actions)}
    return _line(told)


def read_first(line: str) -> Beginning:
    """Return how a recorded core began. Raises FrameError."""
    found = _object(line)
    if "recording" not in found:
        raise FrameError("expected a recording of `curb run --record`, found something else")
    if found["recording"] != FORMAT:
        told = str(found["recording"])[:20]
        raise FrameError(f"expected a recording of format {FORMAT}, found format {told}")
    return codec.decode(Beginning, found)


def read_call(line: str) -> tuple[Call, list[Any]]:
    """Return a recorded call, and its answer as JSON values. Raises FrameError."""
    found = _object(line)
    name, args = found.get("call"), found.get("args")
    if not isinstance(name, str) or name not in CALLS or not isinstance(args, dict):
        raise FrameError("expected a call of the core and its arguments, found something else")
    hints = _parameters(name)
    if args.keys() != hints.keys():
        raise FrameError(f"{name}: expected {', '.join(hints) or 'no arguments'}, found others")
    values = tuple(_decode(hint, args[arg]) for arg, hint in hints.items())
    actions = found.get("actions", [])
    if not isinstance(actions, list):
        raise FrameError(f"{name}: expected a list of actions, found something else")
    return Call(name, values, raised=str(found.get("raised", ""))), actions


def named(call: Call) -> dict[str, Any]:
    """Return a call's arguments by name."""
    return dict(zip(_parameters(call.name), call.args, strict=True))


def encoded(actions: Iterable[Action]) -> list[Any]:
    """Return actions as values for a line."""
    return [codec.encode_as(Action, action) for action in actions]


def _is_call(member: Any) -> bool:
    return inspect.isfunction(member) and typing.get_type_hints(member)["return"] == list[Action]


# What may be called from outside: every public method of the core that returns actions. Both
# halves of `handle` are told as one.
CALLS = frozenset(
    name for name, member in vars(Core).items() if not name.startswith("_") and _is_call(member)
) - {"settle"}


@cache
def _parameters(name: str) -> dict[str, Any]:
    hints = typing.get_type_hints(getattr(Core, name))
    del hints["return"]
    return hints


def _encode(hint: Any, value: Any) -> Any:
    if hint is Config:
        return canonical(value)
    return value.text if hint is Policy else codec.encode_as(hint, value)


def _decode(hint: Any, value: Any) -> Any:
    if hint is Policy:
        return policy_of(codec.decode_as(str, value))
    if hint is Config:
        return config_of(codec.decode_as(str, value))
    return codec.decode_as(hint, value)


def config_of(text: str) -> Config:
    """Return a recorded configuration. Raises ConfigError."""
    return parse(text, "the recorded configuration")


def policy_of(text: str) -> Policy:
    """Return what a recorded configuration means. Raises ConfigError."""
    return Policy.of(config_of(text))


def _line(values: Any) -> str:
    return json.dumps(values, separators=(",", ":"), default=str) + "\n"


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise FrameError("expected one JSON object in the line, found something else") from e
    if not isinstance(found, dict):
        raise FrameError("expected one JSON object in the line, found something else")
    return found
