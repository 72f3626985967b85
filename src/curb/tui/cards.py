"""What the sheets over the panes say."""

from dataclasses import replace
from typing import Any

from curb.control.frames import Reply
from curb.domain.snapshot import AccountView
from curb.tui import figures
from curb.tui.line import clean, wrap
from curb.tui.ui import Card, Effect, Leave, Question, Send
from curb.tui.view import View

_CELLS = 74
_MOST_CHANGES = 200
_MOST_NAMED = 2
# How the engine's verdicts begin.
_HELD, _REFUSED = "tighter: held", "looser: refused"
_NO_LOCK = ("HOURS", "RESET", "CONF", "HELD")
_LOCKS: tuple[tuple[str, int | str], ...] = (
    ("for 5 minutes", 5 * 60),
    ("for 30 minutes", 30 * 60),
    ("for 1 hour", 3600),
    ("for 2 hours", 2 * 3600),
    ("until the next reset", "reset"),
)


def quit_card(view: View) -> Card:
    """Return the ways to leave, and what each means for enforcement."""
    if view.is_observing:
        lines = [("This screen only observes; the engine goes on without it.", "text")]
        return Card(
            "quit", "Leave", (*lines, *_ways(("d", "leave"))), (("d", Leave(stop_engine=False)),)
        )
    if view.engine or view.snapshot is None:
        lines = [("No engine answers: nothing is enforced, with or without this screen.", "breach")]
        return Card(
            "quit", "Leave", (*lines, *_ways(("d", "leave"))), (("d", Leave(stop_engine=False)),)
        )
    lines = [
        ("Enforcing goes on in the background unless the engine is stopped too.", "text"),
        *_at_stake(view),
    ]
    ways = _ways(
        (
            "d",
            f"detach: leave the screen, engine {view.snapshot.pid} keeps enforcing; `curb` is back",
        ),
        ("s", "stop the engine too: NOTHING IS ENFORCED until it is started again"),
    )
    keys = (("d", Leave(stop_engine=False)), ("s", Leave(stop_engine=True)))
    return Card("quit", "Leave", (*lines, *ways), keys)


def lock_card(view: View) -> Card:
    """Return how long the account shown may be locked; a typed word confirms it."""
    account = view.account
    if account is None:
        return Card("lock", "Lock yourself out", (("No account is known yet.", "warn"),))
    name = clean(figures.masked(account.name), 8)
    lines = [
        (f"Locks account {name}: flat at once, and kept flat.", "text"),
        ("Nothing ends it sooner: no key, no command, no restart.", "warn"),
        *_ways(*((str(i), words) for i, (words, _) in enumerate(_LOCKS, 1))),
    ]
    keys = []
    for i, (words, duration) in enumerate(_LOCKS, 1):
        keys.append((str(i), lock_question(account, words, duration)))
    return Card("lock", "Lock yourself out", tuple(lines), tuple(keys))


def lock_question(account: AccountView, words: str, duration: int | str) -> Question:
    """Return the question whether to lock an account for seconds, or until the "reset"."""
    send = Send("lock", {"account_id": account.id, "duration_s": duration}, "LOCK")
    name = clean(figures.masked(account.name), 8)
    return Question(f"LOCK {name} {words}: close everything, cancel ALL orders", "LOCK", send)


def reload_card(reply: Reply, key: str = "r") -> Card:
    """Return what a reload would change, or why the file is refused; `key` asks again.

    What loosens is confirmed by a word, and so is what would close a position now.
    """
    data: dict[str, Any] = reply.data if isinstance(reply.data, dict) else {}
    found = data.get("changes")
    changes = found if isinstance(found, list) else []
    error = data.get("error") or ("" if reply.ok or changes else reply.text)
    if error:
        words = [(line, "breach") for line in wrap(clean(error, 400), _CELLS, 6)]
        words_again = f"Mend the file and press {key} again."
        rest = (f"The last good config stays in force. {words_again}", "text")
        return Card("reload", "config.toml is refused", (*words, ("", "text"), rest))
    if not changes:
        lines = (("Nothing changed.", "text"), ("Any key closes this.", "title"))
        return Card("reload", "config.toml", lines)
    shown = [line for change in changes[:_MOST_CHANGES] for line in _change(change)]
    if len(changes) > _MOST_CHANGES:
        shown.append((f"and {len(changes) - _MOST_CHANGES} more", "warn"))
    ways, keys = _confirmations(data, changes)
    title = f"config.toml: {_counted(len(changes))}"
    return Card("reload", title, tuple(shown), keys, ways=ways)


