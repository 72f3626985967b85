"""`curb status --line`: how things stand in one short line, for a status bar."""

import asyncio
import unicodedata
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import NamedTuple

from curb.control.client import connect
from curb.domain import codec
from curb.domain.codec import FrameError
from curb.domain.errors import Busy, LinkLost
from curb.domain.snapshot import AccountView, Snapshot, TimerView
from curb.domain.text import safe_text
from curb.tui import figures
from curb.tui.standing import NO_ENGINE, Word, day, gravest, guard, state, verdict

CELLS = 60
_ANSWER_S = 1.0  # a bar that waits stands still
_TOLD = ("GRACE", "LOCK", "COOL")  # of the timers, what closes a position first
_COLORS = {"breach": "red", "warn": "yellow"}
_ROLES = ("breach", "warn")  # the gravest first


class Part(NamedTuple):
    """A word of the line; the higher its place, the sooner it goes where there is no room."""

    place: int
    word: Word


def ask(path: Path) -> tuple[Word, ...]:
    """Return the line's words as the engine at that socket has them."""
    try:
        return words(asyncio.run(_snapshot(path)))
    except FrameError:
        return (Word("ENGINE OF ANOTHER VERSION", "breach", is_wrong=True),)
    except (Busy, LinkLost):
        return (Word(NO_ENGINE, "breach", is_wrong=True),)


def text(found: tuple[Word, ...], *, is_tmux: bool) -> str:
    """Return the words as one line; for tmux in the color of the gravest of them."""
    line = " ".join(("CURB", *(word.text for word in found)))
    if not is_tmux:
        return line
    role = next((role for role in _ROLES if any(word.role == role for word in found)), "good")
    return f"#[fg={_COLORS.get(role, 'green')}]{line}#[default]"


def words(snapshot: Snapshot) -> tuple[Word, ...]:
    """Return a snapshot's words, of several accounts the gravest one's, in at most 60 columns."""
    parts = [Part(place, _harmless(word)) for place, word in _parts(snapshot)]
    while _cells(text(tuple(p.word for p in parts), is_tmux=False)) > CELLS and len(parts) > 1:
        # Of equal places the last one goes.
        parts.remove(max(reversed(parts), key=lambda part: part.place))
    return tuple(part.word for part in parts)


def is_fine(found: tuple[Word, ...]) -> bool:
    """Tell whether everything is as it must be; a lock is."""
    return not any(word.is_wrong for word in found)


async def _snapshot(path: Path) -> Snapshot:
    async with connect(path) as client:
        reply = await client.command("status", timeout_s=_ANSWER_S)
        return codec.decode(Snapshot, reply.data)


def _parts(snapshot: Snapshot) -> list[Part]:
    account = gravest(snapshot)
    parts = [Part(5, Word("PAPER"))] if snapshot.is_paper else []
    parts.append(Part(0, guard(snapshot)))
    if account is None:
        return parts
    if len(snapshot.accounts) > 1:
        parts.append(Part(3, Word(safe_text(figures.masked(account.name), 5))))
    now = state(account)
    parts += [Part(0, now)] if now is not None else []
    parts += [Part(1 if word.is_wrong else 4, word) for word in _wrong(snapshot, account)]
    parts += [Part(2, word) for word in _money(account)]
    return [*parts, *(Part(4, word) for word in _timer(account, snapshot.at))]


def _wrong(snapshot: Snapshot, account: AccountView) -> list[Word]:
    found = [Word("ALERT", "breach", is_wrong=True)] if account.alert else []
    found += [word] if (word := verdict(account)) is not None else []
    blind = sum(bool(rule.blind) for a in snapshot.accounts for rule in a.rules)
    found += [Word(f"{blind} NOT EVALUATED", "warn", is_wrong=True)] if blind else []
    links = (("REST", snapshot.rest), ("MKT", snapshot.market_hub), ("USER", snapshot.user_hub))
    for name, link in links:
        if link.word != "ok":
            is_slow = link.word == "slow"
            role = "warn" if is_slow else "breach"
            found.append(Word(f"{name} {safe_text(link.word, 6)}", role, is_wrong=not is_slow))
    found += [Word("DB !", "breach", is_wrong=True)] if snapshot.store_word != "ok" else []
    return found


def _money(account: AccountView) -> list[Word]:
    pnl, amount = account.pnl, day(account)
    # Rounded down, so that a loss is never shown as less than it is.
    whole = "?" if amount is None else f"{amount.to_integral_value(ROUND_FLOOR) + 0:+f}"
    if pnl.limit is None:
        return [Word(whole)]
    used = Word(figures.percent(pnl.used), figures.used_role(pnl.used))
    return [Word(f"{whole}/{_plain(-pnl.limit)}"), used]


def _plain(amount: Decimal) -> str:
    is_whole = amount == amount.to_integral_value()
    return f"{amount.to_integral_value() if is_whole else amount:f}"


def _timer(account: AccountView, at: datetime) -> list[Word]:
    def left_s(timer: TimerView) -> float:
        left = figures.since(at, timer.until)
        return float("inf") if left is None else left

    timers = [t for t in account.timers if t.kind in _TOLD and not t.is_covered]
    if not timers:
        return []
    first = min(timers, key=lambda t: (_TOLD.index(t.kind), t.scope != "ACCT", left_s(t)))
    scope = "" if first.scope == "ACCT" else f" {safe_text(first.scope, 4)}"
    left = "--:--" if first.until is None else figures.countdown(left_s(first))
    more = f" +{len(timers) - 1}" if len(timers) > 1 else ""
    return [Word(f"{first.kind}{scope} {left}{more}", "warn")]


def _cells(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def _harmless(word: Word) -> Word:
    # To tmux, `#` begins a color, a format or a command.
    return word._replace(text=safe_text(word.text).replace("#", "·"))
