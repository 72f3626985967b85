"""The first line: what am I connected to, is it armed, is it fresh."""

from datetime import datetime

from curb.domain.snapshot import LinkView, Snapshot
from curb.tui import figures, standing
from curb.tui.line import Line, Span, clean, fit, width_of
from curb.tui.panes import notice
from curb.tui.view import View

# A hub that is well says something every 15 s at least, a ping if nothing else.
_LATE_S = 30
_WORST = ("down", "auth", "silent")
_NEEDED = 1  # parts up to this number are said in fewer words before one of them goes


def lines(view: View, width: int) -> list[Line]:
    """Return the header, its least important words dropped until it fits."""
    parts = _parts(view, is_long=True)
    clock = Span(figures.clock(view.now, view.zone) + " ", "text")
    room = width - len(clock.text)
    if _total(parts) > room:
        parts = _parts(view, is_long=False)
    while _total(parts) > room and (last := max(parts, key=_place))[0] > _NEEDED:
        parts.remove(last)
    if _total(parts) > room:
        parts = _terse(view)
    if _total(parts) > room:
        # What is down goes before the time of day.
        clock, room = Span(""), width
    while _total(parts) > room and len(parts) > 1:
        parts.remove(max(parts, key=_place))
    words = tuple(span for _, line in parts for span in line)
    return [(*fit(words, width - len(clock.text)), clock)]


def badge(view: View) -> Span:
    """Return PAPER or LIVE, or that nothing is known yet."""
    if view.snapshot is None:
        return Span("▌-----▐", "title")
    return Span("▌PAPER▐", "paper") if view.snapshot.is_paper else Span("▌LIVE▐", "live")


def armed(view: View) -> Span:
    """Return how many rules stand guard, or what is wrong, or what is to be proven first."""
    snapshot = view.snapshot
    if snapshot is None or view.is_silent:
        return Span("ARMED ?", "breach")
    if view.account is None:
        return Span("NO ACCOUNT", "breach")
    if view.account.can_trade is False:
        return Span("CANNOT TRADE", "breach")
    if not snapshot.is_ready:
        return Span(f"PRE-FLIGHT {notice.progress(view)} {notice.missing(view)}".rstrip(), "warn")
    role = "good" if view.account.armed == snapshot.rules else "warn"
    return Span(f"ARMED {view.account.armed}/{snapshot.rules}", role)


def state(view: View) -> Span:
    """Return the account's state in one word."""
    if view.account is None or view.is_silent:
        return Span("?", "warn")
    word = clean(view.account.state, 10)
    return Span(word, {"OPEN": "text", "COOLDOWN": "warn"}.get(word, "breach"))


def can(view: View, *, is_long: bool) -> Span:
    """Return what the gateway lets Curb do with the account, no words where that is unknown."""
    if view.account is None or view.is_silent:
        return Span("")
    word = standing.verdict(view.account)
    if word is None:
        return Span("ENFORCING" if is_long else "ENF", "text")
    return Span(word.text, word.role)


_Part = tuple[int, Line]  # the higher the number, the sooner it goes


def _parts(view: View, *, is_long: bool) -> list[_Part]:
    snapshot = view.snapshot
    parts: list[_Part] = [(0, (badge(view), Span(" "))), (1, (armed(view), Span(" ")))]
    if view.is_observing:
        parts.append((2, (Span("OBSERVE ", "warn"),)))
    if snapshot is None:
        return parts
    parts.append((0, (state(view), Span(" "))))
    # Where all is as it must be, the word is the first to go but the database's.
    is_less = view.account is not None and standing.verdict(view.account) is not None
    if (word := can(view, is_long=is_long)).text:
        parts.append((1 if is_less else 6, (word, Span(" "))))
    gap = Span("  " if is_long else " ")
    # With several accounts, which one is shown is never what is left out.
    place = 0 if view.has_several else 5
    parts.append((place, (Span(which(view, is_long=is_long)), gap)))
    if snapshot.store_word != "ok":
        parts.append((2, (Span(f"DB {clean(snapshot.store_word, 20)}", "breach"), gap)))
    elif is_long and not view.is_silent:
        parts.append((8, (Span("db ok  ", "text"),)))
    for place, (name, link) in enumerate(_links(snapshot), 3):
        # A way that is down is never what is left out.
        priority = 1 if link.word in _WORST else place
        parts.append((priority, (*_link(name, link, view), gap)))
    return parts


def _terse(view: View) -> list[_Part]:
    """Return what is needed in the fewest words: the ways that are down share one."""
    parts = [part for part in _parts(view, is_long=False) if part[0] == 0]
    parts.append((2, (armed(view), Span(" "))))
    snapshot = view.snapshot
    if snapshot is None or view.is_silent:
        return parts
    for word in _WORST:
        names = [name for name, link in _links(snapshot) if link.word == word]
        if names:
            parts.append((1, (Span(f"{' '.join(names)} {word}", "breach"), Span(" "))))
    if snapshot.store_word != "ok":
        parts.append((1, (Span("DB !", "breach"), Span(" "))))
    if view.account is not None and standing.verdict(view.account) is not None:
        parts.append((1, (can(view, is_long=False), Span(" "))))
    return parts


def _links(snapshot: Snapshot) -> tuple[tuple[str, LinkView], ...]:
    return (("REST", snapshot.rest), ("MKT", snapshot.market_hub), ("USER", snapshot.user_hub))


def _place(part: _Part) -> int:
    return part[0]


def which(view: View, *, is_long: bool) -> str:
    """Return the account shown, by the end of its name, and its place among several."""
    if view.account is None or view.snapshot is None:
        return ""
    name = clean(figures.masked(view.account.name), 5)
    count = len(view.snapshot.accounts)
    of = f" {view.ui.account % count + 1}/{count}" if count > 1 else ""
    return f"{'account ' if is_long else ''}{name}{of}"


def _link(name: str, link: LinkView, view: View) -> Line:
    if view.is_silent:
        return (Span(f"{name} ?", "warn"),)
    word = clean(link.word, 6)
    figure, is_late = _figure(link, view.now)
    role = "breach" if word in _WORST else "text" if word == "ok" and not is_late else "warn"
    return (Span(f"{name} {word}{figure}", role),)


def _figure(link: LinkView, now: datetime | None) -> tuple[str, bool]:
    if link.word in _WORST:
        seconds = figures.since(link.since, now)
        return (f" {figures.age(seconds)}", True)
    if link.latency_ms is not None:
        return (f" {link.latency_ms}ms", False)
    seconds = figures.since(link.heard_at, now)
    return (f" {figures.age(seconds)}", seconds is None or seconds > _LATE_S)


def _total(parts: list[_Part]) -> int:
    return sum(width_of(line) for _, line in parts)
