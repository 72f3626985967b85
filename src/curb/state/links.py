"""The three links to the gateway and since when they stand as they do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from curb.domain.events import Link, LinkChanged

# How long after so many repairs the next one may follow: what does not help is not repeated
# all the time.
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 300))

# A hub that left nothing out for so long is believed again.
_BELIEVED = timedelta(seconds=60)


@dataclass(slots=True)
class LinkState:
    """One link; `words` tells why it is down, `doubt` what it left out although it is up."""

    is_up: bool = False
    since: datetime | None = None
    heard_at: datetime | None = None
    words: str = "not connected yet"
    generation: int = 0
    latency_ms: int | None = None
    doubt: str = ""
    doubted_since: datetime | None = None
    doubted_at: datetime | None = None  # when it last left something out
    repaired_at: datetime | None = None
    repairs: int = 0  # since it was last believed

    @property
    def is_trusted(self) -> bool:
        """Tell whether it is up and left nothing out."""
        return self.is_up and not self.doubt


class Links:
    """REST and both hubs; shared by all accounts."""

    def __init__(self) -> None:
        self._links = {link: LinkState() for link in Link}

    def __getitem__(self, link: Link) -> LinkState:
        return self._links[link]

    def apply(self, event: LinkChanged, now: datetime) -> None:
        """Take in that a link came up or went down."""
        link = self._links[event.link]
        link.is_up, link.words, link.since = event.is_up, event.words, now
        link.generation = max(link.generation, event.generation)
        link.doubt = ""
        if event.is_up:
            link.heard_at = now

    def hear(self, link: Link, now: datetime, latency_ms: int | None = None) -> None:
        """Note that a link said something: it is not silent any more."""
        state = self._links[link]
        state.heard_at, state.doubt = now, ""
        if latency_ms is not None:
            state.latency_ms = latency_ms

    def doubt(self, link: Link, words: str, now: datetime) -> int | None:
        """Note that a hub left something out; return which repair is due, None where none is.

        The first is to subscribe again, every other one to connect anew.
        """
        state = self._links[link]
        if not state.is_up:
            return None  # it comes back with everything
        if not state.doubt:
            state.doubt, state.doubted_since = words, now
        state.doubted_at = now
        due = self.next_repair(link)
        if due is not None and now < due:
            return None
        state.repaired_at = now
        state.repairs += 1
        return state.repairs

    def next_repair(self, link: Link) -> datetime | None:
        """Return from when on a repair would follow, None where none went before."""
        state = self._links[link]
        if state.repaired_at is None:
            return None
        return state.repaired_at + _PAUSES[min(state.repairs, len(_PAUSES)) - 1]

    def overdue(self, link: Link) -> datetime | None:
        """Return when a hub is to be repaired that left more out since it was; None: it need not."""
        state = self._links[link]
        is_worse = state.doubted_at != state.repaired_at
        return self.next_repair(link) if state.is_up and state.doubt and is_worse else None

    def believe(self, link: Link, now: datetime) -> None:
        """Take a hub for whole again that left nothing out for a minute."""
        state = self._links[link]
        if state.doubted_at is not None and now - state.doubted_at >= _BELIEVED:
            state.doubt, state.doubted_at = "", None
            state.repaired_at, state.repairs = None, 0
