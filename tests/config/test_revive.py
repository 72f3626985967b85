"""What an earlier version kept, read by this one."""

import tomllib
from decimal import Decimal

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
        without("ui", "alerts"),
        without("retention", "backup"),
        without("retention.audit_days", "backup.folder"),
        without("ui.refresh_hz", "keys.theme", "keys.pause"),
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


OWN = """
[accounts.B.rules.max_contracts]
enabled = true
mode = "enforce"
limit = 1
count = "gross"
action = "reduce"
micro_weight = 0.1
"""


@pytest.mark.parametrize(
    ("edits", "keys"),
    [
        # `ack` came later, and its key does another thing by now.
        ({"reload": "a", "ack": None}, {}),
        # A later version gave the key to another command for good.
        ({"zoom": "down"}, {}),
        ({"reload": "o", "ack": None}, {"reload": "o"}),
    ],
)
def test_keys_that_cannot_stand_together_are_the_file_s(
    edits: dict[str, str | None], keys: dict[str, str]
) -> None:
    data = tomllib.loads(canonical(KEPT))
    data["keys"] = {k: v for k, v in (data["keys"] | edits).items() if v is not None}
    found = revived(tomli_w.dumps(data), FILE)
    assert found.keys == {**FILE.keys, **keys}
    assert found.rules == KEPT.rules


def test_looks_that_this_version_does_not_know_are_the_file_s() -> None:
    data = tomllib.loads(canonical(KEPT))
    data["ui"] |= {"bell": "sometimes", "plain": True}
    found = revived(tomli_w.dumps(data), FILE)
    assert (found.ui, found.rules) == (FILE.ui, KEPT.rules)


@pytest.mark.parametrize(
    ("gone", "file_own", "expected"),
    [
        ("limit = 1\n", "", {"limit": 5, "count": "gross"}),
        ("limit = 1\n", OWN.replace("limit = 1", "limit = 4"), {"limit": 4, "count": "gross"}),
        ('count = "gross"\n', "", {"limit": 1, "count": "net"}),
    ],
)
def test_an_account_s_rule_gets_the_keys_that_then_were_unknown(
    gone: str, file_own: str, expected: dict[str, object]
) -> None:
    file = parse(SHIPPED + file_own, "config.toml")
    (rule,) = revived(canonical(KEPT) + OWN.replace(gone, ""), file).overrides["B"]
    whole = {"enabled": True, "mode": "enforce", "action": "reduce", "micro_weight": Decimal("0.1")}
    assert rule.model_dump() == whole | expected


def test_a_rule_of_an_account_that_is_not_known_any_more_is_forgotten() -> None:
    stranger = "[accounts.B.rules.of_later]\nlimit = 1\n"
    assert revived(canonical(KEPT) + stranger, FILE) == KEPT
    (rule,) = revived(canonical(KEPT) + OWN + stranger, FILE).overrides["B"]
    assert rule.key == "max_contracts"


def test_what_the_file_has_for_an_account_is_not_taken_for_what_was_kept() -> None:
    file = parse(SHIPPED + OWN, "config.toml")
    assert revived(without("rules.symbol_blocks"), file).overrides == {}


@pytest.mark.parametrize(
    "own", ["accounts = 7\n", "[accounts]\nB = 7\n", "[accounts.B]\nrules = 7\n"]
)
def test_what_is_no_table_of_rules_is_refused(own: str) -> None:
    text = canonical(KEPT)
    with pytest.raises(ConfigError, match="accounts"):
        revived(own + text if own.startswith("accounts") else text + own, FILE)
