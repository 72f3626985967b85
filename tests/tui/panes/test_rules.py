from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.snapshot import RuleView
from curb.tui.line import width_of
from curb.tui.panes import rules
from curb.tui.ui import RULES, Ui
from curb.tui.view import View
from tests.tui import scenes
from tests.tui.moments import view

NAMES = (
    *("Max contracts", "Max per instrument", "Daily loss", "Open loss", "Open profit"),
    *("Trade frequency", "Cooldown after loss", "No stop-loss", "Session"),
    *("Trading permission", "Blocked symbols", "Trade management"),
)
USED = Decimal("0.25")
CALM = tuple(
    RuleView(f"RULE-{number:03}", name, "ok", "1", "4", USED)
    for number, name in enumerate(NAMES, 1)
)


def changed(**words: str) -> tuple[RuleView, ...]:
    """The calm rules with other words, by number: `r3="LOCKED"`."""
    return tuple(replace(r, word=words.get(f"r{n}", r.word)) for n, r in enumerate(CALM, 1))


def moment(found: tuple[RuleView, ...] = CALM, ui: Ui | None = None) -> View:
    return view(scenes.snapshot(scenes.account(rules=found)), ui=ui)


def shown(moment: View, width: int = 100, height: int = 20) -> list[str]:
    rows = rules.lines(moment, width, height)
    return ["".join(span.text for span in line) for line in rows]


def test_what_needs_a_look_comes_first_and_is_counted_in_the_title() -> None:
    found = moment(changed(r8="GRACE", r3="LOCKED", r1="off", r5="warn"))
    assert [row[1:4] for row in shown(found)[1:5]] == ["003", "008", "005", "002"]
    assert shown(found)[-1][1:4] == "001"
    assert rules.title(found) == "6 Rules 12 · 3 to see"
    assert rules.title(moment()) == "6 Rules 12"


@pytest.mark.parametrize(
    ("words", "height", "last"),
    [
        ({}, 6, "…8 more ok"),
        ({}, 3, "…10 more ok"),
        ({"r1": "LOCKED", "r2": "warn", "r3": "warn"}, 3, "…10 more: 1 warn"),
        ({"r1": "off"}, 3, "…10 more ok"),
    ],
)
def test_what_has_no_room_is_counted_and_never_called_ok_wrongly(
    words: dict[str, str], height: int, last: str
) -> None:
    rows = shown(moment(changed(**words)), 60, height)
    assert len(rows) == height
    assert rows[-1].strip() == last


def test_the_row_of_a_rule_tells_its_figures_its_price_and_its_state() -> None:
    rule = replace(
        CALM[2],
        value="-386.00",
        limit="-500.00",
        used=Decimal("0.772"),
        fires=(
            scenes.fire("RULE-003", "6046.50", is_above=True, name="MESZ6"),
            scenes.fire("RULE-003", "21315.25", is_above=False),
        ),
    )
    row = shown(moment((rule,)))[1]
    assert row.split() == [
        *("003", "Daily", "loss", "-386.00", "-500.00", "77%", "██████▏·"),
        *("MNQZ6", "↓21315.25", "ok"),
    ]


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        (replace(CALM[0], word="not evaluated", blind="no mark"), "not evaluated: no mark"),
        (replace(CALM[0], word="warn", is_warn_only=True), "warn · only tells"),
        (replace(CALM[0], word="warn only", is_warn_only=True), "warn only"),
        (replace(CALM[0], word="LOCKED"), "LOCKED"),
    ],
)
def test_the_state_is_a_word(rule: RuleView, state: str) -> None:
    assert shown(moment((rule,)), 120)[1].strip().endswith(state)


def test_the_selected_rule_is_marked_and_stays_in_view() -> None:
    ui = Ui(pane=RULES, rule_id="RULE-009")
    rows = shown(moment(ui=ui), 60, 6)
    assert [row[1:4] for row in rows if row.startswith(">")] == ["009"]
    assert not any(row.startswith(">") for row in shown(moment(ui=Ui(rule_id="RULE-009")), 60, 6))


@pytest.mark.parametrize("size", [(38, 3), (38, 1), (38, 0), (54, 8), (130, 25)], ids=str)
@pytest.mark.parametrize("found", [moment(), view(scenes.BAD), view(scenes.UNKNOWN), view(None)])
def test_every_row_is_clean_and_fits(found: View, size: tuple[int, int]) -> None:
    rows = rules.lines(found, *size)
    assert len(rows) <= max(size[1], 1)
    assert all(span.text.isprintable() for line in rows for span in line)
    assert all(width_of(line) <= size[0] for line in rows)


def test_without_rules_it_says_so() -> None:
    assert shown(moment(())) == [" no rule exists"]
