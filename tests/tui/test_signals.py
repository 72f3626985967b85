from dataclasses import replace
from typing import Any

import pytest

from curb.domain.audit import Act, AuditRow
from curb.domain.snapshot import Snapshot, UiView
from curb.tui.signals import Heard, Signals, step
from curb.tui.view import View

from . import scenes
from .moments import view

BREACH = scenes.row(10, 0, "RULE-003", Act.FLATTEN, "loss -512.00", success=None)
FAILED = replace(BREACH, success=False, reason="refused")
DONE = replace(BREACH, success=True)
WARNED = scenes.row(11, 0, "RULE-003", Act.WARN, "80% of limit")
TOLD = scenes.row(12, 0, "CONFIG", Act.CONFIG_APPLIED, "limit 6 -> 5")
QUIET = Signals()


def moment(
    *rows: AuditRow,
    bell: str = "breach",
    notes: str = "breach",
    of: Snapshot = scenes.CALM,
    **changes: Any,
) -> View:
    """A moment with these rows, the oldest first, on top of the scene's."""
    shown = {row.id: row for row in (*scenes.ROWS, *rows)}
    newest_first = tuple(shown[number] for number in sorted(shown, reverse=True))
    wanted = replace(of, ui=UiView(bell=bell, notes=notes))
    return replace(view(wanted), rows=newest_first, **changes)


def told(*moments: View) -> list[Signals]:
    heard, found = Heard(), []
    for each in moments:
        heard, signals = step(heard, each)
        found.append(signals)
    return found


@pytest.mark.parametrize(
    ("row", "wanted", "is_told"),
    [
        (BREACH, "off", False),
        (BREACH, "breach", True),
        (BREACH, "all", True),
        (FAILED, "breach", True),
        (WARNED, "off", False),
        (WARNED, "breach", False),
        (WARNED, "all", True),
        (TOLD, "all", False),
        (BREACH, "[/]", False),
    ],
)
def test_a_new_row_is_told_as_the_configuration_wants(
    row: AuditRow, wanted: str, is_told: bool
) -> None:
    _, rung = told(moment(bell=wanted, notes="off"), moment(row, bell=wanted, notes="off"))
    assert rung == Signals(bell=is_told)
    _, noted = told(moment(bell="off", notes=wanted), moment(row, bell="off", notes=wanted))
    assert (noted.bell, bool(noted.note)) == (False, is_told)


def test_what_stood_at_the_first_word_is_no_news() -> None:
    alerted = scenes.snapshot(scenes.account(alert="refused"))
    empty = replace(moment(), snapshot=None, rows=())
    assert told(empty, moment(BREACH, of=alerted), moment(BREACH, of=alerted)) == [QUIET] * 3


def test_the_first_row_of_an_empty_audit_is_told() -> None:
    first = replace(moment(), rows=(BREACH,))
    assert told(replace(moment(), rows=()), first)[1].bell


@pytest.mark.parametrize(("after", "is_told"), [(FAILED, True), (DONE, False), (BREACH, False)])
@pytest.mark.parametrize("others", [(), (WARNED, TOLD)])
def test_an_outcome_is_told_only_where_it_failed(
    after: AuditRow, is_told: bool, others: tuple[AuditRow, ...]
) -> None:
    *_, last, again = told(
        moment(),
        moment(BREACH, *others),
        moment(after, *others, moment=110.0),
        moment(after, *others, moment=120.0),
    )
    assert last.bell is is_told
    assert ("FAILED: refused" in last.note) is is_told
    assert again == QUIET


def test_a_row_open_at_the_first_word_is_told_when_it_fails() -> None:
    _, signals = told(moment(BREACH), moment(FAILED))
    assert signals.bell


def test_what_comes_within_a_second_waits_and_is_told_at_once() -> None:
    later = [replace(BREACH, id=20 + i, success=True, reason=f"number {i}") for i in range(3)]
    at = [
        moment(),
        moment(WARNED, bell="all", notes="all"),
        moment(WARNED, *later[:1], moment=100.3),
        moment(WARNED, *later, moment=100.9),
        moment(WARNED, *later, moment=101.0),
        moment(WARNED, *later, moment=103.0),
    ]
    signals = told(*at)
    assert [each.bell for each in signals] == [False, True, False, False, True, False]
    assert [bool(each.note) for each in signals] == [False, True, False, False, True, False]
    assert signals[4].note == "RULE-003 flatten: number 0 (+2 more)"


def test_of_several_the_gravest_is_named() -> None:
    _, signals = told(moment(notes="all"), moment(WARNED, BREACH, notes="all"))
    assert signals.note == "RULE-003 flatten: loss -512.00 (+1 more)"


def test_an_alert_is_told_once_while_it_lasts() -> None:
    def alerted(words: str, moment_s: float) -> View:
        return moment(of=scenes.snapshot(scenes.account(alert=words)), moment=moment_s)

    signals = told(
        *(moment(), alerted("refused 1 s ago", 110), alerted("refused 2 s ago", 120)),
        *(moment(moment=130.0), alerted("refused", 140)),
    )
    assert [each.note for each in signals] == [
        *("", "ALERT refused 1 s ago", "", "", "ALERT refused"),
    ]


def test_a_failing_disk_is_told_once_while_it_fails() -> None:
    full = replace(scenes.CALM, store_word="the disk is full")
    signals = told(
        *(moment(), moment(of=full, moment=110.0), moment(of=full, moment=120.0)),
        *(moment(moment=130.0), moment(of=full, moment=140.0)),
    )
    words = "AUDIT DEGRADED the disk is full"
    assert [each.note for each in signals] == ["", words, "", "", words]


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ({"engine": "ENGINE DIED 14:33:07"}, "ENGINE DIED 14:33:07"),
        ({"silent_s": 3.0}, "ENGINE NOT RESPONDING - enforcement may be off"),
    ],
)
def test_a_lost_engine_is_told_once(lost: dict[str, Any], words: str) -> None:
    gone = [moment(moment=110.0 + i, **lost) for i in range(3)]
    first, *others = told(moment(), *gone)[1:]
    assert first == Signals(bell=True, note=words)
    assert others == [QUIET, QUIET]
    back_and_gone = told(moment(), gone[0], moment(moment=120.0), moment(moment=130.0, **lost))
    assert back_and_gone[-1].bell


def test_with_several_accounts_it_is_said_whose_it_is() -> None:
    _, signals = told(moment(of=scenes.TWO), moment(BREACH, of=scenes.TWO))
    assert signals.note == "…8841 RULE-003 flatten: loss -512.00"
    one, other = scenes.TWO.accounts
    alerted = replace(scenes.TWO, accounts=(one, replace(other, alert="refused")))
    _, signals = told(moment(of=scenes.TWO), moment(of=alerted))
    assert signals.note == "…0077 ALERT refused"
