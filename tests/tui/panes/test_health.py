from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.health import HealthView
from curb.domain.snapshot import Snapshot
from curb.domain.vigil import Gap
from curb.tui.line import width_of
from curb.tui.panes import health
from tests.tui import scenes
from tests.tui.moments import view

WELL = HealthView(
    rest_p50_ms=41,
    rest_p99_ms=180,
    rest_errors=0,
    calls_left=187,
    user_reconnects=0,
    market_reconnects=2,
    lag_p50_us=300,
    lag_p99_us=4_000,
    lag_max_us=11_040,
    queue=0,
    queue_most=14,
    quotes_per_s=Decimal("12.4"),
    database_bytes=1_200_000,
    wal_bytes=300_000,
    write_p99_ms=3,
    is_backup_on=True,
    backup_at=scenes.at(-10_800),
    drill_at=scenes.at(-12 * 86_400),
    protected=Decimal("0.98279"),
    gaps=(Gap(scenes.at(-600), scenes.at(-595.8), "MKT down"),),
    rss_bytes=61_000_000,
    screens=1,
    measured_at=scenes.AT,
)


def snapshot(**changes: object) -> Snapshot:
    known = replace(WELL, **changes)  # type: ignore[arg-type]
    return scenes.snapshot(scenes.account(read_at=scenes.at(-3)), health=known)


def shown(moment: Snapshot, width: int = 100, height: int = 20) -> list[str]:
    rows = health.lines(view(moment), width, height)
    return ["".join(span.text for span in line) for line in rows]


def row(moment: Snapshot, label: str) -> tuple[str, str]:
    """The words of a row and their role."""
    (found,) = (
        line for line in health.lines(view(moment), 100, 20) if line[0].text.strip() == label
    )
    return found[1].text, found[1].role


def test_the_newest_link_of_the_audit_is_told() -> None:
    words, _ = row(snapshot(audit_head="12:ab12cd34ef56"), "DB")
    assert words.endswith(" #12:ab12cd34ef56")


def test_a_calm_engine_tells_every_figure() -> None:
    words = "\n".join(shown(snapshot()))
    for piece in (
        "REST   ok p50 41 p99 180ms · 0 errors/h · 187 calls left",
        "USER   ok heard 1.2s ago · 0 reconnects",
        "MKT    ok heard 0.3s ago · 2 reconnects",
        "Quotes 12.4/s · oldest 0.0s",
        "Guard  protected 98.2% of the day · 1 gap",
        "Loop   p50 0.3 p99 4.0 max 11.0ms late",
        "Queue  0 waiting · most 14",
        "DB     ok write p99 3ms · 1.2MB · wal 0.3MB · audit 1,204",
        "Backup 3h00 ago · drill 12d00h ago",
        "Read   all read 3.0s ago · 0 differences",
        "Engine up 5h00 · pid 4242 · curb 0.1.0 · 1 screen",
        "Memory 61.0MB",
        "Config 5f2c config.toml",
        "gap  14:23:07 4.2s MKT down",
    ):
        assert piece in words
    assert health.title(view(snapshot())) == "7 Health"


