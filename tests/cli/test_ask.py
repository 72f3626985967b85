"""What `curb status` says of a snapshot."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from curb.cli.ask import sentences
from curb.domain.health import HealthView
from curb.domain.snapshot import CheckView, RuleView, TimerView
from curb.domain.vigil import Gap
from tests.control import samples


def test_a_rule_that_is_not_evaluated_says_why_and_never_ok() -> None:
    words = sentences(samples.snapshot())
    against = "-376.00 of -500.00, fires at MNQZ6 21315.25"
    assert words[-2:] == [
        "  RULE-001 MaxContracts: ok 3 of 5",
        f"  RULE-003 DailyRealizedLoss: not evaluated (MESZ6 has no mark) {against}",
    ]


@pytest.mark.parametrize(
    ("value", "limit", "words"),
    [
        ("-12.50", "-500.00", "ok -12.50 of -500.00"),
        ("ES 2", "2", "ok ES 2 of 2"),
        ("7/minute", "3", "ok 7/minute of 3"),
        ("?", "3", "ok ? of 3"),
        ("covered", "10 s", "ok covered (10 s)"),
        ("7 s left", "10 s", "ok 7 s left (10 s)"),
        ("closed to Mon 2026-11-23 08:30", "08:30-15:00", "30 (08:30-15:00)"),
        ("allowed", "", "ok"),
    ],
)
def test_only_a_figure_is_so_much_of_its_limit(value: str, limit: str, words: str) -> None:
    (account,) = samples.snapshot().accounts
    rule = RuleView("RULE-099", "Rule", "ok", value, limit)
    shown = replace(samples.snapshot(), accounts=(replace(account, rules=(rule,)),))
    assert sentences(shown)[-1].startswith("  RULE-099 Rule: ok")
    assert sentences(shown)[-1].endswith(words)


AT = datetime.fromisoformat("2026-11-18T18:00:00Z")
GAP = Gap(AT, AT + timedelta(seconds=12.4), "USER silent")


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (HealthView(), []),
        (HealthView(protected=Decimal(1)), ["protected 100.0% of the day, 0 gaps"]),
        (
            HealthView(protected=Decimal("0.99999"), gaps=(GAP,), unguarded="MKT down"),
            [
                "protected 99.9% of the day, 1 gap, NOT NOW: MKT down",
                "  gap 18:00:00 UTC for 0:00:12: USER silent",
            ],
        ),
    ],
)
def test_the_protected_share_of_the_day_and_its_gaps(health: HealthView, words: list[str]) -> None:
    found = sentences(replace(samples.snapshot(), health=health))
    assert [line for line in found if "protected" in line or " gap " in line] == words


def test_of_many_gaps_the_newest_are_told() -> None:
    health = HealthView(protected=Decimal(0), gaps=(GAP,) * 49 + (replace(GAP, why="newest"),))
    found = [
        line for line in sentences(replace(samples.snapshot(), health=health)) if "  gap" in line
    ]
    assert len(found) == 5
    assert found[-1].endswith("newest")


def test_a_position_names_the_rules_next_to_its_mark() -> None:
    words = sentences(samples.snapshot())
    assert "  MNQZ6 +2 @ 21350.25  open -26.00  RULE-003 at 21315.25" in words
    assert "  MESZ6 -1 @ ?  open ?" in words


@pytest.mark.parametrize(
    ("timer", "words"),
    [
        (
            ("LOCK", "ACCT", "RULE-003", "loss 512.00", 90, "unlocks"),
            "  LOCK ACCT RULE-003 loss 512.00: 0:01:30 left",
        ),
        (
            ("LOCK", "RTY", "RULE-011", "RTY is blocked", None, "unlocks"),
            "  LOCK RTY RULE-011 RTY is blocked: until its condition ends",
        ),
        (
            ("RESET", "ACCT", "", "daily reset", 3600, "a new day"),
            "  RESET ACCT daily reset: 1:00:00 left",
        ),
        (
            ("CONF", "ALL", "", "max_contracts.limit 5 -> 9", 3600, "applies"),
            "  CONF max_contracts.limit 5 -> 9: applies in 1:00:00",
        ),
        (
            ("HELD", "ALL", "", "max_contracts.limit 5 -> 2", None, "r to confirm"),
            "  HELD max_contracts.limit 5 -> 2: until `curb reload --confirm`",
        ),
    ],
)
def test_a_change_that_waits_is_no_lock(
    timer: tuple[str, str, str, str, int | None, str], words: str
) -> None:
    kind, scope, rule, reason, left_s, then = timer
    until = None if left_s is None else samples.AT + timedelta(seconds=left_s)
    row = TimerView(kind, scope, rule, reason, samples.AT, until, then)
    (account,) = samples.snapshot().accounts
    shown = replace(samples.snapshot(), accounts=(replace(account, timers=(row,)),))
    assert words in sentences(shown)


def test_before_the_preflight_is_green_nothing_is_called_armed() -> None:
    checks = (
        CheckView("clock", True, "ok"),
        CheckView("login", False, "not connected yet"),
    )
    words = sentences(replace(samples.snapshot(), is_ready=False, preflight=checks))
    assert "PRE-FLIGHT 1/2" in words[0]
    assert not any("armed" in line for line in words)
    assert words[1] == "  WAIT login: not connected yet"
    assert "armed " in sentences(replace(samples.snapshot(), preflight=checks))[0]
