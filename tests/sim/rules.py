"""Random rules: one of the configurations of a random day, with limits of its own."""

from random import Random
from typing import Any

from curb.config.models import Config
from curb.config.parse import parse
from tests.cli.live import config_text
from tests.engine.files import HOURS, MANAGED, MANUAL, OTHERWISE, SYMBOLS

_KINDS: tuple[dict[str, Any], ...] = (
    {},
    OTHERWISE,
    MANAGED,
    MANAGED | MANUAL | HOURS,
    OTHERWISE | MANAGED | HOURS | {"rules.session_block_outside.sessions": SYMBOLS},
    HOURS | {"rules.session_block_outside.action": "cancel_orders"},
    HOURS | {"rules.symbol_blocks.blocked": ["ES"]},
)
_VALUES: dict[str, tuple[Any, ...]] = {
    "day.pnl_basis": ("net", "gross"),
    "rules.max_contracts.limit": (1, 2, 3, 5, 20),
    "rules.max_contracts.count": ("net", "gross"),
    "rules.max_contracts.action": ("close_all", "reduce"),
    "rules.max_contracts_per_instrument.action": ("close", "reduce"),
    "rules.max_contracts_per_instrument.unlisted": ("block", "unlimited", 3),
    "rules.daily_realized_loss.loss_limit": (50, 200, 500, 5000),
    "rules.daily_realized_loss.basis": ("total", "realized"),
    "rules.daily_unrealized_loss.loss_limit": (40, 300, 2000),
    "rules.daily_unrealized_loss.scope": ("position", "account"),
    "rules.max_unrealized_profit.target": (50, 400, 1000),
    "rules.max_unrealized_profit.exit": ("target", "breakeven"),
    "rules.trade_frequency_limit.unit": ("order", "fill", "round_turn"),
    "rules.trade_frequency_limit.per_minute.limit": (2, 3, 30),
    "rules.no_stop_loss_grace.enabled": (True, False),
    "rules.no_stop_loss_grace.grace_s": (2, 10, 30),
}


def drawn(rng: Random) -> Config:
    """Draw a configuration."""
    changes = dict(rng.choice(_KINDS))
    for key, values in _VALUES.items():
        if rng.random() < 0.4:
            changes[key] = rng.choice(values)
    return parse(config_text(**changes), "config.toml")
