"""What is said of the database's size, copies and drills."""

from dataclasses import replace
from datetime import timedelta

import pytest

from curb.cli.ask import sentences
from curb.cli.checkup.finding import Level
from curb.cli.checkup.upkeep import ago, store_words, upkeep_findings
from curb.domain.health import UNMEASURED, HealthView
from curb.domain.snapshot import Snapshot
from tests.tui import scenes


def snapshot(**health: object) -> Snapshot:
    return scenes.snapshot(health=HealthView(**health))  # type: ignore[arg-type]


WELL = {
    "is_backup_on": True,
    "backup_at": scenes.AT - timedelta(hours=3),
    "drill_at": scenes.AT - timedelta(days=12),
}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 min ago"),
        (59, "0 min ago"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 h ago"),
        (172_799, "47 h ago"),
        (172_800, "2 d ago"),
    ],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    assert ago(scenes.AT - timedelta(seconds=seconds), scenes.AT) == words


@pytest.mark.parametrize(
    ("health", "findings", "status"),
    [
        (
            WELL,
            [(Level.OK, "backup", "3 h ago"), (Level.OK, "drill", "12 d ago")],
            "backup 3 h ago, drill 12 d ago",
        ),
        (
            {"is_backup_on": True},
            [(Level.OK, "backup", "never"), (Level.OK, "drill", "never")],
            "backup never, drill never",
        ),
        (
            {"is_backup_on": False},
            [(Level.NOTE, "backup", "none is made: `enabled` of [backup] is false")],
            "backups off",
        ),
        (
            WELL | {"is_backup_late": True, "is_drill_late": True},
            [
                (Level.WARN, "backup", "3 h ago: more than a day"),
                (Level.WARN, "drill", "12 d ago: more than a month"),
            ],
            "backup 3 h ago (LATE), drill 12 d ago (LATE)",
        ),
        (
            WELL | {"backup_words": "the disk\x1b is full"},
            [
                (Level.WARN, "backup", "3 h ago; the last try failed: the disk· is full"),
                (Level.OK, "drill", "12 d ago"),
            ],
            "backup 3 h ago, drill 12 d ago, the last backup failed: the disk· is full",
        ),
        (
            {"is_backup_on": False, "growing": "enforcement_log 9.1 MB of 12.4 MB"},
            [
                (Level.WARN, "database", "large: enforcement_log 9.1 MB of 12.4 MB"),
                (Level.NOTE, "backup", "none is made: `enabled` of [backup] is false"),
            ],
            "large: enforcement_log 9.1 MB of 12.4 MB, backups off",
        ),
        (
            {"is_backup_on": False, "audit_head": "12:ab12cd34ef56"},
            [(Level.NOTE, "backup", "none is made: `enabled` of [backup] is false")],
            "audit at 12:ab12cd34ef56, backups off",
        ),
    ],
)
def test_what_doctor_and_status_say(
    health: dict[str, object], findings: list[tuple[Level, str, str]], status: str
) -> None:
    moment = snapshot(**health)
    found = upkeep_findings(moment)
    assert [(each.level, each.about, each.words) for each in found] == findings
    assert all(each.todo for each in found if each.level is Level.WARN)
    assert store_words(moment) == status
    assert f"store {status}" in sentences(moment)


def test_where_the_audit_stands_is_known_before_its_copies_are() -> None:
    health = replace(UNMEASURED, audit_head="12:ab12cd34ef56")
    assert store_words(scenes.snapshot(health=health)) == "audit at 12:ab12cd34ef56"


@pytest.mark.parametrize("health", [UNMEASURED])
def test_what_is_not_known_is_not_said(health: HealthView) -> None:
    moment = scenes.snapshot(health=health)
    assert upkeep_findings(None) == upkeep_findings(moment) == []
    assert store_words(moment) == ""
    assert not any(line.startswith("store") for line in sentences(moment))
