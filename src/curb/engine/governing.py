"""The configuration in force over all accounts, and how a file changes it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from curb.config.diff import Change, diff
from curb.config.models import Config
from curb.domain.actions import Action, SaveAudit, SaveConfig
from curb.domain.audit import CONFIG, Act, AuditRow
from curb.engine.adoption import Adoption, Hold, Plan, Standing, hold_of, plan
from curb.engine.clerk import Clerk
from curb.engine.policy import Policy
from curb.engine.watch import AccountWatch

Adopt = Callable[[Policy, datetime], list[Action]]


class Governing:
    """Decides what becomes of a file's changes; `adopt` puts a policy over all accounts."""

    def __init__(
        self, adoption: Adoption, watches: Iterable[AccountWatch], clerk: Clerk, adopt: Adopt
    ) -> None:
        self.adoption = adoption
        self._watches = tuple(watches)
        self._clerk = clerk
        self._adopt = adopt
        self._unread: tuple[Config, str] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether every account was read: before that nobody knows what a file would close."""
        return all(watch.state.positions.is_known for watch in self._watches)

    def start(self, now: datetime, *, is_first: bool) -> Iterator[Action]:
        """Keep what is in force from the first moment on; say so where it is the first."""
        if is_first:
            row = self._clerk.row(CONFIG, Act.CONFIG_APPLIED, "the first configuration", now)
            yield SaveAudit(row)
        yield SaveConfig(self.adoption.kept())

    def compare(self, wanted: Config, file: str) -> None:
        """Hold the file found at the start against what was in force, once all is known."""
        self._unread = (wanted, file)

    def plan(self, wanted: Config, file: str, now: datetime, *, is_confirmed: bool = False) -> Plan:
        """Return what would become of a file's changes; changes nothing."""

        def would_close(config: Config) -> bool:
            policy = Policy.of(config)
            return any(
                watch.would_close(policy.of_account(watch.state.account.name), now)
                for watch in self._watches
            )

        standing = Standing(
            self.adoption.in_force,
            self.adoption.pending,
            self._hold(),
            max(watch.state.resets.next_reset(now) for watch in self._watches),
            would_close,
        )
        return plan(standing, wanted, file, is_confirmed=is_confirmed)

    def reload(
        self, wanted: Config, file: str, now: datetime, *, is_confirmed: bool = False
    ) -> list[Action]:
        """Put into force what of a file can be."""
        found = self.plan(wanted, file, now, is_confirmed=is_confirmed)
        known = self.adoption.pending
        self.adoption.carry_out(found)
        policy = Policy.of(found.now)
        self._clerk.digest = policy.digest
        rows = [SaveAudit(row) for row in self._rows(found, known.changes if known else (), now)]
        kept = SaveConfig(self.adoption.kept())
        return [*rows, kept, *(self._adopt(policy, now) if found.applied else ())]

    def handle(self, now: datetime) -> list[Action]:
        """Return what the time or the first full read brings into force."""
        actions: list[Action] = []
        if self._unread and self.is_ready:
            (wanted, file), self._unread = self._unread, None
            if diff(self.adoption.in_force, wanted):
                actions = self.reload(wanted, file, now)
        pending = self.adoption.pending
        if pending is None or now < pending.due:
            return actions
        taken = self.adoption.take_due(now, self._hold())
        if taken is None:
            return actions
        policy = Policy.of(self.adoption.in_force)
        self._clerk.digest = policy.digest
        row = self._row(Act.CONFIG_APPLIED, taken.changes, "waited until now", now)
        kept = SaveConfig(self.adoption.kept())
        return [*actions, SaveAudit(row), kept, *self._adopt(policy, now)]

    def deadline(self, now: datetime) -> datetime | None:
        """Return when a loosening is due; one that waits for a lock has no time of its own."""
        pending = self.adoption.pending
        return pending.due if pending and pending.due > now else None

    def refuse(self, reason: str, now: datetime, file: str = "") -> list[Action]:
        """Return what the audit has to say of a file that cannot be used."""
        details = {"file": file} if file else {}
        row = self._clerk.row(CONFIG, Act.CONFIG_REFUSED, reason, now, details=details)
        return [SaveAudit(row)]

    def _hold(self) -> Hold:
        return hold_of(lock for watch in self._watches for lock in watch.state.lockouts)

    def _rows(
        self, found: Plan, was_waiting: tuple[Change, ...], now: datetime
    ) -> Iterator[AuditRow]:
        others = (found.held, found.refused, found.pending)
        if found.applied or found.restart or not any(others):
            changes = (*found.applied, *found.restart)
            yield self._row(Act.CONFIG_APPLIED, changes, "", now, file=found.file)
        if found.pending and found.pending.changes != was_waiting:
            until = f"waits for {found.pending.due.isoformat(timespec='seconds')}"
            yield self._row(Act.CONFIG_PENDING, found.pending.changes, until, now, file=found.file)
        if found.held:
            why = "held: it would close a position now; confirm it on the screen"
            yield self._row(Act.CONFIG_PENDING, found.held, why, now, file=found.file, held=True)
        if found.refused:
            why = "nothing is loosened while a lock or cooldown runs"
            yield self._row(Act.CONFIG_REFUSED, found.refused, why, now, file=found.file)

    def _row(
        self, act: Act, changes: Iterable[Change], why: str, now: datetime, **details: Any
    ) -> AuditRow:
        shown = [
            {"key": c.key, "old": c.old, "new": c.new, "direction": c.direction} for c in changes
        ]
        words = ", ".join(f"{c['key']} {c['old']} -> {c['new']}" for c in shown) or "no change"
        reason = f"{words}: {why}" if why else words
        return self._clerk.row(CONFIG, act, reason, now, details={"changes": shown} | details)
