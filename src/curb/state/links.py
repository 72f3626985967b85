"""The three links to the gateway and since when they stand as they do."""

from dataclasses import dataclass
from datetime import datetime

from curb.domain.events import Link, LinkChanged


@dataclass(slots=True)
class LinkState:
    """One link; `words` tells why it is down."""

    is_up: bool = False
    since: datetime | None = None
    heard_at: datetime | None = None
    words: str = "not connected yet"
    generation: int = 0
    latency_ms: int | None = None


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
        if event.is_up:
            link.heard_at = now

    def hear(self, link: Link, now: datetime, latency_ms: int | None = None) -> None:
        """Note that a link said something."""
        state = self._links[link]
        state.heard_at = now
        if latency_ms is not None:
            state.latency_ms = latency_ms
