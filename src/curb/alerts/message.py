"""What is told of a row of the audit, in words for any service."""

from dataclasses import dataclass

from curb.domain.audit import Act, AuditRow
from curb.domain.severity import Severity, severity
from curb.domain.text import safe_text

_TITLE = 80
_TEXT = 300
_LEVELS = {
    "off": frozenset[Severity](),
    "breach": frozenset((Severity.ENFORCED,)),
    "warn": frozenset((Severity.ENFORCED, Severity.WARNED)),
    "all": frozenset(Severity),
}


@dataclass(frozen=True, slots=True)
class Message:
    """A title and a sentence, harmless in any service, and how much it matters."""

    title: str
    text: str
    severity: Severity


def is_told(row: AuditRow, least: str) -> bool:
    """Tell whether a row matters enough for `least`: "off", "breach", "warn" or "all"."""
    return severity(row) in _LEVELS[least]


def message_of(row: AuditRow) -> Message:
    """Return what is told of a row; of an account's name only its last four characters."""
    whose = f" …{row.account[-4:]}" if row.account else ""
    symbol = f" {row.symbol}" if row.symbol else ""
    title = f"Curb{whose} {row.rule}{symbol}: {_what(row)}"
    return Message(safe_text(title, _TITLE), safe_text(row.reason, _TEXT), severity(row))


def _what(row: AuditRow) -> str:
    words = row.action.value.replace("_", " ")
    if row.success is not False:
        return words
    # Nothing was to be done that could have failed: it is bad news itself.
    return "ALARM" if row.action is Act.WARN else f"{words} FAILED"


def summary(missed: int) -> Message:
    """Return what stands for messages that were too many for a minute."""
    plural = "s" if missed > 1 else ""
    text = f"{missed} more message{plural} in the last minute; `curb audit` has them all"
    return Message("Curb: more", text, Severity.WARNED)
