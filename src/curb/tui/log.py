"""Where the user stands in the audit: which rows are looked for, and which one is chosen.

The newest rows are those that were heard. What is older is read from disk, a window of it at
a time: a day of a million rows costs no more than one of a thousand.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any

from curb.domain.audit import AuditRow
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity

PAGE = 200
# So many rows are kept of what was read: some pages above and below.
MOST = 1_000
# So near to the end of what is there, more is read.
_AHEAD = 50

_ALL = AuditQuery()
_SEVERITIES = (None, Severity.ENFORCED, Severity.WARNED)


class Goal(Enum):
    """What is read from disk."""

    OLDER = "older"
    NEWER = "newer"
    OLDEST = "oldest"
    AROUND = "around"  # the row found, and those about it
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Fetch:
    """Rows wanted from disk: those of `query`, beginning at the row `anchor`.

    For AROUND, `wanted` is what the found row has to meet, on the way `is_back` in time.
    """

    goal: Goal
    query: AuditQuery
    anchor: int | None = None
    wanted: AuditQuery = _ALL
    is_back: bool = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it: rows, newest first; or how many there are."""

    fetch: Fetch
    rows: tuple[AuditRow, ...] = ()
    count: int | None = None
    found: int | None = None  # the row that was looked for


@dataclass(frozen=True, slots=True)
class Log:
    """`cursor` is the chosen row's id, None follows the newest.

    `window` holds rows that were read, newest first. While every heard row down to the id
    `joint` is still there, what was heard goes on where the window ends.
    """

    query: AuditQuery = _ALL
    cursor: int | None = None
    window: tuple[AuditRow, ...] | None = None
    joint: int | None = None
    hits: int | None = None  # of the query, on disk, when it was asked
    reading: Goal | None = None
    is_oldest: bool = False  # nothing older is on disk
    last: AuditQuery = _ALL  # what was looked for last, for the next such row

    @property
    def is_filtered(self) -> bool:
        """Whether rows are left out."""
        return self.query != _ALL


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of a log, newest first, and whether the newest of all is the first of them."""

    rows: tuple[AuditRow, ...]
    query: AuditQuery  # with the account, where there are several
    is_newest: bool
    heard_to: int | None  # the id of the oldest heard row

    def index(self, cursor: int | None) -> int:
        """Return the place of the chosen row, or of the next older one that is there."""
        if cursor is None:
            return 0
        last = max(len(self.rows) - 1, 0)
        return min(bisect_left(self.rows, -cursor, key=lambda row: -row.id), last)


def shown(log: Log, heard: Sequence[AuditRow], account_id: int | None) -> Shown:
    """Return the rows to look at; `heard` is newest first."""
    query = replace(log.query, account_id=account_id)
    return _shown(query, _Same(log.window), log.joint, _Same(heard))


class _Same:
    """A value that equals itself alone: rows cannot be hashed, and need not be compared."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


# A paint asks several times, and thousands of rows are looked through for each answer.
@lru_cache(maxsize=4)
def _shown(query: AuditQuery, kept: _Same, joint: int | None, told: _Same) -> Shown:
    heard: Sequence[AuditRow] = told.value
    read: tuple[AuditRow, ...] | None = kept.value
    heard_to = heard[-1].id if heard else None
    is_joined = joint is not None and heard_to is not None and heard_to <= joint
    if read is not None and not is_joined:
        return Shown(read, query, is_newest=False, heard_to=heard_to)
    window = read or ()
    above = window[0].id if window else -1
    fresh = (row for row in heard if row.id > above and query.fits(row))
    return Shown((*fresh, *window), query, is_newest=True, heard_to=heard_to)


Moved = tuple[Log, Fetch | None]


