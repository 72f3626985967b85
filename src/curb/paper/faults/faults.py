"""The plan in force: whether a fault happens at a chance that it has, and how often it did."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from curb.paper.faults.fault import During, Fault, Phase, Plan

# Ends a client's connection at once, without a word.
Cut = Callable[[tuple[str, int]], None]


@dataclass(slots=True)
class _Entry:
    """A fault of the plan, with a stream of chance that no other draws from."""

    fault: Fault
    draws: random.Random
    chances: int = 0
    fired: int = 0

    def is_due(self, at_s: float) -> bool:
        """Count a chance; tell whether the fault happens at it."""
        fault = self.fault
        if at_s < fault.from_s or (fault.until_s is not None and at_s >= fault.until_s):
            return False
        if fault.times is not None and self.fired >= fault.times:
            return False
        self.chances += 1
        if fault.nth is not None and self.chances != fault.nth:
            return False
        if fault.every is not None and self.chances % fault.every:
            return False
        if fault.p is not None and self.draws.random() >= fault.p:
            return False
        self.fired += 1
        return True


@dataclass(frozen=True, slots=True)
class Chance:
    """A fault that happens now, and the stream that its figures may be drawn from."""

    fault: Fault
    draws: random.Random

    def number(self, name: str) -> float:
        """Return a figure as a number."""
        return float(self.fault.figure(name))

    def whole(self, name: str) -> int:
        """Return a figure as a whole number."""
        return int(self.fault.figure(name))

    def word(self, name: str) -> str:
        """Return a figure as text."""
        return str(self.fault.figure(name))

    def spread(self, name: str, jitter: str) -> float:
        """Return a figure, moved by up to `jitter` either way, but not below 0."""
        most = self.number(jitter)
        return max(self.number(name) + self.draws.uniform(-most, most), 0.0)


@dataclass(slots=True)
class Faults:
    """What goes wrong at a venue. Without a plan nothing does, and asking costs nothing.

    `seconds` is a clock that never goes back; `standing` says what the accounts are at.
    """

    seconds: Callable[[], float]
    standing: Callable[[], Iterable[During]] = field(default=tuple)
    fired: Counter[str] = field(default_factory=Counter)
    _laid_s: float = 0.0
    _entries: dict[str, list[_Entry]] = field(default_factory=dict)
    _spells: dict[tuple[str, str], tuple[float, Fault]] = field(default_factory=dict)

    def lay(self, plan: Plan) -> None:
        """Follow this plan from now on, and none that was before. The counters go on."""
        self._laid_s = self.seconds()
        self._entries = {}
        self._spells = {}
        for place, fault in enumerate(plan.fault):
            draws = random.Random(f"{plan.seed}/{place}/{fault.knob}")  # noqa: S311 - no secret
            self._entries.setdefault(fault.knob, []).append(_Entry(fault, draws))

    @property
    def is_idle(self) -> bool:
        """Tell whether there is no plan, or an empty one."""
        return not self._entries

    def has(self, group: str) -> bool:
        """Tell whether the plan names a knob of the group at all."""
        return any(knob.startswith(f"{group}.") for knob in self._entries)

    def chance(self, knob: str, *places: str, phase: Phase = "before") -> Chance | None:
        """Return the fault that happens here and now, None where none does.

        `places` say where this is: a path, a hub, an event, a contract. It counts as a
        chance for every entry that fits them.
        """
        found: Chance | None = None
        for entry in self._entries.get(knob, ()):
            fault = entry.fault
            if fault.phase != phase or not _is_at(fault.where, places):
                continue
            if fault.during != "always" and fault.during not in self.standing():
                continue
            if entry.is_due(self.seconds() - self._laid_s) and found is None:
                found = Chance(fault, entry.draws)
                self.fired[knob] += 1
        return found

    def spell(self, knob: str, *places: str) -> Fault | None:
        """Return the fault that lasts here now: once begun, for its figure `seconds`."""
        if knob not in self._entries:
            return None
        lasting = self.lasting(knob, places[0])
        if lasting is not None:
            return lasting
        begun = self.begun(knob, *places)
        return begun.fault if begun else None

    def begun(self, knob: str, *places: str) -> Chance | None:
        """Return the fault that begins here now and does not last already."""
        if knob not in self._entries or self.lasting(knob, places[0]):
            return None
        begun = self.chance(knob, *places)
        if begun is not None:
            until_s = self.seconds() + begun.number("seconds")
            self._spells[knob, places[0]] = (until_s, begun.fault)
        return begun

    def lasting(self, knob: str, place: str) -> Fault | None:
        """Return the fault that began here and lasts, None where none does."""
        until_s, fault = self._spells.get((knob, place), (0.0, None))
        return fault if self.seconds() < until_s else None


def _is_at(where: str, places: tuple[str, ...]) -> bool:
    return not where or any(place.endswith(where) for place in places)
