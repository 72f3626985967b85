"""What may still be added, held against what the rules then say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.events import PositionSeen, Restored
from curb.domain.locks import Lock, LockKind
from curb.domain.room import AddView, Room
from curb.engine.headroom import root, take
from curb.rules.rule import Rule
from tests.engine.test_snapshot import loss, shown
from tests.rules import test_auth_loss_guard as permission
from tests.rules import test_max_contracts as max_contracts
from tests.rules import test_max_contracts_per_instrument as per_instrument
from tests.rules import test_max_unrealized_profit as profit
from tests.rules import test_session_block_outside as session
from tests.rules import test_symbol_blocks as blocks
from tests.rules import test_trade_frequency_limit as frequency
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract_id, lock

CONTRACTS = ("ES", "MNQ", "MNQH7", "RTY")


def room(scene: Scene, symbol: str = "MNQ") -> Room:
    (account,) = shown(scene).accounts
    return take(scene.watch, scene.core.policy, account, symbol, scene.now)


def scene_of(rules: tuple[Rule, ...], trades: list[tuple[str, int]]) -> Scene:
    scene = Scene(*rules, contracts=CONTRACTS)
    for second, (name, size) in enumerate(trades):
        scene.at(second).trade(name, size)
    return scene.at(len(trades))


@st.composite
def counting(draw: st.DrawFn) -> tuple[Rule, ...]:
    account = max_contracts.rule(
        draw(st.integers(1, 8)),
        count=draw(st.sampled_from(("net", "gross"))),
        action=draw(st.sampled_from(("close_all", "reduce"))),
        micro_weight=draw(st.sampled_from((Decimal(1), Decimal("0.1"), Decimal("0.3")))),
    )
    limits = draw(st.dictionaries(st.sampled_from(("ES", "MNQ")), st.integers(0, 6)))
    unlisted = draw(st.sampled_from(("block", "unlimited", 3)))
    symbol = per_instrument.rule(limits=limits, unlisted=unlisted)
    windows = {"per_minute": {"limit": draw(st.integers(1, 5)), "cooldown_s": 60}}
    often = frequency.rule(**windows, unit=draw(st.sampled_from(("order", "fill", "round_turn"))))
    return tuple(rule for rule in (account, symbol, often) if draw(st.booleans()))


@settings(max_examples=300)
@given(
    counting(),
    st.lists(st.tuples(st.sampled_from(CONTRACTS), st.integers(-4, 4).filter(bool)), max_size=4),
    st.sampled_from(("ES", "MNQ", "RTY")),
)
def test_what_may_be_added_breaks_nothing_and_one_more_does(
    rules: tuple[Rule, ...], trades: list[tuple[str, int]], symbol: str
) -> None:
    for add in room(scene_of(rules, trades), symbol).adds:
        sign = 1 if add.side == "LONG" else -1
        months = [name for name in CONTRACTS if name.startswith(symbol)]
        growing = [name for name in months if net(trades, name) * sign >= 0]
        if add.contracts is None:
            for month in growing:
                assert breaches(scene_of(rules, trades).trade(month, 60 * sign)) == []
            continue
        if add.contracts:
            for month in growing:
                scene = scene_of(rules, trades)
                assert breaches(scene.trade(month, add.contracts * sign)) == [], month
        # What is being closed already is no second breach.
        if not list(scene_of(rules, trades).watch.closing):
            more = (add.contracts + 1) * sign
            assert any(breaches(scene_of(rules, trades).trade(each, more)) for each in growing), add


def net(trades: list[tuple[str, int]], name: str) -> int:
    return sum(size for each, size in trades if each == name)


def breaches(deeds: Deeds) -> list[str]:
    return [row.rule for row in deeds.rows if row.action is not Act.WARN]


def adds(scene: Scene, symbol: str = "MNQ") -> list[tuple[str, int | None, str]]:
    return [(add.side, add.contracts, add.why) for add in room(scene, symbol).adds]


@pytest.mark.parametrize(
    ("rules", "trades", "found"),
    [
        pytest.param(
            (max_contracts.rule(), per_instrument.rule(limits={"MNQ": 4, "ES": 9})),
            [("MNQ", 1), ("ES", 1)],
            [("LONG", 3, "RULE-001: 2 of 5 contracts open (net)")],
            id="the least of two counts",
        ),
        pytest.param(
            (max_contracts.rule(),),
            [("ES", 3)],
            [
                ("LONG", 2, "RULE-001: 3 of 5 contracts open (net)"),
                ("SHORT", 8, "RULE-001: 3 of 5 contracts open (net)"),
            ],
            id="a flat symbol has two sides",
        ),
        pytest.param(
            (max_contracts.rule(mode="warn"),),
            [("MNQ", -6)],
            [("SHORT", 0, "RULE-001: 6 of 5 contracts open (net), which only warns")],
            id="beyond a limit that only warns",
        ),
        pytest.param(
            (max_contracts.rule(), per_instrument.rule()),
            [("MNQ", 1), ("MNQH7", -1)],
            [
                ("LONG", 0, "RULE-002: 2 of 2 MNQ open"),
                ("SHORT", 0, "RULE-002: 2 of 2 MNQ open"),
            ],
            id="a spread may grow on neither side",
        ),
        pytest.param((loss(),), [("MNQ", 1)], [("LONG", None, "no rule limits it")], id="none"),
        pytest.param(
            (blocks.rule(blocked=("MNQ",)), max_contracts.rule()),
            [("ES", 1)],
            [(side, 0, "RULE-011: MNQ is blocked") for side in ("LONG", "SHORT")],
            id="a blocked symbol",
        ),
        pytest.param(
            (frequency.rule(per_minute={"limit": 1, "cooldown_s": 60}),),
            [("MNQ", 1)],
            [("LONG", 0, "RULE-006: 1 trades in the minute, limit 1")],
            id="no trade is left",
        ),
        pytest.param(
            (frequency.rule(per_minute={"limit": 2, "cooldown_s": 60}),),
            [("MNQ", 1)],
            [("LONG", None, "no rule limits it")],
            id="a trade is left",
        ),
        pytest.param(
            (frequency.rule(per_minute={"limit": 1, "cooldown_s": 60}, unit="round_turn"),),
            [("MNQ", 1), ("MNQ", -1), ("MNQ", 1)],
            [("LONG", None, "no rule limits it")],
            id="a round turn counts when it closes",
        ),
    ],
)
def test_what_may_be_added_and_what_decides(
    rules: tuple[Rule, ...], trades: list[tuple[str, int]], found: list[tuple[str, int, str]]
) -> None:
    assert adds(scene_of(rules, trades)) == found


@pytest.mark.parametrize(
    ("locked", "why"),
    [
        (lock("RULE-003", 300), "lockout of RULE-003 for 0:05:00 more"),
        (lock("RULE-006", 60, kind=LockKind.COOLDOWN), "cooldown of RULE-006 for 0:01:00 more"),
        (
            lock("RULE-011", None, symbol="MNQ"),
            "lockout of RULE-011 until its condition ends",
        ),
    ],
)
def test_while_a_lock_stands_nothing_may_be_added(locked: Lock, why: str) -> None:
    scene = Scene(max_contracts.rule(), restored=Restored(locks=(locked,)))
    assert adds(scene) == [("LONG", 0, why), ("SHORT", 0, why)]
    other = [2, 2] if locked.symbol else [0, 0]
    counts = [a.contracts for a in room(Scene(*scene.core.policy.rules), "ES").adds]
    assert counts == [5, 5]
    assert [bool(a.contracts) for a in room(scene, "ES").adds] == [bool(n) for n in other]


def test_while_positions_are_closed_nothing_may_be_added() -> None:
    scene = Scene(max_contracts.rule())
    scene.at(0).trade("MNQ", 6)
    assert adds(scene) == [("LONG", 0, "positions are being closed")]


@pytest.mark.parametrize(
    ("sessions", "symbol"),
    [
        ({}, "MNQ"),
        ({"MNQ": {"start": "08:30", "end": "11:00"}}, "MNQ"),
        ({"MNQ": {"start": "08:30", "end": "23:00"}}, "ES"),
    ],
)
def test_outside_its_session_nothing_may_be_added(sessions: dict[str, object], symbol: str) -> None:
    rule = session.rule(start="08:30", end="11:00", sessions=sessions, mode="warn")
    hours = "RULE-009: outside the session 08:30-11:00, which only warns"
    assert adds(Scene(rule), symbol) == [("LONG", 0, hours), ("SHORT", 0, hours)]
    inside = session.rule(sessions=sessions)
    early = Scene(inside, start=NOON - timedelta(hours=2))
    assert {add.contracts for add in room(early, symbol).adds} == {None}


def test_an_account_that_may_not_trade_may_add_nothing() -> None:
    scene = Scene(permission.rule(mode="warn"))
    assert room(scene).adds[0].contracts is None
    scene.permit(can_trade=False)
    why = "RULE-010: the gateway does not let the account trade, which only warns"
    assert adds(scene) == [("LONG", 0, why), ("SHORT", 0, why)]


def test_what_is_not_known_is_no_room() -> None:
    unread = Scene(max_contracts.rule(), positions=())
    why = "the account has not been read yet"
    assert room(unread).adds == (
        AddView("LONG", None, why, is_known=False),
        AddView("SHORT", None, why, is_known=False),
    )
    strange = Scene(max_contracts.rule(count="gross"), per_instrument.rule(), contracts=("ES",))
    strange.at(0).trade("RTY", 1)
    assert adds(strange, "ES")[0] == (
        "LONG",
        None,
        "RULE-002: a contract's symbol is not known yet",
    )
    (_, symbol) = room(strange, "ES").rules
    assert (symbol.value, symbol.used) == ("?", None)
    sideless = Scene(max_contracts.rule())
    told = Position(ACCOUNT.id, contract_id("ES"), 1, Decimal(6000), NOON, 1, is_side_known=False)
    sideless.at(0).tell(PositionSeen(told))
    assert adds(sideless)[0] == ("LONG", None, "RULE-001: the side of a position is not known")


def test_the_rules_are_those_that_watch_and_their_prices_the_symbols() -> None:
    scene = Scene(loss(), per_instrument.rule(limits={"MNQ": 4, "ES": 4}, unlisted="unlimited"))
    scene.at(0).trade("MNQ", 1, "21000")
    scene.at(1).trade("ES", 3, "6000")
    scene.at(2).quote("MNQ", "20990")
    scene.quote("ES", "6000")
    found = room(scene)
    assert [rule.id for rule in found.rules] == ["RULE-002", "RULE-003"]
    symbol, day = found.rules
    assert (symbol.value, symbol.limit, symbol.left) == ("MNQ 1", "4", "3")
    assert (day.value, day.limit, day.left) == ("-20.00", "-500.00", "480.00")
    assert [(fire.name, f"{fire.price:.2f}") for fire in day.fires] == [("MNQZ6", "20750.00")]
    assert [position.name for position in found.positions] == ["MNQZ6"]
    (free, _) = room(scene, "RTY").rules
    assert (free.value, free.limit, free.used, free.left) == ("RTY without limit", "", None, "")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("MNQ", "MNQ"), (" mnq ", "MNQ"), ("MNQZ6", "MNQ"), ("ZB", None), ("ZBZ6", None), ("", None)],
)
def test_a_symbol_is_told_by_its_root_or_a_contracts_name(text: str, symbol: str | None) -> None:
    assert root(Scene(contracts=("MNQ", "ES")).core.market.contracts, text) == symbol


@pytest.mark.parametrize(
    ("rule", "mark", "left"),
    [
        (max_contracts.rule(), "21000", "3"),
        (max_contracts.rule(limit=1, mode="warn"), "21000", "0"),
        (per_instrument.rule(limits={"MNQ": 3}), "21000", "1"),
        (frequency.rule(), "21000", "2"),
        (loss(), "20990", "460.00"),
        (profit.rule(target=Decimal(100)), "21010", "60.00"),
        (profit.rule(target=Decimal(100), mode="warn"), "21200", "0.00"),
    ],
)
def test_what_is_left_is_the_limit_less_the_value(rule: Rule, mark: str, left: str) -> None:
    scene = scene_of((rule,), [("MNQ", 2)])
    scene.quote("MNQ", mark)
    assert [each.left for each in room(scene).rules] == [left]