def _confirmations(
    data: dict[str, Any], changes: list[Any]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Effect | Question], ...]]:
    if all(_verdict(change).startswith(_REFUSED) for change in changes):
        return (("", "text"), ("Nothing of it can be applied. Any key closes this.", "title")), ()
    args = {"file": data["file"]} if isinstance(data.get("file"), str) else {}
    word = clean(data.get("word") or "", 8)
    then = f", after the word {word}" if word else ""
    send = Send("reload", args, "RELOAD")
    some: Effect | Question = send
    if word:
        some = Question(_loosening(changes), word, send)
    if data.get("holds") is not True:
        ways = _ways(("y", f"apply{then}; enter too"))
        return tuple(ways), (("y", some), ("enter", some))
    held = [change for change in changes if _verdict(change).startswith(_HELD)]
    sentence = f"APPLY ALL: {_named(held)} closes a position at market NOW"
    if word:
        sentence += f"; {_loosening(changes)}"
    everything = Question(sentence, word or "Y", replace(send, args=args | {"confirm": True}))
    ways = _ways(
        ("y", f"apply all but what is held{then}"),
        ("c", f"apply also what is held, closing NOW; then {word or 'Y'}"),
    )
    return tuple(ways), (("y", some), ("c", everything))


def _loosening(changes: list[Any]) -> str:
    looser = [
        change
        for change in changes
        if _verdict(change).startswith("looser") and not _verdict(change).startswith(_REFUSED)
    ]
    return f"LOOSEN {_named(looser)}"


def _named(changes: list[Any]) -> str:
    words = ", ".join(_words_of(change) for change in changes[:_MOST_NAMED])
    more = len(changes) - _MOST_NAMED
    return f"{words} and {more} more" if more > 0 else words


def _words_of(change: Any) -> str:
    key, old, new = (clean(change.get(name, "?"), 40) for name in ("key", "old", "new"))
    return f"{key.removeprefix('rules.')} {old} → {new}"


def _counted(count: int) -> str:
    return f"{count} change{'s' if count > 1 else ''}"


def _verdict(change: Any) -> str:
    return clean(change.get("verdict", "?"), _CELLS) if isinstance(change, dict) else "?"


def _change(change: Any) -> list[tuple[str, str]]:
    if not isinstance(change, dict):
        return [("?", "warn")]
    key, old, new = (clean(change.get(name, "?"), 60) for name in ("key", "old", "new"))
    verdict = _verdict(change)
    is_held = verdict.startswith(_HELD)
    role = "good" if verdict.startswith("tighter") and not is_held else "warn"
    if verdict.startswith("applies now"):
        role = "text"
    return [
        *((line, "text") for line in wrap(f"{key}: {old} → {new}", _CELLS, 2)),
        *((f"  {line}", role) for line in wrap(verdict, _CELLS - 2, 2)),
    ]


def _ways(*ways: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        ("", "text"),
        *((f"{key:<4} {words}", "text") for key, words in (*ways, ("esc", "back"))),
    ]


def _at_stake(view: View) -> list[tuple[str, str]]:
    if view.snapshot is None:
        return []
    positions = sum(len(account.positions) for account in view.snapshot.accounts)
    timers = sum(
        t.kind not in _NO_LOCK for account in view.snapshot.accounts for t in account.timers
    )
    if not positions and not timers:
        return [("Flat, and no lock runs.", "text")]
    totals = [figures.gain(account.pnl.open) for account in view.snapshot.accounts]
    open_pnl = f" ({', '.join(totals)})" if positions else ""
    words = (
        f"Now: {positions} open position{'s' if positions != 1 else ''}{open_pnl}, "
        f"{timers} lock{'s' if timers != 1 else ''} or timer{'s' if timers != 1 else ''}."
    )
    return [(words, "warn")]
