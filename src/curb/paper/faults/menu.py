"""The knobs, by group: what each does, and the figures it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Knob:
    """One fault. `has` are its figures and what they are where a plan names none."""

    name: str
    does: str
    has: Mapping[str, Value] = field(default_factory=dict)
    has_phases: bool = False  # may come before or after a request's effect

    @property
    def group(self) -> str:
        """Return the part of the name before the dot."""
        return self.name.partition(".")[0]


def _request(name: str, does: str, **has: Value) -> Knob:
    return Knob(name, does, has, has_phases=True)


def _knob(name: str, does: str, **has: Value) -> Knob:
    return Knob(name, does, has)


_HTTP = (
    _request("http.status", "answers with an HTTP error", status=503),
    _request("http.timeout", "holds the answer back, then cuts the line", seconds=30.0),
    _request("http.reset", "cuts the line instead of answering"),
    _request("http.cut_body", "cuts the line in the middle of the answer"),
    _request("http.html_body", "answers 200 with a page, as a captive portal does"),
    _request("http.bad_json", "answers 200 with half a record of JSON"),
    _request("http.envelope", "says success false on 200", code=1, message="Unavailable."),
    _knob("http.null_list", "answers with null where a list belongs"),
    _knob("http.no_list", "leaves the list out of the answer"),
    _knob("http.old_list", "answers with the list of the question before"),
    _request("http.ratelimit", "answers 429; form: none, seconds or date", form="none", wait_s=2),
    _knob("http.latency", "answers later", seconds=0.2, jitter=0.1),
    _knob("http.slow_body", "sends the answer in drops", seconds=0.5),
    _knob("http.keepalive_close", "closes the line after the answer, without a word"),
    _request("http.redirect", "answers 302 to another place"),
)

_AUTH = (
    _knob("auth.burst", "answers 401 to a valid token"),
    _knob("auth.revoke", "forgets every token that was given"),
    _knob("auth.ttl", "gives tokens that end soon", seconds=5.0),
    _knob("auth.validate_fail", "refuses to renew a token"),
    _knob("auth.rotate", "ends the old token when it gives a new one"),
)

_HUB = (
    _knob("hub.drop", "cuts the sockets and lets nobody in for a while", seconds=1.0),
    _knob("hub.close", "says good-bye", allow_reconnect=True, error=""),
    _knob("hub.logout", "says that the session is over"),
    _knob("hub.mute", "sends no event, but pings", seconds=10.0),
    _knob("hub.no_ping", "sends no ping", seconds=60.0),
    _knob("hub.lose", "loses an event"),
    _knob("hub.dup", "sends an event twice"),
    _knob("hub.reorder", "sends an event after the next one"),
    _knob("hub.delay", "sends an event later", seconds=0.5),
    _knob("hub.garble", "breaks a record; how: cut, text, deep, big, bytes", how="cut"),
    _knob("hub.split", "sends a record in two frames"),
    _knob("hub.merge", "holds records back and sends them in one frame", seconds=0.2),
    _knob("hub.reject_invoke", "refuses a call"),
    _knob("hub.swallow_completion", "does a call, and says nothing"),
    _knob("hub.deaf", "takes a call, says done, and does not do it"),
    _knob("hub.negotiate_status", "answers the negotiation with an error", status=503),
    _knob("hub.handshake_error", "refuses the handshake"),
    _knob("hub.handshake_joined", "answers the handshake and pings in one frame"),
    _knob("hub.handshake_slow", "answers the handshake late", seconds=3.0),
)

_SCHEMA = (
    _knob("schema.unknown_enum", "sends numbers that nobody knows for enumerations"),
    _knob("schema.null_field", "sends a field as null"),
    _knob("schema.drop_field", "leaves a field out"),
    _knob("schema.extra_field", "sends a field that nobody knows"),
    _knob("schema.wrong_type", "sends text for a number"),
    _knob("schema.bare", "sends the payload without its envelope"),
)

_MATCH = (
    _knob("match.partial", "fills an order bit by bit", depth=1),
    _knob("match.slippage", "fills market orders beyond the touch", ticks=4),
    _knob("match.reject", "rejects new orders", code=2, message="Order rejected."),
    _knob("match.pending", "keeps market orders pending for a while", seconds=1.0),
    _knob("match.cancelling", "keeps orders pending cancellation for a while", seconds=1.0),
    _knob("match.expire", "lets the working orders of a contract expire"),
    _knob("match.stop_race", "triggers the stops of a position just after its close"),
    _knob("match.autocancel", "cancels brackets when their position is closed"),
    _knob("match.pause", "trades nothing for a while, as in a velocity pause", seconds=3.0),
    _knob(
        "account.reject",
        "refuses for the account; where: close, part or cancel",
        message="Account rejected.",
    ),
)

_TRADE = (
    _knob("trade.void", "voids a half-turn a moment later", seconds=0.5),
    _knob("trade.null_pnl", "sends closing half-turns without a result"),
    _knob("trade.late", "tells half-turns late", seconds=1.0),
    _knob("trade.commissions", "charges commissions apart from fees", dollars=0.25),
    _knob("contract.mutate", "changes a contract's tick value", factor=2),
    _knob("contract.roll", "lists a later month and makes it the active one"),
)

_MARKET = (
    _knob("md.flood", "quotes as fast as asked", rate=1_000, seconds=5.0),
    _knob("md.freeze", "stops quoting", seconds=5.0),
    _knob("md.sparse", "quotes one side at a time"),
    _knob("md.outlier", "quotes nonsense; what: zero, negative, jump, text", what="jump"),
    _knob("md.crossed", "quotes a bid above the ask"),
    _knob("md.off_tick", "quotes a price between two ticks"),
    _knob("md.wrong_contract", "sends a quote under another contract's name"),
    _knob("md.stale", "sends quotes with a time long ago", seconds=60.0),
)

_SESSION = (
    _knob("session.halt", "closes the market for a while", seconds=5.0),
    _knob("session.no_trading", "says that the account may not trade", seconds=5.0),
    _knob("clock.step", "lets the venue's time jump", seconds=30.0),
)

_TRADER = (
    _knob("trader.script", "trades one order", symbol="MNQ", size=1),
    _knob("trader.random", "trades by chance", symbol="MNQ", most=3),
    _knob("trader.spiteful", "opens again after every close", symbol="MNQ", size=1),
)

_NET = (
    _knob("net.refuse", "takes no connection"),
    _knob("net.latency", "carries every byte later", seconds=0.05, jitter=0.02),
    _knob("net.blackhole", "swallows bytes; way: in, out or both", way="both", seconds=5.0),
    _knob("net.reset", "resets a connection after some bytes", after=200),
    _knob("net.slow_close", "keeps a line open that the server has closed", seconds=2.0),
    _knob("net.bandwidth", "carries so many bytes a second", rate=20_000),
    _knob("net.slice", "carries bytes in small pieces", size=7),
    _knob("net.half_close", "closes the way back only"),
    _knob("net.partition", "swallows one side; side: rest or hubs", side="hubs", seconds=5.0),
)

MENU: Mapping[str, Knob] = {
    knob.name: knob
    for knob in (
        *_HTTP,
        *_AUTH,
        *_HUB,
        *_SCHEMA,
        *_MATCH,
        *_TRADE,
        *_MARKET,
        *_SESSION,
        *_TRADER,
        *_NET,
    )
}
