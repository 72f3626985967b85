"""A knob of the menu, and what a bare client sees of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from curb.paper.faults.menu import MENU, Value
from curb.paper.service import Paper, PaperOptions, running
from tests.paper.client import DEADLINE_S, Rest, rest


@dataclass(frozen=True, slots=True)
class Show:
    """Lays a knob with figures of its own, never the menu's, and sees what becomes of it."""

    knob: str
    see: Callable[["Stage"], Awaitable[None]]
    has: Mapping[str, Value] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)  # where, times, ...

    def __str__(self) -> str:
        """Return the name of the case."""
        figures = "-".join(str(each) for each in self.has.values() if isinstance(each, str))
        return f"{self.knob}-{figures}" if figures else self.knob


@dataclass(frozen=True, slots=True)
class Stage:
    """A gateway, somebody who asks it, and the knob to turn."""

    paper: Paper
    rest: Rest
    show: Show

    @property
    def token(self) -> str:
        """Return what opens the hubs."""
        return str(self.rest.http.headers["Authorization"]).removeprefix("Bearer ")

    def lay(self, **more: Any) -> None:
        """Turn the knob."""
        fault = {"knob": self.show.knob, "has": dict(self.show.has), **self.show.fields, **more}
        self.paper.lay(fault=[fault])

    def has(self, name: str) -> float:
        """Return a figure that was laid."""
        return float(self.show.has[name])


async def until(is_met: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(DEADLINE_S):
        while not is_met():
            await asyncio.sleep(0.01)


def played(show: Show) -> None:
    """See what the knob does, and that it counted."""

    async def scenario() -> None:
        options = PaperOptions(prices="manual", relay=show.knob.startswith("net."))
        async with running(options) as paper, rest(paper) as asking:
            await show.see(Stage(paper, asking, show))
            assert paper.fired[show.knob]

    assert show.knob in MENU
    asyncio.run(scenario())
