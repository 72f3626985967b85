"""What the engine needs of the outside, as small as it can be said."""

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from curb.domain.actions import Record, Request
from curb.domain.book import Account
from curb.domain.events import AccountRead, Link, RequestEnded, Restored
from curb.domain.market import Contract


class Gateway(Protocol):
    """The way to the broker. Events reach the engine through a callback given at creation."""

    async def open(self) -> tuple[Account, ...]:
        """Log in, start both hubs in the background, return the active accounts."""

    def perform(self, request: Request) -> Coroutine[Any, Any, RequestEnded | AccountRead]:
        """Carry out one request once; never raises for what the gateway or the link does.

        A close leaves before this returns, where it can; what is returned has to be awaited.
        """

    async def learn(self, contract_id: str) -> Contract | None:
        """Return a contract's description, None where the gateway has none or is out of reach."""

    async def contracts(self) -> tuple[Contract, ...]:
        """Return every contract that is offered; none where the gateway is out of reach."""

    def ages(self) -> dict[Link, float | None]:
        """Return how many seconds ago each hub last said anything, a ping too."""

    def watch(self, contract_id: str) -> None:
        """Want a contract's quotes, now and after every reconnect."""

    def repair(self, link: Link, *, is_anew: bool) -> None:
        """Subscribe again on a hub that left something out, or connect it anew."""

    async def close(self) -> None:
        """Leave the hubs and close every connection."""


class Spare(Protocol):
    """Another place for what the disk refuses; `word` says where that is."""

    word: str

    async def keep(self, records: Sequence[Record]) -> None:
        """Keep what matters of the records; never raises."""

    async def clear(self) -> None:
        """Forget them: the disk has them all; never raises."""


class Store(Protocol):
    """The disk."""

    async def load(self) -> Restored:
        """Return everything a restart needs."""

    async def save(self, records: Sequence[Record]) -> None:
        """Make the records durable in one transaction, in order. Raises StoreError."""

    async def close(self) -> None:
        """Finish what was begun and let go of the file."""
