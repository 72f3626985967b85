"""What goes wrong in a seed: each seed has some of the faults, none has all of them always."""

from dataclasses import dataclass, fields
from random import Random


@dataclass(frozen=True)
class Faults:
    """Chances of each fault, 0 to 1; those of the hub are for each thing that it tells."""

    hub_loses: float = 0
    hub_is_late: float = 0
    hub_repeats: float = 0
    hub_reorders: float = 0
    request_is_lost: float = 0
    request_is_refused: float = 0
    answer_is_lost: float = 0
    request_strays: float = 0  # its effect comes after it was given up
    read_is_late: float = 0
    read_is_absent: float = 0
    crash_at_a_send: float = 0
    crash_at_a_write: float = 0
    disk_fails: float = 0
    disk_is_slow: float = 0
    link_drops: float = 0  # each time that the trader does something
    outage: float = 0  # the same: no request gets through, and both hubs are down


_MOST = {
    "hub_loses": 0.1,
    "hub_is_late": 0.2,
    "hub_repeats": 0.2,
    "hub_reorders": 0.3,
    "crash_at_a_send": 0.01,
    "crash_at_a_write": 0.01,
    "link_drops": 0.05,
    "outage": 0.02,
}


def drawn(rng: Random) -> Faults:
    """Draw the faults of a seed; one in ten has none."""
    if rng.random() < 0.1:
        return Faults()
    chances = {}
    for each in fields(Faults):
        is_on, much = rng.random() < 0.4, rng.random()
        chances[each.name] = much * _MOST.get(each.name, 0.2) if is_on else 0
    return Faults(**chances)
