"""Which way each key is stricter."""

from decimal import Decimal
from typing import Any

import pytest

from curb.config.orders import ORDERS, accounts, allowance, order_of
from curb.rules.cooldown_after_loss import Tier
from curb.rules.listing import RULES

OPPOSITE = {"tighter": "looser", "looser": "tighter", "same": "same"}


@pytest.mark.parametrize(
    ("key", "loose", "tight"),
    [
        ("day.pnl_basis", "gross", "net"),
        ("config.loosen", "now", "at_reset"),
        ("rules.max_contracts.enabled", False, True),
        ("rules.max_contracts.mode", "warn", "enforce"),
        ("rules.max_contracts.limit", 6, 5),
        ("rules.max_contracts.count", "net", "gross"),
        ("rules.max_contracts.action", "reduce", "close_all"),
        ("rules.max_contracts_per_instrument.enabled", False, True),
        ("rules.max_contracts_per_instrument.mode", "warn", "enforce"),
        ("rules.max_contracts_per_instrument.limits", 3, 2),
        ("rules.max_contracts_per_instrument.action", "reduce", "close"),
        ("rules.max_contracts_per_instrument.unlisted", "unlimited", "block"),
        ("rules.max_contracts_per_instrument.unlisted", "unlimited", 9),
        ("rules.max_contracts_per_instrument.unlisted", 9, 8),
        ("rules.max_contracts_per_instrument.unlisted", 1, "block"),
        ("rules.daily_realized_loss.loss_limit", Decimal("500.01"), Decimal(500)),
        ("rules.daily_realized_loss.basis", "realized", "total"),
        ("rules.daily_unrealized_loss.loss_limit", Decimal("300.01"), Decimal(300)),
        ("rules.max_unrealized_profit.target", Decimal(1001), Decimal(1000)),
        ("rules.max_unrealized_profit.arm_ticks", 21, 20),
        ("rules.max_unrealized_profit.lock", False, True),
        ("rules.trade_frequency_limit.per_minute.limit", 4, 3),
        ("rules.trade_frequency_limit.per_minute.cooldown_s", 59, 60),
        ("rules.trade_frequency_limit.per_hour.limit", 11, 10),
        ("rules.trade_frequency_limit.per_hour.cooldown_s", 1799, 1800),
        ("rules.trade_frequency_limit.per_session.limit", 51, 50),
        ("rules.trade_frequency_limit.per_session.cooldown_s", 3599, 3600),
        ("rules.trade_frequency_limit.close_positions", False, True),
        ("rules.no_stop_loss_grace.grace_s", 30, 10),
        ("rules.session_block_outside.days", ("Mon", "Tue"), ("Tue",)),
        ("rules.session_block_outside.holidays", ("2026-12-25",), ("2027-01-01", "2026-12-25")),
        ("rules.session_block_outside.action", "cancel_orders", "close_and_lock"),
        ("rules.auth_loss_guard.check_on_start", False, True),
        ("rules.symbol_blocks.blocked", ("RTY",), ("ES", "rty")),
        ("rules.symbol_blocks.blocked", (), ("ES",)),
        ("rules.symbol_blocks.close_existing", False, True),
        ("rules.trade_management.enabled", False, True),
        ("rules.trade_management.mode", "warn", "enforce"),
        ("rules.trade_management.breakeven_ticks", 11, 10),
        ("rules.trade_management.offset_ticks", 0, 1),
        ("rules.trade_management.trail_after_ticks", 21, 20),
        ("rules.trade_management.trail_ticks", 11, 10),
        ("rules.trade_management.respect_manual_stops", True, False),
        ("rules.trade_management.initial_stop_ticks", 0, 40),
        ("rules.trade_management.initial_stop_ticks", 40, 39),
        ("rules.a_rule_to_come.enabled", False, True),
    ],
)
def test_a_key_with_an_order_is_tighter_one_way_and_looser_the_other(
    key: str, loose: Any, tight: Any
) -> None:
    assert order_of(key)(loose, tight) == "tighter"
    assert order_of(key)(tight, loose) == "looser"
    assert order_of(key)(tight, tight) == "same"


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("gateway.name", "paper", "topstepx"),
        ("gateway.api_url", "", "https://x.example.com"),
        ("day.reset_time", "17:00", "16:00"),
        ("day.timezone", "America/Chicago", "UTC"),
        ("rules.max_contracts.micro_weight", Decimal("0.1"), Decimal(1)),
        ("rules.daily_unrealized_loss.scope", "position", "account"),
        ("rules.max_unrealized_profit.exit", "target", "breakeven"),
        ("rules.max_unrealized_profit.scope", "position", "account"),
        ("rules.trade_frequency_limit.unit", "order", "fill"),
        ("rules.session_block_outside.timezone", "America/Chicago", "UTC"),
        ("rules.session_block_outside.days", ("Mon", "Tue"), ("Mon", "Wed")),
        ("rules.a_rule_to_come.limit", 1, 2),
        ("a.table.to.come", 1, 2),
    ],
)
def test_a_key_without_an_order_is_looser_both_ways(key: str, one: Any, other: Any) -> None:
    assert order_of(key)(one, other) == "looser"
    assert order_of(key)(other, one) == "looser"
    assert order_of(key)(one, one) == "same"


