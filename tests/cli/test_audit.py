"""`curb audit`: what is shown, and what is written to a file."""

import json
from pathlib import Path

import pytest

from curb.__main__ import main
from tests.cli.past import kept


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("state"))


def shown(state: Path, capsys: pytest.CaptureFixture[str], *flags: str) -> list[str]:
    assert main(["audit", "--state-dir", str(state), *flags]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_newest_row_is_the_last_line(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = "2026-11-20 20:33:07.120+00:00 "
    assert shown(state, capsys) == [
        f"     1 i {at} ENGINE    start            -    started (open)",
        f"     2 x {at} RULE-006  cooldown         -    3 trades in 60 s, limit 2",
        f"     3 x {at} MANUAL    flatten          MNQ  MNQ flattened by key (open)",
        f"     4 x {at} RULE-012  move_stop        -    no such order (FAILED)",
    ]


@pytest.mark.parametrize(
    ("flags", "ids"),
    [
        (("--limit", "2"), [3, 4]),
        (("--limit", "5000"), [1, 2, 3, 4]),
        (("--rule", "rule-006"), [2]),
        (("--severity", "enforced", "--words", "MNQ key"), [3]),
        (("--words", "nothing"), []),
        (("--account", "50KTC", "--limit", "4"), [1, 2, 3, 4]),
    ],
)
def test_only_what_was_asked_for(
    state: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], ids: list[int]
) -> None:
    lines = shown(state, capsys, "--json", *flags)
    assert [json.loads(line)["id"] for line in lines] == ids


def test_an_export_says_how_much_it_wrote(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "audit.csv"
    assert shown(state, capsys, "--export", str(out), "--rule", "MANUAL") == [
        f"{out}: 1 row written"
    ]
    assert len(out.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--account", "other"), "expected an account of the audit, found other"),
        (("--export", __file__), f"{__file__}: cannot export: File exists"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    state: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], words: str
) -> None:
    assert main(["audit", "--state-dir", str(state), *flags]) == 2
    assert capsys.readouterr().err.startswith(f"curb: {words}")


def test_less_than_one_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "--limit", "0"])
    assert "expected 1 or more, found 0" in capsys.readouterr().err


def test_without_a_database_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--state-dir", str(tmp_path)]) == 2
    assert "state.db: cannot read it" in capsys.readouterr().err
