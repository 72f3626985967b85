"""Values that travel, with every kind of field filled and with every unknown."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from curb.domain.audit import Act, AuditRow
from curb.domain.snapshot import (
    AccountView,
    FireView,
    KeyView,
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


def link(name: str) -> LinkView:
    return LinkView(name, "ok", AT - timedelta(hours=1), AT, 41)


def account() -> AccountView:
    fire = FireView("RULE-003", "CON.F.US.MNQ.Z26", "MNQZ6", Decimal("21315.25"), 2, False)
    known = PositionView(
        contract_id="CON.F.US.MNQ.Z26",
        name="MNQZ6",
        symbol="MNQ",
        size=2,
        limit=5,
        average=Decimal("21350.25"),
        mark=Decimal("21343.75"),
        mark_at=AT,
        is_stale=False,
        ticks=Decimal(-26),
        unrealized=Decimal("-26.00"),
        stop=Decimal("21330.00"),
        stop_word="ok",
        opened_at=AT - timedelta(minutes=12),
        note="",
        decimals=2,
        fires=(fire,),
    )
    unknown = PositionView(
        contract_id="CON.F.US.MES.Z26",
        name="MESZ6",
        symbol="MES",
        size=-1,
        limit=None,
        average=None,
        mark=None,
        mark_at=None,
        is_stale=True,
        ticks=None,
        unrealized=None,
        stop=None,
        stop_word="none",
        opened_at=None,
        note="closes in 0:18",
        decimals=2,
    )
    pnl = PnlView(
        trading_day=date(2026, 11, 20),
        realized=Decimal("-350.00"),
        open=None,
        is_open_partial=True,
        total=None,
        fees=Decimal("12.40"),
        limit=Decimal(1000),
        used=Decimal("0.35"),
        basis="total",
        peak=Decimal(120),
        low=Decimal(-430),
    )
    return AccountView(
        id=1234508841,
        name="50KTC-V2-1234508841",
        state="COOLDOWN",
        armed=5,
        can_trade=None,
        balance=Decimal("50123.45"),
        positions=(known, unknown),
        orders=(OrderView(7, "MNQZ6", "MNQ", "SELL STOP 2 @ 21330.00"),),
        pnl=pnl,
        windows=(WindowView("minute", 2, 3, AT + timedelta(seconds=41)),),
        timers=(TimerView("COOL", "ACCT", "RULE-006", "4 trades", AT, None, "opens"),),
        rules=(
            RuleView("RULE-001", "MaxContracts", "ok", "3", "5"),
            RuleView(
                "RULE-003",
                "DailyRealizedLoss",
                "not evaluated",
                "-376.00",
                "-500.00",
                Decimal("0.752"),
                "MESZ6 has no mark",
                (fire,),
            ),
        ),
        alert="",
    )


def snapshot(at: datetime = AT, padding: str = "") -> Snapshot:
    return Snapshot(
        at=at,
        version="0.1.0",
        pid=4242,
        started_at=AT - timedelta(hours=5),
        is_paper=True,
        gateway=f"paper{padding}",
        config_path="config.toml",
        config_hash="5f2c",
        armed=5,
        rules=5,
        rest=link("REST"),
        user_hub=link("USER"),
        market_hub=link("MKT"),
        accounts=(account(),),
        store_word="ok",
        audit_count=1204,
        keys=(KeyView("flatten", "F"),),
    )


def row(number: int, reason: str = "3 trades in 60 s, limit 2") -> AuditRow:
    return AuditRow(
        id=number,
        at=AT,
        account_id=1234508841,
        account="50KTC",
        rule="RULE-006",
        action=Act.COOLDOWN,
        reason=reason,
        symbol=None,
        success=None,
        execution_time_ms=None,
        details={"limit": 2},
    )
