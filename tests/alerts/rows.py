"""Rows of an audit, as an engine would tell them."""

from dataclasses import replace
from datetime import UTC, datetime

from curb.domain.audit import Act, AuditRow

BREACH = AuditRow(
    1,
    datetime(2026, 11, 20, 15, tzinfo=UTC),
    7,
    "50KTC-V2-8841",
    "RULE-002",
    Act.REDUCE_POSITION,
    "3 contracts of MNQ, limit 2",
    symbol="MNQ",
    success=None,
)
WARNING = replace(BREACH, id=2, rule="RULE-003", action=Act.WARN, symbol=None, success=True)
ROUTINE = replace(BREACH, id=3, rule="RULE-009", action=Act.CANCEL_ORDERS, success=True)
