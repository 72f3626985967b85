"""What the accounts are at, as the venue sees it: faults may wait for the worst moment."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from curb.paper.faults.fault import During
from curb.paper.floor import Floor

# After a close came in, this long or until nothing is open any more.
_CLOSING_S = 5.0


@dataclass(slots=True)
class Standing:
    """Whether anything is open, and whether somebody is closing it."""

    floor: Floor
    seconds: Callable[[], float]
    closed_s: float | None = None

    def closes(self) -> None:
        """Take note of a request that closes."""
        self.closed_s = self.seconds()

    def now(self) -> Iterable[During]:
        """Return what holds for at least one account."""
        is_open = any(each.exchange.positions for each in self.floor.all)
        yield "position" if is_open else "flat"
        closed_s = self.closed_s
        if is_open and closed_s is not None and self.seconds() - closed_s < _CLOSING_S:
            yield "closing"