def test_reading_the_file_by_itself_neither_tightens_nor_loosens() -> None:
    assert order_of("config.auto_reload")(False, True) == "same"
    assert order_of("config.auto_reload")(True, False) == "same"


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ((), (), "same"),
        (("A", "B"), ("B", "A"), "same"),
        (("A",), ("A", "B"), "tighter"),
        (("A", "B"), ("A",), "looser"),
        (("A",), ("B",), "looser"),
        (("A", "B"), ("B", "C"), "looser"),
        ((), ("A",), "looser"),  # every account until now
        (("A",), (), "tighter"),
    ],
)
def test_more_accounts_are_tighter(
    old: tuple[str, ...], new: tuple[str, ...], direction: str
) -> None:
    assert accounts(old, new) == direction


def ladder(*steps: tuple[int, int]) -> tuple[Tier, ...]:
    return tuple(Tier(loss=Decimal(loss), cooldown_s=length) for loss, length in steps)


@pytest.mark.parametrize(
    ("new", "direction"),
    [
        (((100, 300), (200, 900)), "same"),
        (((200, 900), (100, 300)), "same"),
        (((100, 300), (150, 300), (200, 900)), "same"),
        (((100, 301), (200, 900)), "tighter"),
        (((99, 300), (200, 900)), "tighter"),
        (((100, 300), (150, 600), (200, 900)), "tighter"),
        (((100, 900),), "tighter"),
        (((100, 300), (200, 899)), "looser"),
        (((101, 300), (200, 900)), "looser"),
        (((200, 900),), "looser"),
        (((50, 300), (200, 600)), "looser"),
    ],
)
def test_longer_cooldowns_after_every_loss_are_tighter(
    new: tuple[tuple[int, int], ...], direction: str
) -> None:
    order = order_of("rules.cooldown_after_loss.tiers")
    assert order(ladder((100, 300), (200, 900)), ladder(*new)) == direction


def test_a_list_that_loses_a_name_is_looser_whatever_it_gains() -> None:
    blocked = order_of("rules.symbol_blocks.blocked")
    assert blocked(("ES", "RTY"), ("ES", "NQ", "CL")) == "looser"
    assert blocked(("ES", "RTY"), ("rty", "es")) == "same"


def test_block_and_zero_allow_the_same() -> None:
    assert allowance("block") == allowance(0) == 0
    assert allowance("unlimited") > 10**9
    assert order_of("rules.max_contracts_per_instrument.unlisted")("block", 0) == "same"


def test_every_key_listed_exists() -> None:
    keys = {f"rules.{rule.key}.{name}" for rule in RULES for name in rule.model_fields}
    for key in ORDERS:
        if key.startswith("rules."):
            assert ".".join(key.split(".")[:3]) in keys
