"""What goes wrong between a hub and its clients: events lost, twice, late or in pieces."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from curb.paper.faults import spoiling
from curb.paper.faults.faults import Chance, Faults
from curb.wire import names, signalr

# A frame to itself, in bytes where it is not text; several are sent one by one.
Frames = tuple[str | bytes, ...]
Push = Callable[[Frames | str], None]

_END = "\x1e"
# Above what clients take in one frame.
_BIG = 2 << 20
_DEEP = 100_000


@dataclass(slots=True)
class _Hub:
    """What is wrong with one hub for a while."""

    held: list[tuple[Push, str]] = field(default_factory=list)  # it goes after the next one
    merged: list[tuple[Push, str]] = field(default_factory=list)  # they go in one frame


class HubFaults:
    """Stands between the hubs and the sockets."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._hubs: dict[str, _Hub] = {}

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing can go wrong, nor is held back."""
        return self._faults.is_idle and not any(each.held for each in self._hubs.values())

    def look(self, hub: str) -> Chance | None:
        """Return the fault that ends every connection now, None where none does."""
        drop = self._faults.begun("hub.drop", hub)
        return drop or self._faults.chance("hub.close", hub)

    def ends_session(self, hub: str) -> bool:
        """Tell whether the hub says now that the session is over."""
        return self._faults.chance("hub.logout", hub) is not None

    def is_shut(self, hub: str) -> bool:
        """Tell whether nobody gets in now."""
        return self._faults.lasting("hub.drop", hub) is not None

    def pings(self, hub: str) -> bool:
        """Tell whether the hub pings now."""
        return not self._faults.spell("hub.no_ping", hub)

    def changed(self, target: str, arguments: list[Any]) -> list[Any]:
        """Return an event's arguments as a fault leaves them."""
        *others, payload = arguments
        if not isinstance(payload, dict):
            return arguments
        data = payload.get("data", payload)
        if target == names.USER_TRADE:
            data = spoiling.trade(self._faults, data, target)
        data = spoiling.row(self._faults, data, target)
        is_bare = "data" not in payload or self._faults.chance("schema.bare", target)
        return [*others, data if is_bare else payload | {"data": data}]

    def send(self, hub: str, target: str, text: str, push: Push) -> None:
        """Send an event as a fault leaves it: perhaps not at all, twice, late or in pieces."""
        state, places = self._of(hub), (hub, target)
        if self._faults.spell("hub.mute", *places) or self._faults.chance("hub.lose", *places):
            return
        if self._faults.chance("hub.reorder", *places):
            state.held.append((push, text))
            return
        late = self._faults.chance("hub.delay", *places)
        if target == names.USER_TRADE:
            late = late or self._faults.chance("trade.late", *places)
        if late:
            loop = asyncio.get_running_loop()
            loop.call_later(late.number("seconds"), push, text)
            return
        merged = self._faults.chance("hub.merge", *places)
        if merged:
            if not state.merged:
                loop = asyncio.get_running_loop()
                loop.call_later(merged.number("seconds"), self._release, state)
            state.merged.append((push, text))
            return
        push(self._framed(places, text))
        if self._faults.chance("hub.dup", *places):
            push(text)
        for push_held, held in state.held:
            push_held(held)
        state.held.clear()

    def _release(self, state: _Hub) -> None:
        """Send what was to go in one frame; what waits at once goes so."""
        for push, text in state.merged:
            push(text)
        state.merged.clear()

    def _framed(self, places: tuple[str, str], text: str) -> Frames | str:
        broken = self._faults.chance("hub.garble", *places)
        if broken:
            return _garbled(broken.word("how"), text)
        if self._faults.chance("hub.split", *places):
            return text[: len(text) // 2], text[len(text) // 2 :]
        return text

    def _of(self, hub: str) -> _Hub:
        return self._hubs.setdefault(hub, _Hub())


def _garbled(how: str, text: str) -> Frames:
    match how:
        case "text":
            return (f"expected JSON, found this{_END}",)
        case "deep":
            return ("[" * _DEEP + "]" * _DEEP + _END,)
        case "big":
            return (signalr.invocation(names.USER_ORDER, ["x" * _BIG]),)
        case "bytes":
            return (b"\xff\xfe\x00" + _END.encode(),)
        case _:
            return (text[: len(text) // 2] + _END,)
