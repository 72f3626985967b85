"""Taking over some keys of another configuration, and no others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.config.diff import Change, diff
from curb.config.merge import merged
from curb.config.models import Config
from curb.config.parse import parse

from .drawn import SHIPPED, configs, replaced

BASE = parse(SHIPPED, "config.toml")


def only(base: Config, source: Config, key: str) -> list[Change]:
    return [change for change in diff(base, source) if change.key == key]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("limit = 5 ", "limit = 9 ", "rules.max_contracts.limit"),
        ("\nES = 2", "\nes = 3", "rules.max_contracts_per_instrument.limits.ES"),
        ("\nES = 2", "", "rules.max_contracts_per_instrument.limits.ES"),
        ("\nES = 2", "\nSI = 1\nES = 2", "rules.max_contracts_per_instrument.limits.SI"),
        ("limit = 3 ", "limit = 2 ", "rules.trade_frequency_limit.per_minute.limit"),
        ('"17:00"', '"16:00"', "day.reset_time"),
    ],
)
def test_one_key_of_several_is_taken(old: str, new: str, key: str) -> None:
    text = replaced(replaced(SHIPPED, old, new), "grace_s = 10 ", "grace_s = 99 ")
    source = parse(text, "config.toml")
    after = merged(BASE, source, only(BASE, source, key))
    assert [change.key for change in diff(BASE, after)] == [key]
    assert [change.key for change in diff(after, source)] == ["rules.no_stop_loss_grace.grace_s"]


@given(configs(), configs(), st.data())
def test_what_is_taken_and_what_is_left_are_the_whole_difference(
    base: Config, source: Config, data: st.DataObject
) -> None:
    base, source = replace(base, overrides={}), replace(source, overrides={})
    keys = [change.key for change in diff(base, source)]
    taken = set(data.draw(st.lists(st.sampled_from(keys)))) if keys else set()
    after = merged(base, source, [c for c in diff(base, source) if c.key in taken])
    assert {change.key for change in diff(base, after)} == taken
    assert {change.key for change in diff(after, source)} == set(keys) - taken


@given(configs(), configs())
def test_all_that_differs_is_all_there_is(base: Config, source: Config) -> None:
    after = merged(base, source, diff(base, source))
    assert diff(after, source) == ()


OWN = """
[accounts.A.rules.no_stop_loss_grace]
enabled = true
mode = "enforce"
grace_s = 5
"""


def test_one_key_of_an_account_s_own_rule_is_taken() -> None:
    mine = OWN.replace("enforce", "warn")
    source = parse(SHIPPED + mine, "config.toml")
    key = "accounts.A.rules.no_stop_loss_grace.grace_s"
    after = merged(BASE, source, only(BASE, source, key))
    assert [change.key for change in diff(BASE, after)] == [key]
    assert [change.key for change in diff(after, source)] == [
        "accounts.A.rules.no_stop_loss_grace.mode"
    ]


def test_an_own_rule_that_is_taken_back_follows_the_rule_of_all() -> None:
    base = parse(SHIPPED + OWN, "config.toml")
    key = "accounts.A.rules.no_stop_loss_grace.grace_s"
    after = merged(base, BASE, only(base, BASE, key))
    assert after.rules_of("A") == BASE.rules_of("A")


def test_what_changes_for_everybody_leaves_an_exception_alone() -> None:
    base = parse(replaced(SHIPPED, "grace_s = 10 ", "grace_s = 5 "), "config.toml")
    source = parse(SHIPPED + OWN, "config.toml")  # 10 for everybody, still 5 for A
    after = merged(base, source, diff(base, source))
    assert after == source
