import re
from dataclasses import replace

import pytest

from curb.domain.audit import Act
from curb.domain.snapshot import Snapshot, UiView
from curb.tui.outside import BELL, KEEP_TITLE, Outside, note
from curb.tui.terminal import TITLE_BACK, Terminal
from curb.tui.view import View

from . import scenes
from .moments import view

XTERM = {"TERM": "xterm-256color"}
BREACH = scenes.row(10, 0, "RULE-003", Act.FLATTEN, "loss -512.00")
ALOUD = UiView(bell="all", notes="all")


def named(words: str) -> str:
    return f"\x1b]2;curb {words}\a"


def moment(
    seconds: float = 0, of: Snapshot = scenes.CALM, ui: UiView | None = None, reason: str = ""
) -> View:
    rows = (replace(BREACH, reason=reason),) if reason else ()
    shown = view(replace(of, ui=ui or UiView()), moment=100.0 + seconds)
    return replace(shown, rows=(*rows, *shown.rows))


def written(*moments: View, environment: dict[str, str] | None = None) -> list[list[str]]:
    """What was written at each moment."""
    found: list[list[str]] = []

    def write(text: str) -> None:
        found[-1].append(text)

    outside = Outside(write, environment or XTERM)
    for each in moments:
        found.append([])
        outside.tell(each)
    return found


def test_the_title_is_put_aside_once_and_then_follows_the_state() -> None:
    locked = scenes.snapshot(scenes.account(state="LOCKED"))
    assert written(
        view(None),
        moment(),
        moment(1),
        moment(1.5, locked),
        moment(2, scenes.CALM),
        moment(2, locked),
    ) == [
        [],
        [KEEP_TITLE, named("ARMED -386.00")],
        [],
        [named("LOCKED")],
        [],
        [],
    ]


def test_a_title_comes_at_most_once_a_second() -> None:
    cold = scenes.snapshot(scenes.account(state="COOLDOWN"))
    assert written(moment(), moment(0.5, cold), moment(0.9, cold), moment(1, cold))[1:] == [
        [],
        [],
        [named("COOLDOWN")],
    ]


def test_a_title_not_wanted_is_not_touched_and_given_back_when_it_was() -> None:
    off = UiView(title=False)
    assert written(moment(ui=off), moment(9, ui=off)) == [[], []]
    terminal = Terminal()
    found: list[str] = []
    outside = Outside(found.append, XTERM, terminal)
    steps = [(moment(), True), (moment(5, ui=off), False), (moment(9), True)]
    for each, is_titled in steps:
        outside.tell(each)
        assert terminal.is_titled is is_titled
    name = named("ARMED -386.00")
    assert found == [KEEP_TITLE, name, TITLE_BACK, KEEP_TITLE, name]


def test_a_breach_rings_and_is_noted() -> None:
    _, told = written(moment(ui=ALOUD), moment(1, ui=ALOUD, reason="loss -512.00"))
    assert told == [BELL, note("RULE-003 flatten: loss -512.00", XTERM)]


def test_a_console_rings_and_prints_nothing() -> None:
    console = {"TERM": "linux"}
    told = written(moment(ui=ALOUD), moment(1, ui=ALOUD, reason="x"), environment=console)
    assert told == [[], [BELL]]


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        (XTERM, "\x1b]9;Curb: words\a\x1b]777;notify;Curb;words\a"),
        ({"TERM": "xterm-kitty"}, "\x1b]777;notify;Curb;words\a"),
        (XTERM | {"TERM_PROGRAM": "WezTerm"}, "\x1b]777;notify;Curb;words\a"),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"},  # noqa: S108 - nothing is written there
            "\x1bPtmux;\x1b\x1b]9;Curb: words\a\x1b\\\x1bPtmux;\x1b\x1b]777;notify;Curb;words\a\x1b\\",
        ),
    ],
)
def test_a_note_goes_the_way_its_terminal_knows(environment: dict[str, str], sequence: str) -> None:
    assert note("words", environment) == sequence


@pytest.mark.parametrize("text", [*scenes.HOSTILE, "4;1;50", "a;b\x9c\x1b\\\a;c", "\ud800"])
def test_hostile_words_end_no_sequence_and_begin_no_other(text: str) -> None:
    hostile = scenes.snapshot(
        scenes.account(name=text, state=text, alert=text), scenes.account(id=2), ui=ALOUD
    )
    calm = scenes.snapshot(scenes.account(name=text), scenes.account(id=2))
    alerted, reasoned = moment(1, hostile, ALOUD), moment(3, calm, ALOUD, reason=text or "x")
    all_written = "".join(
        "".join(part) for part in written(moment(0, calm, ALOUD), alerted, reasoned)
    )
    allowed = r"\x1b\[22;2t|\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\a"
    allowed += r"|\x1b\]9;Curb: [^\x00-\x1f\x7f-\x9f;]*\a"
    allowed += r"|\x1b\]777;notify;Curb;[^\x00-\x1f\x7f-\x9f;]*\a|\a"
    assert re.sub(allowed, "", all_written) == ""
    assert all_written.count("777;notify") == 2
    all_written.encode()
