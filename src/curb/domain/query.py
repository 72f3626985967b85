"""Which rows of the audit somebody wants to see."""

from dataclasses import dataclass

from curb.domain.audit import AuditRow
from curb.domain.severity import Severity, severity

# So many rows are counted, and no more: that takes the same few milliseconds in any audit.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Rows that meet every part; an empty part asks for nothing.

    `words` are looked for in reason, rule, action, symbol and account, each anywhere, capitals
    no matter. `rule` is the whole word of a row's rule. `account_id` means its rows and those
    of the engine itself.
    """

    words: tuple[str, ...] = ()
    rule: str = ""
    severity: Severity | None = None
    account_id: int | None = None

    def fits(self, row: AuditRow) -> bool:
        """Tell whether a row meets every part."""
        if self.rule and row.rule != self.rule:
            return False
        if self.account_id is not None and row.account_id not in (None, self.account_id):
            return False
        if self.severity is not None and severity(row) is not self.severity:
            return False
        if not self.words:
            return True
        fields = (row.reason, row.rule, row.action.value, row.symbol or "", row.account or "")
        text = "\n".join(fields).casefold()
        return all(word.casefold() in text for word in self.words)
