"""Moments of a trading day, as an engine would tell them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from curb.domain.audit import Act, AuditRow
from curb.domain.snapshot import (
    AccountView,
    FireView,
    LinkView,
    OrderView,
    PnlView,
    PositionView,
    RuleView,
    Snapshot,
    TimerView,
    WindowView,
)

AT = datetime(2026, 11, 20, 20, 33, 7, 120_000, tzinfo=UTC)
CHICAGO = timezone(timedelta(hours=-6), "CT")
ACCOUNT = 1234508841
HOSTILE = (
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b]52;c;QUJD\x07\x1b[2J",
    "\u202eevil\u2066\u200b",
    "日本語の先物取引口座",
    "x" * 500,
)


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def fire(rule: str, price: str, *, is_above: bool, name: str = "MNQZ6") -> FireView:
    return FireView(rule, f"CON.F.US.{name[:3]}.Z26", name, Decimal(price), 2, is_above)


def position(name: str = "MNQZ6", size: int = 2, **changes: object) -> PositionView:
    known = PositionView(
        contract_id=f"CON.F.US.{name[:3]}.Z26",
        name=name,
        symbol=name[:3],
        size=size,
        limit=5,
        average=Decimal("21350.25"),
        mark=Decimal("21343.75"),
        mark_at=AT,
        is_stale=False,
        ticks=Decimal(-26),
        unrealized=Decimal("-26.00"),
        stop=Decimal("21330.00"),
        stop_word="ok",
        opened_at=at(-724),
        note="",
        decimals=2,
        fires=(
            fire("RULE-003", "21315.25", is_above=False),
            fire("RULE-005", "21600.25", is_above=True),
        ),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


MES = position(
    "MESZ6",
    -1,
    average=Decimal("6021.50"),
    mark=Decimal("6023.50"),
    ticks=Decimal(-8),
    unrealized=Decimal("-10.00"),
    stop=None,
    stop_word="none",
    opened_at=at(-12),
    note="RULE-008 closes it in 0:18",
    fires=(fire("RULE-003", "6046.50", is_above=True, name="MESZ6"),),
)


def pnl(**changes: object) -> PnlView:
    known = PnlView(
        trading_day=date(2026, 11, 20),
        realized=Decimal("-350.00"),
        open=Decimal("-36.00"),
        is_open_partial=False,
        total=Decimal("-386.00"),
        fees=Decimal("12.40"),
        limit=Decimal(500),
        used=Decimal("0.772"),
        basis="total",
        peak=Decimal("120.00"),
        low=Decimal("-430.00"),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


RESET = TimerView("RESET", "ACCT", "", "daily reset", at(-77_587), at(8_813), "counters restart")
GRACE = TimerView(
    "GRACE", "MES", "RULE-008", "no stop-loss", at(-12), at(18), "closes the position"
)
COOL = TimerView(
    "COOL", "ACCT", "RULE-006", "4 trades in 60 s, limit 3", at(-22), at(38), "may add again"
)
LOCK = TimerView(
    "LOCK",
    "ACCT",
    "RULE-003",
    "loss -512.00 total, limit 500.00",
    at(-60),
    at(8_813),
    "opens at the reset",
)

CONF = TimerView(
    "CONF",
    "ALL",
    "",
    "max_contracts_per_instrument.limits.MNQ 5 -> 8",
    AT,
    at(8_813),
    "applies",
)
HELD = TimerView("HELD", "ALL", "", "max_contracts.limit 5 -> 2", AT, None, "r to confirm")

RULES = (
    RuleView("RULE-001", "MaxContracts", "ok", "3", "5"),
    RuleView("RULE-003", "DailyRealizedLoss", "ok", "-386.00", "500"),
)


def account(**changes: object) -> AccountView:
    known = AccountView(
        id=ACCOUNT,
        name="50KTC-V2-1234508841",
        state="OPEN",
        armed=5,
        can_trade=True,
        balance=Decimal("50123.45"),
        positions=(position(), MES),
        orders=(
            OrderView(118812, "MNQZ6", "MNQ", "SELL STOP 2 @ 21330.00"),
            OrderView(118813, "MNQZ6", "MNQ", "SELL LIMIT 2 @ 21380.00"),
        ),
        pnl=pnl(),
        windows=(
            WindowView("minute", 2, 3, at(41)),
            WindowView("hour", 7, 10, at(1_203)),
            WindowView("session", 7, 50, None),
        ),
        timers=(RESET, GRACE),
        rules=RULES,
        alert="",
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def link(name: str, age_s: float = 0.3, **changes: object) -> LinkView:
    known = LinkView(name, "ok", at(-3600), at(-age_s), 41 if name == "REST" else None)
    return replace(known, **changes)  # type: ignore[arg-type]


def snapshot(*accounts: AccountView, **changes: object) -> Snapshot:
    known = Snapshot(
        at=AT,
        version="0.1.0",
        pid=4242,
        started_at=at(-18_000),
        is_paper=True,
        gateway="paper",
        config_path="config.toml",
        config_hash="5f2c",
        armed=5,
        rules=5,
        rest=link("REST"),
        user_hub=link("USER", 1.2),
        market_hub=link("MKT"),
        accounts=accounts or (account(),),
        store_word="ok",
        audit_count=1204,
        keys=(),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def row(
    number: int, age_s: float, rule: str, action: Act, reason: str, **changes: object
) -> AuditRow:
    known = AuditRow(number, at(-age_s), ACCOUNT, "50KTC-V2-1234508841", rule, action, reason)
    return replace(known, **changes)  # type: ignore[arg-type]


ROWS = (
    row(1, 18_000, "ENGINE", Act.START, "curb 0.1.0 on paper, 5 rules", account_id=None),
    row(2, 900, "CONFIG", Act.CONFIG_APPLIED, "rules.max_contracts.limit 6 → 5", account_id=None),
    row(3, 400, "RULE-003", Act.WARN, "loss -400.10 total, 80% of limit 500.00"),
    row(4, 300, "LINK", Act.GAP, "market hub was away for 4.2 s", account_id=None),
    row(
        5,
        95,
        "RULE-001",
        Act.FLATTEN,
        "6 contracts open, limit 5",
        execution_time_ms=214,
    ),
    row(
        6,
        60,
        "RULE-002",
        Act.REDUCE_POSITION,
        "3 contracts of MNQ, limit 2",
        symbol="MNQ",
        execution_time_ms=88,
    ),
    row(7, 22, "RULE-006", Act.COOLDOWN, "4 trades in 60 s, limit 3: 60 s cooldown"),
    row(
        8,
        12,
        "RULE-008",
        Act.WARN,
        "MESZ6 has no stop-loss: closes in 30 s",
        symbol="MES",
    ),
    row(9, 1, "MANUAL", Act.FLATTEN, "by key", symbol="MNQ", success=None),
)

CALM = snapshot()
FLAT = snapshot(account(positions=(), orders=(), timers=(RESET,), pnl=pnl(open=Decimal(0))))
TWO = snapshot(
    account(),
    account(
        id=77,
        name="OTHER-0077",
        state="COOLDOWN",
        armed=4,
        positions=(MES,),
        orders=(),
        timers=(RESET, GRACE, COOL),
    ),
)
TWO_ROWS = (
    *ROWS,
    row(10, 1, "RULE-006", Act.COOLDOWN, "of the other account", account_id=77),
)
WAITING = snapshot(account(timers=(RESET, GRACE, CONF, HELD)))
LOCKED = snapshot(
    account(
        state="LOCKED",
        positions=(position(note="closing"),),
        timers=(RESET, LOCK, COOL),
        pnl=pnl(
            total=Decimal("-512.00"),
            open=Decimal("-162.00"),
            used=Decimal("1.024"),
            low=Decimal("-512.00"),
        ),
        windows=(
            WindowView("minute", 4, 3, at(38)),
            WindowView("hour", 10, 10, at(1_203)),
            WindowView("session", 10, 50, None),
        ),
        alert="MNQZ6: the close was refused (code 8): the position is still open; close it by hand",
    ),
)
UNKNOWN = snapshot(
    account(
        armed=4,
        can_trade=None,
        positions=(
            position(
                average=None,
                mark=None,
                mark_at=None,
                is_stale=True,
                ticks=None,
                unrealized=None,
                stop=None,
                stop_word="?",
                limit=None,
                opened_at=None,
                fires=(),
            ),
            replace(MES, is_stale=True, stop=Decimal("6030.00"), stop_word="part"),
        ),
        pnl=pnl(open=Decimal("-10.00"), is_open_partial=True, total=None, used=None),
        timers=(),
        windows=(),
        rules=(
            RULES[0],
            RuleView(
                "RULE-003",
                "DailyRealizedLoss",
                "not evaluated",
                "-360.00",
                "-500.00",
                Decimal("0.72"),
                "MNQZ6 has no mark",
            ),
        ),
    ),
    armed=4,
    rest=link("REST", word="slow", latency_ms=2400),
    market_hub=link("MKT", 42.0, word="down", since=at(-42)),
    user_hub=link("USER", 1.0, word="auth", since=at(-3)),
    store_word="disk full",
)
BAD = snapshot(
    account(
        name=HOSTILE[2] + HOSTILE[1],
        state=HOSTILE[0],
        alert=" ".join(HOSTILE),
        positions=tuple(
            position(
                name=text,
                contract_id=text,
                symbol=text,
                note=text,
                stop_word=text,
                stop=None,
            )
            for text in HOSTILE
        ),
        orders=tuple(OrderView(i, text, text, text) for i, text in enumerate(HOSTILE)),
        timers=tuple(TimerView(text, text, text, text, AT, at(60), text) for text in HOSTILE),
        windows=tuple(WindowView(text, 1, 3, at(10)) for text in HOSTILE),
        rules=tuple(RuleView(text, text, text, text, text, None, text) for text in HOSTILE),
    ),
    store_word=HOSTILE[1],
    rest=link("REST", word=HOSTILE[2]),
    version=HOSTILE[0],
)
BAD_ROWS = tuple(
    row(n, 1, text, Act.WARN, text, symbol=text, account=text) for n, text in enumerate(HOSTILE)
)
