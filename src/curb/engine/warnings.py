"""What a trader is told once while it stays so, and nothing is done about."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from curb.domain.audit import Act, AuditRow
from curb.domain.calm import Share
from curb.domain.decisions import Breach, StopMove, Warn, measured
from curb.domain.events import Event
from curb.domain.headroom import Headroom
from curb.engine.blindness import Blindness
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
        self._blindness = Blindness()

    def forget(self, rule: str) -> None:
        """Let the rule warn again: what it told is over."""
        if self._told:
            self._told = {key for key in self._told if key[0] != rule}

    def tell(
        self, said: Breach | StopMove | Warn, event: Event, now: datetime
    ) -> tuple[AuditRow, ...]:
        """Return the row of what a rule only tells; none where it stands already.

        A broken limit is told once for each symbol, anything else once for each sentence.
        """
        key = (said.rule, said.reason if isinstance(said, Warn) else said.symbol)
        if key in self._told:
            return ()
        self._told.add(key)
        details = {} if isinstance(said, Warn) else dict(said.numbers)
        row = self._clerk.row(
            said.rule, Act.WARN, said.reason, now, symbol=said.symbol, details=details, event=event
        )
        return (row,)

    def settle(
        self,
        asked: Iterable[tuple[Rule, Event, bool]],
        rules: tuple[Rule, ...],
        state: AccountState,
        now: datetime,
    ) -> Iterator[AuditRow]:
        """Yield what there is to tell after rules were asked because of an event.

        With each comes whether it was broken.
        """
        for rule, event, is_broken in asked:
            yield from self.near(rule, state, event, now, is_broken=is_broken)
        yield from self.overdue(rules, state, now)

    def near(
        self, rule: Rule, state: AccountState, event: Event, now: datetime, *, is_broken: bool
    ) -> tuple[AuditRow, ...]:
        """Return the rows that say a limit is near, or that a rule cannot be evaluated.

        A limit is told again only after it was far, a rule after it could be evaluated.
        """
        room = rule.headroom(state, now)
        blind = self._blind(rule, room, state, now, event)
        is_news = self._nearness.is_news(rule.id, room.used)
        if not is_news or is_broken or _is_locked(rule, state):
            return blind
        reason = f"{rule.title}: {room.value} of {room.limit}"
        used = f"{room.used:.2f}"
        details = measured(rule.title, room.value, "of", room.limit, {}, used=used)
        row = self._clerk.row(rule.id, Act.WARN, reason, now, details=details, event=event)
        return (*blind, row)

    def share(self, rule: str) -> Share:
        """Return between what of a rule's limit there is nothing to tell."""
        return self._nearness.share(rule)

    def overdue(
        self, rules: tuple[Rule, ...], state: AccountState, now: datetime
    ) -> tuple[AuditRow, ...]:
        """Return the rows of rules that nothing woke while they could not be evaluated."""
        rows: list[AuditRow] = []
        for rule_id in self._blindness.due(now):
            rule = next((rule for rule in rules if rule.id == rule_id), None)
            if rule is None:
                self._blindness.forget(rule_id)
            else:
                rows += self._blind(rule, rule.headroom(state, now), state, now)
        return tuple(rows)

    def deadline(self) -> datetime | None:
        """Return when a rule that cannot be evaluated until then has to be told."""
        return self._blindness.deadline()

    def _blind(
        self,
        rule: Rule,
        room: Headroom,
        state: AccountState,
        now: datetime,
        event: Event | None = None,
    ) -> tuple[AuditRow, ...]:
        is_open = any(True for _ in state.positions)
        is_blind = bool(room.blind) and is_open and not _is_locked(rule, state)
        if not self._blindness.is_news(rule.id, now, is_blind=is_blind):
            return ()
        reason = f"{rule.title} not evaluated: {room.blind}"
        return (self._clerk.row(rule.id, Act.NOT_EVALUATED, reason, now, event=event),)


def _is_locked(rule: Rule, state: AccountState) -> bool:
    return any(lock.rule == rule.id for lock in state.lockouts)
