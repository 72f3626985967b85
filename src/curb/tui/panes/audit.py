"""What was enforced, why, and what came of it; newest first."""

from curb.domain.audit import Act, AuditRow
from curb.domain.severity import Severity, severity
from curb.tui import figures
from curb.tui.line import Line, Span, clean, left, right
from curb.tui.ui import AUDIT
from curb.tui.view import View

_ROOMY = 100
_WORDS = {
    Act.CLOSE_POSITION: "close",
    Act.REDUCE_POSITION: "reduce",
    Act.CANCEL_ORDERS: "cancel",
    Act.PLACE_STOP: "stop",
    Act.MOVE_STOP: "stop",
    Act.NOT_EVALUATED: "no data",
    Act.CONFIG_APPLIED: "applied",
    Act.CONFIG_PENDING: "pending",
    Act.CONFIG_REFUSED: "refused",
}
_ROLES = {
    Severity.ENFORCED: "loss",
    Severity.WARNED: "warn",
    Severity.TOLD: "text",
    Severity.ROUTINE: "text",
}


def title(view: View) -> str:
    """Return the pane's title with the number of rows and whether it follows."""
    # The engine counts the rows of all accounts; ours are those at hand.
    told = 0 if view.snapshot is None or view.has_several else view.snapshot.audit_count
    count = max(told, len(view.audit))
    top = view.ui.tops[AUDIT]
    follows = f"{top} back, {view.keys.words['top']} follows" if top else "following"
    return f"5 Audit {count:,} · {follows}"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return the rows that fit, from where the user stands."""
    rows = view.audit
    if not rows:
        return [(Span(" nothing yet", "title"),)]
    top = min(view.ui.tops[AUDIT], max(len(rows) - 1, 0))
    return [_row(row, view, width) for row in rows[top : top + height]]


def mark(row: AuditRow) -> tuple[str, str]:
    """Return a row's mark and role."""
    found = severity(row)
    return (found.value, "breach" if row.success is False else _ROLES[found])


def outcome(row: AuditRow) -> str:
    """Return what came of it: the milliseconds it took, `…` while open, FAILED."""
    if row.success is None:
        return "…"
    if row.success is False:
        return "FAILED"
    return f"{row.execution_time_ms}ms" if row.execution_time_ms is not None else ""


def _row(row: AuditRow, view: View, width: int) -> Line:
    is_wide = width >= _ROOMY
    sign, role = mark(row)
    at = figures.stamp(row.at, view.now, view.zone, is_exact=is_wide)
    act = _WORDS.get(row.action, row.action.value)
    symbol = clean(row.symbol or ("ACCT" if row.account_id is not None else "-"), 5)
    return (
        Span(f" {left(at, 12 if is_wide else 8)} "),
        Span(f"{sign} ", role),
        Span(f"{left(clean(row.rule, 9), 9)} {left(symbol, 5)} "),
        Span(f"{left(act, 8)} ", role),
        Span(f"{right(outcome(row), 7)}  ", "breach" if row.success is False else "text"),
        Span(clean(row.reason, max(width, 1) * 2)),
    )
