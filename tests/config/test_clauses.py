"""Where a file says what."""

import pytest

from curb.config.canonical import canonical, digest
from curb.config.clauses import clauses
from curb.config.parse import parse
from curb.domain.errors import ConfigError

from .drawn import SHIPPED

OWN = """
[accounts."50K".rules.max_contracts]
enabled = true
mode = "enforce"
limit = 1
count = "net"
action = "close_all"
micro_weight = 1
"""


def line(text: str, words: str) -> int:
    return 1 + text.splitlines().index(next(x for x in text.splitlines() if x.startswith(words)))


def test_the_lines_are_those_of_the_file() -> None:
    found = clauses(SHIPPED.encode(), "config.toml", None)
    assert found.file == "config.toml"
    assert found.digest == digest(canonical(parse(SHIPPED, "config.toml")))
    assert len(found.tables) == 12
    assert found.tables["RULE-008"] == "rules.no_stop_loss_grace"
    assert found.lines["rules.no_stop_loss_grace.grace_s"] == line(SHIPPED, "grace_s")
    assert "rules.cooldown_after_loss.tiers[2].loss" in found.lines
    assert found.lines["rules.max_contracts_per_instrument.limits.6E"] == line(SHIPPED, "6E")


@pytest.mark.parametrize(
    ("account", "table"),
    [
        ("50K", "accounts.50K.rules.max_contracts"),
        ("other", "rules.max_contracts"),
        (None, "rules.max_contracts"),
    ],
)
def test_an_account_may_have_a_rule_of_its_own(account: str | None, table: str) -> None:
    text = SHIPPED.replace("\n[keys]", f"{OWN}\n[keys]").replace("names = [] ", 'names = ["50K"] ')
    found = clauses(text.encode(), "config.toml", account)
    assert found.tables["RULE-001"] == table
    assert f"{table}.limit" in found.lines
    assert found.tables["RULE-002"] == "rules.max_contracts_per_instrument"


def test_a_file_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(ConfigError):
        clauses(b"[rules]\n", "config.toml", None)
