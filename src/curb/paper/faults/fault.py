"""What a plan says, once it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from curb.paper.faults.menu import MENU, Value

Phase = Literal["before", "after"]
During = Literal["always", "position", "flat", "closing"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of a plan: a knob of the menu and when it is turned.

    Without `nth`, `every` or `p` it happens each time it can; `times` bounds that. The
    seconds count from when the plan was laid down.
    """

    knob: str
    # The end of a path, the name of a hub, an event's name, a contract's symbol; "": anywhere.
    where: str = ""
    phase: Phase = "before"  # of the effect that a request has
    during: During = "always"  # what the account is at, as the venue sees it
    from_s: float = 0
    until_s: float | None = None
    nth: int | None = None
    every: int | None = None
    p: float | None = None
    times: int | None = None
    has: Mapping[str, Value] = field(default_factory=dict)  # the knob's own figures

    def figure(self, name: str) -> Any:
        """Return a figure of the knob, the menu's own where none was given."""
        return self.has.get(name, MENU[self.knob].has[name])


@dataclass(frozen=True, slots=True)
class Plan:
    """A seed, and what shall go wrong. The same plan goes wrong the same way each time."""

    seed: int = 0
    fault: tuple[Fault, ...] = ()
