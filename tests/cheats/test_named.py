"""The attempts by name: how many there are, and that the page about them has every one."""

from collections import Counter
from pathlib import Path

from tests.cheats import (
    test_clock,
    test_environment,
    test_file,
    test_flattening,
    test_locked,
    test_process,
    test_state,
    test_stopped,
)
from tests.cli.live import ROOT

GROUPS = (
    test_file,
    test_stopped,
    test_environment,
    test_state,
    test_locked,
    test_flattening,
    test_process,
    test_clock,
)
NAMES = Counter(name for group in GROUPS for name in group.CHEATS)
LEAST = 30

PAGE = ROOT / ".github" / "cheating.md"


def test_there_are_many_and_each_has_its_own_name() -> None:
    assert len(NAMES) >= LEAST
    assert [name for name, count in NAMES.items() if count > 1] == []


def test_no_group_is_left_out() -> None:
    files = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    named = {group.__name__.rpartition(".")[2] for group in GROUPS}
    assert files - named == {Path(__file__).stem}


def test_the_page_names_every_attempt_and_no_other() -> None:
    rows = [line.split("|") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    told = [name.strip() for row in rows[1:] for name in row[2].split(";")]
    assert sorted(told) == sorted(NAMES)
