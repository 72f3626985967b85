"""The markets of all contracts, merged into one stream of ticks by time."""

import heapq
from collections.abc import Iterator

from curb.paper.prices import Tick


class Market:
    """Ticks of several sources in the order of their time."""

    def __init__(self, sources: list[Iterator[Tick]]) -> None:
        self.ended: list[Tick] = []  # the last tick of each source that came to its end
        self._sources = sources
        self._next: list[tuple[float, int, Tick]] = []
        for index in range(len(sources)):
            self._pull(index, None)

    @property
    def next_at_s(self) -> float | None:
        """Return when the next tick is due, None where none will come."""
        return self._next[0][0] if self._next else None

    def take(self) -> Tick:
        """Return the next tick and draw the one after it."""
        _, index, tick = heapq.heappop(self._next)
        self._pull(index, tick)
        return tick

    def _pull(self, index: int, before: Tick | None) -> None:
        tick = next(self._sources[index], None)
        if tick is not None:
            heapq.heappush(self._next, (tick.at_s, index, tick))
        elif before is not None:
            self.ended.append(before)
