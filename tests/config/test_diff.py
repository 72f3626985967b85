"""What changed, and which way."""

import pytest
from hypothesis import given

from curb.config.diff import Change, diff
from curb.config.models import Config
from curb.config.parse import parse

from .drawn import SHIPPED, configs, replaced

BASE = parse(SHIPPED, "config.toml")
_SESSION = "rules.session_block_outside"
_LIMITS = "rules.max_contracts_per_instrument.limits"


def _changed(*edits: tuple[str, str]) -> Config:
    text = SHIPPED
    for old, new in edits:
        text = replaced(text, old, new)
    return parse(text, "config.toml")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ('name = "paper"', 'name = "topstepx"', Change("gateway.name", '"paper"', '"topstepx"', "looser")),
        ("names = []", 'names = ["A", "B"]', Change("account.names", "[]", '["A", "B"]', "looser")),
        ('"17:00"', '"16:00"', Change("day.reset_time", '"17:00"', '"16:00"', "looser")),
        ('"17:00"', '"18:30"', Change("day.reset_time", '"17:00"', '"18:30"', "looser")),
        ('timezone = "America/Chicago" # any', 'timezone = "UTC" # any', Change("day.timezone", '"America/Chicago"', '"UTC"', "looser")),
        ('pnl_basis = "net"', 'pnl_basis = "gross"', Change("day.pnl_basis", '"net"', '"gross"', "looser")),
        ("auto_reload = false", "auto_reload = true", Change("config.auto_reload", "false", "true", "same")),
        ('loosen = "now"', 'loosen = "at_reset"', Change("config.loosen", '"now"', '"at_reset"', "tighter")),
        ("[rules.max_contracts]\nenabled = true", "[rules.max_contracts]\nenabled = false", Change("rules.max_contracts.enabled", "true", "false", "looser")),
        ('[rules.no_stop_loss_grace]\nenabled = true\nmode = "enforce"', '[rules.no_stop_loss_grace]\nenabled = true\nmode = "warn"', Change("rules.no_stop_loss_grace.mode", '"enforce"', '"warn"', "looser")),
        ("limit = 5 ", "limit = 4 ", Change("rules.max_contracts.limit", "5", "4", "tighter")),
        ("limit = 5 ", "limit = 6 ", Change("rules.max_contracts.limit", "5", "6", "looser")),
        ('count = "net"', 'count = "gross"', Change("rules.max_contracts.count", '"net"', '"gross"', "tighter")),
        ('action = "close_all"', 'action = "reduce"', Change("rules.max_contracts.action", '"close_all"', '"reduce"', "looser")),
        ("micro_weight = 1", "micro_weight = 0.1", Change("rules.max_contracts.micro_weight", "1", "0.1", "looser")),
        ('action = "reduce"', 'action = "close"', Change("rules.max_contracts_per_instrument.action", '"reduce"', '"close"', "tighter")),
        ('unlisted = "block"', "unlisted = 3", Change("rules.max_contracts_per_instrument.unlisted", '"block"', "3", "looser")),
        ("\nES = 2", "\nES = 1", Change(f"{_LIMITS}.ES", "2", "1", "tighter")),
        ("\nES = 2", "\nes = 3", Change(f"{_LIMITS}.ES", "2", "3", "looser")),
        ("\nES = 2", "\n", Change(f"{_LIMITS}.ES", "2", "not listed", "looser")),
        ("\nES = 2", "\nSI = 1\nES = 2", Change(f"{_LIMITS}.SI", "not listed", "1", "looser")),
        ("\nES = 2", "\nSI = 0\nES = 2", Change(f"{_LIMITS}.SI", "not listed", "0", "tighter")),
        ("loss_limit = 500 ", "loss_limit = 450.50 ", Change("rules.daily_realized_loss.loss_limit", "500", "450.5", "tighter")),
        ('basis = "total"', 'basis = "realized"', Change("rules.daily_realized_loss.basis", '"total"', '"realized"', "looser")),
        ("loss_limit = 300 ", "loss_limit = 300.50 ", Change("rules.daily_unrealized_loss.loss_limit", "300", "300.5", "looser")),
        ('scope = "position"           # "position": each by itself; "account": all together, with', 'scope = "account" #', Change("rules.daily_unrealized_loss.scope", '"position"', '"account"', "looser")),
        ("target = 1000 ", "target = 999 ", Change("rules.max_unrealized_profit.target", "1000", "999", "tighter")),
        ('exit = "target" ', 'exit = "breakeven" ', Change("rules.max_unrealized_profit.exit", '"target"', '"breakeven"', "looser")),
        ("arm_ticks = 20 ", "arm_ticks = 21 ", Change("rules.max_unrealized_profit.arm_ticks", "20", "21", "looser")),
        ("lock = false ", "lock = true ", Change("rules.max_unrealized_profit.lock", "false", "true", "tighter")),
        ("limit = 3 ", "limit = 2 ", Change("rules.trade_frequency_limit.per_minute.limit", "3", "2", "tighter")),
        ("cooldown_s = 60 ", "cooldown_s = 30 ", Change("rules.trade_frequency_limit.per_minute.cooldown_s", "60", "30", "looser")),
        ("limit = 10 ", "limit = 11 ", Change("rules.trade_frequency_limit.per_hour.limit", "10", "11", "looser")),
        ("per_hour]\nlimit = 10                   # trades in the last 60 minutes\ncooldown_s = 1800", "per_hour]\nlimit = 10                   # trades in the last 60 minutes\ncooldown_s = 3600", Change("rules.trade_frequency_limit.per_hour.cooldown_s", "1800", "3600", "tighter")),
        ("limit = 50 ", "limit = 49 ", Change("rules.trade_frequency_limit.per_session.limit", "50", "49", "tighter")),
        ("cooldown_s = 3600", "cooldown_s = 1", Change("rules.trade_frequency_limit.per_session.cooldown_s", "3600", "1", "looser")),
        ('unit = "order"', 'unit = "fill"', Change("rules.trade_frequency_limit.unit", '"order"', '"fill"', "looser")),
        ("close_positions = false", "close_positions = true", Change("rules.trade_frequency_limit.close_positions", "false", "true", "tighter")),
        ("loss = 300\ncooldown_s = 1800", "loss = 300\ncooldown_s = 1801", Change("rules.cooldown_after_loss.tiers", "[{ loss = 100, cooldown_s = 300 }, { loss = 200, cooldown_s = 900 }, { loss = 300, cooldown_s = 1800 }]", "[{ loss = 100, cooldown_s = 300 }, { loss = 200, cooldown_s = 900 }, { loss = 300, cooldown_s = 1801 }]", "tighter")),
        ("grace_s = 10 ", "grace_s = 30 ", Change("rules.no_stop_loss_grace.grace_s", "10", "30", "looser")),
        ("[rules.session_block_outside]\nenabled = false", "[rules.session_block_outside]\nenabled = true", Change(f"{_SESSION}.enabled", "false", "true", "tighter")),
        ('start = "08:30"', 'start = "09:00"', Change(f"{_SESSION}.start", '"08:30"', '"09:00"', "tighter")),
        ('start = "08:30"', 'start = "15:30"', Change(f"{_SESSION}.start", '"08:30"', '"15:30"', "looser")),
        ('end = "15:00"', 'end = "15:01"', Change(f"{_SESSION}.end", '"15:00"', '"15:01"', "looser")),
        ('timezone = "America/Chicago" # of', 'timezone = "UTC" # of', Change(f"{_SESSION}.timezone", '"America/Chicago"', '"UTC"', "looser")),
        ('days = ["Mon", "Tue", "Wed", "Thu", "Fri"]', 'days = ["Thu", "Tue"]', Change(f"{_SESSION}.days", '["Mon", "Tue", "Wed", "Thu", "Fri"]', '["Thu", "Tue"]', "tighter")),
        ('action = "close_and_lock"', 'action = "cancel_orders"', Change(f"{_SESSION}.action", '"close_and_lock"', '"cancel_orders"', "looser")),
        ('2027-01-18 = "12:00"', '2027-01-18 = "11:45"', Change(f"{_SESSION}.early_closes.2027-01-18", '"12:00"', '"11:45"', "tighter")),
        ('2027-01-18 = "12:00"', "", Change(f"{_SESSION}.early_closes.2027-01-18", '"12:00"', "not listed", "looser")),
        ('2027-01-18 = "12:00"', '2027-01-18 = "12:00"\n2027-01-19 = "14:00"', Change(f"{_SESSION}.early_closes.2027-01-19", "not listed", '"14:00"', "tighter")),
        ("_outside.sessions]", '_outside.sessions.ES]\nstart = "09:00"\nend = "10:00"', Change(f"{_SESSION}.sessions.ES", "not listed", '{ start = "09:00", end = "10:00" }', "looser")),
        ("check_on_start = true", "check_on_start = false", Change("rules.auth_loss_guard.check_on_start", "true", "false", "looser")),
        ("blocked = []", 'blocked = ["RTY"]', Change("rules.symbol_blocks.blocked", "[]", '["RTY"]', "tighter")),
        ('theme = "auto"', 'theme = "mono"', Change("ui.theme", '"auto"', '"mono"', "same")),
        ("refresh_hz = 4 ", "refresh_hz = 1 ", Change("ui.refresh_hz", "4", "1", "same")),
        ("poll_s = 2.5 ", "poll_s = 2 ", Change("blind.poll_s", "2.5", "2", "tighter")),
        ("alert_s = 15 ", "alert_s = 20 ", Change("blind.alert_s", "15", "20", "looser")),
        ("act_s = 60 ", "act_s = 30 ", Change("blind.act_s", "60", "30", "tighter")),
        ('"alert"  ', '"flatten"', Change("blind.action", '"alert"', '"flatten"', "tighter")),
        ("fills_days = 7 ", "fills_days = 9 ", Change("retention.fills_days", "7", "9", "same")),
        ("daily = 7 ", "daily = 3 ", Change("backup.daily", "7", "3", "same")),
        ('zoom = "z"', 'zoom = "w"', Change("keys.zoom", '"z"', '"w"', "same")),
        ("close_existing = true", "close_existing = false", Change("rules.symbol_blocks.close_existing", "true", "false", "looser")),
        ("breakeven_ticks = 10 ", "breakeven_ticks = 11 ", Change("rules.trade_management.breakeven_ticks", "10", "11", "looser")),
        ("offset_ticks = 0 ", "offset_ticks = 1 ", Change("rules.trade_management.offset_ticks", "0", "1", "tighter")),
        ("trail_after_ticks = 20 ", "trail_after_ticks = 19 ", Change("rules.trade_management.trail_after_ticks", "20", "19", "tighter")),
        ("\ntrail_ticks = 10 ", "\ntrail_ticks = 11 ", Change("rules.trade_management.trail_ticks", "10", "11", "looser")),
        ("respect_manual_stops = true ", "respect_manual_stops = false ", Change("rules.trade_management.respect_manual_stops", "true", "false", "tighter")),
        ("initial_stop_ticks = 0 ", "initial_stop_ticks = 40 ", Change("rules.trade_management.initial_stop_ticks", "0", "40", "tighter")),
    ],
)  # fmt: skip
def test_one_edit_is_one_change(old: str, new: str, change: Change) -> None:
    assert diff(BASE, _changed((old, new))) == (change,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit = 5 ", "limit = 5 # five "),
        ("\nES = 2", "\nes = 2"),
        ("loss_limit = 500 ", "loss_limit = 500.00 "),
        ("micro_weight = 1 ", "micro_weight = 1.0 "),
    ],
)
def test_another_spelling_is_no_change(old: str, new: str) -> None:
    assert diff(BASE, _changed((old, new))) == ()


