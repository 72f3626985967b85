"""Attempts with the clock: the machine's, the venue's, an event's. Only venue time ends a lock.

The engine's own clock and core, without the processes: no test may turn a machine's clock.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from curb.config.parse import parse
from curb.domain.events import Restored, SelfLockAsked
from curb.engine.adoption import Adoption
from curb.engine.clock import TrustedClock
from curb.engine.governing import Governing
from tests.cli.live import config_text
from tests.scene import ACCOUNT, NOON, Scene, contract_id

HALF_S = 1800
DAY = timedelta(days=1)
LIMIT = "rules.max_contracts.limit"


def config(**changes: object) -> Adoption:
    return Adoption(parse(config_text(**({"config.loosen": "at_reset"} | changes)), "config.toml"))


class Machine:
    """A machine whose clock the trader sets, with a lock of 30 minutes that began at noon."""

    def __init__(self) -> None:
        self.wall = NOON
        self.ticks = 0.0
        self.clock = self._boot(None)
        self.clock.hear(NOON)
        self.scene = Scene(adoption=config())
        self.scene.tell(SelfLockAsked(ACCOUNT.id, HALF_S))
        (self.lock,) = self.scene.watch.state.lockouts

    def reboot(self) -> None:
        """Start again from what was kept: the lock and the last moment seen."""
        kept = Restored(locks=(self.lock,), last_seen_at=self.clock.now())
        self.clock = self._boot(kept.last_seen_at)
        self.scene = Scene(adoption=config(), restored=kept, start=self.clock.now())

    def go(self, seconds: float) -> None:
        self.ticks += seconds

    def governing(self) -> Governing:
        assert self.scene.core.governing is not None
        return self.scene.core.governing

    def reload(self, **changes: object) -> None:
        wanted = config(**changes).in_force
        self.governing().reload(wanted, "f" * 64, self.clock.now())

    def unloosened(self) -> None:
        """The lock stands with its end, what is opened is closed, the limit is as it was."""
        self.scene.now = self.clock.now()
        assert self.scene.now < self.lock.until  # type: ignore[operator]
        self.scene.tick()
        (held,) = self.scene.watch.state.lockouts
        assert (held.rule, held.until) == (self.lock.rule, self.lock.until)
        assert self.scene.trade("ES", 1, "5800").closes == [(contract_id("ES"), None)]
        assert self.governing().adoption.in_force.rules[0].limit == 5  # type: ignore[attr-defined]

    def _boot(self, last_seen_at: datetime | None) -> TrustedClock:
        return TrustedClock(lambda: self.ticks, lambda: self.wall, last_seen_at)


def forward(machine: Machine) -> None:
    machine.wall += DAY
    machine.go(60)


def back(machine: Machine) -> None:
    """Set the clock back, so that the end never seems to have begun."""
    machine.wall -= DAY
    machine.go(60)


def forward_while_stopped(machine: Machine) -> None:
    machine.wall += DAY
    machine.reboot()
    machine.go(60)


def back_while_stopped(machine: Machine) -> None:
    machine.wall -= DAY
    machine.reboot()
    machine.clock.hear(NOON + timedelta(seconds=60))


def forward_without_a_link(machine: Machine) -> None:
    """Start a day later by the machine's clock, the venue out of reach."""
    machine.wall += DAY
    machine.reboot()
    assert not machine.clock.is_venue_time


def far_stamp(machine: Machine) -> None:
    """Have an event say that it is tomorrow."""
    machine.clock.hear_stamp(NOON + DAY)
    machine.scene.now = machine.clock.now()
    machine.scene.fill("MNQ", 1, at=NOON + DAY)


def venue_back(machine: Machine) -> None:
    machine.go(60)
    machine.clock.hear(NOON - DAY)


def venue_back_at_the_start(machine: Machine) -> None:
    machine.go(60)
    machine.reboot()
    machine.clock.hear(NOON - DAY)
    assert machine.clock.now() == NOON + timedelta(seconds=60)


def move_the_reset(machine: Machine) -> None:
    """Have the trading day end in a minute, then let it end."""
    machine.reload(**{"day.reset_time": "12:01", LIMIT: 99})
    machine.go(120)


def move_the_zone(machine: Machine) -> None:
    """Have it be tomorrow already, somewhere else."""
    machine.reload(**{"day.timezone": "Pacific/Kiritimati", LIMIT: 99})
    machine.go(120)


def shorter_lock(machine: Machine) -> None:
    machine.scene.tell(SelfLockAsked(ACCOUNT.id, 300))
    machine.go(301)


def many_restarts(machine: Machine) -> None:
    """Restart every minute: neither does the end come nearer nor does it begin again."""
    for _ in range(20):
        machine.go(60)
        machine.reboot()


CHEATS: dict[str, Callable[[Machine], None]] = {
    "set the machine's clock forward": forward,
    "set the machine's clock back": back,
    "set the clock forward while stopped": forward_while_stopped,
    "set the clock back while stopped": back_while_stopped,
    "set the clock forward and cut the link": forward_without_a_link,
    "have an event come from tomorrow": far_stamp,
    "have the venue's clock fall back": venue_back,
    "have the venue's clock fall back over a restart": venue_back_at_the_start,
    "move the reset to the next minute": move_the_reset,
    "move the trading day to another zone": move_the_zone,
    "lock again, for a shorter time": shorter_lock,
    "restart every minute": many_restarts,
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_no_clock_ends_a_lock(cheat: Callable[[Machine], None]) -> None:
    machine = Machine()
    cheat(machine)
    machine.unloosened()


def test_venue_time_does_end_it() -> None:
    machine = Machine()
    machine.clock.hear(NOON + timedelta(seconds=HALF_S))
    machine.scene.now = machine.clock.now()
    machine.scene.tick()
    assert not list(machine.scene.watch.state.lockouts)
