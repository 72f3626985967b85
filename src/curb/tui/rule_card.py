"""The sheet of a rule: what it is, how it is set, where it fires, what it did today."""

from dataclasses import replace
from typing import Any

from curb.control.frames import Reply
from curb.domain.snapshot import FireView, PositionView, RuleView
from curb.tui import figures
from curb.tui.line import clean, wrap
from curb.tui.ui import Card, Inquiry, Step, Ui
from curb.tui.view import View

_CELLS = 74
_MOST_KEYS = 60
_MOST_FIRES = 40

_Text = tuple[str, str]


def ask_rule(ui: Ui, view: View) -> Step:
    """Return what asks the engine for the selected rule; it stays selected from now on."""
    rule, account = view.selected_rule, view.account
    if rule is None or account is None:
        return ui, None
    asked = Inquiry("rule", {"id": rule.id, "account_id": account.id})
    return replace(ui, rule_id=rule.id), asked


def rule_card(reply: Reply, view: View) -> Card:
    """Return the sheet of the rule that the engine tells of."""
    data: dict[str, Any] = reply.data if isinstance(reply.data, dict) else {}
    rule_id = clean(data.get("id", "?"), 8)
    rule = next((each for each in view.rules if each.id == data.get("id")), None)
    lines = [
        *((line, "text") for line in wrap(clean(data.get("doc", ""), 400), _CELLS, 5)),
        ("", "text"),
        *(_standing(rule) if rule is not None else ()),
        (f"enforced today: {_count(data.get('today'))}", "text"),
        ("", "text"),
        *_fires(rule, view),
        (f"[{clean(data.get('table', '?'), 60)}]", "title"),
        *_keys(data.get("keys")),
    ]
    title = f"{rule_id} {clean(data.get('title', '?'), 40)}"
    way = f"{view.keys.words['filter']} its rows of the audit · any other key closes this"
    return Card("rule", title, tuple(lines), ways=(("", "text"), (way, "title")))


def _standing(rule: RuleView) -> list[_Text]:
    word = clean(rule.word, 40)
    if rule.blind:
        word = f"{word}: {clean(rule.blind, 60)}"
    role = "text" if rule.word in ("ok", "off", "warn only") else "warn"
    lines = [(f"state: {word}", role)]
    if rule.is_warn_only and rule.word != "warn only":
        lines.append(('it only tells (mode = "warn"): it closes nothing', "warn"))
    if rule.value or rule.limit:
        limit = f" of {clean(rule.limit, 24)}" if rule.limit else ""
        used = f", {figures.percent(rule.used)} used" if rule.used is not None else ""
        lines.append((f"value: {clean(rule.value, 30)}{limit}{used}", "text"))
    return lines


def _fires(rule: RuleView | None, view: View) -> list[_Text]:
    """Return the price at which the rule fires for every position whose mark can do it."""
    if rule is None or rule.word == "off":
        return []
    lines: list[_Text] = [("fires, all else as now, when the mark of", "title")]
    for position in view.positions:
        mine = (fire for fire in rule.fires if fire.contract_id == position.contract_id)
        lines += [(_fire(fire, position), "text") for fire in mine]
    if len(lines) == 1:
        lines = [("no price of a position alone makes it fire now", "text")]
    return [*lines[:_MOST_FIRES], ("", "text")]


def _fire(fire: FireView, position: PositionView) -> str:
    way = "rises to ↑" if fire.is_above else "falls to ↓"
    mark = figures.price(position.mark, position.decimals)
    stale = " (stale)" if position.is_stale else ""
    price = figures.price(fire.price, fire.decimals)
    return f"  {clean(fire.name, 8):<8} {way}{price}, now {mark}{stale}"


def _keys(found: Any) -> list[_Text]:
    keys = found if isinstance(found, list) else []
    lines: list[_Text] = []
    for each in keys[:_MOST_KEYS]:
        known = each if isinstance(each, dict) else {}
        name, value = clean(known.get("key", "?"), 30), clean(known.get("value", "?"), 200)
        lines += [(line, "text") for line in wrap(f"{name} = {value}", _CELLS, 3)]
        doc = wrap(clean(known.get("doc", ""), 240), _CELLS - 4, 3)
        lines += [(f"    {line}", "title") for line in doc if line]
    return lines


def _count(value: Any) -> str:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return f"{value} time{'s' if value != 1 else ''}" if is_count else figures.UNKNOWN
