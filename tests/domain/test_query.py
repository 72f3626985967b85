from datetime import UTC, datetime

import pytest

from curb.domain.audit import Act, AuditRow
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity

ROW = AuditRow(
    1,
    datetime(2026, 11, 20, tzinfo=UTC),
    7,
    "50KTC-8841",
    "RULE-002",
    Act.REDUCE_POSITION,
    "3 contracts of MNQ, limit 2",
    symbol="MNQ",
)
OWN = AuditRow(2, ROW.at, None, None, "ENGINE", Act.START, "engine started")


@pytest.mark.parametrize(
    ("query", "row", "fits"),
    [
        (AuditQuery(), ROW, True),
        (AuditQuery(words=("mnq", "LIMIT")), ROW, True),
        (AuditQuery(words=("reduce", "8841", "rule-002")), ROW, True),
        (AuditQuery(words=("mnq", "es")), ROW, False),
        (AuditQuery(rule="RULE-002"), ROW, True),
        (AuditQuery(rule="RULE-00"), ROW, False),
        (AuditQuery(severity=Severity.ENFORCED), ROW, True),
        (AuditQuery(severity=Severity.WARNED), ROW, False),
        (AuditQuery(account_id=7), ROW, True),
        (AuditQuery(account_id=8), ROW, False),
        (AuditQuery(account_id=8), OWN, True),
        (AuditQuery(words=("none",)), OWN, False),
    ],
)
def test_a_row_meets_every_part_of_a_query(query: AuditQuery, row: AuditRow, fits: bool) -> None:
    assert query.fits(row) is fits
