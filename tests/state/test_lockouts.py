"""Locks: additive, the longest wins, the ceiling falls."""

from datetime import timedelta

import pytest

from curb.domain.locks import LockKind
from curb.state.lockouts import Lockouts, nearer_to_flat
from tests.scene import NOON, lock

COOLDOWN = LockKind.COOLDOWN


@pytest.mark.parametrize(
    ("first", "second", "until"),
    [(300, 60, 300), (60, 300, 300), (None, 60, None), (60, None, None)],
)
def test_the_longest_wins(first: float | None, second: float | None, until: float | None) -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-006", first))
    lockouts.add(lock("RULE-006", second))
    (held,) = lockouts
    assert held.until == (None if until is None else NOON + timedelta(seconds=until))


def test_two_rules_lock_until_both_have_ended() -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-003", 60))
    lockouts.add(lock("RULE-009", 120))
    assert [k.rule for k in lockouts.expire(NOON + timedelta(seconds=60))] == ["RULE-003"]
    assert lockouts.lockout(None) is not None
    lockouts.expire(NOON + timedelta(seconds=120))
    assert lockouts.lockout(None) is None


def test_a_symbols_lock_is_the_symbols_alone() -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-011", None, symbol="RTY"))
    assert lockouts.lockout("RTY") is not None
    assert lockouts.lockout("MNQ") is None
    assert lockouts.lockout(None) is None


def test_a_lock_without_time_never_expires() -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-010", None))
    assert lockouts.expire(NOON + timedelta(days=3650)) == ()


@pytest.mark.parametrize(
    ("ceiling", "size", "left"),
    [(2, 3, 2), (2, 1, 1), (2, 0, 0), (2, -1, 0), (-2, -3, -2), (-2, -1, -1), (0, 5, 0)],
)
def test_the_ceiling_falls_and_never_rises(ceiling: int, size: int, left: int) -> None:
    assert nearer_to_flat(ceiling, size) == left


def test_a_second_breach_never_raises_a_ceiling() -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-006", 60, kind=COOLDOWN, ceilings=(("MNQ", 1),)))
    lockouts.add(lock("RULE-006", 90, kind=COOLDOWN, ceilings=(("ES", 2), ("MNQ", 3))))
    (held,) = lockouts
    assert held.ceilings == (("MNQ", 1),)


def test_a_lockout_stays_a_lockout() -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-006", 60))
    lockouts.add(lock("RULE-006", 90, kind=COOLDOWN))
    assert [k.kind for k in lockouts] == [LockKind.LOCKOUT]


def test_only_locks_that_change_are_told() -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-006", 60, kind=COOLDOWN, ceilings=(("MNQ", 2),)))
    assert lockouts.lower_ceilings("MNQ", 3) == ()
    (changed,) = lockouts.lower_ceilings("MNQ", 1)
    assert changed.ceilings == (("MNQ", 1),)


@pytest.mark.parametrize("ends", [(60, 120, 90), (120, 60, 90), (60, 90, 120)])
def test_of_several_lockouts_the_last_to_end_is_told(ends: tuple[float, ...]) -> None:
    lockouts = Lockouts()
    for number, until_s in enumerate(ends):
        lockouts.add(lock(f"RULE-00{number}", until_s))
    found = lockouts.lockout(None)
    assert found is not None
    assert found.until == NOON + timedelta(seconds=120)


@pytest.mark.parametrize("rule", ["RULE-003", "RULE-010"])
def test_no_condition_ends_a_lock_that_time_ends_or_none(rule: str) -> None:
    lockouts = Lockouts()
    lockouts.add(lock("RULE-003", 60))
    assert lockouts.end(rule, None) is None
    assert len(list(lockouts)) == 1
