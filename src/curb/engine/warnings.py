"""What a trader is told once while it stays so, and nothing is done about."""

from datetime import datetime
from typing import Any

from curb.domain.audit import Act, AuditRow
from curb.domain.events import Event
from curb.engine.clerk import Clerk
from curb.engine.nearness import Nearness
from curb.rules.rule import Rule
from curb.state.account import AccountState


class Warnings:
    """The warnings of one account that stand."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._told: set[tuple[str, str | None]] = set()
        self._nearness = Nearness()

    def forget(self, rule: str) -> None:
        """Let the rule warn again: what it told is over."""
        self._told = {key for key in self._told if key[0] != rule}

    def tell(
        self,
        key: tuple[str, str | None],
        reason: str,
        event: Event,
        now: datetime,
        *,
        symbol: str | None = None,
        numbers: dict[str, Any] | None = None,
    ) -> tuple[AuditRow, ...]:
        """Return the row of a warning; none where it stands already. `key` begins with a rule."""
        if key in self._told:
            return ()
        self._told.add(key)
        rule, details = key[0], dict(numbers or {})
        row = self._clerk.row(
            rule, Act.WARN, reason, now, symbol=symbol, details=details, event=event
        )
        return (row,)

    def near(
        self, rule: Rule, state: AccountState, event: Event, now: datetime, *, is_broken: bool
    ) -> tuple[AuditRow, ...]:
        """Return the row that says a limit is near; again only after it was far."""
        room = rule.headroom(state, now)
        is_news = self._nearness.is_news(rule.id, room.used)
        is_locked = any(lock.rule == rule.id for lock in state.lockouts)
        if not is_news or is_broken or is_locked:
            return ()
        reason = f"{rule.title}: {room.value} of {room.limit}"
        details = {"used": f"{room.used:.2f}"}
        return (self._clerk.row(rule.id, Act.WARN, reason, now, details=details, event=event),)
