"""What an earlier version kept, read by this one."""

import tomllib

import pytest
import tomli_w

from curb.config.canonical import canonical
from curb.config.parse import parse
from curb.config.revive import revived
from curb.domain.errors import ConfigError

from .drawn import SHIPPED, replaced

FILE = parse(SHIPPED, "config.toml")
KEPT = parse(replaced(SHIPPED, "limit = 5 ", "limit = 2 "), "config.toml")


def without(*paths: str) -> str:
    """What KEPT was, had the version of then not known these."""
    data = tomllib.loads(canonical(KEPT))
    for path in paths:
        *tables, key = path.split(".")
        table = data
        for name in tables:
            table = table[name]
        del table[key]
    return tomli_w.dumps(data)


@pytest.mark.parametrize(
    "text",
    [
        canonical(KEPT),
        without("rules.symbol_blocks"),
        without("rules.max_contracts.micro_weight", "config"),
        without("rules.cooldown_after_loss.tiers") + "[rules.of_later]\nlimit = 1\n",
    ],
)
def test_what_then_was_unknown_is_the_file_s(text: str) -> None:
    assert revived(text, FILE) == KEPT


@pytest.mark.parametrize(
    "text", ["", "rules = 7\n", "[rules", "[rules.max_contracts]\nlimit = -1\n"]
)
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(ConfigError, match="the configuration in force"):
        revived(text, FILE)


def test_rules_of_an_account_that_is_not_named_are_forgotten() -> None:
    own = """
[accounts.B.rules.no_stop_loss_grace]
enabled = true
mode = "enforce"
grace_s = 5
"""
    text = canonical(KEPT).replace("names = []", 'names = ["A"]') + own
    assert revived(text, FILE).overrides == {}
    assert "B" in revived(canonical(KEPT) + own, FILE).overrides
    less = without("rules.symbol_blocks") + own
    assert "B" in revived(less, FILE).overrides
