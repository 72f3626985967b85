"""One account under watch: an event goes in, actions come out."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

from curb.domain.actions import Action, EndGrace, EndLock, Request, SaveAudit, SaveGrace, SaveLock
from curb.domain.audit import AuditRow
from curb.domain.book import Account, Fill
from curb.domain.decisions import (
    BROKEN,
    Breach,
    Decision,
    Reread,
    StartGrace,
    StopGrace,
    StopMove,
    Target,
    Warn,
)
from curb.domain.events import (
    AccountRead,
    ConfigAdopted,
    Event,
    FillSeen,
    FlattenAsked,
    Link,
    LinkChanged,
    QuoteSeen,
    RequestEnded,
    Restored,
    SelfLockAsked,
)
from curb.domain.locks import Grace, Lock
from curb.engine import daily, guard
from curb.engine.ability import Ability
from curb.engine.clerk import Clerk, lock_details
from curb.engine.closing import Closing
from curb.engine.enforcement import Enforcement, Enforcements, note_of
from curb.engine.escalation import Escalation
from curb.engine.flatten import Pursuit
from curb.engine.foresight import would_close
from curb.engine.keeping import keep
from curb.engine.lost import lost_state
from curb.engine.policy import Policy
from curb.engine.reading import Reading, fills_since
from curb.engine.resuming import Resuming
from curb.engine.selflock import self_locked
from curb.engine.sight import Sight
from curb.engine.stops import Stops
from curb.engine.warnings import Warnings
from curb.engine.zones import Zones, calm
from curb.rules.rule import Rule
from curb.state.account import NOTHING, AccountState, Market


class AccountWatch:
    """Applies what happened, asks the rules, keeps the locks, drives the closing."""

    def __init__(
        self,
        account: Account,
        market: Market,
        policy: Policy,
        request_ids: Iterator[int],
        audit_ids: Iterator[int],
    ) -> None:
        self.state = AccountState(account, market, policy.days, policy.basis)
        self.closing = Closing(account.id, request_ids)
        self.enforcements = Enforcements()
        self.alert = ""
        self._policy = policy
        self._reading = Reading(account.id, request_ids)
        self._clerk = Clerk(audit_ids, policy.digest, account.id, account.name)
        self._warnings = Warnings(self._clerk)
        self.sight = Sight(self._clerk)
        self._escalation = Escalation(self._clerk)
        self._resuming = Resuming()
        self.ability = Ability(account.id, self._clerk)
        self.stops = Stops(account.id, request_ids, self._clerk)
        self._attempts = guard.Attempts()
        self._unjudged: list[Fill] = []
        self._is_silent = False  # no rule had anything to say of the last quote
        self._is_still = False  # nor did it move anything of what is being closed
        # Of the event that is not settled yet.
        self._event: Event | None = None
        self._learnt = NOTHING
        self._asked: list[tuple[Rule, Event, bool]] = []  # and whether it was broken
        self._sent: list[Request] = []
        self._pursued: tuple[Pursuit, ...] = ()  # what was being closed before it
        self._out: list[Action] = []

    def adopt(self, policy: Policy) -> None:
        """Judge by another configuration from now on."""
        self._policy = policy
        self._clerk.digest = policy.digest
        self.state.basis = policy.basis
        self.state.resets.days = policy.days

    def would_close(self, policy: Policy, now: datetime) -> bool:
        """Tell whether another configuration would close now what this one leaves open."""
        return would_close(self.state, self._policy, policy, now)

    def handle(self, event: Event, now: datetime) -> list[Action]:
        """Return what has to be done and kept because of `event`."""
        return [*self.decide(event, now), *self.settle(now)]

    def decide(self, event: Event, now: datetime) -> Iterator[Request]:
        """Yield the closes and cancels, each as soon as it is sure: it leaves before the next.

        `settle` has to come next, with the same time: it returns what else there is.
        """
        self._event, self._learnt, self._is_silent = None, NOTHING, False
        self._asked, self._sent, self._out = [], [], []
        if isinstance(event, QuoteSeen):
            if self.state.positions.get(event.contract_id) is None and not self.enforcements:
                return  # it can change nothing here
            self._is_silent = True
        self._event = event
        self._pursued = tuple(self.closing)
        if not isinstance(event, Restored):
            self._roll_day(now)
        match event:
            case Restored():
                self._restore(event, now)
                self._roll_day(now)
            case RequestEnded():
                said, rows = self.ability.ended(event, now)
                self.alert = said or self.alert
                self._out += rows
                self.enforcements.ended(event)
                if not (self.closing.ended(event, now) or self.stops.ended(event, now)):
                    self._reading.failed(event.request_id, now)
            case LinkChanged(link=Link.USER_HUB, is_up=True):
                self._reading.want(now, fills_since(self.state.resets.days, now))
            case FlattenAsked():
                self._flatten_by_hand(event, now)
            case SelfLockAsked():
                self._breach(self_locked(self.state, event, now), event, now)
            case _:
                yield from self._learn(event, now)
        self._guard(event, now)
        yield from self._pursue(now)

    def settle(self, now: datetime) -> list[Action]:
        """Return what else has to be done and kept because of the event decided last."""
        if self._event is None:
            return []
        self._event = None
        self._out[:0] = keep(self._learnt, self.state, self._clerk, now)
        rows = self._warnings.settle(self._asked, self._policy.rules, self.state, now)
        self._out += map(SaveAudit, rows)
        self._look(now)
        self._follow(now)
        self._is_still = not (self._sent or self._out) and tuple(self.closing) == self._pursued
        self.state.note_extremes(now)
        return self._out

    def abandon(self) -> list[Action]:
        """Return what an event whose handling failed had brought so far."""
        left, self._out, self._event = self._out, [], None
        return left

    def zones(self, now: datetime) -> Zones | None:
        """Return where the marks may be without a quote changing anything; None: nowhere."""
        is_busy = bool(self.enforcements) or any(True for _ in self.closing)
        if not is_busy and not any(True for _ in self.state.positions):
            return Zones(self.state)
        until = self._reading.still_until()
        is_still = self._is_silent and (self._is_still or not is_busy)
        if until is None or not is_still or not self.stops.is_idle(self.state):
            return None
        bounds = calm(self.state, self._policy.rules, self._warnings.share, now)
        if bounds is None:
            return None
        said_until = self._escalation.said_until or until
        return Zones(self.state, bounds, min((until, said_until, *self.deadlines(now))))

    def deadlines(self, now: datetime) -> Iterator[datetime]:
        """Yield the moments at which the watch wants to be handed `TimePassed`."""
        yield self.state.resets.next_reset(now)
        for lock in self.state.lockouts:
            if lock.until is not None:
                yield lock.until
        for rule in self._policy.rules:
            yield from rule.deadlines(self.state, now)
        waits = (self.closing, self._reading, self._warnings, self.stops, self.sight)
        due = self._escalation.deadline(self.enforcements.oldest())
        for at in (due, *(each.deadline() for each in waits)):
            if at is not None:
                yield at

    def _learn(self, event: Event, now: datetime) -> Iterator[Request]:
        own = isinstance(event, FillSeen) and self.closing.is_closing(event.fill.contract_id)
        self._learnt = learnt = self.state.apply(event, now, is_own_close=own)
        self.sight.told(event, learnt.untold, now)
        self.stops.told(event, self.state, now)
        if isinstance(event, AccountRead):
            self._reading.read(event, now)
            self.closing.read(event, now)
            self._out += self._resuming.compare(event, self.state, self._clerk, now)
            self._resume(now)
        if isinstance(event, ConfigAdopted):
            enabled = {rule.id for rule in self._policy.rules}
            self._out += map(EndGrace, self.state.timers.drop_others(enabled))
        self._unjudged += learnt.fills
        if not self.state.positions.is_known:
            return  # nothing is decided before the first full read
        while self._unjudged:
            yield from self._ask(FillSeen(self._unjudged.pop(0)), now)
        if not isinstance(event, FillSeen):
            yield from self._ask(event, now)

    def _ask(self, event: Event, now: datetime) -> Iterator[Request]:
        self._release(now)
        for rule in self._policy.rules:
            if type(event) not in rule.wakes and not isinstance(event, ConfigAdopted):
                continue
            is_broken = False
            for decision in rule.check(self.state, event, now):
                self._is_silent = False
                is_broken = is_broken or isinstance(decision, BROKEN)
                if isinstance(decision, Breach) and rule.mode == "enforce":
                    yield from self._close(decision, now)
                self._decide(decision, rule, event, now)
            if not is_broken:
                self._warnings.forget(rule.id)
            self._asked.append((rule, event, is_broken))

    def _decide(self, decision: Decision, by: Rule, event: Event, now: datetime) -> None:
        match decision:
            case StartGrace(rule=rule, contract_id=contract_id, due_at=due_at):
                grace = Grace(self.state.account.id, rule, contract_id, now, due_at)
                self.state.timers.start(grace)
                self._out.append(SaveGrace(grace))
            case StopGrace(grace):
                self.state.timers.stop(grace.rule, grace.contract_id)
                self._out.append(EndGrace(grace))
            case Reread():
                self._reading.want_fresh(now, now)
            case Breach() if by.mode == "enforce":
                self._breach(decision, event, now)
            case StopMove() if by.mode == "enforce":
                self.stops.want(decision, event)
            case Breach() | StopMove() | Warn():
                self._out += map(SaveAudit, self._warnings.tell(decision, event, now))
            case _:
                assert_never(decision)

    def _close(self, breach: Breach, now: datetime) -> list[Request]:
        """Return the closes of what a breach leaves nothing of: no rule can ask for more."""
        if breach.lock and self.state.lockouts.holds(breach.lock):
            return []
        targets = guard.everything(self.state) if breach.everything else breach.targets
        whole = [target.contract_id for target in targets if not target.keep]
        for contract_id in whole:
            self.closing.want(contract_id, 0, now)
        return self._drive(now, whole)

    def _breach(self, breach: Breach, event: Event, now: datetime) -> None:
        if breach.lock and self.state.lockouts.holds(breach.lock):
            return  # fills that were told together broke one limit once
        contract_ids = {target.contract_id for target in breach.targets}
        is_said = self.enforcements.covers(breach.rule, contract_ids)
        if breach.targets and not breach.lock and is_said:
            for target in breach.targets:
                self.closing.want(target.contract_id, target.keep, now)
            return
        held = {position.contract_id: position.size for position in self.state.positions}
        details = breach.numbers | {"held": held}
        if breach.lock:
            lock = self.state.lockouts.add(breach.lock)
            self._out.append(SaveLock(lock))
            details["lock"] = lock_details(lock)
        targets = guard.everything(self.state) if breach.everything else breach.targets
        details["targets"] = {target.contract_id: target.keep for target in targets}
        row = self._clerk.row(
            breach.rule,
            breach.act,
            breach.reason,
            now,
            symbol=breach.symbol,
            details=details,
            event=event,
        )
        self._open(row, targets, now, everything=breach.everything)

    def _guard(self, event: Event, now: datetime) -> None:
        if not self.state.positions.is_known:
            return
        for attempt in guard.attempts(self.state, now):
            contract_id = attempt.target.contract_id
            if self.enforcements.is_said(attempt.lock.rule, contract_id, attempt.act):
                self.closing.want(contract_id, attempt.target.keep, now)
                continue
            row = self._attempts.row(attempt, self.state, self._clerk, event, now)
            self._open(row, (attempt.target,), now)

    def _look(self, now: datetime) -> None:
        """Mend a hub that left something out, and get out of what has not been seen for long."""
        was = self.sight.alert
        self._out += self.sight.look(self.state, self._policy.blind, now)
        self.alert = self.sight.alert or ("" if self.alert == was else self.alert)
        row = self.sight.flatten(now)
        if row is not None:
            self._open(row, guard.everything(self.state), now, everything=True)
            self._out[:0] = self._pursue(now)

    def _flatten_by_hand(self, event: FlattenAsked, now: datetime) -> None:
        targets = guard.everything(self.state, event.symbol)
        row = self._clerk.by_hand(event, targets, now)
        self._open(row, targets, now, everything=event.symbol is None)

    def _open(
        self, row: AuditRow, targets: tuple[Target, ...], now: datetime, *, everything: bool = False
    ) -> None:
        for target in targets:
            self.closing.want(target.contract_id, target.keep, now)
        waiting = {target.contract_id for target in targets}
        self.enforcements.open(Enforcement(row, now, waiting, everything))
        if waiting:
            self._out.append(SaveAudit(row))

    def _pursue(self, now: datetime) -> list[Request]:
        """Return the closes and cancels that go out now."""
        if self.enforcements.wants_everything():
            targets = guard.everything(self.state)
            for target in targets:
                self.closing.want(target.contract_id, target.keep, now)
            self.enforcements.widen({target.contract_id for target in targets})
        return self._drive(now)

    def _drive(self, now: datetime, only: Iterable[str] | None = None) -> list[Request]:
        may_offset = self.ability.may_offset(self.state.account)
        positions, orders = self.state.positions, self.state.orders
        requests = self.closing.drive(positions, orders, now, only=only, may_offset=may_offset)
        self._sent += requests
        return requests

    def _follow(self, now: datetime) -> None:
        """Note what went out, tell what came of it, and look where something is open."""
        for request in self._sent:
            self.enforcements.sent(*note_of(request, self.state.orders, now))
        for pursuit in self.closing.take_done():
            self.enforcements.done(pursuit.contract_id, pursuit.met_at or now)
        for row in self.enforcements.take_finished(now):
            self._out.append(SaveAudit(row))
        self._escalate(now)
        self._out += self.stops.drive(self.state, self.closing, now)
        wishes = (self.closing.next_read(), self.stops.next_read())
        self._out += self._reading.due(wishes, self.state, self._policy.blind, now)
        self.ability.sent((*self._sent, *self._out))

    def _escalate(self, now: datetime) -> None:
        oldest, label = self.enforcements.oldest(), self.state.market.contracts.label
        phone = self._policy.alerts.phone
        said, rows = self._escalation.look(oldest, self.closing, label, phone, now)
        self.alert = said or self.alert
        self._out += rows

    def _roll_day(self, now: datetime) -> None:
        for lock in self.state.lockouts.expire(now):
            self._end(lock, f"{lock.kind.value} ended: {lock.reason}", now)
        last, day = self.state.resets.day, self.state.resets.begin(now)
        if day is not None:
            self._out += daily.turned(self.state, self._clerk, last, day, now)
            self.state.trades.forget_before(fills_since(self.state.resets.days, now))

    def _release(self, now: datetime) -> None:
        """End the locks whose condition is over, those of rules switched off too."""
        if not self.state.lockouts.conditional():
            return
        for rule in (*self._policy.rules, *self._policy.off):
            for release in rule.releases(self.state):
                lock = self.state.lockouts.end(release.rule, release.symbol)
                if lock:
                    self._end(lock, release.reason, now)

    def _end(self, lock: Lock, reason: str, now: datetime) -> None:
        self._attempts.forget(lock.rule)
        self._out += [EndLock(lock), SaveAudit(self._clerk.unlocked(lock, reason, now))]

    def _restore(self, event: Restored, now: datetime) -> None:
        self.state.restore(event)
        self.stops.restore(event)
        self.ability.restore(event)
        self._resuming.restore(event, self.state.account.id)
        if event.lost:
            self._breach(lost_state(self.state, event, now), event, now)
        for row in event.unfinished:
            if row.account_id == self.state.account.id and not self.stops.resume(row, now):
                self._resuming.add(row)
        self._resume(now)
        self._reading.want(now, fills_since(self.state.resets.days, now))

    def _resume(self, now: datetime) -> None:
        for enforcement, targets in self._resuming.take(self.state, now):
            for contract_id, left in targets.items():
                self.closing.want(contract_id, left, now)
            self.enforcements.open(enforcement)
