"""What a rule is without saying more."""

import pytest

from curb.domain.calm import Share
from curb.domain.events import TimePassed
from curb.rules.rule import Rule
from tests.scene import NOON, Scene


def test_a_rule_has_to_say_what_it_checks_and_how_far_it_is() -> None:
    rule, account = Rule(enabled=True, mode="warn"), Scene().watch.state
    with pytest.raises(NotImplementedError):
        rule.check(account, TimePassed(), NOON)
    with pytest.raises(NotImplementedError):
        rule.headroom(account, NOON)
    assert rule.deadlines(account, NOON) == ()
    assert rule.releases(account) == ()
    assert rule.calm(account, Share(), NOON) is None  # every quote is asked about
