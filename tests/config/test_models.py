"""The tables beside the rules, and the whole configuration."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

import pytest
from pydantic import ValidationError

from curb.config.models import Day, Gateway
from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.rules.max_contracts import MaxContracts
from curb.rules.no_stop_loss_grace import NoStopLossGrace

from .drawn import SHIPPED, replaced


def _day(reset_time: str, timezone: str) -> Day:
    return Day(reset_time=reset_time, timezone=timezone, pnl_basis="net")


@pytest.mark.parametrize(
    ("reset_time", "timezone", "day", "reset"),
    [
        ("17:00", "America/Chicago", date(2026, 10, 31), datetime(2026, 10, 31, 22, tzinfo=UTC)),
        ("17:00", "America/Chicago", date(2026, 11, 1), datetime(2026, 11, 1, 23, tzinfo=UTC)),
        ("00:00", "Europe/Berlin", date(2026, 7, 2), datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("23:59", "UTC", date(2026, 7, 2), datetime(2026, 7, 2, 23, 59, tzinfo=UTC)),
    ],
)
def test_the_day_gives_the_calendar_of_resets(
    reset_time: str, timezone: str, day: date, reset: datetime
) -> None:
    assert _day(reset_time, timezone).trading_days().reset_on(day) == reset


def test_a_table_cannot_be_changed() -> None:
    day = _day("17:00", "UTC")
    with pytest.raises(ValidationError):
        day.timezone = "Europe/Berlin"  # type: ignore[misc]


def test_a_rule_is_found_by_its_class() -> None:
    config = parse(SHIPPED, "config.toml")
    assert config.rule(NoStopLossGrace).grace_s == 10
    assert config.rule(MaxContracts) is config.rules[0]


def test_a_rule_that_is_not_there_is_named() -> None:
    whole = parse(SHIPPED, "config.toml")
    config = replace(whole, rules=())
    with pytest.raises(LookupError, match="max_contracts"):
        config.rule(MaxContracts)


def test_a_disabled_rule_is_not_armed_and_a_warning_one_is() -> None:
    text = replaced(
        SHIPPED, "[rules.max_contracts]\nenabled = true", "[rules.max_contracts]\nenabled = false"
    )
    text = replaced(
        text,
        '[rules.no_stop_loss_grace]\nenabled = true\nmode = "enforce"',
        '[rules.no_stop_loss_grace]\nenabled = true\nmode = "warn"',
    )
    config = parse(text, "config.toml")
    shipped = parse(SHIPPED, "config.toml").armed
    assert [rule.id for rule in config.armed] == [rule.id for rule in shipped[1:]]
    assert config.rule(NoStopLossGrace) in config.armed


@pytest.mark.parametrize(
    ("name", "loosen", "is_at_once"),
    [
        ("paper", "now", True),
        ("paper", "at_reset", False),
        ("topstepx", "now", False),
        ("topstepx", "at_reset", False),
    ],
)
def test_a_limit_is_loosened_at_once_in_practice_only(
    name: Literal["paper", "topstepx"], loosen: str, is_at_once: bool
) -> None:
    text = replaced(SHIPPED, 'name = "paper"', f'name = "{name}"')
    text = replaced(text, 'loosen = "now"', f'loosen = "{loosen}"')
    assert parse(text, "config.toml").is_loosened_at_once is is_at_once


def test_a_custom_gateway_has_three_addresses() -> None:
    gateway = Gateway(
        name="custom",
        api_url="http://127.0.0.1:9000",
        user_hub="http://127.0.0.1:9000/hubs/user",
        market_hub="http://127.0.0.1:9000/hubs/market",
    )
    assert gateway.user_hub == "http://127.0.0.1:9000/hubs/user"


@pytest.mark.parametrize("missing", ["api_url", "user_hub", "market_hub"])
def test_a_custom_gateway_needs_each_of_its_addresses(missing: str) -> None:
    addresses = dict.fromkeys(("api_url", "user_hub", "market_hub"), "https://x.example.com")
    with pytest.raises(ValidationError) as caught:
        Gateway.model_validate({"name": "custom", **addresses, missing: ""})
    assert [error["loc"] for error in caught.value.errors()] == [(missing,)]


@pytest.mark.parametrize("name", ["paper", "topstepx"])
@pytest.mark.parametrize("given", ["api_url", "user_hub", "market_hub"])
def test_another_gateway_takes_no_address(name: str, given: str) -> None:
    addresses = dict.fromkeys(("api_url", "user_hub", "market_hub"), "")
    with pytest.raises(ValidationError) as caught:
        Gateway.model_validate({"name": name, **addresses, given: "https://x.example.com"})
    assert [error["loc"] for error in caught.value.errors()] == [(given,)]


def test_whom_to_call_is_a_phone_number_or_nobody() -> None:
    def with_phone(text: str) -> str:
        return replaced(SHIPPED, 'phone = ""', f'phone = "{text}"')

    assert parse(SHIPPED, "config.toml").alerts.phone == ""
    number = "+1 (312) 555-0100"
    assert parse(with_phone(number), "config.toml").alerts.phone == number
    with pytest.raises(ConfigError, match=r"alerts\.phone: expected a phone number, or nothing"):
        parse(with_phone("call the desk"), "config.toml")
