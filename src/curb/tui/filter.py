"""A filter of the audit as it is typed: words, `rule:006`, `sev:x`."""

from curb.domain.query import AuditQuery
from curb.domain.severity import Severity

_RULE, _SEVERITY = "rule:", "sev:"
_DIGITS = 3


def query_of(text: str) -> AuditQuery:
    """Return what a typed filter means; a token that means nothing is a word to look for."""
    words: list[str] = []
    rule, severity = "", None
    for token in text.split():
        low = token.casefold()
        if low.startswith(_RULE) and len(low) > len(_RULE):
            rule = _rule(token[len(_RULE) :])
        elif low.startswith(_SEVERITY) and low[len(_SEVERITY) :] in {s.value for s in Severity}:
            severity = Severity(low[len(_SEVERITY) :])
        else:
            words.append(token)
    return AuditQuery(tuple(words), rule, severity)


def text_of(query: AuditQuery) -> str:
    """Return the filter that means a query."""
    rule = [f"{_RULE}{query.rule.removeprefix('RULE-')}"] if query.rule else []
    severity = [f"{_SEVERITY}{query.severity.value}"] if query.severity else []
    return " ".join((*query.words, *rule, *severity))


def _rule(text: str) -> str:
    if text.isascii() and text.isdigit():
        return f"RULE-{text.zfill(_DIGITS)}"
    return text.upper()
