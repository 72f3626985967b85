"""The day's profit and loss, what it is made of, its course, and its limits."""

from decimal import Decimal

from curb.domain.snapshot import LimitView, PnlView
from curb.tui import digits, figures, strip
from curb.tui.line import Line, Span, clean, left, right, width_of
from curb.tui.view import View

_ROOMY = 7
_BIG = 10  # rows from which the figure is three high
_LIST = 5  # realized, open, fees, peak, low, a row each
_LEAST_CHART = 3
_WIDE = 60
_HEADLINE = "RULE-003"  # stands beside the day's figure
_LABEL_CELLS = 11
_LEAST_BAR = 4


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
    rows = _tall(view, pnl, width, height) if height >= _ROOMY else _short(pnl, width, height)
    return rows[:height]


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


def _short(pnl: PnlView, width: int, height: int) -> list[Line]:
    """Return what fits into a few rows: the figures, then the limits beside the day's loss."""
    others = [limit for limit in pnl.limits if limit.rule != _HEADLINE]
    near = [_limit(limit, width) for limit in others if _is_near(limit)]
    rest = [_limit(limit, width) for limit in others if not _is_near(limit)]
    rows = [headline(pnl, width), *near, *_pairs(pnl), *rest]
    spare = height - len(rows)
    return rows if spare <= 0 else [*rows, *_chart(pnl, width, spare)]


def _is_near(limit: LimitView) -> bool:
    return figures.used_role(limit.used) != "text"


def _tall(view: View, pnl: PnlView, width: int, height: int) -> list[Line]:
    limits = [_limit(limit, width) for limit in pnl.limits] or _only_limit(pnl, width)
    head = _head(view, pnl, width, height)
    spare = height - len(head) - len(limits)
    needed = _LIST + (_LEAST_CHART + 2 if pnl.strip else 0)
    listed = _listed(pnl) if spare >= needed and width < _WIDE else _pairs(pnl)
    spare -= len(listed) + 1  # the times under the chart
    if pnl.strip is None or spare < _LEAST_CHART - 1:
        return [*head, *listed, *limits]
    chart = _chart(pnl, width, spare)
    return [*head, *listed, *chart, _times(view, pnl, width), *limits]


def _head(view: View, pnl: PnlView, width: int, height: int) -> list[Line]:
    """Return the day's figure, big where there is room."""
    total = day(pnl)
    role = figures.gain_role(total)
    basis = " of the known" if pnl.is_open_partial and pnl.basis == "total" else ""
    words = "total" if pnl.basis == "total" else "realized only"
    is_plain = view.snapshot is not None and view.snapshot.ui.glyphs == "ascii"
    text = figures.gain(total)
    room = 0 if is_plain or height < _BIG else width - 1
    rows = digits.big(text, room)
    if len(rows) == 1:
        return [(Span(f" {text}", role), Span(f"  {words}{basis}", "title"))]
    last: Line = (Span(f" {rows[-1]}", role), Span(f"  {words}{basis}", "title"))
    if width_of(last) > width:
        last = (last[0],)
    return [*((Span(f" {row}", role),) for row in rows[:-1]), last]


def _pairs(pnl: PnlView) -> list[Line]:
    return [
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


def _listed(pnl: PnlView) -> list[Line]:
    return [
        _row("Realized", (_amount(pnl.realized),)),
        _row("Open", _open(pnl)),
        _row("Fees", (Span(figures.money(pnl.fees).lstrip("+")),)),
        _row("Peak", (_amount(pnl.peak),)),
        _row("Low", (_amount(pnl.low),)),
    ]


def _chart(pnl: PnlView, width: int, height: int) -> list[Line]:
    if pnl.strip is None:
        return []
    limit = None if pnl.limit is None else -pnl.limit
    return [(Span(" "), *row) for row in strip.rows(pnl.strip, limit, width - 2, height)]


def _times(view: View, pnl: PnlView, width: int) -> Line:
    """Return from when to when the chart reaches, and whether the day began before."""
    if pnl.strip is None:
        return ()
    since = f"{pnl.strip.since.astimezone(view.zone):%H:%M}"
    until = f"{pnl.strip.until.astimezone(view.zone):%H:%M}"
    before = "? before " if pnl.strip.is_late else "from "
    first = f" {before}{since}"
    return (Span(first, "title"), Span(right(f"to {until} ", width - len(first)), "title"))


def _only_limit(pnl: PnlView, width: int) -> list[Line]:
    """Return the day's limit where an engine tells no list of them."""
    if pnl.limit is None:
        return [(Span(" no loss limit", "warn"),)]
    spare = None if pnl.used is None else max(pnl.limit * (1 - pnl.used), Decimal(0))
    view = LimitView(_HEADLINE, "Day loss", day(pnl), -pnl.limit, pnl.used, spare)
    return [_limit(view, width)]


def _limit(limit: LimitView, width: int) -> Line:
    """Return ` Day loss   ███···· 41% of -1,000.00  587.50 left`, as much as fits."""
    label = Span(f" {left(clean(limit.label, _LABEL_CELLS), _LABEL_CELLS)} ")
    role = figures.used_role(limit.used)
    if limit.used is None:
        role = "warn"
    share = Span(f" {figures.percent(limit.used):>4}", role)
    of = Span(f" of {limit.limit:+,.0f}")
    spare = "?" if limit.left is None else f"{limit.left:,.2f}"
    words = Span(f"  {spare} left", role)
    bar = "loss" if limit.limit < 0 else "profit"
    for tail in ((share, of, words), (share, of), (share,)):
        cells = width - width_of((label, *tail)) - 1
        if cells >= _LEAST_BAR:
            gauge = figures.bar(limit.used, min(cells, 40))
            return (label, Span(gauge, _limit_bar(role, bar)), *tail)
    return (label, share)


def _limit_bar(role: str, full: str) -> str:
    return "bar" if role == "text" else role if role == "warn" else full


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
