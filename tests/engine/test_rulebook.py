import pytest

from curb.config.parse import parse
from curb.engine.policy import Policy
from curb.engine.rulebook import chapter
from curb.rules.listing import RULES
from tests.config.drawn import SHIPPED
from tests.engine.test_policy import OWN

POLICY = Policy.of(parse(SHIPPED + OWN, "config.toml"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_its_words_and_a_line_for_each_key(rule: type) -> None:
    found = chapter(rule.id, POLICY)  # type: ignore[attr-defined]
    assert found is not None
    assert (found["id"], found["title"]) == (rule.id, rule.title)  # type: ignore[attr-defined]
    assert len(found["doc"]) > 10
    assert [key["key"] for key in found["keys"]][:2] == ["enabled", "mode"]
    assert all(key["value"] and "\n" not in key["value"] for key in found["keys"])


def values(account: str, rule_id: str = "RULE-001") -> dict[str, str]:
    found = chapter(rule_id, POLICY.of_account(account))
    return {key["key"]: key["value"] for key in found["keys"]} if found else {}


def test_the_values_are_those_in_force_for_the_account() -> None:
    assert values("A")["limit"] == "1"
    assert values("A")["mode"] == '"warn"'
    assert values("B")["enabled"] == "false"
    assert values("C")["enabled"] == "true"


def test_tables_lists_and_amounts_are_spelled_as_in_the_file() -> None:
    assert values("C", "RULE-002")["limits"].startswith("{ ")
    assert values("C", "RULE-011")["blocked"] == "[]"
    assert values("C", "RULE-001")["micro_weight"]


def test_a_broken_number_keeps_its_digits() -> None:
    text = SHIPPED + OWN.replace("micro_weight = 1", "micro_weight = 0.10")
    policy = Policy.of(parse(text, "config.toml")).of_account("A")
    found = chapter("RULE-001", policy)
    assert found is not None
    assert {"key": "micro_weight", "value": "0.1"}.items() <= found["keys"][-1].items()


def test_what_is_no_rule_has_no_chapter() -> None:
    assert chapter("RULE-099", POLICY) is None
