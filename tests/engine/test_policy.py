"""What a configuration means for the engine, and for each account."""

from datetime import time

from curb.config.canonical import canonical, digest
from curb.config.parse import parse
from curb.domain.retention import RetentionPlan
from curb.domain.upkeep import BackupPlan
from curb.engine.policy import Policy
from curb.rules.listing import RULES
from curb.rules.max_contracts import MaxContracts
from tests.config.drawn import SHIPPED, replaced

OWN = """
[accounts.A.rules.max_contracts]
enabled = true
mode = "warn"
limit = 1
count = "net"
action = "close_all"
micro_weight = 1
[accounts.B.rules.max_contracts]
enabled = false
mode = "enforce"
limit = 1
count = "net"
action = "close_all"
micro_weight = 1
"""


# What the shipped file leaves switched off.
OFF = {rule.id for rule in parse(SHIPPED, "config.toml").rules if not rule.enabled}


def limits(policy: Policy) -> list[int]:
    return [rule.limit for rule in policy.rules if isinstance(rule, MaxContracts)]


def test_an_account_is_judged_by_its_own_rules_and_all_others_by_everybodys() -> None:
    config = parse(SHIPPED + OWN, "config.toml")
    policy = Policy.of(config)
    one, other, rest = (policy.of_account(name) for name in ("A", "B", "C"))
    assert (limits(policy), limits(one), limits(other), limits(rest)) == ([5], [1], [], [5])
    assert (one.rules[0].mode, rest.rules[0].mode) == ("warn", "enforce")
    assert {rule.id for rule in other.off} == OFF | {"RULE-001"}
    assert rest is policy
    for name, found in (("A", one), ("B", other), ("C", rest)):
        own = config.rules_of(name)
        assert found.rules == tuple(rule for rule in own if rule.enabled)
        assert found.off == tuple(rule for rule in own if not rule.enabled)
    assert (one.digest, one.text, one.days, one.basis, one.keys, one.ui, one.alerts) == (
        policy.digest,
        policy.text,
        policy.days,
        policy.basis,
        policy.keys,
        policy.ui,
        policy.alerts,
    )
    assert (policy.ui.theme, policy.alerts.least) == ("auto", "off")
    assert (one.retention, one.backup) == (policy.retention, policy.backup)
    assert one.accounts == {}


def test_what_is_kept_for_how_long_is_the_file_s() -> None:
    text = replaced(SHIPPED, "fills_days = 7 ", "fills_days = 9 ")
    text = replaced(text, 'time = "16:30" ', 'time = "06:05" ')
    policy = Policy.of(parse(replaced(text, 'folder = "" ', 'folder = "/b" '), "config.toml"))
    assert policy.retention == RetentionPlan(fills_days=9)
    assert policy.backup == BackupPlan(time=time(6, 5), folder="/b")
    assert Policy.of(parse(SHIPPED, "config.toml")).backup == BackupPlan()


def test_the_hash_is_the_whole_files_for_every_account() -> None:
    config = parse(SHIPPED + OWN, "config.toml")
    policy = Policy.of(config)
    assert {policy.digest, policy.of_account("A").digest} == {digest(canonical(config))}
    assert policy.digest != Policy.of(parse(SHIPPED, "config.toml")).digest
    assert {policy.total, policy.of_account("B").total} == {len(RULES)}


def test_a_rule_that_is_off_is_kept_apart() -> None:
    text = replaced(
        SHIPPED, "[rules.max_contracts]\nenabled = true", "[rules.max_contracts]\nenabled = false"
    )
    policy = Policy.of(parse(text, "config.toml"))
    assert {rule.id for rule in policy.off} == OFF | {"RULE-001"}
    assert len(policy.rules) + len(policy.off) == len(RULES)
