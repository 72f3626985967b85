"""Two accounts in one core: what is told of one does nothing to the other."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from curb.domain.actions import Action, CloseContract, SaveAudit, SaveLock
from curb.domain.audit import CONFIG, Act
from curb.domain.book import Account, Fill, Position, Side
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    Event,
    FillSeen,
    FlattenAsked,
    Link,
    LinkChanged,
    PositionSeen,
    QuoteSeen,
    Restored,
    SelfLockAsked,
)
from curb.domain.locks import LockKind
from curb.domain.sessions import TradingDays
from curb.engine.core import Core, words_of
from curb.engine.policy import Policy
from curb.engine.snapshot import Setting, take
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.max_contracts import MaxContracts
from curb.rules.rule import Rule
from tests.scene import NOON, Scene, contract, contract_id

MNQ = contract_id("MNQ")
ONE, TWO = Account(1, "ONE", can_trade=True), Account(2, "TWO", can_trade=True)
DAYS = TradingDays(time(17), ZoneInfo("America/Chicago"))


def count(limit: int) -> Rule:
    return MaxContracts(
        enabled=True,
        mode="enforce",
        limit=limit,
        count="net",
        action="close_all",
        micro_weight=Decimal(1),
    )


def loss(limit: str) -> Rule:
    return DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(limit), basis="total")


def policy(*rules: Rule, **accounts: tuple[Rule, ...]) -> Policy:
    known = Policy(rules, DAYS, "net", "0" * 64, 2)
    return replace(known, accounts={n: replace(known, rules=own) for n, own in accounts.items()})


def started(rules: Policy) -> Core:
    """Both accounts read, and flat."""
    core = Core(rules, (ONE, TWO), Restored())
    core.start(NOON, {})
    tell(core, ContractSeen(contract("MNQ")))
    for link in Link:
        tell(core, LinkChanged(link, True, "", 1))
    for account in (ONE, TWO):
        for request in (1, 2):  # one read each
            tell(core, AccountRead(request, account.id, NOON, 1, account, (), (), ()))
    return core


def tell(core: Core, event: Event) -> list[Action]:
    return core.handle(event, NOON)


def held(account: Account, size: int) -> Event:
    return PositionSeen(Position(account.id, MNQ, size, Decimal(21000), NOON, 5))


def lost(account: Account, amount: str) -> Event:
    pnl = Decimal(amount)
    return FillSeen(
        Fill(7, account.id, MNQ, 70, Side.SELL, 1, Decimal(21000), NOON, pnl, Decimal(0))
    )


def closed(actions: Iterable[Action]) -> list[tuple[int, str]]:
    return [(a.account_id, a.contract_id) for a in actions if isinstance(a, CloseContract)]


def test_a_breach_closes_the_account_that_broke_the_limit() -> None:
    core = started(policy(count(5)))
    assert closed(tell(core, held(ONE, 5))) == []
    actions = tell(core, held(TWO, 6))
    assert closed(actions) == [(TWO.id, MNQ)]
    rows = [a.row for a in actions if isinstance(a, SaveAudit)]
    assert [(row.account_id, row.account, row.action) for row in rows] == [
        (TWO.id, "TWO", Act.FLATTEN)
    ]


def test_each_account_has_its_own_limit() -> None:
    core = started(policy(count(5), TWO=(count(2),)))
    assert closed(tell(core, held(ONE, 3))) == []
    assert closed(tell(core, held(TWO, 3))) == [(TWO.id, MNQ)]


def test_a_lock_on_one_leaves_the_other_open() -> None:
    core = started(policy(loss("500")))
    actions = tell(core, lost(ONE, "-500"))
    assert [a.lock.account_id for a in actions if isinstance(a, SaveLock)] == [ONE.id]
    assert closed(tell(core, held(TWO, 1))) == []
    assert closed(tell(core, held(ONE, 1))) == [(ONE.id, MNQ)]
    kinds = {account: [k.kind for k in w.state.lockouts] for account, w in core.watches.items()}
    assert kinds == {ONE.id: [LockKind.LOCKOUT], TWO.id: []}


def test_the_same_trade_id_on_two_accounts_is_two_trades() -> None:
    core = started(policy(loss("500")))
    tell(core, lost(ONE, "-300"))
    tell(core, lost(TWO, "-200"))
    realized = [watch.state.realized(NOON) for watch in core.watches.values()]
    assert realized == [Decimal(-300), Decimal(-200)]


def test_one_quote_is_judged_on_every_account() -> None:
    core = started(policy(loss("500")))
    tell(core, held(ONE, 1))
    tell(core, held(TWO, -1))
    assert closed(tell(core, QuoteSeen(MNQ, NOON, Decimal(20999)))) == []
    assert closed(tell(core, QuoteSeen(MNQ, NOON, Decimal(20500)))) == [(ONE.id, MNQ)]


def test_a_flatten_by_hand_is_of_one_account() -> None:
    core = started(policy(count(5)))
    for account in (ONE, TWO):
        tell(core, held(account, 1))
    assert closed(tell(core, FlattenAsked(TWO.id, None, "key"))) == [(TWO.id, MNQ)]


def test_another_configuration_reaches_each_account() -> None:
    core = started(policy(count(5)))
    for account in (ONE, TWO):
        tell(core, held(account, 3))
    actions = core.adopt(policy(count(5), TWO=(count(2),)), NOON)
    assert closed(actions) == [(TWO.id, MNQ)]


def test_rules_for_an_account_that_is_not_watched_are_told() -> None:
    strange = policy(count(5), one=(count(1),))
    actions = Core(strange, (ONE, TWO), Restored()).start(NOON, {})
    rows = [a.row for a in actions if isinstance(a, SaveAudit) and a.row.rule == CONFIG]
    assert [(row.action, row.reason) for row in rows] == [
        (Act.WARN, "rules for one hold for nobody: not watched")
    ]
    adopted = started(policy(count(5))).adopt(strange, NOON)
    told = [a.row.action for a in adopted if isinstance(a, SaveAudit) and a.row.rule == CONFIG]
    assert told == [Act.WARN]


def test_a_screen_sees_how_many_rules_watch_each_account() -> None:
    core = started(policy(count(5), loss("500"), TWO=(count(2),)))
    setting = Setting("0.1.0", 1, NOON, is_paper=True, gateway="paper", config_path="config.toml")
    shown = take(core, setting, NOON, ages={}, store_word="ok", audit_count=0)
    assert [(account.name, account.armed) for account in shown.accounts] == [("ONE", 2), ("TWO", 1)]
    assert (shown.armed, shown.rules) == (1, 2)


def test_a_core_without_a_configuration_of_its_own_reloads_none() -> None:
    with pytest.raises(LookupError, match="expected a core that has a configuration"):
        started(policy(count(5))).govern(NOON, is_first=True)


@pytest.mark.parametrize("account", [ONE, TWO, Account(3, "THREE", can_trade=True)])
@pytest.mark.parametrize("ask", [FlattenAsked, lambda i: SelfLockAsked(i, 600)])
def test_what_is_asked_by_hand_is_asked_of_one_account(
    ask: Callable[[int], Event], account: Account
) -> None:
    core = started(policy(count(5)))
    for each in (ONE, TWO):
        tell(core, held(each, 1))
    expected = [(account.id, MNQ)] if account.id in core.watches else []
    assert closed(tell(core, ask(account.id))) == expected


def test_an_error_of_our_own_says_where_it_was() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 // len(())
    place = "test_an_error_of_our_own_says_where_it_was"
    words = words_of(caught.value, lost(ONE, "-1"))
    assert words.startswith(f"internal error ZeroDivisionError in {place}:")
    assert words.endswith(" on FillSeen")
    assert words_of(ValueError(), lost(ONE, "-1")) == "internal error ValueError in ? on FillSeen"


def test_a_quote_ends_the_doubt_about_the_market_hub() -> None:
    scene = Scene()
    links = scene.core.market.links
    links.doubt(Link.MARKET_HUB, "no quote of MNQZ6 for 10 s", scene.now)
    scene.quote("MNQ", "21000")
    assert not links[Link.MARKET_HUB].doubt