def moved(log: Log, at: Shown, name: str, step: int) -> Moved:
    """Return the log after a step down (+) or up (-), or to the "top" or "bottom"."""
    if name == "top":
        return Log(query=log.query, hits=log.hits, last=log.last), None
    if name == "bottom":
        return _wanting(log, Fetch(Goal.OLDEST, at.query))
    if not at.rows:
        return log, None
    place = min(max(at.index(log.cursor) + step, 0), len(at.rows) - 1)
    follows = place == 0 and at.is_newest
    chosen = replace(log, cursor=None if follows else at.rows[place].id)
    if step > 0 and place >= len(at.rows) - _AHEAD and not log.is_oldest:
        return _wanting(chosen, Fetch(Goal.OLDER, at.query, at.rows[-1].id))
    if step < 0 and not at.is_newest and place < _AHEAD:
        return _wanting(chosen, Fetch(Goal.NEWER, at.query, at.rows[0].id))
    return chosen, None


def filtered(log: Log, query: AuditQuery, account_id: int | None) -> Moved:
    """Return the log with the rows of another query, to be counted on disk."""
    last = query if query != _ALL else log.last
    whole = replace(query, account_id=account_id)
    return Log(query=query, last=last), Fetch(Goal.COUNT, whole) if query != _ALL else None


def next_severity(log: Log) -> AuditQuery:
    """Return the query with the next severity: all, enforced, warned."""
    place = _SEVERITIES.index(log.query.severity) if log.query.severity in _SEVERITIES else 0
    return replace(log.query, severity=_SEVERITIES[(place + 1) % len(_SEVERITIES)])


def sought(log: Log, at: Shown, *, is_back: bool) -> Moved:
    """Return the log at the next row, back in time or forward, that meets the last search."""
    wanted = replace(log.last, account_id=at.query.account_id)
    place = at.index(log.cursor)
    ahead = range(place + 1, len(at.rows)) if is_back else range(place - 1, -1, -1)
    found = next((at.rows[i].id for i in ahead if wanted.fits(at.rows[i])), None)
    if found is not None:
        return replace(log, cursor=found), None
    if not at.rows or (at.is_newest and not is_back) or (log.is_oldest and is_back):
        return log, None
    anchor = at.rows[-1].id if is_back else at.rows[0].id
    return _wanting(log, Fetch(Goal.AROUND, at.query, anchor, wanted, is_back))


def taken(log: Log, at: Shown, answer: Fetched) -> Log:
    """Return the log with what was read; what nobody waits for any more is dropped."""
    fetch = answer.fetch
    if fetch.query != at.query:
        return log
    if fetch.goal is Goal.COUNT:
        return replace(log, hits=answer.count)
    if log.reading is not fetch.goal:
        return log
    log = replace(log, reading=None)
    is_end = len(answer.rows) < PAGE
    window = log.window or ()
    match fetch.goal:
        case Goal.OLDER if at.rows and at.rows[-1].id == fetch.anchor:
            whole = (*window, *answer.rows)
            joint = at.heard_to if at.is_newest else log.joint
            # What leaves the window at its top is read again on the way back.
            joint = None if len(whole) > MOST else joint
            return replace(log, window=whole[-MOST:], joint=joint, is_oldest=is_end)
        case Goal.NEWER if window and window[0].id == fetch.anchor:
            whole = (*answer.rows, *window)
            is_cut = len(whole) > MOST
            joint = at.heard_to if is_end else None
            is_oldest = log.is_oldest and not is_cut
            return replace(log, window=whole[:MOST], joint=joint, is_oldest=is_oldest)
        case Goal.OLDEST if answer.rows:
            last = answer.rows[-1].id
            return replace(log, window=answer.rows, joint=None, cursor=last, is_oldest=True)
        case Goal.AROUND if answer.found is not None:
            found = answer.found
            return replace(log, window=answer.rows, joint=None, cursor=found, is_oldest=False)
        case _:
            return log


def _wanting(log: Log, fetch: Fetch) -> Moved:
    # One at a time: a held key asks twenty times a second.
    if log.reading is not None:
        return log, None
    return replace(log, reading=fetch.goal), fetch
