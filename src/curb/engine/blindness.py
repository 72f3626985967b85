"""Which rules cannot be evaluated, so that each time is told once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

# The first quote of a contract takes a moment after its position.
PATIENCE = timedelta(seconds=5)
# A rule that sees again for less long has not told anything new when it no longer does.
CLEAR_FOR = timedelta(seconds=60)


class Blindness:
    """The rules of one account that cannot be evaluated."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}
        self._clear_since: dict[str, datetime] = {}
        self._told: set[str] = set()

    def is_news(self, rule: str, now: datetime, *, is_blind: bool) -> bool:
        """Take in whether a rule is blind; return whether that has to be told now."""
        if not is_blind:
            self._since.pop(rule, None)
            self._clear_since.setdefault(rule, now)
            return False
        since = self._since.setdefault(rule, now)
        clear_since = self._clear_since.pop(rule, None)
        if clear_since is not None and now - clear_since >= CLEAR_FOR:
            self._told.discard(rule)
        if rule in self._told or now - since < PATIENCE:
            return False
        self._told.add(rule)
        return True

    def forget(self, rule: str) -> None:
        """Let a rule go that no longer watches."""
        self._since.pop(rule, None)

    def due(self, now: datetime) -> tuple[str, ...]:
        """Return the rules that have to be told if they are still blind."""
        return tuple(rule for rule, at in self._waiting() if at <= now)

    def deadline(self) -> datetime | None:
        """Return when the next of them is due, None where none waits."""
        return min((at for _, at in self._waiting()), default=None)

    def _waiting(self) -> Iterator[tuple[str, datetime]]:
        for rule, since in self._since.items():
            if rule not in self._told:
                yield rule, since + PATIENCE
