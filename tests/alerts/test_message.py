from dataclasses import replace

import pytest

from curb.alerts.message import Message, is_told, message_of, summary
from curb.domain.audit import AuditRow
from curb.domain.severity import Severity

from .rows import BREACH, ROUTINE, WARNING


@pytest.mark.parametrize(
    ("least", "told"),
    [
        ("off", []),
        ("breach", [BREACH]),
        ("warn", [BREACH, WARNING]),
        ("all", [BREACH, WARNING, ROUTINE]),
    ],
)
def test_what_matters_enough_is_told(least: str, told: list[AuditRow]) -> None:
    assert [row for row in (BREACH, WARNING, ROUTINE) if is_told(row, least)] == told


def test_a_message_says_what_happened_and_hides_the_account() -> None:
    assert message_of(BREACH) == Message(
        "Curb …8841 RULE-002 MNQ: reduce position",
        "3 contracts of MNQ, limit 2",
        Severity.ENFORCED,
    )
    failed = message_of(replace(BREACH, success=False, symbol=None, account=None))
    assert failed.title == "Curb RULE-002: reduce position FAILED"


def test_a_message_is_harmless_and_short() -> None:
    found = message_of(replace(BREACH, reason="\x1b]0;x\x07\n" + "x" * 999, symbol="\u202e" * 99))
    assert found.title.isprintable()
    assert found.text.isprintable()
    assert (len(found.title), len(found.text)) == (80, 300)


def test_a_summary_counts() -> None:
    assert summary(1).text.startswith("1 more message in")
    assert summary(12).text.startswith("12 more messages in")
