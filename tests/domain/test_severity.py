from dataclasses import replace
from datetime import UTC, datetime

import pytest

from curb.domain.audit import Act, AuditRow
from curb.domain.severity import Severity, severity

ROW = AuditRow(
    1, datetime(2026, 11, 20, tzinfo=UTC), 7, "A", "RULE-001", Act.CANCEL_ORDERS, "two cancelled"
)


@pytest.mark.parametrize(
    ("rule", "act", "success", "expected"),
    [
        ("RULE-001", Act.FLATTEN, None, Severity.ENFORCED),
        ("RULE-007", Act.COOLDOWN, True, Severity.ENFORCED),
        ("RULE-011", Act.CANCEL_ORDERS, False, Severity.ENFORCED),
        ("RULE-003", Act.WARN, True, Severity.WARNED),
        ("LINK", Act.GAP, True, Severity.WARNED),
        ("ENGINE", Act.START, True, Severity.TOLD),
        ("RULE-011", Act.CANCEL_ORDERS, True, Severity.ROUTINE),
    ],
)
def test_how_much_a_row_matters(
    rule: str, act: Act, success: bool | None, expected: Severity
) -> None:
    assert severity(replace(ROW, rule=rule, action=act, success=success)) is expected
