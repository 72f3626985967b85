"""Deeds that a restart cut off: which of them go on, and against what."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from curb.domain.actions import Record
from curb.domain.audit import Act, AuditRow
from curb.domain.events import AccountRead, Restored
from curb.engine.clerk import Clerk
from curb.engine.enforcement import Enforcement
from curb.engine.unwatched import LastWord, last_word, unwatched
from curb.state.account import AccountState

# What is older goes on only against the position that it was about: a closed market may hold a
# close up for days. What was opened since is for rules and locks to judge.
_AT_ONCE = timedelta(seconds=60)


class Resuming:
    """The rows without an outcome of one account; an old one waits for the first read."""

    def __init__(self) -> None:
        self._rows: list[AuditRow] = []
        self._last_word: LastWord | None = None  # until the first read has been compared with it

    def restore(self, event: Restored, account_id: int) -> None:
        """Take in what the file knew of the account."""
        self._last_word = last_word(event, account_id)

    def compare(
        self, read: AccountRead, state: AccountState, clerk: Clerk, now: datetime
    ) -> list[Record]:
        """Return what differs between the file's last word and the first whole read."""
        if self._last_word is None or state.read_at is None:
            return []
        word, self._last_word = self._last_word, None
        return unwatched(word, state, clerk, now, has_fills=read.fills is not None)

    def add(self, row: AuditRow) -> None:
        """Take in a row that the database kept open."""
        self._rows.append(row)

    def take(
        self, state: AccountState, now: datetime
    ) -> Iterator[tuple[Enforcement, dict[str, int]]]:
        """Yield what goes on by now, with what is to be left of each contract."""
        rows, self._rows = self._rows, []
        for row in rows:
            targets = {c: int(left) for c, left in row.details.get("targets", {}).items()}
            is_fresh = now - row.at < _AT_ONCE
            if not is_fresh and not state.positions.is_known:
                self._rows.append(row)
                continue
            if not is_fresh:
                targets = {c: left for c, left in targets.items() if _is_meant(state, c, row)}
            is_whole = is_fresh and row.action is Act.FLATTEN
            yield Enforcement(row, row.at, set(targets), is_whole), targets


def _is_meant(state: AccountState, contract_id: str, row: AuditRow) -> bool:
    """Tell whether the position of a contract is still the one that the row was about."""
    position = state.positions.get(contract_id)
    return position is not None and position.opened_at is not None and position.opened_at <= row.at
