"""What goes wrong in a seed: some knobs of the paper gateway's menu, and of the disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from curb.paper.faults.fault import Fault, Plan
from curb.paper.faults.menu import MENU

# Of no meaning where nothing is carried in pieces; and the client does not negotiate.
_WITHOUT = (
    "net.slow_close",
    "net.bandwidth",
    "net.slice",
    "net.half_close",
    "hub.negotiate_status",
)
KNOBS = tuple(name for name in MENU if name not in _WITHOUT)

# Those that are asked at each look of the clockwork, four times a second.
_BY_LOOK = (
    "hub.drop",
    "hub.close",
    "hub.logout",
    "match.expire",
    "contract",
    "session",
    "clock",
    "trader",
    "md.flood",
)
# At each quote, of which there are many.
_BY_QUOTE = ("md",)

_FIGURES: dict[str, dict[str, tuple[Any, ...]]] = {
    "http.status": {"status": (500, 502, 503, 404, 408, 429, 403)},
    "http.timeout": {"seconds": (3.0, 30.0)},
    "http.envelope": {"code": (1, 2, 3, 5, 8)},
    "http.ratelimit": {"form": ("none", "seconds", "date"), "wait_s": (1, 3)},
    "http.latency": {"seconds": (0.2, 1.0, 3.0)},
    "auth.ttl": {"seconds": (5.0, 20.0)},
    "hub.drop": {"seconds": (0.5, 3.0, 10.0)},
    "hub.close": {"allow_reconnect": (True, False)},
    "hub.mute": {"seconds": (3.0, 10.0)},
    "hub.delay": {"seconds": (0.2, 1.0, 4.0)},
    "hub.garble": {"how": ("cut", "text", "deep", "big", "bytes")},
    "hub.handshake_slow": {"seconds": (1.0, 3.0)},
    "match.pending": {"seconds": (0.3, 2.0)},
    "match.cancelling": {"seconds": (0.3, 2.0)},
    "match.slippage": {"ticks": (1, 4, 12)},
    "trade.void": {"seconds": (0.1, 0.5, 5.0)},
    "trade.late": {"seconds": (0.3, 1.5, 4.0)},
    "md.flood": {"rate": (40,), "seconds": (1.0,)},
    "md.freeze": {"seconds": (3.0, 12.0)},
    "md.outlier": {"what": ("zero", "negative", "jump", "text")},
    "session.halt": {"seconds": (2.0, 8.0)},
    "session.no_trading": {"seconds": (2.0, 8.0)},
    "clock.step": {"seconds": (2.0, 30.0)},
    "trader.script": {"symbol": ("ES", "MES", "MNQ"), "size": (-2, 1)},
    "trader.random": {"symbol": ("ES", "MES", "MNQ")},
    "trader.spiteful": {"symbol": ("ES", "MNQ"), "size": (1, -2)},
    "net.latency": {"seconds": (0.05, 0.4)},
    "net.blackhole": {"seconds": (1.0, 5.0), "way": ("in", "out", "both")},
    "net.partition": {"seconds": (2.0, 10.0), "side": ("rest", "hubs")},
    "net.reset": {"after": (200,)},
}
_WHERE = {"account.reject": ("close", "part", "cancel"), "hub": ("", "", "user", "market")}


_NOTHING = Plan()
_ABOUT = 80  # knobs: of these 1, 3, 6 or 10 are turned in a day, more or less


@dataclass(frozen=True)
class DiskFaults:
    """Chances of each, at each write."""

    fails: float = 0
    is_slow: float = 0


@dataclass(frozen=True)
class Menu:
    """What goes wrong in a day, and where the process dies; a crash is (boundary, the how many)."""

    plan: Plan
    disk: DiskFaults = DiskFaults()
    crashes: tuple[tuple[str, int], ...] = ()
    dies: float = 0  # the chance at each boundary
    first: Plan = _NOTHING  # from before the first login on


BOUNDARIES = ("before a send", "after a send", "before a write", "in a write", "after a write")


def drawn(rng: Random, seed: int) -> Menu:
    """Draw the faults of a seed: one in ten has none, no seed has all."""
    crashes = ((rng.choice(BOUNDARIES), rng.randrange(1, 40)),)
    if rng.random() < 0.1:
        return Menu(Plan(seed), crashes=crashes)
    share = rng.choice((1, 3, 6, 10)) / _ABOUT
    # Each knob is drawn by itself, so that another one on the menu shifts none.
    knobs = [knob for knob in KNOBS if _stream(seed, f"{knob}?").random() < share]
    disk = DiskFaults(*(rng.random() * 0.2 if rng.random() < 0.3 else 0 for _ in range(2)))
    dies = rng.random() * 0.01 if rng.random() < 0.3 else 0
    return Menu(plan_of(seed, knobs), disk, crashes, dies, first_of(seed, knobs))


def first_of(seed: int, knobs: Iterable[str]) -> Plan:
    """Return what the first login needs: a token that is renewed within the day."""
    if not {"auth.validate_fail", "auth.rotate"} & set(knobs):
        return Plan(seed)
    return Plan(seed, (Fault("auth.ttl", has={"seconds": 60.0}),))


def plan_of(seed: int, knobs: Iterable[str], **set_: Any) -> Plan:
    """Return a plan that turns these knobs now and then; `set_` says what is not drawn."""
    return Plan(seed, tuple(_fault(knob, _stream(seed, knob), set_) for knob in knobs))


def _stream(seed: int, what: str) -> Random:
    return Random(f"{seed} {what}")  # noqa: S311 - reproducible, no secret


def _fault(knob: str, rng: Random, set_: dict[str, Any]) -> Fault:
    has = {name: rng.choice(values) for name, values in _FIGURES.get(knob, {}).items()}
    group = knob.partition(".")[0]
    where = _WHERE.get(knob, _WHERE.get(group, ("",)) if _is_told(knob) else ("",))
    given: dict[str, Any] = {
        "where": rng.choice(where),
        "phase": rng.choice(("before", "after")) if MENU[knob].has_phases else "before",
        "p": _chance(knob, rng),
        "has": has,
    }
    if knob.startswith("auth."):
        given["times"] = rng.choice((1, 2, 5))  # each is a login, of which nobody allows many
    if rng.random() < 0.2:
        given["during"] = rng.choice(("position", "closing"))
    return Fault(knob, **(given | set_))


def _is_told(knob: str) -> bool:
    return knob not in ("hub.drop", "hub.close", "hub.logout") and knob.startswith("hub.")


def _chance(knob: str, rng: Random) -> float:
    if knob in ("net.blackhole", "net.partition", "net.reset", "md.freeze"):
        return 0.01 + rng.random() * 0.02
    if knob in ("auth.validate_fail", "auth.rotate", "auth.ttl"):
        return 1.0
    if knob.startswith("auth."):
        return 0.02 + rng.random() * 0.1
    if knob.startswith(_BY_LOOK):
        return 0.005 + rng.random() * 0.02
    if knob.startswith(_BY_QUOTE):
        return 0.02 + rng.random() * 0.1
    return 0.05 + rng.random() * 0.25