def test_changes_come_in_the_order_of_the_file() -> None:
    new = _changed(
        ("grace_s = 10", "grace_s = 9"),
        ("\nZN = 2", "\nZN = 1"),
        ('"17:00"', '"16:00"'),
        ("\nES = 2", "\nES = 1"),
    )
    assert [change.key for change in diff(BASE, new)] == [
        "day.reset_time",
        f"{_LIMITS}.ES",
        f"{_LIMITS}.ZN",
        "rules.no_stop_loss_grace.grace_s",
    ]


@pytest.mark.parametrize(
    ("unlisted", "limit", "direction"),
    [
        ('"unlimited"', 5, "tighter"),
        ("5", 5, "tighter"),
        ("4", 5, "looser"),
        ('"block"', 1, "looser"),
        ('"block"', 0, "tighter"),
    ],
)
def test_a_symbol_that_joins_the_list_is_compared_with_the_limit_it_had(
    unlisted: str, limit: int, direction: str
) -> None:
    base = ('unlisted = "block"', f"unlisted = {unlisted}")
    old, new = _changed(base), _changed(base, ("\nES = 2", f"\nSI = {limit}\nES = 2"))
    assert [change.direction for change in diff(old, new)] == [direction]
    assert [change.direction for change in diff(new, old)] == ["looser"]


