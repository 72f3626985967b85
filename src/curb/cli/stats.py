"""`curb audit stats`: how well and how fast the rules were enforced."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from curb.cli import report
from curb.domain import codec
from curb.domain.severity import severity
from curb.domain.stats import SLOW_MS, AuditStats, Figures
from curb.domain.text import safe_text
from curb.store.statistics import audit_stats

_UNKNOWN = "-"
_BAR_CELLS = 30
_CELLS = 500

_HEAD = ("enforced", "open", "failed", "ok", "average", "min", "p95", "max")
_SLOW = tuple(f">{ms:,}" for ms in SLOW_MS)


def run(path: Path, days: int | None, account_id: int | None, *, as_json: bool) -> int:
    """Print the statistics of the database at `path`; return the exit code."""
    found = audit_stats(path, _today(), days, account_id)
    report.say([json.dumps(codec.encode(found))] if as_json else lines(found, days))
    return 0


def lines(found: AuditStats, days: int | None) -> Iterator[str]:
    """Return the statistics as lines of ASCII for a person to read."""
    span = "all of the audit" if days is None else f"the last {days} days (UTC)"
    yield f"Enforcements of {span}; times in ms, from the breach to the read that shows the end"
    rows = [_row(each) for each in (*found.rules, found.total)]
    yield from _table([("rule", *_HEAD, *_SLOW), *rows])
    yield ""
    yield f"The last {len(found.days)} days (UTC); a bar is the day's p95"
    longest = max((each.p95_ms or 0 for each in found.days), default=0)
    trend = [
        (each.name, f"{each.count:,}", _cell(each.average_ms), _cell(each.p95_ms))
        for each in found.days
    ]
    bars = ["", *(_bar(each.p95_ms, longest) for each in found.days)]
    for line, bar in zip(
        _table([("day", "enforced", "average", "p95"), *trend]), bars, strict=True
    ):
        yield f"{line}  {bar}".rstrip()
    yield ""
    yield "The slowest" if found.slowest else "The slowest: none has a time"
    is_named = len({row.account for row in found.slowest}) > 1
    for row in found.slowest:
        words = report.as_sentence(row, is_named=is_named)
        yield safe_text(f"{row.id:>6} {severity(row).value} {words}", _CELLS)


def _row(each: Figures) -> tuple[str, ...]:
    share = _UNKNOWN if each.success is None else f"{each.success}%"
    counts = (f"{n:,}" for n in (each.count, each.open, each.failed))
    times = (each.average_ms, each.minimum_ms, each.p95_ms, each.maximum_ms)
    over = (f"{n:,}" for n in (each.over_500, each.over_2000, each.over_5000))
    return (safe_text(each.name, 20), *counts, share, *map(_cell, times), *over)


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Return aligned lines: the first column to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        right = "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        yield f"{name:<{widths[0]}}{right}"


def _cell(value: object) -> str:
    return _UNKNOWN if value is None else f"{value:,}"


def _bar(value: int | None, most: int) -> str:
    if not value:
        return ""
    return "#" * max(value * _BAR_CELLS // most, 1)


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251 - which days are looked back on, nothing more
