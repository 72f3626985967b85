"""The day's profit and loss against its limit."""

from decimal import Decimal

from curb.domain.snapshot import PnlView
from curb.tui import figures
from curb.tui.line import Line, Span
from curb.tui.view import View

_ROOMY = 7


def title(view: View) -> str:
    """Return the pane's title with the trading day."""
    account = view.account
    return "2 Daily P&L" if account is None else f"2 Daily P&L · {account.pnl.trading_day:%a %d %b}"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return the day's figures; with few rows several share one."""
    account = view.account
    if account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    pnl = account.pnl
    return _tall(pnl, width) if height >= _ROOMY else _short(pnl, width)


def day(pnl: PnlView) -> Decimal | None:
    """Return the figure that the limit is about."""
    return pnl.total if pnl.basis == "total" else pnl.realized


def headline(pnl: PnlView, width: int) -> Line:
    """Return `▼-412.50 of -1,000.00 ███···· 41%`."""
    total = day(pnl)
    amount = Span(f" {figures.gain(total)}", figures.gain_role(total))
    if pnl.limit is None:
        return (amount, Span("  no loss limit", "warn"))
    limit = Span(f" of {figures.money(-pnl.limit)} ", "text")
    share = Span(f" {figures.percent(pnl.used)}", figures.used_role(pnl.used))
    cells = width - len(amount.text) - len(limit.text) - len(share.text) - 1
    return (amount, limit, Span(figures.bar(pnl.used, cells), _bar_role(pnl)), share)


def _short(pnl: PnlView, width: int) -> list[Line]:
    return [
        headline(pnl, width),
        (Span(" Real "), _amount(pnl.realized), Span("  Open "), *_open(pnl)),
        (
            Span(" Fees "),
            Span(figures.money(pnl.fees).lstrip("+")),
            Span("  Peak "),
            _amount(pnl.peak),
            Span("  Low "),
            _amount(pnl.low),
        ),
    ]


def _tall(pnl: PnlView, width: int) -> list[Line]:
    total = day(pnl)
    basis = "total" if pnl.basis == "total" else "realized only"
    rows: list[Line] = [
        (
            Span(f" {figures.gain(total)}", f"{figures.gain_role(total)}"),
            Span(f"  {basis}", "title"),
        ),
        (),
        _row("Realized", (_amount(pnl.realized),)),
        _row("Open", _open(pnl)),
        _row("Fees", (Span(figures.money(pnl.fees).lstrip("+")),)),
        _row("Peak", (_amount(pnl.peak),)),
        _row("Low", (_amount(pnl.low),)),
        (),
    ]
    if pnl.limit is None:
        return [*rows, (Span(" no loss limit", "warn"),)]
    share = figures.percent(pnl.used)
    role = figures.used_role(pnl.used)
    limit = figures.money(-pnl.limit)
    cells = max(width - len(share) - len(limit) - 17, 4)
    return [
        *rows,
        (
            Span(" Loss limit "),
            Span(figures.bar(pnl.used, cells), _bar_role(pnl)),
            Span(f" {share} ", role),
            Span(limit),
        ),
    ]


def _row(name: str, value: Line) -> Line:
    cells = sum(len(span.text) for span in value)
    return (Span(f" {name:<9}" + " " * max(12 - cells, 1)), *value)


def _open(pnl: PnlView) -> Line:
    amount = _amount(pnl.open)
    # What is summed is only what is known; the rest may be anything.
    return (
        (amount, Span(" + ?", "warn"))
        if pnl.is_open_partial and pnl.open is not None
        else (amount,)
    )


def _amount(amount: Decimal | None) -> Span:
    return Span(figures.money(amount), figures.gain_role(amount))


def _bar_role(pnl: PnlView) -> str:
    role = figures.used_role(pnl.used)
    return "bar" if role == "text" else role if role == "warn" else "loss"
