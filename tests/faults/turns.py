"""Each knob of the fault menu, how it is turned in front of a real engine, and what it meets."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.stage import LIMIT, SYMBOL, Stage

Fault = Mapping[str, Any]
Does = Callable[[Stage, "Turn"], Awaitable[None]]


async def breaches(stage: Stage, turn: "Turn") -> None:
    """Lay it, then breach."""
    stage.lay(*turn.plan)
    stage.breach()


async def breaches_before(stage: Stage, turn: "Turn") -> None:
    """Breach, and lay it before anybody can have closed."""
    stage.breach()
    stage.lay(*turn.plan)


async def breaches_protected(stage: Stage, turn: "Turn") -> None:
    """Breach with a stop beside it."""
    stage.lay(*turn.plan)
    stage.breach(is_protected=True)


async def breaches_once_turned(stage: Stage, turn: "Turn") -> None:
    """Lay it, wait until it happened, then breach."""
    before = stage.fired.get(turn.knob, 0)
    stage.lay(*turn.plan)
    await stage.turned(turn.knob, before)
    stage.breach()


async def breaches_after_a_drop(stage: Stage, turn: "Turn") -> None:
    """Lay it and cut the hubs, so that it meets who comes back; then breach."""
    before = stage.fired.get(turn.knob, 0)
    stage.lay(*turn.plan)
    stage.desk.paper.drop_hubs()
    await stage.turned(turn.knob, before)
    stage.breach()


async def breaches_while_hubs_return(stage: Stage, turn: "Turn") -> None:
    """Lay it, cut the hubs and breach at once."""
    stage.lay(*turn.plan)
    stage.desk.paper.drop_hubs()
    stage.breach()


async def is_refused_then_breaches(stage: Stage, turn: "Turn") -> None:
    """Let the trader's own order meet it first."""
    stage.lay(*turn.plan)
    try:
        stage.breach()
    except ValueError:
        stage.breach()


@dataclass(frozen=True, slots=True)
class Turn:
    """A knob with its fields, what else is laid beside it, and how the breach comes."""

    knob: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    has: Mapping[str, Any] = field(default_factory=dict)
    does: Does = breaches
    beside: tuple[Fault, ...] = ()
    is_met: bool = True  # by a client that works as it must

    @property
    def plan(self) -> tuple[Fault, ...]:
        """The faults to lay."""
        return ({"knob": self.knob, **self.fields, "has": dict(self.has)}, *self.beside)

    def __str__(self) -> str:
        """Return the name of the case."""
        return self.knob


def _some(knob: str, times: int = 3, **has: Any) -> Turn:
    return Turn(knob, {"times": times}, has)


_HTTP = (
    _some("http.status"),
    _some("http.timeout", seconds=0.3),
    _some("http.reset"),
    _some("http.cut_body"),
    _some("http.html_body"),
    _some("http.bad_json"),
    _some("http.envelope"),
    _some("http.null_list"),
    _some("http.no_list"),
    _some("http.old_list"),
    _some("http.ratelimit", wait_s=1, form="seconds"),
    Turn("http.latency", {}, {"seconds": 0.1}),
    Turn("http.slow_body", {}, {"seconds": 0.1}),
    Turn("http.keepalive_close"),
    _some("http.redirect"),
)

_REVOKED = {"knob": "auth.revoke", "times": 1}
_SHORT = {"knob": "auth.ttl", "times": 1, "has": {"seconds": 12.0}}

_AUTH = (
    _some("auth.burst", 2),
    _some("auth.revoke", 1),
    Turn("auth.ttl", {"times": 1}, {"seconds": 2.0}, breaches_once_turned, (_REVOKED,)),
    Turn("auth.validate_fail", {"times": 1}, {}, breaches_once_turned, (_REVOKED, _SHORT)),
    Turn("auth.rotate", {"times": 1}, {}, breaches_once_turned, (_REVOKED, _SHORT)),
)

_BACK = breaches_after_a_drop

