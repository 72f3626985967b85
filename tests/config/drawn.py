"""Configurations drawn by hypothesis, and the shipped one."""

from pathlib import Path

from hypothesis import strategies as st

from curb.config.models import (
    AccountTable,
    Alerts,
    Backup,
    Blind,
    Config,
    ConfigTable,
    Day,
    Gateway,
    Retention,
    Ui,
)
from curb.domain.keys import KEYS
from curb.domain.windows import WEEKDAYS
from curb.rules.auth_loss_guard import AuthLossGuard
from curb.rules.cooldown_after_loss import CooldownAfterLoss, Tier
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.max_contracts import MaxContracts
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.rule import Rule
from curb.rules.session_block_outside import Hours, SessionBlockOutside
from curb.rules.symbol_blocks import SymbolBlocks
from curb.rules.trade_frequency_limit import TradeFrequencyLimit, Window
from curb.rules.trade_management import TradeManagement

SHIPPED_FILE = Path(__file__).parents[2] / "config.toml"
SHIPPED = SHIPPED_FILE.read_text(encoding="utf-8")

_COUNTS = st.integers(1, 10**9 - 1)
_MONEY = st.decimals("0.01", "999999999", allow_nan=False, places=2)
_MODES = st.sampled_from(["enforce", "warn"])
_SYMBOLS = st.sampled_from(["ES", "MES", "NQ", "6E", "es2", "ZN", "x"])

_TIMES = st.times().map(lambda wall: f"{wall:%H:%M}")
_DATES = st.dates().map(lambda day: day.isoformat())


def _hours() -> st.SearchStrategy[tuple[str, str]]:
    return st.lists(_TIMES, min_size=2, max_size=2, unique=True).map(lambda two: (two[0], two[1]))


_RULES: dict[type[Rule], dict[str, st.SearchStrategy[object]]] = {
    MaxContracts: {
        "limit": _COUNTS,
        "count": st.sampled_from(["net", "gross"]),
        "action": st.sampled_from(["close_all", "reduce"]),
        "micro_weight": st.decimals("0.000001", 1, allow_nan=False, places=6),
    },
    MaxContractsPerInstrument: {
        "limits": st.dictionaries(_SYMBOLS, st.integers(0, 5)),
        "action": st.sampled_from(["reduce", "close"]),
        "unlisted": st.sampled_from(["block", "unlimited"]) | st.integers(0, 5),
    },
    DailyRealizedLoss: {
        "loss_limit": _MONEY,
        "basis": st.sampled_from(["total", "realized"]),
    },
    DailyUnrealizedLoss: {
        "loss_limit": _MONEY,
        "scope": st.sampled_from(["position", "account"]),
    },
    MaxUnrealizedProfit: {
        "target": _MONEY,
        "exit": st.sampled_from(["target", "breakeven"]),
        "arm_ticks": _COUNTS,
        "scope": st.sampled_from(["position", "account"]),
        "lock": st.booleans(),
    },
    TradeFrequencyLimit: {
        **{
            name: st.builds(Window, limit=_COUNTS, cooldown_s=_COUNTS)
            for name in ("per_minute", "per_hour", "per_session")
        },
        "unit": st.sampled_from(["order", "fill", "round_turn"]),
        "close_positions": st.booleans(),
    },
    CooldownAfterLoss: {
        "tiers": st.lists(
            st.builds(Tier, loss=_MONEY, cooldown_s=_COUNTS),
            min_size=1,
            max_size=4,
            unique_by=lambda tier: tier.loss,
        ).map(tuple),
    },
    NoStopLossGrace: {"grace_s": _COUNTS},
    SessionBlockOutside: {
        "timezone": st.sampled_from(["America/Chicago", "Europe/London"]),
        "days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple),
        "holidays": st.lists(_DATES, max_size=4).map(tuple),
        "action": st.sampled_from(["close_and_lock", "cancel_orders"]),
        "early_closes": st.dictionaries(_DATES, _TIMES, max_size=3),
        "sessions": st.dictionaries(
            _SYMBOLS, _hours().map(lambda two: Hours(start=two[0], end=two[1])), max_size=3
        ),
    },
    AuthLossGuard: {"check_on_start": st.booleans()},
    SymbolBlocks: {
        "blocked": st.lists(_SYMBOLS, unique_by=str.upper, max_size=4).map(tuple),
        "close_existing": st.booleans(),
    },
    TradeManagement: {
        "breakeven_ticks": _COUNTS,
        "offset_ticks": st.integers(0, 50),
        "trail_after_ticks": _COUNTS,
        "trail_ticks": _COUNTS,
        "respect_manual_stops": st.booleans(),
        "initial_stop_ticks": st.integers(0, 50),
    },
}

