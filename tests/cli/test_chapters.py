import asyncio
from decimal import Decimal
from typing import Any

import pytest

from curb.cli.chapters import Chapters
from curb.cli.enforced import Enforced
from curb.control.frames import Reply
from curb.domain.audit import Act, AuditRow
from curb.rules.daily_realized_loss import DailyRealizedLoss
from tests.scene import ACCOUNT, NOON, Scene

RULE = DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")


def asked(**args: Any) -> Reply:
    scene = Scene(RULE)
    enforced = Enforced(scene.core.policy.days.day_of)
    for number in (1, 2):
        row = AuditRow(number, NOON, ACCOUNT.id, ACCOUNT.name, "RULE-003", Act.FLATTEN, "")
        enforced.hear(row)
    chapters = Chapters(scene.core, enforced, lambda: NOON)
    return asyncio.run(chapters.rule(args))


def test_a_rule_is_told_with_its_values_and_how_often_it_was_enforced() -> None:
    reply = asked(id="RULE-003", account_id=ACCOUNT.id)
    assert reply.ok
    assert (reply.data["title"], reply.data["today"]) == ("Daily loss", 2)
    assert {"key": "loss_limit", "value": "500"}.items() <= reply.data["keys"][2].items()


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"id": "RULE-003"}, "no such account"),
        ({"id": "RULE-003", "account_id": 999}, "no such account"),
        ({"id": "RULE-003", "account_id": [1]}, "no such account"),
        ({"id": "RULE-004", "account_id": ACCOUNT.id}, "no such rule: RULE-004"),
        ({"account_id": ACCOUNT.id}, "no such rule: None"),
    ],
)
def test_what_is_not_there_is_refused(args: dict[str, Any], text: str) -> None:
    reply = asked(**args)
    assert (reply.ok, reply.text) == (False, text)
