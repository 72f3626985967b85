"""Rules that are others for one account: taken whole, compared with what was in force there."""

import pytest

from curb.config.canonical import canonical, digest
from curb.config.diff import diff
from curb.config.models import Config
from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.rules.max_contracts import MaxContracts
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.no_stop_loss_grace import NoStopLossGrace

from .drawn import SHIPPED, replaced

FILE = "config.toml"
NAME = "50KTC-V2-1234"
BASE = parse(SHIPPED, FILE)

_COUNT = """
[accounts."50KTC-V2-1234".rules.max_contracts]
enabled = true
mode = "enforce"
limit = 3
count = "net"
action = "close_all"
micro_weight = 1
"""
_SYMBOLS = """
[accounts."PRAC.7".rules.max_contracts_per_instrument]
enabled = true
mode = "enforce"
limits = { ES = 1, si = 0 }
action = "reduce"
unlisted = "block"
"""
_COUNT_KEY = "accounts.50KTC-V2-1234.rules.max_contracts"


def _with(override: str, *edits: tuple[str, str], base: str = SHIPPED) -> Config:
    for old, new in edits:
        override = replaced(override, old, new)
    return parse(base + override, FILE)


def _refused(override: str, base: str = SHIPPED) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(base + override, FILE)
    return caught.value


def test_an_account_has_its_own_rule_and_all_the_others() -> None:
    config = _with(_COUNT)
    own = config.rules_of(NAME)
    assert [type(rule) for rule in own] == [type(rule) for rule in config.rules]
    assert [rule.limit for rule in own if isinstance(rule, MaxContracts)] == [3]
    assert config.rule(MaxContracts).limit == 5
    assert config.rules_of("another") == config.rules
    assert {rule for rule in own if isinstance(rule, NoStopLossGrace)} == {
        config.rule(NoStopLossGrace)
    }


def test_names_are_exact_to_the_case() -> None:
    assert _with(_COUNT).rules_of(NAME.lower()) == BASE.rules


def test_it_is_written_and_read_again_and_changes_the_hash() -> None:
    config = _with(_COUNT + _SYMBOLS)
    again = parse(canonical(config), FILE)
    assert again == config
    assert digest(canonical(again)) == digest(canonical(config)) != digest(canonical(BASE))
    assert digest(canonical(_with(_SYMBOLS + _COUNT))) == digest(canonical(config))


@pytest.mark.parametrize(
    ("old", "new", "key", "expected", "found"),
    [
        ("limit = 3\n", "", _COUNT_KEY + ".limit", "the key limit", "no such key"),
        ("limit = 3\n", "limit = 0\n", _COUNT_KEY + ".limit", "a whole number above 0", "0"),
        ("limit = 3\n", "limt = 3\n", _COUNT_KEY + ".limt", "a known key, perhaps limit", "an unknown key"),
        ("rules.max_contracts]", "rules.max_contract]", "accounts.50KTC-V2-1234.rules.max_contract", "a known table, perhaps max_contracts", "an unknown table"),
        ("rules.max_contracts]", "rule.max_contracts]", "accounts.50KTC-V2-1234.rule", "a known table, perhaps rules", "an unknown table"),
        ('"50KTC-V2-1234"', '" "', 'accounts." "', "an account name", "an empty name"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_line_and_key(
    old: str, new: str, key: str, expected: str, found: str
) -> None:
    override = replaced(_COUNT, old, new)
    error = _refused(override)
    assert (error.key, error.expected, error.found) == (key, expected, found)
    assert error.line is not None
    assert error.line > SHIPPED.count("\n")


@pytest.mark.parametrize(
    ("override", "key", "expected", "found"),
    [
        ("[accounts.A]\n", "accounts.A.rules", "the table [accounts.A.rules]", "no such table"),
        ("[accounts.A.rules]\n", "accounts.A.rules", "at least one rule", "an empty table"),
        ("[accounts.A]\nrules = 1\n", "accounts.A.rules", "a table", "1"),
        ("[accounts]\nA = 1\n", "accounts.A", "a table", "1"),
        ("[[accounts]]\n", "accounts", "a table", "a list"),
        ('[accounts."A.B".rules]\nmax_contracts = 1\n', 'accounts."A.B".rules.max_contracts', "a table", "1"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_refused(
    override: str, key: str, expected: str, found: str
) -> None:
    error = _refused(override)
    assert (error.key, error.expected, error.found) == (key, expected, found)


def test_every_account_named_there_is_one_that_is_watched() -> None:
    base = replaced(SHIPPED, "names = []", 'names = ["50ktc-v2-1234"]')
    error = _refused(_COUNT, base)
    assert error.key == "accounts.50KTC-V2-1234"
    assert error.expected == "a known account, perhaps 50ktc-v2-1234"
    assert error.found == "one that [account] does not name"
    named = replaced(SHIPPED, "names = []", f'names = ["{NAME}"]')
    assert NAME in _with(_COUNT, base=named).overrides


def test_no_prefix_of_an_override_is_taken_for_the_whole() -> None:
    for end in range(len(_COUNT)):
        cut = _COUNT[:end]
        if cut.strip():
            assert _refused(cut)


def _said(old: Config, new: Config) -> list[str]:
    return [str(change) for change in diff(old, new)]


def test_an_added_override_is_compared_with_what_held_there() -> None:
    tighter = [f"{_COUNT_KEY}.limit: 5 -> 3 (tighter)"]
    assert _said(BASE, _with(_COUNT)) == tighter
    assert _said(BASE, _with(_COUNT, ("limit = 3", "limit = 9"))) == [
        f"{_COUNT_KEY}.limit: 5 -> 9 (looser)"
    ]
    assert _said(BASE, _with(_COUNT, ('"enforce"', '"warn"'), ("enabled = true", "enabled = false"))) == [
        f"{_COUNT_KEY}.enabled: true -> false (looser)",
        f'{_COUNT_KEY}.mode: "enforce" -> "warn" (looser)',
        *tighter,
    ]  # fmt: skip
    assert _said(BASE, _with(_COUNT, ("limit = 3", "limit = 5"))) == []


def test_an_override_taken_away_is_compared_with_what_holds_then() -> None:
    assert _said(_with(_COUNT), BASE) == [f"{_COUNT_KEY}.limit: 3 -> 5 (looser)"]
    looser = _with(_COUNT, ("limit = 3", "limit = 9"))
    assert _said(looser, BASE) == [f"{_COUNT_KEY}.limit: 9 -> 5 (tighter)"]


def test_a_limit_of_everybody_does_not_move_one_that_is_an_accounts_own() -> None:
    moved = replaced(SHIPPED, "limit = 5 ", "limit = 6 ")
    assert _said(_with(_COUNT), _with(_COUNT, base=moved)) == [
        "rules.max_contracts.limit: 5 -> 6 (looser)"
    ]
    assert _said(_with(_COUNT), parse(moved, FILE)) == [
        "rules.max_contracts.limit: 5 -> 6 (looser)",
        f"{_COUNT_KEY}.limit: 3 -> 6 (looser)",
    ]


def test_symbols_of_an_account_are_compared_one_by_one() -> None:
    changes = {change.key: change.direction for change in diff(BASE, _with(_SYMBOLS))}
    table = 'accounts."PRAC.7".rules.max_contracts_per_instrument.limits'
    assert changes[f"{table}.ES"] == "tighter"
    assert changes[f"{table}.SI"] == "tighter"
    assert changes[f"{table}.NQ"] == "looser"
    assert len(changes) == len(BASE.rule(MaxContractsPerInstrument).limits) + 1
