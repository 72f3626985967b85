"""The tape: what traded, kept as bars of a second, a minute and an hour."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from curb.paper.spans import trading_day

_SECOND, _MINUTE, _HOUR = 1, 60, 3_600

# An hour, five days and a hundred days; a venue of nine contracts keeps some 60 MB of it.
_KEPT = {_SECOND: 3_600, _MINUTE: 7_200, _HOUR: 2_400}


@dataclass(slots=True)
class Bar:
    """What traded from `at` on, aware UTC, until the next one: prices and contracts."""

    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int

    def join(self, later: "Bar") -> None:
        """Take in what traded later."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume


class _Track:
    """One contract's bars of each width, and its trading day so far."""

    def __init__(self) -> None:
        self.bars: dict[int, deque[Bar]] = {each: deque(maxlen=_KEPT[each]) for each in _KEPT}
        self.day: Bar | None = None
        self.day_ends = datetime.min.replace(tzinfo=UTC)

    def add(self, price: Decimal, size: int, at: datetime) -> None:
        printed = Bar(at, price, price, price, price, size)
        second = int(at.timestamp())
        for width, bars in self.bars.items():
            opened = second - second % width
            if bars and bars[-1].at.timestamp() >= opened:
                bars[-1].join(printed)
            else:
                bars.append(Bar(datetime.fromtimestamp(opened, UTC), *_figures(printed)))
        if self.day is not None and at < self.day_ends:
            self.day.join(printed)
        else:
            began, self.day_ends = trading_day(at)
            self.day = Bar(began, *_figures(printed))


class Tape:
    """The trades of every contract of a venue."""

    def __init__(self) -> None:
        self._tracks: dict[str, _Track] = {}

    def add(self, contract_id: str, price: Decimal, size: int, at: datetime) -> None:
        """Keep a trade; `at` is never before an earlier one's."""
        self._tracks.setdefault(contract_id, _Track()).add(price, size, at)

    def day(self, contract_id: str, now: datetime) -> Bar | None:
        """Return the trading day so far, None where nothing traded in it."""
        track = self._tracks.get(contract_id)
        return track.day if track and now < track.day_ends else None

    def newest(self, contract_id: str, width_s: int) -> Iterator[Bar]:
        """Yield what is kept, newest first, in the widest bars that `width_s` is made of."""
        track = self._tracks.get(contract_id)
        if track is not None:
            yield from reversed(track.bars[max(each for each in _KEPT if width_s % each == 0)])


def _figures(bar: Bar) -> tuple[Decimal, Decimal, Decimal, Decimal, int]:
    return bar.open, bar.high, bar.low, bar.close, bar.volume
