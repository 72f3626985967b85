"""The seal over what a cheat would edit: locks, timers, fills, the clock, the engine's state.

Every transaction that touches such rows ends with `RESEAL`, so that the seal and the rows
are of one moment. It keeps no secret: it shows edits that were made without Curb.
"""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from curb.domain.anchors import Anchor, Facts, Head
from curb.store import chain, pruning, writing
from curb.store.reading import RECENT_FILLS
from curb.store.values import optional_time_of
from curb.store.writing import Statement

# REST tells these again, or nothing is decided by them; everything else is sealed.
_FREE = frozenset(
    (
        writing.POSITION,
        writing.END_POSITION,
        writing.ORDER,
        writing.END_ORDER,
        writing.DAY,
        writing.UNREALIZED,
        writing.SESSION,
        writing.AUDIT,
        *pruning.UNSEALED,
    )
)

_LINES = f"""
SELECT json_array('lock', account_id, rule_id, symbol, kind, reason, locked_at, locked_until,
    ceilings) AS line FROM lockouts WHERE is_locked = 1
UNION ALL
SELECT json_array('timer', account_id, rule_id, contract_id, started_at, due_at) FROM timers
UNION ALL
SELECT json_array('mark', account_id, contract_id, position_id, type, ticks, price) FROM marks
UNION ALL
SELECT json_array('reset', account_id, last_reset_date, next_reset_time, reset_time_config,
    timezone) FROM reset_schedule
UNION ALL
SELECT json_array('contract', contract_id, name, symbol, tick_size, tick_value)
FROM contract_cache
UNION ALL
SELECT json_array('fill', account_id, id, trading_day, timestamp, contract_id, order_id, side,
    size, price, pnl_micros, fees_micros, commissions_micros, is_voided)
FROM trade_history WHERE {RECENT_FILLS}
UNION ALL
SELECT json_array('state', key, value) FROM engine_state WHERE key <> 'anchor_seal'
"""  # noqa: S608 - constants of ours

SEALED = f"SELECT seal(line) FROM ({_LINES})"  # noqa: S608 - the same

_NEXT = """
INSERT INTO engine_state (key, value) VALUES ('anchor_sequence', '1')
ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)
"""
_SEAL = f"REPLACE INTO engine_state (key, value) SELECT 'anchor_seal', seal(line) FROM ({_LINES})"  # noqa: S608 - the same

RESEAL: tuple[Statement, ...] = ((_NEXT, ()), (_SEAL, ()))

_IDENTIFY = "INSERT OR IGNORE INTO engine_state (key, value) VALUES ('anchor_id', ?)"
_RAISE = """
INSERT INTO engine_state (key, value) VALUES ('anchor_sequence', ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)
"""
_KNOW = "REPLACE INTO engine_state (key, value) VALUES ('anchor_names', ?)"

STATE = """
SELECT key, value FROM engine_state
WHERE key IN ('anchor_id', 'anchor_sequence', 'anchor_seal', 'anchor_names')
UNION ALL
SELECT 'next_reset', max(next_reset_time) FROM reset_schedule
UNION ALL
SELECT 'audit_head', sequence || ' ' || hash FROM audit_chain
WHERE sequence = (SELECT max(sequence) FROM audit_chain)
"""
# Of the link that an anchor saw last.
LINK = "SELECT hash FROM audit_chain WHERE sequence = ?"


class Seal:
    """The SQL aggregate `seal(line)`: a digest of lines in any order."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def step(self, line: Any) -> None:
        """Take a line."""
        self._lines.append(str(line))

    def finalize(self) -> str:
        """Return the digest of all of them."""
        return hashlib.sha256("\n".join(sorted(self._lines)).encode()).hexdigest()


def teach(connection: sqlite3.Connection) -> None:
    """Give the connection what the statements here and of the audit's chain use."""
    chain.teach(connection)
    connection.create_aggregate("seal", 1, Seal)  # type: ignore[arg-type]  # of numbers, to typeshed


def touches(batch: Iterable[Statement]) -> bool:
    """Tell whether one of the statements changes what is sealed."""
    return any(sql not in _FREE for sql, _ in batch)


def founding(
    new_id: str,
    rows: Iterable[Sequence[Any]],
    names: Iterable[str],
    anchors: Iterable[Anchor | None],
) -> tuple[Statement, ...]:
    """Return what gives the database an id, a sequence above its anchors', and their names."""
    state = _state(rows)
    known = json.dumps(sorted(known_anchors(state) | set(names)), separators=(",", ":"))
    highest = max((anchor.sequence for anchor in anchors if anchor), default=0)
    return (_IDENTIFY, (new_id,)), (_RAISE, (str(highest),)), (_KNOW, (known,))


def known_anchors(state: dict[str, str]) -> frozenset[str]:
    """Return the names of the anchors that the database had; none where that is unreadable."""
    try:
        found = json.loads(state.get("anchor_names", "[]"))
    except ValueError:
        return frozenset()
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def sequence_of(state: dict[str, str]) -> int:
    """Return how many sealed writes there were; less than any where that is unreadable."""
    text = state.get("anchor_sequence", "0")
    return int(text) if text.isascii() and text.isdigit() else -1


def facts_of(rows: Iterable[Sequence[Any]], sealed: str, name: str) -> Facts:
    """Return what the `STATE` query and the seal of the rows say, for the anchor `name`."""
    state = _state(rows)
    return Facts(
        id=state.get("anchor_id", ""),
        sequence=sequence_of(state),
        seal=state.get("anchor_seal", ""),
        sealed=sealed,
        is_known=name in known_anchors(state),
    )


def anchor_of(rows: Iterable[Sequence[Any]]) -> Anchor:
    """Return the anchor of what the `STATE` query found."""
    state = _state(rows)
    reset_at = None
    with contextlib.suppress(ValueError):  # a lock does without it, a write must not
        reset_at = optional_time_of(state.get("next_reset"))
    facts = facts_of(state.items(), "", "")
    return Anchor(facts.id, facts.sequence, facts.seal, reset_at, head_of(state.items()))


def head_of(rows: Iterable[Sequence[Any]]) -> Head | None:
    """Return the newest link of the audit's chain that the `STATE` query found."""
    sequence, _, told = _state(rows).get("audit_head", "").partition(" ")
    return Head(int(sequence), told) if sequence else None


def _state(rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    return {str(key): str(value) for key, value in rows if value is not None}
