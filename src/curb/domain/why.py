"""Why a row of the audit stands there, as sentences for a sheet and for a page of text."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from curb.domain.audit import Act, AuditRow
from curb.domain.text import safe_text

Section = tuple[str, tuple[str, ...]]

_WORDS_MAX = 300  # characters of a sentence; a row may hold words from outside
_MOST = 50  # sentences of a section

# What Markdown would take for something else than text.
_MARKS = re.compile(r"[\\`*\[]|<(?=[A-Za-z/!?])")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# What stands in a section of its own; everything else is what the rule saw.
_TOLD = frozenset(
    (
        *("event", "event_at", "facts", "config", "what", "value", "sign", "limit", "keys"),
        *("held", "changes", "targets", "requests", "lock", "since"),
    )
)


@dataclass(frozen=True, slots=True)
class Why:
    """What there is to know of one row: each section a title and its sentences, in order.

    Every section stands in each: what is not known or did not happen is said so.
    """

    id: int
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Clauses:
    """Where a configuration says what: `tables` by rule, `lines` by key, both as written.

    `digest` is that of the configuration the file means.
    """

    file: str
    digest: str
    tables: Mapping[str, str]
    lines: Mapping[str, int]


def explain(row: AuditRow, clauses: Clauses | None) -> Why:
    """Return why a row stands there; lines of the file only where it still means the same."""
    name = " ".join(word for word in (row.rule, row.action.value, row.symbol) if word)
    found = (
        ("What happened", _happened(row)),
        ("Event", _event(row.details)),
        ("What the rule saw", _seen(row.details)),
        ("Clause", _clause(row, clauses)),
        ("Arithmetic", _arithmetic(row.details)),
        ("What was done", _done(row)),
        ("When it ends", _ends(row)),
    )
    sections = tuple((title, _bounded(sentences)) for title, sentences in found)
    return Why(row.id, safe_text(f"Row {row.id}: {name}", _WORDS_MAX), sections)


def markdown(why: Why) -> str:
    """Return the whole as a page of Markdown."""
    parts = [f"# {_plain(why.title)}"]
    for title, sentences in why.sections:
        listed = "\n".join(f"- {_plain(sentence)}" for sentence in sentences)
        parts.append(f"## {title}\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def _happened(row: AuditRow) -> Iterator[str]:
    yield row.reason
    yield f"{_moment(row.at)}, {f'account {row.account}' if row.account else 'the engine itself'}"
    took = "" if row.execution_time_ms is None else f", seen {row.execution_time_ms} ms after"
    outcomes = {None: "the outcome is open", True: "it succeeded", False: "it FAILED"}
    yield f"{outcomes[row.success]}{took}"


def _event(details: Mapping[str, Any]) -> Iterator[str]:
    if "event" not in details:
        yield "none of the venue: a moment had come, or somebody asked for it here"
        return
    yield f"{details['event']}"
    if "event_at" in details:
        yield f"{_moment_of(details['event_at'])} by the venue's clock"
    if figures := _pairs(details.get("facts")):
        yield figures


def _seen(details: Mapping[str, Any]) -> Iterator[str]:
    held = details.get("held")
    if isinstance(held, dict):
        yield f"open: {_pairs(held) or 'nothing'}"
    for name, value in details.items():
        if name not in _TOLD:
            yield f"{name}: {_pairs(value) if isinstance(value, dict) else _value(value)}"
    changes = details.get("changes")
    for change in changes if isinstance(changes, list) else ():
        yield _pairs(change)


def _clause(row: AuditRow, clauses: Clauses | None) -> Iterator[str]:
    if not row.rule.startswith("RULE-"):
        yield f"none: {row.rule} is no rule of the configuration"
        return
    is_same = clauses is not None and clauses.digest == row.details.get("config")
    table = clauses.tables.get(row.rule, row.rule) if clauses else row.rule
    lines = clauses.lines if clauses and is_same else {}
    file = clauses.file if clauses else ""

    def place(key: str) -> str:
        return f" ({file}:{lines[key]})" if key in lines else ""

    keys = row.details.get("keys")
    if not isinstance(keys, dict) or not keys:
        yield f"table {table}{place(table)}"
    else:
        for key, value in keys.items():
            yield f"{table}.{key} = {_toml(value)}{place(f'{table}.{key}')}"
    if clauses is None:
        yield "the configuration cannot be read now: no lines are known"
    elif not is_same:
        yield f"{file} means another configuration by now: these are the values of then"


def _arithmetic(details: Mapping[str, Any]) -> Iterator[str]:
    if "what" in details:
        yield " ".join(_value(details.get(name)) for name in ("what", "value", "sign", "limit"))
    else:
        yield "nothing was compared"


def _done(row: AuditRow) -> Iterator[str]:
    targets, sent = row.details.get("targets"), row.details.get("requests")
    requests = sent if isinstance(sent, list) else []
    for contract_id, keep in targets.items() if isinstance(targets, dict) else ():
        yield f"wanted: {contract_id} {f'down to {_value(keep)}' if keep else 'flat'}"
    notes = [note for note in requests if isinstance(note, dict)]
    for note in notes:
        yield _request(note, row)
    if not notes:
        yield "no request was sent" if row.success is not None else "no request is answered yet"


def _request(note: Mapping[str, Any], row: AuditRow) -> str:
    words = [_value(note.get("request"))]
    words += [f"{name} {_value(note[name])}" for name in ("order", "size") if name in note]
    words += [_value(note["contract"])] if note.get("contract") else []
    return f"{' '.join(words)}: sent {_delay(note, row)}, {_answer(note)}"


def _delay(note: Mapping[str, Any], row: AuditRow) -> str:
    sent_at, event_at = _instant(note.get("sent_at")), _instant(row.details.get("event_at"))
    if sent_at is None:
        return "at an unknown time"
    since, begin = ("event", event_at) if event_at is not None else ("decision", row.at)
    ms = (sent_at - begin) // timedelta(milliseconds=1)
    # What was under way already serves a new row, too.
    return f"{abs(ms)} ms {'before' if ms < 0 else 'after'} the {since}"


def _answer(note: Mapping[str, Any]) -> str:
    if "outcome" not in note:
        return "not answered when this was written"
    said = note.get("words") or note.get("code")
    words = f" ({_value(said)})" if said else ""
    return f"{_value(note['outcome'])}{words} after {_value(note.get('latency_ms'))} ms"


def _ends(row: AuditRow) -> Iterator[str]:
    lock = row.details.get("lock")
    if row.action is Act.UNLOCK:
        yield f"it has ended; it stood since {_moment_of(row.details.get('since'))}"
    elif isinstance(lock, dict):
        subject = f"{_value(lock.get('kind'))} of {lock.get('symbol') or 'the account'}"
        until = lock.get("until")
        end = f"at {_moment_of(until)}" if until else "when its condition is over"
        yield f"the {subject} ends {end}"
    else:
        yield "nothing was locked"


def _bounded(sentences: Iterator[str]) -> tuple[str, ...]:
    found = [safe_text(sentence, _WORDS_MAX) for sentence in sentences]
    more = len(found) - _MOST
    return (*found[:_MOST], f"and {more} more") if more > 0 else (tuple(found) or ("nothing",))


def _pairs(value: object) -> str:
    if not isinstance(value, dict):
        return "" if value is None else _value(value)
    return ", ".join(f"{name} {_value(each)}" for name, each in value.items())


def _value(value: object) -> str:
    match value:
        case None:
            return "-"
        case str():
            return value
        case _:
            return json.dumps(value, default=str, ensure_ascii=False)


def _toml(value: object) -> str:
    # Amounts are kept as text, so that they come back exact.
    is_amount = isinstance(value, str) and _NUMBER.fullmatch(value)
    return f"{value}" if is_amount else json.dumps(value, default=str, ensure_ascii=False)


def _instant(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _moment_of(value: object) -> str:
    at = _instant(value)
    return "an unknown time" if at is None else _moment(at)


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S}.{utc.microsecond // 1000:03d} UTC"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)
