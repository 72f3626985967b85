import pytest

from curb.domain.query import AuditQuery
from curb.domain.severity import Severity
from curb.tui.filter import query_of, text_of


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", AuditQuery()),
        ("  mnq  limit ", AuditQuery(("mnq", "limit"))),
        ("rule:6", AuditQuery(rule="RULE-006")),
        ("RULE:012 x", AuditQuery(("x",), "RULE-012")),
        ("rule:engine", AuditQuery(rule="ENGINE")),
        ("sev:! sev:x", AuditQuery(severity=Severity.ENFORCED)),
        ("sev:?", AuditQuery(("sev:?",))),
        ("rule:", AuditQuery(("rule:",))),
    ],
)
def test_a_typed_filter(text: str, query: AuditQuery) -> None:
    assert query_of(text) == query


@pytest.mark.parametrize("text", ["mnq rule:006 sev:x", "a b", "rule:ENGINE", "sev:."])
def test_a_filter_is_spelled_as_it_was_typed(text: str) -> None:
    assert text_of(query_of(text)) == text
