"""How well and how fast the rules were enforced, folded from counts of rows that ended alike."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from curb.domain.audit import AuditRow

TREND_DAYS = 7
SLOW_MS = (500, 2_000, 5_000)

_TENTH = Decimal("0.1")
_P95 = 95


@dataclass(frozen=True, slots=True)
class Tally:
    """So many enforcements that ended alike. `name` is a rule, or a day in ISO form.

    `success` is None while they are open, `took_ms` None where nothing was sent.
    """

    name: str
    success: bool | None
    took_ms: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the enforcements of a rule, or of a day.

    `success` is the share in percent of those that are closed, rounded down: 100.0 is all of
    them. Times are milliseconds over the closed ones that have one, `timed` in number, None
    where there is none; `p95_ms` is one that was measured (nearest rank). `over_500` and the
    others count times above so many milliseconds.
    """

    name: str
    count: int
    open: int
    failed: int
    success: Decimal | None
    timed: int
    average_ms: Decimal | None
    minimum_ms: int | None
    p95_ms: int | None
    maximum_ms: int | None
    over_500: int
    over_2000: int
    over_5000: int


@dataclass(frozen=True, slots=True)
class AuditStats:
    """The figures of each rule, of all together, of the last days, and the slowest rows."""

    rules: tuple[Figures, ...]
    total: Figures
    days: tuple[Figures, ...]
    slowest: tuple[AuditRow, ...]


def stats(
    rules: Iterable[Tally], days: Iterable[Tally], slowest: Iterable[AuditRow], today: date
) -> AuditStats:
    """Return the statistics; `days` are UTC, and only the seven up to `today` are told."""
    by_rule, by_day = _grouped(rules), _grouped(days)
    last = (today - timedelta(days=back) for back in reversed(range(TREND_DAYS)))
    return AuditStats(
        rules=tuple(figures(name, by_rule[name]) for name in sorted(by_rule)),
        total=figures("all", [tally for found in by_rule.values() for tally in found]),
        days=tuple(figures(f"{day}", by_day.get(f"{day}", ())) for day in last),
        slowest=tuple(slowest),
    )


def figures(name: str, tallies: Iterable[Tally]) -> Figures:
    """Return the figures of the tallies, under that name."""
    found = tuple(tallies)
    count = sum(tally.count for tally in found)
    still_open = sum(tally.count for tally in found if tally.success is None)
    failed = sum(tally.count for tally in found if tally.success is False)
    times: Counter[int] = Counter()
    for tally in found:
        if tally.success is not None and tally.took_ms is not None:
            times[tally.took_ms] += tally.count
    timed = times.total()
    over = [sum(n for ms, n in times.items() if ms > most) for most in SLOW_MS]
    return Figures(
        name=name,
        count=count,
        open=still_open,
        failed=failed,
        success=_percent(count - still_open - failed, count - still_open),
        timed=timed,
        average_ms=_average(times),
        minimum_ms=min(times, default=None),
        p95_ms=_ranked(times, _P95),
        maximum_ms=max(times, default=None),
        over_500=over[0],
        over_2000=over[1],
        over_5000=over[2],
    )


def _grouped(tallies: Iterable[Tally]) -> dict[str, list[Tally]]:
    found: dict[str, list[Tally]] = {}
    for tally in tallies:
        found.setdefault(tally.name, []).append(tally)
    return found


def _percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(_TENTH, ROUND_FLOOR) if whole else None


def _average(times: Counter[int]) -> Decimal | None:
    timed = times.total()
    if not timed:
        return None
    return (Decimal(sum(ms * n for ms, n in times.items())) / timed).quantize(_TENTH, ROUND_HALF_UP)


def _ranked(times: Counter[int], percent: int) -> int | None:
    rank = -(-times.total() * percent // 100)
    for ms in sorted(times):
        rank -= times[ms]
        if rank <= 0:
            return ms
    return None
