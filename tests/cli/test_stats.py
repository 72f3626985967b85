"""`curb audit stats`: what is shown of the statistics."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.cli import report
from curb.cli import stats as shown_stats
from curb.domain.stats import Tally, stats
from tests.cli.past import kept
from tests.control.samples import AT, row

TIMES = "; times in ms, from the breach to the read that shows the end"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("state"))


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_stats, "_today", AT.date)


def shown(state: Path, capsys: pytest.CaptureFixture[str], *flags: str) -> list[str]:
    assert main(["audit", "stats", "--state-dir", str(state), *flags]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_table_a_trend_and_the_slowest() -> None:
    tallies = (
        Tally("RULE-003", success=True, took_ms=40, count=1_200),
        Tally("RULE-003", success=False, took_ms=6_000, count=1),
        Tally("RULE-003", success=None, took_ms=None, count=1),
        Tally("RULE-006", success=None, took_ms=None, count=2),
    )
    days = (
        Tally("2026-11-19", success=True, took_ms=400, count=2),
        Tally("2026-11-20", success=True, took_ms=40, count=3),
    )
    slowest = (replace(row(7), execution_time_ms=6_000),)
    lines = list(shown_stats.lines(stats(tallies, days, slowest, AT.date()), 30))
    assert lines == [
        f"Enforcements of the last 30 days (UTC){TIMES}",
        "rule      enforced  open  failed     ok  average  min  p95    max  >500  >2,000  >5,000",
        "RULE-003     1,202     1       1  99.9%     45.0   40   40  6,000     1       1       1",
        "RULE-006         2     2       0      -        -    -    -      -     0       0       0",
        "all          1,204     3       1  99.9%     45.0   40   40  6,000     1       1       1",
        "",
        "The last 7 days (UTC); a bar is the day's p95",
        "day         enforced  average  p95",
        "2026-11-14         0        -    -",
        "2026-11-15         0        -    -",
        "2026-11-16         0        -    -",
        "2026-11-17         0        -    -",
        "2026-11-18         0        -    -",
        "2026-11-19         2    400.0  400  ##############################",
        "2026-11-20         3     40.0   40  ###",
        "",
        "The slowest",
        f"     7 x {report.as_sentence(slowest[0])}",
    ]
    assert all(line.isascii() for line in lines)


def test_it_reads_the_database(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(state, capsys)
    assert [line.split()[:5] for line in lines[2:6]] == [
        ["MANUAL", "1", "1", "0", "-"],
        ["RULE-006", "1", "0", "0", "100.0%"],
        ["RULE-012", "1", "0", "1", "0.0%"],
        ["all", "3", "1", "1", "50.0%"],
    ]
    assert "The slowest: none has a time" in lines


@pytest.mark.parametrize(
    ("flags", "count"), [((), 3), (("--days", "1"), 3), (("--account", "50KTC"), 3)]
)
def test_one_json_object(
    state: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], count: int
) -> None:
    (line,) = shown(state, capsys, "--json", *flags)
    found = json.loads(line)
    assert set(found) == {"rules", "total", "days", "slowest"}
    assert (found["total"]["count"], found["total"]["p95_ms"]) == (count, None)
    assert [day["count"] for day in found["days"]] == [0] * 6 + [3]


def test_days_that_are_gone_are_not_counted(
    state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_stats, "_today", (AT + timedelta(days=3)).date)
    for days, count in (("3", 0), ("4", 3)):
        (line,) = shown(state, capsys, "--json", "--days", days)
        assert json.loads(line)["total"]["count"] == count


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("stats", "--rule", "RULE-003"), "expected --days, --account or --json with stats"),
        (("stats", "--limit", "3"), "expected --days, --account or --json with stats"),
        (("stats", "--export", "x.csv"), "expected --days, --account or --json with stats"),
        (("--days", "3"), "expected --days with `curb audit stats`, found it with rows"),
        (("stats", "--account", "other"), "expected an account of the audit, found other"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(
    state: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], words: str
) -> None:
    assert main(["audit", "--state-dir", str(state), *flags]) == 2
    assert capsys.readouterr().err.startswith(f"curb: {words}")
