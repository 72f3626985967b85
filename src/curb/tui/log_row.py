"""What is done with rows of the audit: the chosen one copied or explained, all of them exported."""

from dataclasses import replace

from curb.domain.audit import AuditRow
from curb.tui.acts import said
from curb.tui.filter import text_of
from curb.tui.line import clean
from curb.tui.ui import Ask, Choice, Copy, Explain, Export, Step, Ui
from curb.tui.view import View

# Longer than for what acts on positions: nothing here does harm.
_ASK_S = 10.0
_FILTER_CELLS = 60
_WORDS = 2_000  # characters of a reason


def copied(ui: Ui, view: View) -> Step:
    """Copy the chosen row."""
    row = view.log_row
    return (ui, Copy(plain(row), f"row {row.id}")) if row is not None else _nothing(ui)


def explained(ui: Ui, view: View) -> Step:
    """Ask why the chosen row stands there."""
    row = view.log_row
    return (ui, Explain(row)) if row is not None else _nothing(ui)


def exported(ui: Ui, view: View) -> Step:
    """Ask for the format in which the rows, as filtered, are written to a file."""
    if ui.errand:
        return said(ui, f"{ui.errand} is still under way")
    query = view.log.query
    words = clean(text_of(query), _FILTER_CELLS)
    ask = Ask(
        f'EXPORT the audit\'s rows that meet "{words}"' if words else "EXPORT the whole audit",
        key="c",
        opened_by=view.keys.words["export"],
        until=view.moment + _ASK_S,
        effect=Export(query, "csv"),
        means="csv",
        choices=(Choice("j", "json lines", Export(query, "jsonl")),),
    )
    return replace(ui, ask=ask), None


def plain(row: AuditRow) -> str:
    """Return a row as one harmless line, its moment in UTC."""
    outcome = {None: "open", True: "ok", False: "FAILED"}[row.success]
    took = f" ({row.execution_time_ms} ms)" if row.execution_time_ms is not None else ""
    words = (row.account or "-", row.rule, row.action.value, row.symbol or "-", outcome)
    at = row.at.isoformat(timespec="milliseconds")
    return clean(f"{row.id} {at} {' '.join(words)} {row.reason}{took}", _WORDS)


def _nothing(ui: Ui) -> Step:
    return said(ui, "no row of the audit is selected")