@pytest.mark.parametrize(
    ("moment", "label", "words", "role"),
    [
        (snapshot(rest_errors=3), "REST", "ok 3 ERRORS/h", "warn"),
        (snapshot(calls_left=12), "REST", "ok 12 calls left FEW", "warn"),
        (snapshot(lag_p99_us=50_001), "Loop", "SLOW p50", "warn"),
        (snapshot(lag_p99_us=50_000), "Loop", "p50", "text"),
        (snapshot(is_queue_growing=True), "Queue", "GROWING 0 waiting", "breach"),
        (snapshot(write_p99_ms=251), "DB", "ok SLOW write", "warn"),
        (snapshot(database_bytes=10_000_000), "DB", "ok write", "text"),
        (
            snapshot(database_bytes=12_400_000, growing="trade_history 9.1 MB of 12.4 MB"),
            "DB",
            "ok LARGE trade_history 9.1 MB of 12.4 MB · write",
            "warn",
        ),
        (snapshot(database_bytes=12_400_000), "DB", "ok LARGE · write", "warn"),
        (snapshot(is_backup_late=True), "Backup", "LATE 3h00 ago · drill 12d", "warn"),
        (snapshot(is_drill_late=True), "Backup", "3h00 ago · drill LATE 12d", "warn"),
        (
            snapshot(drill_at=None, backup_at=None),
            "Backup",
            "never · drill never",
            "text",
        ),
        (
            snapshot(backup_words="the disk is full"),
            "Backup",
            "FAILED: the disk is full · 3h00 ago · drill",
            "warn",
        ),
        (snapshot(is_backup_on=False), "Backup", "3h00 ago", "text"),
        (snapshot(is_backup_on=False, backup_at=None), "Backup", "off", "text"),
        (replace(snapshot(), store_word="disk full"), "DB", "disk full", "breach"),
        (snapshot(unguarded="MKT down"), "Guard", "NOT NOW: MKT down", "breach"),
        (snapshot(measured_at=scenes.at(-11)), "Loop", "NOT MEASURED for 11s", "warn"),
        (snapshot(measured_at=None), "Loop", "NOT MEASURED yet", "warn"),
        (snapshot(is_rss_peak=True), "Memory", "at most 61.0MB", "text"),
        (scenes.snapshot(), "Read", "STALE all read ? ago · ? differences", "warn"),
        (scenes.UNKNOWN, "MKT", "down heard 42s", "breach"),
        (scenes.UNKNOWN, "REST", "slow", "warn"),
        (scenes.UNKNOWN, "Quotes", "1 WITHOUT A MARK", "warn"),
    ],
)
def test_what_is_wrong_is_a_word_and_a_role(
    moment: Snapshot, label: str, words: str, role: str
) -> None:
    found = row(moment, label)
    assert found[0].startswith(words)
    assert found[1] == role


def test_what_was_not_measured_is_never_0() -> None:
    unmeasured = "\n".join(shown(scenes.snapshot(scenes.account(positions=()))))
    for piece in (
        "? errors/h",
        "? calls",
        "? reconnects",
        "?/s",
        "? gaps",
        "? waiting",
        "Memory ?",
        "Backup ?",
    ):
        assert piece in unmeasured


@pytest.mark.parametrize("height", [1, 3, 6])
def test_in_little_room_the_worst_comes_first(height: int) -> None:
    rows = shown(snapshot(is_queue_growing=True, rest_errors=3), 60, height)
    assert "GROWING" in rows[0]
    assert len(rows) == height
    if height > 1:
        assert rows[-1].strip() == f"…{14 - height} more " + ("1 to see" if height < 3 else "ok")
    title = health.title(view(snapshot(is_queue_growing=True, rest_errors=3)))
    assert title == "7 Health · 2 to see"


@pytest.mark.parametrize("size", [(38, 3), (54, 8), (130, 25), (10, 1), (38, 0)], ids=str)
@pytest.mark.parametrize(
    "moment",
    [
        snapshot(),
        scenes.UNKNOWN,
        scenes.BAD,
        snapshot(unguarded=scenes.HOSTILE[2]),
        snapshot(backup_words=scenes.HOSTILE[2], growing=scenes.HOSTILE[1], database_bytes=10**8),
    ],
)
def test_every_row_is_clean_and_there_are_not_too_many(
    moment: Snapshot, size: tuple[int, int]
) -> None:
    rows = health.lines(view(moment), *size)
    assert len(rows) <= size[1]
    assert all(span.text.isprintable() for line in rows for span in line)
    assert all(width_of(line) <= max(size[0], 9) for line in rows)


@pytest.mark.parametrize("ask", [health.title, lambda v: health.lines(v, 40, 5)])
def test_before_the_first_word_of_an_engine_nothing_is_known(ask: Callable[..., object]) -> None:
    assert "?" in str(ask(view(None, now=None, silent_s=None)))


def test_a_silent_engine_vouches_for_nothing() -> None:
    rows = health.lines(view(snapshot(), silent_s=4.2), 80, 13)
    assert {line[1].role for line in rows} == {"stale"}