_GATEWAYS = st.sampled_from(
    [
        Gateway(name="paper", api_url="", user_hub="", market_hub=""),
        Gateway(name="topstepx", api_url="", user_hub="", market_hub=""),
        Gateway(
            name="custom",
            api_url="http://127.0.0.1:9000",
            user_hub="http://[::1]:9000/hubs/user",
            market_hub="https://rtc.example.com/hubs/market",
        ),
    ]
)
_NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_ACCOUNT_NAMES = _NAMES.filter(lambda name: bool(name.strip()))
_ACCOUNTS = st.builds(
    AccountTable, names=st.lists(_ACCOUNT_NAMES, unique=True, max_size=4).map(tuple)
)
_DAYS = st.builds(
    Day,
    reset_time=st.times().map(lambda wall: f"{wall:%H:%M}"),
    timezone=st.sampled_from(["America/Chicago", "Europe/Berlin", "UTC", "Asia/Kathmandu"]),
    pnl_basis=st.sampled_from(["net", "gross"]),
)
_DEFAULT_KEYS = {known.id: known.key for known in KEYS}
_CONFIG_TABLES = st.builds(
    ConfigTable, auto_reload=st.booleans(), loosen=st.sampled_from(["at_reset", "now"])
)
_SAID = st.sampled_from(["off", "breach", "all"])
_BLINDS = st.builds(
    Blind,
    poll_s=st.decimals(1, 5, places=1),
    alert_s=st.integers(5, 300),
    act_s=st.integers(10, 3_600),
    action=st.sampled_from(["alert", "flatten"]),
)
_UIS = st.builds(
    Ui,
    theme=st.sampled_from(["auto", "mono", "my-own_2"]),
    glyphs=st.sampled_from(["auto", "unicode", "ascii"]),
    refresh_hz=st.integers(1, 10),
    bell=_SAID,
    notes=_SAID,
    title=st.booleans(),
    plain=st.booleans(),
)
_ALERTS = st.builds(
    Alerts,
    least=st.sampled_from(["off", "breach", "warn", "all"]),
    per_minute=st.integers(1, 60),
    phone=st.sampled_from(["", "+1 (312) 555-0100"]),
)
_MANY_DAYS = st.integers(1, 36_500)
_RETENTIONS = st.builds(
    Retention,
    fills_days=st.integers(7, 36_500),
    daily_pnl_days=_MANY_DAYS,
    unrealized_days=_MANY_DAYS,
    audit_days=st.integers(30, 36_500),
    contracts_days=_MANY_DAYS,
)
_BACKUPS = st.builds(
    Backup,
    enabled=st.booleans(),
    time=_TIMES,
    timezone=st.sampled_from(["America/New_York", "UTC"]),
    daily=st.integers(1, 366),
    weekly=st.integers(0, 520),
    monthly=st.integers(0, 1_200),
    folder=st.sampled_from(["", "/mnt/disk/curb", "~/copies"]),
)


def _with_hours(start: str, end: str) -> st.SearchStrategy[Rule]:
    keys = _RULES[SessionBlockOutside]
    return st.builds(
        SessionBlockOutside,
        enabled=st.booleans(),
        mode=_MODES,
        start=st.just(start),
        end=st.just(end),
        **keys,
    )


def _rule(kind: type[Rule]) -> st.SearchStrategy[Rule]:
    if kind is SessionBlockOutside:
        return _hours().flatmap(lambda two: _with_hours(*two))
    return st.builds(kind, enabled=st.booleans(), mode=_MODES, **_RULES[kind])


def _some(rules: tuple[Rule, ...]) -> st.SearchStrategy[tuple[Rule, ...]]:
    """Return one or more of the rules, in their order."""
    places = st.sets(st.sampled_from(range(len(rules))), min_size=1, max_size=3)
    return places.map(lambda chosen: tuple(rules[place] for place in sorted(chosen)))


def _overrides(account: AccountTable) -> st.SearchStrategy[dict[str, tuple[Rule, ...]]]:
    names = st.sampled_from(account.names) if account.names else _ACCOUNT_NAMES
    rules = st.tuples(*(_rule(kind) for kind in _RULES)).flatmap(_some)
    return st.dictionaries(names, rules, max_size=2)


def configs() -> st.SearchStrategy[Config]:
    """Return any valid configuration."""
    rules = st.tuples(*(_rule(kind) for kind in _RULES))
    return _ACCOUNTS.flatmap(
        lambda account: st.builds(
            Config,
            gateway=_GATEWAYS,
            account=st.just(account),
            day=_DAYS,
            config=_CONFIG_TABLES,
            blind=_BLINDS,
            ui=_UIS,
            alerts=_ALERTS,
            retention=_RETENTIONS,
            backup=_BACKUPS,
            rules=rules,
            overrides=_overrides(account),
            keys=st.sampled_from([_DEFAULT_KEYS, _DEFAULT_KEYS | {"zoom": "f5", "flatten": "D"}]),
        )
    )


def replaced(text: str, old: str, new: str) -> str:
    """Return `text` with the one place that reads `old` changed."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)
