from dataclasses import replace
from typing import Any

import pytest

from curb.control.frames import Reply
from curb.domain.snapshot import RuleView
from curb.tui.keys import press
from curb.tui.log import Fetch
from curb.tui.rule_card import ask_rule, rule_card
from curb.tui.ui import AUDIT, RULES, TIMERS, Inquiry, Ui
from curb.tui.view import View

from . import scenes
from .moments import text, view

DATA = {
    "id": "RULE-003",
    "title": "Daily loss",
    "table": "rules.daily_realized_loss",
    "doc": "The day's loss has reached its limit: flat, and locked until the reset.",
    "keys": [
        {"key": "enabled", "value": "true", "doc": "Whether the rule watches at all."},
        {"key": "loss_limit", "value": "500", "doc": "Dollars that may be lost."},
    ],
    "today": 2,
}
LOSS = replace(
    scenes.RULES[1], fires=(scenes.fire("RULE-003", "21315.25", is_above=False),), word="warn"
)


def reply(**changes: object) -> Reply:
    return Reply(ok=True, text="", data=DATA | changes)


def showing(rule: RuleView = LOSS, ui: Ui | None = None) -> View:
    rules = (scenes.RULES[0], rule)
    return view(scenes.snapshot(scenes.account(rules=rules)), ui=ui)


def words(answer: Reply, moment: View) -> str:
    return "\n".join(line for line, _ in rule_card(answer, moment).lines)


def test_the_card_tells_what_the_rule_is_how_it_is_set_and_where_it_fires() -> None:
    card = rule_card(reply(), showing())
    assert card.title == "RULE-003 Daily loss"
    shown = words(reply(), showing())
    for piece in (
        "The day's loss has reached its limit",
        "state: warn",
        "value: -386.00 of 500",
        "enforced today: 2 times",
        "MNQZ6    falls to ↓21315.25, now 21343.75",
        "[rules.daily_realized_loss]",
        "loss_limit = 500",
        "Dollars that may be lost.",
    ):
        assert piece in shown


@pytest.mark.parametrize(
    ("changes", "piece"),
    [
        (
            {"word": "not evaluated", "blind": "MNQZ6 has no mark"},
            "not evaluated: MNQZ6 has no mark",
        ),
        ({"is_warn_only": True}, "it closes nothing"),
        ({"fires": ()}, "no price of a position alone makes it fire now"),
    ],
)
def test_how_the_rule_stands(changes: dict[str, Any], piece: str) -> None:
    assert piece in words(reply(), showing(replace(LOSS, **changes)))


def test_a_rule_that_is_off_has_no_price() -> None:
    off = RuleView("RULE-003", "Daily loss", "off", "", "")
    assert "fires" not in words(reply(), showing(off))


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"keys": 4, "today": "x"},
        {"keys": [4, {}], "today": True},
        {"id": scenes.HOSTILE[2]},
    ],
)
def test_an_answer_that_is_none_is_shown_as_unknown(data: Any) -> None:
    card = rule_card(Reply(ok=True, text="", data=data), showing())
    assert ("enforced today: ?", "text") in card.lines
    assert all(line.isprintable() for line, _ in card.lines)


def test_hostile_words_stay_words() -> None:
    for hostile in scenes.HOSTILE:
        answer = reply(
            title=hostile, doc=hostile, keys=[dict.fromkeys(("key", "value", "doc"), hostile)]
        )
        ui = Ui(card=rule_card(answer, showing()))
        assert text(showing(ui=ui), 80, 24).replace("\n", "").isprintable()


def test_enter_asks_for_the_selected_rule_and_only_in_its_pane() -> None:
    ui = Ui(pane=RULES)
    wanted = Inquiry("rule", {"id": "RULE-003", "account_id": scenes.ACCOUNT})
    assert press(ui, "enter", showing(ui=ui))[1] == wanted
    ui, _ = press(ui, "j", showing(ui=ui))
    assert ui.rule_id == "RULE-001"
    _, effect = press(ui, "enter", showing(ui=ui))
    assert effect == Inquiry("rule", {"id": "RULE-001", "account_id": scenes.ACCOUNT})
    assert press(Ui(pane=TIMERS), "enter", showing())[1] is None


@pytest.mark.parametrize("snapshot", [None, scenes.snapshot(scenes.account(rules=()))])
def test_where_there_is_no_rule_nothing_is_asked(snapshot: Any) -> None:
    assert ask_rule(Ui(), view(snapshot)) == (Ui(), None)


def test_the_card_leads_to_the_rules_rows_of_the_audit() -> None:
    ui = Ui(pane=RULES, rule_id="RULE-003", card=rule_card(reply(), showing()))
    assert ui.card is not None
    assert ui.card.ways[-1][0].startswith("/ its rows of the audit")
    found, effect = press(ui, "/", showing(ui=ui))
    assert (found.pane, found.card, found.log.query.rule) == (AUDIT, None, "RULE-003")
    assert isinstance(effect, Fetch)
    assert press(ui, "escape", showing(ui=ui))[0].card is None
