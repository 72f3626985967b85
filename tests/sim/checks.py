"""Every check that is made after a call of the core."""

from tests.sim import invariants, promises
from tests.sim.judge import Check

AT_EVENTS: tuple[Check, ...] = (*invariants.ALL, *promises.ALL)
