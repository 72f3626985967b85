"""What the screen is given, from the core's own knowledge."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import CloseContract
from curb.domain.book import OrderType, Side
from curb.domain.events import (
    FlattenAsked,
    Link,
    LinkChanged,
    Outcome,
    RequestEnded,
    Restored,
    Why,
)
from curb.domain.snapshot import Snapshot
from curb.engine.adoption import Adoption
from curb.engine.snapshot import Setting, take
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from tests.engine import test_governing as governing
from tests.rules import test_max_contracts_per_instrument as per_instrument
from tests.rules import test_max_unrealized_profit as max_unrealized_profit
from tests.rules import test_session_block_outside as session
from tests.rules import test_trade_frequency_limit as frequency
from tests.rules import test_trade_management as management
from tests.scene import ACCOUNT, NOON, Scene, lock

SETTING = Setting("0.1.0", 42, NOON, True, "paper", "config.toml")


def loss() -> DailyRealizedLoss:
    return DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")


def shown(scene: Scene, **ages: float | None) -> Snapshot:
    silence = {Link.USER_HUB: ages.get("user"), Link.MARKET_HUB: ages.get("market")}
    return take(scene.core, SETTING, scene.now, ages=silence, store_word="ok", audit_count=3)


def test_before_the_first_read_nothing_is_armed() -> None:
    scene = Scene(loss(), positions=())
    assert shown(scene).armed == 0
    scene.begin()
    assert (shown(scene).armed, shown(scene).rules) == (1, 1)


def test_a_position_with_all_its_figures() -> None:
    scene = Scene(per_instrument.rule(), NoStopLossGrace(enabled=True, mode="enforce", grace_s=30))
    scene.at(0).trade("MNQ", -2, "21000")
    scene.at(2).quote("MNQ", "20990.25")
    (account,) = shown(scene.at(5)).accounts
    (position,) = account.positions
    assert (position.name, position.symbol, position.size, position.limit) == (
        "MNQZ6",
        "MNQ",
        -2,
        2,
    )
    assert (position.ticks, position.unrealized) == (Decimal(39), Decimal(39))
    assert (position.stop, position.stop_word) == (None, "none")
    assert position.note == "008 grace 25 s"
    assert [(t.kind, t.scope) for t in account.timers] == [("GRACE", "MNQ"), ("RESET", "ACCT")]


@pytest.mark.parametrize(("size", "word"), [(1, "part"), (2, "ok")])
def test_how_far_a_position_is_covered(size: int, word: str) -> None:
    scene = Scene()
    scene.trade("MNQ", 2)
    scene.order("MNQ", Side.SELL, OrderType.STOP, size, price="20950", order_id=9)
    (account,) = shown(scene).accounts
    assert (account.positions[0].stop, account.positions[0].stop_word) == (Decimal(20950), word)
    assert [order.words for order in account.orders] == [f"SELL STOP {size} @ 20950.00"]


@pytest.mark.parametrize(
    ("has_stop", "then", "note"),
    [(False, "closes the position", "008 grace 30 s"), (True, "looks at the stop", "")],
)
def test_a_grace_period_says_what_comes_of_it(has_stop: bool, then: str, note: str) -> None:
    scene = Scene(NoStopLossGrace(enabled=True, mode="enforce", grace_s=30))
    scene.trade("MNQ", 1)
    if has_stop:
        scene.order("MNQ", Side.SELL, OrderType.STOP, 1, price="20950")
    (account,) = shown(scene).accounts
    assert (account.timers[0].then, account.positions[0].note) == (then, note)
    assert account.timers[0].is_covered is has_stop


@pytest.mark.parametrize(
    ("changes", "scope", "then"),
    [
        ({}, "ACCT", "closes and locks"),
        ({"action": "cancel_orders"}, "ACCT", "nothing may be added"),
        ({"mode": "warn"}, "ACCT", "warns"),
        ({"sessions": {"es": {"start": "08:30", "end": "15:00"}}}, "ES", "closes and locks"),
    ],
)
def test_a_session_says_when_it_ends_and_what_then(
    changes: dict[str, object], scope: str, then: str
) -> None:
    scene = Scene(session.rule(**changes))
    timer, reset = shown(scene).accounts[0].timers
    assert (timer.kind, timer.scope, timer.rule, timer.then) == ("HOURS", scope, "RULE-009", then)
    assert timer.until == NOON + timedelta(hours=3)
    assert timer.since == NOON - timedelta(hours=3, minutes=30)
    assert reset.kind == "RESET"
    timers = shown(scene.at(3 * 3600)).accounts[0].timers
    assert "HOURS" not in {timer.kind for timer in timers}


def test_what_is_unknown_is_shown_as_unknown() -> None:
    """X7 shown as unknown, never as 0."""
    scene = Scene(loss(), contracts=())
    scene.trade("MNQ", 2)
    (account,) = shown(scene).accounts
    (position,) = account.positions
    assert (position.mark, position.unrealized, position.limit) == (None, None, None)
    assert position.is_stale
    assert (account.pnl.open, account.pnl.total) == (None, None)
    assert account.pnl.is_open_partial
    assert account.rules[0].word.startswith("off")


def test_the_days_figures() -> None:
    scene = Scene(loss())
    scene.fill("MNQ", 1, fees="0.36")
    scene.fill("MNQ", -1, pnl="-100", fees="0.36")
    pnl = shown(scene).accounts[0].pnl
    assert (pnl.realized, pnl.open, pnl.total) == (
        Decimal("-100.72"),
        Decimal(0),
        Decimal("-100.72"),
    )
    assert (pnl.fees, pnl.limit, pnl.low) == (Decimal("0.72"), Decimal(500), Decimal("-100.72"))
    assert pnl.used == Decimal("0.20144")


def test_the_windows_tell_when_a_slot_frees() -> None:
    scene = Scene(frequency.rule())
    empty = shown(scene).accounts[0].windows
    assert [(window.count, window.frees_at) for window in empty] == [(0, None)] * 3
    frequency.round_turns(scene, (0, 20))
    minute, hour, session = shown(scene.at(30)).accounts[0].windows
    assert (minute.count, minute.limit, minute.frees_at) == (2, 3, NOON + timedelta(seconds=60))
    assert (hour.count, hour.frees_at) == (2, NOON + timedelta(hours=1))
    assert session.frees_at == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)


def test_beyond_its_limit_a_window_has_room_once_enough_have_left() -> None:
    scene = Scene(frequency.rule())
    frequency.round_turns(scene, (0, 5, 10, 15))
    minute = shown(scene.at(30)).accounts[0].windows[0]
    assert (minute.count, minute.limit, minute.frees_at) == (4, 3, NOON + timedelta(seconds=65))


@pytest.mark.parametrize(
    ("changes", "cooldown_s", "then"),
    [
        ({}, 60, "cooldown 1m"),
        ({}, 90, "cooldown 90 s"),
        ({"close_positions": True}, 1800, "closes all, locks 30m"),
        ({"mode": "warn"}, 60, "a warning"),
    ],
)
def test_a_window_says_what_a_trade_too_many_does(
    changes: dict[str, object], cooldown_s: int, then: str
) -> None:
    rule = frequency.rule(per_minute={"limit": 3, "cooldown_s": cooldown_s}, **changes)
    minute = shown(Scene(rule)).accounts[0].windows[0]
    assert (minute.then, minute.cooldown_s) == (then, cooldown_s)


def test_a_share_of_what_is_known_only_is_not_told() -> None:
    scene = Scene(loss())
    scene.trade("MNQ", 1, "21000")
    pnl = shown(scene).accounts[0].pnl
    assert (pnl.used, pnl.limits[0].value, pnl.limits[0].left) == (None, None, None)
    scene.quote("MNQ", "20950")
    pnl = shown(scene).accounts[0].pnl
    assert (pnl.used, pnl.limits[0].left) == (Decimal("0.2"), Decimal(400))


def test_the_accounts_state_in_one_word() -> None:
    scene = Scene(restored=Restored(locks=(lock("RULE-003", 60),)))
    words = [shown(scene).accounts[0].state]
    scene.at(61).tick()
    words.append(shown(scene).accounts[0].state)
    scene.trade("MNQ", 1)
    scene.tell(FlattenAsked(ACCOUNT.id))
    words.append(shown(scene).accounts[0].state)
    assert words == ["LOCKED", "OPEN", "FLATTENING"]


@pytest.mark.parametrize(
    ("why", "state", "says", "verdict"),
    [
        (Why.MARKET, "BLOCKED", "market closed", "ENFORCING"),
        (Why.ACCOUNT, "FLATTENING", "close refused", "MONITOR-ONLY"),
        (None, "FLATTENING", "closing", "ENFORCING"),
    ],
)
def test_what_holds_a_close_up_is_said(
    why: Why | None, state: str, says: str, verdict: str
) -> None:
    scene = Scene()
    scene.trade("MNQ", 1)
    for action in scene.tell(FlattenAsked(ACCOUNT.id)).actions:
        if isinstance(action, CloseContract):
            scene.tell(RequestEnded(action.request_id, Outcome.REFUSED, 5, 1, "no", why))
    (account,) = shown(scene).accounts
    assert (account.state, account.positions[0].says[0]) == (state, says)
    assert account.verdict == verdict
    assert account.verdict_words


def test_a_rule_near_its_limit_says_so() -> None:
    scene = Scene(per_instrument.rule(limits={"MNQ": 5}))
    scene.trade("MNQ", 4)
    rules = {rule.id: rule for rule in shown(scene).accounts[0].rules}
    assert (rules["RULE-002"].word, rules["RULE-002"].value) == ("warn", "MNQ 4")
    assert rules["RULE-001"].word == "off"


def test_what_fires_first_on_either_side_of_the_mark() -> None:
    room = {"enabled": True, "mode": "enforce"}
    near = DailyUnrealizedLoss.model_validate(
        room | {"loss_limit": Decimal(300), "scope": "position"}
    )
    scene = Scene(loss(), near, max_unrealized_profit.rule())
    scene.trade("RTY", -2, "2300")
    scene.trade("MNQ", 1, "21000")
    scene.quote("MNQ", "20990")
    (account,) = shown(scene).accounts
    (mnq, rty) = account.positions
    assert [(f.rule, f.price, f.is_above) for f in mnq.fires] == [
        ("RULE-004", Decimal("20850.00"), False),
        ("RULE-005", Decimal("21500.00"), True),
    ]
    assert (rty.unrealized, rty.fires) == (None, ())
    scene.quote("RTY", "2300")
    (account,) = shown(scene).accounts
    assert [(f.rule, f.name, f.price, f.decimals) for f in account.positions[1].fires] == [
        ("RULE-005", "RTYZ6", Decimal("2290.0"), 2),
        ("RULE-004", "RTYZ6", Decimal("2303.0"), 2),
    ]
    rules = {rule.id: rule for rule in account.rules}
    assert [(f.name, f.price) for f in rules["RULE-003"].fires] == [
        ("RTYZ6", Decimal("2304.8")),
        ("MNQZ6", Decimal("20750.00")),
    ]
    assert (rules["RULE-003"].used, rules["RULE-001"].fires) == (Decimal("0.04"), ())


def test_a_rule_that_cannot_be_evaluated_is_not_armed() -> None:
    scene = Scene(loss(), per_instrument.rule())
    scene.trade("MNQ", 1)
    snapshot = shown(scene)
    rules = {rule.id: rule for rule in snapshot.accounts[0].rules}
    assert (rules["RULE-003"].word, rules["RULE-003"].blind) == (
        "not evaluated",
        "MNQZ6 has no mark",
    )
    assert (snapshot.accounts[0].armed, snapshot.armed, rules["RULE-002"].blind) == (1, 1, "")
    scene.quote("MNQ", "21000")
    assert shown(scene).armed == 2
    stale = shown(scene.at(60)).accounts[0]
    assert (stale.positions[0].is_stale, stale.armed) == (True, 2)


def test_links_tell_their_silence_and_why_they_are_down() -> None:
    scene = Scene()
    scene.tell(LinkChanged(Link.MARKET_HUB, False, "the login was refused", 1))
    found = shown(scene.at(10), user=2.5)
    assert found.user_hub.heard_at == scene.now - timedelta(seconds=2.5)
    assert (found.user_hub.word, found.market_hub.word) == ("ok", "auth")
    scene.tell(LinkChanged(Link.MARKET_HUB, False, "nothing was heard", 1))
    assert shown(scene).market_hub.word == "down"
    scene.core.market.links.doubt(Link.USER_HUB, "it left something out", scene.now)
    silent = shown(scene.at(20)).user_hub
    assert (silent.word, silent.since) == ("silent", scene.start + timedelta(seconds=10))


@pytest.mark.parametrize(("latency_ms", "word"), [(500, "ok"), (501, "slow")])
def test_a_link_that_answers_late_is_slow(latency_ms: int, word: str) -> None:
    scene = Scene()
    scene.tell(RequestEnded(999, Outcome.DONE, latency_ms))
    assert (shown(scene).rest.word, shown(scene).rest.latency_ms) == (word, latency_ms)


def test_what_waits_to_come_into_force_stands_among_the_timers() -> None:
    scene = Scene(adoption=Adoption(governing.config()))
    scene.at(0).trade("MNQ", 3)
    governing.reload(scene, **{governing.LIMIT: 2, governing.BASIS: "gross"})
    (account,) = shown(scene).accounts
    found = [(t.kind, t.reason, t.until, t.then) for t in account.timers if t.scope == "ALL"]
    assert found == [
        ("CONF", 'day.pnl_basis "net" -> "gross"', NOON + timedelta(hours=5), "applies"),
        ("HELD", "max_contracts.limit 5 -> 2", None, "r to confirm"),
    ]


def test_what_is_held_stands_there_though_nothing_waits() -> None:
    scene = Scene(adoption=Adoption(governing.config()))
    scene.at(0).trade("MNQ", 3)
    governing.reload(scene, **{governing.LIMIT: 2})
    timers = shown(scene).accounts[0].timers
    assert [timer.kind for timer in timers if timer.scope == "ALL"] == ["HELD"]


def test_what_fires_above_or_below_is_not_told_without_a_mark() -> None:
    scene = Scene(management.rule())
    scene.trade("MNQ", 1, "21000")
    assert shown(scene).accounts[0].positions[0].fires == ()
    scene.quote("MNQ", "21001")
    (fires,) = shown(scene).accounts[0].positions[0].fires
    assert (fires.rule, fires.price, fires.is_above) == ("RULE-012", Decimal("21002.50"), True)


@pytest.mark.parametrize("is_first_held", [True, False])
def test_a_grace_period_is_noted_at_its_own_position(is_first_held: bool) -> None:
    scene = Scene(NoStopLossGrace(enabled=True, mode="enforce", grace_s=30))
    names = ("MNQ", "MES") if is_first_held else ("MES", "MNQ")
    for second, name in enumerate(names):
        scene.at(10 * second).trade(name, 1, "5800")
    notes = {p.symbol: p.note for p in shown(scene).accounts[0].positions}
    assert notes == {names[0]: "008 grace 20 s", names[1]: "008 grace 30 s"}
