from dataclasses import replace

from curb.cli.watch import Teller
from curb.domain.audit import Act
from tests.tui import scenes

ROW = scenes.row(1, 9, "RULE-001", Act.FLATTEN, "6 open, limit 5")


def test_what_stands_is_told_once_and_then_what_changes() -> None:
    said: list[str] = []
    teller = Teller(said.append)
    teller.snapshot(scenes.CALM)
    assert any("PAPER. Armed 5 of 5 rules." in words for words in said)
    said.clear()
    teller.snapshot(scenes.CALM)
    assert said == []
    teller.snapshot(replace(scenes.CALM, store_word="full"))
    assert [words[9:] for words in said] == ["Database full."]


def test_only_new_rows_are_told_and_a_failure_once() -> None:
    said: list[str] = []
    teller = Teller(said.append)
    teller.rows((ROW,))
    assert said == []
    teller.rows((ROW, replace(ROW, id=2)))
    assert [words[9:] for words in said] == ["RULE-001 flatten: 6 open, limit 5"]
    failed = replace(ROW, id=2, success=False)
    teller.rows((failed,))
    teller.rows((failed,))
    assert [words[9:] for words in said[1:]] == ["RULE-001 flatten FAILED: 6 open, limit 5"]


def test_an_engine_that_has_gone_is_told_and_the_next_one_anew() -> None:
    said: list[str] = []
    teller = Teller(said.append)
    teller.gone()
    assert said.pop().startswith("No engine answers.")
    teller.snapshot(scenes.CALM)
    teller.gone()
    assert said[-1].startswith("ENGINE GONE: nothing may be enforced.")
    said.clear()
    teller.snapshot(scenes.CALM)
    assert any("PAPER." in words for words in said)
