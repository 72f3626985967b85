"""The README is true: its table comes from the code, its picture from the screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from curb.__main__ import _COMMANDS
from curb.rules.listing import RULES
from curb.rules.rule import Rule
from tests.tui import moments
from tests.tui.conftest import terminal  # noqa: F401 - the same terminal for the picture

README = Path(__file__).parents[1] / "README.md"
_TABLE = re.compile(r"(<!-- rules: .*? -->\n).*?(<!-- end of rules -->)", re.DOTALL)


def rules_table() -> str:
    """Return the rules as the README shows them."""
    rows = ["| Rule | Fires when | Keys |", "|---|---|---|"]
    for rule in RULES:
        what = (rule.__doc__ or "").strip().splitlines()[0]
        rows.append(f"| {rule.id} {rule.title} | {what} | {'; '.join(_keys(rule))} |")
    return "\n".join(rows) + "\n"


def _keys(rule: type[Rule]) -> list[str]:
    common = set(Rule.model_fields)
    fields = ((n, f) for n, f in rule.model_fields.items() if n not in common)
    return [f"`{name}`: {_sentence(field.description)}" for name, field in fields]


def _sentence(text: str | None) -> str:
    text = (text or "").rstrip(".").replace("|", "\\|")
    return text[:1].lower() + text[1:]


def updated(text: str) -> str:
    """Return the README with today's table."""
    return _TABLE.sub(lambda found: found[1] + rules_table() + found[2], text)


def test_the_rules_table_is_the_codes() -> None:
    text = README.read_text()
    assert _TABLE.search(text)
    assert updated(text) == text


def test_the_picture(snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(moments.app(), terminal_size=(120, 40))


def test_it_stays_short() -> None:
    assert len(README.read_text().splitlines()) <= 150


def test_what_it_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README.read_text())
    missing = [link for link in links if not (README.parent / link).exists()]
    assert links
    assert missing == []


@pytest.mark.parametrize(
    "word",
    [
        *("run", "status", "flatten", "reload", "check", "stop", "lock", "paper", "replay"),
        *("backup", "restore", "drill", "service"),
    ],
)
def test_every_command_it_names_exists(word: str) -> None:
    assert f"curb {word}" in README.read_text()
    assert word in _COMMANDS


if __name__ == "__main__":
    README.write_text(updated(README.read_text()))
