"""How another configuration comes into force: at once, at the reset, when confirmed, or never.

Tighter applies at once, unless it would itself close something now: then it is held until it
is confirmed. Looser waits for the next reset (in practice, with `loosen = "now"`, it does
not), and is refused while a lock runs that it could talk out of (rules.md section 4).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import groupby

from curb.config.canonical import canonical
from curb.config.diff import Change, diff
from curb.config.merge import merged
from curb.config.models import Config
from curb.config.orders import accounts
from curb.config.revive import revived
from curb.domain.kept import KeptConfig
from curb.domain.locks import Lock

_ACCOUNTS = "account.names"


class Hold(Enum):
    """What running locks do to a loosening."""

    NONE = "none"
    DELAYS = "delays"  # it waits for the reset, also in practice
    REFUSES = "refuses"


# What a trader on tilt would loosen himself out of.
_REFUSING = frozenset(
    ("RULE-003", "RULE-004", "RULE-005", "RULE-006", "RULE-007", "SELF-LOCK", "ENGINE")
)
_DELAYING = frozenset(("RULE-009", "RULE-010"))


def hold_of(locks: Iterable[Lock]) -> Hold:
    """Return what these locks do to a loosening."""
    rules = {lock.rule for lock in locks}
    if rules & _REFUSING:
        return Hold.REFUSES
    return Hold.DELAYS if rules & _DELAYING else Hold.NONE


@dataclass(frozen=True, slots=True)
class Pending:
    """Loosenings that wait: `later` is what is in force once they apply, not before `due`."""

    changes: tuple[Change, ...]
    later: Config
    due: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each change of a file. `now` is in force once it is carried out."""

    file: str  # the hash of the file's bytes
    now: Config
    applied: tuple[Change, ...]
    held: tuple[Change, ...]
    refused: tuple[Change, ...]
    restart: tuple[Change, ...]
    pending: Pending | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a plan depends on besides the file."""

    in_force: Config
    pending: Pending | None
    hold: Hold
    next_reset: datetime
    would_close: Callable[[Config], bool]
    """Whether a configuration would close something now that the one in force does not."""


def plan(standing: Standing, wanted: Config, file: str, *, is_confirmed: bool = False) -> Plan:
    """Return what becomes of each change between what is in force and what a file wants."""
    changes = diff(standing.in_force, wanted)
    restart = tuple(change for change in changes if _needs_restart(change))
    loose = tuple(c for c in changes if c.direction == "looser" and c not in restart)
    tight = tuple(c for c in changes if c not in loose and c not in restart)
    at_once, waiting, refused = _sorted(standing, loose)
    base = merged(standing.in_force, wanted, at_once)
    now = merged(base, wanted, tight)
    held: tuple[Change, ...] = ()
    if not is_confirmed and standing.would_close(now):
        now, held = _without_closing(standing, base, wanted, tight)
    pending = None
    if waiting:
        due = standing.next_reset
        if standing.pending and set(waiting) <= set(standing.pending.changes):
            due = standing.pending.due
        pending = Pending(waiting, merged(now, wanted, waiting), due)
    applied = tuple(c for c in (*at_once, *tight) if c not in held)
    return Plan(file, now, applied, held, refused, restart, pending)


def _sorted(
    standing: Standing, loose: tuple[Change, ...]
) -> tuple[tuple[Change, ...], tuple[Change, ...], tuple[Change, ...]]:
    """Return the loosenings that apply at once, those that wait, those that are refused."""
    if standing.hold is Hold.REFUSES:
        # What waited before the lock came goes on waiting, for the lock's end too.
        known = standing.pending.changes if standing.pending else ()
        waiting = tuple(change for change in loose if change in known)
        return (), waiting, tuple(change for change in loose if change not in known)
    if standing.hold is Hold.NONE and standing.in_force.is_loosened_at_once:
        return loose, (), ()
    return (), loose, ()


def _without_closing(
    standing: Standing, base: Config, wanted: Config, tight: tuple[Change, ...]
) -> tuple[Config, tuple[Change, ...]]:
    """Take over the tables that close nothing; return the others' changes as held."""
    held: list[Change] = []
    for _, group in groupby(tight, key=_table):
        some = tuple(group)
        trial = merged(base, wanted, some)
        if standing.would_close(trial):
            held += some
        else:
            base = trial
    return base, tuple(held)


def _needs_restart(change: Change) -> bool:
    # An account that is taken out waits for the reset first, like all that is looser.
    is_new_account = change.key == _ACCOUNTS and change.direction != "looser"
    return change.needs_restart or is_new_account


def _table(change: Change) -> tuple[str, ...]:
    """Return the table that a change stands in, a rule's with all that is below it."""
    path = change.path
    return path[: {"rules": 2, "accounts": 4}.get(path[0], 1)]


class Adoption:
    """The configuration in force, and what waits to come into force."""

    def __init__(self, in_force: Config, pending: Pending | None = None) -> None:
        self.slot = slot_of(in_force)
        self.in_force = in_force
        self.pending = pending
        self.held: tuple[Change, ...] = ()

    def carry_out(self, found: Plan) -> None:
        """Put a plan into force."""
        self.in_force, self.pending, self.held = found.now, found.pending, found.held

    def take_due(self, now: datetime, hold: Hold) -> Pending | None:
        """Put what waited into force if its time has come and no lock refuses it; return it."""
        pending = self.pending
        if pending is None or now < pending.due or hold is Hold.REFUSES:
            return None
        self.in_force, self.pending = pending.later, None
        return pending

    def kept(self) -> KeptConfig:
        """Return what has to outlive the engine."""
        pending = self.pending
        return KeptConfig(
            self.slot,
            canonical(self.in_force),
            canonical(pending.later) if pending else None,
            pending.due if pending else None,
        )


def slot_of(config: Config) -> str:
    """Return under which name a configuration is kept.

    Practice and live are kept apart: what is loosened at once in practice stays there.
    """
    return "paper" if config.gateway.name == "paper" else "live"


def resumed(kept: KeptConfig, file: Config) -> Adoption:
    """Return what was in force when the engine ended; the gateway is the file's.

    Keys that the version of then did not know are taken from `file`. Raises ConfigError where
    what was kept cannot be read.
    """
    in_force = _begun(revived(kept.in_force, file), file)
    if kept.later is None or kept.due is None:
        return Adoption(in_force)
    later = _begun(revived(kept.later, file), file)
    return Adoption(in_force, Pending(diff(in_force, later), later, kept.due))


def _begun(config: Config, file: Config) -> Config:
    """Return `config` with what only a start brings: the file's gateway, accounts more."""
    config = replace(config, gateway=file.gateway)
    is_more = accounts(config.account.names, file.account.names) == "tighter"
    if not is_more:
        return config
    return merged(config, file, (c for c in diff(config, file) if c.key == _ACCOUNTS))
