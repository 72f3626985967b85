from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.snapshot import LinkView, RuleView, Snapshot
from curb.engine.lapses import lapse
from curb.rules.daily_realized_loss import DailyRealizedLoss
from tests.engine.test_snapshot import shown
from tests.scene import Scene


def calm() -> Snapshot:
    rule = DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")
    return shown(Scene(rule))


def link(word: str) -> LinkView:
    return LinkView("MKT", word, None, None, None)


def with_account(**changes: object) -> Snapshot:
    snapshot = calm()
    account = replace(snapshot.accounts[0], **changes)  # type: ignore[arg-type]
    return replace(snapshot, accounts=(account,))


OFF = RuleView("RULE-003", "Daily loss", "off", "", "")
BLIND = RuleView("RULE-004", "Open loss", "not evaluated", "", "", None, "MNQZ6 has no mark")


@pytest.mark.parametrize(
    ("snapshot", "found"),
    [
        (calm(), ""),
        (replace(calm(), market_hub=link("slow")), ""),
        (replace(calm(), market_hub=link("down")), "MKT down"),
        (replace(calm(), rest=replace(link("auth"), name="REST")), "REST auth"),
        (with_account(armed=0), "not read yet"),
        (with_account(armed=0, rules=(OFF,)), "no rule is on"),
        (with_account(rules=(OFF, BLIND)), "RULE-004 not evaluated"),
        (replace(calm(), accounts=()), "no account"),
    ],
)
def test_why_not_all_is_protected(snapshot: Snapshot, found: str) -> None:
    assert lapse(snapshot) == found


def test_of_several_accounts_the_one_that_is_not_is_named() -> None:
    snapshot = calm()
    (account,) = snapshot.accounts
    other = replace(account, id=8, name="PRAC-1234", armed=0)
    assert lapse(replace(snapshot, accounts=(account, other))) == "…1234 not read yet"