_HUB = (
    Turn("hub.drop", {"times": 2}, {"seconds": 0.3}, breaches_once_turned),
    Turn("hub.close", {"times": 2}, {}, breaches_once_turned),
    Turn("hub.logout", {"times": 1}, {}, breaches_once_turned),
    Turn("hub.mute", {"times": 1}, {"seconds": 3.0}),
    Turn("hub.lose", {"times": 3}),
    Turn("hub.dup"),
    Turn("hub.reorder", {"every": 2}),
    Turn("hub.delay", {}, {"seconds": 0.3}),
    Turn("hub.garble", {"times": 2}),
    Turn("hub.split"),
    Turn("hub.merge"),
    Turn("hub.reject_invoke", {"times": 1}, {}, _BACK),
    Turn("hub.swallow_completion", {"times": 1}, {}, _BACK),
    Turn("hub.deaf", {"times": 1, "where": "SubscribePositions"}, {}, _BACK),
    # The client opens its hubs without a negotiation.
    Turn("hub.negotiate_status", {}, {}, breaches_while_hubs_return, is_met=False),
    Turn("hub.handshake_error", {"times": 1}, {}, _BACK),
    Turn("hub.handshake_joined", {"times": 1}, {}, _BACK),
    Turn("hub.handshake_slow", {"times": 1}, {"seconds": 0.5}, _BACK),
    Turn("hub.no_ping", {"times": 1}, {"seconds": 16.0}, breaches_once_turned),
)

_SCHEMA = tuple(
    Turn(f"schema.{name}", {"times": 3})
    for name in ("unknown_enum", "null_field", "drop_field", "extra_field", "wrong_type", "bare")
)

_LATE = breaches_before

_MATCH = (
    Turn("match.partial"),
    Turn("match.slippage"),
    Turn("match.reject", {"times": 1}, {}, is_refused_then_breaches),
    Turn("match.pending", {"times": 1}, {"seconds": 0.5}, _LATE),
    Turn("match.stop_race", {"times": 1}, {}, breaches_protected),
    Turn("match.autocancel", {"times": 1}, {}, breaches_protected),
    Turn("match.cancelling", {"times": 1}, {"seconds": 0.5}, breaches_protected),
    Turn("match.expire", {"times": 1, "where": SYMBOL}, {}, breaches_protected),
    Turn("match.pause", {"times": 1}, {"seconds": 1.0}, _LATE),
    Turn("account.reject", {"times": 1, "where": "close"}, {}, _LATE),
    Turn("trade.void", {"times": 1}, {"seconds": 0.1}),
    Turn("trade.null_pnl"),
    Turn("trade.late", {}, {"seconds": 0.3}),
    Turn("trade.commissions"),
    Turn("session.halt", {"times": 1}, {"seconds": 1.0}, _LATE),
    Turn("session.no_trading", {"times": 1}, {"seconds": 0.5}, _LATE),
    Turn("clock.step", {"times": 1}, {}, breaches_once_turned),
    Turn(
        "trader.script",
        {"times": 1},
        {"symbol": SYMBOL, "size": LIMIT + 1},
        breaches_once_turned,
    ),
    Turn("trader.random", {"times": 3}, {"symbol": SYMBOL}, breaches_once_turned),
    Turn(
        "trader.spiteful", {"times": 3}, {"symbol": SYMBOL, "size": LIMIT + 1}, breaches_once_turned
    ),
    Turn("contract.mutate", {"times": 1, "where": SYMBOL}, {}, breaches_once_turned),
    Turn("contract.roll", {"times": 1, "where": SYMBOL}, {}, breaches_once_turned),
)

_MD = (
    Turn("md.flood", {"where": SYMBOL}, {"seconds": 1.0}, breaches_once_turned),
    Turn("md.freeze", {"where": SYMBOL}, {"seconds": 1.0}, breaches_once_turned),
    *(
        Turn(f"md.{name}", {"times": 3}, {}, breaches_once_turned)
        for name in ("sparse", "outlier", "crossed", "off_tick", "wrong_contract", "stale")
    ),
)

_NET = (
    Turn("net.refuse", {"times": 2}, {}, _BACK),
    Turn("net.latency"),
    Turn("net.blackhole", {"times": 1}, {"seconds": 1.0}),
    Turn("net.reset", {"times": 3}),
    Turn("net.slow_close", {"times": 2}, {"seconds": 0.3}, _BACK),
    Turn("net.bandwidth"),
    Turn("net.slice"),
    Turn("net.half_close", {"times": 2}),
    Turn("net.partition", {"times": 1}, {"seconds": 1.0}),
)

TURNS = (*_HTTP, *_AUTH, *_HUB, *_SCHEMA, *_MATCH, *_MD, *_NET)

# Dealt out to a few engines: hubs that are cut one time after another come back more slowly.
_ENGINES = 6
LIVES = tuple(TURNS[first::_ENGINES] for first in range(_ENGINES))