def test_a_holiday_more_is_tighter_and_one_less_looser() -> None:
    new = _changed(('    "2027-03-26", ', '    "2027-03-26", "2027-06-18", '))
    assert [(c.key, c.direction) for c in diff(BASE, new)] == [(f"{_SESSION}.holidays", "tighter")]
    assert [c.direction for c in diff(new, BASE)] == ["looser"]


def test_a_change_reads_as_one_line() -> None:
    (change,) = diff(BASE, _changed(("limit = 5 ", "limit = 6 ")))
    assert str(change) == "rules.max_contracts.limit: 5 -> 6 (looser)"


def test_only_the_gateway_needs_a_restart() -> None:
    new = _changed(('name = "paper"', 'name = "topstepx"'), ("grace_s = 10", "grace_s = 9"))
    assert [change.needs_restart for change in diff(BASE, new)] == [True, False]


def test_names_from_the_file_cannot_command_the_terminal() -> None:
    (change,) = diff(BASE, _changed(("names = []", 'names = ["A\\u001b[2J"]')))
    assert str(change).isprintable()


@given(configs())
def test_nothing_differs_from_itself(config: Config) -> None:
    assert diff(config, config) == ()


@given(configs(), configs())
def test_what_is_tighter_one_way_is_looser_the_other(one: Config, other: Config) -> None:
    there = {change.key: change for change in diff(one, other)}
    back = {change.key: change for change in diff(other, one)}
    assert there.keys() == back.keys()
    for key, change in there.items():
        assert (change.old, change.new) == (back[key].new, back[key].old)
        directions = {change.direction, back[key].direction}
        assert "looser" in directions or directions == {"same"}


