"""What every rule takes from the file."""

from decimal import Decimal

import pytest
from pydantic import BaseModel, ValidationError

from curb.config.parse import parse
from curb.rules.cooldown_after_loss import Tier
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.listing import RULES
from curb.rules.max_contracts import MaxContracts
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.rule import Rule
from curb.rules.session_block_outside import Hours
from curb.rules.trade_frequency_limit import Window
from curb.rules.trade_management import TradeManagement
from tests.config.drawn import SHIPPED

SHIPPED_RULES = {type(rule): rule for rule in parse(SHIPPED, "config.toml").rules}
CENT = Decimal("0.01")


@pytest.mark.parametrize(
    ("rule", "key", "least"),
    [
        (MaxContracts, "limit", 1),
        (MaxContracts, "micro_weight", CENT),
        (MaxContractsPerInstrument, "unlisted", 0),
        (DailyRealizedLoss, "loss_limit", CENT),
        (DailyUnrealizedLoss, "loss_limit", CENT),
        (MaxUnrealizedProfit, "target", CENT),
        (MaxUnrealizedProfit, "arm_ticks", 1),
        (NoStopLossGrace, "grace_s", 1),
        (TradeManagement, "breakeven_ticks", 1),
        (TradeManagement, "offset_ticks", 0),
        (TradeManagement, "trail_after_ticks", 1),
        (TradeManagement, "trail_ticks", 1),
        (TradeManagement, "initial_stop_ticks", 0),
    ],
)
def test_the_least_that_a_rule_takes(rule: type[Rule], key: str, least: int | Decimal) -> None:
    keys = SHIPPED_RULES[rule].model_dump()
    assert getattr(rule.model_validate(keys | {key: least}), key) == least
    less = 0 if isinstance(least, Decimal) else least - 1
    with pytest.raises(ValidationError):
        rule.model_validate(keys | {key: Decimal(less) if least is CENT else less})


@pytest.mark.parametrize(
    ("model", "least"),
    [
        (Tier, {"loss": CENT, "cooldown_s": 1}),
        (Window, {"limit": 1, "cooldown_s": 1}),
    ],
)
def test_the_least_of_a_step(model: type[BaseModel], least: dict[str, object]) -> None:
    assert model.model_validate(least).model_dump() == least
    for key, value in least.items():
        for wrong in (Decimal(0) if value is CENT else 0, str(value)):
            with pytest.raises(ValidationError):
                model.model_validate(least | {key: wrong})


@pytest.mark.parametrize("model", [*RULES, Tier, Window, Hours], ids=lambda model: model.__name__)
def test_a_model_of_the_file_is_a_value_and_each_key_says_what_it_is(
    model: type[BaseModel],
) -> None:
    assert model.__hash__ is not BaseModel.__hash__
    assert all(field.description for field in model.model_fields.values())
