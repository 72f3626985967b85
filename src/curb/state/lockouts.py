"""Lockouts and cooldowns: additive, the longest wins, ended by time or condition only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from curb.domain.locks import Lock, LockKind


class Lockouts:
    """The locks of one account, by rule and symbol."""

    def __init__(self) -> None:
        self._locks: dict[tuple[int, str, str | None], Lock] = {}

    def __iter__(self) -> Iterator[Lock]:
        return iter(self._locks.values())

    def __len__(self) -> int:
        return len(self._locks)

    def add(self, lock: Lock) -> Lock:
        """Set a lock; a shorter one never replaces a longer one. Return what stands now."""
        known = self._locks.get(lock.key)
        if known:
            lock = _longer(known, lock)
        self._locks[lock.key] = lock
        return lock

    def holds(self, lock: Lock) -> bool:
        """Tell whether this very lock stands already: same kind, cause and end."""
        known = self._locks.get(lock.key)
        return known is not None and _essence(known) == _essence(lock)

    def expire(self, now: datetime) -> tuple[Lock, ...]:
        """Take out the locks whose time has come and return them."""
        if not self._locks:
            return ()
        ended = tuple(k for k in self._locks.values() if k.until is not None and k.until <= now)
        for lock in ended:
            del self._locks[lock.key]
        return ended

    def end(self, rule: str, symbol: str | None) -> Lock | None:
        """Take out a lock that a condition holds and return it; time alone ends the others."""
        lock = self.get(rule, symbol)
        if lock is None or lock.until is not None:
            return None
        return self._locks.pop(lock.key)

    def conditional(self) -> bool:
        """Tell whether a lock stands that a condition ends."""
        return bool(self._locks) and any(lock.until is None for lock in self)

    def get(self, rule: str, symbol: str | None = None) -> Lock | None:
        """Return the lock that a rule holds."""
        for lock in self._locks.values():
            if lock.rule == rule and lock.symbol == symbol:
                return lock
        return None

    def lockout(self, symbol: str | None) -> Lock | None:
        """Return a lockout that forbids any position in the symbol, the longest."""
        return _last_to_end(k for k in self._on(symbol) if k.kind is LockKind.LOCKOUT)

    def cooldowns(self, symbol: str | None) -> tuple[Lock, ...]:
        """Return the cooldowns that forbid adding to the symbol."""
        return tuple(k for k in self._on(symbol) if k.kind is LockKind.COOLDOWN)

    def lower_ceilings(self, contract_id: str, size: int) -> tuple[Lock, ...]:
        """Let the ceilings of a contract fall to its position; return the locks that changed."""
        changed = []
        for lock in self._locks.values():
            ceilings = dict(lock.ceilings)
            if lock.kind is LockKind.COOLDOWN and ceilings.get(contract_id):
                ceiling = nearer_to_flat(ceilings[contract_id], size)
                if ceiling != ceilings[contract_id]:
                    ceilings[contract_id] = ceiling
                    changed.append(replace(lock, ceilings=tuple(sorted(ceilings.items()))))
        for lock in changed:
            self._locks[lock.key] = lock
        return tuple(changed)

    def _on(self, symbol: str | None) -> Iterator[Lock]:
        return (k for k in self if k.symbol is None or k.symbol == symbol)


def nearer_to_flat(ceiling: int, size: int) -> int:
    """Return the ceiling that a position of `size` leaves: it falls, and never rises."""
    if ceiling * size <= 0:
        return 0
    return min(ceiling, size) if ceiling > 0 else max(ceiling, size)


def _essence(lock: Lock) -> tuple[LockKind, str, datetime | None]:
    return (lock.kind, lock.reason, lock.until)


def _longer(known: Lock, lock: Lock) -> Lock:
    if known.until is None or (lock.until is not None and lock.until <= known.until):
        until, reason = known.until, known.reason
    else:
        until, reason = lock.until, lock.reason
    kind = LockKind.LOCKOUT if LockKind.LOCKOUT in (known.kind, lock.kind) else LockKind.COOLDOWN
    ceilings = dict(lock.ceilings)
    merged = {c: nearer_to_flat(size, ceilings.get(c, 0)) for c, size in known.ceilings}
    return replace(
        known, kind=kind, until=until, reason=reason, ceilings=tuple(sorted(merged.items()))
    )


def _last_to_end(locks: Iterator[Lock]) -> Lock | None:
    found: Lock | None = None
    for lock in locks:
        if (
            found is None
            or lock.until is None
            or (found.until is not None and lock.until > found.until)
        ):
            found = lock
    return found