@given(configs(), configs())
def test_configurations_without_a_difference_are_equal_but_for_the_case_of_symbols(
    one: Config, other: Config
) -> None:
    accounts = sorted({*one.overrides, *other.overrides})
    is_same = _folded(one, accounts) == _folded(other, accounts)
    assert bool(diff(one, other)) == (not is_same)


def _folded(config: Config, accounts: list[str]) -> list[object]:
    rules: list[object] = []
    for rule in (*config.rules, *(r for name in accounts for r in config.rules_of(name))):
        values = rule.model_dump()
        if "limits" in values:
            values["limits"] = {key.upper(): limit for key, limit in values["limits"].items()}
        if "sessions" in values:
            values["sessions"] = {key.upper(): hours for key, hours in values["sessions"].items()}
        rules.append(values)
    tables = (config.gateway, config.account, config.day, config.config, config.blind)
    return [*tables, config.ui, config.alerts, config.retention, config.backup, rules, config.keys]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (Change("day.reset_time", "", "", "looser"), ("day", "reset_time")),
        (Change(f'{_LIMITS}."6E"', "", "", "same"), (*_LIMITS.split("."), "6E")),
        (
            Change('accounts."50K.A-1".rules.x.limit', "", "", "same", "50K.A-1"),
            ("accounts", "50K.A-1", "rules", "x", "limit"),
        ),
        (
            Change('accounts."·".rules.x.limit', "", "", "same", "\u202e"),
            ("accounts", "\u202e", "rules", "x", "limit"),
        ),
    ],
)
def test_the_names_that_lead_to_a_value(change: Change, path: tuple[str, ...]) -> None:
    assert change.path == path
