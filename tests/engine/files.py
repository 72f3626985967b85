"""The configurations between which a random day goes to and fro."""

from curb.config.parse import parse
from tests.cli.live import config_text

# Every way to act that the shipped file does not take.
OTHERWISE = {
    "day.pnl_basis": "gross",
    "rules.max_contracts.action": "reduce",
    "rules.max_contracts_per_instrument.action": "close",
    "rules.daily_unrealized_loss.scope": "account",
    "rules.max_unrealized_profit.scope": "account",
    "rules.max_unrealized_profit.lock": True,
    "rules.trade_frequency_limit.close_positions": True,
    "rules.trade_frequency_limit.unit": "fill",
    "rules.symbol_blocks.blocked": ["MES"],
}
# A stop is placed at once, and follows after a few ticks.
MANAGED = {
    "rules.trade_management.enabled": True,
    "rules.trade_management.breakeven_ticks": 4,
    "rules.trade_management.trail_after_ticks": 8,
    "rules.trade_management.trail_ticks": 4,
    "rules.trade_management.initial_stop_ticks": 20,
}
# The days begin at noon in Chicago: the hours end soon after.
HOURS = {
    "rules.session_block_outside.enabled": True,
    "rules.session_block_outside.start": "11:00",
    "rules.session_block_outside.end": "12:05",
}
SYMBOLS = {"ES": {"start": "12:01", "end": "12:03"}, "MES": {"start": "12:02", "end": "12:40"}}
MANUAL = {"rules.trade_management.respect_manual_stops": False}
FILES = [
    parse(config_text(**changes), "config.toml")
    for changes in (
        {},
        OTHERWISE,
        {"rules.max_contracts.limit": 1, "rules.max_contracts_per_instrument.action": "close"},
        MANAGED,
        MANAGED | MANUAL | HOURS | {"config.loosen": "at_reset"},
        OTHERWISE | MANAGED | HOURS | {"rules.session_block_outside.sessions": SYMBOLS},
        HOURS | {"rules.session_block_outside.action": "cancel_orders"},
        HOURS | {"rules.symbol_blocks.blocked": ["ES"], "rules.no_stop_loss_grace.enabled": False},
    )
]
