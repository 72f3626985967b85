"""The one shape of a rule."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from curb.domain.calm import Bound, Share
from curb.domain.decisions import Decision, Release
from curb.domain.events import Event
from curb.domain.headroom import Adds, FiresAt, Headroom
from curb.state.account import AccountState


class Rule(BaseModel):
    """A risk rule: its fields are its keys in `config.toml`; it holds no state."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    id: ClassVar[str]
    key: ClassVar[str]
    title: ClassVar[str]
    wakes: ClassVar[frozenset[type]]

    enabled: bool
    """Whether the rule watches at all."""
    mode: Literal["enforce", "warn"]
    """"enforce" acts; "warn" only tells."""

    def clause(self, *names: str) -> dict[str, Any]:
        """Return keys of the rule's table with their values, for the numbers of a decision."""
        return {name: getattr(self, name) for name in names}

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return what the rule decides after `event` was applied; empty where all is well."""
        raise NotImplementedError

    def releases(self, account: AccountState) -> tuple[Release, ...]:
        """Return the locks of the rule whose condition is over; asked even while switched off."""
        del account
        return ()

    def deadlines(self, account: AccountState, now: datetime) -> tuple[datetime, ...]:
        """Return the moments at which the rule wants to be asked again."""
        del account, now
        return ()

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return how far the account is from a breach."""
        raise NotImplementedError

    def calm(self, account: AccountState, share: Share, now: datetime) -> tuple[Bound, ...] | None:
        """Return where the marks have to stay for `check` to go on deciding nothing.

        It decided nothing just now. Within the bounds the used share of the limit stays
        within `share`, too, and nothing else that `headroom` says of blindness changes.
        Time alone may change nothing before a deadline. None where only asking tells.
        """
        del account, share, now
        return None

    def fires(self, account: AccountState, now: datetime) -> tuple[FiresAt, ...]:
        """Return the mark of each open position at which that mark alone makes the rule fire.

        Asked for the screen, not for every quote. Empty where the rule fires already, and
        where no price decides.
        """
        del account, now
        return ()

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return how many contracts of a symbol may be added before the rule would break.

        At once, by one order; `sign` is 1 for buying, -1 for selling. None where the rule
        looks at something else.
        """
        del account, symbol, sign, now
        return None
