"""What the user hub left out: it has a moment to tell it, then it is taken for silent."""

from datetime import datetime, timedelta

from curb.domain.events import AccountRead, Event, FillSeen, LinkChanged, OrderSeen, PositionSeen
from curb.state.untold import Kind, Untold

# An event may come later than the read that shows what it tells.
PATIENCE = timedelta(seconds=3)


class Divergence:
    """What a read of one account was the first to show and the hub has not told since."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[Kind, str], tuple[datetime, Untold]] = {}

    def told(self, event: Event, untold: tuple[Untold, ...], now: datetime) -> None:
        """Take in an event, and what it showed where it is a read."""
        match event:
            case AccountRead():
                for each in untold:
                    self._waiting.setdefault((each.kind, each.key), (now, each))
            case PositionSeen(position):
                self._waiting.pop(("position", position.contract_id), None)
            case OrderSeen(order):
                self._waiting.pop(("order", str(order.id)), None)
            case FillSeen(fill):
                self._waiting.pop(("fill", str(fill.id)), None)
            case LinkChanged():
                self._waiting.clear()  # a hub that comes back is read after in any case
            case _:
                pass

    def take_due(self, now: datetime) -> tuple[Untold, ...]:
        """Return what the hub had time enough for, each once."""
        late = [key for key, (at, _) in self._waiting.items() if now - at >= PATIENCE]
        return tuple(self._waiting.pop(key)[1] for key in late)

    def deadline(self) -> datetime | None:
        """Return when the next of them is due, None where nothing waits."""
        return min((at + PATIENCE for at, _ in self._waiting.values()), default=None)
