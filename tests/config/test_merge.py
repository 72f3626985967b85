"""Taking over some keys of another configuration, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.config.diff import diff
from curb.config.merge import merged, path_of
from curb.config.models import Config
from curb.config.parse import parse

from .drawn import SHIPPED, UNHURRIED, configs, replaced

BASE = parse(SHIPPED, "config.toml")


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("day.reset_time", ("day", "reset_time")),
        ('rules.x.limits."6E"', ("rules", "x", "limits", "6E")),
        ('accounts."50K.A-1".rules.x.limit', ("accounts", "50K.A-1", "rules", "x", "limit")),
        ("rules.x.limits.6E", ("rules", "x", "limits", "6E")),
    ],
)
def test_the_names_in_a_key(key: str, path: tuple[str, ...]) -> None:
    assert path_of(key) == path


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
    after = merged(BASE, source, [key])
    assert [change.key for change in diff(BASE, after)] == [key]
    assert [change.key for change in diff(after, source)] == ["rules.no_stop_loss_grace.grace_s"]


@UNHURRIED
@given(configs(), configs(), st.data())
def test_what_is_taken_and_what_is_left_are_the_whole_difference(
    base: Config, source: Config, data: st.DataObject
) -> None:
    keys = [change.key for change in diff(base, source)]
    taken = set(data.draw(st.lists(st.sampled_from(keys)))) if keys else set()
    after = merged(base, source, taken)
    assert {change.key for change in diff(base, after)} == taken
    assert {change.key for change in diff(after, source)} == set(keys) - taken
