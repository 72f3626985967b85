"""How an audit row is printed for a person."""

import subprocess
import sys
from dataclasses import replace

import pytest

from curb.cli.report import Printer, as_sentence
from tests.control.samples import row

ROW = replace(row(1), success=True, execution_time_ms=12)


def test_a_row_is_one_line_with_what_was_done_and_how_long_it_took() -> None:
    assert as_sentence(ROW) == (
        "2026-11-20 20:33:07.120+00:00  RULE-006  cooldown         -    "
        "3 trades in 60 s, limit 2 (12 ms)"
    )


def test_the_account_is_named_where_there_are_several() -> None:
    assert "+00:00  50KTC RULE-006" in as_sentence(ROW, is_named=True)
    engine_wide = replace(ROW, account=None, account_id=None)
    assert "+00:00  - RULE-006" in as_sentence(engine_wide, is_named=True)


def test_a_row_without_an_outcome_waits(capsys: pytest.CaptureFixture[str]) -> None:
    printer = Printer(as_json=False, is_on=True)
    printer(replace(ROW, success=None))
    assert capsys.readouterr().out == ""
    printer(ROW)
    assert capsys.readouterr().out == as_sentence(ROW) + "\n"


def test_a_reader_that_went_away_ends_the_printing() -> None:
    program = "from curb.cli.report import say; say(['x' * 80] * 9999); print('on')"
    argv = [sys.executable, "-c", program]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
